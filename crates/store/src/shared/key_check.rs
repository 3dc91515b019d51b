//! Whether the keys at hand are those of this database.
//!
//! Data under two sets of keys in one database could hardly be told apart again (both begin with key id 1), and
//! nothing would be found by its index. So the first start leaves a mark, and every later one has to open it.

use super::conn::Conn;
use crate::error::{Failure, StoreError};
use crate::seal::Place;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[FIND, ADD];

/// The mark.
pub const FIND: &str = "SELECT sealed, index_check FROM key_check WHERE id = 1";

/// Leaves the mark. Of two first starts at once the second meets the first one's mark at its next start.
pub const ADD: &str =
    "INSERT INTO key_check (id, sealed, index_check) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING";

const MARK: &[u8] = b"tongxing";
const SEALED: Place = Place { table: "key_check", column: "sealed", row: 1 };

/// Leaves the mark in a new database. In another one, refuses keys that do not open it or give another index.
pub async fn check(c: &mut Conn) -> Result<(), StoreError> {
    let index = c.sealer().index().exact("key_check", &[MARK]);
    let found: Option<(Vec<u8>, Vec<u8>)> = sqlx::query_as(FIND).fetch_optional(c.raw()).await?;
    let Some((sealed, wanted)) = found else {
        let sealed = c.sealer().seal_bytes(SEALED, MARK);
        sqlx::query(ADD).bind(sealed).bind(&index[..]).execute(c.raw()).await?;
        return Ok(());
    };
    let opens = c.sealer().open_bytes(SEALED, &sealed).is_ok_and(|plain| plain.as_slice() == MARK);
    if opens && wanted == index { Ok(()) } else { Err(Failure::OtherKeys.into()) }
}
