//! A snapshot as lines for a terminal: printed again and again, it is a live view.

use super::{ActorSnapshot, Snapshot};
use std::fmt;

/// A line for the runtime and one for each actor, below its supervisor and indented: its name, status, and what there is of messages, timers,
/// requests and restarts.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::Spec;
/// use actor_rt::Runtime;
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let parent = Spec::new(|_| Some(())).name("parent").start(&mut runtime).unwrap().actor_id();
/// let child = Spec::new(|_| Some(7_u32)).name("child").start_under(&mut runtime, parent).unwrap();
/// child.call(|_, _| ());
/// let view = runtime.snapshot().to_string();
/// let lines: Vec<&str> = view.lines().collect();
/// assert_eq!(lines[1..], ["parent: Running", "  child: Running, 1 queued"]);
/// ```
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pending = &self.pending;
        writeln!(
            f,
            "step {}: {} actors, {} messages, {} timers, {} requests, {} dead letters",
            self.steps,
            pending.actors,
            pending.messages + pending.idle,
            pending.timers,
            pending.asks,
            pending.dead_letters
        )?;
        for row in self.rows() {
            let indent = 2 * row.depth as usize;
            write!(f, "{:indent$}", "")?;
            line(f, &self.actors[row.actor])?;
        }
        Ok(())
    }
}

fn line(f: &mut fmt::Formatter<'_>, actor: &ActorSnapshot) -> fmt::Result {
    write!(f, "{}: {:?}", actor.name.as_deref().unwrap_or(actor.type_name), actor.status)?;
    if actor.paused {
        f.write_str(", paused")?;
    }
    let counts = [
        (actor.queued, "queued"),
        (actor.waiting, "waiting"),
        (actor.timers, "timers"),
        (actor.asks, "asked"),
        (actor.kept, "to answer"),
        (actor.restarts as usize, "restarts"),
    ];
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        write!(f, ", {count} {what}")?;
    }
    if let Some(awaits) = actor.awaits {
        write!(f, ", waits for {:x}", awaits.0)?;
    }
    writeln!(f)
}
