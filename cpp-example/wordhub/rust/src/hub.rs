//! The hub: makes and owns all other Rust actors, and speaks for them to the C++ program.
//!
//! Invariants:
//! * It owns every shard and session, and supervises the parsers, so they all end with it.
//! * A parser that fails is made anew in the same place, as often as it takes: its handle stays good, and what waits for it waits.
//! * One copy of the counts is with the summariser at a time.

use crate::counts::{Counts, gather};
use crate::parser::Parser;
use crate::session::{Peer, Session};
use crate::shard::Shard;
use crate::summariser::Summariser;
use crate::wire::{self, Progress};
use actor_rt::supervision::{Intensity, Restart, Spec, StartError, Supervisor};
use actor_rt::{
    Actor, ActorId, ActorOwn, Body, CX, Cx, Packet, Receive, StopCause, actor, after, call, fail,
    ret_failthru, ret_some_to, ret_to,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// What the hub is told at its beginning.
pub struct Settings {
    /// The C++ actor that owns the sockets.
    pub server: ActorId,
    /// The C++ actor that shows what happens.
    pub console: ActorId,
    /// Number of counters.
    pub shards: u32,
    /// Number of parsers.
    pub parsers: u32,
    /// Time between two reports of the progress.
    pub tick: Duration,
}

/// Owner of all Rust actors.
pub struct Hub {
    settings: Settings,
    shards: Vec<ActorOwn<Shard>>,
    parsers: Vec<Actor<Parser>>,
    sessions: BTreeMap<u64, ActorOwn<Session>>,
    progress: Progress,
    summariser: Option<Summariser>,
    summarising: bool,
}

impl Hub {
    /// A hub that has not begun.
    pub fn new(settings: Settings) -> Self {
        Hub {
            settings,
            shards: Vec::new(),
            parsers: Vec::new(),
            sessions: BTreeMap::new(),
            progress: Progress::default(),
            summariser: None,
            summarising: false,
        }
    }

    /// Makes the actors that are always there. Its first message.
    pub fn start(&mut self, cx: CX![]) {
        for _ in 0..self.settings.shards {
            // A lost shard is a lost count: that is the hub's own failure.
            let shard = actor!(cx, Shard::init(), ret_failthru!(cx, "a shard failed"));
            self.shards.push(shard);
        }
        if let Err(error) = self.start_parsers(cx) {
            return fail!(cx, error);
        }
        match Summariser::start(cx.this().remote()) {
            Ok(summariser) => self.summariser = Some(summariser),
            Err(error) => return fail!(cx, error),
        }
        after!(self.settings.tick, [cx], tick());
    }

    fn start_parsers(&mut self, cx: CX![]) -> Result<(), StartError> {
        let hub = cx.this().clone();
        // A peer may send as much poison as it likes: that is no reason for the hub to give up.
        let without_end = Intensity::new(u32::MAX, Duration::from_secs(1));
        cx.set_supervisor(hub.actor_id(), Supervisor::new().intensity(without_end))
            .map_err(StartError::NoSupervisor)?;
        for place in 0..self.settings.parsers as usize {
            let hub = hub.clone();
            let shards: Vec<Actor<Shard>> = self.shards.iter().map(|shard| Actor::clone(shard)).collect();
            let parser = Spec::new(move |_| Some(Parser::new(hub.clone(), place, shards.clone())));
            self.parsers.push(parser.restart(Restart::Permanent).hooks().start_child(cx)?);
        }
        Ok(())
    }

    /// A parser failed, and the next one has taken its place.
    pub fn parser_restarted(&mut self, cx: CX![], place: usize, cause: String) {
        self.progress.restarts += 1;
        let text = format!("parser {place}: {cause}; restarted");
        wire::send_text(cx, self.settings.console, wire::FAILURE, &text);
    }

    fn parser_of(&self, connection: u64) -> Actor<Parser> {
        let place = connection % self.parsers.len() as u64;
        Actor::clone(&self.parsers[place as usize])
    }

    /// A connection was made: it gets a session.
    fn open(&mut self, cx: CX![], connection: u64, idle: Duration) {
        let peer = Peer { connection, server: self.settings.server, idle };
        let notify = ret_to!([cx], session_ended(connection) as (StopCause));
        let session = actor!(cx, Session::init(peer, cx.this().clone(), self.parser_of(connection)), notify);
        let id = session.accept_packets();
        self.sessions.insert(connection, session);
        self.progress.sessions = self.sessions.len() as u64;
        wire::send(cx, self.settings.server, wire::OPENED, &[connection, id.0]);
    }

    fn session_ended(&mut self, cx: CX![], connection: u64, cause: Option<StopCause>) {
        if let Some(cause @ (StopCause::Failed(_) | StopCause::Killed(_))) = cause {
            let text = format!("session {connection}: {cause}");
            wire::send_text(cx, self.settings.console, wire::FAILURE, &text);
        }
        self.sessions.remove(&connection);
        self.progress.sessions = self.sessions.len() as u64;
    }

    /// A session has got rid of some lines: their bytes, how many were counted, and how many were poison.
    pub fn worked_off(&mut self, _: CX![], bytes: u64, lines: u64, poison: u64) {
        self.progress.bytes += bytes;
        self.progress.lines += lines;
        self.progress.poison += poison;
    }

    /// Time to say how far we are. How often the host was woken, only the runtime itself can say.
    fn tick(&mut self, cx: CX![]) {
        let hub = cx.this().clone();
        call!([cx], |runtime| {
            let wakes = runtime.wakes();
            call!([hub], show_progress(wakes));
        });
        if !self.summarising {
            self.summarising = true;
            gather(&self.shards, ret_some_to!([cx], summarise() as (Counts)));
        }
        after!(self.settings.tick, [cx], tick());
    }

    fn show_progress(&mut self, cx: CX![], wakes: u64) {
        self.progress.wakes = wakes;
        wire::send_progress(cx, self.settings.console, &self.progress);
    }

    fn summarise(&mut self, _: CX![], counts: Counts) {
        if let Some(summariser) = &self.summariser {
            summariser.summarise(counts);
        }
    }

    /// The summariser's answer.
    pub fn summarised(&mut self, cx: CX![], text: &str) {
        self.summarising = false;
        self.progress.summaries += 1;
        wire::send_text(cx, self.settings.console, wire::SUMMARY, text);
    }

    /// Answers a request for everything, when all shards have given their counts.
    fn report(&mut self, cx: CX![], token: u64, wakes: u64) {
        self.progress.wakes = wakes;
        let counted = ret_some_to!([cx], |this, cx, counts: Counts| {
            let report = wire::report(&this.progress, &counts);
            // Fails only if the asker is gone.
            drop(cx.door().reply(token, wire::REPORT, Body::Owned(report)));
        });
        gather(&self.shards, counted);
    }
}

impl Receive for Hub {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        match (packet.tag(), wire::numbers(packet.data())) {
            (wire::OPEN, Some([connection, idle_ns])) => {
                self.open(cx, connection, Duration::from_nanos(idle_ns));
            }
            (wire::REPORT, _) => {
                let token = packet.keep_reply();
                let hub = cx.this().clone();
                call!([cx], |runtime| {
                    let wakes = runtime.wakes();
                    call!([hub], report(token, wakes));
                });
            }
            (tag, _) => {
                fail!(cx, "the hub does not know the tag {tag:#x} with {} bytes", packet.data().len())
            }
        }
    }
}
