//! Sends that wait for room, and senders that wait to hear of it.

use super::behind::walk;
use super::call::Call;
use super::context::Cx;
use super::mailbox;
use crate::engine::id::{ActorId, IdError};
use crate::engine::list::{Links, List};
use crate::engine::mailbox::{Mailbox, ParkError};
use crate::engine::own_mailbox::{Parked, Room, Side};
use crate::engine::post::{self, LaneName};
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door, Runtime};
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::handle::{Actor, AnyActor};
use crate::time;
use std::time::Duration;

/// How many messages one actor may have waiting for room.
const MOST_PARKED: usize = 16;

impl Core {
    /// Calls an actor, now or as soon as there is room: what waits for it in this way is taken in its order, before anything that is sent
    /// later. `outcome` is answered once: when the message has been taken, or why it was not. After that it will not be.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::ParkError;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Ret, Runtime};
    /// use std::{cell::RefCell, rc::Rc, time::{Duration, Instant}};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).capacity(1).start(&mut runtime).unwrap();
    /// let outcomes = Rc::new(RefCell::new(Vec::new()));
    /// for _ in 0..3 {
    ///     let keep = outcomes.clone();
    ///     let outcome = Ret::new(move |sent: Option<Result<(), ParkError>>| keep.borrow_mut().push(sent.unwrap()));
    ///     runtime.call_parked(&actor, Duration::from_secs(1), |n, _| *n += 1, outcome);
    /// }
    /// runtime.run(now, false);
    /// assert_eq!(*outcomes.borrow(), [Ok(()); 3]);
    /// assert_eq!(actor.query(&mut runtime, |n, _| *n), Some(3));
    /// ```
    pub fn call_parked<B: ?Sized + 'static>(
        &mut self,
        to: &Actor<B>,
        within: Duration,
        f: impl FnOnce(&mut B, &mut Cx<'_, B>) + 'static,
        outcome: Ret<Result<(), ParkError>>,
    ) {
        park(self.shared(), 0, to, within, f, Box::new(move |sent| outcome.ret(sent)));
    }

    /// Answers `room` when no more than `most` messages wait for the actor: at once if that is so, else when that comes about. Unanswered
    /// if the actor ends before. For senders that hold their messages back themselves.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).capacity(8).start(&mut runtime).unwrap();
    /// for _ in 0..8 {
    ///     actor.call(|n, _| *n += 1);
    /// }
    /// let told = Rc::new(Cell::new(false));
    /// let tells = told.clone();
    /// runtime.on_room(&actor, 2, Ret::new(move |room| tells.set(room.is_some())));
    /// assert!(!told.get());
    /// runtime.run(now, false);
    /// assert!(told.get());
    /// ```
    pub fn on_room<B: ?Sized + 'static>(&mut self, of: &Actor<B>, most: u32, room: Ret<()>) {
        on_room(self.shared(), of.header(), most, room);
    }
}

