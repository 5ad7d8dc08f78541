//! What handlers and hooks do to others, and to themselves: the same as happens from outside, in the middle of a turn.

use crate::messages::{Message, told};
use crate::names::{GROUPS, NAMES, SCOPES};
use crate::node::Node;
use crate::shared::Shared;
use actor_rt::supervision::{Exit, SystemMessage};
use actor_rt::{Actor, ActorId, Core, Door};
use std::rc::Rc;

impl Shared {
    /// Now and then something happens to any actor.
    pub fn meddles(self: &Rc<Self>, core: &mut Core) {
        if !self.random.one_in(14) {
            return;
        }
        let (id, other) = (self.any(), self.any());
        let door = core.door().clone();
        self.count("meddled");
        match self.random.below(14) {
            0 => {
                if door.kill(id, "a kill in a turn").is_ok() {
                    self.condemn(id.0);
                }
            }
            1 => {
                if door.stop_because(id, "a stop in a turn").is_ok() {
                    self.is_told_to_stop(id.0);
                }
            }
            2 => {
                if door.drain(id).is_ok() {
                    self.is_told_to_drain(id.0);
                }
            }
            3 => {
                let done = told(self, |_, _: Option<Exit>| ());
                if core.terminate_child(id, done).is_ok() {
                    self.is_dismissed(id.0);
                }
            }
            4 => {
                let done = told(self, |_, _: Option<()>| ());
                if core.stop_children(Some(id), done).is_ok() {
                    self.ask_children_to_end(id.0);
                }
            }
            5 => {
                if door.adopt(Some(other), id).is_ok() {
                    self.is_moved(id.0, other.0);
                }
            }
            6 => {
                let of = core.supervisor(id).ok().flatten();
                if let Ok(again) = core.restart_child(of, id) {
                    self.is_child_of(again.0, of.map_or(0, |of| of.0));
                }
            }
            7 => _ = door.link(id, other),
            8 => door.unlink(id, other),
            9 => self.is_called(core, id),
            10 => {
                let messages = [SystemMessage::Pause, SystemMessage::Resume, SystemMessage::Terminate];
                self.is_told(&door, id, messages[self.random.below(3) as usize]);
            }
            11 => _ = core.register(NAMES[self.random.below(3) as usize], id),
            12 => _ = core.unregister(NAMES[self.random.below(3) as usize]),
            _ => _ = core.join(SCOPES[0], GROUPS[0], id),
        }
    }

    /// Something is said to an actor that is said to any.
    pub fn is_told(&self, door: &Door, id: ActorId, message: SystemMessage) {
        if door.send_system(id, message).is_ok() && message == SystemMessage::Terminate {
            self.asks_to_end(id.0);
        }
    }

    fn is_called(self: &Rc<Self>, core: &Core, id: ActorId) {
        let Ok(actor) = Actor::<Node>::from_id(core, id) else { return };
        let message = Message::new(self, id.0);
        actor.call(move |node, cx| {
            message.arrives(node);
            node.works(cx);
        });
    }
}
