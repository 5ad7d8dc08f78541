//! The post path: mailbox bound, accounting, record. And the slow path behind a closed lane.
//!
//! Outside of a step the main lane is closed, so the first post comes to the slow path: there the ingress span is opened and
//! the sleep word claimed. Whoever claims it wakes the host, as the last act of the post.

use super::id::IdError;
use super::ingress::Ingress;
use super::mailbox::Priority;
use super::mode::{BUDGETED, CLOSED, CLOSING, LAZY, SPAN, STEPPING, TRACING};
use super::own_mailbox::{Place, Room};
use super::shared::Shared;
use super::token::Runtime;
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::{Actor, AnyActor};
use crate::kernel::lane::{Held, Lane};
use crate::kernel::packet::{Body, Envelope};
use crate::kernel::post::{self, Outgoing, Stamp, TakeCall};
use crate::kernel::record::{ControlMessage, Message, Payload, PrepMessage, Trailer, flag};
use crate::kernel::word::{self, Word};
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

/// Why a post by id was refused.
///
/// # Examples
///
/// ```
/// use actor_rt::{PostError, Runtime, actor_new, ret_nop};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let actor = actor_new!(runtime, u32, ret_nop!());
/// actor.set_capacity(1);
/// let door = runtime.door();
/// assert_eq!(door.call(actor.actor_id(), |_: &mut u32, _| ()), Ok(()));
/// let error = door.call(actor.actor_id(), |_: &mut u32, _| ()).unwrap_err();
/// assert_eq!((error, error.to_string().as_str()), (PostError::Full, "the actor's mailbox is full"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostError {
    /// The id is not that of a living actor of this runtime.
    Id(super::id::IdError),
    /// The mailbox has reached its bound.
    Full,
    /// The actor takes no foreign messages.
    Refused,
    /// The runtime is closed.
    Closed,
}

impl PostError {
    /// Whether the same post may succeed a moment later.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::PostError;
    ///
    /// assert!(PostError::Full.is_retryable() && !PostError::Closed.is_retryable());
    /// ```
    pub const fn is_retryable(self) -> bool {
        matches!(self, PostError::Full)
    }
}

impl std::fmt::Display for PostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PostError::Id(error) => error.fmt(f),
            PostError::Full => f.write_str("the actor's mailbox is full"),
            PostError::Refused => f.write_str("the actor takes no foreign messages: it has no decoder"),
            PostError::Closed => f.write_str("the runtime is closed"),
        }
    }
}

impl std::error::Error for PostError {}

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

/// Queues a foreign message by id. On an error the payload comes back.
#[inline(always)]
pub(crate) fn packet<'a>(
    shared: &Shared,
    to: u64,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let Some(cell) = shared.find(to) else {
        return Err((PostError::Id(shared.explain_actor(to)), body));
    };
    let header = cell.header();
    if !header.try_claim() {
        return packet_to_mailbox(shared, &cell.counted(), Priority::Normal, envelope, body);
    }
    let origin = shared.origin();
    match post::try_push_packet(header, cell.cell(), &shared.main, origin, envelope, body) {
        Ok(()) => Ok(()),
        Err((takes_packets, body)) => {
            header.unclaim();
            packet_slow(shared, &cell.counted(), LaneName::Main, envelope, body, (takes_packets, 0))
        }
    }
}

/// Queues a foreign message by id with a priority, if its actor has a mailbox of its own; else as [`packet`].
pub(crate) fn packet_with<'a>(
    shared: &Shared,
    to: u64,
    priority: Priority,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let own = shared.find(to).map(|found| found.counted()).filter(|actor| {
        priority != Priority::Normal && shared.mailbox(actor.header(), |own| !own.is_passing) == Some(true)
    });
    match own {
        Some(actor) => packet_to_mailbox(shared, &actor, priority, envelope, body),
        None => packet(shared, to, envelope, body),
    }
}

/// Queues a foreign message of one word by id if nothing stands in the way. False if something does; then nothing has changed.
#[inline(always)]
pub(crate) fn word(shared: &Shared, to: u64, tag: u64, bytes: [u8; 8]) -> bool {
    let Some(cell) = shared.find(to) else { return false };
    let header = cell.header();
    // The place is claimed last, so that nothing need be undone.
    if !header.has_place() {
        return false;
    }
    let word = Word { tag, sender: shared.current.get(), bytes };
    if !word::try_push(header, cell.cell(), &shared.main, word) {
        return false;
    }
    header.take_place();
    true
}

/// Queues a foreign message on any lane, past the bound: for answers, and for the runtime's own messages.
pub(crate) fn packet_unbounded<'a>(
    shared: &Shared,
    to: &AnyActor,
    lane: LaneName,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let takes_packets = to.header().kind().receive.is_some();
    packet_slow(shared, to, lane, envelope, body, (takes_packets, flag::OWED))
}

#[cold]
#[inline(never)]
fn packet_slow<'a>(
    shared: &Shared,
    to: &AnyActor,
    lane: LaneName,
    envelope: &Envelope,
    body: Body<'a>,
    (takes_packets, flags): (bool, u16),
) -> Result<(), (PostError, Body<'a>)> {
    if !takes_packets {
        return Err((PostError::Refused, body));
    }
    let Some(gate) = Gate::enter(shared) else { return Err((PostError::Closed, body)) };
    if !to.header().claim() {
        return Err((PostError::Full, body));
    }
    let target = shared.lane(lane);
    let stamp = Stamp { origin: shared.origin(), flags, trailer: gate.trailer };
    post::push_packet(to, target, &shared.pool, stamp, envelope, body);
    gate.leave(shared, lane);
    Ok(())
}

