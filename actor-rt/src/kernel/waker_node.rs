//! A waker's place in the inbox: memory made once and linked for every wake, shared by two without being counted.
//!
//! ```text
//! state  0               the waker's alone
//!        QUEUED          linked, or about to be by whoever set the bit; the list may read it until it settles it
//!        DELETED         the waker is gone; who settles it next frees it
//! ```
//!
//! Invariants: a node is freed by whoever settles it after its waker is gone, and that settling always comes, since deleting queues. While
//! the waker lives nobody frees it; after it was settled the list does not touch it, for then it may be gone.

use super::block::{Link, LinkKind};
use super::sync::{AtomicU8, Ordering, TrackedArc};
use std::ptr::NonNull;

const QUEUED: u8 = 1;
const DELETED: u8 = 2;

#[repr(C)]
struct Node {
    // First, so that a pointer to the node is one to its link and back.
    link: Link,
    key: u32,
    state: AtomicU8,
}

/// The waker's end of its node. Empty once deleted.
pub(crate) struct WakerNode(Option<NonNull<Node>>);

// SAFETY: the node's key never changes, its state is atomic, and its link is used by whoever holds the one `QueuedNode`.
unsafe impl Send for WakerNode {}
// SAFETY: as above.
unsafe impl Sync for WakerNode {}

impl WakerNode {
    pub(crate) fn new(key: u32) -> WakerNode {
        // Never counted beyond one: the type is here for the models, which find a node that is not freed.
        let node = TrackedArc::new(Node { link: Link::new(LinkKind::Waker), key, state: AtomicU8::new(0) });
        WakerNode(NonNull::new(TrackedArc::into_raw(node).cast_mut()))
    }

    /// Notes a use. The node comes back if it has to be linked for that; otherwise it is, and uses before the owner gets to it count once.
    pub(crate) fn mark_used(&self) -> Option<QueuedNode> {
        // SAFETY: not deleted, so nobody has freed it.
        unsafe { queue(self.0?, QUEUED) }
    }

    /// Notes that the waker is gone, which supersedes a use not yet reported. The node comes back if it has to be linked for that.
    pub(crate) fn mark_deleted(&mut self) -> Option<QueuedNode> {
        // SAFETY: not deleted before now.
        unsafe { queue(self.0.take()?, QUEUED | DELETED) }
    }
}

/// # Safety
/// The node's waker is not deleted yet.
unsafe fn queue(node: NonNull<Node>, bits: u8) -> Option<QueuedNode> {
    // Not by a reference to the node: that may be freed as soon as it is marked.
    // SAFETY: by the caller it is not freed yet.
    let state = unsafe { &(*node.as_ptr()).state };
    // A read-modify-write with release also where the node is queued already: settling reads from it or from a later one, so what the caller
    // wrote before this call is visible to the handler, always. Acquire: what the list did with the node lies before.
    let before = state.fetch_or(bits, Ordering::AcqRel);
    (before & QUEUED == 0).then(|| QueuedNode(node))
}

impl Drop for WakerNode {
    fn drop(&mut self) {
        drop(self.mark_deleted());
    }
}

/// The list's end of a node, from the marking that queued it until it is settled. There is at most one.
pub(crate) struct QueuedNode(NonNull<Node>);

// SAFETY: as for `WakerNode`; this is the one that owns the link.
unsafe impl Send for QueuedNode {}

impl QueuedNode {
    /// The address to link; [`from_link`](QueuedNode::from_link) gives the node back.
    pub(crate) fn into_link(self) -> NonNull<Link> {
        let link = self.0.cast();
        std::mem::forget(self);
        link
    }

    /// # Safety
    /// `link` came from `into_link` and is turned back only once.
    pub(crate) unsafe fn from_link(link: NonNull<Link>) -> QueuedNode {
        QueuedNode(link.cast())
    }

    /// Gives the node back to its waker, or frees it if that is gone. Tells the key, and whether the waker is gone.
    pub(crate) fn settle(self) -> (u32, bool) {
        let settled = settle(self.0);
        std::mem::forget(self);
        settled
    }
}

impl Drop for QueuedNode {
    fn drop(&mut self) {
        settle(self.0);
    }
}

/// To be called once for each `QueuedNode`, which is gone with it.
fn settle(node: NonNull<Node>) -> (u32, bool) {
    // SAFETY: queued, so nobody has freed it.
    let (key, state) = unsafe { ((*node.as_ptr()).key, &(*node.as_ptr()).state) };
    // By a read-modify-write, so that uses that found it queued are seen. Acquire takes over what those wrote, release gives the link back.
    let deleted = state.swap(0, Ordering::AcqRel) & DELETED != 0;
    if deleted {
        // SAFETY: made by `into_raw`. The waker let go of it when it set the bit, and there is no other `QueuedNode`.
        unsafe { drop(TrackedArc::from_raw(node.as_ptr().cast_const())) };
    }
    (key, deleted)
}
