//! A build farm in virtual time: the program of `docs/guide/01-tutorial.md`, which quotes it part by part.
//!
//!     cargo run -p actor-rt --example tutorial
//!
//! `actor-rt/tests/guide.rs` runs it, compares what it says with the page, and checks that each part that the page quotes is
//! here, word for word.

use actor_rt::*;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Something to build: how long an attempt takes, and how many attempts fail before one succeeds.
#[derive(Clone, Copy)]
pub struct Job {
    name: &'static str,
    seconds: u64,
    faults: u32,
}

/// Keeps what happened, with the time.
struct Journal {
    lines: Vec<String>,
}

impl Journal {
    fn init(_: CX![]) -> Option<Self> {
        Some(Journal { lines: Vec::new() })
    }

    fn line(&mut self, cx: CX![], text: String) {
        let time = cx.now() - cx.start_instant();
        self.lines.push(format!("{:2} s  {text}", time.as_secs()));
    }

    fn lines(&self, _: CX![]) -> Vec<String> {
        self.lines.clone()
    }
}

/// Makes one attempt at one job, and ends: by `stop!` if it went well, by `fail!` if not.
struct Builder {
    job: Job,
    attempt: u32,
}

impl Builder {
    fn init(cx: CX![], job: Job, attempt: u32) -> Option<Self> {
        after!(Duration::from_secs(job.seconds), [cx], finish());
        Some(Builder { job, attempt })
    }

    fn finish(&mut self, cx: CX![]) {
        if self.attempt <= self.job.faults {
            fail!(cx, "attempt {} failed", self.attempt);
        } else {
            stop!(cx);
        }
    }
}

/// A job on its way through the farm, with the reply that waits for it.
struct Order {
    job: Job,
    attempt: u32,
    reply: Ret<u32>,
}

/// Builds a few jobs at a time, and tries each of them up to three times.
struct Farm {
    log: Fwd<String>,
    waiting: VecDeque<Order>,
    builders: ActorOwnSlab<Builder>,
}

impl Farm {
    const BUILDERS: usize = 2;
    const ATTEMPTS: u32 = 3;
    const PAUSE: Duration = Duration::from_secs(5);

    fn init(_: CX![], log: Fwd<String>) -> Option<Self> {
        Some(Farm { log, waiting: VecDeque::new(), builders: ActorOwnSlab::new() })
    }

    /// Answers with the number of attempts it took; with `None` if the job cannot be built.
    fn build(&mut self, cx: CX![], job: Job, reply: Ret<u32>) {
        self.enqueue(cx, Order { job, attempt: 1, reply });
    }

    fn enqueue(&mut self, cx: CX![], order: Order) {
        self.waiting.push_back(order);
        self.start(cx);
    }

    fn start(&mut self, cx: CX![]) {
        while self.builders.len() < Self::BUILDERS {
            let Some(order) = self.waiting.pop_front() else { return };
            let (job, attempt) = (order.job, order.attempt);
            fwd!([self.log], format!("{} begins", job.name));
            let notify = ret_to!([cx], ended(order) as (StopCause));
            actor_in_slab!(self.builders, cx, Builder::init(job, attempt), notify);
        }
    }

    fn ended(&mut self, cx: CX![], mut order: Order, cause: Option<StopCause>) {
        let name = order.job.name;
        match cause {
            Some(StopCause::Stopped) => ret!([order.reply], order.attempt),
            Some(cause) if order.attempt < Self::ATTEMPTS => {
                fwd!([self.log], format!("{name}: {cause}"));
                order.attempt += 1;
                after!(Self::PAUSE, [cx], enqueue(order));
            }
            // The order is dropped here, and its reply with it.
            _ => fwd!([self.log], format!("{name} is given up")),
        }
        self.start(cx);
    }
}

/// Orders some jobs, and ends when it has heard of each.
struct Client {
    log: Fwd<String>,
    open: usize,
    _farm: ActorOwn<Farm>,
}

impl Client {
    fn init(cx: CX![], log: Fwd<String>, jobs: Vec<Job>) -> Option<Self> {
        let farm = actor!(cx, Farm::init(log.clone()), ret_failthru!(cx, "the farm failed"));
        let open = jobs.len();
        for job in jobs {
            call!([farm], build(job, ret_to!([cx], built(job.name) as (u32))));
        }
        Some(Client { log, open, _farm: farm })
    }

    fn built(&mut self, cx: CX![], name: &'static str, attempts: Option<u32>) {
        match attempts {
            Some(attempts) => fwd!([self.log], format!("{name} is built, attempts: {attempts}")),
            None => fwd!([self.log], format!("{name} is not built")),
        }
        self.open -= 1;
        if self.open == 0 {
            stop!(cx);
        }
    }
}

/// Runs a farm until its client has ended. No clock is read after the first line, and nothing sleeps: the time of the next
/// step is that of the next timer.
///
/// # Panics
/// If nothing is left to wait for before the client has ended: a fault of the actors.
pub fn simulate(jobs: Vec<Job>) -> Vec<String> {
    let start = Instant::now();
    let mut runtime = Runtime::new(start);
    let rt = &mut runtime;
    let journal = actor!(rt, Journal::init(), ret_nop!());
    let log = fwd_to!([journal], line() as (String));
    let _client = actor!(rt, Client::init(log, jobs), ret_shutdown!(rt));
    rt.run(start, false);
    while rt.not_shutdown() {
        let next = rt.next_expiry().expect("a builder works, or a job pauses");
        rt.run(next, false);
    }
    query!([journal, rt], lines()).expect("the journal is kept")
}

/// The jobs of the tutorial.
pub fn jobs() -> Vec<Job> {
    vec![
        Job { name: "kernel", seconds: 20, faults: 0 },
        Job { name: "driver", seconds: 4, faults: 1 },
        Job { name: "editor", seconds: 6, faults: 9 },
    ]
}

#[allow(clippy::print_stdout, reason = "it is a program")]
fn main() {
    for line in simulate(jobs()) {
        println!("{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_fails_is_tried_three_times_with_a_pause_of_five_seconds() {
        let hopeless = Job { name: "hopeless", seconds: 1, faults: u32::MAX };
        let said = simulate(vec![hopeless]);
        assert_eq!(said.last().unwrap(), "13 s  hopeless is not built");
        assert_eq!(said.iter().filter(|line| line.ends_with("hopeless begins")).count(), 3);
    }

    #[test]
    fn a_job_waits_while_two_are_built() {
        let job = |name, seconds| Job { name, seconds, faults: 0 };
        let said = simulate(vec![job("long", 60), job("short", 10), job("last", 1)]);
        assert!(said.contains(&"10 s  last begins".to_owned()), "{said:?}");
    }
}
