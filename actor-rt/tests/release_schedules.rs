//! Random lives of one supervised actor: whatever it does in its hooks and whatever is done to it, each message that was sent to it is let go
//! once, handled or not, and that at the end of the runtime at the latest.

mod payload_support;

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actor_rt::mailbox::Mailbox;
use actor_rt::supervision::{Backoff, Lifecycle, Restart, Shutdown, Spec, Stopping};
use actor_rt::{ActorId, Budget, Cx, Door, Packet, Receive, Runtime, StopCause};
use payload_support::{owned, released};
use proptest::collection::vec;
use proptest::prelude::*;

/// What is done to the actor, by others or by itself.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Post,
    Timer,
    Pause,
    Resume,
    Stop,
    Kill,
    Drain,
}

impl Deed {
    /// Does it; how many messages that makes.
    fn done(self, door: &Door, id: ActorId) -> usize {
        match self {
            Deed::Post => drop(door.post(id, 1, owned())),
            Deed::Timer => drop(door.timer_post(id, 1, owned(), door.now_ns() + 15)),
            Deed::Pause => drop(door.pause(id)),
            Deed::Resume => drop(door.resume(id)),
            Deed::Stop => drop(door.stop(id)),
            Deed::Kill => drop(door.kill(id, "enough")),
            Deed::Drain => drop(door.drain(id)),
        }
        usize::from(matches!(self, Deed::Post | Deed::Timer))
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Do(Deed),
    FromElsewhere,
    Step { messages: u32, later: u64 },
}

/// How the actor behaves.
#[derive(Clone, Debug)]
struct Conduct {
    on_stop: Vec<Deed>,
    last: Vec<Deed>,
    waits: bool,
    restart: Restart,
    shutdown: Shutdown,
    backoff: Option<u64>,
    capacity: Option<u32>,
    has_mailbox: bool,
    /// Which of its starts fails.
    fails: u32,
}

struct Subject {
    conduct: Rc<Conduct>,
    made: Rc<Cell<usize>>,
}

impl Subject {
    fn all(&self, cx: &Cx<'_, Self>, deeds: &[Deed]) {
        for deed in deeds {
            self.made.set(self.made.get() + deed.done(cx.door(), cx.this().actor_id()));
        }
    }
}

impl Receive for Subject {
    fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}

    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) {
        self.all(cx, &self.conduct.last);
    }
}

impl Lifecycle for Subject {
    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
        self.all(cx, &self.conduct.on_stop);
        if self.conduct.waits { Stopping::Pending } else { Stopping::Done }
    }
}

fn deed() -> impl Strategy<Value = Deed> {
    use Deed::*;
    prop::sample::select(vec![Post, Timer, Pause, Resume, Stop, Kill, Drain])
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => deed().prop_map(Event::Do),
        2 => Just(Event::Do(Deed::Post)),
        1 => Just(Event::FromElsewhere),
        3 => (prop::sample::select(vec![1, u32::MAX]), prop::sample::select(vec![0, 10]))
            .prop_map(|(messages, later)| Event::Step { messages, later }),
    ]
}

fn conduct() -> impl Strategy<Value = Conduct> {
    let restart = prop::sample::select(vec![Restart::Transient, Restart::Permanent, Restart::Temporary]);
    let shutdown = prop::sample::select(vec![
        Shutdown::Infinite,
        Shutdown::After(Duration::from_nanos(5)),
        Shutdown::Kill,
    ]);
    let backoff = prop::sample::select(vec![None, Some(9), Some(1_000_000)]);
    let capacity = prop::sample::select(vec![None, Some(1), Some(3)]);
    let parts = (
        vec(deed(), 0..3),
        vec(deed(), 0..3),
        any::<bool>(),
        restart,
        shutdown,
        backoff,
        capacity,
        any::<bool>(),
        1..5_u32,
    );
    parts.prop_map(|(on_stop, last, waits, restart, shutdown, backoff, capacity, has_mailbox, fails)| {
        Conduct { on_stop, last, waits, restart, shutdown, backoff, capacity, has_mailbox, fails }
    })
}

fn spec(conduct: &Rc<Conduct>, made: &Rc<Cell<usize>>, has_hooks: bool) -> Spec<Subject> {
    let (mine, made, starts) = (conduct.clone(), made.clone(), Cell::new(0));
    let spec = Spec::new(move |_| {
        starts.set(starts.get() + 1);
        let subject = Subject { conduct: mine.clone(), made: made.clone() };
        (starts.get() != mine.fails + 1).then_some(subject)
    });
    let spec = spec.accept_packets().restart(conduct.restart).shutdown(conduct.shutdown);
    let spec = if has_hooks { spec.hooks() } else { spec };
    let spec = match conduct.backoff {
        Some(first) => {
            spec.backoff(Backoff::new(Duration::from_nanos(first), Duration::from_nanos(2 * first)))
        }
        None => spec,
    };
    let spec = if conduct.has_mailbox { spec.mailbox(Mailbox::new()) } else { spec };
    match conduct.capacity {
        Some(messages) => spec.capacity(messages),
        None => spec,
    }
}

proptest! {
    #[test]
    fn each_message_is_let_go_once(conduct in conduct(), has_hooks: bool, events in vec(event(), 1..20)) {
        released();
        let (conduct, made) = (Rc::new(conduct), Rc::new(Cell::new(0)));
        let mut runtime = Runtime::new(Instant::now());
        let subject = spec(&conduct, &made, has_hooks).start(&mut runtime).unwrap();
        let (id, remote) = (subject.actor_id(), runtime.remote());
        let mut now = 0;
        for event in events {
            match event {
                Event::Do(deed) => made.set(made.get() + deed.done(runtime.door(), id)),
                Event::FromElsewhere => {
                    made.set(made.get() + 1);
                    drop(remote.post(id, 1, owned()));
                }
                Event::Step { messages, later } => {
                    now += later;
                    runtime.step_ns(now, &Budget { messages, ..Budget::default() });
                }
            }
        }
        drop((subject, runtime));
        prop_assert_eq!(released().len(), made.get());
    }
}
