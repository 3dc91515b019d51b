//! The health declaration.

use domain::declaration::{HealthAnswers, Symptom};

use crate::http::Fields;
use crate::http::fields::FieldErrors;
use crate::words::Words;

/// The box that says that there is no symptom: leaving all boxes empty is no answer.
pub const NO_SYMPTOM: &str = "none";

/// Reads the page.
pub fn read(typed: &Fields, words: Words) -> Result<HealthAnswers, FieldErrors> {
    let mut errors = FieldErrors::default();
    let ticked = |symptom: &Symptom| typed.has("symptoms", symptom.as_str());
    let symptoms: Vec<Symptom> = Symptom::ALL.into_iter().filter(ticked).collect();
    match (symptoms.is_empty(), typed.has("symptoms", NO_SYMPTOM)) {
        (true, false) => errors.add("symptoms", words.t("apply-error-symptoms")),
        (false, true) => errors.add("symptoms", words.t("apply-error-symptoms-contradict")),
        _ => {}
    }
    let contact = yes_or_no(typed, "contact", words, &mut errors);
    let diagnosed = yes_or_no(typed, "diagnosed", words, &mut errors);
    if !typed.has("truthful", "yes") {
        errors.add("truthful", words.t("apply-error-truthful"));
    }
    if errors.is_empty() { Ok(HealthAnswers { symptoms, contact, diagnosed }) } else { Err(errors) }
}

fn yes_or_no(typed: &Fields, field: &'static str, words: Words, errors: &mut FieldErrors) -> bool {
    let text = typed.get(field);
    if !matches!(text, "yes" | "no") {
        errors.add(field, words.t(&format!("apply-error-{field}")));
    }
    text == "yes"
}
