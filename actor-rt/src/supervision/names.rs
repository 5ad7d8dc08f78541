//! Names: one actor each, claimed before it starts, and free when it begins to end.

use super::tree::{self, soon};
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::names::{NameEvent, Names, RestartEvent};
use crate::engine::kin::watches::{Subject, Told};
use crate::engine::ret::Fwd;
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door};
use crate::kernel::cell::CellHeader;
use std::error::Error;
use std::fmt;
use std::rc::Rc;

/// Why a name was not given.
///
/// # Examples
///
/// See [`Core::register`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// Another actor has it, which is left alone.
    Taken(ActorId),
    /// There is no such actor, or it is ending.
    NoActor(IdError),
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameError::Taken(actor) => {
                write!(f, "the name is that of actor {:#x}: end that first, or take another", actor.0)
            }
            NameError::NoActor(error) => write!(f, "no such actor: {error}"),
        }
    }
}

impl Error for NameError {}

/// A watch's number, by which it is withdrawn: [`Core::unwatch`]. Another runtime does not know it.
///
/// # Examples
///
/// See [`Core::watch_name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WatchId(pub(super) u64);

impl Core {
    /// Gives an actor a name. It has that until it begins to end for good, also over restarts; it may have several.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::NameError;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let one = Spec::new(|_| Some(1_u32)).start(&mut runtime).unwrap().actor_id();
    /// let two = Spec::new(|_| Some(2_u32)).start(&mut runtime).unwrap().actor_id();
    /// runtime.register("database", one).unwrap();
    /// assert_eq!(runtime.register("database", two), Err(NameError::Taken(one)));
    /// assert_eq!(runtime.whereis("database"), Some(one));
    /// ```
    pub fn register(&mut self, name: &str, actor: ActorId) -> Result<(), NameError> {
        self.door().register(name, actor)
    }

    /// Takes a name away, from whoever has it. Who that was. (One that ends need not: its names are free before its last hook, and may be
    /// another one's by then.)
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let one = Spec::new(|_| Some(1_u32)).register("database").start(&mut runtime).unwrap().actor_id();
    /// assert_eq!(runtime.unregister("database"), Some(one));
    /// assert_eq!(runtime.whereis("database"), None);
    /// ```
    pub fn unregister(&mut self, name: &str) -> Option<ActorId> {
        self.door().unregister(name)
    }

    /// Who has a name.
    ///
    /// # Examples
    ///
    /// See [`register`](Core::register).
    pub fn whereis(&self, name: &str) -> Option<ActorId> {
        self.door().whereis(name)
    }

    /// All names, in their order, and who has them.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// for name in ["one", "two"] {
    ///     Spec::new(|_| Some(0_u32)).register(name).start(&mut runtime).unwrap();
    /// }
    /// let names: Vec<_> = runtime.registered().into_iter().map(|(name, _)| name.to_string()).collect();
    /// assert_eq!(names, ["one", "two"]);
    /// ```
    pub fn registered(&self) -> Vec<(Rc<str>, ActorId)> {
        self.door().registered()
    }

    /// Calls `f` in a turn of its own with who has the name now, and whenever that changes.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::{NameEvent, WatchId};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::{cell::RefCell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let seen = Rc::new(RefCell::new(Vec::new()));
    /// let keep = seen.clone();
    /// let tell = Fwd::new(move |event: NameEvent| keep.borrow_mut().push(event.actor.is_some()));
    /// let watch: WatchId = runtime.watch_name("database", tell);
    /// let one = Spec::new(|_| Some(1_u32)).register("database").start(&mut runtime).unwrap();
    /// one.call(|_, cx| cx.stop());
    /// runtime.run(now, false);
    /// assert_eq!(*seen.borrow(), [false, true, false]);
    /// assert!(runtime.unwatch(watch));
    /// ```
    pub fn watch_name(&mut self, name: &str, f: Fwd<NameEvent>) -> WatchId {
        self.door().watch_name(name, f)
    }

    /// Calls `f` in a turn of its own whenever the actor was restarted and is ready: no monitor tells of that. It ends with the actor.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::RestartEvent;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let count = Rc::new(Cell::new(0));
    /// let counts = count.clone();
    /// let tell = Fwd::new(move |event: RestartEvent| counts.set(event.restarts));
    /// runtime.watch_restarts(actor.actor_id(), tell).unwrap();
    /// actor.call(|_, cx| cx.fail_str("a fault"));
    /// runtime.run(now, false);
    /// assert_eq!(count.get(), 1);
    /// ```
    pub fn watch_restarts(&mut self, actor: ActorId, f: Fwd<RestartEvent>) -> Result<WatchId, IdError> {
        self.door().watch_restarts(actor, f)
    }

