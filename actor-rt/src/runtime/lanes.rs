//! The lanes in their order, for the dispatch loop.
//!
//! Control traffic first, then messages that waited for their actors, then a lazy batch that was begun, then the main lane; when
//! that is empty, what is lazy so far is the next batch. Which of them need a look is told by two flags of the mode.

use crate::actor::lifecycle;
use crate::engine::mode::{ALERT, COUNTING, LAZY, WATCHED};
use crate::engine::shared::Shared;
use crate::engine::token::Runtime;
use crate::kernel::cell::CellHeader;
use crate::kernel::dispatch::{Delivery, Driver, Fuel, Pause};
use crate::kernel::handle::AnyActor;
use crate::kernel::lane::{Held, Lane};
use crate::kernel::segment::SegmentPool;
use std::any::Any;

/// The lanes of a runtime in its step, and what the dispatch loop needs to know.
pub(super) struct Lanes<'a, const OBSERVED: bool> {
    shared: &'a Shared,
    host: *mut Runtime,
}

impl<const OBSERVED: bool> Clone for Lanes<'_, OBSERVED> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<const OBSERVED: bool> Copy for Lanes<'_, OBSERVED> {}

impl<'a, const OBSERVED: bool> Lanes<'a, OBSERVED> {
    #[inline(always)]
    pub(super) fn new(shared: &'a Shared, host: &mut Runtime) -> Self {
        Lanes { shared, host: std::ptr::from_mut(host) }
    }

    #[inline(always)]
    pub(super) fn shared(self) -> &'a Shared {
        self.shared
    }

    /// Runs one idle record, and counts it in `handled`.
    pub(super) fn run_idle(self, handled: &mut u32) -> Pause {
        let fuel = &self.shared.fuel;
        // What is urgent comes in its own turn.
        let alerted = self.shared.answer_alert();
        fuel.fill(1);
        let pause = self.drain(&self.shared.idle);
        *handled = 1 - fuel.rest();
        if alerted {
            self.shared.alert();
        }
        pause
    }

    /// Runs what waited for an actor that an idle record has made ready: as part of it, at the old time. Counted in `handled`, which
    /// stays below `most`.
    pub(super) fn run_released(self, handled: &mut u32, most: u32) -> Pause {
        let shared = self.shared;
        let mut pause = Pause::Empty;
        let goes_on = || !shared.replay.is_empty() && shared.urgent.is_empty() && !shared.yielding.get();
        while goes_on() && *handled < most && pause != Pause::Left {
            shared.answer_alert();
            let fuel = (most - *handled).min(256);
            shared.fuel.fill(fuel);
            pause = self.drain(&shared.replay);
            *handled += fuel - shared.fuel.rest();
            // For what is urgent, or was left.
            shared.alert();
        }
        pause
    }

    /// Runs what waited for an actor that is ready now, inside of whatever made it so. What control traffic is to overtake, or is left
    /// after a handler has yielded, comes in its own turn.
    pub(super) fn run_waiting(self, waiting: Lane) {
        let shared = self.shared;
        let mut alerted = shared.answer_alert();
        let (fuel, cause) = (shared.fuel.take(), shared.cause.get());
        loop {
            shared.fuel.fill(i32::MAX as u32);
            let pause = self.drain(&waiting);
            alerted |= shared.answer_alert();
            if pause != Pause::Fuel || !shared.urgent.is_empty() || shared.yielding.get() {
                break;
            }
        }
        shared.current.set(0);
        shared.cause.set(cause);
        shared.fuel.put_back(&fuel);
        let rest = !waiting.is_empty();
        shared.replay.prepend(&shared.pool, waiting);
        if alerted || rest {
            shared.alert();
        }
        if rest {
            shared.queued_aside();
        }
    }

    /// Runs the lanes, each in its turn, until they are empty or the fuel is used up.
    #[inline(always)]
    pub(super) fn run_chunk(self) -> Pause {
        let shared = self.shared;
        loop {
            if shared.mode.has(ALERT | LAZY) {
                match self.run_special() {
                    Pause::Empty => {}
                    pause => return pause,
                }
            }
            let pause = self.drain(&shared.main);
            if !self.is_unfinished(pause) {
                return pause;
            }
        }
    }

    /// Whether the lanes need another turn after the main lane paused so. Begins the next lazy batch if it is time.
    pub(super) fn is_unfinished(self, pause: Pause) -> bool {
        let shared = self.shared;
        if pause == Pause::Left || !shared.mode.has(ALERT | LAZY) {
            return false;
        }
        // The last record may have left something urgent, or made its actor ready.
        if shared.mode.has(ALERT) {
            return true;
        }
        if pause == Pause::Fuel {
            return false;
        }
        shared.lazy_batch.prepend(&shared.pool, shared.lazy.take());
        true
    }

    /// Runs what comes before the main lane.
    #[inline(never)]
    fn run_special(self) -> Pause {
        let shared = self.shared;
        'turn: loop {
            if shared.answer_alert() && shared.yielding.replace(false) {
                return Pause::Left;
            }
            for lane in [&shared.urgent, &shared.replay] {
                let pause = self.drain(lane);
                if pause == Pause::Left {
                    return pause;
                }
                if shared.mode.has(ALERT) {
                    continue 'turn;
                }
                if pause == Pause::Fuel {
                    // Where it stops, the next chunk or the next step goes on.
                    shared.alert();
                    return pause;
                }
                lane.rewind(&shared.pool);
            }
            let pause = self.drain(&shared.lazy_batch);
            if pause != Pause::Left && shared.mode.has(ALERT) {
                continue 'turn;
            }
            if pause != Pause::Empty {
                return pause;
            }
            shared.lazy_batch.rewind(&shared.pool);
            if shared.lazy.is_empty() {
                shared.mode.clear(LAZY);
            }
            return Pause::Empty;
        }
    }

    // Not in line: the compiler would carry what the caller asks of the result through the loop.
    #[inline(never)]
    fn drain(self, lane: &Lane) -> Pause {
        Shared::drain(lane, self)
    }
}

