//! `query!`: run a method of an actor at once and take its value, from level 0.

/// Runs a method of an actor now and returns `Some` of its value; `None` if the actor has no state yet or has
/// ended.
///
/// For tests, and for code that owns the runtime: `query!([actor, rt], method(args…))`, where `rt` is the runtime
/// or a `&mut` to it. No handler has one, so no actor can look into another.
///
/// Unlike in every other macro the arguments are evaluated only if the method is run. They need not be `'static`,
/// and there may be any number.
///
/// # Panics
/// If the actor belongs to another runtime, and with the method's own panic, from which the actor fails.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Greeter;
///
/// impl Greeter {
///     fn init(_cx: CX![]) -> Option<Self> {
///         Some(Self)
///     }
///
///     fn greeting(&self, _cx: CX![], name: &str) -> String {
///         format!("Hello, {name}")
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let greeter = actor!(rt, Greeter::init(), ret_nop!());
/// assert_eq!(query!([greeter, rt], greeting("too early")), None);
/// rt.run(now, false);
/// assert_eq!(query!([greeter, rt], greeting("world")).as_deref(), Some("Hello, world"));
/// ```
#[macro_export]
macro_rules! query {
    ([ $actor:expr, $runtime:expr $(,)? ], $method:ident ( $($arg:expr),* $(,)? ) $(,)?) => {{
        use $crate::macro_support::Reborrow as _;
        $actor.access_actor().query($runtime.reborrow(), |this, cx| this.$method(cx $(, $arg)*))
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("Expected the actor, the runtime and a method: `query!([actor, rt], method(args…))`")
    };
}
