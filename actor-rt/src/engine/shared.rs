//! `Shared`: the one heap block that a runtime consists of.
//!
//! Handles, tokens and cells reach it by pointer; nothing outside ever holds a `&mut` to any of it. That is what makes it
//! sound that a destructor posts a message while a handler runs. This file has the block, its life time and its accessors;
//! the unsafe code of the engine is here, in `guarded` and in `token`.
//!
//! Life time: the block is freed when the runtime, its last cell and its last `Deferrer` are gone (`references`). Dropping the
//! runtime ends everything in it; what outlives it are dead headers, on which every operation is a no-op.

use super::asks::AskTable;
use super::cold::ColdTable;
use super::directory::Directory;
use super::guarded::Guarded;
use super::id::{self, IdError, IdKind};
use super::ingress::Ingress;
use super::mode::{ALERT, DROPPED, Mode, OCCUPIED, PANICKED, STEPPING, TRACING, WAKING};
use super::observe::Observer;
use super::stop_cause::StopCause;
use super::token::{Deferrer, Door, Runtime, Token};
use super::wakers::WakerTable;
use crate::kernel::block::Incoming;
use crate::kernel::cell::{self, ActorCell, BlockHead, CellHeader, State};
use crate::kernel::dispatch::{self, Driver, Fuel, Pause};
use crate::kernel::handle::{Actor, AnyActor, Lent};
use crate::kernel::lane::Lane;
use crate::kernel::parcel::Parcel;
use crate::kernel::post::{self, Outgoing};
use crate::kernel::record::{DropReason, Job, Trailer};
use crate::kernel::segment::SegmentPool;
use crate::kernel::slab::CellSlab;
use crate::time::{Epoch, Timers};
use crate::wake::WakeFlags;
use crate::wake::inbox::Inbox;
use std::any::Any;
use std::cell::Cell;
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;
use std::time::Instant;

/// Reads the clock, in nanoseconds.
pub(crate) type Clock = Box<dyn Fn() -> u64>;
/// Blocking work that a handler asked for.
pub(crate) type HostCall = Box<dyn FnOnce(&mut Runtime)>;

/// Counts that the host may ask for.
#[derive(Default)]
pub(crate) struct Counters {
    pub steps: Cell<u64>,
    pub failed: Cell<u64>,
    pub dead_letters: Cell<u64>,
    pub clamped: Cell<u64>,
    pub late_replies: Cell<u64>,
    pub drop_panics: Cell<u64>,
}

/// All state of one runtime.
#[repr(C)]
pub(crate) struct Shared {
    head: BlockHead,
    /// Ordinary messages.
    pub main: Lane,
    /// Id of the actor whose handler is on the stack; 0 = none.
    pub current: Cell<u64>,
    /// What the running step may still do.
    pub fuel: Fuel,
    pub mode: Mode,
    /// A handler asked that the step ends after it.
    pub yielding: Cell<bool>,
    consuming: Cell<bool>,
    references: Cell<usize>,
    /// The host's time, nanoseconds.
    pub now: Cell<u64>,
    /// No timer is due before this: exact after a step that looked, else at most too early.
    pub due: Cell<u64>,
    /// The deadline that the host knows of. 0 without a target: nobody is to be told of an earlier one.
    pub reported: Cell<u64>,
    /// Whether anybody is to be woken. Without a target the runtime never goes to sleep.
    pub has_target: bool,
    /// The last instant that the host gave, and what it is in nanoseconds: many hosts step several times at one instant.
    pub last_instant: Cell<(Instant, u64)>,
    pub pool: SegmentPool,
    /// Control traffic.
    pub urgent: Lane,
    /// Messages that waited for their actors and come before all others.
    pub replay: Lane,
    pub lazy: Lane,
    /// The batch of lazy work that is being run.
    pub lazy_batch: Lane,
    pub idle: Lane,
    pub directory: Guarded<Directory>,
    pub timers: Guarded<Timers<Parcel>>,
    pub cold: Guarded<ColdTable>,
    pub asks: Guarded<AskTable>,
    pub wakers: Guarded<WakerTable>,
    /// Blocking work that handlers asked for, to be run by the host outside of steps.
    pub host_calls: Guarded<VecDeque<HostCall>>,
    pub observer: Guarded<Option<Box<dyn Observer>>>,
    pub shutdown: Guarded<Option<StopCause>>,
    /// A panic of work that belongs to no actor, to be raised again at the end of the step.
    pub panic: Guarded<Option<Box<dyn Any + Send>>>,
    pub counters: Counters,
    pub epoch: Epoch,
    pub start: u64,
    pub clock: Clock,
    pub inbox: Arc<Inbox>,
    ingress: Cell<u64>,
    messages: Cell<u64>,
    /// Number of the message that is being delivered, for trailers.
    pub cause: Cell<u64>,
    instance: u8,
    /// What the ids of this runtime's timers have above their keys.
    pub timer_prefix: u64,
    /// Lent to whoever asks for a reference; not counted.
    door: ManuallyDrop<Door>,
    slab: CellSlab,
}

