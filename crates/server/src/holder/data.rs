//! Everything that is held about the person behind a phone, as one structure: the page shows it, the export is it.
//!
//! The decision that matters: until an application is issued or refused, nothing here tells what the match found or
//! whether a person has looked: stages are the ones that the applicant's page shows, events the ones that it lists,
//! and accesses are told once it is decided.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use domain::application::shown;
use domain::declaration::HealthAnswers;
use domain::id::kind::HolderId;
use domain::matching::DocumentDetails;
use serde::Serialize;
use store::rows::application::{ApplicationEvent, ApplicationRow, EventKind};
use store::rows::companion::ConsentRow;
use store::rows::decision::DecisionRow;
use store::rows::desk::HeldVisit;
use store::rows::held::{HeldCode, HeldDeclaration, HeldMessage, HeldPass, HeldPhone};
use store::rows::partner::{HeldGrant, TripRow};
use store::rows::visit_case::HeldOpening;
use store::{StoreError, Tx, call, read};

use crate::application::draft::Draft;
use crate::http::Fields;
use crate::http::session::Device;
use crate::{App, decision};

use super::reported::{self, Appeal, Evidence, Proposal, Report};
use accesses::accesses;

mod accesses;

/// Everything that is held. Times are RFC 3339 in UTC.
#[derive(Serialize)]
pub struct Held {
    /// When it was read.
    pub read_at: Timed,
    /// The documents that lead to the code, the one that counts first.
    pub documents: Vec<Document>,
    /// The applications.
    pub applications: Vec<Application>,
    /// The health declarations.
    pub declarations: Vec<Declaration>,
    /// The colours that were decided.
    pub decisions: Vec<Decision>,
    /// The passes that were issued and have not ended for long.
    pub passes: Vec<Pass>,
    /// What the holder was told.
    pub notices: Vec<Notice>,
    /// The phones that show the code.
    pub phones: Vec<Phone>,
    /// The one-time codes that this phone asked for.
    pub codes: Vec<Code>,
    /// The trips that were declared.
    pub trips: Vec<Trip>,
    /// Which applications may act for the person.
    pub apps: Vec<Grant>,
    /// The visits to service desks.
    pub visits: Vec<Visit>,
    /// What inspectors reported of the person's temperature.
    pub reports: Vec<Report>,
    /// What the colour may rest on beside declarations.
    pub evidence: Vec<Evidence>,
    /// What an office proposed to state or to take back, and what another office said to it.
    pub proposals: Vec<Proposal>,
    /// What the person appealed against, and what they were answered.
    pub appeals: Vec<Appeal>,
    /// That visits of the person to locations were opened.
    pub opened_visits: Vec<OpenedVisits>,
    /// What was typed and not yet sent.
    pub draft: Option<Fields>,
    /// Who opened it.
    pub accesses: Vec<Access>,
}

/// A time, kept as it is for pages and written as RFC 3339 in the export.
#[derive(Clone, Copy)]
pub struct Timed(pub Timestamp);

impl Serialize for Timed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A document as it stands.
#[derive(Serialize)]
pub struct Document {
    /// Kind, number, name, date of birth and the rest.
    #[serde(flatten)]
    pub details: DocumentDetails,
    /// When it was linked to the code; none in an application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked_at: Option<Timed>,
}

/// An application as its applicant may see it.
#[derive(Serialize)]
pub struct Application {
    /// The number that people quote.
    pub reference: String,
    /// How it stands, by the names of the applicant's page.
    pub state: &'static str,
    /// When it was sent.
    pub submitted_at: Timed,
    /// When it was decided.
    pub decided_at: Option<Timed>,
    /// The language that was used.
    pub language: String,
    /// The version of the text that was agreed to.
    pub consent: Option<String>,
    /// What was typed of the document.
    pub document: Document,
    /// The confirmed e-mail address or mobile number.
    pub contact: Option<String>,
    /// Where the applicant stays and can be reached.
    pub residence: domain::residence::Residence,
    /// What a reviewer wrote.
    pub message: Option<String>,
    /// Why it was not approved.
    pub refused_for: Option<String>,
    /// What happened, by the names of the applicant's page.
    pub events: Vec<Happened>,
    /// The photos that were sent and are not deleted yet, as JPEG in base64.
    pub photos: Vec<Photo>,
    /// What a parent or guardian agreed to for a child under 14.
    pub guardian_consents: Vec<Consent>,
    /// The messages that were written to the contact, without what they said.
    pub messages: Vec<Message>,
}

