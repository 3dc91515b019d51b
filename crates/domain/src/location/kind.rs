//! Kinds of locations, and how long people usually stay at one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What kind of place a location is. The kind is kept for good: a closed list, which the registration form shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocationKind {
    /// A shop, a supermarket, a shopping centre.
    Shop,
    /// A market hall.
    Market,
    /// A restaurant, a canteen, a teahouse.
    Restaurant,
    /// A hotel, a hostel.
    Lodging,
    /// An office building, a factory, a building site.
    Workplace,
    /// A school, a university, a kindergarten.
    School,
    /// A hospital, a clinic, a pharmacy.
    Medical,
    /// A residential compound.
    Residence,
    /// A home for the elderly, a prison: people who live close together.
    Institution,
    /// A bus, a train, a ferry, a taxi.
    Vehicle,
    /// A railway or coach station, an airport, a harbour.
    Station,
    /// A museum, a library, a park, a sight.
    Culture,
    /// A cinema, a gym, a stadium, a bar.
    Leisure,
    /// A temple, a church, a mosque.
    Worship,
    /// An authority's counter, a bank, a post office.
    Counter,
    /// A checkpoint where holders register by themselves.
    Checkpoint,
    /// None of these.
    Other,
}

impl LocationKind {
    /// Each, in the order of the form.
    pub const ALL: [Self; 17] = [
        Self::Shop,
        Self::Market,
        Self::Restaurant,
        Self::Lodging,
        Self::Workplace,
        Self::School,
        Self::Medical,
        Self::Residence,
        Self::Institution,
        Self::Vehicle,
        Self::Station,
        Self::Culture,
        Self::Leisure,
        Self::Worship,
        Self::Counter,
        Self::Checkpoint,
        Self::Other,
    ];

    /// The name that the database, CSV files and locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Market => "market",
            Self::Restaurant => "restaurant",
            Self::Lodging => "lodging",
            Self::Workplace => "workplace",
            Self::School => "school",
            Self::Medical => "medical",
            Self::Residence => "residence",
            Self::Institution => "institution",
            Self::Vehicle => "vehicle",
            Self::Station => "station",
            Self::Culture => "culture",
            Self::Leisure => "leisure",
            Self::Worship => "worship",
            Self::Counter => "counter",
            Self::Checkpoint => "checkpoint",
            Self::Other => "other",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What the form suggests as the usual stay: our estimate, which the manager changes.
    pub const fn usual_stay(self) -> Stay {
        Stay(match self {
            Self::Checkpoint => 15,
            Self::Shop | Self::Market | Self::Station | Self::Vehicle | Self::Counter => 60,
            Self::Restaurant | Self::Medical | Self::Worship => 120,
            Self::Culture | Self::Leisure | Self::Other => 180,
            Self::School | Self::Workplace => 600,
            Self::Lodging | Self::Residence | Self::Institution => 720,
        })
    }
}

/// How long people usually stay: after so long a visit ends by itself, until the holder says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stay(u16);

/// The stay is shorter or longer than a usual one may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a usual stay has {} to {} minutes", Stay::LEAST, Stay::MOST)]
pub struct StayError;

impl Stay {
    /// Minutes: one slot. Shorter, and a visit would end in the slot that it began in.
    pub const LEAST: u16 = 5;
    /// Minutes: 24 hours, for as long as a holder may still change when they left.
    pub const MOST: u16 = 24 * 60;

    /// From minutes.
    pub const fn from_minutes(minutes: u16) -> Result<Self, StayError> {
        if minutes < Self::LEAST || minutes > Self::MOST { Err(StayError) } else { Ok(Self(minutes)) }
    }

    /// In minutes.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// As a span of time.
    pub fn span(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * 60)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_has_one_name_everywhere_and_a_stay_that_a_form_accepts() {
        let names: HashSet<_> = LocationKind::ALL.map(LocationKind::as_str).into();
        assert_eq!(names.len(), LocationKind::ALL.len());
        for kind in LocationKind::ALL {
            assert_eq!(LocationKind::from_name(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            let stay = kind.usual_stay();
            assert_eq!(Stay::from_minutes(stay.minutes()), Ok(stay));
        }
        assert_eq!(LocationKind::from_name("Shop"), None);
    }

    #[test]
    fn a_stay_is_a_slot_at_least_and_a_day_at_most() {
        assert_eq!([4, 1441, 0, u16::MAX].map(Stay::from_minutes), [Err(StayError); 4]);
        assert_eq!(Stay::from_minutes(5).unwrap().span(), Duration::from_mins(5));
        assert_eq!(Stay::from_minutes(1440).unwrap().span(), Duration::from_hours(24));
        assert_eq!(StayError.to_string(), "a usual stay has 5 to 1440 minutes");
    }
}
