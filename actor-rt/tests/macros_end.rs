//! `stop!`, `fail!`, `kill!`, `ret_fail!`, `ret_failthru!`, `ret_shutdown!`: every accepted form, and which endings spread.

mod macros_support;

use actor_rt::*;
use macros_support::{Journal, World};
use std::error::Error;
use std::fmt;

#[derive(Debug)]
struct Reason(u32);

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "reason {}", self.0)
    }
}

impl Error for Reason {}

struct Ending {
    journal: Journal,
    number: u32,
}

impl Ending {
    fn init(_cx: CX![], journal: Journal) -> Option<Self> {
        Some(Self { journal, number: 7 })
    }

    fn stops(&mut self, cx: CX![]) {
        stop!(cx);
    }

    fn fails_with_text(&mut self, cx: CX![]) {
        fail!(cx, "text {number} {}");
    }

    fn fails_with_format(&mut self, cx: CX![]) {
        fail!(cx, "number {}", self.bump());
    }

    fn fails_with_format_and_comma(&mut self, cx: CX![]) {
        let number = self.bump();
        fail!(cx, "number {number}",);
    }

    fn fails_with_cx_in_format(&mut self, cx: CX![]) {
        fail!(cx, "zombie: {}", cx.this().is_zombie());
    }

    fn fails_with_error(&mut self, cx: CX![]) {
        fail!(cx, Reason(self.number));
    }

    fn fails_in_expression_position(&mut self, cx: CX![]) {
        match self.number {
            7 => fail!(cx, "seven"),
            _ => stop!(cx),
        }
    }

    fn bump(&mut self) -> u32 {
        self.number += 1;
        self.number
    }

    fn passes_ret_fail(&mut self, cx: CX![], fwd: Fwd<Ret<u32>>, form: u32) {
        let number = self.number;
        match form {
            0 => fwd!([fwd], ret_fail!(cx, "text {number}")),
            1 => fwd!([fwd], ret_fail!(cx, "number {}", self.bump())),
            2 => fwd!([fwd], ret_fail!(cx, "number {number}",)),
            3 => fwd!([fwd], ret_fail!(cx, Reason(number))),
            _ => unreachable!(),
        }
        self.journal.write("passed");
    }

    fn passes_ret_failthru(&mut self, cx: CX![], fwd: Fwd<Ret<StopCause>>, form: u32) {
        let number = self.number;
        match form {
            0 => fwd!([fwd], ret_failthru!(cx, "text {number}")),
            1 => fwd!([fwd], ret_failthru!(cx, "number {}", self.bump())),
            2 => fwd!([fwd], ret_failthru!(cx, "number {number}",)),
            3 => fwd!([fwd], ret_failthru!(cx, Reason(number))),
            _ => unreachable!(),
        }
        self.journal.write("passed");
    }

    fn kills_its_child(&mut self, cx: CX![], form: u32) {
        let child = actor!(cx, Ending::init(self.journal.clone()), self.journal.notify("child"));
        match form {
            0 => kill!(child, "text {number}"),
            1 => kill!(child, "number {}", self.bump()),
            2 => {
                let number = self.bump();
                kill!(child, "number {number}",)
            }
            3 => kill!(child, Box::new(Reason(self.number))),
            4 => kill!(child, "converted".into()),
            _ => unreachable!(),
        }
        self.journal.write(format!("queued, zombie: {}", child.is_zombie()));
    }

    fn shuts_down(&mut self, cx: CX![]) {
        let ret: Ret<StopCause> = ret_shutdown!(cx);
        ret!([ret], StopCause::Stopped);
        self.journal.write(format!("shutting down: {}", !cx.not_shutdown()));
    }
}

fn ready(world: &mut World) -> ActorOwn<Ending> {
    let rt = &mut world.runtime;
    let ending = actor!(rt, Ending::init(world.journal.clone()), world.journal.notify("actor"));
    assert!(world.run().is_empty());
    ending
}

#[test]
fn stop_ends_the_actor_as_stopped() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], stops());
    assert_eq!(world.run(), ["actor: Actor stopped"]);
    assert!(owner.is_zombie());
}

#[test]
fn fail_takes_a_lone_literal_as_it_stands() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], fails_with_text());
    assert_eq!(world.run(), ["actor: Actor failed: text {number} {}"]);
}

