//! Where the applicant stays, and how they can be reached.

use domain::residence::Residence;

use super::key;
use crate::http::Fields;
use crate::http::fields::FieldErrors;
use crate::words::Words;

/// The most characters of a line.
const MAX_LINE: usize = 300;

/// Reads the page.
pub fn read(typed: &Fields, words: Words) -> Result<Residence, FieldErrors> {
    let mut errors = FieldErrors::default();
    let division = typed.get("division").parse();
    let division = division.map_err(|_| errors.add("division", words.t("apply-error-division")));
    let county = line(typed, "county", words, &mut errors);
    let address = line(typed, "address", words, &mut errors);
    if address.is_empty() && errors.of("address").is_none() {
        errors.add("address", words.t("apply-error-address"));
    }
    let phone = typed.get("phone");
    let phone = (!phone.is_empty()).then(|| phone.parse()).transpose();
    let phone = phone.map_err(|error: domain::phone::PhoneError| {
        errors.add("phone", words.t(&key(error.code())));
    });
    match (division, phone) {
        (Ok(division), Ok(phone)) if errors.is_empty() => Ok(Residence { division, county, address, phone }),
        _ => Err(errors),
    }
}

fn line(typed: &Fields, field: &'static str, words: Words, errors: &mut FieldErrors) -> String {
    let text = typed.get(field).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > MAX_LINE {
        errors.add(field, words.t1("apply-error-line-too-long", "max", MAX_LINE));
    }
    text
}
