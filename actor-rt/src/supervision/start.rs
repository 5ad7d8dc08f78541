//! Starting: the first incarnation of a child, and what follows when one is ready.

use super::spec::Spec;
use super::tree::{self, soon};
use super::{ending, group, lives, names};
use crate::actor::{Cx, handle, lifecycle, mailbox, timer};
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::child::{Child, ChildState, Plan, ROOT};
use crate::engine::kin::exit::{ChildEvent, StartError};
use crate::engine::kin::family::History;
use crate::engine::list::Links;
use crate::engine::mode::OVER;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Door};
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::handle::{Actor, AnyActor};
use std::rc::Rc;

/// How many calls of `start` may be on the stack at once.
const MOST_NESTED: u32 = 64;

impl<A: 'static> Spec<A> {
    /// Starts the child under the root. Its factory runs now; if it fails, the error is here and nobody else hears of it.
    ///
    /// A factory that leaves its actor preparing has not failed: if that comes later, it is a failure of a child, and restarted as such.
    ///
    /// # Examples
    ///
    /// See [`Spec`] and [`StartError`].
    pub fn start(self, core: &mut Core) -> Result<Actor<A>, StartError> {
        start(core.shared(), self, ROOT)
    }

    /// The same under the actor whose handler runs.
    ///
    /// # Examples
    ///
    /// See [`Lifecycle::on_child`](super::Lifecycle::on_child).
    pub fn start_child<P: ?Sized + 'static>(self, cx: &mut Cx<'_, P>) -> Result<Actor<A>, StartError> {
        let supervisor = cx.this().actor_id();
        start(cx.shared(), self, supervisor.0)
    }

    /// The same under any actor.
    ///
    /// # Examples
    ///
    /// See [`Spec::significant`].
    pub fn start_under(self, core: &mut Core, supervisor: ActorId) -> Result<Actor<A>, StartError> {
        if supervisor.0 == ROOT {
            return Err(StartError::NoSupervisor(IdError::Null));
        }
        start(core.shared(), self, supervisor.0)
    }

    /// Starts the child under the root, in a turn of its own, before any message. What is sent to it meanwhile waits. `outcome` is
    /// answered once: when the child is ready for the first time, or has failed instead, of which nobody else hears.
    ///
    /// However deep a tree grows from factories that spawn, it needs no stack.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let ready = Ret::new(|outcome| assert!(matches!(outcome, Some(Ok(_)))));
    /// let number = Spec::new(|_| Some(7_u32)).spawn(&mut runtime, ready).unwrap();
    /// number.call(|number, _| *number += 1); // waits
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), None);
    /// runtime.run(now, false);
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), Some(8));
    /// ```
    pub fn spawn(
        self,
        core: &mut Core,
        outcome: Ret<Result<ActorId, StartError>>,
    ) -> Result<Actor<A>, StartError> {
        spawn(core.shared(), self, ROOT, outcome)
    }

    /// The same under the actor whose handler runs.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Spec};
    /// use actor_rt::{Cx, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// /// Has another one below it, until there are enough.
    /// struct Deep(u32);
    ///
    /// impl Lifecycle for Deep {
    ///     fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
    ///         let rest = self.0 - 1;
    ///         if rest > 0 {
    ///             Spec::new(move |_| Some(Deep(rest))).hooks().spawn_child(cx, Ret::nop()).unwrap();
    ///         }
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// Spec::new(|_| Some(Deep(1_000))).hooks().spawn(&mut runtime, Ret::nop()).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(runtime.actors(), 1_000);
    /// ```
    pub fn spawn_child<P: ?Sized + 'static>(
        self,
        cx: &mut Cx<'_, P>,
        outcome: Ret<Result<ActorId, StartError>>,
    ) -> Result<Actor<A>, StartError> {
        let supervisor = cx.this().actor_id();
        spawn(cx.shared(), self, supervisor.0, outcome)
    }

    /// The same under any actor.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, StartError};
    /// use actor_rt::{ActorId, IdError, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).start(&mut runtime).unwrap();
    /// Spec::new(|_| Some(7_u32)).spawn_under(&mut runtime, parent.actor_id(), Ret::nop()).unwrap();
    /// let nobody = Spec::new(|_| Some(7_u32)).spawn_under(&mut runtime, ActorId(0), Ret::nop());
    /// assert!(matches!(nobody, Err(StartError::NoSupervisor(IdError::Null))));
    /// ```
    pub fn spawn_under(
        self,
        core: &mut Core,
        supervisor: ActorId,
        outcome: Ret<Result<ActorId, StartError>>,
    ) -> Result<Actor<A>, StartError> {
        if supervisor.0 == ROOT {
            return Err(StartError::NoSupervisor(IdError::Null));
        }
        spawn(core.shared(), self, supervisor.0, outcome)
    }

    /// The same for callers that have a [`Door`]: under an actor, or under the root for `None`. The factory runs in a turn of its own, so
    /// this may be called at any depth.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let number = Spec::new(|_| Some(7_u32)).spawn_through(runtime.door(), None, Ret::nop()).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn spawn_through(
        self,
        door: &Door,
        supervisor: Option<ActorId>,
        outcome: Ret<Result<ActorId, StartError>>,
    ) -> Result<Actor<A>, StartError> {
        match supervisor {
            Some(ActorId(ROOT)) => Err(StartError::NoSupervisor(IdError::Null)),
            supervisor => spawn(door.shared(), self, supervisor.map_or(ROOT, |id| id.0), outcome),
        }
    }
}

