//! `upcast!`: an actor known by a trait.

/// The same actor, seen as a trait that its type implements: `upcast!(handle => dyn Trait)`.
///
/// | `handle` | result |
/// |---|---|
/// | `Actor<Type>`, `&Actor<Type>`, `&ActorOwn<Type>` | `Actor<dyn Trait>` |
/// | `ActorOwn<Type>` | `ActorOwn<dyn Trait>`, the same owner |
///
/// Calls are queued in the one mailbox whichever handle they come by, and an `Actor<dyn Trait>` does what an
/// `Actor<Type>` does, except to make the actor's value. It works while the actor has none yet. Nothing is boxed and
/// nothing allocated; the handle has two words.
///
/// The trait's methods take the context of the trait, `CX![dyn Trait]`; the methods of the type keep `CX![]`. In them
/// too, `cx.this()` is an `Actor<dyn Trait>`. [`actor_of_trait!`](crate::actor_of_trait) is Stakker's other way, with a
/// box.
///
/// The macro is how to do it without unsafe code: under `forbid(unsafe_code)` it compiles.
///
/// # Examples
///
/// ```
/// #![forbid(unsafe_code)]
/// use actor_rt::*;
/// use std::time::Instant;
///
/// trait Animal {
///     fn rename(&mut self, cx: CX![dyn Animal], name: &'static str);
///     fn speak(&self, cx: CX![dyn Animal]) -> String;
/// }
///
/// struct Cat(&'static str);
/// struct Dog(&'static str);
///
/// impl Cat {
///     fn init(_: CX![]) -> Option<Self> {
///         Some(Cat("cat"))
///     }
/// }
///
/// impl Dog {
///     fn init(_: CX![]) -> Option<Self> {
///         Some(Dog("dog"))
///     }
/// }
///
/// impl Animal for Cat {
///     fn rename(&mut self, _: CX![dyn Animal], name: &'static str) {
///         self.0 = name;
///     }
///     fn speak(&self, _: CX![dyn Animal]) -> String {
///         format!("{} purrs", self.0)
///     }
/// }
///
/// impl Animal for Dog {
///     fn rename(&mut self, _: CX![dyn Animal], name: &'static str) {
///         self.0 = name;
///     }
///     fn speak(&self, _: CX![dyn Animal]) -> String {
///         format!("{} barks", self.0)
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let rt = &mut runtime;
/// let cat = actor!(rt, Cat::init(), ret_nop!());
/// let dog = actor!(rt, Dog::init(), ret_nop!());
/// let animals: [ActorOwn<dyn Animal>; 2] = [upcast!(cat => dyn Animal), upcast!(dog => dyn Animal)];
/// call!([animals[0]], rename("Tom"));
/// rt.run(now, false);
/// let spoken = animals.each_ref().map(|animal| query!([animal, rt], speak()).unwrap());
/// assert_eq!(spoken, ["Tom purrs", "dog barks"]);
/// ```
#[macro_export]
macro_rules! upcast {
    ($handle:expr => $seen:ty) => {
        match $handle {
            handle => {
                let raw = $crate::Actor::into_raw($crate::macro_support::View::handle(&handle));
                // A coercion and no cast: the compiler makes a trait of the type, or refuses.
                let raw: *mut $crate::macro_support::ActorCell<$seen> = raw;
                // SAFETY: it came from `into_raw`, and was coerced.
                let actor = unsafe { $crate::Actor::from_raw(raw) };
                $crate::macro_support::View::seen_as(handle, actor)
            }
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected `upcast!(handle => dyn Trait)`")
    };
}
