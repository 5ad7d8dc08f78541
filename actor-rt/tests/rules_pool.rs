//! Jobs on their way to workers: routed, accepted or given back, queued by priority and within limits, expired, limited in their rate.

mod pool_support;
mod supervision_support;

use actor_rt::services::pool::*;
use actor_rt::*;
use std::cell::Cell;
use std::rc::Rc;
use supervision_support::*;

#[test]
fn r50_a_key_has_the_same_worker_while_the_size_is_the_same() {
    let mut world = World::new();
    let pool = world.routed(4, Router::key_persistent());
    let first = world.jobs(&pool, "a/now b/now c/now d/now e/now f/now");
    assert!(
        ["0:now", "1:now", "2:now", "3:now"].iter().filter(|at| first.contains(**at)).count() > 1,
        "{first}"
    );
    for _ in 0..10 {
        assert_eq!(world.jobs(&pool, "a/now b/now c/now d/now e/now f/now"), first);
    }
    // Also while it is busy and others are not.
    let at = world.jobs(&pool, "a/one");
    assert_eq!(world.jobs(&pool, "a/two"), "");
    assert_eq!(world.finish(&pool, "one"), at.replace("one", "two"));
}

#[test]
fn r50_first_idle_gives_a_job_to_whoever_has_least_to_do_and_lets_it_wait_for_all() {
    let mut world = World::new();
    let pool = world.routed(2, Router::first_idle());
    assert_eq!(world.jobs(&pool, "k/a k/b k/c k/d"), "0:a 1:b");
    assert_eq!(world.finish(&pool, "b"), "1:c");
    assert_eq!(world.finish(&pool, "a"), "0:d");
    let stats = world.stats(&pool);
    assert_eq!((stats.done, stats.running, stats.queued), (2, 2, 0));
}

#[test]
fn r50_a_key_sticks_to_a_worker_as_long_as_that_has_jobs_of_it() {
    let mut world = World::new();
    let pool = world.routed(3, Router::sticky());
    assert_eq!(world.jobs(&pool, "x/a y/b x/c y/d z/e"), "0:a 1:b 2:e");
    assert_eq!(world.finish(&pool, "e"), "", "the third one is idle, but has nothing of x and y");
    assert_eq!(world.finish(&pool, "b"), "1:d");
    assert_eq!(world.finish(&pool, "a"), "0:c");
    assert_eq!(world.finish(&pool, "c"), "");
    // Free again: x may go anywhere.
    assert_eq!(world.jobs(&pool, "q/f x/g"), "0:f 2:g");
}

#[test]
fn r50_a_key_that_sticks_while_its_jobs_wait_for_all_gathers_them_at_one_worker() {
    let mut world = World::new();
    let pool = world.routed(2, Router::sticky());
    assert_eq!(world.jobs(&pool, "a/a b/b x/1 x/2 y/3"), "0:a 1:b");
    assert_eq!(world.finish(&pool, "a"), "0:1");
    assert_eq!(world.finish(&pool, "b"), "1:3", "the second one of x waits for the worker of the first");
    assert_eq!(world.finish(&pool, "1"), "0:2");
}

#[test]
fn r50_round_robin_goes_on_to_the_next_worker_busy_or_not() {
    let mut world = World::new();
    let pool = world.routed(3, Router::round_robin());
    assert_eq!(world.jobs(&pool, "k/a k/b k/now-1 k/c k/d k/now-2"), "0:a 1:b 2:now-1 2:now-2");
    assert_eq!(world.finish(&pool, "b"), "1:d");
    assert_eq!(world.finish(&pool, "a"), "0:c");
}

#[test]
fn r50_a_custom_router_says_where_a_job_goes_modulo_the_size() {
    let mut world = World::new();
    let pool = world.routed(3, Router::custom(|key: &&str, size| key.len() + size * 7));
    assert_eq!(world.jobs(&pool, "a/now aa/now aaa/now aaaa/now"), "1:now 2:now 0:now 1:now");
}

