//! The native half of the Python package `actor_rt`: module `actor_rt._core`.
//!
//! The Python half (`python/actor_rt`) defines what users name: `Runtime` is a Python class over [`RuntimeBase`] and `Actor` one
//! whose instances get a [`Bond`], so that the built-in loop, the context manager and the finalizers are readable Python.
//!
//! # Layout
//!
//! | file | owns |
//! |---|---|
//! | `owner_cell` | who may touch what; with `fast_call`, `args` and `lent` the only unsafe code |
//! | `fast_call`, `given` | methods that are called for each message, and the arguments as they came |
//! | `args` | the arguments that go with a message |
//! | `bond`, `held` | what ties an instance to its actor, and an actor in what refers to it |
//! | `store`, `slab` | the Python values, by keys; what the collector traverses |
//! | `bridge`, `spawn` | one runtime on its own thread, and how actors are made |
//! | `posting`, `timers`, `failures` | how messages are queued and lost; time; what becomes of exceptions |
//! | `supervised`, `plan` | actors that the tree keeps and restarts, and what they are made of |
//! | `lifecycle`, `prepare` | the hooks of a class |
//! | `tree` | the tree from outside |
//! | `kernel_actor`, `clerk` | Python actors and the runtime's own one, as the kernel sees them |
//! | `driver`, `reply`, `waiting` | coroutines, what they wait for, and who else waits for that |
//! | `gather` | several asks with one reply |
//! | `sending` | sends that wait for room, with a priority, with a time to live |
//! | `pool`, `pool_plan`, `jobs`, `pool_key` | pools of Python actors, how they are made, their jobs, and the keys of those |
//! | `messages` | messages as values |
//! | `native`, `packets`, `lent` | actors in other languages, what those send, and bytes that go with a message |
//! | `capsule` | the runtime as other languages have it |
//! | `own` | what crates with Rust actors of their own call |
//! | `offload` | work for other threads |
//! | `port`, `groups` | values for subscribers; what is told of names, groups and restarts |
//! | `functions` | what the functions of the module have in common |
//! | `actor`, `reference`, `forward`, `context`, `remote`, `runtime` | the classes |
//! | `inspect` | counts, lost messages, traces, handlers that take long |
//! | `wake`, `hosting` | how the host hears of work; what it calls, and is to call |
//! | `waiter` | where the built-in loop waits |
//! | `for_tests` | what the kit for tests needs |
//!
//! # A wheel with Rust actors of its own
//!
//! A crate that has this one as an rlib has a native module of its own, whose `#[pymodule]` calls [`register`] and adds what makes its actors, with
//! [`door`], [`reply`] and [`native_ref`]. Its wheel has a copy of the package's Python files (`python -m actor_rt.vendor`) under a name of its own,
//! so that it depends on nothing and gets into nobody's way. `python-example/tally` is such a crate.

