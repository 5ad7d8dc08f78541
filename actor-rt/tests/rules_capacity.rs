//! How much may wait for an actor, and what its sender sees of that. The names begin with the sentence of the study that they prove
//! (R: ractor, O: ODIN, X: rsactor, K: where these conflict); a comment says where ours differs.

mod supervision_support;

use actor_rt::ask::{AskError, Reply};
use actor_rt::mailbox::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::*;

/// ODIN bounds each mailbox, by 16 if nothing is said. Ours has a bound if it is given one, and no place is set aside for it.
#[test]
fn o4_no_more_wait_than_the_bound_admits_whoever_sends() {
    let mut world = World::new();
    assert_eq!(world.start("unbounded").capacity(), u32::MAX);
    let actor = world.spec("a").capacity(16).start(&mut world.runtime).unwrap();
    world.run();
    let door = world.runtime.door().clone();
    for _ in 0..10 {
        call!([actor], say("call"));
        _ = actor.try_call(say("try"));
        _ = door.call(actor.actor_id(), say("id"));
        actor.lazy(say("lazy"));
        Fwd::to_actor(actor.clone(), |this: &mut Node, cx, what| this.say(cx, what)).fwd("fwd");
        assert!(actor.pending() <= 16);
    }
    assert_eq!(actor.pending(), 16);
    assert_eq!(world.run().split(' ').count(), 16);
    // As many again.
    assert_eq!((0..20).filter(|_| actor.try_call(say("again")).is_ok()).count(), 16);
}

/// Ours is a default of a runtime, not of the process, and 0 is one: nothing but what is owed to the actor gets in.
#[test]
fn x9_a_runtime_has_a_default_and_an_actor_its_own() {
    let now = Instant::now();
    let mut bounded = Config::new().capacity(32).build(now);
    let mut other = Config::new().capacity(2).build(now);
    let mut none = Config::new().capacity(0).build(now);
    let admitted = |runtime: &mut Runtime, spec: Spec<u32>| {
        let actor = spec.start(runtime).unwrap();
        (0..100).filter(|_| actor.try_call(|_, _| ()).is_ok()).count()
    };
    let spec = || Spec::new(|_| Some(0_u32));
    assert_eq!(admitted(&mut bounded, spec()), 32);
    assert_eq!(admitted(&mut bounded, spec().capacity(7)), 7);
    assert_eq!(admitted(&mut other, spec()), 2);
    assert_eq!(admitted(&mut none, spec()), 0);
    let actor = spec().start(&mut none).unwrap();
    let answer: Ret<u32> = Ret::some_to_actor(actor.clone(), |number: &mut u32, _, n| *number = n);
    ret!([answer], 7);
    none.run(now, false);
    assert_eq!(actor.query(&mut none, |number, _| *number), Some(7));
}

/// rsactor has no send that does not wait; one that is tried again and again in the full actor's own handler is a livelock there. Ours never
/// waits in a handler: what waits is the message, and a kill has its turn when the handler returns.
#[test]
fn x10_a_full_mailbox_holds_up_no_handler_not_even_its_own() {
    let mut world = World::new();
    let actor = world.spec("a").restart(Restart::Temporary).capacity(1).start(&mut world.runtime).unwrap();
    world.run();
    let own = actor.clone();
    actor.call(move |this, cx| {
        assert!(own.try_call(say("one")).is_ok());
        for _ in 0..1_000 {
            assert!(matches!(own.try_call(say("never")), Err(Refused::Full(_))));
        }
        cx.send_parked(&own, millis(100), say("two"), |this, cx, sent| {
            this.say(cx, if sent.is_ok() { "sent" } else { "not-sent" });
        });
        this.say(cx, "returns");
    });
    let story = world.run();
    assert!(
        story.starts_with("a:returns a:one") && story.contains("a:two") && story.contains("a:sent"),
        "{story}"
    );
    // To ask does not wait for room: that is an error, and nothing was asked.
    actor.pause();
    call!([actor], say("fills"));
    let ask = |_: &mut Node, _: &mut Cx<'_, Node>, reply: Reply<u32>| _ = reply.reply(1);
    let refused = world.runtime.ask(&actor, millis(100), ask, Ret::nop());
    assert!(matches!(refused, Err(PostError::Full)));
    world.kill(&actor);
    assert_eq!(world.run(), "a:drop");
}

/// Ours says the same of each kind of error: whether it is worth another try. There is none that tells how to debug; the texts name cures.
#[test]
fn x18_an_error_says_whether_it_is_worth_another_try() {
    let asks = [
        (AskError::Timeout, true),
        (AskError::Full, true),
        (AskError::NoReply, false),
        (AskError::Closed, false),
        (AskError::Cancelled, false),
        (AskError::Lost, false),
        (AskError::WouldDeadlock, false),
    ];
    assert!(asks.iter().all(|(error, retry)| error.is_retryable() == *retry));
    let parks = [
        (ParkError::Timeout, true),
        (ParkError::TooMany, true),
        (ParkError::Closed, false),
        (ParkError::WouldDeadlock, false),
    ];
    assert!(parks.iter().all(|(error, retry)| error.is_retryable() == *retry));
    let posts = [
        (PostError::Full, true),
        (PostError::Refused, false),
        (PostError::Closed, false),
        (PostError::Id(IdError::Stale), false),
    ];
    assert!(posts.iter().all(|(error, retry)| error.is_retryable() == *retry));
    // And what it says is true.
    let mut world = World::new();
    let actor = world.spec("a").restart(Restart::Temporary).capacity(1).start(&mut world.runtime).unwrap();
    call!([actor], say("one"));
    let refused = actor.try_call(say("two")).unwrap_err();
    assert!(refused.is_retryable());
    world.run();
    assert!(actor.try_call(refused.into_message()).is_ok());
    assert_eq!(world.run(), "a:two");
    world.stop(&actor);
    world.run();
    assert!(!actor.try_call(say("three")).unwrap_err().is_retryable());
    // A downcast that fails, a wrong capacity, a join: an id of another type is the sender's error, the others cannot be.
    let number = Spec::new(|_| Some(1_u32)).start(&mut world.runtime).unwrap();
    let wrong = world.runtime.door().call(number.actor_id(), say("never"));
    assert_eq!(wrong, Err(PostError::Id(IdError::WrongKind)));
}

