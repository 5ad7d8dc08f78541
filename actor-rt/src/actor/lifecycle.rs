//! Life and end of an actor: Prep → Ready → Zombie.
//!
//! The order of an end is Stakker's: the state says zombie, the value (or what waited for it) is dropped, then the notifier is
//! told. Every piece of user code in it runs under its own catch, and with nothing of the block borrowed.

use super::call::Call;
use super::context::Cx;
use super::parked;
use crate::engine::asks::{Outcome, Side};
use crate::engine::cold::Cold;
use crate::engine::list::List;
use crate::engine::log::LogID;
use crate::engine::mode::CLOSED;
use crate::engine::post::{self, LaneName};
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::{PanicError, PanicPolicy, StopCause};
use crate::engine::token::{Core, Runtime};
use crate::kernel;
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::handle::{Actor, AnyActor};
use crate::kernel::lane::{Held, Lane};
use crate::kernel::post::{Outgoing, TakeCall};
use crate::kernel::record::{ControlMessage, DropReason, Payload};
use crate::time::OwnerList;
use std::any::Any;

/// Keeps whom to tell of a new actor's end, and begins its span in the log if there ever was a logger.
#[inline(never)]
pub(super) fn announce(core: &mut Core, header: &CellHeader, notify: Ret<StopCause>, parent_id: LogID) {
    let shared = Shared::of(header);
    keep_notifier(shared, header, notify);
    if shared.logging.is_used() {
        let id = core.log_span_open((header.kind().type_name)(), parent_id, |_| ());
        shared.cold.with(|cold| cold.of(header).log_id = id);
    }
}

/// Keeps whom to tell of a new actor's end.
#[inline]
pub(crate) fn keep_notifier(shared: &Shared, header: &CellHeader, notify: Ret<StopCause>) {
    if !notify.is_nop() {
        shared.cold.with(|cold| cold.of(header).notifier = Some(notify));
    }
}

/// A preparing actor got its value: it is ready, and what waited for it comes before everything else.
pub(super) fn ready<A: 'static>(shared: &Shared, actor: &Actor<A>, value: A) {
    if install(shared, actor, value) {
        release_stash(shared, actor.header());
    }
}

/// Gives a preparing actor its value: it is ready, and what waited for it is to come next. False if it ended meanwhile.
#[inline(always)] // Part of what each actor costs.
pub(super) fn install<A: 'static>(shared: &Shared, actor: &Actor<A>, value: A) -> bool {
    if actor.header().cold() != 0 {
        return install_with_kin(shared, actor, value);
    }
    match shared.install(actor, value) {
        Ok(()) => true,
        Err(value) => {
            shared.contain(|| drop(value));
            false
        }
    }
}

/// The same for an actor that may have relations. One that is ending gets no value any more.
#[cold]
#[inline(never)]
fn install_with_kin<A: 'static>(shared: &Shared, actor: &Actor<A>, value: A) -> bool {
    let ends = is_ending(shared, actor.header());
    match if ends { Err(value) } else { shared.install(actor, value) } {
        Ok(()) => {
            if is_opening(shared, actor.header()) {
                // It has turns, and messages wait until it says that it is ready.
                actor.header().set_state(State::Held);
            } else {
                (shared.overseer.ready)(shared, &AnyActor::from(actor));
            }
            true
        }
        Err(value) => {
            shared.contain(|| drop(value));
            false
        }
    }
}

/// Whether the end of an actor is under way.
#[cold]
fn is_ending(shared: &Shared, header: &CellHeader) -> bool {
    shared.kin_of(header, |kin| kin.ending.is_some()) == Some(true)
}

/// Whether an actor has its value and says itself when its start is over.
pub(crate) fn is_opening(shared: &Shared, header: &CellHeader) -> bool {
    shared.kin_of(header, |kin| kin.opening) == Some(true)
}

/// Lets the messages of a ready actor wait from now on. False if it is not ready.
pub(crate) fn pause(header: &CellHeader) -> bool {
    let ready = header.state() == State::Ready;
    if ready {
        header.set_state(State::Paused);
    }
    ready
}

/// Lets a paused actor go on. False if it is not paused.
pub(crate) fn resume(header: &CellHeader) -> bool {
    // One that is ending is paused for good.
    let paused = header.state() == State::Paused && !is_ending(Shared::of(header), header);
    if paused {
        header.set_state(State::Ready);
        release_stash(Shared::of(header), header);
    }
    paused
}

