//! Bounds, sends that wait, priorities, pauses.

use crate::callbacks::*;
use crate::structs::Sized;
use crate::world::World;
use actor_ffi::*;
use std::mem::zeroed;
use std::ptr;

impl World {
    pub fn bound(&self, place: usize) {
        let program = &self.program;
        // First of all: what a refused buffer drops may destroy the runtime.
        let buffer = if program.one_in(8) { self.buffer() } else { ptr::null_mut() };
        let rt = self.runtime(place);
        let (one, other, tag, (data, length)) = (self.id(), self.id(), self.tag(), self.bytes());
        let sending = art_sending {
            struct_size: size_of::<art_sending>() as u32,
            priority: program.below(4) as u32,
            time_to_live_ns: self.short(),
        };
        let mut sending = Sized::new(program, sending);
        let sending = if program.one_in(32) { ptr::null() } else { sending.as_mut_ptr().cast_const() };
        // SAFETY: NULL or living; the bytes are there, or the call must not look at them.
        unsafe {
            match program.below(15) {
                0 => call!(art_post_with(rt, one, sending, tag, data, length)),
                1 => call!(art_try_post_with(rt, one, sending, tag, data, length)),
                2 => {
                    let ticket = self.ticket(0);
                    call!(art_post_owned_with(rt, one, sending, tag, data, length, Some(drop_payload), ticket));
                }
                3 => {
                    let ticket = self.ticket(0);
                    let status = status!(art_try_post_owned_with(rt, one, sending, tag, data, length, Some(drop_payload), ticket));
                    if status == ART_FULL {
                        self.keep(ticket);
                    }
                }
                4 => call!(art_post_buffer_with(rt, one, sending, tag, art_buffer_ref(buffer))),
                5 => call!(art_post_parked(rt, one, other, tag, data, length, self.time(), 7)),
                6 => {
                    let ticket = self.ticket(0);
                    call!(art_post_parked_owned(rt, one, other, tag, data, length, Some(drop_payload), ticket, self.time(), 8));
                }
                7 => {
                    let ticket = self.ticket(place);
                    if status!(art_post_parked_then(rt, one, tag, data, length, self.time(), Some(sent), ticket)) != ART_OK {
                        self.keep(ticket);
                    }
                }
                8 => call!(art_post_parked_then(rt, one, tag, data, length, self.time(), None, ptr::null_mut())),
                9 => {
                    let mut mailbox = Sized::new(program, self.mailbox());
                    call!(art_set_mailbox(rt, one, mailbox.as_mut_ptr()));
                }
                10 => call!(art_on_room(rt, one, other, program.below(4) as u32)),
                11 => call!(art_pause(rt, one)),
                12 | 13 => call!(art_resume(rt, one)),
                _ => {
                    let told = (!program.one_in(4)).then_some(water as _);
                    let (low, high) = (program.below(4) * 1000, program.below(4) * 2000);
                    call!(art_byte_budget_set(rt, low, high, told, self.own[place].get()));
                }
            }
        }
    }

    /// A mailbox of an actor's own.
    pub fn mailbox(&self) -> art_mailbox {
        let program = &self.program;
        // SAFETY: all zeros is the default.
        let mut mailbox: art_mailbox = unsafe { zeroed() };
        mailbox.struct_size = size_of::<art_mailbox>() as u32;
        mailbox.overflow = program.below(5) as u32 + u32::from(program.one_in(32));
        mailbox.capacity = program.below(5) as u32;
        mailbox.rate_messages = program.below(3) as u32;
        mailbox.rate_ns = self.short();
        mailbox.redirect_to = if mailbox.overflow == ART_OVERFLOW_REDIRECT { self.id() } else { 0 };
        mailbox
    }
}
