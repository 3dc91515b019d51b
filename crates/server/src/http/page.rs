//! What every page shows around its own content, and how a page becomes an answer.

use askama::Template;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};

use super::csrf::CsrfToken;
use super::person::Whose;
use super::session::{Device, Staff};
use super::{Audience, Failure, Kind, assets, language};
use crate::words::{Language, Words};
use crate::{App, Settings, message};

/// What stands before the paths of a person's pages at a service desk.
pub const AT_DESK: &str = "/desk";

/// Where a page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On somebody's own phone, or at a member of staff's own work.
    Browser,
    /// At a service desk, about the person whose visit is open.
    Desk,
}

/// The frame of a page: language, session token, who is signed in. The extractor fills it from the request.
#[derive(Debug, Clone)]
pub struct Page {
    /// Looks up words in the page's language.
    pub words: Words,
    /// The path shown now, for the language switch to come back to.
    pub path: String,
    /// The session's token for forms; empty where there is no session.
    pub csrf: CsrfToken,
    /// Whose page it is, where a phone asks.
    pub whose: Option<Whose>,
    /// Whose staff session this is.
    pub staff: Option<Staff>,
    /// Where it is shown.
    pub place: Place,
    /// The telephone number that help texts name.
    pub hotline: String,
    /// Whether the demonstration's people are loaded.
    pub demonstration: bool,
    /// Whether people can be reached by e-mail or text message.
    pub reachable: bool,
    /// Whether the page has a form `id="main"`, to which the language buttons then belong.
    pub form: bool,
}

impl Page {
    /// A page outside any request: for samples and for errors before a handler ran.
    pub fn plain(settings: &Settings, language: Language) -> Self {
        Self {
            words: Words(language),
            path: "/".to_owned(),
            csrf: CsrfToken::default(),
            whose: None,
            staff: None,
            place: Place::Browser,
            hotline: settings.hotline.clone(),
            demonstration: settings.demonstration,
            reachable: true,
            form: false,
        }
    }

    /// Says that the page has a form `id="main"` which carries the language switch.
    #[must_use]
    pub fn with_form(mut self) -> Self {
        self.form = true;
        self
    }

    /// The same page in another language: the switch was pressed in its form.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.words = Words(language);
        self
    }

    /// The same page at a service desk.
    #[must_use]
    pub fn at_a_desk(mut self) -> Self {
        self.place = Place::Desk;
        self
    }

    /// Whether it is shown at a service desk, to whoever does for a person what they would do on a phone.
    pub fn is_at_desk(&self) -> bool {
        self.place == Place::Desk
    }

    /// Where a page of the person is: at a service desk it is below `/desk`.
    pub fn at(&self, path: &str) -> String {
        if self.is_at_desk() { format!("{AT_DESK}{path}") } else { path.to_owned() }
    }

    /// The attributes of an input. A desk's browser is shared: it keeps nothing of what people typed before, and
    /// offers it to nobody.
    pub fn input(&self, attributes: &str) -> String {
        match attributes.split_once("autocomplete=\"") {
            Some((before, rest)) if self.is_at_desk() => {
                let after = rest.split_once('"').map_or("", |(_, after)| after);
                format!("{before}autocomplete=\"off\"{after}")
            }
            None if self.is_at_desk() => format!("autocomplete=\"off\" {attributes}"),
            _ => attributes.to_owned(),
        }
    }

    /// The same page for another person of the phone.
    #[must_use]
    pub fn of_person(mut self, whose: Whose) -> Self {
        self.csrf = self.csrf.of_person(&whose.tag);
        self.whose = Some(whose);
        self
    }

    /// A page about the phone, and not about the person whom it shows.
    #[must_use]
    pub fn about_phone(mut self) -> Self {
        self.whose = None;
        self
    }

    /// The name that stands on top of a page of a phone with companions.
    pub fn person_name(&self) -> Option<String> {
        let whose = self.whose.as_ref().filter(|whose| whose.shared)?;
        Some(whose.name.clone().unwrap_or_else(|| self.t("people-owner")))
    }

    /// The person of this page, for forms that carry no token.
    pub fn person(&self) -> &str {
        self.whose.as_ref().map_or("", |whose| whose.tag.as_str())
    }

    /// The text of `key` (templates call this).
    pub fn t(&self, key: impl AsRef<str>) -> String {
        self.words.t(key.as_ref())
    }

    /// The text of `key` with a value.
    pub fn t1<V: std::fmt::Display>(&self, key: impl AsRef<str>, name: &'static str, value: V) -> String {
        self.words.t1(key.as_ref(), name, value)
    }

    /// The text of `key` with two values.
    pub fn t2<V: std::fmt::Display, U: std::fmt::Display>(
        &self,
        key: impl AsRef<str>,
        first: &'static str,
        value: V,
        second: &'static str,
        other: U,
    ) -> String {
        self.words.t2(key.as_ref(), first, value, second, other)
    }

    /// BCP 47 tag for `<html lang>`.
    pub fn lang(&self) -> &'static str {
        self.words.0.tag()
    }

    /// The tag by which scripts write dates: regions differ in it where languages do not.
    pub fn locale(&self) -> &'static str {
        match self.words.0 {
            Language::En => "en-GB",
            Language::ZhHans => "zh-CN",
            Language::ZhHant => "zh-TW",
        }
    }

    /// The languages of the switch.
    pub fn languages(&self) -> [Language; 3] {
        Language::ALL
    }

    /// The address of an embedded file.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// The address of the style sheet.
    pub fn style_sheet(&self) -> &'static str {
        &assets::STYLE_SHEET
    }
}

