//! Runs: what an actor does again and again when no message waits for it.

use super::hooks::Lifecycle;
use super::tree;
use crate::actor::behind::{WhileHeld, reach, walk};
use crate::actor::{Cx, handle};
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::hooks::Run;
use crate::engine::post::{self, LaneName};
use crate::engine::shared::Shared;
use crate::engine::token::{Door, Runtime};
use crate::kernel::cell::State;
use crate::kernel::handle::AnyActor;
use crate::time;
use std::time::Duration;

impl<A: Lifecycle> Cx<'_, A> {
    /// Calls [`on_run`](super::Lifecycle::on_run) from now on, as often as that says: when no message waits for the actor and all other
    /// ordinary work of the step is done, and once in a step at most. What was under way before is replaced.
    ///
    /// # Panics
    /// If the actor was started without its [hooks](super::Spec::hooks), since nothing would be called.
    ///
    /// # Examples
    ///
    /// See [`Lifecycle::on_run`](super::Lifecycle::on_run).
    pub fn keep_running(&mut self) {
        begin(self.shared(), &AnyActor::from(self.this()));
    }
}

impl Door {
    /// Has an actor run when no message waits for it: as [`Cx::keep_running`], but without a panic.
    ///
    /// # Errors
    /// As [`Actor::from_id`](crate::Actor::from_id); [`IdError::WrongKind`] for an actor without [hooks](super::Spec::hooks).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Run, Spec};
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Runner(u32);
    ///
    /// impl Lifecycle for Runner {
    ///     fn on_run(&mut self, _: &mut Cx<'_, Self>) -> Run {
    ///         self.0 += 1;
    ///         Run::Done
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let runner = Spec::new(|_| Some(Runner(0))).hooks().start(&mut runtime).unwrap();
    /// runtime.door().keep_running(runner.actor_id()).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(runner.query(&mut runtime, |runner, _| runner.0), Some(1));
    /// ```
    pub fn keep_running(&self, actor: ActorId) -> Result<(), IdError> {
        begin(self.shared(), &self.with_hooks(actor)?);
        Ok(())
    }
}

fn begin(shared: &Shared, actor: &AnyActor) {
    tree::assert_hooks(shared, actor, "on_run");
    let (run, before) = shared.kin(actor.header(), |kin| {
        kin.numbered.run += 1;
        (kin.numbered.run, kin.numbered.next_run.take())
    });
    shared.disarm(before);
    run_soon(shared, actor.header().id(), handle::incarnation(actor), run);
}

/// Runs when the ordinary work of this step is done.
fn run_soon(shared: &Shared, actor: u64, incarnation: u32, run: u64) {
    post::job(shared, LaneName::Lazy, move |runtime: &mut Runtime| {
        let shared = runtime.shared();
        let Some(actor) = shared.actor(actor) else { return };
        reach(shared, actor, WhileHeld::Waits, move |shared, actor| {
            if handle::incarnation(actor) == incarnation && current(shared, actor) == Some(run) {
                run_now(shared, actor, run);
            }
        });
    });
}

/// The number of the runs that count; None if none do.
fn current(shared: &Shared, actor: &AnyActor) -> Option<u64> {
    shared.kin_of(actor.header(), |kin| kin.numbered.run)
}

fn run_now(shared: &Shared, actor: &AnyActor, run: u64) {
    let header = actor.header();
    if header.pending() != 0 {
        // Messages come first, on whatever lane they are.
        let (id, incarnation) = (header.id(), handle::incarnation(actor));
        return walk(shared, actor.clone(), LaneName::Main, move |shared, actor| {
            let waits = actor.header().state() == State::Ready && actor.header().pending() != 0;
            if !waits {
                run_soon(shared, id, incarnation, run);
            }
            waits
        });
    }
    let Some(hooks) = tree::hooks(shared, header) else { return };
    let step = shared.counters.steps.get();
    if shared.kin(header, |kin| kin.numbered.ran_in.replace(step)) == Some(step) {
        // It has asked for another one in this very step, which would never end.
        return run_later(shared, actor, run, Duration::ZERO);
    }
    let said = (hooks.run)(actor);
    if current(shared, actor) != Some(run) {
        // It has begun anew by itself.
        return;
    }
    match said {
        Some(Run::Again) => run_later(shared, actor, run, Duration::ZERO),
        Some(Run::After(wait)) => run_later(shared, actor, run, wait),
        Some(Run::Done) | None => {}
    }
}

/// Runs in a later instant: so that a step ends.
fn run_later(shared: &Shared, actor: &AnyActor, run: u64, wait: Duration) {
    let (id, incarnation) = (actor.header().id(), handle::incarnation(actor));
    let deadline = time::strictly_after(shared.now.get(), wait);
    let key = tree::at(shared, deadline, move |shared| run_soon(shared, id, incarnation, run));
    shared.kin(actor.header(), |kin| kin.numbered.next_run = Some(key));
}
