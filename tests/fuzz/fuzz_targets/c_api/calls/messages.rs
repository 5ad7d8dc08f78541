//! Posts, timers, asks and answers of the owner thread.

use crate::callbacks::*;
use crate::world::World;
use actor_ffi::*;
use std::ptr;

impl World {
    pub fn post(&self, place: usize) {
        // First of all: what a refused buffer drops may destroy the runtime.
        let buffer = if self.program.one_in(8) { self.buffer() } else { ptr::null_mut() };
        let rt = self.runtime(place);
        let (to, tag, (data, length)) = (self.id(), self.tag(), self.bytes());
        let (mut id, mut token) = (0, 0);
        // SAFETY: NULL or living; the bytes are there, or the call must not look at them.
        unsafe {
            match self.program.below(12) {
                0..3 => call!(art_post(rt, to, tag, data, length)),
                3 => call!(art_try_post(rt, to, tag, data, length)),
                4 => call!(art_post_owned(rt, to, tag, data, length, Some(drop_payload), self.ticket(0))),
                5 => {
                    let ticket = self.ticket(0);
                    if status!(art_try_post_owned(rt, to, tag, data, length, Some(drop_payload), ticket)) == ART_FULL {
                        self.keep(ticket);
                    }
                }
                6 => call!(art_post_buffer(rt, to, tag, art_buffer_ref(buffer))),
                7 => call!(art_timer_at(rt, to, tag, self.time(), data, length, &raw mut id)),
                8 => drop(match self.program.below(2) {
                    0 => status!(art_timer_reset(rt, self.id(), self.time())),
                    _ => status!(art_timer_cancel(rt, self.id())),
                }),
                9 => call!(art_ask(rt, self.id(), to, tag, data, length, self.time(), &raw mut token)),
                10 => drop(match self.program.below(3) {
                    0 => status!(art_ask_cancel(rt, to)),
                    1 => status!(art_reply_drop(rt, to)),
                    _ => status!(art_reply(rt, to, tag, data, length)),
                }),
                _ => call!(art_reply_owned(rt, to, tag, data, length, Some(drop_payload), self.ticket(0))),
            }
        }
        self.remember(id);
        self.remember(token);
    }
}
