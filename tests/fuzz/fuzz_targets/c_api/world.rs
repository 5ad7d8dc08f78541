//! The state of one run: what was made so far, and one call after the other.
//!
//! Invariants: no `RefCell` is borrowed while C runs, since C calls back. A runtime's slot is NULL as soon as it is destroyed, and
//! then its contexts are forgotten.

use crate::callbacks::*;
use crate::calls::racing::on_racer;
use crate::structs::Sized;
use actor_ffi::*;
use actor_rt_fuzz::documented::destroying;
use actor_rt_fuzz::{Book, Program};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::{c_char, c_void};
use std::mem::size_of;
use std::ptr;

pub static BYTES: [u64; 1024] = [0x5a; 1024];
pub const LENGTHS: [usize; 14] = [0, 1, 2, 7, 8, 9, 16, 63, 64, 255, 2047, 2048, 2049, 8192];
/// Calls inside of callbacks inside of callbacks end here.
const DEPTH: u32 = 4;

pub struct World {
    pub program: Program,
    pub book: Book,
    pub runtimes: [Cell<*mut art_runtime>; 2],
    pub contexts: [Cell<*mut art_context>; 2],
    pub depth: Cell<u32>,
    pub now: Cell<u64>,
    pub ids: RefCell<Vec<u64>>,
    pub remotes: RefCell<Vec<*mut art_remote>>,
    pub wakers: RefCell<Vec<*mut art_waker>>,
    pub buffers: RefCell<Vec<*mut art_buffer>>,
    pub taken: RefCell<Vec<art_payload>>,
    pub watchdogs: RefCell<Vec<*mut art_watchdog>>,
    /// The tickets of monitors that can be withdrawn.
    pub monitors: RefCell<HashMap<u64, *mut c_void>>,
    /// Whether other threads are running beside this one.
    pub racing: Cell<bool>,
    /// Tickets of the world's own, for callbacks that come any number of times.
    pub own: [Cell<*mut c_void>; 2],
}

impl World {
    pub fn new(bytes: &[u8]) -> Self {
        World {
            program: Program::new(bytes),
            book: Book::default(),
            runtimes: [const { Cell::new(ptr::null_mut()) }; 2],
            contexts: [const { Cell::new(ptr::null_mut()) }; 2],
            depth: Cell::new(0),
            now: Cell::new(0),
            ids: RefCell::default(),
            remotes: RefCell::default(),
            wakers: RefCell::default(),
            buffers: RefCell::default(),
            taken: RefCell::default(),
            watchdogs: RefCell::default(),
            monitors: RefCell::default(),
            racing: Cell::new(false),
            own: [const { Cell::new(ptr::null_mut()) }; 2],
        }
    }

    /// Makes the two runtimes.
    pub fn begin(&self) {
        for place in 0..2 {
            self.own[place].set(self.ticket(place));
            self.create(place);
        }
    }

    /// Ends everything, and closes the book.
    pub fn end(&self) {
        for place in 0..2 {
            // SAFETY: NULL or living. It may have been another thread's last.
            unsafe { call!(art_adopt_thread(self.runtimes[place].get())) };
            self.destroy(place);
            assert!(self.runtimes[place].get().is_null());
        }
        // SAFETY: each is held once for each time it is listed.
        unsafe {
            for remote in self.remotes.take() {
                assert_eq!(status!(art_remote_wake(remote)), ART_CLOSED);
                art_remote_unref(remote);
            }
            for waker in self.wakers.take() {
                assert_eq!(status!(art_waker_wake(waker)), ART_CLOSED);
                art_waker_unref(waker);
            }
            for watchdog in self.watchdogs.take() {
                art_watchdog_unref(watchdog);
            }
            for buffer in self.buffers.take() {
                art_buffer_unref(buffer);
            }
            for payload in self.taken.take() {
                if let Some(drop) = payload.drop {
                    drop(payload.data, payload.len, payload.drop_user, ART_DROP_DELIVERED);
                }
            }
        }
        assert!(self.monitors.borrow().is_empty());
        for own in &self.own {
            self.keep(own.get());
        }
        self.book.close();
    }

    fn create(&self, place: usize) {
        let wake_user = self.ticket(place);
        // SAFETY: all zeros is the default; the size is set on the next line.
        let mut config: art_config = unsafe { std::mem::zeroed() };
        config.struct_size = size_of::<art_config>() as u32;
        config.flags = self.program.below(2) as u32 * ART_CONFIG_WAKE_ON_MORE;
        config.wake = (!self.program.one_in(4)).then_some(wake as _);
        config.wake_user = wake_user;
        config.wake_drop = Some(release);
        config.log = Some(log);
        config.slow_handler_ns = self.program.below(2) as u64;
        config.default_capacity = self.program.below(4) as u32;
        let mut rt = ptr::null_mut();
        // SAFETY: as the header asks.
        unsafe { assert_eq!(status!(art_create(&raw const config, &raw mut rt, ptr::null_mut(), 0)), ART_OK) };
        self.runtimes[place].set(rt);
    }

    pub fn destroy(&self, place: usize) {
        // SAFETY: NULL or living; forgotten as soon as it is gone.
        unsafe {
            if destroying(|| status!(art_destroy(self.runtimes[place].get()))) == ART_OK {
                self.runtimes[place].set(ptr::null_mut());
                self.contexts[place].set(ptr::null_mut());
            }
        }
    }

