//! What any thread may call.

use crate::callbacks::*;
use crate::world::World;
use actor_ffi::*;
use std::ptr;

impl World {
    /// What other threads do, on the owner's. With others beside it: `racing`.
    pub fn from_outside(&self, place: usize) {
        let program = &self.program;
        // First of all, as in `post`.
        let buffer = if program.one_in(8) { self.buffer() } else { ptr::null_mut() };
        let rt = self.runtime(place);
        let (to, tag, (data, length)) = (self.id(), self.tag(), self.bytes());
        let (remote, waker) = (self.one_of(&self.remotes), self.one_of(&self.wakers));
        let (mut made_remote, mut made_waker) = (ptr::null_mut(), ptr::null_mut());
        let user = || self.ticket(0);
        // SAFETY: each is NULL, living, or held with a reference; the bytes are there, or the call must not look at them.
        unsafe {
            // What a refused payload drops may give up the last reference.
            let held = art_remote_ref(remote);
            match program.below(19) {
                0 | 1 => call!(art_remote_create(rt, &raw mut made_remote)),
                2 => call!(art_remote_clone(remote, &raw mut made_remote)),
                3 => made_remote = art_remote_ref(remote),
                4 => art_remote_unref(self.remotes.borrow_mut().pop().unwrap_or(ptr::null_mut())),
                5 | 6 => call!(art_remote_post(remote, to, tag, data, length)),
                7 => call!(art_remote_post_owned(remote, to, tag, data, length, Some(drop_payload), user())),
                8 => call!(art_remote_post_buffer(remote, to, tag, art_buffer_ref(buffer))),
                9 => call!(art_remote_reply(remote, to, tag, data, length)),
                10 => call!(art_remote_reply_owned(remote, to, tag, data, length, Some(drop_payload), user())),
                11 => drop((status!(art_remote_wake(remote)), status!(art_remote_interrupt(remote)))),
                12 => call!(art_waker_create(rt, to, tag, &raw mut made_waker)),
                13 => call!(art_waker_wake(waker)),
                14 => made_waker = art_waker_ref(waker),
                15 | 16 => self.ask_from_outside(held),
                17 => {
                    let mut length = 0;
                    let data = art_buffer_data(self.one_of(&self.buffers), &raw mut length);
                    assert!(!data.is_null() || length == 0);
                }
                _ => {
                    let last = self.wakers.borrow_mut().pop();
                    art_waker_unref(last.unwrap_or(ptr::null_mut()));
                }
            }
            art_remote_unref(held);
        }
        if !made_remote.is_null() {
            self.remotes.borrow_mut().push(made_remote);
        }
        if !made_waker.is_null() {
            self.wakers.borrow_mut().push(made_waker);
        }
    }
}
