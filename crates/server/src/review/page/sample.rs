//! Invented applications for the samples of pages: documents of the state `UTO`, which cannot exist.

use std::time::Duration;

use documents::{Kind, Number, PersonName, Sex};
use domain::id::kind::{ApplicationId, DeviceSessionId, PhotoId};
use domain::matching::DocumentDetails;
use domain::residence::Residence;
use domain::{Reference, Timestamp};
use store::rows::application::{ApplicationRow, Asked, ChangeKind, EventKind, Finding};
use store::rows::review::{Happened, PhotoOf};

use crate::review::case::{Case, Other};

const SUBMITTED: Timestamp = Timestamp::from_seconds(1_795_435_200);

fn details(kind: Kind, number: &str, family: &str, given: &str, birth: &str) -> DocumentDetails {
    let state = if kind == Kind::Passport { "UTO" } else { "CHN" };
    DocumentDetails {
        number: Number::parse(kind, number).expect("a sample's number"),
        issuing_state: state.parse().expect("a sample's state"),
        name: PersonName::new(family, given).expect("a sample's name"),
        birth_date: birth.parse().expect("a sample's date"),
        nationality: state.parse().expect("a sample's state"),
        sex: Some(Sex::F),
        expiry: Some(jiff::civil::date(2031, 5, 17)),
    }
}

fn row(details: DocumentDetails, finding: Finding, reference: &str, language: &str) -> ApplicationRow {
    let reference: Reference = reference.parse().expect("a sample's reference");
    let residence = Residence {
        division: "420100".parse().expect("Wuhan"),
        county: String::new(),
        address: "1 Example Road".to_owned(),
        phone: None,
    };
    let (id, device) = (ApplicationId::from_i64(1), DeviceSessionId::from_i64(1));
    let mut row = ApplicationRow::new(id, reference, device, details, residence, language, SUBMITTED);
    row.finding = finding;
    row
}

fn happened(kind: EventKind, staff: Option<&str>, minutes: u64) -> Happened {
    let at = SUBMITTED.plus(Duration::from_mins(minutes));
    Happened { kind, staff: staff.map(str::to_owned), at }
}

/// Near by number and name; further, exactly the same; a permit with a photo, asked for earlier.
pub fn cases() -> Vec<Case> {
    let typed = details(Kind::Passport, "X12345O78", "Eriksson", "Anna", "1980-03-14");
    let filed = details(Kind::Passport, "X12345078", "ERIKSSON", "ANNA MARIA", "1980-03-14");
    let permit = details(Kind::HkMacaoPermit, "H0123456701", "CHAN", "TAI MAN", "1991-11-02");
    let chinese = permit.name.clone().with_chinese("陳大文").expect("a sample's name");
    let mut answered =
        row(DocumentDetails { name: chinese, ..permit }, Finding::Absent, "HB-7K3M-92QJ", "zh-Hant");
    answered.asked = Some(Asked::Photo);
    answered.message = Some("請重新拍攝證件資料頁，四角均須入鏡。".to_owned());
    let case = |row, other, photos, history| Case {
        stands: None,
        row,
        other,
        photos,
        history,
        claimed_until: SUBMITTED.plus(Duration::from_mins(315)),
    };
    let began = || vec![happened(EventKind::Submitted, None, 0), happened(EventKind::Review, None, 1)];
    let mut asked = began();
    asked.push(happened(EventKind::Asked, Some("Li Ying"), 40));
    asked.push(happened(EventKind::PhotoSent, None, 95));
    let photo = PhotoOf { id: PhotoId::from_i64(1), at: SUBMITTED.plus(Duration::from_mins(95)) };
    let mut changed = case(
        row(typed.clone(), Finding::Near, "HB-7K3M-92QJ", "en"),
        Some(Other::Filed(filed.clone())),
        vec![],
        began(),
    );
    changed.stands = Some((typed.clone(), ChangeKind::Renewed));
    vec![
        changed,
        case(
            row(typed, Finding::Near, "HB-7K3M-92QJ", "en"),
            Some(Other::Filed(filed.clone())),
            vec![],
            began(),
        ),
        case(
            row(filed.clone(), Finding::Further, "HB-7K3M-92QJ", "en"),
            Some(Other::Held(filed)),
            vec![],
            began(),
        ),
        case(answered, None, vec![photo], asked),
    ]
}
