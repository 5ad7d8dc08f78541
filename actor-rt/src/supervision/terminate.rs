//! The root: what becomes of its children's failures, and the end of the whole tree.

use super::ending::{self, last_living};
use super::tree::{self, soon};
use crate::actor::lifecycle;
use crate::engine::id::ActorId;
use crate::engine::kin::policy::Supervisor;
use crate::engine::kin::tree::Terminating;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Door};
use crate::kernel::handle::AnyActor;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

impl Core {
    /// How the root supervises those that were started without another supervisor. Restarts are counted anew.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Intensity, Strategy, Supervisor};
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let three = Intensity::new(3, Duration::from_secs(60));
    /// runtime.set_root_supervisor(Supervisor::new().strategy(Strategy::OneForAll).intensity(three));
    /// ```
    pub fn set_root_supervisor(&mut self, settings: Supervisor) {
        self.door().set_root_supervisor(settings);
    }

    /// What is called when a child of the root has failed too often, with its id and the last cause. Without one, the runtime is asked
    /// to [shut down](Core::shutdown) with that failure.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Intensity, Spec, Supervisor};
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1))));
    /// runtime.on_root_escalation(|core, _, cause| {
    ///     assert_eq!(cause.to_string(), "Actor failed: a fault");
    ///     core.shutdown(StopCause::Stopped);
    /// });
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// actor.call(|_, cx| cx.fail_str("a fault"));
    /// runtime.run(now, false);
    /// assert!(matches!(runtime.shutdown_reason(), Some(StopCause::Stopped)));
    /// ```
    pub fn on_root_escalation(&mut self, f: impl Fn(&mut Core, ActorId, StopCause) + 'static) {
        self.door().on_root_escalation(f);
    }

    /// Ends all supervised actors, the youngest child of the root first, each with its children and within the time that its spec gives
    /// it, and asks the main loop to end ([`Core::shutdown`]). What is left after `deadline` is killed. `done` is answered with those that had
    /// to be killed, then or before. Asked for again, the earlier deadline counts, and all are answered.
    ///
    /// Any actor may ask for it. Until it is done nothing can be started under the root.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Shutdown, Spec, Stopping};
    /// use actor_rt::{Cx, Ret, Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// struct Stubborn;
    ///
    /// impl Lifecycle for Stubborn {
    ///     fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
    ///         Stopping::Pending
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let spec = Spec::new(|_| Some(Stubborn)).shutdown(Shutdown::Infinite).hooks();
    /// let id = spec.start(&mut runtime).unwrap().actor_id();
    /// let done = Ret::new(move |killed| assert_eq!(killed, Some(vec![id])));
    /// runtime.terminate(Some(Duration::from_secs(3)), done);
    /// runtime.run(now, false);
    /// assert!(runtime.not_shutdown());
    /// runtime.run(now + Duration::from_secs(3), false);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn terminate(&mut self, deadline: Option<Duration>, done: Ret<Vec<ActorId>>) {
        self.door().terminate(deadline, done);
    }
}

impl Door {
    /// How the root supervises: as [`Core::set_root_supervisor`].
    ///
    /// # Examples
    ///
    /// See [`terminate`](Door::terminate).
    pub fn set_root_supervisor(&self, settings: Supervisor) {
        let shared = self.shared();
        shared.number_call();
        let now = shared.now.get();
        shared.tree.with(|tree| {
            tree.root.settings = settings;
            tree.root.history.begin(now);
        });
    }

    /// What is called when a child of the root has failed too often: as [`Core::on_root_escalation`].
    ///
    /// # Examples
    ///
    /// See [`terminate`](Door::terminate).
    pub fn on_root_escalation(&self, f: impl Fn(&mut Core, ActorId, StopCause) + 'static) {
        let shared = self.shared();
        let older = shared.tree.with(|tree| tree.on_escalation.replace(Rc::new(f)));
        tree::dispose(shared, older);
    }

    /// Ends all supervised actors: as [`Core::terminate`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, Supervisor};
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let door = runtime.door().clone();
    /// door.set_root_supervisor(Supervisor::new());
    /// door.on_root_escalation(|core, _, cause| core.shutdown(cause));
    /// Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// door.terminate(None, Ret::new(|killed| assert_eq!(killed, Some(Vec::new()))));
    /// runtime.run(now, false);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn terminate(&self, deadline: Option<Duration>, done: Ret<Vec<ActorId>>) {
        let shared = self.shared();
        shared.number_call();
        begin(shared, deadline, Some(done));
    }
}

