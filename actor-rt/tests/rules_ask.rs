//! Typed requests: exactly one outcome each. The names begin with the sentence of the study that they prove (R: ractor, X: rsactor).

mod supervision_support;

use actor_rt::ask::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use supervision_support::oracle::*;
use supervision_support::*;

#[test]
fn r29_each_request_has_one_outcome() {
    let mut world = World::new();
    let outcomes = Outcomes::default();
    let one = oracle(&mut world);
    ask(&mut world, &one, Oracle::answer, &outcomes);
    ask(&mut world, &one, Oracle::forget, &outcomes);
    ask(&mut world, &one, Oracle::keep, &outcomes);
    world.run();
    assert_eq!(outcomes.take(), [Ok(42), Err(AskError::NoReply)]);
    world.at(999);
    assert_eq!(outcomes.take(), []);
    world.at(1_000);
    assert_eq!(outcomes.take(), [Err(AskError::Timeout)]);
    ask(&mut world, &one, Oracle::keep, &outcomes);
    ask(&mut world, &one, Oracle::fail, &outcomes);
    ask(&mut world, &one, Oracle::answer, &outcomes);
    world.run();
    assert_eq!(
        outcomes.take(),
        [Err(AskError::NoReply); 3],
        "the one that failed, the one it kept, the one that waited"
    );
    ask(&mut world, &one, Oracle::answer, &outcomes);
    assert_eq!(outcomes.take(), [Err(AskError::Closed)], "it has ended");
    assert_eq!(world.runtime.pending().asks, 0);
    assert_eq!(world.runtime.pending().timers, 0, "no deadline is left");
}

#[test]
fn a_full_mailbox_is_an_error_and_nothing_was_asked() {
    let mut world = World::new();
    let one = oracle(&mut world);
    one.set_capacity(1);
    let outcomes = Outcomes::default();
    ask(&mut world, &one, Oracle::answer, &outcomes);
    let dropped = Rc::new(Cell::new(false));
    let drops = dropped.clone();
    let ret = Ret::new(move |outcome: Option<Result<u32, AskError>>| drops.set(outcome.is_none()));
    let refused = world.runtime.ask(&one, SECOND, Oracle::answer, ret);
    assert!(matches!(refused, Err(PostError::Full)) && dropped.get());
    world.run();
    assert_eq!((outcomes.take(), world.runtime.pending().asks), (vec![Ok(42)], 0));
}

#[test]
fn r30_after_a_timeout_the_message_is_handled_and_its_answer_comes_too_late() {
    let mut world = World::new();
    let one = oracle(&mut world);
    let outcomes = Outcomes::default();
    let late = Rc::new(RefCell::new(Vec::new()));
    let told = late.clone();
    let message = move |_: &mut Oracle, _: &mut Cx<'_, Oracle>, reply: Reply<u32>| {
        told.borrow_mut().push((reply.is_abandoned(), reply.budget()));
        told.borrow_mut().push((reply.reply(42), None));
    };
    one.pause();
    world.runtime.ask(&one, millis(10), message, heard(&outcomes)).unwrap();
    world.at(10);
    assert_eq!(outcomes.take(), [Err(AskError::Timeout)]);
    one.resume();
    world.run();
    assert_eq!(late.take(), [(true, None), (false, None)]);
    assert_eq!(world.runtime.pending().late_replies, 1);
}

#[test]
fn r30_the_callee_knows_how_much_time_is_left() {
    let mut world = World::new();
    let one = oracle(&mut world);
    let outcomes = Outcomes::default();
    let message = |_: &mut Oracle, _: &mut Cx<'_, Oracle>, reply: Reply<u32>| {
        let left = reply.budget().unwrap().as_millis();
        reply.reply(left as u32);
    };
    one.pause();
    world.runtime.ask(&one, millis(100), message, heard(&outcomes)).unwrap();
    world.at(30);
    one.resume();
    world.run();
    assert_eq!(outcomes.take(), [Ok(70)]);
}

#[test]
fn a_request_is_withdrawn_with_its_asker_or_its_incarnation() {
    let mut world = World::new();
    let one = oracle(&mut world);
    for restarted in [true, false] {
        let user = world.spec("u").restart(if restarted { Restart::Permanent } else { Restart::Temporary });
        let user = user.start(&mut world.runtime).unwrap();
        let to = one.clone();
        user.call(move |_, cx| {
            _ = cx.request(&to, SECOND, Oracle::keep, |this, cx, _| this.say(cx, "heard")).unwrap()
        });
        world.run();
        assert_eq!(world.runtime.pending().asks, 1);
        call!([user], fail());
        let story = world.run();
        assert!(!story.contains("heard"), "{story}");
        let abandoned = one.query(&mut world.runtime, |this, _| this.kept.pop().unwrap().is_abandoned());
        assert_eq!((abandoned, world.runtime.pending().asks), (Some(true), 0));
    }
}

