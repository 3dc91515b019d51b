//! Invented reports for the samples of pages.

use std::time::Duration;

use credential::Format;
use documents::{Kind, Number, PersonName, Sex};
use domain::Timestamp;
use domain::checkpoint::CheckpointKind;
use domain::id::kind::{
    CheckpointId, EvidenceId, HolderId, OutboxConflictId, StaffId, TemperatureReportId, UnitId,
};
use domain::matching::DocumentDetails;
use domain::report::{Action, Reading, Report, ReportOutcome, Shown, ShownDocument, Site, Subject};
use domain::residence::Residence;
use store::rows::evidence::{EvidenceRow, Origin};
use store::rows::report::{ReportEventKind, ReportHappened, ReportPlace, ReportRow, ReportStage};
use store::rows::review::ClaimedBy;

use crate::health::case::{Case, Holder};
use crate::health::error::Hindrance;
use crate::health::version::{Came, Versions};

/// When the samples are looked at.
pub const NOW: Timestamp = Timestamp::from_seconds(1_795_435_200);

fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}

fn row(id: i64, since: u64, readings: &[(u16, Site)], subject: Subject, action: Action) -> ReportRow {
    let received_at = NOW.minus(minutes(since));
    let taken_at = received_at.minus(minutes(1));
    let reading = |&(tenths, site): &(u16, Site)| Reading { tenths, site, at: taken_at.seconds() };
    let readings = readings.iter().map(reading).collect();
    ReportRow {
        id: TemperatureReportId::from_i64(id),
        holder: None,
        place: ReportPlace {
            checkpoint: CheckpointId::from_i64(1),
            name: "Hankou station, north gate".to_owned(),
            place: "Wuhan, Jianghan".to_owned(),
            kind: CheckpointKind::Station,
        },
        unit: "Jianghan inspection team 2".to_owned(),
        exported: false,
        report: Report { subject, verdict: Some("PASS".to_owned()), readings, threshold: 373, action },
        taken_at,
        received_at,
        due_at: received_at.plus(minutes(15)),
        escalated_at: None,
        stage: ReportStage::Open,
        claimed: None,
        acknowledged_at: None,
        done: None,
        confirmed_at: None,
        version: 0,
    }
}

fn claim(staff: i64, name: &str) -> ClaimedBy {
    ClaimedBy { staff: StaffId::from_i64(staff), name: name.to_owned(), until: NOW.plus(minutes(11)) }
}

fn pass() -> Subject {
    Subject::Pass { pass: "AAECAwQFBgc".to_owned(), printed: false }
}

/// Overdue and escalated, somebody else's, one's own and acknowledged, free.
pub fn rows() -> Vec<ReportRow> {
    let twice = [(386, Site::Forehead), (384, Site::Ear)];
    let shown = Shown { document: Some(ShownDocument::Passport), last_four: Some("02C3".to_owned()) };
    let mut late = row(1, 95, &twice, pass(), Action::FeverClinic);
    late.escalated_at = Some(NOW.minus(minutes(80)));
    let mut theirs = row(2, 9, &[(374, Site::Forehead)], Subject::National(shown.clone()), Action::Refused);
    (theirs.claimed, theirs.stage) = (Some(claim(8, "Li Ying")), ReportStage::Taken);
    let free = row(3, 2, &[(391, Site::Armpit)], Subject::Nobody, Action::Released);
    let mut mine = row(4, 12, &twice, Subject::Document(shown), Action::FeverClinic);
    (mine.claimed, mine.stage) = (Some(claim(7, "Wang Fang")), ReportStage::Acknowledged);
    mine.acknowledged_at = Some(NOW.minus(minutes(5)));
    vec![late, theirs, free, mine]
}

/// One of each outcome.
pub fn done() -> Vec<ReportRow> {
    let ended = |(id, outcome): (usize, &ReportOutcome)| {
        let id = i64::try_from(id).unwrap_or(0) + 20;
        let mut row = row(id, 300, &[(379, Site::Ear)], pass(), Action::FeverClinic);
        (row.stage, row.done) = (ReportStage::Done, Some((NOW.minus(minutes(90)), *outcome)));
        row.acknowledged_at = Some(NOW.minus(minutes(290)));
        row.confirmed_at = (*outcome == ReportOutcome::Case).then(|| NOW.minus(minutes(91)));
        row
    };
    ReportOutcome::ALL.iter().enumerate().map(ended).collect()
}

