//! What the tests of both programs share.

use std::process::{Command, Output};

/// The rows a program lists, as `(peer, row)`.
pub fn listed(program: &str) -> Vec<(String, String)> {
    let output = Command::new(program).arg("--list").output().expect("the program starts");
    let text = String::from_utf8(output.stdout).expect("names are UTF-8");
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(peer, row)| (peer.to_owned(), row.to_owned()))
        .collect()
}

/// Executes one row in a process of its own: Stakker allows one runtime in a process.
pub fn run(program: &str, peer: &str, row: &str) -> Output {
    Command::new(program)
        .args(["--peer", peer, "--row", row, "--ops", "2000"])
        .output()
        .expect("the program starts")
}

/// Fails unless every row that the program lists does its work and reports it.
pub fn all_do_their_work(program: &str) {
    for (peer, row) in listed(program) {
        let output = run(program, &peer, &row);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{peer} {row}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(text.starts_with("ops 2000\nnanoseconds "), "{peer} {row}: {text}");
    }
}

/// Fails unless a row that does not exist is an error.
pub fn an_unknown_row_is_no_figure(program: &str, peer: &str) {
    let output = run(program, peer, "no_such_row");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}
