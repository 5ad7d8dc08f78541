//! Where an operation is done, and what is at hand there.

use super::super::api::*;
use super::toy::Toy;

/// Where an operation is done.
pub(super) enum Place<'a, 'b> {
    Host(&'a mut Stakker),
    Handler(&'a mut Toy, &'a mut Cx<'b, Toy>),
    Making(&'a mut Cx<'b, Toy>),
    Core(&'a mut Core),
    Nothing,
}

impl<'b> Place<'_, 'b> {
    pub(super) fn core(&mut self) -> Option<&mut Core> {
        match self {
            Place::Host(stakker) => Some(stakker),
            Place::Handler(_, cx) | Place::Making(cx) => Some(cx),
            Place::Core(core) => Some(core),
            Place::Nothing => None,
        }
    }

    pub(super) fn cx(&mut self) -> Option<&mut Cx<'b, Toy>> {
        match self {
            Place::Handler(_, cx) | Place::Making(cx) => Some(cx),
            _ => None,
        }
    }
}
