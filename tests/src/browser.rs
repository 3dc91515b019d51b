//! A browser without script: cookies, redirects, and forms as they were served.

use std::sync::LazyLock;

use regex::Regex;
use reqwest::header::HeaderMap;
use reqwest::{Client, Response, StatusCode};

use crate::Account;
use crate::place::now;

/// A browser.
pub struct Browser {
    /// For requests that no page makes.
    pub client: Client,
    origin: String,
}

/// A page as it was answered.
#[derive(Clone)]
pub struct Page {
    /// Status.
    pub status: StatusCode,
    /// Path after all redirects.
    pub path: String,
    /// Headers.
    pub headers: HeaderMap,
    /// The body.
    pub html: String,
}

/// One form of a page.
struct Form {
    action: String,
    multipart: bool,
    hidden: Vec<(String, String)>,
}

static FORM: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<form\b([^>]*)>(.*?)</form>").unwrap());
static INPUT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<input\b[^>]*>").unwrap());

impl Browser {
    /// An empty one that reads English.
    pub fn new(origin: &str) -> Self {
        let language = reqwest::header::HeaderValue::from_static("en");
        let headers = [(reqwest::header::ACCEPT_LANGUAGE, language)].into_iter().collect();
        // The server ends a connection that is idle for half a minute; a browser asks again when that crosses its
        // request, and this one never comes near.
        let idle = std::time::Duration::from_secs(10);
        let client = Client::builder().cookie_store(true).default_headers(headers).pool_idle_timeout(idle);
        let client = client.build().unwrap();
        Self { client, origin: origin.to_owned() }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Page {
        let answer = self.client.get(format!("{}{path}", self.origin)).send().await;
        Page::of(answer.expect("an answer"), &self.origin).await
    }

    /// Fills in the form of `page` that goes to `action` and sends it. Fields given here stand beside the
    /// hidden ones, and replace those of the same name.
    pub async fn submit(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.try_submit(page, action, fields).await;
        Page::of(answer.expect("an answer"), &self.origin).await
    }

    /// The same where the server may be gone.
    pub async fn try_submit(
        &self,
        page: &Page,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Result<Response, reqwest::Error> {
        let form = page.form(action);
        let mut pairs = form.hidden;
        pairs.retain(|(name, _)| fields.iter().all(|(given, _)| given != name));
        pairs.extend(fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        let request = self.client.post(format!("{}{}", self.origin, form.action));
        if form.multipart {
            let body = pairs
                .into_iter()
                .fold(reqwest::multipart::Form::new(), |body, (name, text)| body.text(name, text));
            request.multipart(body).send().await
        } else {
            request.form(&pairs).send().await
        }
    }

    /// Sends a form with a file in its field `name`.
    pub async fn upload(
        &self,
        page: &Page,
        action: &str,
        fields: &[(&str, &str)],
        (name, file_name, bytes): (&str, &str, Vec<u8>),
    ) -> Page {
        let form = page.form(action);
        assert!(form.multipart, "a form that takes a file says so");
        let part = reqwest::multipart::Part::bytes(bytes).file_name(file_name.to_owned());
        let given = fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let body = form.hidden.into_iter().chain(given);
        let body = body.fold(reqwest::multipart::Form::new(), |body, (name, text)| body.text(name, text));
        let request = self.client.post(format!("{}{}", self.origin, form.action));
        let answer = request.multipart(body.part(name.to_owned(), part)).send().await;
        Page::of(answer.expect("an answer"), &self.origin).await
    }

    /// Signs a member of staff in. A code counts once: the same account signs in once in 30 s.
    pub async fn sign_in(&self, account: &Account) {
        let page = self.get("/staff/sign-in").await;
        let code = account.code(now());
        let fields = [("login", account.login.as_str()), ("password", &account.password), ("code", &code)];
        let landed = self.submit(&page, "/staff/sign-in", &fields).await;
        assert!(landed.status.is_success(), "{} cannot sign in: {}", account.login, landed.status);
        assert_ne!(landed.path, "/staff/sign-in");
    }
}

impl Page {
    async fn of(answer: Response, origin: &str) -> Self {
        let path = answer.url().as_str().strip_prefix(origin).unwrap_or("elsewhere").to_owned();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Self { status, path, headers, html: answer.text().await.unwrap_or_default() }
    }

    fn form(&self, action: &str) -> Form {
        let found = FORM.captures_iter(&self.html).find_map(|form| {
            let (head, body) = (form.get(1)?.as_str(), form.get(2)?.as_str());
            let goes = attribute(head, "action")?;
            (goes == action).then(|| Form {
                action: goes,
                multipart: head.contains("multipart/form-data"),
                hidden: INPUT
                    .find_iter(body)
                    .filter(|input| attribute(input.as_str(), "type").as_deref() == Some("hidden"))
                    .filter_map(|i| Some((attribute(i.as_str(), "name")?, attribute(i.as_str(), "value")?)))
                    .collect(),
            })
        });
        found.unwrap_or_else(|| panic!("{} ({}) has no form that goes to {action}", self.path, self.status))
    }

    /// The values that the boxes, radios or options named `name` offer, empty ones left out.
    pub fn offered(&self, name: &str) -> Vec<String> {
        let select = Regex::new(&format!(r#"(?s)<select\b[^>]*name="{name}".*?</select>"#)).unwrap();
        let option = Regex::new(r"<option\b[^>]*>").unwrap();
        let in_select = select.find(&self.html).map_or("", |found| found.as_str());
        let inputs = INPUT.find_iter(&self.html).map(|found| found.as_str());
        let named = inputs.filter(|input| attribute(input, "name").as_deref() == Some(name));
        let all = named.chain(option.find_iter(in_select).map(|found| found.as_str()));
        all.filter_map(|tag| attribute(tag, "value")).filter(|value| !value.is_empty()).collect()
    }

    /// The session's token, for requests of the page's script.
    pub fn csrf(&self) -> String {
        attribute(&self.html, "data-csrf").or_else(|| self.offered("csrf").pop()).expect("a token")
    }
}

/// The value of an attribute, unescaped.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let found =
        Regex::new(&format!(r#"\b{name}="([^"]*)""#)).unwrap().captures(tag)?.get(1)?.as_str().to_owned();
    let entities = [("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&#60;", "<")];
    let entities =
        entities.into_iter().chain([("&gt;", ">"), ("&#62;", ">"), ("&#38;", "&"), ("&amp;", "&")]);
    Some(entities.fold(found, |text, (entity, sign)| text.replace(entity, sign)))
}
