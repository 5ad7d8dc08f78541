//! Process groups: actors that are known together, by a group's name within a scope.

use super::names::{WatchId, tell_all, watch};
use super::tree;
use crate::actor::Cx;
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::names::{GroupEvent, GroupName, Members};
use crate::engine::kin::watches::{Subject, Told};
use crate::engine::ret::Fwd;
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door};
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::Actor;
use crate::kernel::packet::Body;
use std::rc::Rc;

/// The scope of groups for which none is named.
pub const DEFAULT_SCOPE: &str = "";

impl Core {
    /// Lets an actor join a group, which is there from its first member on. It stays until it leaves or begins to end for good, also over
    /// restarts. Joining twice is joining once: false then.
    ///
    /// As Erlang's `pg`; scopes are independent of each other, and [`DEFAULT_SCOPE`](crate::registry::DEFAULT_SCOPE) is one of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::DEFAULT_SCOPE;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let one = Spec::new(|_| Some(1_u32)).start(&mut runtime).unwrap().actor_id();
    /// assert_eq!(runtime.join(DEFAULT_SCOPE, "workers", one), Ok(true));
    /// assert_eq!(runtime.join(DEFAULT_SCOPE, "workers", one), Ok(false));
    /// assert_eq!(runtime.members(DEFAULT_SCOPE, "workers"), [one]);
    /// ```
    pub fn join(&mut self, scope: &str, group: &str, actor: ActorId) -> Result<bool, IdError> {
        self.door().join(scope, group, actor)
    }

    /// Lets an actor leave a group. False if it was no member.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::DEFAULT_SCOPE;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let one = Spec::new(|_| Some(1_u32)).start(&mut runtime).unwrap().actor_id();
    /// runtime.join(DEFAULT_SCOPE, "workers", one).unwrap();
    /// assert!(runtime.leave(DEFAULT_SCOPE, "workers", one) && !runtime.leave(DEFAULT_SCOPE, "workers", one));
    /// assert!(runtime.groups(DEFAULT_SCOPE).is_empty());
    /// ```
    pub fn leave(&mut self, scope: &str, group: &str, actor: ActorId) -> bool {
        self.door().leave(scope, group, actor)
    }

    /// The members of a group, in the order in which they joined.
    ///
    /// # Examples
    ///
    /// See [`join`](Core::join).
    pub fn members(&self, scope: &str, group: &str) -> Vec<ActorId> {
        self.door().members(scope, group)
    }

    /// The groups of a scope that have members, in the order of their names.
    ///
    /// # Examples
    ///
    /// See [`leave`](Core::leave).
    pub fn groups(&self, scope: &str) -> Vec<Rc<str>> {
        self.door().groups(scope)
    }

    /// The scopes that have groups, in the order of their names.
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
    /// runtime.join("north", "workers", one).unwrap();
    /// runtime.join("south", "workers", one).unwrap();
    /// let scopes: Vec<_> = runtime.scopes().iter().map(|scope| scope.to_string()).collect();
    /// assert_eq!(scopes, ["north", "south"]);
    /// ```
    pub fn scopes(&self) -> Vec<Rc<str>> {
        self.door().scopes()
    }

