//! How an actor ended, for those who hear of it.

use crate::engine::id::{ActorId, IdError};
use crate::engine::stop_cause::{ErrorCode, PanicError, StopCause};
use std::any::Any;
use std::error::Error;
use std::fmt;
use std::rc::Rc;

/// Where an actor was in its life.
///
/// # Examples
///
/// See [`Exit`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// Its value was being made.
    Starting,
    /// It was ready.
    #[default]
    Running,
    /// It had been told to stop, and its hook failed.
    Stopping,
}

/// How an actor ended: a [`StopCause`] without its error, which may go to many.
///
/// # Examples
///
/// See [`Exit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExitKind {
    /// It stopped, or was told to.
    Stopped,
    /// It failed.
    Failed,
    /// It was killed.
    Killed,
    /// Its last owner went, or the runtime.
    Dropped,
    /// The connection to it was lost.
    Lost,
    /// There was no such actor when it was looked for: it had ended before, or never was.
    NoActor,
}

impl ExitKind {
    /// Whether it is an end that something is wrong with: a failure, a kill, a loss. Linked actors end with such a one.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::ExitKind;
    ///
    /// assert!(ExitKind::Killed.is_abnormal() && ExitKind::NoActor.is_abnormal());
    /// assert!(!ExitKind::Stopped.is_abnormal() && !ExitKind::Dropped.is_abnormal());
    /// ```
    pub fn is_abnormal(self) -> bool {
        !matches!(self, ExitKind::Stopped | ExitKind::Dropped)
    }
}

/// That an actor has ended.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::{Exit, ExitKind, Phase, Spec};
/// use actor_rt::{Ret, Runtime};
/// use std::time::Instant;
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let number = Spec::once(|_| Some(7_u32)).start(&mut runtime).unwrap();
/// runtime.on_exit(number.actor_id(), Ret::new(|exit: Option<Exit>| {
///     let exit = exit.unwrap();
///     assert_eq!((exit.kind, exit.phase), (ExitKind::Failed, Phase::Running));
///     assert_eq!(exit.reason.as_deref(), Some("no more numbers"));
/// }));
/// number.call(|_, cx| cx.fail_str("no more numbers"));
/// runtime.run(now, false);
/// assert!(number.is_zombie());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exit {
    /// Who.
    pub actor: ActorId,
    /// How.
    pub kind: ExitKind,
    /// When in its life.
    pub phase: Phase,
    /// What the error says, or who told it to stop, if there is either.
    pub reason: Option<Rc<str>>,
    /// The code that goes with it, if there is one: that of the error, or of who told it to stop.
    pub code: Option<ErrorCode>,
    /// Whether it failed by a panic.
    pub panicked: bool,
}

impl Exit {
    pub(crate) fn new(actor: u64, phase: Phase, cause: &StopCause) -> Self {
        let (kind, error) = match cause {
            StopCause::Stopped => (ExitKind::Stopped, None),
            StopCause::Failed(error) => (ExitKind::Failed, Some(&**error)),
            StopCause::Killed(error) => (ExitKind::Killed, Some(&**error)),
            StopCause::Dropped => (ExitKind::Dropped, None),
            StopCause::Lost => (ExitKind::Lost, None),
        };
        let reason = error.map(|error| error.to_string().into());
        let code = error.and_then(ErrorCode::of);
        let panicked = matches!(cause, StopCause::Failed(error) if error.is::<PanicError>());
        Exit { actor: ActorId(actor), kind, phase, reason, code, panicked }
    }

    /// Of one that was not there.
    pub(crate) fn no_actor(actor: u64) -> Self {
        Exit {
            actor: ActorId(actor),
            kind: ExitKind::NoActor,
            phase: Phase::Running,
            reason: None,
            code: None,
            panicked: false,
        }
    }
}

impl fmt::Display for ExitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExitKind::Stopped => "stopped",
            ExitKind::Failed => "failed",
            ExitKind::Killed => "was killed",
            ExitKind::Dropped => "was dropped",
            ExitKind::Lost => "was lost",
            ExitKind::NoActor => "was not there",
        })
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "actor {:#x} {}", self.actor.0, self.kind)?;
        self.reason.as_ref().map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

