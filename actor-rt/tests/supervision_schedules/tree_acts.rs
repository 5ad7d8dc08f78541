//! What happens to the tree: starts, ends of each kind, monitors, links, moves.

use crate::messages::told;
use crate::node::Node;
use crate::schedule::Schedule;
use crate::shared::Shared;
use crate::specs::spec;
use actor_rt::supervision::{Exit, ExitKind, StartError};
use actor_rt::{Actor, ActorId, Core};
use std::rc::Rc;
use std::time::Duration;

impl Schedule {
    pub fn start(&mut self, parent: Option<ActorId>) {
        let (spec, shared) = (spec(&self.shared), self.shared.clone());
        let rt = &mut self.runtime;
        let outcome = |shared: &Rc<Shared>| {
            told(shared, |shared, outcome: Option<Result<ActorId, StartError>>| {
                if matches!(outcome, Some(Err(StartError::Failed(_)))) {
                    shared.count("K7: a start failed later");
                }
            })
        };
        let started = match (parent, shared.random.one_in(2)) {
            (Some(parent), true) => spec.start_under(rt, parent),
            (Some(parent), false) => spec.spawn_under(rt, parent, outcome(&shared)),
            (None, true) => spec.start(rt),
            (None, false) => spec.spawn(rt, outcome(&shared)),
        };
        match started {
            Ok(actor) => {
                shared.is_child_of(actor.actor_id().0, parent.map_or(0, |parent| parent.0));
                self.actors.push(actor);
            }
            Err(StartError::Failed(_)) => shared.count("K7: a start failed in the call"),
            Err(StartError::NameTaken(holder)) => {
                shared.count("name: taken");
                if self.runtime.door().is_alive(holder).is_err() {
                    // One that is to come back keeps its name.
                    shared.count("name: taken by one that is away");
                }
            }
            Err(_) => {}
        }
    }

    /// Something happens to an actor by way of the tree.
    pub fn supervise(&mut self, actor: &Actor<Node>) {
        let shared = self.shared.clone();
        let id = actor.actor_id();
        let door = self.runtime.door().clone();
        match shared.random.below(16) {
            0 => {
                if door.stop(id).is_ok() {
                    shared.count("stop");
                    shared.is_told_to_stop(id.0);
                }
            }
            1 => {
                if door.kill(id, "a kill").is_ok() {
                    shared.count("kill");
                    shared.condemn(id.0);
                }
            }
            2 => {
                if door.drain(id).is_ok() {
                    shared.count("drain");
                    shared.is_told_to_drain(id.0);
                }
            }
            3 | 4 => self.monitor(id),
            5 => {
                if let Some(other) = self.any() {
                    if door.link(id, other.actor_id()).is_ok() {
                        shared.count("link");
                    }
                }
            }
            6 => {
                let to = self.any_or_root();
                if door.adopt(to, id).is_ok() {
                    shared.count("adopt");
                    shared.is_moved(id.0, to.map_or(0, |to| to.0));
                }
            }
            7 => {
                let done = told(&shared, |_, _: Option<Exit>| ());
                if self.runtime.terminate_child(id, done).is_ok() {
                    shared.count("terminate child");
                    shared.is_dismissed(id.0);
                }
            }
            8 => self.restart_child(id),
            9 => {
                if actor.pause() {
                    shared.count("pause");
                }
            }
            10 if shared.random.one_in(6) => self.terminate(),
            10 => {
                let done = told(&shared, |_, _: Option<()>| ());
                let drains = shared.random.one_in(2);
                let end_all = if drains { Core::drain_children } else { Core::stop_children };
                if end_all(&mut self.runtime, Some(id), done).is_ok() {
                    shared.count(if drains { "drain children" } else { "stop children" });
                    shared.ask_children_to_end(id.0);
                }
            }
            11 => self.end_after(id),
            _ => _ = actor.resume(),
        }
    }

    pub fn terminate(&mut self) {
        self.shared.count("terminate");
        self.shared.terminates.set(true);
        let done = told(&self.shared, |_, _: Option<Vec<ActorId>>| ());
        self.runtime.terminate(Some(Duration::from_millis(5)), done);
    }

    fn restart_child(&mut self, id: ActorId) {
        let of = self.runtime.supervisor(id).ok().flatten();
        if let Ok(again) = self.runtime.restart_child(of, id) {
            self.shared.count("restart child");
            self.shared.is_child_of(again.0, of.map_or(0, |of| of.0));
            self.actors.push(Actor::from_id(&self.runtime, again).unwrap());
        }
    }

    /// Ends an actor after some time, unless that is withdrawn.
    fn end_after(&mut self, id: ActorId) {
        let (shared, wait) = (self.shared.clone(), self.shared.random.millis(9));
        let timer = if shared.random.one_in(2) {
            shared.asks_to_end(id.0);
            shared.note(id.0, |notes| notes.timed = true);
            self.runtime.exit_after(id, wait)
        } else {
            self.runtime.kill_after(id, wait)
        };
        let Ok(timer) = timer else { return };
        shared.count("end after some time");
        if shared.random.one_in(4) {
            shared.count("end after some time: withdrawn");
            _ = self.runtime.timer_del(timer);
        }
    }

    fn monitor(&mut self, target: ActorId) {
        let number = self.monitors;
        self.monitors += 1;
        let shared = self.shared.clone();
        let watcher = self.any().filter(|_| shared.random.one_in(2)).map(|actor| actor.actor_id());
        let hears = shared.clone();
        let monitor = self.runtime.door().monitor(watcher, target, move |exit| {
            hears.hears_of_end(number, &exit);
            if exit.kind != ExitKind::NoActor {
                hears.no_child_lives(target.0, "after the exit of");
            }
        });
        if shared.random.one_in(5) {
            shared.count("withdrawn monitor");
            self.runtime.demonitor(monitor);
        } else if watcher.is_none() {
            self.owed.insert(number);
        }
    }
}

impl Shared {
    fn hears_of_end(&self, monitor: u32, exit: &Exit) {
        *self.downs.borrow_mut().entry(monitor).or_default() += 1;
        self.count(match exit.kind {
            ExitKind::Stopped => "down: stopped",
            ExitKind::Failed => "down: failed",
            ExitKind::Killed => "down: killed",
            ExitKind::NoActor => "down: no actor",
            _ => "down: dropped",
        });
    }
}
