//! Sixty days of the lives of invented people, through the use cases and jobs themselves, on a clock that is moved: they
//! declare, have temperatures that health officers confirm, are stated to be cases, contacts, tested, well again by
//! officers of two units, show passes, enter a market. Every evening everything that must always hold is looked at
//! (`checks`, `log`): that is what these tests are for, and what happens in between is drawn from a seed that is printed.

mod checks;
mod log;
mod officers;
mod passes;
mod people;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::colour::{Colour, EvidenceKind};
use domain::entropy::SeededEntropy;
use domain::id::kind::CheckpointId;
use domain::{Entropy, Timestamp};
use store::{StoreError, call, read};

use crate::holder::erase::forget_old;
use crate::testing::TestServer;
use crate::visit::testing::{Units, location};
use crate::{jobs, transparency, visit};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// What people do is spread over so long a day, which begins at six; at eight in the evening it is looked at.
const AWAKE: Duration = Duration::from_hours(12);
const EVENING: Duration = Duration::from_hours(14);
/// Parts of a day: after each the jobs run, and officers look at what the other unit proposes.
const PARTS: u32 = 6;
/// Where there are so many people, one unit's evidence makes more colours worse on a day than it may.
const ENOUGH: usize = 40;

/// How much of life is drawn.
#[derive(Debug, Clone, Copy)]
struct Plan {
    people: usize,
    days: u32,
    /// What happens on a day.
    acts: u32,
    /// Of so many people one is looked at wholly each evening, and everybody to whom anything happened.
    share: usize,
    seed: u64,
}

/// What is drawn.
struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, bound: usize) -> usize {
        let source: &dyn Entropy = &self.0;
        usize::try_from(source.below(u64::try_from(bound).unwrap())).unwrap()
    }

    fn one_in(&self, number: usize) -> bool {
        self.below(number) == 0
    }

    fn pick<T: Clone>(&self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Whole seconds, at least one.
    fn span(&self, most: Duration) -> Duration {
        SECOND * (1 + u32::try_from(self.below(usize::try_from(most.as_secs()).unwrap())).unwrap())
    }
}

/// How often something happened.
#[derive(Default)]
struct Tally(BTreeMap<String, usize>);

impl Tally {
    fn add(&mut self, what: impl Into<String>) {
        self.add_all(what, 1);
    }

    fn add_all(&mut self, what: impl Into<String>, number: usize) {
        *self.0.entry(what.into()).or_default() += number;
    }

    fn of(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or_default()
    }
}

struct Life {
    server: TestServer,
    plan: Plan,
    dice: Dice,
    tally: Tally,
    people: Vec<people::Person>,
    desks: [officers::Desk; 2],
    gate: CheckpointId,
    /// What the poster of the market says.
    poster: String,
    log: log::Log,
    lists: passes::Lists,
    /// When the jobs ran last.
    worked: Timestamp,
    /// When old things were forgotten last.
    tidied: Timestamp,
}

impl Life {
    async fn begin(server: TestServer, plan: Plan) -> Self {
        println!("{plan:?}");
        let app = &server.app;
        server.advance(10 * HOUR);
        let _ = Units::confirmed(app, plan.days + 2).await;
        let (_, code) = location(app).await;
        let desks =
            [officers::Desk::open(&server, "Wuhan").await, officers::Desk::open(&server, "Hubei").await];
        let gate = officers::gate(&server).await;
        let (log, lists) = (log::Log::begin(&server).await, passes::Lists::default());
        let (dice, now) = (Dice(SeededEntropy::new(plan.seed)), app.now());
        let (tally, people, poster) = (Tally::default(), Vec::new(), code.to_string());
        let (worked, tidied) = (now, now);
        let mut life =
            Self { server, plan, dice, tally, people, desks, gate, poster, log, lists, worked, tidied };
        life.settle().await;
        life
    }

    /// A day with its evening.
    async fn day(&mut self, number: u32) {
        let begun = self.server.app.now();
        self.lift_stops().await;
        if self.people.len() >= ENOUGH && number % 20 == 9 {
            self.outbreak().await;
        }
        for act in 0..self.plan.acts {
            // What was decided at one moment is made again from what counted then: nothing else happens in it.
            self.server.advance(SECOND);
            self.act().await;
            self.server.advance(self.dice.span(AWAKE / self.plan.acts));
            if act % self.plan.acts.div_ceil(PARTS) == 0 {
                self.jobs().await;
                self.look_at_proposals().await;
            }
        }
        self.server.clock.set(begun.plus(EVENING));
        self.jobs().await;
        self.forget().await;
        // What checkers fetch from now on was published after the last withdrawal.
        self.server.advance(MINUTE);
        self.look(usize::try_from(number).unwrap()).await;
        // A little later each day: a list of the evening before is out of its time then.
        self.server.clock.set(begun.plus(DAY + 2 * SECOND));
    }

