//! What a handler can do that nobody else can.

use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::mem;
use std::ptr;

use actor_rt::{OwnedBytes, Packet, Word};

use crate::exit::Told;
use crate::failure::{Failure, Outcome};
use crate::foreign::{self, End, Exit, ForeignActor};
use crate::guard;
use crate::handle::{art_actor, art_context, art_job_token, art_runtime};
use crate::message::*;
use crate::payload;
use crate::runtime::Block;
use crate::status::*;

/// What lies behind an `art_context`: a part of the runtime's block, so its address is as stable as that.
#[repr(C)]
pub(crate) struct ContextBlock {
    /// The block this lies in. First in every version, since another copy of the library may come by.
    pub(crate) runtime: *const Block,
    /// The turn of the handler that runs; NULL outside of any.
    turn: Cell<*const Turn>,
    /// What that handler asked for. Here and not in the turn, so that a turn need not begin with a write nor end with a drop;
    /// whoever called the handler takes it out.
    end: Cell<Option<Box<End>>>,
    /// The last state of the child of whose end the handler hears.
    last: Cell<Option<Box<ForeignActor>>>,
}

/// One call of a handler: the message it was given. On the stack of whoever calls the handler.
pub(crate) struct Turn {
    message: art_msg,
    /// The packet behind the message; NULL for a word, and in `create` and `on_stop`, where there is no message. `TAKEN` for a
    /// word whose payload was taken; a packet keeps account of its own.
    packet: Cell<*mut Packet<'static>>,
}

/// An address where no packet is.
const TAKEN: *mut Packet<'static> = ptr::dangling_mut();

impl ContextBlock {
    pub(crate) fn new(runtime: *const Block) -> Self {
        Self { runtime, turn: Cell::new(ptr::null()), end: Cell::new(None), last: Cell::new(None) }
    }

    /// Has the handler that runs next find a child's last state. What it does not take is destroyed with the result, however it returns.
    pub(crate) fn offer(&self, last: Option<Box<ForeignActor>>) -> impl Drop {
        struct Offer<'a>(&'a Cell<Option<Box<ForeignActor>>>);
        impl Drop for Offer<'_> {
            fn drop(&mut self) {
                drop(self.0.take());
            }
        }
        self.last.set(last);
        Offer(&self.last)
    }

    /// The child's last state, if there is one and nobody has taken it.
    pub(crate) fn take_offer(&self) -> Option<Box<ForeignActor>> {
        self.last.take()
    }

    /// What the handler asked for.
    pub(crate) fn take_end(&self) -> Option<Box<End>> {
        self.end.take()
    }

    /// Whether the handler asked for anything.
    #[inline(always)]
    pub(crate) fn has_end(&self) -> bool {
        // SAFETY: only looked at; nobody changes it meanwhile.
        unsafe { (*self.end.as_ptr()).is_some() }
    }

    /// Notes what the handler asks for; the first counts.
    fn ask(&self, end: End) {
        let earlier = self.end.take();
        self.end.set(earlier.or_else(|| Some(Box::new(end))));
    }

    /// The turn of the handler that runs.
    pub(crate) fn turn(&self) -> Outcome<&Turn> {
        // SAFETY: `run` points here to a turn of a caller's frame and clears the pointer before that frame goes.
        unsafe { self.turn.get().as_ref() }
            .ok_or_else(|| Failure::new(ART_NO_CONTEXT, "the context is used outside of its handler"))
    }
}

impl Turn {
    /// A call of `on_message`. The turn must be gone before the packet.
    #[inline(always)]
    pub(crate) fn of(packet: &mut Packet<'_>) -> Self {
        let (data, len) = packet.raw_data();
        let reply = packet.reply_token();
        let message = art_msg {
            struct_size: size_of::<art_msg>() as u32,
            flags: if reply == 0 { 0 } else { ART_MSG_ASK },
            tag: packet.tag(),
            data,
            len,
            sender: packet.sender(),
            reply,
            status: packet.status(),
            reserved: 0,
            detail: 0,
        };
        Self { message, packet: Cell::new(ptr::from_mut(packet).cast()) }
    }

    /// A call of `on_message` with a word. The turn must be gone before the word.
    #[inline(always)]
    pub(crate) fn of_word(word: &Word) -> Self {
        let message = art_msg {
            struct_size: size_of::<art_msg>() as u32,
            flags: 0,
            tag: word.tag,
            data: word.bytes.as_ptr().cast(),
            len: word.bytes.len(),
            sender: word.sender,
            reply: 0,
            status: 0,
            reserved: 0,
            detail: 0,
        };
        Self { message, packet: Cell::new(ptr::null_mut()) }
    }

