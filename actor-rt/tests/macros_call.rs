//! `call!`, `lazy!`, `idle!`: every accepted form, when arguments are evaluated, and the order in which the lanes run.

mod macros_support;

use actor_rt::*;
use macros_support::{DropMark, Journal, World};

struct Recorder {
    journal: Journal,
    other: Actor<Recorder>,
}

impl Recorder {
    fn init(cx: CX![], journal: Journal, entry: &'static str) -> Option<Self> {
        journal.write(entry);
        Some(Self { journal, other: cx.this().clone() })
    }

    fn init_later(cx: CX![], journal: Journal) -> Option<Self> {
        journal.write("first half");
        call!([cx], Self::init(journal, "second half"));
        None
    }

    fn init_later_in_brackets(cx: CX![], journal: Journal) -> Option<Self> {
        journal.write("first half");
        lazy!([cx], <Self>::init(journal, "lazy second half"));
        None
    }

    fn init_when_idle(cx: CX![], journal: Journal) -> Option<Self> {
        idle!([cx], Self::init(journal, "idle second half"));
        None
    }

    fn note(&mut self, _cx: CX![], entry: &'static str) {
        self.journal.write(entry);
    }

    fn number(&mut self, _cx: CX![], number: u64) {
        self.journal.write(number.to_string());
    }

    fn nothing(&mut self, _cx: CX![]) {
        self.journal.write("nothing");
    }

    #[allow(clippy::too_many_arguments)]
    fn sixteen(
        &mut self,
        _cx: CX![],
        a: u8,
        b: u8,
        c: u8,
        d: u8,
        e: u8,
        f: u8,
        g: u8,
        h: u8,
        i: u8,
        j: u8,
        k: u8,
        l: u8,
        m: u8,
        n: u8,
        o: u8,
        p: u8,
    ) {
        self.journal.write(format!("{:?}", [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]));
    }

    fn hold(&mut self, _cx: CX![], _mark: DropMark) {
        self.journal.write("hold");
    }

    fn keep_answer(&mut self, _cx: CX![], _ret: Ret<u32>) {
        self.journal.write("kept");
    }

    fn calls_itself(&mut self, cx: CX![]) {
        call!([cx], note("call [cx]"));
        call!([cx.this()], note("call [actor]"));
        call!([cx.this(), cx], note("call [actor, core]"));
        call!([cx], |this, cx| {
            this.journal.write("call closure");
            call!([cx], note("from the closure"));
        });
        call!([cx], |this, _| this.note_directly("call closure, expression"));
        call!([cx], |_, _| {});
        let journal = self.journal.clone();
        call!([cx], |_rt| journal.write("call level 0"));
        self.journal.write("returns");
    }

    fn calls_itself_lazily(&mut self, cx: CX![]) {
        lazy!([cx], note("lazy [cx]"));
        lazy!([cx.this(), cx], note("lazy [actor, core]"));
        lazy!([cx], |this, cx| {
            this.journal.write("lazy closure");
            lazy!([cx], note("from the closure"));
        });
        lazy!([cx], |_, _| {});
        let journal = self.journal.clone();
        lazy!([cx], |_rt| journal.write("lazy level 0"));
        self.journal.write("returns");
    }

    fn calls_itself_when_idle(&mut self, cx: CX![]) {
        idle!([cx], note("idle [cx]"));
        idle!([cx.this(), cx], note("idle [actor, core]"));
        idle!([cx], |this, _cx| this.journal.write("idle closure"));
        let journal = self.journal.clone();
        idle!([cx], |_rt| journal.write("idle level 0"));
        self.journal.write("returns");
    }

    fn note_directly(&mut self, entry: &'static str) {
        self.journal.write(entry);
    }

    fn uses_cx_in_arguments(&mut self, cx: CX![]) {
        let started = cx.now();
        call!([cx], number(cx.now().duration_since(started).as_secs()));
        lazy!([cx], number(cx.now().duration_since(started).as_secs() + 1));
        idle!([cx.this(), cx], number(cx.now().duration_since(started).as_secs() + 2));
    }

    fn leaves_from_an_argument(&mut self, cx: CX![], entry: Option<&'static str>) {
        self.call_note(cx, entry);
        self.journal.write("left");
    }

    fn call_note(&mut self, cx: CX![], entry: Option<&'static str>) -> Option<()> {
        call!([cx], note(entry?));
        Some(())
    }

    fn borrows_itself_in_arguments(&mut self, cx: CX![]) {
        call!([self.other, cx], note(self.next_entry()));
        lazy!([self.other, cx], note(self.next_entry()));
    }

