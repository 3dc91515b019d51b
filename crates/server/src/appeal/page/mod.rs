//! The pages of appeals.

pub mod case;
pub mod hindered;
pub mod list;
pub mod new;
pub mod own;
pub mod sample;
pub mod units;

use super::TEXT_LENGTH;
use crate::casework::page::text;
use crate::http::Fields;
use crate::http::fields::FieldErrors;
use crate::http::page::Page;

/// The text of a field, with an error where it is empty (`missing`: what is said then) or too long.
fn words(
    page: &Page,
    fields: &Fields,
    name: &'static str,
    missing: &str,
    errors: &mut FieldErrors,
) -> String {
    let text = text(fields, name);
    if text.is_empty() {
        errors.add(name, page.t(missing));
    } else if text.chars().count() > TEXT_LENGTH {
        errors.add(name, page.t1("case-error-long", "length", TEXT_LENGTH));
    }
    text
}
