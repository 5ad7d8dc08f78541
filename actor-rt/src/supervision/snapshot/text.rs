//! A snapshot as JSON.

use super::json::Json;
use super::{ActorSnapshot, Queues, RequestSnapshot, Snapshot};
use crate::engine::pending::Pending;

impl Snapshot {
    /// The same as JSON: an object with `steps`, `now_ns`, `pending`, `queues`, `actors`, `requests` and `dead_letters`, whose members are named as the fields
    /// here. Ids are strings of 16 hexadecimal digits, since many readers cannot hold 64 bits in a number.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// Spec::new(|_| Some(7_u32)).name("a \"b\"").start(&mut runtime).unwrap();
    /// let json = runtime.snapshot().to_json();
    /// assert!(json.contains(r#""name":"a \"b\"""#) && json.contains(r#""type_name":"u32""#), "{json}");
    /// ```
    pub fn to_json(&self) -> String {
        let mut json = Json::new();
        json.object(|json| {
            json.number("steps", self.steps);
            json.number("now_ns", self.now_ns);
            json.member("pending", |json| json.object(|json| pending_to_json(json, &self.pending)));
            json.member("queues", |json| json.object(|json| queues_to_json(json, self.queues)));
            json.member("actors", |json| {
                json.array(&self.actors, |json, actor| json.object(|json| actor_to_json(json, actor)));
            });
            json.member("requests", |json| {
                json.array(&self.requests, |json, request| {
                    json.object(|json| request_to_json(json, request))
                });
            });
            json.member("dead_letters", |json| {
                json.array(&self.dead_letters, |json, letter| {
                    json.object(|json| {
                        json.text("reason", &format!("{:?}", letter.reason));
                        json.id("target", letter.target);
                        json.id_or_null("from", letter.from);
                        json.text("type_name", letter.type_name);
                        json.number("tag", letter.tag);
                        json.number("step", letter.step);
                    });
                });
            });
        });
        json.into_text()
    }
}

fn pending_to_json(json: &mut Json, pending: &Pending) {
    json.number("messages", pending.messages as u64);
    json.number("idle", pending.idle as u64);
    json.number("timers", pending.timers as u64);
    json.number("host_calls", pending.host_calls as u64);
    json.number("asks", pending.asks as u64);
    json.number("actors", pending.actors as u64);
    json.number("dead_letters", pending.dead_letters);
    json.number("late_replies", pending.late_replies);
    json.number("drop_panics", pending.drop_panics);
}

fn actor_to_json(json: &mut Json, actor: &ActorSnapshot) {
    json.id("id", actor.id);
    match &actor.name {
        Some(name) => json.text("name", name),
        None => json.null("name"),
    }
    json.text("type_name", actor.type_name);
    json.text("status", &format!("{:?}", actor.status));
    json.flag("paused", actor.paused);
    json.id_or_null("supervisor", actor.supervisor);
    json.flag("supervised", actor.supervised);
    json.number("restarts", u64::from(actor.restarts));
    json.number("queued", actor.queued as u64);
    json.member("queues", |json| json.object(|json| queues_to_json(json, actor.queues)));
    json.number("waiting", actor.waiting as u64);
    json.number("capacity", u64::from(actor.capacity));
    json.number("timers", actor.timers as u64);
    json.member("timers_due_ns", |json| json.array(&actor.timers_due_ns, |json, due| json.digits(*due)));
    json.number("asks", actor.asks as u64);
    json.number("kept", actor.kept as u64);
    json.id_or_null("awaits", actor.awaits);
    json.number("monitors", actor.monitors as u64);
    json.member("watchers", |json| json.array(&actor.watchers, |json, id| json.one_id(*id)));
    json.member("links", |json| json.array(&actor.links, |json, id| json.one_id(*id)));
    json.member("names", |json| json.array(&actor.names, |json, name| json.string(name)));
    json.member("groups", |json| {
        json.array(&actor.groups, |json, (scope, group)| {
            json.object(|json| {
                json.text("scope", scope);
                json.text("group", group);
            });
        });
    });
}

fn queues_to_json(json: &mut Json, queues: Queues) {
    json.number("urgent", queues.urgent as u64);
    json.number("main", queues.main as u64);
    json.number("lazy", queues.lazy as u64);
    json.number("idle", queues.idle as u64);
}

fn request_to_json(json: &mut Json, request: &RequestSnapshot) {
    json.id_or_null("from", request.from);
    json.id("to", request.to);
    json.id_or_null("keeper", request.keeper);
    match request.deadline_ns {
        Some(deadline) => json.number("deadline_ns", deadline),
        None => json.null("deadline_ns"),
    }
}
