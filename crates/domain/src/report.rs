//! Temperatures that inspectors report: readings, whose they are, what was done, and what became of it
//! (docs/checkpoint-protocol.md, section 4).

use credential::{DocumentKind, Format, Verdict};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Each, in the order of pages.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name that the database, devices and locale keys use.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// Where a temperature was taken.
    Site {
        /// Forehead.
        Forehead = "forehead",
        /// Ear.
        Ear = "ear",
        /// Armpit.
        Armpit = "armpit",
    }
}

words! {
    /// What the inspector did with a person whose temperature is abnormal.
    Action {
        /// Sent to a fever clinic.
        FeverClinic = "fever_clinic",
        /// Not let through.
        Refused = "refused",
        /// Let through.
        Released = "released",
    }
}

words! {
    /// The document that a person showed who has no pass of ours.
    ShownDocument {
        /// 护照.
        Passport = "passport",
        /// 港澳居民来往内地通行证.
        HkMacaoPermit = "hk_macao_permit",
        /// 台湾居民来往大陆通行证.
        TaiwanPermit = "taiwan_permit",
        /// Any other.
        Other = "other",
    }
}

impl From<DocumentKind> for ShownDocument {
    fn from(kind: DocumentKind) -> Self {
        match kind {
            DocumentKind::Passport => Self::Passport,
            DocumentKind::HkMacaoPermit => Self::HkMacaoPermit,
            DocumentKind::TaiwanPermit => Self::TaiwanPermit,
        }
    }
}

words! {
    /// What became of a report.
    ReportOutcome {
        /// Nothing more to do.
        Closed = "closed",
        /// The person was reached, and is looked after.
        FollowedUp = "followed_up",
        /// It became a case.
        Case = "case",
    }
}

/// One reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Tenths of a degree Celsius, 340 to 430.
    pub tenths: u16,
    /// Where it was taken.
    pub site: Site,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// Document kind and the last characters of its number, as far as the inspector took them down.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shown {
    /// The kind of document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<ShownDocument>,
    /// The last four characters of its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_four: Option<String>,
}

/// Whose temperature it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Subject {
    /// The holder of a pass of ours.
    Pass {
        /// The pass id (claim 7), base64url.
        pass: String,
        /// Whether it was a printed one.
        printed: bool,
    },
    /// Somebody with the national code.
    National(Shown),
    /// Somebody with a health credential from abroad.
    Foreign {
        /// Its format.
        format: Format,
        /// What else was taken down.
        #[serde(flatten)]
        shown: Shown,
    },
    /// Somebody with a document and no code.
    Document(Shown),
    /// Nothing but the reading.
    Nobody,
}

/// What a report says. Personal: sealed wherever it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whose temperature it was.
    pub subject: Subject,
    /// The verdict before the temperature, where there was a code: `PASS`, `CHECK`, `STOP`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// One or two readings, the last of them at or above the threshold.
    pub readings: Vec<Reading>,
    /// The threshold then, in tenths of a degree Celsius.
    pub threshold: u16,
    /// What the inspector did.
    pub action: Action,
}

/// A report is about a person's health, so it has nothing to print.
impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Report(…)")
    }
}

/// What is wrong with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// No reading, or more than two.
    #[error("a report has one or two readings")]
    Readings,
    /// A reading outside what a thermometer shows of a person.
    #[error("a reading is from 34.0 to 43.0 °C")]
    Range,
    /// The last reading is normal.
    #[error("the last reading is below the threshold: only abnormal temperatures are reported")]
    Normal,
    /// A threshold that is none.
    #[error("a threshold is from 36.0 to 40.0 °C")]
    Threshold,
    /// The pass id, the last four characters, the format or the verdict are not such.
    #[error("subject or verdict cannot be read")]
    Subject,
}

/// The lowest and the highest reading of a person, in tenths of a degree Celsius.
pub const READINGS: std::ops::RangeInclusive<u16> = 340..=430;
/// What a threshold may be set to, in tenths of a degree Celsius.
pub const THRESHOLDS: std::ops::RangeInclusive<u16> = 360..=400;

