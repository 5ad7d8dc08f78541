//! Snapshots: what they say of each actor, and that their JSON is JSON.

mod supervision_support;

use actor_rt::ask::Reply;
use actor_rt::introspection::*;
use actor_rt::mailbox::Sending;
use actor_rt::supervision::*;
use actor_rt::*;
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::*;

/// The one of this name.
fn named<'a>(snapshot: &'a Snapshot, name: &str) -> &'a ActorSnapshot {
    snapshot.actors.iter().find(|actor| actor.name.as_deref() == Some(name)).unwrap()
}

#[test]
fn each_actor_is_there_with_what_waits_for_it_and_who_it_is() {
    let mut world = World::new();
    let parent = world.start("p");
    let spec = world.spec("c").register("service").capacity(9);
    let child = world.put(&parent, spec);
    let held = actor_new!(world.runtime, Node, ret_nop!());
    held.set_name("h");
    world.runtime.join("s", "g", child.actor_id()).unwrap();
    world.watch(&child, "c");
    call!([child], fail());
    world.run();
    child.pause();
    call!([child], say("waits"));
    world.run();
    call!([child], say("queued"));
    child.call_at(millis(5), |_, _| ());
    let kept = Rc::new(RefCell::new(None));
    let keeps = kept.clone();
    let keep = move |_: &mut Node, _: &mut Cx<'_, Node>, reply: Reply<u32>| *keeps.borrow_mut() = Some(reply);
    let to = parent.clone();
    held.call_prep(move |cx| {
        cx.request(&to, Duration::from_secs(1), keep, |_, _, _| ()).unwrap();
        None
    });
    world.run();
    call!([child], say("queued"));

    let snapshot = world.runtime.snapshot();
    assert_eq!((snapshot.actors.len(), snapshot.pending.actors), (3, 3));
    let ids: Vec<_> = snapshot.actors.iter().map(|actor| actor.id).collect();
    assert_eq!(ids, [parent.actor_id(), child.actor_id(), held.actor_id()], "the oldest first");
    let seen = named(&snapshot, "service");
    assert_eq!((seen.supervisor, seen.supervised, seen.restarts), (Some(parent.actor_id()), true, 1));
    assert_eq!((seen.queued, seen.waiting, seen.capacity, seen.timers, seen.monitors), (1, 2, 9, 1, 1));
    assert!(seen.paused && !named(&snapshot, "p").paused);
    assert_eq!(
        (seen.names[0].as_ref(), seen.groups[0].0.as_ref(), seen.groups[0].1.as_ref()),
        ("service", "s", "g")
    );
    let seen = named(&snapshot, "p");
    assert_eq!((seen.supervisor, seen.supervised, seen.status), (None, true, Status::Running));
    assert_eq!((seen.timers, seen.asks), (0, 0));
    let seen = named(&snapshot, "h");
    assert_eq!((seen.supervised, seen.status, seen.asks), (false, Status::Starting, 1));
    assert!(seen.type_name.ends_with("Node"));
}

#[test]
fn it_says_who_waits_for_whom_and_who_watches_whom() {
    let mut world = World::new();
    let [asks, answers, watches] = ["asks", "answers", "watches"].map(|name| world.start_temporary(name));
    let (a, b, w) = (asks.actor_id(), answers.actor_id(), watches.actor_id());
    watches.query(&mut world.runtime, move |_, cx| {
        cx.monitor(a, |_, _, _| ());
    });
    world.watch(&asks, "outside");
    world.runtime.link(a, b).unwrap();
    let kept = Rc::new(RefCell::new(None));
    let keeps = kept.clone();
    let keep = move |_: &mut Node, _: &mut Cx<'_, Node>, reply: Reply<u32>| *keeps.borrow_mut() = Some(reply);
    let to = answers.clone();
    asks.call(move |_, cx| _ = cx.ask_holding(&to, millis(10), keep, |_, _, _| ()).unwrap());
    answers.call_at(millis(30), |_, _| ());
    answers.call_at(millis(20), |_, _| ());
    world.run();
    let snapshot = world.runtime.snapshot();
    let now = snapshot.now_ns;
    let [request] = snapshot.requests[..] else { panic!("{:?}", snapshot.requests) };
    assert_eq!((request.from, request.to, request.keeper), (Some(a), b, None));
    assert_eq!(request.deadline_ns, Some(now + 10_000_000));
    let seen = named(&snapshot, "asks");
    assert_eq!((seen.awaits, seen.asks, &seen.links[..]), (Some(b), 1, &[b][..]));
    assert_eq!((seen.monitors, &seen.watchers[..]), (2, &[w][..]), "one of them is no actor's");
    let seen = named(&snapshot, "answers");
    assert_eq!((seen.awaits, &seen.links[..]), (None, &[a][..]));
    assert_eq!(seen.timers_due_ns, [now + 20_000_000, now + 30_000_000]);
    let json: Value = serde_json::from_str(&snapshot.to_json()).unwrap();
    let id = |id: ActorId| Value::from(format!("{:016x}", id.0));
    assert_eq!(json["requests"][0]["to"], id(b));
    assert_eq!(json["requests"][0]["deadline_ns"], now + 10_000_000);
    assert_eq!(json["actors"][0]["awaits"], id(b));
    assert_eq!(json["actors"][0]["watchers"], Value::Array(vec![id(w)]));
    assert_eq!(json["actors"][1]["timers_due_ns"][1], now + 30_000_000);
}

