//! System messages: what is said to any actor, whatever its type, and what follows if it says nothing to it.
//!
//! They overtake ordinary messages, except for pings and closures, which are to come in their order.

use super::tree::{self, soon};
use crate::actor::lifecycle;
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::hooks::{Reaction, SystemMessage};
use crate::engine::post;
use crate::engine::post_error::PostError;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Door};
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::AnyActor;
use crate::kernel::record::{ControlMessage, Description, DropReason};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

impl Door {
    /// Says something to an actor of whatever type: it overtakes the messages that wait. What follows is the message's default, unless
    /// the actor [decides otherwise](super::Lifecycle::on_system). A supervised actor that is not ready yet hears it as soon as it is, another one
    /// does not. (A ping that asks for an answer is [`Core::ping`], a closure is [`execute`](Door::execute): sent from here, they are told
    /// to the hook and no more.)
    ///
    /// # Errors
    /// As [`Actor::from_id`](crate::Actor::from_id): an id that is stale, of another kind or of another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, SystemMessage};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let id = actor.actor_id();
    /// actor.call(|number, _| *number += 1);
    /// runtime.door().send_system(id, SystemMessage::Pause).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(runtime.locate(id).unwrap().waiting, 1);
    /// runtime.door().send_system(id, SystemMessage::Resume).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(1));
    /// ```
    pub fn send_system(&self, to: ActorId, message: SystemMessage) -> Result<(), IdError> {
        let actor = self.find_actor(to)?;
        let shared = self.shared();
        shared.number_call();
        send(shared, actor, message, |_| ());
        Ok(())
    }

    /// Runs a closure in a turn of an actor of whatever type, behind the messages that wait. It counts as a message: it needs room in the
    /// mailbox, a panic in it fails the actor, and the actor may [refuse](super::Lifecycle::on_system) it.
    ///
    /// # Errors
    /// As [`Door::call`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let id = Spec::once(|_| Some(0_u32)).start(&mut runtime).unwrap().actor_id();
    /// runtime.door().execute(id, move |core| assert_eq!(core.door().current(), Some(id))).unwrap();
    /// runtime.door().execute(id, |_| panic!("a fault of the closure")).unwrap();
    /// runtime.run(now, false);
    /// assert!(runtime.door().is_alive(id).is_err(), "it is the actor that failed");
    /// ```
    pub fn execute(&self, to: ActorId, work: impl FnOnce(&mut Core) + 'static) -> Result<(), PostError> {
        let actor = self.find_actor(to).map_err(PostError::Id)?;
        post::message_of(self.shared(), &actor, Execute(work))
    }

    /// Says the same to all supervised actors: as [`Core::send_system_all`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, SystemMessage};
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let door = runtime.door().clone();
    /// door.start_all(Duration::from_secs(1), Ret::new(|late| assert_eq!(late, Some(vec![]))));
    /// assert_eq!(door.send_system_all(SystemMessage::Terminate), 1);
    /// runtime.run(now, false);
    /// assert!(actor.is_zombie());
    /// ```
    pub fn send_system_all(&self, message: SystemMessage) -> usize {
        let shared = self.shared();
        shared.number_call();
        let all = tree::all(shared);
        let count = all.len();
        for actor in all {
            send(shared, actor, message, |_| ());
        }
        count
    }

    /// Says [`Start`](SystemMessage::Start) to all supervised actors: as [`Core::start_all`].
    ///
    /// # Examples
    ///
    /// See [`send_system_all`](Door::send_system_all).
    pub fn start_all(&self, within: Duration, late: Ret<Vec<ActorId>>) {
        let shared = self.shared();
        shared.number_call();
        let all = tree::all(shared);
        let ids = all.iter().map(|actor| actor.header().id()).collect();
        let starting = Rc::new(RefCell::new(Starting { waits_for: ids, late: Some(late), timer: None }));
        let expiry = starting.clone();
        let timer = tree::at(shared, tree::later(shared, within), move |shared| {
            expiry.borrow_mut().timer = None;
            answer(shared, &expiry);
        });
        starting.borrow_mut().timer = Some(timer);
        if all.is_empty() {
            return soon(shared, move |shared| answer(shared, &starting));
        }
        for actor in all {
            let (starting, id) = (starting.clone(), actor.header().id());
            send(shared, actor, SystemMessage::Start, move |shared| {
                let is_last = {
                    let mut starting = starting.borrow_mut();
                    starting.waits_for.remove(&id) && starting.waits_for.is_empty()
                };
                if is_last {
                    answer(shared, &starting);
                }
            });
        }
    }
}

impl Core {
    /// The ids of all supervised actors, the oldest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let one = Spec::new(|_| Some(1_u32)).start(&mut runtime).unwrap();
    /// let two = Spec::new(|_| Some("two")).start(&mut runtime).unwrap();
    /// assert_eq!(runtime.supervised(), [one.actor_id(), two.actor_id()]);
    /// ```
    pub fn supervised(&self) -> Vec<ActorId> {
        tree::all(self.shared()).iter().map(|actor| ActorId(actor.header().id())).collect()
    }

