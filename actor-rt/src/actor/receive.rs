//! Actors that take packets: messages of a tag and bytes, from C, C++, Python or another thread.
//!
//! A Rust actor declares its decoder by implementing [`Receive`]; a foreign actor is a value whose `receive` calls a table of
//! functions. Both get typed calls and packets through the same lanes, in one order. Here is the decoder, and what the kernel calls
//! for an actor that has one.

use super::ask::FLAG_ANSWER;
use super::context::Cx;
use super::timer::FLAG_TIMER;
use super::{ask, holding, lifecycle};
use crate::engine::asks::Outcome;
use crate::engine::id::ActorId;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::{Actor, AnyActor, Lent};
use crate::kernel::packet::{FLAG_EXPIRES, Packet};
use crate::kernel::receiving::{self, PacketReceiver};
use crate::kernel::record::{Description, DropReason};
use crate::kernel::word::{Word, WordReceiver};
use std::any::Any;

/// A decoder for foreign messages.
///
/// # Examples
///
/// ```
/// use actor_rt::{ActorOwn, Body, Cx, Packet, Receive, Runtime, actor, ret_nop};
/// use std::time::Instant;
///
/// struct Sum(u64);
/// impl Sum {
///     fn init(_: &mut Cx<'_, Self>) -> Option<Self> {
///         Some(Sum(0))
///     }
/// }
/// impl Receive for Sum {
///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
///         match packet.data().try_into() {
///             Ok(bytes) => self.0 += u64::from_ne_bytes(bytes),
///             Err(_) => cx.fail_str("a number has eight bytes"),
///         }
///     }
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// let sum = actor!(runtime, Sum::init(), ret_nop!());
/// let id = sum.accept_packets();
/// runtime.door().post(id, 1, Body::Copied(&5u64.to_ne_bytes())).unwrap();
/// runtime.run(Instant::now(), false);
/// assert_eq!(sum.query(&mut runtime, |sum, _| sum.0), Some(5));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what it makes of foreign messages",
    label = "has no decoder",
    note = "implement `Receive` for `{Self}`: it gets each message's tag and bytes"
)]
pub trait Receive: Sized + 'static {
    /// Handles a packet. What it borrows is valid until this returns.
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>);

    /// Whether eight copied bytes that want no answer come by [`receive_word`](Receive::receive_word), without a context. For receivers
    /// that pass them on to foreign functions and count instructions.
    #[doc(hidden)]
    const TAKES_WORDS: bool = false;

    /// Handles a word. True if [`finish_word`](Receive::finish_word) is to be called.
    #[doc(hidden)]
    fn receive_word(&mut self, word: &Word) -> bool {
        let _ = word;
        false
    }

    /// Tells `cx` what the handler of a word asked for.
    #[doc(hidden)]
    fn finish_word(&mut self, cx: &mut Cx<'_, Self>) {
        let _ = cx;
    }

    /// The actor is about to end, with this cause. Not called for a kill. Messages it sends still go out.
    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, cause: &StopCause) {
        let _ = (cx, cause);
    }
}

impl<A: Receive> WordReceiver for A {
    type End = StopCause;

    #[inline(always)]
    fn receive_word(&mut self, word: &Word) -> bool {
        Receive::receive_word(self, word)
    }

    fn finish_word(&mut self, actor: Lent<'_, A>) -> Option<StopCause> {
        let mut cx = Cx::new(actor);
        Receive::finish_word(self, &mut cx);
        cx.into_end()
    }

    fn finish(actor: &Actor<A>, end: StopCause) {
        lifecycle::finish_turn(actor, end);
    }
}

impl<A: Receive> PacketReceiver for A {
    const TAKES_WORDS: bool = A::TAKES_WORDS;

    #[inline(always)]
    fn receive(&mut self, actor: Lent<'_, A>, packet: &mut Packet<'_>) -> Option<StopCause> {
        let mut cx = Cx::new(actor);
        if packet.flags() & (FLAG_TIMER | FLAG_EXPIRES | FLAG_ANSWER) != 0 && !is_due(&cx, packet) {
            return None;
        }
        Receive::receive(self, &mut cx, packet);
        cx.into_end()
    }

    fn kept(cell: &CellHeader, reply: u64) {
        ask::keep_unless_held(Shared::of(cell), cell, reply);
    }

    fn left(cell: &CellHeader, bytes: usize) {
        Shared::of(cell).pool.leave_outside(bytes);
    }

    fn unanswered(cell: &CellHeader, reply: u64, reason: DropReason) {
        let shared = Shared::of(cell);
        match reason {
            DropReason::Delivered => ask::settle_unless_named(shared, reply),
            // No handler had it.
            _ => _ = ask::settle(shared, reply, Outcome::NoReply),
        }
    }

    fn stopping(actor: &AnyActor, cause: &dyn Any) {
        let (Some(actor), Some(cause)) = (actor.downcast::<A>(), cause.downcast_ref::<StopCause>()) else {
            return;
        };
        Shared::of(actor.header()).enter(&actor, |value| {
            // What the hook asks for changes nothing: the actor is ending.
            value.on_stop(&mut Cx::new(Lent::of(&actor)), cause);
        });
    }
}

/// Whether a timer's packet, or one that expires, is for the actor now. An answer for which it waits lets it go on.
#[cold]
#[inline(never)]
fn is_due<A: 'static>(cx: &Cx<'_, A>, packet: &mut Packet<'_>) -> bool {
    if packet.flags() & FLAG_ANSWER != 0 {
        let (is_own, outcome) = ask::read_answer_status(packet.status(), cx.this().incarnation());
        packet.set_status(outcome);
        if is_own {
            holding::answered(cx.shared(), cx.this().header(), packet.reply_token());
        } else {
            // It was under way when the incarnation that had asked came to its end.
            let late = &cx.shared().counters.late_replies;
            late.set(late.get() + 1);
            cx.shared().contain(|| packet.discard(DropReason::Cancelled));
        }
        return is_own;
    }
    let Some(until) = packet.take_expiry() else {
        // It may be that an earlier incarnation armed it.
        return cx.this().incarnation() == packet.status() as u32;
    };
    if cx.now_ns() <= until {
        return true;
    }
    let shared = cx.shared();
    let what = Description { type_name: "packet", tag: packet.tag(), origin: packet.sender() as u32 };
    shared.lose(cx.this().header().id(), DropReason::Expired, what);
    shared.contain(|| packet.discard(DropReason::Expired));
    false
}

impl<A: 'static> Actor<A> {
    /// Lets the actor take packets from now on. From here on its timers end with it.
    ///
    /// # Examples
    ///
    /// See [`Receive`].
    pub fn accept_packets(&self) -> ActorId
    where
        A: Receive,
    {
        receiving::accept(self);
        self.actor_id()
    }

    /// Gives a preparing actor its value at once, without a queued call. The value comes back if the actor is not preparing.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Cx, Packet, Receive, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// #[derive(Debug)]
    /// struct Count(u32);
    ///
    /// impl Receive for Count {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {
    ///         self.0 += 1;
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, Count, ret_nop!());
    /// actor.install(Count(1)).unwrap();
    /// assert_eq!(actor.query(&mut runtime, |count, _| count.0), Some(1), "at once");
    /// assert_eq!(actor.install(Count(2)).unwrap_err().0, 2, "it has a value");
    /// ```
    pub fn install(&self, value: A) -> Result<(), A> {
        let shared = Shared::of(self.header());
        if !self.header().is_preparing() {
            return Err(value);
        }
        lifecycle::ready(shared, self, value);
        Ok(())
    }
}
