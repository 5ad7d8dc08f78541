//! Where an answer goes: on to another actor, later and from elsewhere, to all who asked the same. The names begin with the sentence of the
//! study that they prove (R: ractor, O: ODIN).

mod supervision_support;

use actor_rt::ask::*;
use actor_rt::services::Coalesce;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use supervision_support::oracle::*;
use supervision_support::*;

/// Each way in which there is no answer leaves the third one alone, and the conversion uncalled.
#[test]
fn r32_an_answer_goes_to_another_actor_converted_and_without_one_nothing_is_sent() {
    /// What becomes of the target before it is asked, what it is asked, and what becomes of it afterwards.
    type Fate = fn(&mut World, &Actor<Oracle>);
    let nothing: Fate = |_, _| ();
    let kill: Fate = |world, one| world.runtime.door().kill(one.actor_id(), "gone").unwrap();
    let cases: [(&str, Fate, Message, Fate); 9] = [
        ("answer", nothing, Oracle::answer, nothing),
        ("answered later", nothing, Oracle::keep, |_, one| {
            one.call(|this, _| assert!(this.kept.pop().unwrap().reply(42)));
        }),
        ("no reply", nothing, Oracle::forget, nothing),
        ("timeout", nothing, Oracle::keep, nothing),
        (
            "too late",
            |_, one| _ = one.pause(),
            Oracle::answer,
            |world, one| {
                world.at(1_000);
                one.resume();
            },
        ),
        ("failed", nothing, Oracle::fail, nothing),
        ("killed with the request", nothing, Oracle::keep, kill),
        ("closed", kill, Oracle::answer, nothing),
        ("full", |_, one| one.set_capacity(0), Oracle::answer, nothing),
    ];
    for (case, before, message, after) in cases {
        let mut world = World::new();
        let (one, screen, user) = (oracle(&mut world), world.start("s"), world.start("u"));
        let kept = Rc::new(());
        before(&mut world, &one);
        let (to, held, log) = (one.clone(), kept.clone(), world.log.clone());
        user.call(move |_, cx| {
            let show =
                Fwd::to_actor(screen.clone(), |this: &mut Node, cx, what: &'static str| this.say(cx, what));
            let map = move |number| {
                let _held = &held;
                log.write("converted");
                if number == 42 { "forty-two" } else { "?" }
            };
            let asked = cx.request_for(&to, SECOND, message, map, show);
            assert_eq!(asked.err().map(|error| error.to_string()).is_some(), case == "full");
        });
        world.runtime.run(world.runtime.now(), false);
        after(&mut world, &one);
        let heard = world.at(2_000);
        assert_eq!(heard, if case.starts_with("answer") { "converted s:forty-two" } else { "" }, "{case}");
        assert_eq!(
            (Rc::strong_count(&kept), world.runtime.pending().asks),
            (1, 0),
            "{case}: nothing is left"
        );
    }
}

#[test]
fn o19_the_answer_may_come_later_and_from_elsewhere() {
    let mut world = World::new();
    let (one, two) = (oracle(&mut world), oracle(&mut world));
    let outcomes = Outcomes::default();
    let expert = two.clone();
    let passes_on = move |_: &mut Oracle, _: &mut Cx<'_, Oracle>, reply: Reply<u32>| {
        expert.call(move |two, cx| two.keep(cx, reply));
    };
    world.runtime.ask(&one, SECOND, passes_on, heard(&outcomes)).unwrap();
    world.run();
    world.runtime.door().kill(one.actor_id(), "it has done its part").unwrap();
    world.at(500);
    assert_eq!(outcomes.take(), []);
    two.call(|this, _| _ = this.kept.pop().unwrap().reply(7));
    world.run();
    assert_eq!(outcomes.take(), [Ok(7)]);
}

/// Who finds out, once for each key.
struct Lookup<T: 'static> {
    asked: Coalesce<&'static str, T>,
    works: Vec<&'static str>,
}

impl<T: Clone + 'static> Default for Lookup<T> {
    fn default() -> Self {
        Lookup { asked: Coalesce::new(), works: Vec::new() }
    }
}

impl<T: Clone + 'static> Lookup<T> {
    fn find(&mut self, key: &'static str, reply: Reply<T>) {
        if self.asked.join(key, reply) {
            self.works.push(key);
        }
    }
}

#[test]
fn o20_identical_requests_are_worked_on_once_and_each_gets_the_answer() {
    let mut world = World::new();
    let lookup = Spec::new(|_| Some(Lookup::<u32>::default())).start(&mut world.runtime).unwrap();
    let outcomes = Outcomes::default();
    let mut ids = Vec::new();
    for key in ["a", "b", "a", "a"] {
        let message = move |this: &mut Lookup<u32>, _: &mut Cx<'_, _>, reply| this.find(key, reply);
        ids.push(world.runtime.ask(&lookup, SECOND, message, heard(&outcomes)).unwrap());
    }
    world.run();
    world.runtime.cancel_ask(ids[2]);
    assert_eq!(outcomes.take(), [Err(AskError::Cancelled)]);
    let state = lookup.query(&mut world.runtime, |this, _| {
        (this.works.clone(), this.asked.answer(&"a", 1), this.asked.fail(&"b"), this.asked.is_empty())
    });
    assert_eq!(state, Some((vec!["a", "b"], 2, 1, true)));
    assert_eq!(outcomes.take(), [Ok(1), Ok(1), Err(AskError::NoReply)]);
    // The worker's failure is told to all who wait.
    for _ in 0..2 {
        let message = |this: &mut Lookup<u32>, _: &mut Cx<'_, _>, reply| this.find("a", reply);
        world.runtime.ask(&lookup, SECOND, message, heard(&outcomes)).unwrap();
    }
    lookup.call(|this, cx| {
        assert!(!this.asked.is_abandoned(&"a"));
        cx.fail_str("a fault");
    });
    world.run();
    assert_eq!(outcomes.take(), [Err(AskError::NoReply); 2]);
}