/// Why a child could not be started.
///
/// # Examples
///
/// ```
/// use actor_rt::Runtime;
/// use actor_rt::supervision::{Spec, StartError};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let error = Spec::<u32>::new(|cx| {
///     cx.fail_str("the disk is full");
///     None
/// })
/// .start(&mut runtime)
/// .unwrap_err();
/// assert!(matches!(&error, StartError::Failed(cause) if cause.to_string() == "the disk is full"));
/// assert_eq!(error.to_string(), "the actor failed to start: the disk is full");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// There is no such supervisor.
    NoSupervisor(IdError),
    /// The supervisor is ending.
    SupervisorEnding,
    /// Another actor, this one, has the name.
    NameTaken(ActorId),
    /// The supervisor keeps no entry of such a child.
    NoChild,
    /// The place that was [reserved](crate::supervision::Reserved) is none any more: it has got a value or a supervisor otherwise, has ended, or is
    /// another runtime's.
    NoPlace,
    /// The factory failed, or panicked; the error is a [`PanicError`](crate::PanicError) then.
    Failed(Box<dyn Error>),
    /// The factory asked to stop.
    Stopped,
    /// It was killed while it was being made: its deadline passed, or somebody wanted it.
    Killed(Box<dyn Error>),
    /// The start was called from within too many others: use [`Spec::spawn`](crate::supervision::Spec::spawn).
    TooDeep,
    /// The runtime is closed.
    Closed,
}

impl From<StopCause> for StartError {
    fn from(cause: StopCause) -> Self {
        match cause {
            StopCause::Failed(error) => StartError::Failed(error),
            StopCause::Killed(error) => StartError::Killed(error),
            StopCause::Stopped | StopCause::Lost => StartError::Stopped,
            StopCause::Dropped => StartError::Closed,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::NoSupervisor(error) => write!(f, "no such supervisor: {error}"),
            StartError::SupervisorEnding => {
                f.write_str("the supervisor is ending: it takes no more children")
            }
            StartError::NameTaken(actor) => {
                write!(f, "the name is that of actor {:#x}: end that first, or take another", actor.0)
            }
            StartError::NoChild => {
                f.write_str("no entry of such a child is kept: only one that has ended can be started anew")
            }
            StartError::NoPlace => f.write_str(
                "the reserved place was used otherwise, or is another runtime's: reserve another, and give it to the spec untouched",
            ),
            StartError::Failed(error) => write!(f, "the actor failed to start: {error}"),
            StartError::Stopped => f.write_str("the actor stopped instead of starting"),
            StartError::Killed(error) => write!(f, "the actor was killed before it had started: {error}"),
            StartError::TooDeep => {
                f.write_str("too many starts within starts: use spawn, which queues the start")
            }
            StartError::Closed => f.write_str("the runtime is closed"),
        }
    }
}

impl Error for StartError {}

/// What a supervisor hears of a child.
///
/// # Examples
///
/// See [`Lifecycle::on_child`](crate::supervision::Lifecycle::on_child).
#[derive(Debug)]
#[non_exhaustive]
pub enum ChildEvent {
    /// It is ready for the first time.
    Started {
        /// Which child.
        child: ActorId,
    },
    /// It was made anew, and is ready.
    Restarted {
        /// Which child: it keeps its id.
        child: ActorId,
        /// Why the one before it ended.
        cause: StopCause,
    },
    /// It has ended, and is not restarted.
    Ended {
        /// Which child.
        child: ActorId,
        /// Where it was in its life.
        phase: Phase,
        /// Why.
        cause: StopCause,
        /// What was said when it was told to stop.
        reason: Option<Rc<str>>,
        /// Its last state, if its spec says so and it is not lost: see [`Spec::return_state`](crate::supervision::Spec::return_state).
        state: Option<Box<dyn Any>>,
    },
}
