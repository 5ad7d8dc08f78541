//! The inbox: the one word through which other threads reach a runtime, and which also says that the owner sleeps.
//!
//! ```text
//! head:  null     the owner is awake, or has been signalled already; nothing came yet
//!        ASLEEP   the owner found nothing to do and announced it; the next push wakes it
//!        entry    newest of a list, linked through `next` to older ones
//!        CLOSED   the runtime is gone, for ever
//!
//! push   CAS head → entry        whoever replaces ASLEEP wakes, and nobody else
//! drain  swap head → null        takes all at once, at the entry of a step; the owner is awake from here on
//! sleep  CAS null → ASLEEP       at the end of an idle step; failing means there is work
//! claim  CAS ASLEEP → null       a post of the owner's own outside a step: it wakes, and nobody else
//! close  swap head → CLOSED
//! ```
//!
//! No wake is lost and none is made twice because all of this happens to one word, whose changes have one order: a push before
//! the CAS to ASLEEP makes that fail; one after it replaces ASLEEP, which only one push or claim can.
//!
//! A list that was begun on ASLEEP ends in it instead of in null, so the owner sees with the list that its push owes a wake call.
//!
//! Invariants: `ASLEEP` and `CLOSED` are set by the owner thread only. An entry is in the list at most once. The wake target is
//! called by a push that replaced ASLEEP, which counts the call as paid when it has returned, or by the owner thread; the
//! owner drops it when the word is CLOSED and as many are paid as are owed. No lock exists here.

use super::target::{WakeFlags, WakeTarget};
use crate::kernel::block::{self, Batch, Incoming, Link, LinkKind};
use crate::kernel::sync::{self, AtomicBool, AtomicPtr, AtomicUsize, Ordering, UnsafeCell};
use crate::kernel::waker_node::{QueuedNode, WakerNode};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::sync::Arc;

/// The owner sleeps. Not an address: links are aligned to more than one byte.
const ASLEEP: *mut Link = ptr::without_provenance_mut(1);
/// The runtime is gone.
const CLOSED: *mut Link = ptr::without_provenance_mut(2);

/// Key of the inbox's own waker node.
const NUDGE: u32 = u32::MAX;

/// The cross-thread door of one runtime.
pub(crate) struct Inbox {
    head: AtomicPtr<Link>,
    /// Wake calls that have returned, of those that a push owed, on other threads.
    paid: AtomicUsize,
    /// As `paid`, on the owner thread. The owner's.
    paid_by_owner: AtomicUsize,
    /// Lists that were begun on ASLEEP, each of which owes a wake call. The owner's.
    owed: AtomicUsize,
    target: UnsafeCell<Option<Box<dyn WakeTarget>>>,
    nudge: WakerNode,
    owner: AtomicUsize,
    owner_waking: AtomicBool,
    interrupted: AtomicBool,
    /// Wake calls after a claim of the owner's. The owner's.
    claims: AtomicUsize,
    wake_panics: AtomicUsize,
}

// SAFETY: the list's entries are `Send` (`Batch`, `QueuedNode`); the target is `Send + Sync` and only exchanged as described at
// `retire_target`; everything else is atomic.
unsafe impl Send for Inbox {}
// SAFETY: as above.
unsafe impl Sync for Inbox {}

/// What the owner finds when it drains.
pub(crate) enum Drained<'a> {
    /// A message.
    Record(Incoming<'a>),
    /// A waker was used since the last time, however often, or dropped.
    Waker {
        /// Its key.
        key: u32,
        /// It was dropped; this is the last that is heard of it.
        deleted: bool,
    },
    /// Somebody asked for a step and nothing more.
    Nudge,
}

/// Something the list can hold. It owns what it stands for.
pub(crate) enum Entry {
    Batch(Batch),
    Waker(QueuedNode),
}

impl Entry {
    fn into_link(self) -> NonNull<Link> {
        match self {
            Entry::Batch(batch) => batch.into_link(),
            Entry::Waker(node) => node.into_link(),
        }
    }

    /// # Safety
    /// `link` came from `into_link` and is turned back only once.
    unsafe fn from_link(link: NonNull<Link>) -> Entry {
        // SAFETY: by the caller it is the beginning of what `kind` says, still owned by the list.
        unsafe {
            match link.as_ref().kind {
                LinkKind::Block => Entry::Batch(Batch::from_link(link)),
                LinkKind::Waker => Entry::Waker(QueuedNode::from_link(link)),
            }
        }
    }
}

