//! Snapshots: what they say of each actor, and that their JSON is JSON.

mod supervision_support;

use actor_rt::ask::Reply;
use actor_rt::introspection::*;
use actor_rt::supervision::*;
use actor_rt::*;
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
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
fn two_runs_of_a_program_give_the_same_snapshot() {
    let run = || {
        let now = std::time::Instant::now();
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
