//! What a remote posts: order, sizes, and every payload dropped once.

use super::{MANY, drain_values, inbox_with_bell};
use crate::kernel::block::testing::message;
use crate::kernel::record::DropReason;
use crate::wake::inbox::{Drained, Inbox};
use crate::wake::remote::Remote;
use std::sync::Arc;
use std::thread;

#[test]
fn messages_of_one_remote_arrive_in_order_through_growing_blocks() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    for value in 0..MANY {
        assert!(remote.push(value as u64, message(value)).is_ok());
    }
    let values = drain_values::<usize>(&inbox);
    assert_eq!(values.len(), MANY);
    assert!(values.iter().enumerate().all(|(index, value)| *value == (index as u64, index)));
}

#[test]
fn ids_use_all_64_bits() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    for target in [0, 1, u64::MAX, 0x8000_0001_0000_0002] {
        assert!(remote.push(target, message(())).is_ok());
    }
    let targets: Vec<u64> = drain_values::<()>(&inbox).into_iter().map(|(target, ())| target).collect();
    assert_eq!(targets, [0, 1, u64::MAX, 0x8000_0001_0000_0002]);
}

#[test]
fn payloads_of_every_size_and_alignment_travel() {
    #[derive(Clone, Copy, PartialEq, Debug)]
    #[repr(align(64))]
    struct Aligned(u8);

    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    for round in 0..3u8 {
        assert!(remote.push(1, message([round; 2000])).is_ok());
        assert!(remote.push(2, message([round; 9000])).is_ok());
        assert!(remote.push(3, message(Aligned(round))).is_ok());
        assert!(remote.push(4, message(())).is_ok());
        let mut count = 0;
        inbox.drain(|drained| {
            let Drained::Record(record) = drained else { panic!("only messages were sent") };
            count += 1;
            match record.target() {
                1 => assert_eq!(record.open::<[u8; 2000]>(), [round; 2000]),
                2 => assert_eq!(record.open::<[u8; 9000]>(), [round; 9000]),
                3 => assert_eq!(record.open::<Aligned>(), Aligned(round)),
                _ => record.open::<()>(),
            }
        });
        assert_eq!(count, 4);
    }
}

#[test]
fn records_like_the_one_before_say_so_in_a_word_and_the_others_say_all() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    // One place in the program, hence one function.
    let push = |target, value: u64| assert!(remote.push(target, message(value)).is_ok());
    push(1, 10);
    push(1, 11);
    push(2, 12);
    assert!(remote.push(2, message([13u64; 2])).is_ok(), "to the same, but another function");
    push(2, 14);
    push(2, 15);
    let mut seen = Vec::new();
    inbox.drain(|drained| {
        let Drained::Record(record) = drained else { panic!("only messages were sent") };
        let (target, place) = (record.target(), record.address());
        let value = if seen.len() == 3 { record.open::<[u64; 2]>()[1] } else { record.open::<u64>() };
        seen.push((target, value, place));
    });
    let values: Vec<_> = seen.iter().map(|&(target, value, _)| (target, value)).collect();
    assert_eq!(values, [(1, 10), (1, 11), (2, 12), (2, 13), (2, 14), (2, 15)]);
    if cfg!(not(miri)) {
        // Where a function has more than one address, a record may say more than it needs to.
        let distances: Vec<_> = seen.windows(2).map(|pair| pair[1].2 - pair[0].2).collect();
        assert_eq!(distances, [16, 32, 32, 40, 16]);
    }
}

#[test]
fn a_producer_and_an_owner_that_keep_pace_pass_one_block_to_and_fro() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    let mut places = Vec::new();
    for value in 0..10u64 {
        assert!(remote.push(1, message(value)).is_ok());
        inbox.drain(|drained| {
            let Drained::Record(record) = drained else { panic!("only messages were sent") };
            places.push(record.address());
            assert_eq!(record.open::<u64>(), value);
        });
    }
    places.dedup();
    assert_eq!(places.len(), 1);
}

#[test]
fn what_the_owner_does_not_want_is_dropped_once() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    let payload = Arc::new(());
    for _ in 0..100 {
        assert!(remote.push(1, message(payload.clone())).is_ok());
    }
    let mut count = 0;
    inbox.drain(|drained| {
        let Drained::Record(record) = drained else { panic!("only messages were sent") };
        count += 1;
        if count % 2 == 0 { drop(record.discard(DropReason::NotFound)) } else { drop(record) }
    });
    assert_eq!((count, Arc::strong_count(&payload)), (100, 1));
}

#[test]
fn a_drain_that_unwinds_drops_the_rest_once() {
    let (inbox, _) = inbox_with_bell();
    let remotes = [Remote::new(inbox.clone()), Remote::new(inbox.clone())];
    let payload = Arc::new(());
    for remote in remotes.iter().cycle().take(20) {
        assert!(remote.push(1, message(payload.clone())).is_ok());
    }
    let mut count = 0;
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        inbox.drain(|_| {
            count += 1;
            assert!(count < 4, "enough");
        });
    }));
    assert!(outcome.is_err());
    assert_eq!(Arc::strong_count(&payload), 1);
}

#[test]
fn a_destructor_that_panics_costs_no_other_payload_its_own() {
    struct Bomb(#[expect(dead_code, reason = "it is there to be counted")] Arc<()>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in a payload's destructor");
        }
    }
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    let payload = Arc::new(());
    for _ in 0..3 {
        assert!(remote.push(1, message(Bomb(payload.clone()))).is_ok());
        assert!(remote.push(1, message(payload.clone())).is_ok());
    }
    inbox.close(|_| ());
    assert_eq!(Arc::strong_count(&payload), 1);
}

#[test]
fn a_remote_dropped_before_the_drain_loses_nothing() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    thread::spawn(move || (0..100u64).all(|value| remote.push(1, message(value)).is_ok())).join().unwrap();
    assert_eq!(drain_values::<u64>(&inbox).len(), 100);
}
