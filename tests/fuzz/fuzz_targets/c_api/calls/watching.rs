//! Whoever looks on: counts, dead letters, snapshots, observers, watchdogs, heartbeats.

use crate::callbacks::*;
use crate::structs::Sized;
use crate::world::World;
use actor_ffi::*;
use std::ffi::CStr;
use std::mem::zeroed;
use std::ptr;

impl World {
    pub fn watch(&self, rt: *mut art_runtime, place: usize) {
        let program = &self.program;
        let one = self.id();
        let (mut id, mut length, mut text, mut watchdog) = (0, 0, [0; 4096], ptr::null_mut());
        let size = program.below(3) * 2048;
        // SAFETY: NULL or living; the structs' memory is as large as they say, buffers as large as said.
        unsafe {
            match program.below(16) {
                0 => {
                    let mut out = Sized::new(program, zeroed::<art_actor_counts>());
                    call!(art_counts(rt, one, out.as_mut_ptr()));
                }
                1 => {
                    let mut out = Sized::new(program, zeroed::<art_dead_letter>());
                    call!(art_dead_letter_at(rt, program.below(4), out.as_mut_ptr()));
                }
                2 => {
                    let mut out = Sized::new(program, zeroed::<art_dead_letter_counts>());
                    call!(art_dead_letters(rt, out.as_mut_ptr()));
                }
                3 => {
                    let mut out = Sized::new(program, zeroed::<art_located>());
                    call!(art_locate(rt, one, out.as_mut_ptr()));
                }
                4 => call!(art_set_counting(rt, program.below(5) as u32)),
                5 => {
                    if status!(art_snapshot_json(rt, text.as_mut_ptr(), size, &raw mut length)) == ART_OK && size > length {
                        assert!(CStr::from_ptr(text.as_ptr()).to_str().is_ok());
                    }
                }
                6 => call!(art_snapshot_dot(rt, text.as_mut_ptr(), size, &raw mut length)),
                7 => self.observe(rt, place),
                8 => call!(art_watchdog_create(rt, &raw mut watchdog)),
                9 => watchdog = art_watchdog_ref(self.one_of(&self.watchdogs)),
                10 => {
                    let last = self.watchdogs.borrow_mut().pop();
                    art_watchdog_unref(last.unwrap_or(ptr::null_mut()));
                }
                11 => {
                    let mut out = Sized::new(program, zeroed::<art_busy>());
                    let watchdog = self.one_of(&self.watchdogs);
                    call!(art_watchdog_busy(watchdog, out.as_mut_ptr(), text.as_mut_ptr(), size, &raw mut length));
                }
                12 => {
                    // SAFETY: all zeros is a heartbeat.
                    let mut heartbeat: art_heartbeat = zeroed();
                    heartbeat.struct_size = size_of::<art_heartbeat>() as u32;
                    heartbeat.flags = program.below(3) as u32;
                    heartbeat.cycle_ns = self.short();
                    heartbeat.patience = program.below(3) as u32;
                    let mut heartbeat = Sized::new(program, heartbeat);
                    let told = (!program.one_in(4)).then_some(pulse as _);
                    call!(art_heartbeat_start(rt, heartbeat.as_mut_ptr(), told, self.own[place].get(), &raw mut id));
                }
                13 => self.publish_buffer(place),
                14 => self.poll(),
                _ => {
                    let known = art_status_text(-(program.below(30) as i32));
                    assert!(CStr::from_ptr(known).to_str().is_ok());
                    assert_eq!(art_version(), ART_VERSION);
                    assert_eq!(art_build_flags(), 0);
                    let newest = program.word() as u32 % 3000;
                    assert_eq!(art_api(newest).is_null(), newest > ART_VERSION);
                }
            }
        }
        self.remember(id);
        if !watchdog.is_null() {
            self.watchdogs.borrow_mut().push(watchdog);
        }
    }

    fn observe(&self, rt: *mut art_runtime, place: usize) {
        let program = &self.program;
        // SAFETY: all zeros is an observer of nothing.
        let mut observer: art_observer = unsafe { zeroed() };
        observer.struct_size = size_of::<art_observer>() as u32;
        observer.flags = u32::from(program.one_in(32));
        observer.sent = program.one_in(2).then_some(numbered as _);
        observer.delivering = program.one_in(2).then_some(delivering as _);
        observer.delivered = program.one_in(2).then_some(delivered as _);
        observer.lost = program.one_in(2).then_some(lost as _);
        let none = program.one_in(4);
        if !none {
            observer.user = self.ticket(place);
            observer.user_drop = Some(release);
        }
        // SAFETY: NULL or living.
        unsafe { call!(art_set_observer(rt, if none { ptr::null() } else { &raw const observer })) };
    }

    /// A runtime whose wake is a descriptor, from its beginning to its end.
    fn poll(&self) {
        let program = &self.program;
        let (mut poll, mut rt) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: as the header asks.
        unsafe {
            assert_eq!(status!(art_poll_create(&raw mut poll)), ART_OK);
            let mut config: art_config = zeroed();
            assert_eq!(status!(art_config_init(&raw mut config, size_of::<art_config>())), ART_OK);
            assert_eq!(status!(art_poll_attach(poll, &raw mut config)), ART_OK);
            config.flags = u32::from(program.one_in(4)) << 9;
            call!(art_create(&raw const config, &raw mut rt, ptr::null_mut(), 0));
            call!(art_post(rt, self.id(), self.tag(), ptr::null(), 0));
            assert!(art_poll_fd(poll) >= 0 && art_poll_fd(ptr::null()) == -1);
            assert_eq!(status!(art_poll_clear(poll)), ART_OK);
            assert_eq!(status!(art_destroy(rt)), ART_OK);
            art_poll_unref(poll);
        }
    }
}
