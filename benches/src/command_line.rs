//! The interface of all programs: `--peer PEER --row ROW --ops N`, or `--list`.
//!
//! Output is one `name value` pair a line, for `run.py`. An unknown peer or row, or a row that did not measure, is exit
//! code 2 and a line on stderr: never a reading.

use crate::meter::Meter;
use crate::peers::{Row, Rows};
use std::io::Write;
use std::process::ExitCode;

struct Request {
    peer: String,
    row: String,
    ops: u64,
}

enum Command {
    List,
    Run(Request),
}

/// The peers of one program with their rows, by name.
pub type Peers = [(&'static str, Rows)];

/// Executes what the process's arguments ask of `peers`.
pub fn main(peers: &Peers) -> ExitCode {
    let result = parse(std::env::args().skip(1)).and_then(|command| match command {
        Command::List => Ok(list(peers)),
        Command::Run(request) => run(peers, &request),
    });
    let (mut stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
    let (written, code) = match result {
        Ok(text) => (stdout.write_all(text.as_bytes()), ExitCode::SUCCESS),
        Err(message) => (writeln!(stderr, "{message}"), ExitCode::from(2)),
    };
    if written.is_err() { ExitCode::FAILURE } else { code }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let (mut peer, mut row, mut ops) = (None, None, None);
    while let Some(name) = arguments.next() {
        if name == "--list" {
            return Ok(Command::List);
        }
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--peer" => peer = Some(value),
            "--row" => row = Some(value),
            "--ops" => ops = Some(value.parse().map_err(|_| format!("--ops {value}: not a number"))?),
            _ => return Err(format!("unknown option {name}")),
        }
    }
    match (peer, row, ops) {
        (Some(peer), Some(row), Some(ops)) => Ok(Command::Run(Request { peer, row, ops })),
        _ => Err("usage: --list | --peer PEER --row ROW --ops N".to_owned()),
    }
}

fn list(peers: &Peers) -> String {
    let mut text = String::new();
    for (peer, rows) in peers {
        for (row, _) in rows {
            text.push_str(&format!("{peer} {row}\n"));
        }
    }
    text
}

fn find(peers: &Peers, peer: &str, row: &str) -> Option<Row> {
    let (_, rows) = peers.iter().find(|(name, _)| *name == peer)?;
    rows.iter().find(|(name, _)| *name == row).map(|(_, execute)| *execute)
}

fn run(peers: &Peers, request: &Request) -> Result<String, String> {
    let Request { peer, row, ops } = request;
    let execute = find(peers, peer, row).ok_or_else(|| format!("{peer} has no row {row}"))?;
    let mut meter = Meter::new(*ops);
    execute(&mut meter);
    let reading = meter.reading().ok_or_else(|| format!("{peer} {row} did not measure"))?;
    let processor = reading.processor_nanoseconds;
    Ok(format!(
        "ops {ops}\nnanoseconds {}\n{}allocations {}\ngrown_bytes {}\n",
        reading.nanoseconds,
        processor.map_or_else(String::new, |nanoseconds| format!("processor_nanoseconds {nanoseconds}\n")),
        reading.allocations,
        reading.grown_bytes
    ))
}
