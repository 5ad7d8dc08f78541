//! `actor!` and `actor_new!`: create an actor.

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
}

/// Creates an actor without a state and queues nothing. Returns its `ActorOwn`.
///
/// `actor_new!(core, Type, notify)`; the arguments are those of [`actor!`](crate::actor!). For actors that need
/// each other's handles before either is initialised. Calls wait until `call!([actor], Type::init(…))` has run.
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
