//! Dropping a runtime: the gate closes, every actor ends, every payload is dropped once, every asker is told.
//!
//! It goes in rounds, since destructors may post. A round takes what there is when it begins, so it ends whatever they do. After
//! [`ROUNDS`] the block is closed for good: a last round ends what is left without calling hooks, nothing new can stay, and what is
//! still posted is consumed by a flat loop.

use crate::actor::{ask, lifecycle};
use crate::engine::asks::Outcome;
use crate::engine::mode::{CLOSED, CLOSING, DROPPED, STEPPING};
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Runtime, Token};
use crate::kernel::record::DropReason;
use crate::supervision;
use crate::wake::inbox::Drained;
use std::mem;

const ROUNDS: usize = 100;

impl Drop for Runtime {
    fn drop(&mut self) {
        let shared = self.token.shared();
        if shared.mode.has(STEPPING) {
            // Dropped inside its own step, under a level-0 closure. The frame of the step ends it.
            shared.mode.set(DROPPED);
            return;
        }
        teardown(self.token);
    }
}

/// Ends everything in the block and gives the runtime's reference up.
pub(super) fn teardown(token: Token) {
    let shared = token.shared();
    shared.mode.set(CLOSING);
    shared.main.open();
    shared.inbox.close(|drained| {
        if let Drained::Record(incoming) = drained {
            shared.lose(incoming.target(), DropReason::Closed, incoming.describe());
            if let Some(panic) = incoming.discard(DropReason::Closed) {
                shared.keep_drop_panic(panic);
            }
        }
    });
    for _ in 0..ROUNDS {
        if !round(shared) {
            break;
        }
    }
    shared.mode.set(CLOSED);
    round(shared);
    shared.main.close();
    // What the last round left goes the way of what is posted from now on.
    shared.consume_closed(None);
    Shared::release_runtime(token);
}

/// Ends and drops what there is. False if there was nothing.
fn round(shared: &Shared) -> bool {
    // Trees go first, each from its leaves on.
    let mut busy = supervision::close_trees(shared);
    for id in shared.directory.with(|directory| directory.youngest_first()) {
        if let Some(actor) = shared.actor(id) {
            busy = true;
            lifecycle::end(&actor, StopCause::Dropped);
        }
    }
    busy |= supervision::close_monitors(shared);
    for token in shared.asks.with(|asks| asks.ids()) {
        busy = true;
        shared.contain(|| {
            ask::settle(shared, token, Outcome::NoReply);
        });
    }
    for lane in [&shared.urgent, &shared.replay, &shared.main, &shared.lazy_batch, &shared.lazy, &shared.idle]
    {
        let batch = lane.take();
        while let Some(held) = batch.pop(&shared.pool) {
            busy = true;
            shared.discard(held, DropReason::Closed);
        }
    }
    for _ in 0..shared.timers.with(|timers| timers.len()) {
        let Some((_, parcel)) = shared.timers.with(|timers| timers.take_any()) else { break };
        busy = true;
        shared.contain(|| parcel.discard(DropReason::Closed));
    }
    for handler in shared.wakers.with(|wakers| wakers.drain()) {
        busy = true;
        shared.contain(|| drop(handler));
    }
    for call in shared.host_calls.with(mem::take) {
        busy = true;
        shared.contain(|| drop(call));
    }
    for value in shared.anymap.with(mem::take).into_values() {
        busy = true;
        shared.contain(|| drop(value));
    }
    // Each under its own catch: two panics at once would end the process.
    shared.contain(|| drop(shared.observer.with(Option::take)));
    shared.contain(|| drop(shared.byte_budget.with(Option::take)));
    shared.contain(|| drop(shared.logging.take()));
    shared.contain(|| drop(shared.shutdown.with(Option::take)));
    shared.contain(|| drop(shared.take_panic()));
    busy
}
