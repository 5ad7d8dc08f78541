//! `Heartbeat`: pings all supervised actors again and again, and tells which do not answer.

use crate::supervision::{Interval, Lifecycle, Spec, StartError};
use crate::{Actor, ActorId, Core, Cx, Door, Fwd, Ret};
use std::collections::BTreeMap;
use std::time::Duration;

/// How a heartbeat is to beat. It is an actor itself, which pings all other supervised ones in each cycle.
///
/// One that is paused, held or never made, or has more messages than it handles, answers late or not at all: that is reported, and if it
/// is to, the actor is killed, so that its supervisor makes it anew. A handler that does not return lets the heartbeat wait, too: for
/// that there is [`Core::watchdog`], read by another thread.
///
/// As ODIN's heartbeat, and with [`restarting`](Heartbeat::restarting) ractor's dead-man's switch.
///
/// # Examples
///
/// ```
/// use actor_rt::services::{Heart, Heartbeat, Pulse};
/// use actor_rt::supervision::Spec;
/// use actor_rt::{Actor, Fwd, Runtime};
/// use std::time::{Duration, Instant};
/// use std::{cell::RefCell, rc::Rc};
///
/// let start = Instant::now();
/// let mut runtime = Runtime::new(start);
/// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
/// let reports = Rc::new(RefCell::new(Vec::new()));
/// let told = reports.clone();
/// let report = Fwd::new(move |pulse: Pulse| told.borrow_mut().push(pulse));
/// let beat = Heartbeat::new(Duration::from_secs(1));
/// let heart: Actor<Heart> = beat.start(&mut runtime, report).unwrap();
///
/// let mut run_at = |runtime: &mut Runtime, second| runtime.run(start + Duration::from_secs(second), false);
/// run_at(&mut runtime, 0);
/// run_at(&mut runtime, 1);
/// let latency = heart.query(&mut runtime, |heart, _| heart.latency(actor.actor_id()));
/// assert!(latency.flatten().is_some() && reports.borrow().is_empty());
///
/// actor.pause();
/// run_at(&mut runtime, 2);
/// run_at(&mut runtime, 3);
/// assert_eq!(*reports.borrow(), [Pulse::Unresponsive { actor: actor.actor_id(), cycles: 1 }]);
/// actor.resume();
/// run_at(&mut runtime, 3);
/// assert!(matches!(reports.borrow()[1], Pulse::Recovered { .. }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it beats when it is started: call start()"]
pub struct Heartbeat {
    cycle: Duration,
    patience: u32,
    restarts: bool,
}

/// What a heartbeat reports of an actor.
///
/// # Examples
///
/// See [`Heartbeat`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pulse {
    /// It has not answered for so many cycles. Told once, until it answers again; if it is killed for that, again of one that takes its
    /// place and refuses to answer, too.
    Unresponsive {
        /// Whom it is about.
        actor: ActorId,
        /// How many cycles have ended since it was pinged.
        cycles: u32,
    },
    /// It was reported, and has answered now.
    Recovered {
        /// Whom it is about.
        actor: ActorId,
        /// How long the answer took by the runtime's clock.
        latency: Duration,
    },
}

impl Heartbeat {
    /// A ping for each actor in each cycle; one that has not answered when the next begins is reported.
    ///
    /// # Examples
    ///
    /// See [`Heartbeat`].
    pub const fn new(cycle: Duration) -> Self {
        Heartbeat { cycle, patience: 1, restarts: false }
    }

    /// After how many cycles without an answer an actor is reported; at least one.
    ///
    /// # Examples
    ///
    /// See [`restarting`](Heartbeat::restarting).
    pub const fn patience(self, cycles: u32) -> Self {
        Heartbeat { patience: if cycles == 0 { 1 } else { cycles }, ..self }
    }

