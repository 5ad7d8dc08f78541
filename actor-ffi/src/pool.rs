//! Pools: jobs for many workers, each of which gets its next one when it is done with the one before.

use std::ffi::{c_char, c_void};
use std::rc::Rc;
use std::time::Duration;

use actor_rt::services::pool::{PoolSpec, Router};
use actor_rt::supervision::Intensity;
use actor_rt::{ActorId, Ret};

use crate::actor::{Definition, art_actor_config, optional};
use crate::callback::art_release_fn;
use crate::children::not_started;
use crate::failure::{Outcome, invalid};
use crate::foreign::Life;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::job::work;
use crate::message::ART_NUL_TERMINATED;
use crate::payload;
use crate::pool_host::PoolHost;
use crate::pool_news::{art_job_fn, art_pool_event_fn};
use crate::pool_settings::{self, art_pool_settings};
use crate::pool_stats::{art_pool_counts, counts};
use crate::runtime::Block;
use crate::status::*;
use crate::supervision::{Treatment, art_supervision};

/// Says which worker gets the jobs of a key: its number, from 0 on, of `size` workers; modulo that. Called on the owner thread.
pub type art_choose_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void, key: u64, size: u64) -> u64>;

/// Says how many workers a pool is to have, a million at most, when it has to do what `now` says; 0 leaves it. Called on the owner thread; `now` is
/// borrowed.
pub type art_pool_size_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, now: *const art_pool_counts) -> u64>;

/// How a pool is made. The struct is read during `art_pool_spawn` and not kept; what it points to neither, but for `worker->vtable`.
///
/// A pool is an actor that takes jobs and no messages. It has an id, by which it is monitored, stopped and killed like any other. Its workers are
/// its supervised children. Whichever way it ends, each job that it has is discarded.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_pool_config {
    /// `sizeof(art_pool_config)`.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// The pool's supervisor, 0 for the root.
    pub parent: art_actor,
    /// See `rate_jobs`.
    pub rate_ns: u64,
    /// How often `size_now` is asked.
    pub size_every_ns: u64,
    /// See `max_restarts`; 0 for 1000 restarts in a second.
    pub restart_period_ns: u64,
    /// ART_ROUTER_...
    pub router: u32,
    /// No more jobs than this are let through within `rate_ns`; 0 for no bound. A burst of that many is; after that room for one more comes
    /// with each part of the time.
    pub rate_jobs: u32,
    /// How many restarts of workers are allowed within `restart_period_ns`, before the pool fails.
    pub max_restarts: u32,
    /// Zero.
    pub reserved: u32,
    /// What each worker is made of; must not be NULL. Its `vtable` needs a `create`, which is called for each worker with the same `argument`
    /// and learns its number by `art_context_slot`; `argument_drop` is called once, when the last of them and the pool are gone. Its `parent`
    /// is the pool: 0. `supervision` says how workers are ended and how long they wait before they are restarted, which they always are.
    pub worker: *const art_actor_config,
    /// What can be changed later; NULL for all defaults.
    pub settings: *const art_pool_settings,
    /// How the pool itself is restarted and ended; NULL for all defaults.
    pub supervision: *const art_supervision,
    /// The pool's name for logs and traces, UTF-8, copied; may be NULL.
    pub name: *const c_char,
    /// Its length; 0 or ART_NUL_TERMINATED for up to the NUL.
    pub name_len: usize,
    /// With ART_ROUTER_CUSTOM: chooses the worker.
    pub choose: art_choose_fn,
    /// Asked again and again how many workers the pool is to have, which changes that as `art_pool_set_size` does, until the pool drains. NULL if
    /// nobody is; goes with `size_every_ns`.
    pub size_now: art_pool_size_fn,
    /// Argument of `size_now`; must stay valid until the pool is gone for good.
    pub size_user: *mut c_void,
    /// Hears of each job that was accepted, or whose sender did not want to know, and that is not done. May be NULL: its payload is released.
    pub discarded: art_job_fn,
    /// Hears what happens to the pool; may be NULL.
    pub event: art_pool_event_fn,
    /// Argument of `choose`, `discarded` and `event`. Handed over.
    pub user: *mut c_void,
    /// Called once with `user` when the pool is gone for good, or if `art_pool_spawn` fails; may be NULL.
    pub user_drop: art_release_fn,
}

/// How a pool chooses the worker for a job
/// =======================================
///
/// Whichever has least to do; if none has room, the job waits for any.
pub const ART_ROUTER_FIRST_IDLE: u32 = 0;
/// One after the other; the job waits for that one.
pub const ART_ROUTER_ROUND_ROBIN: u32 = 1;
/// The same for the same key, as long as the pool has the same size; the job waits for that one.
pub const ART_ROUTER_KEY_PERSISTENT: u32 = 2;
/// The one that has jobs of the key, so that no two ever have; without one, whichever has least to do.
pub const ART_ROUTER_STICKY: u32 = 3;
/// The one that `choose` says; the job waits for that one.
pub const ART_ROUTER_CUSTOM: u32 = 4;

