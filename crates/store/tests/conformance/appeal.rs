//! Appeals: one at a time, answered once, with photos that go with the case, and forgotten together.

use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{AppealId, AppealPhotoId, DecisionId, HolderId, LogLeafId, StaffId, UnitId};
use store::rows::appeal::{Answer, AppealLevel, AppealRow, AppealStage, NewAppeal};
use store::{Store, StoreError, call, read, transact};

use super::NOW;

const HOLDER: HolderId = HolderId::from_i64(61);
const OTHER: HolderId = HolderId::from_i64(62);
const LI: (StaffId, UnitId) = (StaffId::from_i64(71), UnitId::from_i64(81));

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn appeal(id: i64, holder: HolderId, former: Option<i64>, due: u64) -> NewAppeal {
    NewAppeal {
        id: AppealId::from_i64(id),
        holder,
        decision: DecisionId::from_i64(7),
        former: former.map(AppealId::from_i64),
        level: if former.is_some() { AppealLevel::City } else { AppealLevel::County },
        statement: format!("I was not there, says {id}."),
        filed_at: NOW,
        due_at: at(due),
    }
}

fn answer(stage: AppealStage) -> Answer {
    Answer { stage, why: "It was somebody else.".to_owned(), leaf: LogLeafId::from_i64(1) }
}

async fn holders(store: &Store) {
    transact!(store, "test.holders", StoreError, |tx| {
        call!(tx, holder::insert(HOLDER, NOW))?;
        call!(tx, holder::insert(OTHER, NOW))?;
        call!(tx, log::append(&super::log::leaf(1)))
    })
    .unwrap();
}

async fn one(store: &Store, id: i64) -> Option<AppealRow> {
    read!(store, "test.one", StoreError, |tx| { call!(tx, appeal::one(AppealId::from_i64(id))) }).unwrap()
}

pub async fn a_person_has_one_appeal_at_a_time_and_it_is_answered_once(store: &Store) {
    holders(store).await;
    let done = transact!(store, "test.appeals", StoreError, |tx| {
        let first = call!(tx, appeal::add(&appeal(1, HOLDER, None, 100)))?;
        let second = call!(tx, appeal::add(&appeal(2, HOLDER, None, 200)))?;
        let other = call!(tx, appeal::add(&appeal(3, OTHER, None, 50)))?;
        let (id, stands) = (AppealId::from_i64(1), answer(AppealStage::Stands));
        let foreign = call!(tx, appeal::withdraw(id, OTHER, at(5)))?;
        let waiting = call!(tx, appeal::waiting(10))?;
        let late = call!(tx, appeal::count(at(60)))?;
        let answered = call!(tx, appeal::end(id, LI, &stands, at(70)))?;
        let again = call!(tx, appeal::end(id, LI, &answer(AppealStage::Corrected), at(80)))?;
        let withdrawn = call!(tx, appeal::withdraw(id, HOLDER, at(90)))?;
        let later = call!(tx, appeal::add(&appeal(4, HOLDER, Some(1), 300)))?;
        let ids: Vec<i64> = waiting.iter().map(|row| row.id.as_i64()).collect();
        Ok((ids, late, [first, second, other, foreign, answered, again, withdrawn, later]))
    });
    let (ids, late, did) = done.unwrap();
    assert_eq!((ids, late), (vec![3, 1], (2, 1)), "the most urgent first; one is late");
    assert_eq!(did, [true, false, true, false, true, false, false, true]);
    let row = one(store, 1).await.unwrap();
    assert_eq!((row.stage, row.ended_at), (AppealStage::Stands, Some(at(70))));
    assert_eq!(row.answer.as_deref(), Some("It was somebody else."));
    assert_eq!(row.by.map(|did| (did.by, did.unit)), Some(LI));
    let later = one(store, 4).await.unwrap();
    assert_eq!((later.former, later.level), (Some(AppealId::from_i64(1)), AppealLevel::City));
    assert_eq!(later.statement, "I was not there, says 4.");
}

pub async fn photos_go_with_the_case_and_no_more_than_it_takes(store: &Store) {
    holders(store).await;
    let (first, second) = (AppealId::from_i64(1), AppealId::from_i64(2));
    let photo = AppealPhotoId::from_i64;
    let done = transact!(store, "test.photos", StoreError, |tx| {
        call!(tx, appeal::add(&appeal(1, HOLDER, None, 100)))?;
        let mut kept = Vec::new();
        for id in 1..=3 {
            kept.push(call!(tx, appeal::add_photo(photo(id), first, (b"\xFF\xD8", 2), at(1)))?);
        }
        call!(tx, appeal::end(first, LI, &answer(AppealStage::Stands), at(2)))?;
        kept.push(call!(tx, appeal::add_photo(photo(4), first, (b"\xFF\xD8", 9), at(3)))?);
        call!(tx, appeal::add(&appeal(2, HOLDER, Some(1), 100)))?;
        call!(tx, appeal::hand_on(first, second))?;
        let left = call!(tx, appeal::photos(first))?.len();
        let foreign = call!(tx, appeal::photo(first, photo(1)))?.is_some();
        let image = call!(tx, appeal::photo(second, photo(1)))?.map(|photo| photo.image.to_vec());
        Ok((kept, left, foreign, image))
    });
    let (kept, left, foreign, image) = done.unwrap();
    assert_eq!((kept, left, foreign), (vec![true, true, false, false], 0, false));
    assert_eq!(image.as_deref(), Some(&b"\xFF\xD8"[..]));
    // The county's answer stays while the city is asked.
    let forget = |before| async move {
        transact!(store, "test.forget", StoreError, |tx| { call!(tx, appeal::forget(before)) }).unwrap()
    };
    assert_eq!(forget(at(10)).await, 0);
    transact!(store, "test.end", StoreError, |tx| {
        call!(tx, appeal::end(second, LI, &answer(AppealStage::Stands), at(20)))
    })
    .unwrap();
    assert_eq!(forget(at(10)).await, 1, "the county's");
    assert_eq!(forget(at(30)).await, 3, "the city's with two photos");
    assert!(one(store, 1).await.is_none() && one(store, 2).await.is_none());
}

pub async fn a_unit_is_a_countys_until_it_is_made_a_citys(store: &Store) {
    let unit = transact!(store, "test.unit", StoreError, |tx| {
        let unit = call!(tx, staff::unit(UnitId::from_i64(81), "Wuhan"))?;
        let before = call!(tx, appeal::level(unit))?;
        let made = call!(tx, appeal::set_level(unit, AppealLevel::City))?;
        let nobody = call!(tx, appeal::set_level(UnitId::from_i64(5), AppealLevel::City))?;
        Ok((before, made, nobody, call!(tx, appeal::units())?))
    });
    let (before, made, nobody, units) = unit.unwrap();
    assert_eq!((before, made, nobody), (AppealLevel::County, true, false));
    assert_eq!(units, [(UnitId::from_i64(81), "Wuhan".to_owned(), AppealLevel::City)]);
}
