//! Where everybody is in the tree: entries, families, and the ways between them.

use crate::actor::{handle, lifecycle};
use crate::engine::kin::child::{Child, ROOT};
use crate::engine::kin::exit::Phase;
use crate::engine::kin::family::Family;
use crate::engine::kin::hooks::Hooks;
use crate::engine::list::List;
use crate::engine::post::{self, LaneName};
use crate::engine::shared::Shared;
use crate::engine::token::Runtime;
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::AnyActor;
use crate::time::TimerKey;

/// A supervisor's family. None if there is no such actor (any more).
pub(super) fn family<R>(shared: &Shared, supervisor: u64, f: impl FnOnce(&mut Family) -> R) -> Option<R> {
    if supervisor == ROOT {
        return Some(shared.tree.with(|tree| f(&mut tree.root)));
    }
    let found = shared.find(supervisor)?;
    shared.kin_of(found.header(), |kin| f(&mut kin.family))
}

/// The entry of a child.
pub(super) fn child<R>(shared: &Shared, id: u64, f: impl FnOnce(&mut Child) -> R) -> Option<R> {
    shared.tree.with(|tree| tree.children.get(id).map(f))
}

/// The entry that an actor has with its supervisor; 0 if it has none.
pub(super) fn entry_of(shared: &Shared, header: &CellHeader) -> u64 {
    shared.kin_of(header, |kin| kin.child).unwrap_or(0)
}

/// The hooks of an actor.
pub(super) fn hooks(shared: &Shared, header: &CellHeader) -> Option<&'static Hooks> {
    shared.kin_of(header, |kin| kin.hooks).flatten()
}

/// Which incarnation of an actor there is.
pub(super) fn incarnation(shared: &Shared, actor: u64) -> u32 {
    shared.find(actor).map_or(0, |found| handle::incarnation(&found.counted()))
}

/// An actor uses what only its hooks can serve.
///
/// # Panics
/// If it was started without them.
pub(super) fn assert_hooks(shared: &Shared, actor: &AnyActor, hook: &str) {
    assert!(
        hooks(shared, actor.header()).is_some(),
        "an actor without hooks is never told by {hook}(): start it by a Spec with hooks()"
    );
}

/// All supervised actors, the oldest first.
pub(super) fn all(shared: &Shared) -> Vec<AnyActor> {
    let ids = shared.directory.with(|directory| directory.youngest_first());
    let living = ids.into_iter().rev().filter_map(|id| shared.find(id));
    living.filter(|found| entry_of(shared, found.header()) != 0).map(|found| found.counted()).collect()
}

/// Whether an actor is ending, or has.
pub(super) fn is_ending(shared: &Shared, header: &CellHeader) -> bool {
    header.has_ended() || shared.kin_of(header, |kin| kin.ending.is_some()).unwrap_or(false)
}

/// Where in its life an actor is that begins to end.
pub(super) fn phase(shared: &Shared, header: &CellHeader) -> Phase {
    if is_starting(shared, header) || !header.has_value() { Phase::Starting } else { Phase::Running }
}

/// Whether the start of an actor is not over: it has no value yet, or has not said that it is ready.
pub(super) fn is_starting(shared: &Shared, header: &CellHeader) -> bool {
    header.is_preparing() || lifecycle::is_opening(shared, header)
}

/// Whether a supervisor takes no more children, and restarts none.
pub(super) fn is_leaving(shared: &Shared, supervisor: u64) -> bool {
    if supervisor == ROOT {
        return shared.tree.with(|tree| tree.terminating.is_some());
    }
    shared.find(supervisor).is_none_or(|found| is_ending(shared, found.header()))
}

/// Puts an entry behind the youngest of its supervisor's.
pub(super) fn enlist(shared: &Shared, entry: Child) -> u64 {
    let supervisor = entry.supervisor;
    let id = shared.tree.with(|tree| tree.children.insert(entry));
    append(shared, supervisor, id);
    id
}

/// Puts an entry that is on no list behind the youngest of a supervisor's.
pub(super) fn append(shared: &Shared, supervisor: u64, id: u64) {
    if let Some(found) = shared.find(supervisor) {
        // It may have had no relations yet.
        shared.kin(found.header(), |_| ());
    }
    let counts = counts_as_significant(shared, id);
    let before = family(shared, supervisor, |family| {
        family.significant += counts;
        family.children.push(id)
    })
    .unwrap_or(0);
    shared.tree.with(|tree| tree.children.link(before, id, ()));
}

/// How much a child counts among the living significant ones.
fn counts_as_significant(shared: &Shared, id: u64) -> usize {
    let counts = child(shared, id, |child| child.actor.is_some() && child.plan.settings().significant);
    usize::from(counts == Some(true))
}

/// The actor of a child is gone.
pub(super) fn take_actor(shared: &Shared, id: u64) {
    let counts = counts_as_significant(shared, id);
    let found = child(shared, id, |child| (child.supervisor, child.actor.take()));
    let Some((supervisor, actor)) = found else { return };
    family(shared, supervisor, |family| family.significant -= counts);
    drop(actor);
}

