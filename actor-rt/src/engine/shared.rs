//! `Shared`: the one heap block that a runtime consists of.
//!
//! Handles, tokens and cells reach it by pointer; nothing outside ever holds a `&mut` to any of it. That is what makes it
//! sound that a destructor posts a message while a handler runs. This file has the block and its life time; its accessors with
//! unsafe code are in `cells`, `jobs`, `losses`, `guarded` and `token`.
//!
//! Life time: the block is freed when the runtime, its last cell and its last `Deferrer` are gone (`references`). Dropping the
//! runtime ends everything in it; what outlives it are dead headers, on which every operation is a no-op.

use super::anymap::AnyMap;
use super::asks::Ask;
use super::byte_budget::Watch;
use super::cold::ColdTable;
use super::counts::{Counted, Counting};
use super::dead_letters::DeadLetters;
use super::directory::Directory;
use super::guarded::Guarded;
use super::id::{self, IdKind};
use super::kin::Overseer;
use super::kin::names::Names;
use super::kin::tree::Tree;
use super::log::Logging;
use super::mode::Mode;
use super::observe::Observer;
use super::own_mailbox::Parked;
use super::stop_cause::{PanicPolicy, StopCause};
use super::table::Table;
use super::task::Task;
use super::token::{Core, Deferrer, Door, Runtime, Token};
use super::wakers::WakerTable;
use super::watchdog::Watched;
use crate::kernel::cell::{BlockHead, CellHeader};
use crate::kernel::dispatch::Fuel;
use crate::kernel::lane::Lane;
use crate::kernel::parcel::Parcel;
use crate::kernel::segment::SegmentPool;
use crate::kernel::slab::CellSlab;
use crate::time::{Epoch, Timers};
use crate::wake::PollWaker;
use crate::wake::inbox::Inbox;
use std::any::Any;
use std::cell::Cell;
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// Reads the clock, in nanoseconds.
pub(crate) type Clock = Box<dyn Fn() -> u64>;
/// Blocking work that a handler asked for.
pub(crate) type HostCall = Box<dyn FnOnce(&mut Runtime)>;

/// Counts that the host may ask for.
#[derive(Default)]
pub(crate) struct Counters {
    pub steps: Cell<u64>,
    pub failed: Cell<u64>,
    pub clamped: Cell<u64>,
    pub late_replies: Cell<u64>,
    pub drop_panics: Cell<u64>,
}

/// Who is told that there is work. Without anybody the runtime never goes to sleep.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Listener {
    Nobody,
    /// A wake target, of everything that happens outside of steps.
    Host,
    /// A poll waker, of what other threads do.
    Poller,
}

/// All state of one runtime. What every message writes comes first, in one cache line: a processor writes to one line at a time, and
/// most of what a message costs are writes.
#[repr(C, align(64))]
pub(crate) struct Shared {
    head: BlockHead,
    /// What the running step may still do.
    pub fuel: Fuel,
    /// Id of the actor whose handler is on the stack; 0 = none.
    pub current: Cell<u64>,
    /// Ordinary messages.
    pub main: Lane,
    pub mode: Mode,
    /// A handler asked that the step ends after it.
    pub yielding: Cell<bool>,
    pub(super) consuming: Cell<bool>,
    /// What runs tells something that comes once: see [`tell`](Shared::tell).
    pub(super) telling: Cell<bool>,
    /// Somebody is being told that whom he asked is gone.
    pub telling_closed: Cell<bool>,
    pub(super) references: Cell<usize>,
    /// The host's time, nanoseconds.
    pub now: Cell<u64>,
    /// No timer is due before this: exact after a step that looked, else at most too early.
    pub due: Cell<u64>,
    /// The deadline that the host knows of. 0 without a target: nobody is to be told of an earlier one.
    pub reported: Cell<u64>,
    pub listener: Cell<Listener>,
    /// Whom to call if nobody is told of the owner's own work.
    pub poll_waker: Option<Arc<PollWaker>>,
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
    pub asks: Guarded<Table<Ask>>,
    pub tree: Guarded<Tree>,
    pub names: Guarded<Names>,
    /// Sends that wait for room.
    pub parked: Guarded<Table<Parked>>,
    /// Who decides how actors with relations begin and end.
    pub overseer: &'static Overseer,
    pub wakers: Guarded<WakerTable>,
    /// Blocking work that handlers asked for, to be run by the host outside of steps.
    pub host_calls: Guarded<VecDeque<HostCall>>,
    pub observer: Guarded<Option<Box<dyn Observer>>>,
    pub shutdown: Guarded<Option<StopCause>>,
    pub anymap: Guarded<AnyMap>,
    pub logging: Logging,
    /// Whose last hook is running; 0 = none.
    pub stopping: Cell<u64>,
    /// The task that is running.
    pub task: Guarded<Option<Task>>,
    /// What the host says that the time of day is.
    pub systime: Cell<Option<SystemTime>>,
    /// A panic of work that belongs to no actor, to be raised again at the end of the step.
    pub panic: Guarded<Option<Box<dyn Any + Send>>>,
    pub counters: Counters,
    pub dead_letters: DeadLetters,
    /// What of the actors' work is counted.
    pub counting: Cell<Counting>,
    /// Who is to hear how much memory the queues take.
    pub byte_budget: Guarded<Option<Watch>>,
    /// Where other threads see what is being handled.
    pub watched: Guarded<Option<Watched>>,
    /// The message that is being counted.
    pub counted: Guarded<Option<Counted>>,
    pub epoch: Epoch,
    pub start: u64,
    pub clock: Clock,
    pub inbox: Arc<Inbox>,
    pub(super) ingress: Cell<u64>,
    pub(super) messages: Cell<u64>,
    /// Number of the message that is being delivered, for trailers.
    pub cause: Cell<u64>,
    pub(super) instance: u8,
    /// How many messages may wait for an actor, if nothing is said.
    pub(super) capacity: u32,
    pub panic_policy: PanicPolicy,
    /// The native loop that the wake target is of, by the address of its waker; 0 = none.
    pub event_loop: usize,
    /// What the ids of this runtime's timers have above their keys.
    pub timer_prefix: u64,
    /// Lent to whoever asks for a reference; not counted.
    pub(super) door: ManuallyDrop<Door>,
    pub(super) slab: CellSlab,
}