#[test]
fn fail_formats_a_literal_with_anything_behind_it() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], fails_with_format());
    assert_eq!(world.run(), ["actor: Actor failed: number 8"]);
    let owner = ready(&mut world);
    call!([owner], fails_with_format_and_comma());
    assert_eq!(world.run(), ["actor: Actor failed: number 8"]);
    let owner = ready(&mut world);
    call!([owner], fails_with_cx_in_format());
    assert_eq!(world.run(), ["actor: Actor failed: zombie: false"]);
}

#[test]
fn fail_takes_an_error_value() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], fails_with_error());
    assert_eq!(world.run(), ["actor: Actor failed: reason 7"]);
}

#[test]
fn fail_and_stop_are_expressions_of_unit_type() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], fails_in_expression_position());
    assert_eq!(world.run(), ["actor: Actor failed: seven"]);
}

#[test]
fn kill_is_queued_and_takes_every_form_of_reason() {
    let reasons = ["text {number}", "number 8", "number 8", "reason 7", "converted"];
    for (form, reason) in (0..).zip(reasons) {
        let mut world = World::new();
        let owner = ready(&mut world);
        call!([owner], kills_its_child(form));
        assert_eq!(
            world.run(),
            ["queued, zombie: false".to_string(), format!("child: Actor was killed: {reason}")]
        );
    }
}

#[test]
fn kill_keeps_the_actor_until_it_is_killed_and_ends_it_once() {
    let mut world = World::new();
    let owner = ready(&mut world);
    kill!(owner, "first");
    kill!(owner, "second");
    drop(owner);
    assert_eq!(world.run(), ["actor: Actor was killed: first"]);
}

#[test]
fn ret_fail_fails_the_actor_when_answered_and_when_dropped() {
    let reasons = ["text {number}", "number 8", "number 7", "reason 7"];
    for (form, reason) in (0..).zip(reasons) {
        for answered in [true, false] {
            let mut world = World::new();
            let owner = ready(&mut world);
            let fwd: Fwd<Ret<u32>> = fwd_do!(move |ret: Ret<u32>| match answered {
                true => ret!([ret], 1),
                false => drop(ret),
            });
            call!([owner], passes_ret_fail(fwd, form));
            assert_eq!(world.run(), ["passed".to_string(), format!("actor: Actor failed: {reason}")]);
        }
    }
}

#[test]
fn ret_failthru_fails_the_actor_for_a_failed_or_lost_one_only() {
    let reasons = ["text {number}", "number 8", "number 7", "reason 7"];
    for (form, reason) in (0..).zip(reasons) {
        for (spreads, cause) in [
            (true, (|| StopCause::Failed(Box::new(Reason(0)))) as fn() -> StopCause),
            (true, || StopCause::Lost),
            (false, || StopCause::Stopped),
            (false, || StopCause::Killed(Box::new(Reason(0)))),
            (false, || StopCause::Dropped),
        ] {
            let mut world = World::new();
            let owner = ready(&mut world);
            let fwd: Fwd<Ret<StopCause>> = fwd_do!(move |ret: Ret<StopCause>| ret!([ret], cause()));
            call!([owner], passes_ret_failthru(fwd, form));
            match spreads {
                true => {
                    assert_eq!(world.run(), ["passed".to_string(), format!("actor: Actor failed: {reason}")])
                }
                false => assert_eq!(world.run(), ["passed"]),
            }
        }
    }
}

#[test]
fn ret_failthru_ignores_being_dropped_unanswered() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], passes_ret_failthru(fwd_do!(drop), 0));
    assert_eq!(world.run(), ["passed"]);
    assert!(!owner.is_zombie());
}

#[test]
fn ret_shutdown_shuts_down_from_the_main_lane_with_the_cause() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], shuts_down());
    assert_eq!(world.run(), ["shutting down: false"]);
    assert!(matches!(world.runtime.shutdown_reason(), Some(StopCause::Stopped)));

    let rt = &mut world.runtime;
    let actor = actor!(rt, Ending::init(world.journal.clone()), ret_shutdown!(rt));
    call!([actor], fails_with_error());
    world.run();
    assert_eq!(
        world.runtime.shutdown_reason().map(|cause| cause.to_string()).as_deref(),
        Some("Actor failed: reason 7")
    );
}

#[test]
fn ret_shutdown_dropped_unanswered_counts_as_dropped() {
    let mut world = World::new();
    let rt = &mut world.runtime;
    let ret: Ret<StopCause> = ret_shutdown!(rt);
    drop(ret);
    assert!(world.runtime.not_shutdown());
    world.run();
    assert!(matches!(world.runtime.shutdown_reason(), Some(StopCause::Dropped)));
}
