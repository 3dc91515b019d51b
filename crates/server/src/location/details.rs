//! What somebody typed about a location, in the form or in a file, becomes its details, or a list of what is wrong.

use domain::location::{LocationKind, Name, NameError, NameField, Stay};
use domain::residence::Division;
use paper::Missing;
use serde::{Deserialize, Serialize};
use store::rows::location::LocationDetails;

use super::print::lacking;
use crate::words::Words;

/// A field of the form, a column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The name in Chinese.
    Name,
    /// The name in another language.
    NameOther,
    /// What kind of place.
    Kind,
    /// The code of the division.
    Division,
    /// Street and number.
    Address,
    /// How many people it holds.
    Capacity,
    /// Minutes that people usually stay.
    Stay,
    /// Whether an entry needs a green code.
    EntryRule,
    /// Names of entrances, in files.
    Entrances,
    /// That characters which our font lacks are known to be.
    SvgOnly,
}

impl Field {
    /// Each, in the order of the form.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::NameOther,
        Self::Kind,
        Self::Division,
        Self::Address,
        Self::Capacity,
        Self::Stay,
        Self::EntryRule,
        Self::Entrances,
        Self::SvgOnly,
    ];
    /// Those that every file has.
    pub const REQUIRED: [Self; 4] = [Self::Name, Self::Kind, Self::Division, Self::Address];

    /// The name of the field and of the column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NameOther => "name_other",
            Self::Kind => "kind",
            Self::Division => "division",
            Self::Address => "address",
            Self::Capacity => "capacity",
            Self::Stay => "stay",
            Self::EntryRule => "entry_rule",
            Self::Entrances => "entrances",
            Self::SvgOnly => "svg_only",
        }
    }

    /// The field of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// Which.
    pub field: Field,
    /// What: the end of the locale key `location-wrong-…`.
    pub code: String,
    /// What its words name: a number, a character.
    pub value: Option<String>,
}

impl Wrong {
    pub(super) fn new(field: Field, code: &str) -> Self {
        Self { field, code: code.to_owned(), value: None }
    }

    fn naming(field: Field, code: &str, value: &impl ToString) -> Self {
        Self { value: Some(value.to_string()), ..Self::new(field, code) }
    }

    /// What is wrong and how to mend it, in words.
    pub fn reason(&self, words: Words) -> String {
        words.t1(&format!("location-wrong-{}", self.code), "value", self.value.as_deref().unwrap_or_default())
    }
}

/// The most people that a location may hold: a stadium has fewer.
const MOST_PEOPLE: u32 = 1_000_000;

/// Reads what was typed; every error is given.
pub fn judge<'a>(typed: impl Fn(Field) -> &'a str) -> Result<LocationDetails, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let svg_only = typed(Field::SvgOnly) == "yes";
    let text = |field, kind: NameField, wrong: &mut Vec<Wrong>| {
        let read = name(field, kind, typed(field), svg_only);
        read.map_err(|error| wrong.push(error)).unwrap_or_default()
    };
    let name = text(Field::Name, NameField::Chinese, &mut wrong);
    let other = typed(Field::NameOther).trim();
    let name_other = (!other.is_empty()).then(|| text(Field::NameOther, NameField::Other, &mut wrong));
    let kind = kind(typed(Field::Kind)).map_err(|error| wrong.push(error));
    let division = division(typed(Field::Division)).map_err(|error| wrong.push(error));
    let address = text(Field::Address, NameField::Address, &mut wrong);
    let capacity = capacity(typed(Field::Capacity)).map_err(|error| wrong.push(error));
    let stay = stay(typed(Field::Stay), kind.ok()).map_err(|error| wrong.push(error));
    let entry_rule = yes_no(typed(Field::EntryRule)).map_err(|error| wrong.push(error));
    match (kind, division, capacity, stay, entry_rule) {
        (Ok(kind), Ok(division), Ok(capacity), Ok(stay), Ok(entry_rule)) if wrong.is_empty() => {
            let division = division.code().to_owned();
            Ok(LocationDetails { name, name_other, kind, division, address, capacity, stay, entry_rule })
        }
        _ => Err(wrong),
    }
}

/// A name or an address. What our font lacks is named, unless it is known.
pub fn name(field: Field, kind: NameField, typed: &str, svg_only: bool) -> Result<String, Wrong> {
    let name = Name::parse(typed, kind).map_err(|error| match error {
        NameError::Empty => Wrong::new(field, &format!("{}-empty", field.as_str().replace('_', "-"))),
        NameError::Long { most, .. } => Wrong::naming(field, "long", &most),
        NameError::Invisible(character) => Wrong::naming(field, "invisible", &format!("U+{character:04X}")),
        NameError::NotChinese => Wrong::new(field, "not-chinese"),
    })?;
    let missing = lacking(name.as_str());
    if missing.is_empty() || svg_only {
        return Ok(name.as_str().to_owned());
    }
    Err(Wrong::naming(field, "lacking", &Missing(missing)))
}

