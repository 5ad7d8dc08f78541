//! Spawns and ends.

use crate::callbacks::*;
use crate::structs::Sized;
use crate::world::{LENGTHS, World};
use actor_ffi::*;
use std::mem::{size_of, zeroed};

impl World {
    pub fn live(&self, rt: *mut art_runtime, place: usize) {
        let program = &self.program;
        let name = b"a name \xc3\xa4 \xff\0";
        let length = if program.one_in(4) { ART_NUL_TERMINATED } else { program.below(name.len()) };
        // SAFETY: NULL or living; the name is NUL-terminated.
        unsafe {
            match program.below(10) {
                0..6 => self.spawn(rt, place),
                6 => call!(art_stop(rt, self.id(), program.byte().into())),
                7 => call!(art_kill(rt, self.id(), -i32::from(program.byte()), name.as_ptr().cast(), length)),
                8 => {
                    let tag = tag(["x", "y"][program.below(2)]) ^ u64::from(program.one_in(4));
                    let name = ["x\0", "y\0"][program.below(2)].as_ptr().cast();
                    call!(art_tag_register(rt, tag, name, ART_NUL_TERMINATED, LENGTHS[program.below(10)]));
                }
                _ if program.one_in(6) => self.destroy(place),
                _ => self.create_oddly(),
            }
        }
    }

    fn spawn(&self, rt: *mut art_runtime, place: usize) {
        let notify_user = self.ticket(place);
        let mut parts = self.parts();
        let mut config = self.actor(place, &mut parts);
        config.notify = Some(notify);
        config.notify_user = notify_user;
        let mut id = 0;
        // SAFETY: as the header asks.
        let status = unsafe { status!(art_spawn(rt, &raw const config, &raw mut id)) };
        if status != ART_OK {
            assert_eq!(id, 0);
            self.keep(notify_user);
        }
        self.remember(id);
    }

    /// What an actor is made of, whose argument is a ticket.
    pub fn actor(&self, place: usize, parts: &mut Parts) -> art_actor_config {
        let program = &self.program;
        // SAFETY: all zeros is the default.
        let mut config: art_actor_config = unsafe { zeroed() };
        config.struct_size = size_of::<art_actor_config>() as u32;
        config.flags = program.below(4) as u32 | u32::from(program.one_in(32)) << 4;
        config.capacity = program.below(5) as u32;
        config.parent = if program.one_in(4) { self.id() } else { 0 };
        // Mostly one that works.
        config.vtable = &VTABLES[program.below(if program.one_in(8) { 6 } else { 4 })];
        config.argument = self.ticket(place);
        config.argument_drop = Some(release);
        if program.one_in(4) {
            config.mailbox = parts.mailbox.as_mut_ptr();
        }
        if program.below(4) < 2 {
            config.supervision = parts.supervision.as_mut_ptr();
        }
        if program.one_in(4) {
            config.supervisor = parts.supervisor.as_mut_ptr();
        }
        if program.one_in(4) {
            config.hooks = parts.hooks.as_mut_ptr();
        }
        config
    }

    pub fn parts(&self) -> Parts {
        let program = &self.program;
        Parts {
            mailbox: Sized::new(program, self.mailbox()),
            supervision: Sized::new(program, self.supervision()),
            supervisor: Sized::new(program, self.supervisor()),
            hooks: Sized::new(program, HOOKS),
        }
    }
}

/// What a configuration may point to.
pub struct Parts {
    mailbox: Sized<art_mailbox>,
    supervision: Sized<art_supervision>,
    supervisor: Sized<art_supervisor>,
    hooks: Sized<art_actor_hooks>,
}
