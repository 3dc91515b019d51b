//! What a form sent: names and texts, as typed.
//!
//! Handlers read fields by name and judge them themselves, so that a page with an error shows again exactly
//! what was typed, whatever it was.

use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::{Deserialize, Serialize};

use super::csrf::{self, CsrfToken};
use super::person::Whose;
use super::{Failure, Kind};
use crate::App;
use crate::words::Language;

/// The fields of a posted form, in order. As an extractor it also checks the session's CSRF token.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields(Vec<(String, String)>);

/// Never prints what people typed.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// Forms without a token that begin something for a person name them here.
const PERSON_FIELD: &str = "person";
const LANGUAGE_FIELD: &str = "language";

impl Fields {
    /// Fields from names and texts.
    pub fn from_pairs<N: Into<String>, T: Into<String>>(pairs: impl IntoIterator<Item = (N, T)>) -> Self {
        Self(pairs.into_iter().map(|(n, t)| (n.into(), t.into())).collect())
    }

    /// Decodes `application/x-www-form-urlencoded`.
    pub fn decode(body: &[u8]) -> Self {
        Self::from_pairs(form_urlencoded::parse(body))
    }

    /// The text of a field exactly as typed; empty if it was not sent.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, text)| text)
    }

    /// The text of a field without white space around it.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Every text sent under this name: ticked boxes.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, text)| text.as_str())
    }

    /// Whether `value` was ticked or chosen under `name`.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|text| text == value)
    }

    /// Replaces the text of a field.
    pub fn set(&mut self, name: &str, text: impl Into<String>) {
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.to_owned(), text.into()));
    }

    /// Replaces every field of these names with what `other` has under them.
    pub fn replace(&mut self, names: &[&str], other: &Self) {
        self.0.retain(|(n, _)| !names.contains(&n.as_str()));
        self.0.extend(other.0.iter().filter(|(n, _)| names.contains(&n.as_str())).cloned());
    }

    /// The language whose button was pressed: show the page again in it, with what was typed, and do
    /// nothing else.
    pub fn language_switch(&self) -> Option<Language> {
        Language::from_tag(self.raw(LANGUAGE_FIELD))
    }

    /// The typed fields alone, without token and buttons, for keeping as a draft.
    #[must_use]
    pub fn without_controls(&self) -> Self {
        Self(self.0.iter().filter(|(n, _)| n != csrf::FIELD && n != LANGUAGE_FIELD).cloned().collect())
    }
}

impl FromRequest<App> for Fields {
    type Rejection = Failure;

    async fn from_request(request: Request, _app: &App) -> Result<Self, Failure> {
        let form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
        let token = request.extensions().get::<CsrfToken>().cloned();
        let whose = request.extensions().get::<Whose>().cloned().unwrap_or_default();
        let body =
            axum::body::Bytes::from_request(request, &()).await.map_err(|_| Failure::of(Kind::TOO_LARGE))?;
        let fields = if form { Self::decode(&body) } else { Self::default() };
        if let Some(token) = token {
            token.check(fields.raw(csrf::FIELD))?;
        } else if fields.0.iter().any(|(name, tag)| name == PERSON_FIELD && tag != whose.tag.as_str()) {
            return Err(Failure::of(Kind::OTHER_PERSON));
        }
        Ok(fields)
    }
}

/// One wrong field: which, and the locale key of what is wrong and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, which is also the `id` of its input.
    pub field: &'static str,
    /// The message, already in the reader's language.
    pub message: String,
}

/// What is wrong with a form: the summary at the top and the message at each field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Adds one.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(FieldError { field, message: message.into() });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attribute that ties a field to its hint and its message, for those that are there.
    pub fn described_by(&self, field: &str, hint: &str) -> String {
        let hint = (!hint.is_empty()).then(|| format!("{field}-hint"));
        let error = self.of(field).map(|_| format!("{field}-error"));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        if ids.is_empty() { String::new() } else { format!(" aria-describedby=\"{}\"", ids.join(" ")) }
    }

    /// The message at this field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|e| e.field == field).map(|e| e.message.as_str())
    }
}
