//! What health officers of two units do: confirm temperatures, state facts, look at what the other unit proposes, take back.
//! And what they try in vain.

use domain::Role;
use domain::checkpoint::CheckpointKind;
use domain::colour::{EvidenceSource, Fact, TestMethod, TestOutcome};
use domain::id::kind::{CheckpointId, HolderId, StaffId, TemperatureReportId, UnitId};
use domain::report::{Action, Reading, Report, ReportOutcome, Site, Subject};
use store::rows::evidence::{ProposalRow, Stated};
use store::rows::report::NewReport;
use store::rows::staff::NewStaff;
use store::{StoreError, call, read, transact};

use super::{DAY, Life, MINUTE, SECOND};
use crate::evidence::propose::Outcome;
use crate::evidence::{EvidenceError, Hindrance, bulk, decide, person, propose};
use crate::health::{self, act, claims};
use crate::http::session::Staff;
use crate::staff::By;
use crate::testing::TestServer;

/// A unit: two health officers, and an administrator.
pub struct Desk {
    officers: [Staff; 2],
    administrator: Staff,
}

impl Desk {
    pub async fn open(server: &TestServer, unit: &str) -> Self {
        let officer = || staff(server, unit, Role::HealthOfficer);
        let officers = [officer().await, officer().await];
        Self { officers, administrator: staff(server, unit, Role::Administrator).await }
    }
}

async fn staff(server: &TestServer, unit: &str, role: Role) -> Staff {
    let (id, unit_id): (StaffId, UnitId) = (server.app.new_id(), server.app.new_id());
    let (name, now) = ("Test Person".to_owned(), server.app.now());
    let unit = transact!(server.app.store, "test.staff", StoreError, |tx| {
        let unit_id = call!(tx, staff::unit(unit_id, unit))?;
        let new = NewStaff {
            id,
            login: format!("test-{id}"),
            name: name.clone(),
            unit_id,
            roles: vec![role],
            password_hash: "!".to_owned(),
            totp_secret: vec![0; 20],
        };
        call!(tx, staff::insert(&new, now))?;
        Ok(unit_id)
    });
    Staff { id, name, unit: unit.unwrap(), roles: vec![role], session: [0; 32] }
}

/// A checkpoint that measures temperatures.
pub async fn gate(server: &TestServer) -> CheckpointId {
    let (gate, now): (CheckpointId, _) = (server.app.new_id(), server.app.now());
    transact!(server.app.store, "test.gate", StoreError, |tx| {
        call!(tx, checkpoint::add(gate, "North gate", "Wuhan", CheckpointKind::Station, now))
    })
    .unwrap();
    gate
}

fn hindrance(error: EvidenceError) -> Hindrance {
    match error {
        EvidenceError::Hindered(why) => why,
        error => panic!("{error}"),
    }
}

impl Life {
    fn officer(&self, desk: usize) -> Staff {
        self.dice.pick(&self.desks[desk].officers)
    }

    fn desk_of(&self, unit: UnitId) -> usize {
        usize::from(self.desks[1].administrator.unit == unit)
    }

    /// A temperature that an inspector reports; most are confirmed, and are evidence then.
    pub async fn fever(&mut self) {
        let person = self.dice.below(self.people.len());
        let (holder, officer) = (self.people[person].phone.holder, self.officer(self.dice.below(2)));
        let id = self.report(holder).await;
        let before = self.current(holder).await.id;
        let app = &self.server.app;
        claims::take(app, &officer, id).await.unwrap();
        act::acknowledge(app, &officer, id, self.version(id).await).await.unwrap();
        assert!(self.current(holder).await.id == before, "until it is confirmed it changes nothing");
        let (mut outcome, division) =
            (ReportOutcome::Closed, self.dice.pick(&[Some("420100"), Some("420300"), None]));
        if !self.dice.one_in(4) {
            let division = division.map(|code| code.parse().unwrap());
            act::confirm(app, &officer, id, self.version(id).await, division).await.unwrap();
            assert!(self.current(holder).await.id != before);
            outcome = ReportOutcome::FollowedUp;
        }
        act::finish(app, &officer, id, self.version(id).await, outcome, "").await.unwrap();
        self.tally.add(format!("reports {}", outcome.as_str()));
    }

