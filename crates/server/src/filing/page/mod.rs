//! The pages of the filing officer.

pub mod correct;
pub mod import;
pub mod new;
pub mod search;
pub mod view;
pub mod withdraw;

use axum::response::Response;
use documents::Kind;
use domain::matching::DocumentDetails;
use jiff::civil::Date;

use super::entry::{Entry, Field, Wrong, judge_number};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::{Fields, Page, language};
use crate::words::Language;

/// One line of a document as pages show it.
pub struct Line {
    /// What it is, in words.
    pub label: String,
    /// What stands there; empty if nothing was given.
    pub value: String,
    /// Whether it is a number or code, which is not translated and runs from left to right.
    pub code: bool,
}

/// Two documents side by side.
pub struct Pair {
    /// What it is, in words.
    pub label: String,
    /// What was typed.
    pub typed: String,
    /// What is on file.
    pub filed: String,
    /// Whether it is a number or code.
    pub code: bool,
}

impl Pair {
    /// Whether the two differ.
    pub fn differs(&self) -> bool {
        self.typed != self.filed
    }
}

/// A document of which kind, number and issuing state were typed, to look for it.
pub fn by_number(page: &Page, fields: &Fields) -> Result<DocumentDetails, FieldErrors> {
    judge_number(|field| fields.raw(field.as_str())).map_err(|wrong| errors_of(page, &wrong))
}

/// A document, line by line in the order of forms.
pub fn lines(page: &Page, details: &DocumentDetails) -> Vec<Line> {
    let line = |field: Field| {
        let label = label(page, field);
        Line { label, value: shown(page, details, field), code: is_code(field) }
    };
    Field::ALL.into_iter().map(line).collect()
}

/// What was typed beside what is on file.
pub fn pairs(page: &Page, typed: &DocumentDetails, filed: &DocumentDetails) -> Vec<Pair> {
    let pair = |field: Field| Pair {
        label: label(page, field),
        typed: shown(page, typed, field),
        filed: shown(page, filed, field),
        code: is_code(field),
    };
    Field::ALL.into_iter().map(pair).collect()
}

/// The words of a field's name.
pub fn label(page: &Page, field: Field) -> String {
    page.t(format!("filing-{}", field.as_str().replace('_', "-")))
}

const fn is_code(field: Field) -> bool {
    use Field::{BirthDate, ExpiryDate, IssuingState, Nationality, Number};
    matches!(field, Number | IssuingState | Nationality | BirthDate | ExpiryDate)
}

/// As people read it: the number in groups, kind and sex in words.
fn shown(page: &Page, details: &DocumentDetails, field: Field) -> String {
    match field {
        Field::Kind => page.t(format!("filing-kind-{}", details.kind().as_str())),
        Field::Number => details.number.grouped(),
        Field::Sex => {
            details.sex.map(|sex| page.t(format!("filing-sex-{}", sex.as_str()))).unwrap_or_default()
        }
        _ => typed_text(details, field),
    }
}

/// As a form has it.
fn typed_text(details: &DocumentDetails, field: Field) -> String {
    match field {
        Field::Kind => details.kind().as_str().to_owned(),
        Field::Number => details.number.printed().to_owned(),
        Field::IssuingState => details.issuing_state.to_string(),
        Field::FamilyName => details.name.primary().to_owned(),
        Field::GivenNames => details.name.secondary().to_owned(),
        Field::ChineseName => details.name.chinese().unwrap_or_default().to_owned(),
        Field::BirthDate => details.birth_date.to_string(),
        Field::Sex => details.sex.map(|sex| sex.to_string()).unwrap_or_default(),
        Field::Nationality => details.nationality.to_string(),
        Field::ExpiryDate => details.expiry.map(|date| date.to_string()).unwrap_or_default(),
    }
}

/// The fields of a form that holds this document.
pub fn fields_of(details: &DocumentDetails) -> Fields {
    Fields::from_pairs(Field::ALL.map(|field| (field.as_str(), typed_text(details, field))))
}

/// What a form holds.
pub fn entry_of(fields: &Fields) -> Entry<'_> {
    Entry::of(|field| fields.raw(field.as_str()))
}

/// Errors of an entry, in the reader's words.
pub fn errors_of(page: &Page, wrong: &[Wrong]) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for one in wrong {
        errors.add(one.field.as_str(), one.message(page.words));
    }
    errors
}

/// The kinds of documents, for a form.
pub fn kinds(page: &Page) -> Vec<(&'static str, String)> {
    Kind::ALL
        .into_iter()
        .map(|kind| (kind.as_str(), page.t(format!("filing-kind-{}", kind.as_str()))))
        .collect()
}

/// The sexes, for a form; none comes first.
pub fn sexes(page: &Page) -> Vec<(&'static str, String)> {
    let known = ["F", "M", "X"].map(|sex| (sex, page.t(format!("filing-sex-{sex}"))));
    std::iter::once(("", page.t("filing-sex-none"))).chain(known).collect()
}

/// Today in Asia/Shanghai.
pub fn today(app: &App) -> Date {
    app.now().local_date()
}

/// Remembers the language whose button was pressed, in the answer that is already in it.
fn switched(app: &App, chosen: Language, mut response: Response) -> Response {
    language::remember(&app.settings, chosen, &mut response);
    response
}

/// Invented documents for the samples of pages.
pub fn sample_entry(number: &'static str, given: &'static str) -> DocumentDetails {
    let entry = Entry::of(|field| match field {
        Field::Kind => "passport",
        Field::Number => number,
        Field::IssuingState | Field::Nationality => "UTO",
        Field::FamilyName => "ERIKSSON",
        Field::GivenNames => given,
        Field::BirthDate => "1974-08-12",
        Field::Sex => "F",
        Field::ExpiryDate => "2031-04-15",
        Field::ChineseName => "",
    });
    super::entry::judge(&entry, Date::constant(2026, 11, 23)).expect("the invented document is valid")
}
