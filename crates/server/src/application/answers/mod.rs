//! From what was typed to what is meant, step by step: each field with its message in the reader's language.

pub mod document;
pub mod health;
pub mod person;
pub mod place;

use documents::{Kind, PartialDate};
use domain::declaration::HealthAnswers;
use domain::matching::DocumentDetails;
use domain::residence::Residence;
use jiff::civil::Date;
use store::rows::application::ApplicationRow;

use crate::http::Fields;
use crate::http::fields::FieldErrors;
use crate::words::Words;

/// A page of the journey that asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Which kind of document.
    Kind,
    /// Its number.
    Document,
    /// Whose it is.
    Person,
    /// Where they stay.
    Residence,
    /// How they are.
    Health,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Kind, Self::Document, Self::Person, Self::Residence, Self::Health];

    /// The name that paths and locale keys use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Document => "document",
            Self::Person => "person",
            Self::Residence => "residence",
            Self::Health => "health",
        }
    }

    /// Where its page is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Kind => "/apply/kind",
            Self::Document => "/apply/document",
            Self::Person => "/apply/person",
            Self::Residence => "/apply/residence",
            Self::Health => "/apply/health",
        }
    }

    /// Where its page is at a service desk.
    pub const fn path_at_desk(self) -> &'static str {
        match self {
            Self::Kind => "/desk/apply/kind",
            Self::Document => "/desk/apply/document",
            Self::Person => "/desk/apply/person",
            Self::Residence => "/desk/apply/residence",
            Self::Health => "/desk/apply/health",
        }
    }

    /// Which it is, from 1.
    pub fn number(self) -> usize {
        1 + Self::ALL.iter().position(|step| *step == self).expect("every step is listed")
    }

    /// The fields of its page.
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Kind => &["kind"],
            Self::Document => {
                &["mrz", "number", "issuing_state", "expiry_day", "expiry_month", "expiry_year"]
            }
            Self::Person => &[
                "family",
                "given",
                "chinese",
                "birth_day",
                "birth_month",
                "birth_year",
                "sex",
                "nationality",
            ],
            Self::Residence => &["division", "county", "address", "phone"],
            Self::Health => &["symptoms", "contact", "diagnosed", "truthful"],
        }
    }

    /// What is wrong with what was typed on this page.
    pub fn errors(self, typed: &Fields, today: Date, words: Words) -> FieldErrors {
        let outcome = match self {
            Self::Kind => kind(typed, words).map(drop),
            Self::Document => document::read(typed, today, words).map(drop),
            Self::Person => person::read(typed, today, words).map(drop),
            Self::Residence => place::read(typed, words).map(drop),
            Self::Health => health::read(typed, words).map(drop),
        };
        outcome.err().unwrap_or_default()
    }
}

/// Everything that an application needs.
pub struct Answers {
    /// The document and its holder.
    pub details: DocumentDetails,
    /// Where they stay.
    pub residence: Residence,
    /// How they are; none where a holder's document is changed.
    pub health: Option<HealthAnswers>,
}

/// Reads all steps; the first that is not complete.
pub fn read(typed: &Fields, today: Date, words: Words) -> Result<Answers, Step> {
    let (details, residence) = read_details(typed, today, words)?;
    let health = health::read(typed, words).map_err(|_| Step::Health)?;
    Ok(Answers { details, residence, health: Some(health) })
}

/// The same without health.
pub fn read_details(typed: &Fields, today: Date, words: Words) -> Result<(DocumentDetails, Residence), Step> {
    let document = document::read(typed, today, words)
        .map_err(|_| if kind(typed, words).is_ok() { Step::Document } else { Step::Kind })?;
    let person = person::read(typed, today, words).map_err(|_| Step::Person)?;
    let residence = place::read(typed, words).map_err(|_| Step::Residence)?;
    let details = DocumentDetails {
        number: document.number,
        issuing_state: document.issuing_state,
        name: person.name,
        birth_date: person.birth_date,
        nationality: person.nationality,
        sex: person.sex,
        expiry: Some(document.expiry),
    };
    Ok((details, residence))
}

/// The kind of document.
pub fn kind(typed: &Fields, words: Words) -> Result<Kind, FieldErrors> {
    typed.get("kind").parse().map_err(|_| one("kind", words.t("apply-error-kind")))
}

/// The fields that would have given `row`: to be corrected.
pub fn typed_again(row: &ApplicationRow) -> Fields {
    typed_from(&row.details, &row.residence)
}

/// The fields that would have given these details.
pub fn typed_from(details: &DocumentDetails, place: &Residence) -> Fields {
    let mut typed = Fields::default();
    let mut set = |name: &str, text: String| typed.set(name, text);
    set("kind", details.kind().as_str().to_owned());
    set("number", details.number.printed().to_owned());
    set("issuing_state", details.issuing_state.as_str().to_owned());
    set("family", details.name.primary().to_owned());
    set("given", details.name.secondary().to_owned());
    set("chinese", details.name.chinese().unwrap_or_default().to_owned());
    set("sex", details.sex.map_or("", documents::Sex::as_str).to_owned());
    set("nationality", details.nationality.as_str().to_owned());
    set("division", place.division.code().to_owned());
    set("county", place.county.clone());
    set("address", place.address.clone());
    set("phone", place.phone.as_ref().map_or("", |phone| phone.as_str()).to_owned());
    set_date(&mut typed, "birth", Some(details.birth_date));
    set_date(&mut typed, "expiry", details.expiry.map(PartialDate::from));
    typed
}

/// Puts a date into its three fields.
pub fn set_date(typed: &mut Fields, name: &str, date: Option<PartialDate>) {
    let text = |part: Option<u8>| part.map_or_else(String::new, |p| p.to_string());
    typed.set(&format!("{name}_day"), text(date.and_then(PartialDate::day)));
    typed.set(&format!("{name}_month"), text(date.and_then(PartialDate::month)));
    typed.set(&format!("{name}_year"), date.map_or_else(String::new, |d| d.year().to_string()));
}

/// A date of three fields, or the key of what is wrong with it; `None` where all are empty.
pub fn date(typed: &Fields, name: &str) -> Result<Option<PartialDate>, &'static str> {
    let part = |suffix: &str| {
        let text: String = typed.get(&format!("{name}_{suffix}")).chars().map(plain_digit).collect();
        if text.is_empty() { Ok(None) } else { text.parse::<u16>().map(Some).map_err(|_| "date-form") }
    };
    let (day, month, year) = (part("day")?, part("month")?, part("year")?);
    let Some(year) = year else {
        return if day.or(month).is_some() { Err("date-year-missing") } else { Ok(None) };
    };
    let small = |part: Option<u16>, key| part.map(u8::try_from).transpose().map_err(|_| key);
    let (month, day) = (small(month, "date-month")?, small(day, "date-day")?);
    let date = PartialDate::new(year, month, day).map_err(|error| match error {
        documents::DateError::Form => "date-form",
        documents::DateError::Year => "date-year",
        documents::DateError::Month => "date-month",
        documents::DateError::Day => "date-day",
        documents::DateError::DayWithoutMonth => "date-day-without-month",
    })?;
    Ok(Some(date))
}

fn plain_digit(c: char) -> char {
    match c {
        '０'..='９' => {
            char::from_u32(c as u32 - 0xFEE0).expect("full-width digits stand 0xFEE0 above ASCII")
        }
        _ => c,
    }
}

fn one(field: &'static str, message: String) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.add(field, message);
    errors
}

/// A machine code as a locale key: `apply-error-number-empty`.
fn key(code: &str) -> String {
    format!("apply-error-{}", code.replace(['.', '_'], "-"))
}
