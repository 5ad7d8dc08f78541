//! Signals of the native loop. Each test has signals of its own, since they reach the whole process.

#![cfg(all(unix, not(miri)))]

mod drive_support;

use actor_rt::StopCause;
use actor_rt::drive::mio::{Signals, signal};
use actor_rt::{Fwd, actor_new, fwd_do, fwd_nop, ret_nop};
use drive_support::{Log, World};
use signal_hook::consts::{SIGALRM, SIGCONT, SIGKILL, SIGPROF, SIGURG, SIGVTALRM};
use signal_hook::low_level::raise;
use std::cell::RefCell;
use std::io::ErrorKind;
use std::rc::Rc;

/// A `Fwd` that writes the number.
fn numbers(log: &Log, name: &'static str) -> Fwd<i32> {
    let log = log.clone();
    fwd_do!(move |number| log.write(format!("{name} {number}")))
}

#[test]
fn each_signal_is_told_by_its_number_and_at_once_if_several_come_together() {
    let mut world = World::new();
    let log = Log::default();
    let signals = [signal::SIGUSR1, signal::SIGWINCH];
    let _signals = world.handle().on_signals(&signals, numbers(&log, "got")).unwrap();
    assert_eq!(world.turn().events, 0);
    raise(signal::SIGWINCH).unwrap();
    // Without a limit: it ends the wait.
    world.event_loop.turn(&mut world.runtime, None).unwrap();
    assert_eq!(log.take(), [format!("got {}", signal::SIGWINCH)]);
    // More than fit into what the handler writes to, all together.
    for _ in 0..10 {
        for _ in 0..200 {
            raise(signal::SIGUSR1).unwrap();
        }
        world.turn();
        assert_eq!(log.take(), [format!("got {}", signal::SIGUSR1)]);
    }
    assert_eq!(world.turn().events, 0);
    raise(signal::SIGUSR1).unwrap();
    world.turn();
    assert_eq!(log.take().len(), 1, "the next is another one");
}

#[test]
fn all_loops_of_a_process_are_told_until_they_stop_listening() {
    let (mut one, mut two) = (World::new(), World::new());
    let log = Log::default();
    let listening = one.handle().on_signals(&[signal::SIGUSR2], numbers(&log, "one")).unwrap();
    let _signals = two.handle().on_signals(&[signal::SIGUSR2], numbers(&log, "two")).unwrap();
    raise(signal::SIGUSR2).unwrap();
    one.turn();
    two.turn();
    let both = [format!("one {}", signal::SIGUSR2), format!("two {}", signal::SIGUSR2)];
    assert_eq!(log.take(), both);
    raise(signal::SIGUSR2).unwrap();
    drop(listening);
    one.turn();
    two.turn();
    assert_eq!(log.take(), both[1..], "not even what came before");
    assert_eq!((one.handle().sources(), two.handle().sources()), (0, 1));
}

#[test]
fn the_last_listeners_end_leaves_the_signal_without_effect() {
    let world = World::new();
    drop(world.handle().on_signals(&[SIGVTALRM], fwd_nop!()).unwrap());
    // Its default action would end the process.
    raise(SIGVTALRM).unwrap();
}

#[test]
fn listening_may_end_in_the_handler_and_begin_again() {
    let mut world = World::new();
    let log = Log::default();
    let place = Rc::new(RefCell::new(None::<Signals>));
    let (own, write) = (place.clone(), log.clone());
    let once = fwd_do!(move |_| {
        drop(own.take());
        write.write("once");
    });
    *place.borrow_mut() = Some(world.handle().on_signals(&[SIGURG], once.clone()).unwrap());
    for round in 0..2 {
        raise(SIGURG).unwrap();
        world.turn();
        assert_eq!((log.take().len(), world.handle().sources()), (1 - round, 0));
    }
    *place.borrow_mut() = Some(world.handle().on_signals(&[SIGURG], once).unwrap());
    raise(SIGURG).unwrap();
    world.turn();
    assert_eq!(log.take(), ["once"]);
}

#[test]
fn a_signal_ends_the_runtime_with_stopped() {
    let World { mut runtime, mut event_loop } = World::new();
    let ends = [signal::SIGINT, signal::SIGTERM];
    let _signals = event_loop.handle().shut_down_on_signals(&runtime, &ends).unwrap();
    for end in ends {
        raise(end).unwrap();
        assert!(matches!(event_loop.run(&mut runtime).unwrap(), StopCause::Stopped));
    }
}

#[test]
fn a_signal_is_told_to_an_actor_whose_mailbox_is_full() {
    let World { mut runtime, mut event_loop } = World::new();
    let rt = &mut runtime;
    let end = actor_new!(rt, i32, ret_nop!());
    end.set_capacity(0);
    let fwd = Fwd::to_actor(end.clone(), |_, cx, _number| cx.shutdown(StopCause::Stopped));
    let _signals = event_loop.handle().on_signals(&[signal::SIGHUP], fwd).unwrap();
    end.call_prep(|_| Some(0));
    raise(signal::SIGHUP).unwrap();
    assert!(matches!(event_loop.run(rt).unwrap(), StopCause::Stopped));
}

#[test]
fn what_cannot_be_listened_to_is_an_error_and_nothing_is_left_of_the_attempt() {
    let world = World::new();
    for bad in [SIGKILL, -1, 12_345] {
        let refused = world.handle().on_signals(&[SIGPROF, bad], fwd_nop!());
        assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::InvalidInput), "{bad}");
        assert_eq!(world.handle().sources(), 0);
    }
    raise(SIGPROF).unwrap();
}

#[test]
fn signals_outlive_their_loop_and_their_runtime() {
    let World { runtime, event_loop } = World::new();
    let handle = event_loop.handle().clone();
    let signals = handle.shut_down_on_signals(&runtime, &[SIGALRM, SIGCONT]).unwrap();
    drop(runtime);
    raise(SIGCONT).unwrap();
    drop(event_loop);
    raise(SIGALRM).unwrap();
    assert!(handle.on_signals(&[SIGALRM], fwd_nop!()).is_err());
    drop(signals);
    raise(SIGALRM).unwrap();
}
