//! Supervision: how an actor is restarted and ended by its supervisor, how it supervises others, and the end of them all.

use std::ffi::c_void;
use std::time::Duration;

use actor_rt::supervision::{
    AutoShutdown, Backoff, Intensity, Restart, Shutdown, Spec, Strategy, Supervisor, Window,
};
use actor_rt::{ActorId, Door, Ret};

use crate::callback::ART_LOG_ERROR;
use crate::config::Log;
use crate::exit::{self, art_exit_fn};
use crate::failure::{Outcome, invalid};
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::status::*;
use crate::step::ART_NEVER;

/// How a supervisor treats one child: `supervision` of art_actor_config. The struct is read during `art_spawn` and not kept.
///
/// A restart is in place: the actor keeps its id, its name, its mailbox and what waits in it, its monitors and links; `destroy` is called
/// for the state that failed and `create` makes another one from the same `argument`. The message that failed is gone, and so are the
/// timers and the asks of the actor that failed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_supervision {
    /// `sizeof(art_supervision)`.
    pub struct_size: u32,
    /// ART_SUPERVISION_... bits.
    pub flags: u32,
    /// Whether it is started again when it has ended by itself: ART_RESTART_...
    pub restart: u32,
    /// How its supervisor ends it: ART_SHUTDOWN_...
    pub shutdown: u32,
    /// How long it may take to stop, in ns; 0 for 5 seconds. Then it is killed.
    pub shutdown_ns: u64,
    /// A limit of its own: restarts of it alone within `restart_period_ns`. Those of all its supervisor's children count besides.
    pub max_restarts: u32,
    /// How long each wait before a restart is, in percent of the one before it: at least 100; 0 for 200, twice as long.
    pub backoff_factor_percent: u32,
    /// The period of `max_restarts`, in ns; 0 for no limit of its own.
    pub restart_period_ns: u64,
    /// How long its first restart in a row waits, in ns; 0 for not at all. Messages for it wait meanwhile.
    pub backoff_first_ns: u64,
    /// How long a restart waits at the most, in ns; 0 for `backoff_first_ns`.
    pub backoff_most_ns: u64,
    /// Who has been ready for so long begins with the first wait again, in ns; 0 for `backoff_most_ns`.
    pub backoff_reset_ns: u64,
    /// The part of each wait that is random, in percent, at most 100.
    pub backoff_jitter_percent: u32,
    /// Zero.
    pub reserved: u32,
    /// How long each start of it may take, in ns; 0 for as long as it takes. Then it is killed, and its start has failed.
    pub start_timeout_ns: u64,
}

/// Flags of a supervised actor
/// ===========================
///
/// Its end may be that of its supervisor: see ART_AUTO_SHUTDOWN_...
pub const ART_SUPERVISION_SIGNIFICANT: u32 = 1;
/// Its entry is kept when it has ended for good, so that `art_child_restart` can start it anew.
pub const ART_SUPERVISION_KEEP: u32 = 2;
/// `restart_period_ns` is anchored: the period begins with the start, and anew with the first failure after its end.
pub const ART_SUPERVISION_ANCHORED: u32 = 4;
/// Its last state goes to its supervisor when it has ended for good: see `art_context_take_state`.
pub const ART_SUPERVISION_RETURN_STATE: u32 = 8;

/// When an actor is restarted
/// ==========================
///
/// If it failed or was killed.
pub const ART_RESTART_TRANSIENT: u32 = 0;
/// Always.
pub const ART_RESTART_PERMANENT: u32 = 1;
/// Never. The only one for an actor without a `create`.
pub const ART_RESTART_TEMPORARY: u32 = 2;

/// How a supervisor ends an actor
/// ==============================
///
/// It is stopped, and killed if that takes longer than `shutdown_ns`.
pub const ART_SHUTDOWN_STOP: u32 = 0;
/// It is killed.
pub const ART_SHUTDOWN_KILL: u32 = 1;
/// It is stopped, and waited for as long as it takes.
pub const ART_SHUTDOWN_INFINITE: u32 = 2;

