//! Invented people for the samples of the data page.

use documents::{Kind, Number, PersonName, Sex};
use domain::Timestamp;
use domain::declaration::{HealthAnswers, Symptom};
use domain::matching::DocumentDetails;
use domain::report::{Reading, Site};
use domain::residence::Residence;
use store::rows::outbox::MessageKind;

use crate::holder::data::{
    Access, Application, Code, Consent, Decision, Declaration, Document, Grant, Happened, Held, Message,
    Notice, OpenedVisits, Pass, Phone, Photo, Timed, Trip, Visit,
};
use crate::holder::reported::{Appeal, Evidence, Proposal, Report, ReportHappened, proposal};

const AT: Timed = Timed(Timestamp::from_seconds(1_795_435_200));

/// A holder with everything, an applicant who waits, and a phone that holds nothing.
pub fn all() -> Vec<Held> {
    let nothing = || Held {
        read_at: AT,
        documents: Vec::new(),
        applications: Vec::new(),
        declarations: Vec::new(),
        decisions: Vec::new(),
        passes: Vec::new(),
        notices: Vec::new(),
        phones: vec![Phone { since: AT, offline_until: None, called: None, who: None }],
        codes: Vec::new(),
        trips: Vec::new(),
        apps: Vec::new(),
        visits: Vec::new(),
        reports: Vec::new(),
        evidence: Vec::new(),
        proposals: Vec::new(),
        appeals: Vec::new(),
        opened_visits: Vec::new(),
        draft: None,
        accesses: Vec::new(),
    };
    let waiting = Held { applications: vec![application("not-confirmed", false)], ..nothing() };
    vec![holder(), waiting, nothing()]
}

fn details() -> DocumentDetails {
    DocumentDetails {
        number: Number::parse(Kind::Passport, "L898902C3").expect("the specimen's number"),
        issuing_state: "UTO".parse().expect("the specimen state"),
        name: PersonName::new("Eriksson", "Anna Maria").expect("a name"),
        birth_date: "1974-08-12".parse().expect("a date"),
        nationality: "UTO".parse().expect("the specimen state"),
        sex: Some(Sex::F),
        expiry: None,
    }
}

fn application(state: &'static str, decided: bool) -> Application {
    Application {
        reference: "HB-7K3M-92QD".to_owned(),
        state,
        submitted_at: AT,
        decided_at: decided.then_some(AT),
        language: "en".to_owned(),
        consent: Some("1".to_owned()),
        document: Document { details: details(), linked_at: None },
        contact: Some("anna@example.org".to_owned()),
        residence: Residence {
            division: "420100".parse().expect("Wuhan"),
            county: "Wuchang".to_owned(),
            address: "1 Donghu Road, Room 204".to_owned(),
            phone: None,
        },
        message: None,
        refused_for: None,
        events: vec![
            Happened { what: "submitted", at_desk: false, at: AT },
            Happened { what: "corrected", at_desk: true, at: AT },
        ],
        photos: Vec::new(),
        guardian_consents: vec![Consent {
            version: "under-14/1".to_owned(),
            language: "en".to_owned(),
            at: AT,
        }],
        messages: MessageKind::EVERY
            .iter()
            .map(|kind| Message { what: kind.as_str(), way: "mail", state: "sent", at: AT })
            .collect(),
    }
}

fn report(outcome: Option<&'static str>) -> Report {
    let reading = |tenths, site| Reading { tenths, site, at: AT.0.seconds() };
    Report {
        received_at: AT,
        checkpoint: "Hankou station, north gate".to_owned(),
        unit: "Jianghan inspection team 2".to_owned(),
        readings: vec![reading(386, Site::Forehead), reading(384, Site::Ear)],
        threshold: 373,
        action: "fever_clinic",
        stage: if outcome.is_some() { "done" } else { "acknowledged" },
        outcome,
        events: vec![ReportHappened { what: "received", unit: Some("Jianghan".to_owned()), at: AT }],
    }
}

