//! Says what Stakker refuses without its features. `differences/runtimes.rs` runs it.

mod refused;

use stakker as api;

fn main() {
    std::panic::set_hook(Box::new(|_| ()));
    println!("{:?}", refused::refused());
}
