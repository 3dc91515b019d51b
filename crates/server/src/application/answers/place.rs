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
    let text: String = typed.get(field).chars().filter(|c| !hides(*c)).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > MAX_LINE {
        errors.add(field, words.t1("apply-error-line-too-long", "max", MAX_LINE));
    }
    text
}

/// Characters that nobody sees and that change what others see: control characters (white space aside) and those
/// that turn the direction of the text (Unicode Standard Annex 9, section 2). Pasted texts bring them along.
fn hides(c: char) -> bool {
    let turns =
        matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn what_nobody_sees_is_not_kept_of_an_address() {
        let typed =
            [("division", "420100"), ("county", "Jiang\u{0}han"), ("address", "1\u{202E}2\tRoad \u{2067}x")];
        let read = read(&Fields::from_pairs(typed), Words(Language::En)).expect("a good address");
        assert_eq!((read.county.as_str(), read.address.as_str()), ("Jianghan", "12 Road x"));
    }
}