    async fn act(&mut self) {
        match self.dice.below(100) {
            0..27 => self.declare().await,
            27..37 => self.fever().await,
            37..70 => self.state().await,
            70..76 => self.take_back().await,
            76..92 => self.ask_for_a_pass().await,
            _ => self.enter().await,
        }
    }

    /// What the server does by itself, until nothing is due.
    async fn jobs(&mut self) {
        let app = &self.server.app;
        loop {
            let round = jobs::run_due(app).await.unwrap();
            assert_eq!(round.failed, 0);
            self.tally.add_all("lapsed", round.lapsed);
            self.worked = app.now();
            let now = self.worked;
            let due = read!(app.store, "test.due", StoreError, |tx| { call!(tx, evidence::due(now, 1)) });
            if due.unwrap().is_empty() {
                break;
            }
        }
        transparency::tests::run(&self.server).await;
    }

    async fn forget(&mut self) {
        let app = &self.server.app;
        self.tidied = app.now();
        jobs::tidy(app).await.unwrap();
        visit::every_minute(app).await.unwrap();
        visit::every_hour(app).await.unwrap();
        let forgotten = forget_old(app).await.unwrap();
        self.tally.add_all("decisions forgotten", forgotten.decisions);
    }

    /// A hundred days later, in which nobody asked for a pass: all that was known of people is gone, and the log is whole.
    async fn all_is_forgotten(&mut self) {
        self.server.advance(100 * DAY);
        self.jobs().await;
        self.look(0).await;
        // Codes that nobody used go in the first run, and what passes had kept of them in the second.
        self.forget().await;
        self.forget().await;
        self.nothing_is_left().await;
        self.log.check(&self.server).await;
    }

    fn said(&self) {
        for (what, number) in &self.tally.0 {
            println!("{number:>7} {what}");
        }
    }

    /// That nothing was left out: each of these happened.
    fn everything_happened(&self) {
        let colours = Colour::BY_SEVERITY.iter().map(|colour| format!("decided {}", colour.as_str()));
        let kinds = EvidenceKind::ALL.iter().map(|kind| format!("evidence {}", kind.as_str()));
        let others = [
            "proposed",
            "counted at once",
            "confirmed",
            "refused",
            "recalled",
            "refused to the own unit",
            "refused to another unit",
            "taken back",
            "lapsed",
            "a unit was stopped",
            "a stop was lifted",
            "passes that let through",
            "passes that ended",
            "passes of a former colour",
            "visits",
            "decisions forgotten",
        ];
        for what in colours.chain(kinds).chain(others.map(str::to_owned)) {
            assert!(self.tally.of(&what) > 0, "never: {what}");
        }
    }
}

/// Lives to the end of the plan, and everything is looked at once more.
async fn live(server: TestServer, plan: Plan) -> Life {
    let mut life = Life::begin(server, plan).await;
    for number in 0..plan.days {
        life.day(number).await;
    }
    life.make_all_again().await;
    life.said();
    life
}

/// `SEED=7 cargo test …` draws another life.
#[allow(clippy::disallowed_methods, reason = "whoever looks for another course of things says which")]
fn seed() -> u64 {
    std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// A few people to whom much happens: each stored decision is what the rules make of what counted then, whatever came
/// before it. With the seeds of many courses.
#[tokio::test]
async fn whatever_happens_all_decisions_are_made_again_from_what_counted_then() {
    for course in 0..6 {
        let plan = Plan { people: 8, days: 8, acts: 30, share: 1, seed: seed() * 1_000 + course };
        live(TestServer::start().await, plan).await.server.stop().await;
    }
}

#[tokio::test]
async fn the_same_holds_on_postgresql() {
    let plan = Plan { people: 12, days: 16, acts: 24, share: 1, seed: seed() };
    live(TestServer::on_postgres().await, plan).await.server.stop().await;
}

#[tokio::test]
async fn sixty_days_of_sixty_people_break_no_invariant() {
    let plan = Plan { people: 60, days: 60, acts: 24, share: 1, seed: seed() };
    let mut life = live(TestServer::start().await, plan).await;
    life.everything_happened();
    life.all_is_forgotten().await;
    life.server.stop().await;
}

/// `make test-life`
#[tokio::test]
#[ignore = "takes minutes: make test-life"]
async fn sixty_days_of_two_thousand_people_break_no_invariant() {
    let plan = Plan { people: 2_000, days: 60, acts: 300, share: 10, seed: seed() };
    let mut life = live(TestServer::start().await, plan).await;
    life.everything_happened();
    life.all_is_forgotten().await;
    life.server.stop().await;
}

/// `make test-life`
#[tokio::test]
#[ignore = "takes minutes: make test-life"]
async fn sixty_days_of_two_thousand_people_break_no_invariant_on_postgresql() {
    let plan = Plan { people: 2_000, days: 60, acts: 300, share: 10, seed: seed() };
    let mut life = live(TestServer::on_postgres().await, plan).await;
    life.everything_happened();
    life.all_is_forgotten().await;
    life.server.stop().await;
}
