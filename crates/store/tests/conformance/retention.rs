//! What has been kept for long enough, each kind just after its period and not before.

use std::time::Duration;

use domain::Timestamp;
use domain::application::Stage;
use domain::declaration::{Colour, HealthAnswers};
use domain::entropy::SeededEntropy;
use domain::id::kind::{
    AccessId, ApplicationId, ContactCodeId, ContactId, DecisionId, DeclarationId, DeviceSessionId,
    GuardianConsentId, HolderId, ImportBatchId, LogLeafId, NoticeId, OutboxId, PhotoId, StaffId, UnitId,
};
use store::rows::access::Access;
use store::rows::companion::{Companion, ConsentRow, Who};
use store::rows::contact::{AskedCode, Purpose, code_index};
use store::rows::decision::DecisionRow;
use store::rows::import::{ImportState, NewImport, file_hash};
use store::rows::log::Leaf;
use store::rows::notice::NoticeKind;
use store::rows::outbox::{MessageContent, MessageKind, OutboxState};
use store::rows::register::Source;
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};

use super::NOW;
use super::application::applied;

const HOLDER: HolderId = HolderId::from_i64(61);
const PHONE: DeviceSessionId = DeviceSessionId::from_i64(51);
const PLACE: DeviceSessionId = DeviceSessionId::from_i64(52);
const ANSWERS: HealthAnswers = HealthAnswers { symptoms: Vec::new(), contact: false, diagnosed: false };

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

/// One second after `NOW`: what was written at `NOW` is before it, what was written then is not.
fn after() -> Timestamp {
    at(1)
}

async fn holder(store: &Store) {
    transact!(store, "test.holder", StoreError, |tx| {
        call!(tx, holder::insert(HOLDER, NOW))?;
        call!(tx, holder::link(HOLDER, &person(1), NOW))?;
        call!(tx, session::begin_device(PHONE, &[1; 32], NOW))?;
        call!(tx, companion::add(PLACE, PHONE, &lena(), &[2; 32], NOW))
    })
    .unwrap();
}

fn lena() -> Companion {
    Companion { name: "Lena".to_owned(), who: Who::Under14 }
}

fn decision(id: i64) -> DecisionRow {
    DecisionRow {
        id: DecisionId::from_i64(id),
        holder: HOLDER,
        colour: Colour::Green,
        reasons: Vec::new(),
        rule_set: "first 1".to_owned(),
        declaration: None,
        leaf: LogLeafId::from_i64(id),
        decided_at: NOW,
        until: None,
        since: None,
        fired: Vec::new(),
        unit: None,
        revoked: None,
    }
}

pub async fn of_what_is_overtaken_the_newest_stays(store: &Store) {
    holder(store).await;
    let leaf =
        |id| Leaf::commit(LogLeafId::from_i64(id), "decision", None, b"c", NOW, &SeededEntropy::new(1));
    let leaves = [leaf(1), leaf(2)];
    let forgotten = transact!(store, "test.overtaken", StoreError, |tx| {
        for (id, leaf) in (1..).zip(&leaves) {
            call!(tx, health::declare(DeclarationId::from_i64(id), HOLDER, &ANSWERS, "1", NOW))?;
            call!(tx, log::append(leaf))?;
            call!(tx, decision::insert(&decision(id)))?;
        }
        assert_eq!((call!(tx, erase::declarations(NOW))?, call!(tx, erase::overtaken(NOW, 9))?), (0, 0));
        Ok((call!(tx, erase::declarations(after()))?, call!(tx, erase::overtaken(after(), 9))?))
    });
    assert_eq!(forgotten.unwrap(), (1, 1));
    let (declarations, decisions, salts) = read!(store, "test.left", StoreError, |tx| {
        let salt = |leaf: Option<store::rows::held::HeldLeaf>| leaf.unwrap().salt.is_some();
        let first = call!(tx, held::leaf(LogLeafId::from_i64(1)))?;
        let second = call!(tx, held::leaf(LogLeafId::from_i64(2)))?;
        Ok((
            call!(tx, held::declarations(HOLDER))?.len(),
            call!(tx, held::decisions(HOLDER))?.len(),
            (salt(first), salt(second)),
        ))
    })
    .unwrap();
    assert_eq!((declarations, decisions, salts), (1, 1, (false, true)));
}

