//! What one line of a program does, wherever it stands.

use super::super::api::task::Task;
use super::super::{api::*, hit};
use super::World;
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
                    self.asks_for_its_end(cx.id());
                    match self.choice(4) {
                        0 => item!(Cx::stop(cx)),
                        _ => form!(stop!(cx)),
                    }
                }
            }
            Op::Fail(form) => {
                if let Some(cx) = place.cx() {
                    self.asks_for_its_end(cx.id());
                    let error = std::io::Error::other("an error");
                    match form {
                        0 => form!(fail!(cx, "a text, {as it is}")),
                        1 => form!(fail!(cx, "a text with {}", 1)),
                        2 => form!(fail!(cx, "a text with {}", 2,)),
                        3 => form!(fail!(cx, "a text with {form}",)),
                        4 => form!(fail!(cx, error)),
                        5 => item!(Cx::fail_str(cx, "a text")),
                        6 => item!(Cx::fail_string(cx, form.to_string())),
                        _ => item!(Cx::fail(cx, error)),
                    }
                }
            }
            Op::Kill(slot, form) => self.kill(place, *slot, *form),
            Op::DropOwner(slot) => {
                let owner = self.owners.borrow_mut()[*slot].pop();
                let last = self.owners.borrow()[*slot].is_empty();
                let id = owner.as_ref().map(|owner| owner.id());
                form!(drop(owner));
                if let Some(id) = id {
                    self.owner_goes(id, last);
                }
            }
            Op::AddOwner(slot) => {
                let owner = self.owners.borrow()[*slot].first().map(|owner| item!(ActorOwn::owned(owner)));
                self.owners.borrow_mut()[*slot].extend(owner);
            }
            Op::Spawn(slot, notify, form, script) => self.spawn(place, *slot, *notify, *form, script),
            Op::SpawnInSlab(slot, form, script) => {
                if let Place::Handler(toy, cx) = place {
                    let number = self.next_number();
                    let token = self.message(script, Lane::Main, true, 0);
                    let child = toy.spawn_in_slab(cx, *form, number, token);
                    self.born_in_slab(&child, number);
                    self.replace(*slot, child, Vec::new());
                }
            }
            Op::LookAtSlab => {
                if let Place::Handler(toy, _) = place {
                    // In the order of the slab.
                    let ids: Vec<_> = form!((&toy.children).into_iter()).map(|child| child.id()).collect();
                    let len = item!(ActorOwnSlab::len(&toy.children));
                    let is_empty = item!(ActorOwnSlab::is_empty(&toy.children));
                    self.note(format!("{len} children, {ids:?}, empty {is_empty}"));
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
                    let answer = self.made.get();
                    match self.choice(3) {
                        0 => form!(ret!([ret], answer,)),
                        1 => item!(Ret::ret(ret, answer)),
                        _ => form!(ret!([ret], answer)),
                    }
                    self.reply_given(number);
                }
            }
            Op::DropRet(at) => {
                let ret = self.rets.borrow_mut()[*at].take();
                form!(drop(ret));
            }
            Op::MakeFwd(at, kind, slot) => {
                let fwd = self.fwd(place, *kind, *slot);
                let older = self.fwds.borrow_mut()[*at].replace(fwd);
                drop(older);
            }
            Op::UseFwd(at, number) => {
                let fwd = self.fwds.borrow()[*at].clone();
                if let Some(fwd) = fwd {
                    match self.choice(3) {
                        0 => form!(fwd!([fwd], *number,)),
                        1 => item!(Fwd::fwd(&fwd, *number)),
                        _ => form!(fwd!([fwd], *number)),
                    }
                }
            }
            Op::Ask(slot, to, kind, script) => {
                let number = self.next_number();
                let ret = self.ret(place, *kind, *to, number);
                let actor = self.actor(*slot);
                let token = self.message(script, Lane::Main, false, actor.id());
                self.carries(number, &token.facts);
                form!(call!([actor], asked(token, ret, number)));
            }
            Op::Query(slot, script) => {
                let (actor, token) = (self.actor(*slot), self.token(script));
                if let Place::Host(stakker) = place {
                    let number = match self.choice(2) {
                        0 => form!(query!([actor, stakker], plus(1,))),
                        _ => form!(query!([actor, stakker], number())),
                    };
                    self.queried(actor.id(), number.is_some());
                    let ran = item!(Actor::query(&actor, stakker, |toy, cx| toy.run(cx, token))).is_some();
                    self.note(format!("query: {number:?}, {ran}"));
                }
            }
            Op::Apply(slot, script) => {
                let (actor, token) = (self.actor(*slot), self.token(script));
                if let Place::Host(stakker) = place {
                    item!(Actor::apply(&actor, stakker, move |toy, cx| toy.run(cx, token)));
                }
            }
            Op::Chain(slot) => {
                let actor = self.actor(*slot);
                form!(call!([actor], again(None, 100)));
            }
            Op::Parts(how, slot, number) => self.parts(*how, *slot, *number),
            Op::Anonymous(slot) => self.anonymous(*slot),
            Op::Voice(what, number) => self.voice(place, *what, *number),
            Op::Weak(what, number) => self.weak(place, *what, *number),
            Op::Look(slot) => {
                let actor = self.actor(*slot);
                let is_zombie = item!(Actor::is_zombie(&actor));
                self.note(format!("actor {} zombie: {is_zombie}", actor.id()));
                self.looked_at(actor.id(), is_zombie);
            }
            Op::Share(number) => self.share(place, *number),
            Op::AnyMap(what, number) => {
                if let Some(core) = place.core() {
                    match what {
                        0 => item!(Core::anymap_set(core, *number)),
                        1 => form!(core.anymap_unset::<u32>()),
                        2 => item!(Core::anymap_set(core, number.to_string())),
                        _ => {
                            let a = form!(core.anymap_try_get::<u32>());
                            let sure: Option<u32> = a.map(|_| item!(Core::anymap_get(core)));
                            let b = form!(core.anymap_try_get::<String>());
                            self.note(format!("anymap {a:?} {sure:?} {b:?}"));
                        }
                    }
                }
            }
            Op::Shutdown(what) => {
                if let Some(core) = place.core() {
                    match what {
                        0 => item!(Core::shutdown(core, StopCause::Stopped)),
                        1 => item!(Core::shutdown(core, StopCause::Failed("on purpose".into()))),
                        _ => {
                            let goes_on = item!(Core::not_shutdown(core));
                            let reason = item!(Core::shutdown_reason(core));
                            self.note(format!("goes on: {goes_on}, {}", shown(reason)));
                        }
                    }
                }
            }
            Op::Log(level, number) => self.log(place, *level, *number),
            Op::Span(number) => {
                if let Some(core) = place.core() {
                    let parent = item!(Core::access_log_id(core));
                    let id = item!(Core::log_span_open(core, "span", parent, |pairs| {
                        pairs.kv_u64(Some("number"), u64::from(*number))
                    }));
                    self.id_given(id);
                    item!(Core::log_span_close(core, id, format_args!("span {id} ends"), |pairs| {
                        pairs.kv_null(Some("done"))
                    }));
                }
            }
            Op::Time => {
                if let Some(core) = place.core() {
                    let now = item!(Core::now(core)) - self.start;
                    let start = item!(Core::start_instant(core)) - self.start;
                    let day =
                        item!(Core::systime(core)).duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                    self.note(format!("now {now:?}, began {start:?}, day {day:?}"));
                }
            }
            Op::Item(which, slot, number) => self.item(place, *which, *slot, *number),
            Op::Wake(at) => self.wake(*at),
            Op::DropWaker(at) => self.drop_waker(*at),
            Op::MakeWaker(at, script) => self.make_waker(place, *at, script),
            Op::Task(script) => {
                let token = self.token(script);
                if let Some(core) = place.core() {
                    let mut task = item!(Task::new(core, Errand(token)));
                    let mut again = item!(Task::clone(&task));
                    core.defer(move |s| item!(Task::resume(&mut task, s)));
                    core.lazy(move |s| item!(Task::resume(&mut again, s)));
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
