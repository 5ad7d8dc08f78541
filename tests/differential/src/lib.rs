//! The tests of this package compare the runtime with Stakker; there is nothing in the library but programs that compile on one of the
//! two. Each has a twin which shows that nothing else is wrong with it.

/// What `fwd_to!` captures must be `Copy` in Stakker; `Clone` suffices here.
///
/// ```compile_fail
/// use stakker::*;
/// struct Plain;
/// impl Plain {
///     fn take(&mut self, _: CX![], _name: String, _number: u32) {}
/// }
/// fn named(actor: Actor<Plain>) -> Fwd<u32> {
///     let name = String::from("owned");
///     fwd_to!([actor], take(name) as (u32))
/// }
/// ```
/// ```
/// use stakker::*;
/// struct Plain;
/// impl Plain {
///     fn take(&mut self, _: CX![], _name: &'static str, _number: u32) {}
/// }
/// fn named(actor: Actor<Plain>) -> Fwd<u32> {
///     let name = "borrowed";
///     fwd_to!([actor], take(name) as (u32))
/// }
/// ```
/// ```
/// use actor_rt::*;
/// struct Plain;
/// impl Plain {
///     fn take(&mut self, _: CX![], _name: String, _number: u32) {}
/// }
/// fn named(actor: Actor<Plain>) -> Fwd<u32> {
///     let name = String::from("owned");
///     fwd_to!([actor], take(name) as (u32))
/// }
/// ```
pub mod fwd_to_captures_what_can_be_cloned_here {}

/// Stakker's `after!` names `Duration`, and its `ret_failthru!` names `StopCause`, from their caller's scope.
///
/// ```compile_fail
/// use stakker::{CX, FixedTimerKey, after};
/// struct Plain;
/// impl Plain {
///     fn later(&mut self, cx: CX![], delay: std::time::Duration) -> FixedTimerKey {
///         after!(delay, [cx], |_this, _cx| ())
///     }
/// }
/// ```
/// ```
/// use stakker::{CX, FixedTimerKey, after};
/// use std::time::Duration;
/// struct Plain;
/// impl Plain {
///     fn later(&mut self, cx: CX![], delay: Duration) -> FixedTimerKey {
///         after!(delay, [cx], |_this, _cx| ())
///     }
/// }
/// ```
/// ```
/// use actor_rt::{CX, FixedTimerKey, after};
/// struct Plain;
/// impl Plain {
///     fn later(&mut self, cx: CX![], delay: std::time::Duration) -> FixedTimerKey {
///         after!(delay, [cx], |_this, _cx| ())
///     }
/// }
/// ```
/// ```compile_fail
/// use stakker::{CX, Ret, ret_failthru};
/// struct Plain;
/// impl Plain {
///     fn notify(&mut self, cx: CX![]) -> Ret<stakker::StopCause> {
///         ret_failthru!(cx, "it failed")
///     }
/// }
/// ```
/// ```
/// use stakker::{CX, Ret, StopCause, ret_failthru};
/// struct Plain;
/// impl Plain {
///     fn notify(&mut self, cx: CX![]) -> Ret<StopCause> {
///         ret_failthru!(cx, "it failed")
///     }
/// }
/// ```
/// ```
/// use actor_rt::{CX, Ret, ret_failthru};
/// struct Plain;
/// impl Plain {
///     fn notify(&mut self, cx: CX![]) -> Ret<actor_rt::StopCause> {
///         ret_failthru!(cx, "it failed")
///     }
/// }
/// ```
pub mod macros_name_nothing_from_their_callers_scope_here {}

/// The closure of `ret_some_do!` may change what it captured; in Stakker that of `ret_do!` only.
///
/// ```compile_fail
/// use stakker::*;
/// let mut sum = 1;
/// let _ret: Ret<u32> = ret_some_do!(move |number| sum += number);
/// ```
/// ```
/// use stakker::*;
/// let mut sum = 1;
/// let _ret: Ret<u32> = ret_do!(move |number| sum += number.unwrap_or_default());
/// ```
/// ```
/// use actor_rt::*;
/// let mut sum = 1;
/// let _ret: Ret<u32> = ret_some_do!(move |number| sum += number);
/// ```
pub mod ret_some_do_takes_a_closure_that_changes_what_it_captured_here {}