#[test]
fn r50_a_worker_has_as_many_jobs_at_once_as_it_may() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().size(2).in_flight(2));
    let pool = world.begin(spec);
    assert_eq!(world.jobs(&pool, "k/a k/b k/c k/d k/e"), "0:a 1:b 0:c 1:d");
    assert_eq!(world.finish(&pool, "c"), "0:e");
    assert_eq!(world.stats(&pool).active, 2);
}

#[test]
fn r51_whoever_asks_is_told_that_a_job_was_accepted_or_gets_it_back() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().discard(Discard::newest(1)));
    let pool = world.begin(spec);
    assert_eq!(world.submit(&pool, Job::new("k", "a")), "accepted 0:a");
    assert_eq!(world.submit(&pool, Job::new("k", "b")), "accepted");
    assert_eq!(world.submit(&pool, Job::new("k", "c")), "back:k/c:LoadShed");
    call!([pool], drain());
    assert_eq!(world.run(), "Draining");
    assert_eq!(world.submit(&pool, Job::new("k", "d")), "back:k/d:Shutdown");
    let stats = world.stats(&pool);
    assert_eq!((stats.accepted, stats.refused), (2, 2));
    assert_eq!(world.finish(&pool, "a"), "0:b");
    assert_eq!(world.finish(&pool, "b"), "Stopped");
    assert_eq!(world.submit(&pool, Job::new("k", "e")), "unanswered");
}

#[test]
fn r51_a_job_comes_back_as_it_was() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().discard(Discard::newest(0)));
    let pool = world.begin(spec);
    world.jobs(&pool, "k/a");
    let job = Job::new("k", "b").priority(Priority::High).time_to_live(millis(5)).retries(3);
    let same = format!("{job:?}");
    let heard = Ret::new(move |answer: Option<Result<(), Rejected<&str, &str>>>| {
        assert_eq!(format!("{:?}", answer.unwrap().unwrap_err().job), same);
    });
    call!([pool], submit(job, heard));
    assert_eq!(world.run(), "");
}

#[test]
fn r52_without_a_limit_any_number_waits() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    const MANY: usize = if cfg!(miri) { 50 } else { 5_000 };
    for _ in 0..MANY {
        call!([pool], dispatch(Job::new("k", "x")));
    }
    assert_eq!(world.run(), "0:x");
    assert_eq!(world.stats(&pool).queued, MANY - 1);
}

#[test]
fn r52_of_too_many_the_newest_is_given_back() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().discard(Discard::newest(2)));
    let pool = world.begin(spec);
    assert_eq!(world.jobs(&pool, "k/a k/b k/c k/d"), "0:a k/d:LoadShed");
    assert_eq!(world.finish(&pool, "a"), "0:b");
    assert_eq!(world.stats(&pool).discarded(DiscardReason::LoadShed), 1);
}

#[test]
fn r52_of_too_many_the_oldest_of_the_least_urgent_goes() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().discard(Discard::oldest(2)));
    let pool = world.begin(spec);
    assert_eq!(world.jobs(&pool, "k/a k/b k/c k/d"), "0:a k/b:LoadShed");
    // The new one, if all others are more urgent: then it is not accepted.
    let low = Job::new("k", "low").priority(Priority::BestEffort);
    assert_eq!(world.submit(&pool, low), "back:k/low:LoadShed");
    let high = Job::new("k", "high").priority(Priority::High);
    assert_eq!(world.submit(&pool, high), "accepted k/c:LoadShed");
    assert_eq!(world.finish(&pool, "a"), "0:high");
    assert_eq!(world.finish(&pool, "high"), "0:d");
}

#[test]
fn r52_a_limit_of_none_waiting_means_never_queue() {
    for discard in [Discard::newest(0), Discard::oldest(0)] {
        let mut world = World::new();
        let spec = world.pool(PoolSettings::new().size(2).discard(discard));
        let pool = world.begin(spec);
        assert_eq!(world.jobs(&pool, "k/a k/b k/c"), "0:a 1:b k/c:LoadShed");
        assert_eq!(world.finish(&pool, "a"), "");
        assert_eq!(world.jobs(&pool, "k/d"), "0:d");
    }
}

