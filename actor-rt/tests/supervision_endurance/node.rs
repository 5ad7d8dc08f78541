//! An actor of the tree: what it does with its messages, and with its children.

use crate::world::{Kind, Message, World};
use actor_rt::ask::{AskError, Reply};
use actor_rt::mailbox::{Mailbox, Overflow, ParkError};
use actor_rt::supervision::*;
use actor_rt::{ActorId, Core, Cx, Ret, StopCause};
use std::rc::Rc;
use std::time::Duration;

pub const BREADTH: usize = 10;

pub struct Node {
    pub world: Rc<World>,
    pub id: u64,
    pub incarnation: u32,
    /// Above the leaves.
    level: u32,
    strategy: Strategy,
}

/// The functions whose names the dead letters have.
fn tried(message: Message) -> impl FnOnce(&mut Node, &mut Cx<'_, Node>) {
    move |this, _| message.arrives(this)
}

fn parked(message: Message) -> impl FnOnce(&mut Node, &mut Cx<'_, Node>) {
    move |this, _| message.arrives(this)
}

fn asked(message: Message) -> impl FnOnce(&mut Node, &mut Cx<'_, Node>, Reply<u32>) {
    move |this, cx, reply| this.answers(cx, message, reply)
}

fn timer(message: Message, reply: Option<Reply<u32>>) -> impl FnOnce(&mut Node, &mut Cx<'_, Node>) {
    move |this, _| {
        this.world.count("a timer came");
        message.arrives(this);
        if let Some(reply) = reply {
            _ = reply.reply(2);
        }
    }
}

/// Hears what became of a message that waited for room.
struct Outcome {
    world: Rc<World>,
    own: Option<Message>,
    number: u32,
}

impl Outcome {
    fn hears(mut self, at: &Node, outcome: Result<(), ParkError>) {
        let Some(own) = self.own.take() else { return };
        own.arrives(at);
        if outcome.is_err() {
            at.world.is_told(self.number);
        }
        at.world.count(match outcome {
            Ok(()) => "parked: sent",
            Err(ParkError::Timeout) => "parked: no room in time",
            Err(ParkError::Closed) => "parked: closed",
            Err(_) => "parked: too many",
        });
    }
}

impl Drop for Outcome {
    fn drop(&mut self) {
        if let Some(own) = self.own.take() {
            let world = self.world.clone();
            world.count("parked: its sender ended");
            world.is_withdrawn(self.number);
            drop(own);
        }
    }
}

impl Node {
    #[inline]
    pub fn handles(&mut self, cx: &mut Cx<'_, Self>, message: Message, hops: u32) {
        message.arrives(self);
        if hops > 0 {
            self.world.send(hops - 1);
        }
        let chance = self.world.random.below(50_000);
        if chance < 130 {
            self.does(cx, chance);
        }
    }

    #[cold]
    fn does(&mut self, cx: &mut Cx<'_, Self>, chance: u32) {
        let world = self.world.clone();
        if self.id == world.sink.get() {
            return;
        }
        match chance {
            0 => {
                world.count("fault: an error");
                cx.fail_str("a fault");
            }
            1 => {
                world.count("fault: a panic");
                std::panic::resume_unwind(Box::new("a panic"));
            }
            2 => {
                world.count("fault: a stop");
                cx.stop();
            }
            3 => {
                world.count("fault: a kill");
                cx.door().kill(ActorId(self.id), "chance").unwrap();
            }
            4 | 5 => {
                let to = world.any();
                if cx.door().status(to.actor_id()) == Ok(Status::Running)
                    && cx.door().drain(to.actor_id()).is_ok()
                {
                    world.count("fault: a drain");
                }
            }
            6..10 => {
                let to = world.any_bounded();
                if to.pause() {
                    world.count("paused");
                    let until = world.tick.get() + 1 + u64::from(world.random.below(5));
                    world.paused.borrow_mut().push_back((until, to));
                }
            }
            10..50 => self.asks(cx),
            50..80 => {
                let message = Message::own(self, Kind::Timer);
                cx.this().call_at(world.millis(1, 6), timer(message, None));
            }
            80..90 => cx.start_timer(u64::from(chance % 3), world.millis(1, 6)),
            90..110 => {
                let to = world.any_bounded();
                let message = Message::new(&world, to.actor_id(), Kind::Parked);
                let number = message.number;
                let own = Some(Message::own(self, Kind::Outcome));
                let outcome = Outcome { world: world.clone(), own, number };
                cx.send_parked(&to, world.millis(0, 4), parked(message), move |this, _, sent| {
                    outcome.hears(this, sent);
                });
            }
            _ => {
                let to = world.any_bounded();
                let message = Message::new(&world, to.actor_id(), Kind::Tried);
                let number = message.number;
                if to.try_call(tried(message)).is_err() {
                    world.count("tried: refused");
                    world.is_told(number);
                }
            }
        }
    }

