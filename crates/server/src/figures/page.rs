//! `/figures` for people, `/figures.json` for whoever computes with them.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::Timestamp;
use domain::colour::Colour;

use super::current::{APPLICATION_DAYS, Applications, Count, DAYS, Day, Figures, Log, Set, Shown};
use super::hide::{InTime, LEAST};
use crate::App;
use crate::http::Failure;
use crate::http::page::{self, Page};

/// What the page shows.
#[derive(Template)]
#[template(path = "figures/figures.html")]
pub struct FiguresPage {
    page: Page,
    figures: Arc<Figures>,
    /// Where people reach the service.
    origin: String,
}

impl FiguresPage {
    fn least() -> i64 {
        LEAST
    }

    fn days() -> i64 {
        DAYS
    }

    fn application_days() -> i64 {
        APPLICATION_DAYS
    }

    fn last_day(&self) -> &str {
        &self.figures.applications.days[1]
    }

    fn number(&self, number: Option<i64>) -> String {
        number.map_or_else(|| self.page.t1("figures-fewer", "least", LEAST), |number| number.to_string())
    }

    fn share(&self) -> String {
        match self.figures.applications.in_time {
            InTime::Unknown => self.page.t("figures-share-unknown"),
            InTime::Few => self.page.t1("figures-fewer", "least", LEAST),
            InTime::AlmostAll => self.page.t1("figures-share-almost", "least", LEAST),
            InTime::Percent(percent) => self.page.t1("figures-percent", "percent", percent),
        }
    }

    fn took(&self, minutes: Option<u64>) -> String {
        match minutes {
            None => self.page.t("figures-share-unknown"),
            Some(minutes) if minutes <= 120 => self.page.t1("figures-minutes", "minutes", minutes),
            Some(minutes) => self.page.t1("figures-hours", "hours", minutes / 60),
        }
    }

    fn set_in_force(&self) -> Option<&Set> {
        self.figures.rule_sets.iter().find(|set| set.in_force)
    }

    fn day(&self, seconds: i64) -> String {
        self.page.words.day(Timestamp::from_seconds(seconds).local_date())
    }

    fn set_days(&self, set: &Set) -> String {
        let from = self.day(set.from);
        match set.until {
            // The end no longer belongs to it.
            Some(until) => self.page.t2("figures-set-days", "from", from, "until", self.day(until - 1)),
            None => self.page.t1("figures-set-from", "from", from),
        }
    }

    fn command(&self) -> String {
        format!("tongxing log verify {}/log --key KEY", self.origin)
    }

    fn counted_at(&self) -> String {
        self.page.words.date_time(Timestamp::from_seconds(self.figures.counted_at))
    }

    /// Nothing decided yet; much, with what is left out; two rule sets on a day, and an application or two.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |figures| Self {
            page: page.clone(),
            figures: Arc::new(figures),
            origin: "https://code.example.cn".to_owned(),
        };
        sample().into_iter().map(of).collect()
    }
}

/// `GET /figures`
pub async fn show(State(app): State<App>, page: Page, shown: Shown) -> Result<Response, Failure> {
    let figures = shown.figures(&app).await?;
    page::show(&FiguresPage { page, figures, origin: app.settings.public_origin.clone() })
}

/// `GET /figures.json`
pub async fn file(State(app): State<App>, shown: Shown) -> Result<Response, Failure> {
    let figures = shown.figures(&app).await?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], Json(&*figures)).into_response())
}

fn sample() -> [Figures; 3] {
    let set = |name: &str, from: i64, until: Option<i64>| Set {
        name: name.to_owned(),
        from,
        until,
        in_force: until.is_none(),
        document: "关于湖北健康码转换规则的通告".to_owned(),
        issuer: "武汉市新冠肺炎疫情防控指挥部".to_owned(),
        date: "2020-04-01".to_owned(),
        place: "https://example.org/notice".to_owned(),
    };
    let few = Applications {
        days: ["2026-11-17".to_owned(), "2026-11-23".to_owned()],
        decided: None,
        in_time: InTime::Unknown,
        median_minutes: None,
        p95_minutes: None,
        late_now: None,
    };
    let empty = Figures {
        counted_at: 1_795_501_200,
        least: LEAST,
        decisions: Vec::new(),
        applications: few.clone(),
        rule_sets: vec![set("hubei-colours-3", 1_585_670_400, None)],
        log: None,
    };
    let count = |colour, reasons: &[&str], decisions| Count {
        colour,
        reasons: reasons.iter().map(|code| (*code).to_owned()).collect(),
        decisions,
    };
    let day = |day: &str, rule_set: &str, counts, others_not_shown| Day {
        day: day.to_owned(),
        rule_set: rule_set.to_owned(),
        counts,
        others_not_shown,
    };
    let many = vec![
        count(Colour::Green, &["declared_healthy"], 4_210),
        count(Colour::Yellow, &["declared_symptoms"], 118),
        count(Colour::Red, &["confirmed_case", "fever_wuhan"], 14),
    ];
    let much = Figures {
        decisions: vec![
            day("2026-11-23", "hubei-colours-3", many.clone(), true),
            day("2026-11-22", "hubei-colours-3", Vec::new(), true),
            day("2026-11-21", "hubei-colours-3", many.clone(), false),
        ],
        applications: Applications {
            decided: Some(4_210),
            in_time: InTime::Percent(99),
            median_minutes: Some(1),
            p95_minutes: Some(1_020),
            late_now: Some(12),
            ..few.clone()
        },
        rule_sets: vec![
            set("hubei-colours-2", 1_583_769_600, Some(1_585_670_400)),
            set("hubei-colours-3", 1_585_670_400, None),
        ],
        log: Some(Log {
            size: 81_231,
            checkpoint: "code.example/log\n81231\nhWN2Yd0…\n\n— code.example/log mH2aM3…\n".to_owned(),
        }),
        ..empty.clone()
    };
    let two = Figures {
        decisions: vec![
            day("2026-11-23", "hubei-colours-2", many.clone(), false),
            day("2026-11-23", "hubei-colours-3", many, true),
        ],
        applications: Applications { decided: Some(31), in_time: InTime::AlmostAll, ..few },
        rule_sets: Vec::new(),
        ..empty.clone()
    };
    [empty, much, two]
}
