//! `messages!`: a closed set of messages, and the methods that handle them.

/// Declares an actor's messages as an enum and has each handled by a method of the actor: a variant without a method, a method of other
/// arguments, or a message that is none of them does not compile.
///
/// | a line | is the variant | handled by |
/// |---|---|---|
/// | `Clear => clear` | `Clear` | `self.clear(cx)` |
/// | `Add(number: u32) => add` | `Add(u32)` | `self.add(cx, number)` |
/// | `Move(x: i32, y: i32) => go` | `Move(i32, i32)` | `self.go(cx, x, y)` |
///
/// Attributes and documentation go to the enum and its variants. The actor takes the messages by
/// [`Actor::tell`](crate::Actor::tell), as fast as calls.
///
/// # Examples
///
/// ```
/// use actor_rt::ask::Reply;
/// use actor_rt::supervision::Spec;
/// use actor_rt::{CX, Cx, Ret, Runtime, messages};
/// use std::time::{Duration, Instant};
///
/// struct Account {
///     cents: i64,
/// }
///
/// messages! {
///     /// What an account does.
///     pub enum Order for Account {
///         /// Puts money in, or takes it out.
///         Book(cents: i64) => book,
///         /// Tells how much there is.
///         Balance(reply: Reply<i64>) => balance,
///         Close => close,
///     }
/// }
///
/// impl Account {
///     fn book(&mut self, _: CX![], cents: i64) {
///         self.cents += cents;
///     }
///     fn balance(&mut self, _: CX![], reply: Reply<i64>) {
///         reply.reply(self.cents);
///     }
///     fn close(&mut self, cx: CX![]) {
///         cx.stop();
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let account = Spec::new(|_| Some(Account { cents: 0 })).start(&mut runtime).unwrap();
/// account.tell(Order::Book(500));
/// account.tell(Order::Book(-120));
/// let heard = Ret::new(|cents| assert_eq!(cents, Some(Ok(380))));
/// let teller = account.clone();
/// runtime.ask(&account, Duration::from_secs(1), move |_, _, reply| teller.tell(Order::Balance(reply)), heard).unwrap();
/// runtime.run(now, false);
/// account.tell(Order::Close);
/// runtime.run(now, false);
/// assert!(account.is_zombie());
/// ```
#[macro_export]
macro_rules! messages {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident for $actor:ty {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident $(( $($field:ident : $kind:ty),+ $(,)? ))? => $method:ident
            ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        $visibility enum $name {
            $(
                $(#[$variant_meta])*
                $variant $(( $($kind),+ ))?,
            )+
        }

        impl $crate::typed::Handle<$name> for $actor {
            #[inline]
            fn handle(&mut self, cx: &mut $crate::Cx<'_, Self>, message: $name) {
                match message {
                    $( $name::$variant $(( $($field),+ ))? => self.$method(cx $(, $($field),+ )?), )+
                }
            }
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "Messages are declared as `messages! { enum Order for Account { Book(cents: i64) => book, Close => close } }`: \
             after each variant, with the names and types of its parts, stands the method that handles it"
        );
    };
}
