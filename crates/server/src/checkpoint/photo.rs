//! The code in a photo.

use std::time::Duration;

use axum::body::Bytes;
use credential::Meant;
use picture::PictureError;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Decoding takes up to 256 MB, and up to a second of one core: two at a time leave room for everything else.
static DECODERS: Semaphore = Semaphore::const_new(2);
/// How long a photo waits for its turn: whoever stands at a gate types the code rather than waiting longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a photo gave no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// No QR code in it could be read.
    #[error("no code in the photo")]
    None,
    /// More than one health code is in it: which one is meant cannot be told.
    #[error("more than one code in the photo")]
    Several,
    /// It could not be opened.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// Others' photos are being read, and go on to be.
    #[error("no decoder became free")]
    Busy,
    /// The decoder itself failed.
    #[error("the decoder failed")]
    Decoder,
}

impl PhotoError {
    /// The end of the locale key of its words.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Several => "several",
            Self::Busy => "busy",
            Self::Picture(PictureError::TooLarge) => "too-large",
            Self::Picture(PictureError::TooManyPixels) => "too-many-pixels",
            Self::Picture(PictureError::Format) => "format",
            Self::Picture(PictureError::Damaged) | Self::Decoder => "damaged",
        }
    }
}

/// The text of the one code in a photo, read off the event loop.
pub async fn read(bytes: Bytes) -> Result<String, PhotoError> {
    let _turn = turn(PATIENCE).await?;
    let texts = tokio::task::spawn_blocking(move || picture::decode_qr(&bytes)).await;
    choose(&texts.map_err(|_| PhotoError::Decoder)??)
}

/// One of the decoders, once it is free.
async fn turn(patience: Duration) -> Result<SemaphorePermit<'static>, PhotoError> {
    let turn = timeout(patience, DECODERS.acquire()).await.map_err(|_| PhotoError::Busy)?;
    turn.map_err(|_| PhotoError::Decoder)
}

fn choose(texts: &[String]) -> Result<String, PhotoError> {
    match Meant::among(texts) {
        Meant::Nothing => Err(PhotoError::None),
        Meant::Text(text) => Ok(text.to_owned()),
        Meant::Several => Err(PhotoError::Several),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_no_picture_is_refused_in_words() {
        let refused = |bytes: &'static [u8]| read(Bytes::from_static(bytes));
        assert_eq!(refused(b"GIF89a").await, Err(PhotoError::Picture(PictureError::Format)));
        assert_eq!(
            refused(b"\x89PNG\r\n\x1a\nnothing").await,
            Err(PhotoError::Picture(PictureError::Damaged))
        );
    }

    #[tokio::test]
    async fn a_photo_does_not_wait_for_ever() {
        let _all = DECODERS.acquire_many(2).await.unwrap();
        assert_eq!(turn(Duration::from_millis(1)).await.unwrap_err(), PhotoError::Busy);
    }
}
