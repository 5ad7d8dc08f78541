//! Services that actors share, written on the public interface: any program could have its own.

mod coalesce;

pub use coalesce::Coalesce;
