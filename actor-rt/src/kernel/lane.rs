//! A lane: a FIFO of records in a chain of segments.
//!
//! `tail` is where the next record goes, `limit` where pushing must stop. A lane can be *closed*: `limit` is pulled back to
//! `tail`, so that the next push leaves its fast path and its caller gets to do what must happen first (wake the host,
//! number the ingress, add a trace trailer). The fast path needs no test for any of that.
//!
//! Invariants: `head..tail` is a sequence of whole records, cut by JUMP records where it goes on in another segment. The
//! room of a JUMP is always left at a segment's end. A segment returns to the pool only when `head` has left it, which
//! happens when the *next* record is fetched: a message lies still while its handler runs.

use super::cell::{CellHeader, State};
use super::handle::AnyActor;
use super::record::{Description, DropReason, HEADER, Meta, Operation, Payload, Record, Trailer, flag};
use super::segment::{self, STANDARD, Segment, SegmentPool};
use super::tally::Tally;
use std::cell::Cell;
use std::marker::PhantomData;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::ptr::{self, NonNull};

/// How much larger than its last one the next segment of a lane is that begins with a small one.
const GROWTH: usize = 8;
/// Bytes kept free at a segment's end for the JUMP record.
const JUMP_BYTES: usize = HEADER + 8;

/// A FIFO of records.
pub(crate) struct Lane {
    tail: Cell<*mut u8>,
    limit: Cell<*mut u8>,
    head: Cell<*mut u8>,
    end: Cell<*mut u8>,
    /// Where the tail was when somebody asked to be told of growth.
    marked: Cell<*mut u8>,
    /// A tail beyond this is worth a rewind.
    worn: Cell<*mut u8>,
    first: Cell<Option<NonNull<Segment>>>,
    last: Cell<Option<NonNull<Segment>>>,
    segment_bytes: usize,
    tally: Tally,
}

/// A record that is in no lane, or no more, and must be consumed by its holder while the place in which it lies is there.
pub(crate) struct Held<'a> {
    record: *mut Record,
    place: PhantomData<&'a mut Record>,
}

impl Lane {
    /// An empty lane with standard segments. Allocates nothing.
    pub(crate) const fn new() -> Self {
        Lane::with_segments(STANDARD)
    }

    /// An empty lane whose first segment has `segment_bytes`: small ones for stashes.
    pub(crate) const fn with_segments(segment_bytes: usize) -> Self {
        Lane {
            tail: Cell::new(ptr::null_mut()),
            limit: Cell::new(ptr::null_mut()),
            head: Cell::new(ptr::null_mut()),
            end: Cell::new(ptr::null_mut()),
            marked: Cell::new(ptr::null_mut()),
            worn: Cell::new(ptr::null_mut()),
            first: Cell::new(None),
            last: Cell::new(None),
            segment_bytes,
            tally: Tally::new(),
        }
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.head.get() == self.tail.get()
    }

