//! Actors in Rust for the tests of Python's: a member of a ring, and one that fails in both ways.

use actor_ffi::{ART_NOT_FOUND, LibraryActor, LibraryContext, LibraryHost, LibraryMessage, status_text, tag};
use std::error::Error;

const JOIN: u64 = tag("ring.join");
const TOKEN: u64 = tag("ring.token");
const SEEN: u64 = tag("ring.seen");
const PANIC: u64 = tag("failing.panic");

#[derive(Default)]
struct Member {
    next: u64,
    seen: u64,
}

impl LibraryActor for Member {
    fn handle(
        &mut self,
        cx: &LibraryContext<'_>,
        message: &LibraryMessage<'_>,
    ) -> Result<(), Box<dyn Error>> {
        match message.tag() {
            JOIN => self.next = number(message)?,
            TOKEN => {
                self.seen += 1;
                let left = number(message)?;
                if left != 0 {
                    cx.host().post(self.next, TOKEN, &(left - 1).to_ne_bytes()).map_err(status_text)?;
                }
            }
            SEEN => cx.reply(&self.seen.to_ne_bytes()).map_err(status_text)?,
            _ => {}
        }
        Ok(())
    }
}

fn number(message: &LibraryMessage<'_>) -> Result<u64, Box<dyn Error>> {
    Ok(u64::from_ne_bytes(message.data().try_into()?))
}

struct Failing;

impl LibraryActor for Failing {
    fn handle(&mut self, _: &LibraryContext<'_>, message: &LibraryMessage<'_>) -> Result<(), Box<dyn Error>> {
        assert_ne!(message.tag(), PANIC, "as was asked for");
        Err("as was asked for".into())
    }
}

fn make(host: &LibraryHost, kind: &str, argument: &[u8]) -> Result<u64, i32> {
    match kind {
        "member" if argument.is_empty() => host.spawn("member", Member::default()),
        "failing" => host.spawn("failing", Failing),
        "refused" => panic!("not today"),
        _ => Err(ART_NOT_FOUND),
    }
}

actor_ffi::library_actors!(make);
