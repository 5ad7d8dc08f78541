//! The engine's tables by themselves: ids and their generations, and what a plain actor costs.

use super::asks::{Ask, Outcome};
use super::directory::Directory;
use super::id::{self, IdError, IdKind, MAX_GENERATION};
use super::table::Table;
use crate::actor::ActorOwn;
use crate::engine::ret::Ret;
use crate::engine::token::Runtime;
use crate::kernel::cell::{self, CellHeader};
use std::ptr::NonNull;
use std::time::Instant;

fn somewhere() -> NonNull<CellHeader> {
    NonNull::dangling()
}

#[test]
fn a_slot_retires_when_its_generation_wraps() {
    let mut directory = Directory::new(3);
    let mut id = directory.insert(somewhere());
    for generation in 1..=MAX_GENERATION {
        assert_eq!((id::slot(id), id::generation(id)), (1, generation));
        assert_eq!(directory.last_in(1), Some(id));
        directory.remove(id);
        assert_eq!(directory.occupant(id), Some(cell::nobody()));
        assert_eq!(directory.last_in(1), Some(id), "nobody has come after it");
        id = directory.insert(somewhere());
    }
    assert_eq!((id::slot(id), id::generation(id)), (2, 1), "the old slot is not used again");
    assert_eq!(directory.occupant(0), Some(cell::nobody()));
    assert_eq!([0, 3, 100_000].map(|slot| directory.last_in(slot)), [None; 3], "nobody was ever there");
    assert_eq!(directory.living(), 1);
}

#[test]
fn the_order_of_actors_is_that_of_spawning_and_not_of_slots() {
    let mut directory = Directory::new(3);
    let ids: Vec<u64> = (0..600).map(|_| directory.insert(somewhere())).collect();
    directory.remove(ids[10]);
    directory.remove(ids[10]);
    assert_eq!(directory.living(), 599, "an id is removed once");
    let reused = directory.insert(somewhere());
    assert_eq!(id::slot(reused), id::slot(ids[10]));
    let youngest_first = directory.youngest_first();
    assert_eq!((youngest_first[0], youngest_first[599]), (reused, ids[0]));
}

#[test]
fn actors_are_found_by_the_whole_value_of_their_id() {
    let mut runtime = Runtime::new(Instant::now());
    let own = |runtime: &mut Runtime| ActorOwn::<u64>::new(runtime, Ret::nop(), 0);
    let mut actors: Vec<_> = (0..600).map(|_| own(&mut runtime)).collect();
    let ids: Vec<u64> = actors.iter().map(|actor| actor.header().id()).collect();
    let finds = |runtime: &Runtime, id| runtime.shared().find(id).is_some();
    assert!(ids.iter().all(|&id| finds(&runtime, id)));
    for bit in 0..64 {
        let other = ids[300] ^ (1 << bit);
        assert_eq!(finds(&runtime, other), ids.contains(&other), "bit {bit}");
    }
    actors.remove(10).kill_str(&mut runtime, "done");
    // Nothing matches a free slot: neither its old id nor the generation it waits with.
    let (slot, generation) = (id::slot(ids[10]), id::generation(ids[10]));
    assert!(
        !finds(&runtime, ids[10]) && !finds(&runtime, id::id(generation + 1, slot)) && !finds(&runtime, 0)
    );
    let again = own(&mut runtime);
    assert_eq!(id::slot(again.header().id()), slot);
    assert!(finds(&runtime, again.header().id()) && !finds(&runtime, ids[10]));
    assert!(!finds(&runtime, u64::MAX), "nobody is no actor");
}

#[test]
fn each_wrong_id_is_explained() {
    let id = id::id(id::word(IdKind::Actor, 3, 1), 0);
    assert_eq!(id::explain(0, IdKind::Actor, 3), IdError::Null);
    assert_eq!(id::explain(id, IdKind::Timer, 3), IdError::WrongKind);
    assert_eq!(id::explain(id, IdKind::Actor, 4), IdError::WrongRuntime);
    assert_eq!(id::explain(id, IdKind::Actor, 3), IdError::Stale);
}

#[test]
fn a_requests_token_is_good_once_and_its_slot_retires_too() {
    let mut asks = Table::<Ask>::new(IdKind::Reply, 3);
    let ask = || Ask::new(Box::new(|_| ()), 0, 0, 0);
    let first = asks.insert(ask());
    assert!(asks.get(first).is_some() && asks.get(first ^ 1).is_none() && asks.get(0).is_none());
    assert!(asks.take(first).is_some());
    assert!(asks.take(first).is_none() && asks.get(first).is_none());
    let mut token = first;
    for _ in 1..=MAX_GENERATION {
        token = asks.insert(ask());
        assert_ne!(token, first);
        assert_eq!(asks.ids(), [token]);
        drop(asks.take(token));
    }
    assert_eq!(id::slot(token), 1, "a wrapped slot is not used again");
    assert_eq!(asks.len(), 0);
    assert_eq!(Outcome::Lost as i32, 5, "numbers are those of the C ABI");
}

#[test]
fn a_plain_actor_has_no_cold_part_and_gets_one_when_it_needs_it() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let plain = ActorOwn::<u64>::new(&mut runtime, Ret::nop(), 0);
    plain.call_prep(|_| Some(1));
    plain.call(|this, _| *this += 1);
    let key = plain.call_at(now + std::time::Duration::from_secs(1), |_, _| ());
    runtime.run(now, false);
    assert_eq!(plain.header().cold(), 0);
    assert!(runtime.timer_active(key));
    plain.set_name("known");
    assert_ne!(plain.header().cold(), 0);
    assert_eq!(plain.name().as_deref(), Some("known"));
    plain.kill_str(&mut runtime, "done");
    assert_eq!(plain.name().as_deref(), Some("known"), "as long as there is a handle");

    let other = ActorOwn::<u64>::new(&mut runtime, Ret::new(|_| ()), 0);
    assert_ne!(other.header().cold(), 0);
    other.kill_str(&mut runtime, "done");
    assert_eq!(other.header().cold(), 0, "a notifier is needed once");
}

#[test]
fn a_cell_of_eight_bytes_takes_the_header_and_eight_bytes() {
    let mut runtime = Runtime::new(Instant::now());
    let own = |runtime: &mut Runtime| ActorOwn::<u64>::new(runtime, Ret::nop(), 0);
    let (one, two) = (own(&mut runtime), own(&mut runtime));
    let distance = two.cell().addr().get() - one.cell().addr().get();
    assert_eq!(distance, std::mem::size_of::<CellHeader>() + 8);
    let freed = two.cell().addr();
    two.kill_str(&mut runtime, "done");
    drop(two);
    assert_eq!(own(&mut runtime).cell().addr(), freed, "its memory is used again");
}

#[test]
fn counts_saturate_and_then_stay_so_that_a_cell_may_leak_but_never_dangles() {
    let mut runtime = Runtime::new(Instant::now());
    let own = ActorOwn::<u64>::new(&mut runtime, Ret::nop(), 0);
    let header = own.header();
    let counts = header.replace_counts([u32::MAX; 3]);
    let (handle, owner) = (own.clone(), own.owned());
    drop((handle, owner));
    assert!(!header.remove_owner(), "no owner is the last any more");
    assert!(!header.remove_handle(), "no handle is the last any more");
    assert!(!header.claim(), "no message finds a place");
    assert_eq!(header.replace_counts(counts), [u32::MAX; 3]);
}
