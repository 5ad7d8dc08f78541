//! Names and groups. The names begin with the sentence of the study that they prove (R: ractor).

mod supervision_support;

use actor_rt::registry::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::rc::Rc;
use supervision_support::*;

/// Tells the log of a name.
fn tell_name(world: &World) -> Fwd<NameEvent> {
    let log = world.log.clone();
    Fwd::new(move |event: NameEvent| log.write(format!("{}:{}", event.name, event.actor.is_some())))
}

/// Tells the log of groups.
fn tell_group(world: &World, who: &'static str) -> Fwd<GroupEvent> {
    let log = world.log.clone();
    Fwd::new(move |event: GroupEvent| {
        let what = if event.joined { "joins" } else { "leaves" };
        log.write(format!("{who}:{what}:{}/{}", event.scope, event.group));
    })
}

#[test]
fn r37_a_name_is_claimed_before_the_start_and_a_second_claim_is_refused() {
    let mut world = World::new();
    let log = world.log.clone();
    let first = Spec::new(move |cx: &mut Cx<'_, u32>| {
        log.write(format!("{}", cx.whereis("n") == Some(cx.this().actor_id())));
        Some(1)
    });
    let first = first.register("n").start(&mut world.runtime).unwrap();
    assert_eq!(world.run(), "true");
    assert_eq!((first.name().as_deref(), world.runtime.whereis("n")), (Some("n"), Some(first.actor_id())));
    let second = world.spec("s").register("n").start(&mut world.runtime).unwrap_err();
    assert!(matches!(second, StartError::NameTaken(id) if id == first.actor_id()));
    assert!(second.to_string().contains("take another"), "{second}");
    assert_eq!(world.run(), "", "its factory did not run");
    let spawned = world.spec("s").register("n").spawn(&mut world.runtime, Ret::nop());
    assert!(matches!(spawned, Err(StartError::NameTaken(_))));
    assert!(!first.is_zombie());
    let other = world.start("o").actor_id();
    assert_eq!(world.runtime.register("n", other), Err(NameError::Taken(first.actor_id())));
    assert_eq!(world.runtime.register("n", first.actor_id()), Ok(()), "its own");
    assert_eq!(world.runtime.register("x", ActorId(0)), Err(NameError::NoActor(IdError::Null)));
    let error = NameError::Taken(first.actor_id()).to_string();
    assert!(error.contains(&format!("{:#x}", first.actor_id().0)), "{error}");
}

#[test]
fn r38_a_successor_may_take_the_name_in_the_last_hook_of_the_former() {
    struct Former(Log);
    impl Lifecycle for Former {
        fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
            assert_eq!(cx.whereis("n"), None);
            let next = Spec::new(|_| Some(2_u32)).register("n").start(cx).unwrap();
            self.0.write(format!("{}", cx.whereis("n") == Some(next.actor_id())));
            Stopping::Done
        }
    }
    let mut world = World::new();
    let log = world.log.clone();
    let former = Spec::new(move |_| Some(Former(log.clone()))).register("n").hooks();
    let former = former.start(&mut world.runtime).unwrap();
    world.run();
    world.runtime.door().stop(former.actor_id()).unwrap();
    assert_eq!(world.run(), "true");
    assert!(former.is_zombie() && world.runtime.whereis("n").is_some(), "the successor keeps it");
}

/// A slow child keeps its parent for a while, and not its name: whoever succeeds it need not wait.
#[test]
fn r38_r41_name_and_groups_are_gone_while_the_children_still_end_and_at_the_step_of_a_kill() {
    type End = fn(&mut World, &Actor<Node>);
    // What has happened when the names are looked at, and what happens within ten milliseconds.
    let ends: [(End, &str, &str); 4] = [
        (|world, actor| world.stop(actor), "c:stop", "c:done c:drop p:stop p:drop"),
        (|_, actor| call!([actor], ends()), "p:ends c:stop", "c:done c:drop p:stop p:drop"),
        (|_, actor| call!([actor], fail()), "p:fail c:stop", "c:done c:drop p:drop"),
        (|world, actor| world.kill(actor), "c:drop p:drop", ""),
    ];
    for (end, first, then) in ends {
        let mut world = World::new();
        let spec = world.spec("p").register("n").restart(Restart::Temporary);
        let parent = spec.start(&mut world.runtime).unwrap();
        let id = parent.actor_id();
        put_of(&mut world, &parent, "c", slow(10));
        world.runtime.join("s", "g", id).unwrap();
        world.log.take();
        end(&mut world, &parent);
        assert_eq!(world.run(), first);
        assert_eq!((world.runtime.whereis("n"), world.runtime.scopes().len()), (None, 0), "{first}");
        assert!(world.runtime.join("s", "g", id).is_err() && world.runtime.register("m", id).is_err());
        let next = Spec::new(|_| Some(2_u32)).register("n").start(&mut world.runtime).unwrap();
        world.runtime.join("s", "g", next.actor_id()).unwrap();
        assert_eq!(world.at(10), then);
        assert_eq!(world.runtime.whereis("n"), Some(next.actor_id()), "the successor keeps it");
        assert_eq!(world.runtime.members("s", "g"), [next.actor_id()]);
    }
}