/// A cell found by id, for as long as no user code runs.
pub(crate) struct Found<'a> {
    cell: NonNull<CellHeader>,
    shared: PhantomData<&'a Shared>,
}

impl Found<'_> {
    #[inline(always)]
    pub(crate) fn header(&self) -> &CellHeader {
        // SAFETY: cells in the directory are alive: an actor that is not a zombie has not been released.
        unsafe { self.cell.as_ref() }
    }

    #[inline(always)]
    pub(crate) fn cell(&self) -> NonNull<CellHeader> {
        self.cell
    }

    /// The typed handle, lent, if the actor is an `A`.
    #[inline(always)]
    pub(crate) fn typed<A: 'static>(&self) -> Option<Lent<'_, A>> {
        let plain = std::ptr::eq(self.header().kind(), const { &ActorCell::<A>::KIND });
        if !plain && (self.header().kind().type_id)() != std::any::TypeId::of::<A>() {
            return None;
        }
        // SAFETY: alive, as above, and made for an `A`.
        Some(unsafe { Lent::new(self.cell) })
    }

    /// A handle that keeps it.
    pub(crate) fn counted(&self) -> AnyActor {
        // SAFETY: alive, as above.
        unsafe { AnyActor::from_cell(self.cell) }
    }
}

/// What a new block needs.
pub(crate) struct Parts {
    pub now: u64,
    pub epoch: Epoch,
    pub instance: u8,
    pub clock: Clock,
    pub inbox: Arc<Inbox>,
}

impl Shared {
    /// A new block with one reference, the runtime's.
    pub(crate) fn create(parts: Parts) -> Token {
        let memory = Box::into_raw(Box::<Shared>::new_uninit());
        // SAFETY: a box is never null.
        let address = unsafe { NonNull::new_unchecked(memory.cast::<Shared>()) };
        let token = Token::new(address);
        // SAFETY: the memory is ours; the deferrer in the block is uncounted and goes with it.
        unsafe {
            address.write(Shared {
                head: BlockHead { release_cell },
                main: Lane::new(),
                current: Cell::new(0),
                fuel: Fuel::new(),
                mode: Mode::new(),
                yielding: Cell::new(false),
                consuming: Cell::new(false),
                references: Cell::new(1),
                now: Cell::new(parts.now),
                due: Cell::new(u64::MAX),
                reported: Cell::new(if parts.inbox.has_target() { u64::MAX } else { 0 }),
                has_target: parts.inbox.has_target(),
                last_instant: Cell::new((parts.epoch.instant, parts.epoch.ns)),
                pool: SegmentPool::new(),
                urgent: Lane::new(),
                replay: Lane::new(),
                lazy: Lane::new(),
                lazy_batch: Lane::new(),
                idle: Lane::new(),
                directory: Guarded::new(Directory::new(parts.instance)),
                timers: Guarded::new(Timers::new()),
                cold: Guarded::new(ColdTable::default()),
                asks: Guarded::new(AskTable::new(parts.instance)),
                wakers: Guarded::new(WakerTable::default()),
                host_calls: Guarded::new(VecDeque::new()),
                observer: Guarded::new(None),
                shutdown: Guarded::new(None),
                panic: Guarded::new(None),
                counters: Counters::default(),
                epoch: parts.epoch,
                start: parts.now,
                clock: parts.clock,
                inbox: parts.inbox,
                ingress: Cell::new(0),
                messages: Cell::new(0),
                cause: Cell::new(0),
                instance: parts.instance,
                timer_prefix: id::id(id::word(IdKind::Timer, parts.instance, 0), 0),
                door: ManuallyDrop::new(Door { deferrer: Deferrer::uncounted(token) }),
                slab: CellSlab::new(),
            });
        }
        token
    }

