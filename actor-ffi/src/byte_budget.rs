//! The byte budget: who is told when the queues of a runtime take too much memory.

use std::ffi::c_void;

use actor_rt::Fwd;
use actor_rt::mailbox::{ByteBudget, Water};

use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::status::*;

/// How many actors an art_water has room for.
pub const ART_BUSIEST: usize = 4;

/// That the queues have passed a mark of their byte budget.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_water {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// 1: they take more than the high mark. 0: they take no more than the low one, after that.
    pub is_high: u32,
    /// What they take, in bytes.
    pub bytes: u64,
    /// With `is_high` the actors for which the most messages wait, the worst first.
    pub busiest: [art_actor; ART_BUSIEST],
    /// How many those are for each.
    pub waiting: [u32; ART_BUSIEST],
    /// How many actors there are in `busiest`.
    pub count: u32,
    /// Zero.
    pub reserved: u32,
}

/// Hears that a mark was passed, in a step, on the owner thread. `water` is borrowed.
pub type art_water_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void, water: *const art_water)>;

/// Has `told(user, water)` called when the queues of the runtime take more than `high` bytes, and when they take no more than `low` again: to
/// shed load, or to stop reading from where the messages come. Nothing is refused by it; for that there are the bounds of mailboxes. It counts
/// the memory of the queues, by segments of up to 16 KiB, and the bytes of payloads that were handed over or are longer than 2048. `bytes` of
/// `art_pending` says what they take now. It lasts until another budget is set, or NULL for `told`, which ends it: from then on nothing is told.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_INVALID_ARGUMENT unless `low` is below `high`, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `user` must stay valid for `told` until that is no longer called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_byte_budget_set(
    rt: *mut art_runtime,
    low: usize,
    high: usize,
    told: art_water_fn,
    user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let watch = match told {
                None => None,
                Some(_) if low >= high => {
                    return Err(Failure::new(ART_INVALID_ARGUMENT, "low is not below high"));
                }
                Some(told) => Some((
                    ByteBudget::new(low, high),
                    Fwd::new(move |water: Water| {
                        if let Some(water) = told_of(&water) {
                            // SAFETY: the function came with this argument; what is told is borrowed for the call.
                            told(user, &raw const water);
                        }
                    }),
                )),
            };
            block.engine.door.set_byte_budget(watch);
            Ok(())
        })
    }
}

/// A mark that was passed as C has it; None for news that came later than this library.
fn told_of(water: &Water) -> Option<art_water> {
    let (bytes, named, is_high): (_, &[_], _) = match water {
        Water::High { bytes, busiest } => (*bytes, busiest, 1),
        Water::Low { bytes } => (*bytes, &[], 0),
        _ => return None,
    };
    let mut told = art_water {
        struct_size: size_of::<art_water>() as u32,
        is_high,
        bytes: bytes as u64,
        busiest: [0; ART_BUSIEST],
        waiting: [0; ART_BUSIEST],
        count: named.len().min(ART_BUSIEST) as u32,
        reserved: 0,
    };
    for (place, (actor, waiting)) in named.iter().take(ART_BUSIEST).enumerate() {
        told.busiest[place] = actor.0;
        told.waiting[place] = *waiting;
    }
    Some(told)
}
