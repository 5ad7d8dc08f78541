//! Where an actor is in its life, which goes one way. The names begin with the sentence of the study that they prove (R: ractor).

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use supervision_support::*;

#[test]
fn r13_the_status_never_goes_back() {
    let mut world = World::new();
    let conduct = Conduct { stops: Stops::After(10), ..Conduct::default() };
    conduct.starts_waiting.set(1);
    let actor = world.spec_of("a", conduct).start(&mut world.runtime).unwrap();
    let door = world.runtime.door().clone();
    let status = || door.status(actor.actor_id()).unwrap();
    let mut seen = vec![status()];
    let (log, conduct) = (world.log.clone(), Conduct { stops: Stops::After(10), ..Conduct::default() });
    actor.call_prep(move |_| Some(Node { name: "a", log, conduct, number: 1 }));
    world.run();
    seen.push(status());
    door.drain(actor.actor_id()).unwrap();
    seen.push(status());
    world.run();
    seen.push(status());
    world.at(10);
    seen.push(status());
    let all = [Status::Starting, Status::Running, Status::Draining, Status::Stopping, Status::Stopped];
    assert_eq!(seen, all);
    assert!(all.is_sorted());
    assert_eq!(door.status(ActorId(0)), Err(IdError::Null));
}

/// What would lead back is ignored or refused, and the end is the one that it was.
#[test]
fn r13_no_word_leads_back_to_what_was_before() {
    let mut world = World::new();
    let actor = world.spec_of("a", later()).start(&mut world.runtime).unwrap();
    let id = actor.actor_id();
    let (exit, door) = (world.exit_of(id), world.runtime.door().clone());
    world.run();
    actor.call_prep(|_| unreachable!("it is made"));
    world.run();
    assert_eq!(door.status(id), Ok(Status::Running));
    call!([actor], say("waits"));
    door.drain(id).unwrap();
    actor.call_prep(|_| unreachable!("it is made"));
    assert_eq!((actor.pause(), door.drain(id)), (true, Ok(())));
    world.run();
    assert!(actor.resume());
    assert_eq!(door.status(id), Ok(Status::Draining));
    assert_eq!(world.run(), "a:waits a:stop");
    assert_eq!(door.status(id), Ok(Status::Stopping));
    for message in [SystemMessage::Start, SystemMessage::Pause, SystemMessage::Resume] {
        door.send_system(id, message).unwrap();
    }
    assert_eq!(
        (door.drain(id), door.stop(id), actor.pause(), actor.resume()),
        (Ok(()), Ok(()), false, false)
    );
    actor.call_prep(|_| unreachable!("it is made"));
    assert_eq!(world.run(), "");
    assert_eq!(door.status(id), Ok(Status::Stopping));
    let done: Ret<u32> = Ret::some_to_actor(actor.clone(), |this: &mut Node, cx, _| this.done(cx));
    ret!([done], 1);
    assert_eq!(world.run(), "a:done a:drop");
    let exit = exit.take().unwrap();
    assert_eq!((exit.kind, exit.reason.as_deref()), (ExitKind::Stopped, Some("drained")));
    assert_eq!((door.drain(id), door.stop(id)), (Err(IdError::Stale), Err(IdError::Stale)));
    actor.call_prep(|_| unreachable!("it has ended"));
    assert_eq!((world.run().as_str(), door.status(id)), ("", Ok(Status::Stopped)));

    // Of one that was stopped a drain is no other end.
    let actor = world.spec_of("b", later()).start(&mut world.runtime).unwrap();
    let exit = world.exit_of(actor.actor_id());
    world.stop(&actor);
    world.run();
    door.drain(actor.actor_id()).unwrap();
    assert_eq!((world.run().as_str(), door.status(actor.actor_id())), ("", Ok(Status::Stopping)));
    door.stopped(actor.actor_id()).unwrap();
    world.run();
    assert_eq!(exit.take().unwrap().reason, None);
}
