//! Counts what the programs used, so that a form which no program writes is found.

use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    static HITS: RefCell<BTreeMap<&'static str, u64>> = const { RefCell::new(BTreeMap::new()) };
    static NAMES: RefCell<BTreeMap<(&'static str, &'static str, &'static str), &'static str>> = const { RefCell::new(BTreeMap::new()) };
}

/// An item of the interface was used.
pub fn hit(name: &'static str) {
    HITS.with_borrow_mut(|hits| *hits.entry(name).or_default() += 1);
}

/// How often each item was used.
pub fn hits() -> BTreeMap<&'static str, u64> {
    HITS.with_borrow(BTreeMap::clone)
}

/// A name of several parts, kept for ever: there are some dozens of them.
pub fn join(lane: &'static str, context: &'static str, form: &'static str) -> &'static str {
    NAMES.with_borrow_mut(|names| {
        *names
            .entry((lane, context, form))
            .or_insert_with(|| String::leak(format!("{lane}({context}, {form})")))
    })
}

/// What the programs have to use between them.
pub const EXPECTED: &[&str] = &[
    "Actor::apply",
    "Actor::defer",
    "Actor::is_zombie",
    "ActorOwn (drop)",
    "ActorOwn::anon",
    "ActorOwn::kill",
    "ActorOwn::new",
    "ActorOwn::owned",
    "ActorOwnSlab",
    "Channel::send",
    "ChannelGuard (drop)",
    "Core::after",
    "Core::anymap",
    "Core::defer",
    "Core::idle",
    "Core::lazy",
    "Core::log",
    "Core::log_span_open",
    "Core::now",
    "Core::share_rw2",
    "Core::share_rw3",
    "Core::shutdown",
    "Core::timer_add",
    "Core::timer_del",
    "Core::timer_max_active",
    "Core::timer_max_del",
    "Core::timer_max_upd",
    "Core::timer_min_active",
    "Core::timer_min_del",
    "Core::timer_min_upd",
    "Core::waker",
    "Cx::share2_rw2",
    "Cx::share2_rw3",
    "Deferrer::defer",
    "Ret (drop)",
    "Share",
    "Share::downgrade",
    "ShareWeak::upgrade",
    "Stakker::next_expiry",
    "Stakker::poll_wake",
    "Stakker::set_log_filter",
    "Waker (drop)",
    "Waker::wake",
    "actor!(core, …)",
    "actor!(cx, <Type>::init())",
    "actor!(cx, Type::init())",
    "actor_in_slab!",
    "actor_new!",
    "actor_of_trait!",
    "after!([actor, core], Type::init)",
    "after!([actor, core], closure)",
    "after!([actor, core], method)",
    "after!([core], closure)",
    "after!([cx], Type::init)",
    "after!([cx], closure)",
    "after!([cx], method)",
    "at!([actor, core], Type::init)",
    "at!([actor, core], closure)",
    "at!([actor, core], method)",
    "at!([core], closure)",
    "at!([cx], Type::init)",
    "at!([cx], closure)",
    "at!([cx], method)",
    "call! with a Ret",
    "call! with a trait's method",
    "call!([actor, core], Type::init)",
    "call!([actor, core], closure)",
    "call!([actor, core], method)",
    "call!([actor], Type::init)",
    "call!([actor], closure)",
    "call!([actor], method)",
    "call!([core], closure)",
    "call!([cx], Type::init)",
    "call!([cx], closure)",
    "call!([cx], method)",
    "fail!",
    "fwd! with several parts",
    "fwd! without parts",
    "fwd!",
    "fwd_do!",
    "fwd_nop!",
    "fwd_to! with a closure",
    "fwd_to! with a method",
    "fwd_to! with an initialiser",
    "idle!([actor, core], Type::init)",
    "idle!([actor, core], closure)",
    "idle!([actor, core], method)",
    "idle!([core], closure)",
    "idle!([cx], Type::init)",
    "idle!([cx], closure)",
    "idle!([cx], method)",
    "kill!",
    "lazy!([actor, core], Type::init)",
    "lazy!([actor, core], closure)",
    "lazy!([actor, core], method)",
    "lazy!([core], closure)",
    "lazy!([cx], Type::init)",
    "lazy!([cx], closure)",
    "lazy!([cx], method)",
    "query!",
    "ret! with several parts",
    "ret! without parts",
    "ret!",
    "ret_do!",
    "ret_fail!",
    "ret_failthru!",
    "ret_nop!",
    "ret_panic! (drop)",
    "ret_shutdown!",
    "ret_some_do!",
    "ret_some_to! with a closure",
    "ret_some_to! with a method",
    "ret_to! with a closure",
    "ret_to! with a method",
    "ret_to! with an initialiser",
    "stop!",
    "task::Task",
    "task::Task::from_context",
    "timer_max!([actor, core])",
    "timer_max!([core])",
    "timer_max!([cx])",
    "timer_min!([actor, core])",
    "timer_min!([core])",
    "timer_min!([cx])",
];
