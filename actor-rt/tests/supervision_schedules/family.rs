//! Strategies: who is restarted along with whom; and supervisors that end with their significant children.
//!
//! What happened is put in order by stamps, of which later ones are higher.

use crate::node::{Node, Traits};
use crate::shared::Shared;
use actor_rt::supervision::{AutoShutdown, Status, Strategy};
use actor_rt::{ActorId, Cx, Door, StopCause};

/// What a child left behind when its incarnation ended.
pub struct Left {
    supervisor: u64,
    /// The supervisor's incarnation.
    of: u32,
    order: u32,
    born: u32,
    /// Its siblings that were there before anybody of the family had ended, and their incarnations.
    siblings: Vec<(u64, u32)>,
}

/// Why an incarnation ended, as far as that can be told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// One of its own, or the outside world's.
    Own,
    /// Its supervisor had it end together with others.
    Along,
    Unknown,
}

impl Shared {
    /// An actor has a reason to end that is not its supervisor's.
    pub fn has_reason(&self, id: u64) {
        let stamp = self.stamp();
        self.note(id, |notes| notes.reason = stamp);
    }

    /// Somebody else moves a child from one supervisor to another: what becomes of its families is another story.
    pub fn is_moved(&self, id: u64, to: u64) {
        let from = self.note(id, |notes| notes.supervisor);
        for supervisor in [from, to].into_iter().filter(|supervisor| *supervisor != 0) {
            self.note(supervisor, |notes| {
                notes.moved = if notes.alive > 0 { notes.made } else { notes.made + 1 }
            });
        }
        self.is_child_of(id, to);
        let stamp = self.stamp();
        self.note(id, |notes| {
            notes.adopted = stamp;
            notes.waits.unknown |= notes.alive == 0;
        });
    }

    /// An incarnation is gone.
    pub fn leaves_family(&self, id: u64) {
        let (supervisor, order, born) = self.note(id, |notes| (notes.supervisor, notes.order, notes.born));
        if supervisor == 0 {
            return;
        }
        let of = self.note(supervisor, |notes| {
            notes.had_end = true;
            (notes.alive > 0 && notes.moved != notes.made).then_some(notes.made)
        });
        let left = of.map(|of| {
            let siblings = self.with_notes(|all| {
                let siblings = all.iter().filter(|(other, notes)| {
                    notes.supervisor == supervisor && notes.alive > 0 && !notes.is_late && **other != id
                });
                siblings.map(|(other, notes)| (*other, notes.made)).collect()
            });
            Left { supervisor, of, order, born, siblings }
        });
        self.note(id, |notes| notes.left = left);
    }

    /// A child's next incarnation is there: its siblings have or have not new ones, too.
    pub fn returns_to_family(&self, id: u64, door: &Door) {
        let Some(left) = self.note(id, |notes| notes.left.take()) else { return };
        if self.is_same_family(id, &left) {
            self.check_siblings(id, &left, door);
        }
        self.note(id, |notes| notes.left = Some(left));
    }

    fn is_same_family(&self, id: u64, left: &Left) -> bool {
        self.note(id, |notes| notes.supervisor == left.supervisor && notes.order == left.order)
            && self.note(left.supervisor, |notes| {
                notes.alive > 0 && notes.made == left.of && notes.moved != notes.made
            })
    }

    fn check_siblings(&self, id: u64, left: &Left, door: &Door) {
        let strategy = self.note(left.supervisor, |notes| notes.traits.strategy);
        let (mut as_it_was, mut older, mut new) = (0, 0, 0);
        for (sibling, made) in &left.siblings {
            let (same, order) = self.note(*sibling, |notes| {
                let same = notes.alive > 0 && notes.made == *made && notes.supervisor == left.supervisor;
                (same, notes.order)
            });
            let is_to_be_new = match strategy {
                Strategy::OneForOne => false,
                Strategy::OneForAll => true,
                Strategy::RestForOne => order > left.order,
            };
            // One that has ended may have left its state, which is on its way.
            if !same || door.is_alive(ActorId(*sibling)).is_err() {
                new += usize::from(is_to_be_new);
                continue;
            }
            as_it_was += 1;
            older += usize::from(order < left.order);
            if is_to_be_new {
                self.problem(format!("{strategy:?}: {id:#x} came back, and {sibling:#x} is still the same"));
            }
        }
        match strategy {
            Strategy::OneForOne if as_it_was > 0 => self.count("strategy: one for one left a sibling alone"),
            Strategy::OneForAll if new > 0 => self.count("strategy: one for all left no sibling as it was"),
            Strategy::RestForOne => {
                if older > 0 {
                    self.count("strategy: rest for one left an older sibling alone");
                }
                if new > 0 {
                    self.count("strategy: rest for one left no younger sibling as it was");
                }
            }
            _ => {}
        }
    }

