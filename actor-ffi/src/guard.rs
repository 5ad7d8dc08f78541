//! The one boundary every exported body goes through: argument checks, thread and state of the runtime, and the catch
//! of panics. A body behind it is ordinary Rust that returns `Outcome`.
//!
//! Invariants:
//! * Nothing unwinds into the caller. A body that a refusal never runs is dropped inside a catch as well, so a payload it
//!   owns is released even if its drop function misbehaves; and pinned, or after the last look at a runtime that lets
//!   nobody in, for that function may try to destroy it.
//! * A wrong thread reads nothing but atomics and constants, and writes nothing at all, the text included.
//! * The good path is: a null test, one compare of the *door* (which stands for thread, copy of the library, fork,
//!   poison and "inside wake" together), and the body. `catch_unwind` adds no instruction to it.

use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::context::{ContextBlock, Turn};
use crate::failure::{Failure, Outcome};
use crate::handle::{art_context, art_runtime};
use crate::message::ART_NUL_TERMINATED;
use crate::runtime::Block;
use crate::status::*;

/// Runs a body that needs no runtime.
pub(crate) fn anywhere(body: impl FnOnce() -> Outcome) -> art_status {
    match caught(body) {
        Ok(Ok(())) => ART_OK,
        Ok(Err(failure)) => failure.status,
        Err(_) => ART_PANICKED,
    }
}

/// As [`anywhere`], for a call that has a place of its own for the text.
pub(crate) fn anywhere_telling(tell: impl FnOnce(&Failure), body: impl FnOnce() -> Outcome) -> art_status {
    let failure = match caught(body) {
        Ok(Ok(())) => return ART_OK,
        Ok(Err(failure)) => failure,
        Err(_) => ART_PANICKED.into(),
    };
    tell(&failure);
    failure.status
}

/// As [`owner`], for the few calls that are allowed inside `wake`. They must not change anything.
///
/// # Safety
/// As for [`owner`].
pub(crate) unsafe fn owner_or_waking(
    rt: *mut art_runtime,
    body: impl FnOnce(&Block) -> Outcome,
) -> art_status {
    let waking = || {
        let block = rt.cast::<Block>();
        // SAFETY: not null, and living by the caller's promise; every version's block begins with a prelude.
        let prelude = unsafe { &(*block).prelude };
        // SAFETY: the owner thread of a block of this copy of the library.
        (prelude.is_owner() && prelude.why_shut() == ART_BUSY).then(|| unsafe { &*block })
    };
    // SAFETY: the caller's promise, passed on.
    match unsafe { admit(rt) } {
        Err(refusal) if refusal.status == ART_BUSY => match waking() {
            Some(block) => anywhere(|| body(block)),
            None => refusal.status,
        },
        // SAFETY: as above.
        _ => unsafe { owner(rt, body) },
    }
}

/// Runs a body on the runtime, if this is its thread and its state lets anybody in.
///
/// # Safety
/// `rt` must be NULL, or point to a runtime that has not been destroyed, of this copy of the library or of another.
pub(crate) unsafe fn owner(rt: *mut art_runtime, body: impl FnOnce(&Block) -> Outcome) -> art_status {
    // SAFETY: the caller's promise, passed on.
    let block = match unsafe { admit(rt) } {
        Ok(block) => block,
        Err(refusal) => return refuse(refusal, None, body),
    };
    let outcome = caught(|| body(block));
    // SAFETY: the caller's promise, passed on; a body destroys nothing, and pins the runtime to release what it refuses.
    settle(outcome, || unsafe { admit(rt) }.ok())
}

