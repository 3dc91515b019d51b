//! `POST /api/v1/checkpoint/check`: what a device cannot judge alone.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{DocumentKind, Observed, Reason, Scope, Verdict};
use serde::Serialize;
use store::{StoreError, call, read};
use utoipa::ToSchema;

use crate::App;
use crate::checkpoint::asked::Check;
use crate::checkpoint::content::Name;
use crate::checkpoint::inspect::{Finding, LookUp, Source, bounded};
use crate::checkpoint::short;
use crate::filing::api::{ProblemBody, parse};
use crate::http::address::ClientAddress;
use crate::http::session::{InspectorDevice, Staff};
use crate::http::{Failure, Kind};
use crate::recognition;

/// The verdict, and what to compare with the document.
#[derive(Serialize, ToSchema)]
#[schema(as = RemoteVerdict)]
pub struct Answer {
    /// `PASS`, `CHECK` or `STOP`.
    verdict: &'static str,
    /// Why.
    reasons: Vec<&'static str>,
    /// `full`, or `entry`: for entering the province only.
    scope: &'static str,
    /// `short` or `national`.
    source: &'static str,
    /// Whether a short code stands for a pass.
    found: bool,
    /// What to compare with the document in hand.
    identity: Option<Identity>,
    /// The pass id behind a short code.
    pass: Option<String>,
}

/// What to compare with the document in hand.
#[derive(Serialize, ToSchema)]
#[schema(as = RemoteIdentity)]
pub struct Identity {
    /// Initials.
    initials: String,
    /// Day of birth, 0 where unknown.
    birth_day: u8,
    /// Month of birth, 0 where unknown.
    birth_month: u8,
    /// Kind of document.
    document: Option<&'static str>,
    /// The last four characters of its number.
    last_four: Option<String>,
}

/// Judges what a device cannot judge alone
#[utoipa::path(
    post, path = "/api/v1/checkpoint/check", tag = "checkpoint", operation_id = "checkpoint_check",
    security(("inspector_device" = [])), request_body = Check,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)
    )
)]
pub async fn check(
    State(app): State<App>,
    device: InspectorDevice,
    ClientAddress(address): ClientAddress,
    body: Bytes,
) -> Result<Json<Answer>, Failure> {
    let Check { shift, text } = parse(&body)?;
    let staff = inspector(&app, &device, shift).await?;
    let text = bounded(&text);
    // Both are looked up: nobody looks up more than they can check.
    app.limits.short_code(address, staff.id)?;
    if short::read(&text).is_none() && !app.recognition.is_national_code(&text) {
        let detail = "text: expected a short code, or the online form of a national code";
        return Err(Failure::of(Kind::INVALID).because(detail));
    }
    let at = u64::try_from(app.now().seconds()).unwrap_or(0);
    let observed = Observed { threshold: app.settings.temperature_threshold, ..Observed::default() };
    let finding = recognition::inspect(&app, &text, &observed, at, false).await;
    recognition::record(&app, &staff, &finding).await;
    let (kind, verdict) = (finding.source.record_kind(), finding.verdict.as_str());
    tracing::info!(verdict, kind, source = "device", "checked");
    Ok(Json(answer(finding)))
}

/// The inspector of a shift of this device that goes on, as long as their account does. A shift whose beginning has not
/// arrived is nobody's for certain.
async fn inspector(app: &App, device: &InspectorDevice, shift: Name) -> Result<Staff, Failure> {
    let now = app.now();
    let row = read!(app.store, "checkpoint.running", StoreError, |tx| {
        let row = call!(tx, shift::one(shift.0))?;
        let row = row.filter(|row| row.device == Some(device.id) && row.is_running(now) && !row.guessed);
        let Some(row) = row else { return Ok(None) };
        let account = call!(tx, staff::one(row.staff))?;
        Ok(account.is_some_and(|account| account.disabled_at.is_none()).then_some(row))
    })?;
    let row = row.ok_or_else(|| {
        Failure::of(Kind::FORBIDDEN).because("shift: no shift of this device goes on under this id")
    })?;
    let (id, unit) = (row.staff, row.unit);
    Ok(Staff { id, name: String::new(), unit, roles: Vec::new(), session: [0; 32] })
}

fn answer(finding: Finding) -> Answer {
    let identity = finding.items.map(|items| Identity {
        initials: items.initials,
        birth_day: items.birth.day,
        birth_month: items.birth.month,
        document: items.document.map(DocumentKind::as_str),
        last_four: items.last_four,
    });
    let short = matches!(finding.source, Source::Short(_));
    Answer {
        verdict: Verdict::as_str(finding.verdict),
        reasons: finding.reasons.iter().map(|reason| Reason::as_str(*reason)).collect(),
        scope: if finding.scope == Scope::Full { "full" } else { "entry" },
        source: if short { "short" } else { "national" },
        found: finding.source == Source::Short(LookUp::Found),
        identity,
        pass: finding.pass.map(|pass| URL_SAFE_NO_PAD.encode(pass.id)),
    }
}