impl<A: 'static> Cx<'_, A> {
    /// Calls an actor, now or as soon as there is room, and hears of it: as [`Core::call_parked`], but the message belongs to this
    /// actor. If that ends before it was taken, the message is gone, and so it is if the actor is restarted.
    ///
    /// An actor may have 16 messages waiting like this.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let slow = Spec::new(|_| Some(0_u32)).capacity(1).start(&mut runtime).unwrap();
    /// let sender = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let to = slow.clone();
    /// sender.call(move |_, cx| {
    ///     for _ in 0..3 {
    ///         cx.send_parked(&to, Duration::from_secs(1), |n, _| *n += 1, |sent, _, outcome| *sent += u32::from(outcome.is_ok()));
    ///     }
    /// });
    /// runtime.run(now, false);
    /// assert_eq!(sender.query(&mut runtime, |sent, _| *sent), Some(3));
    /// ```
    pub fn send_parked<B: ?Sized + 'static>(
        &mut self,
        to: &Actor<B>,
        within: Duration,
        f: impl FnOnce(&mut B, &mut Cx<'_, B>) + 'static,
        then: impl FnOnce(&mut A, &mut Cx<'_, A>, Result<(), ParkError>) + 'static,
    ) {
        let this = self.this().clone();
        let (sender, incarnation) = (this.header().id(), this.incarnation());
        let heard = move |sent| this.answer(incarnation, move |this, cx| then(this, cx, sent));
        park(self.shared(), sender, to, within, f, Box::new(heard));
    }
}

impl Door {
    /// Calls an actor, now or as soon as there is room, and hears of it: as [`Core::call_parked`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::{Duration, Instant}};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).capacity(1).start(&mut runtime).unwrap();
    /// let told = Rc::new(Cell::new(0));
    /// for _ in 0..3 {
    ///     let tells = told.clone();
    ///     let outcome = Ret::new(move |sent| tells.set(tells.get() + u32::from(sent == Some(Ok(())))));
    ///     runtime.door().call_parked(&actor, Duration::from_secs(1), |n, _| *n += 1, outcome);
    /// }
    /// runtime.run(now, false);
    /// assert_eq!((told.get(), actor.query(&mut runtime, |n, _| *n)), (3, Some(3)));
    /// ```
    pub fn call_parked<B: ?Sized + 'static>(
        &self,
        to: &Actor<B>,
        within: Duration,
        f: impl FnOnce(&mut B, &mut Cx<'_, B>) + 'static,
        outcome: Ret<Result<(), ParkError>>,
    ) {
        park(self.shared(), 0, to, within, f, Box::new(move |sent| outcome.ret(sent)));
    }