#[forbid(unsafe_code)]
mod actor;
#[cfg_attr(feature = "abi3", path = "args_tuple.rs")]
#[cfg_attr(not(feature = "abi3"), path = "args_array.rs")]
mod args;
#[forbid(unsafe_code)]
mod bond;
#[forbid(unsafe_code)]
mod bridge;
#[forbid(unsafe_code)]
mod capsule;
#[forbid(unsafe_code)]
mod clerk;
#[forbid(unsafe_code)]
mod context;
#[forbid(unsafe_code)]
mod driver;
#[forbid(unsafe_code)]
mod errors;
#[forbid(unsafe_code)]
mod failures;
mod fast_call;
#[forbid(unsafe_code)]
mod for_tests;
#[forbid(unsafe_code)]
mod forward;
#[forbid(unsafe_code)]
mod functions;
#[forbid(unsafe_code)]
mod gather;
#[forbid(unsafe_code)]
mod given;
#[forbid(unsafe_code)]
mod groups;
#[forbid(unsafe_code)]
mod held;
#[forbid(unsafe_code)]
mod hosting;
#[forbid(unsafe_code)]
mod inspect;
#[forbid(unsafe_code)]
mod jobs;
#[forbid(unsafe_code)]
mod kernel_actor;
mod lent;
#[forbid(unsafe_code)]
mod lifecycle;
#[forbid(unsafe_code)]
mod messages;
#[forbid(unsafe_code)]
mod native;
#[forbid(unsafe_code)]
mod offload;
#[forbid(unsafe_code)]
mod own;
mod owner_cell;
#[forbid(unsafe_code)]
mod packets;
#[forbid(unsafe_code)]
mod plan;
#[forbid(unsafe_code)]
mod pool;
#[forbid(unsafe_code)]
mod pool_key;
#[forbid(unsafe_code)]
mod pool_plan;
#[forbid(unsafe_code)]
mod port;
#[forbid(unsafe_code)]
mod posting;
#[forbid(unsafe_code)]
mod prepare;
#[forbid(unsafe_code)]
mod reference;
#[forbid(unsafe_code)]
mod remote;
#[forbid(unsafe_code)]
mod reply;
#[forbid(unsafe_code)]
mod runtime;
#[forbid(unsafe_code)]
mod sending;
#[forbid(unsafe_code)]
mod slab;
#[forbid(unsafe_code)]
mod spawn;
#[forbid(unsafe_code)]
mod store;
#[forbid(unsafe_code)]
mod supervised;
#[forbid(unsafe_code)]
mod timers;
#[forbid(unsafe_code)]
mod tree;
#[forbid(unsafe_code)]
mod waiter;
#[forbid(unsafe_code)]
mod waiting;
#[forbid(unsafe_code)]
mod wake;
#[forbid(unsafe_code)]
mod watch;

pub use bond::Bond;
pub use context::Context;
pub use forward::Forward;
pub use groups::Watch;
pub use native::NativeBase;
pub use own::{OnItsThread, door, native_ref, reply, tag};
pub use pool::PoolBase;
pub use port::PortBase;
pub use reference::Ref;
pub use remote::Remote;
pub use reply::Reply;
pub use runtime::{Progress, RuntimeBase};
pub use sending::Sending;
pub use timers::Timer;
pub use waiter::Waiter;
pub use watch::Watchdog;

use pyo3::prelude::*;

/// In the child after a fork: runtimes of the parent refuse to work.
#[pyfunction]
fn _forked() {
    owner_cell::forked();
}

/// Makes the native half of a copy of the package, `package` being the name of that, such as "tally.actor_rt": for the `#[pymodule]` of a wheel's own
/// native module, which has to be imported before the copy.
///
/// # Errors
/// `ImportError` if this library is the native half of another package already.
pub fn register(py: Python<'_>, package: &str) -> PyResult<()> {
    let name = format!("{package}._core");
    let core = PyModule::new(py, &name)?;
    add_to(&core, package)?;
    py.import("sys")?.getattr("modules")?.set_item(name, core)
}

/// Adds everything to the native half of `package`.
fn add_to(module: &Bound<'_, PyModule>, package: &str) -> PyResult<()> {
    errors::set_package(module.py(), package)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<RuntimeBase>()?;
    actor::register(module)?;
    module.add_class::<Ref>()?;
    module.add_class::<Forward>()?;
    module.add_class::<Reply>()?;
    module.add_class::<Context>()?;
    module.add_class::<Timer>()?;
    module.add_class::<Remote>()?;
    module.add_class::<Progress>()?;
    module.add_class::<Waiter>()?;
    module.add_class::<Watchdog>()?;
    for add in [reference::add_methods, sending::add_methods, remote::add_methods] {
        add(module.py())?;
    }
    groups::register(module)?;
    tree::register(module)?;
    hosting::register(module)?;
    for_tests::register(module)?;
    offload::register(module)?;
    inspect::register(module)?;
    module.add_class::<Sending>()?;
    module.add_class::<Watch>()?;
    module.add_class::<NativeBase>()?;
    capsule::register(module)?;
    module.add_class::<PoolBase>()?;
    module.add_class::<PortBase>()?;
    module.add_function(wrap_pyfunction!(_forked, module)?)
}

// The owner thread's state relies on the GIL (`owner_cell`).
#[pymodule(gil_used = true)]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_to(module, "actor_rt")
}
