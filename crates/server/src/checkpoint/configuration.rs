//! The settings that devices at checkpoints go by: signed, for everybody, from memory.
//!
//! The decision that matters: the version is the second of signing. It never falls, across restarts too, and servers
//! need not agree on a number. What has not changed is signed anew only every ten minutes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{SignError, sign_configuration};
use domain::Timestamp;
use serde_json::{Value, json};
use store::{StoreError, call, read};

use super::{seal_keys, shift};
use crate::App;
use crate::http::{Kind, Problem};
use crate::pass::lists::{self, Published};

/// How often it is looked whether anything has changed.
const LOOKED: Duration = Duration::from_mins(1);
/// How long what has not changed is served as it was signed.
const SIGNED: Duration = Duration::from_mins(10);
/// How long it counts.
const LIFE: Duration = Duration::from_hours(7 * 24);
/// The lowest number of the application that still works.
const MINIMUM_APP: u32 = 1;

/// What was signed last.
#[derive(Default)]
pub struct Kept(Mutex<Option<Signed>>);

#[derive(Clone)]
struct Signed {
    looked_at: Timestamp,
    /// How many status lists were in use then: who is scanned next may have a pass of a new one.
    lists: usize,
    made_at: Timestamp,
    says: Value,
    file: Published,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The database failed, and none is at hand.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key failed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl Problem for ConfigurationError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Sign(_) => Kind::INTERNAL,
        }
    }
}

/// The settings as they are now. While the database is away the last ones are served on: they say when they end.
pub async fn current(app: &App) -> Result<Published, ConfigurationError> {
    let (now, used) = (app.now(), lists::used(app));
    let kept = app.checkpoint.configuration.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(kept) = kept.as_ref().filter(|kept| kept.lists == used && now.since(kept.looked_at) < LOOKED)
    {
        return Ok(kept.file.clone());
    }
    let says = match (says(app).await, &kept) {
        (Ok(says), _) => says,
        (Err(error), Some(kept)) => {
            tracing::warn!(%error, "serving the settings of checkpoints as they were");
            return Ok(kept.file.clone());
        }
        (Err(error), None) => return Err(error.into()),
    };
    let signed = match kept {
        Some(kept) if kept.says == says && now.since(kept.made_at) < SIGNED => {
            Signed { looked_at: now, lists: used, ..kept }
        }
        _ => sign(app, says, now, used)?,
    };
    let file = signed.file.clone();
    *app.checkpoint.configuration.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(signed);
    Ok(file)
}

fn sign(app: &App, says: Value, now: Timestamp, lists: usize) -> Result<Signed, SignError> {
    let mut payload = says.clone();
    payload["version"] = json!(now.seconds());
    payload["issued"] = json!(now.seconds());
    payload["expires"] = json!(now.plus(LIFE).seconds());
    let text = sign_configuration(&payload, &**app.signers.signing().signer())?;
    Ok(Signed { looked_at: now, lists, made_at: now, says, file: Published::new(text.into_bytes()) })
}

/// What it says, without times. The key is a part of it: another key signs it anew.
async fn says(app: &App) -> Result<Value, StoreError> {
    let open = read!(app.store, "checkpoint.open", StoreError, |tx| { call!(tx, checkpoint::all()) })?;
    let checkpoints: Vec<Value> = open
        .into_iter()
        .filter(|row| row.closed_at.is_none())
        .map(|row| json!({"id": row.id, "name": row.name, "place": row.place, "kind": row.kind}))
        .collect();
    let seal: Vec<Value> = seal_keys::kept(app)
        .iter()
        .map(
            |key| json!({"kid": URL_SAFE_NO_PAD.encode(key.kid), "key": URL_SAFE_NO_PAD.encode(&key.public)}),
        )
        .collect();
    let origin = &app.settings.public_origin;
    Ok(json!({
        "iss": app.signers.name(),
        "signed_by": app.signers.signing().signer().key_id().to_string(),
        "app": {"minimum": MINIMUM_APP},
        "threshold": app.settings.temperature_threshold.0,
        "lowest": domain::report::READINGS.start(), "highest": domain::report::READINGS.end(),
        "sites": domain::report::Site::ALL,
        "amber_after": 4 * 3_600, "check_after": 24 * 3_600,
        "shift": shift::LONGEST.as_secs(), "idle": 300, "apart": shift::APART.as_secs(),
        "outbox": {"items": 5_000, "warn_items": 4_000, "warn_after": 48 * 3_600},
        "report_due": app.settings.report_due.as_secs(),
        "acceptance": "fixed", "apply": format!("{origin}/apply"),
        "status_lists": lists::current(app).await?,
        "seal": seal, "checkpoints": checkpoints,
    }))
}
