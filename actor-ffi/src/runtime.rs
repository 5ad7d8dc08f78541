//! The runtime as C sees it: an opaque pointer to a block whose first words, the prelude, never change their form.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::c_char;
use std::mem::ManuallyDrop;
use std::ptr;
use std::rc::Rc;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};

use crate::callback::ART_LOG_WARNING;
use crate::config::{Settings, art_config};
use crate::context::ContextBlock;
use crate::engine::Engine;
use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::art_runtime;
use crate::status::*;
use crate::sys;
use crate::tag::TagName;
use crate::wake::{HostWake, WakeDrop};

/// What lies behind an `art_runtime`. Reached by shared references only, since handlers call back in while `art_step`
/// is on the stack.
#[repr(C)]
pub(crate) struct Block {
    /// Must come first: other copies of the library read it.
    pub(crate) prelude: Prelude,
    pub(crate) context: ContextBlock,
    /// Alive until the door is shut for good.
    pub(crate) engine: ManuallyDrop<Engine>,
    pub(crate) tags: RefCell<HashMap<u64, TagName>>,
    message: RefCell<Cow<'static, str>>,
    /// How many calls on the stack need the runtime to stay as it is: while it is not 0, `art_step` and its siblings answer
    /// ART_BUSY.
    pins: Cell<u32>,
    /// Called when all else is over.
    wake_drop: Cell<Option<WakeDrop>>,
}

/// The first words of every version's block. The form of this struct is fixed for ever, as a library must recognise the
/// pointer of another copy of itself.
#[repr(C)]
pub(crate) struct Prelude {
    /// The owner thread's identity plus this copy's mark while the owner may call in; 0 while nobody may.
    door: AtomicUsize,
    /// `MAGIC`: this is a runtime and not something else.
    magic: usize,
    /// `mark()` of the copy of the library that made it.
    copy: usize,
    /// Identity of the owner thread.
    owner: AtomicUsize,
    /// Why the door is shut: the status that callers on the owner thread get. `ART_OK` while it is open.
    shut: AtomicI32,
    /// The process that made it.
    process: u32,
}

const MAGIC: usize = 0x4152_5452;

/// A number that differs between any two copies of the library in a process: the address of a static.
#[inline(always)]
fn mark() -> usize {
    // Something with an address; a mutable cell, so that it is never merged with an equal constant.
    static HERE: AtomicUsize = AtomicUsize::new(0);
    (&raw const HERE).addr()
}

impl Prelude {
    pub(crate) fn new() -> Self {
        let owner = sys::thread::identity();
        Self {
            door: AtomicUsize::new(sys::thread::identity_plus(mark())),
            magic: MAGIC,
            copy: mark(),
            owner: AtomicUsize::new(owner),
            shut: AtomicI32::new(ART_OK),
            process: sys::process::identity(),
        }
    }

    /// The whole check of the good path. `Relaxed` suffices: on the owner thread every write is its own, and any other
    /// thread compares unequal whatever it reads, as only the owner's identity makes the sum.
    #[inline(always)]
    pub(crate) fn is_open(&self) -> bool {
        let here = sys::thread::identity_plus(mark());
        self.door.load(Relaxed) == here
    }

    /// Why `is_open` said no.
    #[cold]
    pub(crate) fn refusal(&self) -> art_status {
        if self.magic != MAGIC {
            ART_INVALID_ARGUMENT
        } else if self.copy != mark() {
            ART_VERSION_MISMATCH
        } else if self.owner.load(Relaxed) != sys::thread::identity() {
            ART_WRONG_THREAD
        } else {
            self.shut.load(Relaxed)
        }
    }

    /// `ART_OK` if the door is open, else why not.
    #[inline]
    pub(crate) fn refusal_unless_open(&self) -> art_status {
        if self.is_open() { ART_OK } else { self.refusal() }
    }

    /// Whether this is the owner thread of a runtime of this copy of the library, be the door open or shut.
    #[cold]
    pub(crate) fn is_owner(&self) -> bool {
        self.magic == MAGIC && self.copy == mark() && self.owner.load(Relaxed) == sys::thread::identity()
    }

    /// The status that callers on the owner thread get while the door is shut.
    pub(crate) fn why_shut(&self) -> art_status {
        self.shut.load(Relaxed)
    }

    /// Whether the pointer it was reached by is a runtime of this copy of the library.
    pub(crate) fn check_copy(&self) -> Outcome {
        if self.magic != MAGIC {
            Err(ART_INVALID_ARGUMENT.into())
        } else if self.copy != mark() {
            Err(ART_VERSION_MISMATCH.into())
        } else {
            Ok(())
        }
    }

