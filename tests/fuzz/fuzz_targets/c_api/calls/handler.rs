//! What handlers do; often the handler has long returned.

use crate::callbacks::*;
use crate::structs::Sized;
use crate::world::World;
use actor_ffi::*;
use std::mem::zeroed;
use std::ptr;

impl World {
    /// What handlers do; often the handler has long returned.
    pub fn in_context(&self, place: usize) {
        let program = &self.program;
        let context = self.contexts[place].get();
        let (data, length) = self.bytes();
        let (mut token, mut value, mut state) = (0, 0, ptr::null_mut());
        // SAFETY: NULL, or given to a handler by a runtime that still lives.
        unsafe {
            match program.below(20) {
                0 => self.remember(art_context_self(context)),
                1 => drop((art_context_runtime(context), art_context_now(context))),
                2 => call!(art_context_fail(context, program.below(3) as i32 - 1, ptr::null(), 0)),
                3 => call!(art_context_stop(context, program.byte().into())),
                4 => call!(art_context_reply(context, self.tag(), data, length)),
                5 => call!(art_context_reply_keep(context)),
                6 => {
                    let mut out = Sized::new(program, zeroed::<art_payload>());
                    if status!(art_context_take(context, out.as_mut_ptr())) == ART_OK {
                        self.taken.borrow_mut().push(out.value());
                    }
                }
                7 => call!(art_context_yield(context)),
                8 => {
                    let (to, tag) = (self.id(), self.tag());
                    call!(art_context_ask_holding(context, to, tag, data, length, self.time(), &raw mut token));
                }
                9 => self.coalesce(context),
                10 => {
                    let interval = art_interval {
                        struct_size: size_of::<art_interval>() as u32,
                        missed: program.below(4) as u32,
                        period_ns: self.short(),
                        first_ns: self.short(),
                    };
                    let mut interval = Sized::new(program, interval);
                    call!(art_context_interval_start(context, program.below(3) as u64, interval.as_mut_ptr()));
                }
                11 => call!(art_context_timer_start(context, program.below(3) as u64, self.short())),
                12 => call!(art_context_timer_stop(context, program.below(3) as u64)),
                13 => call!(art_context_job_keep(context)),
                14 => drop((status!(art_context_run(context)), status!(art_context_starting(context)))),
                15 => drop((status!(art_context_slot(context, &raw mut value)), status!(art_context_trace(context, &raw mut value, &raw mut token)))),
                16 => {
                    if status!(art_context_take_state(context, &raw mut state)) == ART_OK {
                        self.keep(state);
                    }
                }
                _ => {
                    let call = (!program.one_in(16)).then_some(host_call as _);
                    call!(art_context_host_call(context, call, self.ticket(place), Some(release), self.tag()));
                }
            }
        }
        self.remember(token);
    }

    /// Requests that are answered together.
    fn coalesce(&self, context: *mut art_context) {
        let program = &self.program;
        let (tag, (data, length)) = (self.tag(), self.bytes());
        let key = [program.below(2) as u8; 2];
        let (key, size) = (key.as_ptr().cast(), program.below(3));
        let (mut first, mut count) = (0, 0);
        // SAFETY: as in `in_context`; the key is readable.
        unsafe {
            match program.below(6) {
                0..3 => call!(art_context_coalesce(context, key, size, &raw mut first)),
                3 => call!(art_context_coalesced_count(context, key, size, &raw mut count)),
                4 => call!(art_context_coalesced_drop(context, key, size, &raw mut count)),
                _ => call!(art_context_coalesced_reply(context, key, size, tag, data, length, &raw mut count)),
            }
        }
    }
}
