//! Handling nothing else for a while: what an actor is sent meanwhile waits in its mailbox, where the bound, the order and the policy know it.

use super::context::Cx;
use super::lifecycle;
use crate::engine::shared::Shared;
use crate::kernel::cell::{CellHeader, State};

impl<A: 'static> Cx<'_, A> {
    /// Has the messages of this actor wait until [`release`](Cx::release). What it is owed still comes, and is what ends the wait: answers to
    /// what it asked and other [`Ret`](crate::Ret)s to it, its timers; so do stops, kills, pings and what the tree has to say. For what takes
    /// several turns, such as coroutines.
    ///
    /// False if it waits already, is paused, or ending. A restart ends it.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let list = Spec::new(|_| Some(Vec::new())).start(&mut runtime).unwrap();
    /// list.call(|list: &mut Vec<u32>, cx| {
    ///     list.push(1);
    ///     assert!(cx.hold() && !cx.hold());
    ///     cx.this().call_at(Duration::from_secs(1), |list: &mut Vec<u32>, cx: &mut Cx<'_, Vec<u32>>| {
    ///         list.push(2);
    ///         assert!(cx.release() && !cx.release());
    ///     });
    /// });
    /// list.call(|list, _| list.push(3));
    /// runtime.run(now, false);
    /// assert_eq!(list.query(&mut runtime, |list, _| list.clone()), None, "it is not ready");
    /// runtime.run(now + Duration::from_secs(1), false);
    /// assert_eq!(list.query(&mut runtime, |list, _| list.clone()), Some(vec![1, 2, 3]));
    /// ```
    pub fn hold(&mut self) -> bool {
        let header = self.this().header();
        if header.state() != State::Ready {
            return false;
        }
        self.shared().kin(header, |kin| kin.holds = true);
        header.set_state(State::Held);
        true
    }

    /// Lets an actor that [holds](Cx::hold) its messages go on; they come before all others. False if it does not.
    ///
    /// # Examples
    ///
    /// See [`hold`](Cx::hold).
    pub fn release(&mut self) -> bool {
        let header = self.this().header();
        let shared = self.shared();
        let held = shared.kin_of(header, |kin| std::mem::take(&mut kin.holds) && kin.ending.is_none());
        if held != Some(true) || header.state() != State::Held {
            return false;
        }
        header.set_state(State::Ready);
        lifecycle::release_stash(shared, header);
        true
    }
}

/// Whether an actor holds its messages by its own wish.
pub(crate) fn holds(shared: &Shared, header: &CellHeader) -> bool {
    header.state() == State::Held && shared.kin_of(header, |kin| kin.holds) == Some(true)
}
