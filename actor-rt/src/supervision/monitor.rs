//! Monitors: hearing of an actor's end, once. And what else its end means to others.

use super::tree::soon;
use super::{ending, groups, link, lives, names, numbered_timers, settle, tree};
use crate::actor::behind::{WhileHeld, reach};
use crate::actor::{Cx, turn};
use crate::engine::id::{ActorId, IdError, IdKind};
use crate::engine::kin::Kin;
use crate::engine::kin::exit::{Exit, ExitKind};
use crate::engine::kin::monitor::{Monitor, OnDown, Side};
use crate::engine::list::{Links, List};
use crate::engine::mode::OVER;
use crate::engine::packets;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Deferrer, Door};
use crate::kernel::cell::State;
use crate::kernel::handle::AnyActor;
use crate::kernel::packet::Envelope;
use crate::time::TimerKey;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// A monitor's number, by which it is withdrawn.
///
/// # Examples
///
/// See [`Core::demonitor`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct MonitorId(pub u64);

impl<A: 'static> Cx<'_, A> {
    /// Has `f` called in a turn of this actor when the other one has ended, before any message: once, also if it has ended already or
    /// never was ([`ExitKind::NoActor`](super::ExitKind::NoActor)). An actor that is restarted has not ended.
    ///
    /// Several monitors of one actor each tell. They end with the actor that has them, but not with its incarnation. One that is being made, or
    /// made anew, hears when it is ready.
    ///
    /// As Erlang's `monitor`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{ExitKind, Spec};
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::Instant;
    ///
    /// #[derive(Default)]
    /// struct Widow(Option<ExitKind>);
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let widow = Spec::new(|_| Some(Widow::default())).start(&mut runtime).unwrap();
    /// let other = Spec::once(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let target = other.actor_id();
    /// widow.call(move |_, cx| {
    ///     cx.monitor(target, |this, _, exit| this.0 = Some(exit.kind));
    /// });
    /// runtime.run(now, false);
    /// runtime.door().kill(target, "enough").unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(widow.query(&mut runtime, |widow, _| widow.0), Some(Some(ExitKind::Killed)));
    /// ```
    pub fn monitor(
        &mut self,
        target: ActorId,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>, Exit) + 'static,
    ) -> MonitorId {
        let watcher = self.this().clone();
        let id = watcher.header().id();
        let on_down = move |exit| {
            turn::control::<A, _>(&AnyActor::from(&watcher), move |this, cx| f(this, cx, exit));
        };
        monitor(self.shared(), id, target, OnDown::Call(Box::new(on_down)))
    }
}

impl Core {
    /// Answers `done` when the actor has ended, before any message: once, also if it has ended already. Waiting for an end changes
    /// nothing about it, and any number may wait.
    ///
    /// # Examples
    ///
    /// See [`Exit`].
    pub fn on_exit(&mut self, actor: ActorId, done: Ret<Exit>) -> MonitorId {
        monitor(self.shared(), 0, actor, OnDown::Call(Box::new(move |exit| done.ret(exit))))
    }

    /// The same, but for no longer than `within`: then `None` is the answer. Whatever the actor was asked to do stays asked.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Exit, Spec};
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let waited = Ret::new(|exit: Option<Option<Exit>>| assert_eq!(exit, Some(None), "it lives on"));
    /// runtime.on_exit_within(actor.actor_id(), Duration::from_secs(1), waited);
    /// runtime.run(now, false);
    /// runtime.run(now + Duration::from_secs(1), false);
    /// ```
    pub fn on_exit_within(&mut self, actor: ActorId, within: Duration, done: Ret<Option<Exit>>) -> MonitorId {
        let shared = self.shared();
        let done = Rc::new(Cell::new(Some(done)));
        let late = Rc::clone(&done);
        let timer = Rc::new(Cell::new(None));
        // Told or withdrawn, it waits no longer.
        let wait = Wait { deferrer: shared.deferrer().clone(), timer: Rc::clone(&timer) };
        let told = move |exit| {
            drop(wait);
            if let Some(done) = done.take() {
                done.ret(Some(exit));
            }
        };
        let id = monitor(shared, 0, actor, OnDown::Call(Box::new(told)));
        let deadline = tree::later(shared, within);
        timer.set(Some(tree::at(shared, deadline, move |shared| {
            if let Some(done) = late.take() {
                drop(take(shared, id.0));
                done.ret(None);
            }
        })));
        id
    }

