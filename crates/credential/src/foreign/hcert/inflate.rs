//! Unpacking with a cap: zlib reaches 1,028 : 1, so a code could ask for megabytes.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

/// The most that is unpacked, in bytes; certificates have less than 2,000.
const MAX_UNPACKED: usize = 64 * 1024;
/// Where unpacking begins: nearly all certificates fit.
const USUAL: usize = 1024;

thread_local! {
    /// Making one costs as much as unpacking a certificate with it.
    static INFLATE: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// The content of exactly one zlib stream (RFC 1950), its checksum right, nothing after it.
pub(super) fn inflate(compressed: &[u8]) -> Option<Vec<u8>> {
    INFLATE.with_borrow_mut(|inflate| {
        inflate.reset(true);
        unpack(inflate, compressed)
    })
}

fn unpack(inflate: &mut Decompress, compressed: &[u8]) -> Option<Vec<u8>> {
    let mut unpacked = Vec::with_capacity(USUAL);
    loop {
        let taken = usize::try_from(inflate.total_in()).ok()?;
        let status =
            inflate.decompress_vec(compressed.get(taken..)?, &mut unpacked, FlushDecompress::Finish).ok()?;
        match status {
            Status::StreamEnd => {
                let whole = inflate.total_in() == compressed.len() as u64;
                return whole.then_some(unpacked);
            }
            // Out of room: with room to spare, the stream is cut off.
            _ if unpacked.len() < unpacked.capacity() || unpacked.len() >= MAX_UNPACKED => return None,
            _ => unpacked.reserve_exact((MAX_UNPACKED - unpacked.len()).min(unpacked.len() * 3)),
        }
    }
}