    async fn report(&self, holder: HolderId) -> TemperatureReportId {
        let app = &self.server.app;
        let at = app.now();
        let tenths = 373 + u16::try_from(self.dice.below(25)).unwrap();
        let readings = vec![Reading { tenths, site: Site::Ear, at: at.seconds() }];
        let subject = Subject::Pass { pass: "AAECAwQFBgc".to_owned(), printed: false };
        let new = NewReport {
            id: app.new_id(),
            holder: Some(holder),
            checkpoint: self.gate,
            shift: None,
            device: None,
            staff: app.new_id(),
            unit: app.new_id(),
            exported: false,
            report: Report { subject, verdict: None, readings, threshold: 373, action: Action::FeverClinic },
            taken_at: at,
            due_at: health::due(app),
        };
        let filed = &new;
        transact!(app.store, "test.report", StoreError, |tx| { health::file(tx, app, filed.clone()).await })
            .unwrap();
        new.id
    }

    async fn version(&self, id: TemperatureReportId) -> i64 {
        let row = read!(self.server.app.store, "test.report", StoreError, |tx| {
            call!(tx, report_desk::by_id(id))
        });
        row.unwrap().unwrap().version
    }

    fn stated(&self, fact: Fact) -> Stated {
        let now = self.server.app.now();
        let until = self.dice.one_in(8).then(|| now.plus(self.dice.span(20 * DAY)));
        let reference = Some(format!("2026-{}", self.dice.below(10_000)));
        let at = now.minus(self.dice.span(3 * DAY));
        Stated { fact, reference, threshold: None, source: EvidenceSource::Office, at, until }
    }

    fn fact(&self) -> Fact {
        match self.dice.below(12) {
            0 => Fact::CaseConfirmed,
            1 => Fact::CaseSuspected,
            2 => Fact::CaseAsymptomatic,
            3 | 4 => Fact::CaseContact,
            5 | 6 => Fact::IsolationEnd,
            7..10 => Fact::Recovery,
            _ => Fact::TestResult {
                result: self.dice.pick(TestOutcome::ALL),
                method: self.dice.pick(TestMethod::ALL),
            },
        }
    }

    /// An officer finds somebody by their document and states something.
    pub async fn state(&mut self) {
        let (desk, who, stated) = (self.dice.below(2), self.somebody(), self.stated(self.fact()));
        self.propose(desk, who, &stated).await;
    }

    async fn propose(&mut self, desk: usize, who: usize, stated: &Stated) {
        let (officer, holder) = (self.officer(desk), self.people[who].phone.holder);
        let app = &self.server.app;
        let unseen = propose::add(app, &self.desks[desk].administrator, holder, stated, "").await;
        assert!(matches!(unseen, Err(EvidenceError::NotFound)), "whoever was not shown who it is");
        assert_eq!(
            person::find(app, By::from(&officer), &self.people[who].document).await.unwrap(),
            Some(holder)
        );
        match propose::add(app, &officer, holder, stated, "Found out by telephone.").await {
            Ok(Outcome::Counts(_)) => {
                assert!(!stated.fact.is_adverse(), "nobody adds what speaks against passing alone");
                self.tally.add("counted at once");
            }
            Ok(Outcome::Waits(_)) => self.tally.add("proposed"),
            Err(error) => {
                use Hindrance::{Full, Stopped, There, Waiting};
                let why = hindrance(error);
                assert!(matches!(why, Stopped | There | Waiting | Full), "{why:?}");
                self.tally.add(format!("not stated: {}", why.as_str()));
            }
        }
    }

    /// One unit states more contacts in a morning than it may, and the other confirms them as they come.
    pub async fn outbreak(&mut self) {
        let desk = self.dice.below(2);
        for who in 0..bulk::AN_HOUR + 4 {
            let stated = Stated { until: None, ..self.stated(Fact::CaseContact) };
            self.propose(desk, who, &stated).await;
            self.server.advance(MINUTE);
            let other = self.officer(1 - desk);
            for row in decide::board(&self.server.app, &other).await.unwrap().others {
                self.server.advance(SECOND);
                self.confirm(&other, &row).await;
            }
        }
    }

    /// An officer of each unit looks at what the other one proposes.
    pub async fn look_at_proposals(&mut self) {
        for desk in 0..2 {
            let officer = self.officer(desk);
            let rows = decide::board(&self.server.app, &officer).await.unwrap().others;
            if let Some(row) = rows.first() {
                self.own_unit_tries(row).await;
            }
            for row in rows {
                self.server.advance(SECOND);
                match self.dice.below(12) {
                    0 => {
                        decide::refuse(&self.server.app, &officer, row.id).await.unwrap();
                        self.tally.add("refused");
                    }
                    1 => {
                        let own = self.officer(1 - desk);
                        decide::recall(&self.server.app, &own, row.id).await.unwrap();
                        self.tally.add("recalled");
                    }
                    2 => self.tally.add("left for later"),
                    _ => self.confirm(&officer, &row).await,
                }
            }
        }
    }

