//! `/my-code/why`: what a holder's colour is, since when and until when, on what it rests, by which rule, who stated what,
//! and how it ends. `/rules/{file}`: the rule sets, as anybody reads and runs them.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::colour::{self, Colour, EvidenceKind, published};
use domain::id::kind::{EvidenceId, HolderId};
use domain::{Id, Timestamp};
use rules::set::RuleSet;
use store::rows::appeal::{AppealRow, AppealStage};
use store::rows::decision::DecisionRow;
use store::rows::evidence::Stated;
use store::{StoreError, Tx, call, read};

use crate::App;
use crate::decision::{self, Known};
use crate::evidence::page::what;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Kind};

/// A reason, on what it rests, and how it ends.
#[derive(Clone)]
pub struct Ground {
    /// The code of the reason.
    reason: String,
    /// Of a rule about one piece of evidence: which.
    stated: Option<Fact>,
    /// The codes of how it ends.
    ways_back: Vec<String>,
}

/// What a reason rests on.
#[derive(Clone)]
struct Fact {
    /// What was stated; none: the holder's own declaration.
    stated: Option<Stated>,
    /// When it was so, or was declared.
    at: Timestamp,
    /// The unit that stated or confirmed it.
    unit: Option<String>,
}

/// All that explains a colour. Personal: never printed.
#[derive(Clone)]
pub struct Why {
    row: DecisionRow,
    /// Since when it has been this colour: not before anything was known of the person.
    since: Timestamp,
    grounds: Vec<Ground>,
    /// What the colour becomes by itself, and when.
    then: Option<(Timestamp, Colour)>,
    /// The unit whose evidence made the decision.
    office: Option<String>,
    /// The person's appeals, the newest first.
    appeals: Vec<AppealRow>,
}

/// The page.
#[derive(Template)]
#[template(path = "decision/why.html")]
pub struct WhyPage {
    page: Page,
    why: Why,
}

impl WhyPage {
    fn colour(&self) -> &'static str {
        self.why.row.colour.as_str()
    }

    fn since(&self) -> String {
        self.page.words.date_time(self.why.since)
    }

    fn then(&self) -> Option<String> {
        let (at, colour) = self.why.then?;
        let colour = self.page.t(format!("my-code-colour-{}", colour.as_str()));
        Some(self.page.t2("why-then", "at", self.page.words.date_time(at), "colour", colour))
    }

    fn fact(&self, fact: &Fact) -> String {
        let at = self.page.words.date_time(fact.at);
        match &fact.stated {
            None => self.page.t1("why-declared", "at", at),
            Some(stated) => self.page.t2("why-fact", "what", what(&self.page, stated), "at", at),
        }
    }

    fn reference(fact: &Fact) -> Option<&str> {
        fact.stated.as_ref()?.reference.as_deref()
    }

    fn decided_by(&self) -> String {
        let at = self.page.words.date_time(self.why.row.decided_at);
        match &self.why.office {
            Some(unit) => self.page.t2("why-by-office", "unit", unit, "at", at),
            None => self.page.t1("why-by-rule", "at", at),
        }
    }

    /// The document that the rule set was made from.
    fn set(&self) -> Option<&'static RuleSet> {
        published().iter().find(|set| set.name() == self.why.row.rule_set)
    }

    /// When an appeal was filed, and how it stands.
    fn appeal(&self, row: &AppealRow) -> String {
        let stage = self.page.t(format!("appeal-stage-{}", row.stage.as_str()));
        self.page.t2("why-appeal", "at", self.page.words.date_time(row.filed_at), "stage", stage)
    }

    /// Whether there is something to appeal against, and no appeal waits or was about it.
    fn may_appeal(&self) -> bool {
        let about = |row: &AppealRow| match row.stage {
            AppealStage::Waiting => true,
            AppealStage::Withdrawn => false,
            _ => row.decision == self.why.row.id,
        };
        !self.is_green() && !self.why.appeals.iter().any(about)
    }

    fn is_green(&self) -> bool {
        self.why.row.colour == Colour::Green
    }

    /// Green; declared; a case and a contact by an office; a fever that ends by itself; one from before reasons were kept.
    pub fn samples(page: &Page) -> Vec<Self> {
        sample::all().into_iter().map(|why| Self { page: page.clone(), why }).collect()
    }
}

/// `GET /my-code/why`. Whoever has no code yet is shown how their application stands.
pub async fn why(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    let why = read!(app.store, "decision.why", StoreError, |tx| { explain(tx, &app, holder).await })?;
    page::show(&WhyPage { page, why: why.ok_or(Failure::of(Kind::NOT_FOUND))? })
}

