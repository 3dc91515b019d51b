//! Where each field stands (ICAO 9303-4, -5 and -6, section 4.2).

use serde::{Deserialize, Serialize};

use super::error::Field;

/// Shape of the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Format {
    /// Cards: three lines of 30 (ICAO 9303-5).
    Td1,
    /// Larger cards: two lines of 36 (ICAO 9303-6).
    Td2,
    /// Passport booklets: two lines of 44 (ICAO 9303-4).
    Td3,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Td1, Self::Td2, Self::Td3];

    /// The stable code: `TD1`, `TD2`, `TD3`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Td1 => "TD1",
            Self::Td2 => "TD2",
            Self::Td3 => "TD3",
        }
    }

    /// How many lines, and how many characters each has.
    pub const fn size(self) -> (usize, usize) {
        match self {
            Self::Td1 => (3, 30),
            Self::Td2 => (2, 36),
            Self::Td3 => (2, 44),
        }
    }

    pub(super) const fn layout(self) -> &'static Layout {
        match self {
            Self::Td1 => &TD1,
            Self::Td2 => &TD2,
            Self::Td3 => &TD3,
        }
    }
}

/// A run of characters in one line: line from 0, first position as the standard counts it (from 1), length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) field: Field,
    pub(super) line: usize,
    pub(super) position: usize,
    pub(super) length: usize,
}

impl Slot {
    /// The same place in a line, from 0.
    pub(super) const fn range(self) -> std::ops::Range<usize> {
        self.position - 1..self.position - 1 + self.length
    }
}

pub(super) struct Layout {
    pub(super) code: Slot,
    pub(super) issuer: Slot,
    pub(super) number: Slot,
    pub(super) number_check: Slot,
    pub(super) nationality: Slot,
    pub(super) birth: Slot,
    pub(super) birth_check: Slot,
    pub(super) sex: Slot,
    pub(super) expiry: Slot,
    pub(super) expiry_check: Slot,
    pub(super) optional: Slot,
    /// TD3 only.
    pub(super) optional_check: Option<Slot>,
    /// TD1 only.
    pub(super) optional2: Option<Slot>,
    pub(super) composite: Slot,
    /// What the composite check digit covers, in its order.
    pub(super) covered: &'static [Slot],
    pub(super) name: Slot,
}

const fn slot(field: Field, line: usize, position: usize, length: usize) -> Slot {
    Slot { field, line: line - 1, position, length }
}

static TD1: Layout = Layout {
    code: slot(Field::DocumentCode, 1, 1, 2),
    issuer: slot(Field::Issuer, 1, 3, 3),
    number: slot(Field::Number, 1, 6, 9),
    number_check: slot(Field::Number, 1, 15, 1),
    optional: slot(Field::Optional, 1, 16, 15),
    optional_check: None,
    birth: slot(Field::Birth, 2, 1, 6),
    birth_check: slot(Field::Birth, 2, 7, 1),
    sex: slot(Field::Sex, 2, 8, 1),
    expiry: slot(Field::Expiry, 2, 9, 6),
    expiry_check: slot(Field::Expiry, 2, 15, 1),
    nationality: slot(Field::Nationality, 2, 16, 3),
    optional2: Some(slot(Field::Optional2, 2, 19, 11)),
    composite: slot(Field::Composite, 2, 30, 1),
    covered: &[
        slot(Field::Composite, 1, 6, 25),
        slot(Field::Composite, 2, 1, 7),
        slot(Field::Composite, 2, 9, 7),
        slot(Field::Composite, 2, 19, 11),
    ],
    name: slot(Field::Name, 3, 1, 30),
};

static TD2: Layout = Layout {
    code: slot(Field::DocumentCode, 1, 1, 2),
    issuer: slot(Field::Issuer, 1, 3, 3),
    name: slot(Field::Name, 1, 6, 31),
    number: slot(Field::Number, 2, 1, 9),
    number_check: slot(Field::Number, 2, 10, 1),
    nationality: slot(Field::Nationality, 2, 11, 3),
    birth: slot(Field::Birth, 2, 14, 6),
    birth_check: slot(Field::Birth, 2, 20, 1),
    sex: slot(Field::Sex, 2, 21, 1),
    expiry: slot(Field::Expiry, 2, 22, 6),
    expiry_check: slot(Field::Expiry, 2, 28, 1),
    optional: slot(Field::Optional, 2, 29, 7),
    optional_check: None,
    optional2: None,
    composite: slot(Field::Composite, 2, 36, 1),
    covered: &[
        slot(Field::Composite, 2, 1, 10),
        slot(Field::Composite, 2, 14, 7),
        slot(Field::Composite, 2, 22, 14),
    ],
};

static TD3: Layout = Layout {
    code: slot(Field::DocumentCode, 1, 1, 2),
    issuer: slot(Field::Issuer, 1, 3, 3),
    name: slot(Field::Name, 1, 6, 39),
    number: slot(Field::Number, 2, 1, 9),
    number_check: slot(Field::Number, 2, 10, 1),
    nationality: slot(Field::Nationality, 2, 11, 3),
    birth: slot(Field::Birth, 2, 14, 6),
    birth_check: slot(Field::Birth, 2, 20, 1),
    sex: slot(Field::Sex, 2, 21, 1),
    expiry: slot(Field::Expiry, 2, 22, 6),
    expiry_check: slot(Field::Expiry, 2, 28, 1),
    optional: slot(Field::Optional, 2, 29, 14),
    optional_check: Some(slot(Field::Optional, 2, 43, 1)),
    optional2: None,
    composite: slot(Field::Composite, 2, 44, 1),
    covered: &[
        slot(Field::Composite, 2, 1, 10),
        slot(Field::Composite, 2, 14, 7),
        slot(Field::Composite, 2, 22, 22),
    ],
};
