//! What the services of a runtime need on this side: who works for pools, the jobs that workers have, the ports.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use actor_rt::services::pool::Completion;
use actor_rt::{Door, IdTable, IdsOf};

use crate::foreign::Life;
use crate::handle::{art_actor, art_job_token};
use crate::port::Port;

/// The services of a runtime.
pub(crate) struct Services {
    /// The jobs that have begun and are not over.
    pub(crate) jobs: RefCell<IdTable<OpenJob>>,
    /// The living workers.
    pub(crate) seats: RefCell<HashMap<art_actor, Rc<Seat>>>,
    pub(crate) ports: RefCell<IdTable<Rc<Port>>>,
}

impl Services {
    pub(crate) fn new(door: &Door) -> Self {
        Self {
            jobs: RefCell::new(door.id_table(IdsOf::Jobs)),
            seats: RefCell::default(),
            ports: RefCell::new(door.id_table(IdsOf::Ports)),
        }
    }

    /// A worker begins a job.
    pub(crate) fn begin(&self, seat: &Rc<Seat>, completion: Completion) -> art_job_token {
        let open = OpenJob { seat: Rc::clone(seat), completion, kept: false };
        let token = self.jobs.borrow_mut().insert(open);
        seat.tokens.borrow_mut().push(token);
        token
    }

    /// Takes out a job that is over.
    pub(crate) fn end(&self, token: art_job_token) -> Result<Completion, actor_rt::IdError> {
        let OpenJob { seat, completion, .. } = self.jobs.borrow_mut().remove(token)?;
        seat.tokens.borrow_mut().retain(|other| *other != token);
        Ok(completion)
    }

    /// The same, unless the worker keeps it.
    pub(crate) fn end_unless_kept(&self, token: art_job_token) -> Option<Completion> {
        let is_kept = self.jobs.borrow_mut().get(token).map_or(true, |open| open.kept);
        if is_kept { None } else { self.end(token).ok() }
    }

    /// A worker's state is gone, and with it what it had begun.
    pub(crate) fn abandon(&self, seat: &Seat) {
        let tokens = seat.tokens.take();
        for token in tokens {
            // Dropped with nothing borrowed, as its pool may be told.
            let open = self.jobs.borrow_mut().remove(token);
            drop(open);
        }
    }

    /// Lets go of the ports, and of what they hold. Before the runtime goes.
    pub(crate) fn close(&self) {
        let ids = self.ports.borrow().ids();
        for id in ids {
            let port = self.ports.borrow_mut().remove(id);
            drop(port);
        }
    }
}

/// A job that has begun.
pub(crate) struct OpenJob {
    seat: Rc<Seat>,
    pub(crate) completion: Completion,
    /// It goes on when its handler has returned.
    pub(crate) kept: bool,
}

/// A worker's place in its pool.
pub(crate) struct Seat {
    pub(crate) slot: usize,
    /// The jobs it has begun.
    tokens: RefCell<Vec<art_job_token>>,
    /// Has the argument that all workers share; the last one releases it.
    _definition: Rc<Life>,
}

impl Seat {
    pub(crate) fn new(slot: usize, definition: Rc<Life>) -> Self {
        Self { slot, tokens: RefCell::default(), _definition: definition }
    }
}
