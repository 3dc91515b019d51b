//! Rows of holders and of the documents that lead to them.

use domain::id::kind::HolderId;

use crate::seal::Place;

/// Where a document of a holder stands sealed. The row is named by its holder: the table's own key is a blind
/// index, which is no number.
pub const fn document_place(holder: HolderId) -> Place {
    Place { table: "holder_document", column: "details", row: holder.as_i64() }
}
