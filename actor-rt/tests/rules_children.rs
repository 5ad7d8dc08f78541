//! Owners of children: without their type, in slabs, behind a trait.

use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

type Log = Rc<RefCell<Vec<String>>>;

struct Child {
    number: u32,
    log: Log,
}

impl Child {
    fn init(_: CX![], number: u32, log: Log) -> Option<Self> {
        Some(Child { number, log })
    }
    fn end(&mut self, cx: CX![]) {
        stop!(cx);
    }
    fn number(&self, _: CX![]) -> u32 {
        self.number
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.log.borrow_mut().push(format!("drop {}", self.number));
    }
}

/// Counts its children by themselves and by what it is told.
struct Parent {
    children: ActorOwnSlab<Child>,
    log: Log,
}

impl Parent {
    fn init(_: CX![], log: Log) -> Option<Self> {
        Some(Parent { children: ActorOwnSlab::new(), log })
    }
    fn add(&mut self, cx: CX![], number: u32) -> Actor<Child> {
        let told = ret_some_to!([cx], ended(number) as (StopCause));
        actor_in_slab!(self.children, cx, Child::init(number, self.log.clone()), told)
    }
    fn add_silent(&mut self, cx: CX![], number: u32) -> Actor<Child> {
        actor_in_slab!(self.children, cx, <Child>::init(number, self.log.clone()))
    }
    fn ended(&mut self, _: CX![], number: u32, cause: StopCause) {
        self.log.borrow_mut().push(format!("{cause}: {number}, {} left", self.children.len()));
    }
    fn replace(&mut self, _: CX![]) {
        self.children = ActorOwnSlab::default();
    }
    fn owners(&self, _: CX![]) -> Vec<ActorOwn<Child>> {
        self.children.iter().map(ActorOwn::owned).collect()
    }
}

fn parent() -> (Instant, Runtime, ActorOwn<Parent>, Log) {
    let (now, log) = (Instant::now(), Log::default());
    let mut runtime = Runtime::new(now);
    let parent = actor!(runtime, Parent::init(log.clone()), ret_nop!());
    runtime.run(now, false);
    (now, runtime, parent, log)
}

#[test]
fn c17_a_child_has_left_the_slab_when_its_end_is_told() {
    let (now, mut runtime, parent, log) = parent();
    let rt = &mut runtime;
    let children: Vec<_> = (0..3).map(|number| query!([parent, rt], add(number)).unwrap()).collect();
    rt.run(now, false);
    call!([children[1]], end());
    rt.run(now, false);
    assert_eq!(log.take(), ["drop 1", "Actor stopped: 1, 2 left"]);
    // Its place is used again.
    query!([parent, rt], add(7));
    rt.run(now, false);
    let owners = query!([parent, rt], owners()).unwrap();
    let numbers: Vec<_> = owners.iter().filter_map(|child| query!([child, rt], number())).collect();
    assert_eq!(numbers, [0, 7, 2]);
}

#[test]
fn a_slab_that_goes_ends_its_children() {
    let (now, mut runtime, parent, log) = parent();
    let rt = &mut runtime;
    for number in 0..3 {
        query!([parent, rt], add_silent(number));
    }
    rt.run(now, false);
    drop(parent);
    rt.run(now, false);
    assert_eq!(log.take(), ["drop 0", "drop 1", "drop 2"]);
    assert_eq!(rt.actors(), 0);
}

#[test]
fn a_child_that_leaves_a_parent_that_has_ended_is_no_dead_letter() {
    // The parent goes first, with its slab.
    let (now, mut runtime, owner, _) = parent();
    let rt = &mut runtime;
    for number in 0..10 {
        query!([owner, rt], add_silent(number));
    }
    rt.run(now, false);
    drop(owner);
    rt.run(now, false);
    assert_eq!((rt.actors(), rt.dead_letters()), (0, 0));

    // The child ends first, and the parent before it hears of it.
    let (now, mut runtime, owner, _) = parent();
    let rt = &mut runtime;
    let child = query!([owner, rt], add_silent(0)).unwrap();
    rt.run(now, false);
    call!([child], end());
    drop(owner);
    rt.run(now, false);
    assert_eq!((rt.actors(), rt.dead_letters()), (0, 0));
}

#[test]
fn a_slab_in_anothers_place_is_not_disturbed_by_the_older_ones_children() {
    // In Stakker the removal of an older child panics, or removes a child of the new slab.
    let (now, mut runtime, parent, log) = parent();
    let rt = &mut runtime;
    for number in 0..2 {
        query!([parent, rt], add(number));
    }
    rt.run(now, false);
    query!([parent, rt], replace());
    query!([parent, rt], add(8));
    rt.run(now, false);
    assert_eq!(
        log.take(),
        ["drop 0", "drop 1", "Actor was dropped: 0, 1 left", "Actor was dropped: 1, 1 left"]
    );
    assert_eq!(parent.query(rt, |this, _| this.children.len()), Some(1));
    assert_eq!(rt.actors(), 2);
}

#[test]
fn an_owner_without_its_type_ends_its_actor() {
    let (now, mut runtime, _parent, log) = parent();
    let rt = &mut runtime;
    let anon = actor!(rt, Child::init(1, log.clone()), ret_nop!()).anon();
    rt.run(now, false);
    assert!(log.borrow().is_empty());
    drop(anon);
    rt.run(now, false);
    assert_eq!(log.take(), ["drop 1"]);
}

/// What all animals can do.
trait Speaks {
    fn speak(&mut self, cx: CX![Animal], log: Log);
}
type Animal = Box<dyn Speaks>;

struct Cat;
struct Dog(&'static str);

impl Cat {
    fn init(_: CX![Animal]) -> Option<Animal> {
        Some(Box::new(Cat))
    }
}

impl Speaks for Cat {
    fn speak(&mut self, _: CX![Animal], log: Log) {
        log.borrow_mut().push("meow".into());
    }
}

impl Dog {
    fn init(_: CX![Animal], word: &'static str) -> Option<Animal> {
        Some(Box::new(Dog(word)))
    }
}

impl Speaks for Dog {
    fn speak(&mut self, cx: CX![Animal], log: Log) {
        log.borrow_mut().push(self.0.into());
        stop!(cx);
    }
}

#[test]
fn actors_behind_a_trait_are_of_one_type() {
    let (now, log) = (Instant::now(), Log::default());
    let mut runtime = Runtime::new(now);
    let rt = &mut runtime;
    let mut animals: Vec<ActorOwn<Animal>> = vec![
        actor_of_trait!(rt, Animal, Cat::init(), ret_nop!()),
        actor_of_trait!(rt, Animal, <Dog>::init("woof"), ret_nop!()),
    ];
    let later = actor_new!(rt, Animal, ret_nop!());
    call!([later], Dog::init("wuff"));
    animals.push(later);
    for animal in &animals {
        call!([animal], speak(log.clone()));
    }
    rt.run(now, false);
    assert_eq!(log.take(), ["meow", "woof", "wuff"]);
    assert_eq!(rt.actors(), 1);
}
