//! `/my-data`: everything that is held, who opened it and how long it is kept; the same as a file.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use documents::StateCode;
use domain::Timestamp;
use domain::declaration::{HealthAnswers, Symptom};
use domain::matching::DocumentDetails;
use domain::residence::Residence;

use crate::App;
use crate::health::page::degrees;
use crate::holder::data::{self, Access, Held, Timed};
use crate::holder::erase::PERIODS;
use crate::holder::{log_proof, reported};
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Kind};

/// Everything that is held.
#[derive(Template)]
#[template(path = "holder/data.html")]
pub struct DataPage {
    page: Page,
    read_at: Timestamp,
    sections: Vec<Section>,
    accesses: Vec<Access>,
    has_code: bool,
    may_withdraw: bool,
}

/// What is held of one kind.
struct Section {
    title: String,
    records: Vec<Record>,
}

/// One record, with a heading where there may be several.
struct Record {
    title: String,
    lines: Vec<Line>,
    /// Where the file is that proves it in the public log.
    proof: Option<String>,
}

struct Line {
    label: String,
    value: String,
    is_code: bool,
}

impl DataPage {
    /// A holder with everything, an applicant who waits, and a phone that holds nothing.
    pub fn samples(page: &Page) -> Vec<Self> {
        super::sample::all().into_iter().map(|held| Self::of(page.clone(), held)).collect()
    }

    fn of(page: Page, held: Held) -> Self {
        let sections = sections(&page, &held).into_iter().filter(|section| !section.records.is_empty());
        Self {
            read_at: held.read_at.0,
            sections: sections.collect(),
            has_code: !held.documents.is_empty(),
            may_withdraw: held.applications.iter().any(|one| one.decided_at.is_none()),
            accesses: held.accesses,
            page,
        }
    }

    fn without_proofs(&mut self) {
        for record in self.sections.iter_mut().flat_map(|section| &mut section.records) {
            record.proof = None;
        }
    }

    fn periods(&self) -> Vec<(String, String, String)> {
        let row = |(name, kept): (&str, std::time::Duration)| {
            let days = kept.as_secs() / 86_400;
            (
                self.page.t(format!("retention-{name}")),
                self.page.t1("retention-days", "days", days),
                self.page.t(format!("retention-{name}-why")),
            )
        };
        PERIODS.into_iter().map(row).collect()
    }

    fn access(&self, access: &Access) -> (String, String) {
        let action = self.page.t(format!("access-action-{}", access.action.replace('_', "-")));
        let object = self.page.t(format!("access-object-{}", access.object.replace('_', "-")));
        (action, object)
    }
}

fn sections(page: &Page, held: &Held) -> Vec<Section> {
    let section =
        |name: &str, records: Vec<Record>| Section { title: page.t(format!("data-{name}")), records };
    vec![
        section(
            "documents",
            held.documents.iter().map(|one| document(page, &one.details, one.linked_at)).collect(),
        ),
        section("applications", held.applications.iter().map(|one| application(page, one)).collect()),
        section("declarations", held.declarations.iter().map(|one| declaration(page, one)).collect()),
        section("decisions", held.decisions.iter().map(|one| decision(page, one)).collect()),
        section("passes", held.passes.iter().map(|one| pass(page, one)).collect()),
        section("notices", held.notices.iter().map(|one| notice(page, one)).collect()),
        section("phones", held.phones.iter().map(|one| phone(page, one)).collect()),
        section("codes", held.codes.iter().map(|one| one_time_code(page, one)).collect()),
        section("trips", held.trips.iter().map(|one| trip(page, one)).collect()),
        section("apps", held.apps.iter().map(|one| grant(page, one)).collect()),
        section("visits", held.visits.iter().map(|one| visit(page, one)).collect()),
        section("reports", held.reports.iter().map(|one| report(page, one)).collect()),
        section("evidence", held.evidence.iter().map(|one| evidence(page, one)).collect()),
        section("proposals", held.proposals.iter().map(|one| proposal(page, one)).collect()),
        section("appeals", held.appeals.iter().map(|one| appeal(page, one)).collect()),
        section("opened-visits", held.opened_visits.iter().map(|one| opened_visits(page, one)).collect()),
        section("draft", held.draft.iter().map(|_| draft(page)).collect()),
    ]
}

