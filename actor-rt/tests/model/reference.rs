//! The reference: the runtime's rules in plain collections. Slow, obvious, and without any unsafe code.

use crate::program::{ACTORS, Event, KEYS, Op, Script};
use std::collections::{BTreeMap, VecDeque};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Prep,
    Ready,
    Paused,
    Ending,
    Zombie,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    Outside,
    Stepping,
    Closing,
    Closed,
}

/// What a queue entry carries.
#[derive(Clone, Debug)]
enum Work {
    /// A typed call or a job.
    Plain(Message),
    /// A typed call that makes the actor's value, if the flag says so.
    Prep(Message, bool),
    /// A packet, with the token of its request.
    Packet(Message, Option<u64>),
    /// The runtime ends an actor.
    End(usize, &'static str),
    /// A request's deadline has come.
    Timeout(u64),
}

#[derive(Clone, Debug)]
struct Message {
    number: u32,
    script: Script,
}

#[derive(Clone, Debug)]
struct Entry {
    to: Option<usize>,
    work: Work,
}

struct Actor {
    state: State,
    has_value: bool,
    pending: u32,
    limit: u32,
    stash: VecDeque<Entry>,
    kept: Vec<u64>,
    /// Keys of the timers that end with it, the latest last.
    timers: Vec<u64>,
}

struct Timer {
    key: u64,
    owner: Option<usize>,
    entry: Entry,
}

struct Ask {
    number: u32,
    token: u64,
    timer: Option<u64>,
    holder: Option<usize>,
}

/// Somebody panicked: whoever runs the present work has to deal with it.
struct Panicked;

/// Where ops are run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Runtime,
    Core,
    Nothing,
}

#[derive(Default)]
struct Turn {
    end: Option<&'static str>,
    token: Option<u64>,
    kept: bool,
}

pub struct Reference {
    pub log: Vec<Event>,
    pub phase: Phase,
    actors: Vec<Actor>,
    slots: [usize; ACTORS],
    owned: [bool; ACTORS],
    urgent: VecDeque<Entry>,
    replay: VecDeque<Entry>,
    main: VecDeque<Entry>,
    batch: VecDeque<Entry>,
    lazy: VecDeque<Entry>,
    idle: VecDeque<Entry>,
    inbox: VecDeque<Entry>,
    timers: BTreeMap<(u64, u64), Timer>,
    keys: [u64; KEYS],
    asks: Vec<Option<Ask>>,
    free_asks: Vec<usize>,
    kept: VecDeque<u64>,
    current: Option<usize>,
    now: u64,
    reported: u64,
    numbers: u32,
    sequence: u64,
    raised: bool,
    yielding: bool,
    asleep: bool,
    consuming: bool,
    pub wakes: u64,
    /// Messages that no handler saw, and of which no caller was told.
    pub dead_letters: u64,
}

impl Reference {
    pub fn new() -> Self {
        let mut reference = Reference {
            log: Vec::new(),
            phase: Phase::Outside,
            actors: Vec::new(),
            slots: [0; ACTORS],
            owned: [false; ACTORS],
            urgent: VecDeque::new(),
            replay: VecDeque::new(),
            main: VecDeque::new(),
            batch: VecDeque::new(),
            lazy: VecDeque::new(),
            idle: VecDeque::new(),
            inbox: VecDeque::new(),
            timers: BTreeMap::new(),
            keys: [0; KEYS],
            asks: Vec::new(),
            free_asks: Vec::new(),
            kept: VecDeque::new(),
            current: None,
            now: 0,
            reported: u64::MAX,
            numbers: 0,
            sequence: 0,
            raised: false,
            yielding: false,
            asleep: true,
            consuming: false,
            wakes: 0,
            dead_letters: 0,
        };
        for slot in 0..ACTORS {
            reference.spawn(slot);
        }
        reference
    }

    fn spawn(&mut self, slot: usize) {
        // The new owner is made before the old one is dropped.
        self.actors.push(Actor {
            state: State::Prep,
            has_value: false,
            pending: 0,
            limit: u32::MAX,
            stash: VecDeque::new(),
            kept: Vec::new(),
            timers: Vec::new(),
        });
        let old = std::mem::replace(&mut self.slots[slot], self.actors.len() - 1);
        if std::mem::replace(&mut self.owned[slot], true) {
            self.owner_dropped(old);
        }
    }

    fn message(&mut self, script: &Script) -> Message {
        self.numbers += 1;
        Message { number: self.numbers, script: script.clone() }
    }

