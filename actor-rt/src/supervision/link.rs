//! Links: two actors that end together.

use super::tree::{self, soon};
use crate::actor::{Cx, lifecycle};
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::exit::Exit;
use crate::engine::mode::OVER;
use crate::engine::ret::Fwd;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Door};
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::AnyActor;

impl Core {
    /// Links two actors: if one of them fails, is killed or lost, the other one fails, too, or is told if it
    /// [traps](Cx::trap_exits). An orderly end of one means nothing to the other, and a restart is no end. Linking twice is linking once.
    ///
    /// If one of them has ended already, the other one hears of that at once, as of an abnormal end.
    ///
    /// As Erlang's `link`. An actor that its supervisor restarts loses its links only when it ends for good.
    ///
    /// # Errors
    /// If the first id is none of a living actor.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let left = Spec::once(|_| Some(1_u32)).start(&mut runtime).unwrap();
    /// let right = Spec::once(|_| Some(2_u32)).start(&mut runtime).unwrap();
    /// runtime.link(left.actor_id(), right.actor_id()).unwrap();
    /// left.call(|_, cx| cx.fail_str("a fault"));
    /// runtime.run(now, false);
    /// assert!(left.is_zombie() && right.is_zombie());
    /// ```
    pub fn link(&mut self, one: ActorId, other: ActorId) -> Result<(), IdError> {
        self.door().link(one, other)
    }

    /// Takes a link away. From here on the end of one means nothing to the other, even if the news is on its way.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let left = Spec::once(|_| Some(1_u32)).start(&mut runtime).unwrap();
    /// let right = Spec::once(|_| Some(2_u32)).start(&mut runtime).unwrap();
    /// runtime.link(left.actor_id(), right.actor_id()).unwrap();
    /// runtime.unlink(left.actor_id(), right.actor_id());
    /// left.call(|_, cx| cx.fail_str("a fault"));
    /// runtime.run(now, false);
    /// assert!(left.is_zombie() && !right.is_zombie());
    /// ```
    pub fn unlink(&mut self, one: ActorId, other: ActorId) {
        self.door().unlink(one, other);
    }
}

impl Door {
    /// Links two actors: as [`Core::link`].
    ///
    /// # Errors
    /// If the first id is none of a living actor.
    ///
    /// # Examples
    ///
    /// See [`Core::link`].
    pub fn link(&self, one: ActorId, other: ActorId) -> Result<(), IdError> {
        let shared = self.shared();
        shared.number_call();
        // Of one that is about to end it will be told, unless that comes back.
        let living = |id: ActorId| shared.find(id.0);
        let Some(first) = living(one) else { return Err(shared.explain_actor(one.0)) };
        if one == other {
            return Ok(());
        }
        add(shared, first.header(), other.0);
        match living(other) {
            Some(second) => add(shared, second.header(), one.0),
            None => end_other(shared, one.0, Exit::no_actor(other.0)),
        }
        Ok(())
    }

    /// Takes a link away: as [`Core::unlink`].
    ///
    /// # Examples
    ///
    /// See [`Core::unlink`].
    pub fn unlink(&self, one: ActorId, other: ActorId) {
        let shared = self.shared();
        shared.number_call();
        _ = remove(shared, one.0, other.0);
        _ = remove(shared, other.0, one.0);
    }

    /// Whether an actor is told of the ends of those that it is linked to, instead of ending with them: as
    /// [`Cx::trap_exits`](crate::Cx::trap_exits), for callers that have ids. `told` is called in its place, when it is ready; `None` has it
    /// end with the others again.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Exit, ExitKind, Spec};
    /// use actor_rt::{Fwd, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let survivor = Spec::once(|_| Some(1_u32)).start(&mut runtime).unwrap();
    /// let other = Spec::once(|_| Some(2_u32)).start(&mut runtime).unwrap();
    /// let heard = Rc::new(Cell::new(None));
    /// let hears = heard.clone();
    /// let told = Fwd::new(move |exit: Exit| hears.set(Some(exit.kind)));
    /// runtime.door().trap_exits(survivor.actor_id(), Some(told)).unwrap();
    /// runtime.link(survivor.actor_id(), other.actor_id()).unwrap();
    /// other.call(|_, cx| cx.fail_str("a fault"));
    /// runtime.run(now, false);
    /// assert_eq!((heard.get(), survivor.is_zombie()), (Some(ExitKind::Failed), false));
    /// ```
    pub fn trap_exits(&self, actor: ActorId, told: Option<Fwd<Exit>>) -> Result<(), IdError> {
        let shared = self.shared();
        let actor = self.find_actor(actor)?;
        trap(shared, &actor, told.is_some(), told);
        Ok(())
    }