#[test]
fn r39_a_failed_start_frees_the_name_and_all_names_are_listed() {
    let mut world = World::new();
    let conduct = Conduct::default();
    conduct.starts_failing.set(1);
    assert!(world.spec_of("a", conduct).register("n").start(&mut world.runtime).is_err());
    assert_eq!(world.runtime.whereis("n"), None);
    let b = world.spec("b").register("n").start(&mut world.runtime).unwrap().actor_id();
    let a = world.spec("a").register("m").start(&mut world.runtime).unwrap().actor_id();
    let names: Vec<_> =
        world.runtime.registered().into_iter().map(|(name, id)| (name.to_string(), id)).collect();
    assert_eq!(names, [("m".to_owned(), a), ("n".to_owned(), b)]);
    assert_eq!(world.runtime.whereis("nobody"), None);
}

#[test]
fn a_name_survives_restarts_and_goes_with_every_end() {
    type End = fn(&mut World, &Actor<Node>);
    let ends: [End; 4] = [
        |_, actor| call!([actor], ends()),
        |world, actor| world.runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap(),
        |world, actor| world.runtime.door().drain(actor.actor_id()).unwrap(),
        |world, actor| {
            world.runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(0, millis(1))));
            world.runtime.on_root_escalation(|_, _, _| ());
            world.kill(actor);
        },
    ];
    for end in ends {
        let mut world = World::new();
        let actor = world.spec("a").register("n").start(&mut world.runtime).unwrap();
        world.runtime.register("second", actor.actor_id()).unwrap();
        world.run();
        call!([actor], fail());
        world.run();
        assert_eq!(world.runtime.whereis("n"), Some(actor.actor_id()));
        end(&mut world, &actor);
        world.run();
        assert!(actor.is_zombie());
        assert_eq!((world.runtime.whereis("n"), world.runtime.registered().len()), (None, 0));
    }
    let mut world = World::new();
    let held = actor_new!(world.runtime, u32, ret_nop!());
    world.runtime.register("held", held.actor_id()).unwrap();
    drop(held);
    world.run();
    assert_eq!(world.runtime.whereis("held"), None);
}

#[test]
fn a_watch_of_a_name_tells_who_has_it_and_each_change_until_it_is_withdrawn() {
    let mut world = World::new();
    let tell = tell_name(&world);
    let watch = world.runtime.watch_name("n", tell);
    assert_eq!(world.run(), "n:false");
    let one = world.spec("a").register("n").restart(Restart::Temporary).start(&mut world.runtime).unwrap();
    assert_eq!(world.run(), "a:init1 n:true");
    world.runtime.register("m", one.actor_id()).unwrap();
    world.kill(&one);
    assert_eq!(world.run(), "a:drop n:false");
    let two = world.spec("b").register("n").start(&mut world.runtime).unwrap();
    assert!(world.runtime.unwatch(watch) && !world.runtime.unwatch(watch));
    assert_eq!(world.run(), "b:init1", "also what is on its way");
    assert_eq!(world.runtime.unregister("n"), Some(two.actor_id()));
    assert_eq!(world.runtime.unregister("n"), None);
}

