//! The end of all children of a supervisor, which lives on.

use super::admin::list_of;
use super::ending;
use super::tree::{self, soon};
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::exit::Exit;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door};

impl Core {
    /// Ends all children of a supervisor, the youngest first, and answers `done` when they have ended. They are not restarted.
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
    /// for number in 0..3_u32 {
    ///     Spec::new(move |_| Some(number)).start(&mut runtime).unwrap();
    /// }
    /// runtime.stop_children(None, Ret::new(|done| assert_eq!(done, Some(())))).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(runtime.actors(), 0);
    /// ```
    pub fn stop_children(&mut self, supervisor: Option<ActorId>, done: Ret<()>) -> Result<(), IdError> {
        self.door().stop_children(supervisor, done)
    }

    /// Lets all children of a supervisor handle what was sent to them, and end; answers `done` when they have. They are not restarted.
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
    /// let handled = Rc::new(Cell::new(0));
    /// let count = handled.clone();
    /// let child = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// child.call(move |_, _| count.set(1));
    /// runtime.drain_children(None, Ret::nop()).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!((handled.get(), runtime.actors()), (1, 0));
    /// ```
    pub fn drain_children(&mut self, supervisor: Option<ActorId>, done: Ret<()>) -> Result<(), IdError> {
        self.door().drain_children(supervisor, done)
    }
}

impl Door {
    /// Ends all children of a supervisor: as [`Core::stop_children`].
    ///
    /// # Errors
    /// If there is no such supervisor.
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
    /// Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let door = runtime.door().clone();
    /// let all_gone = Ret::new(move |done| assert_eq!((done, door.pending().actors), (Some(()), 0)));
    /// runtime.door().stop_children(None, all_gone).unwrap();
    /// runtime.run(now, false);
    /// ```
    pub fn stop_children(&self, supervisor: Option<ActorId>, done: Ret<()>) -> Result<(), IdError> {
        end_all(self, supervisor, done, ending::dismiss)
    }

    /// Lets all children of a supervisor handle what was sent to them, and end: as [`Core::drain_children`].
    ///
    /// # Errors
    /// If there is no such supervisor.
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
    /// Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// runtime.door().drain_children(None, Ret::new(|done| assert_eq!(done, Some(())))).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(runtime.actors(), 0);
    /// ```
    pub fn drain_children(&self, supervisor: Option<ActorId>, done: Ret<()>) -> Result<(), IdError> {
        end_all(self, supervisor, done, |shared, entry| {
            let actor = tree::child(shared, entry, |child| {
                child.dismissed = true;
                child.actor.clone()
            });
            if let Some(actor) = actor.flatten() {
                _ = shared.door().drain(ActorId(actor.header().id()));
            }
        })
    }
}

/// Ends all children of a supervisor one after the other, in this way, the youngest first.
fn end_all(
    door: &Door,
    supervisor: Option<ActorId>,
    done: Ret<()>,
    end: fn(&Shared, u64),
) -> Result<(), IdError> {
    let shared = door.shared();
    shared.number_call();
    let entries = list_of(shared, supervisor)?;
    soon(shared, move |shared| end_next(shared, entries, done, end));
    Ok(())
}

fn end_next(shared: &Shared, mut entries: Vec<u64>, done: Ret<()>, end: fn(&Shared, u64)) {
    while let Some(entry) = entries.pop() {
        let actor = tree::child(shared, entry, |child| child.actor.clone()).flatten();
        if let Some(actor) = actor {
            let next = Ret::new(move |exit: Option<Exit>| {
                // Without an answer the runtime is closing, and `done` goes unanswered, too.
                let actor = exit.map(|_| &actor);
                if let Some(actor) = actor {
                    end_next(Shared::of(actor.header()), entries, done, end);
                }
            });
            shared.lend(|core| _ = core.on_exit(ActorId(child_id(shared, entry)), next));
            return end(shared, entry);
        }
    }
    shared.contain(|| done.ret(()));
}

fn child_id(shared: &Shared, entry: u64) -> u64 {
    tree::child(shared, entry, |child| child.last).unwrap_or(0)
}
