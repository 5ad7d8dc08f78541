//! A wheel with a Rust actor of its own: `Tally` counts words. Python has it as a class with typed methods, reaches it by messages like any
//! actor, and hears from it.

use actor_rt::{Actor, Body, Cx, Packet, Receive, Ret, call};
use actor_rt_python::{OnItsThread, Reply};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::collections::BTreeMap;

/// The tag of a message in bytes for it: words, in UTF-8.
const WORDS: u64 = actor_rt_python::tag("tally.words");
/// The tag of what it tells of each word that is new: the word.
const NEW: u64 = actor_rt_python::tag("tally.new");

/// The actor.
#[derive(Default)]
struct Counting {
    counts: BTreeMap<String, u64>,
    /// The id of an actor that hears of words that are new; in whatever language.
    listener: Option<actor_rt::ActorId>,
}

impl Counting {
    fn add(&mut self, cx: &mut Cx<'_, Self>, text: String) {
        for word in text.split_whitespace() {
            let count = self.counts.entry(word.to_owned()).or_insert(0);
            *count += 1;
            if let (1, Some(listener)) = (*count, self.listener) {
                // One that has ended hears nothing.
                let _ = cx.door().post(listener, NEW, Body::Copied(word.as_bytes()));
            }
        }
    }

    fn listen(&mut self, _: &mut Cx<'_, Self>, listener: actor_rt::ActorId) {
        self.listener = Some(listener);
    }

    fn top(&mut self, _: &mut Cx<'_, Self>, n: usize, ret: Ret<Vec<(String, u64)>>) {
        let mut all: Vec<_> = self.counts.iter().map(|(word, count)| (word.clone(), *count)).collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all.truncate(n);
        ret.ret(all);
    }
}

impl Receive for Counting {
    /// Messages of other languages: of no others is there anything to be done.
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        if packet.tag() == WORDS {
            self.add(cx, String::from_utf8_lossy(packet.data()).into_owned());
        }
    }
}

/// Counts words.
#[pyclass(frozen, module = "tally")]
struct Tally {
    runtime: Py<PyAny>,
    actor: OnItsThread<Actor<Counting>>,
}

#[pymethods]
impl Tally {
    #[new]
    fn new(runtime: &Bound<'_, PyAny>) -> PyResult<Self> {
        let actor = actor_rt_python::door(runtime)?.spawn(Counting::default(), Ret::nop());
        Ok(Tally { runtime: runtime.clone().unbind(), actor: OnItsThread::new(actor) })
    }

    /// Counts the words of a text: a message, so that it returns at once.
    fn add(&self, text: String) -> PyResult<()> {
        let actor = self.actor.get()?;
        call!([actor], add(text));
        Ok(())
    }

    /// Has an actor told of each word that is new, by a message `tally.new` with the word.
    fn listen(&self, id: u64) -> PyResult<()> {
        let actor = self.actor.get()?;
        call!([actor], listen(actor_rt::ActorId(id)));
        Ok(())
    }

    /// The `n` most frequent words, with their counts.
    fn top<'py>(&self, py: Python<'py>, n: usize) -> PyResult<Bound<'py, Reply>> {
        let actor = self.actor.get()?;
        let (reply, ret) = actor_rt_python::reply(self.runtime.bind(py))?;
        call!([actor], top(n, ret));
        Ok(reply)
    }

    /// It as any actor: for messages by tag and bytes.
    #[getter]
    fn native_ref<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        actor_rt_python::native_ref(self.runtime.bind(py), self.actor.get()?.actor_id())
    }

    /// What the collector has to know: whoever has this has the runtime.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)
    }

    /// Ends the actor.
    fn stop(&self) -> PyResult<()> {
        self.actor.get()?.call(|_, cx| cx.stop());
        Ok(())
    }
}

#[pymodule(gil_used = true)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // The wheel's copy of actor_rt has its native half in here.
    actor_rt_python::register(module.py(), "tally.actor_rt")?;
    module.add_class::<Tally>()
}