    fn next_entry(&mut self) -> &'static str {
        self.journal.write("argument");
        "borrowed"
    }

    fn queues_then_stops(&mut self, cx: CX![]) {
        call!([cx], note("never"));
        lazy!([cx], note("never"));
        stop!(cx);
        call!([cx], note("never"));
        self.journal.write("still running");
    }

    fn fails_twice(&mut self, cx: CX![]) {
        fail!(cx, "first");
        fail!(cx, "second");
        stop!(cx);
    }
}

/// An actor that says when its state is dropped, and may end while it is being made.
struct Guarded {
    _mark: DropMark,
}

impl Guarded {
    fn init(cx: CX![], journal: Journal, fails: bool) -> Option<Self> {
        match fails {
            true => fail!(cx, "not today"),
            false => stop!(cx),
        }
        Some(Self { _mark: DropMark { journal, entry: "value dropped" } })
    }
}

fn ready(world: &mut World) -> ActorOwn<Recorder> {
    let rt = &mut world.runtime;
    let recorder =
        actor!(rt, Recorder::init(world.journal.clone(), "init"), world.journal.notify("recorder"));
    assert_eq!(world.run(), ["init"]);
    recorder
}

#[test]
fn call_with_an_actor_queues_a_method_of_that_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let handle: Actor<Recorder> = owner.clone();
    let reference = &handle;
    call!([owner], note("owner"));
    call!([handle], note("handle"));
    call!([reference], note("reference"));
    call!([owner], nothing());
    assert!(world.journal.take().is_empty(), "nothing runs before the runtime does");
    assert_eq!(world.run(), ["owner", "handle", "reference", "nothing"]);
}

#[test]
fn call_with_an_actor_and_a_core_queues_a_method_of_that_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    call!([owner, rt], note("runtime"));
    let core: &mut Core = rt;
    call!([owner, core], note("core"));
    assert_eq!(world.run(), ["runtime", "core"]);
}

#[test]
fn call_accepts_every_form_inside_an_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], calls_itself());
    assert_eq!(
        world.run(),
        [
            "returns",
            "call [cx]",
            "call [actor]",
            "call [actor, core]",
            "call closure",
            "call closure, expression",
            "call level 0",
            "from the closure",
        ]
    );
}

#[test]
fn call_with_a_type_queues_an_initialiser() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let journal = &world.journal;
    let name = actor_new!(rt, Recorder, ret_nop!());
    let brackets = actor_new!(rt, Recorder, ret_nop!());
    let name_and_core = actor_new!(rt, Recorder, ret_nop!());
    let brackets_and_core = actor_new!(rt, Recorder, ret_nop!());
    call!([name], Recorder::init(journal.clone(), "name"));
    call!([brackets], <Recorder>::init(journal.clone(), "brackets"));
    call!([name_and_core, rt], Recorder::init(journal.clone(), "name and core"));
    call!([brackets_and_core, rt], <self::Recorder>::init(journal.clone(), "brackets and core"));
    assert_eq!(world.run(), ["name", "brackets", "name and core", "brackets and core"]);
}

#[test]
fn an_initialiser_may_queue_the_next_one_for_its_own_actor() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let _main = actor!(rt, Recorder::init_later(world.journal.clone()), ret_nop!());
    assert_eq!(world.run(), ["first half", "second half"]);
    let rt = &mut world.runtime;
    let _lazy = actor!(rt, Recorder::init_later_in_brackets(world.journal.clone()), ret_nop!());
    assert_eq!(world.run(), ["first half", "lazy second half"]);
    let rt = &mut world.runtime;
    let _idle = actor!(rt, Recorder::init_when_idle(world.journal.clone()), ret_nop!());
    assert!(world.run().is_empty());
    assert_eq!(world.run_idle(), ["idle second half"]);
}

#[test]
fn call_with_a_core_and_a_closure_runs_it_with_the_runtime() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let handle: Actor<Recorder> = owner.clone();
    let rt = &mut world.runtime;
    let journal = world.journal.clone();
    call!([rt], |rt| {
        journal.write("runtime");
        call!([rt], |_| journal.write("nested"));
    });
    let journal = world.journal.clone();
    let core: &mut Core = rt;
    call!([core], |_rt| journal.write("core"));
    let journal = world.journal.clone();
    call!([owner], |_rt| journal.write("owner"));
    let journal = world.journal.clone();
    call!([handle], |_rt| journal.write("handle"));
    assert_eq!(world.run(), ["runtime", "core", "owner", "handle", "nested"]);
}

