//! Counts what the programs used, so that a form which no program writes is found.

use crate::inventory::{ELSEWHERE, INVENTORY};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// The name, and how often it was used.
type Count = (&'static str, u64);

thread_local! {
    /// By the place of the name, since programs use thousands of items and long names take long to compare.
    static HITS: RefCell<BTreeMap<(*const u8, usize), Count>> = const { RefCell::new(BTreeMap::new()) };
    static COUNTING: Cell<bool> = const { Cell::new(false) };
}

/// An item of the interface is about to be used: `item!` and `form!` call this.
pub fn hit(name: &'static str) {
    if COUNTING.get() {
        HITS.with_borrow_mut(|hits| hits.entry((name.as_ptr(), name.len())).or_insert((name, 0)).1 += 1);
    }
}

/// Whether what happens now is part of the story, and counts.
pub fn counting(counts: bool) {
    COUNTING.set(counts);
}

/// As the compiler writes it and as the table does: they differ in spaces.
fn plain(name: &str) -> String {
    name.split_whitespace().collect()
}

/// Prints how often each item of the inventory was used, and returns what is wrong: those that were not, and what is not in it.
#[allow(clippy::print_stdout, reason = "whoever looks at the test wants to see what the programs used")]
pub fn report() -> Vec<String> {
    let mut counts = BTreeMap::<String, (&str, u64)>::new();
    HITS.with_borrow(|hits| {
        for (name, count) in hits.values() {
            counts.entry(plain(name)).or_insert((*name, 0)).1 += count;
        }
    });
    let (mut wrong, mut names, mut fewest) = (Vec::new(), 0, u64::MAX);
    for (section, items) in INVENTORY {
        println!("{section}:");
        for item in *items {
            let (_, count) = counts.remove(&plain(item)).unwrap_or_default();
            println!("{count:>10} {item}");
            if count == 0 {
                wrong.push(format!("no program used {item}"));
            }
            names += 1;
            fewest = fewest.min(count);
        }
    }
    for (item, test) in ELSEWHERE {
        println!("{:>10} {item}; see {test}", "shown");
    }
    println!(
        "{names} names of the interface, each used {fewest} times or more; {} shown by tests",
        ELSEWHERE.len()
    );
    wrong.extend(counts.values().map(|(name, _)| format!("used, and not in the inventory: {name}")));
    wrong
}

#[test]
fn the_inventory_names_each_item_once() {
    let mut seen = BTreeSet::new();
    for (_, items) in INVENTORY {
        for item in *items {
            assert!(seen.insert(plain(item)), "{item} is there twice");
        }
    }
    for (item, _) in ELSEWHERE {
        assert!(seen.insert(plain(item)), "{item} is there twice");
    }
}
