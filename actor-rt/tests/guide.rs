//! The guide in `docs/guide`: every page and every block of it is run by something, and what it quotes is there.
//!
//! The Rust blocks themselves are documentation tests of the crate (`src/guide.rs`). Here is what those cannot see: a page that was
//! forgotten there, a block in a language that nobody runs, a quotation that is no longer true, a test that has another name now.

// Miri has no files to read, and nothing to find here that it does not find elsewhere.
#![cfg(not(miri))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[allow(dead_code, reason = "its `main` is not called: the test compares what it would print")]
#[path = "../examples/tutorial.rs"]
mod tutorial;

/// A fenced block of a page: what stands behind the fence, and the text.
struct Block {
    place: String,
    info: String,
    text: String,
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The pages, by their file names.
fn pages() -> Vec<(String, String)> {
    let directory = package().join("../docs/guide");
    let mut pages: Vec<_> = files(&directory, "md")
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), read(&path)))
        .collect();
    pages.sort();
    assert!(pages.len() >= 9, "the guide has an index and eight pages at least");
    pages
}

fn files(directory: &Path, extension: &'static str) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    entries
        .map(|entry| entry.unwrap().path())
        .filter(move |path| path.extension() == Some(extension.as_ref()))
}

/// Reads the fences as Markdown does. The guide's are not indented, and are made of backticks.
fn blocks(name: &str, page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in page.lines().enumerate() {
        let place = format!("{name}:{}", number + 1);
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some(Block { place, info: info.to_owned(), text: String::new() }),
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {
                let text = line.trim_start();
                assert!(
                    !text.starts_with("```") && !text.starts_with("~~~"),
                    "{place}: a fence of another form"
                );
            }
        }
    }
    assert!(open.is_none(), "{name}: a fence is never closed");
    found
}

fn all_blocks() -> Vec<Block> {
    pages().iter().flat_map(|(name, page)| blocks(name, page)).collect()
}

/// What stands between `before` and `after`, as often as it does.
fn between<'a>(text: &'a str, before: &'a str, after: char) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split_once(after)).map(|(inside, _)| inside)
}

#[test]
fn every_page_is_a_documentation_test() {
    let module = read(&package().join("src/guide.rs"));
    let included: BTreeSet<_> = between(&module, "include_str!(\"../../docs/guide/", '"').collect();
    let pages = pages();
    let there: BTreeSet<_> = pages.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(included, there);
    assert!(read(&package().join("src/lib.rs")).contains("#[cfg(doctest)]\nmod guide;"));
}

#[test]
fn every_block_is_run_or_quoted_or_plain_text() {
    let mut programs = 0;
    for Block { place, info, text } in all_blocks() {
        let words: Vec<_> = info.split([',', ' ']).collect();
        match words[..] {
            ["rust"] => assert!(text.contains("assert"), "{place}: a program that asserts nothing"),
            // With the code of the error, lest it fails to compile for another reason than the page says.
            ["rust", "compile_fail", code] => assert!(code.starts_with('E'), "{place}: {info}"),
            ["rust", "should_panic"] | ["rs"] | ["text"] | ["text", "expected"] => {}
            _ => panic!("{place}: nobody runs a block of `{info}`"),
        }
        programs += usize::from(words[0] == "rust");
    }
    assert!(programs >= 30, "{programs}");
}

#[test]
fn what_the_pages_quote_is_in_the_tutorials_program() {
    let program = read(&package().join("examples/tutorial.rs"));
    let quoted: Vec<_> = all_blocks().into_iter().filter(|block| block.info == "rs").collect();
    for Block { place, text, .. } in &quoted {
        assert!(program.contains(text), "{place}: the program has no such part:\n{text}");
    }
    assert!(quoted.len() >= 10);
}

#[test]
fn the_tutorial_prints_what_its_page_shows() {
    let shown: Vec<_> = all_blocks().into_iter().filter(|block| block.info == "text expected").collect();
    let [block] = &shown[..] else { panic!("one block shows what the program prints") };
    assert!(block.place.starts_with("01-tutorial.md:"), "{}", block.place);
    let printed: String =
        tutorial::simulate(tutorial::jobs()).iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(printed, block.text);
}

#[test]
fn the_index_names_every_page() {
    let pages = pages();
    let (_, index) = pages.iter().find(|(name, _)| name == "README.md").expect("an index");
    for (name, _) in pages.iter().filter(|(name, _)| name != "README.md") {
        assert!(index.contains(&format!("]({name})")), "{name}");
    }
}

#[test]
fn each_difference_from_stakker_is_named_with_a_test_that_exists() {
    let differential: String = files(&package().join("../tests/differential/tests/differences"), "rs")
        .map(|path| read(&path))
        .collect();
    let programs = read(&package().join("../tests/differential/src/lib.rs"));
    let ours: String = files(&package().join("tests"), "rs").map(|path| read(&path)).collect();
    let page = read(&package().join("../docs/guide/07-from-stakker.md"));
    let mut marked = BTreeSet::new();
    for row in page.lines().filter(|line| line.starts_with('|')) {
        let cell = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default().trim();
        let tests: Vec<_> = cell.split('`').skip(1).step_by(2).filter(|name| name.contains('_')).collect();
        for test in &tests {
            let (source, item) = match cell.get(..2) {
                Some("D ") => (&differential, format!("#[test]\nfn {test}() {{")),
                Some("C ") => (&programs, format!("/// ```\npub mod {test} {{}}")),
                _ => (&ours, format!("#[test]\nfn {test}() {{")),
            };
            assert!(source.contains(&item), "there is no test {test}");
        }
        if cell.starts_with("D ") || cell.starts_with("C ") {
            marked.extend(tests);
        }
    }
    let tests = between(&differential, "#[test]\nfn ", '(');
    let all: BTreeSet<_> = tests.chain(between(&programs, "pub mod ", ' ')).collect();
    assert_eq!(marked, all, "every difference that a test shows is in the page");
}
