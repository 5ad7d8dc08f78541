//! One request to several actors, and all their outcomes together.

use super::ask;
use super::context::Cx;
use super::reply::{AskError, Reply};
use super::request::ask_as;
use crate::engine::asks::Outcome;
use crate::engine::post::{self, LaneName};
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Runtime};
use crate::kernel::handle::Actor;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// How many answers are enough.
///
/// # Examples
///
/// See [`Core::ask_all`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gather {
    /// All outcomes are waited for.
    All,
    /// One answer; the other requests are withdrawn then.
    First,
    /// So many answers. If so many can no more be had, that is the end, too.
    Quorum(usize),
}

impl Core {
    /// Asks several actors the same within one time, and answers `done` once, whoever asked: with an outcome for each of them, in their order. Those
    /// that were not waited for are [`AskError::Cancelled`]; one that has ended, or whose mailbox is full, is an outcome at its place
    /// and no hindrance for the others.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::ask::{AskError, Gather, Reply};
    /// use actor_rt::{Cx, Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let nodes: Vec<_> = (1..=3_u32).map(|n| Spec::new(move |_| Some(n)).start(&mut runtime).unwrap()).collect();
    /// runtime.door().kill(nodes[0].actor_id(), "lost").unwrap();
    /// let vote = |n: &mut u32, _: &mut Cx<'_, u32>, reply: Reply<u32>| _ = reply.reply(*n);
    /// let done = Ret::new(|votes| assert_eq!(votes, Some(vec![Err(AskError::Closed), Ok(2), Ok(3)])));
    /// runtime.ask_all(&nodes, Duration::from_secs(1), Gather::Quorum(2), vote, done);
    /// runtime.run(now, false);
    /// ```
    pub fn ask_all<B: ?Sized + 'static, T: 'static>(
        &mut self,
        targets: &[Actor<B>],
        within: Duration,
        gather: Gather,
        message: impl Fn(&mut B, &mut Cx<'_, B>, Reply<T>) + Clone + 'static,
        done: Ret<Vec<Result<T, AskError>>>,
    ) {
        // Whoever answers last is not to run what its asker does.
        let done = move |shared: &Shared, outcomes| {
            post::job(shared, LaneName::Main, move |_: &mut Runtime| done.ret(outcomes));
        };
        gather_as(self.shared(), 0, (targets, gather), within, message, Box::new(done));
    }
}

impl<A: 'static> Cx<'_, A> {
    /// Asks several actors the same and hears the outcomes as a call of this one: as [`Core::ask_all`], but the requests belong to the
    /// running actor. They are withdrawn if that ends, or is restarted, and then nobody hears.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::ask::{Gather, Reply};
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let nodes: Vec<_> = (1..=3_u32).map(|n| Spec::new(move |_| Some(n)).start(&mut runtime).unwrap()).collect();
    /// let sum = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let read = |n: &mut u32, _: &mut Cx<'_, u32>, reply: Reply<u32>| _ = reply.reply(*n);
    /// sum.call(move |_, cx| {
    ///     cx.request_all(&nodes, Duration::from_secs(1), Gather::All, read, |sum: &mut u32, _, all| {
    ///         *sum = all.into_iter().flatten().sum();
    ///     });
    /// });
    /// runtime.run(now, false);
    /// assert_eq!(sum.query(&mut runtime, |sum, _| *sum), Some(6));
    /// ```
    pub fn request_all<B: ?Sized + 'static, T: 'static>(
        &mut self,
        targets: &[Actor<B>],
        within: Duration,
        gather: Gather,
        message: impl Fn(&mut B, &mut Cx<'_, B>, Reply<T>) + Clone + 'static,
        then: impl FnOnce(&mut A, &mut Cx<'_, A>, Vec<Result<T, AskError>>) + 'static,
    ) {
        let this = self.this().clone();
        let (asker, incarnation) = (this.header().id(), this.incarnation());
        let done = move |_: &Shared, outcomes| {
            this.answer(incarnation, move |this, cx| then(this, cx, outcomes));
        };
        gather_as(self.shared(), asker, (targets, gather), within, message, Box::new(done));
    }
}

/// What is done with all of the outcomes.
pub(super) type Done<T> = Box<dyn FnOnce(&Shared, Vec<Result<T, AskError>>)>;

/// Asks for an actor, or for the outside world.
fn gather_as<B: ?Sized + 'static, T: 'static>(
    shared: &Shared,
    asker: u64,
    (targets, gather): (&[Actor<B>], Gather),
    within: Duration,
    message: impl Fn(&mut B, &mut Cx<'_, B>, Reply<T>) + Clone + 'static,
    done: Done<T>,
) {
    let gathered = Gathered::new(targets.len(), gather, done);
    for (place, target) in targets.iter().enumerate() {
        let own = Rc::clone(&gathered);
        let owner = shared.deferrer().clone();
        let heard = move |outcome| settle(owner.shared(), &own, place, outcome);
        match ask_as(shared, asker, target, within, message.clone(), heard) {
            Ok(token) => asked(&gathered, token.0),
            Err(_) => settle(shared, &gathered, place, Err(AskError::Full)),
        }
    }
    all_are_asked(shared, &gathered);
}

/// The outcomes so far.
pub(super) struct Gathered<T: 'static> {
    outcomes: Vec<Option<Result<T, AskError>>>,
    tokens: Vec<u64>,
    answers: usize,
    open: usize,
    wanted: usize,
    /// Not all are asked yet.
    asking: bool,
    done: Option<Done<T>>,
}

impl<T: 'static> Gathered<T> {
    /// So many are about to be asked.
    pub(super) fn new(count: usize, gather: Gather, done: Done<T>) -> Rc<RefCell<Self>> {
        let wanted = match gather {
            Gather::All => usize::MAX,
            Gather::First => 1,
            Gather::Quorum(answers) => answers,
        };
        Rc::new(RefCell::new(Gathered {
            outcomes: (0..count).map(|_| None).collect(),
            tokens: Vec::with_capacity(count),
            answers: 0,
            open: count,
            wanted,
            asking: true,
            done: Some(done),
        }))
    }
}

/// One of them was asked by this token.
pub(super) fn asked<T: 'static>(gathered: &Rc<RefCell<Gathered<T>>>, token: u64) {
    gathered.borrow_mut().tokens.push(token);
}

/// All of them were asked, or refused.
pub(super) fn all_are_asked<T: 'static>(shared: &Shared, gathered: &Rc<RefCell<Gathered<T>>>) {
    gathered.borrow_mut().asking = false;
    finish_if_enough(shared, gathered);
}

