//! An actor that writes down what it is told besides messages: system messages, ticks of its timers, runs.

use super::{Log, World};
use actor_rt::supervision::*;
use actor_rt::*;

#[derive(Default)]
pub struct Listener {
    pub log: Log,
    /// What it wants to handle itself.
    pub handles: Vec<SystemMessage>,
    /// What its runs say, the last first.
    pub runs: Vec<Run>,
    pub fails_on: Option<SystemMessage>,
    /// What it does when a timer ticks.
    pub on_tick: Option<fn(&mut Cx<'_, Listener>, u64)>,
}

impl Listener {
    pub fn say(what: &'static str) -> impl FnOnce(&mut Listener, &mut Cx<'_, Listener>) + Clone {
        move |this, _| this.log.write(what)
    }

    pub fn idles(&mut self, _: CX![]) {
        self.log.write("idle");
    }
}

impl Lifecycle for Listener {
    fn on_system(&mut self, cx: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
        self.log.write(format!("{message:?}"));
        if self.fails_on == Some(message) {
            cx.fail_str("a fault of the hook");
        }
        if self.handles.contains(&message) { Reaction::Handled } else { Reaction::Usual }
    }

    fn on_timer(&mut self, cx: &mut Cx<'_, Self>, number: u64, ticks: u32) {
        self.log.write(format!("{number}x{ticks}"));
        if let Some(on_tick) = self.on_tick {
            on_tick(cx, number);
        }
    }

    fn on_run(&mut self, cx: &mut Cx<'_, Self>) -> Run {
        self.log.write("run");
        match self.runs.pop() {
            Some(run) => run,
            None => {
                cx.fail_str("nothing left to run");
                Run::Again
            }
        }
    }
}

pub fn listener(world: &mut World, make: impl Fn(&mut Listener) + 'static) -> Actor<Listener> {
    let log = world.log.clone();
    let make = move |_: &mut Cx<'_, Listener>| {
        let mut listener = Listener { log: log.clone(), ..Listener::default() };
        make(&mut listener);
        Some(listener)
    };
    let actor = Spec::new(make).hooks().start(&mut world.runtime).unwrap();
    world.run();
    actor
}
