//! Output ports.

use crate::structs::Sized;
use crate::world::World;
use actor_ffi::*;
use std::ptr;

impl World {
    pub fn port(&self, rt: *mut art_runtime) {
        let program = &self.program;
        let (one, other, (data, length)) = (self.id(), self.id(), self.bytes());
        let (mut id, mut count) = (0, 0);
        let subscription = art_subscription {
            struct_size: size_of::<art_subscription>() as u32,
            flags: u32::from(program.one_in(32)),
            tag: self.tag(),
            capacity: program.below(4) as u32,
            overflow: program.below(4) as u32,
        };
        let mut subscription = Sized::new(program, subscription);
        // SAFETY: NULL or living; the bytes are there, or the call must not look at them.
        unsafe {
            match program.below(10) {
                0 | 1 => call!(art_port_create(rt, &raw mut id)),
                2 => call!(art_port_destroy(rt, one)),
                3 | 4 => call!(art_port_publish(rt, one, data, length, &raw mut count)),
                5..8 => call!(art_port_subscribe(rt, one, other, subscription.as_mut_ptr())),
                8 => call!(art_port_unsubscribe(rt, one, other)),
                _ => call!(art_port_subscribers(rt, one, &raw mut count)),
            }
        }
        self.remember(id);
    }

    /// A buffer for all subscribers.
    pub fn publish_buffer(&self, place: usize) {
        let buffer = if self.program.one_in(8) { ptr::null_mut() } else { self.buffer() };
        let mut count = 0;
        // SAFETY: NULL or living; the reference is handed over.
        unsafe {
            call!(art_port_publish_buffer(self.runtime(place), self.id(), art_buffer_ref(buffer), &raw mut count));
        }
    }
}