/// Each answer knows which copy it is, and each asker says who it is.
#[test]
fn o20_the_answers_come_in_the_order_in_which_it_was_asked() {
    struct Copies(Rc<Cell<u32>>, u32);
    impl Clone for Copies {
        fn clone(&self) -> Self {
            self.0.set(self.0.get() + 1);
            Copies(self.0.clone(), self.0.get())
        }
    }
    let mut world = World::new();
    let lookup = Spec::once(|_| Some(Lookup::<Copies>::default())).start(&mut world.runtime).unwrap();
    let askers = ["1", "2", "3", "4", "5"].map(|name| world.start(name));
    world.log.take();
    // Not in the order of their ages, and one of them twice; between them another asks for something else.
    for (asker, key) in [(3, "a"), (0, "a"), (2, "b"), (4, "a"), (3, "a"), (1, "a")] {
        let to = lookup.clone();
        askers[asker].call(move |_, cx| {
            let message = move |this: &mut Lookup<Copies>, _: &mut Cx<'_, _>, reply| this.find(key, reply);
            let heard = move |this: &mut Node, _: &mut Cx<'_, Node>, answer: Result<Copies, _>| {
                let what = answer.map_or_else(|error| format!("{error:?}"), |copy| copy.1.to_string());
                this.log.write(format!("{}:{key}{what}", this.name));
            };
            cx.request(&to, SECOND, message, heard).unwrap();
        });
    }
    // One of those who wait has gone meanwhile: the others do not wait for it.
    world.run();
    world.runtime.terminate_child(askers[4].actor_id(), Ret::nop()).unwrap();
    assert_eq!(world.run(), "5:stop 5:drop");
    let answered = lookup.query(&mut world.runtime, |this, _| {
        (this.works.clone(), this.asked.answer(&"a", Copies(Rc::default(), 0)))
    });
    assert_eq!(answered, Some((vec!["a", "b"], 4)));
    assert_eq!(world.run(), "4:a1 1:a2 4:a4 2:a5", "the third copy was for the one that has gone");
    lookup.call(|this, _| _ = this.asked.answer(&"b", Copies(Rc::default(), 0)));
    assert_eq!(world.run(), "3:b1");
}

/// Who is told that a target is gone, and asks another one that is gone, hears in a turn of his own, and may change his mind till then.
#[test]
fn an_ask_of_one_that_is_gone_can_be_withdrawn_until_it_is_told() {
    struct Deaf;
    impl Receive for Deaf {
        fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
    }
    for withdraws in [false, true] {
        let mut world = World::new();
        let door = world.runtime.door().clone();
        let gone = door.spawn(Deaf, Ret::nop()).actor_id();
        door.kill(gone, "gone").unwrap();
        world.run();
        let heard = Rc::new(RefCell::new(Vec::new()));
        let (again, first) = (door.clone(), heard.clone());
        let on_first = move |answer: Answer<'_>| {
            first.borrow_mut().push(answer.outcome);
            let second = first.clone();
            let on_second = move |answer: Answer<'_>| second.borrow_mut().push(answer.outcome);
            let token = again.ask(gone, 1, Body::Copied(b""), u64::MAX, on_second).unwrap();
            assert_eq!(again.open_asks(), 1);
            if withdraws {
                again.ask_cancel(token).unwrap();
            }
        };
        door.ask(gone, 1, Body::Copied(b""), u64::MAX, on_first).unwrap();
        world.run();
        let second = if withdraws { Outcome::Cancelled } else { Outcome::Closed };
        assert_eq!((heard.take(), door.open_asks()), (vec![Outcome::Closed, second], 0));
    }
}

/// An answer that was under way when its asker was killed or failed came to the next incarnation, which had not asked.
#[test]
fn an_answer_by_packet_is_for_the_incarnation_that_asked() {
    struct Asks(Log);
    impl Receive for Asks {
        fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
            match packet.tag() {
                1 => cx.fail_str("a fault"),
                tag => self.0.write(format!("tag{tag}:{}", packet.status())),
            }
        }
    }
    struct Answers;
    impl Receive for Answers {
        fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
            let token = packet.keep_reply();
            cx.door().reply(token, 7, Body::Owned(OwnedBytes::copy_of(&[1; 5_000]))).unwrap();
        }
    }
    for end in ["none", "fails", "killed"] {
        let mut world = World::new();
        let log = world.log.clone();
        let asks = Spec::new(move |_| Some(Asks(log.clone()))).accept_packets();
        let asks = asks.restart(Restart::Permanent).start(&mut world.runtime).unwrap();
        let answers = world.runtime.door().spawn(Answers, Ret::nop()).actor_id();
        let killer = world.start("k");
        world.run();
        let (door, id) = (world.runtime.door().clone(), asks.actor_id());
        door.ask_from(id, answers, 3, Body::Copied(b""), u64::MAX).unwrap();
        if end == "fails" {
            // Behind the question, and before the answer.
            door.post(id, 1, Body::Copied(b"")).unwrap();
        }
        if end == "killed" {
            let door = door.clone();
            killer.call(move |_, _| door.kill(id, "enough").unwrap());
        }
        let expected = if end == "none" { "tag7:0" } else { "" };
        assert_eq!(world.run(), expected, "{end}");
        let is_late = u64::from(end != "none");
        assert_eq!(
            (world.runtime.pending().late_replies, world.runtime.pending().asks),
            (is_late, 0),
            "{end}"
        );
        assert_eq!(asks.incarnation(), u32::from(end != "none"));
    }
}
