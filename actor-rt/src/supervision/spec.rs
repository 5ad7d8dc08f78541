//! `Spec`: how a supervised actor is made, and how it is to be treated.

use super::hooks::{self, Lifecycle};
use super::reserve::Place;
use crate::actor::{Cx, Receive, turn};
use crate::engine::id::ActorId;
use crate::engine::kin::child::{Plan, Settings};
use crate::engine::kin::exit::StartError;
use crate::engine::kin::policy::{Backoff, Intensity, Restart, Shutdown, Supervisor};
use crate::engine::mailbox::Mailbox;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::kernel::handle::{Actor, AnyActor};
use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// Makes an actor's value, or ends it, or leaves it preparing.
type Factory<A> = Box<dyn FnMut(&mut Cx<'_, A>) -> Option<A>>;

/// How a supervised actor is made, and how it is to be treated.
///
/// The factory is called for each incarnation, with the context of the actor that it makes: it may return the value, fail by
/// [`Cx::fail`], stop, or return `None` and leave it to a later [`Actor::call_prep`] (an answer, a timer) to make the value.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::{Backoff, Restart, Shutdown, Spec};
/// use actor_rt::{Cx, Runtime};
/// use std::time::{Duration, Instant};
///
/// struct Session {
///     user: &'static str,
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// let session = Spec::new(|_: &mut Cx<'_, Session>| Some(Session { user: "ada" }))
///     .name("session of ada")
///     .restart(Restart::Permanent)
///     .backoff(Backoff::new(Duration::from_millis(50), Duration::from_secs(5)))
///     .shutdown(Shutdown::After(Duration::from_secs(2)))
///     .start(&mut runtime)
///     .unwrap();
/// assert_eq!(session.query(&mut runtime, |session, _| session.user), Some("ada"));
/// ```
#[must_use = "a spec starts nothing by itself: call start() or spawn()"]
pub struct Spec<A: 'static> {
    pub(super) factory: Factory<A>,
    pub(super) settings: Settings,
    pub(super) accept: Option<fn(&Actor<A>)>,
    pub(super) place: Option<Place<A>>,
    pub(super) notify: Option<Notify>,
}

/// Whom to tell of the end of an actor.
type Notify = Box<dyn Fn(ActorId) -> Ret<StopCause>>;

