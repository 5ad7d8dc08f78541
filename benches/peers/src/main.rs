//! Runs one row on one of the runtimes that need an async executor: the same options and the same output as `bench`.
//!
//! Every peer runs on one thread. The rows are written once, in [`rows`]; a peer's file holds its actors, as its own manual would
//! write them.

mod actix;
mod kameo;
mod progress;
mod ractor;
mod rows;
mod tokio;

fn main() -> std::process::ExitCode {
    actor_rt_benches::command_line::main(&[
        ("tokio", rows::of::<tokio::Peer>()),
        ("actix", rows::of::<actix::Peer>()),
        ("ractor", rows::of::<ractor::Peer>()),
        ("kameo", rows::of::<kameo::Peer>()),
    ])
}
