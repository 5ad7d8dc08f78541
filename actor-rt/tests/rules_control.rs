//! What can be done with any actor, whatever it is made of. The names begin with the sentence of the study that they prove (R: ractor,
//! O: ODIN, X: rsactor, K: where these conflict); a comment says where ours differs.

mod supervision_support;

use actor_rt::ask::{AskError, Reply};
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

/// The verbs are not messages of its set but the runtime's own, so that there is nothing to leave out.
#[test]
fn o2_an_actor_that_says_nothing_of_it_is_started_paused_called_and_ended() {
    let mut world = World::new();
    let number = Spec::new(|_| Some(1_u32)).start(&mut world.runtime).unwrap();
    let (id, door) = (number.actor_id(), world.runtime.door().clone());
    assert_eq!(door.status(id), Ok(Status::Running));
    assert!(number.pause());
    door.call(id, |number: &mut u32, _| *number += 1).unwrap(); // runs a closure
    world.run();
    assert_eq!(number.query(&mut world.runtime, |number, _| *number), None, "it is paused");
    assert!(number.resume());
    world.run();
    assert_eq!(number.query(&mut world.runtime, |number, _| *number), Some(2));
    door.stop(id).unwrap();
    world.run();
    assert_eq!(door.status(id), Ok(Status::Stopped));
}

/// Ours start when they are made; there is no message that starts all. One that is late is killed and has failed to start.
#[test]
fn o12_actors_start_in_the_order_of_creation_and_each_says_whether_it_did_in_time() {
    let mut world = World::new();
    let late = Conduct::default();
    late.starts_waiting.set(1);
    let specs = [world.spec("1"), world.spec_of("2", late), world.spec("3")];
    for (spec, number) in specs.into_iter().zip(1..) {
        let log = world.log.clone();
        let told = Ret::new(move |outcome: Option<Result<ActorId, StartError>>| {
            let outcome = outcome.unwrap().map_or_else(|error| error.to_string(), |_| "ready".to_owned());
            log.write(format!("{number}:{outcome}"));
        });
        spec.start_timeout(millis(100)).spawn(&mut world.runtime, told).unwrap();
    }
    assert_eq!(world.at(99), "1:init1 2:wait 3:init1 1:ready 3:ready");
    let told = world.at(100);
    assert!(told.starts_with("2:the actor was killed before it had started"), "{told}");
    assert_eq!(world.runtime.count_children(None).unwrap().active, 2);
}

/// Whoever knows the type can make a handle of an id besides; the tree itself knows no types.
#[test]
fn o13_by_the_tree_actors_are_known_by_ids_which_control_and_send_nothing_of_another_type() {
    let mut world = World::new();
    let node = world.start_temporary("a");
    let number = Spec::once(|_| Some(7_u32)).start(&mut world.runtime).unwrap();
    let ids: Vec<ActorId> = world.runtime.children(None).unwrap().iter().map(|child| child.id).collect();
    assert_eq!(ids, [node.actor_id(), number.actor_id()]);
    let door = world.runtime.door().clone();
    for id in &ids {
        let wrong = door.call(*id, |_: &mut String, _| unreachable!("no such actor"));
        assert_eq!(wrong, Err(PostError::Id(IdError::WrongKind)));
        assert!(matches!(Actor::<String>::from_id(&world.runtime, *id), Err(IdError::WrongKind)));
        door.stop(*id).unwrap();
    }
    assert_eq!(world.run(), "a:stop a:drop");
    assert!(number.is_zombie());
}

/// That the state cannot be reached by a handle is a program that does not compile: `tests/ui/another_actors_state.rs`.
#[test]
fn o17_a_handle_is_a_pointer_and_the_state_is_in_one_turn_at_a_time() {
    assert_eq!(size_of::<Actor<Node>>(), size_of::<usize>());
    assert_eq!(size_of::<Option<Actor<Node>>>(), size_of::<usize>());
    let mut world = World::new();
    let actor = world.start("a");
    let handles: Vec<Actor<Node>> = (0..100).map(|_| actor.clone()).collect();
    assert!(handles.iter().all(|handle| *handle == actor));
    let own = actor.clone();
    actor.call(move |this, cx| {
        // All that its own handle and the core can do in its turn is to queue another one.
        own.call(|this, cx| this.say(cx, "second"));
        cx.defer(move |runtime| assert!(own.query(runtime, |this, cx| this.say(cx, "first")).is_some()));
        this.say(cx, "ends");
    });
    assert_eq!(world.run(), "a:ends a:second a:first");
    assert_eq!(world.runtime.actors(), 1);
}

