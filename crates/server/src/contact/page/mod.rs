//! The pages on which a contact is given, proved, removed, and used to open an application on another phone.

mod choose;
mod code;
mod contact;
mod recover;

pub use choose::ChoosePage;
pub use code::CodePage;
pub use contact::ContactPage;
pub use recover::RecoverContactPage;

use axum::http::{StatusCode, header};
use axum::response::Response;
use domain::Timestamp;
use domain::contact::{Channel, Contact};

use super::codes::Asked;
use crate::http::Page;
use crate::http::route::{Access, Endpoint, Object, Route};
use crate::{App, message};

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    const OWN: &[Object] = &[Object::OwnSession];
    let get = |path| Route::get(path, Access::Device).objects(OWN);
    let post = |path| Route::post(path, Access::Device).objects(OWN);
    vec![
        Endpoint::new(get("/contact"), contact::show),
        Endpoint::new(post("/contact"), contact::ask),
        Endpoint::new(post("/contact/remove"), contact::remove),
        Endpoint::new(get("/contact/code"), code::show_confirm),
        Endpoint::new(post("/contact/code"), code::confirm),
        Endpoint::new(post("/contact/again"), code::again_confirm),
        Endpoint::new(Route::get("/recover/contact", Access::Everyone), recover::show),
        Endpoint::new(Route::post("/recover/contact", Access::Everyone), recover::ask),
        Endpoint::new(get("/recover/code"), code::show_recover),
        Endpoint::new(post("/recover/code"), code::recover),
        Endpoint::new(post("/recover/again"), code::again_recover),
        Endpoint::new(get("/recover/choose"), choose::show),
        Endpoint::new(post("/recover/choose"), choose::choose),
    ]
}

/// Which words a field for a contact has: for both channels, or for the one that is configured.
fn field_words(app: &App) -> &'static str {
    match (message::offers(app, Channel::Mail), message::offers(app, Channel::Text)) {
        (true, false) => "mail",
        (false, true) => "text",
        _ => "both",
    }
}

/// Reads a contact that can be reached from here, or says in words what is wrong with it.
fn read(app: &App, page: &Page, typed: &str) -> Result<Contact, String> {
    let contact: Contact = typed.parse().map_err(|error: domain::contact::ContactError| {
        page.t(format!("contact-error-{}", error.code().replace(['.', '_'], "-")))
    })?;
    let channel = contact.channel();
    if message::offers(app, channel) {
        Ok(contact)
    } else {
        Err(page.t(format!("contact-error-channel-{}", channel.as_str())))
    }
}

/// What stands in the way of another code, in words, and until when.
fn hindrance(page: &Page, asked: Asked) -> Option<(String, Timestamp)> {
    let (key, again_at) = match asked {
        Asked::Sent => return None,
        Asked::Wait { again_at } => ("contact-error-wait", again_at),
        Asked::Rest { again_at } => ("contact-error-rest", again_at),
    };
    Some((page.t1(key, "at", page.words.date_time(again_at)), again_at))
}

/// Makes of a page with an error one that says when to come back.
fn until(app: &App, mut response: Response, again_at: Timestamp) -> Response {
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let wait = again_at.since(app.now()).as_secs() + 1;
    response.headers_mut().insert(header::RETRY_AFTER, wait.into());
    response
}
