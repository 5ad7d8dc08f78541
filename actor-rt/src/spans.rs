//! Spans for the crate `tracing`: each message that is handled is one, inside of the span in which it was sent.
//!
//! Only with the feature `tracing`, which brings in that crate.
use crate::{DeadLetter, Delivery, Ingress, Observer};
use std::collections::BTreeMap;
use tracing::Span;
use tracing::span::EnteredSpan;

/// So many messages may wait with the span in which they were sent; of more the oldest lose it. It bounds what dead letters leave behind.
const MOST_WAITING: usize = 1 << 16;

/// An [`Observer`] that makes a span of each message that is handled. Its parent is the span in which the message was sent: that of the
/// message whose handler sent it, or what the program has entered there. Messages of timers and of other threads have none.
///
/// The spans are called `message`, with the target `actor_rt` and the level INFO. Their fields: `actor` and `type`, whose message of which
/// type it is; `tag` of foreign ones; `message` and `cause`, its number and that of the message whose handler sent it; and `trace`,
/// the number of the message with which all of it began. A message that no handler sees is an event with the level WARN.
///
/// While an observer is set, each message carries its number, and all of them take the slow way into the queue: expect several times the
/// cost of a message, and that of the subscriber.
///
/// As ractor's feature `message_span_propogation`.
///
/// # Examples
///
/// ```
/// use actor_rt::spans::Spans;
/// use actor_rt::supervision::Spec;
/// use actor_rt::Runtime;
/// use std::time::Instant;
///
/// // A program sets its subscriber first, such as `tracing_subscriber::fmt().init()`.
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// runtime.set_observer(Some(Box::new(Spans::new())));
/// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
/// let request = tracing::info_span!("request", path = "/");
/// request.in_scope(|| {
///     actor.call(|number, _| {
///         tracing::info!("in the span of this message, which is in that of the request");
///         *number += 1;
///     });
/// });
/// runtime.run(now, false);
/// ```
#[derive(Default)]
pub struct Spans {
    /// By the messages' numbers.
    waiting: BTreeMap<u64, Sent>,
    /// What is being handled; several if a handler has others run inside of it.
    running: Vec<Running>,
}

/// Where a message came from.
struct Sent {
    parent: Span,
    trace: u64,
}

/// A message that is being handled.
struct Running {
    _span: EnteredSpan,
    trace: u64,
}

impl Spans {
    /// To be given to [`Core::set_observer`](crate::Core::set_observer).
    ///
    /// # Examples
    ///
    /// See [`Spans`].
    pub fn new() -> Self {
        Spans::default()
    }
}

impl std::fmt::Debug for Spans {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spans").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}

impl Observer for Spans {
    fn ingress(&mut self, _: u64, _: Ingress) {}

    fn sent(&mut self, message: u64, cause: u64) {
        let trace = match self.running.last() {
            Some(running) if cause != 0 => running.trace,
            _ => message,
        };
        if self.waiting.len() == MOST_WAITING {
            self.waiting.pop_first();
        }
        self.waiting.insert(message, Sent { parent: Span::current(), trace });
    }

    fn delivering(&mut self, delivery: &Delivery) {
        let Delivery { message, cause, target, type_name, tag, .. } = *delivery;
        let sent = self.waiting.remove(&message);
        let sent = sent.unwrap_or_else(|| Sent { parent: Span::none(), trace: message });
        let Sent { parent, trace } = sent;
        let span = tracing::info_span!(
            target: "actor_rt", parent: &parent, "message", actor = target, r#type = type_name, tag, message, cause, trace
        );
        self.running.push(Running { _span: span.entered(), trace });
    }

    fn delivered(&mut self) {
        self.running.pop();
    }

    fn dead_letter(&mut self, letter: &DeadLetter) {
        let DeadLetter { reason, target, type_name, tag, .. } = *letter;
        tracing::warn!(target: "actor_rt", actor = target.0, r#type = type_name, tag, ?reason, "no handler saw a message");
    }
}
