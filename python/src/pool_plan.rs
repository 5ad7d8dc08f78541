//! How a pool is made: its settings, its router, its workers, as `actor_rt.PoolSpec` says them.

use crate::actor::is_actor_class;
use crate::bridge::{Bridge, kind};
use crate::errors::{ActorStopped, in_destructor};
use crate::jobs::Errand;
use crate::kernel_actor::PyActor;
use crate::lifecycle::{Hook, HookSet};
use crate::plan::{self, Origin, Plan};
use crate::pool::{PoolBase, discarded, is_kept, stats_object, tell_event};
use crate::pool_key::Key;
use crate::reference::Ref;
use crate::runtime::RuntimeBase;
use crate::spawn;
use crate::supervised::{self, Allowed, Options, Pace, not_started, seconds, unknown};
use crate::watch::Kept;
use actor_rt::services::pool::{
    Completion, DeadMansSwitch, Discard, PoolSettings, PoolSpec, PoolStats, Router,
};
use actor_rt::supervision::Spec;
use actor_rt::{Cx, Ret, StopCause};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::cell::Cell;
use std::rc::Rc;

/// `actor_rt.PoolSettings`.
#[derive(FromPyObject)]
pub(crate) struct Settings {
    size: usize,
    in_flight: usize,
    discard: String,
    /// A number, a function, or None.
    limit: Option<Py<PyAny>>,
    limit_every: f64,
    silence: Option<f64>,
    silence_kills: bool,
}

/// `actor_rt.PoolSpec`.
#[derive(FromPyObject)]
pub(crate) struct PoolPlan {
    settings: Settings,
    router: Py<PyAny>,
    rate: Option<Pace>,
    workers: Options,
    intensity: Allowed,
    supervision: Options,
    parent: Option<Py<Ref>>,
    on_discard: Option<Py<PyAny>>,
    on_event: Option<Py<PyAny>>,
    never_discard: Option<Py<PyAny>>,
    controller: Option<Py<PyAny>>,
    control_every: f64,
}

impl Settings {
    pub(crate) fn build(&self, py: Python<'_>, bridge: &Rc<Bridge>) -> PyResult<PoolSettings> {
        if self.size == 0 || self.in_flight == 0 {
            return Err(PyValueError::new_err("size and in_flight are 1 or more"));
        }
        let make = match &*self.discard {
            "newest" => Discard::newest,
            "oldest" => Discard::oldest,
            other => return Err(unknown("discard", other, "newest, oldest")),
        };
        let discard = match &self.limit {
            None => Discard::none(),
            Some(limit) if limit.bind(py).is_callable() => {
                let limit = Kept::new(py, bridge, limit.clone_ref(py));
                let every = seconds("limit_every", self.limit_every)?;
                make(0).dynamic(every, move |stats| {
                    // Any number, if it fails.
                    ask(&limit, stats, "the limit of a pool").unwrap_or(usize::MAX)
                })
            }
            Some(limit) => make(limit.extract(py)?),
        };
        let settings = PoolSettings::new().size(self.size).in_flight(self.in_flight).discard(discard);
        let Some(silence) = self.silence else { return Ok(settings) };
        let silence = seconds("silence", silence)?;
        if silence.is_zero() {
            return Err(PyValueError::new_err("silence is a number of seconds, more than 0"));
        }
        let switch = DeadMansSwitch::new(silence);
        Ok(settings.dead_mans_switch(if self.silence_kills { switch.kill() } else { switch }))
    }
}

/// Asks a function for a number; None if it fails.
fn ask(function: &Kept, stats: &PoolStats, what: &str) -> Option<usize> {
    Python::attach(|py| {
        let number = function.call_with(py, stats_object(py, stats).map(|stats| (stats,)), what)?;
        number.extract().ok()
    })
}

fn router(py: Python<'_>, bridge: &Rc<Bridge>, plan: &PoolPlan) -> PyResult<Router<Key>> {
    let router = match plan.router.extract::<String>(py) {
        Ok(name) => match &*name {
            "first_idle" => Router::first_idle(),
            "key_persistent" => Router::key_persistent(),
            "sticky" => Router::sticky(),
            "round_robin" => Router::round_robin(),
            other => {
                let known = "first_idle, key_persistent, sticky, round_robin, or a function of key and size";
                return Err(unknown("router", other, known));
            }
        },
        Err(_) if plan.router.bind(py).is_callable() => {
            let choose = Kept::new(py, bridge, plan.router.clone_ref(py));
            Router::custom(move |key: &Key, size| {
                Python::attach(|py| {
                    let args = key.to_object(py).map(|key| (key, size));
                    let chosen = choose.call_with(py, args, "a router");
                    // Any worker will do for a key that it fails for.
                    let slot = chosen.and_then(|slot| slot.extract::<i64>().ok()).unwrap_or(0);
                    usize::try_from(slot.rem_euclid(size as i64)).unwrap_or(0)
                })
            })
        }
        Err(_) => return Err(PyTypeError::new_err("router is a name, or a function of key and size")),
    };
    Ok(match &plan.rate {
        Some(rate) => router.rate(rate.count, rate.period()?),
        None => router,
    })
}

/// What workers are made of, in the store: runtime, class, arguments.
struct Materials(Kept);