    fn asks(&self, cx: &mut Cx<'_, Self>) {
        let world = &self.world;
        let to = world.any_bounded();
        let question = Message::new(world, to.actor_id(), Kind::Asked);
        let answer = Message::own(self, Kind::Answer);
        let numbers = [question.number, answer.number];
        let letters = World::letters(cx.door());
        let asked = cx.request(&to, world.millis(1, 5), asked(question), move |this, _, outcome| {
            this.world.count(match outcome {
                Ok(_) => "asked: answered",
                Err(AskError::Timeout) => "asked: timeout",
                Err(AskError::NoReply) => "asked: no reply",
                Err(AskError::Closed) => "asked: closed",
                Err(_) => "asked: another outcome",
            });
            answer.arrives(this);
        });
        if asked.is_err() {
            world.count("asked: no room");
            numbers.into_iter().for_each(|number| world.is_told(number));
        } else if world.is_refused(numbers[0]) && World::letters(cx.door()) == letters {
            // The outcome says so.
            world.is_told(numbers[0]);
        }
    }

    fn answers(&mut self, cx: &mut Cx<'_, Self>, message: Message, reply: Reply<u32>) {
        message.arrives(self);
        match self.world.random.below(8) {
            0 => drop(reply),
            1 | 2 => {
                let message = Message::own(self, Kind::Timer);
                cx.this().call_at(self.world.millis(1, 8), timer(message, Some(reply)));
            }
            _ => _ = reply.reply(1),
        }
    }

    fn replaces(&self, cx: &mut Cx<'_, Self>) {
        self.world.count("a child was replaced");
        start_child(&self.world, cx, self.level - 1);
    }
}

impl Lifecycle for Node {
    fn on_restart(&mut self, _: &mut Cx<'_, Self>, cause: &StopCause) {
        self.world.count(match cause {
            StopCause::Failed(error) if error.to_string().contains("failed too often") => {
                "restarted: an escalation"
            }
            StopCause::Failed(error) if error.to_string().contains("mailbox is full") => {
                "restarted: an overflow"
            }
            StopCause::Failed(_) => "restarted: a failure",
            StopCause::Killed(_) => "restarted: a kill",
            _ => "restarted: an ordinary end",
        });
    }

    fn on_timer(&mut self, _: &mut Cx<'_, Self>, _: u64, _: u32) {
        self.world.count("a numbered timer came");
    }

    fn on_child(&mut self, cx: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        match event {
            ChildEvent::Ended { .. } => self.replaces(cx),
            ChildEvent::Restarted { .. } => self.world.count(match self.strategy {
                Strategy::OneForOne => "restarts one for one",
                Strategy::OneForAll => "restarts one for all",
                Strategy::RestForOne => "restarts the rest for one",
            }),
            _ => {}
        }
    }

