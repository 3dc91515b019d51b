//! Makes the demonstration in an empty database.

use std::io::Cursor;

use domain::Role;
use domain::application::Stage;
use domain::id::kind::{ApplicationId, DeviceSessionId};
use store::rows::appeal::AppealLevel;
use store::rows::application::Asked;
use store::rows::register::Actor;
use store::{StoreError, call, transact};

use super::people::{Document, Fate, MADE, Made, REGISTER, TO_APPLY};
use super::{Demonstration, DemonstrationError, MadeApplication, Person, SignIn};
use crate::App;
use crate::application::answers::Step;
use crate::application::draft::{self, Draft};
use crate::application::{matching, own, submit};
use crate::filing::import::{self, Encoding};
use crate::http::Fields;
use crate::http::session::{Device, Staff, new_token};
use crate::pass::issue;
use crate::review::{claims, decide};
use crate::staff::{self, By, NewAccount, Tools};
use crate::words::Language;

const ACCOUNTS: [(Role, &str, &str, &str); 11] = [
    (Role::FilingOfficer, "clerk", "Demonstration Clerk", "Entry-Exit Office, Wuhan (demonstration)"),
    (Role::Reviewer, "reviewer", "Demonstration Reviewer", "Review Office, Hubei (demonstration)"),
    (Role::Inspector, "inspector", "Demonstration Inspector", "Hankou Station (demonstration)"),
    (Role::Administrator, "administrator", "Demonstration Administrator", "Operations (demonstration)"),
    (Role::DeskOfficer, "desk", "Demonstration Desk", "Service Desk, Hankou (demonstration)"),
    (
        Role::HealthOfficer,
        "health",
        "Demonstration Health Officer",
        "Health Commission, Wuhan (demonstration)",
    ),
    (Role::Auditor, "auditor", "Demonstration Auditor", "Audit Office (demonstration)"),
    (Role::LocationManager, "place.manager", "Demonstration Manager", crate::location::join::UNIT),
    (
        Role::HealthOfficer,
        "health2",
        "Demonstration Second Health Officer",
        "Centre for Disease Control, Hubei (demonstration)",
    ),
    // Whoever states and confirms something answers no appeal about it: that is for these two, one after the other.
    (
        Role::HealthOfficer,
        "health3",
        "Demonstration Third Health Officer",
        "Health Office, Hongshan (demonstration)",
    ),
    (
        Role::HealthOfficer,
        "health4",
        "Demonstration Fourth Health Officer",
        "Health Commission, Xiaogan (demonstration)",
    ),
];

pub(super) fn broken(error: impl std::fmt::Display) -> DemonstrationError {
    DemonstrationError::Broken(error.to_string())
}

/// Makes accounts, register and applications. Refuses a database that has accounts.
pub async fn make(app: &App) -> Result<Demonstration, DemonstrationError> {
    let (accounts, _) = staff::administer::list(Tools::of(app)).await.map_err(broken)?;
    if !accounts.is_empty() {
        return Err(DemonstrationError::NotEmpty);
    }
    let (sign_ins, staff) = add_accounts(app).await?;
    let city = staff[10].unit;
    transact!(app.store, "demonstration.city", StoreError, |tx| {
        call!(tx, appeal::set_level(city, AppealLevel::City))
    })
    .map_err(broken)?;
    file(app, staff[0].unit).await?;
    let (mut applications, mut phones) = (Vec::new(), Vec::new());
    for made in &MADE {
        let (application, phone) = apply(app, &staff[1], made).await?;
        applications.push(application);
        phones.push(phone);
    }
    // Whoever declared a cough has a fever now, and showed a printed pass.
    let printed = issue::printed(app, &phones[1]).await.map_err(broken)?;
    super::gates::make(app, &staff[2], &staff[5], &printed.signed).await?;
    let locations = super::locations::make(app, &staff[7], &staff[1], &staff[3]).await?;
    let people = TO_APPLY.iter().map(|d| Person { code: d.code.to_owned(), document: describe(d) }).collect();
    Ok(Demonstration {
        sign_ins,
        people,
        applications,
        locations,
        national: Vec::new(),
        enrolment: None,
        visit_keys: None,
    })
}

async fn add_accounts(app: &App) -> Result<(Vec<SignIn>, Vec<Staff>), DemonstrationError> {
    let (mut sign_ins, mut staff) = (Vec::new(), Vec::new());
    for (role, login, name, unit) in ACCOUNTS {
        let new = NewAccount {
            login: login.to_owned(),
            name: name.to_owned(),
            unit: unit.to_owned(),
            roles: vec![role],
            password: None,
        };
        let added = staff::add(Tools::of(app), By::COMMAND_LINE, new).await.map_err(broken)?;
        let account = staff::administer::one(Tools::of(app), added.id).await.map_err(broken)?;
        let (id, unit) = (added.id, account.unit_id);
        staff.push(Staff { id, name: name.to_owned(), unit, roles: vec![role], session: [0; 32] });
        let (login, password) = (added.login, added.password);
        let role = role.as_str().to_owned();
        sign_ins.push(SignIn { role, login, password, totp_secret: added.totp_secret });
    }
    Ok((sign_ins, staff))
}

