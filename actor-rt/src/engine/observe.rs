//! Observers: who wants to see every message and every input.
//!
//! Without one the run loop is compiled without any test for it. With one, records carry a trace trailer.

use super::ingress::Ingress;
use crate::kernel::dispatch::Delivery;

/// Sees what happens in a runtime. It must not call into it.
pub trait Observer {
    /// An external input got its number.
    fn ingress(&mut self, number: u64, input: Ingress);
    /// A message is about to be delivered.
    fn delivering(&mut self, delivery: &Delivery);
    /// Its handler returned, failed or refused it.
    fn delivered(&mut self);
}
