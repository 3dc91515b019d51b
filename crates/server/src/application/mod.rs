//! Applications: from a phone without an account to a code (design section 4).
//!
//! Use cases here know nothing of HTTP; `page/` has the applicant's pages. The decision that matters: what
//! stands in the register can never be told from what the applicant sees before a code is issued.

mod error;
pub mod issue;
pub mod matching;
pub mod transition;

pub use error::ApplicationError;