/// Entries taken out of the inbox, oldest first. Those not asked for are dropped, with the records in them.
struct Chain {
    first: *mut Link,
    /// It was begun on ASLEEP.
    broke_sleep: bool,
    entries: PhantomData<Entry>,
}

impl Chain {
    /// # Safety
    /// `newest` begins a list of entries (or is a sentinel or null) that nobody else can reach any more.
    unsafe fn reversed(newest: *mut Link) -> Chain {
        let mut first = ptr::null_mut();
        let mut rest = newest;
        while let Some(link) = link_at(rest) {
            // SAFETY: a link in the list is alive, and its place in it is ours. Relaxed here and in `next`: the swap that
            // took the list acquired what the pushes released.
            let next = unsafe { &link.as_ref().next };
            rest = next.load(Ordering::Relaxed);
            next.store(first, Ordering::Relaxed);
            first = link.as_ptr();
        }
        Chain { first, broke_sleep: !first.is_null() && rest == ASLEEP, entries: PhantomData }
    }
}

/// A link, unless the word is null or a sentinel.
fn link_at(word: *mut Link) -> Option<NonNull<Link>> {
    if word == ASLEEP || word == CLOSED { None } else { NonNull::new(word) }
}

impl Iterator for Chain {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let link = NonNull::new(self.first)?;
        // SAFETY: alive and ours, as above. `next` is read before the entry is given up: its owner may push it again at once.
        unsafe {
            self.first = link.as_ref().next.load(Ordering::Relaxed);
            Some(Entry::from_link(link))
        }
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

/// A wake call that is owed: whoever holds it replaced ASLEEP. Made when dropped, so that it is never forgotten and can be the
/// last act, after every lock is released.
#[must_use = "dropping it calls the host; do so when no lock is held"]
pub(crate) struct Signal<'a> {
    inbox: &'a Inbox,
}

impl Drop for Signal<'_> {
    fn drop(&mut self) {
        let inbox = self.inbox;
        if inbox.is_owner_thread() {
            // No step runs, so this interrupts nothing. But none begins on it before it has looked whether a wake call is running.
            inbox.interrupt();
            inbox.call_target_as_owner(WakeFlags::REMOTE, || bump(&inbox.paid_by_owner));
            inbox.interrupted.store(false, Ordering::Relaxed);
        } else {
            inbox.call_target(WakeFlags::REMOTE);
            // Release: the call happened before the target is dropped by a `close` that sees the count.
            inbox.paid.fetch_add(1, Ordering::Release);
        }
    }
}

