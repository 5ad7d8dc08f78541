//! Collecting a snapshot: each lane, timer, request and actor is looked at once.

use super::super::tree;
use super::{ActorSnapshot, Queues, RequestSnapshot, Snapshot};
use crate::engine::id::ActorId;
use crate::engine::kin::child::ROOT;
use crate::engine::kin::monitor;
use crate::engine::shared::Shared;
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::lane::Lane;
use crate::supervision::Status;
use std::collections::BTreeMap;

/// By the address of the cell: they are looked up, never shown.
type OfCells<T> = BTreeMap<usize, T>;

/// The lanes that count as one, and where that is counted.
type Counted<'a> = (&'a [&'a Lane], fn(&mut Queues) -> &mut usize);

pub(super) fn snapshot(shared: &Shared) -> Snapshot {
    let (queues, queued) = queues(shared);
    let mut timers = timers(shared);
    let ids = shared.directory.with(|directory| directory.youngest_first());
    let actors = ids.into_iter().rev().filter_map(|id| {
        let found = shared.find(id)?;
        let at = std::ptr::from_ref(found.header()).addr();
        let queues = queued.get(&at).copied().unwrap_or_default();
        Some(of_actor(shared, found.header(), queues, timers.remove(&at).unwrap_or_default()))
    });
    Snapshot {
        steps: shared.counters.steps.get(),
        now_ns: shared.now.get(),
        pending: shared.pending(),
        queues,
        actors: actors.collect(),
        requests: requests(shared),
        dead_letters: shared.recent_dead_letters(),
    }
}

/// What is queued in all, and for each.
fn queues(shared: &Shared) -> (Queues, OfCells<Queues>) {
    let (mut all, mut each) = (Queues::default(), OfCells::<Queues>::new());
    let lanes: [Counted<'_>; 4] = [
        (&[&shared.urgent], |queues| &mut queues.urgent),
        (&[&shared.replay, &shared.main], |queues| &mut queues.main),
        (&[&shared.lazy_batch, &shared.lazy], |queues| &mut queues.lazy),
        (&[&shared.idle], |queues| &mut queues.idle),
    ];
    for (lanes, of) in lanes {
        for lane in lanes {
            lane.for_each_receiver(|cell| {
                *of(&mut all) += 1;
                if !cell.is_null() {
                    *of(each.entry(cell.addr()).or_default()) += 1;
                }
            });
        }
    }
    (all, each)
}

/// When the timers of each are due.
fn timers(shared: &Shared) -> OfCells<Vec<u64>> {
    let mut timers = OfCells::<Vec<u64>>::new();
    shared.timers.with(|armed| {
        for (deadline, parcel) in armed.all() {
            if let Some(actor) = parcel.cell() {
                timers.entry(std::ptr::from_ref(actor.header()).addr()).or_default().push(deadline);
            }
        }
    });
    timers.values_mut().for_each(|due| due.sort_unstable());
    timers
}

fn requests(shared: &Shared) -> Vec<RequestSnapshot> {
    shared.asks.with(|asks| {
        let open = asks.ids();
        let requests = open.into_iter().filter_map(|id| {
            let ask = asks.get(id)?;
            Some(RequestSnapshot {
                from: actor(ask.asker),
                to: ActorId(ask.target),
                keeper: actor(ask.holder),
                deadline_ns: (ask.until != u64::MAX).then_some(ask.until),
            })
        });
        requests.collect()
    })
}

/// The actor that a number means, unless it is 0.
fn actor(id: u64) -> Option<ActorId> {
    (id != 0).then_some(ActorId(id))
}

fn of_actor(shared: &Shared, header: &CellHeader, queues: Queues, timers_due_ns: Vec<u64>) -> ActorSnapshot {
    let id = ActorId(header.id());
    let supervisor = tree::child(shared, tree::entry_of(shared, header), |child| child.supervisor);
    let kin = |shared: &Shared| {
        shared.kin_of(header, |kin| {
            let names = kin.names.iter().cloned().collect();
            let groups = kin.groups.iter().cloned().collect();
            let links = kin.links.iter().copied().map(ActorId).collect();
            (kin.watched.len(), kin.watched.first(), names, groups, links, actor(kin.awaits))
        })
    };
    let (monitors, first, names, groups, links, awaits) = kin(shared).unwrap_or_default();
    let watchers = shared.tree.with(|tree| {
        let watching = tree.monitors.list(first, monitor::Side::Target).into_iter();
        watching.filter_map(|id| actor(tree.monitors.get(id)?.watcher)).collect()
    });
    let paused = header.state() == State::Paused && !tree::is_ending(shared, header);
    let own = shared.mailbox(header, |own| own.settings.capacity);
    let status = shared.door().status(id).unwrap_or(Status::Stopped);
    shared.cold.with(|cold| {
        let cold = cold.get(header);
        let of = |count: fn(&crate::engine::cold::Cold) -> usize| cold.as_ref().map_or(0, |cold| count(cold));
        ActorSnapshot {
            id,
            name: cold.as_ref().and_then(|cold| cold.name.clone()),
            type_name: (header.kind().type_name)(),
            status,
            paused,
            supervisor: supervisor.filter(|id| *id != ROOT).map(ActorId),
            supervised: supervisor.is_some(),
            restarts: cold.as_ref().map_or(0, |cold| cold.incarnation),
            queued: queues.urgent + queues.main + queues.lazy + queues.idle,
            queues,
            waiting: of(|cold| cold.stash.as_ref().map_or(0, |stash| stash.count())),
            capacity: own.unwrap_or(header.limit()),
            timers: timers_due_ns.len(),
            timers_due_ns,
            asks: of(|cold| cold.asks.len()),
            kept: of(|cold| cold.kept.len()),
            awaits,
            monitors,
            watchers,
            links,
            names,
            groups,
        }
    })
}
