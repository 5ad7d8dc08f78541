//! The watchdog: what the runtime is busy with, for other threads to see. One that is stuck in a handler cannot say so itself.
//!
//! A runtime that is watched runs through the observed dispatch loop and reads its clock before each message; one that is not has no
//! test for it. When the last [`Watchdog`] is gone, it is not watched any more.

use super::id::ActorId;
use super::mode::WATCHED;
use super::shared::Shared;
use super::token::{Core, Door};
use crate::kernel::dispatch::Delivery;
use crate::time::Epoch;
use crate::wake::beacon::Beacon;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Shows any thread which message a runtime is handling, and since when: by this a host finds a handler that does not return.
///
/// # Examples
///
/// See [`Core::watchdog`].
#[derive(Clone)]
pub struct Watchdog {
    shown: Arc<Shown>,
    epoch: Epoch,
}

/// A message that is being handled.
///
/// # Examples
///
/// See [`Core::watchdog`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Busy {
    /// Whose handler it is; `None` for work of the runtime itself: a deferred closure, a timer's, a notifier.
    pub actor: Option<ActorId>,
    /// Rust's name of the message's type; for closures it tells the method that queued it.
    pub method: &'static str,
    /// The tag of a foreign message; 0 for typed ones.
    pub tag: u64,
    /// When the handler began, in nanoseconds of the runtime's clock.
    pub since_ns: u64,
    /// The same as an instant, if the runtime's clock is that of the system.
    pub since: Instant,
    /// Tells one message from the next: if it is the same at two looks, so is the message.
    pub number: u64,
}

/// What is shown to the threads.
struct Shown {
    /// Actor, place of the name, tag, and since when.
    beacon: Beacon<4>,
    /// The names of all messages that were ever shown; the beacon has the place.
    names: Mutex<Vec<&'static str>>,
}

impl Watchdog {
    /// The message that is being handled now. None if there is none, or if they change too quickly to see one: then nothing is stuck.
    /// Never waits for the runtime.
    ///
    /// # Examples
    ///
    /// See [`Core::watchdog`].
    pub fn busy(&self) -> Option<Busy> {
        let (number, [actor, name, tag, since_ns]) = self.shown.beacon.look()?;
        let place = usize::try_from(name).ok()?.checked_sub(1)?;
        let names = self.shown.names.lock().unwrap_or_else(PoisonError::into_inner);
        let method = *names.get(place)?;
        let since = self.epoch.to_instant(since_ns);
        let actor = Some(ActorId(actor)).filter(|_| actor != 0);
        Some(Busy { actor, method, tag, since_ns, since, number })
    }
}

impl std::fmt::Debug for Watchdog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watchdog").field("busy", &self.busy()).finish_non_exhaustive()
    }
}

/// The runtime's side.
pub(crate) struct Watched {
    shown: Arc<Shown>,
    /// The places of the names, by where they lie.
    places: BTreeMap<(usize, usize), u64>,
}

impl Watched {
    /// The place of a name, from one on.
    fn place(&mut self, name: &'static str) -> u64 {
        let shown = &self.shown;
        *self.places.entry((name.as_ptr().addr(), name.len())).or_insert_with(|| {
            let mut names = shown.names.lock().unwrap_or_else(PoisonError::into_inner);
            names.push(name);
            names.len() as u64
        })
    }
}

impl Core {
    /// Lets other threads see from the next step on what is being handled. It costs each message a look at the clock; when the last
    /// watchdog is dropped, that ends.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::introspection::{Busy, Watchdog};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::sync::mpsc;
    /// use std::thread;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let watchdog: Watchdog = runtime.watchdog();
    /// assert_eq!(watchdog.busy(), None);
    ///
    /// // A handler that waits for something that it will not get, until somebody on another thread has seen that.
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let (begun, begins) = mpsc::channel();
    /// let (free, is_freed) = mpsc::channel();
    /// actor.call(move |_, _| {
    ///     begun.send(()).unwrap();
    ///     is_freed.recv().unwrap();
    /// });
    /// let stuck = actor.actor_id();
    /// let guard = thread::spawn(move || {
    ///     begins.recv().unwrap();
    ///     let busy: Busy = watchdog.busy().unwrap();
    ///     assert_eq!(busy.actor, Some(stuck));
    ///     assert!(busy.since >= now && busy.since <= Instant::now());
    ///     free.send(()).unwrap();
    /// });
    /// runtime.run(now, false);
    /// guard.join().unwrap();
    /// ```
    pub fn watchdog(&mut self) -> Watchdog {
        self.door().watchdog()
    }
}

impl Door {
    /// Lets other threads see what is being handled: as [`Core::watchdog`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let watchdog = runtime.door().watchdog();
    /// runtime.defer(move |_| assert_eq!(watchdog.busy().unwrap().actor, None));
    /// runtime.run(now, false);
    /// ```
    pub fn watchdog(&self) -> Watchdog {
        let shared = self.shared();
        let shown = shared.watched.with(|slot| {
            let new = || Watched {
                shown: Arc::new(Shown { beacon: Beacon::new(), names: Mutex::new(Vec::new()) }),
                places: BTreeMap::new(),
            };
            Arc::clone(&slot.get_or_insert_with(new).shown)
        });
        shared.mode.set(WATCHED);
        Watchdog { shown, epoch: shared.epoch }
    }
}

impl Shared {
    /// A message is about to be delivered.
    pub(crate) fn show_delivery(&self, delivery: &Delivery) {
        let since = self.read_clock().unwrap_or_default();
        self.watched.with(|slot| {
            let Some(watched) = slot.as_mut().filter(|watched| Arc::strong_count(&watched.shown) > 1) else {
                // Nobody looks any more.
                *slot = None;
                return self.mode.clear(WATCHED);
            };
            let words = [delivery.target, watched.place(delivery.type_name), delivery.tag, since];
            watched.shown.beacon.show(words);
        });
    }

    /// The message's handler has returned, or panicked.
    pub(crate) fn show_nothing(&self) {
        self.watched.with(|slot| {
            if let Some(watched) = slot {
                watched.shown.beacon.show([0; 4]);
            }
        });
    }
}
