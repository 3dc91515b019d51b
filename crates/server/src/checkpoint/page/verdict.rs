//! The verdict, full screen: colour, shape and word, then the reasons, then what to compare.

use askama::Template;
use credential::{
    BirthDay, DocumentKind, Format, Observed, Reason, Scope, Seconds, THRESHOLD, Temperature, Verdict,
};
use store::rows::checkpoint::Counts;

use super::gate::Gate;
use super::second::{Second, sites};
use crate::checkpoint::abuse;
use crate::checkpoint::inspect::{Finding, Items, LookUp, Source};
use crate::checkpoint::temperature;
use crate::http::fields::FieldErrors;
use crate::http::page::Page;
use crate::recognition::national::Unavailable;

/// Day and month of birth, as far as the document has them.
pub fn birthday(page: &Page, birth: BirthDay) -> String {
    let month = |page: &Page| page.t(format!("month-{}", birth.month));
    match (birth.day, birth.month) {
        (_, 0) => page.t("check-birthday-unknown"),
        (0, _) => month(page),
        (day, _) => page.t2("check-birthday-date", "day", day, "month", month(page)),
    }
}

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
    /// Where a traveller whose code is for entry only applies for the local one.
    apply: String,
    gate: Gate,
    /// Names this check, and the next one.
    check: String,
    /// Ties this check's forms to the scan (`plain::bond`).
    bond: String,
    next: String,
    /// Where the temperature was taken.
    site: String,
    /// The form of the second reading, after a first one that is abnormal.
    second: Option<Second>,
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
        let [apply, check, bond, next, site] = [const { String::new() }; 5];
        let (page, gate, second) = (page.with_form(), Gate::default(), None);
        Self {
            page,
            finding,
            observed,
            errors,
            typed,
            text,
            scanned,
            apply,
            gate,
            check,
            bond,
            next,
            site,
            second,
        }
    }

    /// Says in which shift, and names this check and the next one; `bond` ties this check's forms to its scan.
    #[must_use]
    pub fn with_shift(self, gate: Gate, check: String, bond: String, next: String) -> Self {
        Self { gate, check, bond, next, ..self }
    }

    /// Says where the temperature was taken; an abnormal one asks for a second.
    #[must_use]
    pub fn with_reading(self, site: String, second: Option<Second>) -> Self {
        Self { site, second, ..self }
    }

    /// What the shift counts with this check.
    pub fn set_counts(&mut self, counts: Counts) {
        self.gate.set_counts(counts);
    }

    /// Whether a reading was typed that is normal.
    pub fn is_normal(&self) -> bool {
        self.observed.temperature.is_some_and(|reading| reading < self.observed.threshold)
    }

    /// The mark of what was scanned, by which one code at two checkpoints is noticed.
    pub fn mark(&self) -> [u8; 8] {
        abuse::mark(&self.finding, &self.text)
    }

    fn sites(&self) -> Vec<(String, String)> {
        sites(&self.page)
    }

    /// Says where travellers apply for the local code.
    #[must_use]
    pub fn with_local_code(mut self, address: String) -> Self {
        self.apply = address;
        self
    }

    /// What came of the check.
    pub fn finding(&self) -> &Finding {
        &self.finding
    }

    /// Whether the verdict is for entering the province only.
    fn for_entry(&self) -> bool {
        self.finding.scope == Scope::Entry
    }

    /// That it is for entering only is said where somebody may enter.
    fn says_for_entry(&self) -> bool {
        self.for_entry() && self.finding.verdict != Verdict::Stop
    }

    /// The address to apply at, as somebody would type it.
    fn apply_shown(&self) -> &str {
        self.apply.split_once("://").map_or(self.apply.as_str(), |(_, rest)| rest)
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
        let words = match (self.finding.source, reason) {
            (Source::Short(LookUp::Unknown), Reason::Unreadable) => "check-reason-short-unknown".to_owned(),
            (Source::Short(LookUp::Over), Reason::Unreadable) => "check-reason-short-over".to_owned(),
            (Source::Short(LookUp::Away), Reason::ShortCode) => "check-reason-short-away".to_owned(),
            _ if self.for_entry() => self.entry_words(*reason),
            _ => reason_words(*reason),
        };
        match reason {
            Reason::Temperature => {
                let reading = self.observed.temperature.map(temperature::show).unwrap_or_default();
                let threshold = temperature::show(self.observed.threshold);
                self.page.t2(words, "reading", reading, "threshold", threshold)
            }
            _ => self.page.t(words),
        }
    }

    /// The locale key for a code of others, whose holder has no page of ours to open again.
    fn entry_words(&self, reason: Reason) -> String {
        match reason {
            Reason::NationalUnavailable if self.finding.unavailable == Some(Unavailable::Off) => {
                "entry-reason-national-off".to_owned()
            }
            Reason::Unreadable
            | Reason::KeyInvalid
            | Reason::Issuer
            | Reason::Expired
            | Reason::NotYetValid
            | Reason::Withdrawn
            | Reason::Red
            | Reason::Yellow
            | Reason::NoColour
            | Reason::Picture
            | Reason::MatchDocument => format!("entry-reason-{}", reason.as_str().replace('_', "-")),
            _ => reason_words(reason),
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
        birthday(&self.page, *birth)
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
            document: Some(DocumentKind::Passport),
            last_four: Some("02C3".to_owned()),
        };
        let sample = |reasons: Vec<Reason>, items: Option<Items>, reading| {
            let verdict = reasons.iter().map(|reason| reason.verdict()).max().unwrap_or(Verdict::Pass);
            let observed = Observed { temperature: reading, ..Observed::default() };
            let (scope, source) = (Scope::Full, Source::Ours);
            let finding = Finding { verdict, reasons, items, scope, source, unavailable: None, pass: None };
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
            all.push(sample(vec![], Some(Items { birth, document: Some(document), ..items.clone() }), None));
        }
        let for_entry = |mut page: Self, source, unavailable| {
            page.finding = Finding { scope: Scope::Entry, source, unavailable, ..page.finding };
            page.with_local_code("https://code.example/apply".to_owned())
        };
        let bare = Items { document: None, last_four: None, ..items.clone() };
        all.push(for_entry(sample(vec![], Some(items.clone()), None), Source::National, None));
        all.push(for_entry(sample(vec![], Some(bare), None), Source::Foreign(Format::Hcert), None));
        for &reason in Reason::ALL {
            all.push(for_entry(sample(vec![reason], None, None), Source::National, None));
        }
        let off = sample(vec![Reason::NationalUnavailable], None, None);
        all.push(for_entry(off, Source::National, Some(Unavailable::Off)));
        for (looked_up, reason) in [
            (LookUp::Found, Reason::ShortCode),
            (LookUp::Unknown, Reason::Unreadable),
            (LookUp::Over, Reason::Unreadable),
            (LookUp::Away, Reason::ShortCode),
        ] {
            let mut short = sample(vec![reason], (looked_up == LookUp::Found).then(|| items.clone()), None);
            short.finding.source = Source::Short(looked_up);
            all.push(short);
        }
        let mut wrong = sample(vec![], Some(items), None);
        for key in ["check-temperature-form", "check-temperature-range"] {
            wrong.errors.add("temperature", page.t2(key, "lowest", "34.0", "highest", "43.0"));
        }
        all.push(wrong);
        for gate in Gate::samples(page) {
            let second = Second { first: "378".to_owned(), asks_document: true, ..Second::default() };
            let hot = sample(vec![Reason::Temperature], None, Some(Temperature(378)));
            all.push(
                hot.with_shift(gate, String::new(), String::new(), String::new())
                    .with_reading(String::new(), Some(second)),
            );
        }
        all
    }
}

/// The locale key of a reason's words, which help shows too.
pub fn reason_words(reason: Reason) -> String {
    format!("check-reason-{}", reason.as_str().replace('_', "-"))
}
