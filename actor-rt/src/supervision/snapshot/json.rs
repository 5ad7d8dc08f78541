//! Writing JSON: as much of it as a snapshot needs.

use crate::engine::id::ActorId;
use std::fmt::Write;

/// A JSON text in the making.
pub(super) struct Json {
    text: String,
    /// The next member or element is not the first of its kind.
    goes_on: bool,
}

impl Json {
    pub(super) fn new() -> Self {
        Json { text: String::new(), goes_on: false }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn separate(&mut self) {
        if std::mem::replace(&mut self.goes_on, true) {
            self.text.push(',');
        }
    }

    fn within(&mut self, brackets: [char; 2], f: impl FnOnce(&mut Json)) {
        self.text.push(brackets[0]);
        self.goes_on = false;
        f(self);
        self.text.push(brackets[1]);
        self.goes_on = true;
    }

    /// An object, of the members that `f` writes.
    pub(super) fn object(&mut self, f: impl FnOnce(&mut Json)) {
        self.within(['{', '}'], f);
    }

    /// An array of what `f` writes for each element.
    pub(super) fn array<T>(&mut self, elements: &[T], f: impl Fn(&mut Json, &T)) {
        self.within(['[', ']'], |json| {
            for element in elements {
                json.separate();
                f(json, element);
            }
        });
    }

    /// A member of an object, whose value `f` writes.
    pub(super) fn member(&mut self, name: &str, f: impl FnOnce(&mut Json)) {
        self.separate();
        self.string(name);
        self.text.push(':');
        f(self);
        self.goes_on = true;
    }

    pub(super) fn number(&mut self, name: &str, value: u64) {
        self.member(name, |json| json.digits(value));
    }

    /// A number, as an element.
    pub(super) fn digits(&mut self, value: u64) {
        // Writing to a text does not fail.
        _ = write!(self.text, "{value}");
    }

    pub(super) fn flag(&mut self, name: &str, value: bool) {
        self.member(name, |json| json.text.push_str(if value { "true" } else { "false" }));
    }

    pub(super) fn null(&mut self, name: &str) {
        self.member(name, |json| json.text.push_str("null"));
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.member(name, |json| json.string(value));
    }

    pub(super) fn id(&mut self, name: &str, id: ActorId) {
        self.member(name, |json| json.one_id(id));
    }

    pub(super) fn id_or_null(&mut self, name: &str, id: Option<ActorId>) {
        match id {
            Some(id) => self.id(name, id),
            None => self.null(name),
        }
    }

    /// An id, as an element.
    pub(super) fn one_id(&mut self, id: ActorId) {
        self.string(&format!("{:016x}", id.0));
    }

    /// A string, with what must be escaped.
    pub(super) fn string(&mut self, value: &str) {
        self.text.push('"');
        for letter in value.chars() {
            match letter {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                control if control < ' ' => _ = write!(self.text, "\\u{:04x}", control as u32),
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }
}
