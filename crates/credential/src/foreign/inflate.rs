//! Unpacking with a cap: DEFLATE reaches 1,028 : 1, so a code could ask for megabytes.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

/// Where unpacking begins: nearly all EU certificates fit.
const USUAL: usize = 1024;

/// How the stream is wrapped.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Stream {
    /// With header and checksum (RFC 1950).
    Zlib,
    /// By itself (RFC 1951).
    Raw,
}

thread_local! {
    /// Scratch space: making it anew would cost a quarter of what unpacking a certificate does.
    static SCRATCH: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// The content of exactly one stream, its checksum right, nothing after it; at most `most` bytes.
pub(super) fn inflate(compressed: &[u8], stream: Stream, most: usize) -> Option<Vec<u8>> {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.reset(stream == Stream::Zlib);
        unpack(scratch, compressed, most)
    })
}

fn unpack(inflate: &mut Decompress, compressed: &[u8], most: usize) -> Option<Vec<u8>> {
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
            _ if unpacked.len() < unpacked.capacity() || unpacked.len() >= most => return None,
            _ => unpacked.reserve_exact((most - unpacked.len()).min(unpacked.len() * 3)),
        }
    }
}