    /// Whether the fast path may push `bytes` (a multiple of 8).
    #[inline(always)]
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.tail.get().addr() + bytes <= self.limit.get().addr()
    }

    /// Makes the next push take the slow path.
    #[inline(always)]
    pub(crate) fn close(&self) {
        self.limit.set(self.tail.get());
    }

    /// Undoes `close`.
    #[inline(always)]
    pub(crate) fn open(&self) {
        self.limit.set(self.end.get());
    }

    /// Opens the lane and makes sure that `bytes` fit.
    #[cold]
    #[inline(never)]
    pub(crate) fn make_room(&self, pool: &SegmentPool, bytes: usize) {
        self.open();
        if self.has_room(bytes) {
            return;
        }
        // SAFETY: a lane's segments are alive.
        let grown = self.last.get().map_or(0, |last| unsafe { Segment::bytes(last) } * GROWTH);
        let segment = pool.take(bytes + JUMP_BYTES, grown.clamp(self.segment_bytes, STANDARD));
        // SAFETY: the segment is ours and alive; the JUMP's room was kept at the old segment's end.
        unsafe {
            let start = Segment::start(segment);
            if let Some(last) = self.last.get() {
                last.as_ref().next.set(Some(segment));
                write_jump(self.tail.get(), start);
            } else {
                self.first.set(Some(segment));
                self.head.set(start);
            }
            self.last.set(Some(segment));
            self.tail.set(start);
            self.end.set(Segment::end(segment).sub(JUMP_BYTES));
        }
        self.open();
    }

    /// Appends a record.
    ///
    /// # Safety
    /// `has_room(HEADER + P::BYTES)` holds; the payload is one that may be run with `cell`.
    #[inline(always)]
    pub(crate) unsafe fn push_unchecked<P: Payload>(&self, cell: *mut CellHeader, origin: u32, payload: P) {
        let size = const { HEADER + P::BYTES };
        // SAFETY: there is room (caller).
        unsafe {
            self.append(size, P::FUNCTION, cell, P::FLAGS, origin, |to| payload.write(to));
        }
    }

    /// Writes a record at the tail, whose payload `write` puts where it is told, and moves the tail.
    ///
    /// # Safety
    /// `has_room(size)` holds, and `size` is what header, payload and, exactly if the flags say TRACED, trailer take, a multiple of 8.
    /// `write` writes the last two, and does nothing to the lane. The payload is one that `run` may run with `cell`.
    #[inline(always)]
    pub(crate) unsafe fn append(
        &self,
        size: usize,
        run: super::record::RunFn,
        cell: *mut CellHeader,
        flags: u16,
        origin: u32,
        write: impl FnOnce(*mut u8),
    ) {
        let record = self.tail.get().cast::<Record>();
        // SAFETY: there is room (caller).
        unsafe {
            record.write(Record { run, cell, meta: Meta::new(size, flags, origin) });
            // The tail last: the processor takes neighbouring words at once if they are written one after the other.
            write(Record::payload(record));
            self.tail.set(record.cast::<u8>().add(size));
            self.tally.enter();
        }
    }

    /// Takes `size` bytes at the tail for a record that the caller writes at once.
    ///
    /// # Safety
    /// `has_room(size)` holds.
    #[inline(always)]
    pub(crate) unsafe fn claim_room(&self, size: usize) -> *mut Record {
        let record = self.tail.get();
        // SAFETY: there is room (caller).
        self.tail.set(unsafe { record.add(size) });
        self.tally.enter();
        record.cast()
    }

    /// As [`push_held`](Lane::push_held), with a trace trailer, which the record must not have.
    pub(crate) fn push_traced(&self, pool: &SegmentPool, held: Held<'_>, trailer: Trailer) {
        let record = held.into_record();
        // SAFETY: a held record is whole and live; room is made for it and its trailer, which ends it.
        unsafe {
            let meta = (*record).meta;
            let size = meta.bytes() + mem::size_of::<Trailer>();
            self.make_room(pool, size);
            let to = self.claim_room(size);
            Record::relocate(record, to);
            to.cast::<u8>().add(meta.bytes()).cast::<Trailer>().write(trailer);
            (*to).meta = Meta::new(size, meta.flags() | flag::TRACED, meta.origin());
        }
    }

    /// Appends a copy of a held record; the held one is consumed.
    #[inline]
    pub(crate) fn push_held(&self, pool: &SegmentPool, held: Held<'_>) {
        let record = held.into_record();
        // SAFETY: a held record is whole and live; room is made for it.
        unsafe {
            let size = (*record).bytes();
            if !self.has_room(size) {
                self.make_room(pool, size);
            }
            Record::relocate(record, self.claim_room(size));
        }
    }

    /// What lies at the head, a record or a JUMP.
    #[inline(always)]
    pub(crate) fn head(&self) -> Option<NonNull<Record>> {
        let head = self.head.get();
        if head == self.tail.get() {
            return None;
        }
        // SAFETY: a lane that is not empty has memory.
        Some(unsafe { NonNull::new_unchecked(head.cast()) })
    }

    /// The next record; null if the lane is empty. Steps over JUMPs.
    #[inline(always)]
    pub(crate) fn front(&self, pool: &SegmentPool) -> *mut Record {
        let head = self.head.get();
        if head == self.tail.get() {
            return ptr::null_mut();
        }
        let record = head.cast::<Record>();
        // SAFETY: `head` is before `tail`, so a whole record lies there.
        if unsafe { (*record).cell.is_null() && (*record).flags() & flag::JUMP != 0 } {
            return self.jump(pool);
        }
        record
    }

    /// Follows the JUMP at the head and returns the record there, or null.
    #[cold]
    #[inline(never)]
    pub(crate) fn jump(&self, pool: &SegmentPool) -> *mut Record {
        // SAFETY: a JUMP lies at the head, so there is a next segment, and nothing in the first one is used any more.
        unsafe {
            let target = Record::payload(self.head.get().cast()).cast::<*mut u8>().read();
            if let Some(first) = self.first.get() {
                self.first.set(first.as_ref().next.get());
                pool.give(first);
            }
            self.head.set(target);
        }
        self.front(pool)
    }

    /// Moves the head behind `record`, which is the front.
    ///
    /// # Safety
    /// `record` is what `front` returned; it is consumed by the caller.
    #[inline(always)]
    pub(crate) unsafe fn advance(&self, record: *mut Record) {
        // SAFETY: the record is whole.
        self.head.set(unsafe { record.cast::<u8>().add((*record).bytes()) });
        self.tally.leave();
    }

    /// Takes the front record out.
    pub(crate) fn pop(&self, pool: &SegmentPool) -> Option<Held<'_>> {
        let record = self.front(pool);
        if record.is_null() {
            return None;
        }
        // SAFETY: just fetched; the `Held` consumes it.
        unsafe { self.advance(record) };
        Some(Held { record, place: PhantomData })
    }

    /// Moves everything into a new lane and leaves this one empty (and closed).
    pub(crate) fn take(&self) -> Lane {
        let taken = Lane::with_segments(self.segment_bytes);
        for (to, from) in [
            (&taken.tail, &self.tail),
            (&taken.limit, &self.limit),
            (&taken.head, &self.head),
            (&taken.end, &self.end),
        ] {
            to.set(from.replace(ptr::null_mut()));
        }
        taken.tally.take_over(&self.tally);
        taken.first.set(self.first.take());
        taken.last.set(self.last.take());
        taken
    }

    /// Puts all of `other` in front of what is here. O(1).
    ///
    /// Segments of this lane stay, also when it is empty: the message of a running handler may lie in them.
    pub(crate) fn prepend(&self, pool: &SegmentPool, other: Lane) {
        if other.is_empty() {
            return other.give_segments(pool);
        }
        self.tally.take_over(&other.tally);
        if self.is_empty() {
            match self.last.get() {
                // SAFETY: our segments are alive. They come first, so they go first, when a JUMP is followed or at a rewind.
                Some(last) => unsafe { last.as_ref().next.set(other.first.take()) },
                None => self.first.set(other.first.take()),
            }
            for (to, from) in [(&self.tail, &other.tail), (&self.head, &other.head), (&self.end, &other.end)]
            {
                to.set(from.replace(ptr::null_mut()));
            }
            self.open();
            self.last.set(other.last.take());
            return;
        }
        // SAFETY: `other` has a last segment with room for a JUMP at its tail; it leads to our head.
        unsafe {
            write_jump(other.tail.get(), self.head.get());
            if let Some(last) = other.last.take() {
                last.as_ref().next.set(self.first.get());
            }
        }
        self.first.set(other.first.take());
        self.head.set(other.head.replace(ptr::null_mut()));
        other.tail.set(ptr::null_mut());
    }

    /// As [`rewind`](Lane::rewind), but only now and then: when half a segment has been used.
    #[inline(always)]
    pub(crate) fn rewind_often(&self, pool: &SegmentPool) {
        if self.tail.get().addr() > self.worn.get().addr() {
            self.rewind_worn(pool);
        }
    }

    #[cold]
    #[inline(never)]
    fn rewind_worn(&self, pool: &SegmentPool) {
        self.rewind(pool);
        self.worn.set(self.end.get().wrapping_sub(STANDARD / 2));
    }

    /// Remembers the tail.
    #[inline(always)]
    pub(crate) fn mark(&self) {
        self.marked.set(self.tail.get());
    }

    /// Whether anything was pushed since `mark`.
    #[inline(always)]
    pub(crate) fn has_grown(&self) -> bool {
        self.marked.get() != self.tail.get()
    }

    /// Starts again at the beginning of one segment if the lane is empty, so that steady traffic stays on the same memory.
    ///
    /// Only outside of handlers: a running handler's message may lie in the last segment.
    #[inline(always)]
    pub(crate) fn rewind(&self, pool: &SegmentPool) {
        if !self.is_empty() {
            return;
        }
        let Some(last) = self.last.get() else { return };
        if self.first.get() != Some(last) {
            return self.rewind_chain(pool);
        }
        // SAFETY: the segment is ours.
        let start = unsafe { Segment::start(last) };
        self.head.set(start);
        self.tail.set(start);
    }

    #[cold]
    #[inline(never)]
    fn rewind_chain(&self, pool: &SegmentPool) {
        while self.first.get() != self.last.get() {
            let Some(first) = self.first.get() else { return };
            // SAFETY: empty, so nothing in it is used; it is not the last one, so it has a successor.
            unsafe {
                self.first.set(first.as_ref().next.get());
                pool.give(first);
            }
        }
        self.rewind(pool);
    }

    /// Returns the segments of an empty lane. One that goes without it keeps them in the pool's count.
    pub(crate) fn give_segments(&self, pool: &SegmentPool) {
        debug_assert!(self.is_empty());
        let mut next = self.first.take();
        self.last.set(None);
        for pointer in [&self.tail, &self.limit, &self.head, &self.end] {
            pointer.set(ptr::null_mut());
        }
        while let Some(segment) = next {
            // SAFETY: the lane is empty and forgets them.
            unsafe {
                next = segment.as_ref().next.replace(None);
                pool.give(segment);
            }
        }
    }

    /// Number of records. Walks them: for diagnostics and teardown only.
    pub(crate) fn count(&self) -> usize {
        let mut count = 0;
        self.for_each(|_| count += 1);
        count
    }

    /// The lane's books.
    #[cfg(debug_assertions)]
    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Visits the receivers of all records in order; null for jobs.
    pub(crate) fn for_each_receiver(&self, mut visit: impl FnMut(*const CellHeader)) {
        // SAFETY: `for_each` shows whole records.
        self.for_each(|record| visit(unsafe { (*record).cell }));
    }

    /// Visits every record in order.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(*const Record)) {
        let mut at = self.head.get();
        while at != self.tail.get() {
            let record = at.cast::<Record>();
            // SAFETY: whole records lie between head and tail, and a JUMP holds the address where they go on.
            unsafe {
                if (*record).cell.is_null() && (*record).flags() & flag::JUMP != 0 {
                    at = Record::payload(record).cast::<*mut u8>().read();
                } else {
                    visit(record);
                    at = at.add((*record).bytes());
                }
            }
        }
    }
}