/// The consent of a parent or guardian.
#[derive(Serialize)]
pub struct Consent {
    /// The version of the text.
    pub version: String,
    /// The language in which it was shown.
    pub language: String,
    /// When it was given.
    pub at: Timed,
}

/// A message by e-mail or text message.
#[derive(Serialize)]
pub struct Message {
    /// What it told, by the names of the messages.
    pub what: &'static str,
    /// `mail` or `text`.
    pub way: &'static str,
    /// What became of it.
    pub state: &'static str,
    /// When it was written.
    pub at: Timed,
}

/// A one-time code that was asked for, without the code.
#[derive(Serialize)]
pub struct Code {
    /// To which contact, known or not.
    pub contact: String,
    /// `confirm` or `recover`.
    pub purpose: &'static str,
    /// When.
    pub at: Timed,
}

/// Something that happened.
#[derive(Serialize)]
pub struct Happened {
    /// What.
    pub what: &'static str,
    /// Whether a service desk did it for the applicant.
    pub at_desk: bool,
    /// When.
    pub at: Timed,
}

/// A photo.
#[derive(Serialize)]
pub struct Photo {
    /// When it was sent.
    pub at: Timed,
    /// The picture.
    pub jpeg: String,
}

/// A health declaration.
#[derive(Serialize)]
pub struct Declaration {
    /// When it was made.
    pub made_at: Timed,
    /// What was answered.
    #[serde(flatten)]
    pub answers: HealthAnswers,
    /// The version of the text that was agreed to, where it is not that of the application.
    pub consent: Option<String>,
}

/// A colour that was decided, with what proves it in the log.
#[derive(Serialize)]
pub struct Decision {
    /// When.
    pub decided_at: Timed,
    /// The colour.
    pub colour: &'static str,
    /// Why, as the codes of reasons.
    pub reasons: Vec<String>,
    /// By which rules.
    pub rule_set: String,
    /// Until when it counts.
    pub until: Option<Timed>,
    /// Since when the colour has been this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timed>,
    /// Since when an appeal has found that what it rests on was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timed>,
    /// The rules that held, and on which evidence.
    pub fired: Vec<domain::colour::Fired>,
    /// What opens its leaf in the log.
    pub proof: Option<Proof>,
}

/// SHA-256 over `tongxing leaf v1`, the kind led by its length, the salt and the content is the commitment.
#[derive(Serialize)]
pub struct Proof {
    /// The leaf's row.
    pub leaf: String,
    /// In hexadecimal.
    pub commitment: String,
    /// In hexadecimal.
    pub salt: String,
    /// What it commits to, byte for byte.
    pub content: String,
}

/// A pass.
#[derive(Serialize)]
pub struct Pass {
    /// `live` or `printed`.
    pub kind: &'static str,
    /// From when on.
    pub issued_at: Timed,
    /// Until when.
    pub expires_at: Timed,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timed>,
    /// Why.
    pub withdrawn_for: Option<&'static str>,
    /// Whether it was fetched ahead for a day without the internet.
    pub ahead: bool,
}

/// Something that the holder was told.
#[derive(Serialize)]
pub struct Notice {
    /// What.
    pub kind: &'static str,
    /// When.
    pub at: Timed,
    /// When it was read.
    pub seen_at: Option<Timed>,
}

