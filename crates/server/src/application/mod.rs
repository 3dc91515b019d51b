//! Applications: from a phone without an account to a code (design section 4).
//!
//! Use cases here know nothing of HTTP; `page/` has the applicant's pages. The decision that matters: what
//! stands in the register can never be told from what the applicant sees before a code is issued.

pub mod answers;
pub mod change;
pub mod draft;
mod error;
pub mod issue;
pub mod matching;
pub mod own;
pub mod page;
pub mod recovery;
pub mod recovery_code;
pub mod submit;
#[cfg(test)]
pub(crate) mod tests;
pub mod transition;

pub use error::ApplicationError;
pub use page::endpoints;
