//! The actors, and what they are sent.

use super::super::api;
use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use crate::program::{Form, Lane, Script};
use std::pin::Pin;
use std::rc::Rc;
#[allow(unused_imports, reason = "Stakker's `after!` names it in its caller's scope")]
use std::time::Duration;

/// A message: what it does when it is handled, and when it is dropped.
pub(super) struct Token {
    pub(super) script: Rc<Script>,
    pub(super) world: Rc<World>,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.world.note(format!("drop {}", self.script.number));
        self.world.all(&self.script.on_drop, &mut Place::Nothing);
    }
}

/// The actors.
pub struct Toy {
    pub(super) number: u32,
    world: Rc<World>,
    pub(super) children: ActorOwnSlab<Toy>,
    shared: Share2<u32>,
}

impl Drop for Toy {
    fn drop(&mut self) {
        self.world.note(format!("value {} dropped", self.number));
    }
}

/// A task that does one script at each resumption.
pub(super) struct Errand(pub(super) Token);

impl api::task::TaskTrait for Errand {
    fn resume(self: Pin<&mut Self>, core: &mut Core) {
        hit("task::Task::from_context");
        let known = api::task::Task::from_context(&core.deferrer()).is_some();
        self.0.world.note(format!("task {} knows itself: {known}", self.0.script.number));
        let script = self.0.script.clone();
        self.0.world.all(&script.body, &mut Place::Core(core));
    }
}

impl Toy {
    pub(super) fn init(cx: CX![], world: Rc<World>, number: u32, makes: bool, token: Token) -> Option<Self> {
        world.note(format!("init {number} by {} (log id {})", token.script.number, cx.id()));
        let script = token.script.clone();
        world.all(&script.body, &mut Place::Making(cx));
        makes.then(|| Toy::new(cx, world, number))
    }
    pub(super) fn new(cx: CX![], world: Rc<World>, number: u32) -> Self {
        Toy { number, world, children: ActorOwnSlab::new(), shared: Share2::new(cx, number) }
    }
    pub(super) fn run(&mut self, cx: CX![], token: Token) {
        self.world.clone().handle(self, cx, &token);
    }
    pub(super) fn asked(&mut self, cx: CX![], token: Token, ret: Ret<u32>) {
        self.world.clone().handle(self, cx, &token);
        match token.script.number % 3 {
            0 => ret!([ret], token.script.number),
            1 => drop(ret),
            _ => {
                let older = self.world.rets.borrow_mut()[0].replace(ret);
                drop(older);
            }
        }
    }
    pub(super) fn got(&mut self, cx: CX![], number: u32, got: Option<u32>) {
        self.heard(cx, number, shown(got));
    }
    pub(super) fn got_some(&mut self, cx: CX![], number: u32, got: u32) {
        self.heard(cx, number, shown(Some(got)));
    }
    pub(super) fn got_prep(cx: CX![], world: Rc<World>, number: u32, got: Option<u32>) -> Option<Self> {
        world.note(format!("prep {number} got {}", shown(got)));
        Some(Toy::new(cx, world, number))
    }
    pub(super) fn got_some_prep(cx: CX![], number: u32, got: u32) -> Option<Self> {
        if got % 2 == 0 {
            stop!(cx);
        }
        let _ = number;
        None
    }
    pub(super) fn ended(&mut self, cx: CX![], number: u32, cause: Option<StopCause>) {
        self.heard(cx, number, shown(cause));
    }
    pub(super) fn ended_some(&mut self, cx: CX![], number: u32, cause: StopCause) {
        self.heard(cx, number, shown(Some(cause)));
    }
    pub(super) fn ended_prep(
        cx: CX![],
        world: Rc<World>,
        number: u32,
        cause: Option<StopCause>,
    ) -> Option<Self> {
        world.note(format!("prep {number} told {}", shown(cause)));
        Some(Toy::new(cx, world, number))
    }
    pub(super) fn heard(&mut self, cx: CX![], number: u32, what: String) {
        self.world.note(format!("{} heard {number}: {what}, {} children", self.number, self.children.len()));
        let (value, core) = self.shared.rw(cx);
        *value += 1;
        let _ = core.now();
    }
    pub(super) fn number(&self, _: CX![]) -> u32 {
        self.number
    }

    /// What can be written with `[cx]` alone, and closures, which need `Self`.
    pub(super) fn send_self(world: &Rc<World>, cx: CX![], lane: Lane, form: Form, token: Token) {
        let number = token.script.number;
        match form {
            Form::Method => queue!(lane, world, [cx], run(token)),
            Form::Prep(makes) => {
                let w = world.clone();
                if number % 2 == 0 {
                    queue!(lane, world, [cx], Self::init(w, number, makes, token));
                } else {
                    queue!(lane, world, [cx], <Self>::init(w, number, makes, token));
                }
            }
            Form::Closure => queue!(lane, world, [cx], |this, cx| this.run(cx, token)),
        }
    }
    pub(super) fn ret_closure(cx: CX![], number: u32) -> Ret<u32> {
        ret_to!([cx], |this, cx, got: Option<u32>| this.heard(cx, number, shown(got)))
    }
    pub(super) fn some_closure(cx: CX![], number: u32) -> Ret<u32> {
        ret_some_to!([cx], |this, cx, got: u32| this.heard(cx, number, shown(Some(got))))
    }
    pub(super) fn end_closure(cx: CX![], number: u32) -> Ret<StopCause> {
        ret_to!([cx], |this, cx, cause: Option<StopCause>| this.heard(cx, number, shown(cause)))
    }
    pub(super) fn end_some_closure(cx: CX![], number: u32) -> Ret<StopCause> {
        ret_some_to!([cx], |this, cx, cause: StopCause| this.heard(cx, number, shown(Some(cause))))
    }
    pub(super) fn fwd_closure(cx: CX![], number: u32) -> Fwd<u32> {
        fwd_to!([cx], |this, cx, got: u32| this.heard(cx, number, shown(Some(got))))
    }
    pub(super) fn spawn_in_slab(&mut self, cx: CX![], form: u8, number: u32, token: Token) -> Actor<Toy> {
        let w = self.world.clone();
        match form {
            0 => actor_in_slab!(self.children, cx, Toy::init(w, number, true, token)),
            1 => actor_in_slab!(self.children, cx, <Toy>::init(w, number, true, token)),
            2 => {
                let told = ret_some_to!([cx], ended_some(number) as (StopCause));
                actor_in_slab!(self.children, cx, Toy::init(w, number, true, token), told)
            }
            _ => {
                let told = ret_to!([cx], ended(number) as (StopCause));
                actor_in_slab!(self.children, cx, <Toy>::init(w, number, true, token), told)
            }
        }
    }
}

pub(super) trait Shown {
    fn shown(&self) -> String;
}

impl Shown for u32 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for StopCause {
    fn shown(&self) -> String {
        format!("{self}, error: {}", self.has_error())
    }
}

pub(super) fn shown<T: Shown>(got: Option<T>) -> String {
    got.map_or("none".to_owned(), |got| got.shown())
}
