//! Why a call failed: the status it returns, and the text that `art_last_message` shows.

use std::borrow::Cow;

use crate::status::{self, ART_INVALID_ARGUMENT, art_status};

/// A refused or failed call. Made on the slow path only, so it may own a text.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: art_status,
    pub(crate) text: Cow<'static, str>,
}

/// Result of a body behind the guard.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    #[cold]
    pub(crate) fn new(status: art_status, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, text: text.into() }
    }
}

/// A call with an argument that makes no sense.
#[cold]
pub(crate) fn invalid(text: &'static str) -> Failure {
    Failure::new(ART_INVALID_ARGUMENT, text)
}

/// A bare status carries the text of `art_status_text`.
impl From<art_status> for Failure {
    #[cold]
    fn from(status: art_status) -> Self {
        Self { status, text: Cow::Borrowed(status::text(status)) }
    }
}