fn start<A: 'static>(shared: &Shared, spec: Spec<A>, supervisor: u64) -> Result<Actor<A>, StartError> {
    let (actor, _) = start_here(shared, spec.plan(), supervisor)?;
    actor.downcast().ok_or(StartError::Closed)
}

fn spawn<A: 'static>(
    shared: &Shared,
    spec: Spec<A>,
    supervisor: u64,
    outcome: Ret<Result<ActorId, StartError>>,
) -> Result<Actor<A>, StartError> {
    let actor = spawn_plan(shared, spec.plan(), supervisor, Some(outcome))?;
    actor.downcast().ok_or(StartError::Closed)
}

/// Starts a child by a plan, in a turn of its own.
pub(super) fn spawn_plan(
    shared: &Shared,
    plan: Rc<dyn Plan>,
    supervisor: u64,
    outcome: Option<Ret<Result<ActorId, StartError>>>,
) -> Result<AnyActor, StartError> {
    admit(shared, supervisor)?;
    let (actor, entry) = create(shared, plan, supervisor, ChildState::First, outcome)?;
    soon(shared, move |shared| run(shared, entry));
    Ok(actor)
}

/// Starts a child by a plan, in the call.
pub(super) fn start_here(
    shared: &Shared,
    plan: Rc<dyn Plan>,
    supervisor: u64,
) -> Result<(AnyActor, u64), StartError> {
    admit(shared, supervisor)?;
    if shared.tree.with(|tree| tree.depth) == MOST_NESTED {
        return Err(StartError::TooDeep);
    }
    let (actor, entry) = create(shared, plan, supervisor, ChildState::Calling, None)?;
    run(shared, entry);
    let failed = tree::child(shared, entry, |child| {
        let failed = child.failed_start.take();
        if child.state == ChildState::Calling {
            // Told, if it has failed; else it is on its way.
            child.state = if failed.is_some() { ChildState::First } else { ChildState::Starting };
        }
        failed
    });
    if let Some(cause) = failed.flatten() {
        tree::child(shared, entry, |child| child.dismissed = true);
        if actor.header().has_ended() {
            tree::forget(shared, entry);
        }
        return Err(cause.into());
    }
    watch_start(shared, entry);
    Ok((actor, entry))
}

/// Whether a supervisor takes another child.
pub(super) fn admit(shared: &Shared, supervisor: u64) -> Result<(), StartError> {
    if shared.mode.has(OVER) {
        return Err(StartError::Closed);
    }
    if supervisor != ROOT && shared.find(supervisor).is_none() {
        return Err(StartError::NoSupervisor(shared.explain_actor(supervisor)));
    }
    let closed = shared.find(supervisor).is_some_and(|found| found.header().is_closed());
    let in_last_hook = supervisor != ROOT && shared.stopping.get() == supervisor;
    if closed || in_last_hook || tree::is_leaving(shared, supervisor) {
        return Err(StartError::SupervisorEnding);
    }
    Ok(())
}