/// Puts the messages that waited for an actor in front of all others.
#[inline(always)]
pub(crate) fn release_stash(shared: &Shared, header: &CellHeader) {
    if header.cold() != 0 {
        release_cold_stash(shared, header);
    }
}

#[inline(never)]
fn release_cold_stash(shared: &Shared, header: &CellHeader) {
    if let Some(stash) = take_stash(shared, header) {
        shared.replay.prepend(&shared.pool, stash);
        shared.alert();
        shared.queued_aside();
    }
    parked::follow(shared, header);
    if shared.kin_of(header, |kin| kin.draining) == Some(true) {
        if let Some(actor) = shared.actor(header.id()) {
            (shared.overseer.awake)(shared, &actor);
        }
    }
}

/// Takes the messages that waited for an actor.
pub(super) fn take_stash(shared: &Shared, header: &CellHeader) -> Option<Lane> {
    shared.cold.with(|cold| cold.get(header)?.stash.take())
}

/// Lets a call wait with the other messages of a preparing or paused actor.
pub(super) fn stash_call<A: ?Sized + 'static, F>(actor: &Actor<A>, call: Call<A, F>)
where
    F: FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
{
    let shared = Shared::of(actor.header());
    if actor.header().claim() {
        kernel::post::call(actor, call, IntoStash(shared, actor.header()));
    }
}

/// Takes calls to an actor's stash.
struct IntoStash<'a>(&'a Shared, &'a CellHeader);

impl TakeCall for IntoStash<'_> {
    type Result = ();

    fn take<P: Payload>(self, call: Outgoing<P>) {
        let IntoStash(shared, header) = self;
        call.hold(0, |held| shared.cold.with(|cold| cold.of(header).stash().push_held(&shared.pool, held)));
    }
}

/// Keeps a record until its actor is ready. The loop has given its place in the mailbox back.
pub(crate) fn stash(shared: &Shared, header: &CellHeader, held: Held<'_>) {
    header.claim();
    let first = shared.cold.with(|cold| match cold.get(header).and_then(|cold| cold.stash.as_ref()) {
        Some(stash) => {
            stash.push_held(&shared.pool, held);
            None
        }
        None => Some(held),
    });
    if let Some(held) = first {
        stash_first(shared, header, held);
    }
}

#[cold]
#[inline(never)]
fn stash_first(shared: &Shared, header: &CellHeader, held: Held<'_>) {
    shared.cold.with(|cold| cold.of(header).stash().push_held(&shared.pool, held));
}

/// A record reached an actor that has ended, or is not ready and need not be for it. The loop has given its place in the mailbox back.
#[cold]
pub(crate) fn unready(shared: &Shared, actor: &AnyActor, held: Held<'_>) {
    if !actor.header().has_ended() {
        return held.run();
    }
    shared.lose_record(&held, DropReason::Cancelled);
    if let Some(panic) = held.discard(DropReason::Cancelled) {
        shared.keep_drop_panic(panic);
    }
}

/// A handler returned and had asked to end. The access to the value is over.
pub(super) fn finish_turn<A: ?Sized + 'static>(actor: &Actor<A>, cause: StopCause) {
    let shared = Shared::of(actor.header());
    shared.current.set(0);
    end_unless_killed(shared, actor, cause);
}

/// Ends an actor by what it asked for in its turn, unless it was killed meanwhile: then it ends by that.
pub(super) fn end_unless_killed<A: ?Sized + 'static>(shared: &Shared, actor: &Actor<A>, cause: StopCause) {
    if actor.header().state() == State::Ending {
        return shared.contain(|| drop(cause));
    }
    end(&AnyActor::from(actor), cause);
}

/// A handler panicked: its actor failed.
#[cold]
pub(crate) fn panicked(shared: &Shared, actor: &AnyActor, payload: Box<dyn Any + Send>) {
    shared.current.set(0);
    end(actor, panic_cause(shared, PanicError::from_payload(payload)));
}

/// What a panic of an actor means: its failure, and what the runtime's policy adds to that.
#[cold]
pub(super) fn panic_cause(shared: &Shared, error: PanicError) -> StopCause {
    match shared.panic_policy {
        PanicPolicy::FailActor => {}
        PanicPolicy::StopRuntime => {
            let error = error.clone();
            shared.lend(|core| core.shutdown(StopCause::Failed(Box::new(error))));
        }
        // What it was has been said by the panic hook.
        PanicPolicy::Abort => std::process::abort(),
    }
    StopCause::Failed(Box::new(error))
}