/// Begins to end the whole tree.
pub(super) fn begin(shared: &Shared, deadline: Option<Duration>, done: Option<Ret<Vec<ActorId>>>) {
    shared.tree.with(|tree| {
        let terminating = tree.terminating.get_or_insert_with(|| Terminating {
            killed: Vec::new(),
            known: BTreeSet::new(),
            done: Vec::new(),
            deadline: u64::MAX,
            timer: None,
        });
        terminating.done.extend(done);
    });
    if let Some(wait) = deadline {
        set_deadline(shared, tree::later(shared, wait));
    }
    soon(shared, advance);
}

fn set_deadline(shared: &Shared, deadline: u64) {
    let earlier = shared.tree.with(|tree| {
        let terminating = tree.terminating.as_mut()?;
        if deadline >= terminating.deadline {
            return None;
        }
        terminating.deadline = deadline;
        Some(terminating.timer.take())
    });
    let Some(former) = earlier else { return };
    shared.disarm(former);
    let timer = tree::at(shared, deadline, expire);
    shared.tree.with(|tree| {
        if let Some(terminating) = &mut tree.terminating {
            terminating.timer = Some(timer);
        }
    });
}

/// The deadline of the whole tree has come: what is left is killed.
fn expire(shared: &Shared) {
    let now = shared.now.get();
    let roots = shared.tree.with(|tree| {
        // One that was due may find another end, or none.
        let terminating = tree.terminating.as_mut().filter(|terminating| terminating.deadline <= now)?;
        terminating.timer = None;
        Some(tree.root.children)
    });
    let Some(roots) = roots else { return };
    for root in tree::living(shared, roots).iter().rev() {
        for actor in tree::subtree(shared, root).iter().rev() {
            note_killed(shared, actor);
        }
        ending::kill(root, "the runtime's deadline to end has come");
    }
}

/// An actor has to be killed: if the whole tree is ending, that is told.
pub(super) fn note_killed(shared: &Shared, actor: &AnyActor) {
    let id = ActorId(actor.header().id());
    shared.tree.with(|tree| {
        if let Some(terminating) = &mut tree.terminating {
            if terminating.known.insert(id) {
                terminating.killed.push(id);
            }
        }
    });
}

/// Goes on with the end of the tree in the next turn, if it is ending.
pub(super) fn advance_soon(shared: &Shared) {
    if shared.tree.with(|tree| tree.terminating.is_some()) {
        soon(shared, advance);
    }
}

fn advance(shared: &Shared) {
    let youngest = shared.tree.with(|tree| tree.root.children.last());
    if let Some(child) = last_living(shared, youngest) {
        return ending::leave(shared, child);
    }
    let Some(Terminating { killed, done, timer, .. }) = shared.tree.with(|tree| tree.terminating.take())
    else {
        return;
    };
    shared.disarm(timer);
    for done in done {
        shared.contain(|| done.ret(killed.clone()));
    }
    shared.lend(|core| core.shutdown(StopCause::Stopped));
}

/// A child of the root has failed too often.
pub(super) fn escalated(shared: &Shared, child: ActorId, cause: StopCause) {
    match shared.tree.with(|tree| tree.on_escalation.clone()) {
        Some(handler) => shared.contain(|| shared.lend(|core| handler(core, child, cause))),
        None => shared.lend(|core| core.shutdown(cause)),
    }
}

/// The runtime ends: the tree goes before all other actors, and with it who waits for something of it. False if there was nothing.
pub(crate) fn close(shared: &Shared) -> bool {
    let (roots, terminating, handler) =
        shared.tree.with(|tree| (tree.root.children, tree.terminating.take(), tree.on_escalation.take()));
    let roots = tree::living(shared, roots);
    let busy = !roots.is_empty() || terminating.is_some() || handler.is_some();
    for root in roots.iter().rev() {
        lifecycle::end(root, StopCause::Dropped);
    }
    tree::dispose(shared, terminating);
    tree::dispose(shared, handler);
    for id in shared.tree.with(|tree| tree.children.ids()) {
        tree::forget(shared, id);
    }
    busy
}
