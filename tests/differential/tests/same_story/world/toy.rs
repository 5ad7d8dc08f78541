//! The actors, and what they are sent.

use super::super::api;
use super::super::api::task::Task;
use super::super::{api::*, hit};
use super::place::Place;
use super::watch::Facts;
use super::{World, empty};
use crate::program::{Form, Lane, Script};
use std::pin::Pin;
use std::rc::Rc;
#[allow(unused_imports, reason = "Stakker's `after!` names it in its caller's scope")]
use std::time::{Duration, Instant};

/// A message: what it does when it is handled, and when it is dropped.
pub(super) struct Token {
    pub(super) script: Rc<Script>,
    pub(super) world: Rc<World>,
    pub(super) facts: Rc<Facts>,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.world.message_drops(&self.facts);
        self.world.note(format!("drop {}", self.script.number));
        self.world.all(&self.script.on_drop, &mut Place::Nothing);
    }
}

/// The actors.
pub struct Toy {
    pub(super) number: u32,
    id: LogID,
    world: Rc<World>,
    pub(super) children: ActorOwnSlab<Toy>,
    pub(super) shared: [Share2<u32>; 3],
    /// What the value does when it is dropped.
    last: Rc<Script>,
}

impl Drop for Toy {
    fn drop(&mut self) {
        self.world.note(format!("value {} dropped", self.number));
        let children: Vec<LogID> = (&self.children).into_iter().map(|child| child.id()).collect();
        self.world.value_drops(self.id, &children);
        let before = self.world.destructor_begins(self.id);
        self.world.all(&self.last.on_drop, &mut Place::Nothing);
        self.world.ends(before);
    }
}

/// A task that does one script at each resumption.
pub(super) struct Errand(pub(super) Token);

impl api::task::TaskTrait for Errand {
    fn resume(self: Pin<&mut Self>, core: &mut Core) {
        hit("TaskTrait::resume");
        let known = item!(Task::from_context(&core.deferrer())).is_some();
        self.0.world.note(format!("task {} knows itself: {known}", self.0.script.number));
        let script = self.0.script.clone();
        self.0.world.all(&script.body, &mut Place::Core(core));
    }
}

