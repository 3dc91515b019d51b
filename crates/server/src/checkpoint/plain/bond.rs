//! What ties a check's later forms to the scan that this server judged: a keyed hash over session, number, text and time.
//!
//! Whoever posts another text, another time or another session's form has made a new scan, and is counted, recorded and
//! limited like one. The key is that of the store's indexes, so that every server of an installation knows the others'.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::Seconds;
use domain::checkpoint::ClientId;

use super::{check_text, new_check, read_check};
use crate::App;
use crate::checkpoint::inspect::{REPORT_LASTS, judged_within};
use crate::http::Fields;
use crate::http::session::Staff;

const LABEL: &str = "checkpoint.page.scan";

/// The check that a form belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Its number.
    pub check: ClientId,
    /// As of which second its code is judged.
    pub at: Seconds,
    /// Whether this server has judged this very scan before, and not too long ago: nothing of it counts anew.
    pub again: bool,
}

impl Checked {
    /// The check of a form with this text: the one that its bond names, else a new one.
    pub fn of(app: &App, staff: Option<&Staff>, fields: &Fields, text: &str) -> Self {
        Self::bound(app, staff, fields, text).unwrap_or_else(|| Self::begun(app, fields, text))
    }

    /// The check that the form's bond names; none where there is no bond, or it is not of this text and session.
    /// Where the scan is too long ago it is judged as of now.
    pub fn bound(app: &App, staff: Option<&Staff>, fields: &Fields, text: &str) -> Option<Self> {
        let (check, scanned) = (read_check(fields.get("check"))?, fields.get("scanned"));
        let ours = bond(app, staff, check, text, scanned)?;
        verify_slices_are_equal(ours.as_bytes(), fields.get("bond").as_bytes()).ok()?;
        let at = judged_within(scanned, app.now(), REPORT_LASTS);
        Some(Self { check, at, again: scanned == at.to_string() })
    }

    /// A new scan. The same text from the same form is the same check, another text is another one.
    fn begun(app: &App, fields: &Fields, text: &str) -> Self {
        let form = read_check(fields.get("check")).unwrap_or_else(|| new_check(&*app.entropy));
        let mut check = ClientId([0; 16]);
        let hash = digest(&SHA256, &[&form.0[..], text.as_bytes()].concat());
        check.0.copy_from_slice(&hash.as_ref()[..16]);
        Self { check, at: judged_within("", app.now(), REPORT_LASTS), again: false }
    }

    /// The bond that its forms carry on.
    pub fn bond(&self, app: &App, staff: Option<&Staff>, text: &str) -> String {
        bond(app, staff, self.check, text, &self.at.to_string()).unwrap_or_default()
    }

    /// Its number as a form carries it.
    pub fn check_text(&self) -> String {
        check_text(self.check)
    }
}

fn bond(app: &App, staff: Option<&Staff>, check: ClientId, text: &str, scanned: &str) -> Option<String> {
    // Browsers write line ends their own way when they send a form.
    let plain: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let parts: [&[u8]; 4] = [&staff?.session, &check.0, plain.as_bytes(), scanned.as_bytes()];
    Some(URL_SAFE_NO_PAD.encode(app.store.sealer().index().exact(LABEL, &parts)))
}
