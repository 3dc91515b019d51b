//! What a SMART Health Card's FHIR resources state, as far as acceptance rules look at it.
//!
//! Read are `Patient`, `Immunization` and `Observation` (FHIR R4, profiles of the Vaccination & Testing guide,
//! vci.org/ig/vaccination-and-testing). Completed immunisations against COVID-19 are counted together into one
//! statement; each final COVID-19 test is one. Any other immunisation or observation is [`Statement::Other`], which
//! the fixed rules do not accept. Other resources (where it was given, by whom) state nothing.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::subject::{birth_day, initials};
use super::{Statement, Subject};

type Resource = Map<String, Value>;

const CVX: &str = "http://hl7.org/fhir/sid/cvx";
const SNOMED: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";

/// Vaccines against COVID-19 in CVX (CDC): of the United States and, from 500 on, of other countries.
const CVX_COVID: [RangeInclusive<u16>; 8] =
    [207..=208, 210..=213, 217..=219, 221..=221, 225..=230, 300..=302, 308..=313, 500..=521];
/// In SNOMED CT: the act of giving it, antigen and mRNA vaccines, and those of Canada's catalogue.
const SNOMED_COVID: [&str; 8] = [
    "840534001",
    "1119305005",
    "1119349007",
    "28531000087107",
    "28571000087109",
    "28581000087106",
    "28761000087108",
    "28951000087107",
];
/// Tests for SARS-CoV-2 itself, its RNA or antigen, in LOINC. Antibodies do not tell whether it is there now.
const LOINC_COVID: [&str; 18] = [
    "94309-2", "94314-2", "94315-9", "94316-7", "94500-6", "94533-7", "94534-5", "94558-4", "94559-2",
    "94565-9", "94640-0", "94759-8", "94845-5", "95209-3", "95406-5", "95608-6", "96119-3", "97097-0",
];
/// Detected, positive, present in SNOMED CT; detected, positive among LOINC's answers.
const DETECTED: [(&str, &str); 5] = [
    (SNOMED, "260373001"),
    (SNOMED, "10828004"),
    (SNOMED, "52101004"),
    (LOINC, "LA11882-0"),
    (LOINC, "LA6576-8"),
];
/// Not detected, negative, absent; not detected, negative.
const NOT_DETECTED: [(&str, &str); 5] = [
    (SNOMED, "260415000"),
    (SNOMED, "260385009"),
    (SNOMED, "2667000"),
    (LOINC, "LA11883-8"),
    (LOINC, "LA6577-6"),
];

/// The resources of a bundle; `None` if it is not one.
pub(super) fn resources(bundle: &Resource) -> Option<Vec<&Resource>> {
    if bundle.get("resourceType")? != "Bundle" {
        return None;
    }
    bundle.get("entry")?.as_array()?.iter().map(|entry| entry.get("resource")?.as_object()).collect()
}

/// The first patient.
pub(super) fn subject(resources: &[&Resource]) -> Subject {
    let Some(patient) = of_type(resources, "Patient").next() else { return Subject::default() };
    let name = patient.get("name").and_then(|names| names.get(0));
    let part = |member: &str| name.and_then(|name| name.get(member));
    let family = part("family").and_then(Value::as_str);
    let given = part("given").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let birth = text(patient, "birthDate").and_then(birth_day);
    Subject { initials: initials(family.into_iter().chain(given)), birth, last_four: None }
}

/// What all resources together state.
pub(super) fn statements(resources: &[&Resource]) -> Vec<Statement> {
    let (doses, others): (Vec<_>, Vec<_>) =
        of_type(resources, "Immunization").partition(|given| is_covid_dose(given));
    let mut statements = Vec::from_iter(vaccination(&doses));
    statements.extend(others.iter().map(|_| Statement::Other));
    statements.extend(of_type(resources, "Observation").map(test));
    statements
}

fn of_type<'a>(resources: &[&'a Resource], name: &str) -> impl Iterator<Item = &'a Resource> {
    resources.iter().copied().filter(move |resource| text(resource, "resourceType") == Some(name))
}

fn text<'a>(resource: &'a Resource, member: &str) -> Option<&'a str> {
    resource.get(member)?.as_str()
}

/// System and code of each coding in a `CodeableConcept`.
fn codings<'a>(resource: &'a Resource, member: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let codings = resource.get(member).and_then(|concept| concept.get("coding")).and_then(Value::as_array);
    codings
        .into_iter()
        .flatten()
        .filter_map(|coding| Some((coding.get("system")?.as_str()?, coding.get("code")?.as_str()?)))
}

fn is_covid_dose(immunization: &Resource) -> bool {
    let covid = |(system, code): (&str, &str)| match system {
        CVX => code.parse().is_ok_and(|code| CVX_COVID.iter().any(|codes| codes.contains(&code))),
        SNOMED => SNOMED_COVID.contains(&code),
        _ => false,
    };
    text(immunization, "status") == Some("completed") && codings(immunization, "vaccineCode").any(covid)
}