    /// Shuts the door as long as the result lives, if the calling thread is the owner and it is open: `wake` runs.
    pub(crate) fn shut_for_wake(&self) -> Option<InsideWake<'_>> {
        let open = self.is_open();
        open.then(|| {
            self.shut(ART_BUSY);
            InsideWake(self)
        })
    }

    /// Lets nobody in: every call answers `why` from now on.
    pub(crate) fn shut(&self, why: art_status) {
        self.shut.store(why, Relaxed);
        self.door.store(0, Relaxed);
    }

    /// Lets the calling thread in, and only it.
    pub(crate) fn open(&self) {
        let owner = sys::thread::identity();
        self.owner.store(owner, Relaxed);
        self.shut.store(ART_OK, Relaxed);
        self.door.store(owner.wrapping_add(mark()), Relaxed);
    }

    /// Whether this process is a fork of the one that made the runtime; shuts the door if so.
    pub(crate) fn refuse_fork(&self) -> bool {
        let forked = self.process != sys::process::identity();
        if forked {
            self.shut(ART_FORKED);
        }
        forked
    }
}

/// Opens the door again when `wake` has returned.
pub(crate) struct InsideWake<'a>(&'a Prelude);

impl Drop for InsideWake<'_> {
    fn drop(&mut self) {
        self.0.open();
    }
}

impl Block {
    /// Notes the text of the call that has just failed.
    pub(crate) fn set_message(&self, text: Cow<'static, str>) {
        // Taken out first: dropping a text runs no foreign code, but the habit is cheap.
        drop(self.message.replace(text));
    }

    /// Shuts the runtime for good after a panic in its own code.
    pub(crate) fn poison(&self) {
        self.prelude.shut(ART_POISONED);
    }

    /// Runs `work` while nothing may step, destroy or adopt the runtime.
    pub(crate) fn pinned<T>(&self, work: impl FnOnce() -> T) -> T {
        struct Pin<'a>(&'a Cell<u32>);
        impl Drop for Pin<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() - 1);
            }
        }
        self.pins.set(self.pins.get() + 1);
        let _pin = Pin(&self.pins);
        work()
    }

    /// Refuses what cannot be done with a frame of the runtime on the stack.
    pub(crate) fn check_idle(&self) -> Outcome {
        if self.pins.get() != 0 || self.engine.door.is_busy() {
            return Err(Failure::new(
                ART_BUSY,
                "a step, a handler or a drop of this runtime is on the stack",
            ));
        }
        Ok(())
    }

    /// Runs `work` with the runtime itself, which nobody else may hold meanwhile.
    pub(crate) fn with_runtime<T>(&self, work: impl FnOnce(&mut actor_rt::Runtime) -> T) -> Outcome<T> {
        self.check_idle()?;
        // SAFETY: the only place but `art_destroy` that makes this reference, which also asks `check_idle` first: while the
        // reference lives the block is pinned, so there is never a second one.
        let runtime = unsafe { &mut *self.engine.runtime.get() };
        let runtime = runtime.as_mut().ok_or_else(hosted)?;
        Ok(self.pinned(|| work(runtime)))
    }

    /// Refuses what only the runtime's host may do, if that is not C.
    pub(crate) fn check_not_hosted(&self) -> Outcome {
        if self.engine.is_hosted { Err(hosted()) } else { Ok(()) }
    }

    /// A block in memory of its own; `engine` gets its address, before it is filled.
    pub(crate) fn allocate(
        engine: impl FnOnce(*const Block) -> Engine,
        wake_drop: Option<WakeDrop>,
    ) -> *mut Self {
        let memory = Box::into_raw(Box::<Self>::new_uninit()).cast::<Self>();
        let engine = ManuallyDrop::new(engine(memory));
        // SAFETY: the memory is ours and fits a block. The engine's wake target refers to it, but is called for work only, of which
        // there is none yet.
        unsafe {
            memory.write(Self {
                prelude: Prelude::new(),
                context: ContextBlock::new(memory),
                engine,
                tags: RefCell::default(),
                message: RefCell::new(Cow::Borrowed("")),
                pins: Cell::new(0),
                wake_drop: Cell::new(wake_drop),
            });
        }
        memory
    }
}

fn hosted() -> Failure {
    let text = "another language is the host of this runtime: it steps, closes and makes host calls by its own means";
    Failure::new(ART_UNSUPPORTED, text)
}

