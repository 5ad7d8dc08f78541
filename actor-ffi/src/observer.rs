//! Observers: who wants to see every message, and which message led to which.

use std::cell::RefCell;
use std::ffi::{c_char, c_void};
use std::rc::Rc;

use actor_rt::{DeadLetter, Delivery, Ingress, Observer};

use crate::callback::art_release_fn;
use crate::failure::{Failure, invalid};
use crate::guard;
use crate::handle::{art_actor, art_context, art_runtime};
use crate::introspection::{art_dead_letter, letter_of};
use crate::status::*;

/// A message that is about to be handled.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_delivery {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Its number in this runtime, from 1 on; 0 if it was queued before there was an observer.
    pub message: u64,
    /// The number of the message whose handler sent it; 0 for the outside world.
    pub cause: u64,
    /// The actor that gets it; 0 for work of the runtime's own.
    pub receiver: art_actor,
    /// Its tag; 0 for messages between Rust actors.
    pub tag: u64,
    /// What the message is in Rust, UTF-8 without NUL. The text stays as long as the library is loaded.
    pub type_name: *const c_char,
    /// Its length.
    pub type_name_len: usize,
}

/// Hears that a message was sent and got its number, on the spot; not of those that timers, other threads and host calls send. `cause` is the
/// number of the message whose handler sends it, 0 for the outside world.
pub type art_numbered_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void, message: u64, cause: u64)>;

/// Hears that a message is about to be handled. `delivery` is borrowed.
pub type art_delivery_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, delivery: *const art_delivery)>;

/// Hears that the handler of the message that was told of last has returned, or failed.
pub type art_delivered_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void)>;

/// Hears that no handler will see a message. `letter` is borrowed.
pub type art_dead_letter_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, letter: *const art_dead_letter)>;

/// Sees every message. Its functions are called on the owner thread and must not call the library; each may be NULL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_observer {
    /// `sizeof(art_observer)`.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// A message was sent.
    pub sent: art_numbered_fn,
    /// A message is about to be handled.
    pub delivering: art_delivery_fn,
    /// Its handler has returned, or failed.
    pub delivered: art_delivered_fn,
    /// A message was lost.
    pub lost: art_dead_letter_fn,
    /// Argument of these functions. Handed over.
    pub user: *mut c_void,
    /// Called once with `user` when there is another observer or none, or the runtime is destroyed, or if `art_set_observer` fails; may be NULL.
    pub user_drop: art_release_fn,
}

/// Has a runtime observed from the next step on, by this observer in the place of the one before; NULL for none. While there is one each
/// message has a number, even if all the observer's functions are NULL, and takes a slower way into its queue: several times the usual cost.
///
/// Thread: owner. May call: user_drop of the observer before; user_drop on failure.
/// Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `observer` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_set_observer(rt: *mut art_runtime, observer: *const art_observer) -> art_status {
    // SAFETY: the caller's promise, passed on. The argument is consumed from here on, also if the call is refused.
    unsafe {
        let given = (!observer.is_null()).then(|| guard::read_struct(observer));
        let given = given.map(|given| given.map(HostObserver::new));
        guard::owner(rt, move |block| {
            let observer = match given.transpose()? {
                None => None,
                Some(observer) if observer.given.flags != 0 => {
                    block.pinned(|| drop(observer));
                    return Err(invalid("observer.flags is not zero"));
                }
                Some(mut observer) => {
                    observer.traces = Some(Rc::clone(&block.engine.traces));
                    Some(Box::new(observer) as Box<dyn Observer>)
                }
            };
            if observer.is_none() {
                block.engine.traces.borrow_mut().clear();
            }
            block.pinned(|| block.engine.door.set_observer(observer));
            Ok(())
        })
    }
}

/// Writes the number of the message that is being handled to `*out_message`, and that of the message whose handler sent it to `*out_cause`, 0 for
/// the outside world; both may be NULL. There are numbers while there is an observer.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT if no message is being handled, or it has no number; and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; the out parameters NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_trace(
    context: *mut art_context,
    out_message: *mut u64,
    out_cause: *mut u64,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            let trace = block.engine.traces.borrow().last().copied().filter(|(message, _)| *message != 0);
            let (message, cause) = trace.ok_or_else(|| {
                Failure::new(
                    ART_NO_CONTEXT,
                    "the message has no number: there was no observer when it was sent",
                )
            })?;
            guard::write_optional(out_message, message);
            guard::write_optional(out_cause, cause);
            Ok(())
        })
    }
}

/// Number and cause of what is being handled; several if a handler has others run inside of it.
pub(crate) type Traces = Rc<RefCell<Vec<(u64, u64)>>>;

/// An observer of the host's.
struct HostObserver {
    given: art_observer,
    traces: Option<Traces>,
}

impl HostObserver {
    fn new(given: art_observer) -> Self {
        Self { given, traces: None }
    }
}

impl Observer for HostObserver {
    fn ingress(&mut self, _: u64, _: Ingress) {}

    fn sent(&mut self, message: u64, cause: u64) {
        if let Some(sent) = self.given.sent {
            // SAFETY: the function came with this argument.
            unsafe { sent(self.given.user, message, cause) }
        }
    }

    fn delivering(&mut self, delivery: &Delivery) {
        if let Some(traces) = &self.traces {
            traces.borrow_mut().push((delivery.message, delivery.cause));
        }
        if let Some(delivering) = self.given.delivering {
            let told = art_delivery {
                struct_size: size_of::<art_delivery>() as u32,
                reserved: 0,
                message: delivery.message,
                cause: delivery.cause,
                receiver: delivery.target,
                tag: delivery.tag,
                type_name: delivery.type_name.as_ptr().cast(),
                type_name_len: delivery.type_name.len(),
            };
            // SAFETY: the function came with this argument; the delivery is borrowed for the call.
            unsafe { delivering(self.given.user, &raw const told) }
        }
    }

    fn delivered(&mut self) {
        if let Some(traces) = &self.traces {
            traces.borrow_mut().pop();
        }
        if let Some(delivered) = self.given.delivered {
            // SAFETY: the function came with this argument.
            unsafe { delivered(self.given.user) }
        }
    }

    fn dead_letter(&mut self, letter: &DeadLetter) {
        if let Some(lost) = self.given.lost {
            let letter = letter_of(letter);
            // SAFETY: the function came with this argument; the letter is borrowed for the call.
            unsafe { lost(self.given.user, &raw const letter) }
        }
    }
}

impl Drop for HostObserver {
    fn drop(&mut self) {
        if let Some(release) = self.given.user_drop {
            // SAFETY: the function came with the argument, and this is its only call.
            unsafe { release(self.given.user) }
        }
    }
}
