//! Pictures from strangers: reading the QR codes in them, and making a document photo safe to keep.
//!
//! Used by `tongxing verify --image`, by the inspector's photo upload, and by the application's document
//! photos. The one decision that matters: **a picture is what its first bytes say**, never what its name or
//! media type says, only PNG and JPEG are opened, and size and pixels are limited before anything is
//! decoded. Nothing of the original file is kept: what is stored has been drawn anew, without metadata.
//!
//! Decoding costs up to 200 ms and [`MAX_PIXELS`] × 8 bytes: a server runs it off its event loop, a few at
//! a time.

mod decode;
mod qr;
mod reencode;

pub use decode::{MAX_BYTES, MAX_PIXELS, PictureError, size};
pub use qr::decode_qr;
pub use reencode::{MAX_SIDE, reencode_jpeg};
