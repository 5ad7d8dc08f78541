//! Snapshots: all actors of a runtime as they are between two messages, for people and tools.

use super::drain::Status;
use super::json::Json;
use super::tree;
use crate::engine::dead_letters::DeadLetter;
use crate::engine::id::ActorId;
use crate::engine::kin::child::ROOT;
use crate::engine::pending::Pending;
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door};
use crate::kernel::cell::CellHeader;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

/// A runtime at one moment: [`Core::snapshot`].
///
/// # Examples
///
/// See [`Core::snapshot`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// How many steps there were.
    pub steps: u64,
    /// The time of the last one, in nanoseconds of the runtime's clock.
    pub now_ns: u64,
    /// What waits in all of it.
    pub pending: Pending,
    /// The living actors, the oldest first.
    pub actors: Vec<ActorSnapshot>,
    /// The last messages that no handler saw.
    pub dead_letters: Vec<DeadLetter>,
}

/// An actor at one moment.
///
/// # Examples
///
/// See [`Core::snapshot`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActorSnapshot {
    /// Its id.
    pub id: ActorId,
    /// Its name for people.
    pub name: Option<Rc<str>>,
    /// Rust's name of its type.
    pub type_name: &'static str,
    /// Where it is in its life.
    pub status: Status,
    /// Its supervisor; None if nobody supervises it, or the root does.
    pub supervisor: Option<ActorId>,
    /// Whether it is supervised.
    pub supervised: bool,
    /// How often it was restarted.
    pub restarts: u32,
    /// Messages that are queued for it.
    pub queued: usize,
    /// Messages that wait until it is ready.
    pub waiting: usize,
    /// Most messages that may wait.
    pub capacity: u32,
    /// Its timers: calls that will come.
    pub timers: usize,
    /// Requests that it made and that are not answered.
    pub asks: usize,
    /// Requests that it is to answer.
    pub kept: usize,
    /// How many monitors watch it.
    pub monitors: usize,
    /// The names by which it is known.
    pub names: Vec<Rc<str>>,
    /// Its groups: scope and name.
    pub groups: Vec<(Rc<str>, Rc<str>)>,
}

impl Core {
    /// All actors as they are now. Inside of a handler that is a moment within its turn.
    ///
    /// It looks at each message, timer and actor once.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::introspection::{ActorSnapshot, Snapshot};
    /// use actor_rt::supervision::{Spec, Status};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).name("parent").start(&mut runtime).unwrap();
    /// let child = Spec::new(|_| Some(7_u32)).name("child").start_under(&mut runtime, parent.actor_id()).unwrap();
    /// child.call(|_, _| ());
    ///
    /// let snapshot: Snapshot = runtime.snapshot();
    /// let seen: &ActorSnapshot = &snapshot.actors[1];
    /// assert_eq!((seen.name.as_deref(), seen.type_name, seen.queued), (Some("child"), "u32", 1));
    /// assert_eq!((seen.status, seen.supervisor), (Status::Running, Some(parent.actor_id())));
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        self.door().snapshot()
    }
}

impl Door {
    /// All actors as they are now: as [`Core::snapshot`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// assert_eq!(runtime.door().snapshot().actors.len(), 1);
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        let shared = self.shared();
        let queued = queued(shared);
        let timers = timers(shared);
        let ids = shared.directory.with(|directory| directory.youngest_first());
        let actors = ids.into_iter().rev().filter_map(|id| {
            let found = shared.find(id)?;
            let (queued, timers) = (count(&queued, found.header()), count(&timers, found.header()));
            Some(of_actor(shared, found.header(), queued, timers))
        });
        Snapshot {
            steps: shared.counters.steps.get(),
            now_ns: shared.now.get(),
            pending: shared.pending(),
            actors: actors.collect(),
            dead_letters: shared.recent_dead_letters(),
        }
    }
}

/// Counts by the address of the cell: they are looked up, never shown.
type Counts = BTreeMap<usize, usize>;

fn count(counts: &Counts, header: &CellHeader) -> usize {
    counts.get(&std::ptr::from_ref(header).addr()).copied().unwrap_or(0)
}

fn queued(shared: &Shared) -> Counts {
    let mut counts = Counts::new();
    let lanes =
        [&shared.urgent, &shared.replay, &shared.main, &shared.lazy_batch, &shared.lazy, &shared.idle];
    for lane in lanes {
        lane.for_each_receiver(|cell| *counts.entry(cell.addr()).or_default() += 1);
    }
    counts
}

fn timers(shared: &Shared) -> Counts {
    let mut counts = Counts::new();
    shared.timers.with(|timers| {
        for actor in timers.payloads().filter_map(|parcel| parcel.cell()) {
            *counts.entry(std::ptr::from_ref(actor.header()).addr()).or_default() += 1;
        }
    });
    counts
}

