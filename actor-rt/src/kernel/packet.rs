//! Packets: messages as they cross a C ABI, a language or a thread: a tag and bytes instead of a typed closure.
//!
//! ```text
//! record header 24 | tag 8 | sender 8 | reply 8 | status 4, length 2, class 1, flags 1 | bytes, or an OwnedBytes
//! ```
//!
//! Short payloads are copied into the record; long and owned ones are an [`OwnedBytes`], whose drop function runs exactly once
//! with a reason. Unless the handler takes it, that is right after the handler. As long as one of them is in a lane or a stash, its bytes
//! stand in the account of the [`SegmentPool`].
//!
//! Invariants: `class` says what lies behind the head, or in a parcel in the place of `reply`. A packet's reply token belongs to the record: if the record is consumed
//! and nobody answered or kept the token, `BlockHead::unanswered` is told.

use super::cell::CellHeader;
use super::handle::AnyActor;
use super::lane::Lane;
use super::owned_bytes::OwnedBytes;
use super::parcel::{INLINE, Label, Parcel};
use super::record::{Description, HEADER, Operation, RunFn};
use std::ffi::c_void;
use std::mem::{self, MaybeUninit};
use std::ptr;
use std::slice;

/// Copied payloads up to this size lie in the record.
pub(crate) const MAX_COPIED: usize = super::record::MAX_INLINE;

/// What a packet says of itself besides its payload.
///
/// # Examples
///
/// See [`Door::send`](crate::Door::send).
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope {
    /// What the message means. 0 and the upper half are the runtime's.
    pub tag: u64,
    /// Id of the sending actor; 0 for the outside world.
    pub sender: u64,
    /// Token to answer with; 0 if no answer is expected.
    pub reply: u64,
    /// Outcome, in answers; in a timer's the incarnation that armed it; 0 otherwise.
    pub status: i32,
    /// Flag bits, in answers and system messages; 0 otherwise.
    pub flags: u8,
}

/// The payload of a packet that is to be sent.
///
/// # Examples
///
/// See [`Door::ask`](crate::Door::ask).
#[derive(Debug)]
pub enum Body<'a> {
    /// Bytes to copy.
    Copied(&'a [u8]),
    /// Bytes to pass on; released exactly once.
    Owned(OwnedBytes),
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    Copied = 0,
    Owned = 1,
    /// In parcels only, which have room for a head and no more: up to eight bytes, in the place of the reply token. It becomes
    /// `Copied` when it moves into a lane.
    Short = 2,
    /// In parcels only: a boxed `OwnedBytes`, in the place of the reply token. It becomes `Owned` when it moves into a lane.
    Boxed = 3,
    /// What was `Owned` until the handler took it; the dead `OwnedBytes` still tells how long it is.
    Taken = 4,
}

#[repr(C)]
pub(super) struct Head {
    tag: u64,
    sender: u64,
    /// Token to answer with; 0 for none. In a parcel something else, see [`Class`]; with [`FLAG_EXPIRES`] the time up to which it is worth
    /// anything.
    pub(super) reply: u64,
    status: i32,
    length: u16,
    pub(super) class: Class,
    pub(super) flags: u8,
}

/// Flag of a packet that asks for no answer and is worth something up to a time only, which stands in the place of the reply token. The
/// receiver never sees it.
pub(crate) const FLAG_EXPIRES: u8 = 128;

pub(super) const HEAD: usize = mem::size_of::<Head>();
const _: () = assert!(HEAD == 32 && HEAD == INLINE);

impl Head {
    #[inline(always)]
    pub(super) fn new(envelope: &Envelope, length: u16, class: Class) -> Head {
        Head {
            tag: envelope.tag,
            sender: envelope.sender,
            reply: envelope.reply,
            status: envelope.status,
            length,
            class,
            flags: envelope.flags,
        }
    }

    /// Payload bytes of the record, or of the parcel.
    #[inline(always)]
    fn bytes(&self) -> usize {
        HEAD + match self.class {
            Class::Copied => usize::from(self.length).next_multiple_of(8),
            Class::Owned | Class::Taken => mem::size_of::<OwnedBytes>(),
            Class::Short | Class::Boxed => 0,
        }
    }
}

/// Bytes of the record for a copied body.
#[inline(always)]
const fn copied_bytes(length: usize) -> usize {
    HEADER + HEAD + length.next_multiple_of(8)
}

