//! What one line of a program does, wherever it stands.

use super::super::api;
use super::super::{api::*, hit};
use super::World;
use super::names::lane_name;
use super::place::Place;
use super::toy::{Errand, Token, Toy, shown};
use crate::program::{Form, Lane, Op};
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
                if let Some(cx) = place.cx() {
                    hit(lane_name(*lane, "[cx]", *form));
                    let token = self.message(script, *lane, matches!(form, Form::Prep(_)), cx.id());
                    Toy::send_self(self, cx, *lane, *form, token);
                }
            }
            Op::Job(lane, how, script) => self.job(place, *lane, *how, script),
            Op::DeleteTimer(key) => self.delete_timer(place, *key),
            Op::MoveTimer(largest, key, windows, how, script) => {
                self.move_timer(place, *largest, *key, *windows, *how, script)
            }
            Op::DeleteMoving(largest, key) => self.delete_moving(place, *largest, *key),
            Op::UseStaleKey(largest, key) => self.use_stale_key(place, *largest, *key),
            Op::Stop => {
                if let Some(cx) = place.cx() {
                    hit("stop!");
                    self.asks_for_its_end(cx.id());
                    stop!(cx);
                }
            }
            Op::Fail(form) => {
                if let Some(cx) = place.cx() {
                    hit("fail!");
                    self.asks_for_its_end(cx.id());
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
                let last = self.owners.borrow()[*slot].is_empty();
                let id = owner.as_ref().map(|owner| owner.id());
                drop(owner);
                if let Some(id) = id {
                    self.owner_goes(id, last);
                }
            }
            Op::AddOwner(slot) => {
                hit("ActorOwn::owned");
                let owner = self.owners.borrow()[*slot].first().map(ActorOwn::owned);
                self.owners.borrow_mut()[*slot].extend(owner);
            }
            Op::Spawn(slot, notify, form, script) => self.spawn(place, *slot, *notify, *form, script),
            Op::SpawnInSlab(slot, form, script) => {
                if let Place::Handler(toy, cx) = place {
                    hit("actor_in_slab!");
                    let number = self.next_number();
                    let token = self.message(script, Lane::Main, true, 0);
                    let child = toy.spawn_in_slab(cx, *form, number, token);
                    self.born_in_slab(&child, number);
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
                let older = self.rets.borrow_mut()[*at].replace((ret, number));
                drop(older);
            }
            Op::UseRet(at) => {
                let ret = self.rets.borrow_mut()[*at].take();
                if let Some((ret, number)) = ret {
                    hit("ret!");
                    ret!([ret], self.made.get());
                    self.reply_given(number);
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
                let number = self.next_number();
                let ret = self.ret(place, *kind, *to, number);
                let actor = self.actor(*slot);
                let token = self.message(script, Lane::Main, false, actor.id());
                self.carries(number, &token.facts);
                call!([actor], asked(token, ret, number));
            }
            Op::Query(slot, script) => {
                let (actor, token) = (self.actor(*slot), self.token(script));
                if let Place::Host(stakker) = place {
                    hit("query!");
                    let number = query!([actor, stakker], number());
                    self.queried(actor.id(), number.is_some());
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
            Op::Chain(slot) => {
                let actor = self.actor(*slot);
                call!([actor], again(None, 100));
            }
            Op::Parts(how, slot, number) => self.parts(*how, *slot, *number),
            Op::Anonymous(slot) => self.anonymous(*slot),
            Op::Voice(what, number) => self.voice(place, *what, *number),
            Op::Weak(what, number) => self.weak(place, *what, *number),
            Op::Look(slot) => {
                hit("Actor::is_zombie");
                let actor = self.actor(*slot);
                let is_zombie = actor.is_zombie();
                self.note(format!("actor {} zombie: {is_zombie}", actor.id()));
                self.looked_at(actor.id(), is_zombie);
            }
            Op::Share(number) => self.share(place, *number),
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
                    self.id_given(id);
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
            Op::Wake(at) => self.wake(*at),
            Op::DropWaker(at) => self.drop_waker(*at),
            Op::MakeWaker(at, script) => self.make_waker(place, *at, script),
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
        let before = self.begins(&token.facts, cx, cx.id());
        self.all(&script.body, &mut Place::Handler(toy, cx));
        self.ends(before);
    }
}