impl<A: 'static> Spec<A> {
    /// A child that a factory makes, as often as it is needed. It is [transient](Restart::Transient), and has five seconds to stop.
    ///
    /// # Examples
    ///
    /// See [`Spec`].
    pub fn new(factory: impl FnMut(&mut Cx<'_, A>) -> Option<A> + 'static) -> Self {
        Spec {
            factory: Box::new(factory),
            settings: defaults(Restart::Transient),
            accept: None,
            place: None,
            notify: None,
        }
    }

    /// A child that can be made once only: it is [temporary](Restart::Temporary), whatever is said later.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Restart, Spec};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let file = String::from("what cannot be opened twice");
    /// let owner = Spec::once(move |_| Some(file)).restart(Restart::Permanent).start(&mut runtime).unwrap();
    /// owner.call(|_, cx| cx.fail_str("gone"));
    /// runtime.run(now, false);
    /// assert!(owner.is_zombie(), "not restarted");
    /// ```
    pub fn once(factory: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static) -> Self {
        let mut factory = Some(factory);
        let once = move |cx: &mut Cx<'_, A>| match factory.take() {
            Some(make) => make(cx),
            None => {
                cx.fail_str("it can be made once only: start another one, or use Spec::new");
                None
            }
        };
        Spec {
            factory: Box::new(once),
            settings: Settings { once: true, ..defaults(Restart::Temporary) },
            accept: None,
            place: None,
            notify: None,
        }
    }

    /// For people, and for logs: the actor's name ([`Actor::name`]), in every incarnation.
    ///
    /// # Examples
    ///
    /// See [`Spec`].
    pub fn name(mut self, name: &str) -> Self {
        self.settings.name = Some(name.into());
        self
    }

    /// Gives it a name by which it is known ([`Core::whereis`](crate::Core::whereis)), and for people. Claimed before its factory runs; if
    /// another actor has it, the start is refused ([`StartError::NameTaken`](super::StartError::NameTaken)) and that one left alone.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, StartError};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let one = Spec::new(|_| Some(1_u32)).register("database").start(&mut runtime).unwrap();
    /// let two = Spec::new(|_| Some(2_u32)).register("database").start(&mut runtime);
    /// assert!(matches!(two, Err(StartError::NameTaken(id)) if id == one.actor_id()));
    /// ```
    pub fn register(mut self, name: &str) -> Self {
        self.settings.registered = Some(name.into());
        self.name(name)
    }

    /// Whether it is started again when it has ended by itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Restart, Spec};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let mut start = |restart| Spec::new(|_| Some(0_u32)).restart(restart).start(&mut runtime).unwrap();
    /// let (permanent, transient) = (start(Restart::Permanent), start(Restart::Transient));
    /// for actor in [&permanent, &transient] {
    ///     actor.call(|_, cx| cx.stop());
    /// }
    /// runtime.run(now, false);
    /// assert!(!permanent.is_zombie() && transient.is_zombie());
    /// ```
    pub fn restart(mut self, restart: Restart) -> Self {
        if !self.settings.once {
            self.settings.restart = restart;
        }
        self
    }

    /// How its supervisor ends it.
    ///
    /// # Examples
    ///
    /// See [`Spec`].
    pub fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.settings.shutdown = shutdown;
        self
    }

    /// Its end may be that of its supervisor: see [`AutoShutdown`](super::AutoShutdown).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{AutoShutdown, Spec, Supervisor};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let settings = Supervisor::new().auto_shutdown(AutoShutdown::AnySignificant);
    /// let parent = Spec::new(|_| Some(())).supervises(settings).start(&mut runtime).unwrap();
    /// let child = Spec::once(|_| Some(7_u32)).significant().start_under(&mut runtime, parent.actor_id()).unwrap();
    /// child.call(|_, cx| cx.stop());
    /// runtime.run(now, false);
    /// assert!(parent.is_zombie());
    /// ```
    pub fn significant(mut self) -> Self {
        self.settings.significant = true;
        self
    }

    /// Keeps its entry when it has ended for good, so that [`Core::restart_child`](crate::Core::restart_child) can start it anew.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{ChildStatus, Spec};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let child = Spec::new(|_| Some(0_u32)).keep().start(&mut runtime).unwrap();
    /// child.call(|_, cx| cx.stop());
    /// runtime.run(now, false);
    /// assert_eq!(runtime.children(None).unwrap()[0].status, ChildStatus::Ended);
    /// assert!(runtime.restart_child(None, child.actor_id()).is_ok());
    /// ```
    pub fn keep(mut self) -> Self {
        self.settings.keep = true;
        self
    }

    /// How many restarts of it alone are too many, besides those of all its supervisor's children together.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Intensity, Spec};
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).intensity(Intensity::new(0, Duration::ZERO)).start(&mut runtime).unwrap();
    /// actor.call(|_, cx| cx.fail_str("once is too often"));
    /// runtime.run(now, false);
    /// assert!(actor.is_zombie() && !runtime.not_shutdown(), "escalated to the host");
    /// ```
    pub fn intensity(mut self, intensity: Intensity) -> Self {
        self.settings.intensity = Some(intensity);
        self
    }

    /// How long its restarts wait. Without, they do not. Messages for it wait meanwhile, within its bound.
    ///
    /// # Examples
    ///
    /// See [`Spec`].
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.settings.backoff = Some(backoff);
        self
    }

    /// How long it may take until it is ready. Later it is killed, and its start has failed.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, StartError};
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let outcome = Ret::new(|outcome| assert!(matches!(outcome, Some(Err(StartError::Killed(_))))));
    /// let actor = Spec::<u32>::new(|_| None) // waits for what never comes
    ///     .start_timeout(Duration::from_secs(3))
    ///     .spawn(&mut runtime, outcome)
    ///     .unwrap();
    /// runtime.run(now, false);
    /// runtime.run(now + Duration::from_secs(3), false);
    /// assert!(actor.is_zombie());
    /// ```
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.settings.start_timeout = Some(timeout);
        self
    }

    /// Hands its last state to its supervisor when it has ended for good: see [`ChildEvent::Ended`](super::ChildEvent::Ended). Not
    /// after a panic, which may have left it in pieces, nor if it failed too often: what its supervisor hears then
    /// ([`child_escalated`](super::Lifecycle::child_escalated)) has no state.
    ///
    /// # Examples
    ///
    /// See [`Lifecycle::on_child`].
    pub fn return_state(mut self) -> Self {
        self.settings.return_state = true;
        self
    }

    /// How it supervises children of its own.
    ///
    /// # Examples
    ///
    /// See [`significant`](Spec::significant).
    pub fn supervises(mut self, supervisor: Supervisor) -> Self {
        self.settings.supervisor = supervisor;
        self
    }

    /// How many messages may wait for it: see [`Actor::set_capacity`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = Spec::new(|_| Some(0_u32)).capacity(16).start(&mut runtime).unwrap();
    /// assert_eq!(actor.capacity(), 16);
    /// ```
    pub fn capacity(mut self, messages: u32) -> Self {
        self.settings.capacity = Some(messages);
        self
    }

    /// How it keeps its messages: see [`Mailbox`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::Mailbox;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = Spec::new(|_| Some(0_u32)).mailbox(Mailbox::new().capacity(16)).start(&mut runtime).unwrap();
    /// assert_eq!(actor.capacity(), 16);
    /// ```
    pub fn mailbox(mut self, mailbox: Mailbox) -> Self {
        self.settings.mailbox = Some(mailbox);
        self
    }

    /// Calls the hooks of its [`Lifecycle`].
    ///
    /// # Examples
    ///
    /// See [`Lifecycle`].
    pub fn hooks(mut self) -> Self
    where
        A: Lifecycle,
    {
        self.settings.hooks = Some(hooks::table::<A>());
        self
    }

    /// Lets it take packets: see [`Actor::accept_packets`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Body, Cx, Packet, Receive, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Count(u32);
    ///
    /// impl Receive for Count {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {
    ///         self.0 += 1;
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let count = Spec::new(|_| Some(Count(0))).accept_packets().start(&mut runtime).unwrap();
    /// runtime.door().post(count.actor_id(), 1, Body::Copied(b"")).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(count.query(&mut runtime, |count, _| count.0), Some(1));
    /// ```
    pub fn accept_packets(mut self) -> Self
    where
        A: Receive,
    {
        self.accept = Some(|actor| _ = actor.accept_packets());
        self
    }

    /// Whom to tell, with the cause itself, when it has ended for good. `notify` is asked for that with its id when it is started; once, but
    /// for a child that is [started anew](crate::Core::restart_child), which is another actor.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime, StopCause};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let told = Rc::new(Cell::new(false));
    /// let tells = told.clone();
    /// let spec = Spec::new(|_| Some(0_u32)).notify(move |_| {
    ///     let tells = tells.clone();
    ///     Ret::new(move |cause| tells.set(matches!(cause, Some(StopCause::Stopped))))
    /// });
    /// let actor = spec.start(&mut runtime).unwrap();
    /// actor.call(|_, cx| cx.fail_str("restarted, which is no end"));
    /// runtime.run(now, false);
    /// assert!(!told.get());
    /// actor.call(|_, cx| cx.stop());
    /// runtime.run(now, false);
    /// assert!(told.get());
    /// ```
    pub fn notify(mut self, notify: impl Fn(ActorId) -> Ret<StopCause> + 'static) -> Self {
        self.notify = Some(Box::new(notify));
        self
    }

    /// The plan by which the tree makes it.
    pub(super) fn plan(self) -> Rc<dyn Plan> {
        Rc::new(Typed {
            factory: RefCell::new(self.factory),
            settings: self.settings,
            accept: self.accept,
            place: RefCell::new(self.place),
            notify: self.notify,
        })
    }
}