/// From any thread.
impl Inbox {
    /// Links an entry. Comes with a signal if the owner slept. An entry that comes too late is given back.
    pub(crate) fn push(&self, entry: Entry) -> Result<Option<Signal<'_>>, Entry> {
        let link = entry.into_link();
        // SAFETY: alive while it is ours, which it is until a CAS below succeeds.
        let next = unsafe { &link.as_ref().next };
        // Relaxed: a guess, decided by the CAS. Sentinels carry no data.
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            if head == CLOSED {
                // SAFETY: made above, and not linked.
                return Err(unsafe { Entry::from_link(link) });
            }
            next.store(head, Ordering::Relaxed);
            // Release publishes the entry; earlier pushes stay published, since a CAS continues their release sequence. Acquire: what
            // the owner did before it slept happened before the wake call.
            match self.head.compare_exchange_weak(head, link.as_ptr(), Ordering::AcqRel, Ordering::Relaxed) {
                Ok(ASLEEP) => return Ok(Some(Signal { inbox: self })),
                Ok(_) => return Ok(None),
                Err(now) => head = now,
            }
        }
    }

    /// Reports a waker's use. Uses before the owner gets to it count once.
    pub(crate) fn wake_node(&self, node: &WakerNode) {
        self.push_node(node.mark_used());
    }

    /// Reports that a waker is gone, once. A use not yet reported is superseded.
    pub(crate) fn delete_node(&self, node: &mut WakerNode) {
        self.push_node(node.mark_deleted());
    }

    fn push_node(&self, node: Option<QueuedNode>) {
        if let Some(node) = node {
            // Refused if the runtime is gone; dropping the node settles it.
            drop(self.push(Entry::Waker(node)));
        }
    }

    /// Asks for a step, which will begin after this call. False if the runtime is gone.
    pub(crate) fn nudge(&self) -> bool {
        self.wake_node(&self.nudge);
        !self.is_closed()
    }

    /// Whether the runtime is gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.head.load(Ordering::Acquire) == CLOSED
    }

    /// Asks the running step, if any, to end after the current message.
    pub(crate) fn interrupt(&self) {
        // Relaxed: a request without data.
        self.interrupted.store(true, Ordering::Relaxed);
    }

    /// Whether this is the owner thread.
    pub(crate) fn is_owner_thread(&self) -> bool {
        // Relaxed: only the owner can find its own number here, and it knows what it wrote.
        self.owner.load(Ordering::Relaxed) == sync::thread_token()
    }

    /// Wake calls so far, modulo the size of an address on 32-bit machines: those that have returned or were answered by a step.
    pub(crate) fn wakes(&self) -> u64 {
        let pushes = self.paid().max(self.owed.load(Ordering::Relaxed));
        pushes.wrapping_add(self.claims.load(Ordering::Relaxed)) as u64
    }

    /// Wake calls that panicked so far.
    pub(crate) fn wake_panics(&self) -> u64 {
        self.wake_panics.load(Ordering::Relaxed) as u64
    }

    /// Wake calls that have returned, of those that a push owed.
    fn paid(&self) -> usize {
        // Acquire pairs with the release of the thread that paid.
        self.paid.load(Ordering::Acquire).wrapping_add(self.paid_by_owner.load(Ordering::Relaxed))
    }

    /// Calls the target, if there is one. The caller owes this call or is the owner thread.
    fn call_target(&self, flags: WakeFlags) {
        self.target.with(|target| {
            // SAFETY: exchanged only by `retire_target`, on the owner thread, when nobody owes a call; on the owner thread it
            // does not run while this does (`owner_waking`).
            let Some(target) = (unsafe { &*target }) else { return };
            if block::contain(|| target.wake(flags)) {
                self.wake_panics.fetch_add(1, Ordering::Relaxed);
            }
        });
    }

    /// Calls the target on the owner thread and marks the time for which calls into the runtime are refused.
    fn call_target_as_owner(&self, flags: WakeFlags, after: impl FnOnce()) {
        // Relaxed throughout, and not one operation: only the owner thread reads or writes the mark.
        let nested = self.is_owner_waking();
        self.owner_waking.store(true, Ordering::Relaxed);
        self.call_target(flags);
        after();
        self.owner_waking.store(nested, Ordering::Relaxed);
        if !nested && self.is_closed() {
            // Closed from inside the call, which therefore could not wait for its own end.
            self.retire_target();
        }
    }
}

/// On the owner thread.
impl Inbox {
    /// An inbox owned by the calling thread, awake. Without a target nobody is ever told: the host polls.
    pub(crate) fn new(target: Option<Box<dyn WakeTarget>>) -> Arc<Inbox> {
        Arc::new(Inbox {
            head: AtomicPtr::new(ptr::null_mut()),
            paid: AtomicUsize::new(0),
            paid_by_owner: AtomicUsize::new(0),
            owed: AtomicUsize::new(0),
            target: UnsafeCell::new(target),
            nudge: WakerNode::new(NUDGE),
            owner: AtomicUsize::new(sync::thread_token()),
            owner_waking: AtomicBool::new(false),
            interrupted: AtomicBool::new(false),
            claims: AtomicUsize::new(0),
            wake_panics: AtomicUsize::new(0),
        })
    }
    /// Makes the calling thread the owner. The caller sees to it that the former owner has stopped using the runtime.
    pub(crate) fn adopt(&self) {
        self.owner.store(sync::thread_token(), Ordering::Relaxed);
    }

    /// Whether the wake function runs on this, the owner thread.
    pub(crate) fn is_owner_waking(&self) -> bool {
        self.owner_waking.load(Ordering::Relaxed)
    }

    /// Whether the owner neither sleeps, nor is anything here for it: then there is nothing to drain.
    #[inline(always)]
    pub(crate) fn is_quiet(&self) -> bool {
        // Relaxed: as for `drain`, which this spares.
        self.head.load(Ordering::Relaxed).is_null()
    }

    /// Whether entries wait to be drained.
    pub(crate) fn has_entries(&self) -> bool {
        // Relaxed: a hint; whoever drains synchronises.
        link_at(self.head.load(Ordering::Relaxed)).is_some()
    }

    /// Whether the running step was asked to end. Reset by [`take_interrupt`](Inbox::take_interrupt).
    #[inline]
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Whether the running step was asked to end. The request is used up.
    pub(crate) fn take_interrupt(&self) -> bool {
        self.is_interrupted() && self.interrupted.swap(false, Ordering::Relaxed)
    }

