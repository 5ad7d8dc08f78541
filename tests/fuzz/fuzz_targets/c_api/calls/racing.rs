//! Threads that run beside the owner: while it goes on with its program they post, answer, ask, ring, and share buffers.
//!
//! Invariants: a racer touches nothing of the world but its book, and calls only what any thread may, by references of its own that were
//! taken before it began. A callback on its thread gives back and does no more (`World::nested`). All racers are through before the call
//! that began the race returns. So the program of each thread is fixed, and only their interleaving is not.

use crate::callbacks::*;
use crate::structs::Sized;
use crate::world::{BYTES, LENGTHS, World};
use actor_ffi::*;
use actor_rt_fuzz::Program;
use std::cell::Cell;
use std::ffi::c_void;
use std::mem::zeroed;
use std::ptr;
use std::sync::Barrier;

thread_local! {
    static ON_RACER: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is not the thread to whom the world belongs.
pub fn on_racer() -> bool {
    ON_RACER.get()
}

impl World {
    /// Some calls beside one or two other threads.
    pub fn race(&self) {
        if self.racing.replace(true) {
            return self.call();
        }
        // The owner may be a thread that has ended, by whose number a new one would be taken for it.
        for rt in &self.runtimes {
            // SAFETY: NULL or living, and nobody else is calling.
            unsafe { call!(art_adopt_thread(rt.get())) };
        }
        let racers: Vec<Racer> = (0..1 + self.program.below(2)).map(|_| self.racer()).collect();
        let start = Barrier::new(racers.len() + 1);
        std::thread::scope(|scope| {
            let start = &start;
            let running: Vec<_> = racers.into_iter().map(|racer| scope.spawn(move || racer.run(start))).collect();
            start.wait();
            for _ in 0..self.program.below(16) {
                self.act();
            }
            // Until they are gone with all that the system keeps for them, which would look lost else.
            running.into_iter().for_each(|racer| racer.join().expect("a check on another thread holds"));
        });
        self.racing.set(false);
    }

    /// A thread's program, and what it calls on: remotes and a waker of its own if they can be had, and references to all else.
    fn racer(&self) -> Racer {
        let (place, mut remote, mut waker) = (self.place(), ptr::null_mut(), ptr::null_mut());
        let rt = self.runtime(place);
        let bytes: Vec<u8> = (0..self.program.below(48)).map(|_| self.program.byte()).collect();
        // SAFETY: NULL or living; what is listed is held.
        unsafe {
            call!(art_remote_create(rt, &raw mut remote));
            call!(art_waker_create(rt, self.id(), self.tag(), &raw mut waker));
            let mut remotes: Vec<_> = self.remotes.borrow().iter().map(|one| art_remote_ref(*one)).collect();
            remotes.push(remote);
            let mut wakers: Vec<_> = self.wakers.borrow().iter().map(|one| art_waker_ref(*one)).collect();
            wakers.push(waker);
            let buffers = self.buffers.borrow().iter().map(|one| art_buffer_ref(*one)).collect();
            let watchdogs = self.watchdogs.borrow().iter().map(|one| art_watchdog_ref(*one)).collect();
            let program = Program::new(&bytes);
            Racer { world: self, program, ids: self.ids.borrow().clone(), remotes, wakers, buffers, watchdogs }
        }
    }
}

/// What one of the threads has.
struct Racer {
    world: *const World,
    program: Program,
    ids: Vec<u64>,
    remotes: Vec<*mut art_remote>,
    wakers: Vec<*mut art_waker>,
    buffers: Vec<*mut art_buffer>,
    watchdogs: Vec<*mut art_watchdog>,
}

// SAFETY: the handles are for any thread, and of the world only the book is used, which locks.
unsafe impl Send for Racer {}

impl Racer {
    fn run(mut self, start: &Barrier) {
        ON_RACER.set(true);
        start.wait();
        while !self.program.is_over() {
            self.act();
        }
        // SAFETY: each is held once for each time it is listed.
        unsafe {
            self.remotes.iter().for_each(|one| art_remote_unref(*one));
            self.wakers.iter().for_each(|one| art_waker_unref(*one));
            self.buffers.iter().for_each(|one| art_buffer_unref(*one));
            self.watchdogs.iter().for_each(|one| art_watchdog_unref(*one));
        }
    }

    fn one_of<T: Copy>(&self, list: &[T], none: T) -> T {
        if list.is_empty() { none } else { list[self.program.below(list.len())] }
    }

    fn ticket(&self) -> *mut c_void {
        // SAFETY: the world outlives the race.
        Ticket::new(self.world, unsafe { &(*self.world).book }, 0)
    }

    /// One call.
    fn act(&mut self) {
        let (remote, waker) = (self.one_of(&self.remotes, ptr::null_mut()), self.one_of(&self.wakers, ptr::null_mut()));
        let buffer = self.one_of(&self.buffers, ptr::null_mut());
        let (to, tag) = (self.one_of(&self.ids, 0), self.program.below(5) as u64);
        let data: *mut c_void = ptr::from_ref(&BYTES).cast_mut().cast();
        let length = self.one_of(&LENGTHS, 0);
        // SAFETY: each is NULL or held with a reference; the bytes are there.
        unsafe {
            match self.program.below(20) {
                0 | 1 => call!(art_remote_post(remote, to, tag, data, length)),
                2 | 3 => call!(art_remote_post_owned(remote, to, tag, data, length, Some(drop_payload), self.ticket())),
                4 => call!(art_remote_post_buffer(remote, to, tag, art_buffer_ref(buffer))),
                5 => call!(art_remote_reply(remote, to, tag, data, length)),
                6 => call!(art_remote_reply_owned(remote, to, tag, data, length, Some(drop_payload), self.ticket())),
                7 => call!(art_remote_wake(remote)),
                8 => call!(art_remote_interrupt(remote)),
                9 => {
                    let mut clone = ptr::null_mut();
                    call!(art_remote_clone(remote, &raw mut clone));
                    self.remotes.push(clone);
                }
                10 => art_remote_unref(self.remotes.pop().unwrap_or(ptr::null_mut())),
                11 | 12 => call!(art_waker_wake(waker)),
                13 => self.wakers.push(art_waker_ref(waker)),
                14 => art_waker_unref(self.wakers.pop().unwrap_or(ptr::null_mut())),
                15 => {
                    let mut wrapped = ptr::null_mut();
                    call!(art_buffer_wrap(data, length, Some(drop_payload), self.ticket(), &raw mut wrapped));
                    self.buffers.push(wrapped);
                }
                16 => {
                    art_buffer_unref(self.buffers.pop().unwrap_or(ptr::null_mut()));
                    self.buffers.push(art_buffer_ref(self.one_of(&self.buffers, ptr::null_mut())));
                }
                17 => {
                    let ticket = self.ticket();
                    if status!(art_remote_ask(remote, to, tag, data, length, self.time(), Some(answered), ticket)) != ART_OK {
                        give_back(ticket);
                    }
                }
                18 => {
                    let mut out = Sized::new(&self.program, zeroed::<art_waited>());
                    let waited = out.as_mut_ptr();
                    if status!(art_remote_ask_wait(remote, to, tag, data, length, self.time(), waited)) == ART_OK {
                        art_buffer_unref(out.value().answer);
                    }
                }
                _ => {
                    let (mut length, mut out) = (0, Sized::new(&self.program, zeroed::<art_busy>()));
                    let watchdog = self.one_of(&self.watchdogs, ptr::null_mut());
                    call!(art_watchdog_busy(watchdog, out.as_mut_ptr(), ptr::null_mut(), 0, &raw mut length));
                    let bytes = art_buffer_data(buffer, &raw mut length);
                    assert!(!bytes.is_null() || length == 0);
                }
            }
        }
    }

    /// How long to wait for an answer: so short that the race goes on.
    fn time(&self) -> u64 {
        self.program.below(4) as u64 * 20_000
    }
}
