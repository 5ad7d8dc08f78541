//! What a handler asked for is its own.

use std::ffi::c_void;
use std::ptr;

use crate::actor::*;
use crate::context::art_context_stop;
use crate::handle::art_context;
use crate::handle::art_runtime;
use crate::message::art_msg;
use crate::status::*;
use crate::{art_actor_config, art_budget, art_create, art_destroy, art_post, art_spawn, art_step};

/// Asks to stop when told 2; when told 1 too, and then panics.
unsafe extern "C-unwind" fn on_message(
    state: *mut c_void,
    context: *mut art_context,
    message: *const art_msg,
) -> art_status {
    // SAFETY: the tests' state is a counter, and their messages are words.
    let told = unsafe {
        *state.cast::<u32>() += 1;
        (*message).data.cast::<u64>().read()
    };
    if told == 1 {
        // SAFETY: the context of this handler.
        assert_eq!(unsafe { art_context_stop(context, 7) }, ART_OK);
        panic!("after it asked to stop");
    }
    // SAFETY: as above.
    if told == 2 { unsafe { art_context_stop(context, 0) } } else { ART_OK }
}

/// Asks for more when it has ended already.
unsafe extern "C-unwind" fn on_stop(_: *mut c_void, context: *mut art_context, _: *const art_stop_cause) {
    // SAFETY: the context of this hook.
    assert_eq!(unsafe { art_context_stop(context, 8) }, ART_OK);
}

#[test]
fn what_a_handler_asked_for_is_never_taken_for_the_next_ones() {
    let vtable = art_actor_vtable {
        struct_size: size_of::<art_actor_vtable>() as u32,
        flags: 0,
        create: None,
        on_message: Some(on_message),
        on_stop: Some(on_stop),
        destroy: None,
    };
    let mut handled = [0u32; 3];
    let mut rt: *mut art_runtime = ptr::null_mut();
    // SAFETY: one thread; pointers to locals that outlive the calls, and the runtime.
    unsafe {
        assert_eq!(art_create(ptr::null(), &raw mut rt, ptr::null_mut(), 0), ART_OK);
        let actors = handled.each_mut().map(|count| {
            let mut actor = 0;
            let mut config: art_actor_config = std::mem::zeroed();
            config.struct_size = size_of::<art_actor_config>() as u32;
            config.vtable = &raw const vtable;
            config.argument = ptr::from_mut(count).cast();
            assert_eq!(art_spawn(rt, &raw const config, &raw mut actor), ART_OK);
            actor
        });
        // The first panics, the second is stopped and asks for more in its hook; the third only listens.
        for (actor, told) in [(0, 1u64), (2, 0), (1, 2), (2, 0), (2, 0)] {
            assert_eq!(art_post(rt, actors[actor], 5, ptr::from_ref(&told).cast(), 8), ART_OK);
        }
        // However slow this machine is.
        let mut unbounded: art_budget = std::mem::zeroed();
        unbounded.struct_size = size_of::<art_budget>() as u32;
        unbounded.max_ns = u64::MAX;
        assert_eq!(art_step(rt, 0, &raw const unbounded, ptr::null_mut()), ART_OK);
        let listens = art_post(rt, actors[2], 5, ptr::from_ref(&0u64).cast(), 8);
        assert_eq!((listens, art_post(rt, actors[0], 5, ptr::null(), 0)), (ART_OK, ART_NOT_FOUND));
        assert_eq!(art_post(rt, actors[1], 5, ptr::null(), 0), ART_NOT_FOUND);
        assert_eq!(art_step(rt, 0, &raw const unbounded, ptr::null_mut()), ART_OK);
        assert_eq!(art_destroy(rt), ART_OK);
    }
    assert_eq!(handled, [1, 1, 4]);
}
