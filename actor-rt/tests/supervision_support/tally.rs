//! The table of what happened in a run of random schedules.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::io::Write as _;

/// Shows how often each thing happened, two in a line. A run that passes shows it, too: the harness keeps what macros print to itself, and this
/// goes past it.
pub fn show<What: Display, Count: Display>(schedules: usize, counts: &BTreeMap<What, Count>) {
    show_under(&format!("{schedules} schedules, and how often each thing happened in them"), counts);
}

/// The same under another title.
pub fn show_under<What: Display, Count: Display>(title: &str, counts: &BTreeMap<What, Count>) {
    let entries: Vec<String> = counts.iter().map(|(what, count)| format!("{count:>9} {what}")).collect();
    let (left, right) = entries.split_at(entries.len().div_ceil(2));
    let width = left.iter().map(String::len).max().unwrap_or_default();
    let mut table = format!("\n{title}:\n");
    for (row, entry) in left.iter().enumerate() {
        let beside = right.get(row).map_or("", String::as_str);
        let line = format!("{entry:<width$} {beside}");
        writeln!(table, "{}", line.trim_end()).expect("it is a string");
    }
    // In one piece, since the harness may write at the same time.
    std::io::stdout().write_all(table.as_bytes()).expect("somebody reads it");
}