/// How an actor supervises its children, or the runtime those that have no parent: its *root*. More failures than it allows are its own
/// failure; of the root's the host hears, see `art_on_escalation`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_supervisor {
    /// `sizeof(art_supervisor)`.
    pub struct_size: u32,
    /// ART_SUPERVISOR_... bits.
    pub flags: u32,
    /// Who is restarted with a child: ART_STRATEGY_...
    pub strategy: u32,
    /// When it ends with its children: ART_AUTO_SHUTDOWN_...
    pub auto_shutdown: u32,
    /// How many restarts of all its children within `period_ns` it allows.
    pub max_restarts: u32,
    /// Zero.
    pub reserved: u32,
    /// The period of `max_restarts`, in ns; 0 for the default of one restart in 5 seconds.
    pub period_ns: u64,
}

/// Flags of a supervisor
/// =====================
///
/// `period_ns` is anchored: the period begins with the start, and anew with the first failure after its end.
pub const ART_SUPERVISOR_ANCHORED: u32 = 1;

/// Who is restarted with a child
/// =============================
///
/// Nobody else.
pub const ART_STRATEGY_ONE_FOR_ONE: u32 = 0;
/// All its siblings: they are ended, the youngest first, then all are started, the oldest first.
pub const ART_STRATEGY_ONE_FOR_ALL: u32 = 1;
/// Those that were started after it, likewise.
pub const ART_STRATEGY_REST_FOR_ONE: u32 = 2;

/// When a supervisor ends with its children
/// ========================================
///
/// Never.
pub const ART_AUTO_SHUTDOWN_NEVER: u32 = 0;
/// When one that is significant has ended by itself for good.
pub const ART_AUTO_SHUTDOWN_ANY: u32 = 1;
/// When all that are significant have.
pub const ART_AUTO_SHUTDOWN_ALL: u32 = 2;

/// Hears that the whole tree has ended: `count` actors at `killed` had to be killed. Called once, on the owner thread; the ids are borrowed.
pub type art_terminated_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, killed: *const art_actor, count: usize)>;

/// Changes how an actor supervises its children, be it supervised itself or not; 0 is the root. Restarts are counted anew.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `supervisor` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_set_supervisor(
    rt: *mut art_runtime,
    actor: art_actor,
    supervisor: *const art_supervisor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let settings = supervisor_settings(&guard::read_struct(supervisor)?)?;
            let door = &block.engine.door;
            if actor == 0 {
                door.set_root_supervisor(settings);
                return Ok(());
            }
            door.set_supervisor(ActorId(actor), settings).map_err(payload::unknown)
        })
    }
}

/// Has `escalated(user, exit)` called whenever a child of the root has failed too often and is gone, until the runtime is destroyed or
/// another one is set. What is to be done about it is the host's affair. NULL for nobody, as at the beginning: then `log` gets a line with
/// ART_LOG_ERROR that names the actor's id, why it failed and what is to be changed, and `shutdown` of art_step_result is 1 from then on.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `user` must stay valid for `escalated` until that is no longer called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_on_escalation(
    rt: *mut art_runtime,
    escalated: art_exit_fn,
    user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let engine = &block.engine;
            let Some(escalated) = escalated else {
                tell_the_log(&engine.door, engine.settings.log);
                return Ok(());
            };
            engine.door.on_root_escalation(move |_, child, cause| {
                let told = exit::of_cause(child, None, &cause, 0);
                // SAFETY: the function came with this argument; what is told is borrowed for the call.
                escalated(user, told.as_ptr());
            });
            Ok(())
        })
    }
}

/// Nobody listens: what is left of a child of the root that failed too often is a line in the log, and that the program is asked to end.
pub(crate) fn tell_the_log(door: &Door, log: Log) {
    door.on_root_escalation(move |core, child, cause| {
        log.say(
            ART_LOG_ERROR,
            &format!(
                "actor {:#x}, a child of the root, has failed too often and is not restarted any more: {cause}. The program is asked to \
                 end, as nobody has asked to hear of it (art_on_escalation). How often is too often is said by the actor's own \
                 art_supervision and, for all children of the root together, by art_set_supervisor(rt, 0, ...), in C++ tree::supervise; \
                 unless that says otherwise, more than once in 5 s",
                child.0
            ),
        );
        core.shutdown(cause);
    });
}