/// Spawns a pool and writes its id to `*out`, 0 on failure. Its workers are made in a later step; jobs that are submitted meanwhile wait. If a
/// worker cannot be started, the pool fails.
///
/// The `argument` of `worker` and `user` are consumed whether or not the call succeeds.
///
/// Thread: owner. May call: wake outside of a step; argument_drop and user_drop on failure.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8, ART_NOT_FOUND if there is no such parent or it is
/// ending, ART_WRONG_KIND and ART_WRONG_RUNTIME for it, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `config` NULL or valid with its `struct_size`, and what it points to as described; `out` NULL or
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pool_spawn(
    rt: *mut art_runtime,
    config: *const art_pool_config,
    out: *mut art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on. What is handed over is consumed from here on, also if the call is refused.
    unsafe {
        guard::write_optional(out, 0);
        let config = guard::read_struct(config);
        let host = config.as_ref().ok().map(PoolHost::new);
        let worker = config.as_ref().ok().map(|config| guard::read_struct(config.worker));
        let life = worker.as_ref().and_then(|worker| worker.as_ref().ok()).map(Life::new);
        guard::owner(rt, move |block| {
            // First: whatever refuses the call from here on, all is released with the runtime pinned.
            if let Some(life) = &life {
                life.block.set(block);
            }
            if let Some(host) = &host {
                host.block.set(block);
            }
            guard::not_null(out, "out")?;
            let config = config?;
            let worker = worker.unwrap_or(Err(ART_INVALID_ARGUMENT.into()))?;
            let (Some(host), Some(life)) = (host, life) else { return Err(ART_INVALID_ARGUMENT.into()) };
            guard::write(out, spawn(block, &config, &worker, host, life)?, "out")
        })
    }
}

/// # Safety
/// The configurations must be valid; `host` and `life` are made of them.
unsafe fn spawn(
    block: &Block,
    config: &art_pool_config,
    worker: &art_actor_config,
    host: Rc<PoolHost>,
    life: Rc<Life>,
) -> Outcome<art_actor> {
    if config.flags != 0 || config.reserved != 0 {
        return Err(invalid("pool.flags or its reserved field is not zero"));
    }
    let rate = match (config.rate_jobs, config.rate_ns) {
        (0, 0) => None,
        (0, _) | (_, 0) => return Err(invalid("pool.rate_jobs and rate_ns need each other")),
        (jobs, within) => Some((jobs, Duration::from_nanos(within))),
    };
    let router = router(config, &host)?;
    if config.size_now.is_some() != (config.size_every_ns != 0) {
        return Err(invalid("pool.size_now and size_every_ns need each other"));
    }
    if config.max_restarts != 0 && config.restart_period_ns == 0 {
        return Err(invalid("pool.max_restarts needs a restart_period_ns"));
    }
    // SAFETY: the caller's promise.
    let (settings, treatment, definition) = unsafe {
        let settings = optional(config.settings)?;
        let treatment = optional(config.supervision)?.as_ref().map(Treatment::check).transpose()?;
        (settings, treatment, Definition::read(worker, &life)?)
    };
    if worker.parent != 0 || definition.create.is_none() {
        return Err(invalid(
            "pool.worker has a parent, which is the pool, or no create, by which workers are made",
        ));
    }
    let door = &block.engine.door;
    let parent = (config.parent != 0).then_some(ActorId(config.parent));
    door.admits(parent).map_err(payload::unknown)?;
    let name = if config.name.is_null() {
        ""
    } else {
        let len = if config.name_len == 0 { ART_NUL_TERMINATED } else { config.name_len };
        // SAFETY: the caller's promise.
        unsafe { guard::text(config.name, len, "name") }?
    };
    let make = move |slot| definition.spec(&life.of_worker(slot));
    let mut spec = PoolSpec::new(make, work).router(match rate {
        Some((jobs, within)) => router.rate(jobs, within),
        None => router,
    });
    if let Some(given) = &settings {
        spec = spec.settings(pool_settings::settings(given)?);
    }
    if config.restart_period_ns != 0 {
        let period = Duration::from_nanos(config.restart_period_ns);
        spec = spec.intensity(Intensity::new(config.max_restarts, period));
    }
    if config.size_every_ns != 0 {
        let (ask, user) = (config.size_now, config.size_user);
        spec = spec.controller(Duration::from_nanos(config.size_every_ns), move |stats| {
            let now = counts(stats);
            // SAFETY: the function came with this argument; the counts are borrowed for the call.
            let size = ask.map_or(0, |ask| unsafe { ask(user, &raw const now) });
            usize::try_from(size).unwrap_or(usize::MAX)
        });
    }
    let (discards, events) = (Rc::clone(&host), host);
    let mut spec = spec
        .never_discard(|job| job.message.stays)
        .on_discard(move |job| discards.discarded(job))
        .on_event(move |event| events.happened(&event))
        .spec();
    if let Some(treatment) = &treatment {
        spec = treatment.apply(spec);
    }
    if !name.is_empty() {
        spec = spec.name(name);
    }
    let pool = spec.spawn_through(door, parent, Ret::nop()).map_err(not_started)?;
    Ok(pool.actor_id().0)
}

fn router(config: &art_pool_config, host: &Rc<PoolHost>) -> Outcome<Router<u64>> {
    if (config.router == ART_ROUTER_CUSTOM) != config.choose.is_some() {
        return Err(invalid("pool.choose goes with ART_ROUTER_CUSTOM, which needs it"));
    }
    Ok(match config.router {
        ART_ROUTER_FIRST_IDLE => Router::first_idle(),
        ART_ROUTER_ROUND_ROBIN => Router::round_robin(),
        ART_ROUTER_KEY_PERSISTENT => Router::key_persistent(),
        ART_ROUTER_STICKY => Router::sticky(),
        ART_ROUTER_CUSTOM => {
            let host = Rc::clone(host);
            Router::custom(move |key: &u64, size| host.choose(*key, size))
        }
        _ => return Err(invalid("pool.router is none of ART_ROUTER_...")),
    })
}