/// Runs a body on the context of the handler that is running.
///
/// # Safety
/// `context` must be NULL or have been given to a handler by a runtime that has not been destroyed.
pub(crate) unsafe fn handler(
    context: *mut art_context,
    body: impl FnOnce(&Block, &ContextBlock, &Turn) -> Outcome,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    let entered = || unsafe { enter(context) };
    let (block, context) = match entered() {
        Ok(entered) => entered,
        Err(refusal) => return refuse(refusal, None, body),
    };
    let turn = match context.turn() {
        Ok(turn) => turn,
        Err(refusal) => return refuse(refusal, Some(block), body),
    };
    let outcome = caught(|| body(block, context, turn));
    // As in `owner`.
    settle(outcome, || entered().ok().map(|(block, _)| block))
}

/// Refuses a call: notes why if the runtime may be touched at all, and lets go of the body with what it owns.
#[cold]
fn refuse(refusal: Failure, block: Option<&Block>, body: impl Sized) -> art_status {
    let status = note(refusal, block);
    let dropped = caught(|| match block {
        Some(block) => block.pinned(|| drop(body)),
        None => drop(body),
    });
    if let Err(panic) = dropped {
        discard(panic);
    }
    status
}

/// The runtime behind a pointer, if the calling thread may use it now.
///
/// # Safety
/// As for [`owner`].
#[inline]
pub(crate) unsafe fn admit<'a>(rt: *const art_runtime) -> Outcome<&'a Block> {
    if rt.is_null() {
        return Err(ART_NULL_POINTER.into());
    }
    let block = rt.cast::<Block>();
    // SAFETY: not null, and living by the caller's promise. The first words of every version's block are the prelude,
    // so this much may be read even if the pointer comes from another copy of the library.
    let prelude = unsafe { &(*block).prelude };
    if prelude.is_open() {
        // SAFETY: the door is open only to the owner thread of a block of this very copy of the library.
        Ok(unsafe { &*block })
    } else {
        Err(prelude.refusal().into())
    }
}

/// As [`admit`], for a fast path that leaves every refusal to the slow one.
///
/// # Safety
/// As for [`owner`].
#[inline(always)]
pub(crate) unsafe fn admitted<'a>(rt: *const art_runtime) -> Option<&'a Block> {
    let block = rt.cast::<Block>();
    // SAFETY: NULL, or living by the caller's promise; every version's block begins with a prelude, and only the owner of a
    // block of this copy of the library finds its door open.
    unsafe { (!block.is_null() && (*block).prelude.is_open()).then(|| &*block) }
}

/// As [`admit`], through the context's back pointer.
///
/// # Safety
/// As for [`handler`].
unsafe fn enter<'a>(context: *const art_context) -> Outcome<(&'a Block, &'a ContextBlock)> {
    if context.is_null() {
        return Err(ART_NULL_POINTER.into());
    }
    // SAFETY: a context lies inside its runtime's block, which lives by the caller's promise, and its first word points
    // back to that block in every version.
    unsafe {
        let context = context.cast::<ContextBlock>();
        let block = (&raw const (*context).runtime).read();
        let block = match admit(block.cast()) {
            // While the runtime is destroyed, its owner functions are refused, but the actors' last handlers run.
            Err(refusal) if refusal.status == ART_CLOSED && (*block).prelude.is_owner() => &*block,
            admitted => admitted?,
        };
        Ok((block, &*context))
    }
}

type Caught<T> = Result<T, Box<dyn std::any::Any + Send>>;

fn caught<T>(body: impl FnOnce() -> T) -> Caught<T> {
    // A body that panics leaves the runtime poisoned or touches nothing shared, so nobody sees a broken invariant.
    catch_unwind(AssertUnwindSafe(body))
}

/// Turns an outcome into the status; notes the text if the runtime may be touched at all.
#[inline]
fn settle<'a>(outcome: Caught<Outcome>, block: impl FnOnce() -> Option<&'a Block>) -> art_status {
    match outcome {
        Ok(Ok(())) => ART_OK,
        Ok(Err(failure)) => note(failure, block()),
        Err(panic) => {
            let failure =
                Failure::new(ART_POISONED, format!("panic inside the runtime: {}", panic_text(&*panic)));
            let block = block();
            if let Some(block) = block {
                block.poison();
            }
            discard(panic);
            note(failure, block)
        }
    }
}

