//! The pages that ask: one thing each, kept with every post, whatever was typed.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use documents::{Kind, Sex, StateCode};
use domain::declaration::Symptom;
use domain::id::kind::DeviceSessionId;
use domain::residence::DIVISIONS;

use super::super::answers::health::NO_SYMPTOM;
use super::super::answers::{Step, document};
use super::super::draft::{self, Draft};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};

type Options = Vec<(String, String)>;
type Boxes = Vec<(String, String, bool)>;

/// One step of the journey.
#[derive(Template)]
#[template(path = "application/step.html")]
pub struct StepPage {
    page: Page,
    step: Step,
    typed: Fields,
    errors: FieldErrors,
}

impl StepPage {
    /// Every step empty, filled in and with all its errors; for both sorts of document.
    pub fn samples(page: &Page) -> Vec<Self> {
        let today = jiff::civil::date(2026, 11, 23);
        let sample = |step, typed: &Fields, errors| Self {
            page: page.clone().with_form(),
            step,
            typed: typed.clone(),
            errors,
        };
        let filled = sample_answers();
        let mut all = Vec::new();
        for step in Step::ALL {
            let mut empty = Fields::default();
            if step != Step::Kind {
                empty.set("kind", filled.get("kind"));
            }
            all.push(sample(step, &empty, FieldErrors::default()));
            all.push(sample(step, &empty, step.errors(&empty, today, page.words)));
            all.push(sample(step, &filled, FieldErrors::default()));
        }
        let permit = Fields::from_pairs([("kind", "hk_macao_permit"), ("number", "H1234567O")]);
        let errors = Step::Document.errors(&permit, today, page.words);
        all.push(sample(Step::Document, &permit, errors));
        let mut cut = filled;
        cut.set(
            "mrz",
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3204159ZE184226B<<<<<11",
        );
        let errors = document::read_mrz(&mut cut.clone(), today, page.words).err().unwrap_or_default();
        all.push(sample(Step::Document, &cut, errors));
        all
    }

    fn title(&self) -> String {
        self.page.t(format!("apply-{}-title", self.step.name()))
    }

    fn is(&self, name: &str) -> bool {
        self.step.name() == name
    }

    /// A companion who has a code elsewhere already opens it here.
    fn is_companion(&self) -> bool {
        self.page.whose.as_ref().is_some_and(|whose| whose.name.is_some())
    }

    fn is_passport(&self) -> bool {
        self.typed.get("kind") == Kind::Passport.as_str()
    }

    fn kind_hint(&self, what: &str) -> String {
        let kind = self.typed.get("kind").parse::<Kind>().map_or("none", Kind::as_str);
        self.page.t(format!("apply-{what}-hint-{}", kind.replace('_', "-")))
    }

    fn kinds(&self) -> Options {
        let label = |kind: Kind| self.page.t(format!("kind-{}", kind.as_str().replace('_', "-")));
        Kind::ALL.into_iter().map(|kind| (kind.as_str().to_owned(), label(kind))).collect()
    }

    /// With the code that the document prints: whoever does not find the name finds the code.
    fn states(&self) -> Options {
        let name = |state: StateCode| {
            self.page.t2("apply-state", "name", self.page.t(format!("state-{state}")), "code", state)
        };
        let mut states: Options =
            StateCode::all().map(|state| (state.as_str().to_owned(), name(state))).collect();
        states.sort_by(|a, b| a.1.cmp(&b.1));
        states.insert(0, (String::new(), self.page.t("apply-choose")));
        states
    }

    fn sexes(&self) -> Options {
        let label = |sex: Sex| self.page.t(format!("sex-{}", sex.as_str().to_lowercase()));
        [Sex::F, Sex::M, Sex::X].into_iter().map(|sex| (sex.as_str().to_owned(), label(sex))).collect()
    }

    fn divisions(&self) -> Options {
        let label = |code: &str| self.page.t(format!("division-{code}"));
        let mut all: Options = DIVISIONS.into_iter().map(|code| (code.to_owned(), label(code))).collect();
        all.insert(0, (String::new(), self.page.t("apply-choose")));
        all
    }

    fn yes_no(&self) -> Options {
        yes_no(&self.page)
    }