/// A phone.
#[derive(Serialize)]
pub struct Phone {
    /// Since when it has its session.
    pub since: Timed,
    /// Until when it wants to do without the internet.
    pub offline_until: Option<Timed>,
    /// What its owner calls this person, where it is another person's phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    /// Who this person is, as its owner said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<&'static str>,
}

/// A trip.
#[derive(Serialize)]
pub struct Trip {
    /// Place, days and transport.
    #[serde(flatten)]
    pub trip: domain::trip::Trip,
    /// When it was declared.
    pub declared_at: Timed,
    /// By which application, if one did.
    pub by: Option<String>,
    /// The version of the text that was agreed to.
    pub consent: String,
}

/// What an application may do for the person.
#[derive(Serialize)]
pub struct Grant {
    /// The application.
    pub app: String,
    /// What, by the names that `docs/partner-api.md` has.
    pub functions: Vec<&'static str>,
    /// Since when.
    pub given_at: Timed,
    /// Until when.
    pub until: Timed,
    /// When it was taken back or ended.
    pub ended_at: Option<Timed>,
    /// The version of the text that was agreed to.
    pub consent: String,
}

/// A visit to a service desk.
#[derive(Serialize)]
pub struct Visit {
    /// The unit.
    pub unit: String,
    /// When.
    pub at: Timed,
    /// The version of the text that was agreed to there.
    pub consent: Option<String>,
}

/// That visits of the person to a location were opened. It names no place and no case.
#[derive(Serialize)]
pub struct OpenedVisits {
    /// When.
    pub at: Timed,
    /// The unit that asked for it.
    pub unit: String,
    /// When the person was told.
    pub told_at: Option<Timed>,
    /// What became of it, once somebody tried to reach the person.
    pub outcome: Option<&'static str>,
}

/// Who opened something of it: the unit, never the person.
#[derive(Serialize)]
pub struct Access {
    /// The unit.
    pub unit: String,
    /// The day in Asia/Shanghai.
    pub day: String,
    /// What was done.
    pub action: String,
    /// What to.
    pub object: String,
}

/// Reads everything that is held about the person behind `device`.
pub async fn of(app: &App, device: &Device) -> Result<Held, StoreError> {
    read!(app.store, "holder.data", StoreError, |tx| {
        let rows = applications(tx, device).await?;
        let grants = call!(tx, grant::held(device.id, device.holder))?;
        let mut held = Held {
            read_at: Timed(app.now()),
            documents: Vec::new(),
            applications: Vec::new(),
            declarations: Vec::new(),
            decisions: Vec::new(),
            passes: Vec::new(),
            notices: Vec::new(),
            phones: phones(tx, device).await?,
            codes: call!(tx, held::codes(device.id))?.into_iter().map(code).collect(),
            draft: draft(tx, device).await?,
            accesses: accesses(tx, device, &rows, &grants).await?,
            trips: Vec::new(),
            reports: Vec::new(),
            evidence: Vec::new(),
            proposals: Vec::new(),
            appeals: Vec::new(),
            opened_visits: Vec::new(),
            apps: grants.iter().map(grant).collect(),
            visits: visits(tx, &rows).await?,
        };
        for row in rows {
            if row.holder.is_none() {
                held.declarations
                    .extend(call!(tx, held::declarations_of(row.id))?.into_iter().map(declaration));
            }
            held.applications.push(application(tx, row, app.now()).await?);
        }
        if let Some(holder) = device.holder {
            of_holder(tx, holder, &mut held).await?;
        }
        Ok(held)
    })
}

/// The applications of the holder, and the one that the phone holds.
async fn applications(tx: &mut Tx, device: &Device) -> Result<Vec<ApplicationRow>, StoreError> {
    let mut rows = match device.holder {
        Some(holder) => call!(tx, held::applications(holder))?,
        None => Vec::new(),
    };
    if let Some(id) = device.application.filter(|id| rows.iter().all(|row| row.id != *id)) {
        let own = call!(tx, application::by_id(id))?.filter(|row| row.device == device.id);
        rows.extend(own);
    }
    Ok(rows)
}

