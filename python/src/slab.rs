//! A slab whose keys are never used twice: a late key finds nothing.
//!
//! Invariant: an entry's key is its place and the place's generation, which grows with each removal. Keys are never 0 and stay below
//! 2^63, so that they may serve as message tags.

const GENERATION_BITS: u64 = 31;
const LAST_GENERATION: u64 = (1 << GENERATION_BITS) - 1;

struct Slot<T> {
    generation: u64,
    value: Option<T>,
}

pub(crate) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub(crate) fn insert(&mut self, value: T) -> u64 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 1, value: None });
            u32::try_from(self.slots.len() - 1).expect("fewer than 2^32 entries fit into memory")
        });
        let slot = &mut self.slots[place as usize];
        slot.value = Some(value);
        slot.generation << 32 | u64::from(place)
    }

    fn slot(&mut self, key: u64) -> Option<&mut Slot<T>> {
        self.slots.get_mut(key as u32 as usize).filter(|slot| slot.generation == key >> 32)
    }

    pub(crate) fn get(&mut self, key: u64) -> Option<&mut T> {
        self.slot(key)?.value.as_mut()
    }

    pub(crate) fn take(&mut self, key: u64) -> Option<T> {
        let slot = self.slot(key)?;
        let value = slot.value.take()?;
        slot.generation += 1;
        if slot.generation <= LAST_GENERATION {
            self.free.push(key as u32);
        }
        Some(value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().filter_map(|slot| slot.value.as_ref())
    }

    pub(crate) fn len(&self) -> usize {
        self.iter().count()
    }
}
