//! `fwd_to!`, `ret_to!`, `ret_some_to!`: aim a `Fwd` or `Ret` at an actor.

/// A `Fwd` that queues a method call or a closure for an actor each time it is sent something.
///
/// # Forms
///
/// | form | each message runs |
/// |---|---|
/// | `fwd_to!([actor], method(fixed…) as (types…))` | `method(fixed…, message parts…)`; `[cx]` aims at the running actor |
/// | `fwd_to!([actor], Type::init(fixed…) as (types…))`, `<Type>::init` | the same for an initialiser |
/// | `fwd_to!([cx], \|this, cx, part: Type, …\| expr)` | the closure, with the running actor's state |
///
/// The types decide the message: `()` is `Fwd<()>`, `(T)` is `Fwd<T>`, `(T1, T2)` is `Fwd<(T1, T2)>`, up to
/// sixteen. The fixed arguments are evaluated once, here, left to right, up to sixteen, and copied for each
/// message, so they must be `Clone`, as must what a closure captures. Nothing keeps the actor alive: messages to an
/// actor that has ended are dropped.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Log {
///     lines: Vec<String>,
/// }
///
/// impl Log {
///     fn init(_cx: CX![]) -> Option<Self> {
///         Some(Self { lines: Vec::new() })
///     }
///
///     fn add(&mut self, _cx: CX![], source: String, code: u32, text: &str) {
///         self.lines.push(format!("{source}: {code} {text}"));
///     }
///
///     fn lines(&self, _cx: CX![]) -> Vec<String> {
///         self.lines.clone()
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let log = actor!(rt, Log::init(), ret_nop!());
/// let disk: Fwd<(u32, &'static str)> = fwd_to!([log], add("disk".to_string()) as (u32, &'static str));
/// fwd!([disk], 1, "full");
/// fwd!([disk], 2, "gone");
/// rt.run(now, false);
/// assert_eq!(query!([log, rt], lines()).unwrap(), ["disk: 1 full", "disk: 2 gone"]);
/// ```
#[macro_export]
macro_rules! fwd_to {
    ([ $context:expr $(,)? ], $($target:tt)+) => {
        $crate::__target! { fwd [ $context ] $($target)+ }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected one actor in brackets, and what to run: `fwd_to!([actor], method(args…) as (types…))`, `fwd_to!([cx], |this, cx, part: Type, …| …)`")
    };
}

/// A `Ret` that queues a method call or a closure for an actor when it is answered, and also when it is dropped
/// unanswered.
///
/// Accepts the forms of [`fwd_to!`](crate::fwd_to!). The target takes the answer as one `Option` of the whole
/// message, `None` for a drop: `method(fixed…, answer: Option<(T1, T2)>)`, and `|this, cx, answer: Option<T>|
/// expr`. The fixed arguments are moved, never copied. An answer is queued also if the actor's mailbox is full.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Asker {
///     answers: Vec<Option<u32>>,
/// }
///
/// impl Asker {
///     fn init(cx: CX![], questions: Fwd<Ret<u32>>) -> Option<Self> {
///         fwd!([questions], ret_to!([cx], answered() as (u32)));
///         fwd!([questions], ret_to!([cx], |this, cx, answer: Option<u32>| this.answered(cx, answer)));
///         drop::<Ret<u32>>(ret_to!([cx], answered() as (u32)));
///         Some(Self { answers: Vec::new() })
///     }
///
///     fn answered(&mut self, _cx: CX![], answer: Option<u32>) {
///         self.answers.push(answer);
///     }
///
///     fn answers(&self, _cx: CX![]) -> Vec<Option<u32>> {
///         self.answers.clone()
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let questions: Fwd<Ret<u32>> = fwd_do!(|question: Ret<u32>| ret!([question], 42));
/// let asker = actor!(rt, Asker::init(questions), ret_nop!());
/// rt.run(now, false);
/// assert_eq!(query!([asker, rt], answers()).unwrap(), [Some(42), Some(42), None]);
/// ```
#[macro_export]
macro_rules! ret_to {
    ([ $context:expr $(,)? ], $($target:tt)+) => {
        $crate::__target! { ret [ $context ] $($target)+ }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected one actor in brackets, and what to run: `ret_to!([actor], method(args…) as (types…))`, `ret_to!([cx], |this, cx, answer: Option<Type>| …)`")
    };
}

/// A `Ret` that queues a method call or a closure for an actor when it is answered, and does nothing when it is
/// dropped unanswered.
///
/// Accepts the forms of [`fwd_to!`](crate::fwd_to!), and gives the target the message's parts. The fixed arguments
/// are moved, never copied.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Asker {
///     sum: u32,
/// }
///
/// impl Asker {
///     fn init(cx: CX![], questions: Fwd<Ret<(u32, u32)>>) -> Option<Self> {
///         fwd!([questions], ret_some_to!([cx], answered("first".to_string()) as (u32, u32)));
///         fwd!([questions], ret_some_to!([cx], |this, _, left: u32, right: u32| this.sum += left * right));
///         Some(Self { sum: 0 })
///     }
///
///     fn answered(&mut self, _cx: CX![], question: String, left: u32, right: u32) {
///         assert_eq!(question, "first");
///         self.sum += left + right;
///     }
///
///     fn sum(&self, _cx: CX![]) -> u32 {
///         self.sum
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let questions: Fwd<Ret<(u32, u32)>> = fwd_do!(|question: Ret<(u32, u32)>| ret!([question], 3, 4));
/// let asker = actor!(rt, Asker::init(questions), ret_nop!());
/// rt.run(now, false);
/// assert_eq!(query!([asker, rt], sum()), Some(19));
/// ```
#[macro_export]
macro_rules! ret_some_to {
    ([ $context:expr $(,)? ], $($target:tt)+) => {
        $crate::__target! { ret_some [ $context ] $($target)+ }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected one actor in brackets, and what to run: `ret_some_to!([actor], method(args…) as (types…))`, `ret_some_to!([cx], |this, cx, part: Type, …| …)`")
    };
}