    fn child_escalated(&mut self, cx: &mut Cx<'_, Self>, _: ActorId, _: &StopCause) -> Escalation {
        match self.world.random.below(4) {
            0 => {
                self.world.count("escalated: ignored");
                self.replaces(cx);
                Escalation::Ignore
            }
            1 => {
                self.world.count("escalated: stopped");
                Escalation::Stop
            }
            _ => {
                self.world.count("escalated: restarted");
                Escalation::Restart
            }
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.world.living.borrow_mut().remove(&self.id);
    }
}

fn start_child(world: &Rc<World>, cx: &mut Cx<'_, Node>, level: u32) {
    let spec = spec(world, level);
    let bound = bound(world);
    let spec = match bound {
        Some((capacity, None, _)) => spec.capacity(capacity),
        Some((capacity, Some(overflow), _)) => {
            spec.mailbox(Mailbox::new().capacity(capacity).overflow(overflow))
        }
        None => spec,
    };
    match spec.spawn_child(cx, Ret::nop()) {
        Ok(child) => {
            if let Some((_, _, when_full)) = bound {
                world.when_full.borrow_mut().insert(child.actor_id().0, when_full);
                world.bounded.borrow_mut().push(child.clone());
            }
            world.actors.borrow_mut().push(child);
        }
        // It drains.
        Err(StartError::SupervisorEnding) => world.count("a child came too late"),
        Err(error) => panic!("{error}"),
    }
}

/// A bound; what becomes of one message more, if there is a policy; and what is counted then.
fn bound(world: &World) -> Option<(u32, Option<Overflow>, &'static str)> {
    Some(match world.random.below(250) {
        0 => (4, Some(Overflow::Reject), "no room: refused"),
        1 => (3, Some(Overflow::DropNewest), "no room: the newest was dropped"),
        2 => (3, Some(Overflow::DropOldest), "no room: the oldest was dropped"),
        3 => (5, Some(Overflow::Fail), "no room: the actor failed"),
        4 => (3, Some(Overflow::Redirect(ActorId(world.sink.get()))), "no room: sent on in vain"),
        5..8 => (4, None, "no room: a plain bound"),
        _ => return None,
    })
}

/// An actor with so many levels below it, which it brings up anew when it is restarted.
pub fn spec(world: &Rc<World>, level: u32) -> Spec<Node> {
    let random = &world.random;
    let (own, mut is_first) = (world.clone(), true);
    let strategy = [Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne][random.below(3) as usize];
    let spec = Spec::new(move |cx: &mut Cx<'_, Node>| {
        if !std::mem::take(&mut is_first) && own.random.one_in(20) {
            own.count("a restart failed");
            cx.fail_str("not yet");
            return None;
        }
        if level > 0 {
            (0..BREADTH).for_each(|_| start_child(&own, cx, level - 1));
        }
        let (id, incarnation) = (cx.this().actor_id().0, cx.this().incarnation());
        own.living.borrow_mut().insert(id, incarnation);
        Some(Node { world: own.clone(), id, incarnation, level, strategy })
    });
    let restarts = [Restart::Permanent, Restart::Transient, Restart::Temporary];
    let restart = restarts[random.below(if level > 0 { 2 } else { 3 }) as usize];
    let window = [Window::Sliding, Window::Anchored][random.below(2) as usize];
    let intensity = Intensity::new(1 + random.below(3), Duration::from_millis(100)).window(window);
    let supervisor = Supervisor::new().strategy(strategy).intensity(intensity);
    let spec =
        spec.restart(restart).supervises(supervisor).shutdown(Shutdown::After(world.millis(1, 4))).hooks();
    if random.one_in(2) {
        spec.backoff(Backoff::new(Duration::from_millis(1), Duration::from_millis(10)).jitter(0.5))
    } else {
        spec
    }
}

/// Takes what others have no room for, and is never in the way.
pub fn start_sink(world: &Rc<World>, core: &mut Core) {
    let own = world.clone();
    let sink = Spec::new(move |cx: &mut Cx<'_, Node>| {
        Some(Node {
            world: own.clone(),
            id: cx.this().actor_id().0,
            incarnation: 0,
            level: 0,
            strategy: Strategy::OneForOne,
        })
    });
    world.sink.set(sink.start(core).unwrap().actor_id().0);
}
