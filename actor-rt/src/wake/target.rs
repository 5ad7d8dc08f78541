//! Whom to tell that the runtime wants a step.
//!
//! The host supplies one [`WakeTarget`]. A closure is one; a foreign host's function with its context and release function is
//! wrapped by the layer that knows about foreign functions, with the release function in its `Drop`.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};
use std::sync::{Arc, OnceLock};

/// Why the runtime asks for a step. Hints: whatever is set, the answer is to arrange one step soon.
///
/// # Examples
///
/// ```
/// use actor_rt::{Config, WakeFlags};
/// use std::sync::mpsc;
/// use std::time::{Duration, Instant};
///
/// let (event, events) = mpsc::channel();
/// let mut runtime = Config::new().wake(move |flags: WakeFlags| drop(event.send(flags))).build(Instant::now());
/// runtime.defer(|_| ());
/// assert_eq!(events.try_recv(), Ok(WakeFlags::LOCAL));
/// runtime.run(Instant::now(), false);
/// runtime.after(Duration::from_secs(1), |_| ());
/// assert_eq!(events.try_recv(), Ok(WakeFlags::DEADLINE));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct WakeFlags(u32);

impl WakeFlags {
    /// Something was posted on the owner thread, outside of a step.
    pub const LOCAL: WakeFlags = WakeFlags(1);
    /// Something came through a remote or a waker.
    pub const REMOTE: WakeFlags = WakeFlags(2);
    /// The next deadline moved to an earlier time, outside of a step.
    pub const DEADLINE: WakeFlags = WakeFlags(4);

    /// The bits, as in the C ABI.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::WakeFlags;
    ///
    /// assert_eq!((WakeFlags::LOCAL | WakeFlags::REMOTE).bits(), 3);
    /// ```
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all bits of `other` are set.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::WakeFlags;
    ///
    /// let flags = WakeFlags::REMOTE | WakeFlags::DEADLINE;
    /// assert!(flags.contains(WakeFlags::REMOTE) && !flags.contains(WakeFlags::LOCAL));
    /// ```
    pub const fn contains(self, other: WakeFlags) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for WakeFlags {
    type Output = WakeFlags;
    fn bitor(self, other: WakeFlags) -> WakeFlags {
        WakeFlags(self.0 | other.0)
    }
}

impl BitOrAssign for WakeFlags {
    fn bitor_assign(&mut self, other: WakeFlags) {
        self.0 |= other.0;
    }
}

impl fmt::Debug for WakeFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names =
            [(WakeFlags::LOCAL, "LOCAL"), (WakeFlags::REMOTE, "REMOTE"), (WakeFlags::DEADLINE, "DEADLINE")];
        f.debug_set()
            .entries(names.iter().filter(|(flag, _)| self.contains(*flag)).map(|(_, name)| name))
            .finish()
    }
}

/// The host's side of a wake-up: "arrange one step soon".
///
/// [`wake`](WakeTarget::wake) is called on the thread that caused it: any thread. It is called exactly once for each time the
/// runtime went to sleep and something happened, never while a step runs, never with a lock of the runtime held, and as the last
/// act of the call that caused it. It should do no more than write to an eventfd, post an event to the host's loop, or set a
/// flag, and it must not take a lock that the owner thread may hold while it closes the runtime. On the owner thread, calls into
/// the runtime from inside it are refused. A panic in it is caught and counted; the step it announced stays due.
///
/// The target is dropped on the owner thread when the runtime is closed, after the last call has returned.
///
/// # Examples
///
/// ```
/// use actor_rt::{WakeFlags, WakeTarget};
/// use std::sync::mpsc;
///
/// let (sender, receiver) = mpsc::channel();
/// let target = move |flags: WakeFlags| drop(sender.send(flags));
/// WakeTarget::wake(&target, WakeFlags::REMOTE);
/// assert!(receiver.recv().unwrap().contains(WakeFlags::REMOTE));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be told that the runtime wants a step",
    label = "not a wake target",
    note = "give a closure that any thread may call, `Fn(WakeFlags) + Send + Sync + 'static`, or implement `WakeTarget`"
)]
pub trait WakeTarget: Send + Sync + 'static {
    /// Arranges one step soon. Any thread.
    fn wake(&self, flags: WakeFlags);
}

impl<F: Fn(WakeFlags) + Send + Sync + 'static> WakeTarget for F {
    fn wake(&self, flags: WakeFlags) {
        self(flags);
    }
}

/// A target that is told later whom to call, and once.
#[derive(Default)]
pub(crate) struct PollWaker {
    waker: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl PollWaker {
    /// Says whom to call. False if that was said already.
    pub(crate) fn set(&self, waker: Box<dyn Fn() + Send + Sync>) -> bool {
        self.waker.set(waker).is_ok()
    }
}

impl WakeTarget for Arc<PollWaker> {
    fn wake(&self, _: WakeFlags) {
        if let Some(waker) = self.waker.get() {
            waker();
        }
    }
}