impl Toy {
    pub(super) fn init(cx: CX![], world: Rc<World>, number: u32, makes: bool, token: Token) -> Option<Self> {
        world.note(format!("init {number} by {} (log id {})", token.script.number, cx.id()));
        let script = token.script.clone();
        let before = world.begins(&token.facts, cx, cx.id());
        world.all(&script.body, &mut Place::Making(cx));
        let value = makes.then(|| Toy::new(cx, world.clone(), number, Some(&token)));
        world.ends(before);
        value
    }
    pub(super) fn new(cx: CX![], world: Rc<World>, number: u32, token: Option<&Token>) -> Self {
        world.value_made(cx.id(), token.map(|token| &*token.facts));
        let last = token.map_or_else(|| empty(0), |token| token.script.clone());
        let shared = [number, 0, 0].map(|value| item!(Share2::new(cx, value)));
        Toy { number, id: cx.id(), world, children: item!(ActorOwnSlab::new()), shared, last }
    }
    pub(super) fn run(&mut self, cx: CX![], token: Token) {
        let cx = typed!(cx: CX![]);
        self.world.clone().handle(self, cx, &token);
    }
    pub(super) fn asked(&mut self, cx: CX![], token: Token, ret: Ret<u32>, number: u32) {
        self.world.clone().handle(self, cx, &token);
        match token.script.number % 3 {
            0 => {
                form!(ret!([ret], token.script.number));
                self.world.reply_given(number);
            }
            1 => drop(ret),
            _ => {
                let older = self.world.rets.borrow_mut()[0].replace((ret, number));
                drop(older);
            }
        }
    }
    pub(super) fn got(&mut self, cx: CX![], number: u32, got: Option<u32>) {
        self.heard(cx, number, got);
    }
    pub(super) fn got_some(&mut self, cx: CX![], number: u32, got: u32) {
        self.heard(cx, number, Some(got));
    }
    pub(super) fn forwarded(&mut self, cx: CX![], number: u32, got: u32) {
        self.world.forwarded(number);
        self.world.rule("D4/one");
        self.heard(cx, number, Some(got));
    }
    pub(super) fn got_prep(cx: CX![], world: Rc<World>, number: u32, got: Option<u32>) -> Option<Self> {
        world.note(format!("prep {number} got {}", shown(got)));
        world.heard_of(number, got.is_some());
        Some(Toy::new(cx, world, number, None))
    }
    pub(super) fn got_some_prep(cx: CX![], number: u32, got: u32) -> Option<Self> {
        if got % 2 == 0 {
            stop!(cx);
        }
        let _ = number;
        None
    }
    pub(super) fn ended(&mut self, cx: CX![], number: u32, cause: Option<StopCause>) {
        self.child_ended(number);
        self.heard(cx, number, cause);
    }
    pub(super) fn ended_some(&mut self, cx: CX![], number: u32, cause: StopCause) {
        self.child_ended(number);
        self.heard(cx, number, Some(cause));
    }
    pub(super) fn ended_prep(
        cx: CX![],
        world: Rc<World>,
        number: u32,
        cause: Option<StopCause>,
    ) -> Option<Self> {
        let answered = cause.is_some();
        world.note(format!("prep {number} told {}", shown(cause)));
        world.heard_of(number, answered);
        Some(Toy::new(cx, world, number, None))
    }
    pub(super) fn ended_some_prep(cx: CX![], number: u32, cause: StopCause) -> Option<Self> {
        if cause.has_error() {
            stop!(cx);
        }
        let _ = number;
        None
    }
    fn heard<T: Shown>(&mut self, cx: CX![], number: u32, what: Option<T>) {
        let answered = what.is_some();
        self.world.note(format!(
            "{} heard {number}: {}, {} children",
            self.number,
            shown(what),
            self.children.len()
        ));
        self.world.heard_of(number, answered);
        let (value, core) = item!(Share2::rw(&self.shared[0], cx));
        *value += 1;
        let _ = core.now();
    }
    /// When the end of a child is told, it has left the slab.
    fn child_ended(&self, number: u32) {
        let Some(child) = self.world.slab_child(number) else { return };
        if (&self.children).into_iter().all(|other| other.id() != child) {
            self.world.rule("C17");
        }
    }
    /// A chain of messages that each queue the next one. `first` is the run in which it began.
    pub(super) fn again(&mut self, cx: CX![], first: Option<u64>, left: u32) {
        let run = self.world.watch.runs.get();
        if left > 0 {
            form!(call!([cx], again(first.or(Some(run)), left - 1)));
            return;
        }
        self.world.note(format!("{} ends a chain", self.number));
        if first == Some(run) {
            self.world.rule("A8");
        }
    }
    pub(super) fn nothing(&mut self, _: CX![], number: u32) {
        self.world.part("D4/none", format!("{} got nothing for {number}", self.number));
    }
    pub(super) fn two(&mut self, _: CX![], number: u32, one: u32, two: String) {
        self.world.part("D4/several", format!("{} got {one} and {two} for {number}", self.number));
    }
    pub(super) fn one(&mut self, _: CX![], number: u32, one: u32) {
        self.world.part("D4/one", format!("{} got {one} alone for {number}", self.number));
    }
    pub(super) fn alone(&mut self, _: CX![], one: u32) {
        self.world.part("D4/one", format!("{} got {one} alone", self.number));
    }
    #[allow(clippy::too_many_arguments, reason = "a call may have so many")]
    pub(super) fn sixteen(
        &mut self,
        _: CX![],
        a: u8,
        b: u8,
        c: u8,
        d: u8,
        e: u8,
        f: u8,
        g: u8,
        h: u8,
        i: u8,
        j: u8,
        k: u8,
        l: u8,
        m: u8,
        n: u8,
        o: u8,
        p: u8,
    ) {
        let all = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
        self.world.note(format!("{} got sixteen: {all:?}", self.number));
    }
    pub(super) fn one_or_none(&mut self, _: CX![], number: u32, one: Option<u32>) {
        self.world.part("D4/one", format!("{} got {one:?} for {number}", self.number));
    }
    pub(super) fn pair(&mut self, _: CX![], number: u32, both: Option<(u32, String)>) {
        self.world.part("D4/several", format!("{} got {both:?} for {number}", self.number));
    }
    pub(super) fn number(&self, _: CX![]) -> u32 {
        self.number
    }
    pub(super) fn plus(&self, _: CX![], number: u32) -> u32 {
        self.number + number
    }

    pub(super) fn nameless(cx: CX![], world: Rc<World>, number: u32) {
        form!(call!([cx], |_, _| world.note(format!("nameless {number}"))));
    }

