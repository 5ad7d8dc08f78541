//! This project's runtime.

use ::actor_rt as rt;

#[allow(clippy::duplicate_mod, reason = "one text, two runtimes: that is the comparison")]
#[path = "same_text/mod.rs"]
mod same_text;

mod by_id;
mod host;
mod tell;
mod wake_round;

pub fn rows() -> super::Rows {
    let mut rows = same_text::rows();
    rows.push(("post_by_id", by_id::post_by_id));
    rows.push(("tell", tell::tell));
    rows.push(("wake_round", wake_round::wake_round));
    rows
}
