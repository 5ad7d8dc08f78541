//! What a source is ready for, and how much that matters.

use ::mio::event::Event;
use std::fmt;
use std::ops::BitOr;

/// What a source is ready for: what its [`Fwd`](crate::Fwd) is given.
///
/// A hint. Only `READABLE` and `WRITABLE` are told on every system, and neither promises that the call will not block after all. How
/// a stream has ended or failed is what reading and writing say.
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::Ready;
///
/// let ready = Ready::READABLE | Ready::READ_CLOSED;
/// assert!(ready.is_readable() && ready.is_read_closed() && !ready.is_writable());
/// assert!(!ready.is_error() && !ready.is_write_closed() && !ready.is_priority());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Ready(u8);

impl Ready {
    /// Reading or accepting is worth a try.
    pub const READABLE: Ready = Ready(1);
    /// Writing is worth a try; a connection that was begun is made, or has failed.
    pub const WRITABLE: Ready = Ready(2);
    /// The source has an error, which the next call on it reports.
    pub const ERROR: Ready = Ready(4);
    /// The other side sends no more.
    pub const READ_CLOSED: Ready = Ready(8);
    /// The other side takes no more.
    pub const WRITE_CLOSED: Ready = Ready(16);
    /// Out-of-band data.
    pub const PRIORITY: Ready = Ready(32);

    pub(super) fn of(event: &Event) -> Ready {
        let all = [
            (event.is_readable(), Ready::READABLE),
            (event.is_writable(), Ready::WRITABLE),
            (event.is_error(), Ready::ERROR),
            (event.is_read_closed(), Ready::READ_CLOSED),
            (event.is_write_closed(), Ready::WRITE_CLOSED),
            (event.is_priority(), Ready::PRIORITY),
        ];
        all.into_iter().filter(|(set, _)| *set).fold(Ready::default(), |ready, (_, flag)| ready | flag)
    }

    /// Whether all flags of `other` are set.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::Ready;
    ///
    /// let ready = Ready::READABLE | Ready::ERROR;
    /// assert!(ready.contains(Ready::READABLE) && ready.contains(ready));
    /// assert!(!ready.contains(Ready::READABLE | Ready::WRITABLE));
    /// ```
    pub const fn contains(self, other: Ready) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether [`READABLE`](Ready::READABLE) is set.
    ///
    /// # Examples
    ///
    /// See [`Ready`].
    pub const fn is_readable(self) -> bool {
        self.contains(Ready::READABLE)
    }

    /// Whether [`WRITABLE`](Ready::WRITABLE) is set.
    ///
    /// # Examples
    ///
    /// See [`Ready`].
    pub const fn is_writable(self) -> bool {
        self.contains(Ready::WRITABLE)
    }

    /// Whether [`ERROR`](Ready::ERROR) is set.
    ///
    /// # Examples
    ///
    /// See [`Ready`].
    pub const fn is_error(self) -> bool {
        self.contains(Ready::ERROR)
    }

    /// Whether [`READ_CLOSED`](Ready::READ_CLOSED) is set.
    ///
    /// # Examples
    ///
    /// See [`Ready`].
    pub const fn is_read_closed(self) -> bool {
        self.contains(Ready::READ_CLOSED)
    }

    /// Whether [`WRITE_CLOSED`](Ready::WRITE_CLOSED) is set.
    ///
    /// # Examples
    ///
    /// See [`Ready`].
    pub const fn is_write_closed(self) -> bool {
        self.contains(Ready::WRITE_CLOSED)
    }

    /// Whether [`PRIORITY`](Ready::PRIORITY) is set.
    ///
    /// # Examples
    ///
    /// See [`Ready`].
    pub const fn is_priority(self) -> bool {
        self.contains(Ready::PRIORITY)
    }
}

impl BitOr for Ready {
    type Output = Ready;
    fn bitor(self, other: Ready) -> Ready {
        Ready(self.0 | other.0)
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Ready::READABLE, "READABLE"),
            (Ready::WRITABLE, "WRITABLE"),
            (Ready::ERROR, "ERROR"),
            (Ready::READ_CLOSED, "READ_CLOSED"),
            (Ready::WRITE_CLOSED, "WRITE_CLOSED"),
            (Ready::PRIORITY, "PRIORITY"),
        ];
        f.debug_set()
            .entries(names.iter().filter(|(flag, _)| self.contains(*flag)).map(|(_, name)| name))
            .finish()
    }
}

/// Which of several ready sources is served first: the one with the greater number. It decides about the order within a turn and nothing
/// else, so that none can starve.
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::Priority;
///
/// assert!(Priority::HIGH > Priority::NORMAL && Priority::NORMAL > Priority::LOW);
/// assert!(Priority(Priority::HIGH.0 + 1) > Priority::HIGH);
/// assert_eq!(Priority::default(), Priority::NORMAL);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(pub u8);

impl Priority {
    /// For what can wait: bulk data, reports.
    pub const LOW: Priority = Priority(64);
    /// For most.
    pub const NORMAL: Priority = Priority(128);
    /// For what others wait for: control connections, signals.
    pub const HIGH: Priority = Priority(192);
}

impl Default for Priority {
    fn default() -> Self {
        Priority::NORMAL
    }
}