    /// What can be written with `[cx]` alone, and closures, which need `Self`.
    pub(super) fn send_self(world: &Rc<World>, cx: CX![], lane: Lane, form: Form, token: Token) {
        let number = token.script.number;
        match form {
            Form::Method if number % 3 == 0 => queue!(lane, world, [cx], run(token,)),
            Form::Method => queue!(lane, world, [cx], run(token)),
            Form::Prep(makes) => {
                let w = world.clone();
                if number % 2 == 0 {
                    queue!(lane, world, [cx], Toy::init(w, number, makes, token));
                } else {
                    queue!(lane, world, [cx], <Self>::init(w, number, makes, token));
                }
            }
            Form::Closure => queue!(lane, world, [cx], |this, cx| this.run(cx, token)),
        }
    }
    /// A timer of its own is moved to an instant.
    pub(super) fn move_self(
        world: &Rc<World>,
        cx: CX![],
        largest: bool,
        when: Instant,
        max: &mut MaxTimerKey,
        min: &mut MinTimerKey,
        token: Token,
    ) {
        let (w, number) = (world.clone(), token.script.number);
        match (largest, world.choice(4)) {
            (true, 0) => form!(timer_max!(max, when, [cx], run(token))),
            (true, 1) => form!(timer_max!(max, when, [cx], Toy::init(w, number, true, token))),
            (true, 2) => form!(timer_max!(max, when, [cx], <Self>::init(w, number, true, token))),
            (true, _) => form!(timer_max!(max, when, [cx], |this, cx| this.run(cx, token))),
            (false, 0) => form!(timer_min!(min, when, [cx], run(token))),
            (false, 1) => form!(timer_min!(min, when, [cx], Toy::init(w, number, true, token))),
            (false, 2) => form!(timer_min!(min, when, [cx], <Self>::init(w, number, true, token))),
            (false, _) => form!(timer_min!(min, when, [cx], |this, cx| this.run(cx, token))),
        }
    }
    pub(super) fn ret_closure(cx: CX![], number: u32) -> Ret<u32> {
        form!(ret_to!([cx], |this, cx, got: Option<u32>| this.heard(cx, number, got)))
    }
    pub(super) fn some_closure(cx: CX![], number: u32) -> Ret<u32> {
        form!(ret_some_to!([cx], |this, cx, got: u32| this.heard(cx, number, Some(got))))
    }
    pub(super) fn end_closure(cx: CX![], number: u32) -> Ret<StopCause> {
        form!(ret_to!([cx], |this, cx, cause: Option<StopCause>| this.heard(cx, number, cause)))
    }
    pub(super) fn end_some_closure(cx: CX![], number: u32) -> Ret<StopCause> {
        form!(ret_some_to!([cx], |this, cx, cause: StopCause| this.heard(cx, number, Some(cause))))
    }
    /// What closures are given in several parts, or in none.
    pub(super) fn part_closures(cx: CX![], number: u32) {
        let fwd = form!(fwd_to!([cx], |this, cx| this.nothing(cx, number)));
        fwd!([fwd]);
        let fwd = form!(fwd_to!([cx], |this, cx, one: u32, two: String| this.two(cx, number, one, two)));
        fwd!([fwd], 1, "one".to_owned());
        let fwd = form!(fwd_to!([cx], |this, cx, one: u32| this.one(cx, number, one)));
        fwd!([fwd], 2);
        let ret = form!(ret_to!([cx], |this, cx, both: Option<(u32, String)>| this.pair(cx, number, both)));
        ret!([ret], 3, "three".to_owned());
        let ret = form!(ret_some_to!([cx], |this, cx, one: u32, two: String| this.two(cx, number, one, two)));
        ret!([ret], 4, "four".to_owned());
    }
    pub(super) fn fwd_closure(cx: CX![], number: u32) -> Fwd<u32> {
        form!(fwd_to!([cx], |this, cx, got: u32| this.forwarded(cx, number, got)))
    }
    pub(super) fn spawn_in_slab(&mut self, cx: CX![], form: u8, number: u32, token: Token) -> Actor<Toy> {
        let w = self.world.clone();
        match form {
            0 => form!(actor_in_slab!(self.children, cx, Toy::init(w, number, true, token))),
            1 => form!(actor_in_slab!(self.children, cx, <Toy>::init(w, number, true, token))),
            2 => {
                let told = form!(ret_some_to!([cx], ended_some(number) as (StopCause)));
                form!(actor_in_slab!(self.children, cx, Toy::init(w, number, true, token), told))
            }
            3 => {
                let told = form!(ret_to!([cx], ended(number) as (StopCause)));
                form!(actor_in_slab!(self.children, cx, <Toy>::init(w, number, true, token), told))
            }
            4 => form!(actor_in_slab!(self.children, cx, Toy::init(w, number, true, token,),)),
            5 => {
                let told = form!(ret_to!([cx], ended(number) as (StopCause)));
                form!(actor_in_slab!(self.children, cx, <Toy>::init(w, number, true, token,), told,))
            }
            _ => {
                let (parent, told) = (item!(Cx::this(cx)).clone(), ret_nop!());
                let own = &mut self.children;
                let child =
                    item!(ActorOwnSlab::add(own, cx, parent, |toy: &mut Toy| &mut toy.children, told));
                call!([child], Toy::init(w, number, true, token));
                child
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
        format!("{}, error: {}", item!(StopCause::to_string(self)), item!(StopCause::has_error(self)))
    }
}

pub(super) fn shown<T: Shown>(got: Option<T>) -> String {
    got.map_or("none".to_owned(), |got| got.shown())
}