/// Ends all supervised actors in order: the youngest child of the root first, children before their parents, each within its time.
/// What is left at `deadline_ns` of the host's clock is killed; ART_NEVER for no such time. `done`, which may be NULL, is called when
/// all have ended. Asked for again, the earlier deadline counts, and all are called. Until it is done nothing can be spawned under the
/// root with a `supervision`. Actors without one, and without a parent, live on; `art_destroy` ends them.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `user` must stay valid for `done` until that was called or the runtime is destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_terminate(
    rt: *mut art_runtime,
    deadline_ns: u64,
    done: art_terminated_fn,
    user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let door = &block.engine.door;
            let within = deadline_ns.saturating_sub(door.now_ns());
            let within = (deadline_ns != ART_NEVER).then(|| Duration::from_nanos(within));
            let done = Ret::new(move |killed: Option<Vec<ActorId>>| {
                if let (Some(done), Some(killed)) = (done, killed) {
                    let killed: Vec<art_actor> = killed.into_iter().map(|id| id.0).collect();
                    // SAFETY: the function came with this argument; the ids are borrowed for the call.
                    done(user, killed.as_ptr(), killed.len());
                }
            });
            door.terminate(within, done);
            Ok(())
        })
    }
}

/// Ends the further turns of an actor that was spawned with ART_ACTOR_HEARS_STOP and was told ART_TAG_STOP: it says goodbye now.
/// At any other time the call does nothing.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_stopped(rt: *mut art_runtime, actor: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::owner(rt, |block| block.engine.door.stopped(ActorId(actor)).map_err(payload::unknown)) }
}

/// What an `art_supervision` says, checked.
pub(crate) struct Treatment {
    pub(crate) restart: Restart,
    pub(crate) shutdown: Shutdown,
    pub(crate) significant: bool,
    pub(crate) keep: bool,
    pub(crate) intensity: Option<Intensity>,
    pub(crate) backoff: Option<Backoff>,
    pub(crate) start_timeout: Option<Duration>,
    pub(crate) return_state: bool,
}

impl Treatment {
    /// That of an actor that is nobody's to restart.
    pub(crate) fn temporary() -> Self {
        Self {
            restart: Restart::Temporary,
            shutdown: Shutdown::After(Duration::from_secs(5)),
            significant: false,
            keep: false,
            intensity: None,
            backoff: None,
            start_timeout: None,
            return_state: false,
        }
    }

    /// A spec that is treated like this.
    pub(crate) fn apply<A>(&self, spec: Spec<A>) -> Spec<A> {
        let mut spec = spec.restart(self.restart).shutdown(self.shutdown);
        if self.significant {
            spec = spec.significant();
        }
        if self.keep {
            spec = spec.keep();
        }
        if let Some(intensity) = self.intensity {
            spec = spec.intensity(intensity);
        }
        if let Some(backoff) = self.backoff {
            spec = spec.backoff(backoff);
        }
        if let Some(timeout) = self.start_timeout {
            spec = spec.start_timeout(timeout);
        }
        if self.return_state {
            spec = spec.return_state();
        }
        spec
    }

