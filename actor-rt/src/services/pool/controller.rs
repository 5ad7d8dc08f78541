//! Controllers: who says again and again how many workers a pool is to have.

use super::actor::Pool;
use super::stats::PoolStats;
use crate::Cx;
use std::hash::Hash;
use std::rc::Rc;
use std::time::Duration;

/// How often somebody is asked for the number of workers, and who.
#[derive(Clone)]
pub(super) struct Controller {
    pub(super) every: Duration,
    pub(super) size: Rc<dyn Fn(&PoolStats) -> usize>,
}

impl<K: Clone + Eq + Hash + 'static, M: 'static> Pool<K, M> {
    /// Asks the controller, if there is one, after its time.
    pub(super) fn adjust_later(&mut self, cx: &mut Cx<'_, Self>) {
        if let Some(controller) = &self.controller {
            cx.this().call_at(controller.every, Self::adjust);
        }
    }

    fn adjust(&mut self, cx: &mut Cx<'_, Self>) {
        let Some(controller) = self.controller.clone().filter(|_| !self.is_draining) else { return };
        let stats = self.stats();
        // A controller that panics changes nothing.
        let mut size = 0;
        self.callbacks.contain(|| size = (controller.size)(&stats));
        match self.set_size(cx, size) {
            Ok(_) => self.adjust_later(cx),
            Err(error) => cx.fail(error),
        }
    }
}