/// Ours are counted by reason whoever lost them, and the last ones are kept with their type and their receiver.
#[test]
fn x15_what_is_lost_is_counted_once_with_its_reason() {
    let mut world = World::new();
    let actor = world.start_temporary("a");
    let heard = Rc::new(Cell::new(None));
    let keep = heard.clone();
    let answer = |_: &mut Node, _: &mut Cx<'_, Node>, reply: Reply<u32>| _ = reply.reply(1);
    let told = Ret::new(move |outcome: Option<Result<u32, AskError>>| keep.set(outcome));
    world.runtime.ask(&actor, Duration::from_secs(1), answer, told).unwrap();
    call!([actor], say("left"));
    world.stop(&actor);
    world.run();
    // Discarded with the actor: the message of the request once, although it has an outcome besides.
    assert_eq!(heard.take(), Some(Err(AskError::NoReply)));
    assert_eq!(world.runtime.dead_letters_of(DropReason::Cancelled), 2);
    // It has stopped.
    call!([actor], say("late"));
    assert_eq!(world.runtime.dead_letters_of(DropReason::NotFound), 1);
    let letters = world.runtime.recent_dead_letters();
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().all(|letter| letter.target == actor.actor_id()));
    // A deadline that passes is an outcome: the message itself waits on, and is handled.
    let slow = world.start("s");
    slow.pause();
    world.runtime.ask(&slow, millis(10), answer, Ret::nop()).unwrap();
    world.at(10);
    assert_eq!(world.runtime.dead_letters(), 3);
    slow.resume();
    world.run();
    assert_eq!((world.runtime.dead_letters(), world.runtime.pending().late_replies), (3, 1));
}

/// What waits when a runtime is dropped is lost with the same reason wherever it waited, and each of it once. What waits for room was not
/// sent yet: that is told to its sender, if there is one.
#[test]
fn x15_what_is_left_when_the_runtime_goes_is_counted_with_its_reason() {
    // Leaves something for an actor, or for two.
    type Leaves = fn(&mut World, &Actor<Node>);
    let cases: [(&str, u64, Leaves); 10] = [
        ("queued", 2, |_, actor| {
            call!([actor], say("never"));
            actor.lazy(say("never"));
        }),
        ("idle", 1, |_, actor| actor.idle(say("never"))),
        ("paused", 3, |world, actor| {
            actor.pause();
            call!([actor], say("never"));
            call!([actor], say("never"));
            world.run();
            call!([actor], say("queued"));
        }),
        ("preparing", 1, |world, _| {
            let waits = Conduct::default();
            waits.starts_waiting.set(1);
            let actor = world.spec_of("w", waits).start(&mut world.runtime).unwrap();
            call!([actor], say("never"));
            world.run();
        }),
        ("parked", 1, |world, actor| {
            actor.set_capacity(1);
            call!([actor], say("never"));
            for what in ["one", "two"] {
                let outcome = sent(world, what);
                world.runtime.call_parked(actor, millis(100), say("never"), outcome);
            }
        }),
        ("parked by another", 1, |world, actor| {
            actor.set_capacity(1);
            actor.pause();
            call!([actor], say("never"));
            let (sender, to) = (world.start("s"), actor.clone());
            sender
                .call(move |_, cx| cx.send_parked(&to, millis(100), say("never"), |_, _, _| unreachable!()));
            world.run();
        }),
        ("its own mailbox", 3, |_, actor| {
            actor.set_mailbox(Mailbox::new().capacity(3));
            for priority in [Priority::Low, Priority::Normal, Priority::High] {
                actor.try_call_with(Sending::new().priority(priority), say("never")).unwrap();
            }
        }),
        ("asked", 1, |world, actor| {
            let answer = |_: &mut Node, _: &mut Cx<'_, Node>, reply: Reply<u32>| _ = reply.reply(1);
            world.runtime.ask(actor, millis(100), answer, Ret::nop()).unwrap();
        }),
        ("of a thread", 1, |_, actor| actor.remote().call(say("never")).unwrap()),
        ("not a message", 0, |world, actor| {
            actor.call_at(millis(5), say("never"));
            world.runtime.defer(|_| unreachable!());
        }),
    ];
    for (what, lost, leaves) in cases {
        let mut world = World::new();
        let actor = world.start("a");
        leaves(&mut world, &actor);
        let door = world.runtime.door().clone();
        assert_eq!(door.pending().dead_letters, 0, "{what}");
        let log = world.log.clone();
        drop(world);
        let told = log.take().matches(":Err(Closed)").count();
        assert_eq!(told, if what == "parked" { 2 } else { 0 }, "{what}");
        assert_eq!(
            (door.pending().dead_letters, door.dead_letters_of(DropReason::Closed)),
            (lost, lost),
            "{what}"
        );
    }
}
