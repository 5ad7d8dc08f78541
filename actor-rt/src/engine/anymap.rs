//! `AnyMap`: one value of each type, for what all actors of a runtime need to find.

use super::token::Core;
use std::any::{self, Any, TypeId};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The values by their types. Counted, so that a value can be cloned when nothing of the runtime is borrowed.
pub(crate) type AnyMap = BTreeMap<TypeId, Rc<dyn Any>>;

impl Core {
    /// Keeps `value` as the one of its type, to be found by every actor; an older one is dropped. For handles to what there is once in
    /// a program: an `Actor`, a [`Share`](crate::Share), a `Fwd`, settings in an `Rc`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::rc::Rc;
    /// use std::time::Instant;
    ///
    /// struct Settings {
    ///     port: u16,
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.anymap_set(Rc::new(Settings { port: 80 }));
    /// runtime.defer(|rt| assert_eq!(rt.anymap_get::<Rc<Settings>>().port, 80));
    /// runtime.run(Instant::now(), false);
    /// runtime.anymap_unset::<Rc<Settings>>();
    /// assert!(runtime.anymap_try_get::<Rc<Settings>>().is_none());
    /// ```
    pub fn anymap_set<T: Clone + 'static>(&mut self, value: T) {
        let value: Rc<dyn Any> = Rc::new(value);
        let older = self.shared().anymap.with(|map| map.insert(TypeId::of::<T>(), value));
        drop(older);
    }

    /// Drops the value of a type, if there is one.
    ///
    /// # Examples
    ///
    /// See [`anymap_set`](Core::anymap_set).
    pub fn anymap_unset<T: Clone + 'static>(&mut self) {
        let older = self.shared().anymap.with(|map| map.remove(&TypeId::of::<T>()));
        drop(older);
    }

    /// A clone of the value of a type.
    ///
    /// # Panics
    /// If there is none: see [`anymap_try_get`](Core::anymap_try_get).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.anymap_set("eu-west");
    /// assert_eq!(runtime.anymap_get::<&str>(), "eu-west");
    /// ```
    pub fn anymap_get<T: Clone + 'static>(&mut self) -> T {
        match self.anymap_try_get() {
            Some(value) => value,
            None => panic!(
                "no {} was given to anymap_set: do so at the start, or use anymap_try_get",
                any::type_name::<T>()
            ),
        }
    }

    /// A clone of the value of a type, if there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// assert_eq!(runtime.anymap_try_get::<&str>(), None);
    /// runtime.anymap_set("eu-west");
    /// assert_eq!(runtime.anymap_try_get::<&str>(), Some("eu-west"));
    /// ```
    pub fn anymap_try_get<T: Clone + 'static>(&mut self) -> Option<T> {
        let value = self.shared().anymap.with(|map| map.get(&TypeId::of::<T>()).cloned())?;
        value.downcast_ref().cloned()
    }
}