    /// Whether one of an actor's older siblings had a reason to end since.
    fn older_had_reason(&self, left: &Left) -> bool {
        self.with_notes(|all| {
            all.values().any(|notes| {
                let had_reason = notes.is_starting || notes.reason > left.born;
                notes.supervisor == left.supervisor && notes.order < left.order && had_reason
            })
        })
    }

    /// A significant child of this supervisor has ended by itself, as far as that can be told: the supervisor is to end.
    pub fn significant_child_ended(&self, supervisor: &Node, child: u64, cause: &StopCause) {
        let (significant, dismissed) = self.note(child, |notes| (notes.traits.significant, notes.dismissed));
        let Traits { strategy, auto_shutdown, .. } = supervisor.traits;
        if !significant || auto_shutdown == AutoShutdown::Never {
            return;
        }
        let is_own = !dismissed && strategy == Strategy::OneForOne && reason_in(cause) == Reason::Own;
        self.note(supervisor.id, |notes| {
            notes.shuts_down = supervisor.incarnation;
            if is_own && auto_shutdown == AutoShutdown::AnySignificant && notes.moved != notes.made {
                // It handles no more messages.
                notes.over = supervisor.incarnation;
            }
        });
    }
}

impl Node {
    /// It was restarted because of this.
    pub fn is_restarted_by(&self, cause: &StopCause) {
        let (shared, id) = (&self.shared, self.id);
        let reason = self.reason_of(cause);
        if reason != Reason::Along {
            shared.has_reason(id);
            return;
        }
        let Some(left) = shared.note(id, |notes| notes.left.take()) else { return };
        if !shared.is_same_family(id, &left) || shared.note(id, |notes| notes.adopted > left.born) {
            return;
        }
        match shared.note(left.supervisor, |notes| notes.traits.strategy) {
            Strategy::OneForOne => {
                shared.problem(format!("{id:#x} was restarted without a reason, one for one: {cause}"));
            }
            Strategy::OneForAll => shared.count("strategy: restarted one for all"),
            Strategy::RestForOne if shared.older_had_reason(&left) => {
                shared.count("strategy: restarted the rest for one");
            }
            Strategy::RestForOne => {
                shared.problem(format!("{id:#x} was restarted along, but for none that is older: {cause}"));
            }
        }
    }

    /// It has its last hook though nobody told it to end: its supervisor ends it, or it ends with its significant children.
    pub fn ends_well_unasked(&self, cx: &Cx<'_, Self>) {
        let shared = &self.shared;
        let (supervisor, may_be_told) =
            shared.note(self.id, |notes| (notes.supervisor, notes.timed || notes.adopted > notes.born));
        let ends_all = if supervisor == 0 {
            shared.terminates.get()
        } else {
            let alone = shared.note(supervisor, |notes| {
                notes.alive > 0 && notes.moved != notes.made && notes.traits.strategy == Strategy::OneForOne
            });
            !alone
                || !matches!(cx.door().status(ActorId(supervisor)), Ok(status) if status < Status::Stopping)
        };
        if ends_all || may_be_told {
            return;
        }
        let is_due = shared.note(self.id, |notes| notes.shuts_down == self.incarnation);
        match self.traits.auto_shutdown {
            AutoShutdown::AnySignificant if is_due => {
                shared.count("auto-shutdown: any significant child ended")
            }
            AutoShutdown::AllSignificant if is_due => {
                shared.count("auto-shutdown: all significant children ended")
            }
            _ => shared.problem(format!("{:#x} is stopped for no reason", self.id)),
        }
    }

    fn reason_of(&self, cause: &StopCause) -> Reason {
        let may_have = self.follows_asked || self.shared.note(self.id, |notes| notes.timed);
        match (cause, reason_in(cause)) {
            (_, Reason::Along) if may_have => Reason::Unknown,
            (StopCause::Stopped, _) if self.traits.auto_shutdown != AutoShutdown::Never => Reason::Unknown,
            (_, reason) => reason,
        }
    }
}

/// What a cause tells of the reason. One that was told to stop may have been told by anybody.
fn reason_in(cause: &StopCause) -> Reason {
    let text = match cause {
        StopCause::Stopped => return Reason::Along,
        StopCause::Failed(error) | StopCause::Killed(error) => error.to_string(),
        _ => return Reason::Unknown,
    };
    match text.as_str() {
        "its supervisor ends it by a kill" | "it did not stop in time" => Reason::Along,
        "cannot stop" => Reason::Unknown,
        _ => Reason::Own,
    }
}
