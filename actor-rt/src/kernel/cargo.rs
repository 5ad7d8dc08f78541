//! Packets as cargo: on their way through a cross-thread block.

use super::owned_bytes::OwnedBytes;
use super::packet::{Body, Envelope, HEAD, operate_unbound, prepare, write};
use super::record::RunFn;
use std::mem;
use std::slice;

/// A packet on its way through a cross-thread block.
pub(crate) struct PacketCargo {
    pub envelope: Envelope,
    pub bytes: CargoBytes,
}

/// The payload of a [`PacketCargo`].
pub(crate) enum CargoBytes {
    /// Bytes to copy. They stay valid until `push` returned.
    Copied { data: *const u8, length: usize },
    /// Bytes to pass on.
    Owned(OwnedBytes),
}

/// What it takes to get a cargo back.
pub(crate) enum CargoReceipt {
    Copied { envelope: Envelope, data: *const u8, length: usize },
    Owned { envelope: Envelope },
}

impl PacketCargo {
    /// # Safety
    /// A copied body's bytes stay valid as long as the cargo.
    pub(crate) unsafe fn new(envelope: Envelope, body: Body<'_>) -> Self {
        let bytes = match prepare(body).1 {
            Body::Copied(bytes) => CargoBytes::Copied { data: bytes.as_ptr(), length: bytes.len() },
            Body::Owned(owned) => CargoBytes::Owned(owned),
        };
        PacketCargo { envelope, bytes }
    }

    /// The payload that it was made of.
    ///
    /// # Safety
    /// Copied bytes are still valid for `'a`.
    pub(crate) unsafe fn into_body<'a>(self) -> Body<'a> {
        match self.bytes {
            CargoBytes::Copied { length: 0, .. } => Body::Copied(&[]),
            CargoBytes::Copied { data, length } => {
                // SAFETY: by the caller.
                Body::Copied(unsafe { slice::from_raw_parts(data, length) })
            }
            CargoBytes::Owned(owned) => Body::Owned(owned),
        }
    }
}

// SAFETY: copied bytes are read by `write` only, on the pushing thread; owned ones are `Send`.
unsafe impl Send for PacketCargo {}

// SAFETY: `write` writes a packet of `bytes` bytes, and `operate_unbound` operates on packets without looking at the cell.
unsafe impl super::block::Cargo for PacketCargo {
    type Receipt = CargoReceipt;

    fn function(&self) -> RunFn {
        operate_unbound
    }

    fn flags(&self) -> u16 {
        super::record::flag::UNBOUND
    }

    fn bytes(&self) -> usize {
        HEAD + match &self.bytes {
            CargoBytes::Copied { length, .. } => length.next_multiple_of(8),
            CargoBytes::Owned(_) => mem::size_of::<OwnedBytes>(),
        }
    }

    unsafe fn write(self, to: *mut u8) -> CargoReceipt {
        let envelope = self.envelope;
        let receipt = match self.bytes {
            CargoBytes::Copied { data, length } => CargoReceipt::Copied { envelope, data, length },
            CargoBytes::Owned(_) => CargoReceipt::Owned { envelope },
        };
        // SAFETY: room and alignment by the caller; copied bytes are valid by `new`.
        unsafe { write(to, &envelope, self.into_body()) };
        receipt
    }

    unsafe fn take_back(receipt: CargoReceipt, from: *const u8) -> Self {
        match receipt {
            CargoReceipt::Copied { envelope, data, length } => {
                PacketCargo { envelope, bytes: CargoBytes::Copied { data, length } }
            }
            CargoReceipt::Owned { envelope } => {
                // SAFETY: `write` put an `OwnedBytes` there, and nobody has consumed it (caller).
                let owned = unsafe { from.add(HEAD).cast::<OwnedBytes>().read() };
                PacketCargo { envelope, bytes: CargoBytes::Owned(owned) }
            }
        }
    }
}
