//! The language of the random programs: what hosts, handlers and destructors do. Both the runtime and the reference run it.

use proptest::prelude::*;
use std::sync::Arc;

/// Actors that a program can name.
pub const ACTORS: usize = 3;
/// Timer keys that a program can name.
pub const KEYS: usize = 3;

/// What a message does when it is handled, and when its payload is dropped.
#[derive(Clone, Debug)]
pub struct Script {
    pub body: Arc<[Op]>,
    pub on_drop: Arc<[Op]>,
    /// Whether dropping the payload panics (but never while unwinding).
    pub explodes: bool,
}

/// One thing to do. Where it is not possible (a timer from a destructor, `Stop` outside of a handler) it does nothing.
#[derive(Clone, Debug)]
pub enum Op {
    Call(usize, Script),
    Lazy(usize, Script),
    Idle(usize, Script),
    /// A call that makes the actor's value; `bool`: whether it does.
    Prep(usize, bool, Script),
    Job(Script),
    LazyJob(Script),
    IdleJob(Script),
    /// A packet by id.
    Post(usize, Script),
    /// A packet that wants an answer, with a deadline so many units ahead (0 = none).
    Ask(usize, u64, Script),
    /// A call through a handle for other threads.
    Remote(usize, Script),
    /// Arms a timer: an actor's or a job's.
    Timer(usize, u64, Option<usize>, Script),
    TimerDelete(usize),
    TimerReset(usize, u64),
    Stop,
    Fail,
    Panic,
    KillById(usize),
    StopById(usize),
    KillNow(usize),
    DropOwner(usize),
    /// A new actor in the place of an old one.
    Spawn(usize),
    Capacity(usize, u32),
    /// Lets an actor's messages wait.
    Pause(usize),
    Resume(usize),
    /// Answers the request that is being handled.
    Answer,
    /// Keeps its token.
    Keep,
    AnswerKept,
    DropKept,
    Yield,
}

/// What the host does.
#[derive(Clone, Debug)]
pub enum Act {
    Do(Op),
    /// A step: so many units later, with this budget, with idle work or without.
    Step(u64, u32, bool),
}

fn script(depth: u32) -> BoxedStrategy<Script> {
    (ops(depth), quiet_ops(depth), prop::bool::weighted(0.1))
        .prop_map(|(body, on_drop, explodes)| Script { body: body.into(), on_drop: on_drop.into(), explodes })
        .boxed()
}

fn ops(depth: u32) -> BoxedStrategy<Vec<Op>> {
    if depth == 0 {
        return prop::collection::vec(leaf(), 0..3).boxed();
    }
    prop::collection::vec(op(depth), 0..4).boxed()
}

/// What destructors do: it may run while another panic unwinds, so nothing in it panics.
fn quiet_ops(depth: u32) -> BoxedStrategy<Vec<Op>> {
    if depth == 0 {
        return Just(Vec::new()).boxed();
    }
    let quiet = quiet_ops(depth - 1).prop_map(|on_drop| Script {
        body: Arc::new([]),
        on_drop: on_drop.into(),
        explodes: false,
    });
    let actor = 0..ACTORS;
    let op = prop_oneof![
        (actor.clone(), quiet.clone()).prop_map(|(actor, script)| Op::Call(actor, script)),
        (actor.clone(), quiet.clone()).prop_map(|(actor, script)| Op::Remote(actor, script)),
        (actor.clone(), quiet.clone()).prop_map(|(actor, script)| Op::Post(actor, script)),
        (actor.clone(), quiet.clone()).prop_map(|(actor, script)| Op::Ask(actor, 0, script)),
        (actor.clone(), quiet.clone()).prop_map(|(actor, script)| Op::Idle(actor, script)),
        quiet.prop_map(Op::Job),
        actor.clone().prop_map(Op::KillById),
        actor.clone().prop_map(Op::StopById),
        actor.clone().prop_map(Op::Pause),
        actor.clone().prop_map(Op::Resume),
        actor.prop_map(Op::DropOwner),
    ];
    prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(op, 1..3)].boxed()
}

fn leaf() -> BoxedStrategy<Op> {
    let actor = 0..ACTORS;
    prop_oneof![
        1 => Just(Op::Stop),
        1 => Just(Op::Fail),
        1 => Just(Op::Panic),
        1 => Just(Op::Yield),
        1 => Just(Op::Answer),
        1 => Just(Op::Keep),
        1 => Just(Op::AnswerKept),
        1 => Just(Op::DropKept),
        1 => actor.clone().prop_map(Op::KillById),
        1 => actor.clone().prop_map(Op::StopById),
        1 => actor.clone().prop_map(Op::KillNow),
        1 => actor.clone().prop_map(Op::DropOwner),
        1 => actor.clone().prop_map(Op::Spawn),
        2 => actor.clone().prop_map(Op::Pause),
        3 => actor.clone().prop_map(Op::Resume),
        1 => (actor, 0..5u32).prop_map(|(actor, limit)| Op::Capacity(actor, limit * 2)),
        1 => (0..KEYS).prop_map(Op::TimerDelete),
        1 => (0..KEYS, 0..6u64).prop_map(|(key, delay)| Op::TimerReset(key, delay)),
    ]
    .boxed()
}

fn op(depth: u32) -> BoxedStrategy<Op> {
    let script = script(depth - 1);
    let to = (0..ACTORS, script.clone());
    prop_oneof![
        6 => to.clone().prop_map(|(actor, script)| Op::Call(actor, script)),
        2 => to.clone().prop_map(|(actor, script)| Op::Lazy(actor, script)),
        2 => to.clone().prop_map(|(actor, script)| Op::Idle(actor, script)),
        4 => (0..ACTORS, prop::bool::weighted(0.8), script.clone())
            .prop_map(|(actor, makes, script)| Op::Prep(actor, makes, script)),
        2 => script.clone().prop_map(Op::Job),
        1 => script.clone().prop_map(Op::LazyJob),
        1 => script.clone().prop_map(Op::IdleJob),
        3 => to.clone().prop_map(|(actor, script)| Op::Post(actor, script)),
        3 => (0..ACTORS, 0..6u64, script.clone())
            .prop_map(|(actor, deadline, script)| Op::Ask(actor, deadline, script)),
        2 => to.prop_map(|(actor, script)| Op::Remote(actor, script)),
        3 => (0..KEYS, 0..6u64, prop::option::of(0..ACTORS), script)
            .prop_map(|(key, delay, actor, script)| Op::Timer(key, delay, actor, script)),
        8 => leaf(),
    ]
    .boxed()
}

/// What a host does in one life of a runtime.
pub fn program() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => op(3).prop_map(Act::Do),
        2 => (0..4u64, prop_oneof![1..4u32, Just(u32::MAX)], prop::bool::weighted(0.3))
            .prop_map(|(later, budget, idle)| Act::Step(later, budget, idle)),
    ];
    prop::collection::vec(act, 1..24)
}

/// What is seen of a run, from both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message was handled: by an actor, or as a job.
    Run(u32, Option<usize>),
    /// Its payload was dropped.
    Dropped(u32),
    /// An actor's stop hook ran.
    Hook(usize),
    /// An actor's value was dropped.
    Value(usize),
    /// An actor's end was told, with its cause.
    Notified(usize, &'static str),
    /// A request had its outcome.
    Outcome(u32, &'static str),
    /// A step's end: more, idle, messages handled, panic raised, next deadline, wakes so far.
    Step(bool, bool, u32, bool, u64, u64),
    /// The host did something: wakes so far, messages waiting, dead letters so far.
    Did(u64, usize, u64),
}
