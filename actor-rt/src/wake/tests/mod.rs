//! The rules of cross-thread ingress, on real threads. `models` checks the same code in every interleaving.

mod close;
mod messages;
mod sleep;
mod wakers;

use super::inbox::{Drained, Inbox};
use super::{WakeFlags, WakeTarget};
use std::sync::{Arc, Condvar, Mutex};

/// Rounds of a stress test; Miri interprets, a hundredfold slower.
const MANY: usize = if cfg!(miri) { 60 } else { 20_000 };

/// A host that counts wakes and can wait for the next one.
#[derive(Default)]
struct Bell {
    rung: Mutex<usize>,
    changed: Condvar,
}

impl Bell {
    fn target(self: &Arc<Bell>) -> Option<Box<dyn WakeTarget>> {
        let bell = Arc::clone(self);
        Some(Box::new(move |_: WakeFlags| {
            *bell.rung.lock().unwrap() += 1;
            bell.changed.notify_all();
        }))
    }

    fn count(&self) -> usize {
        *self.rung.lock().unwrap()
    }

    fn wait_beyond(&self, seen: usize) {
        let rung = self.rung.lock().unwrap();
        drop(self.changed.wait_while(rung, |rung| *rung <= seen).unwrap());
    }
}

fn inbox_with_bell() -> (Arc<Inbox>, Arc<Bell>) {
    let bell = Arc::new(Bell::default());
    (Inbox::new(bell.target()), bell)
}

fn drain_values<T: 'static>(inbox: &Inbox) -> Vec<(u64, T)> {
    let mut values = Vec::new();
    inbox.drain(|drained| {
        if let Drained::Record(record) = drained {
            let target = record.target();
            values.push((target, record.open::<T>()));
        }
    });
    values
}

fn drain_wakers(inbox: &Inbox) -> Vec<(u32, bool)> {
    let mut wakers = Vec::new();
    inbox.drain(|drained| {
        if let Drained::Waker { key, deleted } = drained {
            wakers.push((key, deleted));
        }
    });
    wakers
}