    /// Withdraws a watch of a name, a group, a scope or restarts: it tells nothing more. False if it is not known.
    ///
    /// # Examples
    ///
    /// See [`watch_name`](Core::watch_name).
    pub fn unwatch(&mut self, watch: WatchId) -> bool {
        self.door().unwatch(watch)
    }
}

impl Door {
    /// Calls `f` when a name is given or free again: as [`Core::watch_name`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::{NameEvent, RestartEvent};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let (named, restarts) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(0)));
    /// let (names, counts) = (named.clone(), restarts.clone());
    /// let door = runtime.door().clone();
    /// door.watch_name("database", Fwd::new(move |event: NameEvent| names.set(event.actor)));
    /// let actor = Spec::new(|_| Some(0_u32)).register("database").start(&mut runtime).unwrap();
    /// door.watch_restarts(actor.actor_id(), Fwd::new(move |event: RestartEvent| counts.set(event.restarts))).unwrap();
    /// actor.call(|_, cx| cx.fail_str("a fault"));
    /// runtime.run(now, false);
    /// assert_eq!((named.get(), restarts.get()), (Some(actor.actor_id()), 1));
    /// ```
    pub fn watch_name(&self, name: &str, f: Fwd<NameEvent>) -> WatchId {
        let shared = self.shared();
        let name: Rc<str> = name.into();
        let id = watch(shared, Subject::Name(Rc::clone(&name)), Told::Name(f.clone()));
        let actor = shared.names.with(|all| all.names.get(&name).copied()).map(ActorId);
        forward(shared, id, f, NameEvent { name, actor });
        id
    }

    /// Calls `f` whenever the actor was restarted and is ready: as [`Core::watch_restarts`].
    ///
    /// # Errors
    /// As [`Core::watch_restarts`].
    ///
    /// # Examples
    ///
    /// See [`watch_name`](Door::watch_name).
    pub fn watch_restarts(&self, actor: ActorId, f: Fwd<RestartEvent>) -> Result<WatchId, IdError> {
        let shared = self.shared();
        let found = shared.find(actor.0).ok_or_else(|| shared.explain_actor(actor.0))?;
        // Its end is to be heard of.
        shared.kin(found.header(), |_| ());
        Ok(watch(shared, Subject::Restarts(actor.0), Told::Restarts(f)))
    }

    /// Gives an actor a name: as [`Core::register`].
    ///
    /// # Errors
    /// As [`Core::register`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let one = Spec::new(|_| Some(1_u32)).start(&mut runtime).unwrap().actor_id();
    /// let door = runtime.door();
    /// door.register("database", one).unwrap();
    /// assert_eq!(door.whereis("database"), Some(one));
    /// assert_eq!(door.registered().len(), 1);
    /// assert_eq!(door.unregister("database"), Some(one));
    /// ```
    pub fn register(&self, name: &str, actor: ActorId) -> Result<(), NameError> {
        let shared = self.shared();
        shared.number_call();
        let Some(found) = shared.find(actor.0) else {
            return Err(NameError::NoActor(shared.explain_actor(actor.0)));
        };
        if tree::is_ending(shared, found.header()) {
            return Err(NameError::NoActor(IdError::Stale));
        }
        claim(shared, name.into(), found.header())
    }

    /// Takes a name away: as [`Core::unregister`].
    ///
    /// # Examples
    ///
    /// See [`register`](Door::register).
    pub fn unregister(&self, name: &str) -> Option<ActorId> {
        let shared = self.shared();
        shared.number_call();
        let (name, actor) = shared.names.with(|all| all.names.remove_entry(name))?;
        if let Some(found) = shared.find(actor) {
            shared.kin_of(found.header(), |kin| kin.names.remove(&name));
        }
        tell(shared, &name, None);
        Some(ActorId(actor))
    }

    /// Who has a name: as [`Core::whereis`].
    ///
    /// # Examples
    ///
    /// See [`register`](Door::register).
    pub fn whereis(&self, name: &str) -> Option<ActorId> {
        self.shared().names.with(|all| all.names.get(name).copied()).map(ActorId)
    }

