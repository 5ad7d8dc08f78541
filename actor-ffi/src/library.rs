//! Actors in Rust in a shared library that a program loads at run time, as `include/actor_rt/library.h` says: what Python's
//! `Runtime.load_library` calls.
//!
//! Such a library is a `cdylib` that depends on this crate for what stands here. It has a copy of the runtime in it that nobody uses: its actors
//! run in the program's, by the table of functions that it is given.

use std::error::Error;
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use crate::actor::{art_actor_config, art_actor_vtable};
use crate::api_table::art_api_table;
use crate::guard;
use crate::handle::{art_actor, art_context, art_runtime};
use crate::message::art_msg;
use crate::runtime::copy_text;
use crate::status::*;
use crate::version::ART_ABI_VERSION;

/// An actor of a library: what it does with a message.
pub trait LibraryActor: 'static {
    /// Handles one message. An error fails the actor, with its text; so does a panic.
    fn handle(&mut self, cx: &LibraryContext<'_>, message: &LibraryMessage<'_>)
    -> Result<(), Box<dyn Error>>;
}

/// The runtime of the program that has loaded the library. On its thread. Lent only: it may end when no actor of the library is left in it.
pub struct LibraryHost {
    api: &'static art_api_table,
    rt: *mut art_runtime,
}

/// A handler's turn.
pub struct LibraryContext<'a> {
    host: &'a LibraryHost,
    raw: *mut art_context,
    message: &'a art_msg,
}

/// A message: its tag and its bytes, borrowed for the turn.
pub struct LibraryMessage<'a>(&'a art_msg);

impl LibraryHost {
    /// The host behind what `actor_rt_spawn` was given; for `library_actors`. None if the table lacks something that this library knows.
    ///
    /// # Safety
    /// `api` must be the table of the program's copy of the library, and `rt` a living runtime of that, on its thread.
    #[doc(hidden)]
    pub unsafe fn new(api: *const art_api_table, rt: *mut art_runtime) -> Option<Self> {
        // SAFETY: the caller's promise: tables are static, and begin with their size and generation.
        let fits = unsafe {
            !api.is_null()
                && (&raw const (*api).abi_version).read() == ART_ABI_VERSION
                && (&raw const (*api).struct_size).read() as usize >= size_of::<art_api_table>()
        };
        // SAFETY: as above, and it has all fields.
        fits.then(|| Self { api: unsafe { &*api }, rt })
    }

    /// Makes an actor; its id. `name` is for logs.
    ///
    /// # Errors
    /// The codes of `art_spawn`.
    pub fn spawn<A: LibraryActor>(&self, name: &str, actor: A) -> Result<art_actor, art_status> {
        let host = LibraryHost { api: self.api, rt: self.rt };
        let state = Box::into_raw(Box::new(Seat { host, actor }));
        let config = art_actor_config {
            struct_size: size_of::<art_actor_config>() as u32,
            vtable: &Seat::<A>::VTABLE,
            argument: state.cast(),
            argument_drop: Some(Seat::<A>::free),
            name: name.as_ptr().cast(),
            name_len: name.len(),
            // SAFETY: all its fields are numbers and pointers, for which zero says "as usual".
            ..unsafe { std::mem::zeroed() }
        };
        let mut id = 0;
        // SAFETY: the runtime of this table; the configuration is read during the call, and the state is freed by it or by the actor's end.
        match unsafe { (self.api.spawn)(self.rt, &raw const config, &raw mut id) } {
            ART_OK => Ok(id),
            status => Err(status),
        }
    }

    /// Queues a message. The bytes are copied.
    ///
    /// # Errors
    /// The codes of `art_post`.
    pub fn post(&self, to: art_actor, tag: u64, data: &[u8]) -> Result<(), art_status> {
        // SAFETY: the runtime of this table; the bytes are read during the call.
        checked(unsafe { (self.api.post)(self.rt, to, tag, data.as_ptr().cast(), data.len()) })
    }
}

