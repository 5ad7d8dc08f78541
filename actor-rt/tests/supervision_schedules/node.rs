//! The actor of the schedules, and what it does with its messages.

use crate::asks::{Outcome, Together};
use crate::messages::{Message, Own, Waiting, increment};
use crate::shared::Shared;
use crate::specs::{PLAIN_BOUND, spec};
use actor_rt::ask::Reply;
use actor_rt::supervision::{AutoShutdown, Interval, Missed, Restart, Strategy, Window};
use actor_rt::{Actor, Cx, Packet, Receive, Ret};
use std::rc::Rc;
use std::time::Duration;

/// What of its spec an actor has to know.
#[derive(Clone, Copy)]
pub struct Traits {
    pub restart: Restart,
    pub returns_state: bool,
    pub strategy: Strategy,
    pub auto_shutdown: AutoShutdown,
    pub window: Window,
    pub significant: bool,
    /// How long it has to live for its back-off to begin anew. None if it has none.
    pub backoff_reset: Option<Duration>,
    /// What is counted when it has no room.
    pub when_full: &'static str,
}

impl Default for Traits {
    fn default() -> Self {
        Traits {
            restart: Restart::Temporary,
            returns_state: false,
            strategy: Strategy::OneForOne,
            auto_shutdown: AutoShutdown::Never,
            window: Window::Sliding,
            significant: false,
            backoff_reset: None,
            when_full: PLAIN_BOUND,
        }
    }
}

/// A numbered timer, as its actor knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    Off,
    Once,
    Again,
}

pub struct Node {
    pub id: u64,
    pub incarnation: u32,
    pub traits: Traits,
    /// The one before it had a reason of its own to end well.
    pub follows_asked: bool,
    pub timers: [Timer; 3],
    kept: Vec<Reply<u32>>,
    pub together: Together,
    pub shared: Rc<Shared>,
}

impl Node {
    pub fn new(cx: &Cx<'_, Node>, traits: Traits, shared: &Rc<Shared>) -> Self {
        let id = cx.this().actor_id().0;
        let (alive, incarnation, follows_asked) = shared.note(id, |notes| {
            // The one before it, or the one that was on its way then.
            let follows_asked = notes.made > 0
                && notes.asked.is_some_and(|asked| asked == notes.made || asked + 1 == notes.made);
            notes.alive += 1;
            notes.made += 1;
            notes.had_end = false;
            notes.traits = traits;
            if notes.when_full.is_empty() {
                notes.when_full = traits.when_full;
            }
            (notes.alive, notes.made, follows_asked)
        });
        if alive > 1 {
            shared.problem(format!("two incarnations of {id:#x} are alive"));
        }
        shared.begins(id, traits.backoff_reset);
        if shared.note(id, |notes| std::mem::take(&mut notes.is_starting)) {
            // Until now it may have been ended.
            shared.has_reason(id);
        }
        shared.returns_to_family(id, cx.door());
        let (timers, kept, together) = ([Timer::Off; 3], Vec::new(), Together::default());
        Node { id, incarnation, traits, follows_asked, timers, kept, together, shared: shared.clone() }
    }

    /// Something of the actor runs that may run until it is killed: a hook, a timer.
    pub fn runs(&self, what: &str) {
        if self.shared.note(self.id, |notes| notes.condemned == self.incarnation) {
            self.shared.problem(format!("{what} of {:#x} runs after its kill", self.id));
        }
    }

    /// It handles no more messages from here on.
    pub fn is_over(&self) {
        self.shared.note(self.id, |notes| notes.over = self.incarnation);
    }

    fn stops(&self, cx: &mut Cx<'_, Self>) {
        self.is_over();
        self.shared.asks_to_end(self.id);
        cx.stop();
    }

    pub fn fails(&self, cx: &mut Cx<'_, Self>, why: &'static str) {
        self.is_over();
        self.shared.has_reason(self.id);
        cx.fail_str(why);
    }