fn holder() -> Held {
    let pass = |kind, ahead, why: Option<&'static str>| Pass {
        kind,
        issued_at: AT,
        expires_at: AT,
        withdrawn_at: why.map(|_| AT),
        withdrawn_for: why,
        ahead,
    };
    let reasons = [
        "colour_changed",
        "reissued",
        "new_key",
        "left",
        "another_device",
        "closed",
        "corrected",
        "not_wanted",
    ];
    let mut passes = vec![pass("live", false, None), pass("live", true, None), pass("printed", false, None)];
    passes.extend(reasons.map(|why| pass("live", false, Some(why))));
    let answers = |symptoms| HealthAnswers { symptoms, contact: false, diagnosed: false };
    Held {
        read_at: AT,
        documents: vec![Document { details: details(), linked_at: Some(AT) }],
        applications: vec![application("issued", true)],
        declarations: vec![
            Declaration {
                made_at: AT,
                answers: answers(vec![Symptom::Cough]),
                consent: Some("1".to_owned()),
            },
            Declaration { made_at: AT, answers: answers(vec![]), consent: None },
        ],
        decisions: vec![Decision {
            decided_at: AT,
            colour: "green",
            reasons: vec!["declared_healthy".to_owned()],
            rule_set: "first-declaration-1".to_owned(),
            until: None,
            since: Some(AT),
            revoked_at: Some(AT),
            fired: Vec::new(),
            proof: None,
        }],
        passes,
        notices: vec![Notice { kind: "second_application", at: AT, seen_at: Some(AT) }],
        phones: vec![Phone {
            since: AT,
            offline_until: Some(AT),
            called: Some("Lena".to_owned()),
            who: Some("under_14"),
        }],
        codes: ["confirm", "recover"]
            .map(|purpose| Code { contact: "anna@example.org".to_owned(), purpose, at: AT })
            .into(),
        trips: vec![Trip {
            trip: domain::trip::Trip::new(
                domain::trip::TripPlace::try_from("310000".to_owned()).expect("Shanghai"),
                (AT.0.local_date(), AT.0.local_date()),
                domain::trip::Transport::Train,
                AT.0.local_date(),
            )
            .expect("a trip"),
            declared_at: AT,
            by: Some("鄂汇办".to_owned()),
            consent: "partner-1".to_owned(),
        }],
        apps: vec![Grant {
            app: "鄂汇办".to_owned(),
            functions: vec!["query", "make_code"],
            given_at: AT,
            until: AT,
            ended_at: Some(AT),
            consent: "partner-1".to_owned(),
        }],
        visits: vec![
            Visit { unit: "Hankou service desk".to_owned(), at: AT, consent: Some("1".to_owned()) },
            Visit { unit: "Hankou service desk".to_owned(), at: AT, consent: None },
        ],
        reports: [None, Some("case")].map(report).into(),
        evidence: vec![evidence()],
        proposals: proposals(),
        appeals: appeals(),
        opened_visits: [(None, None), (Some(AT), Some("reached"))]
            .map(|(told_at, outcome)| OpenedVisits {
                at: AT,
                unit: "Health Commission, Wuhan".to_owned(),
                told_at,
                outcome,
            })
            .into(),
        draft: Some(crate::http::Fields::default()),
        accesses: vec![Access {
            unit: "Hubei entry-exit administration".to_owned(),
            day: "2026-11-23".to_owned(),
            action: "open".to_owned(),
            object: "application".to_owned(),
        }],
    }
}

fn evidence() -> Evidence {
    let stated = crate::evidence::page::sample::temperature();
    Evidence {
        fact: stated.fact.clone(),
        reference: Some("2026-117".to_owned()),
        unit: Some("Health Commission, Wuhan".to_owned()),
        observed_at: AT,
        until: Some(AT),
        added_at: AT,
        superseded_at: Some(AT),
        stated,
    }
}

fn appeals() -> Vec<Appeal> {
    let one = |stage, answer: Option<&str>| Appeal {
        level: "county",
        filed_at: AT,
        due_at: AT,
        statement: "I was never there.".to_owned(),
        photos: vec![Photo { at: AT, jpeg: String::new() }],
        stage,
        answer: answer.map(str::to_owned),
        unit: answer.map(|_| "Health Commission, Wuhan".to_owned()),
        ended_at: answer.map(|_| AT),
    };
    vec![one("waiting", None), one("corrected", Some("It was somebody else."))]
}

fn proposals() -> Vec<Proposal> {
    crate::evidence::page::sample::board().others.into_iter().map(proposal).collect()
}