    /// A call of `on_message` with news of the runtime's. The turn must be gone before the news.
    pub(crate) fn of_news(tag: u64, told: &Told) -> Self {
        let mut turn = Self::without_message();
        let bytes = told.as_bytes();
        turn.message.tag = tag;
        turn.message.data = bytes.as_ptr().cast();
        turn.message.len = bytes.len();
        turn.message.sender = told.actor();
        turn
    }

    /// Makes the message that of a job.
    pub(crate) fn be_job(&mut self, token: art_job_token) {
        self.message.flags |= ART_MSG_JOB;
        self.message.detail = token;
    }

    /// Makes the message that of a value from a port.
    pub(crate) fn be_value(&mut self, lost: u64) {
        self.message.detail = lost;
    }

    /// The token of the job that is being done.
    pub(crate) fn job(&self) -> Outcome<art_job_token> {
        if self.message.flags & ART_MSG_JOB == 0 {
            return Err(Failure::new(ART_NO_CONTEXT, "the message is no job"));
        }
        Ok(self.message.detail)
    }

    /// Completes the message of a packet that is not an ordinary one.
    #[cold]
    #[inline(never)]
    pub(crate) fn complete(&mut self, flags: u8) {
        foreign::complete(&mut self.message, flags);
    }

    /// A call of `create` or `on_stop`.
    pub(crate) fn without_message() -> Self {
        let message = art_msg {
            struct_size: size_of::<art_msg>() as u32,
            flags: 0,
            tag: 0,
            data: ptr::null(),
            len: 0,
            sender: 0,
            reply: 0,
            status: 0,
            reserved: 0,
            detail: 0,
        };
        Self { message, packet: Cell::new(ptr::null_mut()) }
    }

    /// Calls a handler with this as the context's turn. What it asks for is the caller's to take.
    #[inline(always)]
    pub(crate) fn run<T>(&self, block: &Block, handler: impl FnOnce(*mut art_context) -> T) -> T {
        /// The handler unwinds: it has no context any more, and fails whatever it asked for.
        struct Unwinds<'a>(&'a Block);
        impl Drop for Unwinds<'_> {
            fn drop(&mut self) {
                let context = &self.0.context;
                context.turn.set(ptr::null());
                drop(context.take_end());
            }
        }
        // Handlers are run by records of the queue only, and a step inside a step is refused.
        debug_assert!(block.context.turn.get().is_null(), "a handler runs inside another one");
        block.context.turn.set(self);
        let unwinds = Unwinds(block);
        let result = handler(ptr::from_ref(&block.context).cast_mut().cast());
        mem::forget(unwinds);
        block.context.turn.set(ptr::null());
        result
    }

    #[inline(always)]
    pub(crate) fn message(&self) -> *const art_msg {
        &raw const self.message
    }

    /// The packet that is being handled.
    #[expect(clippy::mut_from_ref, reason = "the packet is not a part of the turn; see the comment inside")]
    fn packet(&self) -> Outcome<&mut Packet<'static>> {
        let packet = Some(self.packet.get()).filter(|packet| *packet != TAKEN);
        // SAFETY: it lives as long as the turn, and whoever made the turn leaves it alone meanwhile. The reference is used by
        // one function of this file at a time, none of which calls anybody while it has it.
        packet
            .and_then(|packet| unsafe { packet.as_mut() })
            .ok_or_else(|| Failure::new(ART_NO_CONTEXT, "no message is being handled"))
    }

    /// Takes the payload of the message that is being handled.
    fn take_payload(&self) -> Outcome<OwnedBytes> {
        let nothing = || Failure::new(ART_NO_CONTEXT, "the message has no payload, or it was taken");
        if self.packet.get() == TAKEN {
            return Err(nothing());
        }
        if self.packet.get().is_null() && !self.message.data.is_null() {
            self.packet.set(TAKEN);
            // SAFETY: a word's bytes, which lie in its record as long as the turn.
            let bytes =
                unsafe { std::slice::from_raw_parts(self.message.data.cast::<u8>(), self.message.len) };
            return Ok(OwnedBytes::copy_of(bytes));
        }
        let packet = self.packet()?;
        if packet.raw_data().0.is_null() || self.message.flags & (ART_MSG_WAKE | ART_MSG_HOST_CALL) != 0 {
            return Err(nothing());
        }
        Ok(packet.take())
    }

    /// Keeps the ask that is being handled open beyond its handler, whose actor is to answer it.
    pub(crate) fn keep(&self, block: &Block) -> Outcome<u64> {
        let token = self.token()?;
        let door = &block.engine.door;
        let holder = door.current().ok_or(ART_NO_CONTEXT)?;
        door.reply_keep(token, holder).map_err(payload::settled)?;
        self.packet()?.keep_reply();
        Ok(token)
    }

    /// The token of the ask that is being handled.
    fn token(&self) -> Outcome<u64> {
        if self.message.flags & ART_MSG_ASK == 0 {
            return Err(Failure::new(ART_NO_CONTEXT, "the message is not an ask"));
        }
        Ok(self.message.reply)
    }
}