    /// Nobody confirms or refuses what they proposed themselves, nor what a colleague did.
    async fn own_unit_tries(&mut self, row: &ProposalRow) {
        let app = &self.server.app;
        for own in &self.desks[self.desk_of(row.proposed.unit)].officers {
            for tried in [decide::confirm(app, own, row.id).await, decide::refuse(app, own, row.id).await] {
                assert_eq!(hindrance(tried.unwrap_err()), Hindrance::OwnUnit);
            }
        }
        self.tally.add("refused to the own unit");
    }

    async fn confirm(&mut self, officer: &Staff, row: &ProposalRow) {
        let app = &self.server.app;
        let view = decide::view(app, officer, row.id).await.unwrap();
        let before = self.current(row.holder).await.id;
        match decide::confirm(app, officer, row.id).await {
            Ok(()) => {
                let now = self.current(row.holder).await;
                assert_eq!(view.effect.map(|(_, then)| then), Some(now.colour), "as the page said");
                self.tally.add("confirmed");
            }
            Err(error) => {
                let why = hindrance(error);
                let gone = why == Hindrance::Superseded && row.taken_back.is_some();
                assert!(why == Hindrance::Stopped || gone, "{why:?}");
                assert!(self.current(row.holder).await.id == before, "nothing of it counts");
                self.tally.add(format!("not confirmed: {}", why.as_str()));
            }
        }
    }

    /// The unit that stated something takes it back; the other one cannot.
    pub async fn take_back(&mut self) {
        let counting = |index: &usize| {
            let mut rows = self.people[*index].record.evidence.iter();
            rows.any(|row| row.superseded.is_none())
        };
        let about: Vec<usize> = (0..self.people.len()).filter(counting).collect();
        if about.is_empty() {
            return;
        }
        let who = self.dice.pick(&about);
        let person = &self.people[who];
        let rows: Vec<_> = person.record.evidence.iter().filter(|row| row.superseded.is_none()).collect();
        let (holder, row) = (person.phone.holder, rows[self.dice.below(rows.len())]);
        let (id, unit) = (row.id, row.by.1);
        let app = &self.server.app;
        let (own, other) = (self.officer(self.desk_of(unit)), self.officer(1 - self.desk_of(unit)));
        for officer in [&own, &other] {
            assert_eq!(person::find(app, By::from(officer), &person.document).await.unwrap(), Some(holder));
        }
        let refused = propose::take_back(app, &other, holder, id, "Not ours.").await;
        let why = hindrance(refused.unwrap_err());
        assert!(matches!(why, Hindrance::OtherUnit | Hindrance::Superseded), "{why:?}");
        self.tally.add("refused to another unit");
        match propose::take_back(app, &own, holder, id, "It was about somebody else.").await {
            Ok(Outcome::Counts(_)) => self.tally.add("taken back"),
            Ok(Outcome::Waits(_)) => self.tally.add("proposed to take back"),
            Err(error) => {
                use Hindrance::{Stopped, Superseded, Waiting};
                let why = hindrance(error);
                assert!(matches!(why, Stopped | Superseded | Waiting), "{why:?}");
                self.tally.add(format!("not taken back: {}", why.as_str()));
            }
        }
    }

    /// In the morning an administrator of the other unit looks at what was stopped; one of its own cannot lift it.
    pub async fn lift_stops(&mut self) {
        let stops = bulk::list(&self.server.app).await.unwrap();
        for stop in stops.iter().filter(|stop| stop.lifted.is_none()) {
            self.tally.add("a unit was stopped");
            let desk = self.desk_of(stop.unit);
            let [own, other] = [desk, 1 - desk].map(|desk| &self.desks[desk].administrator);
            let refused = bulk::lift(&self.server.app, own, stop.id, "We are right.").await;
            assert_eq!(hindrance(refused.unwrap_err()), Hindrance::OwnUnit);
            bulk::lift(&self.server.app, other, stop.id, "A list that was typed in late.").await.unwrap();
            self.tally.add("a stop was lifted");
        }
    }
}
