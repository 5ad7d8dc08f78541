//! Pools: jobs for many workers, each of which gets its next one when it is done with the one before. What ractor calls a factory.
//!
//! A [`Pool`] is an actor, made by a [`PoolSpec`]; its workers are its supervised children, so that one that fails is replaced in place. It
//! takes a [`Job`], chooses a worker by its [`Router`], lets the job wait while that is busy, by its [`Priority`] and for as long as it may
//! live, and hands it over with a [`Completion`]. Nothing runs beside anything else: how much is done at once is how many jobs have been begun
//! and are not over, since workers wait in turns, for timers, answers and sockets. For work that needs a processor of its own there is
//! `offload::threads` (feature `offload`), the same pool on threads.
//!
//! Each job ends once. It is not accepted and comes back ([`Rejected`]), or it is accepted, and then it is done, or discarded with a
//! [`DiscardReason`] ([`PoolSpec::on_discard`]), whatever becomes of the pool. A worker that is lost takes with it what it has begun; that is told,
//! or tried again if the job may be ([`Job::retries`]).

mod actor;
mod callbacks;
mod completion;
mod controller;
mod discard;
mod hash;
mod job;
mod life;
mod queue;
mod rate;
mod router;
mod settings;
mod slots;
mod spec;
mod stats;
mod ticket;
mod work;
mod worker;

pub use actor::Pool;
pub use callbacks::PoolEvent;
pub use completion::Completion;
pub use discard::{Discard, DiscardReason, Discarded, Rejected};
pub use job::{Job, Priority};
pub use router::Router;
pub use settings::{DeadMansSwitch, PoolSettings};
pub use spec::PoolSpec;
pub use stats::PoolStats;

#[cfg(feature = "offload")]
pub(crate) use worker::{Start, Worker};