fn report(page: &Page, one: &reported::Report) -> Record {
    let reading = |one: &domain::report::Reading| {
        let site = page.t(format!("report-site-{}", one.site.as_str()));
        let at = page.words.date_time(Timestamp::from_seconds(one.at));
        let facts = [("degrees", degrees(page, one.tenths)), ("site", site), ("at", at)];
        line(page, "report-col-reading", page.words.with("report-reading", &facts))
    };
    let mut lines: Vec<Line> = one.readings.iter().map(reading).collect();
    let stage = match one.outcome {
        Some(outcome) => format!("report-outcome-{outcome}"),
        None => format!("report-stage-{}", one.stage),
    };
    lines.extend([
        line(page, "report-threshold", degrees(page, one.threshold)),
        line(page, "report-col-place", one.checkpoint.clone()),
        line(page, "report-unit", one.unit.clone()),
        line(page, "report-col-action", page.t(format!("report-action-{}", one.action.replace('_', "-")))),
        line(page, "data-report-stage", page.t(stage.replace('_', "-"))),
    ]);
    record(page.t1("data-report", "at", page.words.date_time(one.received_at.0)), lines)
}

fn evidence(page: &Page, one: &reported::Evidence) -> Record {
    let mut lines = vec![
        line(page, "data-evidence-what", crate::evidence::page::what(page, &one.stated)),
        time(page, "data-evidence-when", one.observed_at),
        time(page, "data-evidence-added", one.added_at),
    ];
    lines.extend(one.until.map(|until| time(page, "evidence-colour-until", until)));
    lines.extend(one.superseded_at.map(|at| time(page, "data-evidence-superseded", at)));
    lines.extend(one.reference.as_ref().map(|reference| line(page, "evidence-reference", reference)));
    lines.extend(one.unit.as_ref().map(|unit| line(page, "report-unit", unit)));
    record(String::new(), lines)
}

fn appeal(page: &Page, one: &reported::Appeal) -> Record {
    let mut lines = vec![
        time(page, "appeal-filed", one.filed_at),
        line(page, "appeal-level", page.t(format!("appeal-level-{}", one.level))),
        line(page, "appeal-statement", &one.statement),
        line(page, "data-appeal-stage", page.t(format!("appeal-stage-{}", one.stage))),
    ];
    lines.extend(one.photos.iter().map(|photo| time(page, "appeal-photo", photo.at)));
    lines.extend(one.answer.as_ref().map(|answer| line(page, "appeal-answer", answer)));
    lines.extend(one.unit.as_ref().map(|unit| line(page, "data-proposal-decided-by", unit)));
    lines.extend(one.ended_at.map(|at| time(page, "data-appeal-ended", at)));
    record(String::new(), lines)
}

fn proposal(page: &Page, one: &reported::Proposal) -> Record {
    let what = crate::evidence::page::what(page, &one.stated);
    let what = if one.taken_back { page.t1("evidence-back-line", "what", what) } else { what };
    let mut lines = vec![
        line(page, "data-evidence-what", what),
        time(page, "data-evidence-when", one.observed_at),
        line(page, "report-unit", &one.unit),
        time(page, "evidence-col-at", one.proposed_at),
        line(page, "evidence-col-stage", page.t(format!("evidence-stage-{}", one.stage))),
    ];
    lines.extend(one.reference.as_ref().map(|reference| line(page, "evidence-reference", reference)));
    if let Some((unit, at)) = &one.decided {
        lines.extend([
            line(page, "data-proposal-decided-by", unit),
            time(page, "data-proposal-decided-at", *at),
        ]);
    }
    record(String::new(), lines)
}

fn line(page: &Page, key: &str, value: impl Into<String>) -> Line {
    Line { label: page.t(key), value: value.into(), is_code: false }
}

fn code(page: &Page, key: &str, value: impl Into<String>) -> Line {
    Line { is_code: true, ..line(page, key, value) }
}

fn time(page: &Page, key: &str, at: Timed) -> Line {
    line(page, key, page.words.date_time(at.0))
}

/// Without the lines that say nothing.
fn record(title: String, lines: Vec<Line>) -> Record {
    Record { title, lines: lines.into_iter().filter(|line| !line.value.is_empty()).collect(), proof: None }
}

fn document(page: &Page, details: &DocumentDetails, linked_at: Option<Timed>) -> Record {
    let mut lines = document_lines(page, details);
    lines.extend(linked_at.map(|at| time(page, "data-linked", at)));
    record(page.t(format!("kind-{}", details.kind().as_str().replace('_', "-"))), lines)
}

fn document_lines(page: &Page, details: &DocumentDetails) -> Vec<Line> {
    let state =
        |code: StateCode| page.t2("apply-state", "name", page.t(format!("state-{code}")), "code", code);
    let sex = details.sex.map(|sex| page.t(format!("sex-{}", sex.as_str().to_lowercase())));
    vec![
        code(page, "apply-number", details.number.grouped()),
        line(page, "apply-issuing-state", state(details.issuing_state)),
        code(page, "apply-expiry", details.expiry.map(|date| date.to_string()).unwrap_or_default()),
        line(page, "apply-family", details.name.primary()),
        line(page, "apply-given", details.name.secondary()),
        line(page, "apply-chinese", details.name.chinese().unwrap_or_default()),
        code(page, "apply-birth", details.birth_date.to_string()),
        line(page, "apply-sex", sex.unwrap_or_default()),
        line(page, "apply-nationality", state(details.nationality)),
    ]
}

