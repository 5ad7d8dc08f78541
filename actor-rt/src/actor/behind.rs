//! Work about an actor that comes behind what was sent to it so far, and takes no place in its mailbox: pings, ticks of its timers, its
//! end when all is handled.
//!
//! It goes through the lanes as a job, which no bound knows. If it finds the actor preparing, paused or held, it waits in the actor's
//! stash, in its order among the messages there, and comes back with them.

use super::hold;
use crate::engine::post::{self, LaneName};
use crate::engine::shared::Shared;
use crate::engine::token::Runtime;
use crate::kernel::cell::State;
use crate::kernel::handle::AnyActor;

/// Whether an actor that waits for an answer, and is held until it comes, gets the work before it.
#[derive(Clone, Copy)]
pub(crate) enum WhileHeld {
    Waits,
    /// It is owed to the actor, as the answer is.
    Comes,
}

/// Does `work` when the actor is ready and has handled what was sent to it before. If it ends first, `work` is dropped.
pub(crate) fn behind(shared: &Shared, actor: AnyActor, work: impl FnOnce(&Shared, &AnyActor) + 'static) {
    post::job(shared, LaneName::Main, move |runtime: &mut Runtime| {
        let shared = runtime.shared();
        // Who holds its messages itself still handles what comes behind them: it is well.
        let own = hold::holds(shared, actor.header());
        reach(shared, actor, if own { WhileHeld::Comes } else { WhileHeld::Waits }, work);
    });
}

/// Does `work` now if the actor is ready, else when its stash is released.
pub(crate) fn reach(
    shared: &Shared,
    actor: AnyActor,
    while_held: WhileHeld,
    work: impl FnOnce(&Shared, &AnyActor) + 'static,
) {
    match (actor.header().state(), while_held) {
        (State::Ready, _) | (State::Held, WhileHeld::Comes) => work(shared, &actor),
        (State::Prep | State::Paused | State::Held, _) => {
            wait(shared, actor, move |shared, actor| reach(shared, actor, while_held, work));
        }
        (State::Ending | State::Zombie, _) => shared.contain(|| drop(work)),
    }
}

/// Puts a job into an actor's stash.
fn wait(shared: &Shared, actor: AnyActor, again: impl FnOnce(&Shared, AnyActor) + 'static) {
    let stashing = actor.clone();
    let job = shared.job(move |runtime: &mut Runtime| again(runtime.shared(), actor));
    job.hold(0, |held| {
        shared.cold.with(|cold| cold.of(stashing.header()).stash().push_held(&shared.pool, held));
    });
}

/// Goes with the actor's messages through the lanes: `look` is called behind those that wait on this one now, then on the next, and so on
/// as long as it returns true.
pub(crate) fn walk(
    shared: &Shared,
    actor: AnyActor,
    lane: LaneName,
    mut look: impl FnMut(&Shared, &AnyActor) -> bool + 'static,
) {
    post::job(shared, lane, move |runtime: &mut Runtime| {
        let shared = runtime.shared();
        if look(shared, &actor) {
            let next = match lane {
                LaneName::Main => LaneName::Lazy,
                LaneName::Lazy => LaneName::Idle,
                LaneName::Idle | LaneName::Urgent => LaneName::Main,
            };
            walk(shared, actor, next, look);
        }
    });
}
