//! What travels to an actor inside of a call, and comes back if that is refused.

use std::cell::Cell;
use std::rc::Rc;

/// Something on its way.
pub(crate) struct Carried<T> {
    value: Option<T>,
    way: Rc<Way<T>>,
}

struct Way<T> {
    /// The call was accepted; if it is never run, the value is dropped with it.
    is_accepted: Cell<bool>,
    back: Cell<Option<T>>,
}

impl<T> Carried<T> {
    /// It has arrived.
    pub(crate) fn take(mut self) -> Option<T> {
        self.value.take()
    }
}

impl<T> Drop for Carried<T> {
    fn drop(&mut self) {
        if !self.way.is_accepted.get() {
            self.way.back.set(self.value.take());
        }
    }
}

/// Sends something by a call. On an error it comes back.
pub(crate) fn carry<T, E>(
    value: T,
    send: impl FnOnce(Carried<T>) -> Result<(), E>,
) -> Result<(), (E, Option<T>)> {
    let way = Rc::new(Way { is_accepted: Cell::new(false), back: Cell::new(None) });
    match send(Carried { value: Some(value), way: Rc::clone(&way) }) {
        Ok(()) => {
            way.is_accepted.set(true);
            Ok(())
        }
        Err(error) => Err((error, way.back.take())),
    }
}