    /// A refused configuration, or a good one whose runtime goes at once.
    pub fn create_oddly(&self) {
        // SAFETY: as in `create`.
        let mut config: art_config = unsafe { std::mem::zeroed() };
        config.struct_size = size_of::<art_config>() as u32;
        config.abi_version = self.program.below(3) as u32;
        config.flags = self.program.byte().into();
        config.instance = self.program.word() as u32 & 0x1ff;
        config.on_panic = self.program.below(4) as u32;
        config.start_ns = self.program.word();
        let mut config = Sized::new(&self.program, config);
        let (mut rt, mut text) = (ptr::null_mut(), [0; 16]);
        // SAFETY: the memory behind the configuration is as large as it says.
        unsafe {
            call!(art_create(config.as_mut_ptr(), &raw mut rt, text.as_mut_ptr(), self.program.below(17)));
            assert_eq!(status!(art_destroy(rt)), ART_OK);
        }
    }

    pub fn ticket(&self, runtime: usize) -> *mut c_void {
        Ticket::new(self, &self.book, runtime)
    }

    /// Takes back what C was not to release.
    pub fn keep(&self, ticket: *mut c_void) {
        // SAFETY: a ticket that nobody else gives back.
        unsafe { give_back(ticket) };
    }

    pub fn remember(&self, id: u64) {
        if id != 0 {
            self.ids.borrow_mut().push(id);
        }
    }

    pub fn id(&self) -> u64 {
        let program = &self.program;
        let known = {
            let ids = self.ids.borrow();
            if ids.is_empty() { 0 } else { ids[program.below(ids.len())] }
        };
        match program.below(16) {
            0 => 0,
            1 => program.word(),
            2 => known ^ 1 << program.below(64),
            _ => known,
        }
    }

    pub fn tag(&self) -> u64 {
        match self.program.below(8) {
            0 => 0,
            1 => self.program.word(),
            2 => ART_TAG_REPLY + self.program.below(8) as u64,
            kind => kind as u64,
        }
    }

    /// A pointer and a length: such a many bytes, none, or a length that no object has.
    pub fn bytes(&self) -> (*mut c_void, usize) {
        let data = ptr::from_ref(&BYTES).cast_mut().cast();
        let length = LENGTHS[self.program.below(LENGTHS.len())];
        match self.program.below(32) {
            0 => (ptr::null_mut(), length),
            1 => (data, usize::MAX - length),
            2 => (data, isize::MAX as usize + 1),
            _ => (data, length),
        }
    }

    /// A text and its length: good, not UTF-8, empty, missing, or up to its NUL.
    pub fn text(&self) -> (*const c_char, usize) {
        const TEXTS: [&[u8]; 6] = [b"one\0", b"two\0", b"a \xc3\xa4\0", b"\xff\0", b"\0", b"a rather long one, which fits into no buffer of the caller's\0"];
        let text = TEXTS[self.program.below(TEXTS.len())];
        match self.program.below(16) {
            0 => (ptr::null(), self.program.below(3)),
            1 => (text.as_ptr().cast(), self.program.below(text.len())),
            2 => (text.as_ptr().cast(), isize::MAX as usize + 1),
            3 => (text.as_ptr().cast(), text.len() - 1),
            _ => (text.as_ptr().cast(), ART_NUL_TERMINATED),
        }
    }

    pub fn runtime(&self, place: usize) -> *mut art_runtime {
        if self.program.one_in(40) { ptr::null_mut() } else { self.runtimes[place].get() }
    }

    pub fn place(&self) -> usize {
        usize::from(self.program.one_in(5))
    }

    pub fn time(&self) -> u64 {
        match self.program.below(8) {
            0 => self.program.word(),
            1 => ART_NEVER,
            2 => 0,
            _ => self.now.get() + self.program.below(64) as u64,
        }
    }

    /// Inside of a callback. A racer's does nothing: the program is the owner's.
    pub fn nested(&self) {
        if on_racer() || self.depth.get() >= DEPTH {
            return;
        }
        self.depth.set(self.depth.get() + 1);
        for _ in 0..self.program.below(4) {
            if self.program.is_over() {
                break;
            }
            self.act();
        }
        self.depth.set(self.depth.get() - 1);
    }

    pub fn one_of<T>(&self, list: &RefCell<Vec<*mut T>>) -> *mut T {
        let list = list.borrow();
        if list.is_empty() { ptr::null_mut() } else { list[self.program.below(list.len())] }
    }

    /// A buffer: one that is there, or a new one.
    pub fn buffer(&self) -> *mut art_buffer {
        let (data, length) = self.bytes();
        let mut buffer = ptr::null_mut();
        // SAFETY: the bytes are there, or the call must not look at them.
        unsafe {
            match self.program.below(4) {
                0 => call!(art_buffer_create(data, length, &raw mut buffer)),
                1 => call!(art_buffer_wrap(data, length, Some(drop_payload), self.ticket(0), &raw mut buffer)),
                _ => return self.one_of(&self.buffers),
            }
        }
        if !buffer.is_null() {
            self.buffers.borrow_mut().push(buffer);
        }
        buffer
    }
}