/// Makes a child's cell and its entry.
fn create(
    shared: &Shared,
    plan: Rc<dyn Plan>,
    supervisor: u64,
    state: ChildState,
    outcome: Option<Ret<Result<ActorId, StartError>>>,
) -> Result<(AnyActor, u64), StartError> {
    shared.number_call();
    let settings = plan.settings();
    let holder = settings.registered.as_ref().and_then(|name| shared.lend(|core| core.whereis(name)));
    if let Some(holder) = holder {
        return Err(StartError::NameTaken(holder));
    }
    let actor = plan.cell(shared)?;
    let header = actor.header();
    if let Some(name) = &settings.registered {
        _ = names::claim(shared, name.clone(), header);
    }
    timer::own_timers(shared, actor.header());
    shared.kin(header, |kin| {
        kin.hooks = settings.hooks;
        kin.family.settings = settings.supervisor;
        kin.family.history.begin(shared.now.get());
    });
    if settings.name.is_some() {
        shared.cold.with(|cold| cold.of(header).name.clone_from(&settings.name));
    }
    if shared.logging.is_used() {
        open_log(shared, supervisor, &actor);
    }
    let entry = enter(shared, &actor, Rc::clone(&plan), supervisor, state);
    open_mailbox(shared, entry, header);
    tree::child(shared, entry, |child| child.outcome = outcome);
    // Last, since whoever is asked may do anything to an actor that he knows.
    shared.contain(|| {
        let notifier = plan.notifier(ActorId(header.id()));
        if header.state() != State::Zombie {
            lifecycle::keep_notifier(shared, header, notifier);
        }
    });
    Ok((actor, entry))
}

/// Enters an actor as a supervisor's youngest child.
pub(super) fn enter(
    shared: &Shared,
    actor: &AnyActor,
    plan: Rc<dyn Plan>,
    supervisor: u64,
    state: ChildState,
) -> u64 {
    let mut history = History::default();
    history.begin(shared.now.get());
    let child = Child {
        supervisor,
        links: Links::default(),
        plan,
        actor: Some(actor.clone()),
        last: actor.header().id(),
        state,
        keep: false,
        leaving: false,
        grouped: false,
        awaited: false,
        dismissed: false,
        timers: 0,
        history,
        row: 0,
        ready_at: shared.now.get(),
        timer: None,
        outcome: None,
        ended_by: None,
        failed_start: None,
    };
    let entry = tree::enlist(shared, child);
    shared.kin(actor.header(), |kin| kin.child = entry);
    entry
}

/// Lets a child take messages, as its spec says.
pub(super) fn open_mailbox(shared: &Shared, entry: u64, header: &CellHeader) {
    let settings = tree::child(shared, entry, |child| {
        let settings = child.plan.settings();
        (settings.capacity, settings.mailbox)
    });
    let Some((capacity, own)) = settings else { return };
    let has_own = shared.mailbox(header, |_| ()).is_some();
    let bound = shared.kin_of(header, |kin| kin.bound.take()).flatten().or(capacity);
    header.reopen(if has_own { 0 } else { bound.unwrap_or(shared.default_capacity()) });
    if let Some(own) = own.filter(|_| !has_own) {
        mailbox::set_mailbox(shared, header, own, false);
    }
}

/// Lets a child take no more messages. Should it come back, its bound is what it was.
pub(super) fn close_mailbox(shared: &Shared, header: &CellHeader) {
    let bound = shared.mailbox(header, |own| own.settings.capacity).unwrap_or(header.limit());
    shared.kin(header, |kin| _ = kin.bound.get_or_insert(bound));
    header.close();
}

/// Begins the actor's span in the log, below that of its supervisor.
fn open_log(shared: &Shared, supervisor: u64, actor: &AnyActor) {
    let header = actor.header();
    let parent = shared
        .find(supervisor)
        .map_or(0, |found| shared.cold.with(|cold| cold.get(found.header()).map_or(0, |cold| cold.log_id)));
    let mut id = 0;
    shared
        .contain(|| id = shared.lend(|core| core.log_span_open((header.kind().type_name)(), parent, |_| ())));
    shared.cold.with(|cold| cold.of(header).log_id = id);
}

/// Runs a child's factory.
pub(super) fn run(shared: &Shared, entry: u64) {
    let found = tree::child(shared, entry, |child| (Rc::clone(&child.plan), child.actor.clone()));
    let Some((plan, Some(actor))) = found else { return };
    shared.tree.with(|tree| tree.depth += 1);
    plan.make(&actor);
    shared.tree.with(|tree| tree.depth -= 1);
    tree::dispose(shared, plan);
    watch_start(shared, entry);
}

