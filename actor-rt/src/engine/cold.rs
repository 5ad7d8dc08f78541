//! The cold part of an actor: everything that most actors do not have, allocated when first needed.
//!
//! A plain held actor without a notifier has none. The header holds an index into the runtime's table.

use super::asks::Side;
use super::counts::Counts;
use super::kin::Kin;
use super::list::List;
use super::own_mailbox::OwnMailbox;
use super::ret::Ret;
use super::stop_cause::StopCause;
use crate::kernel::cell::CellHeader;
use crate::kernel::lane::Lane;
use crate::time::OwnerList;
use std::rc::Rc;

/// Bytes of a stash's segments: a preparing actor that gets one message should not cost a page.
const STASH_SEGMENT: usize = 512;

/// The rare part of one actor.
#[derive(Default)]
#[allow(dead_code, reason = "what coroutines need has its place, so that nothing moves when they come")]
pub(crate) struct Cold {
    /// Told when the actor has ended.
    pub notifier: Option<Ret<StopCause>>,
    /// Messages that wait until the actor is ready.
    pub stash: Option<Lane>,
    /// The actor's timers; they end with it.
    pub timers: Option<OwnerList>,
    /// Requests the actor made and that are not answered yet.
    pub asks: List,
    /// Requests the actor accepted, kept and has not answered yet.
    pub kept: List,
    /// Counts restarts. What an earlier incarnation left behind is void.
    pub incarnation: u32,
    /// For people.
    pub name: Option<Rc<str>>,
    /// For logs.
    pub log_id: u64,
    /// What it has done, if that is counted.
    pub counts: Option<Counts>,
    /// Its mailbox, if that is more than a bound.
    pub mailbox: Option<Box<OwnMailbox>>,
    /// What it has waiting for room elsewhere.
    pub parked: List,
    /// Its supervisor, its children, who watches it.
    pub kin: Option<Box<Kin>>,
    /// Coroutines that belong to the actor.
    pub tasks: Vec<u64>,
}

/// The cold parts of one runtime's actors.
#[derive(Default)]
pub(crate) struct ColdTable {
    entries: Vec<Option<Box<Cold>>>,
    free: Vec<u32>,
}

impl ColdTable {
    /// The cold part of an actor, made if it has none.
    #[inline]
    pub(crate) fn of(&mut self, cell: &CellHeader) -> &mut Cold {
        if cell.cold() == 0 {
            self.make(cell);
        }
        self.entries[cell.cold() as usize - 1].get_or_insert_default()
    }

    #[cold]
    fn make(&mut self, cell: &CellHeader) {
        let index = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            self.entries.len() as u32
        });
        self.entries[index as usize - 1] = Some(Box::default());
        cell.set_cold(index);
    }

    /// The cold part of an actor, if it has one.
    pub(crate) fn get(&mut self, cell: &CellHeader) -> Option<&mut Cold> {
        let index = (cell.cold() as usize).checked_sub(1)?;
        self.entries[index].as_deref_mut()
    }

    /// Takes an actor's cold part away, to be dropped outside of the table.
    pub(crate) fn take(&mut self, cell: &CellHeader) -> Option<Box<Cold>> {
        let index = cell.cold();
        if index == 0 {
            return None;
        }
        cell.set_cold(0);
        self.free.push(index);
        self.entries[index as usize - 1].take()
    }
}

impl Cold {
    /// The stash, made if there is none.
    #[inline]
    pub(crate) fn stash(&mut self) -> &Lane {
        self.stash.get_or_insert_with(|| Lane::with_segments(STASH_SEGMENT))
    }

    /// The requests it made, or those it keeps.
    pub(crate) fn requests(&mut self, side: Side) -> &mut List {
        match side {
            Side::Asker => &mut self.asks,
            Side::Holder => &mut self.kept,
        }
    }
}