/// Makes a runtime, owned by the calling thread, and writes it to `*out`. `config` may be NULL for all defaults. On
/// failure `*out` is NULL, `config->wake_drop` has been called (unless `struct_size` was wrong), and if `error` is not
/// NULL a NUL-terminated text, cut to `error_size` bytes, says why. Never calls `wake`.
///
/// Thread: any. May call: clock for a `start_ns` of ART_NOW; wake_drop on failure; log, if a panic ends the process (`art_build_flags`).
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_VERSION_MISMATCH.
/// Since 0.1.
///
/// # Safety
/// `config` must be NULL or point to an `art_config` with its `struct_size`; `out` must be NULL or writable; `error`
/// must be NULL or writable for `error_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_create(
    config: *const art_config,
    out: *mut *mut art_runtime,
    error: *mut c_char,
    error_size: usize,
) -> art_status {
    guard::anywhere_telling(
        |failure| {
            // SAFETY: the caller's promise, passed on.
            unsafe { tell(failure, error, error_size) }
        },
        || {
            let config = if config.is_null() {
                art_config::DEFAULT
            } else {
                // SAFETY: the caller's promise, passed on.
                unsafe { guard::read_struct(config) }?
            };
            if out.is_null() {
                // `wake_drop` is called on this failure, too.
                drop(WakeDrop::new(&config));
                return guard::not_null(out, "out");
            }
            // SAFETY: not null, and writable by the caller's promise.
            unsafe { out.write(ptr::null_mut()) };
            let block = create(&config)?;
            // SAFETY: as above.
            unsafe { out.write(block.cast()) };
            Ok(())
        },
    )
}

/// Copies a text to the caller, cut to the buffer and NUL-terminated.
///
/// # Safety
/// `buffer` must be NULL or writable for `size` bytes.
pub(crate) unsafe fn copy_text(text: &str, buffer: *mut c_char, size: usize) {
    if buffer.is_null() || size == 0 {
        return;
    }
    let mut len = text.len().min(size - 1);
    while !text.is_char_boundary(len) {
        len -= 1;
    }
    // SAFETY: `len` bytes and the NUL fit into `size`, which the caller promises to be writable.
    unsafe {
        text.as_ptr().copy_to_nonoverlapping(buffer.cast(), len);
        buffer.add(len).write(0);
    }
}

/// As `copy_text`, for the failure of `art_create`.
///
/// # Safety
/// As for `copy_text`.
unsafe fn tell(failure: &Failure, buffer: *mut c_char, size: usize) {
    // SAFETY: the caller's promise, passed on.
    unsafe { copy_text(&failure.text, buffer, size) }
}

const PANICS_ABORT: &str = "this library was built with panic = \"abort\": a panic in Rust code ends the process, and \
    fails no actor; build it with panic = \"unwind\", cargo's default";

/// Makes the block. From its first line on `wake_drop` will be called, here on failure.
fn create(config: &art_config) -> Outcome<*mut Block> {
    let wake_drop = WakeDrop::new(config);
    let settings = Settings::check(config)?;
    let engine = |block| Engine::new(config, settings, HostWake::new(config, block));
    let memory = Block::allocate(engine, Some(wake_drop));
    if cfg!(panic = "abort") {
        // SAFETY: written above, and nobody else knows of it yet.
        unsafe { (*memory).engine.log(ART_LOG_WARNING, PANICS_ABORT) };
    }
    Ok(memory)
}

/// Destroys a runtime. Ends every actor (`on_stop`, then `destroy`, children before parents, the youngest first), gives
/// every open ask its outcome, drops every queued payload with ART_DROP_CLOSED, closes remotes and wakers, waits for a
/// call of `wake` that another thread is in the middle of, and calls `wake_drop` last of all. When it returns no callback
/// is under way and none will follow. NULL is fine and does nothing. Allowed inside a host call.
///
/// `wake` must therefore not wait for anything the owner thread holds. In a forked child nothing is run and nothing freed: the
/// memory goes with the process.
///
/// Thread: owner. May call: on_stop, destroy, notify, told, the drop of all that waits, argument_drop, user_drop, log; wake_drop last of all.
/// Returns ART_OK, ART_BUSY inside a handler or inside `wake`, ART_CLOSED in a callback of the destruction itself,
/// ART_UNSUPPORTED if another language is the host (actor_rt/python.h), ART_WRONG_THREAD, ART_FORKED, ART_VERSION_MISMATCH; the runtime is gone exactly if this is ART_OK or ART_FORKED.
/// Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime, and is not used again after ART_OK or ART_FORKED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_destroy(rt: *mut art_runtime) -> art_status {
    if rt.is_null() {
        return ART_OK;
    }
    // SAFETY: the caller's promise, passed on.
    guard::anywhere(|| unsafe { destroy(rt.cast()).map_err(|failure| note(rt.cast(), failure)) })
}

/// Notes the text of a refused call, if this is the owner thread.
///
/// # Safety
/// `block` must be a living block of this copy of the library or another.
unsafe fn note(block: *const Block, failure: Failure) -> Failure {
    // SAFETY: living by the caller's promise; every version's block begins with a prelude.
    if unsafe { (*block).prelude.is_owner() } {
        // SAFETY: a block of this copy of the library, on its owner thread.
        unsafe { (*block).set_message(failure.text.clone()) };
    }
    failure
}

