//! UDP in the native loop: packets go out at once or wait their turn, one that is refused holds up nobody.
//!
//! What happens when the system takes nothing is tested beside the queue itself: a real socket cannot be made to do that at will.

#![cfg(not(miri))]

mod drive_support;

use actor_rt::drive::mio::{Priority, UdpQueue, net};
use actor_rt::fwd_nop;
use drive_support::{LONG, World};
use std::net::SocketAddr;

fn queue(world: &World) -> (UdpQueue, SocketAddr) {
    let socket = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (UdpQueue::new(&world.handle(), socket, Priority::NORMAL, fwd_nop!()).unwrap(), address)
}

/// Waits for a packet.
fn receive(world: &mut World, queue: &mut UdpQueue) -> (Vec<u8>, SocketAddr) {
    let mut bytes = [0; 100];
    loop {
        if let Some((length, sender)) = queue.receive(&mut bytes).unwrap() {
            return (bytes[..length].to_vec(), sender);
        }
        world.event_loop.turn(&mut world.runtime, Some(LONG)).unwrap();
    }
}

#[test]
fn packets_go_out_in_order_and_come_with_their_sender() {
    let mut world = World::new();
    let ((mut one, first), (mut two, second)) = (queue(&world), queue(&world));
    for number in 0..50_u8 {
        one.send_to(&[number], second).unwrap();
    }
    assert_eq!(one.waiting(), 0);
    for number in 0..50_u8 {
        assert_eq!(receive(&mut world, &mut two), (vec![number], first));
    }
    assert_eq!(two.receive(&mut [0; 9]).unwrap(), None);
    two.send_to(b"", first).unwrap();
    assert_eq!(receive(&mut world, &mut one), (Vec::new(), second), "an empty packet is one");
}

#[test]
fn a_packet_that_is_too_long_is_refused_and_the_next_one_goes() {
    let mut world = World::new();
    let ((mut one, first), (mut two, second)) = (queue(&world), queue(&world));
    assert!(one.send_to(&[0; 70_000], second).is_err());
    assert_eq!(one.waiting(), 0);
    one.send_to(b"next", second).unwrap();
    assert_eq!(receive(&mut world, &mut two), (b"next".to_vec(), first));
}

#[test]
fn a_connected_socket_sends_without_an_address() {
    let mut world = World::new();
    let ((mut one, first), (mut two, second)) = (queue(&world), queue(&world));
    assert!(one.send(b"to nobody").is_err());
    one.socket().connect(second).unwrap();
    one.send(b"hello").unwrap();
    assert_eq!(receive(&mut world, &mut two), (b"hello".to_vec(), first));
}
