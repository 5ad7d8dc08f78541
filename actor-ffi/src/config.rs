//! The configuration of a runtime.

use std::ffi::c_void;

use actor_rt::PanicPolicy;

use crate::callback::{art_clock_fn, art_log_fn, art_release_fn, art_wake_fn};
use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::status::*;
use crate::version::ART_ABI_VERSION;

/// How a runtime is made. All zero, with `struct_size` set, is a good configuration for a loop that only polls; most
/// hosts set `wake`. The struct is read during `art_create` and not kept.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_config {
    /// `sizeof(art_config)`.
    pub struct_size: u32,
    /// `ART_ABI_VERSION` of the caller's header, or 0. Another generation is refused with ART_VERSION_MISMATCH.
    pub abi_version: u32,
    /// ART_CONFIG_... bits.
    pub flags: u32,
    /// Number of this runtime in the ids it gives out, 1 to 255, for ids that must repeat from run to run; 0 lets the
    /// library choose. Two runtimes of one number mix up each other's ids.
    pub instance: u32,
    /// Budget of a step that names none: messages, 0 for 1024.
    pub default_max_messages: u32,
    /// What a panic of a Rust actor leads to: ART_PANIC_...
    pub on_panic: u32,
    /// The time before the first step, in ns of the host's clock; ART_NOW reads the clock.
    pub start_ns: u64,
    /// Budget of a step that names none: ns, 0 for 2000000 (2 ms).
    pub default_max_ns: u64,
    /// A handler that runs longer than this many ns is logged with its actor's name and the tag; 0 for never.
    pub slow_handler_ns: u64,
    /// Called when a step should be arranged. NULL for a host that steps regularly anyway.
    pub wake: art_wake_fn,
    /// Argument of `wake`. The runtime keeps it until it has called `wake_drop`.
    pub wake_user: *mut c_void,
    /// Called once with `wake_user` on the owner thread, by `art_destroy`, when no call of `wake` is under way any more
    /// and none will follow: the last callback of all. Also when `art_create` fails, but for a wrong `struct_size`. May be
    /// NULL.
    pub wake_drop: art_release_fn,
    /// The clock that ART_NOW, `art_now` and the time budget read; NULL is the monotonic clock of the system.
    pub clock: art_clock_fn,
    /// Argument of `clock`; must stay valid until `art_destroy` has returned.
    pub clock_user: *mut c_void,
    /// Takes what the runtime has to say; NULL for silence.
    pub log: art_log_fn,
    /// Argument of `log`; must stay valid until `art_destroy` has returned.
    pub log_user: *mut c_void,
    /// Reserved for an allocator: NULL.
    pub allocator: *const c_void,
    /// Most messages that may wait for an actor whose own configuration says nothing of it; 0 for no bound.
    pub default_capacity: u32,
    /// Zero.
    pub reserved: u32,
}

/// Configuration flags
/// ===================
///
/// Let a step that ends with `more` call `wake` as its very last act, for hosts that want one code path only.
pub const ART_CONFIG_WAKE_ON_MORE: u32 = 1;
/// In a shared library that holds its own copy of Rust's standard library: forward the text of panics caught in `art_step` to
/// `log` instead of printing it. Without it Rust prints each panic to standard error, with a backtrace if the environment
/// asks for one.
pub const ART_CONFIG_PANIC_TO_LOG: u32 = 2;

/// What a panic of a Rust actor leads to
/// =====================================
///
/// The actor fails, and everything else goes on.
pub const ART_PANIC_FAIL_ACTOR: u32 = 0;
/// The actor fails, and the program is asked to end: `shutdown` of art_step_result is 1 from then on.
pub const ART_PANIC_SHUTDOWN: u32 = 1;
/// The process ends at once, for programs that want a core dump of the moment.
pub const ART_PANIC_ABORT: u32 = 2;

/// Sets `size` bytes of `*config` to zero and `struct_size` to `size`. Pass `sizeof(art_config)`. Initialising with
/// `ART_CONFIG_INIT` does the same.
///
/// Thread: any. May call: nothing. Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE. Since 0.1.
///
/// # Safety
/// `config` must be NULL or writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_config_init(config: *mut art_config, size: usize) -> art_status {
    guard::anywhere(|| -> Outcome {
        guard::not_null(config, "config")?;
        let struct_size = guard::init_size::<art_config>(size)?;
        // SAFETY: not null, and writable for `size` bytes by the caller's promise; `size` covers `struct_size`.
        unsafe {
            config.cast::<u8>().write_bytes(0, size);
            (&raw mut (*config).struct_size).write(struct_size);
        }
        Ok(())
    })
}