    /// The block that a cell belongs to.
    #[inline(always)]
    pub(crate) fn of(header: &CellHeader) -> &Shared {
        // SAFETY: `block` is the address of the `Shared` that made the cell (`BlockHead` is its first member), and every cell
        // holds a reference on it.
        unsafe { header.block().cast::<Shared>().as_ref() }
    }

    pub(crate) fn add_reference(&self) {
        self.references.set(self.references.get() + 1);
    }

    /// Gives a reference up; the last one frees the block.
    ///
    /// # Safety
    /// The reference was counted; the caller does not use the block afterwards.
    #[inline(always)]
    pub(crate) unsafe fn release(this: NonNull<Shared>) {
        // SAFETY: alive until the last reference goes.
        let references = &unsafe { this.as_ref() }.references;
        references.set(references.get() - 1);
        if references.get() == 0 {
            // SAFETY: the last one.
            unsafe { Shared::free(this) }
        }
    }

    /// # Safety
    /// Nobody refers to the block any more.
    #[cold]
    #[inline(never)]
    unsafe fn free(this: NonNull<Shared>) {
        // SAFETY: by the caller; the block came from a box.
        drop(unsafe { Box::from_raw(this.as_ptr()) });
    }

    /// The door, lent.
    pub(crate) fn door(&self) -> &Door {
        &self.door
    }

    /// The deferrer, lent.
    pub(crate) fn deferrer(&self) -> &Deferrer {
        &self.door.deferrer
    }

