//! Tables: entries found by an id that is good once. A second use, a late one and a forged one find nothing.

use super::id::{self, IdError, IdKind, MAX_GENERATION};

struct Slot<T> {
    generation: u32,
    entry: Option<Box<T>>,
}

/// The entries of one kind in one runtime.
pub(crate) struct Table<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    kind: IdKind,
    instance: u8,
    length: usize,
    /// How often an entry was looked at.
    #[cfg(test)]
    pub looks: usize,
}

impl<T> Table<T> {
    pub(crate) const fn new(kind: IdKind, instance: u8) -> Self {
        Table {
            slots: Vec::new(),
            free: Vec::new(),
            kind,
            instance,
            length: 0,
            #[cfg(test)]
            looks: 0,
        }
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Takes an entry in and gives it an id.
    pub(crate) fn insert(&mut self, entry: T) -> u64 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 1, entry: None });
            self.slots.len() as u32 - 1
        });
        let place = &mut self.slots[slot as usize];
        place.entry = Some(Box::new(entry));
        self.length += 1;
        id::id(id::word(self.kind, self.instance, place.generation), slot)
    }

    fn slot(&mut self, id: u64) -> Option<&mut Slot<T>> {
        #[cfg(test)]
        {
            self.looks += 1;
        }
        let (kind, instance) = (self.kind, self.instance);
        let slot = self.slots.get_mut(id::slot(id) as usize)?;
        let valid = (id >> 32) as u32 == id::word(kind, instance, slot.generation) && slot.entry.is_some();
        valid.then_some(slot)
    }

    /// The entry with this id.
    pub(crate) fn get(&mut self, id: u64) -> Option<&mut T> {
        self.slot(id)?.entry.as_deref_mut()
    }

    /// Takes an entry out.
    pub(crate) fn take(&mut self, id: u64) -> Option<Box<T>> {
        let slot = self.slot(id)?;
        let entry = slot.entry.take();
        slot.generation += 1;
        if slot.generation <= MAX_GENERATION {
            self.free.push(id::slot(id));
        }
        self.length -= 1;
        entry
    }

    /// The ids of all entries, for taking them down.
    pub(crate) fn ids(&self) -> Vec<u64> {
        let used = self.slots.iter().enumerate().filter(|(_, slot)| slot.entry.is_some());
        used.map(|(index, slot)| id::id(id::word(self.kind, self.instance, slot.generation), index as u32))
            .collect()
    }

    /// Why an id was not found.
    pub(crate) fn explain(&self, id: u64) -> IdError {
        id::explain(id, self.kind, self.instance)
    }
}
