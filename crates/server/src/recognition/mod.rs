//! Recognising the codes that travellers bring: the national code, and health credentials from abroad.
//!
//! Used by the checkpoint: [`inspect`] judges whatever was scanned, and [`record`] notes that a recognition took
//! place. The one decision that matters: **a code of others is for entry only, and nothing of it is kept**. It is
//! mapped to a verdict and never becomes a colour of ours; what is written down is format, verdict, unit, member
//! of staff and time, no more (design section 6).

mod judge;
pub mod national;
pub mod page;
mod record;
pub mod reference;
mod statuses;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use credential::VerifiedStatus;

use crate::http::route::{Access, Endpoint, Route};
use judge::Recent;
use national::{NationalCode, Table};

pub use judge::inspect;
pub use record::record;

/// What recognising needs: the mapping table, and the national platform if there is one.
pub struct Recognition {
    table: Table,
    platform: Option<Arc<dyn NationalCode>>,
    recent: Mutex<Recent>,
    statuses: Mutex<HashMap<String, VerifiedStatus>>,
}

impl Recognition {
    /// Asks `platform` about codes that begin as `table` says.
    pub fn new(table: Table, platform: Arc<dyn NationalCode>) -> Self {
        Self { platform: Some(platform), ..Self::offline(table) }
    }

    /// Without a connection to the national platform: its codes of the online form are CHECK.
    pub fn offline(table: Table) -> Self {
        Self { table, platform: None, recent: Mutex::default(), statuses: Mutex::default() }
    }

    /// Whether the platform is being asked at present: `off`, or the state of its circuit breaker.
    pub fn state(&self) -> &'static str {
        self.platform.as_ref().map_or("off", |platform| platform.state())
    }

    /// Whether a text is a national code of the online form.
    pub fn is_national_code(&self, text: &str) -> bool {
        self.table.is_code(text)
    }
}

/// The route of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::new(Route::get("/recognition", Access::Everyone), page::accepted::show)]
}
