//! `fwd_to!`, `ret_to!`, `ret_some_to!`: every accepted form, what the target receives, and what a drop does.

mod macros_support;

use actor_rt::*;
use macros_support::{Journal, World};

struct Target {
    journal: Journal,
}

impl Target {
    fn init(_cx: CX![], journal: Journal) -> Option<Self> {
        Some(Self { journal })
    }

    fn init_from_message(_cx: CX![], entry: &'static str, journal: Journal) -> Option<Self> {
        journal.write(entry);
        Some(Self { journal })
    }

    fn init_from_answer(_cx: CX![], entry: &'static str, answer: Option<Journal>) -> Option<Self> {
        let journal = answer?;
        journal.write(entry);
        Some(Self { journal })
    }

    fn none(&mut self, _cx: CX![]) {
        self.journal.write("none");
    }

    fn one(&mut self, _cx: CX![], number: u32) {
        self.journal.write(format!("one {number}"));
    }

    fn two(&mut self, _cx: CX![], number: u32, text: &'static str) {
        self.journal.write(format!("two {number} {text}"));
    }

    fn tuple(&mut self, _cx: CX![], pair: (u32, u32)) {
        self.journal.write(format!("tuple {pair:?}"));
    }

    fn fixed(&mut self, _cx: CX![], first: u32, second: &'static str, number: u32, text: &'static str) {
        self.journal.write(format!("fixed {first} {second} then {number} {text}"));
    }

    fn slice(&mut self, _cx: CX![], fixed: &'static [u8], wide: u64, nothing: Option<u16>, number: u32) {
        self.journal.write(format!("{fixed:?} {wide} {nothing:?} {number}"));
    }

    #[allow(clippy::too_many_arguments)]
    fn sixteen(
        &mut self,
        _cx: CX![],
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
        self.journal.write(format!("{:?}", [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]));
    }

    fn answered_none(&mut self, _cx: CX![], answer: Option<()>) {
        self.journal.write(format!("answer {answer:?}"));
    }

    fn answered_one(&mut self, _cx: CX![], answer: Option<u32>) {
        self.journal.write(format!("answer {answer:?}"));
    }

    fn answered_two(&mut self, _cx: CX![], answer: Option<(u32, u32)>) {
        self.journal.write(format!("answer {answer:?}"));
    }

    fn answered_fixed(&mut self, _cx: CX![], fixed: String, answer: Option<u32>) {
        self.journal.write(format!("{fixed} {answer:?}"));
    }

    fn moved(&mut self, _cx: CX![], fixed: String, number: u32) {
        self.journal.write(format!("{fixed} {number}"));
    }

