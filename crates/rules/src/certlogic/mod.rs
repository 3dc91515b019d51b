//! CertLogic 1.3.3, the language of the EU's rules for digital COVID certificates: a subset of JsonLogic with
//! dates. What is supported, and where the specification leaves open what to do: docs/certlogic.md.
//!
//! ```
//! use rules::certlogic::Expression;
//! use serde_json::json;
//!
//! let adult = json!({"not-after": [
//!     {"dccDateOfBirth": [{"var": "birth"}]},
//!     {"plusTime": [{"var": "now"}, -18, "year"]},
//! ]});
//! let adult = Expression::read(&adult).unwrap();
//! let data = json!({"birth": "1974-08", "now": "2020-04-01T00:00:00+08:00"});
//! assert_eq!(adult.evaluate(&data).unwrap(), json!(true));
//! assert_eq!(adult.data_accesses(), ["birth", "now"]);
//! ```

mod access;
#[cfg(test)]
mod arbitrary;
mod error;
mod evaluate;
mod export;
mod expression;
pub mod limits;
mod number;
mod read;
mod time;
mod uvci;
mod value;

pub use error::{Fault, Invalid, Issue, Problem};
pub(crate) use evaluate::Evaluator;
pub use expression::Expression;
pub(crate) use value::Value;

/// Whether a text is a date or a date-time in a format of the language.
pub(crate) fn is_time(text: &str) -> bool {
    time::read(text).is_ok()
}

/// The text of a date-time in UTC, in a format that the language reads.
pub(crate) fn time_text(time: jiff::civil::DateTime) -> String {
    time::write(time)
}
