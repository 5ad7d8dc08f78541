//! Lanes: order across segments, prepending, taking, rewinding.

use crate::kernel::lane::Lane;
use crate::kernel::post;
use crate::kernel::record::{DropReason, Operation, Record};
use crate::kernel::segment::SegmentPool;
use std::rc::Rc;

/// Pushes a job of about `bytes` that stands for `number`.
fn push<const WORDS: usize>(lane: &Lane, pool: &SegmentPool, number: u32) {
    let room = [u64::from(number); WORDS];
    // SAFETY: run with a vector, below.
    let job = unsafe { post::job(move |seen: &mut Vec<u32>| seen.push(room[WORDS - 1] as u32)) };
    job.hold(0, |held| lane.push_held(pool, held));
}

fn pop(lane: &Lane, pool: &SegmentPool) -> Option<u32> {
    let record = lane.pop(pool)?.into_record();
    let mut seen: Vec<u32> = Vec::new();
    // SAFETY: a whole record of a job for a vector, consumed here.
    unsafe {
        let host = std::ptr::from_mut(&mut seen).cast();
        ((*record).run)(Record::payload(record), (*record).cell, Some(&Operation::RunJob(host)));
    }
    seen.pop()
}

#[test]
fn order_holds_across_segments_and_sizes() {
    let (lane, pool) = (Lane::new(), SegmentPool::new());
    for number in 0..600 {
        match number % 3 {
            0 => push::<1>(&lane, &pool, number),
            1 => push::<100>(&lane, &pool, number),
            _ => push::<255>(&lane, &pool, number),
        }
        if number % 4 == 3 {
            assert_eq!(pop(&lane, &pool), Some(number / 4));
        }
    }
    assert_eq!(lane.count(), 450);
    for number in 150..600 {
        assert_eq!(pop(&lane, &pool), Some(number));
    }
    assert_eq!(pop(&lane, &pool), None);
}

#[test]
fn what_is_prepended_comes_first_whatever_either_lane_went_through() {
    for used in [0, 1, 40] {
        for left in [0, 1, 40] {
            let (lane, pool) = (Lane::new(), SegmentPool::new());
            for number in 0..used + left {
                push::<100>(&lane, &pool, number);
            }
            for number in 0..used {
                assert_eq!(pop(&lane, &pool), Some(number));
            }
            for round in 0..3 {
                let other = Lane::with_segments(512);
                for number in 0..30 {
                    push::<20>(&other, &pool, 1000 * (round + 1) + number);
                }
                lane.prepend(&pool, other);
            }
            push::<1>(&lane, &pool, 9999);
            for round in (0..3).rev() {
                for number in 0..30 {
                    assert_eq!(pop(&lane, &pool), Some(1000 * (round + 1) + number));
                }
            }
            for number in used..used + left {
                assert_eq!(pop(&lane, &pool), Some(number));
            }
            assert_eq!(pop(&lane, &pool), Some(9999));
            assert!(lane.is_empty());
            lane.rewind(&pool);
            push::<1>(&lane, &pool, 5);
            assert_eq!(pop(&lane, &pool), Some(5));
        }
    }
}

#[test]
fn a_taken_lane_leaves_an_empty_one_that_can_be_used() {
    let (lane, pool) = (Lane::new(), SegmentPool::new());
    for number in 0..300 {
        push::<20>(&lane, &pool, number);
    }
    let taken = lane.take();
    assert!(lane.is_empty() && !lane.has_room(24));
    push::<1>(&lane, &pool, 7);
    for number in 0..300 {
        assert_eq!(pop(&taken, &pool), Some(number));
    }
    assert_eq!(pop(&lane, &pool), Some(7));
}

#[test]
fn a_lane_that_goes_away_drops_what_is_in_it_once() {
    let (lane, pool) = (Lane::new(), SegmentPool::new());
    let token = Rc::new(());
    for _ in 0..500 {
        let held = Rc::clone(&token);
        // SAFETY: it is never run.
        let job = unsafe { post::job(move |_: &mut ()| drop(held)) };
        job.hold(0, |held| lane.push_held(&pool, held));
    }
    assert!(lane.pop(&pool).is_some_and(|held| held.discard(DropReason::Cancelled).is_none()));
    assert_eq!(Rc::strong_count(&token), 500);
    drop(lane);
    assert_eq!(Rc::strong_count(&token), 1);
}

/// Each of its segments but the last went to a pool that had never given one out, which counted below nothing.
#[test]
fn a_lane_of_several_segments_may_go_away_with_what_is_in_it() {
    let (lane, pool) = (Lane::new(), SegmentPool::new());
    for number in 0..1_000 {
        push::<60>(&lane, &pool, number);
    }
    let bytes = pool.in_use();
    assert!(bytes > 300_000, "{bytes}");
    drop(lane);
}

#[test]
fn a_closed_lane_refuses_the_fast_path_until_room_is_made() {
    let (lane, pool) = (Lane::new(), SegmentPool::new());
    push::<1>(&lane, &pool, 1);
    assert!(lane.has_room(64));
    lane.close();
    assert!(!lane.has_room(24));
    push::<1>(&lane, &pool, 2);
    assert!(lane.has_room(64));
    assert_eq!((pop(&lane, &pool), pop(&lane, &pool)), (Some(1), Some(2)));
}
