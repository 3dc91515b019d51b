//! Says in words what differs between two sides, for those who should not have to play spot the difference.

use domain::matching::{self, Difference, DocumentDetails, Outcome};

use crate::words::Words;

/// One sentence for each difference; a single one if there is none.
pub fn explain(words: Words, applied: &DocumentDetails, other: &DocumentDetails) -> Vec<String> {
    match matching::compare(applied, other) {
        Outcome::Exact => vec![words.t("review-differs-nothing")],
        Outcome::Different => vec![words.t("review-differs-all")],
        Outcome::Near(differences) => {
            differences.into_iter().map(|d| sentence(words, d, applied, other)).collect()
        }
    }
}

fn sentence(
    words: Words,
    difference: Difference,
    applied: &DocumentDetails,
    other: &DocumentDetails,
) -> String {
    match difference {
        Difference::Number => number(words, applied.number.canonical(), other.number.canonical()),
        Difference::BirthDate => words.t(birth_date_key(applied, other)),
        Difference::Name(how) => words.t(&format!("review-differs-{}", how.code().replace(['.', '_'], "-"))),
    }
}

fn birth_date_key(applied: &DocumentDetails, other: &DocumentDetails) -> &'static str {
    let (a, b) = (applied.birth_date, other.birth_date);
    if (a.month().is_none(), a.day().is_none()) != (b.month().is_none(), b.day().is_none()) {
        "review-differs-birth-open"
    } else if a.year() != b.year() {
        "review-differs-birth-year"
    } else if a.month() != b.month() {
        "review-differs-birth-month"
    } else {
        "review-differs-birth-day"
    }
}

/// The one character by which two numbers differ, and where. Positions count from 1.
fn number(words: Words, applied: &str, other: &str) -> String {
    let (left, right): (Vec<char>, Vec<char>) = (applied.chars().collect(), other.chars().collect());
    let front = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let position = (front + 1).to_string();
    let at = |side: &[char]| side.get(front).map(char::to_string).unwrap_or_default();
    let (ours, theirs) = (at(&left), at(&right));
    let swapped = left.get(front) == right.get(front + 1) && left.get(front + 1) == right.get(front);
    let key = match left.len().cmp(&right.len()) {
        std::cmp::Ordering::Less => "review-differs-number-missing",
        std::cmp::Ordering::Greater => "review-differs-number-added",
        std::cmp::Ordering::Equal if swapped => "review-differs-number-swapped",
        std::cmp::Ordering::Equal if look_alike(&ours, &theirs) => "review-differs-number-alike",
        std::cmp::Ordering::Equal => "review-differs-number",
    };
    words.with(key, &[("position", position), ("applied", ours), ("other", theirs)])
}

/// Pairs that print and handwriting confuse.
fn look_alike(a: &str, b: &str) -> bool {
    const PAIRS: [[&str; 2]; 6] = [["0", "O"], ["1", "I"], ["8", "B"], ["5", "S"], ["2", "Z"], ["0", "D"]];
    PAIRS.iter().any(|pair| *pair == [a, b] || *pair == [b, a])
}

#[cfg(test)]
mod tests {
    use documents::{Kind, Number, PersonName};

    use super::*;
    use crate::words::{Language, MISSING};

    fn details(number: &str, birth: &str, family: &str, given: &str) -> DocumentDetails {
        DocumentDetails {
            number: Number::parse(Kind::Passport, number).unwrap(),
            issuing_state: "UTO".parse().unwrap(),
            name: PersonName::new(family, given).unwrap(),
            birth_date: birth.parse().unwrap(),
            nationality: "UTO".parse().unwrap(),
            sex: None,
            expiry: None,
        }
    }

    #[test]
    fn every_difference_has_its_sentence() {
        let filed = details("X12345678", "1980-03-14", "Eriksson", "Anna Maria");
        for (number, birth, family, given, says) in [
            ("X12345678", "1980-03-14", "Eriksson", "Anna Maria", "The details are the same."),
            ("X12345679", "1980-03-14", "Eriksson", "Anna Maria", "Character 9 of the number"),
            ("X1234567B", "1980-03-14", "Eriksson", "Anna Maria", "look alike"),
            ("X1234567", "1980-03-14", "Eriksson", "Anna Maria", "is missing"),
            ("X123456788", "1980-03-14", "Eriksson", "Anna Maria", "one too many"),
            ("X12354678", "1980-03-14", "Eriksson", "Anna Maria", "changed places"),
            ("X12345678", "1980-04-14", "Eriksson", "Anna Maria", "month"),
            ("X12345678", "1980", "Eriksson", "Anna Maria", "leaves"),
            ("X12345678", "1980-03-14", "Anna Maria", "Eriksson", "order"),
            ("X12345678", "1980-03-14", "Okonkwo", "Chidi", "too different"),
        ] {
            let typed = details(number, birth, family, given);
            let said = explain(Words(Language::En), &typed, &filed).join(" ");
            assert!(said.contains(says), "{number} {birth} {family}: {said}");
        }
    }

    #[test]
    fn every_way_in_which_names_differ_has_words_in_every_language() {
        use documents::Difference::{
            Chinese, MissingPart, Order, Romanisation, Script, Spelling, Transliteration, Truncation,
        };
        let any = details("X12345678", "1980-03-14", "Eriksson", "Anna");
        for how in [Chinese, MissingPart, Order, Romanisation, Script, Spelling, Transliteration, Truncation]
        {
            for language in Language::ALL {
                let said = sentence(Words(language), Difference::Name(how), &any, &any);
                assert!(!said.contains(MISSING), "{said}");
            }
        }
    }
}
