//! Rust actors that panic in every way, for the C contract tests: `tests/c/panics.h` says what C sees of them.
//!
//! Owns: the actor [`Breakable`], whose messages choose how it breaks, and the callbacks that panic where C would expect none to.
//! Nothing here is meant to be copied: a panic is a defect, and these are made on purpose.
#![allow(non_camel_case_types)] // As in the header.

pub use actor_ffi::*;

#[forbid(unsafe_code)]
mod ends;
mod record;

use actor_rt::{ActorId, Cx, Packet, Receive, Ret, StopCause};
use record::Witness;
pub use record::panics_record;
use std::ffi::c_void;
use std::panic::panic_any;
use std::time::Duration;

const COUNT: u64 = tag("panics.count");
const PANIC: u64 = tag("panics.panic");
const FRAGILE_PANIC: u64 = tag("panics.fragile_panic");
const DEFER: u64 = tag("panics.defer");
const LAZY: u64 = tag("panics.lazy");
const TIMER: u64 = tag("panics.timer");
const HOST_CALL: u64 = tag("panics.host_call");
const TWICE: u64 = tag("panics.twice");
const OVERFLOW: u64 = tag("panics.overflow");
const MEMORY: u64 = tag("panics.memory");

/// An actor that breaks as it is told.
struct Breakable {
    witness: Witness,
}

impl Receive for Breakable {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        match packet.tag() {
            COUNT => self.witness.counted(),
            PANIC => panic!("kaput in a handler"),
            FRAGILE_PANIC => panic_any(FragilePanic),
            DEFER => cx.defer(|_| panic!("kaput in deferred work")),
            LAZY => cx.lazy(|_| panic!("kaput in lazy work")),
            TIMER => {
                cx.after(Duration::from_nanos(1), |_| panic!("kaput in a timer"));
            }
            HOST_CALL => cx.host_call(|_| panic!("kaput in a host call")),
            TWICE => ends::panic_while_unwinding(),
            OVERFLOW => ends::overflow_the_stack(),
            MEMORY => ends::exhaust_the_memory(),
            other => cx.fail_string(format!("no message of this actor: {other:#x}")),
        }
    }
}

/// A payload whose destructor panics, but never while a panic unwinds: that would end the process.
struct Fragile(Witness);

impl Drop for Fragile {
    fn drop(&mut self) {
        self.0.dropped();
        assert!(std::thread::panicking(), "kaput in a destructor");
    }
}

/// What a panic carries, whose destructor panics when the panic has been caught.
struct FragilePanic;

impl Drop for FragilePanic {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "kaput in what a panic carried");
    }
}

/// Spawns an actor that breaks as it is told; see `panics.h`.
///
/// # Safety
/// `rt` must be NULL or a living runtime of this library; `record` must live until the runtime is gone; `out` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn panics_spawn(
    rt: *mut art_runtime,
    record: *mut panics_record,
    out: *mut art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    let (door, witness) = match unsafe { door(rt) } {
        // SAFETY: as above.
        Ok(door) => (door, unsafe { Witness::new(record) }),
        Err(status) => return status,
    };
    let notify = Ret::new(move |cause: Option<StopCause>| witness.ended(cause));
    let id = door.spawn(Breakable { witness }, notify).actor_id().0;
    // SAFETY: writable by the caller's promise.
    unsafe { out.write(id) };
    ART_OK
}

/// Sends the actor a typed call with a payload whose destructor panics; see `panics.h`.
///
/// # Safety
/// As for `panics_spawn`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn panics_post_fragile(
    rt: *mut art_runtime,
    to: art_actor,
    record: *mut panics_record,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    let (door, fragile) = match unsafe { door(rt) } {
        // SAFETY: as above.
        Ok(door) => (door, Fragile(unsafe { Witness::new(record) })),
        Err(status) => return status,
    };
    let call = move |actor: &mut Breakable, _: &mut Cx<'_, Breakable>| {
        actor.witness.counted();
        drop(fragile);
    };
    if door.call(ActorId(to), call).is_ok() { ART_OK } else { ART_NOT_FOUND }
}

/// An `art_drop_fn` that counts itself in the record and panics; see `panics.h`.
///
/// # Safety
/// `user` must be a record.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn panics_drop(_: *mut c_void, _: usize, user: *mut c_void, _: u32) {
    // SAFETY: the caller's promise, passed on.
    drop(Fragile(unsafe { Witness::new(user.cast()) }));
}

/// An `art_clock_fn` that panics; see `panics.h`.
///
/// # Panics
/// Always.
#[unsafe(no_mangle)]
pub extern "C-unwind" fn panics_clock(_: *mut c_void) -> u64 {
    panic!("kaput in the clock")
}
