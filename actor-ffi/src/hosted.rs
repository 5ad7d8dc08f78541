//! A runtime whose host is written in Rust, as C sees it: for bindings of other languages, which step the runtime and let C use it, too.
//!
//! Everything that C does by the runtime's door it can do here. What only a host may do is refused with ART_UNSUPPORTED: to step, to make
//! host calls, to destroy, to move to another thread.

use std::ffi::{c_char, c_void};
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::rc::Rc;
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actor_rt::Door;

use crate::config::Log;
use crate::engine::Engine;
use crate::handle::art_runtime;
use crate::host_call;
use crate::runtime::Block;
use crate::status::ART_CLOSED;

/// Takes what the runtime has to say to C's host: the level, ART_LOG_..., and the text.
pub type HostLog = Box<dyn Fn(u32, &str)>;

/// A runtime of `actor_rt` that C may use, too. On the runtime's thread.
///
/// # Examples
///
/// ```
/// use actor_ffi::{ART_CLOSED, ART_OK, ART_UNSUPPORTED, Hosted, art_destroy, art_now, art_step};
/// use std::ptr;
/// use std::time::Instant;
///
/// let mut runtime = actor_rt::Runtime::new(Instant::now());
/// let hosted = Hosted::new(runtime.door(), Box::new(|level, text| eprintln!("{level} {text}")));
/// let handle = hosted.handle();
/// let mut now = 0;
/// // SAFETY: the handle keeps the pointer valid, and all is on one thread.
/// unsafe {
///     assert_eq!(art_now(handle.as_ptr(), &raw mut now), ART_OK);
///     assert_eq!(art_step(handle.as_ptr(), now, ptr::null(), ptr::null_mut()), ART_UNSUPPORTED);
///     assert_eq!(art_destroy(handle.as_ptr()), ART_UNSUPPORTED);
/// }
/// runtime.run(Instant::now(), false);
/// hosted.close(|| drop(runtime));
/// // SAFETY: as above: the memory is there, and nobody is let in.
/// assert_eq!(unsafe { art_now(handle.as_ptr(), &raw mut now) }, ART_CLOSED);
/// ```
pub struct Hosted {
    memory: Arc<Memory>,
    /// Where the log's closure lies: the block has its address.
    log: NonNull<HostLog>,
    /// Whether the runtime is over.
    remote: actor_rt::Remote,
}

/// What C calls `art_runtime`. As long as one of these is there its memory is, so that a call that comes too late is refused: any thread.
#[derive(Clone)]
pub struct HostedHandle(Arc<Memory>);

/// The memory of a block.
struct Memory {
    block: NonNull<Block>,
    /// Nothing that belongs to the owner thread is left in it.
    is_closed: AtomicBool,
}

// SAFETY: other threads get the address alone, and may free the block when it is closed: then it holds atomics, texts and numbers.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl HostedHandle {
    /// The runtime for C, valid as long as this or a clone of it.
    pub fn as_ptr(&self) -> *mut art_runtime {
        self.0.block.as_ptr().cast()
    }
}

impl Hosted {
    /// Lets C use a runtime. `log` gets what C's host would: it must not call in.
    pub fn new(door: &Door, log: HostLog) -> Self {
        let log = NonNull::from(Box::leak(Box::new(log)));
        let said = Log::new(Some(say), log.as_ptr().cast());
        let block = Block::allocate(|_| Engine::hosted(door, said), None);
        // SAFETY: just allocated.
        let block = unsafe { NonNull::new_unchecked(block) };
        let memory = Arc::new(Memory { block, is_closed: AtomicBool::new(false) });
        Self { memory, log, remote: door.remote() }
    }

    /// The runtime for C.
    pub fn handle(&self) -> HostedHandle {
        HostedHandle(Arc::clone(&self.memory))
    }

    /// Whether a call of C's is on the stack that needs the runtime to stay, or a step is: it cannot be closed now.
    pub fn is_busy(&self) -> bool {
        // SAFETY: as in `close`; a closed one has no engine any more.
        !self.memory.is_closed.load(Ordering::Acquire)
            && unsafe { self.memory.block.as_ref() }.check_idle().is_err()
    }