    /// Calls all members of a group that are `A`s, in the order in which they joined. How many of those took it: what is refused, by a full
    /// mailbox or by one that drains, is a dead letter, and the others get theirs.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::DEFAULT_SCOPE;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// for number in 1..=3_u32 {
    ///     let actor = Spec::new(move |_| Some(number)).start(&mut runtime).unwrap();
    ///     runtime.join(DEFAULT_SCOPE, "workers", actor.actor_id()).unwrap();
    /// }
    /// let told = runtime.broadcast(DEFAULT_SCOPE, "workers", |number: &mut u32, _| *number *= 2);
    /// assert_eq!(told, 3);
    /// runtime.run(now, false);
    /// ```
    pub fn broadcast<A: 'static>(
        &mut self,
        scope: &str,
        group: &str,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>) + Clone + 'static,
    ) -> usize {
        let members = self.members(scope, group);
        let actors = members.into_iter().filter_map(|id| Actor::<A>::from_id(self, id).ok());
        let takes = |actor: &Actor<A>| match actor.try_call(f.clone()) {
            Ok(()) => true,
            Err(refused) => {
                // Once more, as a call that nobody looks after: it is counted as lost.
                actor.call(refused.into_message());
                false
            }
        };
        actors.filter(takes).count()
    }

    /// Calls `f` in a turn of its own whenever an actor joins a group or leaves it.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::{DEFAULT_SCOPE, GroupEvent};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::{cell::RefCell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let seen = Rc::new(RefCell::new(Vec::new()));
    /// let keep = seen.clone();
    /// let tell = Fwd::new(move |event: GroupEvent| keep.borrow_mut().push(event.joined));
    /// runtime.watch_group(DEFAULT_SCOPE, "workers", tell);
    /// let one = Spec::once(|_| Some(1_u32)).start(&mut runtime).unwrap();
    /// runtime.join(DEFAULT_SCOPE, "workers", one.actor_id()).unwrap();
    /// one.call(|_, cx| cx.stop());
    /// runtime.run(now, false);
    /// assert_eq!(*seen.borrow(), [true, false]);
    /// ```
    pub fn watch_group(&mut self, scope: &str, group: &str, f: Fwd<GroupEvent>) -> WatchId {
        self.door().watch_group(scope, group, f)
    }

    /// The same for all groups of a scope; of all scopes for `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::GroupEvent;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let count = Rc::new(Cell::new(0));
    /// let counts = count.clone();
    /// runtime.watch_scope(None, Fwd::new(move |_: GroupEvent| counts.set(counts.get() + 1)));
    /// let one = Spec::new(|_| Some(1_u32)).start(&mut runtime).unwrap().actor_id();
    /// runtime.join("north", "workers", one).unwrap();
    /// runtime.join("south", "workers", one).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(count.get(), 2);
    /// ```
    pub fn watch_scope(&mut self, scope: Option<&str>, f: Fwd<GroupEvent>) -> WatchId {
        self.door().watch_scope(scope, f)
    }
}

impl Door {
    /// Lets an actor join a group: as [`Core::join`].
    ///
    /// # Errors
    /// If the id is none of a living actor that is not about to end.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::DEFAULT_SCOPE;
    /// use actor_rt::{Body, Cx, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Count(u32);
    ///
    /// impl Receive for Count {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {
    ///         self.0 += 1;
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let door = runtime.door().clone();
    /// let count = door.spawn(Count(0), Ret::nop());
    /// door.join(DEFAULT_SCOPE, "workers", count.actor_id()).unwrap();
    /// assert_eq!(door.members(DEFAULT_SCOPE, "workers"), [count.actor_id()]);
    /// assert_eq!(door.post_to_group(DEFAULT_SCOPE, "workers", 1, b"all of you"), 1);
    /// runtime.run(now, false);
    /// assert_eq!(count.query(&mut runtime, |count, _| count.0), Some(1));
    /// assert!(door.leave(DEFAULT_SCOPE, "workers", count.actor_id()));
    /// ```
    pub fn join(&self, scope: &str, group: &str, actor: ActorId) -> Result<bool, IdError> {
        let shared = self.shared();
        shared.number_call();
        let found = shared.find(actor.0).ok_or_else(|| shared.explain_actor(actor.0))?;
        let header = found.header();
        if tree::is_ending(shared, header) {
            return Err(IdError::Stale);
        }
        let name: GroupName = (scope.into(), group.into());
        if !shared.kin(header, |kin| kin.groups.insert(name.clone())) {
            return Ok(false);
        }
        shared.names.with(|all| all.groups.entry(name.clone()).or_default().add(actor.0));
        tell(shared, &name, actor, true);
        Ok(true)
    }

    /// Lets an actor leave a group: as [`Core::leave`].
    ///
    /// # Examples
    ///
    /// See [`join`](Door::join).
    pub fn leave(&self, scope: &str, group: &str, actor: ActorId) -> bool {
        let shared = self.shared();
        shared.number_call();
        let name: GroupName = (scope.into(), group.into());
        let Some(found) = shared.find(actor.0) else { return false };
        if shared.kin_of(found.header(), |kin| kin.groups.remove(&name)) != Some(true) {
            return false;
        }
        remove(shared, &name, actor);
        true
    }

    /// The members of a group, in the order in which they joined: as [`Core::members`].
    ///
    /// # Examples
    ///
    /// See [`join`](Door::join).
    pub fn members(&self, scope: &str, group: &str) -> Vec<ActorId> {
        let name: GroupName = (scope.into(), group.into());
        self.shared().names.with(|all| all.groups.get(&name).map(Members::ids)).unwrap_or_default()
    }

