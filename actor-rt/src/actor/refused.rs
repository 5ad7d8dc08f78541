//! Methods that macros call on what they are given, and that a handle has for no use but this: where a handle stands in the wrong place the
//! compiler says what belongs there, instead of "no method named …".

use super::own::ActorOwn;
use crate::engine::token::Core;
use crate::kernel::handle::Actor;

/// Gives a `Core`. No handle does.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is the handle of an actor, and no core",
    label = "a core is needed here",
    note = "a core is the runtime, a `&mut Core` or a `cx`; brackets name it last: `[actor, core]`, or `[core]` for `|rt| …`"
)]
pub trait IsCore {
    /// The core.
    fn core(&self) -> &'static mut Core;
}

/// Owns an actor. No plain handle does.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not own the actor",
    label = "an owner is needed here",
    note = "only an `ActorOwn`, which `actor!` returns, ends an actor from outside; by a handle call a method that ends it: `stop!(cx)`"
)]
pub trait IsOwner<A: ?Sized + 'static> {
    /// Another owner.
    fn another(&self) -> ActorOwn<A>;
}

impl<A: ?Sized + 'static> Actor<A> {
    #[doc(hidden)]
    pub fn access_core(&self) -> &'static mut Core
    where
        Self: IsCore,
    {
        self.core()
    }

    #[doc(hidden)]
    pub fn owned(&self) -> ActorOwn<A>
    where
        Self: IsOwner<A>,
    {
        self.another()
    }
}
