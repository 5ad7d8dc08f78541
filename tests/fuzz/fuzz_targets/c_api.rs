//! Random bytes as sequences of C calls: every function of the header, from the host, from handlers, hooks, destructors, `wake`, host
//! calls and other threads, with arbitrary ids, tags, texts, lengths and struct sizes, on two runtimes and on none.
//!
//! Proves: nothing crashes, whatever the numbers are; every payload, argument, state and `user` that was handed over is released
//! exactly once; every end and every outcome is told exactly once; every status is one that the header names for its function. What the
//! header asks of a caller is kept: pointers point to what they say, handles are living or NULL, a context is used only as long as its
//! runtime lives.
#![no_main]
#![allow(non_camel_case_types)]

/// What a call answers: a status that the header names for this function.
macro_rules! status {
    ($function:ident($($argument:expr),* $(,)?)) => {
        actor_rt_fuzz::documented::documented(stringify!($function), $function($($argument),*))
    };
}

/// A call whose status matters no further.
macro_rules! call {
    ($($call:tt)*) => {{
        let _ = status!($($call)*);
    }};
}

#[path = "c_api/callbacks.rs"]
mod callbacks;
#[path = "c_api/calls/mod.rs"]
mod calls;
#[path = "c_api/structs.rs"]
mod structs;
#[path = "c_api/world.rs"]
mod world;

use libfuzzer_sys::fuzz_target;
use world::World;

fuzz_target!(|bytes: &[u8]| {
    let world = World::new(bytes);
    world.begin();
    while !world.program.is_over() {
        world.act();
    }
    world.end();
});
