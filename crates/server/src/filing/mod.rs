//! Filing: public security puts the documents used at entry on file, and permits into the permit register.
//!
//! Three ways in, one judgement ([`entry`]): a clerk's page, a CSV import (page or command line), and the API of
//! the public-security system. What is on file is never changed by filing again: other details for the same
//! document are shown as a conflict, and a correction keeps what stood before.

pub mod api;
pub mod entry;
pub mod import;
pub mod page;
pub mod register;

use domain::Role;

use crate::http::route::Scope;
use crate::http::{Access, Endpoint, Object, Route};

const OFFICER: Access = Access::Staff(&[Role::FilingOfficer]);
const CLIENT: Access = Access::Client(Scope::Filing);
const ANY: &[Object] = &[Object::Any];
const BATCH_LIMIT: usize = 2 * 1024 * 1024;
const BATCH_SECONDS: u64 = 30;

/// The largest CSV file that the page takes, in bytes; the command line has no limit.
pub const FILE_LIMIT: usize = 200 * 1024 * 1024;
const FILE_SECONDS: u64 = 900;

/// What a row that names another document than its number's filing is called.
pub const CONFLICT: &str = "conflict";

/// Every code that an error of an entry or of a row may have: each has its words in every language.
pub const CODES: &[&str] = &[
    "kind.empty",
    "kind.unknown",
    "number.empty",
    "number.too_long",
    "number.length",
    "number.lookalike",
    "number.character",
    "state.empty",
    "state.unknown",
    "state.permit",
    "name.empty",
    "name.too_long",
    "name.character",
    "name.mixed_scripts",
    "name.not_chinese",
    "date.empty",
    "date.form",
    "date.year",
    "date.month",
    "date.day",
    "date.day_without_month",
    "date.future",
    "date.incomplete",
    "sex.unknown",
    "row.columns",
    "row.too_long",
    "row.quote",
    "row.nul",
    "row.utf16",
    "row.carriage_return",
    "row.line_break",
    "row.not_utf8",
    "row.not_gb18030",
    "row.looks_like_utf8",
    "reason.empty",
    "reason.too_long",
    CONFLICT,
];

/// Every endpoint of this capability.
pub fn endpoints() -> Vec<Endpoint> {
    let mut all = vec![
        Endpoint::new(Route::get("/filing", OFFICER), page::search::show),
        Endpoint::new(Route::post("/filing/search", OFFICER).objects(ANY), page::search::search),
        Endpoint::new(Route::get("/filing/new", OFFICER), page::new::show),
        Endpoint::new(Route::post("/filing/new", OFFICER), page::new::submit),
        Endpoint::new(Route::get("/filing/import", OFFICER), page::import::show),
        Endpoint::new(
            Route::post("/filing/import", OFFICER).upload(FILE_LIMIT + 64 * 1024, FILE_SECONDS),
            page::import::upload,
        ),
        Endpoint::new(Route::get("/filing/import/columns.csv", OFFICER), page::import::columns),
        Endpoint::new(Route::get("/filing/import/{id}", OFFICER).objects(ANY), page::import::run),
        Endpoint::new(
            Route::get("/filing/import/{id}/report.csv", OFFICER).objects(ANY),
            page::import::report,
        ),
        Endpoint::new(Route::get("/filing/{id}", OFFICER).objects(ANY), page::view::show),
        Endpoint::new(Route::get("/filing/{id}/correct", OFFICER).objects(ANY), page::correct::show),
        Endpoint::new(Route::post("/filing/{id}/correct", OFFICER).objects(ANY), page::correct::submit),
        Endpoint::new(Route::get("/filing/{id}/withdraw", OFFICER).objects(ANY), page::withdraw::show),
        Endpoint::new(Route::post("/filing/{id}/withdraw", OFFICER).objects(ANY), page::withdraw::submit),
    ];
    all.extend(api_endpoints());
    all
}

fn api_endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(Route::post("/api/v1/filings", CLIENT), api::file),
        Endpoint::new(
            Route::post("/api/v1/filings/batch", CLIENT).larger(BATCH_LIMIT, BATCH_SECONDS),
            api::file_batch,
        ),
        Endpoint::new(Route::post("/api/v1/filings/search", CLIENT).objects(ANY), api::search),
        Endpoint::new(Route::post("/api/v1/filings/{id}/correct", CLIENT).objects(ANY), api::correct),
        Endpoint::new(Route::post("/api/v1/filings/{id}/withdraw", CLIENT).objects(ANY), api::withdraw),
    ]
}

#[cfg(test)]
mod tests;