/// Returns the actor whose handler is running; 0 if the context is NULL or not in its handler.
///
/// Thread: owner. May call: nothing. Since 0.1.
///
/// # Safety
/// `context` must be NULL or have been given to a handler by a runtime that still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_self(context: *mut art_context) -> art_actor {
    let mut actor = 0;
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            actor = block.engine.door.current().map_or(0, |id| id.0);
            Ok(())
        });
    }
    actor
}

/// Returns the runtime, for `art_post` and everything else; NULL if the context is NULL or not in its handler.
///
/// Thread: owner. May call: nothing. Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_runtime(context: *mut art_context) -> *mut art_runtime {
    let mut runtime = ptr::null_mut();
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |_, context, _| {
            runtime = context.runtime.cast_mut().cast();
            Ok(())
        });
    }
    runtime
}

/// Returns the time of the running step in ns, the same for all its handlers; 0 if the context is NULL or not in its
/// handler.
///
/// Thread: owner. May call: nothing. Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_now(context: *mut art_context) -> u64 {
    let mut now = 0;
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            now = block.engine.door.now_ns();
            Ok(())
        });
    }
    now
}

/// Fails the actor when the handler returns, whatever it returns, with an exit reason (negative; 0 for ART_FAILED) and a
/// text, which is copied and may be NULL. Of several calls the first counts.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT, ART_INVALID_ARGUMENT for a positive reason, ART_INVALID_UTF8, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `text` must be readable for `text_len` bytes, or up to its NUL with ART_NUL_TERMINATED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_fail(
    context: *mut art_context,
    reason: art_status,
    text: *const c_char,
    text_len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |_, context, _| {
            if reason > 0 {
                return Err(Failure::new(ART_INVALID_ARGUMENT, "the reason is positive"));
            }
            let text = if text.is_null() { "" } else { guard::text(text, text_len, "text")? };
            let reason = if reason == 0 { ART_FAILED } else { reason };
            context.ask(End::Fail(Exit::new(reason, None, text)));
            Ok(())
        })
    }
}

/// Stops the actor when the handler returns, with an exit reason; 0 is the usual one.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_stop(context: *mut art_context, reason: art_status) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |_, context, _| {
            context.ask(End::Stop(reason));
            Ok(())
        })
    }
}

/// Answers the message that is being handled, as `art_reply` with its token.
///
/// Thread: owner. May call: told, if the host has asked.
/// Returns as `art_reply`; ART_NO_CONTEXT if nobody asked. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `data` readable for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_reply(
    context: *mut art_context,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, turn| {
            let token = turn.token()?;
            let body = payload::copied(data, len)?;
            block
                .engine
                .door
                .reply(token, tag, body)
                .map_err(|(error, body)| payload::unanswerable(block, error, body))
        })
    }
}

/// Keeps the ask open beyond this handler: its token is answered later, by `art_reply`, `art_remote_reply` or
/// `art_reply_drop`. Without this call an ask that the handler leaves unanswered ends with ART_REPLY_NO_REPLY.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT if nobody asked, ART_ALREADY_REPLIED, and the codes of every owner-thread function.
/// Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_reply_keep(context: *mut art_context) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, turn| {
            turn.keep(block)?;
            Ok(())
        })
    }
}

/// Takes the payload of the message that is being handled: from now on the caller owns it and must call its `drop` (with
/// ART_DROP_DELIVERED) once, if that is not NULL. Works for every kind of payload; a copied one moves to the heap. The
/// message's `data` must not be used after that; use `out->data`.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT if there is no message or its payload was taken, ART_STRUCT_SIZE, and the
/// codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `out` must be NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_take(context: *mut art_context, out: *mut art_payload) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |_, _, turn| {
            guard::output_size(out)?;
            let (data, len, drop, drop_user) = turn.take_payload()?.into_raw();
            let taken = art_payload { struct_size: 0, reserved: 0, data, len, drop, drop_user };
            guard::write_struct(out, &taken)
        })
    }
}

/// Lets the step end after this handler, with `more` set if anything is ready: a handler that has worked for long gives
/// way to the host.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_yield(context: *mut art_context) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            block.engine.door.yield_step();
            Ok(())
        })
    }
}
