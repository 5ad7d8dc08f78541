//! Segments: the blocks of memory that lanes are made of, and the pool that keeps spare ones.
//!
//! A segment is never moved or resized while it holds records, so a message lies still from the post to the end of its
//! handler. The pool keeps a bounded number of standard segments, so that steady traffic allocates nothing and a burst's
//! memory goes back to the allocator. It keeps the account of what messages hold outside of segments, too.

use std::alloc::{self, Layout};
use std::cell::Cell;
use std::mem;
use std::ptr::NonNull;

/// Bytes of a standard segment.
pub(crate) const STANDARD: usize = 16 * 1024;
/// How many spare segments a pool keeps (1 MiB).
const MAX_SPARE: usize = 64;

/// Header of a segment; the data follows.
#[repr(C, align(16))]
pub(crate) struct Segment {
    pub next: Cell<Option<NonNull<Segment>>>,
    bytes: usize,
}

impl Segment {
    fn layout(bytes: usize) -> Layout {
        Layout::from_size_align(bytes, mem::align_of::<Segment>()).expect("a segment's size is small")
    }

    fn allocate(bytes: usize) -> NonNull<Segment> {
        let layout = Segment::layout(bytes);
        // SAFETY: the layout is not empty.
        let memory = unsafe { alloc::alloc(layout) }.cast::<Segment>();
        let Some(segment) = NonNull::new(memory) else { alloc::handle_alloc_error(layout) };
        // SAFETY: fresh memory, large enough for the header.
        unsafe { segment.write(Segment { next: Cell::new(None), bytes }) };
        segment
    }

    /// # Safety
    /// `this` came from `allocate`, and nothing in it is used any more.
    unsafe fn free(this: NonNull<Segment>) {
        // SAFETY: by the caller; `bytes` is what it was allocated with.
        unsafe { alloc::dealloc(this.as_ptr().cast(), Segment::layout(this.as_ref().bytes)) }
    }

    /// Bytes of the segment, its header among them.
    ///
    /// # Safety
    /// `this` is alive.
    pub(crate) unsafe fn bytes(this: NonNull<Segment>) -> usize {
        // SAFETY: alive by the caller.
        unsafe { this.as_ref().bytes }
    }

    /// First byte of the data, aligned to 16.
    ///
    /// # Safety
    /// `this` is alive.
    #[inline(always)]
    pub(crate) unsafe fn start(this: NonNull<Segment>) -> *mut u8 {
        // SAFETY: the data follows the header.
        unsafe { this.as_ptr().cast::<u8>().add(mem::size_of::<Segment>()) }
    }

    /// One past the last byte.
    ///
    /// # Safety
    /// `this` is alive.
    pub(crate) unsafe fn end(this: NonNull<Segment>) -> *mut u8 {
        // SAFETY: `bytes` is the size of the allocation.
        unsafe { this.as_ptr().cast::<u8>().add(this.as_ref().bytes) }
    }
}

/// Spare standard segments.
pub(crate) struct SegmentPool {
    spare: Cell<Option<NonNull<Segment>>>,
    count: Cell<usize>,
    /// Bytes of the segments that are out.
    in_use: Cell<usize>,
    /// Bytes that queued messages own elsewhere.
    outside: Cell<usize>,
}

impl SegmentPool {
    pub(crate) const fn new() -> Self {
        SegmentPool {
            spare: Cell::new(None),
            count: Cell::new(0),
            in_use: Cell::new(0),
            outside: Cell::new(0),
        }
    }

    /// A segment with room for at least `needed` bytes of data, of `preferred` size if that suffices.
    pub(crate) fn take(&self, needed: usize, preferred: usize) -> NonNull<Segment> {
        let bytes = preferred.max((needed + mem::size_of::<Segment>()).next_multiple_of(16));
        self.in_use.set(self.in_use.get() + bytes);
        if bytes == STANDARD {
            if let Some(segment) = self.spare.get() {
                // SAFETY: spare segments are alive and ours.
                let next = unsafe { segment.as_ref() }.next.replace(None);
                self.spare.set(next);
                self.count.set(self.count.get() - 1);
                return segment;
            }
        }
        Segment::allocate(bytes)
    }

    /// Bytes of the segments that lanes have, and of what the messages there own outside of them.
    pub(crate) fn in_use(&self) -> usize {
        self.in_use.get() + self.outside.get()
    }

    /// A segment of so many bytes that another pool gave out will come back to this one.
    pub(crate) fn adopt(&self, bytes: usize) {
        self.in_use.set(self.in_use.get() + bytes);
    }

    /// A message that owns so many bytes outside of its segment is queued.
    pub(crate) fn enter_outside(&self, bytes: usize) {
        self.outside.set(self.outside.get().wrapping_add(bytes));
    }

    /// It is handled, or lost.
    pub(crate) fn leave_outside(&self, bytes: usize) {
        debug_assert!(bytes <= self.outside.get(), "more has left than was there");
        self.outside.set(self.outside.get().wrapping_sub(bytes));
    }

    /// Takes a segment back.
    ///
    /// # Safety
    /// `segment` came from a pool, and nothing in it is used any more.
    pub(crate) unsafe fn give(&self, segment: NonNull<Segment>) {
        // SAFETY: alive by the caller.
        let header = unsafe { segment.as_ref() };
        self.in_use.set(self.in_use.get() - header.bytes);
        if header.bytes != STANDARD || self.count.get() >= MAX_SPARE {
            // SAFETY: by the caller.
            unsafe { Segment::free(segment) };
            return;
        }
        header.next.set(self.spare.replace(Some(segment)));
        self.count.set(self.count.get() + 1);
    }
}

impl Drop for SegmentPool {
    fn drop(&mut self) {
        let mut next = self.spare.take();
        while let Some(segment) = next {
            // SAFETY: spare segments are alive, ours, and hold nothing.
            unsafe {
                next = segment.as_ref().next.get();
                Segment::free(segment);
            }
        }
    }
}

/// Frees a chain of segments without a pool, for what outlives its runtime.
///
/// # Safety
/// As for [`SegmentPool::give`], for each segment of the chain.
pub(crate) unsafe fn free_chain(first: Option<NonNull<Segment>>) {
    let mut next = first;
    while let Some(segment) = next {
        // SAFETY: by the caller.
        unsafe {
            next = segment.as_ref().next.get();
            Segment::free(segment);
        }
    }
}