    /// Takes everything that came, in the order it was pushed, and leaves the owner awake: nobody wakes it before the next
    /// [`sleep`](Inbox::sleep). What comes meanwhile waits for the next drain.
    pub(crate) fn drain(&self, sink: impl FnMut(Drained<'_>)) {
        // Relaxed: null was put here by this thread, or stands until a push that the next sleep will meet. CLOSED is final.
        let head = self.head.load(Ordering::Relaxed);
        if head.is_null() || head == CLOSED {
            return;
        }
        // Acquire takes over what pushes released. Release: what happened before this drain happened before a push that
        // finds the word null.
        let newest = self.head.swap(ptr::null_mut(), Ordering::AcqRel);
        // SAFETY: swapped out by us alone.
        self.deliver(unsafe { Chain::reversed(newest) }, sink);
    }

    fn deliver(&self, chain: Chain, mut sink: impl FnMut(Drained<'_>)) {
        if chain.broke_sleep {
            bump(&self.owed);
        }
        for entry in chain {
            match entry {
                Entry::Batch(batch) => {
                    let mut records = batch.take();
                    while let Some(record) = records.next() {
                        sink(Drained::Record(record));
                    }
                }
                // Settled before it is reported, so that a use during the handler is reported again.
                Entry::Waker(node) => sink(match node.settle() {
                    (NUDGE, _) => Drained::Nudge,
                    (key, deleted) => Drained::Waker { key, deleted },
                }),
            }
        }
    }

    /// Announces that the owner has nothing to do: exactly one wake will follow. False if there is something to drain.
    #[must_use]
    pub(crate) fn sleep(&self) -> bool {
        // Release: pairs with the acquire of the push that will wake. Acquire on failure: nothing is read through it, but then
        // the drain that must follow begins from what made it fail.
        match self.head.compare_exchange(ptr::null_mut(), ASLEEP, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(now) => now == ASLEEP || now == CLOSED,
        }
    }

    /// Withdraws the announcement, for work that the owner thread itself brings outside a step. True if it stood: then the
    /// caller has to wake ([`wake_from_owner`](Inbox::wake_from_owner)), and nobody else will.
    #[must_use]
    pub(crate) fn claim_local(&self) -> bool {
        // Most posts outside a step come after the first: they end here, without a read-modify-write. Relaxed: ASLEEP is this
        // thread's own store, so seeing anything else means that it is gone.
        self.head.load(Ordering::Relaxed) == ASLEEP
            && self
                .head
                .compare_exchange(ASLEEP, ptr::null_mut(), Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
    }

    /// Calls the wake target after a successful [`claim_local`](Inbox::claim_local). By value: the call may end the runtime
    /// that held the other pointer.
    pub(crate) fn wake_from_owner(inbox: Arc<Inbox>, flags: WakeFlags) {
        debug_assert!(inbox.is_owner_thread());
        inbox.call_target_as_owner(flags, || bump(&inbox.claims));
    }

    /// Ends all ingress: hands out what was accepted, refuses everything later, waits for wake calls in flight on other
    /// threads, and drops the wake target. After it no wake call is made or running, unless it is itself called from inside
    /// one on this thread: then the target is dropped when that one returns.
    pub(crate) fn close(&self, sink: impl FnMut(Drained<'_>)) {
        debug_assert!(self.is_owner_thread());
        // As in `drain`; a second close finds no list.
        let newest = self.head.swap(CLOSED, Ordering::AcqRel);
        // SAFETY: swapped out by us alone.
        self.deliver(unsafe { Chain::reversed(newest) }, sink);
        if !self.is_owner_waking() {
            self.retire_target();
        }
    }

    /// Drops the wake target once no call of it can be in flight. Owner thread, closed, not inside a wake call.
    fn retire_target(&self) {
        let mut round = 0;
        // Nobody takes a new call upon himself: the word is CLOSED.
        while self.paid() != self.owed.load(Ordering::Relaxed) {
            sync::relax(round);
            round += 1;
        }
        // SAFETY: no call is made any more; the owner thread is here.
        let target = self.target.with_mut(|target| unsafe { (*target).take() });
        if block::contain(|| drop(target)) {
            self.wake_panics.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Counts in what only the owner thread changes: no read-modify-write.
fn bump(count: &AtomicUsize) {
    count.store(count.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
}

impl Drop for Inbox {
    fn drop(&mut self) {
        // Only if nobody closed it. Relaxed: exclusive access orders what came before.
        let newest = self.head.swap(CLOSED, Ordering::Relaxed);
        // SAFETY: nobody else has the inbox any more.
        drop(unsafe { Chain::reversed(newest) });
    }
}
