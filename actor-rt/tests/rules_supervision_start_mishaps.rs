//! Mishaps of starts: each test is one that went wrong before.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use supervision_support::*;

/// A place that somebody has taken otherwise meanwhile.
type Take = fn(&mut World, &Reserved<u32>);

const TAKEN: [Take; 4] = [
    |world, place| world.runtime.door().stop(place.actor_id()).unwrap(),
    |world, place| world.runtime.door().kill(place.actor_id(), "a kill").unwrap(),
    |world, place| world.runtime.adopt(None, place.actor_id()).unwrap(),
    |_, place| place.call_prep(|_| Some(5)),
];

/// A spec that was given such a place made an entry in the tree that never became anything, and its supervisor waited for it for ever.
#[test]
fn a_place_that_was_taken_otherwise_is_an_error_that_names_the_cure() {
    for (which, take) in TAKEN.iter().enumerate() {
        let mut world = World::new();
        let parent = world.start("p");
        let place = world.runtime.reserve();
        take(&mut world, &place);
        world.run();
        let handle = place.clone();
        let spec = Spec::new(|_| Some(1_u32)).take_place(place);
        let error = spec.start_under(&mut world.runtime, parent.actor_id()).unwrap_err();
        assert!(matches!(error, StartError::NoPlace), "{which}: {error:?}");
        assert!(error.to_string().contains("reserve another"), "{error}");
        world.run();
        assert!(handle.is_zombie(), "{which}: it goes with its place");
        let log = world.log.clone();
        world.runtime.terminate(None, Ret::new(move |_| log.write("done")));
        assert!(world.run().ends_with("done"), "{which}");
    }
}

/// The same of a place that is about to end, and waits for those below it.
#[test]
fn a_place_that_is_about_to_end_is_an_error_too() {
    let mut world = World::new();
    let place = world.runtime.reserve::<u32>();
    let below = world.spec_of("b", slow(10)).start_under(&mut world.runtime, place.actor_id()).unwrap();
    world.run();
    world.runtime.door().stop(place.actor_id()).unwrap();
    assert_eq!(world.run(), "b:stop");
    let handle = place.clone();
    let started = Spec::new(|_| Some(1_u32)).take_place(place).start(&mut world.runtime);
    assert!(matches!(started, Err(StartError::NoPlace)));
    world.at(10);
    assert!(handle.is_zombie() && below.is_zombie());
}