/// What a new block needs.
pub(crate) struct Parts {
    pub now: u64,
    pub epoch: Epoch,
    pub instance: u8,
    pub capacity: u32,
    /// How many dead letters are kept.
    pub dead_letters: usize,
    pub panic_policy: PanicPolicy,
    pub clock: Clock,
    pub inbox: Arc<Inbox>,
    /// In place of a host's own wake target.
    pub poll_waker: Option<Arc<PollWaker>>,
    pub event_loop: usize,
    pub overseer: &'static Overseer,
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
                fuel: Fuel::new(),
                current: Cell::new(0),
                main: Lane::new(),
                mode: Mode::new(),
                yielding: Cell::new(false),
                consuming: Cell::new(false),
                telling: Cell::new(false),
                telling_closed: Cell::new(false),
                references: Cell::new(1),
                now: Cell::new(parts.now),
                due: Cell::new(u64::MAX),
                reported: Cell::new(if parts.poll_waker.is_none() { u64::MAX } else { 0 }),
                listener: Cell::new(if parts.poll_waker.is_none() {
                    Listener::Host
                } else {
                    Listener::Nobody
                }),
                poll_waker: parts.poll_waker,
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
                asks: Guarded::new(Table::new(IdKind::Reply, parts.instance)),
                tree: Guarded::new(Tree::new(parts.instance)),
                names: Guarded::new(Names::default()),
                parked: Guarded::new(Table::new(IdKind::Parked, parts.instance)),
                overseer: parts.overseer,
                wakers: Guarded::new(WakerTable::default()),
                host_calls: Guarded::new(VecDeque::new()),
                observer: Guarded::new(None),
                shutdown: Guarded::new(None),
                anymap: Guarded::new(AnyMap::new()),
                logging: Logging::new(),
                stopping: Cell::new(0),
                task: Guarded::new(None),
                systime: Cell::new(None),
                panic: Guarded::new(None),
                counters: Counters::default(),
                dead_letters: DeadLetters::new(parts.dead_letters),
                counting: Cell::new(Counting::Off),
                byte_budget: Guarded::new(None),
                watched: Guarded::new(None),
                counted: Guarded::new(None),
                epoch: parts.epoch,
                start: parts.now,
                clock: parts.clock,
                inbox: parts.inbox,
                ingress: Cell::new(0),
                messages: Cell::new(0),
                cause: Cell::new(0),
                instance: parts.instance,
                capacity: parts.capacity,
                panic_policy: parts.panic_policy,
                event_loop: parts.event_loop,
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

    /// A `Core` for user code that is called where none is at hand. Nobody else may be using one: whoever called in here has lent the
    /// runtime, or no user code is on the stack.
    pub(crate) fn lend<R>(&self, f: impl FnOnce(&mut Core) -> R) -> R {
        f(Token::new(self.door.deferrer.address()).core_mut())
    }

    /// The deferrer, lent.
    pub(crate) fn deferrer(&self) -> &Deferrer {
        &self.door.deferrer
    }

    /// Gives up the reference that the runtime had.
    pub(crate) fn release_runtime(token: Token) {
        // SAFETY: called once, by teardown, as the last use of the token.
        unsafe { Shared::release(token.address()) }
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