impl Materials {
    fn get<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, RuntimeBase>, Origin<'py>)> {
        let parts = self.0.get(py).ok_or_else(|| ActorStopped::new_err("the runtime is closed"))?;
        let (runtime, class, args, kwargs) = parts.into_bound(py).extract()?;
        Ok((runtime, Origin { class, args, kwargs }))
    }

    /// Makes the instance of a worker's first incarnation, which is not initialised yet.
    fn enroll(&self, py: Python<'_>, cx: &mut Cx<'_, PyActor>, plan: &Plan) -> PyResult<()> {
        let (runtime, Origin { class, args, kwargs }) = self.get(py)?;
        let instance = plan::new(&class, &plan::all(&class, &args)?, kwargs.as_ref())?;
        let bridge = plan.bridge();
        let key = bridge.enter(py, &instance, plan.hooks)?;
        plan.key.set(key);
        bridge.hold(py, key, &instance);
        bridge.bind(&runtime, &instance, key, cx.this().clone())?;
        if plan.hooks.has(Hook::Exit) {
            let _ = bridge.door.trap_by_hook(cx.this().actor_id(), true);
        }
        Ok(())
    }

    /// Makes an incarnation of a worker. None if that failed, and was reported, or takes further turns.
    fn make(&self, py: Python<'_>, cx: &mut Cx<'_, PyActor>, plan: &Rc<Plan>) -> Option<PyActor> {
        if plan.key.get() == 0 {
            // Nobody calls `__init__` but the tree.
            plan.fresh.set(false);
            if let Err(error) = self.enroll(py, cx, plan) {
                let what = self.0.get(py)?;
                plan.bridge().failed(py, error, what.bind(py), "the start of a worker", None);
                cx.fail_string("a worker cannot be made".to_owned());
                return None;
            }
        }
        supervised::make(py, cx, plan)
    }
}

/// The plan of one worker. `options` were found good before.
fn worker(bridge: &Rc<Bridge>, materials: &Rc<Materials>, options: &Options) -> Spec<PyActor> {
    let spec = Python::attach(|py| {
        let (_, origin) = materials.get(py)?;
        let hooks = HookSet::of_class(&origin.class)?;
        let plan = Plan::new(py, bridge, &origin, 0, hooks)?;
        let (materials, maker) = (Rc::clone(materials), Rc::clone(&plan));
        let spec = options.spec(&plan, move |cx| Python::attach(|py| materials.make(py, cx, &maker)))?;
        Ok::<_, PyErr>(spec.notify(move |_| {
            let plan = Rc::clone(&plan);
            Ret::new(move |cause: Option<StopCause>| {
                let text = cause.as_ref().and_then(spawn::text);
                let cause = cause.as_ref().map_or("dropped", kind);
                // Its key is known since its first incarnation, which came after this was made.
                in_destructor(|py| plan.bridge().gone(py, plan.key.get(), cause, text.as_deref()));
            })
        }))
    });
    spec.unwrap_or_else(|_| Spec::new(|_| None))
}

/// Starts a pool of the class's actors.
pub(crate) fn start(
    runtime: &Bound<'_, RuntimeBase>,
    plan: PoolPlan,
    class: &Bound<'_, PyAny>,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<PoolBase> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    if !is_actor_class(class)? {
        return Err(PyTypeError::new_err(format!("a pool takes a subclass of Actor, not {}", class.repr()?)));
    }
    // The same is done for each worker, where nobody could be told.
    drop(plan.workers.treat(Spec::<PyActor>::new(|_| None))?.supervises(plan.workers.supervisor()?));
    let settings = plan.settings.build(py, &bridge)?;
    let router = router(py, &bridge, &plan)?;
    let parent = plan.parent.as_ref().map(|parent| parent.get().id_of(&bridge, py)).transpose()?;
    let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
    let materials = (runtime, class, args, kwargs).into_pyobject(py)?.into_any().unbind();
    let materials = Rc::new(Materials(Kept::new(py, &bridge, materials)));
    let (maker, options) = (Rc::clone(&bridge), plan.workers);
    let make = move |_| worker(&maker, &materials, &options);
    let handle = |actor: &mut PyActor, cx: &mut Cx<'_, PyActor>, errand: Errand, completion: Completion| {
        errand.begin(actor, cx, completion);
    };
    let told = plan.on_discard.map(|told| Kept::new(py, &bridge, told));
    let mut spec = PoolSpec::new(make, handle)
        .settings(settings)
        .router(router)
        .intensity(plan.intensity.intensity()?)
        .on_discard(move |job| discarded(job, told.as_ref()));
    if let Some(keeps) = plan.never_discard {
        let keeps = Kept::new(py, &bridge, keeps);
        spec = spec.never_discard(move |job| is_kept(&keeps, job));
    }
    if let Some(controls) = plan.controller {
        let every = seconds("control_every", plan.control_every)?;
        if every.is_zero() {
            return Err(PyValueError::new_err("control_every is a number of seconds, more than 0"));
        }
        let controls = Kept::new(py, &bridge, controls);
        // One that fails changes nothing.
        spec = spec
            .controller(every, move |stats| ask(&controls, stats, "the controller of a pool").unwrap_or(0));
    }
    if let Some(told) = plan.on_event {
        let (told, owner) = (Kept::new(py, &bridge, told), Rc::clone(&bridge));
        spec = spec.on_event(move |event| in_destructor(|py| tell_event(py, &owner, &told, event)));
    }
    let key = Rc::new(Cell::new(0));
    let (ending, ended) = (Rc::clone(&bridge), Rc::clone(&key));
    let notify = move |_| {
        let (bridge, key) = (Rc::clone(&ending), Rc::clone(&ended));
        Ret::new(move |_: Option<StopCause>| {
            let pool = bridge.pools.borrow_mut().take(key.get());
            drop(pool);
        })
    };
    // Its jobs have bounds of their own.
    let spec = plan.supervision.treat(spec.spec().capacity(u32::MAX))?.notify(notify);
    let pool = spec.spawn_through(&bridge.door, parent, Ret::nop()).map_err(not_started)?;
    let id = pool.actor_id();
    key.set(bridge.pools.borrow_mut().insert(pool));
    bridge.flush(py);
    Ok(PoolBase::new(runtime.clone().unbind(), key.get(), id))
}
