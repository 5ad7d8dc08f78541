//! What one line of a program does, wherever it stands.

use super::super::api;
use super::super::{api::*, hit};
use super::names::lane_name;
use super::place::Place;
use super::toy::{Errand, Token, Toy, shown};
use super::{World, empty};
use crate::program::Op;
use std::rc::Rc;
use std::time::SystemTime;

impl World {
    pub(super) fn op(self: &Rc<Self>, op: &Op, place: &mut Place<'_, '_>) {
        if let Some(core) = place.core() {
            self.time.set(core.now());
        }
        match op {
            Op::Send(lane, form, slot, with_core, script) => {
                self.send(place, *lane, *form, *slot, *with_core, script)
            }
            Op::SendSelf(lane, form, script) => {
                let token = self.token(script);
                if let Some(cx) = place.cx() {
                    hit(lane_name(*lane, "[cx]", *form));
                    Toy::send_self(self, cx, *lane, *form, token);
                }
            }
            Op::Job(lane, how, script) => self.job(place, *lane, *how, script),
            Op::DeleteTimer(key) => {
                let key = self.keys.borrow()[*key];
                if let Some(core) = place.core() {
                    hit("Core::timer_del");
                    let deleted = core.timer_del(key);
                    self.note(format!("timer deleted: {deleted}"));
                }
            }
            Op::MoveTimer(largest, key, windows, how, script) => {
                self.move_timer(place, *largest, *key, *windows, *how, script)
            }
            Op::DeleteMoving(largest, key) => self.delete_moving(place, *largest, *key),
            Op::Stop => {
                if let Some(cx) = place.cx() {
                    hit("stop!");
                    stop!(cx);
                }
            }
            Op::Fail(form) => {
                if let Some(cx) = place.cx() {
                    hit("fail!");
                    match form {
                        0 => fail!(cx, "a text"),
                        1 => fail!(cx, "a text with {}", 1),
                        _ => fail!(cx, std::io::Error::other("an error")),
                    }
                }
            }
            Op::Kill(slot, form) => self.kill(place, *slot, *form),
            Op::DropOwner(slot) => {
                hit("ActorOwn (drop)");
                let owner = self.owners.borrow_mut()[*slot].pop();
                drop(owner);
            }
            Op::AddOwner(slot) => {
                hit("ActorOwn::owned");
                let owner = self.owners.borrow()[*slot].first().map(ActorOwn::owned);
                self.owners.borrow_mut()[*slot].extend(owner);
            }
            Op::Spawn(slot, notify, form) => self.spawn(place, *slot, *notify, *form),
            Op::SpawnInSlab(slot, form) => {
                if let Place::Handler(toy, cx) = place {
                    hit("actor_in_slab!");
                    let number = self.next_number();
                    let child = toy.spawn_in_slab(cx, *form, number, self.token(&empty(1000 + number)));
                    self.replace(*slot, child, Vec::new());
                }
            }
            Op::LookAtSlab => {
                if let Place::Handler(toy, _) = place {
                    hit("ActorOwnSlab");
                    let alive = (&toy.children).into_iter().filter(|child| !child.is_zombie()).count();
                    self.note(format!(
                        "{} children, {alive} alive, empty {}",
                        toy.children.len(),
                        toy.children.is_empty()
                    ));
                }
            }
            Op::MakeRet(at, kind, slot) => {
                let number = self.next_number();
                let ret = self.ret(place, *kind, *slot, number);
                let older = self.rets.borrow_mut()[*at].replace(ret);
                drop(older);
            }
            Op::UseRet(at) => {
                let ret = self.rets.borrow_mut()[*at].take();
                if let Some(ret) = ret {
                    hit("ret!");
                    ret!([ret], self.made.get());
                }
            }
            Op::DropRet(at) => {
                hit("Ret (drop)");
                let ret = self.rets.borrow_mut()[*at].take();
                drop(ret);
            }
            Op::MakeFwd(at, kind, slot) => {
                let fwd = self.fwd(place, *kind, *slot);
                let older = self.fwds.borrow_mut()[*at].replace(fwd);
                drop(older);
            }
            Op::UseFwd(at, number) => {
                let fwd = self.fwds.borrow()[*at].clone();
                if let Some(fwd) = fwd {
                    hit("fwd!");
                    fwd!([fwd], *number);
                }
            }
            Op::Ask(slot, to, kind, script) => {
                hit("call! with a Ret");
                let ret = self.ret(place, *kind, *to, script.number);
                let (actor, token) = (self.actor(*slot), self.token(script));
                call!([actor], asked(token, ret));
            }
            Op::Query(slot, script) => {
                let (actor, token) = (self.actor(*slot), self.token(script));
                if let Place::Host(stakker) = place {
                    hit("query!");
                    let number = query!([actor, stakker], number());
                    let ran = actor.query(stakker, |toy, cx| toy.run(cx, token)).is_some();
                    self.note(format!("query: {number:?}, {ran}"));
                }
            }
            Op::Apply(slot, script) => {
                let (actor, token) = (self.actor(*slot), self.token(script));
                if let Place::Host(stakker) = place {
                    hit("Actor::apply");
                    actor.apply(stakker, move |toy, cx| toy.run(cx, token));
                }
            }
            Op::Look(slot) => {
                hit("Actor::is_zombie");
                let actor = self.actor(*slot);
                self.note(format!("actor {} zombie: {}", actor.id(), actor.is_zombie()));
            }
            Op::Share(number) => {
                if let Some(core) = place.core() {
                    hit("Share");
                    let value = self.share.rw(core);
                    let older = std::mem::replace(value, *number);
                    self.note(format!("shared {older}, now {}", self.share.ro(core)));
                }
            }
            Op::AnyMap(what, number) => {
                if let Some(core) = place.core() {
                    hit("Core::anymap");
                    match what {
                        0 => core.anymap_set(*number),
                        1 => core.anymap_unset::<u32>(),
                        2 => core.anymap_set(number.to_string()),
                        _ => {
                            let (a, b) = (core.anymap_try_get::<u32>(), core.anymap_try_get::<String>());
                            self.note(format!("anymap {a:?} {b:?}"));
                        }
                    }
                }
            }
            Op::Shutdown(what) => {
                if let Some(core) = place.core() {
                    hit("Core::shutdown");
                    match what {
                        0 => core.shutdown(StopCause::Stopped),
                        1 => core.shutdown(StopCause::Failed("on purpose".into())),
                        _ => {
                            let goes_on = core.not_shutdown();
                            let reason = core.shutdown_reason();
                            self.note(format!("goes on: {goes_on}, {}", shown(reason)));
                        }
                    }
                }
            }
            Op::Log(level, number) => self.log(place, *level, *number),
            Op::Span(number) => {
                if let Some(core) = place.core() {
                    hit("Core::log_span_open");
                    let parent = core.access_log_id();
                    let id = core.log_span_open("span", parent, |pairs| {
                        pairs.kv_u64(Some("number"), u64::from(*number))
                    });
                    core.log_span_close(id, format_args!("span {id} ends"), |pairs| {
                        pairs.kv_null(Some("done"))
                    });
                }
            }
            Op::Time => {
                if let Some(core) = place.core() {
                    hit("Core::now");
                    let (now, start) = (core.now() - self.start, core.start_instant() - self.start);
                    let day = core.systime().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                    self.note(format!("now {now:?}, began {start:?}, day {day:?}"));
                }
            }
            // What is woken inside of a run Stakker tells at the next poll; of ours, what an idle item wakes is told in the same run.
            Op::Wake(_) | Op::DropWaker(_) if self.running.get() => {}
            Op::Wake(at) => {
                hit("Waker::wake");
                if let Some(waker) = &self.wakers.borrow()[*at] {
                    waker.wake();
                }
            }
            Op::DropWaker(at) => {
                hit("Waker (drop)");
                let waker = self.wakers.borrow_mut()[*at].take();
                drop(waker);
            }
            Op::MakeWaker(at, script) => {
                let token = self.token(script);
                // A slot is used once, so that Stakker's order of slots is the order of the wakers.
                if self.wakers.borrow()[*at].is_some() {
                    return;
                }
                if let Some(core) = place.core() {
                    hit("Core::waker");
                    let world = self.clone();
                    let waker = core.waker(move |stakker, deleted| {
                        world.note(format!("waker {}, deleted: {deleted}", token.script.number));
                        let script = token.script.clone();
                        if !deleted {
                            world.all(&script.body, &mut Place::Host(stakker));
                        }
                    });
                    self.wakers.borrow_mut()[*at] = Some(waker);
                }
            }
            Op::Task(script) => {
                let token = self.token(script);
                if let Some(core) = place.core() {
                    hit("task::Task");
                    let mut task = api::task::Task::new(core, Errand(token));
                    let mut again = task.clone();
                    core.defer(move |s| task.resume(s));
                    core.lazy(move |s| again.resume(s));
                }
            }
        }
    }

    pub(super) fn all(self: &Rc<Self>, ops: &[Op], place: &mut Place<'_, '_>) {
        // What is dropped may drop other things; without a bound that is deep.
        if self.depth.get() < 20 {
            self.depth.set(self.depth.get() + 1);
            ops.iter().for_each(|op| self.op(op, place));
            self.depth.set(self.depth.get() - 1);
        }
    }

    pub(super) fn handle(self: &Rc<Self>, toy: &mut Toy, cx: &mut Cx<'_, Toy>, token: &Token) {
        self.note(format!("{} handles {} at {:?}", toy.number, token.script.number, cx.now() - self.start));
        let script = token.script.clone();
        self.all(&script.body, &mut Place::Handler(toy, cx));
    }
}
