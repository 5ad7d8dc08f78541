//! Why a post by id is refused.

use super::id::IdError;

/// Why a post by id was refused.
///
/// # Examples
///
/// ```
/// use actor_rt::{PostError, Runtime, actor_new, ret_nop};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let actor = actor_new!(runtime, u32, ret_nop!());
/// actor.set_capacity(1);
/// let door = runtime.door();
/// assert_eq!(door.call(actor.actor_id(), |_: &mut u32, _| ()), Ok(()));
/// let error = door.call(actor.actor_id(), |_: &mut u32, _| ()).unwrap_err();
/// assert_eq!((error, error.to_string().as_str()), (PostError::Full, "the actor's mailbox is full"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostError {
    /// The id is not that of a living actor of this runtime.
    Id(IdError),
    /// The mailbox has reached its bound.
    Full,
    /// The actor takes no foreign messages.
    Refused,
    /// The runtime is closed.
    Closed,
}

impl PostError {
    /// Whether the same post may succeed a moment later.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::PostError;
    ///
    /// assert!(PostError::Full.is_retryable() && !PostError::Closed.is_retryable());
    /// ```
    pub const fn is_retryable(self) -> bool {
        matches!(self, PostError::Full)
    }
}

impl std::fmt::Display for PostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PostError::Id(error) => error.fmt(f),
            PostError::Full => f.write_str("the actor's mailbox is full"),
            PostError::Refused => f.write_str("the actor takes no foreign messages: it has no decoder"),
            PostError::Closed => f.write_str("the runtime is closed"),
        }
    }
}

impl std::error::Error for PostError {}
