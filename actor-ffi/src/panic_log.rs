//! Panics that are caught go to the host's log instead of standard error, for a runtime that asked for it.
//!
//! The standard library prints every panic before it can be caught; only its process-wide hook can prevent that. So the hook
//! is set once, by the first runtime with ART_CONFIG_PANIC_TO_LOG, and passes on everything that happens outside of such a
//! runtime's step to the hook that was there before.

use std::cell::Cell;
use std::panic;
use std::ptr;
use std::sync::Once;

use crate::callback::ART_LOG_ERROR;
use crate::engine::Engine;

thread_local! {
    // Without a destructor: see `sys::thread`.
    static LISTENER: Cell<*const Engine> = const { Cell::new(ptr::null()) };
}

/// Sets the hook, once a process (more exactly: once a copy of the standard library).
pub(crate) fn install() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let listener = LISTENER.get();
            if listener.is_null() {
                return before(info);
            }
            // SAFETY: set by `listening` for the length of its body, on this thread, and the engine outlives that.
            unsafe { (*listener).log(ART_LOG_ERROR, &info.to_string()) };
        }));
    });
}

/// Runs `body` with this engine's log as the place for panics, if it asked for that.
pub(crate) fn listening<T>(engine: &Engine, body: impl FnOnce() -> T) -> T {
    struct Before(*const Engine);
    impl Drop for Before {
        fn drop(&mut self) {
            LISTENER.set(self.0);
        }
    }
    if !engine.settings.panic_to_log {
        return body();
    }
    let _before = Before(LISTENER.replace(engine));
    body()
}
