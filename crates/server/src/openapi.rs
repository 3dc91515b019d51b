//! The OpenAPI 3.1 document of every `/api/` route, and the page that shows it.
//!
//! Made from annotations on the handlers. A capability adds its operations to the one list below; a test holds the
//! list against the routes, so none is forgotten, and against `docs/openapi.json`, so that a change of the
//! interface is seen in review (`make generated` prints it).

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::http::page;
use crate::http::{Access, Endpoint, Failure, Page, Route};
use crate::{checkpoint, evidence, filing, health, partner, pass, visit};

/// Every operation of the API.
#[derive(OpenApi)]
#[openapi(
    info(title = "Tongxing", description = "The API of the health-code service."),
    modifiers(&Security),
    paths(
        document,
        filing::api::file,
        filing::api::file_batch,
        filing::api::search,
        filing::api::correct,
        filing::api::withdraw,
        checkpoint::api::session::show,
        checkpoint::api::devices::enrol,
        checkpoint::api::shifts::begin,
        checkpoint::api::outbox::send,
        checkpoint::api::check::check,
        pass::api::live::issue,
        pass::api::short::make,
        partner::api::entries::enter,
        partner::api::query::query,
        partner::api::pass::make,
        partner::api::health::declare,
        partner::api::trips::declare,
        partner::api::correct::correct,
        partner::api::verify::verify,
        health::api::reports,
        evidence::api::state::state,
        evidence::api::became::became,
        visit::api::tickets::show,
        visit::api::visits::register,
    )
)]
struct Api;

/// The cookie's name where the service is reached over https.
const SESSION_COOKIE: &str = "__Host-tongxing-device";

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let description = "The token of a machine client, made by `tongxing client add`.";
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("client", SecurityScheme::Http(scheme));
        let session = ApiKeyValue::with_description(SESSION_COOKIE, "The phone's own session.");
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        let description = "An HTTP message signature (RFC 9421) with a registered key of the partner, as \
                           docs/partner-api.md says; with Signature-Input and Content-Digest beside it.";
        let signature = ApiKeyValue::with_description("Signature", description);
        components.add_security_scheme("partner", SecurityScheme::ApiKey(ApiKey::Header(signature)));
        let description = "An HTTP message signature (RFC 9421) by the key of an enrolled device, as \
                           docs/checkpoint-protocol.md says; with Signature-Input and Content-Digest beside it.";
        let signature = ApiKeyValue::with_description("Signature", description);
        components.add_security_scheme("inspector_device", SecurityScheme::ApiKey(ApiKey::Header(signature)));
        let session = ApiKeyValue::with_description("__Host-tongxing-staff", "The session of an inspector.");
        components.add_security_scheme("staff", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        // What the crate's manifest says of itself is not the interface's.
        openapi.info.contact = None;
        openapi.info.license = None;
    }
}

/// The document as JSON, indented, with a line break at its end.
pub fn json() -> String {
    let mut text = Api::openapi().to_pretty_json().expect("the document is plain data");
    text.push('\n');
    text
}

/// The document and its page.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(Route::get("/api", Access::Everyone), show),
        Endpoint::new(Route::get("/api/openapi.json", Access::Everyone), document),
    ]
}

/// This document
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "about",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value, content_type = "application/json"))
)]
async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json()).into_response()
}

/// The operations, for people.
#[derive(Template)]
#[template(path = "filing/api.html")]
pub struct ApiPage {
    page: Page,
    operations: Vec<Operation>,
}

/// One operation. Its words are those of the document, which is in English like the names in it.
struct Operation {
    id: String,
    method: &'static str,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<(String, String)>,
    example: String,
    answers: Vec<(String, String)>,
}

impl ApiPage {
    fn new(page: Page) -> Self {
        let api = serde_json::from_str(&json()).unwrap_or_default();
        Self { page, operations: operations(&api) }
    }

    /// As it is.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self::new(page.clone())]
    }
}

fn operations(api: &serde_json::Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in api["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            all.push(operation_of(api, path, if method == "get" { "GET" } else { "POST" }, operation));
        }
    }
    all
}

fn operation_of(
    api: &serde_json::Value,
    path: &str,
    method: &'static str,
    operation: &serde_json::Value,
) -> Operation {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let parameter = |p: &serde_json::Value| (text(&p["name"]), text(&p["description"]));
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let answers = operation["responses"].as_object().into_iter().flatten();
    Operation {
        id: text(&operation["operationId"]),
        method,
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        // Markdown's marks are for other readers.
        description: text(&operation["description"]).replace('`', ""),
        parameters: operation["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
        example: example(api, schema).map_or_else(String::new, |e| format!("{e:#}")),
        answers: answers.map(|(status, answer)| (status.clone(), text(&answer["description"]))).collect(),
    }
}

/// A body made of the examples in the document.
fn example(api: &serde_json::Value, schema: &serde_json::Value) -> Option<serde_json::Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        return example(api, api.pointer(reference.strip_prefix('#')?)?);
    }
    if let Some(given) = schema.get("example") {
        return Some(given.clone());
    }
    match schema["type"].as_str()? {
        "object" => {
            let members = schema["properties"].as_object()?;
            Some(members.iter().filter_map(|(name, s)| Some((name.clone(), example(api, s)?))).collect())
        }
        "array" => Some(serde_json::Value::Array(vec![example(api, &schema["items"])?])),
        "integer" => Some(1.into()),
        "string" => Some("".into()),
        _ => None,
    }
}

/// `GET /api`
async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&ApiPage::new(page))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_document_has_every_route_and_no_other() {
        let api: serde_json::Value = serde_json::from_str(&json()).unwrap();
        assert_eq!(api["openapi"], "3.1.0");
        let documented: BTreeSet<(String, String)> = operations(&api)
            .into_iter()
            .map(|operation| (operation.method.to_owned(), operation.path))
            .collect();
        let routes: BTreeSet<(String, String)> = crate::endpoints()
            .iter()
            .filter(|endpoint| endpoint.route.is_api())
            .map(|endpoint| {
                (format!("{:?}", endpoint.route.verb).to_uppercase(), endpoint.route.path.to_owned())
            })
            .collect();
        assert_eq!(documented, routes);
    }

    #[test]
    fn the_committed_document_is_this_one() {
        let committed = include_str!("../../../docs/openapi.json");
        assert!(json() == committed, "run `make generated`, and look at what changed");
    }

    #[test]
    fn clients_must_show_their_token_wherever_a_route_says_so() {
        let api: serde_json::Value = serde_json::from_str(&json()).unwrap();
        for endpoint in crate::endpoints() {
            let method = format!("{:?}", endpoint.route.verb).to_lowercase();
            let operation = &api["paths"][endpoint.route.path][method];
            let shown = match endpoint.route.access {
                Access::Client(_) => operation["security"][0]["client"].is_array(),
                Access::Partner(_) => operation["security"][0]["partner"].is_array(),
                _ => true,
            };
            assert!(shown, "{}", endpoint.route.path);
        }
    }
}
