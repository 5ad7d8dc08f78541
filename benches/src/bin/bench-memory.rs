//! Runs one row of one peer with the counting allocator: for bytes and allocations.

#![forbid(unsafe_code)]

#[global_allocator]
static ALLOCATOR: actor_rt_benches::allocation::Counting = actor_rt_benches::allocation::Counting;

fn main() -> std::process::ExitCode {
    actor_rt_benches::command_line::main(&actor_rt_benches::peers::all())
}
