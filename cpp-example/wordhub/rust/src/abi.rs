//! The C functions of this crate: one, which makes the first actor. Everything after that is messages.
#![allow(non_camel_case_types)] // As in the header.

use crate::hub::{Hub, Settings};
use crate::wire;
use actor_ffi::{ART_INVALID_ARGUMENT, ART_NULL_POINTER, ART_OK, art_actor, art_runtime, art_status, door};
use actor_rt::{ActorId, Body, Ret, StopCause, call};
use std::time::Duration;

/// How the hub is made. See `wordhub_actors.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct wordhub_config {
    /// The actor that owns the sockets.
    pub server: art_actor,
    /// The actor that shows what happens.
    pub console: art_actor,
    /// Time between two reports of the progress, in ns.
    pub tick_ns: u64,
    /// Number of counting actors, 1 to 64.
    pub shards: u32,
    /// Number of parsing actors, 1 to 64.
    pub parsers: u32,
}

/// Makes the hub and writes its id to `*out`. See `wordhub_actors.h`.
///
/// # Safety
/// `rt` must be NULL or a living runtime of this library, `config` NULL or readable, `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wordhub_spawn(
    rt: *mut art_runtime,
    config: *const wordhub_config,
    out: *mut art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    let (config, out) = unsafe { (config.as_ref(), out.as_mut()) };
    let (Some(config), Some(out)) = (config, out) else { return ART_NULL_POINTER };
    *out = 0;
    if !(1..=64).contains(&config.shards) || !(1..=64).contains(&config.parsers) || config.tick_ns == 0 {
        return ART_INVALID_ARGUMENT;
    }
    // SAFETY: the caller's promise, passed on.
    let door = match unsafe { door(rt) } {
        Ok(door) => door,
        Err(status) => return status,
    };
    let console = ActorId(config.console);
    let hub = Hub::new(Settings {
        server: ActorId(config.server),
        console,
        shards: config.shards,
        parsers: config.parsers,
        tick: Duration::from_nanos(config.tick_ns),
    });
    let outside = door.clone();
    let notify = Ret::new(move |cause: Option<StopCause>| {
        let text = cause.map_or_else(|| "hub: gone".to_owned(), |cause| format!("hub: {cause}"));
        // When the runtime goes down, the console may be gone before the hub.
        drop(outside.post(console, wire::FAILURE, Body::Copied(text.as_bytes())));
    });
    let hub = door.spawn(hub, notify);
    call!([hub], start());
    *out = hub.actor_id().0;
    ART_OK
}