#[test]
fn it_says_who_is_to_answer_a_packet() {
    struct Keeps;
    impl Receive for Keeps {
        fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
            packet.keep_reply();
        }
    }
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let keeps = runtime.door().spawn(Keeps, Ret::nop()).actor_id();
    runtime.door().ask(keeps, 1, Body::Copied(b""), u64::MAX, |_| ()).unwrap();
    for keeper in [None, Some(keeps)] {
        let [request] = runtime.snapshot().requests[..] else { panic!("one is open") };
        assert_eq!((request.from, request.to, request.keeper), (None, keeps, keeper));
        assert_eq!(request.deadline_ns, None);
        runtime.run(now, false);
    }
    assert_eq!(runtime.snapshot().actors[0].kept, 1);
}

#[test]
fn it_says_in_which_lane_a_message_is() {
    let mut world = World::new();
    let node = world.start("n");
    world.run();
    call!([node], say("main"));
    call!([node], say("main"));
    let core: &mut Core = &mut world.runtime;
    lazy!([node, core], say("lazy"));
    idle!([node, core], say("idle"));
    world.runtime.defer(|_| ());
    let snapshot = world.runtime.snapshot();
    let of = |queues: Queues| (queues.urgent, queues.main, queues.lazy, queues.idle);
    let seen = named(&snapshot, "n");
    assert_eq!((of(seen.queues), seen.queued), ((0, 2, 1, 1), 4));
    assert_eq!(of(snapshot.queues), (0, 3, 1, 1), "a closure of the runtime's own is nobody's");
    let json: Value = serde_json::from_str(&snapshot.to_json()).unwrap();
    let lanes = |main| serde_json::json!({"urgent": 0, "main": main, "lazy": 1, "idle": 1});
    assert_eq!((&json["queues"], &json["actors"][0]["queues"]), (&lanes(3), &lanes(2)));
    world.runtime.door().kill(node.actor_id(), "enough").unwrap();
    assert_eq!(world.runtime.snapshot().queues.urgent, 1);
}

#[test]
fn a_dead_letter_says_from_whom_and_why() {
    let now = Instant::now();
    let mut runtime = Config::new().dead_letters(100).build(now);
    let full = Spec::new(|_| Some(0_u32)).capacity(0).start(&mut runtime).unwrap();
    let sender = Spec::once(|_| Some(0_u64)).start(&mut runtime).unwrap();
    let to = full.clone();
    sender.call(move |_, cx| {
        (0..50).for_each(|_| to.call(|_, _| ()));
        cx.stop();
    });
    full.call(|_, _| ());
    runtime.run(now, false);
    let letters = runtime.recent_dead_letters();
    assert_eq!((letters.len(), letters[0].from), (51, None));
    let id = sender.actor_id();
    assert!(letters[1..].iter().all(|letter| letter.from == Some(id)), "also when it has ended");
    // One that was too old is not one that was withdrawn.
    full.set_capacity(9);
    full.pause();
    let soon = Sending::new().time_to_live(Duration::from_millis(1));
    full.try_call_with(soon, |_, _| ()).unwrap();
    runtime.run(now + Duration::from_millis(2), false);
    full.resume();
    runtime.run(now + Duration::from_millis(2), false);
    let last = runtime.recent_dead_letters().pop().unwrap();
    assert_eq!((last.reason, runtime.dead_letters_of(DropReason::Expired)), (DropReason::Expired, 1));
    let json: Value = serde_json::from_str(&runtime.snapshot().to_json()).unwrap();
    assert_eq!(json["dead_letters"][1]["from"], format!("{:016x}", id.0));
    assert_eq!(
        (&json["dead_letters"][0]["from"], &json["dead_letters"][51]["reason"]),
        (&Value::Null, &"Expired".into())
    );
    let none = Config::new().dead_letters(0).build(now);
    none.door().lose(id, 1, PostError::Full);
    assert!(none.recent_dead_letters().is_empty() && none.dead_letters_of(DropReason::Full) == 1);
}