    /// The same by its own hook: as [`Cx::trap_exits`](crate::Cx::trap_exits), for callers that have no context of the actor.
    ///
    /// # Errors
    /// As [`Actor::from_id`](crate::Actor::from_id); [`IdError::WrongKind`] for an actor without [hooks](super::Spec::hooks).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Exit, ExitKind, Lifecycle, Spec};
    /// use actor_rt::{Cx, IdError, Runtime};
    /// use std::time::Instant;
    ///
    /// #[derive(Default)]
    /// struct Survivor(Vec<ExitKind>);
    ///
    /// impl Lifecycle for Survivor {
    ///     fn on_exit(&mut self, _: &mut Cx<'_, Self>, exit: &Exit) {
    ///         self.0.push(exit.kind);
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let survivor = Spec::new(|_| Some(Survivor::default())).hooks().start(&mut runtime).unwrap();
    /// let other = Spec::once(|_| Some(2_u32)).start(&mut runtime).unwrap();
    /// let door = runtime.door().clone();
    /// assert_eq!(door.trap_by_hook(other.actor_id(), true), Err(IdError::WrongKind));
    /// door.trap_by_hook(survivor.actor_id(), true).unwrap();
    /// door.link(survivor.actor_id(), other.actor_id()).unwrap();
    /// door.kill(other.actor_id(), "in the way").unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(survivor.query(&mut runtime, |this, _| this.0.clone()), Some(vec![ExitKind::Killed]));
    /// ```
    pub fn trap_by_hook(&self, actor: ActorId, traps: bool) -> Result<(), IdError> {
        let actor = self.with_hooks(actor)?;
        trap(self.shared(), &actor, traps, None);
        Ok(())
    }
}

impl<A: 'static> Cx<'_, A> {
    /// Whether this actor is told of the ends of those that it is linked to, by
    /// [`Lifecycle::on_exit`](super::Lifecycle::on_exit), instead of ending with them. Orderly ends are told, too.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Exit, ExitKind, Lifecycle, Spec};
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::Instant;
    ///
    /// #[derive(Default)]
    /// struct Survivor(Vec<ExitKind>);
    ///
    /// impl Lifecycle for Survivor {
    ///     fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
    ///         cx.trap_exits(true);
    ///     }
    ///     fn on_exit(&mut self, _: &mut Cx<'_, Self>, exit: &Exit) {
    ///         self.0.push(exit.kind);
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let survivor = Spec::new(|_| Some(Survivor::default())).hooks().start(&mut runtime).unwrap();
    /// let other = Spec::once(|_| Some(2_u32)).start(&mut runtime).unwrap();
    /// runtime.link(survivor.actor_id(), other.actor_id()).unwrap();
    /// other.call(|_, cx| cx.fail_str("a fault"));
    /// runtime.run(now, false);
    /// assert_eq!(survivor.query(&mut runtime, |this, _| this.0.clone()), Some(vec![ExitKind::Failed]));
    /// ```
    pub fn trap_exits(&mut self, trap: bool) {
        let actor = AnyActor::from(self.this());
        self::trap(self.shared(), &actor, trap, None);
    }
}

/// Says whether an actor is told of the ends of others, and whether by somebody else than its hook.
fn trap(shared: &Shared, actor: &AnyActor, traps: bool, told: Option<Fwd<Exit>>) {
    let former = shared.kin(actor.header(), |kin| {
        kin.traps = traps;
        std::mem::replace(&mut kin.trapped, told)
    });
    tree::dispose(shared, former);
}

fn add(shared: &Shared, actor: &CellHeader, other: u64) {
    shared.kin(actor, |kin| kin.links.insert(other));
}

/// Takes one end of a link away. False if there was none.
fn remove(shared: &Shared, actor: u64, other: u64) -> bool {
    let Some(found) = shared.find(actor) else { return false };
    shared.kin_of(found.header(), |kin| kin.links.remove(&other)) == Some(true)
}

/// One end of a link is gone: the other end hears of it, unless the link is taken away before.
pub(super) fn end_other(shared: &Shared, actor: u64, exit: Exit) {
    if shared.mode.has(OVER) {
        return;
    }
    soon(shared, move |shared| {
        if !remove(shared, actor, exit.actor.0) {
            return;
        }
        tell_or_end(shared, actor, exit);
    });
}

fn tell_or_end(shared: &Shared, actor: u64, exit: Exit) {
    let Some(actor) = shared.actor(actor) else { return };
    let header = actor.header();
    let traps = shared.kin_of(header, |kin| kin.traps) == Some(true);
    let ending = tree::is_ending(shared, header);
    if traps && (tree::is_starting(shared, header) || ending) {
        // Its next incarnation hears of it.
        let id = header.id();
        let later = move |shared: &Shared| tell_or_end(shared, id, exit);
        return shared.kin(header, |kin| kin.news.push(Box::new(later)));
    }
    if ending {
        return;
    }
    if traps {
        let told = shared.kin_of(header, |kin| kin.trapped.clone()).flatten();
        if let Some(told) = told {
            shared.contain(|| told.fwd(exit));
        } else if let Some(hooks) = tree::hooks(shared, header) {
            (hooks.exit)(&actor, &exit);
        }
    } else if exit.kind.is_abnormal() {
        lifecycle::end(&actor, StopCause::Failed(format!("linked: {exit}").into()));
    }
}
