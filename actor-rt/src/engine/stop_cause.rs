//! Why an actor ended.

use super::losses::forget_panic;
use std::any::Any;
use std::error::Error;
use std::fmt;

/// Why an actor ended. What `notify` and supervisors get.
///
/// The errors are not `Send`, as in Stakker: an actor's end is told on its own thread.
///
/// # Examples
///
/// ```
/// use actor_rt::StopCause;
///
/// fn restart(cause: &StopCause) -> bool {
///     match cause {
///         StopCause::Failed(_) | StopCause::Lost => true,
///         StopCause::Stopped | StopCause::Killed(_) | StopCause::Dropped => false,
///     }
/// }
///
/// assert!(restart(&StopCause::Failed("no answer".into())));
/// assert!(!restart(&StopCause::Stopped));
/// assert_eq!(StopCause::Dropped.to_string(), "Actor was dropped");
/// assert_eq!(format!("{:?}", StopCause::Failed("a fault".into())), "Actor failed: a fault");
/// ```
pub enum StopCause {
    /// It stopped itself, or was told to.
    Stopped,
    /// It failed: by its own word, or by a panic in one of its handlers.
    Failed(Box<dyn Error>),
    /// It was killed.
    Killed(Box<dyn Error>),
    /// Its last owner went, or the runtime.
    Dropped,
    /// It lived elsewhere, and the connection to it was lost.
    Lost,
}

impl StopCause {
    /// Whether the cause carries an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::StopCause;
    ///
    /// assert!(StopCause::Failed("a fault".into()).has_error());
    /// assert!(StopCause::Killed("a decision".into()).has_error());
    /// assert!(!StopCause::Stopped.has_error());
    /// ```
    pub fn has_error(&self) -> bool {
        matches!(self, StopCause::Failed(_) | StopCause::Killed(_))
    }
}

impl fmt::Display for StopCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StopCause::Stopped => f.write_str("Actor stopped"),
            StopCause::Failed(error) => write!(f, "Actor failed: {error}"),
            StopCause::Killed(error) => write!(f, "Actor was killed: {error}"),
            StopCause::Dropped => f.write_str("Actor was dropped"),
            StopCause::Lost => f.write_str("Lost connection to actor"),
        }
    }
}

impl fmt::Debug for StopCause {
    /// The same text as for people, as in Stakker.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a panic in an actor's handler, hook or constructor leads to: [`Config::on_panic`](crate::Config::on_panic).
///
/// # Examples
///
/// See [`Config::on_panic`](crate::Config::on_panic).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PanicPolicy {
    /// The actor fails, and everything else goes on.
    #[default]
    FailActor,
    /// The actor fails, and the main loop is asked to end: [`Core::shutdown`](crate::Core::shutdown), with the panic as its reason.
    StopRuntime,
    /// The process ends at once (`std::process::abort`), for programs that want a core dump of the moment.
    Abort,
}

/// The error of an actor that failed by a panic: `StopCause::Failed` holds one.
///
/// # Examples
///
/// ```
/// use actor_rt::{PanicError, Runtime, StopCause, actor_new, ret_shutdown};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let actor = actor_new!(runtime, u32, ret_shutdown!(runtime));
/// actor.call_prep(|_| Some(7));
/// actor.call(|number, _| assert_eq!(*number, 8, "a fault of the program"));
/// runtime.run(Instant::now(), false);
/// let Some(StopCause::Failed(error)) = runtime.shutdown_reason() else { panic!("it failed") };
/// let panic: &PanicError = error.downcast_ref().expect("by a panic");
/// assert!(panic.message().contains("a fault of the program"));
/// ```
#[derive(Clone, Debug)]
pub struct PanicError {
    message: String,
}

impl PanicError {
    /// Takes the text out of a panic's payload. The payload is dropped under a catch of its own, since that may panic too.
    pub(crate) fn from_payload(payload: Box<dyn Any + Send>) -> Self {
        let error = PanicError::from_message(&*payload);
        forget_panic(payload);
        error
    }

    /// Reads the text in a panic's payload.
    pub(crate) fn from_message(payload: &(dyn Any + Send)) -> Self {
        let message = panic_text(payload).unwrap_or("panic with a payload that is no text").to_owned();
        PanicError { message }
    }

    /// The panic's message.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{PanicError, Runtime, StopCause, actor_new, ret_shutdown};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// actor.call_prep(|_| panic!("no number"));
    /// runtime.run(Instant::now(), false);
    /// let Some(StopCause::Failed(error)) = runtime.shutdown_reason() else { panic!("it failed") };
    /// assert_eq!(error.downcast_ref::<PanicError>().unwrap().message(), "no number");
    /// ```
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for PanicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "panic: {}", self.message)
    }
}

impl Error for PanicError {}

/// The text of a panic; None if its payload is something else.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> Option<&str> {
    let text = payload.downcast_ref::<&'static str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// The code of an error, in the numbers of another language. An error that has one, itself or among its sources, keeps it on the way to
/// those who hear of it: [`Exit::code`](crate::supervision::Exit::code).
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::{Exit, Spec};
/// use actor_rt::{ErrorCode, Ret, Runtime};
/// use std::time::Instant;
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let actor = Spec::once(|_| Some(7_u32)).start(&mut runtime).unwrap();
/// runtime.on_exit(actor.actor_id(), Ret::new(|exit: Option<Exit>| {
///     assert_eq!(exit.unwrap().code, Some(ErrorCode { code: -1007, phase: 0 }));
/// }));
/// actor.call(|_, cx| cx.fail(ErrorCode { code: -1007, phase: 0 }));
/// runtime.run(now, false);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode {
    /// The code.
    pub code: i32,
    /// What its actor was doing, in that language's numbers too; 0 if that is not known.
    pub phase: u32,
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {}", self.code)
    }
}

impl Error for ErrorCode {}

impl ErrorCode {
    /// The code that an error carries.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<ErrorCode> {
        let mut next = Some(error);
        // A chain that goes in circles carries none.
        for _ in 0..16 {
            let error = next?;
            if let Some(code) = error.downcast_ref::<ErrorCode>() {
                return Some(*code);
            }
            next = error.source();
        }
        None
    }

    /// A copy of an error: its text, and its code if it carries one.
    pub(crate) fn copy_of(error: &(dyn Error + 'static)) -> Box<dyn Error> {
        let text = error.to_string();
        match ErrorCode::of(error) {
            Some(code) => Box::new(Coded { text, code }),
            None => text.into(),
        }
    }
}

/// What is left of an error that has a code.
#[derive(Debug)]
struct Coded {
    text: String,
    code: ErrorCode,
}

impl fmt::Display for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Coded {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.code)
    }
}
