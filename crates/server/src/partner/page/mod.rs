//! Pages: the one that asks a person, "Apps that may act for you", and those of administrators.

pub mod apps;
pub mod entry;
pub mod partner;
pub mod registry;

use domain::partner::{Function, Functions};

use crate::http::{Fields, Page};

/// The locale key of a function, spoken to the holder.
fn function_key(function: Function) -> String {
    format!("partner-may-{}", function.as_str().replace('_', "-"))
}

/// What a partner may do, in words for the holder.
pub fn may(page: &Page, functions: &Functions) -> Vec<String> {
    functions.iter().map(|function| page.t(function_key(function))).collect()
}

/// The boxes of an administrator's form: value, label, ticked.
fn boxes(page: &Page, ticked: &Functions) -> Vec<(String, String, bool)> {
    let label =
        |function: Function| page.t(format!("partner-function-{}", function.as_str().replace('_', "-")));
    let one = |function: Function| (function.as_str().to_owned(), label(function), ticked.has(function));
    Function::ALL.into_iter().map(one).collect()
}

/// What was ticked; texts that are no function tick nothing.
fn ticked(fields: &Fields) -> Functions {
    fields.all("functions").filter_map(|name| name.parse().ok()).collect()
}
