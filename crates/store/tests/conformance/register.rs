use documents::{Kind, Number, PersonName};
use domain::id::kind::{ApiClientId, FilingId, ImportBatchId};
use domain::matching::DocumentDetails;
use store::rows::register::{Actor, Filed, FilingState, Origin, Source};
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};

use super::{NOW, ORIGIN, file, prepared};

pub async fn a_filing_is_found_however_its_number_is_typed(store: &Store) {
    let details = person(1);
    assert_eq!(file(store, 7, &details).await, Filed::Inserted(FilingId::from_i64(7)));
    let spaced = format!(" {} ", details.number.grouped().to_lowercase());
    let typed = Number::parse(Kind::Passport, &spaced).unwrap();
    let other = Number::parse(Kind::Passport, "Z99999999").unwrap();
    let (found, elsewhere, unknown) = read!(store, "test.find", StoreError, |tx| {
        let found = call!(tx, lookup::by_number(details.issuing_state, &typed))?.unwrap();
        let elsewhere = call!(tx, lookup::by_number("XXA".parse().unwrap(), &typed))?;
        Ok((found, elsewhere, call!(tx, lookup::by_number(details.issuing_state, &other))?))
    })
    .unwrap();
    assert_eq!((found.details, found.origin), (details, ORIGIN));
    assert_eq!((found.state, found.version), (FilingState::Active, 1));
    assert!(elsewhere.is_none() && unknown.is_none());
}

pub async fn filing_again_is_the_same_and_with_other_details_a_conflict(store: &Store) {
    let (first, details) = (FilingId::from_i64(1), person(1));
    file(store, 1, &details).await;
    assert_eq!(file(store, 2, &details).await, Filed::Same(first));
    let other = DocumentDetails { expiry: None, ..details };
    assert_eq!(file(store, 3, &other).await, Filed::Conflict(first));
    let found = read!(store, "test.find", StoreError, |tx| { call!(tx, lookup::by_id(first)) }).unwrap();
    assert!(found.unwrap().details.expiry.is_some(), "a conflict changes nothing");
}

pub async fn a_batch_answers_for_each_row_in_order(store: &Store) {
    file(store, 1, &person(1)).await;
    let changed = DocumentDetails { sex: None, ..person(3) };
    let people = [(2, person(2)), (3, person(1)), (4, person(3)), (5, person(3)), (6, changed)];
    let rows: Vec<_> = people.iter().map(|(id, details)| prepared(store, *id, details)).collect();
    let outcomes: Result<_, StoreError> =
        transact!(store, "test.batch", StoreError, |tx| { call!(tx, register::file_batch(&rows, &ORIGIN)) });
    let id = FilingId::from_i64;
    let expected = [
        Filed::Inserted(id(2)),
        Filed::Same(id(1)),
        Filed::Inserted(id(4)),
        Filed::Same(id(4)),
        Filed::Conflict(id(4)),
    ];
    assert_eq!(outcomes.unwrap(), expected);
}

pub async fn a_batch_run_twice_changes_nothing(store: &Store) {
    for run in 0..2 {
        let rows: Vec<_> =
            (0..200).map(|n| prepared(store, run * 1_000 + n, &person(n.cast_unsigned()))).collect();
        let outcomes: Result<Vec<Filed>, StoreError> = transact!(store, "test.batch", StoreError, |tx| {
            call!(tx, register::file_batch(&rows, &ORIGIN))
        });
        let first_run = |outcome: &Filed| matches!(outcome, Filed::Inserted(_));
        let same = |outcome: &Filed| matches!(outcome, Filed::Same(id) if id.as_i64() < 1_000);
        assert!(outcomes.unwrap().iter().all(|o| if run == 0 { first_run(o) } else { same(o) }));
    }
    let count = read!(store, "test.count", StoreError, |tx| { call!(tx, register::count()) }).unwrap();
    assert_eq!((count.active, count.withdrawn), (200, 0));
}

pub async fn people_are_found_by_birth_date_and_name_in_any_order(store: &Store) {
    let name = |family, given| PersonName::new(family, given).unwrap();
    let details = DocumentDetails { name: name("ERIKSSON", "ANNA MARIA"), ..person(1) };
    file(store, 1, &details).await;
    file(store, 2, &DocumentDetails { name: name("OKONKWO", "CHIDI"), ..person(2) }).await;
    let born = details.birth_date;
    let another_day = "1931-01-02".parse().unwrap();
    let found = |count| {
        move |rows: Vec<store::rows::register::Filing>| {
            assert_eq!(rows.len(), count);
            assert!(rows.iter().all(|f| f.id == FilingId::from_i64(1)));
        }
    };
    for (name, date, count) in [
        (name("Eriksson", "Anna Maria"), born, 1),
        (name("Anna Maria", "Eriksson"), born, 1),
        (name("Okonkwo", "Chidi"), born, 0),
        (name("Eriksson", "Anna Maria"), another_day, 0),
    ] {
        let rows = read!(store, "test.person", StoreError, |tx| {
            call!(tx, lookup::by_birth_and_name(date, &name, 10))
        });
        found(count)(rows.unwrap());
    }
}

pub async fn numbers_at_the_ends_of_their_range_survive_a_batch(store: &Store) {
    let origin = Origin {
        source: Source::Api,
        batch: Some(ImportBatchId::from_i64(i64::MIN)),
        actor: Actor { client: Some(ApiClientId::from_i64(i64::MAX - 1)), staff: None, ..ORIGIN.actor },
        at: NOW,
    };
    for (id, number) in [(i64::MAX, 1), (i64::MIN, 2), ((1 << 53) + 1, 3)] {
        let row = prepared(store, id, &person(number));
        let filed: Result<Filed, StoreError> =
            transact!(store, "test.file", StoreError, |tx| { call!(tx, register::file(&row, &origin)) });
        assert_eq!(filed.unwrap(), Filed::Inserted(FilingId::from_i64(id)));
        let details = person(number);
        let found =
            read!(store, "test.find", StoreError, |tx| { call!(tx, lookup::candidates(&details, 5)) });
        let [found] = &found.unwrap()[..] else { panic!("one candidate") };
        assert_eq!((found.id.as_i64(), found.origin), (id, origin));
    }
}
