//! What an application passes on of a person, so that they need not type it again.

use documents::{Kind, Number, StateCode};
use serde::{Deserialize, Serialize};
use store::Sealer;
use store::rows::partner::lookup_of;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::PartnerError;
use crate::application::answers;
use crate::http::Fields;
use crate::words::{Language, Words};

/// A travel document, as far as the application knows it. Texts are read as tolerantly as the pages read them.
#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PartnerDocument)]
pub struct Document {
    /// `passport`, `hk_macao_permit` or `taiwan_permit`.
    #[schema(example = "passport")]
    pub kind: String,
    /// Number as printed.
    #[schema(example = "X12345678")]
    pub number: String,
    /// Issuing state, a code of ICAO 9303-3; permits may leave it out.
    #[schema(example = "UTO")]
    pub issuing_state: String,
    /// Family name, or the only name.
    #[schema(example = "ERIKSSON")]
    pub family_name: String,
    /// Given names.
    #[schema(example = "ANNA MARIA")]
    pub given_names: String,
    /// Name in Chinese characters.
    pub chinese_name: String,
    /// `YYYY-MM-DD`; `YYYY-MM` or `YYYY` if the document states no more.
    #[schema(example = "1974-08-12")]
    pub birth_date: String,
    /// `F`, `M` or `X`.
    pub sex: String,
    /// Nationality, a code of ICAO 9303-3.
    #[schema(example = "UTO")]
    pub nationality: String,
    /// Last day on which the document is valid, `YYYY-MM-DD`.
    #[schema(example = "2031-04-15")]
    pub expiry_date: String,
}

/// What is kept, sealed, until the person has answered.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Passed {
    /// The document.
    pub document: Document,
    /// A telephone number, for the page about the address.
    #[serde(default)]
    pub phone: String,
    /// The language that the application speaks, as a tag.
    #[serde(default)]
    pub language: String,
}

const LONGEST: usize = 200;

impl Document {
    /// The members that were sent, as the fields of our pages, each with the name that the API has for it.
    fn given(&self) -> Vec<(&'static str, &'static str, &str)> {
        let all = [
            ("kind", "kind", &self.kind),
            ("number", "number", &self.number),
            ("issuing_state", "issuing_state", &self.issuing_state),
            ("family_name", "family", &self.family_name),
            ("given_names", "given", &self.given_names),
            ("chinese_name", "chinese", &self.chinese_name),
            ("sex", "sex", &self.sex),
            ("nationality", "nationality", &self.nationality),
        ];
        all.into_iter()
            .filter(|(.., text)| !text.trim().is_empty())
            .map(|(member, field, text)| (member, field, text.trim()))
            .collect()
    }

    /// Types what was sent into `typed`, over what stands there.
    pub fn type_into(&self, typed: &mut Fields) -> Result<(), PartnerError> {
        for (member, field, text) in self.given() {
            if text.chars().count() > LONGEST {
                return Err(PartnerError::Invalid(format!(
                    "document.{member}: more than {LONGEST} characters"
                )));
            }
            typed.set(field, text);
        }
        for (member, field, text) in
            [("birth_date", "birth", &self.birth_date), ("expiry_date", "expiry", &self.expiry_date)]
        {
            if !text.trim().is_empty() {
                let date = text.trim().parse().map_err(|_| {
                    PartnerError::Invalid(format!("document.{member}: expected YYYY-MM-DD, YYYY-MM or YYYY"))
                })?;
                answers::set_date(typed, field, Some(date));
            }
        }
        Ok(())
    }

    /// Kind, number and issuing state, which say whose document it is.
    pub fn identity(&self) -> Result<(StateCode, Number), PartnerError> {
        let invalid = |text: &str| PartnerError::Invalid(format!("document.{text}"));
        let kind: Kind = self
            .kind
            .trim()
            .parse()
            .map_err(|_| invalid("kind: expected passport, hk_macao_permit or taiwan_permit"))?;
        let number = Number::parse(kind, &self.number)
            .map_err(|error| invalid(&format!("number: not a number of this kind ({})", error.code())))?;
        let state = if kind == Kind::Passport { self.issuing_state.trim() } else { "CHN" };
        let state = state.parse().map_err(|_| invalid("issuing_state: expected a code of ICAO 9303-3"))?;
        Ok((state, number))
    }
}

impl Passed {
    /// Checks what was sent as far as it goes: what is left out is typed by the person.
    pub fn checked(self) -> Result<Self, PartnerError> {
        self.document.identity()?;
        self.fields()?;
        if self.phone.chars().count() > LONGEST {
            return Err(PartnerError::Invalid(format!("phone: more than {LONGEST} characters")));
        }
        if !self.language.is_empty() && Language::from_tag(&self.language).is_none() {
            return Err(PartnerError::Invalid("language: expected en, zh-Hans or zh-Hant".to_owned()));
        }
        Ok(self)
    }

    /// The fields that this fills in.
    pub fn fields(&self) -> Result<Fields, PartnerError> {
        let mut typed = Fields::default();
        self.document.type_into(&mut typed)?;
        if !self.phone.trim().is_empty() {
            typed.set("phone", self.phone.trim());
        }
        Ok(typed)
    }

    /// The blind index of the document: whether it is that of a phone's holder can be told without keeping it.
    pub fn lookup(&self, sealer: &Sealer) -> Result<[u8; 16], PartnerError> {
        let (state, number) = self.document.identity()?;
        Ok(lookup_of(sealer, state, &number))
    }

    /// The language that the application speaks.
    pub fn language(&self) -> Option<Language> {
        Language::from_tag(&self.language)
    }

    /// As it is kept, for sealing.
    pub fn plain(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).expect("texts only"))
    }

    /// What was kept.
    pub fn read(plain: &[u8]) -> Option<Self> {
        serde_json::from_slice(plain).ok()
    }

    /// What is passed on, in words: label, value, and whether it is a code.
    pub fn lines(&self, words: Words) -> Vec<(String, String, bool)> {
        let document = &self.document;
        let kind = words.t(&format!("kind-{}", document.kind.trim().replace('_', "-")));
        let number = document.identity().map(|(_, number)| number.grouped()).unwrap_or_default();
        let state = |code: &str| {
            code.trim().parse::<StateCode>().map_or_else(
                |_| code.trim().to_owned(),
                |code| words.t2("apply-state", "name", words.t(&format!("state-{code}")), "code", code),
            )
        };
        let sex = match document.sex.trim() {
            sex @ ("F" | "M" | "X") => words.t(&format!("sex-{}", sex.to_lowercase())),
            other => other.to_owned(),
        };
        let plain = |text: &str| text.trim().to_owned();
        let all = [
            ("partner-document", kind, false),
            ("apply-number", number, true),
            ("apply-issuing-state", state(&document.issuing_state), false),
            ("apply-expiry", plain(&document.expiry_date), true),
            ("apply-family", plain(&document.family_name), false),
            ("apply-given", plain(&document.given_names), false),
            ("apply-chinese", plain(&document.chinese_name), false),
            ("apply-birth", plain(&document.birth_date), true),
            ("apply-sex", sex, false),
            ("apply-nationality", state(&document.nationality), false),
            ("apply-phone", plain(&self.phone), true),
        ];
        let line = |(key, value, is_code): (&str, String, bool)| (words.t(key), value, is_code);
        all.into_iter().filter(|(_, value, _)| !value.is_empty()).map(line).collect()
    }
}

/// Documents say who somebody is: nothing is printed.
impl std::fmt::Debug for Passed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passed(…)")
    }
}
