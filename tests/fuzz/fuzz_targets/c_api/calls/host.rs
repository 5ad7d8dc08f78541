//! What a host calls: steps, times, texts, the descriptor.

use crate::structs::Sized;
use crate::world::World;
use actor_ffi::*;
use std::mem::zeroed;
use std::ptr;

impl World {
    pub fn step(&self, rt: *mut art_runtime) {
        let program = &self.program;
        let (mut value, mut ran, mut milliseconds, mut length, mut text) = (0, 0, 0, 0, [0; 32]);
        // SAFETY: NULL or living; the structs' memory is as large as they say.
        unsafe {
            match program.below(12) {
                0..5 => {
                    self.now.set(self.now.get().saturating_add(program.below(16) as u64).min(1 << 60));
                    let budget = art_budget {
                        struct_size: 0,
                        flags: program.below(2) as u32 | u32::from(program.one_in(32)) << 7,
                        max_messages: program.below(8) as u32,
                        reserved: u32::from(program.one_in(32)),
                        max_ns: u64::MAX,
                    };
                    let mut budget = Sized::new(program, budget);
                    let mut result = Sized::new(program, zeroed::<art_step_result>());
                    call!(art_step(rt, self.now.get(), budget.as_mut_ptr(), result.as_mut_ptr()));
                }
                5 => call!(art_step(rt, self.time(), ptr::null(), ptr::null_mut())),
                6 => call!(art_run_host_calls(rt, program.below(3) as u32, &raw mut ran)),
                7 => call!(art_next_timeout(rt, self.time(), &raw mut value)),
                8 => call!(art_timeout_ms(rt, self.time(), &raw mut milliseconds)),
                9 => {
                    let mut out = Sized::new(program, zeroed::<art_pending_info>());
                    call!(art_pending(rt, out.as_mut_ptr()));
                }
                10 => call!(art_last_message(rt, text.as_mut_ptr(), program.below(33), &raw mut length)),
                _ => drop((status!(art_now(rt, &raw mut value)), status!(art_adopt_thread(rt)))),
            }
        }
    }
}
