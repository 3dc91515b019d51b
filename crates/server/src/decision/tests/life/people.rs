//! What people do themselves: declare, ask for passes, enter a place.

use credential::Signer as _;
use domain::colour::Colour;
use domain::declaration::{HealthAnswers, Symptom};
use domain::id::kind::{DecisionId, HolderId};
use domain::matching::DocumentDetails;
use store::rows::decision::DecisionRow;
use store::{StoreError, call, read};

use super::super::replay::Record;
use super::passes::Shown;
use super::{Life, SECOND};
use crate::holder::health::{self, HealthError};
use crate::pass::issue;
use crate::pass::testing::{HEALTHY, Phone, coughing, phone};
use crate::visit::testing::{entry, send, tickets};

/// Somebody with a phone, and what was seen of them so far.
pub struct Person {
    /// The phone.
    pub phone: Phone,
    /// Their document.
    pub document: DocumentDetails,
    /// Passes that were not looked at after their end yet.
    pub passes: Vec<Shown>,
    /// The decision that was the last one when they were looked at last.
    pub last: Option<DecisionId>,
    /// Its colour.
    pub colour: Colour,
    /// What was declared and stated about them so far.
    pub record: Record,
}

impl Life {
    /// Everybody gets a code; some of them declare something at once.
    pub async fn settle(&mut self) {
        for _ in 0..self.plan.people {
            self.server.advance(SECOND);
            let answers = if self.dice.one_in(12) { coughing() } else { HEALTHY };
            let phone = phone(&self.server, &answers).await;
            let holder = phone.holder;
            let document = read!(self.server.app.store, "test.document", StoreError, |tx| {
                call!(tx, holder::document(holder))
            });
            self.people.push(Person {
                phone,
                document: document.unwrap().unwrap(),
                passes: Vec::new(),
                last: None,
                colour: Colour::Green,
                record: Record::default(),
            });
        }
    }

    /// Anybody; half of the time somebody who was not green the evening before.
    pub fn somebody(&self) -> usize {
        let looked_after: Vec<usize> =
            (0..self.people.len()).filter(|index| self.people[*index].colour != Colour::Green).collect();
        if looked_after.is_empty() || self.dice.one_in(2) {
            return self.dice.below(self.people.len());
        }
        self.dice.pick(&looked_after)
    }

    pub async fn current(&self, holder: HolderId) -> DecisionRow {
        let row = read!(self.server.app.store, "test.current", StoreError, |tx| {
            call!(tx, decision::current(holder))
        });
        row.unwrap().unwrap()
    }

    fn answers(&self) -> HealthAnswers {
        match self.dice.below(10) {
            0 => HealthAnswers { symptoms: vec![self.dice.pick(&Symptom::ALL)], ..HEALTHY },
            1 => HealthAnswers { contact: true, ..HEALTHY },
            2 => HealthAnswers { diagnosed: true, ..HEALTHY },
            _ => HEALTHY,
        }
    }

    pub async fn declare(&mut self) {
        let (index, answers) = (self.dice.below(self.people.len()), self.answers());
        let device = self.people[index].phone.device();
        match health::declare(&self.server.app, &device, &answers).await {
            Ok(decided) => {
                let row = self.current(self.people[index].phone.holder).await;
                assert_eq!((decided.id, decided.colour), (row.id, row.colour));
                self.tally.add("evidence declaration");
            }
            Err(HealthError::Today(_)) => self.tally.add("declared already on that day"),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn ask_for_a_pass(&mut self) {
        let (index, on_paper) = (self.somebody(), self.dice.one_in(6));
        let person = &self.people[index];
        let (app, device) = (&self.server.app, person.phone.device());
        let key = person.phone.key.public();
        let issued =
            if on_paper { issue::printed(app, &device).await } else { issue::live(app, &device, &key).await };
        let issued = issued.unwrap();
        // What is shown is what was decided last, and no longer than that counts.
        let row = self.current(device.holder.unwrap()).await;
        assert!(issued.colour == row.colour && issued.reasons == row.reasons);
        assert!(row.until.is_none_or(|until| issued.expires_at <= until));
        let shown =
            Shown { signed: issued.signed, colour: issued.colour, on_paper, expires: issued.expires_at };
        let passes = &mut self.people[index].passes;
        if passes.iter().all(|pass| pass.signed != shown.signed) {
            passes.push(shown);
            self.tally.add("passes issued");
        }
    }

    /// Whoever enters a place changes nothing about themselves.
    pub async fn enter(&mut self) {
        let index = self.somebody();
        let holder = self.people[index].phone.holder;
        let before = self.seen(holder).await;
        let browser = &mut self.people[index].phone.browser;
        let tickets = tickets(&self.server, browser).await;
        let body = entry(&self.server.app, &self.poster, &tickets);
        let answer = send(&self.server, browser, &body).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        let after = self.seen(holder).await;
        assert!(before.decisions == after.decisions && before.evidence == after.evidence);
        assert!(before.proposals == after.proposals);
        self.tally.add("visits");
    }
}