    /// Withdraws a monitor. From here on it tells nothing, even if the news is on its way. False if it has told, or is not known.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Exit, MonitorId, Spec};
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::once(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let dropped = Ret::new(|exit: Option<Exit>| assert_eq!(exit, None));
    /// let monitor: MonitorId = runtime.on_exit(actor.actor_id(), dropped);
    /// runtime.door().kill(actor.actor_id(), "enough").unwrap();
    /// assert!(runtime.demonitor(monitor) && !runtime.demonitor(monitor));
    /// runtime.run(now, false);
    /// ```
    pub fn demonitor(&mut self, monitor: MonitorId) -> bool {
        withdraw(self.shared(), monitor.0).is_ok()
    }
}

impl Door {
    /// Has `on_down` called when `target` has ended: as [`Cx::monitor`], for callers that have ids. The monitor ends with `watcher`,
    /// if that is an actor.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::ExitKind;
    /// use actor_rt::{ActorId, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let heard = Rc::new(Cell::new(None));
    /// let kind = heard.clone();
    /// runtime.door().monitor(None, ActorId(1), move |exit| kind.set(Some(exit.kind)));
    /// runtime.run(now, false);
    /// assert_eq!(heard.get(), Some(ExitKind::NoActor));
    /// ```
    pub fn monitor(
        &self,
        watcher: Option<ActorId>,
        target: ActorId,
        on_down: impl FnOnce(Exit) + 'static,
    ) -> MonitorId {
        monitor(self.shared(), watcher.map_or(0, |id| id.0), target, OnDown::Call(Box::new(on_down)))
    }

    /// Has `watcher` told of the end of `target` by a packet with this tag, before any message, with `target` as its sender and the bytes that
    /// `body` makes. Until its turn for that comes, the monitor can be withdrawn: one that is not ready, or paused, is told when it goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{ActorId, Cx, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Widow(Option<(u64, Vec<u8>)>);
    ///
    /// impl Receive for Widow {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         self.0 = Some((packet.tag(), packet.data().to_vec()));
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let widow = runtime.door().spawn(Widow(None), Ret::nop());
    /// let kind = |_, exit: &actor_rt::supervision::Exit| format!("{:?}", exit.kind).into_bytes();
    /// runtime.door().monitor_by_packet(widow.actor_id(), ActorId(1), 9, kind);
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(widow.query(&mut runtime, |widow, _| widow.0.take()).flatten(), Some((9, b"NoActor".to_vec())));
    /// ```
    pub fn monitor_by_packet(
        &self,
        watcher: ActorId,
        target: ActorId,
        tag: u64,
        body: impl FnOnce(MonitorId, &Exit) -> Vec<u8> + 'static,
    ) -> MonitorId {
        let body = Box::new(move |id, exit: &Exit| body(MonitorId(id), exit));
        monitor(self.shared(), watcher.0, target, OnDown::Packet(tag, body))
    }

    /// Withdraws a monitor: as [`Core::demonitor`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::MonitorId;
    /// use actor_rt::{IdError, Runtime};
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// assert_eq!(runtime.door().demonitor(MonitorId(0)), Err(IdError::Null));
    /// ```
    pub fn demonitor(&self, monitor: MonitorId) -> Result<(), IdError> {
        withdraw(self.shared(), monitor.0)
    }
}

/// The end of a wait, disarmed with it.
struct Wait {
    deferrer: Deferrer,
    timer: Rc<Cell<Option<TimerKey>>>,
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.deferrer.shared().disarm(self.timer.take());
    }
}

