//! The invented people whom the reference server knows. They are from Utopia (UTO), and their passports' numbers
//! are no numbers of anybody.

use credential::{BirthDay, Colour, DocumentKind};
use documents::PersonName;

use crate::pass::identity::initials;

/// What a person's code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Green.
    Green,
    /// The nation's yellow.
    Yellow,
    /// Red.
    Red,
    /// Without a colour.
    NoColour,
    /// Ended.
    Expired,
    /// Withdrawn.
    Withdrawn,
}

impl State {
    /// The end of its locale key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::NoColour => "none",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(super) const fn colour(self) -> Colour {
        match self {
            Self::Yellow => Colour::Yellow,
            Self::Red => Colour::Red,
            Self::NoColour => Colour::None,
            Self::Green | Self::Expired | Self::Withdrawn => Colour::Green,
        }
    }
}

/// An invented person.
pub struct Person {
    /// What the code is.
    pub state: State,
    /// The code's text behind its prefix.
    pub code: &'static str,
    /// Family name.
    pub family: &'static str,
    /// Given names.
    pub given: &'static str,
    /// Year, month, day.
    pub birth: (u16, u8, u8),
    /// Kind of document.
    pub document: DocumentKind,
    /// Its number.
    pub number: &'static str,
    /// Where the signed form stands in the status list.
    pub index: u32,
}

const fn person(
    state: State,
    code: &'static str,
    (family, given): (&'static str, &'static str),
    birth: (u16, u8, u8),
    number: &'static str,
    index: u32,
) -> Person {
    Person { state, code, family, given, birth, document: DocumentKind::Passport, number, index }
}

/// One for each state.
pub const PEOPLE: [Person; 6] = [
    person(State::Green, "7K3M92QD5WXA", ("AALTOBRIGHT", "SAGALINDE"), (1984, 5, 17), "U84000013", 70_001),
    person(State::Yellow, "B8TQ4HNE2RVC", ("MBEKINAIDOO", "THANDO"), (1976, 11, 30), "U84000021", 131_072),
    person(State::Red, "M5XJ9FPW3KAS", ("KOWALCZYKOVA", "JADWIGA"), (1969, 2, 8), "U84000039", 262_147),
    person(State::NoColour, "R2CVEH8NQ4TB", ("SEPULVEDANO", "XIMENA"), (1999, 7, 21), "U84000047", 524_289),
    person(State::Expired, "W9QD7A5MK3XE", ("ABDURRAHMANI", "IDRIS"), (1990, 12, 1), "U84000054", 600_011),
    person(
        State::Withdrawn,
        "F3HS6PJZ8GYN",
        ("FITZWILLIAMSON", "ODETTE"),
        (1958, 9, 26),
        "U84000062",
        1_000_003,
    ),
];

impl Person {
    /// Initials and birthday, as a pass has them.
    pub(super) fn items(&self) -> (String, BirthDay) {
        let name = PersonName::new(self.family, self.given);
        let (_, month, day) = self.birth;
        (name.map(|name| initials(&name)).unwrap_or_default(), BirthDay { day, month })
    }
}
