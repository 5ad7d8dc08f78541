//! What the actors of the schedules are told of their lives, and how they take it.

use crate::messages::Own;
use crate::node::{Node, Timer};
use actor_rt::supervision::*;
use actor_rt::{ActorId, Cx, PanicError, StopCause};
use std::time::Duration;

impl Lifecycle for Node {
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        self.runs("a hook");
        self.shared.meddles(cx);
        cx.trap_exits(self.shared.random.one_in(3));
        match self.shared.random.below(20) {
            0 => {
                self.shared.count("failed when started");
                self.fails(cx, "started badly");
            }
            1..=3 => self.starts_timer(cx),
            4 => cx.keep_running(),
            _ => {}
        }
    }

    fn on_restart(&mut self, _: &mut Cx<'_, Self>, cause: &StopCause) {
        self.runs("a hook");
        let restart = self.traits.restart;
        self.is_restarted_by(cause);
        self.shared.count(match restart {
            Restart::Permanent => "restart: a permanent child came back",
            Restart::Transient => "restart: a transient child came back",
            Restart::Temporary => "restart: a temporary child came back",
        });
        match cause {
            _ if restart == Restart::Temporary => {
                self.shared.problem(format!("{:#x} is temporary, and restarted", self.id));
            }
            StopCause::Stopped if restart == Restart::Permanent && self.follows_asked => {
                self.shared.count("K4: a permanent child that ended well was restarted");
            }
            StopCause::Failed(error) if error.is::<PanicError>() => {
                self.shared.count("K6: a panic was caught, and its actor restarted");
            }
            StopCause::Failed(error) if error.to_string().starts_with("its mailbox is full") => {
                self.shared.count("K5: an overflow failed its actor");
            }
            StopCause::Failed(error) if error.to_string().contains("failed too often") => {
                self.shared.count("escalation: restarted a supervisor");
            }
            _ => {}
        }
    }

    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, cause: &StopCause) -> Stopping {
        self.runs("a hook");
        self.shared.no_child_lives(self.id, "in the last hook of");
        let id = self.id;
        let (drained, handled, told, asked) = self.shared.note(id, |notes| {
            let is_mine = |mark| mark == self.incarnation;
            let drained = notes.drained.filter(|(incarnation, _)| is_mine(*incarnation));
            (
                drained,
                notes.handled,
                is_mine(notes.told),
                notes.asked.is_some_and(|asked| is_mine(asked) || is_mine(asked + 1)),
            )
        });
        self.is_over();
        if told && drained.is_none() && cx.this().pending() > 0 {
            self.shared.count("K1: a stop overtook messages");
        }
        if drained.is_some_and(|(_, before)| handled > before) {
            self.shared.count("K1: a drain came behind messages");
        }
        if !asked && self.traits.auto_shutdown == AutoShutdown::Never {
            self.shared.is_ended_by_supervisor(id);
        }
        if !asked && !told && matches!(cause, StopCause::Stopped) {
            self.ends_well_unasked(cx);
        }
        self.shared.meddles(cx);
        match self.shared.random.below(8) {
            0 => {
                self.shared.count("never stopped by itself");
                Stopping::Pending
            }
            1 => {
                self.shared.count("stopped later");
                let own = Own::new(&self.shared);
                cx.this().call_at(Duration::from_millis(3), move |this, cx| {
                    own.comes();
                    this.runs("a timer");
                    cx.stopped();
                });
                Stopping::Pending
            }
            2 => {
                self.shared.count("failed to stop");
                cx.fail_str("cannot stop");
                Stopping::Done
            }
            _ => Stopping::Done,
        }
    }

    fn on_child(&mut self, cx: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        self.runs("an event");
        if self.shared.note(self.id, |notes| notes.over == self.incarnation) {
            self.shared.problem(format!("{:#x} hears of a child while it ends", self.id));
        }
        match event {
            ChildEvent::Started { .. } => self.shared.count("event: started"),
            ChildEvent::Restarted { .. } => {
                self.shared.count(match self.traits.window {
                    Window::Sliding => "K10: a sliding window admitted a restart",
                    Window::Anchored => "K10: an anchored window admitted a restart",
                });
            }
            ChildEvent::Ended { .. } => self.child_ended(event),
            _ => {}
        }
        self.shared.meddles(cx);
    }

    fn child_escalated(&mut self, cx: &mut Cx<'_, Self>, child: ActorId, cause: &StopCause) -> Escalation {
        self.runs("an escalation");
        self.shared.has_reason(child.0);
        self.shared.significant_child_ended(self, child.0, cause);
        if self.shared.note(child.0, |notes| notes.made > 0 && notes.traits.restart == Restart::Temporary) {
            self.shared.problem(format!("{:#x} is temporary, and escalated", child.0));
        }
        self.shared.count(match self.traits.window {
            Window::Sliding => "K10: a sliding window was exhausted",
            Window::Anchored => "K10: an anchored window was exhausted",
        });
        self.shared.meddles(cx);
        match self.shared.random.below(3) {
            0 => {
                self.shared.count("escalation: restart");
                self.is_over();
                Escalation::Restart
            }
            1 => {
                self.shared.count("escalation: stop");
                self.is_over();
                self.shared.asks_to_end(self.id);
                Escalation::Stop
            }
            _ => {
                self.shared.count("escalation: ignore");
                Escalation::Ignore
            }
        }
    }

    fn on_system(&mut self, cx: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
        self.runs("a system message");
        let told = self.shared.note(self.id, |notes| notes.told);
        self.shared.meddles(cx);
        if message == SystemMessage::Execute {
            // The closure comes in the same turn, before any stop takes effect.
            self.shared.note(self.id, |notes| notes.told = told);
        }
        if self.shared.random.one_in(40) {
            self.shared.count("system message: failed over it");
            self.fails(cx, "a fault of the hook");
        }
        let refuses = self.shared.random.one_in(5);
        self.shared.count(match (message, refuses) {
            (_, true) => "system message: refused",
            (SystemMessage::Pause, _) => "system message: pause",
            (SystemMessage::Resume, _) => "system message: resume",
            (SystemMessage::Terminate, _) => "system message: terminate",
            _ => "system message: another",
        });
        if message == SystemMessage::Terminate && !refuses {
            // It ends in this turn.
            self.shared.note(self.id, |notes| notes.told = notes.made);
        }
        if refuses { Reaction::Handled } else { Reaction::Usual }
    }

    fn on_timer(&mut self, cx: &mut Cx<'_, Self>, number: u64, ticks: u32) {
        self.runs("a tick");
        let timer = &mut self.timers[number as usize];
        match *timer {
            Timer::Off => self.shared.problem(format!("timer {number} of {:#x} ticks when off", self.id)),
            Timer::Once => {
                *timer = Timer::Off;
                self.shared.count("K8: a numbered timer ticked");
            }
            Timer::Again if ticks > 1 => self.shared.count("K8: ticks came together"),
            Timer::Again => self.shared.count("K8: an interval ticked"),
        }
        self.shared.meddles(cx);
        if self.shared.random.one_in(4) {
            self.starts_timer(cx);
        }
    }

    fn on_run(&mut self, cx: &mut Cx<'_, Self>) -> Run {
        self.runs("a run");
        if cx.this().pending() > 0 {
            self.shared.problem(format!("{:#x} runs while messages wait", self.id));
        }
        self.shared.count("K9: a run");
        self.shared.meddles(cx);
        match self.shared.random.below(6) {
            0 => {
                self.shared.count("K9: a run failed");
                self.fails(cx, "a fault of the run");
                Run::Again
            }
            1 | 2 => Run::Again,
            3 => Run::After(Duration::from_millis(2)),
            _ => Run::Done,
        }
    }

    fn on_exit(&mut self, cx: &mut Cx<'_, Self>, _: &Exit) {
        self.runs("news of a link");
        self.shared.count("trapped an exit");
        self.shared.meddles(cx);
    }
}

