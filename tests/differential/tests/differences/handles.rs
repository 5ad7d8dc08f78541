//! Handles: their traits, their texts, and log ids.

use std::marker::PhantomData;
use std::panic::UnwindSafe;
use std::time::Instant;

/// Whether a type has a trait: the method of the type itself is preferred, which is there only if it has.
macro_rules! has {
    ($type:ty: $($bound:tt)+) => {{
        struct Asked<T: ?Sized>(PhantomData<T>);
        #[allow(dead_code, reason = "one of both is called")]
        trait Otherwise {
            fn has(&self) -> bool {
                false
            }
        }
        impl<T: ?Sized> Otherwise for &Asked<T> {}
        #[allow(dead_code, reason = "one of both is called")]
        impl<T: ?Sized + $($bound)+> Asked<T> {
            fn has(&self) -> bool {
                true
            }
        }
        (&Asked::<$type>(PhantomData)).has()
    }};
}

/// Which of several types have a trait.
macro_rules! all_have {
    ($bound:path: $($type:ty),+ $(,)?) => { [$(has!($type: $bound)),+] };
}

#[test]
fn log_ids_begin_here_with_the_logger() {
    both! {
        pub fn id_without_a_logger() -> u64 {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
            }
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            let actor = actor!(s, Plain::init(), ret_nop!());
            actor.id()
        }
    }
    assert_eq!(theirs::id_without_a_logger(), 1);
    assert_eq!(ours::id_without_a_logger(), 0);
}

#[test]
fn handles_can_be_shown_and_compared_here() {
    both! {
        /// `Debug` of each handle; `Eq` and `Hash` of some.
        pub fn have() -> ([bool; 16], [bool; 5], [bool; 4]) {
            type Own<'a> = ActorOwnSlab<Vec<&'a u8>>;
            let debug = all_have!(
                std::fmt::Debug: Stakker, Actor<u8>, ActorOwn<u8>, ActorOwnAnon, Own<'static>, Fwd<u8>, Ret<u8>,
                Share<u8>, ShareWeak<u8>, Share2<u8>, Share2Weak<u8>, Deferrer, sync::Waker, sync::Channel<u8>,
                sync::ChannelGuard, task::Task,
            );
            let eq = all_have!(Eq: Actor<u8>, Fwd<u8>, Share<u8>, Share2<u8>, ActorOwn<u8>);
            let hash = all_have!(std::hash::Hash: Actor<u8>, FixedTimerKey, MaxTimerKey, MinTimerKey);
            (debug, eq, hash)
        }
    }
    assert_eq!(theirs::have(), ([false; 16], [false; 5], [false; 4]));
    assert_eq!(ours::have(), ([true; 16], [true, true, true, true, false], [true; 4]));
}

#[test]
fn a_piped_threads_link_is_for_its_thread_alone_here() {
    both! {
        /// `Send` and `Sync` of the link; `UnwindSafe` of a channel.
        pub fn have() -> [bool; 3] {
            type Link = sync::PipedLink<u8, u8>;
            [has!(Link: Send), has!(Link: Sync), has!(sync::Channel<u8>: UnwindSafe)]
        }
    }
    assert_eq!(theirs::have(), [true, true, true]);
    assert_eq!(ours::have(), [true, false, false]);
}

#[test]
fn what_debug_writes_of_a_key_and_what_a_panic_says_is_another_text_here() {
    both! {
        pub fn texts() -> [String; 2] {
            let mut stakker = Stakker::new(Instant::now());
            let missing = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stakker.anymap_get::<u64>()));
            let said = missing.unwrap_err().downcast::<String>().map_or_else(|_| String::new(), |text| *text);
            [format!("{:?}", MaxTimerKey::default()), said]
        }
    }
    let (theirs, ours) = (theirs::texts(), ours::texts());
    assert_ne!(theirs[0], ours[0]);
    assert_ne!(theirs[1], ours[1]);
    assert!(ours[1].contains("u64"), "{}", ours[1]);
}
