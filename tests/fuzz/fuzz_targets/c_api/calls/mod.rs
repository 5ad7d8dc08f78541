//! The calls, one file for each part of the header.

mod asking;
mod handler;
mod host;
mod life;
mod mailboxes;
mod messages;
mod names;
mod outside;
mod pools;
mod ports;
pub mod racing;
mod supervision;
mod watching;

use crate::world::World;

/// What may be looked at from any thread, since whoever lends it waits.
struct Lent<T>(T);
// SAFETY: see `elsewhere`.
unsafe impl<T> Send for Lent<T> {}

impl World {
    /// One call.
    pub fn act(&self) {
        match self.program.below(128) {
            1 => self.elsewhere(),
            2 => self.race(),
            _ => self.call(),
        }
    }

    pub fn call(&self) {
        let place = self.place();
        let rt = self.runtime(place);
        match self.program.byte() {
            0..64 => self.step(rt),
            64..112 => self.post(place),
            112..136 => self.live(rt, place),
            136..156 => self.in_context(place),
            156..174 => self.from_outside(place),
            174..194 => self.supervise(rt, place),
            194..206 => self.name(rt),
            206..218 => self.bound(place),
            218..228 => self.ask(rt),
            228..238 => self.pool(place),
            238..246 => self.port(rt),
            _ => self.watch(rt, place),
        }
    }

    /// One call, and all that it leads to, on another thread, while this one waits.
    fn elsewhere(&self) {
        let lent = Lent(self);
        let work = move || {
            let lent = lent;
            lent.0.call();
        };
        std::thread::scope(|scope| scope.spawn(work).join()).expect("a check on another thread holds");
    }
}