    fn symptoms(&self) -> Boxes {
        symptoms(&self.page, &self.typed)
    }

    fn truthful(&self) -> Boxes {
        truthful(&self.page, &self.typed)
    }
}

/// The two answers to a question.
pub fn yes_no(page: &Page) -> Options {
    ["no", "yes"].into_iter().map(|answer| (answer.to_owned(), page.t(answer))).collect()
}

/// The boxes of the health page, those ticked that were.
pub fn symptoms(page: &Page, typed: &Fields) -> Boxes {
    let names = Symptom::ALL.into_iter().map(Symptom::as_str).chain([NO_SYMPTOM]);
    let label = |name: &str| page.t(format!("symptom-{name}"));
    names.map(|name| (name.to_owned(), label(name), typed.has("symptoms", name))).collect()
}

/// The box under the health questions.
pub fn truthful(page: &Page, typed: &Fields) -> Boxes {
    vec![("yes".to_owned(), page.t("apply-truthful"), typed.has("truthful", "yes"))]
}

/// The answers of an invented person, for samples.
pub fn sample_answers() -> Fields {
    Fields::from_pairs([
        ("kind", "passport"),
        ("number", "L0I8902C3"),
        ("issuing_state", "UTO"),
        ("expiry_day", "15"),
        ("expiry_month", "4"),
        ("expiry_year", "2032"),
        ("family", "Eriksson"),
        ("given", "Anna Maria"),
        ("birth_day", "12"),
        ("birth_month", "8"),
        ("birth_year", "1974"),
        ("sex", "F"),
        ("nationality", "UTO"),
        ("division", "420100"),
        ("county", "Wuchang"),
        ("address", "1 Donghu Road, Room 204"),
        ("phone", "+86 138 0013 8000"),
        ("symptoms", "none"),
        ("contact", "no"),
        ("diagnosed", "no"),
        ("truthful", "yes"),
    ])
}

/// `GET /apply/<step>`
pub async fn show(app: App, page: Page, device: Device, step: Step) -> Result<Response, Failure> {
    let Some(draft) = draft::load(&app, device.id).await? else {
        return Ok(Redirect::to("/apply").into_response());
    };
    let page = page.with_form();
    page::show(&StepPage { page, step, typed: draft.typed, errors: FieldErrors::default() })
}

/// `POST /apply/<step>`: keeps what was typed, and goes on to the first step that is not complete.
pub async fn keep(
    app: App,
    page: Page,
    device: Device,
    step: Step,
    fields: Fields,
) -> Result<Response, Failure> {
    let Some(mut draft) = draft::load(&app, device.id).await? else {
        return Ok(Redirect::to("/apply").into_response());
    };
    draft.keep(step, &fields);
    if let Some(language) = fields.language_switch() {
        draft::save(&app, device.id, &draft).await?;
        let page = page.with_form().in_language(language);
        let shown = StepPage { page, step, typed: draft.typed, errors: FieldErrors::default() };
        let mut response = page::show(&shown)?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let errors = judge(&app, &page, step, &mut draft);
    draft::save(&app, device.id, &draft).await?;
    if errors.is_empty() {
        return Ok(Redirect::to(next(&app, &page, &draft)).into_response());
    }
    page::show_invalid(&StepPage { page: page.with_form(), step, typed: draft.typed, errors })
}

/// What is wrong with the step; pasted machine-readable lines are read into the fields first.
fn judge(app: &App, page: &Page, step: Step, draft: &mut Draft) -> FieldErrors {
    let today = app.now().local_date();
    if step == Step::Document
        && let Err(errors) = document::read_mrz(&mut draft.typed, today, page.words)
    {
        return errors;
    }
    step.errors(&draft.typed, today, page.words)
}

/// Where to go with a draft that something else filled in.
pub async fn next_of(app: &App, page: &Page, device: DeviceSessionId) -> Result<&'static str, Failure> {
    let draft = draft::load(app, device).await?.unwrap_or_default();
    Ok(next(app, page, &draft))
}

/// Where to go from a complete step: the check, unless something is missing still.
fn next(app: &App, page: &Page, draft: &Draft) -> &'static str {
    match draft.read(app.now().local_date(), page.words) {
        Ok(_) => "/apply/check",
        Err(step) => step.path(),
    }
}