/// Sets the deadline of a start that is not over.
fn watch_start(shared: &Shared, entry: u64) {
    let timeout = tree::child(shared, entry, |child| {
        let waits = matches!(child.state, ChildState::First | ChildState::Starting) && child.timer.is_none();
        if waits { child.plan.settings().start_timeout } else { None }
    });
    let Some(timeout) = timeout.flatten() else { return };
    tree::arm(shared, entry, tree::later(shared, timeout), move |shared| {
        let actor = tree::child(shared, entry, |child| {
            let late = matches!(child.state, ChildState::First | ChildState::Starting);
            child.actor.clone().filter(|_| late)
        });
        if let Some(actor) = actor.flatten() {
            ending::kill(&actor, "it was not ready in time");
        }
    });
}

/// An actor with relations got its value.
pub(super) fn ready(shared: &Shared, actor: &AnyActor) {
    let entry = tree::entry_of(shared, actor.header());
    let now = shared.now.get();
    let known = tree::child(shared, entry, |child| {
        child.state = ChildState::Running;
        child.awaited = false;
        child.ready_at = now;
        child.leaving
    });
    if let Some(leaving) = known {
        if !leaving {
            // Else it is the deadline of its end.
            tree::disarm(shared, entry);
        }
        soon(shared, move |shared| announce(shared, entry));
    } else {
        // Nobody supervises it, so nothing comes before what it has missed.
        tell_news(shared, actor);
    }
}

/// Tells an actor what came for it while it was preparing.
fn tell_news(shared: &Shared, actor: &AnyActor) {
    let news = shared.kin_of(actor.header(), |kin| std::mem::take(&mut kin.news));
    for news in news.unwrap_or_default() {
        soon(shared, news);
    }
}

/// A child is ready: its own hooks first, then whoever waits for it.
fn announce(shared: &Shared, entry: u64) {
    let found = tree::child(shared, entry, |child| {
        let actor = child.actor.clone().filter(|_| child.state == ChildState::Running)?;
        Some((actor, child.outcome.take(), child.ended_by.take(), child.supervisor))
    });
    let Some((actor, outcome, ended_by, supervisor)) = found.flatten() else { return };
    let header = actor.header();
    let id = ActorId(header.id());
    let incarnation = handle::incarnation(&actor);
    if let Some(outcome) = outcome {
        shared.contain(|| outcome.ret(Ok(id)));
    }
    if let Some(hooks) = tree::hooks(shared, header) {
        if !tree::is_ending(shared, header) {
            (hooks.started)(&actor, ended_by.as_ref());
        }
    }
    let same = tree::child(shared, entry, |child| child.state == ChildState::Running);
    if same != Some(true) || incarnation != handle::incarnation(&actor) || tree::is_ending(shared, header) {
        // That one has ended in its hook.
        return;
    }
    tell_news(shared, &actor);
    if ended_by.is_some() {
        names::restarted(shared, header, incarnation);
    }
    lives::began(shared, id, ended_by.is_some());
    let event = match ended_by {
        None => ChildEvent::Started { child: id },
        Some(cause) => ChildEvent::Restarted { child: id, cause },
    };
    tell(shared, supervisor, event);
    group::advance_soon(shared, supervisor);
}

/// Tells a supervisor of a child, if it listens: its incarnation that had the child.
pub(super) fn tell(shared: &Shared, supervisor: u64, event: ChildEvent) {
    let incarnation = tree::incarnation(shared, supervisor);
    soon(shared, move |shared| tell_now(shared, supervisor, incarnation, event));
}

fn tell_now(shared: &Shared, supervisor: u64, incarnation: u32, mut event: ChildEvent) {
    let Some(actor) = shared.actor(supervisor) else { return };
    let header = actor.header();
    if tree::is_ending(shared, header) || tree::incarnation(shared, supervisor) != incarnation {
        return;
    }
    let Some(hooks) = tree::hooks(shared, header) else { return };
    if header.is_preparing() {
        let later = move |shared: &Shared| tell_now(shared, supervisor, incarnation, event);
        return shared.kin(header, |kin| kin.news.push(Box::new(later)));
    }
    (hooks.child)(&actor, &mut event);
}

/// What a factory's failure becomes while its caller waits for it: an error there. The cause comes back if nobody waits.
pub(super) fn keep_for_caller(shared: &Shared, entry: u64, cause: StopCause) -> StopCause {
    let mut cause = Some(cause);
    tree::child(shared, entry, |child| {
        if child.state == ChildState::Calling {
            child.failed_start = cause.take();
        }
    });
    cause.unwrap_or(StopCause::Stopped)
}
