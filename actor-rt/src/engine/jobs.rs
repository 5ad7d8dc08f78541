//! The shared block's queues from inside: level-0 jobs, parcels, messages from other threads, and the run of a lane.
//!
//! An accessor of the shared block, and therefore one of the files with unsafe code: here is the argument that every record meets
//! the host and the actor that it was made for.

use super::mailbox::Priority;
use super::mode::{DROPPED, TRACING};
use super::own_mailbox::{Place, Room};
use super::shared::Shared;
use super::token::Runtime;
use crate::kernel::block::Incoming;
use crate::kernel::cell::CellHeader;
use crate::kernel::dispatch::{self, Driver, Pause};
use crate::kernel::lane::Lane;
use crate::kernel::parcel::Parcel;
use crate::kernel::post::{self, Outgoing};
use crate::kernel::record::{DropReason, Job, Trailer, flag};
use std::ptr::NonNull;

impl Shared {
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

    /// Queues level-0 work on the main lane, whatever its state. The caller has numbered what it stands for.
    pub(crate) fn queue_job(&self, work: impl FnOnce(&mut Runtime) + 'static) {
        let outgoing = self.job(work);
        if let Some(trailer) = self.outside_trailer() {
            outgoing.hold(0, |held| self.main.push_traced(&self.pool, held, trailer));
            return self.main.close();
        }
        if let Err(outgoing) = outgoing.try_push(&self.main, 0) {
            outgoing.hold(0, |held| self.main.push_held(&self.pool, held));
        }
    }

    /// Queues the parcel of a timer that is due, from where it lies. One that cannot be queued goes to `lost`, to be dropped where nothing
    /// is borrowed.
    #[inline(always)]
    pub(crate) fn queue_timer(&self, place: &mut Option<Parcel>, lost: &mut Vec<Parcel>) {
        let refused =
            place.as_ref().and_then(|parcel| parcel.cell()).is_some_and(|actor| !actor.header().claim());
        if refused {
            lose_timer(place, lost);
        } else if self.mode.has(TRACING) {
            self.queue_traced(place);
        } else {
            Parcel::push_from(place, &self.main, &self.pool);
        }
    }

    #[cold]
    #[inline(never)]
    fn queue_traced(&self, place: &mut Option<Parcel>) {
        if let Some(parcel) = place.take() {
            parcel.push(&self.main, &self.pool, 0, self.outside_trailer());
        }
    }

    /// Queues a message from another thread. It comes back with a reason if its receiver is gone, full, or takes no such message.
    #[inline(always)]
    pub(crate) fn queue_incoming<'a>(
        &self,
        incoming: Incoming<'a>,
    ) -> Result<(), (Incoming<'a>, DropReason)> {
        if incoming.target() == 0 || self.mode.has(TRACING) {
            return self.queue_unusual(incoming);
        }
        self.queue_for_actor(incoming, None)
    }

    /// A job, or anything under an observer.
    #[cold]
    #[inline(never)]
    fn queue_unusual<'a>(&self, incoming: Incoming<'a>) -> Result<(), (Incoming<'a>, DropReason)> {
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

    #[inline(always)]
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
            return self.queue_in_mailbox(incoming, header, found.cell());
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

    /// The same for an actor whose bound has no room, if it has a mailbox of its own that takes it.
    #[cold]
    #[inline(never)]
    fn queue_in_mailbox<'a>(
        &self,
        incoming: Incoming<'a>,
        header: &CellHeader,
        cell: NonNull<CellHeader>,
    ) -> Result<(), (Incoming<'a>, DropReason)> {
        if incoming.flags() & flag::UNBOUND != 0 && header.kind().receive.is_none() {
            // Nothing is lost for what is not taken.
            return Err((incoming, DropReason::Refused));
        }
        let Some(place) = self.place(header) else { return Err((incoming, header.refusal())) };
        if let Place::Elsewhere(other) = place {
            return self.queue_elsewhere(incoming, header, other);
        }
        let mut outcome = Ok(());
        self.put_with(header, place, Priority::Normal, |lane, trailer| {
            // SAFETY: as for the main lane: its messages get there when their tokens come.
            outcome = unsafe {
                post::push_incoming(incoming, Some(header), cell.as_ptr(), lane, &self.pool, trailer)
            };
        });
        debug_assert!(outcome.is_ok(), "it was asked before");
        outcome.map_err(|incoming| (incoming, DropReason::Refused))
    }

    /// The same for another actor of the same type, which is to have what the first has no room for.
    #[cold]
    fn queue_elsewhere<'a>(
        &self,
        incoming: Incoming<'a>,
        header: &CellHeader,
        other: u64,
    ) -> Result<(), (Incoming<'a>, DropReason)> {
        let Some(found) = self.find(other) else { return Err((incoming, DropReason::NotFound)) };
        let (other, cell) = (found.header(), found.cell());
        if (other.kind().type_id)() != (header.kind().type_id)() {
            return Err((incoming, DropReason::NotFound));
        }
        if incoming.flags() & flag::UNBOUND != 0 && other.kind().receive.is_none() {
            return Err((incoming, DropReason::Refused));
        }
        let has_place = other.try_claim();
        if !has_place && self.room(other) != Some(Room::Free) {
            return Err((incoming, DropReason::Full));
        }
        let mut outcome = Ok(());
        let queue = |lane: &Lane, trailer| {
            // SAFETY: it is of the type of the actor for which it was sent.
            outcome = unsafe {
                post::push_incoming(incoming, Some(other), cell.as_ptr(), lane, &self.pool, trailer)
            };
        };
        if has_place {
            queue(&self.main, self.outside_trailer());
        } else {
            self.put_with(other, Place::Queued, Priority::Normal, queue);
        }
        debug_assert!(outcome.is_ok(), "it was asked before");
        outcome.map_err(|incoming| (incoming, DropReason::Refused))
    }

    /// Runs a lane's records.
    #[inline(always)]
    pub(crate) fn drain<D: Driver>(lane: &Lane, driver: D) -> Pause {
        // SAFETY: only the step's driver comes here: its host is a `Runtime`, no handler is on the stack (`mode` admits one step,
        // `current` one turn; what a level-0 closure in a step runs at once is one inside of it that has no turn), and so no reference to any actor's value is alive.
        unsafe { dispatch::drain(lane, driver) }
    }

    /// Whether the runtime at `host` is no longer the one of this block, or was dropped.
    #[inline(always)]
    pub(crate) fn host_left(host: *mut Runtime, shared: &Shared) -> bool {
        // SAFETY: the host of the running step: borrowed exclusively for its whole duration, and not in use right now.
        let address = unsafe { (*host).token.address() };
        !std::ptr::eq(address.as_ptr(), shared) || shared.mode.has(DROPPED)
    }
}

/// The receiver's count of waiting messages is exhausted.
#[cold]
#[inline(never)]
fn lose_timer(place: &mut Option<Parcel>, lost: &mut Vec<Parcel>) {
    lost.extend(place.take());
}
