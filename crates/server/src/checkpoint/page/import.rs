//! `/staff/devices/import`: the file of a device that could not send. Works without script; handed in again it is harmless,
//! so the answer is the result itself and may be loaded anew.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::App;
use crate::checkpoint::admin::By;
use crate::checkpoint::import::{self, ImportError, Imported};
use crate::checkpoint::outbox::{Outcome, Reason};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::upload::Upload;
use crate::http::{Failure, Kind, Problem};

/// As many items that were not taken as anybody reads.
const SHOWN: usize = 100;

/// The form.
#[derive(Template)]
#[template(path = "checkpoint/import.html")]
pub struct ImportPage {
    page: Page,
    errors: FieldErrors,
}

/// What became of a file.
#[derive(Template)]
#[template(path = "checkpoint/imported.html")]
pub struct ImportedPage {
    page: Page,
    imported: Imported,
}

impl ImportPage {
    fn with(page: Page, keys: &[&'static str]) -> Self {
        let mut errors = FieldErrors::default();
        for key in keys {
            errors.add("file", page.t(*key));
        }
        Self { page, errors }
    }

    /// The form, and each error of a file.
    pub fn samples(page: &Page) -> Vec<Self> {
        let every = [
            "devices-import-none",
            "devices-import-no-file",
            "devices-import-too-many",
            "devices-import-unknown",
        ];
        vec![Self::with(page.clone(), &[]), Self::with(page.clone(), &every)]
    }
}

impl ImportedPage {
    fn count(&self, wanted: impl Fn(&Option<Outcome>) -> bool) -> usize {
        self.imported.items.iter().filter(|item| wanted(item)).count()
    }

    fn stored(&self) -> usize {
        self.count(|item| *item == Some(Outcome::Stored))
    }

    fn known(&self) -> usize {
        self.count(|item| *item == Some(Outcome::Known))
    }

    fn conflicts(&self) -> usize {
        self.count(|item| *item == Some(Outcome::Conflict))
    }

    fn refused(&self) -> usize {
        self.count(|item| matches!(item, None | Some(Outcome::Refused(_))))
    }

    /// Place in the file, and why: of the first that were not taken.
    fn bad(&self) -> Vec<(usize, String)> {
        let numbered = self.imported.items.iter().zip(1..);
        let why = numbered.filter_map(|(item, number)| Some((number, self.page.t(why(item.as_ref())?))));
        why.take(SHOWN).collect()
    }

    /// All taken; one of each outcome and each reason, of a withdrawn device; an empty file.
    pub fn samples(page: &Page) -> Vec<Self> {
        let reasons =
            [Reason::Signature, Reason::Key, Reason::Seal, Reason::Content, Reason::Shift, Reason::Old];
        let each = [Some(Outcome::Stored), Some(Outcome::Known), Some(Outcome::Conflict), None];
        let refused = reasons.map(|reason| Some(Outcome::Refused(reason)));
        let of = |withdrawn, items: Vec<_>| {
            let device = "Gate 3, phone 2".to_owned();
            Self { page: page.clone(), imported: Imported { device, withdrawn, items } }
        };
        vec![
            of(false, vec![Some(Outcome::Stored); 12]),
            of(true, each.into_iter().chain(refused).collect()),
            of(false, Vec::new()),
        ]
    }
}

/// Why an item was not taken, as a locale key.
fn why(item: Option<&Outcome>) -> Option<&'static str> {
    match item {
        None => Some("devices-import-why-form"),
        Some(Outcome::Refused(reason)) => Some(match reason {
            Reason::Signature => "devices-import-why-signature",
            Reason::Key => "devices-import-why-key",
            Reason::Seal => "devices-import-why-seal",
            Reason::Content => "devices-import-why-content",
            Reason::Shift => "devices-import-why-shift",
            Reason::Old => "devices-import-why-old",
        }),
        Some(Outcome::Stored | Outcome::Known | Outcome::Conflict) => None,
    }
}

/// `GET /staff/devices/import`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&ImportPage::with(page, &[]))
}

/// `POST /staff/devices/import`
pub async fn upload(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    upload: Upload,
) -> Result<Response, Failure> {
    let Some(file) = upload.file else { return again(page, "devices-import-none") };
    match import::import(&app, By::from(&staff), &file.bytes).await {
        Ok(imported) => page::show(&ImportedPage { page, imported }),
        Err(ImportError::NoFile) => again(page, "devices-import-no-file"),
        Err(ImportError::TooMany) => again(page, "devices-import-too-many"),
        Err(ImportError::Device) => again(page, "devices-import-unknown"),
        Err(error) => Err(error.into()),
    }
}

fn again(page: Page, key: &'static str) -> Result<Response, Failure> {
    page::show_invalid(&ImportPage::with(page, &[key]))
}

impl Problem for ImportError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoFile | Self::TooMany | Self::Device => Kind::INVALID,
            Self::Outbox(error) => error.kind(),
        }
    }
}
