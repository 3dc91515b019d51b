//! `/filing/new`: file one document. Typed, or a machine-readable zone that fills the fields; then a page to check
//! the number by eye; then it is on file.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use documents::mrz::{self, MrzError};
use documents::{Lookalike, PersonName};
use domain::id::kind::FilingId;
use domain::matching::DocumentDetails;
use store::rows::register::Filed;

use super::{
    Line, Pair, entry_of, errors_of, fields_of, kinds, lines, pairs, sample_entry, sexes, switched, today,
};
use crate::App;
use crate::filing::entry::{Field, Wrong, judge};
use crate::filing::register;
use crate::http::fields::FieldErrors;
use crate::http::page;
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Page};

/// The form.
#[derive(Template)]
#[template(path = "filing/new.html")]
pub struct NewPage {
    page: Page,
    fields: Fields,
    errors: FieldErrors,
    kinds: Vec<(&'static str, String)>,
    sexes: Vec<(&'static str, String)>,
    /// Whether the fields have just been filled from a zone.
    filled: bool,
}

impl NewPage {
    fn new(page: Page, fields: Fields, errors: FieldErrors, filled: bool) -> Self {
        Self { kinds: kinds(&page), sexes: sexes(&page), page: page.with_form(), fields, errors, filled }
    }

    /// Empty, filled from a zone, with an error in each field.
    pub fn samples(page: &Page) -> Vec<Self> {
        let fields = fields_of(&sample_entry("X1234567O", "ANNA MARIA"));
        let wrong: Vec<Wrong> = Field::ALL
            .iter()
            .zip(super::super::CODES)
            .map(|(field, code)| Wrong::new(*field, code))
            .collect();
        let mut errors = errors_of(page, &wrong);
        for error in sample_zone_errors() {
            errors.add("mrz", zone_message(page, &error));
        }
        vec![
            Self::new(page.clone(), Fields::default(), FieldErrors::default(), false),
            Self::new(page.clone(), fields.clone(), FieldErrors::default(), true),
            Self::new(page.clone(), fields, errors, false),
        ]
    }
}

/// Check before filing.
#[derive(Template)]
#[template(path = "filing/check.html")]
pub struct CheckPage {
    page: Page,
    fields: Fields,
    lines: Vec<Line>,
    lookalikes: Vec<Lookalike>,
    expired: bool,
}

impl CheckPage {
    fn new(page: Page, fields: Fields, details: &DocumentDetails, expired: bool) -> Self {
        let lines = lines(&page, details);
        Self { lines, lookalikes: details.number.lookalikes(), expired, page: page.with_form(), fields }
    }

    /// With look-alikes in the number and expired; with neither.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |number, expired| {
            let details = sample_entry(number, "ANNA MARIA");
            Self::new(page.clone(), fields_of(&details), &details, expired)
        };
        vec![sample("XO1234567", true), sample("X23456789", false)]
    }
}

/// The document is on file already: with the same details, or with others.
#[derive(Template)]
#[template(path = "filing/on_file.html")]
pub struct OnFilePage {
    page: Page,
    fields: Fields,
    id: FilingId,
    version: i64,
    number: String,
    /// Empty if all is the same.
    pairs: Vec<Pair>,
}

impl OnFilePage {
    /// The same, and different.
    pub fn samples(page: &Page) -> Vec<Self> {
        let (typed, filed) =
            (sample_entry("X12345678", "ANA MARIA"), sample_entry("X12345678", "ANNA MARIA"));
        let sample = |pairs| Self {
            page: page.clone(),
            fields: fields_of(&typed),
            id: FilingId::from_i64(1),
            version: 1,
            number: typed.number.grouped(),
            pairs,
        };
        vec![sample(Vec::new()), sample(pairs(page, &typed, &filed))]
    }
}

/// `GET /filing/new`
pub async fn show(page: Page) -> Result<Response, Failure> {
    let fields = Fields::from_pairs([(Field::Kind.as_str(), "passport")]);
    page::show(&NewPage::new(page, fields, FieldErrors::default(), false))
}

/// `POST /filing/new`
pub async fn submit(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(language) = fields.language_switch() {
        let page = page.in_language(language);
        let judged = judge_form(&app, &fields);
        let shown = match judged {
            Ok(details) if fields.get("stage") == "check" => check(&app, page, fields, &details),
            _ => page::show(&NewPage::new(page, fields, FieldErrors::default(), false)),
        };
        return Ok(switched(&app, language, shown?));
    }
    match fields.get("action") {
        "read" => read_zone(&app, page, fields),
        "change" => page::show(&NewPage::new(page, fields, FieldErrors::default(), false)),
        action => match judge_form(&app, &fields) {
            Err(wrong) => {
                let errors = errors_of(&page, &wrong);
                page::show_invalid(&NewPage::new(page, fields, errors, false))
            }
            Ok(details) if action == "file" => file(&app, &staff, page, fields, &details).await,
            Ok(details) => check(&app, page, fields, &details),
        },
    }
}

/// As typed; a name that came from the zone and was not changed keeps the zone's knowledge that it may be cut.
fn judge_form(app: &App, fields: &Fields) -> Result<DocumentDetails, Vec<Wrong>> {
    let details = judge(&entry_of(fields), today(app))?;
    let zone = Some(fields.get("mrz")).filter(|text| !text.is_empty());
    let read = zone.and_then(|text| mrz::parse(text, today(app)).ok()).map(|zone| zone.name);
    let same = |read: &PersonName| {
        read.primary() == details.name.primary() && read.secondary() == details.name.secondary()
    };
    let Some(read) = read.filter(same) else { return Ok(details) };
    let chinese = details.name.chinese().unwrap_or_default();
    let name = if chinese.is_empty() { Ok(read) } else { read.with_chinese(chinese) };
    Ok(DocumentDetails { name: name.unwrap_or_else(|_| details.name.clone()), ..details })
}

