//! State machines: entering, leaving, timeouts of states, and messages that wait for another state. As OTP's gen_statem.

mod supervision_support;

use actor_rt::services::{StateMachine, States};
use actor_rt::supervision::*;
use actor_rt::*;
use supervision_support::*;

struct Machine {
    machine: StateMachine<Machine>,
    log: Log,
}

impl States for Machine {
    type State = u32;

    fn machine(&mut self) -> &mut StateMachine<Self> {
        &mut self.machine
    }

    fn entered(&mut self, cx: &mut Cx<'_, Self>, state: &u32) {
        self.log.write(format!("+{state}"));
        if *state >= 10 {
            StateMachine::lasts(self, cx, millis(u64::from(*state)));
        }
    }

    fn left(&mut self, _: &mut Cx<'_, Self>, state: &u32) {
        self.log.write(format!("-{state}"));
    }

    fn timed_out(&mut self, cx: &mut Cx<'_, Self>, state: &u32) {
        self.log.write(format!("late{state}"));
        StateMachine::go(self, cx, 0);
    }
}

impl Machine {
    /// Is handled in this state only.
    fn only_in(&mut self, cx: &mut Cx<'_, Self>, state: u32, what: &'static str) {
        if *self.machine.state() != state {
            return self.machine.postpone(move |this, cx| this.only_in(cx, state, what));
        }
        self.log.write(what);
        if what == "go3" {
            StateMachine::go(self, cx, 3);
        }
    }

    fn go(&mut self, cx: &mut Cx<'_, Self>, state: u32) {
        StateMachine::go(self, cx, state);
    }
}

fn machine(world: &mut World) -> Actor<Machine> {
    let log = world.log.clone();
    let spec = Spec::new(move |_| Some(Machine { machine: StateMachine::new(1), log: log.clone() }));
    let actor = spec.start(&mut world.runtime).unwrap();
    actor.call(StateMachine::start);
    assert_eq!(world.run(), "+1");
    actor
}

#[test]
fn a_state_is_left_before_the_next_is_entered_also_if_it_is_the_same() {
    let mut world = World::new();
    let actor = machine(&mut world);
    call!([actor], go(2));
    call!([actor], go(2));
    assert_eq!(world.run(), "-1 +2 -2 +2");
}

#[test]
fn a_state_lasts_its_time_and_a_state_that_was_left_does_not_time_out() {
    let mut world = World::new();
    let actor = machine(&mut world);
    call!([actor], go(10));
    assert_eq!(world.at(9), "-1 +10");
    call!([actor], go(20));
    assert_eq!(world.at(28), "-10 +20");
    assert_eq!(world.at(29), "late20 -20 +0");
    // Due with the message that leaves the state: whichever is first.
    call!([actor], go(10));
    world.run();
    actor.call_at(millis(10), |this, cx| this.go(cx, 5));
    assert_eq!(world.at(39), "late10 -10 +0 -0 +5");
    assert_eq!(world.runtime.pending().timers, 0);
}

#[test]
fn what_is_postponed_is_tried_in_the_next_state_in_order_and_before_other_messages() {
    let mut world = World::new();
    let actor = machine(&mut world);
    call!([actor], only_in(2, "a"));
    call!([actor], only_in(3, "b"));
    call!([actor], only_in(2, "c"));
    call!([actor], go(2));
    call!([actor], only_in(2, "d"));
    assert_eq!(world.run(), "-1 +2 a c d");
    call!([actor], go(3));
    assert_eq!(world.run(), "-2 +3 b");
}

#[test]
fn a_state_that_is_left_while_they_are_tried_lets_the_rest_wait_for_the_next() {
    let mut world = World::new();
    let actor = machine(&mut world);
    call!([actor], only_in(3, "x"));
    call!([actor], only_in(2, "go3"));
    call!([actor], only_in(2, "y"));
    call!([actor], only_in(3, "z"));
    call!([actor], go(2));
    assert_eq!(world.run(), "-1 +2 go3 -2 +3 x z");
    assert_eq!(actor.query(&mut world.runtime, |this, _| this.machine.postponed()), Some(1));
    call!([actor], go(2));
    assert_eq!(world.run(), "-3 +2 y");
}

#[test]
fn what_waits_for_a_state_goes_with_the_actor() {
    let mut world = World::new();
    let actor = machine(&mut world);
    let answer = Ret::new(|answer: Option<u32>| assert_eq!(answer, None));
    actor.call(move |this, _| this.machine.postpone(move |_, _| ret!([answer], 1)));
    call!([actor], only_in(2, "never"));
    world.run();
    world.runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap();
    assert_eq!(world.run(), "");
}

/// A time that was said anew in the step in which the former one was due: that one was on its way, and took the new one for its own.
#[test]
fn a_time_that_is_said_anew_when_it_is_due_counts_anew() {
    let mut world = World::new();
    let actor = machine(&mut world);
    actor.call(|this, cx| this.go(cx, 10));
    world.run();
    world.log.take();
    // Handled before the timers of its step.
    actor.call(|this, cx| StateMachine::lasts(this, cx, millis(20)));
    let now = world.runtime.now();
    world.runtime.run(now + millis(11), false);
    assert_eq!(world.log.take(), "");
    world.runtime.run(now + millis(30), false);
    assert_eq!(world.log.take(), "");
    world.runtime.run(now + millis(32), false);
    assert_eq!(world.log.take(), "late10 -10 +0");
}
