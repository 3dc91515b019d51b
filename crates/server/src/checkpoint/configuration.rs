//! The settings that devices at checkpoints go by: signed, for everybody, from memory.
//!
//! The decision that matters: the version is the ten minutes in which it was signed (decision 0018). It never falls,
//! across restarts too, and several servers agree on it without a word: a device that is answered by one, then by
//! another, never sees a lower one. What has not changed is signed anew only every ten minutes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{SignError, sign_configuration};
use domain::Timestamp;
use serde_json::{Value, json};
use store::{StoreError, call, read};

use super::seal_keys;
use crate::App;
use crate::http::{Kind, Problem};
use crate::pass::lists::{self, Published};

/// How often it is looked whether anything has changed.
const LOOKED: Duration = Duration::from_mins(1);
/// How long one version lasts, in seconds.
const VERSION: i64 = 600;
/// How long it counts.
const LIFE: Duration = Duration::from_hours(7 * 24);

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
    let of_now = |kept: &Signed| version(kept.made_at) == version(now);
    let fresh = |kept: &Signed| kept.lists == used && of_now(kept) && now.since(kept.looked_at) < LOOKED;
    if let Some(kept) = kept.as_ref().filter(|kept| fresh(kept)) {
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
        Some(kept) if kept.says == says && of_now(&kept) => Signed { looked_at: now, lists: used, ..kept },
        _ => sign(app, says, now, used)?,
    };
    let file = signed.file.clone();
    *app.checkpoint.configuration.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(signed);
    Ok(file)
}

/// The version of what is signed at this time.
const fn version(at: Timestamp) -> i64 {
    at.seconds() - at.seconds().rem_euclid(VERSION)
}

fn sign(app: &App, says: Value, now: Timestamp, lists: usize) -> Result<Signed, SignError> {
    let mut payload = says.clone();
    payload["version"] = json!(version(now));
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
    let (origin, devices) = (&app.settings.public_origin, &app.settings.devices);
    Ok(json!({
        "iss": app.signers.name(),
        "signed_by": app.signers.signing().signer().key_id().to_string(),
        "app": {"minimum": devices.minimum_app},
        "threshold": app.settings.temperature_threshold.0,
        "lowest": domain::report::READINGS.start(), "highest": domain::report::READINGS.end(),
        "sites": domain::report::Site::ALL,
        "amber_after": devices.amber_after.as_secs(), "check_after": devices.check_after.as_secs(),
        "shift": devices.shift.as_secs(), "idle": devices.idle.as_secs(), "apart": devices.apart.as_secs(),
        "outbox": {
            "items": devices.items, "warn_items": devices.warn_items, "warn_after": devices.warn_after.as_secs(),
        },
        "report_due": app.settings.report_due.as_secs(),
        "acceptance": "fixed", "apply": format!("{origin}/apply"),
        "status_lists": lists::current(app).await?,
        "seal": seal, "checkpoints": checkpoints,
    }))
}
