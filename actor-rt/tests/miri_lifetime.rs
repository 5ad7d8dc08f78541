//! Programs for Miri: who may outlive a runtime, and what a destructor may do. Small on purpose; as ordinary tests they run too.

use actor_rt::{
    ActorOwn, Body, Budget, Core, Cx, Deferrer, Door, OwnedBytes, Packet, Receive, Ret, Runtime, StopCause,
    actor, actor_new, ret_nop,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Posts from its destructor.
struct PostsOnDrop {
    deferrer: Deferrer,
    dropped: Rc<Cell<u32>>,
}

impl Drop for PostsOnDrop {
    fn drop(&mut self) {
        self.dropped.set(self.dropped.get() + 1);
        let dropped = Rc::clone(&self.dropped);
        self.deferrer.defer(move |_| dropped.set(dropped.get() + 100));
    }
}

struct Plain(u32);

impl Plain {
    fn init(_: &mut Cx<'_, Self>) -> Option<Self> {
        Some(Plain(0))
    }
}

#[test]
fn a_destructor_posts_while_a_handler_holds_the_context() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let plain = actor!(runtime, Plain::init(), ret_nop!());
    let dropped = Rc::new(Cell::new(0));
    let payload = PostsOnDrop { deferrer: runtime.deferrer(), dropped: Rc::clone(&dropped) };
    plain.call(move |this, cx| {
        let core: &mut Core = cx;
        this.0 += 1;
        drop(payload);
        core.defer(|_| ());
        this.0 += 1;
    });
    runtime.run(now, false);
    assert_eq!(dropped.get(), 101);
    assert_eq!(plain.query(&mut runtime, |this, _| this.0), Some(2));
}

#[test]
fn handles_owners_and_deferrers_outlive_the_runtime() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let owner = actor!(runtime, Plain::init(), ret_nop!());
    let handle = owner.clone();
    let deferrer = runtime.deferrer();
    let door: Door = runtime.door().clone();
    let remote = runtime.remote();
    let waker = runtime.waker(|_, _| ());
    runtime.run(now, false);
    drop(runtime);
    let dropped = Rc::new(Cell::new(0));
    for _ in 0..3 {
        let payload = PostsOnDrop { deferrer: deferrer.clone(), dropped: Rc::clone(&dropped) };
        handle.call(move |_, _| drop(payload));
    }
    assert_eq!(dropped.get(), 3, "each payload is dropped at once");
    assert!(door.post(handle.actor_id(), 1, Body::Copied(b"late")).is_err());
    assert!(remote.defer(|_| ()).is_err());
    waker.wake();
    drop(waker);
    drop(owner);
    drop(handle);
    deferrer.defer(|_| ());
    drop(door);
    drop(deferrer);
}

#[test]
fn an_owner_inside_its_own_actor_goes_with_the_runtime() {
    struct Selfish {
        _me: RefCell<Option<ActorOwn<Selfish>>>,
        dropped: Rc<Cell<u32>>,
    }
    impl Drop for Selfish {
        fn drop(&mut self) {
            self.dropped.set(self.dropped.get() + 1);
        }
    }
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let dropped = Rc::new(Cell::new(0));
    let me = actor_new!(runtime, Selfish, ret_nop!());
    let handle = me.clone();
    let counter = Rc::clone(&dropped);
    handle.call_prep(move |_| Some(Selfish { _me: RefCell::new(Some(me)), dropped: counter }));
    drop(handle);
    runtime.run(now, false);
    assert_eq!(dropped.get(), 0);
    drop(runtime);
    assert_eq!(dropped.get(), 1);
}

#[test]
fn the_last_reference_to_a_cell_may_go_while_it_panics() {
    /// Owns itself and panics when dropped.
    struct Bomb {
        _me: ActorOwn<Bomb>,
    }
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("the value's destructor fails");
        }
    }
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let me = actor_new!(runtime, Bomb, ret_nop!());
    let handle = me.clone();
    handle.call_prep(move |cx| {
        cx.stop();
        Some(Bomb { _me: me })
    });
    drop(handle);
    let (_, panic) = runtime.step_caught(0, &Budget::UNBOUNDED);
    assert!(panic.is_some());
    assert_eq!(runtime.actors(), 0);
}

