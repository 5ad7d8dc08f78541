//! Spans (R-69 of the study): the span in which a message is sent is the parent of its handler's.

mod supervision_support;

use actor_rt::spans::Spans;
use actor_rt::*;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use supervision_support::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// A span or an event, with the names of the spans around it, the innermost first.
#[derive(Clone, Debug)]
struct Seen {
    name: String,
    around: Vec<u64>,
    id: u64,
    fields: BTreeMap<&'static str, String>,
}

impl Seen {
    fn number(&self, field: &str) -> u64 {
        self.fields[field].parse().unwrap()
    }
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Seen>>>);

impl Recorder {
    fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let around =
            cx.span_scope(id).into_iter().flatten().skip(1).map(|span| span.id().into_u64()).collect();
        let name = attributes.metadata().name().to_owned();
        self.0.lock().unwrap().push(Seen { name, around, id: id.into_u64(), fields: fields.0 });
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let around = cx.event_scope(event).into_iter().flatten().map(|span| span.id().into_u64()).collect();
        let name = fields.0.get("message").cloned().unwrap_or_default();
        self.0.lock().unwrap().push(Seen { name, around, id: 0, fields: fields.0 });
    }
}

/// A world whose messages are spans, and what is seen of them.
fn watched(test: impl FnOnce(&mut World, &Recorder)) {
    let recorder = Recorder::default();
    let subscriber = tracing_subscriber::registry().with(recorder.clone());
    tracing::subscriber::with_default(subscriber, || {
        let mut world = World::new();
        world.runtime.set_observer(Some(Box::new(Spans::new())));
        test(&mut world, &recorder);
    });
}

#[test]
fn r69_the_span_of_the_sender_is_the_parent_of_the_handlers() {
    watched(|world, recorder| {
        let (first, second) = (world.start("first"), world.start("second"));
        recorder.take();
        let request = tracing::info_span!("request");
        let after = second.clone();
        request.in_scope(|| {
            first.call(move |_, _| {
                tracing::info!("in the first");
                let inner = tracing::info_span!("inner");
                inner.in_scope(|| after.call(|_, _| tracing::info!("in the second")));
            });
        });
        // The next one is sent outside of any span.
        second.call(|_, _| ());
        world.run();
        let seen = recorder.take();
        let names: Vec<&str> = seen.iter().map(|seen| seen.name.as_str()).collect();
        assert_eq!(
            names,
            ["request", "message", "in the first", "inner", "message", "message", "in the second"]
        );
        let [request, first_message, first_event, inner, lone, second_message, second_event] = &seen[..]
        else {
            unreachable!()
        };
        assert_eq!(first_message.around, [request.id]);
        assert_eq!(first_event.around, [first_message.id, request.id]);
        assert_eq!(second_message.around, [inner.id, first_message.id, request.id], "where it was sent");
        assert_eq!(second_event.around[0], second_message.id);
        assert!(lone.around.is_empty());
        // The numbers tell the same.
        assert_eq!(first_message.number("actor"), first.actor_id().0);
        assert_eq!(second_message.number("cause"), first_message.number("message"));
        assert_eq!(second_message.number("trace"), first_message.number("message"));
        assert_eq!((lone.number("cause"), lone.number("trace")), (0, lone.number("message")));
        assert!(first_message.fields["type"].contains("r69"));
    });
}

#[test]
fn r69_a_span_ends_with_its_handler_also_if_that_panics() {
    watched(|world, recorder| {
        let actor = world.start("actor");
        recorder.take();
        call!([actor], panics());
        actor.call(|_, _| tracing::info!("the next one"));
        world.run();
        assert!(tracing::Span::current().is_none(), "none is left open");
        let seen = recorder.take();
        let next = seen.iter().find(|seen| seen.name == "the next one").unwrap();
        assert_eq!(next.around.len(), 1);
    });
}

#[test]
fn r69_what_timers_and_threads_send_has_no_parent_and_what_is_lost_is_an_event() {
    watched(|world, recorder| {
        let actor = world.start("actor");
        recorder.take();
        let request = tracing::info_span!("request");
        request.in_scope(|| actor.call_at(millis(5), |this, cx| this.say(cx, "late")));
        let remote = actor.remote();
        std::thread::spawn(move || remote.call(|_, _| ()).unwrap()).join().unwrap();
        // The host's own span is none of their senders'.
        tracing::info_span!("host").in_scope(|| world.at(5));
        let seen = recorder.take();
        let messages: Vec<&Seen> = seen.iter().filter(|seen| seen.name == "message").collect();
        assert!(messages.len() >= 2 && messages.iter().all(|seen| seen.around.is_empty()));
        actor.set_capacity(0);
        call!([actor], say("lost"));
        let seen = recorder.take();
        assert_eq!(seen.last().unwrap().name, "no handler saw a message");
        assert_eq!(seen.last().unwrap().fields["reason"], "Full");
    });
}
