//! The verdict, full screen: colour, shape and word, then the reasons, then what to compare.

use askama::Template;
use credential::{BirthDay, DocumentKind, Observed, Reason, Seconds, THRESHOLD, Temperature, Verdict};

use crate::checkpoint::inspect::{Finding, Items};
use crate::checkpoint::temperature;
use crate::http::fields::FieldErrors;
use crate::http::page::Page;

/// The page after a scan.
#[derive(Template)]
#[template(path = "checkpoint/verdict.html")]
pub struct VerdictPage {
    page: Page,
    finding: Finding,
    observed: Observed,
    errors: FieldErrors,
    /// What stands in the temperature's field.
    typed: String,
    /// The scanned text, for the forms that judge it again.
    text: String,
    /// As of when it was judged.
    scanned: Seconds,
}

impl VerdictPage {
    /// The page of a finding.
    pub fn new(
        page: Page,
        finding: Finding,
        observed: Observed,
        errors: FieldErrors,
        typed: String,
        text: String,
        scanned: Seconds,
    ) -> Self {
        Self { page: page.with_form(), finding, observed, errors, typed, text, scanned }
    }

    /// The verdict's word: `pass`, `check` or `stop`; part of class names and locale keys.
    pub fn word(&self) -> &'static str {
        match self.finding.verdict {
            Verdict::Pass => "pass",
            Verdict::Check => "check",
            Verdict::Stop => "stop",
        }
    }

    /// The reasons' codes, for the log line.
    pub fn reason_words(&self) -> String {
        let words: Vec<&str> = self.finding.reasons.iter().map(|reason| reason.as_str()).collect();
        words.join(",")
    }

    /// Whether what was typed has to be corrected.
    pub fn is_invalid(&self) -> bool {
        !self.errors.is_empty()
    }

    /// What a reason means and what to do about it.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn reason(&self, reason: &Reason) -> String {
        let words = reason_words(*reason);
        match reason {
            Reason::Temperature => {
                let reading = self.observed.temperature.map(temperature::show).unwrap_or_default();
                let threshold = temperature::show(self.observed.threshold);
                self.page.t2(words, "reading", reading, "threshold", threshold)
            }
            _ => self.page.t(words),
        }
    }

    /// A reading below the threshold, which changes nothing but is said back.
    fn normal_reading(&self) -> Option<String> {
        let reading = self.observed.temperature.filter(|&reading| reading < self.observed.threshold)?;
        let threshold = temperature::show(self.observed.threshold);
        Some(self.page.t2(
            "check-temperature-normal",
            "reading",
            temperature::show(reading),
            "threshold",
            threshold,
        ))
    }

    /// Whether comparing the document is what is missing.
    fn asks_for_document(&self) -> bool {
        self.finding.reasons.contains(&Reason::MatchDocument)
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn birthday(&self, birth: &BirthDay) -> String {
        let month = |page: &Page| page.t(format!("month-{}", birth.month));
        match (birth.day, birth.month) {
            (_, 0) => self.page.t("check-birthday-unknown"),
            (0, _) => month(&self.page),
            (day, _) => self.page.t2("check-birthday-date", "day", day, "month", month(&self.page)),
        }
    }

    /// The field of the next scan stands beside this one's: what is wrong here is not wrong there.
    #[allow(clippy::unused_self, reason = "templates call methods")]
    fn no_errors(&self) -> FieldErrors {
        FieldErrors::default()
    }

    fn threshold(&self) -> String {
        temperature::show(self.observed.threshold)
    }

    /// Each verdict, each reason, a reading, an error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let items = Items {
            initials: "AE".to_owned(),
            birth: BirthDay { day: 12, month: 8 },
            document: DocumentKind::Passport,
            last_four: "02C3".to_owned(),
        };
        let sample = |reasons: Vec<Reason>, items: Option<Items>, reading| {
            let verdict = reasons.iter().map(|reason| reason.verdict()).max().unwrap_or(Verdict::Pass);
            let observed = Observed { temperature: reading, ..Observed::default() };
            let finding = Finding { verdict, reasons, items };
            let (errors, text) = (FieldErrors::default(), "TX1:SAMPLE".to_owned());
            Self::new(page.clone(), finding, observed, errors, String::new(), text, 0)
        };
        let mut all = vec![
            sample(vec![], Some(items.clone()), Some(Temperature(366))),
            sample(vec![Reason::Temperature], Some(items.clone()), Some(THRESHOLD)),
            sample(vec![Reason::MatchDocument], Some(items.clone()), None),
        ];
        all.extend(Reason::ALL.iter().map(|&reason| sample(vec![reason], None, None)));
        for (document, birth) in [
            (DocumentKind::HkMacaoPermit, BirthDay { day: 0, month: 0 }),
            (DocumentKind::TaiwanPermit, BirthDay { day: 0, month: 5 }),
        ] {
            all.push(sample(vec![], Some(Items { birth, document, ..items.clone() }), None));
        }
        let mut wrong = sample(vec![], Some(items), None);
        for key in ["check-temperature-form", "check-temperature-range"] {
            wrong.errors.add("temperature", page.t2(key, "lowest", "34.0", "highest", "43.0"));
        }
        all.push(wrong);
        all
    }
}

/// The locale key of a reason's words, which help shows too.
pub fn reason_words(reason: Reason) -> String {
    format!("check-reason-{}", reason.as_str().replace('_', "-"))
}
