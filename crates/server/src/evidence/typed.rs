//! A fact as somebody typed or sent it, and what it says: the same reading for the page, files and programs, so that no way
//! in takes what another refuses.

use domain::Timestamp;
use domain::colour::{EvidenceKind, EvidenceSource, Fact, TestMethod, TestOutcome};
use store::rows::evidence::Stated;

use super::propose::by_hand;
use crate::casework::case::TEXT_LENGTH;
use crate::casework::page::readable;
use crate::casework::when;
use crate::words::Words;

/// The longest reference.
pub const REFERENCE_LENGTH: usize = 100;
/// How times are written in files: in Asia/Shanghai.
pub const FILE_TIME: &str = "2026-11-23 20:00";
/// How programs write times: RFC 3339.
pub const API_TIME: &str = "2026-11-23T20:00:00+08:00";

/// What was typed. Personal: never printed.
#[derive(Default, Clone)]
pub struct Typed {
    /// The kind of fact.
    pub kind: String,
    /// What a test found.
    pub result: String,
    /// How it was tested.
    pub method: String,
    /// When it was so.
    pub at: String,
    /// Until when it counts.
    pub until: String,
    /// Where it stands in writing.
    pub reference: String,
    /// For whoever confirms it.
    pub note: String,
}

impl Typed {
    /// Takes each text by its name.
    pub fn of<'a>(get: impl Fn(&str) -> &'a str) -> Self {
        let text = |name| get(name).trim().to_owned();
        Self {
            kind: text("kind"),
            result: text("result"),
            method: text("method"),
            at: text("at"),
            until: text("until"),
            reference: text("reference"),
            note: readable(get("note")),
        }
    }

    /// What it says, or every mistake.
    pub fn read(&self, source: EvidenceSource, now: Timestamp) -> Result<Stated, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let fact = self.fact(&mut wrong);
        let at = moment(source, &self.at);
        match at {
            None => wrong.push(Wrong::At),
            Some(at) if at > now => wrong.push(Wrong::Future),
            Some(_) => {}
        }
        let until = if self.until.is_empty() { None } else { Some(moment(source, &self.until)) };
        if let Some(until) = until
            && until.is_none_or(|until| at.is_some_and(|at| until <= at))
        {
            wrong.push(Wrong::Until);
        }
        if self.reference.is_empty() {
            wrong.push(Wrong::NoReference);
        } else if self.reference.chars().count() > REFERENCE_LENGTH {
            wrong.push(Wrong::LongReference);
        }
        if self.note.chars().count() > TEXT_LENGTH {
            wrong.push(Wrong::LongNote);
        }
        match (fact, at) {
            (Some(fact), Some(at)) if wrong.is_empty() => Ok(Stated {
                fact,
                reference: Some(self.reference.clone()),
                threshold: None,
                source,
                at,
                until: until.flatten(),
            }),
            _ => Err(wrong),
        }
    }

    fn fact(&self, wrong: &mut Vec<Wrong>) -> Option<Fact> {
        let fact = match EvidenceKind::from_name(&self.kind) {
            Some(EvidenceKind::CaseConfirmed) => Fact::CaseConfirmed,
            Some(EvidenceKind::CaseSuspected) => Fact::CaseSuspected,
            Some(EvidenceKind::CaseContact) => Fact::CaseContact,
            Some(EvidenceKind::CaseAsymptomatic) => Fact::CaseAsymptomatic,
            Some(EvidenceKind::IsolationEnd) => Fact::IsolationEnd,
            Some(EvidenceKind::Recovery) => Fact::Recovery,
            Some(EvidenceKind::TestResult) => return self.test(wrong),
            Some(EvidenceKind::Declaration | EvidenceKind::TemperatureReport) | None => {
                wrong.push(Wrong::Kind);
                return None;
            }
        };
        // A result beside another kind: which of the two was meant is not guessed.
        if !self.result.is_empty() || !self.method.is_empty() {
            wrong.push(Wrong::NoTest);
        }
        Some(fact)
    }

    fn test(&self, wrong: &mut Vec<Wrong>) -> Option<Fact> {
        let (result, method) = (TestOutcome::from_name(&self.result), TestMethod::from_name(&self.method));
        if result.is_none() {
            wrong.push(Wrong::Result);
        }
        if method.is_none() {
            wrong.push(Wrong::Method);
        }
        Some(Fact::TestResult { result: result?, method: method? })
    }
}

/// People write the time of their clock. A program's time says of which zone it is.
fn moment(source: EvidenceSource, text: &str) -> Option<Timestamp> {
    if source != EvidenceSource::Api {
        return when::moment(text);
    }
    let at: jiff::Timestamp = text.parse().ok()?;
    (at.as_microsecond() >= 0).then(|| Timestamp::from_micros(at.as_microsecond()))
}