fn monitor(shared: &Shared, watcher: u64, target: ActorId, on_down: OnDown) -> MonitorId {
    shared.number_call();
    if watcher != 0 && shared.find(watcher).is_none() {
        tree::dispose(shared, on_down);
        return MonitorId(0);
    }
    // One that is about to end is there: it will tell, unless it comes back.
    let found = shared.find(target.0);
    let down = if found.is_some() { None } else { Some(Exit::no_actor(target.0)) };
    let is_down = down.is_some();
    let entry = Monitor { target: target.0, watcher, on_down, down, links: [Links::default(); 2] };
    let id = shared.tree.with(|tree| tree.monitors.insert(entry));
    enlist(shared, watcher, id, Side::Watcher);
    if is_down {
        soon(shared, move |shared| deliver(shared, id));
    } else {
        enlist(shared, target.0, id, Side::Target);
    }
    MonitorId(id)
}

/// The list of an actor that a monitor is on.
fn list(kin: &mut Kin, side: Side) -> &mut List {
    match side {
        Side::Target => &mut kin.watched,
        Side::Watcher => &mut kin.watches,
    }
}

fn enlist(shared: &Shared, actor: u64, id: u64, side: Side) {
    let Some(found) = shared.find(actor) else { return };
    let before = shared.kin(found.header(), |kin| list(kin, side).push(id));
    shared.tree.with(|tree| tree.monitors.link(before, id, side));
}

fn delist(shared: &Shared, actor: u64, links: Links, side: Side) {
    shared.tree.with(|tree| tree.monitors.join(links, side));
    if let Some(found) = shared.find(actor) {
        shared.kin_of(found.header(), |kin| {
            if list(kin, side).len() > 0 {
                list(kin, side).remove(links);
            }
        });
    }
}

/// Takes a monitor out of the table and off its lists.
fn take(shared: &Shared, id: u64) -> Option<Box<Monitor>> {
    let monitor = shared.tree.with(|tree| tree.monitors.take(id))?;
    if monitor.down.is_none() {
        delist(shared, monitor.target, monitor.links[Side::Target as usize], Side::Target);
    }
    delist(shared, monitor.watcher, monitor.links[Side::Watcher as usize], Side::Watcher);
    Some(monitor)
}

fn withdraw(shared: &Shared, id: u64) -> Result<(), IdError> {
    shared.number_call();
    let Some(monitor) = take(shared, id) else {
        return Err(crate::engine::id::explain(id, IdKind::Monitor, shared.instance()));
    };
    tree::dispose(shared, monitor);
    Ok(())
}

/// Tells of an end in its turn.
fn deliver(shared: &Shared, id: u64) {
    if shared.tree.with(|tree| tree.monitors.get(id).is_some_and(|monitor| monitor.is_by_packet())) {
        // What other news were sent by packets before comes before.
        return soon(shared, move |shared| tell(shared, id));
    }
    tell(shared, id);
}

/// Tells of an end, unless the monitor was withdrawn meanwhile: which it can be until its watcher hears.
fn tell(shared: &Shared, id: u64) {
    if waits(shared, id) {
        return;
    }
    let Some(monitor) = take(shared, id) else { return };
    let Monitor { watcher, on_down, down, .. } = *monitor;
    let Some(exit) = down else { return };
    shared.contain(|| match on_down {
        OnDown::Call(tell) => tell(exit),
        OnDown::Packet(tag, body) => {
            let Some(watcher) = shared.actor(watcher) else { return };
            let envelope = Envelope { tag, sender: exit.actor.0, ..Envelope::default() };
            packets::send_first(shared, &watcher, &envelope, &body(id, &exit));
        }
    });
}