#[test]
fn call_accepts_a_comma_behind_the_last_argument() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    let prep = actor_new!(rt, Recorder, ret_nop!());
    call!([owner], note("method",));
    call!([prep], Recorder::init(world.journal.clone(), "initialiser",));
    lazy!([owner, rt], note("lazy",));
    assert_eq!(world.run(), ["method", "initialiser", "lazy"]);
}

#[test]
fn call_accepts_sixteen_arguments() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], sixteen(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
    assert_eq!(world.run(), ["[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]"]);
}

#[test]
fn lazy_accepts_every_form_inside_an_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], calls_itself_lazily());
    assert_eq!(
        world.run(),
        ["returns", "lazy [cx]", "lazy [actor, core]", "lazy closure", "lazy level 0", "from the closure"]
    );
}

#[test]
fn lazy_accepts_every_form_at_level_0() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    let name = actor_new!(rt, Recorder, ret_nop!());
    let brackets = actor_new!(rt, Recorder, ret_nop!());
    lazy!([owner, rt], note("method"));
    lazy!([name, rt], Recorder::init(world.journal.clone(), "name"));
    lazy!([brackets, rt], <Recorder>::init(world.journal.clone(), "brackets"));
    let journal = world.journal.clone();
    lazy!([rt], |_rt| journal.write("closure"));
    call!([owner], note("main first"));
    assert_eq!(world.run(), ["main first", "method", "name", "brackets", "closure"]);
}

#[test]
fn idle_accepts_every_form_inside_an_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], calls_itself_when_idle());
    assert_eq!(world.run(), ["returns"]);
    assert_eq!(world.run_idle(), ["idle [cx]"]);
    assert_eq!(world.run_idle(), ["idle [actor, core]"]);
    assert_eq!(world.run_idle(), ["idle closure"]);
    assert_eq!(world.run_idle(), ["idle level 0"]);
    assert!(world.run_idle().is_empty());
}

#[test]
fn idle_accepts_every_form_at_level_0() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    let name = actor_new!(rt, Recorder, ret_nop!());
    let brackets = actor_new!(rt, Recorder, ret_nop!());
    idle!([owner, rt], note("method"));
    idle!([name, rt], Recorder::init(world.journal.clone(), "name"));
    idle!([brackets, rt], <Recorder>::init(world.journal.clone(), "brackets"));
    let journal = world.journal.clone();
    idle!([rt], |_rt| journal.write("closure"));
    assert!(world.run().is_empty());
    for expected in ["method", "name", "brackets", "closure"] {
        assert_eq!(world.run_idle(), [expected]);
    }
}

#[test]
fn arguments_are_evaluated_at_the_call_site_from_left_to_right() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    let journal = &world.journal;
    let prep = actor_new!(rt, Recorder, ret_nop!());
    call!([prep], Recorder::init(journal.pass("1", journal.clone()), journal.pass("2", "init")));
    lazy!([prep, rt], note(journal.pass("3", "lazy")));
    idle!([owner, rt], note(journal.pass("4", "idle")));
    call!([owner], note(journal.pass("5", "call")));
    assert_eq!(world.journal.take(), ["1", "2", "3", "4", "5"]);
    assert_eq!(world.run(), ["init", "call", "lazy"]);
    assert_eq!(world.run_idle(), ["idle"]);
}

#[test]
fn arguments_may_use_the_cx_that_the_brackets_name() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], uses_cx_in_arguments());
    assert_eq!(world.run(), ["0", "1"]);
    assert_eq!(world.run_idle(), ["2"]);
}

#[test]
fn arguments_may_change_the_state_that_the_brackets_read() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], borrows_itself_in_arguments());
    assert_eq!(world.run(), ["argument", "argument", "borrowed", "borrowed"]);
}

#[test]
fn an_argument_that_leaves_the_function_queues_nothing() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], leaves_from_an_argument(Some("queued")));
    assert_eq!(world.run(), ["left", "queued"]);
    call!([owner], leaves_from_an_argument(None));
    assert_eq!(world.run(), ["left"]);
}

#[test]
fn the_main_lane_runs_in_the_order_of_queueing() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    let journal = world.journal.clone();
    call!([owner], note("1"));
    call!([rt], |rt| {
        journal.write("2");
        rt.defer(move |_| journal.write("5"));
    });
    call!([owner], note("3"));
    let fwd: Fwd<&'static str> = fwd_to!([owner], note() as (&'static str));
    fwd!([fwd], "4");
    assert_eq!(world.run(), ["1", "2", "3", "4", "5"]);
}

