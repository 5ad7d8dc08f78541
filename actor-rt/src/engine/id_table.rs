//! Tables with ids for the layers above: what another language is to name by a number.

use super::id::{IdError, IdKind};
use super::table::Table;
use super::token::Door;

/// What the ids of an [`IdTable`] name: those of one kind are no good where another one is wanted.
///
/// # Examples
///
/// See [`IdTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdsOf {
    /// Jobs that workers have.
    Jobs,
    /// Ports of output.
    Ports,
}

/// Things of one kind with an id each, by which another language names them: a number that is good once, for this runtime, and never names
/// anything else. There is at most one table of a kind for each runtime, or their ids are mixed up.
///
/// # Examples
///
/// ```
/// use actor_rt::{IdError, IdTable, IdsOf, Runtime};
/// use std::time::Instant;
///
/// let runtime = Runtime::new(Instant::now());
/// let mut ports: IdTable<&str> = runtime.door().id_table(IdsOf::Ports);
/// let mut jobs: IdTable<u32> = runtime.door().id_table(IdsOf::Jobs);
/// let id = ports.insert("temperature");
/// assert_eq!(ports.get(id), Ok(&mut "temperature"));
/// assert_eq!((ports.get(0), jobs.get(id)), (Err(IdError::Null), Err(IdError::WrongKind)));
/// assert_eq!(ports.remove(id), Ok("temperature"));
/// assert_eq!((ports.remove(id), ports.ids()), (Err(IdError::Stale), vec![]));
/// ```
pub struct IdTable<T>(Table<T>);

impl<T> IdTable<T> {
    /// Takes something in and gives it an id.
    ///
    /// # Examples
    ///
    /// See [`IdTable`].
    pub fn insert(&mut self, entry: T) -> u64 {
        self.0.insert(entry)
    }

    /// What has this id.
    ///
    /// # Errors
    /// If nothing has, and why.
    ///
    /// # Examples
    ///
    /// See [`IdTable`].
    pub fn get(&mut self, id: u64) -> Result<&mut T, IdError> {
        // Asked first, as a reference that is returned is held in all branches.
        let explained = self.0.explain(id);
        self.0.get(id).ok_or(explained)
    }

    /// Takes out what has this id, which is stale from now on.
    ///
    /// # Errors
    /// As [`get`](IdTable::get).
    ///
    /// # Examples
    ///
    /// See [`IdTable`].
    pub fn remove(&mut self, id: u64) -> Result<T, IdError> {
        match self.0.take(id) {
            Some(entry) => Ok(*entry),
            None => Err(self.0.explain(id)),
        }
    }

    /// All ids.
    ///
    /// # Examples
    ///
    /// See [`IdTable`].
    pub fn ids(&self) -> Vec<u64> {
        self.0.ids()
    }
}

impl<T> std::fmt::Debug for IdTable<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdTable").field("entries", &self.0.len()).finish()
    }
}

impl Door {
    /// An empty table of this kind.
    ///
    /// # Examples
    ///
    /// See [`IdTable`].
    pub fn id_table<T>(&self, kind: IdsOf) -> IdTable<T> {
        let kind = match kind {
            IdsOf::Jobs => IdKind::Job,
            IdsOf::Ports => IdKind::Port,
        };
        IdTable(Table::new(kind, self.shared().instance))
    }
}