/// One of another language, or a part of a program that is to know no more than this.
trait Greeter {
    fn greet(&mut self, name: &str) -> String;
}

struct Polite {
    log: Log,
}

impl Greeter for Polite {
    fn greet(&mut self, name: &str) -> String {
        self.log.write(format!("greets:{name}"));
        format!("Dear {name}")
    }
}

impl typed::Handle<&'static str> for Polite {
    fn handle(&mut self, _: &mut Cx<'_, Self>, name: &'static str) {
        self.greet(name);
    }
}

/// For telling there is a `Fwd`, for asking a handle of a trait, for control an id. None of them keeps the actor alive: all are weak.
#[test]
fn x13_handles_without_the_actors_type_tell_ask_and_control() {
    let mut world = World::new();
    let log = world.log.clone();
    let actor = Spec::once(move |_| Some(Polite { log })).start(&mut world.runtime).unwrap();
    let tell: Fwd<&'static str> = actor.receiver();
    let ask: Actor<dyn Greeter> = upcast!(actor => dyn Greeter);
    let control: ActorId = ask.actor_id();
    tell.fwd("Ada");
    let heard = Rc::new(RefCell::new(None));
    let question = |heard: &Rc<RefCell<Option<Result<String, AskError>>>>| {
        let keep = heard.clone();
        Ret::new(move |answer: Option<_>| *keep.borrow_mut() = answer)
    };
    let greet = |this: &mut dyn Greeter, reply: Reply<String>| _ = reply.reply(this.greet("Bob"));
    let second = Duration::from_secs(1);
    let told = question(&heard);
    world.runtime.ask(&ask, second, move |this, _, reply| greet(this, reply), told).unwrap();
    assert_eq!(world.run(), "greets:Ada greets:Bob");
    assert_eq!(heard.take(), Some(Ok("Dear Bob".to_owned())));
    world.runtime.door().stop(control).unwrap();
    world.run();
    assert!(ask.is_zombie());
    tell.fwd("nobody");
    let told = question(&heard);
    world.runtime.ask(&ask, second, move |this, _, reply| greet(this, reply), told).unwrap();
    assert_eq!(world.run(), "");
    assert_eq!(heard.take(), Some(Err(AskError::Closed)));
    assert_eq!(world.runtime.door().stop(control), Err(IdError::Stale));
}

/// Who decodes decides what becomes of what it does not understand; ours is handled and not a dead letter, and who asked hears `NoReply`.
#[test]
fn r27_a_message_that_cannot_be_decoded_is_dropped_and_the_actor_lives() {
    struct Sum(u64);
    impl Receive for Sum {
        fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
            let Ok(bytes) = <[u8; 8]>::try_from(packet.data()) else { return };
            self.0 += u64::from_le_bytes(bytes);
            let sum = self.0.to_le_bytes();
            drop(cx.door().reply(packet.reply_token(), 0, Body::Copied(&sum)));
        }
    }
    let mut world = World::new();
    let sum = Spec::new(|_| Some(Sum(0))).accept_packets().start(&mut world.runtime).unwrap();
    let (id, door) = (sum.actor_id(), world.runtime.door().clone());
    let outcomes = Rc::new(RefCell::new(Vec::new()));
    for body in [&b"not a number"[..], &7_u64.to_le_bytes()] {
        let heard = outcomes.clone();
        let on_answer = move |answer: Answer<'_>| heard.borrow_mut().push(answer.outcome);
        door.ask(id, 1, Body::Copied(body), u64::MAX, on_answer).unwrap();
    }
    world.run();
    assert_eq!(outcomes.take(), [Outcome::NoReply, Outcome::Reply]);
    assert_eq!(sum.query(&mut world.runtime, |sum, _| sum.0), Some(7));
    // One without a decoder takes none at all, and the sender has it back.
    let plain = world.start("a");
    let (error, body) = door.post(plain.actor_id(), 1, Body::Copied(b"bytes")).unwrap_err();
    assert!(matches!((error, body), (PostError::Refused, Body::Copied(b"bytes"))));
    assert!(!plain.is_zombie());
}