impl<A: 'static> fmt::Debug for Spec<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spec").field("settings", &self.settings).finish_non_exhaustive()
    }
}

fn defaults(restart: Restart) -> Settings {
    Settings {
        name: None,
        registered: None,
        restart,
        once: false,
        shutdown: Shutdown::After(Duration::from_secs(5)),
        significant: false,
        keep: false,
        return_state: false,
        intensity: None,
        backoff: None,
        start_timeout: None,
        supervisor: Supervisor::default(),
        capacity: None,
        mailbox: None,
        hooks: None,
    }
}

/// A plan for an actor that somebody else has made: it cannot be made again.
pub(super) struct Given {
    settings: Settings,
}

impl Given {
    pub(super) fn plan() -> Rc<dyn Plan> {
        Rc::new(Given { settings: defaults(Restart::Temporary) })
    }
}

impl Plan for Given {
    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn cell(&self, _: &Shared) -> Result<AnyActor, StartError> {
        Err(StartError::NoChild)
    }

    fn make(&self, _: &AnyActor) {}

    fn take_state(&self, _: &Shared, _: &AnyActor) -> Option<Box<dyn Any>> {
        None
    }
}

/// A plan for one type of actor.
struct Typed<A: 'static> {
    factory: RefCell<Factory<A>>,
    settings: Settings,
    accept: Option<fn(&Actor<A>)>,
    /// Where the first one is to be.
    place: RefCell<Option<Place<A>>>,
    notify: Option<Notify>,
}

impl<A: 'static> Plan for Typed<A> {
    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn cell(&self, shared: &Shared) -> Result<AnyActor, StartError> {
        let actor = match self.place.take() {
            Some(place) => place.into_actor(shared).ok_or(StartError::NoPlace)?,
            None => shared.spawn::<A>(0),
        };
        if let Some(accept) = self.accept {
            accept(&actor);
        }
        Ok(AnyActor::from(&actor))
    }

    fn notifier(&self, actor: ActorId) -> Ret<StopCause> {
        self.notify.as_ref().map_or_else(Ret::nop, |notify| notify(actor))
    }

    fn make(&self, actor: &AnyActor) {
        let Some(actor) = actor.downcast::<A>() else { return };
        // Never twice at once: an actor is made by the tree alone, and one value at a time.
        let Ok(mut factory) = self.factory.try_borrow_mut() else { return };
        turn::make(&actor, &mut **factory);
    }

    fn take_state(&self, shared: &Shared, actor: &AnyActor) -> Option<Box<dyn Any>> {
        if !self.settings.return_state {
            return None;
        }
        Some(Box::new(shared.take_value::<A>(&actor.downcast()?)?))
    }
}