    fn forwards_to_itself(&mut self, cx: CX![]) {
        let method: Fwd<u32> = fwd_to!([cx], one() as (u32));
        let none: Fwd<()> = fwd_to!([cx], |this, cx| {
            this.journal.write("closure");
            call!([cx], none());
        });
        let one: Fwd<u32> =
            fwd_to!([cx], |this, _cx, number: u32| this.journal.write(format!("closure {number}")));
        let two: Fwd<(u32, &'static str)> =
            fwd_to!([cx], |this, cx, number: u32, text: &'static str| this.two(cx, number, text));
        let comma: Fwd<u32> =
            fwd_to!([cx], |this, _, number: u32| this.journal.write(format!("comma {number}")));
        let captured = 5;
        let capture: Fwd<u32> = fwd_to!([cx], |this, cx, number: u32| this.one(cx, number + captured));
        fwd!([method], 1);
        fwd!([none]);
        fwd!([one], 2);
        fwd!([two], 3, "three");
        fwd!([comma], 4);
        fwd!([capture], 0);
        self.journal.write("returns");
    }

    fn asks_itself(&mut self, cx: CX![]) {
        let method: Ret<u32> = ret_to!([cx], answered_one() as (u32));
        let one: Ret<u32> = ret_to!([cx], |this, cx, answer: Option<u32>| this.answered_one(cx, answer));
        let none: Ret<()> = ret_to!([cx], |this, cx, answer: Option<()>| this.answered_none(cx, answer));
        let two: Ret<(u32, u32)> =
            ret_to!([cx], |this, cx, answer: Option<(u32, u32)>| this.answered_two(cx, answer));
        let generic: Ret<Vec<Vec<u8>>> = ret_to!([cx], |this, _cx, answer: Option<Vec<Vec<u8>>>| this
            .journal
            .write(format!("answer {answer:?}")));
        let captured = String::from("captured");
        let dropped: Ret<u32> = ret_to!([cx], |this, _, answer: Option<u32>| this
            .journal
            .write(captured + &format!(" {answer:?}")));
        ret!([method], 1);
        ret!([one], 2);
        ret!([none]);
        ret!([two], 3, 4);
        ret!([generic], vec![vec![5]]);
        drop(dropped);
        self.journal.write("returns");
    }

    fn asks_itself_for_some(&mut self, cx: CX![]) {
        let method: Ret<u32> = ret_some_to!([cx], one() as (u32));
        let none: Ret<()> = ret_some_to!([cx], |this, cx| this.none(cx));
        let one: Ret<u32> = ret_some_to!([cx], |this, cx, number: u32| this.one(cx, number));
        let two: Ret<(u32, &'static str)> =
            ret_some_to!([cx], |this, cx, number: u32, text: &'static str| this.two(cx, number, text));
        let dropped: Ret<u32> = ret_some_to!([cx], |this, _cx, _number: u32| this.journal.write("never"));
        ret!([method], 1);
        ret!([none]);
        ret!([one], 2);
        ret!([two], 3, "three");
        drop(dropped);
        self.journal.write("returns");
    }
}

fn ready(world: &mut World) -> ActorOwn<Target> {
    let rt = &mut world.runtime;
    let target = actor!(rt, Target::init(world.journal.clone()), world.journal.notify("target"));
    assert!(world.run().is_empty());
    target
}

#[test]
fn the_message_is_nothing_a_value_or_a_tuple_by_the_number_of_types() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let none: Fwd<()> = fwd_to!([owner], none() as ());
    let one: Fwd<u32> = fwd_to!([owner], one() as (u32));
    let comma: Fwd<u32> = fwd_to!([owner], one() as (u32,));
    let two: Fwd<(u32, &'static str)> = fwd_to!([owner], two() as (u32, &'static str));
    let tuple: Fwd<(u32, u32)> = fwd_to!([owner], tuple() as ((u32, u32)));
    fwd!([none]);
    fwd!([one], 1);
    fwd!([comma], 2);
    fwd!([two], 3, "three");
    fwd!([tuple], 4, 5);
    assert!(world.journal.take().is_empty(), "nothing runs before the runtime does");
    assert_eq!(world.run(), ["none", "one 1", "one 2", "two 3 three", "tuple (4, 5)"]);
}

#[test]
fn fixed_arguments_precede_the_message() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let fwd = fwd_to!([owner], fixed(1, "a") as (u32, &'static str));
    fwd!([fwd], 2, "b");
    fwd!([fwd], 3, "c");
    let handle: Actor<Target> = owner.clone();
    let ret: Ret<(u32, &'static str)> = ret_some_to!([handle], fixed(4, "d") as (u32, &'static str));
    ret!([ret], 5, "e");
    assert_eq!(world.run(), ["fixed 1 a then 2 b", "fixed 1 a then 3 c", "fixed 4 d then 5 e"]);
}

#[test]
fn fixed_arguments_take_their_types_from_the_target() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let fwd = fwd_to!([owner], slice(&[1, 2], 3, None) as (u32));
    fwd!([fwd], 4);
    let ret = ret_some_to!([owner], slice(b"", 5, Some(6)) as (u32));
    ret!([ret], 7);
    assert_eq!(world.run(), ["[1, 2] 3 None 4", "[] 5 Some(6) 7"]);
}

#[test]
fn fixed_arguments_are_evaluated_once_at_the_call_site_from_left_to_right() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let journal = &world.journal;
    let fwd = fwd_to!([owner], fixed(journal.pass("1", 1), journal.pass("2", "a")) as (u32, &'static str));
    assert_eq!(journal.take(), ["1", "2"]);
    fwd!([fwd], 2, "b");
    fwd!([fwd.clone()], 3, "c");
    assert_eq!(world.run(), ["fixed 1 a then 2 b", "fixed 1 a then 3 c"]);
}

#[test]
fn a_message_may_have_sixteen_parts_and_a_target_sixteen_fixed_arguments() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let parts =
        fwd_to!([owner], sixteen() as (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8));
    let fixed = fwd_to!([owner], sixteen(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16) as ());
    fwd!([parts], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    fwd!([fixed]);
    let expected = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]";
    assert_eq!(world.run(), [expected, expected]);
}

#[test]
fn fwd_to_accepts_a_method_and_closures_for_the_running_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], forwards_to_itself());
    assert_eq!(
        world.run(),
        ["returns", "one 1", "closure", "closure 2", "two 3 three", "comma 4", "one 5", "none"]
    );
}

