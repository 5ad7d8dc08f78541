//! The rules of Stakker's semantics: which there are, how each is shown, and how often the programs came upon it.
//!
//! A rule is counted where its situation has arisen in a running program, and ended as the rule says: by the world's own books, on this
//! runtime. The other one need not count: its story is the same. A rule that a program cannot reach, or must not since both runtimes differ
//! there on purpose, is shown by a test; what cannot be seen through the interface is said to be so.

use crate::inventory::ELSEWHERE;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How a rule is shown.
enum Evidence {
    /// By the programs: `rule` is called with its name.
    Counted,
    /// The same, and each of its cases: `rule` is called with the name, a stroke and the case.
    Cases(&'static [&'static str]),
    /// By the test of this name, of this package or of the runtime's own.
    Shown(&'static str),
    /// Not through the interface, for this reason.
    Internal(&'static str),
}
use Evidence::{Cases, Counted, Internal, Shown};

/// Each rule, in a few words.
const RULES: &[(&str, &str, Evidence)] = &[
    ("A1", "a run: what is queued, then due timers, then lazy work", Counted),
    ("A2", "one queue for all: what is pushed meanwhile goes behind", Counted),
    ("A3", "a lazy batch is finished before the main queue goes on", Counted),
    ("A4", "one idle message, before all others", Counted),
    ("A5", "the idle message has the old time", Counted),
    ("A6", "the result says whether idle work waits", Counted),
    ("A7", "an older time is ignored, and queues run", Counted),
    ("A8", "a run ends when nothing is left, however long that takes", Counted),
    ("A9", "a shutdown ends no run", Counted),
    ("A10", "a run inside of a run panics", Shown("a10_a_run_inside_of_a_run_panics")),
    (
        "A11",
        "what waits at a panic is lost",
        Shown("a_reply_that_waits_when_the_runtime_ends_is_answered_here"),
    ),
    ("A12", "memory of queues is given back after a minute", Internal("memory is not part of a story")),
    ("A13", "posting takes nothing from the allocator", Internal("the benches count what is taken")),
    ("B1", "timers are at most a tick late", Shown("timers_are_exact_here_and_late_by_up_to_a_tick_there")),
    ("B2", "what is due already fires in a later instant", Counted),
    ("B3", "fixed timers of one time fire in the order of arming", Counted),
    (
        "B4",
        "moving timers precede fixed ones",
        Shown("at_one_time_moving_timers_fire_first_there_and_as_armed_here"),
    ),
    (
        "B5",
        "the order over a jump",
        Shown("over_a_jump_in_time_timers_fire_here_in_the_order_of_their_deadlines"),
    ),
    ("B6", "an expired timer is queued and cannot be deleted", Counted),
    ("B7", "timers many hours ahead", Shown("b7_a_timer_of_many_hours_fires_once_and_at_its_time")),
    ("B8", "a max timer fires at the largest time given", Counted),
    ("B9", "a min timer fires at the smallest time given", Counted),
    ("B10", "a key that leads nowhere answers false", Counted),
    ("B11", "an old key does not lead to the next timer", Counted),
    (
        "B12",
        "a min timer moved into the past",
        Shown("a_min_timer_moved_into_the_past_is_lost_in_stakker_and_here_fires"),
    ),
    ("B13", "deleting drops the closure in the call", Counted),
    ("B14", "a time before the start is the start", Counted),
    ("C1", "an actor is prepared, then ready, then ended", Counted),
    ("C2", "what waited for the value runs right behind its making", Counted),
    ("C3", "an initialiser for an actor that has a value is dropped", Counted),
    ("C4", "an initialiser that stops wins over its value, which goes last", Counted),
    ("C5", "a stop counts when the method returns, and drops what it had queued", Counted),
    ("C6", "an end: no longer alive, value dropped, then told", Counted),
    ("C7", "children of the value end after their parent's end is told", Counted),
    ("C8", "an end is told once", Counted),
    (
        "C9",
        "the last owner may go at any time: what was queued before still runs",
        Cases(&["queued", "own handler"]),
    ),
    ("C10", "a kill by the host is at once, by the macro it is queued", Cases(&["at once", "queued"])),
    ("C11", "an actor's cell outlives it for its handles", Shown("c11_handles_of_an_ended_actor_stay_good")),
    (
        "C12",
        "a call to an ended actor is dropped in its turn, and its reply answered then",
        Cases(&["ended", "waiting"]),
    ),
    ("C13", "a value's destructor may post", Counted),
    ("C14", "a query finds ready actors only", Cases(&["ready", "not ready"])),
    ("C15", "the owner count saturates", Internal("billions of owners are needed, or a look at bits")),
    ("C16", "replies that fail an actor: for which causes", Cases(&["failed", "spared"])),
    ("C17", "a child leaves its slab before its end is told", Counted),
    ("D1", "a reply is heard of once, a forward often", Cases(&["reply", "forward"])),
    ("D2", "closures of replies run at once, messages of replies are queued", Cases(&["at once", "queued"])),
    ("D3", "those that panic", Shown("d3_those_that_panic_do_so_when_used_and_not_when_dropped")),
    ("D4", "no part, one, or several", Cases(&["none", "one", "several"])),
    ("E1", "how many runtimes there may be", Shown("e1_runtimes_on_one_thread_do_not_mix")),
    ("E2", "what waits at the runtime's end is dropped and never run", Counted),
    (
        "E3",
        "owners that outlive the runtime",
        Shown("an_actor_whose_owner_goes_after_the_runtime_is_told_of_its_end_here"),
    ),
    ("E4", "what is deferred after the runtime's end never runs", Counted),
    ("F1", "many wakes, one call", Counted),
    ("F2", "the order of wakers", Shown("wakers_are_called_here_in_the_order_of_the_wakes")),
    ("F3", "the end of a waker takes the place of its wakes", Counted),
    ("F4", "a wake beside a poll is not lost", Shown("f4_a_wake_beside_a_poll_is_not_lost")),
    ("F5", "the poll-waker is set once", Shown("f5_a_poll_waker_is_set_once")),
    ("F6", "where handlers of wakers are kept", Internal("no call tells of a slot")),
    (
        "F7",
        "a piped thread: values, then its end; a cancel overtakes",
        Shown("f7_a_piped_threads_values_precede_its_end"),
    ),
    ("F8", "a channel is in order, and its guard closes it", Cases(&["in order", "closed"])),
    ("G1", "log ids count from one", Counted),
    ("G2", "an actor's first record names its parent", Counted),
    ("G3", "what is filtered is not formatted", Counted),
    ("G4", "what a logger logs is lost", Counted),
    ("G5", "nothing is logged at the level for nothing", Counted),
    ("H1", "two borrows of one value panic", Shown("h1_two_borrows_of_one_value_panic")),
    ("H2", "one borrow at a time", Shown("programs_that_break_a_rule_do_not_compile")),
    ("H3", "a weak reference ends with the last strong one", Counted),
];

/// How many rules each group has.
const GROUPS: &[(char, usize)] =
    &[('A', 13), ('B', 14), ('C', 17), ('D', 4), ('E', 4), ('F', 8), ('G', 5), ('H', 3)];

thread_local! {
    static COUNTS: RefCell<BTreeMap<&'static str, u64>> = const { RefCell::new(BTreeMap::new()) };
}

/// The situation of a rule, or of a case of one, has arisen, and ended as the rule says.
pub fn rule(name: &'static str) {
    COUNTS.with_borrow_mut(|counts| *counts.entry(name).or_default() += 1);
}

/// Prints how each rule was shown, and returns those that no program came upon.
#[allow(clippy::print_stdout, reason = "whoever looks at the test wants to see what the programs came upon")]
pub fn report() -> Vec<String> {
    let mut counts = COUNTS.with_borrow(BTreeMap::clone);
    let mut missing = Vec::new();
    let mut count = |name: String, words: &str| {
        let count = counts.remove(&*name).unwrap_or_default();
        println!("{count:>10} {name}: {words}");
        if count == 0 {
            missing.push(name);
        }
    };
    for (id, words, how) in RULES {
        match how {
            Counted => count((*id).to_owned(), words),
            Cases(cases) => cases.iter().for_each(|case| count(format!("{id}/{case}"), words)),
            Shown(test) => println!("{:>10} {id}: {words}; see {test}", "shown"),
            Internal(why) => println!("{:>10} {id}: {words}; {why}", "internal"),
        }
    }
    assert!(counts.is_empty(), "counted, and not in the table: {counts:?}");
    missing
}

#[test]
fn the_table_has_every_rule_once() {
    let table: Vec<_> = RULES.iter().map(|(id, ..)| (*id).to_owned()).collect();
    let all: Vec<_> = GROUPS
        .iter()
        .flat_map(|(group, count)| (1..=*count).map(move |number| format!("{group}{number}")))
        .collect();
    assert_eq!(table, all);
}

#[test]
fn every_test_that_the_tables_name_is_there() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    for folder in ["tests", "tests/differences", "../../actor-rt/tests"].map(|folder| package.join(folder)) {
        for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "rs") {
                tests.extend(tests_in(&std::fs::read_to_string(file).unwrap()));
            }
        }
    }
    let rules = RULES.iter().filter_map(|(id, _, how)| match how {
        Shown(test) => Some((*id, *test)),
        _ => None,
    });
    for (id, test) in rules.chain(ELSEWHERE.iter().copied()) {
        assert!(tests.contains(test), "{id} is to be shown by {test}, and there is no such test");
    }
}

/// The names of the functions behind `#[test]`, with other attributes between or without.
fn tests_in(text: &str) -> Vec<String> {
    let after = text.split("#[test]").skip(1);
    after
        .filter_map(|rest| rest.lines().find_map(|line| line.trim_start().strip_prefix("fn ")))
        .filter_map(|line| line.split_once("()").map(|(name, _)| name.to_owned()))
        .collect()
}