pub async fn rows_of_every_kind_go_when_their_time_is_over(store: &Store) {
    holder(store).await;
    let application = applied(store, 7, 0).await.id;
    let entry = Access {
        id: AccessId::from_i64(1),
        staff: StaffId::from_i64(2),
        unit: UnitId::from_i64(3),
        at: NOW,
        action: "open".to_owned(),
        object_kind: "application".to_owned(),
        object: 7,
    };
    let import = NewImport {
        id: ImportBatchId::from_i64(1),
        file_name: "a.csv".to_owned(),
        content_hash: file_hash(store.sealer(), &[1; 32]),
        source: Source::Csv,
        unit: UnitId::from_i64(3),
        staff: None,
        rows_total: None,
        at: NOW,
    };
    let day = NOW.day();
    transact!(store, "test.rows", StoreError, |tx| {
        call!(tx, application::keep_photo(PhotoId::from_i64(1), application, b"jpeg", NOW))?;
        for id in 1..=2 {
            call!(tx, notice::tell(NoticeId::from_i64(id), HOLDER, NoticeKind::SecondApplication, NOW))?;
        }
        call!(tx, notice::seen(HOLDER, NoticeId::from_i64(1), NOW))?;
        call!(tx, application::count_attempt(&person(1).number, day))?;
        call!(tx, health::take_day(HOLDER, NOW))?;
        call!(tx, access::append(&entry))?;
        call!(tx, import::start(&import))?;
        call!(tx, import::finish(import.id, ImportState::Finished, &["a row"], NOW))
    })
    .unwrap();
    for (now, expected) in [(NOW, [0; 7]), (after(), [1, 1, 1, 2, 1, 2, 1])] {
        let gone = transact!(store, "test.forget", StoreError, |tx| {
            let photos = call!(tx, erase::photos(now))?;
            let read = call!(tx, erase::notices(now, NOW))?;
            let unread = call!(tx, erase::notices(NOW, now))?;
            let days = call!(tx, erase::days(if now == NOW { day } else { day + 1 }))?;
            let accesses = call!(tx, erase::accesses(now))?;
            // A phone on which a companion hangs stays; once the place has gone, so does the phone.
            let phones = call!(tx, erase::phones(now))?;
            let reports = call!(tx, erase::reports(now))?;
            Ok([photos, read, unread, days, accesses, phones, reports])
        });
        assert_eq!(gone.unwrap(), expected, "{now}");
    }
}

pub async fn applications_and_codes_that_nobody_came_back_to_are_found(store: &Store) {
    holder(store).await;
    let stages = [Stage::Refused, Stage::Withdrawn, Stage::Waiting, Stage::NeedsInformation, Stage::Review];
    for (id, stage) in (1..).zip(stages) {
        let mut row = applied(store, id, 0).await;
        row.stage = stage;
        row.decided_at = stage.is_final().then_some(NOW);
        let row = &row;
        transact!(store, "test.stage", StoreError, |tx| { call!(tx, application::save(&mut row.clone())) })
            .unwrap();
    }
    let found = async |ended, left, unused| {
        read!(store, "test.old", StoreError, |tx| {
            let mut old: Vec<i64> = call!(tx, erase::applications(ended, left, 9))?
                .into_iter()
                .map(ApplicationId::as_i64)
                .collect();
            old.sort_unstable();
            Ok((old, call!(tx, erase::unused(unused, 9))?.len()))
        })
        .unwrap()
    };
    assert_eq!(found(NOW, NOW, NOW).await, (vec![], 0));
    assert_eq!(found(after(), NOW, after()).await, (vec![1, 2], 1));
    assert_eq!(found(NOW, after(), NOW).await, (vec![3, 4], 0));
    let ending = async |from: u64, until: u64| {
        read!(store, "test.ending", StoreError, |tx| {
            call!(tx, outbox::codes_ending(at(from), at(until), 9))
        })
        .unwrap()
    };
    assert_eq!(ending(0, 9).await, [], "its time is over");
    let used = at(5);
    transact!(store, "test.used", StoreError, |tx| { call!(tx, erase::used(HOLDER, used)) }).unwrap();
    assert_eq!(ending(0, 9).await, [(HOLDER, used)]);
    assert_eq!(ending(0, 4).await, []);
    transact!(store, "test.told", StoreError, |tx| {
        call!(tx, outbox::tell_once("code_ending", HOLDER.as_i64(), NOW))
    })
    .unwrap();
    assert_eq!(ending(0, 9).await, [], "told once");
}

