//! The waiting half of the native loop, as a host uses it that steps the runtime itself.

#![cfg(not(miri))]

mod drive_support;

use actor_rt::drive::mio::{Interest, Poller, Token, net, nonblocking};
use actor_rt::*;
use drive_support::LONG;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A socket that is readable after [`ring`].
fn socket(poller: &Poller, token: usize) -> net::UdpSocket {
    let mut socket = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    poller.registry().register(&mut socket, Token(token), Interest::READABLE).unwrap();
    socket
}

fn ring(socket: &net::UdpSocket) {
    socket.send_to(b"!", socket.local_addr().unwrap()).unwrap();
}

fn tokens(poller: &Poller) -> Vec<usize> {
    poller.events().map(|event| event.token().0).collect()
}

#[test]
fn a_post_of_another_thread_ends_the_wait_each_time() {
    const ROUNDS: u32 = 500;
    let mut poller = Poller::new().unwrap();
    let mut runtime = Config::new().wake(poller.waker()).build(Instant::now());
    let (ask, asked) = mpsc::channel::<u32>();
    let remote = runtime.remote();
    let thread = thread::spawn(move || {
        for round in asked {
            remote.defer(move |rt| rt.anymap_set(round)).unwrap();
        }
    });
    for round in 1..=ROUNDS {
        ask.send(round).unwrap();
        while runtime.anymap_try_get::<u32>() != Some(round) {
            let begun = Instant::now();
            poller.wait(Some(runtime.next_timeout(begun).unwrap_or(LONG))).unwrap();
            assert!(begun.elapsed() < LONG, "nobody was woken in round {round}");
            assert_eq!(poller.events().count(), 0, "the waker is no source");
            runtime.step(Instant::now(), &Budget::default());
        }
    }
    drop(ask);
    thread.join().unwrap();
}

#[test]
fn a_wake_before_the_wait_is_not_lost_and_serves_one() {
    let mut poller = Poller::new().unwrap();
    let waker = poller.waker();
    waker.wake().unwrap();
    waker.wake().unwrap();
    poller.wait(None).unwrap();
    let (begun, limit) = (Instant::now(), Duration::from_millis(3));
    poller.wait(Some(limit)).unwrap();
    assert!(begun.elapsed() >= limit);
}

#[test]
fn what_the_owner_posts_wakes_nobody() {
    let mut poller = Poller::new().unwrap();
    let mut runtime = Config::new().wake(poller.waker()).build(Instant::now());
    for _ in 0..2 {
        runtime.defer(|_| ());
        assert_eq!(runtime.next_timeout(Instant::now()), Some(Duration::ZERO), "it asks, and does not wait");
        runtime.step(Instant::now(), &Budget::default());
    }
    let (begun, limit) = (Instant::now(), Duration::from_millis(3));
    poller.wait(Some(limit)).unwrap();
    assert!(begun.elapsed() >= limit);
}

#[test]
fn a_source_that_is_ready_ends_the_wait_and_is_told_once() {
    let mut poller = Poller::new().unwrap();
    let sockets = [socket(&poller, 0), socket(&poller, 7)];
    sockets.iter().for_each(ring);
    let mut told = Vec::new();
    while told.len() < 2 {
        poller.wait(Some(LONG)).unwrap();
        told.extend(tokens(&poller));
    }
    told.sort_unstable();
    assert_eq!(told, [0, 7]);
    poller.wait(Some(Duration::ZERO)).unwrap();
    assert_eq!(tokens(&poller), [] as [usize; 0], "changes only");
    let mut bytes = [0; 10];
    assert_eq!(nonblocking(|| sockets[0].recv(&mut bytes)).unwrap(), Some(1));
    ring(&sockets[0]);
    poller.wait(Some(LONG)).unwrap();
    assert_eq!(tokens(&poller), [0]);
}

#[test]
fn it_waits_on_whichever_thread_has_it_and_a_waker_may_outlive_it() {
    let mut poller = Poller::new().unwrap();
    let waker = poller.waker();
    let thread = thread::spawn(move || {
        poller.wait(None).unwrap();
        poller
    });
    waker.wake().unwrap();
    drop(thread.join().unwrap());
    waker.wake().unwrap();
}
