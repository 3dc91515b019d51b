//! Whether what an applicant typed is what public security filed (design section 4).
//!
//! Used by `store`, which indexes filings by [`candidate_terms`], and by `server`, which decides with
//! [`compare`]. The decision that matters: *exact* issues a code with nobody looking, so nothing is forgiven
//! there; *near* is what a reviewer can settle by seeing both sides.

use documents::{Kind, Number, PartialDate, PersonName, Sex, Similarity, StateCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a travel document says: typed by an applicant, or filed by public security. `Debug` shows only the kind,
/// because number and name show nothing of themselves and the rest is left out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDetails {
    /// Number, with the kind of document.
    pub number: Number,
    /// Who issued it.
    pub issuing_state: StateCode,
    /// Its holder's name.
    pub name: PersonName,
    /// Its holder's date of birth, as far as the document states it.
    pub birth_date: PartialDate,
    /// Its holder's nationality.
    pub nationality: StateCode,
    /// Its holder's sex, where it was given.
    pub sex: Option<Sex>,
    /// The last day on which it is valid, where it was given.
    pub expiry: Option<Date>,
}

impl DocumentDetails {
    /// The kind of document.
    pub const fn kind(&self) -> Kind {
        self.number.kind()
    }
}

impl std::fmt::Debug for DocumentDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DocumentDetails").field("kind", &self.kind()).finish_non_exhaustive()
    }
}

/// What differs between two sides that may be the same document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// One character of the number: wrong, missing, added, or two neighbours swapped.
    Number,
    /// One field (year, month or day) of the date of birth, or one side states less of it.
    BirthDate,
    /// The name, in the way that its comparison found.
    Name(documents::Difference),
}

/// How two sides compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The same key (kind, issuing state, canonical number), date of birth and name.
    Exact,
    /// One or two of the three differ a little: a reviewer decides.
    Near(Vec<Difference>),
    /// Another document.
    Different,
}

/// Compares what an applicant typed with a filing. When number, date and name all differ a little, nothing is
/// left that holds the two together, and they are different.
pub fn compare(applicant: &DocumentDetails, filed: &DocumentDetails) -> Outcome {
    let parts = [number(applicant, filed), birth_date(applicant, filed), name(applicant, filed)];
    let mut differences = Vec::with_capacity(2);
    for part in parts {
        match part {
            Part::Same => {}
            Part::Near(difference) => differences.push(difference),
            Part::Different => return Outcome::Different,
        }
    }
    match differences.len() {
        0 => Outcome::Exact,
        1 | 2 => Outcome::Near(differences),
        _ => Outcome::Different,
    }
}

enum Part {
    Same,
    Near(Difference),
    Different,
}

fn number(a: &DocumentDetails, b: &DocumentDetails) -> Part {
    if a.kind() != b.kind() || a.issuing_state != b.issuing_state {
        return Part::Different;
    }
    match (a.number.canonical(), b.number.canonical()) {
        (a, b) if a == b => Part::Same,
        (a, b) if one_edit(a.as_bytes(), b.as_bytes()) => Part::Near(Difference::Number),
        _ => Part::Different,
    }
}

fn birth_date(a: &DocumentDetails, b: &DocumentDetails) -> Part {
    let (a, b) = (a.birth_date, b.birth_date);
    // 1974 against 1974-08-12: nothing contradicts, one side knows less.
    let less = |x: Option<u8>, y: Option<u8>| x == y || x.is_none() || y.is_none();
    let compatible = a.year() == b.year() && less(a.month(), b.month()) && less(a.day(), b.day());
    match a.differing_fields(b) {
        0 => Part::Same,
        1 => Part::Near(Difference::BirthDate),
        _ if compatible => Part::Near(Difference::BirthDate),
        _ => Part::Different,
    }
}

fn name(a: &DocumentDetails, b: &DocumentDetails) -> Part {
    match documents::compare(&a.name, &b.name) {
        Similarity::Exact => Part::Same,
        Similarity::Near(difference) => Part::Near(Difference::Name(difference)),
        Similarity::Different => Part::Different,
    }
}

/// Whether two different texts are one substitution, insertion, deletion or swap of neighbours apart.
fn one_edit(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let start = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[start..], &long[start..]);
    match long.len() - short.len() {
        0 => {
            let swapped = long.len() >= 2 && short[0] == long[1] && short[1] == long[0];
            short.get(1..) == long.get(1..) || (swapped && short[2..] == long[2..])
        }
        1 => *short == long[1..],
        _ => false,
    }
}

/// A text under which a record can be found again although something of it was mistyped. Two records that
/// [`compare`] calls near share a term: by the number when it is one character off or the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Keeps terms of different meaning apart.
    pub label: &'static str,
    /// Its pieces. Personal data: blind-indexed, never stored.
    pub parts: Vec<String>,
}

