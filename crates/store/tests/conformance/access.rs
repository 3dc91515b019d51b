use domain::Timestamp;
use domain::id::kind::{AccessId, StaffId, UnitId};
use store::rows::access::Access;
use store::{Store, StoreError, call, read, transact};

fn entry(id: i64, staff: i64, object: i64) -> Access {
    Access {
        id: AccessId::from_i64(id),
        staff: StaffId::from_i64(staff),
        unit: UnitId::from_i64(9),
        at: Timestamp::from_seconds(id),
        action: "open".to_owned(),
        object_kind: "filing".to_owned(),
        object,
    }
}

pub async fn what_was_done_is_counted_by_staff_and_by_object_since_a_time(store: &Store) {
    transact!(store, "test.access", StoreError, |tx| {
        for e in [entry(1, 5, 70), entry(2, 6, 70), entry(3, 5, 71)] {
            call!(tx, access::append(&e))?;
        }
        Ok(())
    })
    .unwrap();
    let counted = async |action: &'static str, since| {
        let since = Timestamp::from_seconds(since);
        read!(store, "test.times", StoreError, |tx| {
            let by_staff = call!(tx, access::times_by_staff(StaffId::from_i64(5), action, since))?;
            Ok((by_staff, call!(tx, access::times_about("filing", 70, action, since))?))
        })
        .unwrap()
    };
    assert_eq!(counted("open", 0).await, (2, 2));
    assert_eq!(counted("open", 1).await, (1, 1), "only later ones");
    assert_eq!(counted("change", 0).await, (0, 0));
}

pub async fn entries_are_listed_newest_first_by_object_and_by_staff(store: &Store) {
    let entries = [entry(1, 5, 70), entry(2, 6, 70), entry(3, 5, 71), entry(4, 5, 70)];
    transact!(store, "test.access", StoreError, |tx| {
        for e in &entries {
            call!(tx, access::append(e))?;
        }
        Ok(())
    })
    .unwrap();
    let (object, second_page, staff, other_kind) = read!(store, "test.access", StoreError, |tx| {
        Ok((
            call!(tx, access::by_object("filing", 70, None, 2))?,
            call!(tx, access::by_object("filing", 70, Some(AccessId::from_i64(2)), 2))?,
            call!(tx, access::by_staff(StaffId::from_i64(5), None, 10))?,
            call!(tx, access::by_object("application", 70, None, 10))?,
        ))
    })
    .unwrap();
    assert_eq!(object, [entry(4, 5, 70), entry(2, 6, 70)]);
    assert_eq!(second_page, [entry(1, 5, 70)]);
    assert_eq!(staff, [entry(4, 5, 70), entry(3, 5, 71), entry(1, 5, 70)]);
    assert_eq!(other_kind, []);
}
