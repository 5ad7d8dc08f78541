//! What [`upcast!`](crate::upcast) takes: handles and owners, and references to them.
//!
//! The macro makes the handle to the trait; here an owner is made of it.

use super::own::ActorOwn;
use crate::kernel::handle::Actor;

/// A handle or an owner of an actor, which can be had again with another view of the actor's type. Sealed.
///
/// # Examples
///
/// A function that takes handles and owners alike:
///
/// ```
/// use actor_rt::{ActorId, Runtime, actor_new, macro_support::View, ret_nop};
///
/// fn id_of(actor: &impl View) -> ActorId {
///     actor.handle().actor_id()
/// }
///
/// let mut runtime = Runtime::new(std::time::Instant::now());
/// let owner = actor_new!(runtime, u32, ret_nop!());
/// assert_eq!(id_of(&owner), id_of(&owner.clone()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handle of an actor",
    label = "only an actor is seen as a trait by `upcast!`",
    note = "give an `Actor<Type>`, an `ActorOwn<Type>` or a reference to one"
)]
pub trait View: sealed::Sealed + Sized {
    /// What the actor is seen as.
    type Seen: ?Sized + 'static;
    /// The same kind of handle, with another view.
    type As<U: ?Sized + 'static>;

    /// A handle as it is seen now.
    fn handle(&self) -> Actor<Self::Seen>;

    /// The same, seen as `actor` sees it.
    ///
    /// # Panics
    /// If that is another actor.
    fn seen_as<U: ?Sized + 'static>(self, actor: Actor<U>) -> Self::As<U>;
}

impl<A: ?Sized + 'static> View for Actor<A> {
    type Seen = A;
    type As<U: ?Sized + 'static> = Actor<U>;

    fn handle(&self) -> Actor<A> {
        self.clone()
    }

    fn seen_as<U: ?Sized + 'static>(self, actor: Actor<U>) -> Actor<U> {
        assert_same(&self, &actor);
        actor
    }
}

impl<A: ?Sized + 'static> View for ActorOwn<A> {
    type Seen = A;
    type As<U: ?Sized + 'static> = ActorOwn<U>;

    fn handle(&self) -> Actor<A> {
        Actor::clone(self)
    }

    fn seen_as<U: ?Sized + 'static>(self, actor: Actor<U>) -> ActorOwn<U> {
        assert_same(&self, &actor);
        // Counted before `self` goes: it is never the last.
        ActorOwn::another(actor)
    }
}

impl<V: View> View for &V {
    type Seen = V::Seen;
    type As<U: ?Sized + 'static> = Actor<U>;

    fn handle(&self) -> Actor<V::Seen> {
        V::handle(self)
    }

    fn seen_as<U: ?Sized + 'static>(self, actor: Actor<U>) -> Actor<U> {
        assert_same(&self.handle(), &actor);
        actor
    }
}

fn assert_same<A: ?Sized + 'static, U: ?Sized + 'static>(one: &Actor<A>, other: &Actor<U>) {
    assert!(one.cell() == other.cell(), "another view of an actor is of the same actor");
}

mod sealed {
    use super::{Actor, ActorOwn};

    pub trait Sealed {}
    impl<A: ?Sized + 'static> Sealed for Actor<A> {}
    impl<A: ?Sized + 'static> Sealed for ActorOwn<A> {}
    impl<V: Sealed> Sealed for &V {}
}