#[cold]
fn note(failure: Failure, block: Option<&Block>) -> art_status {
    let status = failure.status;
    if let Some(block) = block {
        block.set_message(failure.text);
    }
    status
}

/// The text of a panic, where it has one.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a payload that is no text")
}

/// Drops a panic's payload, whose destructor may panic in turn; what that leaves behind is leaked.
pub(crate) fn discard(panic: Box<dyn std::any::Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(move || drop(panic))) {
        std::mem::forget(second);
    }
}

/// Refuses NULL, naming the argument.
pub(crate) fn not_null<T>(pointer: *const T, name: &str) -> Outcome {
    if pointer.is_null() { Err(Failure::new(ART_NULL_POINTER, format!("{name} is NULL"))) } else { Ok(()) }
}

/// Writes a result through an out pointer that must not be NULL.
///
/// # Safety
/// `out` must be NULL or valid for a write.
pub(crate) unsafe fn write<T>(out: *mut T, value: T, name: &str) -> Outcome {
    not_null(out, name)?;
    // SAFETY: not null, and writable by the caller's promise.
    unsafe { out.write(value) };
    Ok(())
}

/// Writes a result through an out pointer that may be NULL.
///
/// # Safety
/// As for [`write`].
pub(crate) unsafe fn write_optional<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not null, and writable by the caller's promise.
        unsafe { out.write(value) };
    }
}

/// Writes as many ids as there is room for, and how many there are.
///
/// # Safety
/// `ids` must be NULL or valid for `capacity` writes, `out_count` NULL or valid for one.
pub(crate) unsafe fn write_ids(
    all: &[actor_rt::ActorId],
    ids: *mut u64,
    capacity: usize,
    out_count: *mut usize,
) -> Outcome {
    not_null(out_count, "out_count")?;
    if capacity != 0 {
        not_null(ids, "ids")?;
    }
    for (index, id) in all.iter().take(capacity).enumerate() {
        // SAFETY: there is room by the caller's promise.
        unsafe { ids.add(index).write(id.0) };
    }
    // SAFETY: the caller's promise, passed on.
    unsafe { write(out_count, all.len(), "out_count") }
}

/// The bytes of a payload; NULL is fine when there are none.
///
/// # Safety
/// `data` must be NULL or readable for `len` bytes for the lifetime chosen.
pub(crate) unsafe fn bytes<'a>(data: *const std::ffi::c_void, len: usize) -> Outcome<&'a [u8]> {
    if len == 0 {
        return Ok(&[]);
    }
    not_null(data, "data")?;
    if len > isize::MAX as usize {
        return Err(ART_TOO_LARGE.into());
    }
    // SAFETY: not null, readable for `len` bytes by the caller's promise, and no longer than an object can be.
    Ok(unsafe { std::slice::from_raw_parts(data.cast(), len) })
}

/// A text given as pointer and length.
///
/// # Safety
/// `data` must be NULL or readable for `len` bytes, or, if `len` is `ART_NUL_TERMINATED`, up to its NUL.
pub(crate) unsafe fn text<'a>(data: *const c_char, len: usize, name: &str) -> Outcome<&'a str> {
    let bytes = if len == ART_NUL_TERMINATED {
        not_null(data, name)?;
        // SAFETY: not null, and NUL-terminated by the caller's promise.
        unsafe { CStr::from_ptr(data) }.to_bytes()
    } else {
        // SAFETY: the caller's promise, passed on.
        unsafe { self::bytes(data.cast(), len) }?
    };
    std::str::from_utf8(bytes).map_err(|error| Failure::new(ART_INVALID_UTF8, format!("{name}: {error}")))
}