/// Appends a packet if the lane's fast path has room for it. Owned bytes are counted, and so they do not go here.
///
/// # Safety
/// `run` is the receive function of `cell`'s actor, `cell` is what it needs.
#[inline(always)]
pub(crate) unsafe fn try_push<'a>(
    lane: &Lane,
    run: RunFn,
    cell: *mut CellHeader,
    origin: u32,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), Body<'a>> {
    let Body::Copied(bytes) = body else { return Err(body) };
    let size = copied_bytes(bytes.len());
    if bytes.len() > MAX_COPIED || !lane.has_room(size) {
        return Err(body);
    }
    // SAFETY: there is room, and the whole payload is written at once.
    unsafe {
        lane.append(size, run, cell, 0, origin, |to| write(to, envelope, body));
    }
    Ok(())
}

/// Bytes a packet's record needs; makes long copies owned first.
pub(crate) fn prepare(body: Body<'_>) -> (usize, Body<'_>) {
    let body = match body {
        Body::Copied(bytes) if bytes.len() > MAX_COPIED => Body::Owned(OwnedBytes::copy_of(bytes)),
        body => body,
    };
    let size = match &body {
        Body::Copied(bytes) => copied_bytes(bytes.len()),
        Body::Owned(_) => HEADER + HEAD + mem::size_of::<OwnedBytes>(),
    };
    (size, body)
}

/// Bytes that a packet in a lane owns outside of its record, or owned until its handler took them.
///
/// # Safety
/// `payload` is a packet's that was written for a lane.
#[inline(always)]
pub(crate) unsafe fn outside(payload: *const u8) -> usize {
    // SAFETY: by the caller: the class says what lies behind the head; what was taken lies there still.
    unsafe {
        match (*payload.cast::<Head>()).class {
            Class::Owned | Class::Taken => OwnedBytes::length_at(payload.add(HEAD).cast()),
            Class::Copied | Class::Short | Class::Boxed => 0,
        }
    }
}

/// Writes a packet's payload.
///
/// # Safety
/// `to` is aligned to 8 and has the room that `prepare` asked for, less the record's header.
#[inline(always)]
pub(crate) unsafe fn write(to: *mut u8, envelope: &Envelope, body: Body<'_>) {
    // SAFETY: by the caller.
    unsafe {
        let data = to.add(HEAD);
        match body {
            Body::Copied(bytes) => {
                to.cast::<Head>().write(Head::new(envelope, bytes.len() as u16, Class::Copied));
                if bytes.len() == 8 {
                    data.cast::<[u8; 8]>().write(bytes.as_ptr().cast::<[u8; 8]>().read());
                } else {
                    ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len());
                }
            }
            Body::Owned(owned) => {
                to.cast::<Head>().write(Head::new(envelope, 0, Class::Owned));
                data.cast::<OwnedBytes>().write(owned);
            }
        }
    }
}

/// The label of parcels with packets, whose payload takes this much in a lane.
const fn label(payload: usize) -> Label {
    Label {
        run: operate_unbound,
        flags: super::record::flag::OWED,
        drops: true,
        is_packet: true,
        bytes: (HEAD + payload) as u32,
    }
}

/// A parcel with a packet that asks for no answer, for timers of foreign actors. None if the actor takes no packets.
pub(crate) fn parcel(actor: AnyActor, envelope: &Envelope, body: Body<'_>) -> Option<Parcel> {
    const EMPTY: Label = label(0);
    const SHORT: Label = label(8);
    const OWNED: Label = label(mem::size_of::<OwnedBytes>());

    debug_assert_eq!(envelope.reply, 0);
    actor.header().kind().receive?;
    let mut room = [MaybeUninit::uninit(); INLINE / 8];
    let head = room.as_mut_ptr().cast::<Head>();
    // SAFETY: a head fills the room; what its class says stands in the place of the reply token.
    unsafe {
        let place = &raw mut (*head).reply;
        let label = match body {
            Body::Copied(bytes) if bytes.len() <= 8 => {
                head.write(Head::new(envelope, bytes.len() as u16, Class::Short));
                ptr::copy_nonoverlapping(bytes.as_ptr(), place.cast(), bytes.len());
                if bytes.is_empty() { &EMPTY } else { &SHORT }
            }
            body => {
                let owned = match body {
                    Body::Copied(bytes) => OwnedBytes::copy_of(bytes),
                    Body::Owned(owned) => owned,
                };
                head.write(Head::new(envelope, 0, Class::Boxed));
                place.cast::<*mut OwnedBytes>().write(Box::into_raw(Box::new(owned)));
                &OWNED
            }
        };
        Some(Parcel::packet(actor, label, room))
    }
}

