//! The health officers' desk: what inspectors report of abnormal temperatures is taken, acknowledged, followed up and
//! closed here.
//!
//! Nothing here changes a colour or a pass. A confirmed report is evidence, and evidence is not more than that until
//! rules make a colour of it. The public-security role reads no report, by page or by API.

pub mod file;

pub use file::{due, file};
