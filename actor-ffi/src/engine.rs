//! The runtime of actor-rt and what belongs to it on this side.
//!
//! Two ways lead to it. The `Runtime` itself, exclusively: `Block::with_runtime` and `art_destroy`, never with another frame of
//! it on the stack. And the `Door`, at any depth, by shared reference: everything else. Where the host of a runtime is written in
//! Rust (`hosted`), the first way is that host's own, and only the second is left.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::ffi::c_void;
use std::rc::Rc;
use std::time::Instant;

use actor_rt::{ActorId, Config, Door, ErrorCode, Runtime};

use crate::coalesce::Coalesced;
use crate::config::{Log, Settings, art_config};
use crate::failure::{Failure, Outcome};
use crate::foreign::ForeignActor;
use crate::handle::art_actor;
use crate::hooks::art_actor_hooks;
use crate::host_call::HostCall;
use crate::observer::Traces;
use crate::panic_log;
use crate::services::Services;
use crate::starting::Starts;
use crate::status::*;
use crate::step::ART_NOW;
use crate::supervision;
use crate::sys;
use crate::wake::HostWake;
use crate::watch::Watches;

/// The runtime of actor-rt and what belongs to it on this side.
pub(crate) struct Engine {
    /// Dropped by `art_destroy`, before the block is freed. None if a host in Rust has it.
    pub(crate) runtime: UnsafeCell<Option<Runtime>>,
    /// Whether a host in Rust has it. Said apart, as nobody looks at the runtime while it steps.
    pub(crate) is_hosted: bool,
    pub(crate) door: Door,
    pub(crate) settings: Settings,
    /// The exit reasons given to `art_stop` and `art_context_stop`, but 0, until the actors' ends are told.
    pub(crate) stop_reasons: RefCell<HashMap<art_actor, art_status>>,
    /// The hooks of the living actors that have any.
    pub(crate) hooks: RefCell<HashMap<art_actor, art_actor_hooks>>,
    pub(crate) services: Services,
    /// The numbers of the messages that are being handled, while the host observes them.
    pub(crate) traces: Traces,
    /// The actors whose start takes several turns.
    pub(crate) starts: Starts,
    /// What actors watch of names and groups.
    pub(crate) watches: Rc<Watches>,
    /// The asks that wait for the same answers.
    pub(crate) coalesced: Coalesced,
    /// The host call that `art_run_host_calls` has taken out and is to run.
    pub(crate) host_call: Cell<Option<HostCall>>,
    /// Set when the block is gone, for frames that outlive it.
    pub(crate) gone: Rc<Cell<bool>>,
}

impl Engine {
    pub(crate) fn new(config: &art_config, settings: Settings, wake: Option<HostWake>) -> Self {
        let (read, user) = (config.clock, config.clock_user);
        let system = sys::clock::monotonic();
        let clock = move || match read {
            // SAFETY: the header asks that function and argument stay valid until `art_destroy` has returned.
            Some(read) => unsafe { read(user) },
            None => system(),
        };
        let start = if config.start_ns == ART_NOW { clock() } else { config.start_ns };
        let mut runtime = Config::new().clock(clock).now_ns(start).on_panic(settings.on_panic);
        if let Some(wake) = wake {
            runtime = runtime.wake(wake);
        }
        if config.default_capacity != 0 {
            runtime = runtime.capacity(config.default_capacity);
        }
        if config.instance != 0 {
            // Checked to fit.
            runtime = runtime.instance(config.instance as u8);
        }
        if settings.panic_to_log {
            panic_log::install();
        }
        let runtime = runtime.build(Instant::now());
        supervision::tell_the_log(runtime.door(), settings.log);
        Self::over(runtime.door().clone(), Some(runtime), settings)
    }

    /// Of a runtime that somebody else has.
    pub(crate) fn hosted(door: &Door, log: Log) -> Self {
        Self::over(door.clone(), None, Settings::hosted(log))
    }