/// Changes the sender of a parcel that [`parcel`] made.
pub(crate) fn set_sender(parcel: &mut Parcel, sender: u64) {
    // SAFETY: the parcel carries a head.
    unsafe { (*parcel.payload_mut().as_mut_ptr().cast::<Head>()).sender = sender }
}

/// A foreign message in the hands of its receiver.
///
/// Everything in it is borrowed until the handler returns; [`take`](Packet::take) keeps the payload beyond that.
///
/// # Examples
///
/// See [`Receive`](crate::Receive).
pub struct Packet<'a> {
    pub(super) head: &'a mut Head,
    pub(super) body: *mut u8,
    pub(super) kept: bool,
}

impl Packet<'_> {
    /// What the message means. 0 and the upper half are the runtime's.
    ///
    /// # Examples
    ///
    /// See [`Remote::post`](crate::Remote::post).
    #[inline(always)]
    pub fn tag(&self) -> u64 {
        self.head.tag
    }

    /// Id of the sending actor as a number; 0 for the outside world.
    ///
    /// # Examples
    ///
    /// See [`Door::timer_post`](crate::Door::timer_post).
    #[inline(always)]
    pub fn sender(&self) -> u64 {
        self.head.sender
    }

    /// Token to answer with; 0 if no answer is expected.
    ///
    /// # Examples
    ///
    /// See [`Door::ask`](crate::Door::ask).
    #[inline(always)]
    pub fn reply_token(&self) -> u64 {
        self.head.reply
    }

    /// Outcome of a request, in its answer. In the packet of a timer, which of the actor's incarnations armed it.
    ///
    /// # Examples
    ///
    /// See [`Door::ask_from`](crate::Door::ask_from).
    #[inline(always)]
    pub fn status(&self) -> i32 {
        self.head.status
    }

    /// Puts a part of the status in its place, for the handler to see.
    pub(crate) fn set_status(&mut self, status: i32) {
        self.head.status = status;
    }

    /// Flag bits of the runtime.
    ///
    /// # Examples
    ///
    /// See [`Door::ask_from`](crate::Door::ask_from).
    #[inline(always)]
    pub fn flags(&self) -> u8 {
        self.head.flags
    }

    /// The payload.
    ///
    /// # Examples
    ///
    /// See [`Receive`](crate::Receive).
    #[inline(always)]
    pub fn data(&self) -> &[u8] {
        // SAFETY: `class` says what lies at `body`; it stays there until the handler returned.
        unsafe {
            match self.head.class {
                Class::Copied => slice::from_raw_parts(self.body, usize::from(self.head.length)),
                Class::Owned => (*self.body.cast::<OwnedBytes>()).as_slice(),
                Class::Taken => &[],
                Class::Short | Class::Boxed => {
                    unreachable!("a parcel's payload is unpacked on its way into a lane")
                }
            }
        }
    }

    /// Address and length of the payload as a foreign handler gets them: null for a copied payload of no bytes, and for an owned
    /// one what its sender gave.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Check;
    ///
    /// impl Receive for Check {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         let (address, length) = packet.raw_data();
    ///         assert!(address.is_null() && length == 0);
    ///         cx.stop();
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let check = runtime.door().spawn(Check, Ret::nop());
    /// runtime.door().post(check.actor_id(), 1, Body::Copied(b"")).unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert!(check.is_zombie());
    /// ```
    #[inline(always)]
    pub fn raw_data(&self) -> (*const c_void, usize) {
        if self.head.class == Class::Owned {
            // SAFETY: `class` says so.
            let owned = unsafe { &*self.body.cast::<OwnedBytes>() };
            return (owned.as_ptr(), owned.as_slice().len());
        }
        let length = usize::from(self.head.length);
        (if length == 0 { ptr::null() } else { self.body.cast_const().cast() }, length)
    }

    /// Takes off the time up to which the packet is worth something, if it has one.
    #[cold]
    pub(crate) fn take_expiry(&mut self) -> Option<u64> {
        if self.head.flags & FLAG_EXPIRES == 0 {
            return None;
        }
        self.head.flags &= !FLAG_EXPIRES;
        Some(std::mem::take(&mut self.head.reply))
    }

    /// Releases the payload, which no handler sees.
    pub(crate) fn discard(&mut self, reason: super::record::DropReason) {
        if self.head.class == Class::Owned {
            self.take().release(reason);
        }
    }

    /// Keeps the reply token beyond the handler: somebody answers later, or the asker hears of it when the actor ends. To make another
    /// actor answerable there is [`Door::reply_keep`](crate::Door::reply_keep).
    ///
    /// # Examples
    ///
    /// See [`Door::reply_drop`](crate::Door::reply_drop).
    pub fn keep_reply(&mut self) -> u64 {
        self.kept = true;
        self.head.reply
    }

    /// Takes the payload: owned bytes as they came, copied ones as a new copy. The message is empty afterwards.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, OwnedBytes, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Last(Option<OwnedBytes>);
    ///
    /// impl Receive for Last {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         self.0 = Some(packet.take()); // no copy: the bytes change hands
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let last = runtime.door().spawn(Last(None), Ret::nop());
    /// let body = Body::Owned(OwnedBytes::copy_of(b"hello"));
    /// runtime.door().post(last.actor_id(), 1, body).unwrap();
    /// runtime.run(Instant::now(), false);
    /// let kept = last.query(&mut runtime, |last, _| last.0.take()).flatten().unwrap();
    /// assert_eq!(kept.as_slice(), b"hello");
    /// ```
    pub fn take(&mut self) -> OwnedBytes {
        let taken = match self.head.class {
            Class::Copied | Class::Taken => OwnedBytes::copy_of(self.data()),
            // SAFETY: read once; the class is changed below, so nobody releases it again.
            Class::Owned => unsafe { self.body.cast::<OwnedBytes>().read() },
            Class::Short | Class::Boxed => {
                unreachable!("a parcel's payload is unpacked on its way into a lane")
            }
        };
        if self.head.class == Class::Owned {
            self.head.class = Class::Taken;
        }
        self.head.length = 0;
        taken
    }
}