#[test]
fn the_last_handle_goes_in_the_actors_own_last_handler() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let ended = Rc::new(Cell::new(0));
    let told = Rc::clone(&ended);
    let own = actor!(
        runtime,
        Plain::init(),
        Ret::new(move |cause: Option<StopCause>| {
            assert!(matches!(cause, Some(StopCause::Stopped)));
            told.set(told.get() + 1);
        })
    );
    let handle = own.clone();
    runtime.run(now, false);
    handle.call(move |_, cx| {
        cx.stop();
        drop(own);
    });
    drop(handle);
    runtime.run(now, false);
    assert_eq!((ended.get(), runtime.actors()), (1, 0));
}

/// Reads a packet again after something happened in the middle of its handler.
struct Reader {
    other: Option<ActorOwn<Reader>>,
    seen: Rc<RefCell<Vec<u8>>>,
}

impl Receive for Reader {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        if let Some(other) = self.other.take() {
            // Its stash joins the very lane this packet lies in.
            drop(other.install(Reader { other: None, seen: Rc::clone(&self.seen) }));
            let handle = other.clone();
            cx.defer(move |_| drop(other));
            drop(handle);
        }
        self.seen.borrow_mut().extend_from_slice(packet.data());
    }
}

#[test]
fn a_packet_lies_still_while_its_handler_readies_another_actor() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let first = ActorOwn::<Reader>::new(&mut runtime, Ret::nop(), 0);
    let second = ActorOwn::<Reader>::new(&mut runtime, Ret::nop(), 0);
    let door = runtime.door().clone();
    first.accept_packets();
    second.accept_packets();
    door.post(first.actor_id(), 1, Body::Copied(b"one")).unwrap();
    door.post(second.actor_id(), 2, Body::Owned(OwnedBytes::copy_of(b"two"))).unwrap();
    runtime.run(now, false);
    // Both messages wait with their actors. Installing the first one queues its message.
    let seen = Rc::new(RefCell::new(Vec::new()));
    drop(first.install(Reader { other: Some(second), seen: Rc::clone(&seen) }));
    runtime.run(now, false);
    assert_eq!(&**seen.borrow(), b"onetwo");
}

#[test]
fn timers_payloads_and_stashes_go_with_the_runtime() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let dropped = Rc::new(Cell::new(0));
    let payload =
        |runtime: &Runtime| PostsOnDrop { deferrer: runtime.deferrer(), dropped: Rc::clone(&dropped) };
    let waiting = actor_new!(runtime, Plain, ret_nop!());
    let one = payload(&runtime);
    waiting.call(move |_, _| drop(one));
    runtime.run(now, false);
    let two = payload(&runtime);
    runtime.after(Duration::from_secs(1), move |_| drop(two));
    let three = payload(&runtime);
    runtime.idle(move |_| drop(three));
    let four = payload(&runtime);
    runtime.lazy(move |_| drop(four));
    let big = ([7u8; 4096], payload(&runtime));
    runtime.defer(move |_| drop(big));
    let aligned = (Aligned(1), payload(&runtime));
    runtime.defer(move |_| drop(aligned));
    drop(runtime);
    assert_eq!(dropped.get(), 6);
    drop(waiting);
}

#[repr(align(64))]
struct Aligned(#[expect(dead_code, reason = "its alignment matters")] u8);

#[test]
fn a_zero_sized_and_an_overaligned_actor_have_their_place() {
    struct Empty;
    struct Wide(Aligned);
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let empty = ActorOwn::<Empty>::new(&mut runtime, Ret::nop(), 0);
    let wide = ActorOwn::<Wide>::new(&mut runtime, Ret::nop(), 0);
    empty.call_prep(|_| Some(Empty));
    wide.call_prep(|_| Some(Wide(Aligned(3))));
    empty.call(|_, cx| cx.stop());
    wide.call(|this, cx| {
        assert_eq!(std::ptr::from_ref(&this.0).addr() % 64, 0);
        cx.fail_str("done");
    });
    runtime.run(now, false);
    assert_eq!(runtime.actors(), 0);
}
