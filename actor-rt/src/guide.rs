//! The guide's pages as documentation tests: `cargo test --doc` compiles and runs every Rust block in `docs/guide`.
//!
//! The pages lie outside of the package, where `include_str!` finds them in the repository only. `cfg(doctest)` keeps everything but
//! those tests from looking: `cargo build`, `cargo doc` and `cargo package` work without the pages. `tests/guide.rs` sees to it that
//! no page is missing here.

#[doc = include_str!("../../docs/guide/README.md")]
struct Index;

#[doc = include_str!("../../docs/guide/01-tutorial.md")]
struct Tutorial;

#[doc = include_str!("../../docs/guide/02-thinking-in-actors.md")]
struct ThinkingInActors;

#[doc = include_str!("../../docs/guide/03-queues-and-time.md")]
struct QueuesAndTime;

#[doc = include_str!("../../docs/guide/04-ownership.md")]
struct Ownership;

#[doc = include_str!("../../docs/guide/05-errors.md")]
struct Errors;

#[doc = include_str!("../../docs/guide/06-testing.md")]
struct Testing;

#[doc = include_str!("../../docs/guide/07-from-stakker.md")]
struct FromStakker;

#[doc = include_str!("../../docs/guide/08-from-callbacks.md")]
struct FromCallbacks;

#[doc = include_str!("../../docs/guide/09-your-own-loop.md")]
struct YourOwnLoop;

#[doc = include_str!("../../docs/guide/10-other-threads.md")]
struct OtherThreads;

#[doc = include_str!("../../docs/guide/11-life-cycle.md")]
struct LifeCycle;

#[doc = include_str!("../../docs/guide/12-supervision.md")]
struct Supervision;

#[doc = include_str!("../../docs/guide/13-asking.md")]
struct Asking;

#[doc = include_str!("../../docs/guide/14-mailboxes.md")]
struct Mailboxes;

#[doc = include_str!("../../docs/guide/15-names-and-groups.md")]
struct NamesAndGroups;

#[doc = include_str!("../../docs/guide/16-state-machines.md")]
struct StateMachines;

#[doc = include_str!("../../docs/guide/17-pools.md")]
struct Pools;

#[doc = include_str!("../../docs/guide/18-keeping-watch.md")]
struct KeepingWatch;

#[doc = include_str!("../../docs/guide/19-looking-inside.md")]
struct LookingInside;

#[doc = include_str!("../../docs/guide/20-from-elsewhere.md")]
struct FromElsewhere;