impl std::fmt::Debug for Packet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packet")
            .field("tag", &self.tag())
            .field("sender", &self.sender())
            .field("reply", &self.reply_token())
            .field("bytes", &self.data().len())
            .finish()
    }
}

/// Takes the payload of a [`Class::Boxed`].
///
/// # Safety
/// It is one, live; the payload is dead afterwards.
unsafe fn boxed(head: *mut Head) -> Box<OwnedBytes> {
    // SAFETY: by the caller; `parcel` wrote the pointer of a box there.
    unsafe { Box::from_raw((&raw mut (*head).reply).cast::<*mut OwnedBytes>().read()) }
}

/// The operations on a packet whose receiver is not resolved yet: in cross-thread blocks. It cannot be run, and its reply
/// token, if any, is looked after by whoever closes the runtime.
///
/// # Safety
/// As for [`RunFn`]; the operation is not RUN.
pub(crate) unsafe fn operate_unbound(
    payload: *mut u8,
    _cell: *mut CellHeader,
    operation: Option<&Operation>,
) {
    // SAFETY: by the caller: the payload is a packet's.
    unsafe {
        let head = payload.cast::<Head>();
        match operation.copied() {
            None | Some(Operation::RunJob(_)) => {
                debug_assert!(false, "a packet is bound to its receiver before it runs");
            }
            Some(Operation::Drop(reason)) => match (*head).class {
                Class::Copied | Class::Short | Class::Taken => {}
                Class::Owned => payload.add(HEAD).cast::<OwnedBytes>().read().release(reason),
                Class::Boxed => boxed(head).release(reason),
            },
            Some(Operation::Move(to)) => match (*head).class {
                Class::Copied | Class::Owned | Class::Taken => {
                    ptr::copy_nonoverlapping(payload, to, (*head).bytes())
                }
                Class::Short => {
                    to.cast::<Head>().write(Head { reply: 0, class: Class::Copied, ..head.read() });
                    to.add(HEAD).cast::<u64>().write((*head).reply);
                }
                Class::Boxed => {
                    let owned = boxed(head);
                    to.cast::<Head>().write(Head { reply: 0, class: Class::Owned, ..head.read() });
                    to.add(HEAD).cast::<OwnedBytes>().write(*owned);
                }
            },
            Some(Operation::Describe(to)) => {
                to.write(Description { type_name: "packet", tag: (*head).tag, origin: 0 });
            }
        }
    }
}
