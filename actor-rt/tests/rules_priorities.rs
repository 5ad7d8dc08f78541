//! Messages that are more urgent than others of the same actor. The names begin with the sentence of the study that they prove (X: rsactor).

mod supervision_support;

use actor_rt::mailbox::*;
use actor_rt::supervision::*;
use actor_rt::*;
use supervision_support::*;

#[test]
fn x11_an_urgent_message_comes_before_the_others_of_its_actor_and_a_low_one_after() {
    let mut world = World::new();
    let (actor, other) = (with_mailbox(&mut world, Mailbox::new()), world.start("o"));
    world.log.take();
    let sending = |priority| Sending::new().priority(priority);
    actor.try_call_with(sending(Priority::Low), say("low")).unwrap();
    call!([other], say("first"));
    call!([actor], say("one"));
    call!([other], say("second"));
    actor.try_call_with(sending(Priority::High), say("high")).unwrap();
    call!([actor], say("two"));
    actor.try_call_with(sending(Priority::High), say("higher")).unwrap();
    assert_eq!(world.run(), "a:high o:first a:higher o:second a:one a:two a:low");
    // Without a mailbox of its own an actor takes them in their order.
    other.try_call_with(sending(Priority::Low), say("low")).unwrap();
    other.try_call_with(sending(Priority::High), say("high")).unwrap();
    assert_eq!(world.run(), "o:low o:high");
}

/// What is urgent among the messages is no more than a message: a drain handles it, in its order, and a stop and a kill overtake it.
#[test]
fn x11_a_drain_handles_the_urgent_and_the_low_ones_and_a_stop_and_a_kill_come_before_them() {
    type Verb = fn(&Door, ActorId) -> Result<(), IdError>;
    // What happens, how many messages are lost, and whether it takes no more from now on, or from the next turn.
    let verbs: [(Verb, &str, u64, bool); 3] = [
        (Door::drain, "a:high a:higher a:one a:two a:low a:lower a:stop a:drop", 0, true),
        (Door::stop, "a:stop a:drop", 6, false),
        (|door, id| door.kill(id, "enough"), "a:drop", 6, true),
    ];
    for paused in [false, true] {
        for (verb, story, lost, at_once) in verbs {
            let mut world = World::new();
            let spec = world.spec("a").restart(Restart::Temporary).mailbox(Mailbox::new());
            let actor = spec.start(&mut world.runtime).unwrap();
            world.run();
            if paused {
                actor.pause();
            }
            let all = [
                (Priority::Low, "low"),
                (Priority::Normal, "one"),
                (Priority::High, "high"),
                (Priority::Low, "lower"),
                (Priority::Normal, "two"),
                (Priority::High, "higher"),
            ];
            for (priority, what) in all {
                actor.try_call_with(Sending::new().priority(priority), say(what)).unwrap();
            }
            verb(world.runtime.door(), actor.actor_id()).unwrap();
            let urgent = Sending::new().priority(Priority::High);
            let late = actor.try_call_with(urgent, say("late"));
            assert_eq!(matches!(late, Err(Refused::Closed(_))), at_once);
            if paused && lost == 0 {
                assert_eq!(world.run(), "", "it waits for the end of the pause");
                actor.resume();
            }
            assert_eq!(world.run(), story, "paused: {paused}");
            assert_eq!(world.runtime.dead_letters_of(DropReason::Cancelled), lost + u64::from(late.is_ok()));
        }
    }
}
