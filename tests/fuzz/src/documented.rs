//! What the header says that a function answers: `documented` holds each status against its function's "Returns ..." sentence.
//!
//! Owns: the reading of those sentences, once a process. "The codes of every owner-thread function" are those that the header's top
//! names, and "as `art_post`" is what that says. A code that is there "during destruction" only counts inside of `art_destroy`.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

const HEADER: &str = include_str!("../../../include/actor_rt.h");
const EVERY_OWNER: &str = "the codes of every owner-thread function";

/// What a function may answer: at any time, and besides in the callbacks of a destruction.
#[derive(Clone, Default)]
struct Codes {
    always: HashSet<i32>,
    ending: HashSet<i32>,
}

static DESTRUCTIONS: AtomicU32 = AtomicU32::new(0);

/// Calls `destroy`, in whose callbacks more may be answered, on whatever thread.
pub fn destroying(destroy: impl FnOnce() -> i32) -> i32 {
    DESTRUCTIONS.fetch_add(1, Relaxed);
    let status = destroy();
    DESTRUCTIONS.fetch_sub(1, Relaxed);
    status
}

/// The status, after a look whether the header says that this function may answer so.
pub fn documented(function: &str, status: i32) -> i32 {
    static TABLE: OnceLock<HashMap<&str, Codes>> = OnceLock::new();
    let codes = TABLE.get_or_init(|| read(HEADER)).get(function);
    let codes = codes.unwrap_or_else(|| panic!("the header does not say what {function} returns"));
    let ending = DESTRUCTIONS.load(Relaxed) > 0 && codes.ending.contains(&status);
    assert!(ending || codes.always.contains(&status), "{function} answered {status}, of which the header says nothing");
    status
}

/// The codes of each function that returns a status.
fn read(header: &'static str) -> HashMap<&'static str, Codes> {
    let numbers: HashMap<&str, i32> = header.lines().filter_map(status_code).collect();
    let top = plain(between(header, "\"The codes of every owner-thread function\" are", "\n *\n"));
    let owner = codes(&top.replace("callbacks that art_destroy calls, ART_CLOSED", "ART_CLOSED during destruction"), &numbers);
    assert!(owner.always.len() > 3 && owner.ending.len() == 1, "the header's top names the codes of owner-thread functions");
    assert!(plain(header).contains("What answers ART_INVALID_UTF8 also answers ART_TOO_LARGE"), "as the header's top says");
    let mut table: HashMap<&str, Codes> = HashMap::new();
    let mut comment = "";
    for part in header.split("/**").skip(1) {
        let Some((text, rest)) = part.split_once("*/") else { continue };
        comment = if rest.trim_start().starts_with("ART_API art_status") { text } else { comment };
        let Some(declared) = rest.trim_start().strip_prefix("ART_API art_status ") else { continue };
        let name = declared.split('(').next().expect("a name").trim();
        let text = plain(comment);
        let sentence = between(&text, " Returns ", " Since ");
        let mut own = codes(sentence, &numbers);
        if sentence.contains(EVERY_OWNER) {
            add(&mut own, &owner);
        }
        if own.always.contains(&numbers["ART_INVALID_UTF8"]) {
            own.always.insert(numbers["ART_TOO_LARGE"]);
        }
        // Whom a sentence refers to stands before it.
        for other in sentence.split("as `art_").skip(1).filter_map(|rest| rest.split_once('`')) {
            let other = format!("art_{}", other.0);
            let other = table.get(&*other).unwrap_or_else(|| panic!("{name} refers to {other}, which stands behind it"));
            add(&mut own, other);
        }
        assert!(own.always.contains(&0), "{name} returns ART_OK at some time");
        table.insert(name, own);
    }
    assert!(table.len() > 100);
    table
}

fn add(own: &mut Codes, other: &Codes) {
    own.always.extend(&other.always);
    own.ending.extend(&other.ending);
}

/// The name and the number of a `#define` of a status: 0, or in parentheses since it is negative.
fn status_code(line: &'static str) -> Option<(&'static str, i32)> {
    let (name, value) = line.strip_prefix("#define ")?.split_once(' ')?;
    match value {
        "0" if name == "ART_OK" => Some((name, 0)),
        _ => Some((name, value.strip_prefix("(-")?.strip_suffix(')')?.parse::<i32>().ok()?.checked_neg()?)),
    }
}

/// The status codes that a sentence names.
fn codes(sentence: &str, numbers: &HashMap<&str, i32>) -> Codes {
    let mut found = Codes::default();
    for (place, _) in sentence.match_indices("ART_") {
        let rest = &sentence[place..];
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let Some(&number) = numbers.get(&rest[..end]) else { continue };
        let only_then = rest[end..].starts_with(" during destruction");
        if only_then { found.ending.insert(number) } else { found.always.insert(number) };
    }
    found
}

/// What lies between two texts.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let rest = text.split_once(begin).unwrap_or_else(|| panic!("{begin:?} is not in: {text}")).1;
    rest.split_once(end).map_or(rest, |(inner, _)| inner)
}

/// A comment as one line, without its stars.
fn plain(comment: &str) -> String {
    let words = comment.lines().flat_map(|line| line.trim_start().trim_start_matches('*').split_whitespace());
    words.collect::<Vec<_>>().join(" ")
}