    // Waking.

    fn wake(&mut self) {
        if std::mem::replace(&mut self.asleep, false) {
            self.wakes += 1;
        }
    }

    fn posted(&mut self) {
        if self.phase == Phase::Outside {
            self.wake();
        }
    }

    fn deadline_moved(&mut self, deadline: u64) {
        if self.phase == Phase::Outside && deadline < self.reported {
            self.reported = deadline;
            self.wake();
        }
    }

    // Queueing.

    fn push(&mut self, lane: fn(&mut Self) -> &mut VecDeque<Entry>, entry: Entry) {
        if self.phase == Phase::Closed {
            self.main.push_back(entry);
            self.consume_closed();
            return;
        }
        lane(self).push_back(entry);
        self.posted();
    }

    fn consume_closed(&mut self) {
        if std::mem::replace(&mut self.consuming, true) {
            return;
        }
        while let Some(entry) = self.main.pop_front() {
            self.discard(entry);
        }
        self.consuming = false;
    }

    /// Consumes an entry undelivered, under a catch.
    fn discard(&mut self, entry: Entry) {
        if let Some(to) = entry.to {
            self.actors[to].pending -= 1;
        }
        if entry.to.is_some() && !matches!(entry.work, Work::End(..)) {
            self.dead_letters += 1;
        }
        let _ = self.drop_work(entry.work, false);
    }

    fn drop_work(&mut self, work: Work, unwinding: bool) -> Result<(), Panicked> {
        match work {
            Work::Plain(message) | Work::Prep(message, _) => self.drop_message(&message, unwinding),
            Work::Packet(message, token) => {
                let _ = self.drop_message(&message, true);
                if let Some(token) = token {
                    self.settle(token, "no reply");
                }
                Ok(())
            }
            Work::End(..) | Work::Timeout(_) => Ok(()),
        }
    }

    fn drop_message(&mut self, message: &Message, unwinding: bool) -> Result<(), Panicked> {
        self.log.push(Event::Dropped(message.number));
        for op in message.script.on_drop.iter() {
            let _ = self.op(op, Level::Nothing, &mut Turn::default());
        }
        if message.script.explodes && !unwinding { Err(Panicked) } else { Ok(()) }
    }

    fn send(
        &mut self,
        slot: usize,
        message: Message,
        lane: fn(&mut Self) -> &mut VecDeque<Entry>,
    ) -> Result<(), Panicked> {
        let to = self.slots[slot];
        if self.actors[to].pending >= self.actors[to].limit {
            self.dead_letters += 1;
            return self.drop_message(&message, false);
        }
        self.actors[to].pending += 1;
        self.push(lane, Entry { to: Some(to), work: Work::Plain(message) });
        Ok(())
    }