/// # Safety
/// `at` has `JUMP_BYTES` of room.
unsafe fn write_jump(at: *mut u8, target: *mut u8) {
    let record = at.cast::<Record>();
    // SAFETY: room by the caller.
    unsafe {
        record.write(Record {
            run: never_run,
            cell: ptr::null_mut(),
            meta: Meta::new(JUMP_BYTES, flag::JUMP, 0),
        });
        Record::payload(record).cast::<*mut u8>().write(target);
    }
}

/// The function of a JUMP record; nothing calls it.
unsafe fn never_run(_: *mut u8, _: *mut CellHeader, _: Option<&Operation>) {
    debug_assert!(false, "a JUMP is not a message");
}

impl Drop for Lane {
    /// Discards what is left, each record under its own catch, and frees the segments.
    fn drop(&mut self) {
        let pool = SegmentPool::new();
        let mut next = self.first.get();
        while let Some(segment) = next {
            // SAFETY: a lane's segments are alive.
            next = unsafe { segment.as_ref() }.next.get();
            // SAFETY: as before.
            pool.adopt(unsafe { Segment::bytes(segment) });
        }
        while let Some(held) = self.pop(&pool) {
            held.discard(DropReason::Cancelled);
        }
        // SAFETY: the lane is empty and goes away.
        unsafe { segment::free_chain(self.first.take()) };
    }
}

