//! Append-only blocks of records between one producer and the owner thread.
//!
//! ```text
//! [ Link | state | holders | capacity ] [ record ][ record ][ record ] ...... free ......
//!          committed length + TAKEN     ^ visible to the owner       ^ only the producer's
//! ```
//!
//! A record here is what [`Head`] says and its payload. Most are like the one before, with the same function and target, and
//! say only so: what goes from one processor to the other is then hardly more than the payloads.
//!
//! The producer ([`Writer`]) writes a record behind the committed ones and then commits it with one compare-and-swap. The
//! owner ([`Batch`]) takes the block with one swap, which sets TAKEN and tells how much is committed. So a record is either
//! below the length the owner saw, and the owner's, or its commit fails, and it is still the producer's, who carries it to the
//! next block. Only a block's first record needs the shared list.
//!
//! Invariants: bytes below the committed length belong to the owner side, bytes above it to the producer; TAKEN is set once per
//! publication and never cleared while two hold the block; a block has at most two holders (producer, owner side) and whoever
//! lets go last frees it; a producer that finds itself the only holder may fill the block anew. Whatever travels is `Send` ([`Cargo`]).

use super::record::{self, Description, DropReason, Meta, Operation, Payload, Record, RunFn, flag};
use super::sync::{self, AtomicPtr, AtomicU32, Ordering, Witness};
use std::alloc::Layout;
use std::any::Any;
use std::marker::PhantomData;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::ptr::{self, NonNull};

/// What stands in front of everything that can be linked into an inbox.
#[repr(C)]
pub(crate) struct Link {
    /// The entry pushed before this one. An atomic only so that a shared entry may write it; whoever owns the entry's place in
    /// the list is alone with it, and the list's head orders the accesses.
    pub next: AtomicPtr<Link>,
    /// What the link is part of.
    pub kind: LinkKind,
}

/// What a [`Link`] is the beginning of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkKind {
    /// A block of records.
    Block,
    /// A waker's node.
    Waker,
}

impl Link {
    pub(crate) fn new(kind: LinkKind) -> Self {
        Link { next: AtomicPtr::new(ptr::null_mut()), kind }
    }
}

/// In `state`: the owner has taken the block, nothing can be committed any more.
const TAKEN: u32 = 1 << 31;

const HEADER: usize = mem::size_of::<Block>().next_multiple_of(8);

/// Bytes of a remote's first block, and of those it grows to while they fill before the owner comes. Two and four records in
/// model builds, where every step costs a branch of the search.
const FIRST: usize = if cfg!(all(test, loom)) { HEADER + HEAD + 8 + META + 8 } else { 512 };
const LARGEST: usize = if cfg!(all(test, loom)) { HEADER + HEAD + 8 + 3 * (META + 8) } else { 16 << 10 };

/// What stands before a payload.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Head {
    /// Bytes that the record will have in a lane, and its flags. With LIKE there is nothing else.
    meta: Meta,
    like: Like,
}

/// What consecutive records to one actor have in common.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Like {
    run: RunFn,
    /// The id of the receiver: not a cell yet, the owner thread resolves it.
    target: u64,
}

const HEAD: usize = mem::size_of::<Head>();
const META: usize = mem::offset_of!(Head, like);
const _: () = assert!(HEAD % 8 == 0 && META == 8);

impl Like {
    #[inline(always)]
    fn is(&self, other: &Like) -> bool {
        self.target == other.target && ptr::fn_addr_eq(self.run, other.run)
    }
}

#[repr(C)]
struct Block {
    // First, so that a pointer to the block is one to its link and back.
    link: Link,
    state: AtomicU32,
    holders: AtomicU32,
    capacity: u32,
    witness: Witness,
}

/// One holder's claim on a block; the last one to be dropped frees the memory. Records in it are not looked at.
struct Hold(NonNull<Block>);

impl Hold {
    /// A block of `capacity` bytes with a single holder and nothing committed.
    fn allocate(capacity: u32) -> Hold {
        let layout = Block::layout(capacity);
        // SAFETY: the layout has the size of a header at least.
        let memory = unsafe { sync::alloc(layout) };
        let Some(block) = NonNull::new(memory.cast::<Block>()) else {
            std::alloc::handle_alloc_error(layout)
        };
        // SAFETY: fresh memory, large enough and aligned by `Block::layout`.
        unsafe {
            block.write(Block {
                link: Link::new(LinkKind::Block),
                state: AtomicU32::new(0),
                holders: AtomicU32::new(1),
                capacity,
                witness: Witness::new(capacity as usize),
            });
        }
        Hold(block)
    }