async fn of_holder(tx: &mut Tx, holder: HolderId, held: &mut Held) -> Result<(), StoreError> {
    for one in call!(tx, held::documents(holder))? {
        held.documents.push(Document { details: one.details, linked_at: Some(Timed(one.linked_at)) });
    }
    held.declarations.extend(call!(tx, held::declarations(holder))?.into_iter().map(declaration));
    for row in call!(tx, held::decisions(holder))? {
        held.decisions.push(decided(tx, row).await?);
    }
    held.passes = call!(tx, held::passes(holder))?.iter().map(pass).collect();
    for row in call!(tx, report_desk::of_holder(holder))? {
        held.reports.push(reported::report(tx, row).await?);
    }
    for row in call!(tx, evidence::of_holder(holder))? {
        held.evidence.push(reported::evidence(tx, row).await?);
    }
    held.proposals =
        call!(tx, evidence_proposal::of_holder(holder))?.into_iter().map(reported::proposal).collect();
    for row in call!(tx, appeal::of_holder(holder))? {
        held.appeals.push(reported::appeal(tx, row).await?);
    }
    held.opened_visits = call!(tx, visit_task::held(holder))?.into_iter().map(opened_visits).collect();
    held.trips = call!(tx, trip::held(holder))?.into_iter().map(trip).collect();
    for one in call!(tx, held::notices(holder))? {
        let seen_at = one.seen_at.map(Timed);
        held.notices.push(Notice { kind: one.kind.as_str(), at: Timed(one.at), seen_at });
    }
    Ok(())
}

async fn application(tx: &mut Tx, row: ApplicationRow, now: Timestamp) -> Result<Application, StoreError> {
    let state = shown(row.stage, row.kind(), row.sent_at, row.clock.due_at, now).as_str();
    let events = call!(tx, application::events(row.id))?;
    let photos = call!(tx, application::photos(row.id))?;
    let contact = call!(tx, contact::of_application(row.id))?;
    let contact = contact.map(|reachable| reachable.contact.as_str().to_owned());
    let guardian_consents = call!(tx, held::consents(row.id))?.into_iter().map(consent).collect();
    let messages = call!(tx, held::messages(row.id))?.iter().map(message).collect();
    let photo = |photo: &store::rows::application::Photo| Photo {
        at: Timed(photo.at),
        jpeg: STANDARD.encode(&*photo.image),
    };
    Ok(Application {
        reference: row.reference.to_string(),
        state,
        submitted_at: Timed(row.submitted_at),
        decided_at: row.decided_at.map(Timed),
        language: row.language,
        consent: row.consent,
        document: Document { details: row.details, linked_at: None },
        contact,
        residence: row.residence,
        message: row.message,
        refused_for: row.refused_for,
        events: events.iter().filter_map(happened).collect(),
        photos: photos.iter().map(photo).collect(),
        guardian_consents,
        messages,
    })
}

fn consent(one: ConsentRow) -> Consent {
    Consent { version: one.version, language: one.language, at: Timed(one.made_at) }
}

fn message(one: &HeldMessage) -> Message {
    let (what, way, state) = (one.kind.as_str(), one.channel.as_str(), one.state.as_str());
    Message { what, way, state, at: Timed(one.at) }
}

fn code(one: HeldCode) -> Code {
    Code { contact: one.contact.into(), purpose: one.purpose.as_str(), at: Timed(one.at) }
}

fn happened(event: &ApplicationEvent) -> Option<Happened> {
    Some(Happened { what: told(event.kind)?, at_desk: event.is_by_desk(), at: Timed(event.at) })
}

