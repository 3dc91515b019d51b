//! The separate consent of a parent or guardian for a person under 14 (Personal Information Protection Law, articles
//! 28 and 31).
//!
//! The decision that matters: what counts is the date of birth in the application, not what was chosen before it; it
//! is asked when the application is sent, on every phone, companion or not.

use documents::PartialDate;
use domain::id::kind::{ApplicationId, DeviceSessionId};
use jiff::ToSpan as _;
use jiff::civil::Date;
use store::rows::companion::ConsentRow;
use store::{StoreError, Tx, call, read, transact};

use crate::App;
use crate::http::session::Device;
use crate::words::Language;

/// The version of the text of the consent: the words `consent-…` in every language. A change of what they say is a
/// new version; a test holds text and version together.
pub const VERSION: &str = "under-14/1";

/// From this age on people consent for themselves, in years.
const AGE: i16 = 14;

/// Whether somebody with this date of birth may be under 14. A part that the document leaves open is taken to be the
/// latest that it can be.
pub fn is_needed(birth: PartialDate, today: Date) -> bool {
    let born = (birth.year().cast_signed(), birth.month().unwrap_or(12), birth.day().unwrap_or(31));
    let turned = today.saturating_sub(i32::from(AGE).years());
    born > (turned.year(), turned.month().unsigned_abs(), turned.day().unsigned_abs())
}

/// Whether a consent to the text as it stands now is there for what the session is about to send.
pub async fn is_given(
    tx: &mut Tx,
    device: DeviceSessionId,
    corrects: Option<ApplicationId>,
) -> Result<bool, StoreError> {
    let given = call!(tx, companion::consents(device, corrects))?;
    Ok(given.iter().any(|consent| consent.version == VERSION))
}

/// The same, in a transaction of its own.
pub async fn stands(
    app: &App,
    device: DeviceSessionId,
    corrects: Option<ApplicationId>,
) -> Result<bool, StoreError> {
    read!(app.store, "companion.consents", StoreError, |tx| { is_given(tx, device, corrects).await })
}

/// Records the consent to the text in this language, and who took it where it was given at a service desk. Given twice
/// it is recorded once.
pub async fn give(app: &App, device: &Device, language: Language) -> Result<(), StoreError> {
    let (id, made_at) = (app.new_id(), app.now());
    let (version, language) = (VERSION.to_owned(), language.tag().to_owned());
    let consent = ConsentRow { version, language, made_at, taken_by: device.desk.map(|desk| desk.by.staff) };
    transact!(app.store, "companion.consent", StoreError, |tx| {
        if is_given(tx, device.id, None).await? {
            return Ok(());
        }
        call!(tx, companion::consent(id, device.id, &consent))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_be_under_fourteen_needs_a_guardian() {
        let today = jiff::civil::date(2026, 11, 24);
        for (birth, needed) in [
            ("2012-11-25", true),
            ("2012-11-24", false),
            ("2012-11-23", false),
            ("2020-01-01", true),
            ("1980-01-01", false),
        ] {
            assert_eq!(is_needed(birth.parse().unwrap(), today), needed, "{birth}");
        }
        let open = |month, day| PartialDate::new(2012, month, day).unwrap();
        assert!(is_needed(open(None, None), today), "may have been born in December");
        assert!(is_needed(open(Some(11), None), today));
        assert!(!is_needed(open(Some(10), None), today));
    }
}