/// Handles have methods that they have not in Stakker: they come before those of a trait of yours.
///
/// ```
/// use stakker::*;
/// trait Pauses {
///     fn pause(&self) -> &'static str;
/// }
/// impl<A> Pauses for Actor<A> {
///     fn pause(&self) -> &'static str {
///         "of the trait"
///     }
/// }
/// fn pause(actor: Actor<u8>) -> &'static str {
///     actor.pause()
/// }
/// ```
/// ```compile_fail
/// use actor_rt::*;
/// trait Pauses {
///     fn pause(&self) -> &'static str;
/// }
/// impl<A> Pauses for Actor<A> {
///     fn pause(&self) -> &'static str {
///         "of the trait"
///     }
/// }
/// fn pause(actor: Actor<u8>) -> &'static str {
///     actor.pause()
/// }
/// ```
/// ```
/// use actor_rt::*;
/// trait Pauses {
///     fn pause(&self) -> &'static str;
/// }
/// impl<A> Pauses for Actor<A> {
///     fn pause(&self) -> &'static str {
///         "of the trait"
///     }
/// }
/// fn pause(actor: Actor<u8>) -> &'static str {
///     Pauses::pause(&actor)
/// }
/// ```
pub mod handles_have_more_methods_here {}

/// There are more names at the root. Beside a glob import of them, one of yours that comes by a glob import too is ambiguous: name it.
///
/// ```
/// mod program {
///     pub struct Progress(pub u32);
///     pub struct Config;
///     mod part {
///         use super::*;
///         use stakker::*;
///         fn go(_: &mut Core, _: &Config, progress: &mut Progress) {
///             progress.0 += 1;
///         }
///     }
/// }
/// ```
/// ```compile_fail
/// mod program {
///     pub struct Progress(pub u32);
///     pub struct Config;
///     mod part {
///         use super::*;
///         use actor_rt::*;
///         fn go(_: &mut Core, _: &Config, progress: &mut Progress) {
///             progress.0 += 1;
///         }
///     }
/// }
/// ```
/// ```
/// mod program {
///     pub struct Progress(pub u32);
///     pub struct Config;
///     mod part {
///         use super::{Config, Progress};
///         use actor_rt::*;
///         fn go(_: &mut Core, _: &Config, progress: &mut Progress) {
///             progress.0 += 1;
///         }
///     }
/// }
/// ```
pub mod a_type_of_yours_may_need_its_name_in_an_import_here {}

/// An owner is a handle to look at only: with another handle in it, it would end an actor that it does not own.
///
/// ```
/// use stakker::*;
/// fn exchange(owner: &mut ActorOwn<u8>, handle: &mut Actor<u8>) {
///     std::mem::swap::<Actor<u8>>(owner, handle);
/// }
/// ```
/// ```compile_fail
/// use actor_rt::*;
/// fn exchange(owner: &mut ActorOwn<u8>, handle: &mut Actor<u8>) {
///     std::mem::swap::<Actor<u8>>(owner, handle);
/// }
/// ```
/// ```
/// use actor_rt::*;
/// fn exchange(owner: &mut ActorOwn<u8>, other: &mut ActorOwn<u8>, handle: &mut Actor<u8>) {
///     std::mem::swap(owner, other);
///     *handle = owner.clone();
/// }
/// ```
pub mod an_owner_gives_no_handle_to_put_another_into_here {}

/// `Core` is a view of a runtime and has no size, so that two of them cannot be exchanged; a generic parameter needs `?Sized` to take it.
///
/// ```
/// use stakker::*;
/// fn pass_on<C>(core: &mut C, f: impl FnOnce(&mut C)) {
///     f(core);
/// }
/// fn defer(core: &mut Core) {
///     pass_on(core, |core| core.defer(|_| ()));
/// }
/// ```
/// ```compile_fail
/// use actor_rt::*;
/// fn pass_on<C>(core: &mut C, f: impl FnOnce(&mut C)) {
///     f(core);
/// }
/// fn defer(core: &mut Core) {
///     pass_on(core, |core| core.defer(|_| ()));
/// }
/// ```
/// ```
/// use actor_rt::*;
/// fn pass_on(core: &mut Core, f: impl FnOnce(&mut Core)) {
///     f(core);
/// }
/// fn pass_anything_on<C: ?Sized>(core: &mut C, f: impl FnOnce(&mut C)) {
///     f(core);
/// }
/// fn defer(core: &mut Core) {
///     pass_on(core, |core| core.defer(|_| ()));
///     pass_anything_on(core, |core| core.defer(|_| ()));
/// }
/// ```
pub mod a_core_has_no_size_here {}