/// All doses as one statement: how many, and the day of the last.
fn vaccination(doses: &[&Resource]) -> Option<Statement> {
    let number = |dose: &Resource, member: &str| {
        let number = dose.get("protocolApplied")?.get(0)?.get(member)?.as_u64()?;
        u32::try_from(number).ok()
    };
    let most = |member: &str| doses.iter().filter_map(|dose| number(dose, member)).max();
    let counted = u32::try_from(doses.len()).ok().filter(|count| *count > 0)?;
    Some(Statement::Vaccination {
        dose: Some(most("doseNumberPositiveInt").map_or(counted, |stated| stated.max(counted))),
        of: most("seriesDosesPositiveInt"),
        date: doses.iter().filter_map(|dose| text(dose, "occurrenceDateTime")).max().map(str::to_owned),
    })
}

fn test(observation: &Resource) -> Statement {
    let done = matches!(text(observation, "status"), Some("final" | "amended" | "corrected"));
    let covid = |(system, code)| system == LOINC && LOINC_COVID.contains(&code);
    if !done || !codings(observation, "code").any(covid) {
        return Statement::Other;
    }
    let result = |codes: &[(&str, &str)]| {
        codings(observation, "valueCodeableConcept").any(|coding| codes.contains(&coding))
    };
    let detected = match (result(&DETECTED), result(&NOT_DETECTED)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    };
    let period = || observation.get("effectivePeriod")?.get("start")?.as_str();
    let at = text(observation, "effectiveDateTime").or_else(period);
    Statement::Test { detected, at: at.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bundle(entries: &[Value]) -> Value {
        let entries: Vec<_> = entries.iter().map(|resource| json!({"resource": resource})).collect();
        json!({"resourceType": "Bundle", "type": "collection", "entry": entries})
    }

    fn states(entries: &[Value]) -> Vec<Statement> {
        let bundle = bundle(entries);
        statements(&resources(bundle.as_object().unwrap()).unwrap())
    }

    fn dose(cvx: &str, date: &str, status: &str) -> Value {
        json!({"resourceType": "Immunization", "status": status, "occurrenceDateTime": date,
            "vaccineCode": {"coding": [{"system": CVX, "code": cvx}]}})
    }

    fn observed(loinc: &str, result: &str, status: &str) -> Value {
        json!({"resourceType": "Observation", "status": status, "effectiveDateTime": "2022-05-30",
            "code": {"coding": [{"system": LOINC, "code": loinc}]},
            "valueCodeableConcept": {"coding": [{"system": SNOMED, "code": result}]}})
    }

    #[test]
    fn doses_are_counted_together() {
        let dated =
            |dose, date: &str| Statement::Vaccination { dose: Some(dose), of: None, date: Some(date.into()) };
        let doses = [dose("207", "2021-04-01", "completed"), dose("511", "2021-03-01", "completed")];
        assert_eq!(states(&doses), [dated(2, "2021-04-01")]);
        let mixed = [dose("208", "2021-04-01", "completed"), dose("88", "2021-10-01", "completed")];
        assert_eq!(states(&mixed), [dated(1, "2021-04-01"), Statement::Other], "88 is influenza");
        assert_eq!(states(&[dose("208", "2021-04-01", "not-done")]), [Statement::Other]);
        let mut booster = dose("208", "2022-01-01", "completed");
        booster["protocolApplied"] = json!([{"doseNumberPositiveInt": 3, "seriesDosesPositiveInt": 3}]);
        let wanted = Statement::Vaccination { dose: Some(3), of: Some(3), date: Some("2022-01-01".into()) };
        assert_eq!(states(&[booster]), [wanted]);
    }

    #[test]
    fn tests_say_what_was_found() {
        let found = |detected| Statement::Test { detected, at: Some("2022-05-30".into()) };
        assert_eq!(states(&[observed("94558-4", "260415000", "final")]), [found(Some(false))]);
        assert_eq!(states(&[observed("94500-6", "260373001", "final")]), [found(Some(true))]);
        assert_eq!(states(&[observed("94500-6", "419984006", "final")]), [found(None)], "inconclusive");
        assert_eq!(states(&[observed("94500-6", "260415000", "preliminary")]), [Statement::Other]);
        assert_eq!(states(&[observed("94563-4", "260415000", "final")]), [Statement::Other], "antibodies");
    }

    #[test]
    fn what_states_nothing_is_left_out() {
        assert_eq!(states(&[json!({"resourceType": "Patient"}), json!({"resourceType": "Location"})]), []);
        for bad in
            [json!({}), json!({"resourceType": "Bundle"}), json!({"resourceType": "Bundle", "entry": [{}]})]
        {
            assert!(resources(bad.as_object().unwrap()).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_subject_is_the_first_patient() {
        let patient = json!({"resourceType": "Patient", "birthDate": "1974-08",
            "name": [{"family": "Eriksson", "given": ["Anna", "Maria"]}]});
        let bundle = bundle(&[patient]);
        let subject = subject(&resources(bundle.as_object().unwrap()).unwrap());
        let birth = subject.birth.unwrap();
        assert_eq!((subject.initials.as_str(), birth.day, birth.month), ("EAM", 0, 8));
    }
}
