//! `actor!`, `actor_new!`, `query!`, `CX!`: every accepted form, and when their arguments are evaluated.

mod macros_support;

use actor_rt::*;
use macros_support::{Journal, World};

mod nested {
    use actor_rt::*;

    pub struct Deep;

    impl Deep {
        pub fn init(_cx: CX![]) -> Option<Self> {
            Some(Self)
        }

        pub fn depth(&self, _cx: CX![]) -> u32 {
            1
        }
    }
}

struct Parent {
    journal: Journal,
    child: ActorOwn<Child>,
}

impl Parent {
    fn init(cx: CX![], journal: Journal) -> Option<Self> {
        let child = actor!(
            cx,
            Child::init(journal.clone(), cx.this().clone()),
            ret_some_to!([cx], child_ended() as (StopCause)),
        );
        call!([child], hello());
        Some(Self { journal, child })
    }

    fn init_in_brackets(cx: CX![], journal: Journal) -> Option<Self> {
        let child = actor!(cx, <Child>::init(journal.clone(), cx.this().clone(),), ret_nop!());
        Some(Self { journal, child })
    }

    fn child_ended(&mut self, _cx: CX![], cause: StopCause) {
        self.journal.write(format!("child: {cause}"));
    }

    fn greeted(&mut self, cx: CX![Self]) {
        note_from_outside(cx, &self.journal);
        kill!(self.child, "greeted");
    }
}

fn note_from_outside(cx: CX![Parent], journal: &Journal) {
    journal.write(format!("greeted, zombie: {}", cx.this().is_zombie()));
}

struct Child {
    parent: Actor<Parent>,
}

impl Child {
    fn init(_cx: CX![], journal: Journal, parent: Actor<Parent>) -> Option<Self> {
        journal.write("child init");
        Some(Self { parent })
    }

    fn hello(&mut self, _cx: CX![]) {
        call!([self.parent], greeted());
    }
}

struct Sum<T> {
    total: T,
}

impl<T: Copy + std::ops::Add<Output = T> + 'static> Sum<T> {
    fn init(_cx: CX![], total: T) -> Option<Self> {
        Some(Self { total })
    }

    fn add(&mut self, _cx: CX![], amount: T) {
        self.total = self.total + amount;
    }

    fn total(&self, _cx: CX![]) -> T {
        self.total
    }

    fn total_with(&self, _cx: CX![], left: &T, right: T) -> T {
        self.total + *left + right
    }

    fn take(&mut self, cx: CX![]) -> T {
        stop!(cx);
        self.total
    }
}

#[test]
fn actor_with_a_name_queues_its_initialiser() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let _parent = actor!(rt, Parent::init(world.journal.clone()), ret_nop!());
    assert!(world.journal.take().is_empty(), "nothing runs before the runtime does");
    assert_eq!(world.run(), ["child init", "greeted, zombie: false", "child: Actor was killed: greeted"]);
}

#[test]
fn actor_with_a_type_in_brackets_queues_its_initialiser() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let generic: ActorOwn<Sum<u32>> = actor!(rt, <Sum<u32>>::init(40), ret_nop!());
    let path = actor!(rt, <nested::Deep>::init(), ret_nop!(),);
    let _parent = actor!(rt, <self::Parent>::init_in_brackets(world.journal.clone(),), ret_nop!());
    assert_eq!(world.run(), ["child init"]);
    let rt = &mut world.runtime;
    assert_eq!(query!([generic, rt], total()), Some(40));
    assert_eq!(query!([path, rt], depth()), Some(1));
}

#[test]
fn actor_accepts_a_runtime_a_reference_to_it_and_a_core() {
    type Total = Sum<u32>;
    let mut runtime = World::new().runtime;
    let owned = actor!(runtime, Total::init(1), ret_nop!());
    let borrowed = actor!(&mut runtime, Total::init(2), ret_nop!());
    let rt = &mut runtime;
    let reference = actor!(rt, Total::init(3,), ret_nop!());
    let core: &mut Core = rt;
    let from_core = actor!(core, Total::init(4), ret_nop!(),);
    let now = runtime.now();
    runtime.run(now, false);
    let rt = &mut runtime;
    assert_eq!(query!([owned, rt], total()), Some(1));
    assert_eq!(query!([borrowed, rt], total()), Some(2));
    assert_eq!(query!([reference, rt], total()), Some(3));
    assert_eq!(query!([from_core, rt], total()), Some(4));
}

#[test]
fn actor_evaluates_the_notify_before_the_arguments() {
    type Total = Sum<u32>;
    let mut world = World::new();
    let rt = &mut world.runtime;
    let journal = &world.journal;
    let _actor = actor!(rt, Total::init(journal.pass("argument", 1)), journal.pass("notify", ret_nop!()));
    assert_eq!(journal.take(), ["notify", "argument"]);
}

#[test]
fn actor_new_queues_nothing_and_leaves_the_actor_without_a_state() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let sum = actor_new!(rt, Sum<u32>, world.journal.notify("sum"));
    let deep = actor_new!(rt, nested::Deep, ret_nop!(),);
    call!([sum], add(2));
    assert!(world.run().is_empty());
    let rt = &mut world.runtime;
    assert_eq!(query!([sum, rt], total()), None);
    assert_eq!(query!([deep, rt], depth()), None);
    call!([sum], <Sum<u32>>::init(40));
    assert!(world.run().is_empty());
    let rt = &mut world.runtime;
    assert_eq!(query!([sum, rt], total()), Some(42));
    drop(sum);
    assert_eq!(world.run(), ["sum: Actor was dropped"]);
}

#[test]
fn query_runs_a_method_at_once_and_returns_its_value() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let sum = actor!(rt, <Sum<u32>>::init(1), ret_nop!());
    let handle: Actor<Sum<u32>> = sum.clone();
    assert_eq!(query!([sum, rt], total()), None, "no state yet");
    world.run();
    let rt = &mut world.runtime;
    let local = 20;
    assert_eq!(query!([sum, rt], total_with(&local, 21)), Some(42));
    assert_eq!(query!([handle, rt], total_with(&local, 21,)), Some(42));
    query!([sum, rt], add(1));
    assert_eq!(query!([sum, &mut *rt], total()), Some(2));
}

#[test]
fn query_evaluates_its_arguments_only_if_the_method_runs() {
    let mut world = World::new();
    let journal = &world.journal;
    let rt = &mut world.runtime;
    let sum = actor!(rt, <Sum<u32>>::init(1), ret_nop!());
    query!([sum, rt], add(journal.pass("too early", 1)));
    assert!(journal.take().is_empty());
    rt.run(world.now, false);
    query!([sum, rt], add(journal.pass("ready", 1)));
    assert_eq!(journal.take(), ["ready"]);
}

#[test]
fn query_honours_a_stop_and_finds_nothing_afterwards() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let sum = actor!(rt, <Sum<u32>>::init(1), world.journal.notify("sum"));
    world.run();
    let rt = &mut world.runtime;
    assert_eq!(query!([sum, rt], take()), Some(1));
    assert_eq!(world.journal.take(), ["sum: Actor stopped"]);
    let rt = &mut world.runtime;
    assert_eq!(query!([sum, rt], take()), None);
}
