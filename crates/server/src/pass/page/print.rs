//! `/my-code/print`: the pass for paper, and for a browser without script; and the same as a file.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use credential::to_text;
use paper::{Code, Size};

use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Kind};
use crate::pass::card::{Card, languages};
use crate::pass::issue::{self, Issued};
use crate::pass::paper as printing;
use crate::words::Words;

/// What the page shows.
#[derive(Template)]
#[template(path = "pass/print.html")]
pub struct PrintPage {
    page: Page,
    card: Option<(Card, String)>,
}

const SAMPLE: &str = "TX1:RRQT 9O60GO0U8AMNJJ-P-VL8CKGBF.70+M8RW5PF8DF3/T2600DF3VI0JCOS49TK404DGWL9AUFGWDIK";

impl PrintPage {
    /// Before printing; with a card; with a card of which day and month of birth are not known.
    pub fn samples(page: &Page) -> Vec<Self> {
        let svg = || Code::of(SAMPLE).expect("a sample fits").svg(&page.t("paper-code"));
        let card = |day, month| Some((Card::sample(day, month), svg()));
        let cards = [None, card(31, 8), card(0, 8), card(0, 0)];
        cards.into_iter().map(|card| Self { page: page.clone(), card }).collect()
    }

    /// The words of the card, which are Chinese and the page's: an inspector reads them too.
    fn each(&self) -> Vec<Words> {
        languages(self.page.words.0).into_iter().map(Words).collect()
    }

    fn sizes() -> [&'static str; 2] {
        Size::ALL.map(Size::as_str)
    }
}

fn drawn(issued: &Issued, page: &Page) -> Option<(Card, String)> {
    let code = Code::of(&to_text(&issued.signed)).ok()?;
    Some((Card::of(issued)?, code.svg(&page.t("paper-code"))))
}

/// `GET /my-code/print`: the printed pass that is good now, the same at each reload.
pub async fn show(State(app): State<App>, device: Device, page: Page) -> Result<Response, Failure> {
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    let card = match issue::printed_now(&app, holder).await? {
        None => None,
        Some(issued) => Some(drawn(&issued, &page).ok_or(Failure::of(Kind::INTERNAL))?),
    };
    page::show(&PrintPage { page, card })
}

/// `POST /my-code/print`: a new one; the one before stops being good.
pub async fn issue(
    State(app): State<App>,
    device: Device,
    _checked: crate::http::Fields,
) -> Result<Redirect, Failure> {
    issue::printed(&app, &device).await?;
    Ok(Redirect::to("/my-code/print"))
}

/// `GET /my-code/print/a6.pdf` and `…/a4.pdf`: the printed pass that is good now, as a file to save or to print.
pub async fn pdf(
    State(app): State<App>,
    device: Device,
    page: Page,
    Path(paper): Path<String>,
) -> Result<Response, Failure> {
    let wanted = |size: &Size| paper.strip_suffix(".pdf") == Some(size.as_str());
    let size = Size::ALL.into_iter().find(wanted).ok_or(Failure::of(Kind::NOT_FOUND))?;
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    let Some(issued) = issue::printed_now(&app, holder).await? else {
        return Ok(Redirect::to("/my-code/print").into_response());
    };
    let file = printing::pdf(&issued, size, &languages(page.words.0), &page.hotline)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        // Whose pass it is stands in no name: files are sent on, and shown in lists.
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"tongxing-pass-{}.pdf\"", size.as_str()),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, file).into_response())
}