    fn block(&self) -> &Block {
        // SAFETY: a holder keeps the block allocated; its header is shared and changed through atomics only.
        unsafe { self.0.as_ref() }
    }

    /// The bytes at `offset`. Who may touch them is the caller's concern; the pointer stays inside the allocation.
    fn at(&self, offset: u32) -> *mut u8 {
        debug_assert!(offset <= self.block().capacity);
        // SAFETY: `capacity` bytes follow the header, and `offset` does not exceed them.
        unsafe { self.0.as_ptr().cast::<u8>().add(HEADER + offset as usize) }
    }

    /// Whether the other side has let go. Acquire pairs with the release in `drop`: all it did with the bytes lies before.
    fn is_alone(&self) -> bool {
        self.block().holders.load(Ordering::Acquire) == 1
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // Release hands our accesses to whoever frees or reuses the block, acquire collects the other side's.
        if self.block().holders.fetch_sub(1, Ordering::AcqRel) == 1 {
            let layout = Block::layout(self.block().capacity);
            // SAFETY: the last holder is alone with the block, which `allocate` made with this layout.
            unsafe {
                self.0.drop_in_place();
                sync::dealloc(self.0.as_ptr().cast(), layout);
            }
        }
    }
}

impl Block {
    fn layout(capacity: u32) -> Layout {
        const ALIGN: usize = if mem::align_of::<Block>() > 8 { mem::align_of::<Block>() } else { 8 };
        Layout::from_size_align(HEADER + capacity as usize, ALIGN).expect("blocks are small")
    }
}

/// What can travel in a block: a payload, its function, and a way to take back what was written but never handed over.
///
/// # Safety
/// `write` writes a payload that `function` operates on without looking at its cell, `bytes` long, a multiple of 8, and at most
/// [`MAX_CARGO`]. Copying those bytes moves the payload. It may be run and dropped on any thread.
pub(crate) unsafe trait Cargo: Send + Sized {
    /// What [`take_back`](Cargo::take_back) needs besides the bytes.
    type Receipt;
    /// The function of the record.
    fn function(&self) -> RunFn;
    /// The flags of the record.
    fn flags(&self) -> u16;
    /// Payload bytes in the record.
    fn bytes(&self) -> usize;
    /// # Safety
    /// `to` is aligned to 8 and has `bytes` of room.
    unsafe fn write(self, to: *mut u8) -> Self::Receipt;
    /// # Safety
    /// `from` holds what `write` wrote when it returned `receipt`; it is dead afterwards.
    unsafe fn take_back(receipt: Self::Receipt, from: *const u8) -> Self;
}

/// Largest payload a block can carry; anything near it has long moved to a box.
pub(crate) const MAX_CARGO: usize = 1 << 15;

// SAFETY: `FUNCTION` operates on what `Payload::write` writes, `BYTES` of it, a Rust value or a pointer to one; payload functions
// use the cell in RUN only.
unsafe impl<P: Payload + Send> Cargo for P {
    type Receipt = ();

    #[inline(always)]
    fn function(&self) -> RunFn {
        P::FUNCTION
    }

    #[inline(always)]
    fn flags(&self) -> u16 {
        P::FLAGS
    }

    #[inline(always)]
    fn bytes(&self) -> usize {
        P::BYTES
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut u8) {
        // SAFETY: by the caller.
        unsafe { Payload::write(self, to) }
    }

    unsafe fn take_back(_receipt: (), from: *const u8) -> P {
        // SAFETY: by the caller.
        unsafe { P::read(from.cast_mut()) }
    }
}

/// The producer's end: the block it appends to while the owner has not taken it, and one to fall back on.
pub(crate) struct Writer {
    open: Option<Hold>,
    spare: Option<Hold>,
    /// Bytes of the next block to allocate, header included.
    size: usize,
    /// What the last record in the open block is like.
    last: Option<Like>,
}

// SAFETY: what lies in its blocks is `Cargo`, hence `Send`; blocks are shared through atomics only.
unsafe impl Send for Writer {}

