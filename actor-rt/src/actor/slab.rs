//! `ActorOwnSlab`: the owners of many children of one type, each removed when its child has ended.

use super::own::ActorOwn;
use crate::engine::id::ActorId;
use crate::engine::post;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::Core;
use crate::kernel::handle::Actor;
use crate::kernel::record::{Message, Turn, flag};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::slice;

/// The children of one type that an actor owns, however many: connections, requests. A child that ends leaves by itself.
///
/// It is kept in the parent's own state. [`actor_in_slab!`](crate::actor_in_slab) adds a child. Dropping the slab ends them all. If
/// the parent puts another slab in its place, children of the old one that are yet to leave it do no harm to the new one.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Server {
///     requests: ActorOwnSlab<Request>,
/// }
///
/// impl Server {
///     fn init(_cx: CX![]) -> Option<Self> {
///         Some(Self { requests: ActorOwnSlab::new() })
///     }
///     fn request(&mut self, cx: CX![], number: u32) {
///         actor_in_slab!(self.requests, cx, Request::init(number));
///     }
///     fn open(&self, _cx: CX![]) -> usize {
///         self.requests.len()
///     }
/// }
///
/// struct Request;
///
/// impl Request {
///     fn init(cx: CX![], number: u32) -> Option<Self> {
///         if number % 2 == 0 {
///             stop!(cx);
///         }
///         Some(Self)
///     }
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// let rt = &mut runtime;
/// let server = actor!(rt, Server::init(), ret_nop!());
/// for number in 0..10 {
///     call!([server], request(number));
/// }
/// rt.run(Instant::now(), false);
/// assert_eq!(query!([server, rt], open()), Some(5));
/// ```
pub struct ActorOwnSlab<T: 'static> {
    places: Vec<Option<ActorOwn<T>>>,
    free: Vec<usize>,
}

impl<T: 'static> ActorOwnSlab<T> {
    /// No children.
    ///
    /// # Examples
    ///
    /// See [`ActorOwnSlab`].
    pub const fn new() -> Self {
        ActorOwnSlab { places: Vec::new(), free: Vec::new() }
    }

    /// Makes a child without a value yet and keeps its owner. `get_slab` finds this slab in the parent's state: when the child has
    /// ended, a call of the parent removes it, and after that `notify` is told. In user code this is
    /// [`actor_in_slab!`](crate::actor_in_slab).
    ///
    /// # Panics
    /// If there is no room for another actor: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// See [`iter`](ActorOwnSlab::iter).
    pub fn add<P: 'static>(
        &mut self,
        core: &mut Core,
        parent: Actor<P>,
        get_slab: impl for<'a> FnOnce(&'a mut P) -> &'a mut Self + 'static,
        notify: Ret<StopCause>,
    ) -> Actor<T> {
        let parent_id = parent.access_log_id();
        let owner = ActorOwn::new(core, Ret::nop(), parent_id);
        let child = owner.clone();
        let id = child.actor_id();
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        self.places[place] = Some(owner);
        let leave = Ret::new(move |cause: Option<StopCause>| {
            // Nothing to leave if the parent has ended.
            if !parent.header().has_ended() {
                let remove = move |this: &mut P| get_slab(this).remove(place, id);
                // Past the bound of the parent's mailbox, or the child would stay for ever.
                post::answer(&parent, Leave { remove, parent: PhantomData });
            }
            if let Some(cause) = cause {
                notify.ret(cause);
            }
        });
        Shared::of(child.header()).cold.with(|cold| cold.of(child.header()).notifier = Some(leave));
        child
    }

    /// How many children there are.
    ///
    /// # Examples
    ///
    /// See [`ActorOwnSlab`].
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Whether there are none.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(actor_rt::ActorOwnSlab::<u32>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The owners, in the order of their places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{ActorOwnSlab, Ret, Runtime, actor_new, aux::ActorOwnSlabIter, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = actor_new!(runtime, ActorOwnSlab<u32>, ret_nop!());
    /// parent.call_prep(|_| Some(ActorOwnSlab::new()));
    /// parent.call(|slab, cx| {
    ///     let this = cx.this().clone();
    ///     slab.add(cx, this, |slab| slab, Ret::nop()).call_prep(|_| Some(7));
    /// });
    /// runtime.run(Instant::now(), false);
    /// let alive = |children: ActorOwnSlabIter<u32>| children.filter(|child| !child.is_zombie()).count();
    /// assert_eq!(parent.query(&mut runtime, |slab, _| alive(slab.iter())), Some(1));
    /// ```
    pub fn iter(&self) -> ActorOwnSlabIter<'_, T> {
        ActorOwnSlabIter { places: self.places.iter() }
    }

    /// Removes a child. Another one in its place stays: then this is not the slab it was added to.
    fn remove(&mut self, place: usize, id: ActorId) {
        let Some(owner) = self.places.get_mut(place) else { return };
        if owner.as_ref().is_some_and(|owner| owner.actor_id() == id) {
            *owner = None;
            self.free.push(place);
        }
    }
}

/// Takes a child that has ended out of its parent's slab.
struct Leave<P, F> {
    remove: F,
    parent: PhantomData<fn(&mut P)>,
}

impl<P: 'static, F: FnOnce(&mut P) + 'static> Message for Leave<P, F> {
    type Actor = P;
    type End = Infallible;
    // Not the program's: one whose parent ends first is no dead letter.
    const FLAGS: u16 = flag::OWN;

    fn deliver(self, turn: Turn<'_, P>) -> Option<Infallible> {
        (self.remove)(turn.value);
        None
    }

    fn finish(_: &Actor<P>, end: Infallible) {
        match end {}
    }
}

impl<T: 'static> Default for ActorOwnSlab<T> {
    fn default() -> Self {
        ActorOwnSlab::new()
    }
}

impl<'a, T: 'static> IntoIterator for &'a ActorOwnSlab<T> {
    type Item = &'a ActorOwn<T>;
    type IntoIter = ActorOwnSlabIter<'a, T>;

    fn into_iter(self) -> ActorOwnSlabIter<'a, T> {
        self.iter()
    }
}

impl<T: 'static> fmt::Debug for ActorOwnSlab<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

/// The owners in an [`ActorOwnSlab`].
///
/// # Examples
///
/// See [`ActorOwnSlab::iter`].
pub struct ActorOwnSlabIter<'a, T: 'static> {
    places: slice::Iter<'a, Option<ActorOwn<T>>>,
}

impl<'a, T: 'static> Iterator for ActorOwnSlabIter<'a, T> {
    type Item = &'a ActorOwn<T>;

    fn next(&mut self) -> Option<Self::Item> {
        self.places.find_map(Option::as_ref)
    }
}

impl<T: 'static> fmt::Debug for ActorOwnSlabIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActorOwnSlabIter").finish_non_exhaustive()
    }
}