/// One thing wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is no kind of fact that is stated by hand.
    Kind,
    /// It is no result of a test.
    Result,
    /// It is no method of a test.
    Method,
    /// A result or a method beside another kind than a test.
    NoTest,
    /// When it was so cannot be read.
    At,
    /// It is still to come.
    Future,
    /// The end cannot be read, or does not come after it was so.
    Until,
    /// There is no reference.
    NoReference,
    /// The reference is too long.
    LongReference,
    /// The note is too long.
    LongNote,
}

impl Wrong {
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Kind => ("kind", "kind.unknown"),
            Self::Result => ("result", "result.unknown"),
            Self::Method => ("method", "method.unknown"),
            Self::NoTest => ("result", "result.no_test"),
            Self::At => ("at", "at.unreadable"),
            Self::Future => ("at", "at.future"),
            Self::Until => ("until", "until.not_after"),
            Self::NoReference => ("reference", "reference.empty"),
            Self::LongReference => ("reference", "reference.too_long"),
            Self::LongNote => ("note", "note.too_long"),
        }
    }

    /// The field: of the form, the file and the API alike.
    pub const fn field(self) -> &'static str {
        self.parts().0
    }

    /// A stable code for programs.
    pub const fn code(self) -> &'static str {
        self.parts().1
    }

    /// What is wrong and how to mend it on the page.
    pub fn message(self, words: Words) -> String {
        let key = match self {
            Self::Kind => "evidence-error-kind",
            Self::Result => "evidence-error-result",
            Self::Method => "evidence-error-method",
            Self::NoTest => "evidence-error-no-test",
            Self::At => "evidence-error-at",
            Self::Future => "evidence-error-future",
            Self::Until => "evidence-error-until",
            Self::NoReference => "evidence-error-reference",
            Self::LongReference => return words.t1("case-error-long", "length", REFERENCE_LENGTH),
            Self::LongNote => return words.t1("case-error-long", "length", TEXT_LENGTH),
        };
        words.t(key)
    }

    /// The same where nothing is chosen from a list, with times written like `time`.
    pub fn written(self, words: Words, time: &str) -> String {
        let known = |key, names: &[&str]| words.t1(key, "known", names.join(", "));
        match self {
            Self::Kind => {
                let kinds: Vec<_> = by_hand().map(EvidenceKind::as_str).collect();
                known("evidence-wrong-kind", &kinds)
            }
            Self::Result => known("evidence-wrong-result", TestOutcome::NAMES),
            Self::Method => known("evidence-wrong-method", TestMethod::NAMES),
            Self::NoTest => words.t("evidence-wrong-no-test"),
            Self::At => words.t1("evidence-wrong-at", "time", time),
            Self::Until => words.t1("evidence-wrong-until", "time", time),
            _ => self.message(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_435_200);

    fn contact(at: &str) -> Typed {
        let (kind, reference) = ("case_contact".to_owned(), "2026-117".to_owned());
        Typed { kind, at: at.to_owned(), reference, ..Typed::default() }
    }

    #[test]
    fn people_write_the_time_of_their_clock_and_programs_say_the_zone() {
        let read = |source, at| contact(at).read(source, NOW).map(|stated| stated.at);
        let (file, api) = (EvidenceSource::Import, EvidenceSource::Api);
        assert_eq!(read(file, FILE_TIME), Ok(NOW));
        assert_eq!(read(api, API_TIME), Ok(NOW));
        assert_eq!(read(api, "2026-11-23T12:00:00Z"), Ok(NOW));
        assert_eq!(read(api, FILE_TIME), Err(vec![Wrong::At]), "nobody knows of which zone");
        assert_eq!(read(file, API_TIME), Err(vec![Wrong::At]), "the zone would be passed over");
        assert_eq!(read(api, "2026-11-23T12:00:01Z"), Err(vec![Wrong::Future]));
        assert_eq!(read(api, "1969-12-31T00:00:00Z"), Err(vec![Wrong::At]));
    }

    #[test]
    fn every_mistake_is_found_at_once() {
        use Wrong::{At, LongNote, Method, NoReference, Result, Until};

        let typed = Typed {
            kind: "test_result".to_owned(),
            until: "x".to_owned(),
            note: "é".repeat(TEXT_LENGTH + 1),
            ..Typed::default()
        };
        let wrong = typed.read(EvidenceSource::Import, NOW).err();
        assert_eq!(wrong, Some(vec![Result, Method, At, Until, NoReference, LongNote]));
    }
}
