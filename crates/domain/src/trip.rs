//! Where a holder travelled: a place, days and a means of transport, as declared.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::residence::DIVISIONS;

/// The provinces, autonomous regions, municipalities and special administrative regions outside Hubei, as GB/T 2260
/// codes them. In Hubei itself a place is one of [`DIVISIONS`].
pub const PROVINCES: [&str; 33] = [
    "110000", "120000", "130000", "140000", "150000", "210000", "220000", "230000", "310000", "320000",
    "330000", "340000", "350000", "360000", "370000", "410000", "430000", "440000", "450000", "460000",
    "500000", "510000", "520000", "530000", "540000", "610000", "620000", "630000", "640000", "650000",
    "710000", "810000", "820000",
];
/// A trip that ended longer ago than this is not declared: the questions are about 14 days, and twice that is room.
pub const PAST_DAYS: i64 = 28;
/// Nor one that begins later than this.
pub const AHEAD_DAYS: i64 = 28;
/// The most days of one trip.
pub const LONGEST_DAYS: i64 = 60;

/// A place of a trip: a division of Hubei, or a province.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct TripPlace(usize);

impl TripPlace {
    /// The six digits of GB/T 2260; locale keys are `division-<code>`.
    pub const fn code(self) -> &'static str {
        if self.0 < DIVISIONS.len() { DIVISIONS[self.0] } else { PROVINCES[self.0 - DIVISIONS.len()] }
    }

    /// Every place, those of Hubei first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..DIVISIONS.len() + PROVINCES.len()).map(Self)
    }
}

impl From<TripPlace> for &'static str {
    fn from(place: TripPlace) -> Self {
        place.code()
    }
}

impl TryFrom<String> for TripPlace {
    type Error = TripError;

    fn try_from(code: String) -> Result<Self, TripError> {
        Self::all().find(|place| place.code() == code).ok_or(TripError::Place)
    }
}

/// How somebody travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Aeroplane.
    Plane,
    /// Train.
    Train,
    /// Long-distance bus.
    Coach,
    /// Car or taxi.
    Car,
    /// Ship or ferry.
    Ship,
    /// Anything else.
    Other,
}

impl Transport {
    /// Each, in the order of the page.
    pub const ALL: [Self; 6] = [Self::Plane, Self::Train, Self::Coach, Self::Car, Self::Ship, Self::Other];

    /// The name that forms, the API and locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plane => "plane",
            Self::Train => "train",
            Self::Coach => "coach",
            Self::Car => "car",
            Self::Ship => "ship",
            Self::Other => "other",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// Why a trip is not one. The codes name the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TripError {
    /// No division of Hubei, and no province.
    #[error(
        "place: expected a code of GB/T 2260 for a prefecture of Hubei or a province, such as 420100 or 310000"
    )]
    Place,
    /// Ends before it begins.
    #[error("to: the trip ends before it begins")]
    Order,
    /// Longer than anybody's.
    #[error("to: the trip is longer than {LONGEST_DAYS} days")]
    Long,
    /// Over for long.
    #[error("to: the trip ended more than {PAST_DAYS} days ago")]
    Past,
    /// Far ahead.
    #[error("from: the trip begins more than {AHEAD_DAYS} days from now")]
    Ahead,
}

impl TripError {
    /// The word of its locale key, `trip-error-<word>`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Order => "order",
            Self::Long => "long",
            Self::Past => "past",
            Self::Ahead => "ahead",
        }
    }
}

/// A trip. Whereabouts are sensitive: never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trip {
    /// Where.
    pub place: TripPlace,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// How.
    pub transport: Transport,
}

impl std::fmt::Debug for Trip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trip(…)")
    }
}

impl Trip {
    /// A trip that makes sense on `today`.
    pub fn new(
        place: TripPlace,
        (from, to): (Date, Date),
        transport: Transport,
        today: Date,
    ) -> Result<Self, TripError> {
        let days = |from: Date, to: Date| i64::from((to - from).get_days());
        if to < from {
            return Err(TripError::Order);
        }
        if days(from, to) >= LONGEST_DAYS {
            return Err(TripError::Long);
        }
        if days(to, today) > PAST_DAYS {
            return Err(TripError::Past);
        }
        if days(today, from) > AHEAD_DAYS {
            return Err(TripError::Ahead);
        }
        Ok(Self { place, from, to, transport })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_trip_makes_sense_or_says_what_does_not() {
        let today = date(2026, 11, 23);
        let trip = |from, to| {
            let place = TripPlace::try_from("310000".to_owned()).unwrap();
            Trip::new(place, (from, to), Transport::Train, today).map(drop)
        };
        assert_eq!(trip(date(2026, 11, 1), date(2026, 11, 3)), Ok(()));
        assert_eq!(trip(date(2026, 10, 20), date(2026, 10, 26)), Ok(()));
        assert_eq!(trip(date(2026, 10, 20), date(2026, 10, 25)), Err(TripError::Past));
        assert_eq!(trip(date(2026, 12, 21), date(2026, 12, 21)), Ok(()));
        assert_eq!(trip(date(2026, 12, 22), date(2026, 12, 23)), Err(TripError::Ahead));
        assert_eq!(trip(date(2026, 11, 3), date(2026, 11, 2)), Err(TripError::Order));
        assert_eq!(trip(date(2026, 10, 1), date(2026, 12, 1)), Err(TripError::Long));
    }

    #[test]
    fn a_place_is_a_prefecture_of_hubei_or_a_province_and_reads_back() {
        assert_eq!(TripPlace::all().count(), 50);
        for place in TripPlace::all() {
            let json = serde_json::to_string(&place).unwrap();
            assert_eq!(serde_json::from_str::<TripPlace>(&json).unwrap(), place);
        }
        for wrong in ["420000", "310101", "", "Wuhan"] {
            assert_eq!(TripPlace::try_from(wrong.to_owned()), Err(TripError::Place));
        }
    }
}