impl LibraryContext<'_> {
    /// The runtime, for messages and more actors.
    pub fn host(&self) -> &LibraryHost {
        self.host
    }

    /// This actor's id.
    pub fn this(&self) -> art_actor {
        // SAFETY: the context of the turn that runs.
        unsafe { (self.host.api.context_self)(self.raw) }
    }

    /// The time of the step, in nanoseconds.
    pub fn now_ns(&self) -> u64 {
        // SAFETY: as above.
        unsafe { (self.host.api.context_now)(self.raw) }
    }

    /// Answers the ask that is being handled. The bytes are copied.
    ///
    /// # Errors
    /// `ART_NO_CONTEXT` if nobody has asked, `ART_ALREADY_REPLIED` if nobody waits any more, and the codes of `art_reply`.
    pub fn reply(&self, data: &[u8]) -> Result<(), art_status> {
        if self.message.reply == 0 {
            return Err(ART_NO_CONTEXT);
        }
        let (data, len) = (data.as_ptr().cast(), data.len());
        // SAFETY: the runtime of this table; the bytes are read during the call.
        checked(unsafe { (self.host.api.reply)(self.host.rt, self.message.reply, 0, data, len) })
    }

    /// Ends this actor when the handler has returned.
    pub fn stop(&self) {
        // SAFETY: the context of the turn that runs.
        unsafe { (self.host.api.context_stop)(self.raw, ART_OK) };
    }
}

impl LibraryMessage<'_> {
    /// What it means: `actor_ffi::tag` of its name.
    pub fn tag(&self) -> u64 {
        self.0.tag
    }

    /// Its bytes.
    pub fn data(&self) -> &[u8] {
        if self.0.len == 0 {
            return &[];
        }
        // SAFETY: readable while the handler runs, for which this is borrowed.
        unsafe { slice::from_raw_parts(self.0.data.cast(), self.0.len) }
    }

    /// The id of the actor that sent it; 0 for none.
    pub fn sender(&self) -> art_actor {
        self.0.sender
    }

    /// Whether somebody waits for an answer.
    pub fn is_ask(&self) -> bool {
        self.0.reply != 0
    }
}

fn checked(status: art_status) -> Result<(), art_status> {
    if status < 0 { Err(status) } else { Ok(()) }
}

/// The state of an actor, as the runtime has it.
struct Seat<A> {
    host: LibraryHost,
    actor: A,
}

impl<A: LibraryActor> Seat<A> {
    const VTABLE: art_actor_vtable = art_actor_vtable {
        struct_size: size_of::<art_actor_vtable>() as u32,
        flags: 0,
        create: None,
        on_message: Some(Self::on_message),
        on_stop: None,
        destroy: Some(Self::free),
    };

    /// # Safety
    /// `state` must be a seat, `raw` and `message` those of a turn.
    unsafe extern "C-unwind" fn on_message(
        state: *mut c_void,
        raw: *mut art_context,
        message: *const art_msg,
    ) -> art_status {
        // SAFETY: by the caller: the runtime runs one turn of an actor at a time.
        let (seat, message) = unsafe { (&mut *state.cast::<Self>(), &*message) };
        let cx = LibraryContext { host: &seat.host, raw, message };
        let handled =
            contained(|| seat.actor.handle(&cx, &LibraryMessage(message)).map_err(|error| error.to_string()));
        let Err(text) = handled.unwrap_or_else(Err) else { return ART_OK };
        // SAFETY: the context of the turn that runs; the text is copied.
        unsafe { (seat.host.api.context_fail)(raw, ART_FAILED, text.as_ptr().cast(), text.len()) };
        ART_FAILED
    }

    /// # Safety
    /// `state` must be a seat that nobody uses any more.
    unsafe extern "C-unwind" fn free(state: *mut c_void) {
        // SAFETY: by the caller, once.
        let seat = unsafe { Box::from_raw(state.cast::<Self>()) };
        _ = contained(|| drop(seat));
    }
}

/// Runs code of a library's. What unwinds in it is not to reach another copy of the standard library: its text comes back instead.
fn contained<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| {
        let text = format!("panic: {}", guard::panic_text(&*panic));
        guard::discard(panic);
        text
    })
}

