//! The record of who opened whose data when. Written in the transaction that reads the data, so that nothing
//! is shown that is not recorded. Auditors read it at `/audit/accesses`.

use domain::Id;
use domain::id::kind::AccessId;
use store::rows::access::Access;
use store::rows::audit::{NamedAccess, Which};
use store::{StoreError, Tx, call};

use crate::App;
use crate::http::session::{AtDesk, Staff};
use crate::staff::{By, Tools};

/// What is done; each has its words as `access-action-…`, with `-` for `_`.
pub const ACTIONS: &[&str] = &[
    "open",
    "search",
    "add",
    "change",
    "disable",
    "enable",
    "reset-password",
    "reset-codes",
    "change-password",
    "sign-in",
    "claim",
    "approve",
    "ask",
    "refuse",
    "photo",
    "withdraw",
    "correct",
    "import",
    "file",
    "query",
    "make_code",
    "declare_health",
    "declare_trip",
    "entry-pass",
    "entry-check",
    "entry-stop",
    "desk_open",
    "desk_miss",
    "desk_enter",
    "desk_print",
    "desk_withdraw",
    "desk_health",
    "desk_close",
    "desk_recovery",
    "export",
    "confirm",
    "reopen",
    "seen",
    "rotate",
    "appoint",
    "dismiss",
    "confirm-list",
    "close",
    "donation-code",
    "fetch-shares",
    "fetch-opened",
    "fetch-records",
    "open-shares",
    "open-visits",
    "finish",
    "take_back",
    "answer",
    "hand-out",
];

/// What it is done to; each has its words as `access-object-…`, with `-` for `_`.
pub const OBJECTS: &[&str] = &[
    "staff",
    "api_client",
    "application",
    "filing",
    "holder",
    "import_batch",
    "partner",
    "partner_key",
    "grant",
    "pass",
    "photo",
    "reference",
    "code_national",
    "code_national_pass",
    "code_hcert",
    "code_shc",
    "code_nzcp",
    "code_vds_nc",
    "code_ours",
    "code_short",
    "checkpoint",
    "checkpoint-flag",
    "inspector-device",
    "outbox-conflict",
    "temperature_report",
    "location",
    "location-flag",
    "location-batch",
    "tablet",
    "visit_key_list",
    "visit_case",
    "visit_opening",
    "visit_task",
    "evidence",
    "evidence-proposal",
    "evidence-stop",
    "appeal",
    "appeal-photo",
    "unit",
    "audit-order",
];

/// Records that `staff` did `action` (such as `open`) to the object `object_kind` (such as `application`).
/// Both are of [`ACTIONS`] and [`OBJECTS`]: those have words that auditors read.
pub async fn record<T>(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    action: &'static str,
    object_kind: &'static str,
    object: Id<T>,
) -> Result<(), StoreError> {
    record_by(tx, Tools::of(app), By::from(staff), action, object_kind, object).await
}

/// The same where there is no request: for use cases that the command line calls too.
pub async fn record_by<T>(
    tx: &mut Tx,
    tools: Tools<'_>,
    by: By,
    action: &'static str,
    object_kind: &'static str,
    object: Id<T>,
) -> Result<(), StoreError> {
    debug_assert!(ACTIONS.contains(&action), "{action} has no words");
    debug_assert!(OBJECTS.contains(&object_kind), "{object_kind} has no words");
    let id: AccessId = tools.ids.next(tools.now, tools.entropy);
    let entry = Access {
        id,
        staff: by.staff,
        unit: by.unit,
        at: tools.now,
        action: action.to_owned(),
        object_kind: object_kind.to_owned(),
        object: object.as_i64(),
    };
    call!(tx, access::append(&entry))
}

/// The same for what a service desk does for a person. Nothing is recorded of what people do on their own phones.
pub async fn record_at_desk<T>(
    tx: &mut Tx,
    app: &App,
    desk: Option<AtDesk>,
    action: &'static str,
    object_kind: &'static str,
    object: Id<T>,
) -> Result<(), StoreError> {
    let Some(desk) = desk else { return Ok(()) };
    record_by(tx, Tools::of(app), desk.by, action, object_kind, object).await
}

/// Entries on one page.
pub const PAGE: usize = 50;

/// One page of the record, newest first, and the entry after which the next, older page begins.
pub async fn list(
    tools: Tools<'_>,
    which: &Which,
    before: Option<AccessId>,
) -> Result<(Vec<NamedAccess>, Option<AccessId>), StoreError> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut entries = store::read!(tools.store, "access.list", StoreError, |tx| {
        call!(tx, audit::list(which, before, limit))
    })?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let next = entries.last().filter(|_| more).map(|entry| entry.access.id);
    Ok((entries, next))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// Every source file of this crate.
    fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                sources(&entry, all);
            } else if entry.extension().is_some_and(|end| end == "rs") {
                all.push(entry);
            }
        }
    }

    /// The arguments of the call that `text` begins with, behind its bracket.
    fn arguments(text: &str) -> Vec<String> {
        let (mut all, mut depth) = (vec![String::new()], 0);
        for c in text.chars() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth == 0 => break,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    all.push(String::new());
                    continue;
                }
                _ => {}
            }
            all.last_mut().unwrap().push(c);
        }
        all.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
    }

    #[test]
    fn whatever_is_recorded_has_words_for_auditors() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let (mut calls, mut named) = (0, 0);
        for file in files.iter().filter(|file| !file.ends_with("access.rs")) {
            let text = std::fs::read_to_string(file).unwrap();
            for call in ["access::record(", "record_by(", "record_at_desk("] {
                for (at, _) in text.match_indices(call) {
                    let given = arguments(&text[at + call.len()..]);
                    let [.., action, kind, _] = &given[..] else { panic!("{}: {given:?}", file.display()) };
                    calls += 1;
                    for (word, known) in [(action, ACTIONS), (kind, OBJECTS)] {
                        // What is no literal is looked at by `record_by` whenever a test comes by it.
                        let Some(literal) = word.strip_prefix('"').and_then(|it| it.strip_suffix('"')) else {
                            continue;
                        };
                        named += 1;
                        assert!(known.contains(&literal), "{}: {literal} has no words", file.display());
                    }
                }
            }
        }
        assert!(calls > 40 && named > 80, "the calls are found: {calls}, {named}");
    }

    #[test]
    fn every_code_that_is_recognised_has_words() {
        use credential::Format;

        use crate::checkpoint::inspect::Source;
        let formats = [Format::Tongxing, Format::Hcert, Format::Shc, Format::Nzcp, Format::VdsNc];
        let all = [Source::Ours, Source::National, Source::NationalPass].into_iter();
        for source in all.chain(formats.map(Source::Foreign)) {
            assert!(OBJECTS.contains(&source.record_kind()), "{}", source.record_kind());
        }
        assert!(OBJECTS.contains(&"code_short"));
    }

    #[test]
    fn every_action_and_object_has_words_in_each_language() {
        for language in crate::words::Language::ALL {
            let words = crate::words::Words(language);
            for (prefix, all) in [("access-action", ACTIONS), ("access-object", OBJECTS)] {
                for one in all {
                    let text = words.t(&format!("{prefix}-{}", one.replace('_', "-")));
                    assert!(!text.starts_with(crate::words::MISSING), "{one}: {text}");
                }
            }
        }
    }
}
