//! `after!` and `at!`: every accepted form, the key, and when a timer's message runs.

mod macros_support;

use actor_rt::*;
use macros_support::{Journal, World};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

struct Sleeper {
    journal: Journal,
    key: FixedTimerKey,
}

impl Sleeper {
    fn init(_cx: CX![], journal: Journal, entry: &'static str) -> Option<Self> {
        journal.write(entry);
        Some(Self { journal, key: FixedTimerKey::default() })
    }

    fn init_after(cx: CX![], journal: Journal) -> Option<Self> {
        let _ = after!(SECOND, [cx], Self::init(journal, "made after"));
        None
    }

    fn init_at(cx: CX![], journal: Journal) -> Option<Self> {
        let _ = at!(cx.now() + SECOND, [cx], <Self>::init(journal, "made at"));
        None
    }

    fn note(&mut self, _cx: CX![], entry: &'static str) {
        self.journal.write(entry);
    }

    fn sets_after(&mut self, cx: CX![]) {
        let _: FixedTimerKey = after!(SECOND, [cx], note("after [cx]"));
        let _: FixedTimerKey = after!(SECOND * 2, [cx.this().clone(), cx], note("after [actor, core]"));
        let _: FixedTimerKey = after!(SECOND * 3, [cx], |this, cx| {
            this.journal.write("after closure");
            call!([cx], note("from the closure"));
        });
        let _: FixedTimerKey =
            after!(SECOND * 4, [cx], |this, _| this.journal.write("after closure, expression"));
        let journal = self.journal.clone();
        let _: FixedTimerKey = after!(SECOND * 5, [cx], |_rt| journal.write("after level 0"));
    }

    fn sets_at(&mut self, cx: CX![]) {
        let now = cx.now();
        let _: FixedTimerKey = at!(now + SECOND, [cx], note("at [cx]"));
        let _: FixedTimerKey = at!(now + SECOND * 2, [cx.this().clone(), cx], note("at [actor, core]"));
        let _: FixedTimerKey = at!(now + SECOND * 3, [cx], |this, _cx| this.journal.write("at closure"));
        let journal = self.journal.clone();
        let _: FixedTimerKey = at!(now + SECOND * 4, [cx], |_rt| journal.write("at level 0"));
    }

    fn sets_and_keeps(&mut self, cx: CX![]) {
        self.key = after!(SECOND, [cx], note("never"));
    }

    fn cancels(&mut self, cx: CX![]) {
        self.journal.write(format!("cancelled: {}", cx.timer_del(self.key)));
    }

    fn queues_and_sets(&mut self, cx: CX![]) {
        let _ = at!(cx.now(), [cx], note("now"));
        let _ = after!(Duration::ZERO, [cx], note("after nothing"));
        lazy!([cx], note("lazy"));
        call!([cx], note("main"));
    }
}

fn ready(world: &mut World) -> ActorOwn<Sleeper> {
    let rt = &mut world.runtime;
    let sleeper = actor!(rt, Sleeper::init(world.journal.clone(), "init"), world.journal.notify("sleeper"));
    assert_eq!(world.run(), ["init"]);
    sleeper
}

#[test]
fn after_accepts_every_form_inside_an_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], sets_after());
    assert!(world.run().is_empty());
    assert!(world.run_after(Duration::from_millis(1)).is_empty());
    assert_eq!(world.run_after(SECOND), ["after [cx]"]);
    assert_eq!(world.run_after(SECOND), ["after [actor, core]"]);
    assert_eq!(world.run_after(SECOND), ["after closure", "from the closure"]);
    assert_eq!(world.run_after(SECOND), ["after closure, expression"]);
    assert_eq!(world.run_after(SECOND), ["after level 0"]);
}

#[test]
fn at_accepts_every_form_inside_an_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], sets_at());
    assert!(world.run().is_empty());
    assert!(world.run_after(Duration::from_millis(1)).is_empty());
    assert_eq!(world.run_after(SECOND), ["at [cx]"]);
    assert_eq!(world.run_after(SECOND), ["at [actor, core]"]);
    assert_eq!(world.run_after(SECOND), ["at closure"]);
    assert_eq!(world.run_after(SECOND), ["at level 0"]);
}

