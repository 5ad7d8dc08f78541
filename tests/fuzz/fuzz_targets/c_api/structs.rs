//! Structs whose `struct_size` says anything, with as many bytes behind them.

use actor_rt_fuzz::Program;

const WORDS: usize = 64;

/// A C struct at the head of memory that is larger than any size that is written into it.
pub struct Sized<T> {
    memory: [u64; WORDS],
    kind: std::marker::PhantomData<T>,
}

impl<T: Copy> Sized<T> {
    /// `value`, mostly with its own size.
    pub fn new(program: &Program, value: T) -> Self {
        const { assert!(size_of::<T>() < WORDS * 8 && align_of::<T>() <= 8) };
        let mut sized = Sized { memory: [0; WORDS], kind: std::marker::PhantomData };
        let size = size_of::<T>() as u32;
        // SAFETY: large and aligned enough.
        unsafe { sized.memory.as_mut_ptr().cast::<T>().write(value) };
        let claimed = match program.below(16) {
            0 => program.below(256) as u32,
            1 => size - 4,
            2 => size + 8,
            3 => WORDS as u32 * 8,
            4 => {
                // A field of a later version, which is set.
                sized.memory[size.div_ceil(8) as usize] = 1;
                size + 8
            }
            _ => size,
        };
        // SAFETY: each of these structs begins with its size.
        unsafe { sized.memory.as_mut_ptr().cast::<u32>().write(claimed) };
        sized
    }

    /// Where C finds it.
    pub fn as_mut_ptr(&mut self) -> *mut T {
        self.memory.as_mut_ptr().cast()
    }

    /// What it holds.
    pub fn value(&self) -> T {
        // SAFETY: written as a `T` when made; what C wrote since is one too.
        unsafe { self.memory.as_ptr().cast::<T>().read() }
    }
}
