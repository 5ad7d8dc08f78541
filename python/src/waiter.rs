//! `Waiter`: where the built-in loop waits, which is the native loop's [`Poller`].
//!
//! Owns the poller and the hearing of Python's signals, from the first wait of a run to its end; both are gone when it is left, whatever
//! left it. The interpreter's lock is let go for the wait alone.
//!
//! Signals: one that the waiting thread receives ends the wait anyhow. One that another thread receives does not, and one that comes just
//! before the wait would be slept over; but Python's own C handler writes a byte to a socket wherever it runs (`signal.set_wakeup_fd`), and
//! that socket is a source of the poller.

use crate::errors::{in_destructor, set_wakeup_fd};
use crate::owner_cell::GilCell;
use crate::runtime::RuntimeBase;
use crate::wake::{Hub, Stream, number, pair};
use actor_rt::drive::mio::{Interest, Poller, Token, nonblocking};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::cell::Cell;
use std::io::{self, Read};
use std::time::Duration;

#[cfg(windows)]
use actor_rt::drive::mio::net::TcpStream as Ear;
#[cfg(unix)]
use actor_rt::drive::mio::net::UnixStream as Ear;

/// One run of the built-in loop: a context manager.
#[pyclass(frozen, name = "_Waiter", module = "actor_rt._core")]
pub struct Waiter {
    on_main_thread: bool,
    /// None until the first wait, and while it lasts.
    place: GilCell<Cell<Option<Place>>>,
}

struct Place {
    poller: Poller,
    signals: Option<Signals>,
}

/// Python's signals, which only the main thread is to hear of.
struct Signals {
    ear: Ear,
    knob: Stream,
}

impl Place {
    fn new(py: Python<'_>, on_main_thread: bool) -> PyResult<Self> {
        let poller = Poller::new()?;
        let signals = if on_main_thread { Signals::new(py, &poller)? } else { None };
        Ok(Place { poller, signals })
    }

    /// Until another thread posts, a signal comes, or time is up.
    fn wait(&mut self, hub: &Hub, limit: Option<Duration>) -> io::Result<()> {
        if !hub.begin_wait(&self.poller.waker()) {
            return Ok(());
        }
        let waited = self.poller.wait(limit);
        hub.end_wait();
        if let (Some(signals), Some(_)) = (&mut self.signals, self.poller.events().next()) {
            signals.clear();
        }
        waited
    }
}

impl Signals {
    /// None if somebody else wants to know of signals: they are left to them.
    fn new(py: Python<'_>, poller: &Poller) -> PyResult<Option<Self>> {
        let (ear, knob) = pair()?;
        let mut signals = Signals { ear: Ear::from_std(ear), knob };
        poller.registry().register(&mut signals.ear, Token(0), Interest::READABLE)?;
        let older = set_python_descriptor(py, number(&signals.knob))?;
        if older == -1 {
            return Ok(Some(signals));
        }
        set_python_descriptor(py, older)?;
        Ok(None)
    }

    /// Takes the bytes away. What they stand for, Python knows itself.
    fn clear(&mut self) {
        let mut bytes = [0; 64];
        while let Ok(Some(1..)) = nonblocking(|| self.ear.read(&mut bytes)) {}
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        in_destructor(|py| {
            // Before the descriptor is closed, or Python would write to the next one of its number. An error only where nothing was set: on
            // another thread than the main one.
            if let Ok(latest) = set_python_descriptor(py, -1) {
                if latest != number(&self.knob) {
                    let _ = set_python_descriptor(py, latest);
                }
            }
        });
    }
}

/// `signal.set_wakeup_fd`, quiet when the buffer is full: then a byte is there already. Runs no handler, so that nothing comes between this
/// and what follows it.
fn set_python_descriptor(py: Python<'_>, descriptor: i64) -> PyResult<i64> {
    let quiet = PyDict::new(py);
    quiet.set_item(pyo3::intern!(py, "warn_on_full_buffer"), false)?;
    set_wakeup_fd(py)?.call((descriptor,), Some(&quiet))?.extract()
}

#[pymethods]
impl Waiter {
    #[new]
    fn new(on_main_thread: bool) -> Self {
        Waiter { on_main_thread, place: GilCell::new(Cell::new(None)) }
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyTuple>) {
        let place = self.place.get(py).take();
        drop(place);
    }

    /// Waits until the runtime has something to do, or a signal comes; what its handler raises, this raises. It may return without
    /// need.
    fn wait(&self, py: Python<'_>, runtime: &Bound<'_, RuntimeBase>) -> PyResult<()> {
        let bridge = runtime.get().bridge(py)?;
        let limit = bridge.time_to_step(py)?;
        if limit == Some(Duration::ZERO) {
            return Ok(());
        }
        let waited = match self.place.get(py).take() {
            Some(mut place) => {
                let hub = &*bridge.hub;
                let waited = py.detach(|| place.wait(hub, limit));
                self.place.get(py).set(Some(place));
                waited
            }
            // A signal may have come until now, of which nobody was told: its handler may end the run, so the first time nothing is
            // waited for.
            None => {
                self.place.get(py).set(Some(Place::new(py, self.on_main_thread)?));
                Ok(())
            }
        };
        waited?;
        py.check_signals()
    }
}