    fn over(door: Door, runtime: Option<Runtime>, settings: Settings) -> Self {
        Self {
            services: Services::new(&door),
            traces: Traces::default(),
            door,
            is_hosted: runtime.is_none(),
            runtime: UnsafeCell::new(runtime),
            settings,
            stop_reasons: RefCell::default(),
            hooks: RefCell::default(),
            starts: Starts::default(),
            watches: Rc::default(),
            coalesced: Coalesced::default(),
            host_call: Cell::new(None),
            gone: Rc::default(),
        }
    }

    /// Notes the reason of a stop, but 0, for those who hear of the end.
    pub(crate) fn give_reason(&self, actor: art_actor, reason: art_status) {
        if reason != 0 {
            if self.door.is_of_type::<ForeignActor>(ActorId(actor)) == Ok(true) {
                // It takes it away. A Rust actor would not.
                self.stop_reasons.borrow_mut().insert(actor, reason);
            }
            // It is there, or its end is told already.
            _ = self.door.set_exit_code(ActorId(actor), ErrorCode { code: reason, phase: 0 });
        }
    }

    /// An actor has ended, or is made anew.
    pub(crate) fn forget_reason(&self, actor: art_actor) {
        _ = take_out(&self.stop_reasons, actor);
    }

    /// The actor whose handler is running, if it has the hook that the call needs.
    pub(crate) fn hooked(&self, has: impl Fn(&art_actor_hooks) -> bool, name: &str) -> Outcome<ActorId> {
        let actor = self.door.current().ok_or(ART_NO_CONTEXT)?;
        if self.hooks.borrow().get(&actor.0).is_some_and(has) {
            return Ok(actor);
        }
        Err(Failure::new(
            ART_UNSUPPORTED,
            format!("the actor has no {name} in the hooks of its configuration"),
        ))
    }

    /// Tells the host something. The host's function must not call in.
    pub(crate) fn log(&self, level: u32, text: &str) {
        self.settings.log.say(level, text);
    }

    /// The time that a caller gave, or that of the clock if he gave none.
    pub(crate) fn time(&self, now_ns: u64) -> u64 {
        if now_ns == ART_NOW { self.door.clock_ns() } else { now_ns }
    }

    /// The argument of the host's functions, where a step's end calls `wake` itself.
    pub(crate) fn wake_user(&self) -> *mut c_void {
        self.settings.wake_user
    }
}

/// Takes what is kept for an actor that has ended. Most tables are empty most of the time, and hashing would cost each end something.
pub(crate) fn take_out<T>(kept: &RefCell<HashMap<art_actor, T>>, actor: art_actor) -> Option<T> {
    let mut kept = kept.borrow_mut();
    if kept.is_empty() { None } else { kept.remove(&actor) }
}

#[cfg(test)]
mod tests {
    use crate::handle::art_runtime;
    use crate::{ART_OK, art_create, art_destroy, art_stop, guard};
    use actor_rt::{Cx, Packet, Receive, Ret};
    use std::ptr;

    struct Deaf;

    impl Receive for Deaf {
        fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
    }

    /// The reason of its stop was kept for an actor in Rust, which never took it away.
    #[test]
    fn the_reason_of_a_stop_is_kept_for_actors_that_tell_it_alone() {
        let mut rt: *mut art_runtime = ptr::null_mut();
        // SAFETY: the runtime lives until it is destroyed below, and all is on this thread.
        unsafe {
            assert_eq!(art_create(ptr::null(), &raw mut rt, ptr::null_mut(), 0), ART_OK);
            let actor = crate::door(rt).unwrap().spawn(Deaf, Ret::nop());
            assert_eq!(art_stop(rt, actor.actor_id().0, 7), ART_OK);
            let kept = |block: &crate::runtime::Block| {
                assert!(block.engine.stop_reasons.borrow().is_empty());
                Ok(())
            };
            assert_eq!(guard::owner(rt, kept), ART_OK);
            assert_eq!(art_destroy(rt), ART_OK);
        }
    }
}
