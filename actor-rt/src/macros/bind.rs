//! `__bind_args!`: evaluates arguments at the call site and gives each a name.
//!
//! A queued closure may capture values only, so every argument is evaluated into a variable first, left to right,
//! and the continuation is handed the variables' names. The names come from the pool that the front macro below
//! writes, so they are invisible to the caller's expressions.

/// Evaluates `[args]`, then expands `$then!{ state [names] }` in their scope.
#[doc(hidden)]
#[macro_export]
macro_rules! __bind_args {
    ($then:ident $state:tt [ $($arg:expr),* $(,)? ]) => {
        $crate::__bind_next! {
            $then $state [] [a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16] [ $($arg),* ]
        }
    };
}

/// One step of `__bind_args!`: names bound so far, names still free, arguments still to be evaluated.
#[doc(hidden)]
#[macro_export]
macro_rules! __bind_next {
    ($then:ident $state:tt [ $($bound:ident)* ] $free:tt []) => {
        $crate::$then! { $state [ $($bound)* ] }
    };
    ($then:ident $state:tt [ $($bound:ident)* ] [ $name:ident $($free:ident)* ] [ $arg:expr $(, $rest:expr)* ]) => {{
        let $name = $arg;
        $crate::__bind_next! { $then $state [ $($bound)* $name ] [ $($free)* ] [ $($rest),* ] }
    }};
    ($then:ident $state:tt $bound:tt [] [ $($arg:expr),+ ]) => {
        ::core::compile_error!("Too many arguments in call")
    };
}