impl<const OBSERVED: bool> Driver for Lanes<'_, OBSERVED> {
    const OBSERVED: bool = OBSERVED;

    #[inline(always)]
    fn pool(&self) -> &SegmentPool {
        &self.shared.pool
    }

    #[inline(always)]
    fn set_current(&self, id: u64) {
        self.shared.current.set(id);
    }

    #[inline(always)]
    fn fuel(&self) -> &Fuel {
        &self.shared.fuel
    }

    #[inline(always)]
    fn host(&self) -> *mut () {
        self.host.cast()
    }

    #[inline(always)]
    fn left(&self) -> bool {
        Shared::host_left(self.host, self.shared)
    }

    fn stash(&self, actor: &CellHeader, held: Held<'_>) {
        lifecycle::stash(self.shared, actor, held);
    }

    fn unready(&self, actor: &AnyActor, held: Held<'_>) {
        lifecycle::unready(self.shared, actor, held);
    }

    fn panicked(&self, payload: Box<dyn Any + Send>) {
        // Whose handler is on the stack is in the directory, in whatever state.
        let actor = self.shared.actor(self.shared.current.get());
        match actor {
            Some(actor) => lifecycle::panicked(self.shared, &actor, payload),
            None => self.shared.keep_panic(payload),
        }
        if OBSERVED {
            self.after();
        }
    }

    fn before(&self, delivery: Delivery, receiver: Option<AnyActor>, flags: u16) {
        self.shared.cause.set(delivery.message);
        self.shared.observe(|observer| observer.delivering(&delivery));
        if self.shared.mode.has(WATCHED) {
            self.shared.show_delivery(&delivery);
        }
        if let Some(receiver) = receiver.filter(|_| self.shared.mode.has(COUNTING)) {
            // Last, so that the observer's time is nobody's.
            self.shared.count_delivery(receiver, flags);
        }
    }

    fn after(&self) {
        self.shared.count_delivered();
        self.shared.cause.set(0);
        if self.shared.mode.has(WATCHED) {
            self.shared.show_nothing();
        }
        self.shared.observe(|observer| observer.delivered());
    }
}
