//! One request to several actors: the outcomes come together, once, to whoever asked. The names begin with the sentence of the study that they
//! prove (R: ractor).

mod supervision_support;

use actor_rt::ask::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use supervision_support::oracle::*;
use supervision_support::*;

#[test]
fn r31_several_at_once_in_their_order_each_with_its_own_outcome() {
    let mut world = World::new();
    let all: Vec<_> = (0..4).map(|_| oracle(&mut world)).collect();
    world.runtime.door().kill(all[1].actor_id(), "gone").unwrap();
    all[2].set_capacity(0);
    let (outcomes, calls) = (Rc::new(RefCell::new(Vec::new())), Rc::new(Cell::new(0)));
    let (keep, counts) = (outcomes.clone(), calls.clone());
    let message = move |this: &mut Oracle, cx: &mut Cx<'_, Oracle>, reply| {
        counts.set(counts.get() + 1);
        if counts.get() == 1 { this.answer(cx, reply) } else { this.keep(cx, reply) }
    };
    let done = Ret::new(move |list: Option<Vec<_>>| keep.borrow_mut().push(list.unwrap()));
    world.runtime.ask_all(&all, SECOND, Gather::All, message, done);
    world.run();
    assert_eq!((calls.get(), outcomes.borrow().len()), (2, 0));
    world.at(1_000);
    let expected = vec![Ok(42), Err(AskError::Closed), Err(AskError::Full), Err(AskError::Timeout)];
    assert_eq!(outcomes.take(), [expected]);
}

#[test]
fn r31_the_first_or_a_quorum_is_enough_and_the_rest_is_withdrawn() {
    let gather = |gather, answering: u32, gone: bool| {
        let mut world = World::new();
        let all: Vec<_> = (0..3).map(|_| oracle(&mut world)).collect();
        if gone {
            world.runtime.door().kill(all[2].actor_id(), "gone").unwrap();
        }
        let calls = Rc::new(Cell::new(0));
        let heard = Rc::new(RefCell::new(None));
        let keep = heard.clone();
        let message = move |this: &mut Oracle, cx: &mut Cx<'_, Oracle>, reply| {
            calls.set(calls.get() + 1);
            if calls.get() <= answering { this.answer(cx, reply) } else { this.keep(cx, reply) }
        };
        let done = Ret::new(move |list: Option<Vec<Result<u32, AskError>>>| *keep.borrow_mut() = list);
        world.runtime.ask_all(&all, SECOND, gather, message, done);
        world.run();
        assert_eq!(
            world.runtime.pending().asks == 0,
            heard.borrow().is_some(),
            "what is not waited for is withdrawn"
        );
        heard.take()
    };
    let (ok, no) = (Ok(42), Err(AskError::Cancelled));
    assert_eq!(gather(Gather::First, 1, false), Some(vec![ok, no, no]));
    assert_eq!(gather(Gather::Quorum(2), 2, false), Some(vec![ok, ok, no]));
    assert_eq!(gather(Gather::Quorum(2), 1, false), None, "it may yet come");
    assert_eq!(
        gather(Gather::Quorum(3), 1, true),
        Some(vec![no, no, Err(AskError::Closed)]),
        "it cannot come"
    );
    assert_eq!(gather(Gather::Quorum(0), 0, false), Some(vec![no, no, no]));
    assert_eq!(gather(Gather::All, 3, false), Some(vec![ok, ok, ok]));
    let mut world = World::new();
    let none = Rc::new(Cell::new(false));
    let told = none.clone();
    let done = Ret::new(move |list: Option<Vec<Result<u32, AskError>>>| told.set(list == Some(Vec::new())));
    world.runtime.ask_all::<Oracle, u32>(&[], SECOND, Gather::All, Oracle::answer, done);
    world.run();
    assert!(none.get(), "of nobody");
}

/// What an actor asked of several belonged to nobody: it stayed open when the asker had ended.
#[test]
fn r31_what_an_actor_asks_of_several_is_withdrawn_with_its_incarnation() {
    for restarts in [false, true] {
        let mut world = World::new();
        let all: Vec<_> = (0..3).map(|_| oracle(&mut world)).collect();
        let asker = if restarts { world.start("a") } else { world.start_temporary("a") };
        world.log.take();
        let (targets, log) = (all.clone(), world.log.clone());
        asker.call(move |_, cx| {
            let then = move |_: &mut Node, _: &mut Cx<'_, Node>, _: Vec<_>| log.write("heard");
            cx.request_all(&targets, SECOND, Gather::All, Oracle::keep, then);
        });
        world.run();
        assert_eq!(world.runtime.locate(asker.actor_id()).unwrap().asks, 3);
        call!([asker], fail());
        world.run();
        assert_eq!(world.runtime.pending().asks, 0);
        let abandoned = all[0].query(&mut world.runtime, |this, _| this.kept[0].is_abandoned());
        assert_eq!(abandoned, Some(true));
        let answers = |this: &mut Oracle, _: &mut Cx<'_, Oracle>| {
            this.kept.drain(..).for_each(|reply| assert!(!reply.reply(1)));
        };
        all.iter().for_each(|one| one.call(answers));
        assert!(!world.run().contains("heard"));
    }
}

#[test]
fn r31_an_actor_hears_the_outcomes_as_a_call_of_its_own() {
    let mut world = World::new();
    let all: Vec<_> = (0..3).map(|_| oracle(&mut world)).collect();
    world.runtime.door().kill(all[1].actor_id(), "gone").unwrap();
    let asker = world.start("a");
    world.log.take();
    asker.set_capacity(1);
    asker.call(move |this, cx| {
        let then = |this: &mut Node, _: &mut Cx<'_, Node>, all: Vec<Result<u32, AskError>>| {
            this.log.write(format!("{all:?}").replace(' ', ""));
        };
        cx.request_all(&all, SECOND, Gather::All, Oracle::answer, then);
        this.log.write("asked");
    });
    assert_eq!(world.run(), "asked [Ok(42),Err(Closed),Ok(42)]");
}