#[test]
fn a_lazy_batch_runs_to_its_end_and_what_it_queues_on_main_precedes_what_it_queues_lazily() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let journal = world.journal.clone();
    let again = world.journal.clone();
    lazy!([rt], |rt| {
        journal.write("lazy 1");
        let (main, lazy) = (journal.clone(), journal.clone());
        lazy!([rt], |_rt| lazy.write("lazy 3"));
        call!([rt], |_rt| main.write("main 2"));
    });
    lazy!([rt], |_rt| again.write("lazy 2"));
    let journal = world.journal.clone();
    call!([rt], |_rt| journal.write("main 1"));
    assert_eq!(world.run(), ["main 1", "lazy 1", "lazy 2", "main 2", "lazy 3"]);
}

#[test]
fn one_idle_message_runs_before_the_main_lane_and_only_when_asked() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let (first, second, main, lazy) =
        (world.journal.clone(), world.journal.clone(), world.journal.clone(), world.journal.clone());
    idle!([rt], |rt| {
        first.write("idle 1");
        call!([rt], |_rt| first.write("from idle 1"));
    });
    idle!([rt], |_rt| second.write("idle 2"));
    call!([rt], |_rt| main.write("main"));
    lazy!([rt], |_rt| lazy.write("lazy"));
    assert_eq!(world.run_idle(), ["idle 1", "main", "from idle 1", "lazy"]);
    assert!(world.run().is_empty());
    assert_eq!(world.run_idle(), ["idle 2"]);
}

#[test]
fn calls_to_an_actor_without_a_state_wait_and_then_run_at_once_in_order() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let actor = actor_new!(rt, Recorder, ret_nop!());
    let other = world.journal.clone();
    call!([actor], note("1"));
    call!([actor], note("2"));
    call!([actor], Recorder::init(world.journal.clone(), "init"));
    call!([rt], |_rt| other.write("other"));
    assert_eq!(world.run(), ["init", "1", "2", "other"]);
}

#[test]
fn calls_that_wait_run_in_the_run_that_makes_the_state_even_if_nothing_else_is_queued() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let actor = actor_new!(rt, Recorder, ret_nop!());
    call!([actor], note("waited for a run"));
    assert!(world.run().is_empty());
    call!([actor], note("waited in the queue"));
    call!([actor], Recorder::init(world.journal.clone(), "init"));
    assert_eq!(world.run(), ["init", "waited for a run", "waited in the queue"]);
}

#[test]
fn an_initialiser_for_an_actor_that_has_a_state_or_has_ended_is_dropped() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let handle = owner.clone();
    call!([owner], Recorder::init(world.journal.clone(), "never"));
    assert!(world.run().is_empty());
    drop(owner);
    assert_eq!(world.run(), ["recorder: Actor was dropped"]);
    call!([handle], Recorder::init(world.journal.clone(), "never"));
    assert!(world.run().is_empty());
}

#[test]
fn an_initialiser_that_ends_the_actor_wins_over_the_state_it_returns() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let _fails = actor!(rt, Guarded::init(world.journal.clone(), true), world.journal.notify("fails"));
    let _stops = actor!(rt, Guarded::init(world.journal.clone(), false), world.journal.notify("stops"));
    assert_eq!(
        world.run(),
        ["fails: Actor failed: not today", "value dropped", "stops: Actor stopped", "value dropped"]
    );
}

#[test]
fn stop_takes_effect_when_the_method_returns_and_drops_what_is_still_queued() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], queues_then_stops());
    call!([owner], note("never"));
    assert_eq!(world.run(), ["still running", "recorder: Actor stopped"]);
}

#[test]
fn the_first_cause_of_a_method_counts() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], fails_twice());
    assert_eq!(world.run(), ["recorder: Actor failed: first"]);
}

#[test]
fn arguments_for_an_actor_that_has_ended_are_dropped_when_their_turn_comes() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let journal = &world.journal;
    call!([owner], queues_then_stops());
    call!([owner], hold(DropMark { journal: journal.clone(), entry: "argument dropped" }));
    call!([owner], keep_answer(journal.ret("answer")));
    assert!(world.journal.take().is_empty());
    assert_eq!(world.run(), ["still running", "recorder: Actor stopped", "argument dropped", "answer: None"]);
}

#[test]
fn a_queued_call_does_not_keep_its_actor_alive() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let handle = owner.clone();
    call!([handle], note("queued before the drop"));
    drop(owner);
    call!([handle], note("never"));
    assert_eq!(world.run(), ["queued before the drop", "recorder: Actor was dropped"]);
}
