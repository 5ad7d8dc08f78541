//! `StateMachine`: what an actor does depends on the state it is in. States are entered and left, last only so long, and let messages
//! wait that belong to another one.

use crate::{Cx, FixedTimerKey};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// An actor that is a state machine.
///
/// # Examples
///
/// See [`StateMachine`].
pub trait States: Sized + 'static {
    /// Its states.
    type State: Clone + PartialEq + fmt::Debug + 'static;

    /// Where it keeps its machine.
    fn machine(&mut self) -> &mut StateMachine<Self>;

    /// A state is entered: also the first one, by [`StateMachine::start`].
    fn entered(&mut self, cx: &mut Cx<'_, Self>, state: &Self::State) {
        let _ = (cx, state);
    }

    /// A state is left.
    fn left(&mut self, cx: &mut Cx<'_, Self>, state: &Self::State) {
        let _ = (cx, state);
    }

    /// The time of a state is over: see [`StateMachine::lasts`].
    fn timed_out(&mut self, cx: &mut Cx<'_, Self>, state: &Self::State) {
        let _ = (cx, state);
    }
}

/// A message that waits for another state.
type Postponed<A> = Box<dyn FnOnce(&mut A, &mut Cx<'_, A>)>;

/// The machine in an actor's state: the state that it is in, the timer of that, and what waits for another one.
///
/// Its functions take the actor, since what they call are the actor's own. As OTP's `gen_statem`.
///
/// # Examples
///
/// ```
/// use actor_rt::services::{StateMachine, States};
/// use actor_rt::supervision::Spec;
/// use actor_rt::{Cx, Runtime};
/// use std::time::{Duration, Instant};
///
/// #[derive(Clone, Debug, PartialEq)]
/// enum Door {
///     Closed,
///     Open,
/// }
///
/// struct Gate {
///     machine: StateMachine<Gate>,
///     passed: u32,
/// }
///
/// impl States for Gate {
///     type State = Door;
///     fn machine(&mut self) -> &mut StateMachine<Self> {
///         &mut self.machine
///     }
///     fn entered(&mut self, cx: &mut Cx<'_, Self>, state: &Door) {
///         if *state == Door::Open {
///             StateMachine::lasts(self, cx, Duration::from_secs(5));
///         }
///     }
///     fn timed_out(&mut self, cx: &mut Cx<'_, Self>, _: &Door) {
///         StateMachine::go(self, cx, Door::Closed);
///     }
/// }
///
/// impl Gate {
///     fn pass(&mut self, _: &mut Cx<'_, Self>) {
///         match self.machine.state() {
///             Door::Open => self.passed += 1,
///             // Whoever comes early waits.
///             Door::Closed => self.machine.postpone(Self::pass),
///         }
///     }
///     fn open(&mut self, cx: &mut Cx<'_, Self>) {
///         StateMachine::go(self, cx, Door::Open);
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let gate = Spec::new(|_| Some(Gate { machine: StateMachine::new(Door::Closed), passed: 0 }));
/// let gate = gate.start(&mut runtime).unwrap();
/// gate.call(Gate::pass);
/// gate.call(Gate::open);
/// gate.call(Gate::pass);
/// runtime.run(now, false);
/// assert_eq!(gate.query(&mut runtime, |gate, _| gate.passed), Some(2));
/// runtime.run(now + Duration::from_secs(5), false);
/// assert_eq!(gate.query(&mut runtime, |gate, _| gate.machine.state().clone()), Some(Door::Closed));
/// ```
pub struct StateMachine<A: States> {
    state: A::State,
    timer: Option<FixedTimerKey>,
    postponed: VecDeque<Postponed<A>>,
    /// Counts the states that were entered.
    changes: u64,
    /// Counts the times that were said, so that each knows whether it is the last.
    times: u64,
    /// What was postponed is being tried again.
    retrying: bool,
}

impl<A: States> StateMachine<A> {
    /// In this state. It is not entered before [`start`](StateMachine::start).
    ///
    /// # Examples
    ///
    /// See [`StateMachine`].
    pub fn new(state: A::State) -> Self {
        StateMachine { state, timer: None, postponed: VecDeque::new(), changes: 0, times: 0, retrying: false }
    }

    /// Enters the first state.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::{StateMachine, States};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Lamp(StateMachine<Lamp>, bool);
    ///
    /// impl States for Lamp {
    ///     type State = &'static str;
    ///     fn machine(&mut self) -> &mut StateMachine<Self> {
    ///         &mut self.0
    ///     }
    ///     fn entered(&mut self, _: &mut Cx<'_, Self>, state: &&'static str) {
    ///         self.1 = *state == "on";
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let lamp = Spec::new(|_| Some(Lamp(StateMachine::new("on"), false))).start(&mut runtime).unwrap();
    /// lamp.call(StateMachine::start);
    /// runtime.run(now, false);
    /// assert_eq!(lamp.query(&mut runtime, |lamp, _| lamp.1), Some(true));
    /// ```
    pub fn start(this: &mut A, cx: &mut Cx<'_, A>) {
        let state = this.machine().state.clone();
        this.entered(cx, &state);
    }

    /// The state that it is in.
    ///
    /// # Examples
    ///
    /// See [`StateMachine`].
    pub fn state(&self) -> &A::State {
        &self.state
    }

    /// Goes to a state: the one it is in is left and its timer taken away, the other one is entered, and what was postponed is tried
    /// again, in its order and before all other messages. Going to the state it is in is leaving and entering it, too.
    ///
    /// # Examples
    ///
    /// See [`StateMachine`].
    pub fn go(this: &mut A, cx: &mut Cx<'_, A>, to: A::State) {
        let from = this.machine().state.clone();
        this.left(cx, &from);
        let machine = this.machine();
        machine.state = to.clone();
        machine.changes += 1;
        if let Some(timer) = machine.timer.take() {
            cx.timer_del(timer);
        }
        this.entered(cx, &to);
        if !std::mem::replace(&mut this.machine().retrying, true) {
            retry(this, cx);
            this.machine().retrying = false;
        }
    }

    /// The state lasts so long from now on: then [`States::timed_out`] is called. Not if it is left before; said again, it counts anew.
    ///
    /// # Examples
    ///
    /// See [`StateMachine`].
    pub fn lasts(this: &mut A, cx: &mut Cx<'_, A>, time: Duration) {
        let machine = this.machine();
        machine.times += 1;
        let times = machine.times;
        let over = move |this: &mut A, cx: &mut Cx<'_, A>| {
            // One that was due already may find another state, or another time of the same.
            let machine = this.machine();
            if machine.times == times && machine.timer.take().is_some() {
                let state = machine.state.clone();
                this.timed_out(cx, &state);
            }
        };
        let timer = cx.this().call_at(time, over);
        if let Some(older) = this.machine().timer.replace(timer) {
            cx.timer_del(older);
        }
    }

    /// Lets a message wait for the next state.
    ///
    /// # Examples
    ///
    /// See [`StateMachine`].
    pub fn postpone(&mut self, message: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static) {
        self.postponed.push_back(Box::new(message));
    }

    /// How many messages wait for another state.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::{StateMachine, States};
    ///
    /// struct Lamp(StateMachine<Lamp>);
    ///
    /// impl States for Lamp {
    ///     type State = bool;
    ///     fn machine(&mut self) -> &mut StateMachine<Self> {
    ///         &mut self.0
    ///     }
    /// }
    ///
    /// let mut machine = StateMachine::<Lamp>::new(false);
    /// machine.postpone(|_, _| ());
    /// assert_eq!(machine.postponed(), 1);
    /// ```
    pub fn postponed(&self) -> usize {
        self.postponed.len()
    }
}

/// Tries what was postponed again, once for each state that is entered meanwhile.
fn retry<A: States>(this: &mut A, cx: &mut Cx<'_, A>) {
    let mut changes = None;
    while changes != Some(this.machine().changes) {
        changes = Some(this.machine().changes);
        let mut waiting = std::mem::take(&mut this.machine().postponed);
        while let Some(message) = waiting.pop_front() {
            message(this, cx);
            if changes != Some(this.machine().changes) {
                // The rest is tried in this state, too, behind what was tried before it.
                this.machine().postponed.append(&mut waiting);
            }
        }
    }
}

impl<A: States> fmt::Debug for StateMachine<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("StateMachine");
        output.field("state", &self.state).field("postponed", &self.postponed.len()).finish_non_exhaustive()
    }
}
