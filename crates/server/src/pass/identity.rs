//! What a pass says of its holder, taken from the document: enough to compare it with the document in
//! hand, and no more.

use credential::{BirthDay, DocumentKind};
use documents::{Kind, PersonName};
use domain::matching::DocumentDetails;

/// The most initials that a pass carries: more do not help an inspector.
const MOST_INITIALS: usize = 6;

/// The four items.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Given names first, then the family name: `AME` for Anna Maria Eriksson. A name in Chinese characters
    /// only is its first character and one `*` for each of the others.
    pub initials: String,
    /// Day and month of birth, 0 where the document does not say.
    pub birth: BirthDay,
    /// The kind of document.
    pub document: DocumentKind,
    /// The last four characters of its number, without the issue count that older permits print behind it.
    pub last_four: String,
}

/// Identity does not belong in a log.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl Identity {
    /// The items of a document.
    pub fn of(details: &DocumentDetails) -> Self {
        let birth = details.birth_date;
        let number = details.number.canonical();
        let start = number.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
        Self {
            initials: initials(&details.name),
            birth: BirthDay { day: birth.day().unwrap_or(0), month: birth.month().unwrap_or(0) },
            document: match details.kind() {
                Kind::Passport => DocumentKind::Passport,
                Kind::HkMacaoPermit => DocumentKind::HkMacaoPermit,
                Kind::TaiwanPermit => DocumentKind::TaiwanPermit,
            },
            last_four: number[start..].to_owned(),
        }
    }
}

/// The initials of a name, as [`Identity::initials`] has them.
pub(crate) fn initials(name: &PersonName) -> String {
    let (primary, secondary) = name.mrz_identifiers();
    let pieces = secondary.split('<').chain(primary.split('<'));
    let letters: String = pieces.filter_map(|piece| piece.chars().next()).collect();
    if !letters.is_empty() {
        // The family name stands last: of many names those in the middle go first.
        let (count, half) = (letters.chars().count(), MOST_INITIALS / 2);
        let kept = |at: &usize| count <= MOST_INITIALS || *at < half || *at >= count - half;
        return letters.chars().enumerate().filter(|(at, _)| kept(at)).map(|(_, c)| c).collect();
    }
    let mut chinese = name.chinese().unwrap_or_default().chars();
    let first = chinese.next().map(String::from).unwrap_or_default();
    first + &"*".repeat(chinese.count().min(MOST_INITIALS - 1))
}

#[cfg(test)]
mod tests {
    use documents::Number;

    use super::*;

    fn details(kind: Kind, number: &str, name: PersonName, birth: &str) -> DocumentDetails {
        DocumentDetails {
            number: Number::parse(kind, number).unwrap(),
            issuing_state: "UTO".parse().unwrap(),
            name,
            birth_date: birth.parse().unwrap(),
            nationality: "UTO".parse().unwrap(),
            sex: None,
            expiry: None,
        }
    }

    #[test]
    fn initials_of_every_kind_of_name_fit_a_pass() {
        for (primary, secondary, expected) in [
            ("Eriksson", "Anna Maria", "AME"),
            ("Ångström", "Jean-Luc", "JLA"),
            ("Suharto", "", "S"),
            ("O'Connor", "Séan", "SO"),
            ("Müller", "Ülkü", "UM"),
            ("Иванов", "Пётр", "PI"),
            ("da Silva Pereira dos Santos", "Ana Beatriz Carla", "ABCPDS"),
            ("王", "小明", "王**"),
            ("歐陽", "修文", "歐***"),
        ] {
            let name = PersonName::new(primary, secondary).unwrap();
            assert_eq!(initials(&name), expected, "{primary}, {secondary}");
            assert!(initials(&name).len() <= 16);
        }
        let both = PersonName::new("Chan", "Tai Man").unwrap().with_chinese("陳大文").unwrap();
        assert_eq!(initials(&both), "TMC", "letters are what the document's machine-readable zone has");
    }

    #[test]
    fn the_issue_count_of_a_permit_and_an_unknown_day_are_left_out() {
        let name = || PersonName::new("Chan", "Tai Man").unwrap();
        let permit = Identity::of(&details(Kind::HkMacaoPermit, "H12345678 01", name(), "1980-03"));
        assert_eq!((permit.last_four.as_str(), permit.birth), ("5678", BirthDay { day: 0, month: 3 }));
        assert_eq!(permit.document, DocumentKind::HkMacaoPermit);
        let passport = Identity::of(&details(Kind::Passport, "x1234 56c9", name(), "1974-08-12"));
        assert_eq!((passport.last_four.as_str(), passport.birth), ("56C9", BirthDay { day: 12, month: 8 }));
    }
}
