//! A form with a file in it (`multipart/form-data`): a photo of a document, a CSV of filings.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;

use super::csrf::{self, CsrfToken};
use super::{Failure, Fields, Kind};
use crate::App;

/// The fields and the one file of a posted form. As an extractor it also checks the session's CSRF token.
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

impl FromRequest<App> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let token = request.extensions().get::<CsrfToken>().cloned();
        let multipart = Multipart::from_request(request, app).await;
        let mut multipart = multipart.map_err(|_| match token {
            Some(_) => Failure::of(Kind::FORGED), // without a form there is no token either
            None => Failure::of(Kind::BAD_REQUEST),
        })?;
        let (mut pairs, mut file) = (Vec::new(), None);
        while let Some(field) = multipart.next_field().await.map_err(|e| unreadable(e.status()))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let bytes = field.bytes().await.map_err(|e| unreadable(e.status()))?;
            match file_name {
                None => pairs.push((name, String::from_utf8_lossy(&bytes).into_owned())),
                Some(name) if !bytes.is_empty() => file = Some(UploadedFile { name, bytes }),
                Some(_) => {}
            }
        }
        let fields = Fields::from_pairs(pairs);
        if let Some(token) = token {
            token.check(fields.raw(csrf::FIELD))?;
        }
        Ok(Self { fields, file })
    }
}

fn unreadable(status: StatusCode) -> Failure {
    Failure::of(if status == StatusCode::PAYLOAD_TOO_LARGE { Kind::TOO_LARGE } else { Kind::BAD_REQUEST })
}
