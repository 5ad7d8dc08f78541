//! `actor!`, `actor_new!`, `actor_of_trait!` and `actor_in_slab!`: create an actor.

/// Creates an actor and queues its initialiser. Returns the `ActorOwn` that keeps it alive.
///
/// | form | initialiser |
/// |---|---|
/// | `actor!(core, Type::init(args…), notify)` | `Type` is a single name |
/// | `actor!(core, <Type>::init(args…), notify)` | any type: a path, a generic type |
///
/// `core` is the runtime, a `core` or a `cx`; from a `cx` the running actor is recorded as the parent in the log.
/// `notify` is a `Ret<StopCause>`, answered once when the actor ends, for instance `ret_nop!()` or
/// `ret_failthru!(cx, …)`.
///
/// The initialiser is `fn init(cx: CX![], …) -> Option<Self>`. It runs from the main lane, not here. Calls to the
/// new actor may be queued at once: they wait for its state. Returning `None` leaves the actor waiting for a later
/// initialiser; `cx.stop()` and `cx.fail(…)` end it.
///
/// # Order
///
/// `notify` is evaluated first; then `core`, and the actor is created; then the arguments, left to right; then the
/// initialiser is queued.
///
/// # Panics
/// If there is no room for another actor: a runtime has 2³² - 1 places.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Parent {
///     child: ActorOwn<Child<u8>>,
/// }
///
/// impl Parent {
///     fn init(cx: CX![]) -> Option<Self> {
///         let child = actor!(cx, <Child<u8>>::init(7), ret_failthru!(cx, "the child failed"));
///         call!([child], check());
///         Some(Self { child })
///     }
/// }
///
/// struct Child<T> {
///     value: T,
/// }
///
/// impl<T: PartialOrd + From<u8> + 'static> Child<T> {
///     fn init(_cx: CX![], value: T) -> Option<Self> {
///         Some(Self { value })
///     }
///
///     fn check(&mut self, cx: CX![]) {
///         if self.value > T::from(5) {
///             fail!(cx, "too large");
///         }
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let parent = actor!(rt, Parent::init(), ret_shutdown!(rt));
/// rt.run(now, false);
/// assert_eq!(rt.shutdown_reason().unwrap().to_string(), "Actor failed: the child failed");
/// ```
#[macro_export]
macro_rules! actor {
    ($core:expr, $actor:ident :: $init:ident ( $($arg:expr),* $(,)? ), $notify:expr $(,)?) => {{
        let owner = $crate::actor_new!($core, $actor, $notify);
        $crate::__bind_args! { __init { owner { <$actor>::$init } } [ $($arg),* ] }
    }};
    ($core:expr, < $actor:ty > :: $init:ident ( $($arg:expr),* $(,)? ), $notify:expr $(,)?) => {{
        let owner = $crate::actor_new!($core, $actor, $notify);
        $crate::__bind_args! { __init { owner { <$actor>::$init } } [ $($arg),* ] }
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("Expected `actor!(core, Type::init(args…), notify)`: `core` is the runtime, a core or a `cx`, and `notify` a `Ret<StopCause>` like `ret_nop!()`; more than a name is written `<path::Type>::init(args…)`")
    };
}

/// Creates an actor without a state and queues nothing. Returns its `ActorOwn`.
///
/// `actor_new!(core, Type, notify)`; the arguments are those of [`actor!`](crate::actor!). For actors that need
/// each other's handles before either is initialised. Calls wait until `call!([actor], Type::init(…))` has run.
///
/// # Panics
/// If there is no room for another actor: a runtime has 2³² - 1 places.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Player {
///     other: Actor<Player>,
///     rallies: u32,
/// }
///
/// impl Player {
///     fn init(_cx: CX![], other: Actor<Player>) -> Option<Self> {
///         Some(Self { other, rallies: 0 })
///     }
///
///     fn ball(&mut self, _cx: CX![], left: u32) {
///         self.rallies += 1;
///         if left > 0 {
///             call!([self.other], ball(left - 1));
///         }
///     }
///
///     fn rallies(&self, _cx: CX![]) -> u32 {
///         self.rallies
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let left = actor_new!(rt, Player, ret_nop!());
/// let right = actor_new!(rt, Player, ret_nop!());
/// call!([left], Player::init(right.clone()));
/// call!([right], Player::init(left.clone()));
/// call!([left], ball(9));
/// rt.run(now, false);
/// assert_eq!(query!([right, rt], rallies()), Some(5));
/// ```
#[macro_export]
macro_rules! actor_new {
    ($core:expr, $actor:ty, $notify:expr $(,)?) => {{
        let notify: $crate::Ret<$crate::StopCause> = $notify;
        use $crate::macro_support::Reborrow as _;
        // A `match`, so that whatever the expression borrows from lives until the actor is made.
        match $core.reborrow() {
            parent => {
                let parent_id = parent.access_log_id();
                $crate::ActorOwn::<$actor>::new(parent.access_core(), notify, parent_id)
            }
        }
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("Expected `actor_new!(core, Type, notify)`: `core` is the runtime, a core or a `cx`, and `notify` a `Ret<StopCause>` like `ret_nop!()`")
    };
}

/// Creates an actor behind a trait: what it is is decided by the initialiser. Returns its `ActorOwn`.
///
/// `actor_of_trait!(core, Boxed, Type::init(args…), notify)` or with `<Type>::init(args…)`. `Boxed` names a
/// `Box<dyn Trait>`, which is the actor's type for all who call it; `init` is a function
/// `fn init(cx: CX![Boxed], …) -> Option<Boxed>`. Otherwise as [`actor!`](crate::actor!).
///
/// # Panics
/// If there is no room for another actor: a runtime has 2³² - 1 places.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// trait Shape {
///     fn area(&self, cx: CX![BoxedShape]) -> f64;
/// }
/// type BoxedShape = Box<dyn Shape>;
///
/// struct Square(f64);
///
/// impl Square {
///     fn init(_cx: CX![BoxedShape], side: f64) -> Option<BoxedShape> {
///         Some(Box::new(Square(side)))
///     }
/// }
///
/// impl Shape for Square {
///     fn area(&self, _cx: CX![BoxedShape]) -> f64 {
///         self.0 * self.0
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let shape: ActorOwn<BoxedShape> = actor_of_trait!(rt, BoxedShape, Square::init(3.0), ret_nop!());
/// rt.run(now, false);
/// assert_eq!(query!([shape, rt], area()), Some(9.0));
/// ```
#[macro_export]
macro_rules! actor_of_trait {
    ($core:expr, $boxed:ident, $actor:ident :: $init:ident ( $($arg:expr),* $(,)? ), $notify:expr $(,)?) => {{
        let owner = $crate::actor_new!($core, $boxed, $notify);
        $crate::__bind_args! { __init { owner { <$actor>::$init } } [ $($arg),* ] }
    }};
    ($core:expr, $boxed:ident, < $actor:ty > :: $init:ident ( $($arg:expr),* $(,)? ), $notify:expr $(,)?) => {{
        let owner = $crate::actor_new!($core, $boxed, $notify);
        $crate::__bind_args! { __init { owner { <$actor>::$init } } [ $($arg),* ] }
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("Expected `actor_of_trait!(core, Boxed, Type::init(args…), notify)`: `core` is the runtime, a core or a `cx`, and `notify` a `Ret<StopCause>` like `ret_nop!()`; more than a name is written `<path::Type>::init(args…)`")
    };
}

/// Creates a child in an [`ActorOwnSlab`](crate::ActorOwnSlab) of the running actor and queues its initialiser. Returns
/// its `Actor`.
///
/// | form | |
/// |---|---|
/// | `actor_in_slab!(self.children, cx, Type::init(args…))` | nobody is notified |
/// | `actor_in_slab!(self.children, cx, Type::init(args…), notify)` | `notify` is told of the end when the child has left the slab |
///
/// The initialiser may also be written `<Type>::init(args…)`. `self.children` is the slab's field, also one further inside:
/// `self.state.children`. `cx` is the parent's context. `notify` is evaluated first, then `cx`, then the arguments.
///
/// # Panics
/// If there is no room for another actor: a runtime has 2³² - 1 places.
///
/// # Examples
///
/// See [`ActorOwnSlab`](crate::ActorOwnSlab).
#[macro_export]
macro_rules! actor_in_slab {
    ($parent:ident $(. $field:ident)+, $cx:expr, $actor:ident :: $init:ident ( $($arg:expr),* $(,)? ) $(,)?) => {
        $crate::__actor_in_slab! { $parent ($(. $field)+) ($cx) { <$actor>::$init } [ $($arg),* ] ($crate::Ret::nop()) }
    };
    ($parent:ident $(. $field:ident)+, $cx:expr, < $actor:ty > :: $init:ident ( $($arg:expr),* $(,)? ) $(,)?) => {
        $crate::__actor_in_slab! { $parent ($(. $field)+) ($cx) { <$actor>::$init } [ $($arg),* ] ($crate::Ret::nop()) }
    };
    ($parent:ident $(. $field:ident)+, $cx:expr, $actor:ident :: $init:ident ( $($arg:expr),* $(,)? ), $notify:expr $(,)?) => {
        $crate::__actor_in_slab! { $parent ($(. $field)+) ($cx) { <$actor>::$init } [ $($arg),* ] ($notify) }
    };
    ($parent:ident $(. $field:ident)+, $cx:expr, < $actor:ty > :: $init:ident ( $($arg:expr),* $(,)? ), $notify:expr $(,)?) => {
        $crate::__actor_in_slab! { $parent ($(. $field)+) ($cx) { <$actor>::$init } [ $($arg),* ] ($notify) }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected `actor_in_slab!(self.children, cx, Type::init(args…))`, and `notify` behind that if somebody is to be told of the end")
    };
}

/// `actor_in_slab!`, in its one form.
#[doc(hidden)]
#[macro_export]
macro_rules! __actor_in_slab {
    ($parent:ident ($($field:tt)+) ($cx:expr) $init:tt [ $($arg:expr),* ] ($notify:expr)) => {{
        let notify: $crate::Ret<$crate::StopCause> = $notify;
        let owner = {
            let cx = &mut *$cx;
            let parent = cx.this().clone();
            $parent $($field)+.add(cx.access_core(), parent, |this| &mut this $($field)+, notify)
        };
        $crate::__bind_args! { __init { owner $init } [ $($arg),* ] }
    }};
}

/// Queues the initialiser, once its arguments are bound.
#[doc(hidden)]
#[macro_export]
macro_rules! __init {
    ({ $owner:ident { $($init:tt)* } } [ $($arg:ident)* ]) => {{
        $owner.call_prep(move |cx| $($init)*(cx $(, $arg)*));
        $owner
    }};
}
