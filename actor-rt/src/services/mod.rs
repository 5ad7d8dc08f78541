//! Services that actors share, written on the public interface: any program could have its own.

mod coalesce;
mod heartbeat;
mod output_port;
pub mod pool;
mod retry;
mod scheduler;
mod state_machine;

pub use coalesce::Coalesce;
pub use heartbeat::{Heart, Heartbeat, Pulse};
pub use output_port::{Backlog, OutputPort, SubscriptionId};
pub use retry::Retry;
pub use scheduler::{JobId, Scheduler, TooManyJobs};
pub use state_machine::{StateMachine, States};