impl FromRequestParts<App> for Page {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let mut page = Self::plain(&app.settings, language::of(&app.settings, &parts.headers));
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        uri.path().clone_into(&mut page.path);
        page.csrf = parts.extensions.get::<CsrfToken>().cloned().unwrap_or_default();
        page.reachable = message::offers_any(app);
        page.whose = parts.extensions.get::<Whose>().cloned();
        let device = parts.extensions.get::<Device>();
        page.place = if device.is_some_and(|d| d.desk.is_some()) { Place::Desk } else { Place::Browser };
        page.staff = parts.extensions.get::<Staff>().cloned();
        Ok(page)
    }
}

/// Renders a page with status 200.
pub fn show<T: Template>(template: &T) -> Result<Response, Failure> {
    show_as(StatusCode::OK, template)
}

/// Renders a page with field errors: 422, so that programs and tests see it is not a success.
pub fn show_invalid<T: Template>(template: &T) -> Result<Response, Failure> {
    show_as(StatusCode::UNPROCESSABLE_ENTITY, template)
}

fn show_as<T: Template>(status: StatusCode, template: &T) -> Result<Response, Failure> {
    let html = template.render().map_err(|error| Failure {
        internal: Some(format!("template: {error}")),
        ..Failure::of(Kind::INTERNAL)
    })?;
    Ok((status, Html(html)).into_response())
}

/// The page that says what went wrong.
#[derive(Template)]
#[template(path = "http/failure.html")]
pub struct FailurePage {
    /// The frame.
    pub page: Page,
    /// The kind's code: the words are `problem-<code>-title`, and `problem-<code>` or those of the audience.
    pub code: &'static str,
    /// Whom it speaks to.
    pub audience: Audience,
    /// To quote to the hotline.
    pub trace_id: String,
}

impl FailurePage {
    /// One for each kind of failure and each audience.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |kind: &Kind, audience| Self {
            page: page.clone(),
            code: kind.code,
            audience,
            trace_id: "5f1e0c0ffee0".to_owned(),
        };
        let everybody = [Audience::Person, Audience::Staff, Audience::Device];
        everybody.iter().flat_map(|one| Kind::ALL.iter().map(|kind| sample(kind, *one))).collect()
    }
}
