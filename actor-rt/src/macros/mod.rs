//! The macros: how actors are created, called, timed, answered and ended.
//!
//! One file per concept. The public macros read their grammar and hand over to a few helpers, which do the work
//! once for all of them:
//!
//! ```text
//!  call.rs   call! lazy! idle!  ─┐
//!  timer.rs  after! at!         ─┴─ message.rs ── bind.rs ── post.rs     queue a message on a lane
//!  forward.rs fwd_to! ret_to! … ─── target.rs ─── bind.rs                build a Fwd or Ret aimed at an actor
//!  create.rs actor! actor_new!  ────────────────── bind.rs               create an actor, queue its initialiser
//!  messages.rs messages!                                             a closed set of messages and who handles them
//!  context.rs query.rs direct.rs end.rs                                  CX!; synchronous use; closures without an actor; endings
//!  support.rs                                                            the few functions that expansions call
//! ```
//!
//! Helpers start with `__`, are `#[doc(hidden)]`, and are always reached through `$crate::`, so a program needs no
//! import but the macros it writes. A new queueing macro adds a lane to `post.rs` and its own front; a new kind of
//! target adds a kind to `target.rs`.
//!
//! Rules that hold for every macro here:
//!
//! - **At the call site.** Arguments are evaluated where the macro stands, left to right, before anything is queued: `?`
//!   and `return` in one leave the calling function with nothing queued. A queueing macro evaluates the brackets after
//!   the arguments, so `cx` may be used in the arguments of `call!([cx], …)`. (`query!` is the exception: it evaluates
//!   its arguments only if the method is run.)
//! - **Once.** Every expression the caller writes is evaluated exactly once.
//! - **Hygiene.** An expansion names nothing from the caller's scope but what the caller wrote.
//! - **Mistakes.** What fits no form shows the form: the last arm of each public macro. What only the types show, a handle in a core's
//!   place say, is put into words by `support::Running` and `actor/refused.rs`. `tests/ui` has the mistakes.
//! - **Sixteen.** A queued method takes at most sixteen arguments, a message has at most sixteen parts; more is a
//!   compile-time error.

mod bind;
mod call;
mod context;
mod create;
mod direct;
mod end;
mod forward;
mod message;
mod messages;
mod post;
mod query;
pub mod support;
mod target;
mod timer;
mod upcast;
