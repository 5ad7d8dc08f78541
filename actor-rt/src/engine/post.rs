//! The post path of typed messages: mailbox bound, accounting, record. And the slow path behind a closed lane.
//!
//! Outside of a step the main lane is closed, so that the first post comes to the slow path, and through the [gate](super::gate).

use super::gate::Gate;
use super::id::IdError;
use super::mailbox::Priority;
use super::mode::SPAN;
use super::own_mailbox::{Place, Room};
use super::packets::no_place;
use super::post_error::PostError;
use super::shared::Shared;
use super::token::Runtime;
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::{Actor, AnyActor};
use crate::kernel::lane::Held;
use crate::kernel::post::{self, Outgoing, TakeCall};
use crate::kernel::record::{ControlMessage, Message, Payload, PrepMessage};
use crate::wake::WakeFlags;

/// Which queue a message goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LaneName {
    /// Control traffic: before everything else.
    Urgent,
    /// Ordinary messages.
    Main,
    /// When the main lane is empty.
    Lazy,
    /// When the host has nothing else to do.
    Idle,
}

/// How many messages an actor may have waiting.
#[derive(Clone, Copy)]
enum Bound {
    /// As many as its mailbox has places.
    Mailbox,
    /// The same, but `Nothing` for what is [told once](Shared::tell).
    Forward,
    /// As many as can be counted: for what is owed to it, or about it.
    Nothing,
}

impl Bound {
    #[inline(always)]
    fn admits(self, header: &CellHeader) -> bool {
        match self {
            Bound::Mailbox | Bound::Forward => header.has_place(),
            Bound::Nothing => header.is_countable(),
        }
    }
}

/// Queues a call of a ready actor on the main lane. A full mailbox drops it (counted as a dead letter).
#[inline(always)]
pub(crate) fn call<M: Message>(actor: &Actor<M::Actor>, message: M) {
    let header = actor.header();
    post::call(actor, message, OnMain { shared: Shared::of(header), header, bound: Bound::Mailbox });
}

/// Queues a call that a `Fwd` makes: as [`call`], but past the bound if it is [told once](Shared::tell).
#[inline(always)]
pub(crate) fn forward<M: Message>(actor: &Actor<M::Actor>, message: M) {
    let header = actor.header();
    post::call(actor, message, OnMain { shared: Shared::of(header), header, bound: Bound::Forward });
}

/// Queues an answer to a ready actor on the main lane, past any bound: it asked, so it is owed one.
#[inline(always)]
pub(crate) fn answer<M: Message>(actor: &Actor<M::Actor>, message: M) {
    let header = actor.header();
    post::call(actor, message, OnMain { shared: Shared::of(header), header, bound: Bound::Nothing });
}

/// Queues a call of a ready actor on the main lane, by its id.
#[inline(always)]
pub(crate) fn call_by_id<M: Message<Actor: Sized>>(
    shared: &Shared,
    to: u64,
    message: M,
) -> Result<(), PostError> {
    let Some(found) = shared.find(to) else {
        return Err(PostError::Id(shared.explain_actor(to)));
    };
    let Some(actor) = found.typed::<M::Actor>() else {
        return Err(PostError::Id(IdError::WrongKind));
    };
    let header = actor.header();
    if !header.has_place() {
        if let Some(refusal) = refusal(shared, header) {
            return Err(refusal);
        }
    }
    post::call(&actor, message, OnMain { shared, header, bound: Bound::Mailbox });
    Ok(())
}

/// Queues a call of a ready actor on another lane.
pub(crate) fn call_on<M: Message>(lane: LaneName, actor: &Actor<M::Actor>, message: M) {
    post::call(actor, message, OnLane { shared: Shared::of(actor.header()), lane });
}

/// Takes calls to the main lane.
struct OnMain<'a> {
    shared: &'a Shared,
    header: &'a CellHeader,
    bound: Bound,
}

impl TakeCall for OnMain<'_> {
    type Result = ();

    #[inline(always)]
    fn take<P: Payload>(self, call: Outgoing<P>) {
        push_main(self.shared, self.header, self.bound, call);
    }
}

