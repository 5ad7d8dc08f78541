//! Runs one row of one peer with the system's allocator: for instructions and time.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    actor_rt_benches::command_line::main(&actor_rt_benches::peers::all())
}