impl Node {
    fn child_ended(&self, event: &mut ChildEvent) {
        let ChildEvent::Ended { child, phase, cause, state, .. } = event else { return };
        let (shared, id) = (&self.shared, child.0);
        shared.has_reason(id);
        shared.significant_child_ended(self, id, cause);
        let (traits, asked) = shared.note(id, |notes| (notes.traits, notes.asked == Some(notes.made)));
        shared.count(match traits.restart {
            Restart::Permanent => "restart: a permanent child was ended for good",
            Restart::Transient => "restart: a transient child ended for good",
            Restart::Temporary => "restart: a temporary child ended for good",
        });
        match (&cause, traits.restart) {
            (StopCause::Stopped, Restart::Transient) if asked => {
                shared.count("K4: a transient child that ended well stayed away");
            }
            (StopCause::Failed(_), Restart::Temporary) => {
                shared.count("K4: a temporary child that failed stayed away");
            }
            _ => {}
        }
        let panicked = matches!(cause, StopCause::Failed(error) if error.is::<PanicError>());
        if panicked {
            shared.count("K6: a panic was caught, and its actor is gone");
        }
        let owed = traits.returns_state && !panicked && *phase != Phase::Starting;
        match state.take() {
            Some(_) if !traits.returns_state || panicked => {
                shared.problem(format!("{id:#x} hands over a state that is not to be had"));
            }
            Some(state) => match state.downcast::<Node>() {
                Ok(node) if node.id == id => shared.count("K11: a state was handed over"),
                _ => shared.problem(format!("{id:#x} hands over another one's state")),
            },
            None if owed => shared.problem(format!("{id:#x} hands over no state: {phase:?}, {cause}")),
            None => shared.count("K11: a state was dropped"),
        }
    }
}