#[test]
fn r52_the_limit_holds_for_each_workers_queue_where_the_router_chooses_the_worker() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().size(2).discard(Discard::oldest(1)));
    let pool = world.begin(spec.router(Router::custom(|key: &&str, _| key.len())));
    assert_eq!(world.jobs(&pool, "a/1 aa/2 a/3 aa/4"), "1:1 0:2");
    assert_eq!(world.jobs(&pool, "a/5"), "a/3:LoadShed");
    assert_eq!(world.finish(&pool, "2"), "0:4");
    assert_eq!(world.finish(&pool, "1"), "1:5");
}

#[test]
fn r52_a_dynamic_limit_is_asked_for_when_it_matters_and_not_too_often() {
    let mut world = World::new();
    let (limit, asked) = (Rc::new(Cell::new(1)), Rc::new(Cell::new(0)));
    let (now, count) = (limit.clone(), asked.clone());
    let ask = move |stats: &PoolStats| {
        assert_eq!(stats.size, 1);
        count.set(count.get() + 1);
        now.get()
    };
    let spec = world.pool(PoolSettings::new().discard(Discard::newest(0).dynamic(millis(100), ask)));
    let pool = world.begin(spec);
    assert_eq!(world.jobs(&pool, "k/a"), "0:a");
    assert_eq!(asked.get(), 0, "it did not have to wait");
    assert_eq!(world.jobs(&pool, "k/b k/c"), "k/c:LoadShed");
    limit.set(3);
    world.at(99);
    assert_eq!(world.jobs(&pool, "k/d"), "k/d:LoadShed");
    assert_eq!((asked.get(), world.runtime.pending().timers), (1, 0));
    world.at(100);
    assert_eq!(world.jobs(&pool, "k/e k/f k/g"), "k/g:LoadShed");
    assert_eq!(asked.get(), 2);
}

#[test]
fn r53_a_job_that_waited_too_long_is_found_when_it_leaves_the_queue_and_no_worker_sees_it() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    world.jobs(&pool, "k/a");
    for (message, time) in [("b", 10), ("c", 9), ("d", 30)] {
        call!([pool], dispatch(Job::new("k", message).time_to_live(millis(time))));
    }
    assert_eq!(world.at(10), "", "nobody looks before");
    assert_eq!(world.finish(&pool, "a"), "0:b", "not longer than it may");
    assert_eq!(world.at(11), "");
    assert_eq!(world.finish(&pool, "b"), "k/c:Expired 0:d");
    // It counts while a job waits, not while it is done.
    assert_eq!(world.at(1_000), "");
    assert_eq!(world.finish(&pool, "d"), "");
    let stats = world.stats(&pool);
    assert_eq!((stats.done, stats.discarded(DiscardReason::Expired)), (3, 1));
}

#[test]
fn r53_a_job_expires_in_a_workers_queue_and_when_it_is_to_be_tried_again() {
    let mut world = World::new();
    let pool = world.routed(1, Router::key_persistent());
    world.jobs(&pool, "k/a");
    call!([pool], dispatch(Job::new("k", "b").time_to_live(millis(5))));
    world.at(6);
    assert_eq!(world.finish(&pool, "a"), "k/b:Expired");
    call!([pool], dispatch(Job::new("k", "c").time_to_live(millis(5)).retries(9)));
    assert_eq!(world.run(), "0:c");
    world.at(20);
    let worker = world.workers(&pool).remove(0);
    worker.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.run(), "k/c:Expired");
}

