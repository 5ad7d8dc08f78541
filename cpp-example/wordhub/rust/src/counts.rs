//! Counts of words, and how those of all shards become one list.

use crate::shard::Shard;
use actor_rt::{ActorOwn, Ret, call};
use std::cell::RefCell;
use std::rc::Rc;

/// How often each word came, in no order.
pub type Counts = Vec<(Box<[u8]>, u64)>;

/// Sorts by number, the greatest first; words of one number by their bytes, so that every run prints the same.
pub fn sort(counts: &mut Counts) {
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
}

/// Asks all shards for their counts and answers `reply` when the last of them has; with fewer counts if a shard is gone.
pub fn gather(shards: &[ActorOwn<Shard>], reply: Ret<Counts>) {
    let gathering = Rc::new(Gathering { counts: RefCell::default(), reply: RefCell::new(Some(reply)) });
    for shard in shards {
        let gathering = Rc::clone(&gathering);
        let part = Ret::new(move |counts: Option<Counts>| {
            gathering.counts.borrow_mut().extend(counts.into_iter().flatten());
        });
        call!([shard], snapshot(part));
    }
}

/// Held by every open question to a shard: the last one to be settled drops it, and so sends the answer.
struct Gathering {
    counts: RefCell<Counts>,
    reply: RefCell<Option<Ret<Counts>>>,
}

impl Drop for Gathering {
    fn drop(&mut self) {
        if let Some(reply) = self.reply.take() {
            reply.ret(self.counts.take());
        }
    }
}