#[test]
fn r40_a_group_is_there_while_it_has_members_and_events_tell_real_changes_only() {
    let mut world = World::new();
    let (one, two) = (world.start("1").actor_id(), world.start("2").actor_id());
    let tell = tell_group(&world, "w");
    world.runtime.watch_group("s", "g", tell);
    world.log.take();
    let rt = &mut world.runtime;
    assert_eq!(
        [rt.join("s", "g", two), rt.join("s", "g", one), rt.join("s", "g", two)],
        [Ok(true), Ok(true), Ok(false)]
    );
    assert_eq!(rt.members("s", "g"), [two, one], "in their order");
    assert_eq!((rt.scopes().len(), rt.groups("s").len()), (1, 1));
    assert!(rt.leave("s", "g", two) && !rt.leave("s", "g", two) && !rt.leave("s", "other", one));
    assert!(rt.leave("s", "g", one));
    assert_eq!((rt.scopes().len(), rt.groups("s").len(), rt.members("s", "g").len()), (0, 0, 0));
    assert_eq!(world.run(), "w:joins:s/g w:joins:s/g w:leaves:s/g w:leaves:s/g");
}

#[test]
fn r41_who_begins_to_end_leaves_all_groups_and_joins_none() {
    let mut world = World::new();
    let conduct = Conduct { stops: Stops::Later, ..Conduct::default() };
    let actor = world.spec_of("a", conduct).start(&mut world.runtime).unwrap();
    let id = actor.actor_id();
    world.runtime.join("s", "g", id).unwrap();
    world.runtime.join("s", "h", id).unwrap();
    world.run();
    call!([actor], fail());
    world.run();
    assert_eq!(world.runtime.members("s", "g"), [id], "a restart is no end");
    let tell = tell_group(&world, "w");
    world.runtime.watch_scope(Some("s"), tell);
    world.stop(&actor);
    assert_eq!(world.run(), "a:stop w:leaves:s/g w:leaves:s/h");
    assert_eq!(world.runtime.join("s", "g", id), Err(IdError::Stale));
    world.kill(&actor);
    assert_eq!(world.run(), "a:drop");
}

#[test]
fn r42_r43_scopes_are_independent_and_each_watch_tells_once() {
    let mut world = World::new();
    let id = world.start("a").actor_id();
    let tells = ["group", "scope", "all"].map(|who| tell_group(&world, who));
    let [group, scope, all] = tells;
    world.runtime.watch_group("north", "g", group);
    world.runtime.watch_scope(Some("south"), scope);
    let every = world.runtime.watch_scope(None, all);
    world.log.take();
    world.runtime.join("north", "g", id).unwrap();
    world.runtime.join("south", "g", id).unwrap();
    assert_eq!(world.run(), "group:joins:north/g all:joins:north/g scope:joins:south/g all:joins:south/g");
    assert!(world.runtime.unwatch(every));
    world.runtime.leave("north", "g", id);
    assert_eq!(world.run(), "group:leaves:north/g");
    assert_eq!(world.runtime.members("south", "g"), [id]);
}

/// ractor tells a listener once however often it has asked. Ours has a watch for each time, which can be withdrawn without the others: two
/// parts of an actor that know nothing of each other may watch the same.
#[test]
fn r43_who_watches_twice_is_told_twice_until_one_of_the_watches_is_withdrawn() {
    let mut world = World::new();
    let (id, hears) = (world.start("a").actor_id(), world.start("h"));
    let tell = |what: &'static str| {
        Fwd::to_actor(hears.clone(), move |this: &mut Node, cx, _: GroupEvent| this.say(cx, what))
    };
    let (one, two) = (tell("one"), tell("two"));
    let watch = world.runtime.watch_group("s", "g", one.clone());
    world.runtime.watch_group("s", "g", two);
    // The very same function, too.
    let again = world.runtime.watch_group("s", "g", one);
    world.log.take();
    world.runtime.join("s", "g", id).unwrap();
    assert_eq!(world.run(), "h:one h:two h:one");
    assert!(world.runtime.unwatch(again));
    world.runtime.leave("s", "g", id);
    assert_eq!(world.run(), "h:one h:two");
    assert!(world.runtime.unwatch(watch));
    world.runtime.join("s", "g", id).unwrap();
    assert_eq!(world.run(), "h:two");
    // Of names as of groups.
    let watches = ["n"; 2].map(|name| {
        let tell = tell_name(&world);
        world.runtime.watch_name(name, tell)
    });
    world.run();
    world.runtime.register("n", id).unwrap();
    assert_eq!(world.run(), "n:true n:true");
    assert!(world.runtime.unwatch(watches[0]));
    world.runtime.unregister("n");
    assert_eq!(world.run(), "n:false");
}

