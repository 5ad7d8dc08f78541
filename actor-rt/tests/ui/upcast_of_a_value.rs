//! Only actors are seen as traits; values are boxed.
use actor_rt::*;

trait Animal {}
struct Cat;
impl Animal for Cat {}

fn see(cat: Cat) -> Actor<dyn Animal> {
    upcast!(cat => dyn Animal)
}

fn main() {}
