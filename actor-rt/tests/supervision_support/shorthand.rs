//! What many of the tests say in the same words.

use super::{Conduct, Node, Stops, World, many, millis};
use actor_rt::mailbox::{Mailbox, ParkError};
use actor_rt::supervision::*;
use actor_rt::{Actor, Cx, Ret};

/// A call that says something.
pub fn say(what: &'static str) -> impl FnOnce(&mut Node, &mut Cx<'_, Node>) + Clone {
    move |this, cx| this.say(cx, what)
}

/// A supervisor's settings that restart without end.
pub fn settings(strategy: Strategy) -> Supervisor {
    Supervisor::new().strategy(strategy).intensity(many())
}

/// A supervisor of this kind, started under the root. It keeps what it hears to itself.
pub fn supervisor(world: &mut World, settings: Supervisor) -> Actor<Node> {
    let quiet = Conduct { is_quiet: true, ..Conduct::default() };
    let actor = world.spec_of("p", quiet).supervises(settings).start(&mut world.runtime).unwrap();
    world.run();
    actor
}

/// Whose stop takes so many milliseconds.
pub fn slow(wait: u64) -> Conduct {
    Conduct { stops: Stops::After(wait), ..Conduct::default() }
}

/// Who stops when it is told by [`Node::done`].
pub fn later() -> Conduct {
    Conduct { stops: Stops::Later, ..Conduct::default() }
}

/// A child that has as long as it takes to stop.
pub fn put_of(world: &mut World, parent: &Actor<Node>, name: &'static str, conduct: Conduct) -> Actor<Node> {
    let spec = world.spec_of(name, conduct).shutdown(Shutdown::Infinite);
    world.put(parent, spec)
}

/// The actor `a`, with this mailbox.
pub fn with_mailbox(world: &mut World, mailbox: Mailbox) -> Actor<Node> {
    let actor = world.spec("a").mailbox(mailbox).start(&mut world.runtime).unwrap();
    world.run();
    actor
}

/// Tells the log what became of a send that waited for room.
pub fn sent(world: &World, what: &'static str) -> Ret<Result<(), ParkError>> {
    let log = world.log.clone();
    Ret::new(move |sent: Option<Result<(), ParkError>>| log.write(format!("{what}:{:?}", sent.unwrap())))
}

/// Tells the log that there is room.
pub fn room(world: &World) -> Ret<()> {
    let log = world.log.clone();
    Ret::new(move |room: Option<()>| log.write(format!("room:{}", room.is_some())))
}