fn residence_lines(page: &Page, place: &Residence) -> Vec<Line> {
    vec![
        line(page, "apply-division", page.t(format!("division-{}", place.division.code()))),
        line(page, "apply-county", place.county.clone()),
        line(page, "apply-address", place.address.clone()),
        code(page, "apply-phone", place.phone.as_ref().map(domain::phone::Phone::as_str).unwrap_or_default()),
    ]
}

fn application(page: &Page, one: &data::Application) -> Record {
    let mut lines = vec![
        line(page, "data-state", page.t(format!("application-{}-title", one.state))),
        time(page, "application-event-submitted", one.submitted_at),
    ];
    lines.extend(one.decided_at.map(|at| time(page, "data-ended", at)));
    lines.extend(document_lines(page, &one.document.details));
    lines.extend(residence_lines(page, &one.residence));
    lines.push(code(page, "data-contact", one.contact.clone().unwrap_or_default()));
    lines.push(line(page, "application-message", one.message.clone().unwrap_or_default()));
    lines.push(line(page, "data-consent", one.consent.clone().unwrap_or_default()));
    for consent in &one.guardian_consents {
        lines.push(line(page, "data-guardian-consent", consent.version.clone()));
        lines.push(time(page, "data-guardian-consent-at", consent.at));
    }
    for photo in &one.photos {
        lines.push(time(page, "data-photo", photo.at));
    }
    for event in &one.events {
        let mut line = time(page, &format!("application-event-{}", event.what), event.at);
        if event.at_desk {
            line.label = page.t1("application-event-at-desk", "event", line.label);
        }
        lines.push(line);
    }
    for message in &one.messages {
        lines.push(message_line(page, message));
    }
    record(page.t1("data-application", "reference", &one.reference), lines)
}

/// “E-mail: Code is ready”, and when.
fn message_line(page: &Page, one: &data::Message) -> Line {
    let what = page.t(format!("messages-kind-{}", one.what.replace('_', "-")));
    let way = page.t(format!("messages-way-{}", one.way));
    let value = page.t2("data-message-what", "what", what, "at", page.words.date_time(one.at.0));
    Line { label: way, value, is_code: false }
}

fn declaration(page: &Page, one: &data::Declaration) -> Record {
    let HealthAnswers { symptoms, contact, diagnosed } = &one.answers;
    let names: Vec<String> =
        symptoms.iter().map(|s: &Symptom| page.t(format!("symptom-{}", s.as_str()))).collect();
    let symptoms =
        if names.is_empty() { page.t("symptom-none") } else { names.join(&page.t("apply-list-comma")) };
    let answer = |yes: bool| page.t(if yes { "yes" } else { "no" });
    let lines = vec![
        line(page, "apply-symptoms", symptoms),
        line(page, "apply-contact", answer(*contact)),
        line(page, "apply-diagnosed", answer(*diagnosed)),
        line(page, "data-consent", one.consent.clone().unwrap_or_default()),
    ];
    record(page.words.date_time(one.made_at.0), lines)
}

fn decision(page: &Page, one: &data::Decision) -> Record {
    let reasons: Vec<String> = one.reasons.iter().map(|reason| page.t(format!("reason-{reason}"))).collect();
    let mut lines = vec![
        line(page, "my-code-about-colour", page.t(format!("my-code-colour-{}", one.colour))),
        line(page, "my-code-about-why", reasons.join(" ")),
        code(page, "data-rules", one.rule_set.clone()),
        line(page, "data-by", page.t("data-by-rule")),
    ];
    lines.extend(one.revoked_at.map(|at| time(page, "data-decision-revoked", at)));
    let proof = one.proof.as_ref().map(|proof| format!("/my-data/log/{}", proof.leaf));
    Record { proof, ..record(page.words.date_time(one.decided_at.0), lines) }
}

fn pass(page: &Page, one: &data::Pass) -> Record {
    let kind = if one.ahead { "ahead" } else { one.kind };
    let mut lines =
        vec![time(page, "data-pass-from", one.issued_at), time(page, "paper-until", one.expires_at)];
    if let (Some(at), Some(why)) = (one.withdrawn_at, one.withdrawn_for) {
        lines.push(time(page, "data-pass-withdrawn", at));
        lines.push(line(
            page,
            "my-code-about-why",
            page.t(format!("data-withdrawn-{}", why.replace('_', "-"))),
        ));
    }
    record(page.t(format!("data-pass-{kind}")), lines)
}

