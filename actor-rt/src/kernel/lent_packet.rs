//! Packets that were never queued: a payload that came another way, shown to a handler as a message.

use super::owned_bytes::OwnedBytes;
use super::packet::{Class, Envelope, Head, Packet};
use super::record::DropReason;
use std::mem::ManuallyDrop;

/// Releases the payload when the handler is done, also when it panicked.
struct Lent<'a>(Packet<'a>);

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        // Nothing, if it was taken.
        self.0.discard(DropReason::Delivered);
    }
}

impl Packet<'_> {
    /// Shows a payload to `f` as a packet that nobody sent, for what reaches a handler of another language by another way than its queue. What
    /// `f` has not taken is released when it returns, or panics.
    ///
    /// An answer to it goes nowhere: the envelope's token is the caller's affair.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Envelope, OwnedBytes, Packet};
    ///
    /// let envelope = Envelope { tag: 7, ..Envelope::default() };
    /// let taken = Packet::lend(&envelope, OwnedBytes::copy_of(b"hello"), |packet| {
    ///     assert_eq!((packet.tag(), packet.data()), (7, &b"hello"[..]));
    ///     packet.take()
    /// });
    /// assert_eq!(taken.as_slice(), b"hello");
    /// ```
    pub fn lend<R>(envelope: &Envelope, bytes: OwnedBytes, f: impl FnOnce(&mut Packet<'_>) -> R) -> R {
        let mut head = Head::new(envelope, 0, Class::Owned);
        // Whoever takes it out says so in the head's class.
        let mut bytes = ManuallyDrop::new(bytes);
        let body = (&raw mut bytes).cast();
        f(&mut Lent(Packet { head: &mut head, body, kept: false }).0)
    }
}
