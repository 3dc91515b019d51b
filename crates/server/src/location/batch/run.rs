//! Rows become locations that wait for a reviewer.

use std::collections::HashMap;

use domain::id::kind::LocationBatchId;
use domain::location::{Name, NameField};
use store::rows::location::{CodeRow, EntranceRow, LocationBatchRow, LocationDetails, LocationRow, Spot};
use store::{Tx, call, transact};

use super::read::{Good, Rows};
use super::report::{BadRow, What};
use crate::App;
use crate::access;
use crate::http::session::Staff;
use crate::location::LocationError;
use crate::location::registry::{first_code, insert, new_row};

/// Rows of one transaction: the database is held for a few tenths of a second.
const TOGETHER: usize = 2_500;

/// A location with all that is written of it.
struct New {
    line: u64,
    row: LocationRow,
    code: CodeRow,
    entrances: Vec<(EntranceRow, CodeRow)>,
}

/// What became of the rows of one transaction.
#[derive(Default)]
struct Done {
    added: i64,
    there: i64,
    differs: Vec<u64>,
}

/// Registers what can be, and keeps the report. What was committed stays, whatever comes after.
pub async fn run(app: &App, staff: &Staff, rows: Rows) -> Result<LocationBatchId, LocationError> {
    let Rows { good, mut report, read, refused } = rows;
    let mut all = Done::default();
    for some in good.chunks(TOGETHER) {
        let new: Vec<New> = some.iter().map(|row| draw(app, staff, row)).collect();
        let done = transact!(app.store, "location.batch", LocationError, |tx| {
            write(tx, app, staff, &new).await
        })?;
        all.added += done.added;
        all.there += done.there;
        all.differs.extend(done.differs);
    }
    report.errors.extend(all.differs.iter().map(|line| BadRow { line: *line, what: What::Differs }));
    report.errors.sort_by_key(|row| row.line);
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let batch = LocationBatchRow {
        id: app.new_id(),
        staff: staff.id,
        made_at: app.now(),
        rows_read: number(read),
        added: all.added,
        there: all.there,
        refused: number(refused + all.differs.len()),
        report: serde_json::to_string(&report).unwrap_or_default(),
    };
    transact!(app.store, "location.batch_done", LocationError, |tx| {
        call!(tx, location_batch::add(&batch))?;
        Ok(access::record(tx, app, staff, "import", "location-batch", batch.id).await?)
    })?;
    Ok(batch.id)
}

fn draw(app: &App, staff: &Staff, good: &Good) -> New {
    let row = new_row(app, staff, good.details.clone());
    let code = |entrance| first_code(app, staff, Spot { location: row.id, entrance, tablet: false });
    let entrance = |name: &String| {
        let entrance = EntranceRow { id: app.new_id(), name: name.clone() };
        let code = code(Some(entrance.id));
        (entrance, code)
    };
    let entrances = good.entrances.iter().map(entrance).collect();
    New { line: good.line, code: code(None), entrances, row }
}

/// What makes two rows one place.
fn key(details: &LocationDetails) -> (String, String, String) {
    let plain =
        |text: &str, field| Name::parse(text, field).map_or_else(|_| text.to_owned(), |name| name.key());
    let name = plain(&details.name, NameField::Chinese);
    (name, details.division.clone(), plain(&details.address, NameField::Address))
}

async fn write(tx: &mut Tx, app: &App, staff: &Staff, new: &[New]) -> Result<Done, LocationError> {
    // Of two files of one manager that come at once, the second sees what the first has added.
    call!(tx, location_people::touch_staff(staff.id))?;
    let there = call!(tx, location_registry::all_own(staff.id))?;
    let mut known: HashMap<_, _> = there.iter().map(|row| (key(&row.details), &row.details)).collect();
    let mut done = Done::default();
    for one in new {
        match known.get(&key(&one.row.details)) {
            Some(same) if **same == one.row.details => done.there += 1,
            Some(_) => done.differs.push(one.line),
            None => {
                insert(tx, staff, &one.row, &one.code).await?;
                for (entrance, code) in &one.entrances {
                    let EntranceRow { id, name } = entrance;
                    call!(tx, location_people::add_entrance(*id, one.row.id, name, app.now()))?;
                    call!(tx, location::add_code(code))?;
                }
                known.insert(key(&one.row.details), &one.row.details);
                done.added += 1;
            }
        }
    }
    Ok(done)
}