    pub(crate) fn check(given: &art_supervision) -> Outcome<Self> {
        let known = ART_SUPERVISION_SIGNIFICANT
            | ART_SUPERVISION_KEEP
            | ART_SUPERVISION_ANCHORED
            | ART_SUPERVISION_RETURN_STATE;
        if given.flags & !known != 0 || given.reserved != 0 {
            return Err(invalid("supervision.flags has unknown bits, or its reserved field is not zero"));
        }
        let restart = match given.restart {
            ART_RESTART_TRANSIENT => Restart::Transient,
            ART_RESTART_PERMANENT => Restart::Permanent,
            ART_RESTART_TEMPORARY => Restart::Temporary,
            _ => return Err(invalid("supervision.restart is none of ART_RESTART_...")),
        };
        let shutdown = match given.shutdown {
            ART_SHUTDOWN_STOP if given.shutdown_ns == 0 => Shutdown::After(Duration::from_secs(5)),
            ART_SHUTDOWN_STOP => Shutdown::After(Duration::from_nanos(given.shutdown_ns)),
            ART_SHUTDOWN_KILL => Shutdown::Kill,
            ART_SHUTDOWN_INFINITE => Shutdown::Infinite,
            _ => return Err(invalid("supervision.shutdown is none of ART_SHUTDOWN_...")),
        };
        Ok(Self {
            restart,
            shutdown,
            significant: given.flags & ART_SUPERVISION_SIGNIFICANT != 0,
            keep: given.flags & ART_SUPERVISION_KEEP != 0,
            intensity: (given.restart_period_ns != 0).then(|| {
                intensity(
                    given.max_restarts,
                    given.restart_period_ns,
                    given.flags & ART_SUPERVISION_ANCHORED != 0,
                )
            }),
            backoff: backoff(given)?,
            start_timeout: (given.start_timeout_ns != 0)
                .then(|| Duration::from_nanos(given.start_timeout_ns)),
            return_state: given.flags & ART_SUPERVISION_RETURN_STATE != 0,
        })
    }
}

fn backoff(given: &art_supervision) -> Outcome<Option<Backoff>> {
    if given.backoff_factor_percent != 0 && given.backoff_factor_percent < 100 {
        return Err(invalid(
            "supervision.backoff_factor_percent is less than 100: waits do not become shorter",
        ));
    }
    if given.backoff_jitter_percent > 100 {
        return Err(invalid("supervision.backoff_jitter_percent is over 100"));
    }
    if given.backoff_first_ns == 0 {
        return Ok(None);
    }
    let or = |value: u64, default: Duration| if value == 0 { default } else { Duration::from_nanos(value) };
    let first = Duration::from_nanos(given.backoff_first_ns);
    let most = or(given.backoff_most_ns, first);
    let percent = if given.backoff_factor_percent == 0 { 200 } else { given.backoff_factor_percent };
    Ok(Some(
        Backoff::new(first, most)
            .factor(f64::from(percent) / 100.0)
            .jitter(f64::from(given.backoff_jitter_percent) / 100.0)
            .reset(or(given.backoff_reset_ns, most)),
    ))
}

fn intensity(restarts: u32, period_ns: u64, anchored: bool) -> Intensity {
    let window = if anchored { Window::Anchored } else { Window::Sliding };
    Intensity::new(restarts, Duration::from_nanos(period_ns)).window(window)
}

/// What an `art_supervisor` says, checked.
pub(crate) fn supervisor_settings(given: &art_supervisor) -> Outcome<Supervisor> {
    if given.flags & !ART_SUPERVISOR_ANCHORED != 0 || given.reserved != 0 {
        return Err(invalid("supervisor.flags has unknown bits, or its reserved field is not zero"));
    }
    let strategy = match given.strategy {
        ART_STRATEGY_ONE_FOR_ONE => Strategy::OneForOne,
        ART_STRATEGY_ONE_FOR_ALL => Strategy::OneForAll,
        ART_STRATEGY_REST_FOR_ONE => Strategy::RestForOne,
        _ => return Err(invalid("supervisor.strategy is none of ART_STRATEGY_...")),
    };
    let auto_shutdown = match given.auto_shutdown {
        ART_AUTO_SHUTDOWN_NEVER => AutoShutdown::Never,
        ART_AUTO_SHUTDOWN_ANY => AutoShutdown::AnySignificant,
        ART_AUTO_SHUTDOWN_ALL => AutoShutdown::AllSignificant,
        _ => return Err(invalid("supervisor.auto_shutdown is none of ART_AUTO_SHUTDOWN_...")),
    };
    let settings = Supervisor::new().strategy(strategy).auto_shutdown(auto_shutdown);
    if given.period_ns == 0 {
        if given.max_restarts != 0 {
            return Err(invalid("supervisor.max_restarts needs a period_ns"));
        }
        return Ok(settings);
    }
    let anchored = given.flags & ART_SUPERVISOR_ANCHORED != 0;
    Ok(settings.intensity(intensity(given.max_restarts, given.period_ns, anchored)))
}
