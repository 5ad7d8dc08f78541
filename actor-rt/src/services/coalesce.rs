//! `Coalesce`: many who ask the same at once, and one who finds it out.

use crate::ask::Reply;
use std::collections::BTreeMap;
use std::fmt;

/// The requests that wait for the same answers. An actor keeps one in its state: the first who asks for something has it found out,
/// those who ask meanwhile wait for the same answer, each of which is a clone.
///
/// As ODIN's `RequestProcessor`.
///
/// # Examples
///
/// ```
/// use actor_rt::services::Coalesce;
/// use actor_rt::supervision::Spec;
/// use actor_rt::ask::Reply;
/// use actor_rt::{Cx, Ret, Runtime};
/// use std::time::{Duration, Instant};
///
/// #[derive(Default)]
/// struct Names {
///     asked: Coalesce<u32, String>,
///     lookups: u32,
/// }
///
/// impl Names {
///     fn name(&mut self, cx: &mut Cx<'_, Self>, id: u32, reply: Reply<String>) {
///         if self.asked.join(id, reply) {
///             self.lookups += 1;
///             // Slow in real life: a database, another actor.
///             cx.this().call_at(Duration::from_millis(5), move |this, _| _ = this.asked.answer(&id, format!("name of {id}")));
///         }
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let names = Spec::new(|_| Some(Names::default())).start(&mut runtime).unwrap();
/// for _ in 0..3 {
///     let heard = Ret::new(|name| assert_eq!(name, Some(Ok("name of 7".to_owned()))));
///     runtime.ask(&names, Duration::from_secs(1), |names, cx, reply| names.name(cx, 7, reply), heard).unwrap();
/// }
/// runtime.run(now, false);
/// runtime.run(now + Duration::from_millis(5), false);
/// assert_eq!(names.query(&mut runtime, |names, _| names.lookups), Some(1));
/// ```
pub struct Coalesce<K, T: 'static> {
    waiting: BTreeMap<K, Vec<Reply<T>>>,
}

impl<K: Ord, T: Clone + 'static> Coalesce<K, T> {
    /// Nobody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::Coalesce;
    ///
    /// assert!(Coalesce::<u32, String>::new().is_empty());
    /// ```
    pub fn new() -> Self {
        Coalesce { waiting: BTreeMap::new() }
    }

    /// Lets a request wait for the answer to `key`. True if it is the first: then the caller is to find the answer.
    ///
    /// # Examples
    ///
    /// See [`Coalesce`].
    #[must_use = "if it is the first, the answer is to be found"]
    pub fn join(&mut self, key: K, reply: Reply<T>) -> bool {
        let waiting = self.waiting.entry(key).or_default();
        let first = waiting.is_empty();
        waiting.push(reply);
        first
    }

    /// Answers all requests for `key`, in the order in which they came. The number of those whose asker still waited.
    ///
    /// # Examples
    ///
    /// See [`Coalesce`].
    pub fn answer(&mut self, key: &K, value: T) -> usize {
        let waiting = self.waiting.remove(key).unwrap_or_default();
        waiting.into_iter().map(|reply| usize::from(reply.reply(value.clone()))).sum()
    }

    /// Gives the requests for `key` up: each asker hears [`AskError::NoReply`](crate::ask::AskError::NoReply). How many there were.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::Coalesce;
    ///
    /// let mut asked = Coalesce::<u32, String>::new();
    /// assert_eq!(asked.fail(&7), 0);
    /// ```
    pub fn fail(&mut self, key: &K) -> usize {
        self.waiting.remove(key).map_or(0, |waiting| waiting.len())
    }

    /// Whether nobody waits for the answer to `key` any more: then looking for it may be given up.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::Coalesce;
    ///
    /// assert!(Coalesce::<u32, String>::new().is_abandoned(&7));
    /// ```
    pub fn is_abandoned(&self, key: &K) -> bool {
        self.waiting.get(key).is_none_or(|waiting| waiting.iter().all(Reply::is_abandoned))
    }

    /// Whether nothing is asked for.
    ///
    /// # Examples
    ///
    /// See [`new`](Coalesce::new).
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl<K: Ord, T: Clone + 'static> Default for Coalesce<K, T> {
    fn default() -> Self {
        Coalesce::new()
    }
}

impl<K: fmt::Debug, T: 'static> fmt::Debug for Coalesce<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.waiting.iter().map(|(key, waiting)| (key, waiting.len()))).finish()
    }
}