#[test]
fn news_of_groups_overtakes_messages() {
    let mut world = World::new();
    let actor = world.start("a");
    let tell = tell_group(&world, "w");
    world.runtime.watch_scope(None, tell);
    call!([actor], say("queued"));
    world.runtime.join("s", "g", actor.actor_id()).unwrap();
    assert_eq!(world.run(), "w:joins:s/g a:queued");
}

#[test]
fn a_broadcast_calls_the_members_of_its_type_in_their_order() {
    let mut world = World::new();
    for name in ["1", "2"] {
        let id = world.start(name).actor_id();
        world.runtime.join(DEFAULT_SCOPE, "g", id).unwrap();
    }
    let other = Spec::new(|_| Some(7_u32)).start(&mut world.runtime).unwrap().actor_id();
    world.runtime.join(DEFAULT_SCOPE, "g", other).unwrap();
    world.log.take();
    assert_eq!(world.runtime.broadcast(DEFAULT_SCOPE, "g", |this: &mut Node, cx| this.say(cx, "hears")), 2);
    assert_eq!(world.run(), "1:hears 2:hears");
    assert_eq!(world.runtime.broadcast(DEFAULT_SCOPE, "none", |_: &mut Node, _| ()), 0);
}

#[test]
fn o18_a_broadcast_counts_those_that_took_it_and_what_is_refused_is_a_dead_letter() {
    let mut world = World::new();
    let [full, drains, takes] = ["f", "d", "t"].map(|name| world.start(name));
    for actor in [&full, &drains, &takes] {
        world.runtime.join(DEFAULT_SCOPE, "g", actor.actor_id()).unwrap();
    }
    world.log.take();
    full.set_capacity(0);
    drains.pause();
    call!([drains], say("before"));
    world.runtime.door().drain(drains.actor_id()).unwrap();
    let lost = world.runtime.pending().dead_letters;
    let taken = world.runtime.broadcast(DEFAULT_SCOPE, "g", |this: &mut Node, cx| this.say(cx, "hears"));
    assert_eq!((taken, world.runtime.pending().dead_letters - lost), (1, 2));
    assert_eq!(world.run(), "t:hears");
}

#[test]
fn many_members_come_and_go_in_a_few_steps_each() {
    let count = if cfg!(miri) { 20 } else { 30_000 };
    let mut world = World::new();
    let all: Vec<_> = (0..count)
        .map(|n| Spec::once(move |_| Some(n)).start(&mut world.runtime).unwrap().actor_id())
        .collect();
    for id in &all {
        world.runtime.join("s", "g", *id).unwrap();
    }
    for id in &all {
        world.runtime.door().kill(*id, "enough").unwrap();
    }
    world.run();
    assert!(world.runtime.scopes().is_empty());
}

#[test]
fn i5_whoever_watches_all_actors_hears_of_each_start_restart_and_end() {
    let mut world = World::new();
    let log = world.log.clone();
    let watch = world.runtime.watch_actors(Fwd::new(move |event| match event {
        LifeEvent::Ended(exit) => log.write(format!("ended:{:?}", exit.kind)),
        LifeEvent::Started(_) => log.write("started"),
        LifeEvent::Restarted(_) => log.write("restarted"),
        _ => log.write("?"),
    }));
    let actor = world.spec("a").start(&mut world.runtime).unwrap();
    assert_eq!(world.run(), "a:init1 started");
    call!([actor], fail());
    assert_eq!(world.run(), "a:fail a:drop a:init2 a:again restarted");
    // Neither a start that fails, nor one that nobody supervises.
    let fails = Spec::new(|cx: &mut Cx<'_, u32>| {
        cx.fail_str("no");
        None
    });
    assert!(fails.start(&mut world.runtime).is_err());
    let held = actor_new!(world.runtime, Node, ret_nop!());
    drop(held);
    assert_eq!(world.run(), "");
    world.stop(&actor);
    assert_eq!(world.run(), "a:stop a:drop ended:Stopped");
    assert!(world.runtime.unwatch(watch));
    world.start("b");
    assert!(!world.run().contains("started"));
}

#[test]
fn teardown_drops_the_watches() {
    let mut world = World::new();
    let kept = Rc::new(());
    let (one, two) = (kept.clone(), kept.clone());
    world.runtime.watch_name("n", Fwd::new(move |_: NameEvent| _ = &one));
    world.runtime.watch_scope(None, Fwd::new(move |_: GroupEvent| _ = &two));
    drop(world);
    assert_eq!(Rc::strong_count(&kept), 1);
}
