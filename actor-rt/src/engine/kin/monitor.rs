//! Monitors: who wants to hear of an actor's end, once.

use super::exit::Exit;
use crate::engine::list::{Linked, Links};

/// What is done with the news.
pub(crate) type OnDown = Box<dyn FnOnce(Exit)>;

/// Whose list: a monitor is on one of the actor it watches and on one of the actor that watches.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Target = 0,
    Watcher = 1,
}

/// A monitor.
pub(crate) struct Monitor {
    /// Whom it watches.
    pub target: u64,
    /// Who watches; 0 for the outside world.
    pub watcher: u64,
    pub on_down: OnDown,
    /// How the actor ended, if it has: the news is on its way.
    pub down: Option<Exit>,
    pub links: [Links; 2],
}

impl Linked for Monitor {
    type Side = Side;

    fn links(&mut self, side: Side) -> &mut Links {
        &mut self.links[side as usize]
    }
}