impl<'a> Held<'a> {
    /// # Safety
    /// `record` is whole and live, the caller gives it up, and it lies where it is for `'a`.
    #[inline(always)]
    pub(crate) unsafe fn new(record: *mut Record) -> Self {
        Held { record, place: PhantomData }
    }

    /// The cell it is addressed to; None for jobs.
    pub(crate) fn cell(&self) -> Option<NonNull<CellHeader>> {
        // SAFETY: whole and live.
        NonNull::new(unsafe { (*self.record).cell })
    }

    pub(crate) fn flags(&self) -> u16 {
        // SAFETY: whole and live.
        unsafe { (*self.record).flags() }
    }

    /// Id of the actor it is addressed to, which lives or has ended; None for jobs.
    pub(crate) fn target(&self) -> Option<u64> {
        self.receiver().map(CellHeader::id)
    }

    /// The actor it is addressed to, which lives or has ended; None for jobs.
    pub(crate) fn receiver(&self) -> Option<&CellHeader> {
        // SAFETY: the header of an actor that a record is addressed to is there, by the record's place, by who took that away, or
        // by the handle of whoever posts.
        self.cell().map(|cell| unsafe { cell.as_ref() })
    }

    /// Addresses it to another actor of the same type. False, and nothing done, if it cannot be: to one of another type, or one that takes
    /// no packets as its first receiver does; a job; or a call by a trait.
    pub(crate) fn readdress(&mut self, to: &AnyActor) -> bool {
        let Some(from) = self.receiver() else { return false };
        let (from, kind) = (from.kind(), to.header().kind());
        let is_same = (from.type_id)() == (kind.type_id)()
            && from.receive.is_some() == kind.receive.is_some()
            && from.receive_word.is_some() == kind.receive_word.is_some();
        if is_same && self.flags() & flag::WIDE == 0 {
            // SAFETY: whole and live. Its function takes the actor from the record's cell, and is that of the type, or of the type's
            // packets or words, which is the same for both.
            unsafe { (*self.record).cell = to.cell().as_ptr() };
            return true;
        }
        false
    }