    /// An actor that is reported is killed, too. Its supervisor decides what follows: by default it is made anew. That holds for one as well
    /// that waits for its restart ([`Spec::backoff`]): let the cycles be longer than such waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::Heartbeat;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let beat = Heartbeat::new(Duration::from_secs(1)).patience(2).restarting();
    /// let _heart = beat.start(&mut runtime, Fwd::new(|_| ())).unwrap();
    /// runtime.run(start, false);
    /// actor.pause();
    /// for second in 1..=3 {
    ///     runtime.run(start + Duration::from_secs(second), false);
    /// }
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(0), "a new one, which is not paused");
    /// ```
    pub const fn restarting(self) -> Self {
        Heartbeat { restarts: true, ..self }
    }

    /// Starts the heartbeat as a child of the root. It beats until it is ended as any actor is. What it finds goes to `report`.
    ///
    /// # Errors
    /// As [`Spec::start`].
    ///
    /// # Examples
    ///
    /// See [`Heartbeat`].
    pub fn start(self, core: &mut Core, report: Fwd<Pulse>) -> Result<Actor<Heart>, StartError> {
        self.spec(report).start(core)
    }

    /// Starts the heartbeat through a door: as [`start`](Heartbeat::start), from its first turn on, as
    /// [`Spec::spawn_through`].
    ///
    /// # Errors
    /// As [`Spec::spawn_through`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::Heartbeat;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let id = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap().actor_id();
    /// let beat = Heartbeat::new(Duration::from_secs(1));
    /// let heart = beat.spawn_through(runtime.door(), Fwd::new(|_| ())).unwrap();
    /// runtime.run(now, false);
    /// assert!(heart.query(&mut runtime, |heart, _| heart.latency(id)).flatten().is_some());
    /// ```
    pub fn spawn_through(self, door: &Door, report: Fwd<Pulse>) -> Result<Actor<Heart>, StartError> {
        self.spec(report).spawn_through(door, None, Ret::nop())
    }

    fn spec(self, report: Fwd<Pulse>) -> Spec<Heart> {
        let make = move |_: &mut Cx<'_, Heart>| {
            Some(Heart { settings: self, report: report.clone(), patients: BTreeMap::new(), cycles: 0 })
        };
        Spec::new(make).name("heartbeat").hooks()
    }
}

/// A heartbeat's actor.
///
/// # Examples
///
/// See [`Heartbeat`].
pub struct Heart {
    settings: Heartbeat,
    report: Fwd<Pulse>,
    patients: BTreeMap<ActorId, Patient>,
    cycles: u64,
}

/// What is known of an actor.
#[derive(Default)]
struct Patient {
    /// Its last answer took so long.
    latency: Option<Duration>,
    /// It was pinged and has not said that it is well since.
    is_due: bool,
    /// The ping is still on its way.
    is_pinged: bool,
    /// So many cycles have ended since it was first due.
    missed: u32,
    /// That it does not answer was told.
    is_reported: bool,
    /// The last cycle in which it was there.
    seen: u64,
}

impl Heart {
    /// How long an actor's last answer took; None if there was none yet.
    ///
    /// # Examples
    ///
    /// See [`Heartbeat`].
    pub fn latency(&self, actor: ActorId) -> Option<Duration> {
        self.patients.get(&actor)?.latency
    }

    fn beat(&mut self, cx: &mut Cx<'_, Self>) {
        let own = cx.this().actor_id();
        self.cycles += 1;
        for actor in cx.supervised().into_iter().filter(|actor| *actor != own) {
            let patient = self.patients.entry(actor).or_default();
            patient.seen = self.cycles;
            if std::mem::replace(&mut patient.is_due, true) {
                patient.missed = patient.missed.saturating_add(1);
            }
            let cycles = patient.missed;
            if cycles == self.settings.patience {
                patient.is_reported = true;
                self.report.fwd(Pulse::Unresponsive { actor, cycles });
                if self.settings.restarts {
                    // It may have ended by what was reported.
                    _ = cx.door().kill(actor, "it did not answer its heartbeat");
                    // Whoever takes its place is asked in the next cycle.
                    continue;
                }
            }
            let patient = self.patients.get_mut(&actor);
            if patient.is_some_and(|patient| !std::mem::replace(&mut patient.is_pinged, true)) {
                self.ping(cx, actor);
            }
        }
        // Who has ended is forgotten.
        self.patients.retain(|_, patient| patient.seen == self.cycles);
    }

    fn ping(&mut self, cx: &mut Cx<'_, Self>, actor: ActorId) {
        let pong = Ret::to_actor(cx.this().clone(), move |this: &mut Heart, _, pong| this.heard(actor, pong));
        // Should it have ended: then there is no answer, and it is forgotten in the next cycle.
        _ = cx.ping(actor, pong);
    }

    /// Without a latency, it has refused to answer: then it is not well either, and is asked again in the next cycle.
    fn heard(&mut self, actor: ActorId, pong: Option<Duration>) {
        let Some(patient) = self.patients.get_mut(&actor) else { return };
        patient.is_pinged = false;
        let Some(latency) = pong else {
            if patient.is_reported && self.settings.restarts {
                // Whoever took its place is not well either, and has as much time.
                patient.missed = 0;
            }
            return;
        };
        let was_reported = patient.is_reported;
        *patient = Patient { latency: Some(latency), seen: patient.seen, ..Patient::default() };
        if was_reported {
            self.report.fwd(Pulse::Recovered { actor, latency });
        }
    }
}

impl Lifecycle for Heart {
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        self.beat(cx);
        cx.start_interval(0, Interval::new(self.settings.cycle));
    }

    fn on_timer(&mut self, cx: &mut Cx<'_, Self>, _: u64, _: u32) {
        self.beat(cx);
    }
}