/// Takes an entry off its supervisor's list, and out of the tree.
pub(super) fn forget(shared: &Shared, id: u64) {
    disarm(shared, id);
    if unlist(shared, id).is_some() {
        let entry = shared.tree.with(|tree| {
            let entry = tree.children.take(id);
            if let Some(child) = &entry {
                tree.kept.remove(&child.last);
            }
            entry
        });
        dispose(shared, entry);
    }
}

/// Drops something of the user's.
pub(super) fn dispose<T>(shared: &Shared, value: T) {
    shared.contain(|| drop(value));
}

/// Takes an entry off its supervisor's list.
pub(super) fn unlist(shared: &Shared, id: u64) -> Option<()> {
    let (supervisor, links) = child(shared, id, |child| (child.supervisor, child.links))?;
    shared.tree.with(|tree| tree.children.join(links, ()));
    // One that has ended has taken its list with it.
    let counts = counts_as_significant(shared, id);
    family(shared, supervisor, |family| {
        family.significant -= counts;
        family.children.remove(links);
    });
    Some(())
}

/// The actors of a list of children, in the order in which they were started.
pub(super) fn living(shared: &Shared, children: List) -> Vec<AnyActor> {
    let first = children.first();
    shared.tree.with(|tree| {
        let ids = tree.children.list(first, ());
        ids.into_iter().filter_map(|id| tree.children.get(id)?.actor.clone()).collect()
    })
}

/// An actor and all below it: each before its children, and they in the order in which they were started.
pub(super) fn subtree(shared: &Shared, actor: &AnyActor) -> Vec<AnyActor> {
    let mut found = Vec::new();
    let mut rest = vec![actor.clone()];
    while let Some(actor) = rest.pop() {
        let list = shared.kin_of(actor.header(), |kin| kin.family.children).unwrap_or_default();
        rest.extend(living(shared, list).into_iter().rev());
        found.push(actor);
    }
    found
}

/// What is done in a turn of its own, before any message: the tree moves in small steps, so that it never recurses, however deep it is.
pub(super) fn soon(shared: &Shared, work: impl FnOnce(&Shared) + 'static) {
    post::job(shared, LaneName::Urgent, move |runtime: &mut Runtime| work(runtime.shared()));
}

/// The same at a time of the runtime's clock.
pub(super) fn at(shared: &Shared, deadline: u64, work: impl FnOnce(&Shared) + 'static) -> TimerKey {
    let parcel = Shared::job_parcel(move |runtime: &mut Runtime| work(runtime.shared()));
    let key = shared.timers.with(|timers| timers.arm(deadline, parcel, None));
    shared.deadline_moved(deadline);
    key
}

/// The time in so many nanoseconds.
pub(super) fn later(shared: &Shared, wait: std::time::Duration) -> u64 {
    crate::time::strictly_after(shared.now.get(), wait)
}

/// Sets what a child waits for, instead of what it did.
pub(super) fn arm(shared: &Shared, id: u64, deadline: u64, work: impl FnOnce(&Shared) + 'static) {
    disarm(shared, id);
    let Some(number) = child(shared, id, |child| child.timers) else { return };
    let timer = at(shared, deadline, move |shared| {
        // One that was due before it was disarmed is on its way already.
        let due = child(shared, id, |child| {
            let due = child.timers == number;
            if due {
                child.timer = None;
            }
            due
        });
        if due == Some(true) {
            work(shared);
        }
    });
    child(shared, id, |child| child.timer = Some(timer));
}

/// A child waits for nothing.
pub(super) fn disarm(shared: &Shared, id: u64) {
    let older = child(shared, id, |child| {
        child.timers += 1;
        child.timer.take()
    });
    shared.disarm(older.flatten());
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::spec::Spec;
    use crate::engine::ret::Ret;
    use crate::engine::token::Runtime;
    use std::time::Instant;

    /// A pool forgets each worker that has ended, and once looked at all others for that.
    #[test]
    fn a_child_is_forgotten_as_fast_however_many_there_are() {
        let looks = |children: usize| {
            let now = Instant::now();
            let mut runtime = Runtime::new(now);
            let start = |runtime: &mut Runtime| Spec::new(|_| Some(0_u32)).start(runtime).unwrap().actor_id();
            let ids: Vec<_> = (0..children).map(|_| start(&mut runtime)).collect();
            let child = ids[children / 2];
            runtime.terminate_child(child, Ret::nop()).unwrap();
            runtime.run(now, false);
            let looks = || runtime.shared().tree.with(|tree| std::mem::take(&mut tree.children.looks));
            looks();
            assert!(runtime.door().delete_child(None, child) && !runtime.door().delete_child(None, child));
            looks()
        };
        assert_eq!(looks(10), looks(if cfg!(miri) { 100 } else { 1000 }));
    }
}