impl Report {
    /// Checks what serde cannot.
    pub fn check(&self) -> Result<(), ReportError> {
        if !(1..=2).contains(&self.readings.len()) {
            return Err(ReportError::Readings);
        }
        if !self.readings.iter().all(|reading| READINGS.contains(&reading.tenths)) {
            return Err(ReportError::Range);
        }
        if !THRESHOLDS.contains(&self.threshold) {
            return Err(ReportError::Threshold);
        }
        if self.readings.last().is_some_and(|last| last.tenths < self.threshold) {
            return Err(ReportError::Normal);
        }
        let verdicts = [Verdict::Pass, Verdict::Check, Verdict::Stop].map(Verdict::as_str);
        let verdict = self.verdict.as_deref().is_none_or(|verdict| verdicts.contains(&verdict));
        if verdict && self.subject.is_sound() { Ok(()) } else { Err(ReportError::Subject) }
    }
}

impl Subject {
    fn is_sound(&self) -> bool {
        match self {
            Self::Pass { pass, .. } => pass.len() == 11,
            Self::National(shown) | Self::Document(shown) => shown.is_sound(),
            Self::Foreign { format, shown } => shown.is_sound() && *format != Format::Tongxing,
            Self::Nobody => true,
        }
    }
}

impl Shown {
    /// Four characters as they stand in a document's number; fewer where the number is shorter.
    fn is_sound(&self) -> bool {
        self.last_four.as_deref().is_none_or(|last| {
            (1..=4).contains(&last.len())
                && last.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(readings: &[u16], subject: Subject) -> Report {
        let reading = |&tenths: &u16| Reading { tenths, site: Site::Forehead, at: 1_795_435_200 };
        let readings = readings.iter().map(reading).collect();
        Report {
            subject,
            verdict: Some("PASS".to_owned()),
            readings,
            threshold: 373,
            action: Action::Refused,
        }
    }

    #[test]
    fn only_abnormal_readings_of_people_are_reported() {
        for (readings, wrong) in [
            (&[378, 375][..], None),
            (&[373], None),
            (&[378, 372], Some(ReportError::Normal)),
            (&[], Some(ReportError::Readings)),
            (&[378, 378, 378], Some(ReportError::Readings)),
            (&[431], Some(ReportError::Range)),
            (&[339, 378], Some(ReportError::Range)),
        ] {
            assert_eq!(report(readings, Subject::Nobody).check().err(), wrong, "{readings:?}");
        }
    }

    #[test]
    fn the_json_is_that_of_the_protocol() {
        let shown =
            |last: &str| Shown { document: Some(ShownDocument::Passport), last_four: Some(last.to_owned()) };
        for (subject, json, sound) in [
            (
                Subject::Pass { pass: "AAECAwQFBgc".to_owned(), printed: true },
                r#"{"kind":"pass","pass":"AAECAwQFBgc","printed":true}"#,
                true,
            ),
            (Subject::Nobody, r#"{"kind":"nobody"}"#, true),
            (
                Subject::Document(shown("02C3")),
                r#"{"kind":"document","document":"passport","last_four":"02C3"}"#,
                true,
            ),
            (Subject::National(Shown::default()), r#"{"kind":"national"}"#, true),
            (
                Subject::Foreign { format: Format::Hcert, shown: Shown::default() },
                r#"{"kind":"foreign","format":"hcert"}"#,
                true,
            ),
            (
                Subject::Document(shown("<b>x")),
                r#"{"kind":"document","document":"passport","last_four":"<b>x"}"#,
                false,
            ),
            (
                Subject::Foreign { format: Format::Tongxing, shown: Shown::default() },
                r#"{"kind":"foreign","format":"tongxing"}"#,
                false,
            ),
        ] {
            assert_eq!(serde_json::to_string(&subject).unwrap(), json);
            assert_eq!(serde_json::from_str::<Subject>(json).unwrap(), subject);
            assert_eq!(report(&[378], subject).check().is_ok(), sound, "{json}");
        }
    }
}
