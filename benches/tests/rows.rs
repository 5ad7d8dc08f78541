//! Every row of every peer does its work: each checks its own result, and a run that lost a message fails.

use std::process::Command;

const BENCH: &str = env!("CARGO_BIN_EXE_bench");

fn listed() -> Vec<(String, String)> {
    let output = Command::new(BENCH).arg("--list").output().expect("bench starts");
    let text = String::from_utf8(output.stdout).expect("names are UTF-8");
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(peer, row)| (peer.to_owned(), row.to_owned()))
        .collect()
}

#[test]
fn every_row_does_its_work_and_reports_it() {
    let rows = listed();
    assert!(rows.len() > 20, "the list has the rows: {rows:?}");
    // One process for each row: Stakker allows one runtime in a process.
    for (peer, row) in rows {
        let output = Command::new(BENCH)
            .args(["--peer", &peer, "--row", &row, "--ops", "2000"])
            .output()
            .expect("bench starts");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{peer} {row}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(text.starts_with("ops 2000\n"), "{peer} {row}: {text}");
    }
}

#[test]
fn an_unknown_row_is_an_error_and_not_a_figure() {
    let output = Command::new(BENCH)
        .args(["--peer", "stakker", "--row", "no_such_row", "--ops", "1000"])
        .output()
        .expect("bench starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}