/// One of them has its outcome.
pub(super) fn settle<T: 'static>(
    shared: &Shared,
    gathered: &Rc<RefCell<Gathered<T>>>,
    place: usize,
    outcome: Result<T, AskError>,
) {
    let late = {
        let mut all = gathered.borrow_mut();
        if all.done.is_none() {
            Some(outcome)
        } else {
            all.answers += usize::from(outcome.is_ok());
            all.open -= 1;
            all.outcomes[place] = Some(outcome);
            None
        }
    };
    drop(late);
    finish_if_enough(shared, gathered);
}

/// Ends it when enough have answered, or too few can. The rest is withdrawn.
fn finish_if_enough<T: 'static>(shared: &Shared, gathered: &Rc<RefCell<Gathered<T>>>) {
    let (done, tokens, outcomes) = {
        let mut all = gathered.borrow_mut();
        let enough = all.open == 0 || all.answers >= all.wanted || hopeless(&all);
        if all.asking || !enough {
            return;
        }
        let Some(done) = all.done.take() else { return };
        (done, std::mem::take(&mut all.tokens), std::mem::take(&mut all.outcomes))
    };
    for token in tokens {
        ask::settle(shared, token, Outcome::Cancelled);
    }
    let outcomes = outcomes.into_iter().map(|outcome| outcome.unwrap_or(Err(AskError::Cancelled))).collect();
    done(shared, outcomes);
}

fn hopeless<T>(all: &Gathered<T>) -> bool {
    all.wanted != usize::MAX && all.answers + all.open < all.wanted
}
