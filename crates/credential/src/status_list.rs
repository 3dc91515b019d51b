//! The status list: one bit a pass, 1 = withdrawn (draft-ietf-oauth-status-list, section "Status List").
//!
//! It is public and therefore never carries colours. Ours has 2^20 entries of 1 bit; lists of other issuers
//! may have 2, 4 or 8 bits. Bits count from the least significant; the bytes are compressed with zlib.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The most entries that a list may have, and the size of ours.
pub const MAX_ENTRIES: u32 = 1 << 20;

/// Why a list was not taken, or an index not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// The index is not in the list.
    #[error("the index is not in the list")]
    OutOfRange,
    /// A width other than 1, 2, 4 or 8 bits, or more entries than [`MAX_ENTRIES`].
    #[error("a status list has 1, 2, 4 or 8 bits and at most 1048576 entries")]
    Size,
    /// Not a whole zlib stream (RFC 1950), or bytes after it.
    #[error("the list is not one zlib stream")]
    Compression,
}

/// A list of statuses, in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: u8,
    bytes: Vec<u8>,
}

impl StatusList {
    /// A list of `entries` passes (rounded up to a whole byte), none withdrawn.
    pub fn new(entries: u32) -> Result<Self, StatusError> {
        if entries == 0 || entries > MAX_ENTRIES {
            return Err(StatusError::Size);
        }
        Ok(Self { bits: 1, bytes: vec![0; entries.div_ceil(8) as usize] })
    }

    /// A list from its bytes, uncompressed, with `bits` bits an entry.
    pub fn from_bytes(bits: u8, bytes: Vec<u8>) -> Result<Self, StatusError> {
        if bytes.is_empty() || bytes.len() > longest(bits)? {
            return Err(StatusError::Size);
        }
        Ok(Self { bits, bytes })
    }

    /// How many entries there are.
    pub fn entries(&self) -> u32 {
        let entries = self.bytes.len() * 8 / usize::from(self.bits);
        u32::try_from(entries).expect("at most 2^20 entries")
    }

    /// Bits an entry.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// The bytes, uncompressed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The status at `index`: 0 is valid, anything else is not.
    pub fn get(&self, index: u32) -> Result<u8, StatusError> {
        let (byte, shift, mask) = self.locate(index);
        self.bytes.get(byte).map(|b| (b >> shift) & mask).ok_or(StatusError::OutOfRange)
    }

    /// Withdraws the pass at `index` (sets its status to 1). There is no way back: an index is used once.
    pub fn withdraw(&mut self, index: u32) -> Result<(), StatusError> {
        let (byte, shift, _) = self.locate(index);
        *self.bytes.get_mut(byte).ok_or(StatusError::OutOfRange)? |= 1 << shift;
        Ok(())
    }

    fn locate(&self, index: u32) -> (usize, u32, u8) {
        let per_byte = 8 / u32::from(self.bits);
        let shift = index % per_byte * u32::from(self.bits);
        ((index / per_byte) as usize, shift, 0xff >> (8 - self.bits))
    }

    /// The zlib stream of the bytes, at the best compression.
    pub fn compress(&self) -> Vec<u8> {
        let mut stream = Compress::new(Compression::best(), true);
        // Stored blocks are the worst case: five bytes for each 64 KiB, and the frame.
        let mut out = Vec::with_capacity(self.bytes.len() + self.bytes.len() / 1000 + 64);
        loop {
            let consumed = usize::try_from(stream.total_in()).expect("fits: it is a slice length");
            let status = stream
                .compress_vec(&self.bytes[consumed..], &mut out, FlushCompress::Finish)
                .expect("a fresh stream compresses");
            if status == Status::StreamEnd {
                return out;
            }
            out.reserve(1024);
        }
    }

    /// A list from its zlib stream. Never unpacks more than [`MAX_ENTRIES`] entries take.
    pub fn decompress(bits: u8, stream: &[u8]) -> Result<Self, StatusError> {
        let mut bytes = Vec::with_capacity(longest(bits)? + 1);
        let mut inflate = Decompress::new(true);
        // Output goes to the capacity only: a bomb stops there, without its end.
        let status = inflate
            .decompress_vec(stream, &mut bytes, FlushDecompress::Finish)
            .map_err(|_| StatusError::Compression)?;
        if bytes.len() > longest(bits)? {
            return Err(StatusError::Size);
        }
        if status != Status::StreamEnd || inflate.total_in() != stream.len() as u64 {
            return Err(StatusError::Compression);
        }
        bytes.shrink_to_fit();
        Self::from_bytes(bits, bytes)
    }
}

/// The most bytes for this width.
fn longest(bits: u8) -> Result<usize, StatusError> {
    match bits {
        1 | 2 | 4 | 8 => Ok(MAX_ENTRIES as usize / 8 * usize::from(bits)),
        _ => Err(StatusError::Size),
    }
}
