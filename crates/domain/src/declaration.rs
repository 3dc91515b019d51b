//! What an applicant declares about their health, and the first, fixed colour rule on it.
//!
//! The rule is [`FIRST_RULE_SET`]: it stands here until the dated, published rule sets (design section 7)
//! replace it. Nobody can set a colour: a colour is always the answer of [`decide`].

use serde::{Deserialize, Serialize};

pub use crate::colour::Colour;

/// Name and version of the rule that [`decide`] applies; decisions and log leaves carry it.
pub const FIRST_RULE_SET: &str = "first-declaration-1";

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

/// Why a colour is what it is; each has words in every language (`reason-<code>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColourReason {
    /// Nothing was declared that stands against passing.
    DeclaredHealthy,
    /// A symptom was declared.
    DeclaredSymptoms,
    /// Contact with an infected person was declared.
    DeclaredContact,
    /// The holder's own diagnosis was declared.
    DeclaredDiagnosis,
}

impl ColourReason {
    /// The name that the database, the API and locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeclaredHealthy => "declared_healthy",
            Self::DeclaredSymptoms => "declared_symptoms",
            Self::DeclaredContact => "declared_contact",
            Self::DeclaredDiagnosis => "declared_diagnosis",
        }
    }
}

/// The colour of a declaration: clean is green; symptoms, contact or own diagnosis are yellow, each with
/// its reason. Pure: the same answers always give the same colour.
pub fn decide(answers: &HealthAnswers) -> (Colour, Vec<ColourReason>) {
    let found = [
        (!answers.symptoms.is_empty(), ColourReason::DeclaredSymptoms),
        (answers.contact, ColourReason::DeclaredContact),
        (answers.diagnosed, ColourReason::DeclaredDiagnosis),
    ];
    let reasons: Vec<_> =
        found.into_iter().filter_map(|(applies, reason)| applies.then_some(reason)).collect();
    if reasons.is_empty() {
        (Colour::Green, vec![ColourReason::DeclaredHealthy])
    } else {
        (Colour::Yellow, reasons)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_of_answers_has_its_colour_and_its_reasons() {
        for bits in 0..8_u8 {
            let (ill, contact, diagnosed) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
            let symptoms = if ill { vec![Symptom::Cough] } else { vec![] };
            let (colour, reasons) = decide(&HealthAnswers { symptoms, contact, diagnosed });
            assert_eq!(colour, if bits == 0 { Colour::Green } else { Colour::Yellow });
            assert_eq!(reasons.contains(&ColourReason::DeclaredSymptoms), ill);
            assert_eq!(reasons.contains(&ColourReason::DeclaredContact), contact);
            assert_eq!(reasons.contains(&ColourReason::DeclaredDiagnosis), diagnosed);
            assert_eq!(reasons.contains(&ColourReason::DeclaredHealthy), bits == 0);
        }
    }
}