fn kind(typed: &str) -> Result<LocationKind, Wrong> {
    // A checkpoint's location is made by an administrator, beside its checkpoint.
    let known = LocationKind::from_name(typed.trim()).filter(|kind| *kind != LocationKind::Checkpoint);
    known.ok_or_else(|| Wrong::new(Field::Kind, "kind"))
}

fn division(typed: &str) -> Result<Division, Wrong> {
    typed.trim().parse().map_err(|_| Wrong::new(Field::Division, "division"))
}

fn capacity(typed: &str) -> Result<Option<u32>, Wrong> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let number = typed.parse().ok().filter(|number| (1..=MOST_PEOPLE).contains(number));
    number.map(Some).ok_or_else(|| Wrong::new(Field::Capacity, "capacity"))
}

fn stay(typed: &str, kind: Option<LocationKind>) -> Result<Stay, Wrong> {
    let typed = typed.trim();
    match kind {
        _ if !typed.is_empty() => {
            let minutes = typed.parse().ok().and_then(|minutes| Stay::from_minutes(minutes).ok());
            minutes.ok_or_else(|| Wrong::new(Field::Stay, "stay"))
        }
        Some(kind) => Ok(kind.usual_stay()),
        // What is wrong is the kind, and that is said.
        None => Ok(LocationKind::Other.usual_stay()),
    }
}

fn yes_no(typed: &str) -> Result<bool, Wrong> {
    match typed.trim() {
        "yes" => Ok(true),
        "no" | "" => Ok(false),
        _ => Err(Wrong::new(Field::EntryRule, "yes-no")),
    }
}

/// Whether this is another place, or looks like one: then a reviewer has to look at it again.
pub fn is_another(one: &LocationDetails, other: &LocationDetails) -> bool {
    let identity = |details: &LocationDetails| {
        let LocationDetails { name, name_other, kind, division, address, .. } = details.clone();
        (name, name_other, kind, division, address)
    };
    identity(one) != identity(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, MISSING};

    fn typed(change: &[(Field, &'static str)]) -> Result<LocationDetails, Vec<Wrong>> {
        let change = change.to_vec();
        judge(move |field| {
            let given = change.iter().find(|(changed, _)| *changed == field).map(|(_, text)| *text);
            given.unwrap_or(match field {
                Field::Name => "江城市场",
                Field::NameOther => "River Market",
                Field::Kind => "market",
                Field::Division => "420100",
                Field::Address => "沿江路1号",
                _ => "",
            })
        })
    }

    #[test]
    fn what_is_left_empty_is_as_usual() {
        let details = typed(&[]).unwrap();
        assert_eq!((details.capacity, details.stay.minutes(), details.entry_rule), (None, 60, false));
        let details =
            typed(&[(Field::NameOther, " "), (Field::Stay, "45"), (Field::EntryRule, "yes")]).unwrap();
        assert_eq!((details.name_other, details.stay.minutes(), details.entry_rule), (None, 45, true));
    }

    #[test]
    fn everything_that_is_wrong_is_named_with_words_in_every_language() {
        let wrong = typed(&[
            (Field::Name, "Market"),
            (Field::NameOther, "A\u{202E}B"),
            (Field::Kind, "checkpoint"),
            (Field::Division, "310100"),
            (Field::Address, ""),
            (Field::Capacity, "0"),
            (Field::Stay, "4"),
            (Field::EntryRule, "maybe"),
        ])
        .unwrap_err();
        let codes: Vec<&str> = wrong.iter().map(|wrong| wrong.code.as_str()).collect();
        let expected =
            ["not-chinese", "invisible", "kind", "division", "address-empty", "capacity", "stay", "yes-no"];
        assert_eq!(codes, expected);
        let more = typed(&[(Field::Name, ""), (Field::Address, "متحف")]).unwrap_err();
        let long = name(Field::NameOther, NameField::Other, &"x".repeat(201), false).unwrap_err();
        for wrong in wrong.into_iter().chain(more).chain([long]) {
            for language in Language::ALL {
                let reason = wrong.reason(Words(language));
                assert!(!reason.contains(MISSING) && !reason.contains("{ $"), "{reason}");
            }
        }
    }

    #[test]
    fn characters_that_the_font_lacks_are_named_until_they_are_known() {
        let wrong = typed(&[(Field::NameOther, "متحف")]).unwrap_err();
        assert_eq!((wrong[0].field, wrong[0].code.as_str()), (Field::NameOther, "lacking"));
        assert!(wrong[0].value.as_deref().unwrap().contains("U+0645"), "{wrong:?}");
        assert!(typed(&[(Field::NameOther, "متحف"), (Field::SvgOnly, "yes")]).is_ok());
    }

    #[test]
    fn only_what_a_poster_says_makes_another_place() {
        let one = typed(&[]).unwrap();
        let same = typed(&[(Field::Capacity, "9"), (Field::Stay, "5"), (Field::EntryRule, "yes")]).unwrap();
        assert!(!is_another(&one, &same));
        assert!(is_another(&one, &typed(&[(Field::Address, "沿江路2号")]).unwrap()));
        assert!(is_another(&one, &typed(&[(Field::NameOther, "")]).unwrap()));
    }
}