/// The name of what an applicant is told of an event. That an application waits, or went to a reviewer, would tell
/// what the match found.
pub const fn told(kind: EventKind) -> Option<&'static str> {
    Some(match kind {
        EventKind::Submitted => "submitted",
        EventKind::Asked => "asked",
        EventKind::Corrected => "corrected",
        EventKind::PhotoSent => "photo-sent",
        EventKind::Issued => "issued",
        EventKind::Refused => "refused",
        EventKind::Withdrawn => "withdrawn",
        EventKind::Recovered => "recovered",
        EventKind::Waiting
        | EventKind::Review
        | EventKind::Claimed
        | EventKind::Released
        | EventKind::Escalated
        | EventKind::Overdue => return None,
    })
}

fn declaration(one: HeldDeclaration) -> Declaration {
    Declaration { made_at: Timed(one.made_at), answers: one.answers, consent: one.consent }
}

async fn decided(tx: &mut Tx, row: DecisionRow) -> Result<Decision, StoreError> {
    let leaf = call!(tx, held::leaf(row.leaf))?;
    let proof = leaf.and_then(|leaf| {
        Some(Proof {
            leaf: row.leaf.to_string(),
            commitment: hex(&leaf.commitment),
            salt: hex(&leaf.salt?),
            content: decision::leaf_content(&row),
        })
    });
    Ok(Decision {
        decided_at: Timed(row.decided_at),
        colour: row.colour.as_str(),
        reasons: row.reasons.clone(),
        rule_set: row.rule_set,
        until: row.until.map(Timed),
        since: row.since.map(Timed),
        revoked_at: row.revoked.map(Timed),
        fired: row.fired,
        proof,
    })
}

/// Two lower-case digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn pass(one: &HeldPass) -> Pass {
    Pass {
        kind: one.kind.as_str(),
        issued_at: Timed(one.issued_at),
        expires_at: Timed(one.expires_at),
        withdrawn_at: one.withdrawn.map(|(at, _)| Timed(at)),
        withdrawn_for: one.withdrawn.map(|(_, why)| why.as_str()),
        ahead: one.ahead,
    }
}

async fn phones(tx: &mut Tx, device: &Device) -> Result<Vec<Phone>, StoreError> {
    let phones = call!(tx, held::phones(device.holder, device.id))?;
    let phone = |one: HeldPhone| {
        let (called, who) = one.companion.map(|companion| (companion.name, companion.who.as_str())).unzip();
        Phone { since: Timed(one.since), offline_until: one.offline_until.map(Timed), called, who }
    };
    Ok(phones.into_iter().map(phone).collect())
}

async fn visits(tx: &mut Tx, rows: &[ApplicationRow]) -> Result<Vec<Visit>, StoreError> {
    let mut all = Vec::new();
    for row in rows {
        all.extend(call!(tx, desk::of_application(row.id))?);
    }
    let visit = |HeldVisit { unit, at, consent }| Visit { unit, at: Timed(at), consent };
    Ok(all.into_iter().map(visit).collect())
}

async fn draft(tx: &mut Tx, device: &Device) -> Result<Option<Fields>, StoreError> {
    let state = call!(tx, device::device_state(device.id))?;
    Ok(state.and_then(|state| Draft::of(&state)).map(|draft| draft.typed))
}

fn trip(row: TripRow) -> Trip {
    Trip { trip: row.trip, declared_at: Timed(row.made_at), by: row.partner, consent: row.consent }
}

fn opened_visits(one: HeldOpening) -> OpenedVisits {
    OpenedVisits {
        at: Timed(one.at),
        unit: one.unit,
        told_at: one.told_at.map(Timed),
        outcome: one.outcome.map(store::rows::visit_case::TaskOutcome::as_str),
    }
}

fn grant(one: &HeldGrant) -> Grant {
    Grant {
        app: one.partner.clone(),
        functions: one.functions.iter().map(domain::partner::Function::as_str).collect(),
        given_at: Timed(one.given_at),
        until: Timed(one.until),
        ended_at: one.ended_at.map(Timed),
        consent: one.text_version.clone(),
    }
}