#[test]
fn r54_the_more_urgent_comes_first_and_of_equals_the_older() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    world.jobs(&pool, "k/a");
    use Priority::{BestEffort, High, Highest, Important, Normal};
    let jobs = [
        ("1", BestEffort),
        ("2", Normal),
        ("3", Important),
        ("4", High),
        ("5", Highest),
        ("6", Highest),
        ("7", Normal),
        ("8", BestEffort),
    ];
    for (message, priority) in jobs {
        call!([pool], dispatch(Job::new("k", message).priority(priority)));
    }
    let mut order = Vec::new();
    let mut now = "a";
    for _ in 0..jobs.len() {
        let next = world.finish(&pool, now);
        now =
            jobs.iter().map(|(message, _)| *message).find(|message| next == format!("0:{message}")).unwrap();
        order.push(now);
    }
    assert_eq!(order, ["5", "6", "4", "3", "2", "7", "1", "8"]);
    assert_eq!(Priority::default(), Normal);
}

#[test]
fn r54_what_is_not_to_be_discarded_passes_the_limit() {
    let mut world = World::new();
    let cases = [
        (Discard::newest(1), "0:a k/c:LoadShed", "0:b"),
        // They take the place of others, but never go themselves.
        (Discard::oldest(1), "0:a k/b:LoadShed k/c:LoadShed", "0:1"),
    ];
    for (discard, told, next) in cases {
        let spec = world.pool(PoolSettings::new().discard(discard)).never_discard(|job| job.key == "boss");
        let pool = world.begin(spec);
        assert_eq!(world.jobs(&pool, "k/a k/b boss/1 boss/2 k/c"), told);
        assert_eq!(world.finish(&pool, "a"), next);
        world.runtime.terminate_child(pool.actor_id(), Ret::nop()).unwrap();
        world.run();
    }
}

#[test]
fn r54_what_may_not_go_is_asked_for_once_for_each_job() {
    let mut world = World::new();
    let asked = Rc::new(Cell::new(0));
    let count = asked.clone();
    let spec = world.pool(PoolSettings::new()).never_discard(move |_| {
        count.set(count.get() + 1);
        false
    });
    let pool = world.begin(spec);
    world.jobs(&pool, "k/a k/b");
    world.finish(&pool, "a");
    assert_eq!(asked.get(), 2);
}

#[test]
fn r59_a_rate_limits_what_any_router_lets_through() {
    let routers: [fn() -> Router<&'static str>; 5] =
        [Router::first_idle, Router::key_persistent, Router::sticky, Router::round_robin, || {
            Router::custom(|_, _| 0)
        }];
    for router in routers {
        let mut world = World::new();
        let pool = world.routed(1, router().rate(2, millis(10)));
        assert_eq!(world.jobs(&pool, "k/now k/now k/c k/d"), "0:now 0:now k/c:RateLimited k/d:RateLimited");
        assert_eq!(world.at(4), "");
        assert_eq!(world.submit(&pool, Job::new("k", "e")), "back:k/e:RateLimited");
        assert_eq!(world.at(5), "");
        assert_eq!(world.jobs(&pool, "k/now k/f"), "0:now k/f:RateLimited");
        assert_eq!(world.at(100), "");
        assert_eq!(world.jobs(&pool, "k/now k/now k/g"), "0:now 0:now k/g:RateLimited");
        assert_eq!(world.stats(&pool).discarded(DiscardReason::RateLimited), 5);
    }
}

#[test]
fn r59_what_is_refused_for_another_reason_does_not_count_for_the_rate() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().discard(Discard::newest(0)));
    let pool = world.begin(spec.router(Router::first_idle().rate(2, millis(10))));
    assert_eq!(world.jobs(&pool, "k/a k/b k/c"), "0:a k/b:LoadShed k/c:LoadShed");
    assert_eq!(world.finish(&pool, "a"), "");
    assert_eq!(world.jobs(&pool, "k/d k/e"), "0:d k/e:RateLimited");
    let none = world.routed(1, Router::first_idle().rate(0, millis(10)));
    assert_eq!(world.jobs(&none, "k/x"), "k/x:RateLimited");
}