    pub fn works(&mut self, cx: &mut Cx<'_, Self>) {
        self.shared.meddles(cx);
        match self.shared.random.below(16) {
            0 => self.fails(cx, "a fault"),
            1 => {
                self.is_over();
                self.shared.has_reason(self.id);
                std::panic::resume_unwind(Box::new("a panic"));
            }
            2 => self.stops(cx),
            3 => {
                let (wait, own) = (self.shared.random.millis(20), Own::new(&self.shared));
                _ = cx.this().call_at(wait, move |this, cx| {
                    own.comes();
                    this.runs("a timer");
                    this.works(cx);
                });
            }
            4 => {
                let child = spec(&self.shared);
                if let Ok(child) = child.start_child(cx) {
                    self.shared.is_child_of(child.actor_id().0, self.id);
                    self.shared.count("started in a handler");
                }
            }
            5 => self.sends(cx),
            6 => self.starts_timer(cx),
            7 => {
                self.shared.count("K9: an actor wants to run");
                cx.keep_running();
            }
            8 if self.shared.random.one_in(2) => self.requests(cx),
            8 => self.shared.publishes(cx),
            _ => {}
        }
    }

    /// Sends to another one, and waits for room if need be.
    fn sends(&self, cx: &mut Cx<'_, Self>) {
        let Ok(to) = Actor::<Node>::from_id(cx, self.shared.any()) else { return };
        let (message, ran) = Message::seen(&self.shared, to.actor_id().0);
        let waiting = Waiting::new(&self.shared, ran);
        let handle = move |node: &mut Node, cx: &mut Cx<'_, Node>| {
            message.arrives(node);
            node.works(cx);
        };
        cx.send_parked(&to, self.shared.random.millis(6), handle, move |this, _, outcome| {
            this.runs("an outcome");
            waiting.hears(outcome);
        });
    }

    pub fn starts_timer(&mut self, cx: &mut Cx<'_, Self>) {
        let random = &self.shared.random;
        let number = random.below(3) as usize;
        let wait = Duration::from_millis(1) + random.millis(6);
        let timer = match random.below(3) {
            0 => {
                let known = cx.stop_timer(number as u64);
                if known != (self.timers[number] != Timer::Off) {
                    self.shared.problem(format!("timer {number} of {:#x}: {known}", self.id));
                }
                Timer::Off
            }
            1 => {
                cx.start_timer(number as u64, wait);
                Timer::Once
            }
            _ => {
                let missed = [Missed::Burst, Missed::Coalesce, Missed::Skip][random.below(3) as usize];
                cx.start_interval(number as u64, Interval::new(wait).missed(missed));
                Timer::Again
            }
        };
        self.timers[number] = timer;
    }

    /// Is asked by a call with a way back.
    pub fn answers(&mut self, reply: Ret<u32>) {
        if self.shared.random.one_in(3) {
            drop(reply);
        } else {
            reply.ret(1);
        }
    }

    pub fn is_asked(&mut self, cx: &mut Cx<'_, Self>, reply: Reply<u32>, outcome: Option<Outcome>) {
        if let Some(outcome) = outcome.filter(|_| self.shared.random.one_in(2)) {
            return self.lets_wait(cx, reply, outcome);
        }
        match self.shared.random.below(5) {
            0 => drop(reply),
            1 => self.kept.push(reply),
            2 => {
                _ = reply.reply(2);
                self.fails(cx, "a fault after its answer");
            }
            _ => _ = reply.reply(1),
        }
    }
}

impl Receive for Node {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        increment(&self.shared.tally.received);
        self.shared.handles(self.id, self.incarnation, "a packet");
        self.shared.count("K12: a packet was handled");
        if packet.data() != b"a packet" {
            self.shared.problem(format!("{:?} instead of a packet", packet.data()));
        }
        self.works(cx);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let (killed, over) = self.shared.note(self.id, |notes| {
            notes.alive -= 1;
            (notes.condemned == self.incarnation, notes.over == self.incarnation)
        });
        if killed && !over {
            self.shared.count("K2: a kill ran no hook");
        }
        self.shared.leaves_family(self.id);
        self.shared.waits_from_now(self.id);
        self.counts_who_waits();
    }
}
