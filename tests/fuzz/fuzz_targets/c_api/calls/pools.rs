//! Pools and their jobs.

use crate::callbacks::*;
use crate::structs::Sized;
use crate::world::World;
use actor_ffi::*;
use std::mem::zeroed;
use std::ptr;

impl World {
    pub fn pool(&self, place: usize) {
        let program = &self.program;
        // First of all: what a refused buffer drops may destroy the runtime.
        let buffer = if program.one_in(8) { self.buffer() } else { ptr::null_mut() };
        let rt = self.runtime(place);
        let (pool, (data, length)) = (self.id(), self.bytes());
        let mut job = Sized::new(program, self.job(place));
        let job = if program.one_in(32) { ptr::null() } else { job.as_mut_ptr().cast_const() };
        // SAFETY: NULL or living; the bytes are there, or the call must not look at them.
        unsafe {
            match program.below(14) {
                0..3 => self.spawn_pool(rt, place),
                3 => call!(art_pool_drain(rt, pool)),
                4 => call!(art_pool_report(rt, self.id(), pool)),
                5 => {
                    let mut settings = Sized::new(program, self.pool_settings(place));
                    call!(art_pool_set_settings(rt, pool, settings.as_mut_ptr()));
                }
                6 => call!(art_pool_set_size(rt, pool, program.below(5) as u32)),
                7 => {
                    let mut out = Sized::new(program, zeroed::<art_pool_counts>());
                    call!(art_pool_stats(rt, pool, out.as_mut_ptr()));
                }
                8 | 9 => call!(art_pool_submit(rt, pool, job, data, length)),
                10 => call!(art_pool_submit_buffer(rt, pool, job, art_buffer_ref(buffer))),
                11 => {
                    let ticket = self.ticket(0);
                    call!(art_pool_submit_owned(rt, pool, job, data, length, Some(drop_payload), ticket));
                }
                12 => call!(art_job_alive(rt, pool)),
                _ => drop(match program.below(2) {
                    0 => status!(art_job_done(rt, pool)),
                    _ => status!(art_job_failed(rt, pool)),
                }),
            }
        }
    }

    fn job(&self, place: usize) -> art_job {
        let program = &self.program;
        // SAFETY: all zeros is the default.
        let mut job: art_job = unsafe { zeroed() };
        job.struct_size = size_of::<art_job>() as u32;
        job.flags = u32::from(program.one_in(32));
        job.key = program.below(5) as u64;
        job.tag = self.tag();
        job.priority = program.below(6) as u32;
        job.retries = program.below(3) as u32;
        job.time_to_live_ns = self.short();
        match program.below(4) {
            0 => (job.asker, job.answer_tag) = (self.id(), self.tag()),
            1 => {
                job.told = Some(crate::callbacks::job);
                job.user = self.own[place].get();
            }
            _ => {}
        }
        job
    }

    fn pool_settings(&self, place: usize) -> art_pool_settings {
        let program = &self.program;
        // SAFETY: all zeros is the default.
        let mut settings: art_pool_settings = unsafe { zeroed() };
        settings.struct_size = size_of::<art_pool_settings>() as u32;
        settings.flags = program.below(2) as u32;
        settings.size = program.below(4) as u32;
        settings.in_flight = program.below(3) as u32;
        settings.discard = program.below(4) as u32;
        settings.limit = program.below(4) as u64;
        settings.silence_ns = self.short();
        if program.one_in(4) {
            settings.limit_every_ns = self.short();
            settings.limit_now = Some(how_many);
            settings.limit_user = self.own[place].get();
        }
        settings
    }

    fn spawn_pool(&self, rt: *mut art_runtime, place: usize) {
        let program = &self.program;
        let (user, (name, name_len)) = (self.ticket(place), self.text());
        let mut parts = self.parts();
        let mut worker = self.actor(place, &mut parts);
        // Mostly one that works.
        worker.vtable = &VTABLES[if program.one_in(8) { 0 } else { 1 }];
        let (settings, supervision) = (self.pool_settings(place), self.supervision());
        // SAFETY: all zeros is the default.
        let mut config: art_pool_config = unsafe { zeroed() };
        config.struct_size = size_of::<art_pool_config>() as u32;
        config.flags = u32::from(program.one_in(32));
        config.parent = if program.one_in(4) { self.id() } else { 0 };
        config.router = program.below(5) as u32 + u32::from(program.one_in(32));
        config.rate_jobs = program.below(3) as u32;
        config.rate_ns = self.short();
        config.max_restarts = program.below(4) as u32;
        config.restart_period_ns = self.short();
        config.worker = if program.one_in(32) { ptr::null() } else { &raw const worker };
        config.settings = if program.one_in(4) { ptr::null() } else { &raw const settings };
        config.supervision = if program.one_in(2) { ptr::null() } else { &raw const supervision };
        (config.name, config.name_len) = (name, name_len);
        config.choose = (!program.one_in(4)).then_some(choose as _);
        if program.one_in(4) {
            config.size_every_ns = self.short();
            config.size_now = Some(how_many);
            config.size_user = self.own[place].get();
        }
        config.discarded = program.one_in(2).then_some(crate::callbacks::job as _);
        config.event = program.one_in(2).then_some(pool_event as _);
        config.user = user;
        config.user_drop = Some(release);
        let mut id = 0;
        // SAFETY: as the header asks.
        let status = unsafe { status!(art_pool_spawn(rt, &raw const config, &raw mut id)) };
        assert_eq!(status == ART_OK, id != 0);
        if config.worker.is_null() {
            // The library never saw them.
            self.keep(worker.argument);
        }
        self.remember(id);
    }
}
