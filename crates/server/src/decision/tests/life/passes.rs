//! Passes at a checkpoint: with the lists as they are published now, and with those of the evening before.

use std::collections::BTreeSet;

use credential::{Observed, Reason, Verdict, to_text, verify};
use domain::Timestamp;
use domain::colour::Colour;

use super::{DAY, Life};
use crate::pass::testing::{Checker, Phone, status_path};

/// A pass as it was given out.
pub struct Shown {
    pub signed: Vec<u8>,
    pub colour: Colour,
    pub on_paper: bool,
    pub expires: Timestamp,
}

impl Shown {
    /// What a checkpoint says, to whoever shows it now beside the right document.
    fn judged(&self, phone: &Phone, checker: &Checker, now: Timestamp) -> (Verdict, Vec<Reason>) {
        let now = now.seconds().unsigned_abs();
        let text = if self.on_paper { to_text(&self.signed) } else { phone.show(&self.signed, now) };
        let observed = Observed { document_matches: true, ..Observed::default() };
        let mut buffer = Vec::new();
        let outcome = verify(&text, &mut buffer, &checker.trust, &checker.statuses, now, &observed);
        (outcome.verdict(), outcome.reasons().to_vec())
    }
}

/// What an inspector without a network has since the evening before.
#[derive(Default)]
pub struct Lists(Option<(Timestamp, Checker)>);

impl Life {
    /// Red never verifies as PASS once it is published, nor anything else of a former colour; nothing verifies after its
    /// end, nor by a list that is out of its time.
    pub async fn look_at_passes(&mut self) {
        let now = self.server.app.now();
        let checker = self.fetched(now).await;
        for person in &mut self.people {
            for pass in &person.passes {
                let (verdict, reasons) = pass.judged(&person.phone, &checker, now);
                let said =
                    format!("{verdict:?} {reasons:?} for {:?}, decided {:?}", pass.colour, person.colour);
                if pass.expires <= now {
                    assert!(verdict == Verdict::Stop && reasons.contains(&Reason::Expired), "{said}");
                    self.tally.add("passes that ended");
                } else if pass.colour != person.colour {
                    assert!(verdict == Verdict::Stop && reasons.contains(&Reason::Withdrawn), "{said}");
                    self.tally.add("passes of a former colour");
                } else if verdict == Verdict::Pass {
                    assert_eq!(person.colour, Colour::Green, "{said}");
                    self.tally.add("passes that let through");
                } else {
                    assert!(person.colour != Colour::Green || reasons == [Reason::Withdrawn], "{said}");
                }
                if let Some((_, former)) = self.lists.0.as_ref().filter(|(at, _)| now.since(*at) >= DAY) {
                    assert_ne!(pass.judged(&person.phone, former, now).0, Verdict::Pass, "by an old list");
                }
            }
            person.passes.retain(|pass| pass.expires > now);
        }
        self.lists.0 = Some((now, checker));
    }

    /// A checker who has fetched every list that a pass names.
    async fn fetched(&self, now: Timestamp) -> Checker {
        let mut checker = Checker::new(&self.server).await;
        let mut fetched = BTreeSet::new();
        for pass in self.people.iter().flat_map(|person| &person.passes) {
            if pass.expires > now && fetched.insert(status_path(&self.server, &pass.signed)) {
                checker.fetch(&self.server, &pass.signed).await;
            }
        }
        checker
    }
}
