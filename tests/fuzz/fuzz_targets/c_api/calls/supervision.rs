//! The tree, its administration, and who hears of ends.

use crate::callbacks::*;
use crate::structs::Sized;
use crate::world::World;
use actor_ffi::*;
use std::mem::zeroed;

impl World {
    pub fn supervise(&self, rt: *mut art_runtime, place: usize) {
        let program = &self.program;
        let (one, other, own) = (self.id(), self.id(), self.own[place].get());
        let (mut id, mut length, mut ids, mut name) = (0, 0, [0; 4], [0; 8]);
        // SAFETY: NULL or living; buffers are as large as said, and structs' memory as they say; the world's ticket outlives all.
        unsafe {
            match program.below(24) {
                0 => call!(art_adopt(rt, one, other)),
                1 => {
                    let mut out = Sized::new(program, zeroed::<art_child_info>());
                    let size = program.below(9);
                    call!(art_child_describe(rt, one, other, out.as_mut_ptr(), name.as_mut_ptr(), size, &raw mut length));
                }
                2 => call!(art_child_forget(rt, one, other)),
                3 => call!(art_child_restart(rt, one, other, &raw mut id)),
                4 => call!(art_child_terminate(rt, one)),
                5 => {
                    call!(art_children(rt, one, ids.as_mut_ptr(), program.below(5), &raw mut length));
                    ids.iter().for_each(|id| self.remember(*id));
                }
                6 => {
                    let mut out = Sized::new(program, zeroed::<art_child_counts>());
                    call!(art_count_children(rt, one, out.as_mut_ptr()));
                }
                7 => call!(art_drain(rt, one)),
                8 => call!(art_drain_children(rt, one, (!program.one_in(4)).then_some(done as _), own)),
                9 => call!(art_stop_children(rt, one, (!program.one_in(4)).then_some(done as _), own)),
                10 => call!(art_link(rt, one, other)),
                11 => call!(art_unlink(rt, one, other)),
                12 => call!(art_trap_exits(rt, one, program.below(3) as u32)),
                13 => call!(art_monitor(rt, one, other, &raw mut id)),
                14 => {
                    let ticket = self.ticket(place);
                    if status!(art_on_exit(rt, one, (!program.one_in(8)).then_some(exited as _), ticket, &raw mut id)) == ART_OK {
                        assert_eq!(self.monitors.borrow_mut().insert(id, ticket), None);
                    } else {
                        self.keep(ticket);
                    }
                }
                15 => {
                    if status!(art_demonitor(rt, one)) == ART_OK {
                        let withdrawn = self.monitors.borrow_mut().remove(&one);
                        withdrawn.into_iter().for_each(|ticket| self.keep(ticket));
                    }
                }
                16 => call!(art_restarts_monitor(rt, one, other)),
                17 => call!(art_restarts_demonitor(rt, one, other)),
                18 => {
                    let mut supervisor = Sized::new(program, self.supervisor());
                    call!(art_set_supervisor(rt, one, supervisor.as_mut_ptr()));
                }
                19 => call!(art_supervisor_of(rt, one, &raw mut id)),
                20 => {
                    let (text, length) = self.text();
                    call!(art_stop_because(rt, one, -i32::from(program.byte()), text, length));
                }
                21 => drop(match program.below(2) {
                    0 => status!(art_exit_after(rt, one, self.short(), &raw mut id)),
                    _ => status!(art_kill_after(rt, one, self.short(), &raw mut id)),
                }),
                22 => drop(match program.below(4) {
                    0 => status!(art_started(rt, one)),
                    1 => status!(art_stopped(rt, one)),
                    2 => status!(art_on_escalation(rt, (!program.one_in(4)).then_some(escalated as _), own)),
                    _ => status!(art_start_all(rt, self.time(), (!program.one_in(4)).then_some(all_told as _), own)),
                }),
                _ if program.one_in(4) => {
                    call!(art_terminate(rt, self.time(), (!program.one_in(4)).then_some(all_told as _), own));
                }
                _ => {
                    let mut out = 0;
                    match program.below(3) {
                        0 => call!(art_system_all(rt, program.below(8) as u32, &raw mut out)),
                        _ => call!(art_system(rt, one, program.below(8) as u32)),
                    }
                }
            }
        }
        self.remember(id);
    }

    /// How an actor supervises.
    pub fn supervisor(&self) -> art_supervisor {
        let program = &self.program;
        // SAFETY: all zeros is the default.
        let mut supervisor: art_supervisor = unsafe { zeroed() };
        supervisor.struct_size = size_of::<art_supervisor>() as u32;
        supervisor.flags = program.below(2) as u32 | u32::from(program.one_in(32)) << 5;
        supervisor.strategy = program.below(4) as u32 % 3 + u32::from(program.one_in(32));
        supervisor.auto_shutdown = program.below(3) as u32;
        supervisor.max_restarts = program.below(4) as u32;
        supervisor.period_ns = self.short();
        supervisor
    }

    /// How an actor is supervised.
    pub fn supervision(&self) -> art_supervision {
        let program = &self.program;
        // SAFETY: all zeros is the default.
        let mut supervision: art_supervision = unsafe { zeroed() };
        supervision.struct_size = size_of::<art_supervision>() as u32;
        supervision.flags = program.below(16) as u32 | u32::from(program.one_in(32)) << 6;
        supervision.restart = program.below(3) as u32 + u32::from(program.one_in(32));
        supervision.shutdown = program.below(3) as u32;
        supervision.shutdown_ns = self.short();
        supervision.max_restarts = program.below(4) as u32;
        supervision.backoff_factor_percent = [0, 100, 150, 1000, u32::MAX][program.below(5)];
        supervision.restart_period_ns = self.short();
        supervision.backoff_first_ns = self.short();
        supervision.backoff_most_ns = self.short();
        supervision.backoff_reset_ns = self.short();
        supervision.backoff_jitter_percent = [0, 0, 20, 101][program.below(4)];
        supervision.start_timeout_ns = self.short();
        supervision
    }

    /// A length of time: mostly one that passes.
    pub fn short(&self) -> u64 {
        match self.program.below(16) {
            0 => ART_NEVER,
            1 => self.program.word(),
            2..6 => 0,
            time => time as u64,
        }
    }
}
