//! Every row of the executors' peers does its work, and all of them have the same rows.

#[path = "../../tests/every_row/mod.rs"]
mod every_row;

const BENCH: &str = env!("CARGO_BIN_EXE_bench-peers");

#[test]
fn every_row_does_its_work_and_reports_it() {
    let rows = every_row::listed(BENCH);
    assert_eq!(rows.len(), 4 * 7, "four peers with seven rows each: {rows:?}");
    every_row::all_do_their_work(BENCH);
}

#[test]
fn an_unknown_row_is_an_error_and_not_a_figure() {
    every_row::an_unknown_row_is_no_figure(BENCH, "tokio");
}