#[test]
fn its_json_can_be_read_and_says_the_same() {
    let mut world = World::new();
    let parent = world
        .spec("p")
        .name("quote \" back \\ line \n tab \t bell \u{7} ü")
        .start(&mut world.runtime)
        .unwrap();
    let child = world.start_under(&parent, "c");
    child.set_capacity(0);
    call!([child], say("lost"));
    call!([parent], say("queued"));
    let snapshot = world.runtime.snapshot();
    let text = snapshot.to_json();
    assert!(
        text.contains(r#""name":"quote \" back \\ line \u000a tab \u0009 bell \u0007 ü""#),
        "only what must be escaped: {text}"
    );
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["actors"][0]["name"], "quote \" back \\ line \n tab \t bell \u{7} ü");
    assert_eq!(json["actors"][0]["queued"], 1);
    assert_eq!(json["actors"][1]["supervisor"], json["actors"][0]["id"]);
    assert_eq!(json["actors"][0].get("supervisor"), Some(&Value::Null));
    assert_eq!(json["actors"][0]["supervised"], true);
    assert_eq!(json["actors"][0]["id"], format!("{:016x}", parent.actor_id().0));
    assert_eq!(
        (&json["pending"]["actors"], &json["actors"].as_array().unwrap().len()),
        (&Value::from(2), &2)
    );
    assert_eq!(json["dead_letters"][0]["reason"], "Full");
    let empty = Runtime::new(world.runtime.now()).snapshot().to_json();
    assert_eq!(serde_json::from_str::<Value>(&empty).unwrap()["actors"], Value::Array(vec![]));
}

#[test]
fn its_picture_has_a_line_for_each_actor_and_each_child() {
    let mut world = World::new();
    let parent = world.start("p");
    world.start_under(&parent, "c");
    let _held = actor_new!(world.runtime, Node, ret_nop!());
    parent.pause();
    for what in ["1", "2"] {
        call!([parent], say(what));
        world.run();
    }
    for what in ["3", "4", "5"] {
        call!([parent], say(what));
    }
    let dot = world.runtime.snapshot().to_dot();
    assert_eq!((dot.matches("label=").count(), dot.matches("->").count()), (3, 2));
    assert!(dot.contains("5 waiting") && dot.contains("0 waiting"), "{dot}");
    let id = parent.actor_id().0;
    assert!(
        dot.contains(&format!("\"root\" -> \"{id:x}\";")) && dot.contains(&format!("\"{id:x}\" -> ")),
        "{dot}"
    );
}

#[test]
fn its_drawing_has_a_box_for_each_actor_below_its_supervisor() {
    let mut world = World::new();
    let parent = world.start("p");
    let child = world.start_under(&parent, "a & b");
    world.start_under(&child, "below");
    world.start_under(&parent, "younger");
    let held = actor_new!(world.runtime, Node, ret_nop!());
    held.set_name("h");
    let svg = world.runtime.snapshot().to_svg();
    assert_eq!((svg.matches("<rect").count(), svg.matches("<path").count()), (5, 3), "{svg}");
    let at = |name: &str| svg.find(&format!(">{name}:")).unwrap_or_else(|| panic!("{name}: {svg}"));
    assert!([at("p"), at("a &amp; b"), at("below"), at("younger"), at("h")].is_sorted(), "as a tree is read");
    assert_eq!(svg.matches("stroke-dasharray").count(), 1, "the one that is not ready");
    assert!(svg.ends_with("</svg>\n"));
}

#[test]
fn printed_it_has_a_line_for_each_actor_with_what_there_is() {
    let mut world = World::new();
    let parent = world.start("p");
    let child = world.start_under(&parent, "c");
    call!([child], fail());
    world.run();
    child.pause();
    call!([child], say("waits"));
    world.run();
    call!([parent], say("queued"));
    child.call_at(millis(5), |_, _| ());
    let view = world.runtime.snapshot().to_string();
    let lines: Vec<_> = view.lines().collect();
    assert!(lines[0].contains("2 actors, 1 messages, 1 timers, 0 requests, 0 dead letters"), "{view}");
    assert_eq!(lines[1..], ["p: Running, 1 queued", "  c: Running, paused, 1 waiting, 1 timers, 1 restarts"]);
}

#[test]
fn two_runs_of_a_program_give_the_same_snapshot() {
    let run = || {
        let now = Instant::now();
        let mut runtime = Config::new().instance(1).build(now);
        let parent = Spec::new(|_| Some(())).start(&mut runtime).unwrap().actor_id();
        for number in 0..10_u32 {
            let child = Spec::new(move |_| Some(number)).start_under(&mut runtime, parent).unwrap();
            child.call(move |_, cx| {
                if number % 2 == 0 {
                    cx.stop()
                }
            });
            runtime.join("s", "g", child.actor_id()).unwrap();
        }
        runtime.run(now, false);
        runtime.snapshot().to_json()
    };
    assert_eq!(run(), run());
}
