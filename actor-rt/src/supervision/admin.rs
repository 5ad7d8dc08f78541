//! A supervisor's children from outside: listed, counted, ended, started anew, forgotten, moved.

use super::tree;
use super::{ending, start};
use crate::actor::handle;
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::child::{Child, ChildState, Plan, ROOT};
use crate::engine::kin::exit::{Exit, StartError};
use crate::engine::kin::policy::{Restart, Supervisor};
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door};
use crate::kernel::handle::AnyActor;
use std::rc::Rc;

/// Where a child is.
///
/// # Examples
///
/// See [`Core::children`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChildStatus {
    /// Its value is being made.
    Starting,
    /// It is ready.
    Running,
    /// It waits for its next start.
    Waiting,
    /// It has ended for good, and its entry is kept.
    Ended,
}

/// A child, as its supervisor knows it.
///
/// # Examples
///
/// See [`Core::children`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildInfo {
    /// Its id; that of the last one, if it has ended.
    pub id: ActorId,
    /// Its name, if its spec gives one.
    pub name: Option<Rc<str>>,
    /// Where it is.
    pub status: ChildStatus,
    /// Whether it is restarted.
    pub restart: Restart,
    /// Whether it is significant.
    pub significant: bool,
    /// How often it was restarted so far; 0 if it has ended.
    pub restarts: u32,
    /// Whether it has children itself.
    pub is_supervisor: bool,
}

/// How many children there are.
///
/// # Examples
///
/// See [`Core::count_children`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildCounts {
    /// Entries.
    pub entries: usize,
    /// Those that are not ended.
    pub active: usize,
    /// Those that have children themselves.
    pub supervisors: usize,
}

impl Core {
    /// The children of a supervisor, in the order in which they were started; of the root for `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{ChildInfo, ChildStatus, Spec};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).start(&mut runtime).unwrap().actor_id();
    /// for name in ["one", "two"] {
    ///     Spec::new(|_| Some(0_u32)).name(name).start_under(&mut runtime, parent).unwrap();
    /// }
    /// let children: Vec<ChildInfo> = runtime.children(Some(parent)).unwrap();
    /// let names: Vec<_> = children.iter().filter_map(|child| child.name.as_deref()).collect();
    /// assert_eq!(names, ["one", "two"]);
    /// assert_eq!(children[0].status, ChildStatus::Running);
    /// assert_eq!(runtime.children(None).unwrap()[0].id, parent);
    /// ```
    pub fn children(&self, supervisor: Option<ActorId>) -> Result<Vec<ChildInfo>, IdError> {
        self.door().children(supervisor)
    }

    /// How many children a supervisor has; the root for `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{ChildCounts, Spec};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).start(&mut runtime).unwrap().actor_id();
    /// Spec::new(|_| Some(0_u32)).start_under(&mut runtime, parent).unwrap();
    /// let counts: ChildCounts = runtime.count_children(None).unwrap();
    /// assert_eq!((counts.entries, counts.active, counts.supervisors), (1, 1, 1));
    /// ```
    pub fn count_children(&self, supervisor: Option<ActorId>) -> Result<ChildCounts, IdError> {
        self.door().count_children(supervisor)
    }

    /// The supervisor of an actor: `None` if nobody supervises it, or the root does.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).start(&mut runtime).unwrap().actor_id();
    /// let child = Spec::new(|_| Some(0_u32)).start_under(&mut runtime, parent).unwrap().actor_id();
    /// assert_eq!((runtime.supervisor(child), runtime.supervisor(parent)), (Ok(Some(parent)), Ok(None)));
    /// ```
    pub fn supervisor(&self, actor: ActorId) -> Result<Option<ActorId>, IdError> {
        self.door().supervisor(actor)
    }

    /// Changes how an actor supervises its children. Restarts are counted anew.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, Strategy, Supervisor};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).start(&mut runtime).unwrap().actor_id();
    /// runtime.set_supervisor(parent, Supervisor::new().strategy(Strategy::OneForAll)).unwrap();
    /// ```
    pub fn set_supervisor(&mut self, actor: ActorId, settings: Supervisor) -> Result<(), IdError> {
        self.door().set_supervisor(actor, settings)
    }