/// Label of the terms of number and number variants.
pub const NUMBER_TERM: &str = "candidate.number";
/// Label of the terms of birth date and name key.
pub const PERSON_TERM: &str = "candidate.person";

/// The terms of a record: its number and each variant of it without one character; its date of birth with
/// each name key.
pub fn candidate_terms(details: &DocumentDetails) -> Vec<Term> {
    let kind = details.kind().as_str();
    let state = details.issuing_state.as_str();
    let mut numbers = details.number.deletion_variants();
    numbers.push(details.number.canonical().to_owned());
    let mut terms: Vec<Term> = numbers
        .into_iter()
        .map(|number| Term { label: NUMBER_TERM, parts: vec![kind.to_owned(), state.to_owned(), number] })
        .collect();
    terms.extend(person_terms(details.birth_date, &details.name));
    terms
}

/// The terms of a date of birth with each key of a name: how clerks search.
pub fn person_terms(birth_date: PartialDate, name: &PersonName) -> Vec<Term> {
    let born = birth_date.to_string();
    let term = |key| Term { label: PERSON_TERM, parts: vec![born.clone(), key] };
    name.keys().into_iter().map(term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn filed() -> DocumentDetails {
        details("X12345678", "1980-03-14", "ERIKSSON", "ANNA MARIA")
    }

    #[test]
    fn the_table_of_section_4() {
        use Difference::{BirthDate, Name, Number};
        use Outcome::{Different, Exact, Near};
        let order = Name(documents::Difference::Order);
        let table = [
            ("X12345678", "1980-03-14", "Eriksson", "Anna Maria", Exact),
            ("x 1234 5678", "1980-03-14", "Eriksson", "Anna-Maria", Exact),
            ("X12345678", "1980-03-14", "Anna Maria", "Eriksson", Near(vec![order])),
            ("X12345679", "1980-03-14", "Eriksson", "Anna Maria", Near(vec![Number])),
            ("X1234567", "1980-03-14", "Eriksson", "Anna Maria", Near(vec![Number])),
            ("X123456778", "1980-03-14", "Eriksson", "Anna Maria", Near(vec![Number])),
            ("X12354678", "1980-03-14", "Eriksson", "Anna Maria", Near(vec![Number])),
            ("X12345687", "1980-03-15", "Eriksson", "Anna Maria", Near(vec![Number, BirthDate])),
            ("X12345678", "1980-04-14", "Eriksson", "Anna Maria", Near(vec![BirthDate])),
            ("X12345678", "1980", "Eriksson", "Anna Maria", Near(vec![BirthDate])),
            ("X12345678", "1980-04-15", "Eriksson", "Anna Maria", Different),
            ("X12345690", "1980-03-14", "Eriksson", "Anna Maria", Different),
            ("X12345678", "1980-03-14", "Okonkwo", "Chidi", Different),
            ("X12345679", "1980-03-15", "Anna Maria", "Eriksson", Different),
        ];
        for (number, birth, family, given, expected) in table {
            let typed = details(number, birth, family, given);
            assert_eq!(compare(&typed, &filed()), expected, "{number} {birth} {family} {given}");
            assert_eq!(compare(&filed(), &typed), expected, "the other way: {number} {birth}");
        }
    }

    #[test]
    fn another_state_is_another_document() {
        let typed = DocumentDetails { issuing_state: "XXA".parse().unwrap(), ..filed() };
        assert_eq!(compare(&typed, &filed()), Outcome::Different);
    }

    #[test]
    fn every_number_one_edit_away_is_near_and_shares_a_term() {
        let filed_terms = candidate_terms(&filed());
        let original = b"X12345678";
        let mut typed: Vec<Vec<u8>> = Vec::new();
        for at in 0..original.len() {
            typed.push([&original[..at], &original[at + 1..]].concat());
            for c in [b'0', b'9', b'Q'] {
                typed.push([&original[..at], &[c], &original[at..]].concat());
                typed.push([&original[..at], &[c], &original[at + 1..]].concat());
            }
            if at > 0 {
                let mut swapped = original.to_vec();
                swapped.swap(at, at - 1);
                typed.push(swapped);
            }
        }
        for number in typed.iter().filter(|t| *t != original) {
            let number = std::str::from_utf8(number).unwrap();
            let typed = details(number, "1980-03-14", "Eriksson", "Anna Maria");
            assert_eq!(compare(&typed, &filed()), Outcome::Near(vec![Difference::Number]), "{number}");
            assert!(candidate_terms(&typed).iter().any(|t| filed_terms.contains(t)), "{number}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_person() {
        assert_eq!(format!("{:?}", filed()), "DocumentDetails { kind: Passport, .. }");
    }
}