    /// What it is.
    pub(crate) fn describe(&self) -> Description {
        // SAFETY: whole and live.
        unsafe { Record::describe(self.record) }
    }

    /// The record, for the dispatch loop.
    pub(crate) fn into_record(self) -> *mut Record {
        let record = self.record;
        mem::forget(self);
        record
    }

    /// Runs it, if its actor's state admits that; else it is discarded. May panic.
    pub(crate) fn run(self) {
        // SAFETY: whole and live. A prep call looks at the state itself; anything else runs with a READY actor only, and
        // the dispatch loop, whose turn this is, has no other access to its value.
        unsafe {
            let ready = self.cell().is_some_and(|cell| cell.as_ref().state() == State::Ready);
            if ready || self.flags() & flag::EARLY != 0 {
                let record = self.into_record();
                ((*record).run)(Record::payload(record), (*record).cell, None);
            }
        }
    }

    /// Consumes it undelivered. A panicking destructor is caught; its payload is returned.
    pub(crate) fn discard(self, reason: DropReason) -> Option<Box<dyn std::any::Any + Send>> {
        let record = self.into_record();
        // SAFETY: whole and live; consumed here.
        panic::catch_unwind(AssertUnwindSafe(|| unsafe { Record::discard(record, reason) })).err()
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // SAFETY: whole and live; consumed here.
        unsafe { Record::discard(self.record, DropReason::Cancelled) }
    }
}
