//! An actor is seen only as what it is.
use actor_rt::*;

trait Animal {}
struct Stone;

fn see(stone: Actor<Stone>) -> Actor<dyn Animal> {
    upcast!(stone => dyn Animal)
}

fn main() {}
