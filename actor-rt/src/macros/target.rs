//! `__target!`: a `Fwd` or `Ret` whose messages are queued for an actor.
//!
//! | kind | result | what the target is given |
//! |---|---|---|
//! | `fwd` | `Fwd<M>` | the message, in parts; may be called many times, so fixed arguments are copied for each |
//! | `ret` | `Ret<M>` | `Option<M>`, as a whole |
//! | `ret_some` | `Ret<M>` | the message, in parts; never called for a drop |
//!
//! `M` follows the number of parts: none is `()`, one is the part's type, several are a tuple.

/// `kind [context] form`: every form that `fwd_to!`, `ret_to!`, `ret_some_to!` accept.
#[doc(hidden)]
#[macro_export]
macro_rules! __target {
    ($kind:ident $context:tt $method:ident ( $($fixed:expr),* $(,)? ) as ( $($part:ty),* $(,)? ) $(,)?) => {
        $crate::__bind_args! { __target_bound { $kind $context ready { $method } ( $($part,)* ) } [ $($fixed),* ] }
    };
    ($kind:ident $context:tt $actor:ident :: $method:ident ( $($fixed:expr),* $(,)? ) as ( $($part:ty),* $(,)? ) $(,)?) => {
        $crate::__bind_args! { __target_bound { $kind $context prep { <$actor>::$method } ( $($part,)* ) } [ $($fixed),* ] }
    };
    ($kind:ident $context:tt < $actor:ty > :: $method:ident ( $($fixed:expr),* $(,)? ) as ( $($part:ty),* $(,)? ) $(,)?) => {
        $crate::__bind_args! { __target_bound { $kind $context prep { <$actor>::$method } ( $($part,)* ) } [ $($fixed),* ] }
    };

    (ret [ $cx:expr ] | $this:pat_param, $context:pat_param, $message:tt : Option < $answer:ty > $(,)? | $body:expr $(,)?) => {
        $crate::Ret::to_actor(
            $crate::macro_support::running_actor(&$cx).clone(),
            move |$this, $context, $message: $crate::macro_support::Option<$answer>| $body,
        )
    };
    (ret $context:tt | $($closure:tt)*) => {
        ::core::compile_error!("The closure of `ret_to!` takes the answer as one `Option`: `|this, cx, answer: Option<Type>| …`")
    };
    ($kind:ident [ $cx:expr ] | $this:pat_param, $context:pat_param $(, $part:ident : $type:ty)* $(,)? | $body:expr $(,)?) => {
        $crate::__target_closure! { $kind [ $cx ] ($this) ($context) [ $($part : $type),* ] ($body) }
    };
    ($kind:ident [ $cx:expr ] | $this:pat_param, $context:pat_param $(, $part:tt : $type:ty)* | $body:expr $(,)?) => {
        $crate::__target_closure! { $kind [ $cx ] ($this) ($context) [ $($part : $type),* ] ($body) }
    };
    ($kind:ident $context:tt | $($closure:tt)*) => {
        ::core::compile_error!("The closure names its message's types: `|this, cx, part: Type, …| …`")
    };
    ($kind:ident $context:tt move $($closure:tt)*) => {
        ::core::compile_error!("Do not write `move`: a closure in this macro is always a `move` closure")
    };
    ($kind:ident $context:tt $($other:tt)*) => {
        ::core::compile_error!(
            "Expected `method(args…) as (types…)`, `Type::method(args…) as (types…)`, `<Type>::method(args…) as (types…)` or `|this, cx, …| …`"
        )
    };
}

/// A caller's closure, its message's parts as a pattern with a type.
#[doc(hidden)]
#[macro_export]
macro_rules! __target_closure {
    ($kind:ident $context:tt $this:tt $cx:tt [] $body:tt) => {
        $crate::__target_closure_made! { $kind $context $this $cx (() : ()) $body }
    };
    ($kind:ident $context:tt $this:tt $cx:tt [ $part:tt : $type:ty ] $body:tt) => {
        $crate::__target_closure_made! { $kind $context $this $cx ($part : $type) $body }
    };
    ($kind:ident $context:tt $this:tt $cx:tt [ $($part:tt : $type:ty),+ ] $body:tt) => {
        $crate::__target_closure_made! { $kind $context $this $cx (($($part),+) : ($($type),+)) $body }
    };
}

/// The last step of a caller's closure.
#[doc(hidden)]
#[macro_export]
macro_rules! __target_closure_made {
    (fwd [ $actor:expr ] ($this:pat) ($cx:pat) ($($message:tt)+) ($body:expr)) => {
        $crate::Fwd::to_actor(
            $crate::macro_support::running_actor(&$actor).clone(),
            move |$this, $cx, $($message)+| $body,
        )
    };
    (ret_some [ $actor:expr ] ($this:pat) ($cx:pat) ($($message:tt)+) ($body:expr)) => {
        $crate::Ret::some_to_actor(
            $crate::macro_support::running_actor(&$actor).clone(),
            move |$this, $cx, $($message)+| $body,
        )
    };
}