fn history(row: &ReportRow) -> Vec<ReportHappened> {
    let happened = |kind, after: u64, staff: Option<&str>, note: Option<&str>| ReportHappened {
        kind,
        at: row.received_at.plus(minutes(after)),
        staff: staff.map(str::to_owned),
        unit: staff.map(|_| "Wuhan health commission".to_owned()),
        note: note.map(str::to_owned),
    };
    let mut all = vec![happened(ReportEventKind::Received, 0, Some("Chen Wei"), None)];
    if row.escalated_at.is_some() {
        all.push(happened(ReportEventKind::Escalated, 15, None, None));
    }
    if row.claimed.is_some() || row.done.is_some() {
        all.push(happened(ReportEventKind::Taken, 3, Some("Li Ying"), None));
        all.push(happened(ReportEventKind::Released, 4, Some("Li Ying"), None));
    }
    if row.acknowledged_at.is_some() {
        all.push(happened(ReportEventKind::Acknowledged, 7, Some("Wang Fang"), None));
    }
    if let Some((_, outcome)) = row.done {
        all.push(happened(ReportEventKind::Closed, 180, Some("Wang Fang"), None));
        all.push(happened(ReportEventKind::Reopened, 190, Some("Li Ying"), Some("The clinic called.")));
        all.push(happened(ReportEventKind::Confirmed, 200, Some("Wang Fang"), None));
        all.push(happened(outcome.into(), 210, Some("Wang Fang"), Some("Seen at the fever clinic.")));
    }
    all
}

/// Somebody with everything that can be shown of them.
pub fn holder() -> Holder {
    let document = DocumentDetails {
        number: Number::parse(Kind::Passport, "L898902C3").expect("the specimen's number"),
        issuing_state: "UTO".parse().expect("the specimen state"),
        name: PersonName::new("Eriksson", "Anna Maria").expect("a name"),
        birth_date: "1974-08-12".parse().expect("a date"),
        nationality: "UTO".parse().expect("the specimen state"),
        sex: Some(Sex::F),
        expiry: None,
    };
    let others = done();
    let evidence = EvidenceRow {
        id: EvidenceId::from_i64(1),
        holder: HolderId::from_i64(1),
        origin: Origin::Report(TemperatureReportId::from_i64(22)),
        stated: crate::evidence::page::sample::temperature(),
        added_at: NOW.minus(minutes(91)),
        by: (StaffId::from_i64(7), UnitId::from_i64(1)),
        superseded: None,
    };
    Holder {
        id: HolderId::from_i64(1),
        document: Some(document),
        contacts: vec!["anna@example.org".parse().expect("an address")],
        residence: Some(Residence {
            division: "420100".parse().expect("Wuhan"),
            county: "Wuchang".to_owned(),
            address: "1 Donghu Road, Room 204".to_owned(),
            phone: Some("+447512345678".parse().expect("a number")),
        }),
        others,
        evidence: vec![evidence],
    }
}

/// One's own about a holder, one's own about nobody, somebody else's, a free one, one of a withdrawn device with a
/// foreign code, and a done one.
pub fn cases() -> Vec<Case> {
    let rows: [ReportRow; 4] = rows().try_into().expect("four rows");
    let [mut late, theirs, free, mine] = rows;
    (late.claimed, late.holder) = (Some(claim(7, "Wang Fang")), Some(HolderId::from_i64(1)));
    let mut foreign = row(
        5,
        40,
        &[(380, Site::Ear)],
        Subject::Foreign { format: Format::Hcert, shown: Shown::default() },
        Action::Released,
    );
    (foreign.exported, foreign.report.verdict) = (true, None);
    let ended = done().remove(2);
    let case = |row: ReportRow, holder, hindrance| Case {
        history: history(&row),
        holder,
        hindrance,
        versions: (row.id.as_i64() == 4).then(|| came(1)).into_iter().collect(),
        row,
    };
    let until = NOW.plus(minutes(11));
    vec![
        case(late, Some(holder()), None),
        case(mine, None, None),
        case(theirs, None, Some(Hindrance::Theirs { name: "Li Ying".to_owned(), until })),
        case(free, None, Some(Hindrance::Untaken)),
        case(foreign, None, Some(Hindrance::Lapsed)),
        case(ended, None, Some(Hindrance::Done)),
    ]
}

/// That a second version came.
pub fn came(id: i64) -> Came {
    Came {
        id: OutboxConflictId::from_i64(id),
        device: "Gate 3, phone 2".to_owned(),
        at: NOW.minus(minutes(3)),
        report: (id == 1).then_some(TemperatureReportId::from_i64(4)),
    }
}

/// Both; the second alone; the first alone.
pub fn versions() -> Vec<Versions> {
    let first = rows().remove(3);
    let mut report = first.report.clone();
    report.readings.truncate(1);
    report.action = Action::Released;
    let second = Some((first.taken_at, report));
    let of = |id, first, second| Versions { came: came(id), first, second };
    vec![of(1, Some(first.clone()), second.clone()), of(2, None, second), of(1, Some(first), None)]
}