/// The last owner of an actor has gone.
pub(super) struct LastOwnerGone;

impl ControlMessage for LastOwnerGone {
    #[inline(always)]
    fn deliver_quietly(&self, header: &CellHeader) -> bool {
        let shared = Shared::of(header);
        shared.current.set(0);
        end_plain(shared, header)
    }

    fn deliver(self, actor: &AnyActor) {
        end(actor, StopCause::Dropped);
    }
}

/// Ends a living actor that nobody wants to hear of and whose value needs no drop. False, and nothing done, if it is another.
#[inline(always)]
fn end_plain(shared: &Shared, header: &CellHeader) -> bool {
    let plain = header.cold() == 0 && header.kind().ends_silently;
    if !plain || header.state() == State::Zombie {
        return false;
    }
    header.set_state(State::Zombie);
    shared.directory.with(|directory| directory.remove(header.id()));
    true
}

/// Ends an actor. If its handler is on the stack, that is finished first.
pub(crate) fn end(actor: &AnyActor, cause: StopCause) {
    let header = actor.header();
    let shared = Shared::of(header);
    if header.state() == State::Zombie {
        return;
    }
    if shared.current.get() == header.id() {
        return end_soon(actor, cause);
    }
    if header.cold() == 0 {
        _ = bury(actor, cause, |_| ());
    } else {
        end_with_kin(shared, actor, cause);
    }
}

/// Ends an actor that may have relations: those have a say.
#[cold]
#[inline(never)]
fn end_with_kin(shared: &Shared, actor: &AnyActor, cause: StopCause) {
    let has_kin = shared.kin_of(actor.header(), |_| ()).is_some();
    let cause = if has_kin { (shared.overseer.end)(shared, actor, cause) } else { Some(cause) };
    if let Some(cause) = cause {
        actor.header().set_returns(false);
        _ = bury(actor, cause, |_| ());
    }
}

/// The end itself: from here on the actor is gone. `keep` may take its value. The cause comes back if no notifier had it.
pub(crate) fn bury(actor: &AnyActor, cause: StopCause, keep: impl FnOnce(&Shared)) -> Option<StopCause> {
    let header = actor.header();
    let shared = Shared::of(header);
    if header.kind().stopping.is_some() && !tell_stopping(shared, actor, &cause) {
        return Some(cause);
    }
    header.set_state(State::Zombie);
    shared.directory.with(|directory| directory.remove(header.id()));
    count_failure(shared, &cause);
    keep(shared);
    if let Some(panic) = shared.destroy_value(actor) {
        shared.keep_drop_panic(panic);
    }
    if header.cold() != 0 { end_cold(shared, header, cause) } else { Some(cause) }
}

#[inline(always)]
fn count_failure(shared: &Shared, cause: &StopCause) {
    if matches!(cause, StopCause::Failed(_)) {
        shared.counters.failed.set(shared.counters.failed.get() + 1);
    }
}

/// The end of an incarnation whose actor lives on: it is preparing again, and its messages wait. What belonged to the incarnation is void:
/// its value, timers and requests. What it was asked is answered with `NoReply`.
pub(crate) fn renew(shared: &Shared, actor: &AnyActor, cause: &StopCause) {
    let header = actor.header();
    if header.kind().stopping.is_some() && !tell_stopping(shared, actor, cause) {
        return;
    }
    // For its destructor it has ended.
    header.set_state(State::Zombie);
    count_failure(shared, cause);
    if let Some(panic) = shared.destroy_value(actor) {
        shared.keep_drop_panic(panic);
    }
    let (timers, kept, asks, parked) = shared.cold.with(|cold| {
        let cold = cold.of(header);
        cold.incarnation += 1;
        (cold.timers, cold.kept, cold.asks, cold.parked)
    });
    parked::forget(shared, parked);
    if let Some(timers) = timers {
        drop_timers(shared, timers);
    }
    settle_all(shared, &kept, Side::Holder, Outcome::NoReply);
    for token in super::ask::tokens(shared, &asks, Side::Asker) {
        shared.contain(|| super::ask::forget(shared, token));
    }
    header.set_state(State::Prep);
    header.set_returns(false);
}