/// Why a record did not get into the open block.
enum NoRoom {
    Full,
    Taken,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Writer { open: None, spare: None, size: FIRST, last: None }
    }

    /// Appends a record for `target`. If it is the first of a block, `publish` gets the owner's end of the block and answers with
    /// what is to be returned, or gives the block back if nobody will ever take it; then the cargo comes back as the error.
    #[inline]
    pub(crate) fn append<C: Cargo, S>(
        &mut self,
        target: u64,
        cargo: C,
        publish: impl FnOnce(Batch) -> Result<S, Batch>,
    ) -> Result<Option<S>, C> {
        let like = Like { run: cargo.function(), target };
        let cargo = match &self.open {
            Some(open) => match open.commit(like, self.last.is_some_and(|last| last.is(&like)), cargo) {
                Ok(()) => {
                    self.last = Some(like);
                    return Ok(None);
                }
                Err((cargo, NoRoom::Taken)) => cargo,
                Err((cargo, NoRoom::Full)) => {
                    // The producer is ahead of the owner: fewer, larger blocks.
                    self.size = (self.size * 2).min(LARGEST);
                    cargo
                }
            },
            None => cargo,
        };
        self.open_block(like, cargo, publish)
    }

    #[inline(never)]
    fn open_block<C: Cargo, S>(
        &mut self,
        like: Like,
        cargo: C,
        publish: impl FnOnce(Batch) -> Result<S, Batch>,
    ) -> Result<Option<S>, C> {
        let bytes = (HEAD + cargo.bytes()) as u32;
        let hold = self.next_block(bytes);
        self.last = Some(like);
        // SAFETY: we are the block's only holder, it has room for the record, and nothing is committed in it.
        let receipt = unsafe { hold.write(0, Some(like), cargo) };
        // Relaxed: nobody else knows the block yet, publishing it is what makes these visible.
        hold.block().state.store(bytes, Ordering::Relaxed);
        hold.block().holders.store(2, Ordering::Relaxed);
        // SAFETY: the block has a second holder now, and this is it.
        let batch = unsafe { Batch::from_link(hold.0.cast()) };
        match publish(batch) {
            Ok(answer) => {
                self.open = Some(hold);
                Ok(Some(answer))
            }
            Err(batch) => {
                assert!(batch.hold.0 == hold.0, "the block that was offered comes back");
                // Nothing is committed any more, so the batch drops no record.
                hold.block().state.store(0, Ordering::Relaxed);
                // SAFETY: the owner's end came back, so the record written above was not consumed and is ours again.
                Err(unsafe { hold.take_back(HEAD as u32, receipt) })
            }
        }
    }

    /// An empty block with a single holder and room for `bytes`: one of ours that the owner has let go of, or a new one. A
    /// producer and an owner that keep pace therefore pass the same block to and fro and allocate nothing.
    fn next_block(&mut self, bytes: u32) -> Hold {
        let mut chosen = None;
        let mut kept = None;
        for hold in [self.open.take(), self.spare.take()].into_iter().flatten() {
            let capacity = hold.block().capacity;
            if chosen.is_none() && capacity >= bytes && hold.is_alone() {
                chosen = Some(hold);
            } else if kept.is_none() && HEADER + capacity as usize >= self.size {
                kept = Some(hold);
            }
        }
        self.spare = kept;
        // A record too large for the usual size gets a block of its own.
        chosen.unwrap_or_else(|| Hold::allocate(bytes.max((self.size - HEADER) as u32)))
    }
}

impl Hold {
    /// The producer's step: writes a record behind the committed ones and commits it, if there is room and the owner has not come.
    /// `repeats` if the one before is like it.
    #[inline]
    fn commit<C: Cargo>(&self, like: Like, repeats: bool, cargo: C) -> Result<(), (C, NoRoom)> {
        let head = if repeats { META } else { HEAD };
        let bytes = (head + cargo.bytes()) as u32;
        // Relaxed: the length in it is our own doing, and TAKEN is only a hint here; the exchange below decides.
        let length = self.block().state.load(Ordering::Relaxed);
        if length & TAKEN != 0 {
            return Err((cargo, NoRoom::Taken));
        }
        if bytes > self.block().capacity - length {
            return Err((cargo, NoRoom::Full));
        }
        // SAFETY: the bytes behind the committed length are the producer's, and there is room.
        let receipt = unsafe { self.write(length, (!repeats).then_some(like), cargo) };
        // Release publishes the record to the owner's swap. On failure nothing of the owner's is read: relaxed.
        match self.block().state.compare_exchange(
            length,
            length + bytes,
            Ordering::Release,
            Ordering::Relaxed,
        ) {
            Ok(_) => Ok(()),
            // SAFETY: not committed, hence not seen: the owner stops at the length it swapped out. The record is still ours.
            Err(_) => Err((unsafe { self.take_back(length + head as u32, receipt) }, NoRoom::Taken)),
        }
    }

