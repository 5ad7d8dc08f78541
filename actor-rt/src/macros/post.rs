//! `__post!`: hands a finished closure to the lane, the last step of every queueing macro.
//!
//! Input: `lane [context] kind (closure)`.
//!
//! | lane | queue |
//! |---|---|
//! | `(main)` | the main lane |
//! | `(rare lazy lazy_prep)`, `(rare idle idle_prep)` | the lane named by the methods |
//! | `(timer method when)` | a timer; `when` is a variable holding an `Instant` or a `Duration`, `method` the core's method for that |
//! | `(moving ready prep runtime key when)` | a timer that is moved if it is armed; `key` is the caller's expression |
//!
//! | kind | closure | brackets |
//! |---|---|---|
//! | `ready` | `\|this, cx\| …` of a named method | `[cx]`, `[actor]` (main lane only), `[actor, core]` |
//! | `prep` | `\|cx\| … -> Option<Self>` of a named method | the same |
//! | `own` | the caller's `\|this, cx\| …` | `[cx]` |
//! | `runtime` | the caller's `\|rt\| …` | `[core]`; on the main lane whatever has a deferrer |
//!
//! The closure stays an argument of the call that queues it: only there does the compiler know the types of its
//! parameters.
//!
//! Where the bracket has two expressions the core comes first: nothing borrowed from it is held while the actor is
//! named, so `[cx.this(), cx]` is fine. What an expression borrows from lives until the message is queued, since it
//! stands in the expression that queues it.

#[doc(hidden)]
#[macro_export]
macro_rules! __post {
    ((main) [ $actor:expr ] ready ($closure:expr)) => {
        $actor.access_actor().call($closure)
    };
    ((main) [ $actor:expr ] prep ($closure:expr)) => {
        $actor.access_actor().call_prep($closure)
    };
    ((main) [ $cx:expr ] own ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).call($closure)
    };
    ((main) [ $core:expr ] runtime ($closure:expr)) => {
        $core.access_deferrer().defer($closure)
    };
    ((main) [ $actor:expr, $core:expr ] ready ($closure:expr)) => {{
        let _: &mut $crate::Core = $core.access_core();
        $actor.access_actor().call($closure)
    }};
    ((main) [ $actor:expr, $core:expr ] prep ($closure:expr)) => {{
        let _: &mut $crate::Core = $core.access_core();
        $actor.access_actor().call_prep($closure)
    }};

    ((rare $ready:ident $prep:ident) [ $cx:expr ] ready ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).$ready($closure)
    };
    ((rare $ready:ident $prep:ident) [ $cx:expr ] prep ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).$prep($closure)
    };
    ((rare $ready:ident $prep:ident) [ $cx:expr ] own ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).$ready($closure)
    };
    ((rare $ready:ident $prep:ident) [ $core:expr ] runtime ($closure:expr)) => {
        $core.access_core().$ready($closure)
    };
    ((rare $ready:ident $prep:ident) [ $actor:expr, $core:expr ] ready ($closure:expr)) => {{
        let _: &mut $crate::Core = $core.access_core();
        $actor.access_actor().$ready($closure)
    }};
    ((rare $ready:ident $prep:ident) [ $actor:expr, $core:expr ] prep ($closure:expr)) => {{
        let _: &mut $crate::Core = $core.access_core();
        $actor.access_actor().$prep($closure)
    }};

    ((timer $method:ident $when:ident) [ $cx:expr ] ready ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).call_at($when, $closure)
    };
    ((timer $method:ident $when:ident) [ $cx:expr ] prep ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).call_at_prep($when, $closure)
    };
    ((timer $method:ident $when:ident) [ $cx:expr ] own ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).call_at($when, $closure)
    };
    ((timer $method:ident $when:ident) [ $core:expr ] runtime ($closure:expr)) => {
        $core.access_core().$method($when, $closure)
    };
    ((timer $method:ident $when:ident) [ $actor:expr, $core:expr ] ready ($closure:expr)) => {{
        let _: &mut $crate::Core = $core.access_core();
        $actor.access_actor().call_at($when, $closure)
    }};
    ((timer $method:ident $when:ident) [ $actor:expr, $core:expr ] prep ($closure:expr)) => {{
        let _: &mut $crate::Core = $core.access_core();
        $actor.access_actor().call_at_prep($when, $closure)
    }};

    ((moving $ready:ident $prep:ident $run:ident $key:expr, $when:ident) [ $cx:expr ] ready ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).$ready($key, $when, $closure)
    };
    ((moving $ready:ident $prep:ident $run:ident $key:expr, $when:ident) [ $cx:expr ] prep ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).$prep($key, $when, $closure)
    };
    ((moving $ready:ident $prep:ident $run:ident $key:expr, $when:ident) [ $cx:expr ] own ($closure:expr)) => {
        $crate::macro_support::running_actor(&$cx).$ready($key, $when, $closure)
    };
    ((moving $ready:ident $prep:ident $run:ident $key:expr, $when:ident) [ $core:expr ] runtime ($closure:expr)) => {
        $core.access_core().$run($key, $when, $closure)
    };
    ((moving $ready:ident $prep:ident $run:ident $key:expr, $when:ident) [ $actor:expr, $core:expr ] ready ($closure:expr)) => {{
        let _: &mut $crate::Core = $core.access_core();
        $actor.access_actor().$ready($key, $when, $closure)
    }};
    ((moving $ready:ident $prep:ident $run:ident $key:expr, $when:ident) [ $actor:expr, $core:expr ] prep ($closure:expr)) => {{
        let _: &mut $crate::Core = $core.access_core();
        $actor.access_actor().$prep($key, $when, $closure)
    }};
}