    /// Ends the runtime by `end`, which has to drop it, with the door shut: C's callbacks of that run, and every other call answers ART_CLOSED
    /// from now on.
    ///
    /// # Panics
    /// If a step or a handler is on the stack, if it is closed already, or if `end` has not dropped the runtime.
    pub fn close(&self, end: impl FnOnce()) {
        assert!(!self.memory.is_closed.load(Ordering::Acquire), "a hosted runtime is closed once");
        // SAFETY: alive, and on its thread, since a `Hosted` cannot leave that.
        let block = unsafe { self.memory.block.as_ref() };
        assert!(!self.is_busy(), "a hosted runtime is not closed with one of its frames on the stack");
        block.prelude.shut(ART_CLOSED);
        block.pinned(|| {
            block.engine.services.close();
            end();
        });
        assert!(self.remote.is_closed(), "Hosted::close is there to drop the runtime");
        let gone = Rc::clone(&block.engine.gone);
        self.memory.is_closed.store(true, Ordering::Release);
        // SAFETY: the door is shut for good and the runtime is over, with all that refers to the engine; this is done once.
        unsafe {
            let engine = &raw mut (*self.memory.block.as_ptr()).engine;
            ManuallyDrop::drop(&mut *engine);
        }
        gone.set(true);
    }

    /// Makes the host call that the runtime's last `run_host_calls(1)` has come to, if it is one of C's. Whether it was; the runtime may be gone
    /// afterwards.
    pub fn make_host_call(&self) -> bool {
        // SAFETY: as in `close`.
        let block = unsafe { self.memory.block.as_ref() };
        if self.memory.is_closed.load(Ordering::Acquire) {
            return false;
        }
        let Some(call) = block.engine.host_call.take() else { return false };
        let gone = Rc::clone(&block.engine.gone);
        let handle = self.handle();
        // SAFETY: alive as long as the handle, and nothing of it is borrowed.
        unsafe { host_call::make(handle.as_ptr(), call, &gone) };
        true
    }
}

