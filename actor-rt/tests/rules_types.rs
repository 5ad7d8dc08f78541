//! Which types may cross threads, be cloned, compared and kept in maps, and how large they are. As Stakker's, but for what is more.

use actor_rt::sync::{Channel, ChannelGuard, PipedLink, PipedThread, Waker};
use actor_rt::task::Task;
use actor_rt::*;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;
use std::hash::Hash;
use std::time::Instant;

/// Whether a type has a trait, asked at compile time: the inherent constant is there only if it has, and comes before the trait's.
macro_rules! has {
    ($type:ty: $($bound:tt)+) => {{
        #[allow(dead_code)]
        trait Otherwise {
            const HAS: bool = false;
        }
        impl<T: ?Sized> Otherwise for T {}
        struct Ask<T: ?Sized>(std::marker::PhantomData<T>);
        #[allow(dead_code)]
        impl<T: ?Sized + $($bound)+> Ask<T> {
            const HAS: bool = true;
        }
        <Ask<$type>>::HAS
    }};
}

#[test]
fn what_belongs_to_a_runtime_stays_on_its_thread() {
    macro_rules! stays {
        ($($type:ty),+ $(,)?) => { $(
            assert!(!has!($type: Send), "{} is Send", stringify!($type));
            assert!(!has!($type: Sync), "{} is Sync", stringify!($type));
        )+ };
    }
    stays!(
        Runtime,
        Core,
        Cx<'static, u8>,
        Actor<u8>,
        ActorOwn<u8>,
        ActorOwnAnon,
        ActorOwnSlab<u8>,
        Deferrer,
        Door,
        Fwd<u8>,
        Ret<u8>,
        Share<u8>,
        ShareWeak<u8>,
        Share2<u8>,
        Share2Weak<u8>,
        Task,
        ChannelGuard,
    );
}

#[test]
fn what_is_for_other_threads_may_go_there() {
    macro_rules! travels {
        ($($type:ty),+ $(,)?) => { $(
            assert!(has!($type: Send), "{} is not Send", stringify!($type));
        )+ };
    }
    travels!(
        Waker, Remote, RemoteActor<std::rc::Rc<u8>>, Channel<u8>, PipedLink<u8, u8>, PipedThread<u8, u8>, FixedTimerKey,
        MaxTimerKey, MinTimerKey, ActorId,
    );
    assert!(has!(Waker: Sync) && has!(Remote: Sync) && has!(Channel<std::cell::Cell<u8>>: Sync));
}

#[test]
fn one_shot_things_cannot_be_cloned_and_handles_can() {
    macro_rules! is_clone {
        ($($type:ty),+ $(,)?) => { [$( has!($type: Clone) ),+] };
    }
    let once = is_clone!(Runtime, Cx<'static, u8>, ActorOwn<u8>, ActorOwnAnon, Ret<u8>, Waker, ChannelGuard, PipedThread<u8, u8>);
    assert_eq!(once, [false; 8]);
    let often = is_clone!(
        Actor<u8>,
        Deferrer,
        Door,
        Fwd<u8>,
        Share<u8>,
        ShareWeak<u8>,
        Share2<u8>,
        Share2Weak<u8>,
        Task,
        Channel<u8>,
        Remote,
        RemoteActor<u8>,
        FixedTimerKey,
        MaxTimerKey,
        MinTimerKey
    );
    assert_eq!(often, [true; 15]);
}

#[test]
fn handles_can_be_shown_compared_and_kept_in_maps() {
    fn shown<T: Debug>() {}
    fn compared<T: Eq>() {}
    fn hashed<T: Eq + Hash>() {}
    shown::<(Runtime, Actor<u8>, ActorOwn<u8>, ActorOwnAnon, ActorOwnSlab<u8>, Fwd<u8>, Ret<u8>)>();
    shown::<(Share<u8>, ShareWeak<u8>, Share2<u8>, Share2Weak<u8>, Task, Deferrer, StopCause, Waker)>();
    shown::<(Channel<u8>, ChannelGuard, PipedThread<u8, u8>, PipedLink<u8, u8>, LogFilter, LogLevel)>();
    compared::<(Actor<u8>, Fwd<u8>, Share<u8>, Share2<u8>, LogFilter, LogLevel)>();
    hashed::<(Actor<u8>, ActorId, FixedTimerKey, MaxTimerKey, MinTimerKey)>();

    let mut runtime = Runtime::new(Instant::now());
    let (a, b) = (actor_new!(runtime, u8, ret_nop!()), actor_new!(runtime, u8, ret_nop!()));
    let handles: HashSet<Actor<u8>> = [a.clone(), a.clone(), b.clone()].into();
    assert_eq!(handles.len(), 2);
    let by_id: BTreeMap<u64, Actor<u8>> =
        handles.into_iter().map(|actor| (actor.actor_id().0, actor)).collect();
    assert_eq!(
        by_id.into_values().collect::<Vec<_>>(),
        [a.clone(), b.clone()],
        "in the order they were made"
    );
}

#[test]
fn sizes_are_no_larger_than_stakkers() {
    let word = size_of::<usize>();
    assert_eq!([size_of::<Fwd<()>>(), size_of::<Ret<()>>()], [2 * word; 2]);
    assert_eq!(
        [size_of::<Actor<u8>>(), size_of::<ActorOwn<u8>>(), size_of::<Share<u8>>(), size_of::<Runtime>()],
        [word; 4]
    );
    assert_eq!([size_of::<FixedTimerKey>(), size_of::<MaxTimerKey>(), size_of::<MinTimerKey>()], [8; 3]);
    assert!(size_of::<Deferrer>() <= word && size_of::<Waker>() <= 2 * word);
    assert!(size_of::<Option<Ret<()>>>() <= 3 * word && size_of::<StopCause>() <= 3 * word);
}
