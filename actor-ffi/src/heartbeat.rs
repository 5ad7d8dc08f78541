//! The heartbeat: pings all supervised actors again and again, and tells which do not answer.

use std::ffi::c_void;
use std::time::Duration;

use actor_rt::Fwd;
use actor_rt::services::{Heartbeat, Pulse};

use crate::children::not_started;
use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::ping::nanoseconds;
use crate::status::*;

/// How a heartbeat beats.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_heartbeat {
    /// `sizeof(art_heartbeat)`.
    pub struct_size: u32,
    /// ART_HEARTBEAT_... bits.
    pub flags: u32,
    /// How long a cycle is, in ns; not 0. In each, all supervised actors are pinged.
    pub cycle_ns: u64,
    /// After how many cycles without an answer an actor is reported; 0 for 1.
    pub patience: u32,
    /// Zero.
    pub reserved: u32,
}

/// Flags of a heartbeat
/// ====================
///
/// An actor that is reported is killed, too. What follows is its supervisor's affair: by default it is made anew.
pub const ART_HEARTBEAT_RESTART: u32 = 1;

/// What a heartbeat reports of an actor.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_pulse {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// ART_PULSE_... New ones may appear.
    pub kind: u32,
    /// Whom it is about.
    pub actor: art_actor,
    /// How long its answer took, in ns; 0 without one.
    pub latency_ns: u64,
    /// How many cycles have ended without an answer.
    pub cycles: u32,
    /// Zero.
    pub reserved: u32,
}

/// Kinds of reports
/// ================
///
/// It has not answered for so many cycles. Told once, until it answers again.
pub const ART_PULSE_UNRESPONSIVE: u32 = 0;
/// It was reported, and has answered now.
pub const ART_PULSE_RECOVERED: u32 = 1;

/// Hears the reports of a heartbeat, on the owner thread. `pulse` is borrowed.
pub type art_pulse_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void, pulse: *const art_pulse)>;

/// Starts a heartbeat: an actor of the root's, which pings all other supervised actors in each cycle and calls `told(user, pulse)`, which may
/// be NULL, for those that do not answer. It beats until it is stopped, by its id in `*out`, which may be NULL; 0 on failure.
/// One that is paused, held or behind with its work is reported. A handler that does not return stops the heartbeat, too: for that there is
/// `art_watchdog_create`.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_INVALID_ARGUMENT, ART_STRUCT_SIZE, ART_NOT_FOUND while the tree is about to end, ART_CLOSED during destruction, and
/// the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `heartbeat` NULL or valid with its `struct_size`; `user` must stay valid for `told` until the heartbeat
/// has ended; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_heartbeat_start(
    rt: *mut art_runtime,
    heartbeat: *const art_heartbeat,
    told: art_pulse_fn,
    user: *mut c_void,
    out: *mut art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            let given = guard::read_struct(heartbeat)?;
            if given.flags & !ART_HEARTBEAT_RESTART != 0 || given.reserved != 0 || given.cycle_ns == 0 {
                return Err(Failure::new(
                    ART_INVALID_ARGUMENT,
                    "heartbeat.flags has unknown bits, its reserved field is not zero, or its cycle is",
                ));
            }
            let mut beat = Heartbeat::new(Duration::from_nanos(given.cycle_ns)).patience(given.patience);
            if given.flags & ART_HEARTBEAT_RESTART != 0 {
                beat = beat.restarting();
            }
            let report = Fwd::new(move |pulse: Pulse| {
                if let (Some(told), Some(pulse)) = (told, report_of(pulse)) {
                    // SAFETY: the function came with this argument; the report is borrowed for the call.
                    told(user, &raw const pulse);
                }
            });
            let heart = beat.spawn_through(&block.engine.door, report).map_err(not_started)?;
            guard::write_optional(out, heart.actor_id().0);
            Ok(())
        })
    }
}

/// A report as C has it; None for one that came later than this library.
fn report_of(pulse: Pulse) -> Option<art_pulse> {
    let (kind, actor, cycles, latency_ns) = match pulse {
        Pulse::Unresponsive { actor, cycles } => (ART_PULSE_UNRESPONSIVE, actor, cycles, 0),
        Pulse::Recovered { actor, latency } => (ART_PULSE_RECOVERED, actor, 0, nanoseconds(latency)),
        _ => return None,
    };
    let struct_size = size_of::<art_pulse>() as u32;
    Some(art_pulse { struct_size, kind, actor: actor.0, latency_ns, cycles, reserved: 0 })
}