/// A struct that crosses the boundary by pointer and begins with `uint32_t struct_size`.
///
/// # Safety
/// The type must be `repr(C)`, begin with a `u32`, and be valid when all its bytes are zero. `FIRST_SIZE` must be its size
/// in the first release.
pub(crate) unsafe trait Prefixed: Copy {
    /// C name, for the texts.
    const NAME: &'static str;
    /// Size of the form first released: the least a caller can mean.
    const FIRST_SIZE: usize;
}

/// Reads an input struct of an older or a newer caller. Fields the caller does not have are zero; bytes that we do not
/// know must be zero, so that an option is never ignored silently.
///
/// # Safety
/// `from` must be NULL or readable for the `struct_size` it begins with.
pub(crate) unsafe fn read_struct<T: Prefixed>(from: *const T) -> Outcome<T> {
    not_null(from, T::NAME)?;
    // SAFETY: not null, and each such struct begins with its size.
    let size = unsafe { from.cast::<u32>().read() } as usize;
    check_size::<T>(size)?;
    let known = size.min(size_of::<T>());
    let mut value = std::mem::MaybeUninit::<T>::zeroed();
    // SAFETY: `size` bytes are readable by the caller's promise and `known` of them fit. Zero bytes are valid for `T` by
    // the promise of `Prefixed`, and the copied ones are C integers and pointers, for which all values are valid.
    let value = unsafe {
        from.cast::<u8>().copy_to_nonoverlapping(value.as_mut_ptr().cast(), known);
        value.assume_init()
    };
    // SAFETY: as above; the bytes from `known` to `size` belong to the caller's struct.
    let rest = unsafe { std::slice::from_raw_parts(from.cast::<u8>().add(known), size - known) };
    if rest.iter().any(|byte| *byte != 0) {
        return Err(Failure::new(
            ART_STRUCT_SIZE,
            format!("{} sets a field that this version of the library does not have", T::NAME),
        ));
    }
    Ok(value)
}

/// Fills an output struct as far as the caller's version of it goes, `struct_size` aside.
///
/// # Safety
/// `out` must be NULL or readable and writable for the `struct_size` it begins with.
pub(crate) unsafe fn write_struct<T: Prefixed>(out: *mut T, value: &T) -> Outcome {
    // SAFETY: the caller's promise, passed on.
    let size = unsafe { output_size(out) }?;
    let from = size_of::<u32>();
    // SAFETY: `size` bytes of `out` are writable by the caller's promise, and `value` has as many.
    unsafe {
        let source = std::ptr::from_ref(value).cast::<u8>().add(from);
        source.copy_to_nonoverlapping(out.cast::<u8>().add(from), size.min(size_of::<T>()) - from);
    }
    Ok(())
}

/// Checks an output struct before the work is done whose result it takes.
///
/// # Safety
/// `out` must be NULL or readable for its first word.
pub(crate) unsafe fn output_size<T: Prefixed>(out: *mut T) -> Outcome<usize> {
    not_null(out, T::NAME)?;
    // SAFETY: not null, and each such struct begins with its size.
    let size = unsafe { out.cast::<u32>().read() } as usize;
    check_size::<T>(size).map(|()| size)
}

/// Refuses a size that no version of the struct has. `sizeof` is a multiple of the alignment, and so no size that passes ends inside of a
/// pointer, of which only half would be ours.
#[inline]
fn check_size<T: Prefixed>(size: usize) -> Outcome {
    if size < T::FIRST_SIZE || size % align_of::<T>() != 0 { Err(wrong_size(T::NAME, size)) } else { Ok(()) }
}

/// Checks a size given as an argument, as the `..._init` functions take it.
pub(crate) fn init_size<T: Prefixed>(size: usize) -> Outcome<u32> {
    check_size::<T>(size)?;
    u32::try_from(size).map_err(|_| wrong_size(T::NAME, size))
}

#[cold]
fn wrong_size(name: &str, size: usize) -> Failure {
    Failure::new(ART_STRUCT_SIZE, format!("struct_size of {name} is {size}; set it to sizeof({name})"))
}
