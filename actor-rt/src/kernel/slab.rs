//! Memory for cells: size classes of 8 bytes up to 256, carved out of pages.
//!
//! A general allocator rounds a 56-byte cell up to 64 and adds its own header; here it costs 56. Freed cells go to their
//! class's free list; pages are returned when the runtime's block goes. Larger or over-aligned cells come from the allocator.

use std::alloc::{self, Layout};
use std::cell::Cell;
use std::mem;
use std::ptr::{self, NonNull};

const LARGEST: usize = 256;
const CLASSES: usize = LARGEST / 8 + 1;
const PAGE: Layout = match Layout::from_size_align(16 * 1024, 16) {
    Ok(layout) => layout,
    Err(_) => panic!("a page has a valid layout"),
};

/// Link in a freed cell.
struct Free {
    next: *mut Free,
}

/// Head of a page; cells follow at 16 bytes.
struct Page {
    next: *mut Page,
}

/// The slabs of one runtime.
pub(crate) struct CellSlab {
    /// Freed cells, by class.
    free: [Cell<*mut Free>; CLASSES],
    /// The unused rest of each class's youngest page, and its bytes.
    fresh: [Cell<(*mut u8, usize)>; CLASSES],
    pages: Cell<*mut Page>,
}

/// The size class that serves a layout, as stored in a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SlabClass(u8);

impl SlabClass {
    /// Too large or too strictly aligned: the allocator serves it.
    const LARGE: SlabClass = SlabClass(0);

    /// The class of a layout.
    pub(crate) const fn of(layout: Layout) -> Self {
        let align = if layout.align() > 8 { layout.align() } else { 8 };
        let size = layout.size().next_multiple_of(align);
        if size <= LARGEST && align <= 16 { SlabClass((size / 8) as u8) } else { SlabClass::LARGE }
    }
}

impl CellSlab {
    pub(crate) fn new() -> Self {
        CellSlab {
            free: [const { Cell::new(ptr::null_mut()) }; CLASSES],
            fresh: [const { Cell::new((ptr::null_mut(), 0)) }; CLASSES],
            pages: Cell::new(ptr::null_mut()),
        }
    }

    /// Memory for one cell.
    #[inline]
    pub(crate) fn allocate(&self, class: SlabClass, layout: Layout) -> NonNull<u8> {
        let free = &self.free[usize::from(class.0)];
        match NonNull::new(free.get()) {
            Some(cell) => {
                // SAFETY: a freed cell holds its link.
                free.set(unsafe { cell.read() }.next);
                cell.cast()
            }
            None => self.allocate_fresh(class, layout),
        }
    }

    #[cold]
    #[inline(never)]
    fn allocate_fresh(&self, class: SlabClass, layout: Layout) -> NonNull<u8> {
        if class == SlabClass::LARGE {
            return allocate_large(layout);
        }
        let bytes = usize::from(class.0) * 8;
        let (mut at, mut left) = self.fresh[usize::from(class.0)].get();
        if left < bytes {
            // SAFETY: PAGE is not empty; the page's head fits.
            unsafe {
                let page = alloc::alloc(PAGE).cast::<Page>();
                if page.is_null() {
                    alloc::handle_alloc_error(PAGE);
                }
                page.write(Page { next: self.pages.replace(page) });
                at = page.cast::<u8>().add(16);
                left = PAGE.size() - 16;
            }
        }
        // SAFETY: `left` says that this many bytes follow in the page.
        unsafe {
            self.fresh[usize::from(class.0)].set((at.add(bytes), left - bytes));
            NonNull::new_unchecked(at)
        }
    }

    /// Takes a cell's memory back.
    ///
    /// # Safety
    /// It came from `allocate` with the same class and layout and is not used any more.
    #[inline]
    pub(crate) unsafe fn release(&self, cell: NonNull<u8>, class: SlabClass, layout: Layout) {
        if class == SlabClass::LARGE {
            // SAFETY: it came from the allocator with this layout.
            return unsafe { alloc::dealloc(cell.as_ptr(), layout) };
        }
        let free = &self.free[usize::from(class.0)];
        let cell = cell.cast::<Free>();
        // SAFETY: dead memory of at least 8 bytes, aligned to 8.
        unsafe { cell.write(Free { next: free.get() }) };
        free.set(cell.as_ptr());
    }
}

#[cold]
fn allocate_large(layout: Layout) -> NonNull<u8> {
    // SAFETY: a cell's layout is at least the header's.
    NonNull::new(unsafe { alloc::alloc(layout) }).unwrap_or_else(|| alloc::handle_alloc_error(layout))
}

impl Drop for CellSlab {
    fn drop(&mut self) {
        let mut page = self.pages.get();
        while !page.is_null() {
            // SAFETY: the block goes only after its last cell, so no page is in use.
            unsafe {
                let next = (*page).next;
                alloc::dealloc(page.cast(), PAGE);
                page = next;
            }
        }
    }
}

const _: () = assert!(mem::size_of::<Free>() <= 8 && mem::size_of::<Page>() <= 16);