    /// Says the same to all supervised actors, the oldest first; how many those are.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, SystemMessage};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// assert_eq!(runtime.send_system_all(SystemMessage::Terminate), 1);
    /// runtime.run(now, false);
    /// assert!(actor.is_zombie());
    /// ```
    pub fn send_system_all(&mut self, message: SystemMessage) -> usize {
        self.door().send_system_all(message)
    }

    /// Says [`Start`](SystemMessage::Start) to all supervised actors, the oldest first: the program is complete. The answer names those
    /// that were not ready to hear it within the time, or ended before.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Reaction, Spec, SystemMessage};
    /// use actor_rt::{Cx, Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// struct Sensor {
    ///     reads: bool,
    /// }
    ///
    /// impl Lifecycle for Sensor {
    ///     fn on_system(&mut self, _: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
    ///         self.reads |= message == SystemMessage::Start;
    ///         Reaction::Usual
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let sensor = Spec::new(|_| Some(Sensor { reads: false })).hooks().start(&mut runtime).unwrap();
    /// // This one takes several turns to be ready.
    /// let slow = Spec::<u32>::new(|_| None).start(&mut runtime).unwrap().actor_id();
    /// runtime.start_all(Duration::from_secs(1), Ret::new(move |late| assert_eq!(late, Some(vec![slow]))));
    /// runtime.run(now, false);
    /// runtime.run(now + Duration::from_secs(1), false);
    /// assert_eq!(sensor.query(&mut runtime, |sensor, _| sensor.reads), Some(true));
    /// ```
    pub fn start_all(&mut self, within: Duration, late: Ret<Vec<ActorId>>) {
        self.door().start_all(within, late);
    }
}

/// The start of all that were there.
struct Starting {
    waits_for: BTreeSet<u64>,
    late: Option<Ret<Vec<ActorId>>>,
    timer: Option<crate::time::TimerKey>,
}

/// Tells who has not heard of the start.
fn answer(shared: &Shared, starting: &RefCell<Starting>) {
    let (ids, late, timer) = {
        let mut starting = starting.borrow_mut();
        let ids = starting.waits_for.iter().copied().map(ActorId).collect();
        (ids, starting.late.take(), starting.timer.take())
    };
    shared.disarm(timer);
    if let Some(late) = late {
        shared.contain(|| late.ret(ids));
    }
}

/// Sends a system message; `then` is called when it was heard.
fn send(shared: &Shared, actor: AnyActor, message: SystemMessage, then: impl FnOnce(&Shared) + 'static) {
    soon(shared, move |shared| {
        let header = actor.header();
        if !tree::is_starting(shared, header) {
            return hear(shared, &actor, message, then);
        }
        if tree::entry_of(shared, header) != 0 {
            let later = actor.clone();
            let news = move |shared: &Shared| hear(shared, &later, message, then);
            shared.kin(header, |kin| kin.news.push(Box::new(news)));
        }
    });
}

fn hear(shared: &Shared, actor: &AnyActor, message: SystemMessage, then: impl FnOnce(&Shared)) {
    let header = actor.header();
    if tree::is_ending(shared, header) {
        return;
    }
    let reaction = ask(shared, actor, message);
    if reaction == Reaction::Usual {
        match message {
            SystemMessage::Pause => _ = lifecycle::pause(header),
            SystemMessage::Resume => _ = lifecycle::resume(header),
            SystemMessage::Terminate if !header.has_ended() => lifecycle::end(actor, StopCause::Stopped),
            _ => {}
        }
    }
    then(shared);
}

/// What an actor wants to follow a system message. One without hooks, or that is not ready to say, wants the default.
pub(super) fn ask(shared: &Shared, actor: &AnyActor, message: SystemMessage) -> Reaction {
    let hooks = tree::hooks(shared, actor.header()).filter(|_| !tree::is_starting(shared, actor.header()));
    hooks.map_or(Reaction::Usual, |hooks| (hooks.system)(actor, message))
}

/// Whether an actor that is to end with the whole tree wants to live on.
pub(super) fn refuses_end(shared: &Shared, actor: &AnyActor) -> bool {
    let terminating = shared.tree.with(|tree| tree.terminating.is_some());
    terminating
        && !tree::is_ending(shared, actor.header())
        && ask(shared, actor, SystemMessage::Terminate) == Reaction::Handled
}

/// A closure to be run in an actor's turn.
struct Execute<F>(F);

impl<F: FnOnce(&mut Core) + 'static> ControlMessage for Execute<F> {
    // A message like any other: it waits until the actor is ready.
    const FLAGS: u16 = 0;

    fn deliver_quietly(&self, _: &CellHeader) -> bool {
        false
    }

    fn deliver(self, actor: &AnyActor) {
        let shared = Shared::of(actor.header());
        // The hook is a turn by itself.
        let turn = shared.current.replace(0);
        let reaction = ask(shared, actor, SystemMessage::Execute);
        let header = actor.header();
        if header.has_ended() || reaction == Reaction::Handled || !header.has_value() {
            // It may have been killed in its hook, by whomever.
            let reason = if header.has_ended() { DropReason::Cancelled } else { DropReason::Refused };
            let what = Description { type_name: std::any::type_name::<F>(), tag: 0, origin: 0 };
            return shared.lose(header.id(), reason, what);
        }
        // From here on a panic is the actor's.
        shared.current.set(turn);
        shared.lend(self.0);
    }
}
