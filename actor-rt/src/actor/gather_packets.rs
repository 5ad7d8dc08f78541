//! One packet to several actors, and all their outcomes together.

use super::gather::{Done, Gather, Gathered};
use super::reply::AskError;
use super::{ask, gather, handle};
use crate::engine::asks::{Answer, OnAnswer, Outcome};
use crate::engine::id::{ActorId, IdError};
use crate::engine::post::{self, LaneName};
use crate::engine::post_error::PostError;
use crate::engine::token::{Door, Runtime};
use crate::kernel::owned_bytes::OwnedBytes;
use crate::kernel::packet::Body;
use std::rc::Rc;

/// The answer of one actor of several that were asked by packets.
///
/// # Examples
///
/// See [`Door::ask_all`].
#[derive(Debug)]
#[non_exhaustive]
pub struct PacketAnswer {
    /// What it means.
    pub tag: u64,
    /// Id of the actor that answered; 0 if it was none.
    pub sender: u64,
    /// Its bytes.
    pub bytes: OwnedBytes,
}

impl Door {
    /// Sends the same packet to several actors on behalf of the actor `asker` and calls `done` once, in a turn of its own: as
    /// [`Core::ask_all`](crate::Core::ask_all), but the requests belong to the asker. If that ends or is restarted before, `done` is
    /// dropped. One that takes no packets is no hindrance for the others, and its outcome is [`AskError::NoReply`].
    ///
    /// # Errors
    /// If the asker has ended, or an id is none of an actor of this runtime; then nobody was asked. An actor that has ended is an outcome.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::ask::{AskError, Gather, PacketAnswer};
    /// use actor_rt::{Body, Cx, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Node(u8);
    ///
    /// impl Receive for Node {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         cx.door().reply(packet.reply_token(), 1, Body::Copied(&[self.0])).unwrap();
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let door = runtime.door().clone();
    /// let nodes: Vec<_> = (0..3).map(|n| door.spawn(Node(n), Ret::nop()).actor_id()).collect();
    /// door.kill(nodes[0], "lost").unwrap();
    /// let asker = door.spawn(Node(9), Ret::nop()).actor_id();
    /// door.ask_all(asker, &nodes, 7, b"vote", u64::MAX, Gather::Quorum(2), |votes: Vec<Result<PacketAnswer, AskError>>| {
    ///     assert!(matches!(votes[0], Err(AskError::Closed)));
    ///     let votes: Vec<_> = votes.iter().flatten().map(|vote| vote.bytes.as_slice()).collect();
    ///     assert_eq!(votes, [[1], [2]]);
    /// })
    /// .unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(runtime.door().open_asks(), 0);
    /// ```
    #[expect(clippy::too_many_arguments, reason = "a request of this kind has that many parts")]
    pub fn ask_all(
        &self,
        asker: ActorId,
        targets: &[ActorId],
        tag: u64,
        data: &[u8],
        deadline: u64,
        enough: Gather,
        done: impl FnOnce(Vec<Result<PacketAnswer, AskError>>) + 'static,
    ) -> Result<(), IdError> {
        let shared = self.shared();
        let asking = self.find_actor(asker)?;
        for target in targets {
            match self.find_actor(*target) {
                Ok(_) | Err(IdError::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        let incarnation = handle::incarnation(&asking);
        let done: Done<PacketAnswer> = Box::new(move |shared, outcomes| {
            // Whoever answers last is not to run what its asker does.
            post::job(shared, LaneName::Main, move |_: &mut Runtime| {
                if handle::is_still(&asking, incarnation) {
                    done(outcomes);
                }
            });
        });
        let gathered = Gathered::new(targets.len(), enough, done);
        for (place, target) in targets.iter().enumerate() {
            let own = Rc::clone(&gathered);
            let owner = shared.deferrer().clone();
            let heard: OnAnswer =
                Box::new(move |answer| gather::settle(owner.shared(), &own, place, of_packet(answer)));
            match ask::ask(shared, *target, tag, Body::Copied(data), deadline, asker.0, heard) {
                Ok(token) => gather::asked(&gathered, token),
                Err((error, _)) => gather::settle(shared, &gathered, place, Err(refused(error))),
            }
        }
        gather::all_are_asked(shared, &gathered);
        Ok(())
    }
}

/// Why an actor was not asked.
fn refused(error: PostError) -> AskError {
    match error {
        PostError::Full => AskError::Full,
        PostError::Refused => AskError::NoReply,
        PostError::Id(_) | PostError::Closed => AskError::Closed,
    }
}

fn of_packet(answer: Answer<'_>) -> Result<PacketAnswer, AskError> {
    if answer.outcome != Outcome::Reply {
        return Err(AskError::of(answer.outcome));
    }
    let bytes = match answer.body {
        Body::Copied(bytes) => OwnedBytes::copy_of(bytes),
        Body::Owned(bytes) => bytes,
    };
    Ok(PacketAnswer { tag: answer.tag, sender: answer.sender, bytes })
}
