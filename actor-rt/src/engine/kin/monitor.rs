//! Monitors: who wants to hear of an actor's end, once.

use super::exit::Exit;
use crate::engine::list::{Linked, Links};

/// What is done with the news.
pub(crate) enum OnDown {
    /// It is told by this.
    Call(Box<dyn FnOnce(Exit)>),
    /// It is a packet for the actor that watches, with this tag and the bytes that are made of the monitor's number and the end.
    Packet(u64, MakeBody),
}

/// Makes the bytes of such a packet.
pub(crate) type MakeBody = Box<dyn FnOnce(u64, &Exit) -> Vec<u8>>;

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

impl Monitor {
    pub(crate) fn is_by_packet(&self) -> bool {
        matches!(self.on_down, OnDown::Packet(..))
    }
}

impl Linked for Monitor {
    type Side = Side;

    fn links(&mut self, side: Side) -> &mut Links {
        &mut self.links[side as usize]
    }
}
