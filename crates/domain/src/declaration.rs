//! What an applicant declares about their health. It is evidence: colours come of it by the rule sets of
//! [`colour`](crate::colour).

use serde::{Deserialize, Serialize};

pub use crate::colour::Colour;

/// A symptom that the declaration asks about (WS 363.6 lists many more; these are the ones that the rules
/// of spring 2020 turned on).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symptom {
    /// Body temperature of 37.3 °C or more, or feeling feverish.
    Fever,
    /// Dry cough.
    Cough,
    /// Shortness of breath.
    Breathless,
    /// Unusual tiredness.
    Fatigue,
    /// Loss of smell or taste.
    Smell,
    /// Diarrhoea.
    Diarrhoea,
}

impl Symptom {
    /// Every symptom, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::Fever, Self::Cough, Self::Breathless, Self::Fatigue, Self::Smell, Self::Diarrhoea];

    /// The name that forms and locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fever => "fever",
            Self::Cough => "cough",
            Self::Breathless => "breathless",
            Self::Fatigue => "fatigue",
            Self::Smell => "smell",
            Self::Diarrhoea => "diarrhoea",
        }
    }
}

/// The health part of a declaration.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthAnswers {
    /// Symptoms in the last 14 days.
    pub symptoms: Vec<Symptom>,
    /// Contact in the last 14 days with a person who was confirmed or suspected to be infected.
    pub contact: bool,
    /// Own diagnosis, confirmed or suspected, not yet declared over.
    pub diagnosed: bool,
}

/// Health is sensitive: never printed.
impl std::fmt::Debug for HealthAnswers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HealthAnswers(…)")
    }
}
