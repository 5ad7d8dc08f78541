//! Typed requests: a call with a way back, a deadline, and exactly one outcome.

use super::ask;
use super::call::Call;
use super::context::Cx;
use super::reply::{self, AskError, AskId, Reply};
use crate::engine::asks::OnAnswer;
use crate::engine::mode::CLOSED;
use crate::engine::own_mailbox::Room;
use crate::engine::post;
use crate::engine::post_error::PostError;
use crate::engine::ret::{Fwd, Ret};
use crate::engine::shared::Shared;
use crate::engine::token::Core;
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::Actor;
use crate::time;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

impl Core {
    /// Asks an actor: `message` is called with it, as a call is, and with the way back of the answer. `heard` is answered once: with
    /// the answer, or why there is none. An answer after `within` comes too late.
    ///
    /// # Errors
    /// If the mailbox is full: nothing was asked, and `heard` is dropped unanswered. An actor that has ended is no error but an
    /// outcome.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::ask::{AskError, Reply};
    /// use actor_rt::{Cx, Ret, Runtime};
    /// use std::{cell::RefCell, rc::Rc, time::{Duration, Instant}};
    ///
    /// struct Shop;
    ///
    /// impl Shop {
    ///     fn price(&mut self, _: &mut Cx<'_, Self>, what: &'static str, reply: Reply<u32>) {
    ///         if what == "bread" {
    ///             reply.reply(3);
    ///         }
    ///         // Otherwise it is dropped here.
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let shop = Spec::new(|_| Some(Shop)).start(&mut runtime).unwrap();
    /// let heard = Rc::new(RefCell::new(Vec::new()));
    /// for what in ["bread", "caviar"] {
    ///     let keep = heard.clone();
    ///     let ret = Ret::new(move |price: Option<Result<u32, AskError>>| keep.borrow_mut().push(price.unwrap()));
    ///     runtime.ask(&shop, Duration::from_secs(1), move |shop, cx, reply| shop.price(cx, what, reply), ret).unwrap();
    /// }
    /// runtime.run(now, false);
    /// assert_eq!(*heard.borrow(), [Ok(3), Err(AskError::NoReply)]);
    /// ```
    pub fn ask<B: ?Sized + 'static, T: 'static>(
        &mut self,
        to: &Actor<B>,
        within: Duration,
        message: impl FnOnce(&mut B, &mut Cx<'_, B>, Reply<T>) + 'static,
        heard: Ret<Result<T, AskError>>,
    ) -> Result<AskId, PostError> {
        ask_as(self.shared(), 0, to, within, message, move |outcome| heard.ret(outcome))
    }

    /// Withdraws a request: whoever asked hears [`AskError::Cancelled`], an answer comes too late. False if it has had its outcome.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::ask::{AskError, AskId, Reply};
    /// use actor_rt::{Cx, Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let number = Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let answers = |number: &mut u32, _: &mut Cx<'_, u32>, reply: Reply<u32>| assert!(!reply.reply(*number), "too late");
    /// let heard = Ret::new(|outcome| assert_eq!(outcome, Some(Err(AskError::Cancelled))));
    /// let asked: AskId = runtime.ask(&number, Duration::from_secs(1), answers, heard).unwrap();
    /// assert!(runtime.cancel_ask(asked) && !runtime.cancel_ask(asked));
    /// runtime.run(now, false);
    /// assert_eq!(runtime.pending().late_replies, 1);
    /// ```
    pub fn cancel_ask(&mut self, asked: AskId) -> bool {
        self.door().ask_cancel(asked.0).is_ok()
    }
}

impl<A: 'static> Cx<'_, A> {
    /// Asks an actor and hears the outcome as a call of this one: as [`Core::ask`], but the request belongs to the running actor. It is
    /// withdrawn if that ends, or is restarted, and then nobody hears.
    ///
    /// Nothing waits: this actor takes other messages meanwhile, so that two that ask each other cannot lock each other up.
    ///
    /// # Errors
    /// If the mailbox is full: nothing was asked, and `then` is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::ask::Reply;
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let store = Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let user = Spec::new(|_| Some(String::new())).start(&mut runtime).unwrap();
    /// user.call(move |_, cx| {
    ///     let read = |number: &mut u32, _: &mut Cx<'_, u32>, reply: Reply<u32>| _ = reply.reply(*number);
    ///     cx.request(&store, Duration::from_secs(1), read, |text, _, outcome| *text = format!("{outcome:?}")).unwrap();
    /// });
    /// runtime.run(now, false);
    /// assert_eq!(user.query(&mut runtime, |text, _| text.clone()).as_deref(), Some("Ok(7)"));
    /// ```
    pub fn request<B: ?Sized + 'static, T: 'static>(
        &mut self,
        to: &Actor<B>,
        within: Duration,
        message: impl FnOnce(&mut B, &mut Cx<'_, B>, Reply<T>) + 'static,
        then: impl FnOnce(&mut A, &mut Cx<'_, A>, Result<T, AskError>) + 'static,
    ) -> Result<AskId, PostError> {
        let this = self.this().clone();
        let (asker, incarnation) = (this.header().id(), this.incarnation());
        ask_as(self.shared(), asker, to, within, message, move |outcome| {
            this.answer(incarnation, move |this, cx| then(this, cx, outcome));
        })
    }

    /// Asks an actor and tells another one of the answer, converted by `map`. If there is none, nobody hears.
    ///
    /// As ractor's `call_and_forward`.
    ///
    /// # Errors
    /// As [`request`](Cx::request).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::ask::Reply;
    /// use actor_rt::{Cx, Fwd, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let store = Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let screen = Spec::new(|_| Some(String::new())).start(&mut runtime).unwrap();
    /// let user = Spec::new(|_| Some(())).start(&mut runtime).unwrap();
    /// let show = Fwd::to_actor(screen.clone(), |text: &mut String, _, line: String| *text = line);
    /// user.call(move |_, cx| {
    ///     let read = |number: &mut u32, _: &mut Cx<'_, u32>, reply: Reply<u32>| _ = reply.reply(*number);
    ///     cx.request_for(&store, Duration::from_secs(1), read, |number| number.to_string(), show).unwrap();
    /// });
    /// runtime.run(now, false);
    /// assert_eq!(screen.query(&mut runtime, |text, _| text.clone()).as_deref(), Some("7"));
    /// ```
    pub fn request_for<B: ?Sized + 'static, T: 'static, U: 'static>(
        &mut self,
        to: &Actor<B>,
        within: Duration,
        message: impl FnOnce(&mut B, &mut Cx<'_, B>, Reply<T>) + 'static,
        map: impl FnOnce(T) -> U + 'static,
        forward: Fwd<U>,
    ) -> Result<AskId, PostError> {
        let asker = self.this().header().id();
        ask_as(self.shared(), asker, to, within, message, move |outcome| {
            if let Ok(value) = outcome {
                forward.fwd(map(value));
            }
        })
    }
}

/// Asks for an actor, or for the outside world. `heard` runs once, where the outcome comes about.
pub(super) fn ask_as<B: ?Sized + 'static, T: 'static>(
    shared: &Shared,
    asker: u64,
    to: &Actor<B>,
    within: Duration,
    message: impl FnOnce(&mut B, &mut Cx<'_, B>, Reply<T>) + 'static,
    heard: impl FnOnce(Result<T, AskError>) + 'static,
) -> Result<AskId, PostError> {
    let header = to.header();
    if !header.has_place()
        && !matches!(shared.room(header), Some(Room::Closed | Room::Free | Room::Contested(_)))
    {
        return Err(PostError::Full);
    }
    let slot = Rc::new(Cell::new(None));
    let value = Rc::clone(&slot);
    let on_answer: OnAnswer = Box::new(move |answer| heard(reply::outcome(&answer, &value)));
    let token = ask::open(shared, asker, header.id(), on_answer);
    if is_gone(header) {
        ask::settle_closed(shared, token);
        return Ok(AskId(token));
    }
    let reply = Reply::new(shared.deferrer(), token, slot);
    post::call(to, Call::new(move |this: &mut B, cx: &mut Cx<'_, B>| message(this, cx, reply)));
    ask::set_deadline(shared, token, time::strictly_after(shared.now.get(), within));
    Ok(AskId(token))
}

/// Whether nothing reaches an actor any more.
fn is_gone(header: &CellHeader) -> bool {
    header.is_closed() || Shared::of(header).mode.has(CLOSED)
}