/// # Safety
/// `block` must be a living block, and is not used after success.
unsafe fn destroy(block: *mut Block) -> Outcome {
    // SAFETY: living by the caller's promise; every version's block begins with a prelude.
    let prelude = unsafe { &(*block).prelude };
    let poisoned = match prelude.refusal_unless_open() {
        ART_OK => false,
        ART_POISONED => true,
        refusal => return Err(refusal.into()),
    };
    if prelude.refuse_fork() {
        // The parent's actors must not say goodbye twice, and the memory goes with this process.
        return Err(ART_FORKED.into());
    }
    // SAFETY: the checks above: this is the owner thread of a block of this copy of the library.
    unsafe {
        (*block).check_not_hosted()?;
        if let Err(busy) = (*block).check_idle() {
            if !poisoned || (*block).pins.get() != 0 {
                return Err(busy);
            }
            // The panic left the runtime in the middle of something: what it holds is let go.
            prelude.shut(ART_CLOSED);
            return Ok(());
        }
        prelude.shut(ART_CLOSED);
        let engine: &Engine = &(*block).engine;
        let gone = Rc::clone(&engine.gone);
        // Callbacks come back by the pointer while this runs, and share the block. The runtime is taken out first, so that nobody finds it while
        // it ends.
        (*block).pinned(|| {
            engine.services.close();
            let runtime = (*engine.runtime.get()).take();
            drop(runtime);
            drop((*block).wake_drop.take());
        });
        ManuallyDrop::drop(&mut (*block).engine);
        drop(Box::from_raw(block));
        gone.set(true);
    }
    Ok(())
}

/// Makes the calling thread the owner, for hosts that create on one thread and run on another. The two threads must
/// agree about the moment: no other call may be under way, and the host must order the owner's last call before this
/// one (a mutex, a join).
///
/// Thread: any, see above. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_BUSY inside a step, ART_UNSUPPORTED if another language is the host, ART_POISONED,
/// ART_CLOSED during destruction, ART_FORKED, ART_VERSION_MISMATCH. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime which no other thread is using.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_adopt_thread(rt: *mut art_runtime) -> art_status {
    guard::anywhere(|| {
        guard::not_null(rt, "rt")?;
        let block = rt.cast::<Block>();
        // SAFETY: living by the caller's promise; every version's block begins with a prelude.
        let prelude = unsafe { &(*block).prelude };
        prelude.check_copy()?;
        if prelude.refuse_fork() {
            return Err(ART_FORKED.into());
        }
        match prelude.why_shut() {
            ART_OK => {}
            why => return Err(why.into()),
        }
        // SAFETY: a block of this copy of the library, which no other thread is using, by the caller's promise.
        let block = unsafe { &*block };
        block.check_not_hosted()?;
        block.with_runtime(actor_rt::Runtime::adopt_thread)?;
        prelude.open();
        Ok(())
    })
}

/// Writes the time of the runtime's clock (that of the configuration, or the system's monotonic one) to `*out_ns`, in
/// ns. Inside a handler the time of the running step is `art_context_now`.
///
/// Thread: owner; allowed inside `wake`. May call: clock.
/// Returns ART_OK and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out_ns` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_now(rt: *mut art_runtime, out_ns: *mut u64) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner_or_waking(rt, |block| guard::write(out_ns, block.engine.door.clock_ns(), "out_ns"))
    }
}

/// Copies the text of the owner thread's last failed call into `buffer`, NUL-terminated and cut to `size` bytes, and
/// writes its full length without the NUL to `*out_len` (which may be NULL, as may `buffer` if `size` is 0). The text
/// goes with that call's status; a later failure replaces it, a success leaves it. Calls refused with ART_WRONG_THREAD
/// or for a NULL runtime leave no text.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_WRONG_THREAD, ART_VERSION_MISMATCH. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `buffer` writable for `size` bytes; `out_len` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_last_message(
    rt: *mut art_runtime,
    buffer: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> art_status {
    guard::anywhere(|| {
        guard::not_null(rt, "rt")?;
        let block = rt.cast::<Block>();
        // SAFETY: living by the caller's promise; every version's block begins with a prelude.
        let prelude = unsafe { &(*block).prelude };
        if !prelude.is_open() && !prelude.is_owner() {
            return Err(prelude.refusal().into());
        }
        // SAFETY: the owner thread of a block of this copy of the library; the rest is the caller's promise.
        unsafe {
            let text = (*block).message.borrow();
            copy_text(&text, buffer, size);
            guard::write_optional(out_len, text.len());
        }
        Ok(())
    })
}
