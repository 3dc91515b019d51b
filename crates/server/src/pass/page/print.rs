//! `/my-code/print`: the pass for paper, and for a browser without script. It shows no colour: it has to be
//! scanned, and the document compared.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use credential::{Pass, to_text};
use domain::Timestamp;

use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Kind};
use crate::pass::issue::{self, Issued};
use crate::pass::qr;

/// What the page shows.
#[derive(Template)]
#[template(path = "pass/print.html")]
pub struct PrintPage {
    page: Page,
    card: Option<Card>,
}

/// The pass as it stands on paper: what is in its code, and nothing else.
struct Card {
    svg: String,
    initials: String,
    day: u8,
    month: u8,
    document: &'static str,
    last_four: String,
    until: Timestamp,
}

const SAMPLE: &str = "TX1:RRQT 9O60GO0U8AMNJJ-P-VL8CKGBF.70+M8RW5PF8DF3/T2600DF3VI0JCOS49TK404DGWL9AUFGWDIK";

impl PrintPage {
    /// Before printing; with a card; with a card of which day and month of birth are not known.
    pub fn samples(page: &Page) -> Vec<Self> {
        let card = |day, month| Card {
            svg: qr::svg(SAMPLE, &page.t("print-qr")).expect("a sample fits"),
            initials: "AME".to_owned(),
            day,
            month,
            document: "passport",
            last_four: "02C3".to_owned(),
            until: Timestamp::from_seconds(1_796_644_800),
        };
        let cards = [None, Some(card(31, 8)), Some(card(0, 8)), Some(card(0, 0))];
        cards.into_iter().map(|card| Self { page: page.clone(), card }).collect()
    }
}

impl Card {
    fn of(issued: &Issued, page: &Page) -> Option<Self> {
        let pass = Pass::parse(&issued.signed).ok()?;
        let claims = pass.claims();
        Some(Self {
            svg: qr::svg(&to_text(&issued.signed), &page.t("print-qr")).ok()?,
            initials: claims.initials.to_owned(),
            day: claims.birth.day,
            month: claims.birth.month,
            document: claims.document.as_str(),
            last_four: claims.last_four.to_owned(),
            until: issued.expires_at,
        })
    }

    fn birthday(&self, page: &Page) -> String {
        match (self.day, self.month) {
            (_, 0) => page.t("print-birthday-unknown"),
            (0, month) => page.t(format!("month-{month}")),
            (day, month) => page.t2("print-day-month", "day", day, "month", page.t(format!("month-{month}"))),
        }
    }

    /// The year is written out: paper outlives the screen.
    fn until(&self, page: &Page) -> String {
        page.t2(
            "print-until-year",
            "date",
            page.words.date_time(self.until),
            "year",
            self.until.local().year(),
        )
    }
}

/// `GET /my-code/print`: the printed pass that is good now, the same at each reload.
pub async fn show(State(app): State<App>, device: Device, page: Page) -> Result<Response, Failure> {
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    let card = match issue::printed_now(&app, holder).await? {
        None => None,
        Some(issued) => Some(Card::of(&issued, &page).ok_or(Failure::of(Kind::INTERNAL))?),
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
