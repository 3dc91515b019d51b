//! The record of accesses as auditors read it: with the names that belong to its ids.

use super::access::Access;

/// One entry with names. Empty names: the command line, or an account that this database does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedAccess {
    /// The entry.
    pub access: Access,
    /// Login of whoever opened; a machine client has none.
    pub login: String,
    /// Their name, or that of the machine client, as it is now.
    pub name: String,
    /// The unit that they belonged to then.
    pub unit: String,
}

/// Which entries are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Those of one member of staff.
    ByStaff(domain::id::kind::StaffId),
    /// Those about one object: its kind and id.
    About(String, i64),
}
