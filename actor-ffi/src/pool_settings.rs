//! Settings of pools: what is said of one at its start and at any time later.

use std::ffi::c_void;
use std::time::Duration;

use actor_rt::ActorId;
use actor_rt::services::pool::{DeadMansSwitch, Discard, PoolSettings};

use crate::failure::{Outcome, invalid};
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::pool_host::ForeignPool;
use crate::pool_stats::{art_pool_counts, counts};
use crate::status::*;

/// Says how many jobs may wait in a queue of a pool now, which has to do what `now` says. Called on the owner thread; `now` is borrowed.
pub type art_limit_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, now: *const art_pool_counts) -> u64>;

/// What can be said of a pool at any time.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_pool_settings {
    /// `sizeof(art_pool_settings)`.
    pub struct_size: u32,
    /// ART_POOL_... bits.
    pub flags: u32,
    /// Workers, a million at most; 0 for 1, or for as many as there are.
    pub size: u32,
    /// How many jobs a worker may have at once; 0 for 1.
    pub in_flight: u32,
    /// Which job goes when more than `limit` wait in a queue: ART_DISCARD_... Queues are the pool's own and those of its workers.
    pub discard: u32,
    /// Zero.
    pub reserved: u32,
    /// How many jobs may wait in each queue. With 0 none ever waits.
    pub limit: u64,
    /// The limit is asked for, and not more often than this; instead of `limit`.
    pub limit_every_ns: u64,
    /// After how long without a sign of life from a worker that has a job ART_POOL_SILENT is told; 0 for never.
    pub silence_ns: u64,
    /// Says the limit; NULL for `limit`.
    pub limit_now: art_limit_fn,
    /// Argument of `limit_now`; must stay valid until the pool has ended or has other settings.
    pub limit_user: *mut c_void,
}

/// Flags of a pool's settings
/// ==========================
///
/// A worker of which ART_POOL_SILENT is told is killed, too, and made anew.
pub const ART_POOL_KILL_SILENT: u32 = 1;

/// Which job goes when too many wait
/// =================================
///
/// None: as many wait as there are.
pub const ART_DISCARD_NONE: u32 = 0;
/// The new one, which is not accepted.
pub const ART_DISCARD_NEWEST: u32 = 1;
/// The oldest of the least urgent ones. That may be the new one, which then is not accepted.
pub const ART_DISCARD_OLDEST: u32 = 2;

/// Gives a pool other settings. They hold when it comes to them, after the jobs that were submitted before. Workers that are too many do what they
/// have begun, and end.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_FULL if the pool's mailbox is bounded and full, ART_NOT_FOUND,
/// ART_WRONG_KIND for what is no pool of `art_pool_spawn`'s, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `settings` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pool_set_settings(
    rt: *mut art_runtime,
    pool: art_actor,
    settings: *const art_pool_settings,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let given = guard::read_struct(settings)?;
            let mut wanted = self::settings(&given)?;
            // 0 leaves it.
            wanted.size = given.size as usize;
            let change = move |pool: &mut ForeignPool, cx: &mut actor_rt::Cx<'_, ForeignPool>| {
                // A worker that cannot be started is missing in the pool's statistics.
                _ = pool.set_settings(cx, wanted);
            };
            block.engine.door.call(ActorId(pool), change).map_err(payload::refused)
        })
    }
}

/// Changes how many workers a pool has, a million at most; 0 leaves it. As `art_pool_set_settings`.
///
/// Thread: owner. May call: wake outside of a step. Returns as `art_pool_set_settings`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pool_set_size(rt: *mut art_runtime, pool: art_actor, size: u32) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let change = move |pool: &mut ForeignPool, cx: &mut actor_rt::Cx<'_, ForeignPool>| {
                // As above.
                _ = pool.set_size(cx, size as usize);
            };
            block.engine.door.call(ActorId(pool), change).map_err(payload::refused)
        })
    }
}

/// Lets a pool take no more jobs, and end when all that were accepted are over. `art_drain` and `art_stop` end it with what it has.
///
/// Thread: owner. May call: wake outside of a step. Returns as `art_pool_set_settings`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pool_drain(rt: *mut art_runtime, pool: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let drain = |pool: &mut ForeignPool, cx: &mut actor_rt::Cx<'_, ForeignPool>| pool.drain(cx);
            block.engine.door.call(ActorId(pool), drain).map_err(payload::refused)
        })
    }
}

/// What an `art_pool_settings` says, checked.
pub(crate) fn settings(given: &art_pool_settings) -> Outcome<PoolSettings> {
    if given.flags & !ART_POOL_KILL_SILENT != 0 || given.reserved != 0 {
        return Err(invalid("settings.flags has unknown bits, or its reserved field is not zero"));
    }
    if given.flags != 0 && given.silence_ns == 0 {
        return Err(invalid("ART_POOL_KILL_SILENT needs a silence_ns"));
    }
    if given.limit_now.is_none() && given.limit_every_ns != 0 {
        return Err(invalid("settings.limit_every_ns needs limit_now"));
    }
    let limit = usize::try_from(given.limit).unwrap_or(usize::MAX);
    let discard = match given.discard {
        ART_DISCARD_NONE if given.limit != 0 || given.limit_now.is_some() => {
            return Err(invalid("settings.limit needs ART_DISCARD_NEWEST or ART_DISCARD_OLDEST"));
        }
        ART_DISCARD_NONE => Discard::none(),
        ART_DISCARD_NEWEST => Discard::newest(limit),
        ART_DISCARD_OLDEST => Discard::oldest(limit),
        _ => return Err(invalid("settings.discard is none of ART_DISCARD_...")),
    };
    let discard = match given.limit_now {
        None => discard,
        Some(ask) => {
            let user = given.limit_user;
            discard.dynamic(Duration::from_nanos(given.limit_every_ns), move |stats| {
                let now = counts(stats);
                // SAFETY: the function came with this argument; the counts are borrowed for the call.
                usize::try_from(unsafe { ask(user, &raw const now) }).unwrap_or(usize::MAX)
            })
        }
    };
    let mut settings =
        PoolSettings::new().size(given.size as usize).in_flight(given.in_flight as usize).discard(discard);
    if given.silence_ns != 0 {
        let switch = DeadMansSwitch::new(Duration::from_nanos(given.silence_ns));
        settings = settings.dead_mans_switch(if given.flags == 0 { switch } else { switch.kill() });
    }
    Ok(settings)
}