    /// Writes a record, of which the one before says what it is like unless `like` does.
    ///
    /// # Safety
    /// The caller alone has access to the bytes from `offset`, a multiple of 8, and there is room for the record.
    #[inline]
    unsafe fn write<C: Cargo>(&self, offset: u32, like: Option<Like>, cargo: C) -> C::Receipt {
        debug_assert!(cargo.bytes() % 8 == 0 && cargo.bytes() <= MAX_CARGO);
        let (bytes, flags) = (record::HEADER + cargo.bytes(), cargo.flags());
        self.block().witness.touch(offset as usize);
        let start = self.at(offset);
        // SAFETY: by the caller; the block is aligned to 8, and so is everything at a multiple of 8.
        unsafe {
            match like {
                Some(like) => start.cast::<Head>().write(Head { meta: Meta::new(bytes, flags, 0), like }),
                None => start.cast::<Meta>().write(Meta::new(bytes, flags | flag::LIKE, 0)),
            }
            cargo.write(start.add(if like.is_some() { HEAD } else { META }))
        }
    }

    /// # Safety
    /// The payload at this offset is what `write` wrote when it returned `receipt`, nobody has consumed it, and the caller owns it.
    unsafe fn take_back<C: Cargo>(&self, offset: u32, receipt: C::Receipt) -> C {
        self.block().witness.touch(offset as usize);
        // SAFETY: by the caller.
        unsafe { C::take_back(receipt, self.at(offset)) }
    }
}

/// The owner's end of a published block. Dropping it discards what was committed.
pub(crate) struct Batch {
    hold: mem::ManuallyDrop<Hold>,
}

// SAFETY: the records in it are of `Cargo`, which is `Send`, and it is the only one to consume them.
unsafe impl Send for Batch {}

impl Batch {
    /// Gives up ownership for a place in a list; [`from_link`](Batch::from_link) gets it back.
    pub(crate) fn into_link(self) -> NonNull<Link> {
        mem::ManuallyDrop::new(self).hold.0.cast()
    }

    /// # Safety
    /// `link` came from [`into_link`](Batch::into_link) and is turned back only once.
    pub(crate) unsafe fn from_link(link: NonNull<Link>) -> Batch {
        Batch { hold: mem::ManuallyDrop::new(Hold(link.cast())) }
    }

    /// Takes the block: what is committed by now is the caller's, anything later finds the block closed.
    pub(crate) fn take(self) -> Records {
        mem::ManuallyDrop::new(self).take_hold()
    }

    fn take_hold(&mut self) -> Records {
        // SAFETY: both callers do so as the last thing that happens to `self`.
        let hold = unsafe { mem::ManuallyDrop::take(&mut self.hold) };
        // Acquire pairs with the release of every commit up to this length. Release is not needed for the bytes (the producer
        // learns from `holders` that we are done with them); it keeps every change of the word a link of one chain.
        let end = hold.block().state.swap(TAKEN, Ordering::AcqRel) & !TAKEN;
        Records { hold, next: 0, end, like: None }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        drop(self.take_hold());
    }
}

/// The committed records of a taken block, oldest first. What is not asked for is discarded.
pub(crate) struct Records {
    hold: Hold,
    next: u32,
    end: u32,
    /// What the last record was like.
    like: Option<Like>,
}

impl Records {
    /// The next record.
    pub(crate) fn next(&mut self) -> Option<Incoming<'_>> {
        if self.next == self.end {
            return None;
        }
        self.hold.block().witness.touch(self.next as usize);
        let start = self.hold.at(self.next);
        // SAFETY: below the committed length records stand back to back, complete, and the swap made them ours.
        let meta = unsafe { start.cast::<Meta>().read() };
        let mut head = META;
        if meta.flags() & flag::LIKE == 0 {
            // SAFETY: as above; without LIKE it has a whole head.
            self.like = Some(unsafe { start.cast::<Head>().read() }.like);
            head = HEAD;
        }
        // The first one in a block has a whole head.
        let like = self.like?;
        self.next += (head + meta.bytes() - record::HEADER) as u32;
        // SAFETY: not null, it lies inside the block.
        let payload = unsafe { NonNull::new_unchecked(start.add(head)) };
        Some(Incoming { payload, like, meta, records: PhantomData })
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        while let Some(record) = self.next() {
            drop(record);
        }
    }
}

/// A record from another thread, on its way into a lane. Dropping it discards it as cancelled.
pub(crate) struct Incoming<'a> {
    payload: NonNull<u8>,
    like: Like,
    meta: Meta,
    records: PhantomData<&'a mut Records>,
}