/// What explains the colour of a holder.
async fn explain(tx: &mut Tx, app: &App, holder: HolderId) -> Result<Option<Why>, StoreError> {
    let Some(row) = call!(tx, decision::current(holder))? else { return Ok(None) };
    let known = decision::known(tx, holder).await?;
    let evidence = known.evidence();
    let first = evidence.iter().map(|one| one.at).min();
    let since = row.since.zip(first).map_or(row.decided_at, |(since, first)| since.max(first));
    let now = decision::of(&evidence, app.now()).ok();
    let then = now.filter(|now| now.colour == row.colour).and_then(|now| now.until);
    let set = published().iter().find(|set| set.name() == row.rule_set);
    let mut grounds = Vec::new();
    for fired in row.fired.iter().filter(|fired| fired.decides) {
        let rule = set.and_then(|set| set.rules().iter().find(|rule| rule.id() == fired.rule));
        let Some((set, rule)) = set.zip(rule) else { continue };
        let stated = match fired.evidence {
            Some(id) => fact(tx, id, &known).await?,
            None => None,
        };
        let ways_back = rule.way_back().iter().map(|way| set.way_back_code(*way).to_owned()).collect();
        grounds.push(Ground { reason: rule.reason().to_owned(), stated, ways_back });
    }
    if grounds.is_empty() {
        let bare = |reason: &String| Ground { reason: reason.clone(), stated: None, ways_back: Vec::new() };
        grounds = row.reasons.iter().map(bare).collect();
    }
    let office = match row.unit {
        Some(unit) => call!(tx, evidence::unit_name(unit))?,
        None => None,
    };
    let appeals = call!(tx, appeal::of_holder(holder))?;
    Ok(Some(Why { row, since, grounds, then, office, appeals }))
}

async fn fact(tx: &mut Tx, id: EvidenceId, known: &Known) -> Result<Option<Fact>, StoreError> {
    if let Some(row) = known.rows.iter().find(|row| row.id == id) {
        let unit = call!(tx, evidence::unit_name(row.by.1))?;
        return Ok(Some(Fact { at: row.stated.at, stated: Some(row.stated.clone()), unit }));
    }
    let declaration = known.declaration.as_ref().filter(|row| row.id.as_i64() == id.as_i64());
    Ok(declaration.map(|row| Fact { stated: None, at: row.made_at, unit: None }))
}

/// `GET /rules/{file}`: a rule set as it is published, byte for byte.
pub async fn rule_set(Path(file): Path<String>) -> Result<Response, Failure> {
    let text = file.strip_suffix(".json").and_then(colour::text).ok_or(Failure::of(Kind::NOT_FOUND))?;
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, text).into_response())
}

mod sample {
    use super::{AppealStage, Colour, DecisionRow, EvidenceKind, Fact, Ground, Id, Why};
    use crate::evidence::page::sample::{self, NOW};

    fn row(colour: Colour, reasons: &[&str]) -> DecisionRow {
        DecisionRow {
            id: Id::from_i64(1),
            holder: Id::from_i64(1),
            colour,
            reasons: reasons.iter().map(|code| (*code).to_owned()).collect(),
            rule_set: "hubei-colours-3".to_owned(),
            declaration: None,
            leaf: Id::from_i64(1),
            decided_at: NOW,
            until: None,
            since: Some(NOW),
            fired: Vec::new(),
            unit: None,
            revoked: None,
        }
    }

    fn ground(reason: &str, stated: Option<Fact>, ways_back: &[&str]) -> Ground {
        let ways_back = ways_back.iter().map(|code| (*code).to_owned()).collect();
        Ground { reason: reason.to_owned(), stated, ways_back }
    }

    fn declared() -> Fact {
        Fact { stated: None, at: NOW, unit: None }
    }

    fn office(kind: EvidenceKind) -> Fact {
        let rows = sample::person().known.rows;
        let row = rows.into_iter().find(|row| row.stated.kind() == kind).expect("the sample has it");
        let unit = Some("Health Commission, Wuhan".to_owned());
        Fact { at: row.stated.at, stated: Some(row.stated), unit }
    }

    pub fn all() -> Vec<Why> {
        let soon = NOW.plus(std::time::Duration::from_hours(7 * 24));
        let why = |row, grounds, then, office: Option<&str>| Why {
            row,
            since: NOW,
            grounds,
            then,
            office: office.map(str::to_owned),
            appeals: Vec::new(),
        };
        let green = row(Colour::Green, &["declared_healthy"]);
        let before = DecisionRow {
            rule_set: "first-declaration-1".to_owned(),
            since: None,
            ..row(Colour::Yellow, &["declared_symptoms"])
        };
        let appealed = crate::appeal::page::sample::own(AppealStage::Waiting).row;
        vec![
            Why {
                appeals: vec![appealed],
                ..why(green, vec![ground("declared_healthy", Some(declared()), &[])], None, None)
            },
            why(
                row(Colour::Yellow, &["declared_symptoms"]),
                vec![ground("declared_symptoms", Some(declared()), &["time", "declaration"])],
                Some((soon, Colour::Green)),
                None,
            ),
            why(
                row(Colour::Red, &["confirmed_case", "suspected_case"]),
                vec![
                    ground(
                        "confirmed_case",
                        Some(office(EvidenceKind::CaseContact)),
                        &["recovery", "correction"],
                    ),
                    ground("suspected_case", Some(office(EvidenceKind::CaseSuspected)), &["recovery"]),
                ],
                None,
                Some("Health Commission, Wuhan"),
            ),
            why(
                row(Colour::None, &["fever_elsewhere"]),
                vec![ground(
                    "fever_elsewhere",
                    Some(office(EvidenceKind::TemperatureReport)),
                    &["time", "test_result"],
                )],
                Some((soon, Colour::Green)),
                Some("Health Commission, Wuhan"),
            ),
            why(before, vec![ground("declared_symptoms", None, &[])], None, None),
        ]
    }
}