/// Queues a packet for an actor whose bound has no room, if it has a mailbox of its own that takes it.
#[cold]
#[inline(never)]
fn packet_to_mailbox<'a>(
    shared: &Shared,
    to: &AnyActor,
    priority: Priority,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let header = to.header();
    if header.kind().receive.is_none() {
        return Err((PostError::Refused, body));
    }
    let Some(place) = shared.place(header) else { return Err((no_place(header), body)) };
    if let Place::Elsewhere(other) = place {
        return packet_elsewhere(shared, (to, other), priority, envelope, body);
    }
    shared.put_with(header, place, priority, |lane, trailer| {
        let stamp = Stamp { origin: shared.origin(), flags: 0, trailer };
        post::push_packet(to, lane, &shared.pool, stamp, envelope, body);
    });
    Ok(())
}

/// Queues a packet for another actor than it was for, as [`Overflow::Redirect`](super::mailbox::Overflow::Redirect) says. If that has no room
/// it is the same as if the first had none.
#[cold]
fn packet_elsewhere<'a>(
    shared: &Shared,
    (to, other): (&AnyActor, u64),
    priority: Priority,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let type_of = |actor: &AnyActor| (actor.header().kind().type_id)();
    let Some(other) = shared.find(other).map(|found| found.counted()) else {
        return Err((PostError::Full, body));
    };
    let header = other.header();
    let takes_packets = header.kind().receive.is_some() && type_of(to) == type_of(&other);
    if header.has_place() {
        return packet_slow(shared, &other, LaneName::Main, envelope, body, (takes_packets, 0));
    }
    if !takes_packets || shared.room(header) != Some(Room::Free) {
        return Err((PostError::Full, body));
    }
    shared.put_with(header, Place::Queued, priority, |lane, trailer| {
        let stamp = Stamp { origin: shared.origin(), flags: 0, trailer };
        post::push_packet(&other, lane, &shared.pool, stamp, envelope, body);
    });
    Ok(())
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

/// Why an actor that is known by its id has no place for a packet.
#[cold]
fn no_place(header: &CellHeader) -> PostError {
    if header.is_closed() { PostError::Id(IdError::Stale) } else { PostError::Full }
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

/// What has to happen around a push on the slow path.
pub(super) struct Gate {
    wakes: bool,
    pub(super) trailer: Option<Trailer>,
}

impl Gate {
    /// None if the runtime takes nothing any more.
    pub(super) fn enter(shared: &Shared) -> Option<Gate> {
        let mut wakes = false;
        if shared.mode.has(CLOSED) {
            return None;
        }
        if !shared.mode.has(STEPPING | CLOSING) {
            wakes = shared.begin_span();
        }
        let trailer = shared.mode.has(TRACING).then(|| {
            let trailer = shared.next_trailer();
            shared.observe(|observer| observer.sent(trailer.message, trailer.cause));
            trailer
        });
        Some(Gate { wakes, trailer })
    }

    pub(super) fn leave(self, shared: &Shared, lane: LaneName) {
        match lane {
            LaneName::Urgent => shared.alert(),
            LaneName::Lazy => shared.mode.set(LAZY),
            LaneName::Main | LaneName::Idle => {}
        }
        if shared.mode.has(TRACING) {
            shared.main.close();
        }
        if shared.mode.has(BUDGETED) {
            shared.look_at_water();
        }
        if self.wakes {
            shared.wake(WakeFlags::LOCAL);
        }
    }
}

impl Shared {
    /// Opens an ingress span outside of a step, if none is open, and claims the right to wake the host.
    fn begin_span(&self) -> bool {
        if !self.mode.has(SPAN) {
            self.mode.set(SPAN);
            self.number(Ingress::Posted);
        }
        self.claim_wake()
    }

    /// Runs `f`, which calls a `Fwd` with what comes once: that a source is ready, that a thread has ended. What the `Fwd` queues for
    /// an actor passes the mailbox's bound as an answer does, since nothing would say it again.
    pub(crate) fn tell<R>(&self, f: impl FnOnce() -> R) -> R {
        let _until_the_end = Telling { shared: self, before: self.telling.replace(true) };
        f()
    }

    /// The owner thread queued something past the post path. Outside of a step that is an input like a post, and it wakes.
    #[cold]
    pub(crate) fn queued_aside(&self) {
        if self.mode.is_outside() && self.begin_span() {
            self.wake(WakeFlags::LOCAL);
        }
    }

    /// What records say of where they were made: the slot of the running actor, 0 outside of handlers.
    #[inline(always)]
    pub(crate) fn origin(&self) -> u32 {
        self.current.get() as u32
    }

    /// The lane by its name.
    #[inline(always)]
    pub(crate) fn lane(&self, name: LaneName) -> &Lane {
        match name {
            LaneName::Urgent => &self.urgent,
            LaneName::Main => &self.main,
            LaneName::Lazy => &self.lazy,
            LaneName::Idle => &self.idle,
        }
    }
}

/// For as long as something is told, also if that panics.
struct Telling<'a> {
    shared: &'a Shared,
    before: bool,
}

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        self.shared.telling.set(self.before);
    }
}
