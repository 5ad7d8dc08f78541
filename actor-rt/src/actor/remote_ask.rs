//! Asking by id from other threads: with a function that hears the outcome on the runtime's thread, or by waiting for it.

use super::blocking::Claim;
use super::gather_packets::PacketAnswer;
use super::remote::Remote;
use super::reply::AskError;
use crate::engine::asks::{Answer, Outcome};
use crate::engine::id::ActorId;
use crate::engine::post_error::PostError;
use crate::engine::token::Runtime;
use crate::kernel::owned_bytes::OwnedBytes;
use crate::kernel::packet::Body;
use crate::time;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

/// What came of a request.
type Heard = Result<PacketAnswer, AskError>;

impl Remote {
    /// Sends a packet that wants an answer. `on_answer` runs exactly once: on the runtime's thread with the answer, or with the reason that
    /// there is none. If the runtime is closed, it hears that at once, on this thread. `within` is counted from when the runtime gets to the
    /// request. What this remote sent before comes before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::ask::AskError;
    /// use actor_rt::{Cx, OwnedBytes, Packet, Receive, Ret, Runtime};
    /// use actor_rt::Body;
    /// use std::sync::mpsc;
    /// use std::time::{Duration, Instant};
    ///
    /// struct Doubles;
    ///
    /// impl Receive for Doubles {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         let twice = packet.data().repeat(2);
    ///         cx.door().reply(packet.reply_token(), 0, Body::Copied(&twice)).unwrap();
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let doubles = runtime.door().spawn(Doubles, Ret::nop()).actor_id();
    /// let (remote, (tell, told)) = (runtime.remote(), mpsc::channel());
    /// std::thread::spawn(move || {
    ///     let on_answer = move |answer: Result<actor_rt::ask::PacketAnswer, AskError>| {
    ///         tell.send(answer.map(|answer| answer.bytes.as_slice().to_vec())).unwrap();
    ///     };
    ///     remote.ask(doubles, 1, OwnedBytes::copy_of(b"ab"), Duration::from_secs(5), on_answer);
    /// })
    /// .join()
    /// .unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(told.recv().unwrap(), Ok(b"abab".to_vec()));
    /// ```
    pub fn ask(
        &self,
        to: ActorId,
        tag: u64,
        body: OwnedBytes,
        within: Duration,
        on_answer: impl FnOnce(Result<PacketAnswer, AskError>) + Send + 'static,
    ) {
        self.ask_if(|| true, to, tag, body, within, Told(Some(on_answer)));
    }

    /// The same, and waits for the outcome, for threads that have nothing else to do meanwhile: as
    /// [`RemoteActor::ask_blocking`](crate::RemoteActor::ask_blocking).
    ///
    /// # Errors
    /// Why there is no answer; [`AskError::WouldDeadlock`] at once on the runtime's own thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::ask::AskError;
    /// use actor_rt::{ActorId, OwnedBytes, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let remote = runtime.remote();
    /// let ask = move || remote.ask_blocking(ActorId(0), 1, OwnedBytes::copy_of(b""), Duration::from_secs(5)).unwrap_err();
    /// assert_eq!(ask(), AskError::WouldDeadlock);
    /// let asker = std::thread::spawn(ask);
    /// while !asker.is_finished() {
    ///     runtime.run(Instant::now(), false); // in your loop: when it is woken
    ///     std::thread::yield_now();
    /// }
    /// assert_eq!(asker.join().unwrap(), AskError::Closed, "there is no such actor");
    /// ```
    pub fn ask_blocking(
        &self,
        to: ActorId,
        tag: u64,
        body: OwnedBytes,
        within: Duration,
    ) -> Result<PacketAnswer, AskError> {
        self.may_wait(AskError::Closed, AskError::WouldDeadlock)?;
        let (tell, told) = mpsc::channel();
        let claim = Claim::default();
        let wanted = claim.clone();
        let on_answer = Told(Some(move |heard| _ = tell.send(heard)));
        self.ask_if(move || wanted.take(), to, tag, body, within, on_answer);
        claim.outcome(&told, within)
    }

    /// Asks when the runtime gets to it, if it is wanted then.
    fn ask_if<F: FnOnce(Heard) + Send + 'static>(
        &self,
        wanted: impl FnOnce() -> bool + Send + 'static,
        to: ActorId,
        tag: u64,
        body: OwnedBytes,
        within: Duration,
        told: Told<F>,
    ) {
        let request = move |runtime: &mut Runtime| {
            if !wanted() {
                return told.forget();
            }
            let place = Rc::new(Cell::new(Some(told)));
            let heard = place.clone();
            let on_answer = move |answer: Answer<'_>| {
                if let Some(told) = heard.take() {
                    told.tell(read(answer));
                }
            };
            let door = runtime.door();
            let deadline = time::strictly_after(door.now_ns(), within);
            if let Err((error, _)) = door.ask(to, tag, Body::Owned(body), deadline, on_answer) {
                if let Some(told) = place.take() {
                    told.tell(Err(refusal(error)));
                }
            }
        };
        // Refused, it is dropped, and with it the one who is to hear: he hears that.
        _ = self.defer(request);
    }
}

/// Tells once: what it is told to, or that the runtime is closed.
struct Told<F: FnOnce(Heard)>(Option<F>);

impl<F: FnOnce(Heard)> Told<F> {
    fn tell(mut self, heard: Heard) {
        if let Some(told) = self.0.take() {
            told(heard);
        }
    }

    /// Nobody is there any more.
    fn forget(mut self) {
        self.0 = None;
    }
}

impl<F: FnOnce(Heard)> Drop for Told<F> {
    fn drop(&mut self) {
        if let Some(told) = self.0.take() {
            told(Err(AskError::Closed));
        }
    }
}

fn read(answer: Answer<'_>) -> Heard {
    let Answer { outcome, tag, sender, body } = answer;
    if outcome != Outcome::Reply {
        return Err(AskError::of(outcome));
    }
    let bytes = match body {
        Body::Copied(bytes) => OwnedBytes::copy_of(bytes),
        Body::Owned(bytes) => bytes,
    };
    Ok(PacketAnswer { tag, sender, bytes })
}

fn refusal(error: PostError) -> AskError {
    match error {
        PostError::Full => AskError::Full,
        PostError::Refused => AskError::NoReply,
        PostError::Id(_) | PostError::Closed => AskError::Closed,
    }
}