#[test]
fn after_accepts_every_form_at_level_0() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    let name = actor_new!(rt, Sleeper, ret_nop!());
    let brackets = actor_new!(rt, Sleeper, ret_nop!());
    let journal = world.journal.clone();
    let _: FixedTimerKey = after!(SECOND, [owner, rt], note("method"));
    let _: FixedTimerKey = after!(SECOND * 2, [name, rt], Sleeper::init(journal.clone(), "name"));
    let _: FixedTimerKey = after!(SECOND * 3, [brackets, rt], <Sleeper>::init(journal.clone(), "brackets",));
    let _: FixedTimerKey = after!(SECOND * 4, [rt], |_rt| journal.write("closure"));
    assert!(world.run_after(Duration::from_millis(1)).is_empty());
    for expected in ["method", "name", "brackets", "closure"] {
        assert_eq!(world.run_after(SECOND), [expected]);
    }
}

#[test]
fn at_accepts_every_form_at_level_0() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let now = world.now;
    let rt = &mut world.runtime;
    let name = actor_new!(rt, Sleeper, ret_nop!());
    let brackets = actor_new!(rt, Sleeper, ret_nop!());
    let journal = world.journal.clone();
    let _: FixedTimerKey = at!(now + SECOND, [owner, rt], note("method"));
    let _: FixedTimerKey = at!(now + SECOND * 2, [name, rt], Sleeper::init(journal.clone(), "name"));
    let _: FixedTimerKey =
        at!(now + SECOND * 3, [brackets, rt], <Sleeper>::init(journal.clone(), "brackets",));
    let _: FixedTimerKey = at!(now + SECOND * 4, [rt], |_rt| journal.write("closure"));
    assert!(world.run_after(Duration::from_millis(1)).is_empty());
    for expected in ["method", "name", "brackets", "closure"] {
        assert_eq!(world.run_after(SECOND), [expected]);
    }
}

#[test]
fn an_initialiser_may_set_a_timer_for_the_next_one() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let _after = actor!(rt, Sleeper::init_after(world.journal.clone()), ret_nop!());
    let _at = actor!(rt, Sleeper::init_at(world.journal.clone()), ret_nop!());
    assert!(world.run().is_empty());
    assert_eq!(world.run_after(SECOND + Duration::from_millis(1)), ["made after", "made at"]);
}

#[test]
fn the_key_cancels_the_timer() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], sets_and_keeps());
    call!([owner], cancels());
    call!([owner], cancels());
    assert_eq!(world.run(), ["cancelled: true", "cancelled: false"]);
    assert!(world.run_after(SECOND * 2).is_empty());
}

#[test]
fn the_time_is_evaluated_before_the_arguments_and_both_at_the_call_site() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let now = world.now;
    let rt = &mut world.runtime;
    let journal = &world.journal;
    let _ = after!(journal.pass("duration", SECOND), [owner, rt], note(journal.pass("argument", "fired")));
    assert_eq!(world.journal.take(), ["duration", "argument"]);
    let instant: Instant = now + SECOND;
    let _ = at!(journal.pass("instant", instant), [owner, rt], note(journal.pass("argument", "fired too")));
    assert_eq!(world.journal.take(), ["instant", "argument"]);
    assert_eq!(world.run_after(SECOND + Duration::from_millis(1)), ["fired", "fired too"]);
}

#[test]
fn a_timer_never_fires_in_the_run_that_sets_it() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], queues_and_sets());
    assert_eq!(world.run(), ["main", "lazy"]);
    assert_eq!(world.run_after(Duration::from_millis(1)), ["now", "after nothing"]);
}

#[test]
fn due_timers_run_behind_what_the_main_lane_already_holds() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    let _ = after!(SECOND, [owner, rt], note("timer"));
    lazy!([owner, rt], note("lazy"));
    call!([owner], note("main"));
    assert_eq!(world.run_after(SECOND * 2), ["main", "timer", "lazy"]);
}

#[test]
fn a_timer_of_an_actor_that_has_ended_is_dropped() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    let _ = after!(SECOND, [owner, rt], note("never"));
    drop(owner);
    assert_eq!(world.run(), ["sleeper: Actor was dropped"]);
    assert!(world.run_after(SECOND * 2).is_empty());
}
