//! Making an actor's value from outside: the constructor runs at once, and with it what waited for the actor.

use super::lanes::Lanes;
use crate::actor::{Cx, turn};
use crate::engine::mode::OBSERVED;
use crate::engine::shared::Shared;
use crate::engine::token::Runtime;
use crate::kernel::handle::Actor;

impl<A: 'static> Actor<A> {
    /// Runs `f`, which makes the actor's value, now if the actor is preparing; else drops it. If that makes the actor ready, the
    /// messages that waited for it run now, too: a [`query`](Actor::query) does not overtake them. But what is urgent comes before them
    /// in the next step, and in a step a handler that yields leaves the rest to the next one.
    ///
    /// A panic in what waited fails the actor and nothing else.
    ///
    /// # Panics
    /// As [`query`](Actor::query).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let number = actor_new!(runtime, u32, ret_nop!());
    /// number.apply(&mut runtime, |number, _| *number += 1); // waits for the value
    /// number.apply_prep(&mut runtime, |_| Some(7));
    /// number.apply_prep(&mut runtime, |_| unreachable!("it has its value"));
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), Some(8));
    /// ```
    pub fn apply_prep(&self, runtime: &mut Runtime, f: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static) {
        let shared = Shared::of(self.header());
        shared.raising(|| {
            let Some(waiting) = turn::prepare(self, runtime, f) else { return };
            if shared.mode.has(OBSERVED) {
                Lanes::<true>::new(shared, runtime).run_waiting(waiting);
            } else {
                Lanes::<false>::new(shared, runtime).run_waiting(waiting);
            }
        });
    }
}
