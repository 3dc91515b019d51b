//! What stands on a printed pass, as words: what is in its code, and nothing else. It shows no colour: it has to be
//! scanned, and the document compared.

use credential::Pass;
use domain::Timestamp;

use super::issue::Issued;
use crate::words::{Language, Words};

/// The items of a printed pass.
pub struct Card {
    /// The initials.
    pub initials: String,
    /// Day of birth, 0 where the document does not say.
    pub day: u8,
    /// Month of birth, 0 where the document does not say.
    pub month: u8,
    /// The kind of document, as its locale keys end.
    pub document: &'static str,
    /// The last four characters of its number.
    pub last_four: String,
    /// Until when it is good.
    pub until: Timestamp,
}

impl Card {
    /// The items of a pass; `None` if its bytes are no pass, which is a bug.
    pub fn of(issued: &Issued) -> Option<Self> {
        let pass = Pass::parse(&issued.signed).ok()?;
        let claims = pass.claims();
        Some(Self {
            initials: claims.initials.to_owned(),
            day: claims.birth.day,
            month: claims.birth.month,
            document: claims.document.as_str(),
            last_four: claims.last_four.to_owned(),
            until: issued.expires_at,
        })
    }

    /// Day and month of birth in words.
    pub fn birthday(&self, words: Words) -> String {
        match (self.day, self.month) {
            (_, 0) => words.t("paper-birthday-unknown"),
            (0, month) => words.t(&format!("month-{month}")),
            (day, month) => {
                let month = words.t(&format!("month-{month}"));
                words.t2("paper-birthday-date", "day", day, "month", month)
            }
        }
    }

    /// The kind of document in words.
    pub fn kind(&self, words: Words) -> String {
        words.t(&format!("paper-document-{}", self.document))
    }

    /// Until when it is good. The year is written out: paper outlives the screen.
    pub fn until(&self, words: Words) -> String {
        let at = self.until.local();
        let values = [
            ("day", at.day().to_string()),
            ("month", words.t(&format!("month-{}", at.month()))),
            ("year", at.year().to_string()),
            ("time", format!("{:02}:{:02}", at.hour(), at.minute())),
        ];
        words.with("paper-until-date", &values)
    }

    /// Before any pass is issued: for samples and tests.
    pub fn sample(day: u8, month: u8) -> Self {
        Self {
            initials: "AME".to_owned(),
            day,
            month,
            document: "passport",
            last_four: "02C3".to_owned(),
            until: Timestamp::from_seconds(1_796_644_800),
        }
    }
}

/// The languages of a printed pass: Chinese, for whoever checks it, and the holder's.
pub fn languages(of_holder: Language) -> Vec<Language> {
    let own = Some(of_holder).filter(|own| *own != Language::ZhHans);
    std::iter::once(Language::ZhHans).chain(own).collect()
}
