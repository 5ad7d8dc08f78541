//! `ActorOwnAnon`: an owner of an actor of any type.

use super::own::ActorOwn;
use std::any::Any;
use std::fmt;

/// An owner that does not say of what. All it can do is to end the actor by being dropped; calls go another way, for instance by a
/// `Fwd`. So owners of actors of different types can stand in one list.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Cat;
/// struct Dog;
///
/// impl Cat {
///     fn init(_: CX![]) -> Option<Self> {
///         Some(Cat)
///     }
/// }
///
/// impl Dog {
///     fn init(_: CX![]) -> Option<Self> {
///         Some(Dog)
///     }
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// let rt = &mut runtime;
/// let animals: Vec<ActorOwnAnon> =
///     vec![actor!(rt, Cat::init(), ret_nop!()).anon(), actor!(rt, Dog::init(), ret_nop!()).anon()];
/// rt.run(Instant::now(), false);
/// assert_eq!(rt.actors(), 2);
/// drop(animals);
/// rt.run(Instant::now(), false);
/// assert_eq!(rt.actors(), 0);
/// ```
pub struct ActorOwnAnon {
    _owner: Box<dyn Any>,
}

impl ActorOwnAnon {
    /// Forgets the type of an owner.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{ActorOwnAnon, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let owner = ActorOwnAnon::new(actor_new!(runtime, u32, ret_nop!()));
    /// assert_eq!(runtime.actors(), 1);
    /// drop(owner);
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.actors(), 0);
    /// ```
    pub fn new<T: ?Sized + 'static>(owner: ActorOwn<T>) -> Self {
        ActorOwnAnon { _owner: Box::new(owner) }
    }
}

impl fmt::Debug for ActorOwnAnon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActorOwnAnon").finish_non_exhaustive()
    }
}