/// Takes calls to any lane.
struct OnLane<'a> {
    shared: &'a Shared,
    lane: LaneName,
}

impl TakeCall for OnLane<'_> {
    type Result = ();

    fn take<P: Payload>(self, call: Outgoing<P>) {
        push_on(self.shared, self.lane, Bound::Mailbox, call);
    }
}

/// Queues a call that makes an actor's value.
pub(crate) fn prep<M: PrepMessage>(lane: LaneName, actor: &Actor<M::Actor>, message: M) {
    push_past_bound(lane, actor.header(), post::prep(actor, message));
}

/// Queues a message about an actor, past any bound.
pub(crate) fn control<A: ?Sized + 'static, M: ControlMessage>(lane: LaneName, actor: &Actor<A>, message: M) {
    push_past_bound(lane, actor.header(), post::control(actor, message));
}

/// The same for an actor of any type.
pub(crate) fn control_of<M: ControlMessage>(lane: LaneName, actor: &AnyActor, message: M) {
    push_past_bound(lane, actor.header(), post::control_of(actor, message));
}

/// Queues a message for an actor of any type, if there is room.
pub(crate) fn message_of<M: ControlMessage>(
    shared: &Shared,
    actor: &AnyActor,
    message: M,
) -> Result<(), PostError> {
    let header = actor.header();
    if !header.has_place() {
        if let Some(refusal) = refusal(shared, header) {
            return Err(refusal);
        }
    }
    push_main(shared, header, Bound::Mailbox, post::control_of(actor, message));
    Ok(())
}

/// Queues a call with a priority, if its actor has a mailbox of its own; else as [`call`].
pub(crate) fn call_with<M: Message>(actor: &Actor<M::Actor>, message: M, priority: Priority) {
    let header = actor.header();
    let shared = Shared::of(header);
    if priority == Priority::Normal || shared.mailbox(header, |own| !own.is_passing) != Some(true) {
        return call(actor, message);
    }
    post::call(actor, message, IntoMailbox { shared, header, priority, admitted: false });
}

/// Queues a call for which its actor's own mailbox has found room.
pub(crate) fn call_admitted<M: Message>(actor: &Actor<M::Actor>, message: M) {
    let header = actor.header();
    let into = IntoMailbox { shared: Shared::of(header), header, priority: Priority::Normal, admitted: true };
    post::call(actor, message, into);
}

/// Takes calls to an actor's own mailbox.
struct IntoMailbox<'a> {
    shared: &'a Shared,
    header: &'a CellHeader,
    priority: Priority,
    /// Room was found: nobody is asked again.
    admitted: bool,
}

impl TakeCall for IntoMailbox<'_> {
    type Result = ();

    fn take<P: Payload>(self, call: Outgoing<P>) {
        let IntoMailbox { shared, header, priority, admitted } = self;
        call.hold(shared.origin(), |held| {
            if admitted {
                return shared.put(header, Place::Queued, priority, held);
            }
            if let Some(held) = shared.offer(header, priority, held) {
                shared.lose(header.id(), header.refusal(), held.describe());
            }
        });
    }
}

#[inline(always)]
fn push_past_bound<P: Payload>(lane: LaneName, header: &CellHeader, outgoing: Outgoing<P>) {
    let shared = Shared::of(header);
    match lane {
        LaneName::Main => push_main(shared, header, Bound::Nothing, outgoing),
        _ => push_on(shared, lane, Bound::Nothing, outgoing),
    }
}

/// Queues work of the runtime itself.
#[inline]
pub(crate) fn job(shared: &Shared, lane: LaneName, work: impl FnOnce(&mut Runtime) + 'static) {
    let outgoing = shared.job(work);
    if lane != LaneName::Main {
        return push_on(shared, lane, Bound::Nothing, outgoing);
    }
    if let Err(outgoing) = outgoing.try_push(&shared.main, shared.origin()) {
        push_slowly(shared, Bound::Nothing, outgoing);
    }
}

/// Queues a message that was sent on, for an actor that has a place.
pub(super) fn redirected(shared: &Shared, held: Held<'_>) {
    if let Some(held) = claim(shared, Bound::Nothing, held) {
        push_slow(shared, LaneName::Main, held);
    }
}