/// A method as the target, once its fixed arguments are bound: gives the message's parts names.
#[doc(hidden)]
#[macro_export]
macro_rules! __target_bound {
    ({ ret $context:tt $state:ident $method:tt ( $($part:ty,)* ) } $fixed:tt) => {
        $crate::__target_made! {
            ret $context $state $method $fixed [ answer ]
            (answer : $crate::macro_support::Option<$crate::__message_type!($($part),*)>)
        }
    };
    ({ $kind:ident $context:tt $state:ident $method:tt ( $($part:ty,)* ) } $fixed:tt) => {
        $crate::__name_parts! {
            { $kind $context $state $method $fixed } []
            [m1 m2 m3 m4 m5 m6 m7 m8 m9 m10 m11 m12 m13 m14 m15 m16] ( $($part,)* )
        }
    };
}

/// The message type that a list of part types stands for.
#[doc(hidden)]
#[macro_export]
macro_rules! __message_type {
    () => { () };
    ($part:ty) => { $part };
    ($($part:ty),+) => { ($($part),+) };
}

/// One step of naming: `{ state } [parts named so far] [free names] (types still to be named)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __name_parts {
    ({ $($state:tt)* } [] $free:tt ()) => {
        $crate::__target_made! { $($state)* [] (() : ()) }
    };
    ({ $($state:tt)* } [ $name:ident : $type:ty, ] $free:tt ()) => {
        $crate::__target_made! { $($state)* [ $name ] ($name : $type) }
    };
    ({ $($state:tt)* } [ $($name:ident : $type:ty,)+ ] $free:tt ()) => {
        $crate::__target_made! { $($state)* [ $($name)+ ] (($($name),+) : ($($type),+)) }
    };
    ($state:tt [ $($named:tt)* ] [ $name:ident $($free:ident)* ] ( $type:ty, $($rest:ty,)* )) => {
        $crate::__name_parts! { $state [ $($named)* $name : $type, ] [ $($free)* ] ( $($rest,)* ) }
    };
    ($state:tt $named:tt [] ( $($rest:ty,)+ )) => {
        ::core::compile_error!("Too many arguments in call")
    };
}

/// The last step of a method target: `kind [actor] state {method} [fixed arguments] [message arguments] (message
/// pattern : type)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __target_made {
    (fwd [ $actor:expr ] ready { $method:ident } [ $($fixed:ident)* ] [ $($part:ident)* ] ($($message:tt)+)) => {
        $crate::Fwd::to_actor($actor.access_actor().clone(), move |this, cx, $($message)+| {
            this.$method(cx $(, $fixed)* $(, $part)*)
        })
    };
    (fwd [ $actor:expr ] prep { $($method:tt)+ } [ $($fixed:ident)* ] [ $($part:ident)* ] ($($message:tt)+)) => {
        $crate::Fwd::to_actor_prep($actor.access_actor().clone(), move |cx, $($message)+| {
            $($method)+(cx $(, $fixed)* $(, $part)*)
        })
    };
    (ret [ $actor:expr ] ready { $method:ident } [ $($fixed:ident)* ] [ $($part:ident)* ] ($($message:tt)+)) => {
        $crate::Ret::to_actor($actor.access_actor().clone(), move |this, cx, $($message)+| {
            this.$method(cx $(, $fixed)* $(, $part)*)
        })
    };
    (ret [ $actor:expr ] prep { $($method:tt)+ } [ $($fixed:ident)* ] [ $($part:ident)* ] ($($message:tt)+)) => {
        $crate::Ret::to_actor_prep($actor.access_actor().clone(), move |cx, $($message)+| {
            $($method)+(cx $(, $fixed)* $(, $part)*)
        })
    };
    (ret_some [ $actor:expr ] ready { $method:ident } [ $($fixed:ident)* ] [ $($part:ident)* ] ($($message:tt)+)) => {
        $crate::Ret::some_to_actor($actor.access_actor().clone(), move |this, cx, $($message)+| {
            this.$method(cx $(, $fixed)* $(, $part)*)
        })
    };
    (ret_some [ $actor:expr ] prep { $($method:tt)+ } [ $($fixed:ident)* ] [ $($part:ident)* ] ($($message:tt)+)) => {
        $crate::Ret::some_to_actor_prep($actor.access_actor().clone(), move |cx, $($message)+| {
            $($method)+(cx $(, $fixed)* $(, $part)*)
        })
    };
}
