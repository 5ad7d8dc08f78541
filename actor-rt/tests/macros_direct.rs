//! `fwd!`, `ret!` and the closures without an actor: `fwd_do!`, `ret_do!`, `ret_some_do!`, and those that do nothing or panic.

mod macros_support;

use actor_rt::*;
use macros_support::Journal;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn panic_text(act: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("must panic");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast::<&'static str>().expect("a text").to_string(),
    }
}

#[test]
fn fwd_and_ret_send_nothing_a_value_or_a_tuple_by_the_number_of_arguments() {
    let journal = Journal::default();
    let (none, one, two) = (journal.clone(), journal.clone(), journal.clone());
    let fwd_none: Fwd<()> = fwd_do!(move |message| none.write(format!("{message:?}")));
    let fwd_one: Fwd<u32> = fwd_do!(move |message| one.write(format!("{message:?}")));
    let fwd_two: Fwd<(u32, &'static str)> = fwd_do!(move |message| two.write(format!("{message:?}")));
    fwd!([fwd_none]);
    fwd!([fwd_none],);
    fwd!([fwd_one], 1);
    fwd!([fwd_one], 2,);
    fwd!([fwd_two], 3, "three");
    fwd!([fwd_two], 4, "four",);
    fwd!([fwd_two], (5, "five"));
    assert_eq!(journal.take(), ["()", "()", "1", "2", "(3, \"three\")", "(4, \"four\")", "(5, \"five\")"]);

    ret!([journal.ret::<()>("none")]);
    ret!([journal.ret::<()>("none")],);
    ret!([journal.ret::<u32>("one")], 1);
    ret!([journal.ret::<u32>("one")], 2,);
    ret!([journal.ret::<(u32, u32)>("two")], 3, 4);
    ret!([journal.ret::<(u32, u32)>("two")], 5, 6,);
    assert_eq!(
        journal.take(),
        [
            "none: Some(())",
            "none: Some(())",
            "one: Some(1)",
            "one: Some(2)",
            "two: Some((3, 4))",
            "two: Some((5, 6))"
        ]
    );
}

#[test]
fn arguments_take_their_types_from_the_message() {
    let fwd: Fwd<(Box<dyn Any>, u64)> = fwd_do!(|(any, number): (Box<dyn Any>, u64)| {
        assert!(any.is::<u8>());
        assert_eq!(number, 1);
    });
    fwd!([fwd], Box::new(0u8), 1);
    let ret: Ret<Option<u16>> = ret_do!(|answer| assert_eq!(answer, Some(None)));
    ret!([ret], None);
}

#[test]
fn do_closures_run_at_once_inside_the_sender() {
    let journal = Journal::default();
    let (fwd, ret, some) = (journal.clone(), journal.clone(), journal.clone());
    let fwd: Fwd<u32> = fwd_do!(move |number| fwd.write(format!("fwd {number}")));
    let ret: Ret<u32> = ret_do!(move |answer| ret.write(format!("ret {answer:?}")));
    let some: Ret<u32> = ret_some_do!(move |answer| some.write(format!("some {answer}")));
    fwd!([fwd], 1);
    assert_eq!(journal.take(), ["fwd 1"]);
    ret!([ret], 2);
    assert_eq!(journal.take(), ["ret Some(2)"]);
    ret!([some], 3);
    assert_eq!(journal.take(), ["some 3"]);
}

#[test]
fn a_dropped_ret_runs_its_closure_once_with_none_at_once() {
    let journal = Journal::default();
    drop(journal.ret::<u32>("dropped"));
    assert_eq!(journal.take(), ["dropped: None"]);
    let some = journal.clone();
    let ret: Ret<u32> = ret_some_do!(move |_| some.write("never"));
    drop(ret);
    assert!(journal.take().is_empty());
}

#[test]
fn a_fwd_may_be_used_any_number_of_times_through_any_clone() {
    let journal = Journal::default();
    let log = journal.clone();
    let fwd: Fwd<u32> = fwd_do!(move |number: u32| log.write(number.to_string()));
    let clone = fwd.clone();
    fwd!([fwd], 1);
    fwd!([clone], 2);
    drop(fwd);
    fwd!([clone], 3);
    assert_eq!(journal.take(), ["1", "2", "3"]);
}

#[test]
fn do_macros_accept_functions() {
    let fwd: Fwd<String> = fwd_do!(drop);
    let ret: Ret<String> = ret_do!(drop);
    let some: Ret<String> = ret_some_do!(drop);
    fwd!([fwd], String::new());
    ret!([ret], String::new());
    ret!([some], String::new());
}

#[test]
fn nop_ignores_messages_and_drops_of_any_type() {
    let fwd: Fwd<(u32, String)> = fwd_nop!();
    fwd!([fwd], 1, String::new());
    let ret: Ret<Vec<u8>> = ret_nop!();
    ret!([ret], Vec::new());
    let ret: Ret<()> = ret_nop!();
    drop(ret);
}

#[test]
fn fwd_panic_panics_at_the_send() {
    let fwd: Fwd<u32> = fwd_panic!("literal");
    assert_eq!(panic_text(|| fwd!([fwd], 1)), "literal");
    let fwd: Fwd<u32> = fwd_panic!(format!("formatted {}", 1));
    assert_eq!(panic_text(|| fwd!([fwd], 1)), "formatted 1");
}

#[test]
fn ret_panic_panics_at_the_answer_and_not_when_dropped() {
    let ret: Ret<u32> = ret_panic!("literal");
    assert_eq!(panic_text(|| ret!([ret], 1)), "literal");
    let ret: Ret<u32> = ret_panic!(String::from("never"));
    drop(ret);
}