/// What `actor_rt_spawn` does, for `library_actors`.
///
/// # Safety
/// As `library.h` says of `actor_rt_spawn`.
#[doc(hidden)]
pub unsafe fn spawn_from_library(
    api: *const art_api_table,
    rt: *mut art_runtime,
    (kind, kind_len): (*const c_char, usize),
    (argument, argument_len): (*const c_void, usize),
    out: *mut art_actor,
    (error, error_size): (*mut c_char, usize),
    make: fn(&LibraryHost, &str, &[u8]) -> Result<art_actor, art_status>,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    let (host, kind, argument) = unsafe {
        (LibraryHost::new(api, rt), guard::text(kind, kind_len, "kind"), guard::bytes(argument, argument_len))
    };
    let Some(host) = host else { return ART_VERSION_MISMATCH };
    let (Ok(kind), Ok(argument)) = (kind, argument) else { return ART_INVALID_ARGUMENT };
    match contained(|| make(&host, kind, argument)) {
        Ok(Ok(id)) => {
            // SAFETY: writable by the caller's promise.
            unsafe { out.write(id) };
            ART_OK
        }
        Ok(Err(status)) => status,
        Err(text) => {
            // SAFETY: as above.
            unsafe { copy_text(&text, error, error_size) };
            ART_PANICKED
        }
    }
}

/// Exports a library's one function, by a function of yours that makes an actor of the kind that is asked for. Once in a library, at its root.
///
/// # Examples
///
/// ```
/// use actor_ffi::{ART_NOT_FOUND, LibraryActor, LibraryContext, LibraryHost, LibraryMessage, tag};
/// use std::error::Error;
///
/// struct Counter(u64);
///
/// impl LibraryActor for Counter {
///     fn handle(&mut self, cx: &LibraryContext<'_>, message: &LibraryMessage<'_>) -> Result<(), Box<dyn Error>> {
///         const ADD: u64 = tag("counter.add");
///         match message.tag() {
///             ADD => self.0 += u64::from_ne_bytes(message.data().try_into()?),
///             _ if message.is_ask() => cx.reply(&self.0.to_ne_bytes()).map_err(actor_ffi::status_text)?,
///             _ => {}
///         }
///         Ok(())
///     }
/// }
///
/// fn make(host: &LibraryHost, kind: &str, _argument: &[u8]) -> Result<u64, i32> {
///     match kind {
///         "counter" => host.spawn("counter", Counter(0)),
///         _ => Err(ART_NOT_FOUND),
///     }
/// }
/// actor_ffi::library_actors!(make);
///
/// // What a program does that has loaded the library:
/// let (mut rt, mut actor) = (std::ptr::null_mut(), 0);
/// // SAFETY: a runtime on this thread, which lives until it is destroyed.
/// unsafe {
///     actor_ffi::art_create(std::ptr::null(), &mut rt, std::ptr::null_mut(), 0);
///     let api = actor_ffi::art_api(0);
///     let mut spawn = |kind: &str| {
///         let none = std::ptr::null();
///         actor_rt_spawn(api, rt, kind.as_ptr().cast(), kind.len(), none, 0, &mut actor, std::ptr::null_mut(), 0)
///     };
///     assert_eq!((spawn("counter"), spawn("other")), (0, ART_NOT_FOUND));
///     assert_ne!(actor, 0);
///     actor_ffi::art_destroy(rt);
/// }
/// ```
#[macro_export]
macro_rules! library_actors {
    ($make:expr) => {
        /// Makes an actor of this library: see `actor_rt/library.h`.
        ///
        /// # Safety
        /// As that says.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn actor_rt_spawn(
            api: *const $crate::art_api_table,
            rt: *mut $crate::art_runtime,
            kind: *const ::std::ffi::c_char,
            kind_len: usize,
            argument: *const ::std::ffi::c_void,
            argument_len: usize,
            out: *mut $crate::art_actor,
            error: *mut ::std::ffi::c_char,
            error_size: usize,
        ) -> $crate::art_status {
            let (kind, argument, error) = ((kind, kind_len), (argument, argument_len), (error, error_size));
            // SAFETY: the caller's promise, passed on.
            unsafe { $crate::spawn_from_library(api, rt, kind, argument, out, error, $make) }
        }
    };
}
