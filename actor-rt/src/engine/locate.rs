//! Where an actor's messages are: the answer to "why does it not run", by counts.

use super::id::{ActorId, IdError};
use super::pending::Pending;
use super::shared::Shared;
use super::token::{Core, Door};
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::lane::Lane;

/// Where an actor is in its life.
///
/// # Examples
///
/// See [`Core::locate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Life {
    /// It has no value yet: its messages wait for its initialiser.
    Preparing,
    /// It takes messages.
    Ready,
    /// It has a value, and its messages wait for [`Actor::resume`](crate::Actor::resume).
    Paused,
    /// It has been told to stop, and takes some turns for that ([`Lifecycle::on_stop`](crate::supervision::Lifecycle::on_stop)), or waits
    /// for an answer ([`Cx::ask_holding`](crate::Cx::ask_holding)): answers and timers reach it, and its other messages wait.
    Held,
    /// It ends as soon as its running handler returns.
    Ending,
}

/// Where an actor is, and what waits for it, by counts.
///
/// # Examples
///
/// See [`Core::locate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Located {
    /// Where it is in its life.
    pub life: Life,
    /// Messages that wait until it is ready or resumed.
    pub waiting: usize,
    /// Messages that waited and run next.
    pub released: usize,
    /// Messages on the main lane.
    pub main: usize,
    /// Lazy messages.
    pub lazy: usize,
    /// Idle messages.
    pub idle: usize,
    /// Armed timers that call it.
    pub timers: usize,
    /// Requests it made and that are not answered yet.
    pub asks: usize,
    /// Requests it accepted, kept and has not answered yet.
    pub kept: usize,
}

impl Core {
    /// Where an actor is and what waits for it. Messages of other threads count from the step on that takes them. Walks the lanes
    /// and the timers: for diagnostics.
    ///
    /// # Errors
    /// As [`Actor::from_id`](crate::Actor::from_id): an id that is stale, of another kind or of another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{CX, Life, Located, Runtime, actor_new, call, ret_nop};
    /// use std::time::Instant;
    ///
    /// struct Player;
    ///
    /// impl Player {
    ///     fn play(&mut self, _: CX![]) {}
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let player = actor_new!(runtime, Player, ret_nop!());
    /// call!([player], play());
    /// runtime.run(now, false);
    /// let located: Located = runtime.locate(player.actor_id()).unwrap();
    /// assert_eq!((located.life, located.waiting), (Life::Preparing, 1), "nobody has made it yet");
    /// ```
    pub fn locate(&self, id: ActorId) -> Result<Located, IdError> {
        self.door().locate(id)
    }

    /// What waits in the runtime, by counts. Walks the lanes: for diagnostics.
    ///
    /// # Examples
    ///
    /// See [`Pending`].
    pub fn pending(&self) -> Pending {
        self.shared().pending()
    }
}

impl Door {
    /// Where an actor is and what waits for it: as [`Core::locate`].
    ///
    /// # Errors
    /// As [`Core::locate`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Life, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// assert_eq!(runtime.door().locate(actor.actor_id()).unwrap().life, Life::Preparing);
    /// ```
    pub fn locate(&self, id: ActorId) -> Result<Located, IdError> {
        let shared = self.shared();
        let found = shared.find(id.0).ok_or_else(|| shared.explain_actor(id.0))?;
        Ok(shared.locate(found.header()))
    }
}

impl Shared {
    fn locate(&self, header: &CellHeader) -> Located {
        let on = |lane: &Lane| count_for(lane, header);
        let timers = self.timers.with(|timers| {
            let calls = timers.all().filter_map(|(_, parcel)| parcel.cell());
            calls.filter(|actor| std::ptr::eq(actor.header(), header)).count()
        });
        let (waiting, asks, kept) = self.cold.with(|cold| {
            cold.get(header).map_or((0, 0, 0), |cold| {
                (cold.stash.as_ref().map_or(0, on), cold.asks.len(), cold.kept.len())
            })
        });
        let numbered = self
            .kin_of(header, |kin| kin.numbered.timers.values().filter(|timer| timer.key.is_some()).count());
        Located {
            life: match header.state() {
                State::Prep => Life::Preparing,
                State::Ready => Life::Ready,
                State::Paused => Life::Paused,
                State::Held if self.kin_of(header, |kin| kin.opening) == Some(true) => Life::Preparing,
                State::Held => Life::Held,
                State::Ending | State::Zombie => Life::Ending,
            },
            waiting,
            released: on(&self.replay),
            main: on(&self.main) + on(&self.urgent),
            lazy: on(&self.lazy_batch) + on(&self.lazy),
            idle: on(&self.idle),
            timers: timers + numbered.unwrap_or(0),
            asks,
            kept,
        }
    }
}

/// Records on a lane that are for this actor.
fn count_for(lane: &Lane, header: &CellHeader) -> usize {
    let mut count = 0;
    lane.for_each_receiver(|cell| count += usize::from(std::ptr::eq(cell, header)));
    count
}
