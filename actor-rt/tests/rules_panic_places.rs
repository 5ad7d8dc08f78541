//! A panic, wherever it comes from. The names begin with the sentences of the study that they prove (O: ODIN, X: rsactor, K: where the seeds
//! conflict).

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::panic::resume_unwind;
use supervision_support::*;

fn kaput() {
    resume_unwind(Box::new("kaput"));
}

/// Panics where it is told to.
struct Fragile(&'static str);

impl Fragile {
    fn breaks(&self, here: &str) {
        if self.0 == here {
            kaput();
        }
    }
}

impl Lifecycle for Fragile {
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        cx.trap_exits(true);
        self.breaks("on_started");
    }
    fn on_restart(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) {
        self.breaks("on_restart");
    }
    fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
        self.breaks("on_stop");
        Stopping::Done
    }
    fn on_child(&mut self, _: &mut Cx<'_, Self>, _: &mut ChildEvent) {
        self.breaks("on_child");
    }
    fn child_escalated(&mut self, _: &mut Cx<'_, Self>, _: ActorId, _: &StopCause) -> Escalation {
        self.breaks("child_escalated");
        Escalation::Ignore
    }
    fn on_system(&mut self, _: &mut Cx<'_, Self>, _: SystemMessage) -> Reaction {
        self.breaks("on_system");
        Reaction::Usual
    }
    fn on_timer(&mut self, _: &mut Cx<'_, Self>, _: u64, _: u32) {
        self.breaks("on_timer");
    }
    fn on_run(&mut self, _: &mut Cx<'_, Self>) -> Run {
        self.breaks("on_run");
        Run::Done
    }
    fn on_exit(&mut self, _: &mut Cx<'_, Self>, _: &Exit) {
        self.breaks("on_exit");
    }
}

impl Receive for Fragile {
    fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {
        self.breaks("packet");
    }
}

/// What brings an actor to the place where it breaks.
type Lead = fn(&mut World, &Actor<Fragile>);

/// A child of it, which fails if that is asked for, and is not started again.
fn child(world: &mut World, fragile: &Actor<Fragile>) -> Actor<u32> {
    let never = Intensity::new(0, MS);
    let spec = Spec::new(|_| Some(1_u32)).intensity(never);
    spec.start_under(&mut world.runtime, fragile.actor_id()).unwrap()
}

/// An actor beside it, which ends.
fn neighbour(world: &mut World, knows: impl FnOnce(&mut World, ActorId)) {
    let neighbour = Spec::once(|_| Some(1_u32)).start(&mut world.runtime).unwrap();
    knows(world, neighbour.actor_id());
    neighbour.call(|_, cx| cx.stop());
}

const PLACES: [(&str, Lead); 18] = [
    ("factory", |_, _| ()),
    ("on_started", |_, _| ()),
    ("on_restart", |_, fragile| fragile.call(|_, cx| cx.fail_str("a fault"))),
    ("on_stop", |world, fragile| world.runtime.door().stop(fragile.actor_id()).unwrap()),
    ("on_child", |world, fragile| _ = child(world, fragile)),
    ("child_escalated", |world, fragile| child(world, fragile).call(|_, cx| cx.fail_str("a fault"))),
    ("on_system", |world, fragile| {
        world.runtime.door().send_system(fragile.actor_id(), SystemMessage::Start).unwrap();
    }),
    ("on_timer", |_, fragile| fragile.call(|_, cx| cx.start_timer(1, MS))),
    ("on_run", |_, fragile| fragile.call(|_, cx| cx.keep_running())),
    ("on_exit", |world, fragile| {
        neighbour(world, |world, id| world.runtime.link(id, fragile.actor_id()).unwrap());
    }),
    ("monitor", |world, fragile| {
        neighbour(world, |_, id| fragile.call(move |_, cx| _ = cx.monitor(id, |_, _, _| kaput())));
    }),
    ("execute", |world, fragile| world.runtime.door().execute(fragile.actor_id(), |_| kaput()).unwrap()),
    ("packet", |world, fragile| {
        world.runtime.door().post(fragile.actor_id(), 1, Body::Copied(b"bytes")).unwrap();
    }),
    ("message", |_, fragile| fragile.call(|_, _| kaput())),
    ("lazy", |_, fragile| fragile.lazy(|_, _| kaput())),
    ("timer", |_, fragile| _ = fragile.call_at(MS, |_, _| kaput())),
    ("answer", |_, fragile| {
        let answer: Ret<u32> = Ret::some_to_actor(fragile.clone(), |_: &mut Fragile, _, _| kaput());
        answer.ret(1);
    }),
    ("thread", |_, fragile| fragile.remote().call(|_, _| kaput()).unwrap()),
];

/// ODIN and rsactor let a panic end the task, and nobody is told. Ours is caught whoever's code it is, and costs nobody but the actor whose
/// turn it was, and those below it; if the runtime is to end for it, that is a request to the host, and all others go on until it follows.
/// `panic = "abort"` is another matter (r23, `tests/c/p31_process_ends.c`).
#[test]
fn k6_o24_x19_a_panic_is_caught_wherever_it_comes_from_and_ends_its_actor_alone() {
    for (place, lead) in PLACES {
        for policy in [PanicPolicy::FailActor, PanicPolicy::StopRuntime] {
            let mut world = World::built(Config::new().on_panic(policy));
            // It has its one restart, and then it is enough.
            world.runtime.on_root_escalation(|_, _, _| ());
            let restart = if place == "on_restart" { Restart::Transient } else { Restart::Temporary };
            let spec = Spec::new(move |_| {
                let fragile = Fragile(place);
                fragile.breaks("factory");
                Some(fragile)
            });
            let spec = spec.restart(restart).intensity(Intensity::new(1, MS)).hooks().accept_packets();
            let other = world.start("o");
            let fragile = spec.spawn(&mut world.runtime, Ret::nop()).unwrap();
            let exit = world.exit_of(fragile.actor_id());
            world.run();
            let is_over = matches!(place, "factory" | "on_started");
            assert_eq!(fragile.is_zombie(), is_over, "{place}: in no other place than that");
            lead(&mut world, &fragile);
            world.at(2);
            call!([other], say("lives"));
            assert_eq!(world.run(), "o:lives", "{place}");
            let exit = exit.take().unwrap_or_else(|| panic!("{place}: it lives"));
            let told = (exit.kind, exit.reason.as_deref());
            assert_eq!(told, (ExitKind::Failed, Some("panic: kaput")), "{place}");
            assert_eq!((world.runtime.actors(), world.runtime.pending().drop_panics), (1, 0), "{place}");
            match (policy, world.runtime.shutdown_reason()) {
                (PanicPolicy::FailActor, None) => assert!(world.runtime.not_shutdown()),
                (PanicPolicy::StopRuntime, Some(StopCause::Failed(error))) => {
                    assert_eq!(error.to_string(), "panic: kaput", "{place}");
                }
                (_, reason) => panic!("{place}: {reason:?} by {policy:?}"),
            }
        }
    }
}
