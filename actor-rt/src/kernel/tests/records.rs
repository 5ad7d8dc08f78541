//! Each operation of a record, on payloads that lie in it and on those in a box.

use crate::kernel::cell::CellHeader;
use crate::kernel::lane::Lane;
use crate::kernel::parcel::Parcel;
use crate::kernel::post;
use crate::kernel::record::{DropReason, HEADER, Operation, Record, Trailer};
use crate::kernel::segment::SegmentPool;
use std::cell::Cell;
use std::mem;
use std::rc::Rc;

/// The host of these jobs: what ran.
#[derive(Default)]
struct Host(Vec<u32>);

struct Counted(Rc<Cell<u32>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[repr(align(32))]
struct Aligned(#[expect(dead_code, reason = "it is there for its size")] [u8; 32]);

/// Pushes a job that carries `extra` beside its counter.
fn push<T: 'static>(
    lane: &Lane,
    pool: &SegmentPool,
    dropped: &Rc<Cell<u32>>,
    extra: T,
    trailer: Option<Trailer>,
) {
    let counted = Counted(Rc::clone(dropped));
    // SAFETY: these lanes are run with a `Host`, below.
    let job = unsafe {
        post::job(move |host: &mut Host| {
            let _moved = (&counted, &extra);
            host.0.push(mem::size_of::<T>() as u32);
        })
    };
    job.hold(7, |held| match trailer {
        Some(trailer) => lane.push_traced(pool, held, trailer),
        None => lane.push_held(pool, held),
    });
}

/// Runs everything in a lane.
fn run(lane: &Lane, pool: &SegmentPool) -> Vec<u32> {
    let mut host = Host::default();
    while let Some(held) = lane.pop(pool) {
        let record = held.into_record();
        // SAFETY: a whole record of a job for a `Host`, consumed here.
        unsafe {
            let host = std::ptr::from_mut(&mut host).cast();
            ((*record).run)(Record::payload(record), (*record).cell, Some(&Operation::RunJob(host)));
        }
    }
    host.0
}

#[test]
fn a_header_is_48_bytes_and_a_record_has_24_before_its_payload() {
    #[cfg(target_pointer_width = "64")]
    assert_eq!(mem::size_of::<CellHeader>(), 48);
    assert_eq!(HEADER, 24);
}

#[test]
fn run_delivers_small_large_and_overaligned_payloads_once() {
    let (lane, pool, dropped) = (Lane::new(), SegmentPool::new(), Rc::new(Cell::new(0)));
    push(&lane, &pool, &dropped, (), None);
    push(&lane, &pool, &dropped, [1u64; 20], None);
    push(&lane, &pool, &dropped, [1u8; 5000], None);
    push(&lane, &pool, &dropped, Aligned([2; 32]), None);
    assert_eq!(lane.count(), 4);
    assert_eq!(run(&lane, &pool), [0, 160, 5000, 32]);
    assert_eq!(dropped.get(), 4);
    assert!(lane.is_empty());
}

#[test]
fn drop_consumes_without_delivering_and_contains_a_panic() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("in drop"));
        }
    }
    let (lane, pool, dropped) = (Lane::new(), SegmentPool::new(), Rc::new(Cell::new(0)));
    push(&lane, &pool, &dropped, [1u8; 5000], None);
    push(&lane, &pool, &dropped, Bomb, None);
    push(&lane, &pool, &dropped, (), None);
    let outcomes: Vec<bool> =
        std::iter::from_fn(|| lane.pop(&pool).map(|held| held.discard(DropReason::Cancelled).is_some()))
            .collect();
    assert_eq!(outcomes, [false, true, false]);
    assert_eq!(dropped.get(), 3);
}

#[test]
fn move_takes_payload_and_trailer_to_another_lane() {
    let (from, to, pool, dropped) = (Lane::new(), Lane::new(), SegmentPool::new(), Rc::new(Cell::new(0)));
    let trailer = Trailer { message: 3, cause: 2 };
    push(&from, &pool, &dropped, [7u64; 3], Some(trailer));
    push(&from, &pool, &dropped, [7u8; 3000], Some(trailer));
    while let Some(held) = from.pop(&pool) {
        to.push_held(&pool, held);
    }
    let mut trailers = Vec::new();
    // SAFETY: `for_each` shows whole records.
    to.for_each(|record| trailers.push(unsafe { Record::trailer(record) }));
    assert_eq!(trailers, [Some(trailer); 2]);
    assert_eq!(run(&to, &pool), [24, 3000]);
    assert_eq!(dropped.get(), 2);
}

#[test]
fn describe_names_the_payload_and_leaves_it() {
    let (lane, pool, dropped) = (Lane::new(), SegmentPool::new(), Rc::new(Cell::new(0)));
    push(&lane, &pool, &dropped, (), None);
    push(&lane, &pool, &dropped, [0u8; 4000], None);
    let mut names = Vec::new();
    // SAFETY: whole records with live payloads, and nobody else looks at them.
    lane.for_each(|record| names.push(unsafe { Record::describe(record.cast_mut()) }));
    assert!(names.iter().all(|name| name.type_name.contains("Job") && name.tag == 0), "{names:?}");
    assert_eq!(dropped.get(), 0);
    assert_eq!(run(&lane, &pool), [0, 4000]);
}

#[test]
fn a_parcel_is_delivered_or_dropped_once() {
    let (lane, pool, dropped) = (Lane::new(), SegmentPool::new(), Rc::new(Cell::new(0)));
    let parcel = |size: u32| {
        let counted = Counted(Rc::clone(&dropped));
        // SAFETY: the lane is run with a `Host`.
        unsafe {
            Parcel::job(move |host: &mut Host| {
                let _moved = &counted;
                host.0.push(size);
            })
        }
    };
    let large = {
        let (counted, room) = (Counted(Rc::clone(&dropped)), [1u8; 100]);
        // SAFETY: as above.
        unsafe {
            Parcel::job(move |host: &mut Host| {
                let _moved = &counted;
                host.0.push(room.len() as u32);
            })
        }
    };
    parcel(1).push(&lane, &pool, 0, None);
    large.push(&lane, &pool, 0, Some(Trailer { message: 1, cause: 0 }));
    drop(parcel(2));
    assert_eq!(dropped.get(), 1);
    assert_eq!(run(&lane, &pool), [1, 100]);
    assert_eq!(dropped.get(), 3);
}
