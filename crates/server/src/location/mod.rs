//! Locations: where people register entry and exit.

pub mod places;

use domain::location::DailyKey;
use store::Store;

const TABLETS: &str = "tongxing tablets v1";

/// The key of the codes that tablets show. Derived from the data keys of the store: all servers of an installation have
/// the same, and there is nothing more to keep.
pub fn daily_key(store: &Store) -> DailyKey {
    let secrets = store.sealer().derived(TABLETS);
    DailyKey::new(&secrets[0])
}