fn check(app: &App, page: Page, fields: Fields, details: &DocumentDetails) -> Result<Response, Failure> {
    let expired = details.expiry.is_some_and(|last| last < today(app));
    page::show(&CheckPage::new(page, fields, details, expired))
}

async fn file(
    app: &App,
    staff: &Staff,
    page: Page,
    fields: Fields,
    details: &DocumentDetails,
) -> Result<Response, Failure> {
    let (id, same) = match register::file(app, staff, details).await? {
        Filed::Inserted(id) => return Ok(Redirect::to(&format!("/filing/{id}?done=filed")).into_response()),
        Filed::Same(id) => (id, true),
        Filed::Conflict(id) => (id, false),
    };
    let filing = register::open_conflict(app, staff, id).await?;
    let pairs = if same { Vec::new() } else { pairs(&page, details, &filing.details) };
    let number = details.number.grouped();
    let shown = OnFilePage { page, fields, id, version: filing.version, number, pairs };
    if same { page::show(&shown) } else { page::show_invalid(&shown) }
}

/// Fills the fields from a zone. A zone with any error fills nothing: it was misread or made up.
fn read_zone(app: &App, page: Page, mut fields: Fields) -> Result<Response, Failure> {
    match mrz::parse(fields.raw("mrz"), today(app)) {
        Ok(zone) => {
            fill(&mut fields, &zone);
            page::show(&NewPage::new(page, fields, FieldErrors::default(), true))
        }
        Err(found) => {
            let mut errors = FieldErrors::default();
            for error in &found {
                errors.add("mrz", zone_message(&page, error));
            }
            page::show_invalid(&NewPage::new(page, fields, errors, false))
        }
    }
}

fn fill(fields: &mut Fields, zone: &mrz::Mrz) {
    let birth = zone.birth.map(|date| date.to_string()).unwrap_or_default();
    for (field, text) in [
        (Field::Number, zone.number.clone()),
        (Field::IssuingState, zone.issuer.to_string()),
        (Field::FamilyName, zone.name.primary().to_owned()),
        (Field::GivenNames, zone.name.secondary().to_owned()),
        (Field::BirthDate, birth),
        (Field::Sex, zone.sex.to_string()),
        (Field::Nationality, zone.nationality.to_string()),
        (Field::ExpiryDate, zone.expiry.to_string()),
    ] {
        fields.set(field.as_str(), text);
    }
    if zone.document_code.starts_with('P') {
        fields.set(Field::Kind.as_str(), "passport");
    }
}

/// An error of a zone in words: where it is, and which look-alike would mend it.
fn zone_message(page: &Page, error: &MrzError) -> String {
    let (line, position) = error.place();
    let number = |n: Option<usize>| n.map(|n| n.to_string()).unwrap_or_default();
    let field = error.field().map(|f| page.t(format!("filing-mrz-field-{}", f.as_str().replace('_', "-"))));
    let (expected, meant) = match *error {
        MrzError::LineLength { expected, .. } => (expected.to_string(), None),
        MrzError::Character { suggestion, .. } => (String::new(), suggestion.map(|meant| (position, meant))),
        MrzError::CheckDigit { hint, .. } => {
            (String::new(), hint.map(|hint| (Some(hint.position), hint.meant)))
        }
        _ => (String::new(), None),
    };
    let key = format!("filing-error-{}", error.code().replace(['.', '_'], "-"));
    let values = [
        ("line", number(line)),
        ("position", number(position)),
        ("field", field.unwrap_or_default()),
        ("expected", expected),
    ];
    let message = page.words.with(&key, &values);
    match meant {
        Some((at, meant)) => {
            let advice = page.t2("filing-mrz-meant", "position", number(at), "meant", meant);
            let stop = if page.lang() == "en" { ". " } else { "。" };
            format!("{message}{stop}{advice}")
        }
        None => message,
    }
}

fn sample_zone_errors() -> [MrzError; 9] {
    use documents::mrz::{Field, Hint};
    let (line, position, field) = (2, 10, Field::Number);
    let hint = Some(Hint { position: 3, meant: '0' });
    [
        MrzError::CheckDigit { field, line, position, expected: '6', found: '5', hint },
        MrzError::Character { field, line, position, expected: "", found: '?', suggestion: None },
        MrzError::LineLength { line, expected: 44, found: 43 },
        MrzError::LineCount { found: 1 },
        MrzError::Empty,
        MrzError::TooLong { max: 300 },
        MrzError::Date { field: Field::Birth, line, position, reason: documents::DateError::Day },
        MrzError::State { field: Field::Issuer, line, position },
        MrzError::Missing { field: Field::Name, line, position },
    ]
}

#[cfg(test)]
mod tests {
    use crate::Settings;
    use crate::words::{Language, MISSING};

    use super::*;

    #[test]
    fn every_field_of_a_zone_has_its_word() {
        use documents::mrz::Field as Zone;
        let all = [
            Zone::DocumentCode,
            Zone::Issuer,
            Zone::Number,
            Zone::Nationality,
            Zone::Birth,
            Zone::Sex,
            Zone::Expiry,
            Zone::Optional,
            Zone::Optional2,
            Zone::Composite,
            Zone::Name,
        ];
        for language in Language::ALL {
            let page = Page::plain(&Settings::for_tests(), language);
            for field in all {
                let message = zone_message(&page, &MrzError::Missing { field, line: 1, position: 1 });
                assert!(!message.contains(MISSING), "{message}");
            }
        }
    }
}