    /// A packet by id; true if it was taken.
    fn post(&mut self, slot: usize, message: &Message, token: Option<u64>) -> Result<(), &'static str> {
        let to = self.slots[slot];
        match self.actors[to].state {
            State::Ending | State::Zombie => return Err("gone"),
            _ if self.actors[to].pending >= self.actors[to].limit => return Err("full"),
            _ => {}
        }
        self.actors[to].pending += 1;
        self.push(|this| &mut this.main, Entry { to: Some(to), work: Work::Packet(message.clone(), token) });
        Ok(())
    }

    // Timers.

    fn arm(&mut self, deadline: u64, owner: Option<usize>, entry: Entry) -> u64 {
        self.sequence += 1;
        let key = self.sequence;
        if let Some(owner) = owner {
            self.actors[owner].timers.push(key);
        }
        self.timers.insert((deadline, key), Timer { key, owner, entry });
        self.deadline_moved(deadline);
        key
    }

    fn cancel(&mut self, key: u64) -> Option<Entry> {
        let at = self.timers.iter().find(|(_, timer)| timer.key == key).map(|(at, _)| *at)?;
        let timer = self.timers.remove(&at)?;
        if let Some(owner) = timer.owner {
            self.actors[owner].timers.retain(|&other| other != key);
        }
        Some(timer.entry)
    }

    // Requests.

    fn ask(&mut self, slot: usize, delay: u64, script: &Script) {
        let message = self.message(script);
        let number = message.number;
        self.sequence += 1;
        let token = self.sequence;
        let ask = Some(Ask { number, token, timer: None, holder: None });
        match self.free_asks.pop() {
            Some(at) => self.asks[at] = ask,
            None => self.asks.push(ask),
        }
        match self.post(slot, &message, Some(token)) {
            Ok(()) => {}
            Err(why) => {
                if why == "gone" {
                    self.settle(token, "closed");
                } else {
                    self.take_ask(token);
                }
                let _ = self.drop_message(&message, true);
                return;
            }
        }
        if delay != 0 {
            let deadline = self.now + delay;
            let timer = self.arm(deadline, None, Entry { to: None, work: Work::Timeout(token) });
            if let Some(ask) = self.find_ask(token) {
                ask.timer = Some(timer);
            }
        }
    }

    fn find_ask(&mut self, token: u64) -> Option<&mut Ask> {
        self.asks.iter_mut().flatten().find(|ask| ask.token == token)
    }

    fn take_ask(&mut self, token: u64) -> Option<Ask> {
        let at = self.asks.iter().position(|ask| ask.as_ref().is_some_and(|ask| ask.token == token))?;
        self.free_asks.push(at);
        let ask = self.asks[at].take()?;
        if let Some(holder) = ask.holder {
            let kept = &mut self.actors[holder].kept;
            if let Some(at) = kept.iter().position(|&other| other == token) {
                kept.swap_remove(at);
            }
        }
        Some(ask)
    }

    fn settle(&mut self, token: u64, outcome: &'static str) -> bool {
        let Some(ask) = self.take_ask(token) else { return false };
        if let Some(timer) = ask.timer {
            self.cancel(timer);
        }
        self.log.push(Event::Outcome(ask.number, outcome));
        true
    }

    // Ends.

    fn owner_dropped(&mut self, actor: usize) {
        if !matches!(self.actors[actor].state, State::Ending | State::Zombie) {
            // It is a message to the actor, so it takes a place; what is posted later would be dropped anyway.
            self.actors[actor].pending += 1;
            self.push(|this| &mut this.main, Entry { to: Some(actor), work: Work::End(actor, "dropped") });
        }
    }

    fn end_soon(&mut self, actor: usize, cause: &'static str) {
        if matches!(self.actors[actor].state, State::Ending | State::Zombie) {
            return;
        }
        self.actors[actor].state = State::Ending;
        self.actors[actor].limit = 0;
        self.push(|this| &mut this.urgent, Entry { to: None, work: Work::End(actor, cause) });
    }

    fn end(&mut self, actor: usize, cause: &'static str) {
        if self.actors[actor].state == State::Zombie {
            return;
        }
        if self.current == Some(actor) {
            return self.end_soon(actor, cause);
        }
        let has_hook = matches!(self.actors[actor].state, State::Ready | State::Paused);
        if has_hook && cause != "killed" && self.phase != Phase::Closed {
            self.log.push(Event::Hook(actor));
        }
        self.actors[actor].state = State::Zombie;
        if std::mem::replace(&mut self.actors[actor].has_value, false) {
            self.log.push(Event::Value(actor));
        }
        while let Some(entry) = self.actors[actor].stash.pop_front() {
            self.discard(entry);
        }
        while let Some(key) = self.actors[actor].timers.last().copied() {
            if let Some(entry) = self.cancel(key) {
                let _ = self.drop_work(entry.work, false);
            }
        }
        for token in std::mem::take(&mut self.actors[actor].kept) {
            self.settle(token, "no reply");
        }
        self.log.push(Event::Notified(actor, cause));
    }

    // Ops.

    fn ops(&mut self, ops: &[Op], level: Level, turn: &mut Turn) -> Result<(), Panicked> {
        ops.iter().try_for_each(|op| self.op(op, level, turn))
    }

    pub fn host(&mut self, op: &Op) {
        let _ = self.op(op, Level::Runtime, &mut Turn::default());
        self.log.push(Event::Did(self.wakes, self.waiting(), self.dead_letters));
    }

    pub fn waiting(&self) -> usize {
        [&self.urgent, &self.replay, &self.main, &self.batch, &self.lazy].iter().map(|lane| lane.len()).sum()
    }

    fn op(&mut self, op: &Op, level: Level, turn: &mut Turn) -> Result<(), Panicked> {
        let has_core = level != Level::Nothing;
        match op {
            Op::Call(actor, script) => {
                let message = self.message(script);
                return self.send(*actor, message, |this| &mut this.main);
            }
            Op::Lazy(actor, script) => {
                let message = self.message(script);
                return self.send(*actor, message, |this| &mut this.lazy);
            }
            Op::Idle(actor, script) => {
                let message = self.message(script);
                return self.send(*actor, message, |this| &mut this.idle);
            }
            Op::Prep(slot, makes, script) => {
                let (to, message) = (self.slots[*slot], self.message(script));
                self.actors[to].pending += 1;
                self.push(|this| &mut this.main, Entry { to: Some(to), work: Work::Prep(message, *makes) });
            }
            Op::Job(script) => {
                let work = Work::Plain(self.message(script));
                self.push(|this| &mut this.main, Entry { to: None, work });
            }
            Op::LazyJob(script) if has_core => {
                let work = Work::Plain(self.message(script));
                self.push(|this| &mut this.lazy, Entry { to: None, work });
            }
            Op::IdleJob(script) if has_core => {
                let work = Work::Plain(self.message(script));
                self.push(|this| &mut this.idle, Entry { to: None, work });
            }
            Op::Post(slot, script) => {
                let message = self.message(script);
                if self.post(*slot, &message, None).is_err() {
                    let _ = self.drop_message(&message, true);
                }
            }
            Op::Ask(slot, delay, script) => self.ask(*slot, *delay, script),
            Op::Remote(slot, script) => {
                let (to, message) = (self.slots[*slot], self.message(script));
                if matches!(self.phase, Phase::Closing | Phase::Closed) {
                    return self.drop_message(&message, false);
                }
                self.inbox.push_back(Entry { to: Some(to), work: Work::Plain(message) });
                self.wake();
            }
            Op::Timer(key, delay, actor, script) if has_core => {
                let message = self.message(script);
                let owner = actor.map(|slot| self.slots[slot]);
                let deadline = (self.now + delay).max(self.now + 1);
                let listed = owner.filter(|&actor| self.actors[actor].state != State::Zombie);
                let entry = Entry { to: owner, work: Work::Plain(message) };
                self.keys[*key] = self.arm(deadline, listed, entry);
            }
            Op::TimerDelete(key) if has_core => {
                if let Some(entry) = self.cancel(self.keys[*key]) {
                    return self.drop_work(entry.work, false);
                }
            }
            Op::TimerReset(key, delay) if has_core => {
                let deadline = (self.now + delay).max(self.now + 1);
                let key = self.keys[*key];
                let at = self.timers.iter().find(|(_, timer)| timer.key == key).map(|(at, _)| *at);
                if let Some(timer) = at.and_then(|at| self.timers.remove(&at)) {
                    self.sequence += 1;
                    self.timers.insert((deadline, self.sequence), timer);
                    self.deadline_moved(deadline);
                }
            }
            Op::Stop => _ = turn.end.get_or_insert("stopped"),
            Op::Fail => _ = turn.end.get_or_insert("failed"),
            Op::Panic if has_core => return Err(Panicked),
            Op::KillById(slot) => self.end_soon(self.slots[*slot], "killed"),
            Op::StopById(slot) => {
                let actor = self.slots[*slot];
                if !matches!(self.actors[actor].state, State::Ending | State::Zombie) {
                    self.push(|this| &mut this.urgent, Entry { to: None, work: Work::End(actor, "stopped") });
                }
            }
            Op::KillNow(slot) if level == Level::Runtime && self.owned[*slot] => {
                self.end(self.slots[*slot], "killed");
            }
            Op::KillNow(_) if level == Level::Runtime => {}
            Op::DropOwner(slot) if self.owned[*slot] => {
                self.owned[*slot] = false;
                self.owner_dropped(self.slots[*slot]);
            }
            Op::DropOwner(_) => {}
            Op::Spawn(slot) if has_core => self.spawn(*slot),
            Op::Capacity(slot, limit) => {
                let actor = &mut self.actors[self.slots[*slot]];
                if !matches!(actor.state, State::Ending | State::Zombie) {
                    actor.limit = *limit;
                }
            }
            Op::Pause(slot) => {
                let actor = &mut self.actors[self.slots[*slot]];
                if actor.state == State::Ready {
                    actor.state = State::Paused;
                }
            }
            Op::Resume(slot) => {
                let actor = self.slots[*slot];
                if self.actors[actor].state == State::Paused {
                    self.actors[actor].state = State::Ready;
                    self.release_stash(actor);
                }
            }
            Op::Answer => {
                if let Some(token) = turn.token {
                    self.settle(token, "reply");
                }
            }
            Op::Keep => {
                if let Some(token) = turn.token {
                    turn.kept = true;
                    self.kept.push_back(token);
                }
            }
            Op::AnswerKept => {
                if let Some(token) = self.kept.pop_front() {
                    self.settle(token, "reply");
                }
            }
            Op::DropKept => {
                if let Some(token) = self.kept.pop_front() {
                    self.settle(token, "no reply");
                }
            }
            Op::Yield if has_core => self.yielding = self.phase == Phase::Stepping,
            _ => {}
        }
        Ok(())
    }

    // Running.

    pub fn step(&mut self, later: u64, budget: u32, idle: bool) {
        self.phase = Phase::Stepping;
        self.asleep = false;
        self.yielding = false;
        let mut handled = 0;
        if idle {
            if let Some(entry) = self.idle.pop_front() {
                self.run(entry);
                handled = 1;
            }
        }
        self.now += later;
        while let Some(first) = self.timers.first_entry() {
            if first.key().0 > self.now {
                break;
            }
            let timer = first.remove();
            if let Some(owner) = timer.owner {
                self.actors[owner].timers.retain(|&other| other != timer.key);
            }
            if let Some(to) = timer.entry.to {
                self.actors[to].pending += 1;
            }
            self.main.push_back(timer.entry);
        }
        for entry in std::mem::take(&mut self.inbox) {
            let to = entry.to.expect("remote calls are for actors");
            let actor = &mut self.actors[to];
            if actor.state == State::Zombie || actor.pending >= actor.limit {
                self.dead_letters += 1;
                let _ = self.drop_work(entry.work, false);
                continue;
            }
            actor.pending += 1;
            self.main.push_back(entry);
        }
        let mut left = budget.saturating_sub(handled).max(1);
        while !self.yielding {
            if self.urgent.is_empty()
                && self.replay.is_empty()
                && self.batch.is_empty()
                && self.main.is_empty()
            {
                self.batch = std::mem::take(&mut self.lazy);
            }
            if left == 0 {
                break;
            }
            let lanes = [&mut self.urgent, &mut self.replay, &mut self.batch, &mut self.main];
            let Some(entry) = lanes.into_iter().find_map(VecDeque::pop_front) else { break };
            self.run(entry);
            left -= 1;
            handled += 1;
        }
        self.yielding = false;
        self.current = None;
        self.phase = Phase::Outside;
        let queued = self.waiting() != 0;
        let next = self.timers.first_key_value().map_or(u64::MAX, |(at, _)| at.0);
        self.reported = next;
        let more = queued || !self.inbox.is_empty();
        self.asleep |= !more;
        let raised = std::mem::replace(&mut self.raised, false);
        self.log.push(Event::Step(more, !self.idle.is_empty(), handled, raised, next, self.wakes));
    }

    fn run(&mut self, entry: Entry) {
        let Some(to) = entry.to else {
            self.current = None;
            let outcome = match entry.work {
                Work::End(actor, cause) => {
                    self.end(actor, cause);
                    Ok(())
                }
                Work::Timeout(token) => {
                    self.settle(token, "timeout");
                    Ok(())
                }
                Work::Plain(message) => self.handle(&message, None, Level::Runtime, &mut Turn::default()),
                Work::Prep(..) | Work::Packet(..) => unreachable!("these are for actors"),
            };
            self.raised |= outcome.is_err();
            return;
        };
        self.actors[to].pending -= 1;
        if let Work::End(actor, cause) = entry.work {
            self.current = None;
            return self.end(actor, cause);
        }
        self.current = Some(to);
        match (self.actors[to].state, entry.work) {
            (State::Prep, Work::Prep(message, makes)) => self.make(to, &message, makes),
            (State::Prep | State::Paused, work) if !matches!(work, Work::Prep(..)) => {
                self.actors[to].pending += 1;
                self.actors[to].stash.push_back(Entry { to: Some(to), work });
            }
            (State::Ready | State::Paused, Work::Prep(message, _)) => {
                if self.drop_message(&message, false).is_err() {
                    self.failed(to);
                }
            }
            (State::Ready, Work::Plain(message)) => {
                let mut turn = Turn::default();
                let outcome = self.handle(&message, Some(to), Level::Core, &mut turn);
                self.leave(to, outcome, turn.end);
            }
            (State::Ready, Work::Packet(message, token)) => {
                let mut turn = Turn { token, ..Turn::default() };
                self.log.push(Event::Run(message.number, Some(to)));
                let outcome = self.ops(&message.script.body, Level::Core, &mut turn);
                let _ = self.drop_message(&message, true);
                match token {
                    Some(token) if turn.kept => {
                        if let Some(ask) = self.find_ask(token) {
                            ask.holder = Some(to);
                            self.actors[to].kept.push(token);
                        }
                    }
                    Some(token) => _ = self.settle(token, "no reply"),
                    None => {}
                }
                self.leave(to, outcome, turn.end);
            }
            (State::Ending | State::Zombie, work) => {
                self.dead_letters += 1;
                let _ = self.drop_work(work, false);
            }
            (State::Prep | State::Paused, _) => unreachable!("these wait, as said above"),
            (_, Work::End(..) | Work::Timeout(_)) => unreachable!("these are jobs"),
        }
    }

    /// Runs a message's body and drops its payload.
    fn handle(
        &mut self,
        message: &Message,
        by: Option<usize>,
        level: Level,
        turn: &mut Turn,
    ) -> Result<(), Panicked> {
        self.log.push(Event::Run(message.number, by));
        let outcome = self.ops(&message.script.body, level, turn);
        let dropped = self.drop_message(message, outcome.is_err());
        outcome.and(dropped)
    }

    fn make(&mut self, actor: usize, message: &Message, makes: bool) {
        let mut turn = Turn::default();
        let outcome = self.handle(message, Some(actor), Level::Core, &mut turn);
        if outcome.is_err() {
            return self.failed(actor);
        }
        self.current = None;
        if let Some(cause) = turn.end {
            self.end(actor, cause);
            if makes {
                self.log.push(Event::Value(actor));
            }
        } else if makes && self.actors[actor].state != State::Prep {
            self.log.push(Event::Value(actor));
        } else if makes {
            self.actors[actor].state = State::Ready;
            self.actors[actor].has_value = true;
            self.release_stash(actor);
        }
    }

    /// What waited for an actor comes before everything else.
    fn release_stash(&mut self, actor: usize) {
        let stash = std::mem::take(&mut self.actors[actor].stash);
        if stash.is_empty() {
            return;
        }
        for entry in stash.into_iter().rev() {
            self.replay.push_front(entry);
        }
        self.posted();
    }

    fn leave(&mut self, actor: usize, outcome: Result<(), Panicked>, end: Option<&'static str>) {
        match (outcome, end) {
            (Err(Panicked), _) => self.failed(actor),
            (Ok(()), Some(cause)) => {
                self.current = None;
                self.end(actor, cause);
            }
            (Ok(()), None) => {}
        }
    }

    fn failed(&mut self, actor: usize) {
        self.current = None;
        self.end(actor, "failed");
    }

    // The end.

    pub fn close(&mut self) {
        self.phase = Phase::Closing;
        self.asleep = false;
        for entry in std::mem::take(&mut self.inbox) {
            let _ = self.drop_work(entry.work, false);
        }
        while self.round() {}
        self.phase = Phase::Closed;
        self.round();
        self.consume_closed();
        // What the host still holds.
        for slot in 0..ACTORS {
            let _ = self.op(&Op::DropOwner(slot), Level::Nothing, &mut Turn::default());
        }
    }

    fn round(&mut self) -> bool {
        let mut busy = false;
        for actor in (0..self.actors.len()).rev() {
            if self.actors[actor].state != State::Zombie {
                busy = true;
                self.end(actor, "dropped");
            }
        }
        let tokens: Vec<u64> = self.asks.iter().flatten().map(|ask| ask.token).collect();
        for token in tokens {
            busy = true;
            self.settle(token, "no reply");
        }
        let lanes: [fn(&mut Self) -> &mut VecDeque<Entry>; 6] = [
            |this| &mut this.urgent,
            |this| &mut this.replay,
            |this| &mut this.main,
            |this| &mut this.batch,
            |this| &mut this.lazy,
            |this| &mut this.idle,
        ];
        for lane in lanes {
            for entry in std::mem::take(lane(self)) {
                busy = true;
                self.discard(entry);
            }
        }
        for _ in 0..self.timers.len() {
            let Some((_, timer)) = self.timers.pop_first() else { break };
            busy = true;
            let _ = self.drop_work(timer.entry.work, false);
        }
        busy
    }

    pub fn messages(&self) -> u32 {
        self.numbers
    }

    pub fn actors(&self) -> usize {
        self.actors.len()
    }
}
