//! A wake target is called on any thread.
use actor_rt::*;
use std::rc::Rc;

struct Target(Rc<()>);

fn create(target: Target) -> Config {
    Config::new().wake(target)
}

fn main() {}