    /// All names, in their order, and who has them: as [`Core::registered`].
    ///
    /// # Examples
    ///
    /// See [`register`](Door::register).
    pub fn registered(&self) -> Vec<(Rc<str>, ActorId)> {
        let names = |all: &mut Names| {
            all.names.iter().map(|(name, actor)| (Rc::clone(name), ActorId(*actor))).collect()
        };
        self.shared().names.with(names)
    }

    /// Withdraws a watch: as [`Core::unwatch`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::NameEvent;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let watch = runtime.watch_name("database", Fwd::new(|_: NameEvent| ()));
    /// assert!(runtime.door().unwatch(watch) && !runtime.door().unwatch(watch));
    /// ```
    pub fn unwatch(&self, watch: WatchId) -> bool {
        let shared = self.shared();
        shared.number_call();
        let told = shared.names.with(|all| all.watches.take(watch.0));
        let known = told.is_some();
        tree::dispose(shared, told);
        known
    }
}

/// An actor was restarted, and is ready.
pub(super) fn restarted(shared: &Shared, header: &CellHeader, restarts: u32) {
    let event = RestartEvent { actor: ActorId(header.id()), restarts };
    let told = |told: &Told| if let Told::Restarts(f) = told { Some(f.clone()) } else { None };
    tell_all(shared, &[Subject::Restarts(header.id())], told, &event);
}

/// An actor is gone: it is not restarted any more.
pub(super) fn forget_restarts(shared: &Shared, actor: u64) {
    let told = shared.names.with(|all| all.watches.take_all(&Subject::Restarts(actor)));
    tree::dispose(shared, told);
}

/// Notes a watch.
pub(super) fn watch(shared: &Shared, subject: Subject, told: Told) -> WatchId {
    shared.number_call();
    WatchId(shared.names.with(|all| all.watches.begin(shared.instance(), subject, told)))
}

/// Tells all who watch one of these, in the order in which they began to.
pub(super) fn tell_all<E: Clone + 'static>(
    shared: &Shared,
    subjects: &[Subject],
    told: impl Fn(&Told) -> Option<Fwd<E>>,
    event: &E,
) {
    let mut watches = shared.names.with(|all| {
        let watches = subjects.iter().flat_map(|subject| all.watches.of(subject));
        watches.filter_map(|(watch, f)| Some((watch, told(f)?))).collect::<Vec<_>>()
    });
    watches.sort_unstable_by_key(|(watch, _)| *watch);
    for (watch, f) in watches {
        forward(shared, WatchId(watch), f, event.clone());
    }
}

/// Tells a watch, unless it is withdrawn meanwhile.
fn forward<E: 'static>(shared: &Shared, watch: WatchId, f: Fwd<E>, event: E) {
    soon(shared, move |shared| {
        if shared.names.with(|all| all.watches.has(watch.0)) {
            f.fwd(event);
        }
    });
}

/// Gives an actor a name, if that is free.
pub(super) fn claim(shared: &Shared, name: Rc<str>, header: &CellHeader) -> Result<(), NameError> {
    let id = header.id();
    let holder = shared.names.with(|all| match all.names.get(&name) {
        Some(&holder) => Some(holder),
        None => {
            all.names.insert(Rc::clone(&name), id);
            None
        }
    });
    match holder {
        Some(holder) if holder == id => return Ok(()),
        Some(holder) => return Err(NameError::Taken(ActorId(holder))),
        None => {}
    }
    shared.kin(header, |kin| kin.names.insert(Rc::clone(&name)));
    tell(shared, &name, Some(ActorId(id)));
    Ok(())
}

/// An actor begins to end for good: its names are free.
pub(super) fn free(shared: &Shared, header: &CellHeader) {
    let names = shared.kin_of(header, |kin| std::mem::take(&mut kin.names)).unwrap_or_default();
    free_all(shared, header.id(), names);
}

/// An actor ends, or is gone: these names are free, if it has them still. Its destructor may have given them up, and to others.
pub(super) fn free_all(shared: &Shared, actor: u64, names: impl IntoIterator<Item = Rc<str>>) {
    for name in names {
        let is_its = shared.names.with(|all| {
            let is_its = all.names.get(&name) == Some(&actor);
            if is_its {
                all.names.remove(&name);
            }
            is_its
        });
        if is_its {
            tell(shared, &name, None);
        }
    }
}

fn tell(shared: &Shared, name: &Rc<str>, actor: Option<ActorId>) {
    let told = |told: &Told| if let Told::Name(f) = told { Some(f.clone()) } else { None };
    let event = NameEvent { name: Rc::clone(name), actor };
    tell_all(shared, &[Subject::Name(Rc::clone(name))], told, &event);
}