impl Drop for Hosted {
    fn drop(&mut self) {
        if self.memory.is_closed.load(Ordering::Acquire) {
            // SAFETY: leaked by `new`; the engine, which had the address, is gone.
            drop(unsafe { Box::from_raw(self.log.as_ptr()) });
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // A runtime that was never closed may still be there, with actors of C's that refer to the block.
        if self.is_closed.load(Ordering::Acquire) {
            // SAFETY: the last one that has the address; what belongs to the owner thread is gone.
            drop(unsafe { Box::from_raw(self.block.as_ptr()) });
        }
    }
}

/// # Safety
/// `user` must be the closure of a `Hosted`, `text` readable for `len` bytes of UTF-8.
unsafe extern "C-unwind" fn say(user: *mut c_void, level: u32, text: *const c_char, len: usize) {
    // SAFETY: by the caller, which is `Log::say`.
    let (log, text) = unsafe { (&*user.cast::<HostLog>(), slice::from_raw_parts(text.cast::<u8>(), len)) };
    log(level, &String::from_utf8_lossy(text));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::{art_actor_config, art_actor_vtable, art_spawn};
    use crate::handle::{art_actor, art_context};
    use crate::host_call::art_context_host_call;
    use crate::message::{ART_MSG_HOST_CALL, art_msg};
    use crate::post::art_post;
    use crate::runtime::{art_adopt_thread, art_destroy, art_last_message};
    use crate::status::*;
    use crate::step::{ART_NOW, art_step};
    use std::cell::Cell;
    use std::panic::AssertUnwindSafe;
    use std::ptr;
    use std::time::Instant;

    const GO: u64 = 1;

    /// What an actor in C has seen; it is its state.
    #[derive(Default)]
    struct Seen {
        messages: Cell<u32>,
        result: Cell<u64>,
        gone: Cell<bool>,
    }

    unsafe extern "C-unwind" fn on_message(
        state: *mut c_void,
        cx: *mut art_context,
        message: *const art_msg,
    ) -> art_status {
        // SAFETY: the state is what the tests below spawn with, the rest is the runtime's.
        unsafe {
            let seen = &*state.cast::<Seen>();
            seen.messages.set(seen.messages.get() + 1);
            if (*message).flags & ART_MSG_HOST_CALL != 0 {
                seen.result.set((*message).detail);
                return ART_OK;
            }
            art_context_host_call(cx, Some(call), ptr::null_mut(), None, 0)
        }
    }

    unsafe extern "C-unwind" fn call(rt: *mut art_runtime, _: *mut c_void) -> u64 {
        // SAFETY: a living runtime.
        unsafe { u64::from(art_step(rt, ART_NOW, ptr::null(), ptr::null_mut()) == ART_UNSUPPORTED) }
    }

    unsafe extern "C-unwind" fn destroy(state: *mut c_void) {
        // SAFETY: as above.
        unsafe { (*state.cast::<Seen>()).gone.set(true) };
    }

    fn spawn(handle: &HostedHandle, seen: &Seen) -> art_actor {
        static VTABLE: art_actor_vtable = art_actor_vtable {
            struct_size: size_of::<art_actor_vtable>() as u32,
            flags: 0,
            create: None,
            on_message: Some(on_message),
            on_stop: None,
            destroy: Some(destroy),
        };
        let mut id = 0;
        // SAFETY: all its other fields are numbers and pointers; the state outlives the actor.
        unsafe {
            let config = art_actor_config {
                struct_size: size_of::<art_actor_config>() as u32,
                vtable: &VTABLE,
                argument: ptr::from_ref(seen).cast_mut().cast(),
                ..std::mem::zeroed()
            };
            assert_eq!(art_spawn(handle.as_ptr(), &raw const config, &raw mut id), ART_OK);
        }
        id
    }

    fn post(handle: &HostedHandle, to: art_actor) -> art_status {
        // SAFETY: no payload, and the handle keeps the pointer.
        unsafe { art_post(handle.as_ptr(), to, GO, ptr::null(), 0) }
    }

    fn hosted() -> (actor_rt::Runtime, Hosted) {
        let runtime = actor_rt::Runtime::new(Instant::now());
        let hosted = Hosted::new(runtime.door(), Box::new(|_, _| ()));
        (runtime, hosted)
    }

    #[test]
    fn actors_in_c_live_and_end_with_the_hosts_runtime() {
        let (mut runtime, hosted) = hosted();
        let (handle, seen) = (hosted.handle(), Seen::default());
        let actor = spawn(&handle, &seen);
        assert_eq!(post(&handle, actor), ART_OK);
        runtime.run(Instant::now(), false);
        // A host call waits now, which the end takes away.
        assert_eq!((seen.messages.get(), runtime.door().host_calls()), (1, 1));
        hosted.close(|| drop(runtime));
        assert!(seen.gone.get());
        assert_eq!(post(&handle, actor), ART_CLOSED);
        assert!(!hosted.make_host_call());
    }

    #[test]
    fn host_calls_of_c_are_made_by_the_host() {
        let (mut runtime, hosted) = hosted();
        let (handle, seen) = (hosted.handle(), Seen::default());
        assert_eq!(post(&handle, spawn(&handle, &seen)), ART_OK);
        runtime.run(Instant::now(), false);
        assert!(!hosted.make_host_call(), "the runtime has not come to it");
        assert_eq!(runtime.run_host_calls(1), 1);
        assert!(hosted.make_host_call());
        runtime.run(Instant::now(), false);
        assert_eq!((seen.messages.get(), seen.result.get()), (2, 1));
        hosted.close(|| drop(runtime));
    }

    #[test]
    fn what_is_a_hosts_alone_is_refused_and_says_so() {
        let (runtime, hosted) = hosted();
        let rt = hosted.handle().as_ptr();
        // SAFETY: the runtime lives.
        unsafe {
            assert_eq!(art_adopt_thread(rt), ART_UNSUPPORTED);
            assert_eq!(art_destroy(rt), ART_UNSUPPORTED);
            let mut text = [0_u8; 32];
            assert_eq!(art_last_message(rt, text.as_mut_ptr().cast(), text.len(), ptr::null_mut()), ART_OK);
            assert!(text.starts_with(b"another language is the host"));
        }
        hosted.close(|| drop(runtime));
    }

    #[test]
    fn a_handle_outlives_it_and_may_go_on_any_thread() {
        let (runtime, hosted) = hosted();
        let handle = hosted.handle();
        hosted.close(|| drop(runtime));
        drop(hosted);
        assert_eq!(post(&handle, 1), ART_CLOSED);
        std::thread::spawn(move || drop(handle)).join().unwrap();
    }

    #[test]
    fn a_close_that_closes_nothing_is_a_mistake() {
        let (runtime, hosted) = hosted();
        let nothing = std::panic::catch_unwind(AssertUnwindSafe(|| hosted.close(|| ())));
        let text = *nothing.unwrap_err().downcast::<&str>().unwrap();
        assert_eq!(text, "Hosted::close is there to drop the runtime");
        hosted.close(|| drop(runtime));
    }
}