fn notice(page: &Page, one: &data::Notice) -> Record {
    let mut lines = vec![time(page, "data-notice-at", one.at)];
    lines.extend(one.seen_at.map(|at| time(page, "data-notice-seen", at)));
    record(page.t(format!("notice-{}-title", one.kind)), lines)
}

fn phone(page: &Page, one: &data::Phone) -> Record {
    let mut lines = vec![time(page, "data-phone-since", one.since)];
    lines.extend(one.offline_until.map(|until| time(page, "data-phone-offline", until)));
    lines.extend(one.called.iter().map(|name| line(page, "data-phone-called", name.clone())));
    lines.extend(
        one.who
            .iter()
            .map(|who| line(page, "people-who", page.t(format!("people-who-{}", who.replace('_', "-"))))),
    );
    record(page.t("data-phone"), lines)
}

fn one_time_code(page: &Page, one: &data::Code) -> Record {
    let lines = vec![code(page, "data-code-to", one.contact.clone()), time(page, "data-code-at", one.at)];
    record(page.t(format!("data-code-{}", one.purpose)), lines)
}

fn trip(page: &Page, one: &data::Trip) -> Record {
    let trip = &one.trip;
    let days = page.t2("trip-days", "from", page.words.day(trip.from), "to", page.words.day(trip.to));
    let lines = vec![
        line(page, "trip-when", days),
        line(page, "trip-transport", page.t(format!("transport-{}", trip.transport.as_str()))),
        time(page, "trip-declared", one.declared_at),
        line(page, "trip-by", one.by.clone().unwrap_or_default()),
        line(page, "data-consent", one.consent.clone()),
    ];
    record(page.t(format!("division-{}", trip.place.code())), lines)
}

fn grant(page: &Page, one: &data::Grant) -> Record {
    let functions: Vec<String> =
        one.functions.iter().map(|name| page.t(format!("partner-may-{}", name.replace('_', "-")))).collect();
    let mut lines = vec![
        line(page, "apps-may", functions.join(" ")),
        time(page, "apps-given", one.given_at),
        time(page, "apps-until", one.until),
        line(page, "data-consent", one.consent.clone()),
    ];
    lines.extend(one.ended_at.map(|at| time(page, "apps-ended-at", at)));
    record(one.app.clone(), lines)
}

fn visit(page: &Page, one: &data::Visit) -> Record {
    let lines = vec![
        line(page, "data-accesses-unit", one.unit.clone()),
        line(page, "data-consent", one.consent.clone().unwrap_or_default()),
    ];
    record(page.words.date_time(one.at.0), lines)
}

fn opened_visits(page: &Page, one: &data::OpenedVisits) -> Record {
    let mut lines = vec![line(page, "data-accesses-unit", one.unit.clone())];
    lines.extend(one.told_at.map(|at| time(page, "data-opened-visits-told", at)));
    let outcome = |name: &str| page.t(format!("task-outcome-{}", name.replace('_', "-")));
    lines.extend(one.outcome.map(|name| line(page, "data-report-stage", outcome(name))));
    record(page.words.date_time(one.at.0), lines)
}

fn draft(page: &Page) -> Record {
    record(String::new(), vec![line(page, "data-draft-what", page.t("data-draft-where"))])
}

/// `GET /my-data`
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    if device.holder.is_none() && device.application.is_none() {
        return Ok(Redirect::to("/apply").into_response());
    }
    let mut shown = DataPage::of(page, data::of(&app, &device).await?);
    if app.transparency.public().is_none() {
        // Nothing is signed here, so there is no proof to take away.
        shown.without_proofs();
    }
    page::show(&shown)
}

/// `GET /my-data/export`: the same as JSON, to be kept.
pub async fn export(State(app): State<App>, device: Device) -> Result<Response, Failure> {
    let held = data::of(&app, &device).await?;
    let json = serde_json::to_vec_pretty(&held).map_err(|error| Failure {
        internal: Some(format!("export: {error}")),
        ..Failure::of(Kind::INTERNAL)
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"tongxing-my-data.json\""),
        ),
    ];
    Ok((headers, json).into_response())
}

/// `GET /my-data/log/{leaf}`: the file that proves a decision about the holder in the public log
/// (docs/transparency-log.md).
pub async fn proof(
    State(app): State<App>,
    device: Device,
    Path(leaf): Path<String>,
) -> Result<Response, Failure> {
    let leaf = leaf.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))?;
    // A leaf has its place within 5 seconds, and after an outage as soon as those before it have theirs.
    let file = log_proof::of(&app, &device, leaf).await?.ok_or(Failure::of(Kind::BUSY).retry_after(5))?;
    let json = serde_json::to_vec_pretty(&file).map_err(|error| Failure {
        internal: Some(format!("log proof: {error}")),
        ..Failure::of(Kind::INTERNAL)
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"tongxing-log-proof.json\""),
        ),
    ];
    Ok((headers, json).into_response())
}
