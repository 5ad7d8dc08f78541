//! Handles that are there before their actors: for those that need to know each other.

use super::spec::Spec;
use super::tree;
use crate::actor::lifecycle;
use crate::engine::log::LogLevel;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::Core;
use crate::kernel::handle::{Actor, AnyActor};
use std::fmt;
use std::ops::Deref;

/// An actor that is to be started by a [`Spec`] yet: its handle may be given to others, and what is sent to it waits.
///
/// Dropped without that, the actor ends, what waited for it is lost, and a logger is warned. It can be started once: a spec takes it.
///
/// As ODIN's `PreActorHandle`.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::{Reserved, Spec};
/// use actor_rt::{Actor, Runtime};
/// use std::time::Instant;
///
/// struct Left(Actor<Right>);
/// struct Right(Actor<Left>);
///
/// let mut runtime = Runtime::new(Instant::now());
/// let left: Reserved<Left> = runtime.reserve();
/// let to_left = left.clone();
/// let right = Spec::new(move |_| Some(Right(to_left.clone()))).start(&mut runtime).unwrap();
/// let to_right = right.clone();
/// let left = Spec::new(move |_| Some(Left(to_right.clone()))).take_place(left).start(&mut runtime).unwrap();
/// assert_eq!(right.query(&mut runtime, |right, _| right.0.actor_id()), Some(left.actor_id()));
/// ```
pub struct Reserved<A: 'static> {
    /// None once a spec has taken it.
    actor: Option<Actor<A>>,
    /// What a handle derefs to.
    handle: Actor<A>,
}

impl Core {
    /// Reserves an actor.
    ///
    /// # Panics
    /// If there is no room for another actor: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// See [`Reserved`].
    pub fn reserve<A: 'static>(&mut self) -> Reserved<A> {
        let shared = self.shared();
        shared.number_call();
        let handle = shared.spawn::<A>(0);
        Reserved { actor: Some(handle.clone()), handle }
    }
}

impl<A: 'static> Spec<A> {
    /// Starts the child in the place that was reserved for it, the first time. If that was given a value or a supervisor otherwise, or has
    /// ended, the start fails with [`NoPlace`](crate::supervision::StartError::NoPlace).
    ///
    /// # Examples
    ///
    /// See [`Reserved`].
    pub fn take_place(mut self, mut reserved: Reserved<A>) -> Self {
        self.place = reserved.actor.take().map(|actor| Place(Some(actor)));
        self
    }
}

/// A reserved actor that a spec has. If nobody starts that, the actor ends.
pub(super) struct Place<A: 'static>(Option<Actor<A>>);

impl<A: 'static> Place<A> {
    /// The actor, to be started now; None if it is another runtime's, or was used otherwise: then it ends.
    pub(super) fn into_actor(mut self, shared: &Shared) -> Option<Actor<A>> {
        self.0.take_if(|actor| {
            let header = actor.header();
            let is_own = std::ptr::eq(Shared::of(header), shared);
            is_own
                && header.is_preparing()
                && !tree::is_ending(shared, header)
                && tree::entry_of(shared, header) == 0
        })
    }
}

impl<A: 'static> Drop for Place<A> {
    fn drop(&mut self) {
        if let Some(actor) = self.0.take() {
            give_up(&actor);
        }
    }
}

impl<A: 'static> Drop for Reserved<A> {
    fn drop(&mut self) {
        if let Some(actor) = self.actor.take() {
            give_up(&actor);
        }
    }
}

fn give_up<A: 'static>(actor: &Actor<A>) {
    let shared = Shared::of(actor.header());
    if shared.logging.is_used() && !actor.is_zombie() {
        let warn = |core: &mut Core| {
            core.log(
                0,
                LogLevel::Warn,
                "actor_rt",
                format_args!("a reserved actor was never started"),
                |_| (),
            );
        };
        shared.contain(|| shared.lend(warn));
    }
    lifecycle::end(&AnyActor::from(actor), StopCause::Dropped);
}

impl<A: 'static> Deref for Reserved<A> {
    type Target = Actor<A>;

    fn deref(&self) -> &Actor<A> {
        &self.handle
    }
}

impl<A: 'static> fmt::Debug for Reserved<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reserved").field(&self.handle).finish()
    }
}
