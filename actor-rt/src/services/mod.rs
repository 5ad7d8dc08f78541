//! Services that actors share, written on the public interface: any program could have its own.

mod coalesce;
mod output_port;

pub use coalesce::Coalesce;
pub use output_port::{OutputPort, SubscriptionId};