/// Contact, codes, messages and consents: read for the person, and gone with the application and the phone.
pub async fn what_is_about_an_application_is_shown_and_goes_with_it(store: &Store) {
    holder(store).await;
    let (application, other) = (applied(store, 7, 0).await.id, applied(store, 8, 0).await.id);
    let contact: domain::contact::Contact = "anna@example.org".parse().unwrap();
    let content = MessageContent {
        to: contact.clone(),
        language: "en".to_owned(),
        reference: None,
        at: None,
        code: None,
    };
    let asked = |id, application| AskedCode {
        id: ContactCodeId::from_i64(id),
        device: PHONE,
        purpose: Purpose::Confirm,
        application,
        contact: contact.clone(),
        code: code_index(store.sealer(), ContactCodeId::from_i64(id), "042719"),
        tries: 0,
        sent_at: NOW,
        expires_at: at(600),
        used_at: None,
    };
    let codes = [asked(1, Some(application)), asked(2, None)];
    let agreed =
        ConsentRow { version: "1".to_owned(), language: "en".to_owned(), made_at: NOW, taken_by: None };
    let times = (NOW, at(600));
    transact!(store, "test.about", StoreError, |tx| {
        call!(tx, contact::set(ContactId::from_i64(1), application, &contact, "en", NOW))?;
        for code in &codes {
            call!(tx, contact_code::ask(code))?;
        }
        for (id, about) in [(1, Some(application)), (2, Some(other)), (3, None)] {
            let (id, state) = (OutboxId::from_i64(id), OutboxState::Waiting);
            call!(tx, outbox::insert(id, MessageKind::Issued, &content, about, state, times))?;
        }
        call!(tx, companion::consent(GuardianConsentId::from_i64(1), PHONE, &agreed))?;
        call!(tx, companion::link_consent(PHONE, application))
    })
    .unwrap();
    let held = async || {
        read!(store, "test.held", StoreError, |tx| {
            Ok((
                call!(tx, held::messages(application))?.len(),
                call!(tx, held::consents(application))?,
                call!(tx, held::codes(PHONE))?.len(),
                call!(tx, contact::leads(&contact))?,
                call!(tx, outbox::list(None, 9))?.len(),
            ))
        })
        .unwrap()
    };
    assert_eq!(held().await, (1, vec![agreed], 2, true, 3));
    let places =
        read!(store, "test.places", StoreError, |tx| { call!(tx, held::phones(None, PLACE)) }).unwrap();
    assert_eq!(places[0].companion, Some(lena()));
    transact!(store, "test.erase", StoreError, |tx| { call!(tx, erase::application(application)) }).unwrap();
    assert_eq!(held().await, (0, vec![], 1, false, 2));
    transact!(store, "test.end", StoreError, |tx| { call!(tx, session::end_device(PHONE)) }).unwrap();
    assert_eq!(held().await.2, 0, "whom a phone asked about goes with its session");
}

/// A holder who hangs on somebody else's phone leaves no name there.
pub async fn an_erased_companion_leaves_no_name_on_the_phone(store: &Store) {
    holder(store).await;
    transact!(store, "test.place", StoreError, |tx| {
        call!(tx, holder::open_on(PLACE, Some(HOLDER)))?;
        call!(tx, companion::show(PHONE, Some(PLACE)))?;
        call!(tx, erase::holder(HOLDER, NOW))
    })
    .unwrap();
    let (people, shown) = read!(store, "test.people", StoreError, |tx| {
        Ok((call!(tx, companion::people(PHONE))?.len(), call!(tx, session::device(&[1; 32]))?.unwrap().id))
    })
    .unwrap();
    assert_eq!((people, shown), (1, PHONE), "the phone shows its owner");
}