impl art_config {
    /// What a NULL configuration stands for.
    pub(crate) const DEFAULT: Self = Self {
        struct_size: size_of::<Self>() as u32,
        abi_version: 0,
        flags: 0,
        instance: 0,
        default_max_messages: 0,
        on_panic: 0,
        start_ns: 0,
        default_max_ns: 0,
        slow_handler_ns: 0,
        wake: None,
        wake_user: std::ptr::null_mut(),
        wake_drop: None,
        clock: None,
        clock_user: std::ptr::null_mut(),
        log: None,
        log_user: std::ptr::null_mut(),
        allocator: std::ptr::null(),
        default_capacity: 0,
        reserved: 0,
    };
}

/// What the configuration says, checked, as far as it is needed after `art_create`.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    /// Messages of a step that names no number.
    pub(crate) max_messages: u32,
    /// Nanoseconds of a step that names no time; `u64::MAX` for no limit.
    pub(crate) max_ns: u64,
    /// 0 for never.
    pub(crate) slow_handler_ns: u64,
    pub(crate) on_panic: PanicPolicy,
    pub(crate) wake_on_more: bool,
    pub(crate) panic_to_log: bool,
    pub(crate) wake: art_wake_fn,
    pub(crate) wake_user: *mut c_void,
    pub(crate) log: Log,
}

/// Where the host has what it is told that is nobody's return value.
#[derive(Clone, Copy)]
pub(crate) struct Log {
    call: art_log_fn,
    user: *mut c_void,
}

impl Log {
    pub(crate) fn new(call: art_log_fn, user: *mut c_void) -> Self {
        Self { call, user }
    }

    /// Whether anybody reads it.
    pub(crate) fn is_read(&self) -> bool {
        self.call.is_some()
    }

    /// Tells the host something. The host's function must not call in.
    pub(crate) fn say(&self, level: u32, text: &str) {
        if let Some(call) = self.call {
            // SAFETY: function and argument are the configuration's; the text is borrowed for the call.
            unsafe { call(self.user, level, text.as_ptr().cast(), text.len()) };
        }
    }
}

impl Settings {
    /// Those of a runtime that a host in Rust steps and wakes.
    pub(crate) fn hosted(log: Log) -> Self {
        Self {
            max_messages: 0,
            max_ns: 0,
            slow_handler_ns: 0,
            on_panic: PanicPolicy::FailActor,
            wake_on_more: false,
            panic_to_log: false,
            wake: None,
            wake_user: std::ptr::null_mut(),
            log,
        }
    }

    /// Refuses what this version of the library does not have.
    pub(crate) fn check(config: &art_config) -> Outcome<Self> {
        if config.abi_version != 0 && config.abi_version != ART_ABI_VERSION {
            let text = format!("the caller's header is of ABI generation {}", config.abi_version);
            return Err(Failure::new(ART_VERSION_MISMATCH, text));
        }
        if config.flags & !(ART_CONFIG_WAKE_ON_MORE | ART_CONFIG_PANIC_TO_LOG) != 0 {
            return Err(Failure::new(ART_INVALID_ARGUMENT, "config.flags has unknown bits"));
        }
        if config.instance > u32::from(u8::MAX) {
            return Err(Failure::new(ART_INVALID_ARGUMENT, "config.instance is over 255"));
        }
        if !config.allocator.is_null() || config.reserved != 0 {
            return Err(Failure::new(ART_INVALID_ARGUMENT, "a reserved field of config is not zero"));
        }
        let on_panic = match config.on_panic {
            ART_PANIC_FAIL_ACTOR => PanicPolicy::FailActor,
            ART_PANIC_SHUTDOWN => PanicPolicy::StopRuntime,
            ART_PANIC_ABORT => PanicPolicy::Abort,
            _ => return Err(Failure::new(ART_INVALID_ARGUMENT, "config.on_panic is none of ART_PANIC_...")),
        };
        let or = |value, default| if value == 0 { default } else { value };
        Ok(Self {
            max_messages: if config.default_max_messages == 0 { 1024 } else { config.default_max_messages },
            max_ns: or(config.default_max_ns, 2_000_000),
            slow_handler_ns: config.slow_handler_ns,
            on_panic,
            wake_on_more: config.flags & ART_CONFIG_WAKE_ON_MORE != 0,
            panic_to_log: config.flags & ART_CONFIG_PANIC_TO_LOG != 0,
            wake: config.wake,
            wake_user: config.wake_user,
            log: Log { call: config.log, user: config.log_user },
        })
    }
}