    /// Ends a child as its supervisor would, within the time that its spec gives it. It is not restarted; its entry is kept for
    /// [`restart_child`](Core::restart_child), unless it is temporary. `done` is answered when it has ended.
    ///
    /// # Errors
    /// If the id is none of a living child of a supervisor.
    ///
    /// # Examples
    ///
    /// See [`restart_child`](Core::restart_child).
    pub fn terminate_child(&mut self, child: ActorId, done: Ret<Exit>) -> Result<(), IdError> {
        self.door().terminate_child(child, done)
    }

    /// Starts a child whose entry was kept, as a new actor: it is known by the id of the one that has ended. It becomes the youngest
    /// child.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Actor, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let mut made = 0_u32;
    /// let first = Spec::new(move |_| {
    ///     made += 1;
    ///     Some(made)
    /// })
    /// .start(&mut runtime)
    /// .unwrap()
    /// .actor_id();
    /// runtime.terminate_child(first, Ret::nop()).unwrap();
    /// runtime.run(now, false);
    /// let second = runtime.restart_child(None, first).unwrap();
    /// let second = Actor::<u32>::from_id(&runtime, second).unwrap();
    /// assert_eq!(second.query(&mut runtime, |made, _| *made), Some(2));
    /// ```
    pub fn restart_child(
        &mut self,
        supervisor: Option<ActorId>,
        child: ActorId,
    ) -> Result<ActorId, StartError> {
        let shared = self.shared();
        start_kept(shared, supervisor, child, |plan, supervisor| {
            start::start_here(shared, plan, supervisor).map(|(actor, _)| actor)
        })
    }

    /// Forgets the entry of a child that has ended. False if there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let child = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap().actor_id();
    /// assert!(!runtime.delete_child(None, child), "it lives");
    /// runtime.terminate_child(child, Ret::nop()).unwrap();
    /// runtime.run(now, false);
    /// assert!(runtime.delete_child(None, child));
    /// assert!(runtime.children(None).unwrap().is_empty());
    /// ```
    pub fn delete_child(&mut self, supervisor: Option<ActorId>, child: ActorId) -> bool {
        self.door().delete_child(supervisor, child)
    }
}

impl Door {
    /// The children of a supervisor: as [`Core::children`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, Supervisor};
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let door = runtime.door().clone();
    /// let parent = Spec::new(|_| Some(())).start(&mut runtime).unwrap().actor_id();
    /// let child = Spec::new(|_| Some(7_u32)).start_under(&mut runtime, parent).unwrap().actor_id();
    /// door.set_supervisor(parent, Supervisor::new()).unwrap();
    /// assert_eq!(door.children(Some(parent)).unwrap()[0].id, child);
    /// assert_eq!(door.count_children(Some(parent)).unwrap().active, 1);
    /// assert_eq!(door.supervisor(child), Ok(Some(parent)));
    ///
    /// door.terminate_child(child, Ret::nop()).unwrap();
    /// runtime.run(now, false);
    /// let again = door.restart_child(Some(parent), child).unwrap();
    /// assert!(again != child && !door.delete_child(Some(parent), again), "it lives");
    /// ```
    pub fn children(&self, supervisor: Option<ActorId>) -> Result<Vec<ChildInfo>, IdError> {
        let shared = self.shared();
        let list = list_of(shared, supervisor)?;
        Ok(list.into_iter().filter_map(|entry| info(shared, entry)).collect())
    }