/// Whether the actor that watches is to hear later, and will: it is being made, or made anew, or it is paused and hears by a message.
fn waits(shared: &Shared, id: u64) -> bool {
    let found = shared.tree.with(|tree| {
        let monitor = tree.monitors.get(id)?;
        Some((monitor.watcher, monitor.is_by_packet()))
    });
    let Some((watcher, by_packet)) = found else { return false };
    let Some(watcher) = shared.actor(watcher) else { return false };
    let header = watcher.header();
    let again = move |shared: &Shared| tell(shared, id);
    let entry = tree::entry_of(shared, header);
    let is_ending = || shared.kin_of(header, |kin| kin.ending.is_some()) == Some(true);
    let by_next_incarnation = match header.state() {
        State::Prep | State::Ending => entry != 0,
        // One that ends for good hears in its last turns.
        State::Paused if is_ending() => settle::comes_back(shared, entry, header),
        State::Paused if by_packet => false,
        _ => return false,
    };
    if by_next_incarnation {
        shared.kin(header, |kin| kin.news.push(Box::new(again)));
    } else {
        reach(shared, watcher, WhileHeld::Comes, move |shared, _| again(shared));
    }
    true
}

/// The runtime ends, and its actors have: what was on its way to somebody outside is told, and nothing is left. False if nothing was.
pub(crate) fn close(shared: &Shared) -> bool {
    let left = shared.tree.with(|tree| tree.monitors.ids());
    for &id in &left {
        if shared.tree.with(|tree| tree.monitors.get(id).is_some_and(|monitor| monitor.watcher == 0)) {
            deliver(shared, id);
        } else {
            let monitor = take(shared, id);
            tree::dispose(shared, monitor);
        }
    }
    let names = shared.names.with(std::mem::take);
    let watched = !names.watches.is_empty();
    tree::dispose(shared, names);
    !left.is_empty() || watched
}

/// An actor with relations is gone: those that watch it hear of it, its own monitors go, and those that are linked to it end, too.
pub(super) fn gone(shared: &Shared, id: u64, kin: Kin, cause: StopCause) -> StopCause {
    // Should the error's text panic, it is a failure without one.
    let mut exit = Exit::no_actor(id);
    exit.kind = ExitKind::Failed;
    exit.phase = kin.phase;
    shared.contain(|| exit = Exit::new(id, kin.phase, &cause));
    if exit.reason.is_none() {
        exit.reason.clone_from(&kin.reason);
    }
    numbered_timers::disarm_all(shared, kin.numbered);
    exit.code = exit.code.or(kin.code);
    lives::ended(shared, kin.child, &exit);
    let closing = shared.mode.has(OVER);
    let (watched, watches) = shared.tree.with(|tree| {
        let watched = tree.monitors.list(kin.watched.first(), Side::Target);
        (watched, tree.monitors.list(kin.watches.first(), Side::Watcher))
    });
    for monitor in watched {
        let watcher = shared.tree.with(|tree| {
            let monitor = tree.monitors.get(monitor)?;
            monitor.down = Some(exit.clone());
            Some(monitor.watcher)
        });
        match watcher {
            // Nothing runs in a runtime that closes, but who waits outside is to hear of it.
            Some(0) if closing => deliver(shared, monitor),
            _ => soon(shared, move |shared| deliver(shared, monitor)),
        }
    }
    for monitor in watches {
        let monitor = take(shared, monitor);
        tree::dispose(shared, monitor);
    }
    shared.disarm(kin.family.timer);
    // What it has started in its very last turn, and the plans that were kept.
    for entry in shared.tree.with(|tree| tree.children.list(kin.family.children.first(), ())) {
        match tree::child(shared, entry, |child| child.actor.clone()).flatten() {
            Some(actor) => soon(shared, move |_| ending::kill(&actor, "its supervisor has ended")),
            None => tree::forget(shared, entry),
        }
    }
    names::forget_restarts(shared, id);
    names::free_all(shared, id, kin.names);
    groups::leave_these(shared, id, kin.groups);
    tree::dispose(shared, (kin.news, kin.trapped));
    for other in kin.links {
        link::end_other(shared, other, exit.clone());
    }
    cause
}
