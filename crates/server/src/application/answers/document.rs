//! The document: its number typed, or read from the machine-readable zone.

use documents::mrz::{Mrz, MrzError};
use documents::{Kind, Number, NumberError, PartialDate, StateCode};
use jiff::civil::Date;

use super::{date, key, kind, one};
use crate::http::Fields;
use crate::http::fields::FieldErrors;
use crate::words::Words;

/// What the page asks for.
pub struct Document {
    /// Kind and number.
    pub number: Number,
    /// Who issued it; permits are all issued by China.
    pub issuing_state: StateCode,
    /// The last day on which it is valid.
    pub expiry: Date,
}

/// How many errors of a machine-readable zone are told at once.
const MRZ_ERRORS: usize = 3;

/// Reads the page. `today` tells whether the document has expired.
pub fn read(typed: &Fields, today: Date, words: Words) -> Result<Document, FieldErrors> {
    let kind = kind(typed, words)?;
    let mut errors = FieldErrors::default();
    let number = Number::parse(kind, typed.raw("number"))
        .map_err(|error| errors.add("number", number_message(kind, &error, words)));
    let issuing_state =
        issuer(kind, typed).ok_or_else(|| errors.add("issuing_state", words.t("apply-error-issuing-state")));
    let expiry = expiry(typed, today, words).map_err(|message| errors.add("expiry", message));
    match (number, issuing_state, expiry) {
        (Ok(number), Ok(issuing_state), Ok(expiry)) => Ok(Document { number, issuing_state, expiry }),
        _ => Err(errors),
    }
}

fn issuer(kind: Kind, typed: &Fields) -> Option<StateCode> {
    let code = if kind == Kind::Passport { typed.get("issuing_state") } else { "CHN" };
    code.parse().ok()
}

fn expiry(typed: &Fields, today: Date, words: Words) -> Result<Date, String> {
    let date = date(typed, "expiry").map_err(|wrong| words.t(&format!("apply-error-{wrong}")))?;
    let full = date.and_then(PartialDate::full).ok_or_else(|| words.t("apply-error-expiry-missing"))?;
    if full < today { Err(words.t1("apply-error-expired", "date", words.day(full))) } else { Ok(full) }
}

/// If machine-readable lines were pasted: fills in the fields that they hold, or says what is wrong with them.
pub fn read_mrz(typed: &mut Fields, today: Date, words: Words) -> Result<(), FieldErrors> {
    if typed.get("mrz").is_empty() {
        return Ok(());
    }
    let mrz = documents::mrz::parse(typed.raw("mrz"), today).map_err(|errors| {
        let messages: Vec<String> = errors.iter().take(MRZ_ERRORS).map(|e| mrz_message(e, words)).collect();
        one("mrz", messages.join(" "))
    })?;
    if mrz.is_expired(today) {
        return Err(one("mrz", words.t1("apply-error-expired", "date", words.day(mrz.expiry))));
    }
    fill(typed, &mrz);
    Ok(())
}

fn fill(typed: &mut Fields, mrz: &Mrz) {
    typed.set("mrz", "");
    typed.set("number", mrz.number.clone());
    typed.set("issuing_state", mrz.issuer.as_str());
    typed.set("family", mrz.name.primary());
    typed.set("given", mrz.name.secondary());
    typed.set("sex", mrz.sex.as_str());
    typed.set("nationality", mrz.nationality.as_str());
    super::set_date(typed, "birth", mrz.birth);
    super::set_date(typed, "expiry", Some(mrz.expiry.into()));
}

fn number_message(kind: Kind, error: &NumberError, words: Words) -> String {
    let text = key(error.code());
    match error {
        NumberError::Empty => words.t(&text),
        NumberError::TooLong { max } => words.t1(&text, "max", max),
        NumberError::Length { found, .. } => {
            words.t1(&format!("{text}-{}", kind.as_str().replace('_', "-")), "found", found)
        }
        NumberError::Character { position, found, suggestion, .. } => {
            let meant = suggestion.map(String::from).unwrap_or_default();
            let values = [("position", position.to_string()), ("found", found.to_string()), ("meant", meant)];
            words.with(&text, &values)
        }
    }
}

fn mrz_message(error: &MrzError, words: Words) -> String {
    let text = |number: Option<usize>| number.map(|n| n.to_string()).unwrap_or_default();
    let field = error.field().map(|f| words.t(&format!("mrz-field-{}", f.as_str().replace('_', "-"))));
    let (line, position) = error.place();
    let (expected, found) = match error {
        MrzError::LineLength { expected, found, .. } => (expected.to_string(), found.to_string()),
        MrzError::Character { found, .. } | MrzError::CheckDigit { found, .. } => {
            (String::new(), found.to_string())
        }
        MrzError::LineCount { found } => (String::new(), found.to_string()),
        _ => (String::new(), String::new()),
    };
    let values = [
        ("field", field.unwrap_or_default()),
        ("line", text(line)),
        ("position", text(position)),
        ("expected", expected),
        ("found", found),
    ];
    words.with(&key(error.code()), &values)
}