    /// Answers `room` when no more than `most` messages wait for the actor: as [`Core::on_room`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).capacity(1).start(&mut runtime).unwrap();
    /// actor.call(|n, _| *n += 1);
    /// let told = Rc::new(Cell::new(false));
    /// let tells = told.clone();
    /// runtime.door().on_room(actor.actor_id(), 0, Ret::new(move |room| tells.set(room.is_some()))).unwrap();
    /// runtime.run(now, false);
    /// assert!(told.get());
    /// ```
    pub fn on_room(&self, of: ActorId, most: u32, room: Ret<()>) -> Result<(), IdError> {
        let actor = self.find_actor(of)?;
        on_room(self.shared(), actor.header(), most, room);
        Ok(())
    }
}

fn on_room(shared: &Shared, header: &CellHeader, most: u32, room: Ret<()>) {
    if header.is_closed() {
        return drop(room);
    }
    if header.pending() <= most {
        return shared.tell_soon(move || room.ret(()));
    }
    own_for_waiting(shared, header);
    shared.mailbox(header, |own| own.watch(most, room));
    follow(shared, header);
}

/// Sees to it that an actor's messages are seen when they leave.
fn own_for_waiting(shared: &Shared, header: &CellHeader) {
    if shared.mailbox(header, |_| ()).is_none() {
        mailbox::set_mailbox(shared, header, Mailbox::new().capacity(header.limit()), true);
    }
}

fn park<B: ?Sized + 'static>(
    shared: &Shared,
    sender: u64,
    to: &Actor<B>,
    within: Duration,
    f: impl FnOnce(&mut B, &mut Cx<'_, B>) + 'static,
    outcome: Box<dyn FnOnce(Result<(), ParkError>)>,
) {
    let header = to.header();
    if header.is_closed() {
        drop(f);
        return shared.tell_soon(move || outcome(Err(ParkError::Closed)));
    }
    if has_room(shared, header) {
        post::call(to, Call::new(f));
        return shared.tell_soon(move || outcome(Ok(())));
    }
    if waits_too_much(shared, sender) {
        drop(f);
        return shared.tell_soon(move || outcome(Err(ParkError::TooMany)));
    }
    let target = to.clone();
    let post = move |sent: Result<(), ParkError>| {
        if sent.is_ok() {
            post::call_admitted(&target, Call::new(f));
        }
    };
    let deadline = time::strictly_after(shared.now.get(), within);
    wait_for_room(shared, sender, header, deadline, Box::new(post), outcome);
}

/// Whether a message would be taken now.
pub(super) fn has_room(shared: &Shared, header: &CellHeader) -> bool {
    header.has_place() || shared.room(header) == Some(Room::Free)
}

/// Whether an actor has as many messages waiting for room as it may have.
pub(super) fn waits_too_much(shared: &Shared, sender: u64) -> bool {
    sender != 0 && parked_by(shared, sender, |list| list.len()) >= Some(MOST_PARKED)
}

/// Lets a message wait until there is room, at most until `deadline`; `u64::MAX` is none.
pub(super) fn wait_for_room(
    shared: &Shared,
    sender: u64,
    header: &CellHeader,
    deadline: u64,
    post: Box<dyn FnOnce(Result<(), ParkError>)>,
    outcome: Box<dyn FnOnce(Result<(), ParkError>)>,
) {
    own_for_waiting(shared, header);
    let (receiver, links) = (header.id(), [Links::default(); 2]);
    let id =
        shared.parked.with(|all| all.insert(Parked { receiver, sender, post, outcome, timer: None, links }));
    enlist(shared, receiver, id, Side::Receiver);
    enlist(shared, sender, id, Side::Sender);
    if deadline != u64::MAX {
        expire_at(shared, id, deadline);
    }
    follow(shared, header);
}

/// A parked send is given up then.
fn expire_at(shared: &Shared, id: u64, deadline: u64) {
    let parcel = Shared::job_parcel(move |runtime: &mut Runtime| {
        settle(runtime.shared(), id, Err(ParkError::Timeout))
    });
    let timer = shared.timers.with(|timers| timers.arm(deadline, parcel, None));
    shared.parked.with(|all| {
        if let Some(parked) = all.get(id) {
            parked.timer = Some(timer);
        }
    });
    shared.deadline_moved(deadline);
}

/// The list of an actor's parked sends.
fn parked_by<R>(shared: &Shared, sender: u64, f: impl FnOnce(&mut List) -> R) -> Option<R> {
    let found = shared.find(sender)?;
    shared.cold.with(|cold| Some(f(&mut cold.of(found.header()).parked)))
}

fn with_list<R>(shared: &Shared, actor: u64, side: Side, f: impl FnOnce(&mut List) -> R) -> Option<R> {
    match side {
        Side::Receiver => {
            let found = shared.find(actor)?;
            shared.mailbox(found.header(), |own| f(&mut own.parked))
        }
        Side::Sender => parked_by(shared, actor, f),
    }
}

fn enlist(shared: &Shared, actor: u64, id: u64, side: Side) {
    if let Some(before) = with_list(shared, actor, side, |list| list.push(id)) {
        shared.parked.with(|all| all.link(before, id, side));
    }
}

/// Takes a parked send out of the table and off its lists.
fn take(shared: &Shared, id: u64) -> Option<Box<Parked>> {
    let parked = shared.parked.with(|all| all.take(id))?;
    for (actor, side) in [(parked.receiver, Side::Receiver), (parked.sender, Side::Sender)] {
        let links = parked.links[side as usize];
        shared.parked.with(|all| all.join(links, side));
        with_list(shared, actor, side, |list| {
            if list.len() > 0 {
                list.remove(links);
            }
        });
    }
    shared.disarm(parked.timer);
    Some(parked)
}

/// A parked send has its outcome.
fn settle(shared: &Shared, id: u64, sent: Result<(), ParkError>) {
    let Some(parked) = take(shared, id) else { return };
    let Parked { post, outcome, receiver, .. } = *parked;
    match sent {
        Ok(()) => post(sent),
        Err(_) => shared.contain(|| post(sent)),
    }
    shared.tell_soon(move || outcome(sent));
    if sent.is_err() {
        if let Some(actor) = shared.actor(receiver) {
            left(shared, &actor);
        }
    }
}

/// A message has left an actor's mailbox, or one that waited for room: those that still wait are looked after.
pub(crate) fn left(shared: &Shared, actor: &AnyActor) {
    let header = actor.header();
    if header.has_ended() {
        // It may come back, and its mailbox with it; else those that wait are told by its end.
        return;
    }
    while !header.is_closed() {
        let (now, waiting) = (shared.now.get(), header.pending());
        let next = shared.mailbox(header, |own| {
            let first = own.parked.first();
            let has_room = first != 0 && waiting < own.settings.capacity;
            has_room.then(|| own.admits(now).map(|from| (first, from))).flatten()
        });
        match next.flatten() {
            None => break,
            Some((first, 0)) => settle(shared, first, Ok(())),
            Some((_, from)) => {
                look_again(shared, header, from);
                break;
            }
        }
    }
    let waiting = header.pending();
    let told = shared.mailbox(header, |own| own.take_watches(waiting));
    for room in told.unwrap_or_default() {
        shared.tell_soon(move || room.ret(()));
    }
    give_back(shared, header);
}

/// What waits for the actor in front of this is followed through the lanes, so that those who wait hear of the room that it leaves: not all
/// of it has a token. It takes no place itself.
pub(crate) fn follow(shared: &Shared, header: &CellHeader) {
    let begins = shared.mailbox(header, |own| own.waits() && !std::mem::replace(&mut own.is_followed, true));
    if begins == Some(true) {
        if let Some(actor) = shared.actor(header.id()) {
            walk(shared, actor, LaneName::Main, |shared, actor| {
                let header = actor.header();
                left(shared, actor);
                let waits = shared.mailbox(header, |own| own.waits()) == Some(true);
                // What is in its stash is followed again when that is queued.
                let goes_on = waits && header.pending() != 0 && header.state() == State::Ready;
                if !goes_on {
                    shared.mailbox(header, |own| own.is_followed = false);
                }
                goes_on
            });
        }
    }
}

/// Only the rate keeps those who wait from being taken: they are looked after when it admits one.
fn look_again(shared: &Shared, header: &CellHeader, from: u64) {
    let id = header.id();
    let parcel = Shared::job_parcel(move |runtime: &mut Runtime| {
        let shared = runtime.shared();
        if let Some(found) = shared.find(id) {
            shared.mailbox(found.header(), |own| own.next_look = None);
            look(shared, found.header());
        }
    });
    let timer = shared.timers.with(|timers| timers.arm(from, parcel, None));
    let before = shared.mailbox(header, |own| own.next_look.replace(timer)).flatten();
    shared.disarm(before);
    shared.deadline_moved(from);
}

/// There may be room now.
pub(crate) fn look(shared: &Shared, header: &CellHeader) {
    if let Some(actor) = shared.actor(header.id()) {
        left(shared, &actor);
    }
}

/// A mailbox that was made for those who waited goes when nobody does and nothing is in it.
fn give_back(shared: &Shared, header: &CellHeader) {
    let gone = shared.cold.with(|cold| {
        let cold = cold.get(header)?;
        cold.mailbox.as_ref().filter(|own| own.is_idle())?;
        cold.mailbox.take()
    });
    if let Some(own) = gone {
        header.set_limit(if header.is_closed() { 0 } else { own.settings.capacity });
        shared.discard_mailbox(*own);
    }
}

/// An actor ends, or takes no more: those that waited for room in vain hear of it.
pub(crate) fn refuse(shared: &Shared, parked: List) {
    for id in shared.parked.with(|all| all.list(parked.first(), Side::Receiver)) {
        settle(shared, id, Err(ParkError::Closed));
    }
}

/// An actor or its incarnation ends: what it had waiting for room is gone, and nobody hears.
pub(crate) fn forget(shared: &Shared, parked: List) {
    for id in shared.parked.with(|all| all.list(parked.first(), Side::Sender)) {
        let Some(parked) = take(shared, id) else { continue };
        let receiver = parked.receiver;
        shared.contain(|| drop(parked));
        if let Some(actor) = shared.actor(receiver) {
            left(shared, &actor);
        }
    }
}