fn of_actor(shared: &Shared, header: &CellHeader, queued: usize, timers: usize) -> ActorSnapshot {
    let id = ActorId(header.id());
    let entry = tree::entry_of(shared, header);
    let supervisor = tree::child(shared, entry, |child| child.supervisor);
    let (monitors, names, groups) = shared
        .kin_of(header, |kin| {
            (kin.watched.len(), kin.names.iter().cloned().collect(), kin.groups.iter().cloned().collect())
        })
        .unwrap_or_default();
    let status = shared.door().status(id).unwrap_or(Status::Stopped);
    let own = shared.mailbox(header, |own| own.settings.capacity);
    shared.cold.with(|cold| {
        let cold = cold.get(header);
        let mut waiting = 0;
        if let Some(stash) = cold.as_ref().and_then(|cold| cold.stash.as_ref()) {
            waiting = stash.count();
        }
        ActorSnapshot {
            id,
            name: cold.as_ref().and_then(|cold| cold.name.clone()),
            type_name: (header.kind().type_name)(),
            status,
            supervisor: supervisor.filter(|id| *id != ROOT).map(ActorId),
            supervised: supervisor.is_some(),
            restarts: cold.as_ref().map_or(0, |cold| cold.incarnation),
            queued,
            waiting,
            capacity: own.unwrap_or(header.limit()),
            timers,
            asks: cold.as_ref().map_or(0, |cold| cold.asks.len()),
            kept: cold.as_ref().map_or(0, |cold| cold.kept.len()),
            monitors,
            names,
            groups,
        }
    })
}

impl Snapshot {
    /// The same as JSON: an object with `steps`, `now_ns`, `pending`, `actors` and `dead_letters`, whose members are named as the fields
    /// here. Ids are strings of 16 hexadecimal digits, since many readers cannot hold 64 bits in a number.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// Spec::new(|_| Some(7_u32)).name("a \"b\"").start(&mut runtime).unwrap();
    /// let json = runtime.snapshot().to_json();
    /// assert!(json.contains(r#""name":"a \"b\"""#) && json.contains(r#""type_name":"u32""#), "{json}");
    /// ```
    pub fn to_json(&self) -> String {
        let mut json = Json::new();
        json.object(|json| {
            json.number("steps", self.steps);
            json.number("now_ns", self.now_ns);
            json.member("pending", |json| json.object(|json| pending_to_json(json, &self.pending)));
            json.member("actors", |json| {
                json.array(&self.actors, |json, actor| json.object(|json| actor_to_json(json, actor)));
            });
            json.member("dead_letters", |json| {
                json.array(&self.dead_letters, |json, letter| {
                    json.object(|json| {
                        json.text("reason", &format!("{:?}", letter.reason));
                        json.id("target", letter.target);
                        json.text("type_name", letter.type_name);
                        json.number("tag", letter.tag);
                        json.number("step", letter.step);
                    });
                });
            });
        });
        json.into_text()
    }

    /// The tree of the supervised actors, and the others beside it, in Graphviz's language: `dot -Tsvg` draws it.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).name("parent").start(&mut runtime).unwrap().actor_id();
    /// Spec::new(|_| Some(7_u32)).name("child").start_under(&mut runtime, parent).unwrap();
    /// let dot = runtime.snapshot().to_dot();
    /// assert!(dot.starts_with("digraph actors {") && dot.contains("\"root\" -> "), "{dot}");
    /// ```
    pub fn to_dot(&self) -> String {
        let mut dot = String::from(
            "digraph actors {\n  rankdir=LR;\n  node [shape=box];\n  \"root\" [shape=circle];\n",
        );
        for actor in &self.actors {
            let name =
                actor.name.as_deref().unwrap_or(actor.type_name).replace('\\', "\\\\").replace('"', "\\\"");
            let waits = actor.queued + actor.waiting;
            // Writing to a text does not fail.
            _ = writeln!(
                dot,
                "  \"{:x}\" [label=\"{name}\\n{:?}, {waits} waiting\"];",
                actor.id.0, actor.status
            );
            if actor.supervised {
                let supervisor = actor.supervisor.map_or("root".to_owned(), |id| format!("{:x}", id.0));
                _ = writeln!(dot, "  \"{supervisor}\" -> \"{:x}\";", actor.id.0);
            }
        }
        dot.push_str("}\n");
        dot
    }
}

fn pending_to_json(json: &mut Json, pending: &Pending) {
    json.number("messages", pending.messages as u64);
    json.number("idle", pending.idle as u64);
    json.number("timers", pending.timers as u64);
    json.number("host_calls", pending.host_calls as u64);
    json.number("asks", pending.asks as u64);
    json.number("actors", pending.actors as u64);
    json.number("dead_letters", pending.dead_letters);
    json.number("late_replies", pending.late_replies);
    json.number("drop_panics", pending.drop_panics);
}

fn actor_to_json(json: &mut Json, actor: &ActorSnapshot) {
    json.id("id", actor.id);
    match &actor.name {
        Some(name) => json.text("name", name),
        None => json.null("name"),
    }
    json.text("type_name", actor.type_name);
    json.text("status", &format!("{:?}", actor.status));
    match actor.supervisor {
        Some(id) => json.id("supervisor", id),
        None => json.null("supervisor"),
    }
    json.flag("supervised", actor.supervised);
    json.number("restarts", u64::from(actor.restarts));
    json.number("queued", actor.queued as u64);
    json.number("waiting", actor.waiting as u64);
    json.number("capacity", u64::from(actor.capacity));
    json.number("timers", actor.timers as u64);
    json.number("asks", actor.asks as u64);
    json.number("kept", actor.kept as u64);
    json.number("monitors", actor.monitors as u64);
    json.member("names", |json| json.array(&actor.names, |json, name| json.string(name)));
    json.member("groups", |json| {
        json.array(&actor.groups, |json, (scope, group)| {
            json.object(|json| {
                json.text("scope", scope);
                json.text("group", group);
            });
        });
    });
}
