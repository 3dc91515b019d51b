//! A form with a file in it (`multipart/form-data`): a photo of a document, a CSV of filings.
//!
//! The decision that matters: the session's token is the form's first field, so that nothing of a forged form is
//! read, let alone stored. Whatever goes wrong before the token was shown is answered as forged; only a form that
//! is too large is called so, because that is what its sender can mend.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;

use super::csrf::{self, CsrfToken};
use super::{Failure, Fields, Kind};
use crate::App;

/// The parts of a posted form as they arrive. Without a session there is no token to show.
pub struct Parts {
    multipart: Multipart,
    awaited: Option<CsrfToken>,
}

/// The fields and the one file of a posted form, held in memory.
pub struct Upload {
    /// The fields.
    pub fields: Fields,
    /// The file, if one was chosen.
    pub file: Option<UploadedFile>,
}

/// A file as it was sent. Its type is what its content says, never what the sender says.
pub struct UploadedFile {
    /// The sender's name for it, for showing only: never a path, never a type.
    pub name: String,
    /// The content.
    pub bytes: axum::body::Bytes,
}

impl Parts {
    /// The next part after the token; `None` after the last. Refuses a form whose first part is not the token.
    pub async fn next(&mut self) -> Result<Option<Field<'_>>, Failure> {
        if let Some(token) = self.awaited.take() {
            self.shown(&token).await?;
        }
        self.multipart.next_field().await.map_err(|e| unreadable(&e))
    }

    async fn shown(&mut self, token: &CsrfToken) -> Result<(), Failure> {
        let first = self.multipart.next_field().await.map_err(|e| unshown(&e))?;
        match first {
            Some(first) if first.name() == Some(csrf::FIELD) => {
                token.check(&first.text().await.map_err(|e| unshown(&e))?)
            }
            _ => Err(Failure::of(Kind::FORGED)),
        }
    }
}

impl FromRequest<App> for Parts {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let awaited = request.extensions().get::<CsrfToken>().cloned();
        match (Multipart::from_request(request, app).await, awaited) {
            (Ok(multipart), awaited) => Ok(Self { multipart, awaited }),
            (Err(_), Some(_)) => Err(Failure::of(Kind::FORGED)), // without a form there is no token either
            (Err(_), None) => Err(Failure::of(Kind::BAD_REQUEST)),
        }
    }
}

impl FromRequest<App> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let mut parts = Parts::from_request(request, app).await?;
        let (mut pairs, mut file) = (Vec::new(), None);
        while let Some(part) = parts.next().await? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|e| unreadable(&e))?;
            match file_name {
                None => pairs.push((name, String::from_utf8_lossy(&bytes).into_owned())),
                Some(name) if !bytes.is_empty() => file = Some(UploadedFile { name, bytes }),
                Some(_) => {}
            }
        }
        Ok(Self { fields: Fields::from_pairs(pairs), file })
    }
}

fn unshown(error: &MultipartError) -> Failure {
    let failure = unreadable(error);
    if failure.kind.code == Kind::TOO_LARGE.code { failure } else { Failure::of(Kind::FORGED) }
}

/// What to answer to a form that breaks off, is no form, or is larger than the route allows.
pub fn unreadable(error: &MultipartError) -> Failure {
    let too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    Failure::of(if too_large { Kind::TOO_LARGE } else { Kind::BAD_REQUEST })
}
