//! The unsafe half of `upcast!` cannot be used without saying so.
use actor_rt::*;

fn see(cat: Actor<u32>) -> Actor<u64> {
    let raw = cat.into_raw().cast();
    Actor::from_raw(raw)
}

fn main() {}
