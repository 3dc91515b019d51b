//! Pictures from strangers: reading the QR codes in them, and making a document photo safe to keep.
//!
//! Used by `tongxing verify --image`, by the inspector's photo upload, and by the application's document
//! photos. The one decision that matters: **a picture is what its first bytes say**, never what its name or
//! media type says, only PNG and JPEG are opened, and size and pixels are limited before anything is
//! decoded. Nothing of the original file is kept: what is stored has been drawn anew, without metadata.
//!
//! Codes are read where modules have at least 2.2 pixels, in any turn, with blur up to 1.6 pixels and 0.4 of a module,
//! perspective up to 0.3, noise up to 25 levels and contrast from 30 % (docs/pass-format.md, appendix): that is what
//! `make bench BENCH=picture` prints, and `tests/envelope.rs` watches.
//!
//! Decoding costs up to 200 ms and [`MAX_PIXELS`] × 8 bytes: a server runs it off its event loop, a few at
//! a time.

mod decode;
mod grey;
mod qr;
mod reencode;

pub use decode::{MAX_BYTES, MAX_PIXELS, PictureError, size};
pub use qr::decode_qr;
pub use reencode::{MAX_SIDE, reencode_jpeg};
