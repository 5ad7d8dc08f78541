//! Asks of the host and of several at once; pings; what runs in an actor.

use crate::callbacks::*;
use crate::structs::Sized;
use crate::world::World;
use actor_ffi::*;

impl World {
    pub fn ask(&self, rt: *mut art_runtime) {
        let program = &self.program;
        let (one, other, tag, (data, length)) = (self.id(), self.id(), self.tag(), self.bytes());
        let (mut token, mut value) = (0, 0);
        // SAFETY: NULL or living; the bytes are there, or the call must not look at them; ids are as many as said.
        unsafe {
            match program.below(8) {
                0 => {
                    let to = [self.id(), self.id(), self.id(), self.id()];
                    let (count, enough) = (program.below(5), program.below(5) as u32);
                    call!(art_ask_all(rt, one, to.as_ptr(), count, enough, tag, data, length, self.time(), 9));
                }
                1 => call!(art_ask_deadline(rt, one, &raw mut value)),
                2 => {
                    let receiver = self.id();
                    call!(art_ask_forward(rt, one, other, tag, data, length, self.time(), receiver, self.tag(), &raw mut token));
                }
                3 | 4 => {
                    let ticket = self.ticket(0);
                    let told = (!program.one_in(16)).then_some(answered as _);
                    if status!(art_ask_then(rt, one, tag, data, length, self.time(), told, ticket, &raw mut token)) != ART_OK {
                        self.keep(ticket);
                    }
                }
                5 => call!(art_ping(rt, one, other)),
                6 => {
                    let ticket = self.ticket(0);
                    if status!(art_on_pong(rt, one, (!program.one_in(16)).then_some(ponged as _), ticket)) != ART_OK {
                        self.keep(ticket);
                    }
                }
                _ => {
                    let run = (!program.one_in(16)).then_some(exec as _);
                    call!(art_exec(rt, one, run, data, length, Some(drop_payload), self.ticket(0)));
                }
            }
        }
        self.remember(token);
    }

    /// An ask from any thread.
    pub fn ask_from_outside(&self, remote: *mut art_remote) {
        let program = &self.program;
        let (to, tag, (data, length)) = (self.id(), self.tag(), self.bytes());
        let timeout = program.below(2) as u64;
        // SAFETY: NULL or held; the bytes are there, or the call must not look at them.
        unsafe {
            if program.one_in(4) {
                let mut out = Sized::new(program, std::mem::zeroed::<art_waited>());
                if status!(art_remote_ask_wait(remote, to, tag, data, length, timeout, out.as_mut_ptr())) == ART_OK {
                    art_buffer_unref(out.value().answer);
                }
            } else {
                let ticket = self.ticket(0);
                let told = (!program.one_in(16)).then_some(answered as _);
                if status!(art_remote_ask(remote, to, tag, data, length, timeout, told, ticket)) != ART_OK {
                    self.keep(ticket);
                }
            }
        }
    }
}