    /// A new cell in state PREP, with as many owners.
    #[inline]
    pub(crate) fn spawn<A: 'static>(&self, owners: u32) -> Actor<A> {
        let kind = const { &ActorCell::<A>::KIND };
        let memory = self.slab.allocate(kind.class, kind.layout);
        // SAFETY: memory of the kind's layout; the block outlives the cell, which counts as a reference from here on.
        let actor = unsafe {
            // Not the address of `head`: through this pointer all of the block is reached, and freed at last.
            let block = self.deferrer().address().cast::<BlockHead>();
            let id = self.directory.with(|directory| directory.insert(memory.cast()));
            Actor::first(cell::init(memory, kind, block, id, owners))
        };
        self.add_reference();
        actor
    }

    /// Gives a preparing actor its value. The value comes back if it is not preparing (any more).
    pub(crate) fn install<A: 'static>(&self, actor: &Actor<A>, value: A) -> Result<(), A> {
        if actor.header().state() != State::Prep {
            return Err(value);
        }
        // SAFETY: PREP has no value, and the handle's type is the cell's.
        unsafe { cell::write_value(actor.cell(), value) };
        actor.header().set_state(State::Ready);
        Ok(())
    }

    /// Runs `f` with a ready actor's value.
    ///
    /// None if the actor is not ready, or if any handler of this runtime is on the stack.
    pub(crate) fn enter<A: 'static, R>(&self, actor: &Actor<A>, f: impl FnOnce(&mut A) -> R) -> Option<R> {
        if actor.header().state() != State::Ready || self.current.get() != 0 {
            return None;
        }
        self.current.set(actor.header().id());
        let _leave = Leave(self);
        // SAFETY: no handler is on the stack (`current` is 0), and as long as `current` is set none starts: the dispatch loop is not
        // entered by anything that a handler can reach. The value stays until the turn is over (`end` in the layer above looks at
        // `current`).
        Some(f(unsafe { cell::value_mut::<A>(actor.cell()) }))
    }

    /// Drops the value of an actor that has become a zombie, if it has one. The panic of a destructor comes back.
    pub(crate) fn destroy_value(&self, actor: &AnyActor) -> Option<Box<dyn Any + Send>> {
        if actor.header().state() != State::Zombie || self.current.get() == actor.header().id() {
            return None;
        }
        actor.header().kind().drop_value?;
        // SAFETY: nothing reaches a zombie's value, and its handler is not on the stack.
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| unsafe {
            cell::destroy_value(actor.cell())
        }))
        .err()
    }

    /// Level-0 work as a record.
    #[inline(always)]
    pub(crate) fn job<F: FnOnce(&mut Runtime) + 'static>(&self, work: F) -> Outgoing<Job<Runtime, F>> {
        // SAFETY: the lanes of a block are run with a `Runtime` as host, by `runtime::step` alone.
        unsafe { post::job(work) }
    }

    /// Level-0 work as a parcel.
    pub(crate) fn job_parcel(work: impl FnOnce(&mut Runtime) + 'static) -> Parcel {
        // SAFETY: as above.
        unsafe { Parcel::job::<Runtime, _>(work) }
    }

    /// Level-0 work as a payload, for other threads.
    pub(crate) fn job_payload<F: FnOnce(&mut Runtime) + Send + 'static>(work: F) -> Job<Runtime, F> {
        // SAFETY: as above.
        unsafe { Job::new(work) }
    }

    /// Queues a parcel on the main lane, past any bound: it had its place since it was made.
    pub(crate) fn queue_parcel(&self, parcel: Parcel) {
        if parcel.cell().is_some_and(|actor| !actor.header().claim()) {
            return drop(parcel);
        }
        let trailer = self.outside_trailer();
        parcel.push(&self.main, &self.pool, 0, trailer);
        self.close_if_tracing();
    }

    /// Queues a message from another thread. It comes back with a reason if its receiver is gone, full, or takes no such message.
    pub(crate) fn queue_incoming<'a>(
        &self,
        incoming: Incoming<'a>,
    ) -> Result<(), (Incoming<'a>, DropReason)> {
        let trailer = self.outside_trailer();
        let outcome = if incoming.target() == 0 {
            let nobody = std::ptr::null_mut();
            // SAFETY: records without a target are jobs for a `Runtime`, made by `job_payload`.
            unsafe { post::push_incoming(incoming, None, nobody, &self.main, &self.pool, trailer) }
                .map_err(|incoming| (incoming, DropReason::NotFound))
        } else {
            self.queue_for_actor(incoming, trailer)
        };
        self.close_if_tracing();
        outcome
    }

    fn queue_for_actor<'a>(
        &self,
        incoming: Incoming<'a>,
        trailer: Option<Trailer>,
    ) -> Result<(), (Incoming<'a>, DropReason)> {
        let Some(found) = self.find(incoming.target()) else {
            return Err((incoming, DropReason::NotFound));
        };
        let header = found.header();
        if !header.try_claim() {
            return Err((incoming, header.refusal()));
        }
        // SAFETY: typed calls are sent by handles that took the id from an actor of their type, and ids are not used again.
        unsafe {
            let cell = found.cell().as_ptr();
            post::push_incoming(incoming, Some(header), cell, &self.main, &self.pool, trailer)
        }
        .map_err(|incoming| {
            header.unclaim();
            (incoming, DropReason::Refused)
        })
    }

    #[cold]
    #[inline(never)]
    fn forget_cold(&self, header: &CellHeader) {
        drop(self.cold.with(|cold| cold.take(header)));
    }

    /// Runs a lane's records.
    #[inline(always)]
    pub(crate) fn drain<D: Driver>(lane: &Lane, driver: D) -> Pause {
        // SAFETY: only the step's driver comes here: its host is a `Runtime`, no handler is on the stack (`mode` admits one step,
        // `current` one turn), and so no reference to any actor's value is alive.
        unsafe { dispatch::drain(lane, driver) }
    }

    /// Whether the runtime at `host` is no longer the one of this block, or was dropped.
    #[inline(always)]
    pub(crate) fn host_left(host: *mut Runtime, shared: &Shared) -> bool {
        // SAFETY: the host of the running step: borrowed exclusively for its whole duration, and not in use right now.
        let address = unsafe { (*host).token.address() };
        !std::ptr::eq(address.as_ptr(), shared) || shared.mode.has(DROPPED)
    }

    /// Gives up the reference that the runtime had.
    pub(crate) fn release_runtime(token: Token) {
        // SAFETY: called once, by teardown, as the last use of the token.
        unsafe { Shared::release(token.address()) }
    }

    /// The living actor with this id.
    #[inline(always)]
    pub(crate) fn find(&self, id: u64) -> Option<Found<'_>> {
        let cell = self.directory.with(|directory| directory.find(id))?;
        Some(Found { cell, shared: PhantomData })
    }

    /// Why `find` did not find an id.
    #[cold]
    pub(crate) fn explain_actor(&self, id: u64) -> IdError {
        id::explain(id, IdKind::Actor, self.instance())
    }

    pub(crate) fn instance(&self) -> u8 {
        self.instance
    }

    /// Gives an external input its number.
    #[inline(always)]
    pub(crate) fn number(&self, input: Ingress) {
        self.count_ingress();
        if self.mode.has(TRACING) {
            self.observe_ingress(input);
        }
    }

    #[inline(always)]
    pub(crate) fn count_ingress(&self) {
        self.ingress.set(self.ingress.get() + 1);
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn observe_ingress(&self, input: Ingress) {
        self.observe(|observer| observer.ingress(self.ingress.get(), input));
    }

    /// An instant in nanoseconds of the runtime's clock.
    #[inline(always)]
    pub(crate) fn instant_ns(&self, instant: Instant) -> u64 {
        let (last, ns) = self.last_instant.get();
        if instant == last { ns } else { self.convert_instant(instant) }
    }

    #[inline(never)]
    fn convert_instant(&self, instant: Instant) -> u64 {
        let ns = self.epoch.to_ns(instant);
        self.last_instant.set((instant, ns));
        ns
    }

    /// The last ingress number given.
    pub(crate) fn ingress(&self) -> u64 {
        self.ingress.get()
    }

    /// Numbers a call of the host from outside of a step.
    #[inline(always)]
    pub(crate) fn number_call(&self) {
        // One look tells both ordinary cases from the others: outside and unobserved, inside.
        match self.mode.get() & (OCCUPIED | TRACING) {
            0 => self.count_ingress(),
            STEPPING => {}
            _ => self.number_unusual_call(),
        }
    }

    #[cold]
    #[inline(never)]
    fn number_unusual_call(&self) {
        if self.mode.is_outside() {
            self.number(Ingress::Call);
        }
    }

    /// Calls the observer. It is taken out meanwhile, so it cannot be entered twice.
    pub(crate) fn observe(&self, f: impl FnOnce(&mut dyn Observer)) {
        if let Some(mut observer) = self.observer.with(Option::take) {
            // It must not tear the loop apart: what it panics with is raised at the end of the step.
            let watched = std::panic::AssertUnwindSafe(|| f(&mut *observer));
            if let Err(panic) = std::panic::catch_unwind(watched) {
                self.keep_panic(panic);
            }
            let newer = self.observer.with(|slot| slot.replace(observer));
            if let Some(newer) = newer {
                // It was replaced from inside: the newer one stays.
                let older = self.observer.with(|slot| slot.replace(newer));
                drop(older);
            }
        }
    }

    /// The trailer of the next traced record.
    pub(crate) fn next_trailer(&self) -> Trailer {
        self.messages.set(self.messages.get() + 1);
        Trailer { message: self.messages.get(), cause: self.cause.get() }
    }

    /// The trailer of a record that no handler sent, if records have trailers.
    fn outside_trailer(&self) -> Option<Trailer> {
        self.mode.has(TRACING).then(|| self.next_trailer())
    }

    /// Sees to it that the next post gets its trailer, too: the push before may have opened the lane.
    fn close_if_tracing(&self) {
        if self.mode.has(TRACING) {
            self.main.close();
        }
    }

    /// Keeps a panic that belongs to no actor, to be raised again at the end of the step. The first counts.
    pub(crate) fn keep_panic(&self, payload: Box<dyn Any + Send>) {
        let later = self.panic.with(|slot| {
            if slot.is_none() {
                *slot = Some(payload);
                return None;
            }
            Some(payload)
        });
        self.mode.set(PANICKED);
        self.counters.failed.set(self.counters.failed.get() + 1);
        if let Some(later) = later {
            forget_panic(later);
        }
    }

    pub(crate) fn count_dead_letter(&self, _reason: DropReason) {
        self.counters.dead_letters.set(self.counters.dead_letters.get() + 1);
    }

    /// Makes the running step, or the next one, look at control traffic before the next ordinary record.
    pub(crate) fn alert(&self) {
        if !self.mode.has(ALERT) {
            self.mode.set(ALERT);
            self.fuel.park();
        }
    }

    /// Whether there was an alert. Ends it.
    pub(crate) fn answer_alert(&self) -> bool {
        if !self.mode.has(ALERT) {
            return false;
        }
        self.mode.clear(ALERT);
        self.fuel.unpark();
        true
    }

    /// Claims the right to wake the host: true for at most one caller per sleep.
    #[inline(always)]
    pub(crate) fn claim_wake(&self) -> bool {
        self.has_target && self.inbox.claim_local()
    }

    /// Wakes the host after a claim. The last act of whatever caused it.
    pub(crate) fn wake(&self, flags: WakeFlags) {
        self.mode.set(WAKING);
        Inbox::wake_from_owner(Arc::clone(&self.inbox), flags);
        self.mode.clear(WAKING);
    }

    /// Ends the running step after the current message.
    pub(crate) fn yield_step(&self) {
        if self.mode.has(STEPPING) {
            self.yielding.set(true);
            self.alert();
        }
    }

    /// The time of the configured clock, for the budget of a step. None if it panics.
    pub(crate) fn read_clock(&self) -> Option<u64> {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.clock)())) {
            Ok(now) => Some(now),
            Err(panic) => {
                self.keep_panic(panic);
                None
            }
        }
    }

    /// A timer was armed for `deadline`: wakes the host if its own timer is now too late, outside of a step.
    #[inline(always)]
    pub(crate) fn deadline_moved(&self, deadline: u64) {
        if deadline < self.due.get() {
            self.due.set(deadline);
        }
        if deadline < self.reported.get() {
            self.wake_for_deadline(deadline);
        }
    }

    #[cold]
    #[inline(never)]
    fn wake_for_deadline(&self, deadline: u64) {
        if self.mode.is_outside() && deadline < self.reported.get() {
            self.reported.set(deadline);
            if self.claim_wake() {
                self.wake(WakeFlags::DEADLINE);
            }
        }
    }

    /// Consumes what was posted to a closed runtime, in a flat loop: a destructor that posts again does not recurse.
    pub(crate) fn consume_closed(&self, push: impl FnOnce(&Lane, &SegmentPool)) {
        push(&self.main, &self.pool);
        if self.consuming.replace(true) {
            return;
        }
        while let Some(held) = self.main.pop(&self.pool) {
            self.discard(held, DropReason::Closed);
        }
        self.main.rewind(&self.pool);
        // The fast path would leave the next post lying here.
        self.main.close();
        self.consuming.set(false);
    }

    /// Consumes a record that left its lane, and gives its receiver's place back.
    pub(crate) fn discard(&self, held: crate::kernel::lane::Held, reason: DropReason) {
        // SAFETY: a record's receiver is alive: its `pending` counts this record.
        let receiver = held.cell().map(|cell| unsafe { AnyActor::from_cell(cell) });
        if let Some(receiver) = &receiver {
            receiver.header().unclaim();
        }
        self.count_dead_letter(reason);
        if held.discard(reason).map(forget_panic).is_some() {
            self.counters.drop_panics.set(self.counters.drop_panics.get() + 1);
        }
    }
}

/// Drops a panic's payload; should that panic too, lets it go.
pub(crate) fn forget_panic(payload: Box<dyn Any + Send>) {
    if let Err(second) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
}

/// Ends a turn that `enter` began, also when it panicked.
struct Leave<'a>(&'a Shared);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.current.set(0);
    }
}

/// Gives a dead cell's memory back, and its reference on the block.
///
/// # Safety
/// The cell is of this block, unused, and not touched afterwards.
unsafe fn release_cell(cell: NonNull<CellHeader>) {
    // SAFETY: by the caller; the block is alive by the reference that is given up last.
    unsafe {
        let shared = cell.as_ref().block().cast::<Shared>();
        let kind = cell.as_ref().kind();
        // What was attached after the end: a name at the most.
        if cell.as_ref().cold() != 0 {
            shared.as_ref().forget_cold(cell.as_ref());
        }
        shared.as_ref().slab.release(cell.cast(), kind.class, kind.layout);
        Shared::release(shared);
    }
}

const _: () = assert!(std::mem::offset_of!(Shared, head) == 0);
