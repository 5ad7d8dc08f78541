//! The requests that an actor made, and those that it keeps: two lists through the table of all requests.
//!
//! The actor knows the ends of its lists, each request its neighbours. So one leaves from the middle without a search, and the others
//! stay in the order in which they came: that is the order in which they are settled if the actor ends.

/// Whose list: a request is on one of its asker's and on one of its holder's.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Asker = 0,
    Holder = 1,
}

/// The tokens of a request's neighbours on one list; 0 is none.
#[derive(Clone, Copy, Default)]
pub(crate) struct Links {
    pub before: u64,
    pub behind: u64,
}

/// The ends of one list, as its actor knows them.
#[derive(Default)]
pub(crate) struct AskList {
    first: u64,
    last: u64,
    length: usize,
}

impl AskList {
    /// How many requests there are.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Token of the oldest one; 0 if there is none.
    pub(crate) fn first(&self) -> u64 {
        self.first
    }

    /// A request comes to the end. The token of the one before it; 0 if it is the first.
    pub(crate) fn push(&mut self, token: u64) -> u64 {
        let before = std::mem::replace(&mut self.last, token);
        if before == 0 {
            self.first = token;
        }
        self.length += 1;
        before
    }

    /// A request that stood between these has left.
    pub(crate) fn remove(&mut self, links: Links) {
        if links.before == 0 {
            self.first = links.behind;
        }
        if links.behind == 0 {
            self.last = links.before;
        }
        self.length -= 1;
    }
}