#[test]
fn fwd_to_accepts_an_initialiser() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let name = actor_new!(rt, Target, ret_nop!());
    let brackets = actor_new!(rt, Target, ret_nop!());
    let fwd = fwd_to!([name], Target::init_from_message("name") as (Journal));
    fwd!([fwd], world.journal.clone());
    let fwd = fwd_to!([brackets], <Target>::init_from_message("brackets") as (Journal));
    fwd!([fwd], world.journal.clone());
    call!([name], none());
    call!([brackets], none());
    assert_eq!(world.run(), ["name", "brackets", "none", "none"]);
}

#[test]
fn ret_to_gives_the_whole_message_as_an_option() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let none: Ret<()> = ret_to!([owner], answered_none() as ());
    let one: Ret<u32> = ret_to!([owner], answered_one() as (u32));
    let two: Ret<(u32, u32)> = ret_to!([owner], answered_two() as (u32, u32));
    let fixed: Ret<u32> = ret_to!([owner], answered_fixed(String::from("fixed")) as (u32));
    ret!([none]);
    ret!([one], 1);
    ret!([two], 2, 3);
    ret!([fixed], 4);
    assert!(world.journal.take().is_empty(), "nothing runs before the runtime does");
    assert_eq!(world.run(), ["answer Some(())", "answer Some(1)", "answer Some((2, 3))", "fixed Some(4)"]);
}

#[test]
fn ret_to_queues_none_when_dropped_unanswered() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let one: Ret<u32> = ret_to!([owner], answered_one() as (u32));
    let two: Ret<(u32, u32)> = ret_to!([owner], answered_two() as (u32, u32));
    drop((one, two));
    assert!(world.journal.take().is_empty());
    assert_eq!(world.run(), ["answer None", "answer None"]);
}

#[test]
fn ret_to_accepts_a_method_and_closures_for_the_running_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], asks_itself());
    assert_eq!(
        world.run(),
        [
            "returns",
            "answer Some(1)",
            "answer Some(2)",
            "answer Some(())",
            "answer Some((3, 4))",
            "answer Some([[5]])",
            "captured None",
        ]
    );
}

#[test]
fn ret_to_accepts_an_initialiser() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let name = actor_new!(rt, Target, ret_nop!());
    let brackets = actor_new!(rt, Target, ret_nop!());
    let dropped = actor_new!(rt, Target, ret_nop!());
    let ret = ret_to!([name], Target::init_from_answer("name") as (Journal));
    ret!([ret], world.journal.clone());
    let ret = ret_to!([brackets], <Target>::init_from_answer("brackets") as (Journal));
    ret!([ret], world.journal.clone());
    let ret: Ret<Journal> = ret_to!([dropped], Target::init_from_answer("never") as (Journal));
    drop(ret);
    assert_eq!(world.run(), ["name", "brackets"]);
}

#[test]
fn ret_some_to_gives_the_parts_and_ignores_a_drop() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let none: Ret<()> = ret_some_to!([owner], none() as ());
    let one: Ret<u32> = ret_some_to!([owner], one() as (u32));
    let two: Ret<(u32, &'static str)> = ret_some_to!([owner], two() as (u32, &'static str));
    let moved: Ret<u32> = ret_some_to!([owner], moved(String::from("moved")) as (u32));
    let dropped: Ret<u32> = ret_some_to!([owner], one() as (u32));
    ret!([none]);
    ret!([one], 1);
    ret!([two], 2, "two");
    ret!([moved], 3);
    drop(dropped);
    assert_eq!(world.run(), ["none", "one 1", "two 2 two", "moved 3"]);
}

#[test]
fn ret_some_to_accepts_a_method_and_closures_for_the_running_actor() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], asks_itself_for_some());
    assert_eq!(world.run(), ["returns", "one 1", "none", "one 2", "two 3 three"]);
}

#[test]
fn ret_some_to_accepts_an_initialiser() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let name = actor_new!(rt, Target, ret_nop!());
    let brackets = actor_new!(rt, Target, ret_nop!());
    let ret = ret_some_to!([name], Target::init_from_message("name") as (Journal));
    ret!([ret], world.journal.clone());
    let ret = ret_some_to!([brackets], <Target>::init_from_message("brackets") as (Journal));
    ret!([ret], world.journal.clone());
    assert_eq!(world.run(), ["name", "brackets"]);
}

#[test]
fn neither_a_fwd_nor_a_ret_keeps_its_actor_alive() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let fwd: Fwd<u32> = fwd_to!([owner], one() as (u32));
    let ret: Ret<u32> = ret_to!([owner], answered_one() as (u32));
    drop(owner);
    assert_eq!(world.run(), ["target: Actor was dropped"]);
    fwd!([fwd], 1);
    ret!([ret], 2);
    assert!(world.run().is_empty());
}
