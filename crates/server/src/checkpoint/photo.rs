//! The code in a photo.

use axum::body::Bytes;
use credential::{PREFIX, Scan};
use picture::PictureError;
use tokio::sync::Semaphore;

use crate::recognition::Recognition;

/// Decoding takes up to 256 MB and 200 ms of one core: two at a time leave room for everything else.
static DECODERS: Semaphore = Semaphore::const_new(2);

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
            Self::Picture(PictureError::TooLarge) => "too-large",
            Self::Picture(PictureError::TooManyPixels) => "too-many-pixels",
            Self::Picture(PictureError::Format) => "format",
            Self::Picture(PictureError::Damaged) | Self::Decoder => "damaged",
        }
    }
}

/// The text of the one code in a photo, read off the event loop.
pub async fn read(bytes: Bytes, recognition: &Recognition) -> Result<String, PhotoError> {
    let _turn = DECODERS.acquire().await.map_err(|_| PhotoError::Decoder)?;
    let texts = tokio::task::spawn_blocking(move || picture::decode_qr(&bytes)).await;
    choose(texts.map_err(|_| PhotoError::Decoder)??, recognition)
}

/// The code that is meant: the only one of ours where there are others around it (a poster, a parcel), else
/// the only credential that we know of, else the only one at all.
fn choose(texts: Vec<String>, recognition: &Recognition) -> Result<String, PhotoError> {
    let ours = |text: &&String| text.trim().starts_with(PREFIX);
    let known = |text: &&String| {
        recognition.is_national_code(text) || Scan::read(text, &mut Vec::new()).format().is_some()
    };
    for meant in [texts.iter().filter(ours).collect::<Vec<_>>(), texts.iter().filter(known).collect()] {
        match meant.as_slice() {
            [] => {}
            [one] => return Ok((*one).clone()),
            _ => return Err(PhotoError::Several),
        }
    }
    match texts.len() {
        0 => Err(PhotoError::None),
        1 => Ok(texts.into_iter().next().unwrap_or_default()),
        _ => Err(PhotoError::Several),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::national::Table;

    #[test]
    fn the_health_code_among_others_is_meant_and_two_are_one_too_many() {
        let recognition = Recognition::offline(Table::reference());
        let of = |texts: &[&str]| choose(texts.iter().map(ToString::to_string).collect(), &recognition);
        assert_eq!(of(&[]), Err(PhotoError::None));
        assert_eq!(of(&["https://shop.example"]), Ok("https://shop.example".to_owned()));
        assert_eq!(of(&["https://shop.example", "TX1:AB"]), Ok("TX1:AB".to_owned()));
        assert_eq!(of(&["parcel 12", "HC1:AB"]), Ok("HC1:AB".to_owned()));
        assert_eq!(of(&["parcel 12", "gjm:7K3M92QD5WXA"]), Ok("gjm:7K3M92QD5WXA".to_owned()));
        assert_eq!(of(&["HC1:AB", "TX1:AB"]), Ok("TX1:AB".to_owned()));
        assert_eq!(of(&["TX1:AB", "TX1:CD"]), Err(PhotoError::Several));
        assert_eq!(of(&["parcel 12", "parcel 13"]), Err(PhotoError::Several));
    }

    #[tokio::test]
    async fn what_is_no_picture_is_refused_in_words() {
        let recognition = Recognition::offline(Table::reference());
        let refused = |bytes: &'static [u8]| read(Bytes::from_static(bytes), &recognition);
        assert_eq!(refused(b"GIF89a").await, Err(PhotoError::Picture(PictureError::Format)));
        assert_eq!(
            refused(b"\x89PNG\r\n\x1a\nnothing").await,
            Err(PhotoError::Picture(PictureError::Damaged))
        );
    }
}