    /// One child of a supervisor, of the root for `None`: also one that has ended and whose entry is kept. It looks at none of the others.
    ///
    /// # Errors
    /// If there is no such supervisor; `Stale` if the actor is none of its children.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{ChildStatus, Spec};
    /// use actor_rt::{IdError, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let child = Spec::new(|_| Some(7_u32)).name("seven").start(&mut runtime).unwrap();
    /// child.call(|_, cx| cx.fail_str("a fault"));
    /// runtime.run(now, false);
    /// let info = runtime.door().child(None, child.actor_id()).unwrap();
    /// assert_eq!((info.name.as_deref(), info.restarts, info.is_supervisor), (Some("seven"), 1, false));
    /// runtime.terminate_child(info.id, Ret::nop()).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(runtime.door().child(None, info.id).unwrap().status, ChildStatus::Ended);
    /// assert!(runtime.delete_child(None, info.id));
    /// assert_eq!(runtime.door().child(None, info.id), Err(IdError::Stale));
    /// ```
    pub fn child(&self, supervisor: Option<ActorId>, child: ActorId) -> Result<ChildInfo, IdError> {
        let shared = self.shared();
        let own = known(shared, supervisor)?;
        let entry = match shared.find(child.0) {
            Some(found) => tree::entry_of(shared, found.header()),
            None => kept_entry(shared, supervisor, child).ok_or_else(|| shared.explain_actor(child.0))?,
        };
        let is_its = tree::child(shared, entry, |child| child.supervisor == own) == Some(true);
        is_its.then(|| info(shared, entry)).flatten().ok_or(IdError::Stale)
    }

    /// How many children a supervisor has: as [`Core::count_children`].
    ///
    /// # Examples
    ///
    /// See [`children`](Door::children).
    pub fn count_children(&self, supervisor: Option<ActorId>) -> Result<ChildCounts, IdError> {
        let shared = self.shared();
        let mut counts = ChildCounts::default();
        for id in list_of(shared, supervisor)? {
            let actor = tree::child(shared, id, |child| child.actor.clone()).flatten();
            counts.entries += 1;
            if let Some(actor) = actor {
                let children = shared.kin_of(actor.header(), |kin| kin.family.children.len());
                counts.active += 1;
                counts.supervisors += usize::from(children.unwrap_or(0) > 0);
            }
        }
        Ok(counts)
    }

    /// The supervisor of an actor: as [`Core::supervisor`].
    ///
    /// # Examples
    ///
    /// See [`children`](Door::children).
    pub fn supervisor(&self, actor: ActorId) -> Result<Option<ActorId>, IdError> {
        let shared = self.shared();
        let found = shared.find(actor.0).ok_or_else(|| shared.explain_actor(actor.0))?;
        let entry = tree::entry_of(shared, found.header());
        let supervisor = tree::child(shared, entry, |child| child.supervisor).unwrap_or(ROOT);
        Ok((supervisor != ROOT).then_some(ActorId(supervisor)))
    }

    /// Changes how an actor supervises its children: as [`Core::set_supervisor`].
    ///
    /// # Examples
    ///
    /// See [`children`](Door::children).
    pub fn set_supervisor(&self, actor: ActorId, settings: Supervisor) -> Result<(), IdError> {
        let shared = self.shared();
        let found = shared.find(actor.0).ok_or_else(|| shared.explain_actor(actor.0))?;
        let now = shared.now.get();
        shared.number_call();
        shared.kin(found.header(), |kin| {
            kin.family.settings = settings;
            kin.family.history.begin(now);
        });
        Ok(())
    }

    /// Ends a child as its supervisor would: as [`Core::terminate_child`].
    ///
    /// # Errors
    /// If the id is none of a living child of a supervisor.
    ///
    /// # Examples
    ///
    /// See [`children`](Door::children).
    pub fn terminate_child(&self, child: ActorId, done: Ret<Exit>) -> Result<(), IdError> {
        let shared = self.shared();
        let found = shared.find(child.0).ok_or_else(|| shared.explain_actor(child.0))?;
        let entry = tree::entry_of(shared, found.header());
        let known = tree::child(shared, entry, |child| {
            child.keep = child.plan.settings().restart != Restart::Temporary;
        });
        if known.is_none() {
            return Err(IdError::WrongKind);
        }
        self.monitor(None, child, move |exit| done.ret(exit));
        ending::dismiss(self.shared(), entry);
        Ok(())
    }

    /// Starts a child whose entry was kept: as [`Core::restart_child`], except that its factory runs in a turn of its own, as with
    /// [`Spec::spawn`](super::Spec::spawn). The entry is that of the new child at once.
    ///
    /// # Examples
    ///
    /// See [`children`](Door::children).
    pub fn restart_child(&self, supervisor: Option<ActorId>, child: ActorId) -> Result<ActorId, StartError> {
        let shared = self.shared();
        start_kept(shared, supervisor, child, |plan, supervisor| {
            start::spawn_plan(shared, plan, supervisor, None)
        })
    }

