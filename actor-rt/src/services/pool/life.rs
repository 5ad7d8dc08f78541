//! The workers of a pool: started, replaced, ended, and looked after.

use super::actor::Pool;
use super::callbacks::PoolEvent;
use super::worker::Worker;
use crate::supervision::{ChildEvent, Lifecycle, StartError};
use crate::{ActorId, Cx, Ret};
use std::hash::Hash;
use std::time::Duration;

impl<K: Clone + Eq + Hash + 'static, M: 'static> Lifecycle for Pool<K, M> {
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        self.has_started = true;
        self.callbacks.event(PoolEvent::Started);
        self.adjust_later(cx);
    }

    fn on_child(&mut self, cx: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        match event {
            ChildEvent::Started { child } | ChildEvent::Restarted { child, .. } => self.is_back(cx, *child),
            ChildEvent::Ended { child, .. } => {
                let pool = cx.this().actor_id();
                cx.delete_child(Some(pool), *child);
                self.is_gone(cx, *child);
            }
        }
    }
}

impl<K: Clone + Eq + Hash + 'static, M: 'static> Pool<K, M> {
    /// Starts as many workers as are wanted, or lets those go that are too many.
    pub(super) fn resize(&mut self, cx: &mut Cx<'_, Self>, size: usize) -> Result<(), StartError> {
        while self.slots.size() > size {
            let slot = self.slots.shrink();
            self.dismiss_if_idle(cx, slot);
        }
        while self.slots.size() < size {
            // Whoever is about to end stays.
            let worker = match self.slots.has_next() {
                true => None,
                false => Some(self.begin(cx, self.slots.size())?),
            };
            self.slots.grow(worker, cx.now_ns());
        }
        Ok(())
    }

    /// Starts the worker of a slot.
    fn begin(&self, cx: &mut Cx<'_, Self>, slot: usize) -> Result<Worker<M>, StartError> {
        let pool = cx.this().actor_id();
        (self.start)(cx, pool, slot)
    }

    /// Ends a worker that is one too many, if it has no job.
    pub(super) fn dismiss_if_idle(&mut self, cx: &mut Cx<'_, Self>, slot: usize) {
        let is_idle = self.slots.get(slot).is_some_and(|slot| slot.running.is_empty());
        if slot < self.slots.size() || !is_idle {
            return;
        }
        let worker = self.slots.take_worker(slot);
        self.slots.trim();
        if let Some(id) = worker.as_ref().and_then(|worker| worker.id) {
            _ = cx.terminate_child(id, Ret::nop());
        }
    }

    /// A worker is ready, for the first time or anew: what another incarnation of it had is lost.
    fn is_back(&mut self, cx: &mut Cx<'_, Self>, worker: ActorId) {
        let Some(slot) = self.slots.of(worker) else { return };
        let mut due = vec![slot];
        self.orphaned(cx.now_ns(), slot, false, &mut due);
        self.slots.set_up(slot, true);
        self.dismiss_if_idle(cx, slot);
        self.serve(cx, due);
    }

    /// A worker has ended for good: another one takes its place. If that cannot be started, the pool fails.
    fn is_gone(&mut self, cx: &mut Cx<'_, Self>, worker: ActorId) {
        let Some(slot) = self.slots.of(worker) else { return };
        let mut due = vec![slot];
        self.orphaned(cx.now_ns(), slot, true, &mut due);
        drop(self.slots.take_worker(slot));
        if slot >= self.slots.size() {
            self.slots.trim();
            return self.serve(cx, due);
        }
        match self.begin(cx, slot) {
            Ok(worker) => {
                self.slots.put(slot, worker);
                self.serve(cx, due);
            }
            Err(error) => cx.fail(error),
        }
    }

    /// Sees to it that silent workers are found, if they are to be.
    pub(super) fn watch(&mut self, cx: &mut Cx<'_, Self>) {
        if self.watch.is_some() || self.slots.running() == 0 {
            return;
        }
        if let Some(switch) = self.settings.dead_mans_switch {
            self.watch_in(cx, switch.silence);
        }
    }

    fn watch_in(&mut self, cx: &mut Cx<'_, Self>, wait: Duration) {
        self.watch = Some(cx.this().call_at(wait, Self::look));
    }

    /// Looks for silent workers, and comes again when the next one may be.
    fn look(&mut self, cx: &mut Cx<'_, Self>) {
        self.watch = None;
        let Some(switch) = self.settings.dead_mans_switch else { return };
        let now = cx.now_ns();
        let mut next = None;
        let mut silent = Vec::new();
        for (number, slot) in self.slots.iter_mut().filter(|(_, slot)| !slot.running.is_empty()) {
            let silence = Duration::from_nanos(now - slot.last_sign());
            let left = switch.silence.saturating_sub(silence);
            if left.is_zero() && slot.tell_silent() {
                silent.push((number, slot.worker.as_ref().and_then(|worker| worker.id), silence));
            }
            // One that was told of may be heard again.
            let wait = if left.is_zero() { switch.silence } else { left };
            next = Some(next.map_or(wait, |next: Duration| next.min(wait)));
        }
        if let Some(wait) = next {
            self.watch_in(cx, wait);
        }
        for (slot, worker, silence) in silent {
            self.callbacks.event(PoolEvent::Silent { slot, worker, silence });
            if let Some(worker) = worker.filter(|_| switch.kills) {
                _ = cx.door().kill(worker, "its pool has heard nothing from it");
            }
        }
    }
}
