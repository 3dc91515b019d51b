//! Whose document it is.

use documents::{NameError, PartialDate, PersonName, Sex, StateCode};
use jiff::civil::Date;

use super::{date, key};
use crate::http::Fields;
use crate::http::fields::FieldErrors;
use crate::words::Words;

/// What the page asks for.
pub struct Person {
    /// The name as the document writes it.
    pub name: PersonName,
    /// Date of birth, as far as the document states it.
    pub birth_date: PartialDate,
    /// Sex.
    pub sex: Option<Sex>,
    /// Nationality.
    pub nationality: StateCode,
}

/// Reads the page. Nobody was born after `today`.
pub fn read(typed: &Fields, today: Date, words: Words) -> Result<Person, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = name(typed, words, &mut errors);
    let birth_date = birth(typed, today).map_err(|wrong| {
        errors.add("birth", words.t(&format!("apply-error-{wrong}")));
    });
    let sex = typed.get("sex").parse().map_err(|_| errors.add("sex", words.t("apply-error-sex")));
    let nationality = typed.get("nationality").parse();
    let nationality = nationality.map_err(|_| errors.add("nationality", words.t("apply-error-nationality")));
    match (name, birth_date, sex, nationality) {
        (Some(name), Ok(birth_date), Ok(sex), Ok(nationality)) => {
            Ok(Person { name, birth_date, sex: Some(sex), nationality })
        }
        _ => Err(errors),
    }
}

/// Each part is judged alone first, so that the message stands at the field that is wrong.
fn name(typed: &Fields, words: Words, errors: &mut FieldErrors) -> Option<PersonName> {
    let (family, given, chinese) = (typed.raw("family"), typed.raw("given"), typed.raw("chinese"));
    for (field, text) in [("family", family), ("given", given), ("chinese", chinese)] {
        match PersonName::single(text) {
            Ok(_) | Err(NameError::Empty) => {}
            Err(error) => errors.add(field, message(error, words)),
        }
    }
    if !errors.is_empty() {
        return None;
    }
    let name = PersonName::new(family, given).or_else(|error| match error {
        NameError::Empty => PersonName::new(chinese, ""),
        other => Err(other),
    });
    match name {
        Ok(name) => name.with_chinese(chinese).map_err(|e| errors.add("chinese", message(e, words))).ok(),
        Err(error) => {
            errors.add("family", message(error, words));
            None
        }
    }
}

fn message(error: NameError, words: Words) -> String {
    match error {
        NameError::TooLong { max } => words.t1(&key(error.code()), "max", max),
        NameError::Character { position, found } => {
            words.t2(&key(error.code()), "position", position, "found", found)
        }
        _ => words.t(&key(error.code())),
    }
}

fn birth(typed: &Fields, today: Date) -> Result<PartialDate, &'static str> {
    let date = date(typed, "birth")?.ok_or("birth-missing")?;
    if date.is_after(today) { Err("birth-future") } else { Ok(date) }
}
