//! Handlers that are timed.

use std::ffi::c_void;

use super::life::Life;
use crate::callback::ART_LOG_WARNING;
use crate::handle::art_context;
use crate::message::*;
use crate::status::*;

/// The handler of an actor whose handlers are timed: calls the real one, and logs it if it takes long.
///
/// # Safety
/// `life` is the `Life` of an actor that has a vtable and a value; the rest as for its handler.
pub(super) unsafe extern "C-unwind" fn timed(
    life: *mut c_void,
    context: *mut art_context,
    message: *const art_msg,
) -> art_status {
    // SAFETY: by the caller; the value keeps its life.
    let life = unsafe { &*life.cast_const().cast::<Life>() };
    let Some(on_message) = life.functions().and_then(|functions| functions.on_message) else {
        return ART_NULL_POINTER;
    };
    let block = life.block();
    let engine = &block.engine;
    let before = engine.door.clock_ns();
    // SAFETY: the state as for `receive`; the rest as we were given it.
    let (tag, status) = unsafe { ((*message).tag, on_message(life.state.get(), context, message)) };
    let took = engine.door.clock_ns().saturating_sub(before);
    if took > engine.settings.slow_handler_ns {
        let tag = match block.tags.borrow().get(&tag) {
            Some(known) => known.name.to_string(),
            None => format!("{tag:#x}"),
        };
        engine.log(ART_LOG_WARNING, &format!("{}: the handler of {tag} took {took} ns", life.title()));
    }
    status
}