    /// Forgets the entry of a child that has ended: as [`Core::delete_child`].
    ///
    /// # Examples
    ///
    /// See [`children`](Door::children).
    pub fn delete_child(&self, supervisor: Option<ActorId>, child: ActorId) -> bool {
        let shared = self.shared();
        shared.number_call();
        let Some(entry) = kept_entry(shared, supervisor, child) else { return false };
        tree::forget(shared, entry);
        true
    }
}

/// Starts a child anew by the entry that was kept of it, which goes then.
fn start_kept(
    shared: &Shared,
    supervisor: Option<ActorId>,
    child: ActorId,
    start: impl FnOnce(Rc<dyn Plan>, u64) -> Result<AnyActor, StartError>,
) -> Result<ActorId, StartError> {
    let (entry, plan) = kept(shared, supervisor, child)?;
    // The factory, or whoever is asked for a notifier, may come here again.
    tree::child(shared, entry, |child| child.leaving = true);
    let started = start(plan, supervisor.map_or(ROOT, |id| id.0));
    tree::child(shared, entry, |child| child.leaving = false);
    let actor = started?;
    tree::forget(shared, entry);
    Ok(ActorId(actor.header().id()))
}

/// The entry that is kept of a child, and its plan.
fn kept(
    shared: &Shared,
    supervisor: Option<ActorId>,
    child: ActorId,
) -> Result<(u64, Rc<dyn Plan>), StartError> {
    known(shared, supervisor).map_err(StartError::NoSupervisor)?;
    let entry = kept_entry(shared, supervisor, child).ok_or(StartError::NoChild)?;
    let plan = tree::child(shared, entry, |child| (!child.leaving).then(|| Rc::clone(&child.plan)));
    Ok((entry, plan.flatten().ok_or(StartError::NoChild)?))
}

/// The entry that is kept of a child of this supervisor. Found without a look at its siblings, of which there may be many.
fn kept_entry(shared: &Shared, supervisor: Option<ActorId>, child: ActorId) -> Option<u64> {
    let supervisor = known(shared, supervisor).ok()?;
    let entry = shared.tree.with(|tree| tree.kept.get(&child.0).copied())?;
    let is_its = tree::child(shared, entry, |child| child.supervisor == supervisor)?;
    is_its.then_some(entry)
}

/// A supervisor that is there.
fn known(shared: &Shared, supervisor: Option<ActorId>) -> Result<u64, IdError> {
    let Some(id) = supervisor else { return Ok(ROOT) };
    let known = shared.find(id.0).is_some();
    if known { Ok(id.0) } else { Err(shared.explain_actor(id.0)) }
}

/// The entries of a supervisor, the oldest first.
pub(super) fn list_of(shared: &Shared, supervisor: Option<ActorId>) -> Result<Vec<u64>, IdError> {
    let supervisor = known(shared, supervisor)?;
    let first = tree::family(shared, supervisor, |family| family.children.first()).unwrap_or(0);
    Ok(shared.tree.with(|tree| tree.children.list(first, ())))
}

/// What is known of a child.
fn info(shared: &Shared, entry: u64) -> Option<ChildInfo> {
    let (mut info, actor) = tree::child(shared, entry, |child| (info_of(child), child.actor.clone()))?;
    if let Some(actor) = actor {
        info.restarts = handle::incarnation(&actor);
        info.is_supervisor = shared.kin_of(actor.header(), |kin| kin.family.children.len() > 0) == Some(true);
    }
    Some(info)
}

fn info_of(child: &Child) -> ChildInfo {
    let settings = child.plan.settings();
    ChildInfo {
        id: ActorId(child.last),
        name: settings.name.clone(),
        status: match child.state {
            ChildState::Calling | ChildState::First | ChildState::Starting => ChildStatus::Starting,
            ChildState::Running => ChildStatus::Running,
            ChildState::Waiting => ChildStatus::Waiting,
            ChildState::Kept => ChildStatus::Ended,
        },
        restart: settings.restart,
        significant: settings.significant,
        restarts: 0,
        is_supervisor: false,
    }
}
