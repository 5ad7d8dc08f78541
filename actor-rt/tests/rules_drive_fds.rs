//! Descriptors of all kinds in the native loop.

#![cfg(all(unix, not(miri)))]

mod drive_support;

use actor_rt::drive::mio::{FdSource, Interest, Priority, Ready, nonblocking};
use actor_rt::fwd_do;
use drive_support::{Log, World};
use std::cell::Cell;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::rc::Rc;

#[test]
fn a_descriptor_tells_of_data_and_of_its_end_and_is_given_back_open() {
    let mut world = World::new();
    let seen = Rc::new(Cell::new(Ready::default()));
    let see = seen.clone();
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    let fwd = fwd_do!(move |ready| see.set(ready));
    let mut source =
        world.handle().add(FdSource::new(ours), Interest::READABLE, Priority::NORMAL, fwd).unwrap();
    assert_eq!(world.turn().events, 0);

    theirs.write_all(b"hello").unwrap();
    assert_eq!((world.turn().events, seen.take()), (1, Ready::READABLE));
    let mut bytes = [0; 9];
    assert_eq!(nonblocking(|| source.read(&mut bytes)).unwrap(), Some(5));
    assert_eq!(nonblocking(|| source.read(&mut bytes)).unwrap(), None);

    theirs.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(world.turn().events, 1);
    assert!(seen.get().is_read_closed());
    assert_eq!(nonblocking(|| source.read(&mut bytes)).unwrap(), Some(0));

    let mut ours = source.into_inner().into_inner();
    ours.write_all(b"still open").unwrap();
    drop(ours);
    let mut text = String::new();
    theirs.read_to_string(&mut text).unwrap();
    assert_eq!(text, "still open");
}

#[test]
fn a_descriptor_is_not_closed_before_it_is_taken_from_the_loop() {
    let mut world = World::new();
    let log = Log::default();
    // The same open file twice: closing one of the descriptors alone would leave the poller a report for a source that is gone.
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let again = ours.try_clone().unwrap();
    let fwd = log.fwd("never");
    drop(world.handle().add(FdSource::new(ours), Interest::READABLE, Priority::NORMAL, fwd).unwrap());
    theirs.write_all(b"!").unwrap();
    assert_eq!(world.turn().events, 0);
    let fwd = log.fwd("ready");
    let _source =
        world.handle().add(FdSource::new(again), Interest::READABLE, Priority::NORMAL, fwd).unwrap();
    assert_eq!(world.turn().events, 1);
    assert_eq!(log.take(), ["ready"]);
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_polled_is_refused() {
    let world = World::new();
    let file = std::fs::File::open("/proc/self/exe").unwrap();
    let refused = world.handle().add(
        FdSource::new(file),
        Interest::READABLE,
        Priority::NORMAL,
        fwd_do!(|_| unreachable!()),
    );
    assert!(refused.is_err());
    assert_eq!(world.handle().sources(), 0);
}