/// Closures cannot leave the process nor be told apart by a tag; what crosses to other languages, or is written down, is a packet.
#[test]
fn k12_closures_values_and_packets_are_messages_in_one_order() {
    #[derive(Default)]
    struct All(Vec<&'static str>);
    messages! {
        enum Order for All {
            Note(what: &'static str) => note,
        }
    }
    impl All {
        fn note(&mut self, _: CX![], what: &'static str) {
            self.0.push(what);
        }
    }
    impl Receive for All {
        fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
            assert_eq!((packet.tag(), packet.data()), (9, &b"bytes"[..]));
            self.0.push("packet");
        }
    }
    /// Notes the tags.
    struct Tags(Rc<RefCell<Vec<u64>>>);
    impl Observer for Tags {
        fn ingress(&mut self, _: u64, _: Ingress) {}
        fn delivering(&mut self, delivery: &Delivery) {
            self.0.borrow_mut().push(delivery.tag);
        }
        fn delivered(&mut self) {}
    }
    let mut world = World::new();
    let tags = Rc::default();
    let all = Spec::new(|_| Some(All::default())).accept_packets().start(&mut world.runtime).unwrap();
    world.run();
    world.runtime.set_observer(Some(Box::new(Tags(Rc::clone(&tags)))));
    all.call(|this, _| this.0.push("closure"));
    all.tell(Order::Note("value"));
    world.runtime.door().post(all.actor_id(), 9, Body::Copied(b"bytes")).unwrap();
    call!([all], note("method"));
    world.run();
    assert_eq!(tags.take(), [0, 0, 9, 0]);
    assert_eq!(
        all.query(&mut world.runtime, |all, _| all.0.clone()),
        Some(vec!["closure", "value", "packet", "method"])
    );
}

/// A monitor waits for the end. Of the start only the supervisor hears: the next rule.
#[test]
fn r44_starts_deaths_and_panics_are_told_to_the_supervisor_and_ends_to_monitors() {
    let mut world = World::new();
    let parent = world.start("p");
    let watcher = world.start("w");
    let heard = Rc::new(Cell::new(0));
    for end in [Node::ends as fn(&mut Node, &mut Cx<'_, Node>), Node::fail, Node::panics] {
        let child = world.spec("c").restart(Restart::Temporary);
        let child = child.start_under(&mut world.runtime, parent.actor_id()).unwrap();
        let (id, counts) = (child.actor_id(), heard.clone());
        watcher.call(move |_, cx| {
            cx.monitor(id, move |this: &mut Node, cx, exit| {
                counts.set(counts.get() + 1);
                this.say(cx, if exit.kind.is_abnormal() { "abnormal" } else { "orderly" });
            });
        });
        assert_eq!(world.run(), "c:init1 p:child-started");
        child.call(end);
        let story = world.run();
        let expected = match heard.get() {
            1 => "c:ends c:stop c:drop w:orderly p:child-ended:stopped",
            2 => "c:fail c:drop w:abnormal p:child-ended:failed",
            _ => "c:panic c:drop w:abnormal p:child-ended:failed",
        };
        assert_eq!(story, expected);
    }
    assert_eq!(heard.get(), 3);
}

/// ractor tells its monitors of a start, too. Ours are put on an id, and whoever has that was told it by its spawner, who hears of the start.
#[test]
fn r9_r44_a_start_is_told_to_the_supervisor_and_its_spawner_and_to_no_monitor() {
    let mut world = World::new();
    let (parent, watcher) = (world.start("p"), world.start("w"));
    let waits = Conduct::default();
    waits.starts_waiting.set(1);
    let spec = world.spec_of("c", waits).restart(Restart::Transient);
    let log = world.log.clone();
    let started = Ret::new(move |started: Option<Result<ActorId, StartError>>| {
        log.write(format!("spawner:{}", started.unwrap().is_ok()));
    });
    let child = spec.spawn_under(&mut world.runtime, parent.actor_id(), started).unwrap();
    // From inside and from outside, and both before it has started.
    let id = child.actor_id();
    watcher.call(move |_, cx| _ = cx.monitor(id, |this: &mut Node, cx, _| this.say(cx, "down")));
    world.watch(&child, "host");
    assert_eq!(world.run(), "c:wait");
    let (log, conduct) = (world.log.clone(), Conduct::default());
    child.call_prep(move |_| Some(Node { name: "c", log, conduct, number: 1 }));
    assert_eq!(world.run(), "spawner:true p:child-started");
    call!([child], fail());
    let story = world.run();
    assert!(story.ends_with("c:again p:child-restarted"), "{story}");
    call!([child], ends());
    assert_eq!(world.run(), "c:ends c:stop c:drop host:down:Stopped w:down p:child-ended:stopped");
}