impl Incoming<'_> {
    /// The id of the actor it is for; resolving it is the owner thread's business.
    pub(crate) fn target(&self) -> u64 {
        self.like.target
    }

    /// Bytes of the record, to make room for it.
    pub(crate) fn bytes(&self) -> usize {
        self.meta.bytes()
    }

    /// The record's flags.
    pub(crate) fn flags(&self) -> u16 {
        self.meta.flags() & !flag::LIKE
    }

    /// What it is.
    pub(crate) fn describe(&self) -> Description {
        // SAFETY: a live payload, ours as long as `self`. It has no cell yet, and is described without one.
        unsafe { record::describe(self.like.run, self.payload.as_ptr(), ptr::null_mut()) }
    }

    /// The payload's function, unless the flags say UNBOUND.
    #[inline(always)]
    pub(crate) fn function(&self) -> RunFn {
        self.like.run
    }

    /// Moves the record to its place in a lane, where its header is `header`.
    ///
    /// # Safety
    /// `to` is aligned to 8 and has [`bytes`](Incoming::bytes) of room. The header's function is the payload's, or that of the receiver
    /// of packets for one that was unbound; its cell is the one that `target` stands for, with the type that the payload was made
    /// for, or null for a job; it says as many bytes, or more that the caller writes.
    #[inline(always)]
    pub(crate) unsafe fn move_to(self, to: *mut Record, header: Record) {
        let words = (self.bytes() - record::HEADER) / 8;
        // Not by the payload's MOVE: cargo moves by copying (`Cargo`).
        let from = mem::ManuallyDrop::new(self).payload.as_ptr();
        // SAFETY: room by the caller; sizes are multiples of 8 and both sides aligned to it; the old payload is dead afterwards.
        unsafe {
            to.write(header);
            record::copy_words(from, Record::payload(to), words);
        }
    }

    /// Consumes the record undelivered. The panic of a destructor comes back: one payload must not cost the others theirs.
    pub(crate) fn discard(self, reason: DropReason) -> Option<Box<dyn Any + Send>> {
        let mut this = mem::ManuallyDrop::new(self);
        panic::catch_unwind(AssertUnwindSafe(|| this.consume(reason))).err()
    }

    /// To be called once, by whoever does not use it afterwards.
    fn consume(&mut self, reason: DropReason) {
        // SAFETY: both callers give up a record that they own, with a live payload. Payload functions use the cell in RUN only.
        unsafe {
            (self.like.run)(self.payload.as_ptr(), ptr::null_mut(), Some(&Operation::Drop(reason)));
        }
    }
}

impl Drop for Incoming<'_> {
    fn drop(&mut self) {
        contain(|| self.consume(DropReason::Cancelled));
    }
}

/// Runs user code whose panic must not pass: the caller is a destructor or stands in foreign code. True if it panicked.
pub(crate) fn contain(work: impl FnOnce()) -> bool {
    let Err(panic) = panic::catch_unwind(AssertUnwindSafe(work)) else { return false };
    // What it panicked with has a destructor of its own. What that panics with is leaked: there has to be an end.
    if let Err(again) = panic::catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        mem::forget(again);
    }
    true
}

#[cfg(test)]
pub(crate) mod testing {
    //! Values that can be sent through blocks and looked at on the other side.

    use super::{Incoming, Operation};
    use crate::kernel::record::Job;
    use std::any::Any;

    /// Where an opened message puts its value.
    pub(crate) struct Slot(Option<Box<dyn Any>>);

    /// A message that carries `value`.
    pub(crate) fn message<T: Send + 'static>(value: T) -> Job<Slot, impl FnOnce(&mut Slot) + Send> {
        // SAFETY: `open` runs it with a `Slot`, and nothing else runs messages in these tests.
        unsafe { Job::new(move |slot: &mut Slot| slot.0 = Some(Box::new(value))) }
    }

    impl Incoming<'_> {
        /// The value of a [`message`].
        pub(crate) fn open<T: 'static>(self) -> T {
            let mut slot = Slot(None);
            let this = std::mem::ManuallyDrop::new(self);
            // SAFETY: the live payload of a `message`; RUN consumes it, and `self` is not dropped.
            unsafe {
                let open = Operation::RunJob(std::ptr::from_mut(&mut slot).cast());
                (this.like.run)(this.payload.as_ptr(), std::ptr::null_mut(), Some(&open));
            }
            *slot.0.expect("a message fills the slot").downcast().expect("a message of this type")
        }

        /// Where the payload lies.
        #[cfg(not(loom))]
        pub(crate) fn address(&self) -> usize {
            self.payload.as_ptr().addr()
        }
    }
}