/// Why a typed call by id is refused although its actor has a mailbox of its own; None if it is not.
#[cold]
fn refusal(shared: &Shared, header: &CellHeader) -> Option<PostError> {
    match shared.room(header) {
        Some(Room::Free | Room::Contested(_)) => None,
        _ => Some(no_place(header)),
    }
}

/// Appends to the main lane.
#[inline(always)]
fn push_main<P: Payload>(shared: &Shared, header: &CellHeader, bound: Bound, outgoing: Outgoing<P>) {
    let tried =
        if bound.admits(header) { outgoing.try_push(&shared.main, shared.origin()) } else { Err(outgoing) };
    match tried {
        // Claimed last, so that nothing need be undone.
        Ok(()) => header.take_place(),
        Err(outgoing) => push_slowly(shared, bound, outgoing),
    }
}

/// The lane is closed, its segment full, or the mailbox; from here on the code is the same for all messages. Not in line: the frame
/// that a record needs would be everybody's who posts.
#[cold]
#[inline(never)]
fn push_slowly<P: Payload>(shared: &Shared, bound: Bound, outgoing: Outgoing<P>) {
    outgoing.hold(shared.origin(), |held| push_unusual(shared, bound, held));
}

/// Appends to any lane.
fn push_on<P: Payload>(shared: &Shared, lane: LaneName, bound: Bound, outgoing: Outgoing<P>) {
    outgoing.hold(shared.origin(), |held| {
        let own = match (bound, held.receiver()) {
            (Bound::Mailbox, Some(header)) => shared.room(header),
            _ => None,
        };
        let bound = if own == Some(Room::Free) { Bound::Nothing } else { bound };
        if let Some(held) = claim(shared, bound, held) {
            push_slow(shared, lane, held);
        }
    });
}

/// Claims a place with a record's receiver. A record for which there is none is gone.
fn claim<'a>(shared: &Shared, bound: Bound, held: Held<'a>) -> Option<Held<'a>> {
    let Some(header) = held.receiver() else { return Some(held) };
    let bound = match bound {
        Bound::Forward if shared.telling.get() => Bound::Nothing,
        bound => bound,
    };
    if bound.admits(header) {
        header.take_place();
        return Some(held);
    }
    refuse(shared, held);
    None
}

/// A record for which its receiver's bound has no place: it is gone, unless the receiver has a mailbox of its own that takes it.
#[cold]
fn refuse(shared: &Shared, held: Held<'_>) {
    let Some((id, refusal)) = held.receiver().map(|header| (header.id(), header.refusal())) else { return };
    let left = match shared.find(id) {
        Some(found) => shared.offer(found.header(), Priority::Normal, held),
        None => Some(held),
    };
    if let Some(held) = left {
        shared.lose(id, refusal, held.describe());
    }
}

/// Queues on the main lane what the fast path did not take. Mostly that is the first post after a step, which finds the lane closed, and
/// nothing more is to be done than to open it.
#[cold]
#[inline(never)]
fn push_unusual(shared: &Shared, bound: Bound, held: Held<'_>) {
    let Some(held) = claim(shared, bound, held) else { return };
    if shared.mode.get() != 0 {
        return push_slow(shared, LaneName::Main, held);
    }
    shared.mode.set(SPAN);
    shared.count_ingress();
    let wakes = shared.claim_wake();
    shared.main.open();
    shared.main.push_held(&shared.pool, held);
    if wakes {
        shared.wake(WakeFlags::LOCAL);
    }
}

/// The slow path of every typed post: the lane is closed or its segment full.
#[cold]
#[inline(never)]
fn push_slow(shared: &Shared, lane: LaneName, held: Held<'_>) {
    let Some(gate) = Gate::enter(shared) else { return shared.consume_closed(Some(held)) };
    let target = shared.lane(lane);
    match gate.trailer {
        Some(trailer) => target.push_traced(&shared.pool, held, trailer),
        None => target.push_held(&shared.pool, held),
    }
    gate.leave(shared, lane);
}
