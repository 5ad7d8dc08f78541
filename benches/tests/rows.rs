//! Every row of every peer does its work: each checks its own result, and a run that lost a message fails.

mod every_row;

const BENCH: &str = env!("CARGO_BIN_EXE_bench");

#[test]
fn every_row_does_its_work_and_reports_it() {
    assert!(every_row::listed(BENCH).len() > 20, "the list has the rows");
    every_row::all_do_their_work(BENCH);
}

#[test]
fn an_unknown_row_is_an_error_and_not_a_figure() {
    every_row::an_unknown_row_is_no_figure(BENCH, "stakker");
}
