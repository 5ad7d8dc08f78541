//! Signals as events of a loop.
//!
//! The handler in the process writes one byte to a socket pair, which is all that may be done there; the loop reads the other end. Each
//! signal has a pair of its own, so that the byte need not say which it was.

use crate::drive::mio::{LoopHandle, Priority, Ready, Registered, nonblocking};
use crate::engine::ret::Fwd;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::Core;
use ::mio::Interest;
use ::mio::net::UnixStream;
use signal_hook::SigId;
use signal_hook::consts::FORBIDDEN;
use signal_hook::low_level::{pipe, unregister};
use std::cell::OnceCell;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

/// Numbers of signals.
pub mod signal {
    pub use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
}

/// Keeps a loop listening to signals. Dropping it ends that.
///
/// What a signal does otherwise (the default action, which ends the process for most) is off from the first time that the
/// process listens to it, and does not come back: after the drop the signal does nothing. So drop it at the very end, or
/// never. Who wants the second `SIGINT` to end the process does that in the handler of the first.
///
/// Several loops of a process, and other users of the crate `signal-hook`, may listen to the same signal: all of them are told.
///
/// Thread: the loop's own (`!Send`).
///
/// # Examples
///
/// See [`LoopHandle::on_signals`].
#[must_use = "dropping it ends the listening"]
pub struct Signals {
    listeners: Vec<Listener>,
}

/// One signal's way to the loop.
struct Listener {
    id: SigId,
    _reader: Rc<OnceCell<Registered<UnixStream>>>,
}

impl LoopHandle {
    /// Calls `fwd` with the number of each signal of `signals` that the process gets, at [`Priority::HIGH`]. Several of one number
    /// that come at once may be one call, as with signals in general.
    ///
    /// # Errors
    /// The system's, that the loop is gone, or that a signal cannot be caught.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{EventLoop, Signals, signal};
    /// use actor_rt::*;
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let deferrer = runtime.deferrer();
    /// let reload = fwd_do!(move |number| {
    ///     assert_eq!(number, signal::SIGHUP);
    ///     deferrer.defer(|rt| rt.shutdown(StopCause::Stopped));
    /// });
    /// let _signals: Signals = event_loop.handle().on_signals(&[signal::SIGHUP], reload)?;
    /// signal_hook::low_level::raise(signal::SIGHUP)?;
    /// event_loop.run(&mut runtime)?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn on_signals(&self, signals: &[i32], fwd: Fwd<i32>) -> io::Result<Signals> {
        // On an error the listeners so far end with this.
        let mut all = Signals { listeners: Vec::with_capacity(signals.len()) };
        for &signal in signals {
            all.listeners.push(self.listen(signal, fwd.clone())?);
        }
        Ok(all)
    }

    /// Shuts the runtime down with [`StopCause::Stopped`] when the process gets one of `signals`. For programs that have nothing to
    /// bring to an end first.
    ///
    /// # Errors
    /// As for [`on_signals`](LoopHandle::on_signals).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::StopCause;
    /// use actor_rt::drive::mio::{EventLoop, signal};
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let ends = [signal::SIGINT, signal::SIGTERM];
    /// let _signals = event_loop.handle().shut_down_on_signals(&runtime, &ends)?;
    /// signal_hook::low_level::raise(signal::SIGTERM)?;
    /// assert!(matches!(event_loop.run(&mut runtime)?, StopCause::Stopped));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn shut_down_on_signals(&self, core: &Core, signals: &[i32]) -> io::Result<Signals> {
        let deferrer = core.deferrer();
        self.on_signals(signals, Fwd::new(move |_| deferrer.defer(|rt| rt.shutdown(StopCause::Stopped))))
    }

    fn listen(&self, signal: i32, fwd: Fwd<i32>) -> io::Result<Listener> {
        if FORBIDDEN.contains(&signal) {
            let text = format!("signal {signal} cannot be listened to");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let (reader, writer) = UnixStream::pair()?;
        // The handler needs the reader, which is made together with the handler. Weak, or they would keep each other.
        let slot = Rc::new(OnceCell::<Registered<UnixStream>>::new());
        let weak = Rc::downgrade(&slot);
        let ready = Fwd::new(move |_: Ready| {
            let Some(slot) = weak.upgrade() else { return };
            if slot.get().is_some_and(|reader| drain(reader)) {
                fwd.fwd(signal);
            }
        });
        let reader = self.add(reader, Interest::READABLE, Priority::HIGH, ready)?;
        let _ = slot.set(reader);
        let id = pipe::register(signal, writer)?;
        Ok(Listener { id, _reader: slot })
    }
}

/// Reads until nothing is left: from here on the next signal is another one. Whether there was anything.
fn drain(mut reader: &UnixStream) -> bool {
    let mut bytes = [0; 64];
    let mut any = false;
    // The other end is open for as long as the signal is listened to, so that this ends with `None`.
    while let Ok(Some(1..)) = nonblocking(|| reader.read(&mut bytes)) {
        any = true;
    }
    any
}

impl Drop for Listener {
    fn drop(&mut self) {
        unregister(self.id);
    }
}

impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signals").field("signals", &self.listeners.len()).finish()
    }
}
