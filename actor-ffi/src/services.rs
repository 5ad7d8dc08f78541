//! What the services of a runtime need on this side: the ports.

use std::cell::RefCell;
use std::rc::Rc;

use actor_rt::{Door, IdTable, IdsOf};

use crate::port::Port;

/// The services of a runtime.
pub(crate) struct Services {
    pub(crate) ports: RefCell<IdTable<Rc<Port>>>,
}

impl Services {
    pub(crate) fn new(door: &Door) -> Self {
        Self { ports: RefCell::new(door.id_table(IdsOf::Ports)) }
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