#[test]
fn an_answer_whose_conversion_panics_is_the_answerers_fault_and_the_asker_hears() {
    let mut world = World::new();
    let one = oracle(&mut world);
    let outcomes = Outcomes::default();
    let message = |_: &mut Oracle, _: &mut Cx<'_, Oracle>, reply: Reply<u32>| {
        let bad = reply.map(|_: u32| -> u32 { std::panic::resume_unwind(Box::new("a panic")) });
        bad.reply(1);
    };
    world.runtime.ask(&one, SECOND, message, heard(&outcomes)).unwrap();
    world.run();
    assert_eq!(outcomes.take(), [Err(AskError::NoReply)]);
    assert!(one.is_zombie());
}

#[test]
fn while_it_waits_for_an_answer_an_actor_handles_nothing_else_but_what_is_owed_to_it() {
    let mut world = World::new();
    let one = oracle(&mut world);
    let user = world.start("u");
    let to = one.clone();
    user.call(move |this, cx| {
        cx.this().call_at(millis(10), |this, cx| this.say(cx, "timer"));
        cx.ask_holding(&to, SECOND, Oracle::keep, |this, cx, outcome| {
            assert_eq!(outcome, Ok(7));
            this.say(cx, "answered");
        })
        .unwrap();
        this.say(cx, "asked");
    });
    call!([user], say("one"));
    world.runtime.door().call(user.actor_id(), |this: &mut Node, cx| this.say(cx, "two")).unwrap();
    user.apply(&mut world.runtime, |this, cx| this.say(cx, "three"));
    // `apply` came while it was ready yet.
    assert_eq!(world.run(), "u:three u:asked");
    assert_eq!(user.query(&mut world.runtime, |_, _| ()), None, "it is not to be disturbed");
    user.apply(&mut world.runtime, |this, cx| this.say(cx, "four"));
    assert_eq!(world.at(10), "u:timer");
    assert_eq!(world.runtime.locate(user.actor_id()).unwrap().life, Life::Held);
    one.call(|this, _| _ = this.kept.pop().unwrap().reply(7));
    assert_eq!(world.run(), "u:answered u:one u:two u:four");
}

#[test]
fn a_stop_or_a_kill_ends_one_that_waits_at_once_and_a_restart_frees_it() {
    let mut world = World::new();
    let one = oracle(&mut world);
    let waits = |world: &mut World, user: &Actor<Node>| {
        let to = one.clone();
        user.call(move |_, cx| {
            cx.ask_holding(&to, SECOND, Oracle::keep, |this, cx, _| this.say(cx, "answered")).unwrap();
        });
        call!([user], say("waits"));
        world.run();
    };
    let user = world.start("s");
    waits(&mut world, &user);
    world.stop(&user);
    assert_eq!(world.run(), "s:stop s:drop");
    let user = world.start_temporary("k");
    waits(&mut world, &user);
    world.kill(&user);
    assert_eq!(world.run(), "k:drop");
    let user = world.start("r");
    waits(&mut world, &user);
    world.kill(&user);
    assert_eq!(world.run(), "r:drop r:init2 r:again r:waits");
    assert_eq!(world.runtime.pending().asks, 0);
}

#[test]
fn x17_a_circle_of_actors_that_wait_is_an_error_with_its_path() {
    struct Peer {
        next: Option<Actor<Peer>>,
        errors: Rc<RefCell<Vec<HoldError>>>,
        kept: Vec<Reply<u32>>,
    }
    impl Peer {
        fn asks(&mut self, cx: &mut Cx<'_, Self>, reply: Reply<u32>) {
            let next = self.next.clone().unwrap();
            self.kept.push(reply);
            if let Err(error) = cx.ask_holding(&next, SECOND, Peer::asks, |this, _, _| this.kept.clear()) {
                self.errors.borrow_mut().push(error);
            }
        }
    }
    let mut world = World::new();
    let errors = Rc::new(RefCell::new(Vec::new()));
    let peers: Vec<_> = (0..3)
        .map(|_| {
            let errors = errors.clone();
            let peer = move |_: &mut Cx<'_, Peer>| {
                Some(Peer { next: None, errors: errors.clone(), kept: Vec::new() })
            };
            Spec::new(peer).start(&mut world.runtime).unwrap()
        })
        .collect();
    for (at, peer) in peers.iter().enumerate() {
        let next = peers[(at + 1) % peers.len()].clone();
        peer.call(move |this, _| this.next = Some(next));
    }
    world.runtime.ask(&peers[0], SECOND, Peer::asks, Ret::nop()).unwrap();
    world.run();
    let path: Vec<_> = [2, 0, 1].map(|at: usize| peers[at].actor_id()).into();
    let all = errors.take();
    assert_eq!(all, [HoldError::Cycle(path)]);
    assert!(all[0].to_string().contains("use request()"), "{}", all[0]);
    world.at(2_000);
    assert_eq!(world.runtime.pending().asks, 0);
    let answering = peers.iter().filter(|peer| peer.query(&mut world.runtime, |_, _| ()).is_some()).count();
    assert_eq!(answering, 3, "nobody waits any more");
}

#[test]
fn teardown_tells_who_asked_from_outside() {
    let mut world = World::new();
    let one = oracle(&mut world);
    let outcomes = Outcomes::default();
    ask(&mut world, &one, Oracle::keep, &outcomes);
    world.run();
    ask(&mut world, &one, Oracle::answer, &outcomes);
    let World { runtime, .. } = world;
    drop(runtime);
    assert_eq!(outcomes.take(), [Err(AskError::NoReply); 2]);
}
