//! What devices send, once it is open (docs/checkpoint-protocol.md, section 4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::checkpoint::ClientId;
use domain::id::kind::CheckpointId;
use domain::report::{Reading, Report};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// The most of anything that a shift or a minute counts.
const MOST: i64 = 100_000;
/// How far a reading may be from its report, in seconds: a device may have set its clock right in between.
const APART: u64 = 24 * 3_600;
/// The most codes of one minute.
const MOST_MARKS: usize = 1_000;

/// The random bytes of a device, as base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name(pub ClientId);

impl Name {
    /// The name of this text, if it is 16 bytes.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(ClientId(bytes.try_into().ok()?)))
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0.0))
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| serde::de::Error::custom("expected 16 bytes in base64url"))
    }
}

/// Why a shift ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// Its inspector signed out.
    SignedOut,
    /// Its time was over.
    Over,
}

/// The content of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// An abnormal temperature.
    Report {
        /// When it was made.
        at: i64,
        /// In which shift.
        shift: Name,
        /// What it says.
        #[serde(flatten)]
        report: Report,
    },
    /// What a shift counts so far.
    Tally {
        /// When.
        at: i64,
        /// Which shift.
        shift: Name,
        /// Verdicts PASS.
        pass: i64,
        /// Verdicts CHECK.
        check: i64,
        /// Verdicts STOP.
        stop: i64,
        /// Normal temperatures.
        normal: i64,
        /// Abnormal ones.
        abnormal: i64,
    },
    /// How many codes were scanned in a minute.
    Scans {
        /// In which shift.
        shift: Name,
        /// Since 1970.
        minute: i64,
        /// How many.
        count: i64,
        /// A mark of each code.
        marks: Vec<String>,
    },
    /// A shift began without a network.
    ShiftBegun {
        /// When.
        at: i64,
        /// Which.
        shift: Name,
        /// The shift before it.
        parent: Name,
        /// Where.
        checkpoint: CheckpointId,
    },
    /// A shift ended.
    ShiftEnded {
        /// When.
        at: i64,
        /// Which.
        shift: Name,
        /// Why.
        why: EndedBy,
    },
}

#[derive(Serialize, Deserialize)]
struct Versioned {
    v: u8,
    #[serde(flatten)]
    content: Content,
}

impl Content {
    /// Reads and checks the plain text of an item, with or without what it was filled up with.
    pub fn read(plain: &[u8]) -> Option<Self> {
        let given: Value = serde_json::from_slice(plain).ok()?;
        let read: Versioned = serde_json::from_value(given.clone()).ok()?;
        // Written again it must be the same: so nothing in it was passed over, however deep.
        let same = serde_json::to_value(&read).is_ok_and(|again| again == given);
        (same && read.v == 1 && read.content.is_sound()).then_some(read.content)
    }

    /// The plain text of an item, filled with spaces up to a multiple of 512 bytes.
    pub fn write(&self) -> Vec<u8> {
        let versioned = Versioned { v: 1, content: self.clone() };
        let mut plain = serde_json::to_vec(&versioned).expect("contents have text keys only");
        plain.resize(plain.len().next_multiple_of(512), b' ');
        plain
    }

    fn is_sound(&self) -> bool {
        let counts = |numbers: &[i64]| numbers.iter().all(|number| (0..=MOST).contains(number));
        match self {
            Self::Report { at, report, .. } => {
                let near = |reading: &Reading| reading.at.abs_diff(*at) <= APART;
                report.check().is_ok() && report.readings.iter().all(near)
            }
            Self::Tally { pass, check, stop, normal, abnormal, .. } => {
                counts(&[*pass, *check, *stop, *normal, *abnormal])
            }
            Self::Scans { minute, count, marks, .. } => {
                counts(&[*count])
                    && (0..i64::from(u32::MAX)).contains(minute)
                    && marks.len() <= MOST_MARKS
                    && marks.iter().all(|mark| mark.len() == 11)
            }
            Self::ShiftBegun { .. } | Self::ShiftEnded { .. } => true,
        }
    }

    /// The name of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Report { .. } => "report",
            Self::Tally { .. } => "tally",
            Self::Scans { .. } => "scans",
            Self::ShiftBegun { .. } => "shift_begun",
            Self::ShiftEnded { .. } => "shift_ended",
        }
    }

    /// When it happened, in seconds since 1970.
    pub const fn at(&self) -> i64 {
        match self {
            Self::Report { at, .. }
            | Self::Tally { at, .. }
            | Self::ShiftBegun { at, .. }
            | Self::ShiftEnded { at, .. } => *at,
            Self::Scans { minute, .. } => *minute * 60,
        }
    }

    /// In which shift.
    pub const fn shift(&self) -> ClientId {
        match self {
            Self::Report { shift, .. }
            | Self::Tally { shift, .. }
            | Self::Scans { shift, .. }
            | Self::ShiftBegun { shift, .. }
            | Self::ShiftEnded { shift, .. } => shift.0,
        }
    }
}