    /// Sends a packet to each member of a group, in the order in which they joined. How many took it; for the others it is lost, and
    /// counted as that.
    ///
    /// # Examples
    ///
    /// See [`join`](Door::join).
    pub fn post_to_group(&self, scope: &str, group: &str, tag: u64, data: &[u8]) -> usize {
        let post = |member: &ActorId| match self.post(*member, tag, Body::Copied(data)) {
            Ok(()) => true,
            Err((error, _)) => {
                self.lose(*member, tag, error);
                false
            }
        };
        self.members(scope, group).iter().filter(|member| post(member)).count()
    }

    /// Calls `f` in a turn of its own whenever an actor joins a group or leaves it: as [`Core::watch_group`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::{DEFAULT_SCOPE, GroupEvent};
    /// use actor_rt::{Fwd, Runtime};
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// let door = runtime.door();
    /// let watch = door.watch_group(DEFAULT_SCOPE, "workers", Fwd::new(|_: GroupEvent| ()));
    /// assert!(door.unwatch(watch));
    /// ```
    pub fn watch_group(&self, scope: &str, group: &str, f: Fwd<GroupEvent>) -> WatchId {
        watch(self.shared(), Subject::Group((scope.into(), group.into())), Told::Group(f))
    }

    /// The names of the groups of a scope: as [`Core::groups`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::DEFAULT_SCOPE;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    ///
    /// let mut runtime = Runtime::new(std::time::Instant::now());
    /// let actor = Spec::new(|_| Some(1_u32)).start(&mut runtime).unwrap().actor_id();
    /// runtime.door().join(DEFAULT_SCOPE, "workers", actor).unwrap();
    /// assert_eq!(runtime.door().groups(DEFAULT_SCOPE), ["workers".into()]);
    /// assert_eq!(runtime.door().scopes(), [DEFAULT_SCOPE.into()]);
    /// ```
    pub fn groups(&self, scope: &str) -> Vec<Rc<str>> {
        let shared = self.shared();
        shared.names.with(|all| {
            let own = all.groups.keys().filter(|(of, _)| &**of == scope);
            own.map(|(_, group)| Rc::clone(group)).collect()
        })
    }

    /// The scopes in which there are groups: as [`Core::scopes`].
    ///
    /// # Examples
    ///
    /// See [`groups`](Door::groups).
    pub fn scopes(&self) -> Vec<Rc<str>> {
        let shared = self.shared();
        let mut scopes: Vec<_> =
            shared.names.with(|all| all.groups.keys().map(|(scope, _)| Rc::clone(scope)).collect());
        scopes.dedup();
        scopes
    }

    /// Hears of all groups of a scope; of all scopes for `None`: as [`Core::watch_scope`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::GroupEvent;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let count = Rc::new(Cell::new(0));
    /// let counts = count.clone();
    /// runtime.door().watch_scope(Some("north"), Fwd::new(move |_: GroupEvent| counts.set(counts.get() + 1)));
    /// let one = Spec::new(|_| Some(1_u32)).start(&mut runtime).unwrap().actor_id();
    /// runtime.join("north", "workers", one).unwrap();
    /// runtime.join("south", "workers", one).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(count.get(), 1);
    /// ```
    pub fn watch_scope(&self, scope: Option<&str>, f: Fwd<GroupEvent>) -> WatchId {
        watch(self.shared(), Subject::Scope(scope.map(Rc::from)), Told::Group(f))
    }
}

fn remove(shared: &Shared, name: &GroupName, actor: ActorId) {
    shared.names.with(|all| {
        if let Some(members) = all.groups.get_mut(name) {
            members.remove(actor.0);
            if members.is_empty() {
                all.groups.remove(name);
            }
        }
    });
    tell(shared, name, actor, false);
}

/// An actor begins to end for good: it leaves its groups.
pub(super) fn leave_all(shared: &Shared, header: &CellHeader) {
    let groups = shared.kin_of(header, |kin| std::mem::take(&mut kin.groups)).unwrap_or_default();
    leave_these(shared, header.id(), groups);
}

pub(super) fn leave_these(shared: &Shared, actor: u64, groups: impl IntoIterator<Item = GroupName>) {
    for name in groups {
        remove(shared, &name, ActorId(actor));
    }
}

fn tell(shared: &Shared, name: &GroupName, actor: ActorId, joined: bool) {
    let (scope, group) = name.clone();
    let subjects =
        [Subject::Group(name.clone()), Subject::Scope(Some(Rc::clone(&scope))), Subject::Scope(None)];
    let told = |told: &Told| if let Told::Group(f) = told { Some(f.clone()) } else { None };
    tell_all(shared, &subjects, told, &GroupEvent { scope, group, actor, joined });
}