async fn file(app: &App, unit: domain::id::kind::UnitId) -> Result<(), DemonstrationError> {
    let actor = Actor { unit, staff: None, client: None };
    let options =
        import::Options { file_name: "demonstration.csv".to_owned(), encoding: Encoding::Utf8, actor };
    let run = import::run(import::Tools::of(app), options, Cursor::new(REGISTER.as_bytes()), |_, _| {});
    let summary = run.await.map_err(broken)?;
    if summary.report.errors.is_empty() {
        Ok(())
    } else {
        Err(broken("a record of the register was refused"))
    }
}

/// Applies; gives what a visitor is told of it, and the phone.
async fn apply(
    app: &App,
    reviewer: &Staff,
    made: &Made,
) -> Result<(MadeApplication, Device), DemonstrationError> {
    let device: DeviceSessionId = app.new_id();
    let (_, hash) = new_token(&*app.entropy);
    let now = app.now();
    transact!(app.store, "demonstration.phone", StoreError, |tx| {
        call!(tx, session::begin_device(device, &hash, now))
    })?;
    let mut typed = Draft::default();
    for step in Step::ALL {
        typed.keep(step, &answers(&made.document, made.symptom));
    }
    draft::save(app, device, &typed).await?;
    let id = submit::submit(app, device, None, Language::En).await.map_err(broken)?;
    let stage = matching::run(app, id).await.map_err(broken)?;
    review(app, reviewer, device, id, stage, made.fate).await?;
    let phone = draft::state(app, device).await.map_err(broken)?;
    let row = store::read!(app.store, "demonstration.application", StoreError, |tx| {
        call!(tx, application::by_id(id))
    })?;
    let holder = row.and_then(|row| row.holder);
    let made = MadeApplication {
        code: made.document.code.to_owned(),
        name: format!("{} {}", made.document.given, made.document.family),
        recovery_code: phone.recovery_code.ok_or_else(|| broken("an application has no recovery code"))?,
    };
    Ok((made, Device { id: device, phone: device, application: Some(id), holder, desk: None }))
}

async fn review(
    app: &App,
    reviewer: &Staff,
    device: DeviceSessionId,
    id: ApplicationId,
    stage: Stage,
    fate: Fate,
) -> Result<(), DemonstrationError> {
    let (choice, message) = match fate {
        Fate::Not => return Ok(()),
        Fate::Withdrawn => return own::withdraw(app, device, None, id).await.map_err(broken),
        Fate::Asked => {
            let words = "Please send a photo of the page with your name. 请上传有您姓名的证件页照片。";
            (decide::Choice::Ask(Asked::Photo), words)
        }
        Fate::Refused => {
            let words = "The name differs from the one on the permit. 姓名与证件不一致。";
            (decide::Choice::Refuse(decide::Refusal::DetailsDiffer), words)
        }
    };
    if stage != Stage::Review {
        return Err(broken("an application of the demonstration did not reach its reviewer"));
    }
    claims::claim(app, reviewer, id).await.map_err(broken)?;
    let row = store::read!(app.store, "demonstration.version", StoreError, |tx| {
        call!(tx, application::by_id(id))
    })?;
    let version = row.ok_or_else(|| broken("an application is gone"))?.version;
    decide::decide(app, reviewer, id, version, choice, message).await.map_err(broken)
}

fn answers(document: &Document, symptom: &str) -> Fields {
    let (birth, expiry) = (document.birth, document.expiry);
    Fields::from_pairs([
        ("kind", document.kind),
        ("number", document.number),
        ("issuing_state", document.state),
        ("expiry_year", expiry.0),
        ("expiry_month", expiry.1),
        ("expiry_day", expiry.2),
        ("family", document.family),
        ("given", document.given),
        ("chinese", document.chinese),
        ("birth_year", birth.0),
        ("birth_month", birth.1),
        ("birth_day", birth.2),
        ("sex", document.sex),
        ("nationality", document.state),
        ("division", "420100"),
        ("county", "Jianghan"),
        ("address", "1 Demonstration Road"),
        ("symptoms", symptom),
        ("contact", "no"),
        ("diagnosed", "no"),
        ("truthful", "yes"),
    ])
}

fn describe(document: &Document) -> String {
    let name = [document.family, document.given, document.chinese].join(" ");
    let date = |(year, month, day): (&str, &str, &str)| format!("{year}-{month:0>2}-{day:0>2}");
    format!(
        "{} {}, issued by and national of {}, {}, born {}, {}, expires {}",
        document.kind,
        document.number,
        document.state,
        name.trim(),
        date(document.birth),
        document.sex,
        date(document.expiry)
    )
}