fn drop_timers(shared: &Shared, timers: OwnerList) {
    while let Some(parcel) = shared.timers.with(|all| all.take_owned(timers)) {
        shared.contain(|| parcel.discard(shared.reason_of_end()));
    }
}

fn settle_all(shared: &Shared, list: &List, side: Side, outcome: Outcome) {
    for token in super::ask::tokens(shared, list, side) {
        shared.contain(|| _ = super::ask::settle(shared, token, outcome));
    }
}

/// Ends what only some actors have, and tells the notifier at last.
#[cold]
#[inline(never)]
fn end_cold(shared: &Shared, header: &CellHeader, cause: StopCause) -> Option<StopCause> {
    let Some(cold) = shared.cold.with(|cold| cold.take(header)) else { return Some(cause) };
    let mut cold = *cold;
    if cold.name.is_some() || cold.log_id != 0 || cold.counts.is_some() {
        // By these it is still known, to whoever has a handle.
        let name = cold.name.take();
        let kept = Cold { name, log_id: cold.log_id, counts: cold.counts, ..Cold::default() };
        shared.cold.with(|cold| *cold.of(header) = kept);
    }
    drop_stash(shared, cold.stash);
    if let Some(own) = cold.mailbox {
        parked::refuse(shared, own.parked);
        shared.discard_mailbox(*own);
    }
    parked::forget(shared, cold.parked);
    if let Some(timers) = cold.timers {
        drop_timers(shared, timers);
        shared.timers.with(|all| all.drop_owner(timers));
    }
    settle_all(shared, &cold.kept, Side::Holder, Outcome::NoReply);
    settle_all(shared, &cold.asks, Side::Asker, Outcome::Cancelled);
    if cold.log_id != 0 {
        shared.contain(|| shared.log_actor_close(cold.log_id, &cause));
    }
    let cause = match cold.kin {
        Some(kin) => (shared.overseer.gone)(shared, header.id(), *kin, cause),
        None => cause,
    };
    let Some(notifier) = cold.notifier else { return Some(cause) };
    shared.contain(|| notifier.ret(cause));
    None
}

/// Calls the stop hook of an actor that has one, unless it is killed or the runtime has no more turns to give. False if the actor
/// ended in it.
#[cold]
#[inline(never)]
fn tell_stopping(shared: &Shared, actor: &AnyActor, cause: &StopCause) -> bool {
    let header = actor.header();
    let killed = header.state() == State::Ending || matches!(cause, StopCause::Killed(_));
    if matches!(header.state(), State::Paused | State::Held) {
        // Its hook is no message; what waits is dropped with it.
        header.set_state(State::Ready);
    }
    if !killed && !shared.mode.has(CLOSED) {
        if let Some(stopping) = header.kind().stopping {
            // Nothing is to be started below it any more.
            let outer = shared.stopping.replace(header.id());
            // What becomes of it is settled, also if it kills itself now: else what waits for it would wait for an incarnation that never comes.
            let returns = header.returns();
            shared.contain(|| stopping(actor, cause));
            header.set_returns(returns);
            shared.stopping.set(outer);
        }
    }
    header.state() != State::Zombie
}

/// Ends an actor from inside a handler, by id or by itself: no handler or hook of it starts from here on, its value goes
/// when nothing of it is on the stack.
pub(crate) fn end_soon(actor: &AnyActor, cause: StopCause) {
    let header = actor.header();
    if header.has_ended() {
        return;
    }
    let shared = Shared::of(header);
    if shared.kin_of(header, |_| ()).is_some() {
        (shared.overseer.condemn)(shared, actor);
    } else {
        header.set_state(State::Ending);
        // By-id posts are refused from now on.
        header.close();
    }
    let actor = actor.clone();
    let incarnation = super::handle::incarnation(&actor);
    post::job(shared, LaneName::Urgent, move |_: &mut Runtime| {
        // Killed in its last hook, it has ended by now, and another one is there.
        if incarnation == super::handle::incarnation(&actor) {
            end(&actor, cause);
        }
    });
}

/// Drops what waited for an actor that never became ready.
fn drop_stash(shared: &Shared, stash: Option<Lane>) {
    let Some(stash) = stash else { return };
    while let Some(held) = stash.pop(&shared.pool) {
        shared.discard(held, shared.reason_of_end());
    }
    stash.give_segments(&shared.pool);
}
