//! Invented orders for the samples of pages.

use std::time::Duration;

use domain::id::kind::{AuditOrderId, UnitId};
use domain::{Id, Timestamp};
use store::rows::audit_order::{OrderRow, OrderWords};
use store::rows::evidence::ProposalStage;
use store::rows::figures::ProposalCount;
use store::rows::visit_case::Did;

use crate::audit::order::View;

/// When the samples are looked at.
pub const NOW: Timestamp = Timestamp::from_seconds(1_795_435_200);

fn did(days: u64, name: &str, unit_name: &str) -> Did {
    Did {
        at: NOW.minus(Duration::from_hours(days * 24)),
        by: Id::from_i64(1),
        name: name.to_owned(),
        unit: Id::from_i64(9),
        unit_name: unit_name.to_owned(),
    }
}

fn order(id: i64, decided: Option<(u64, bool)>) -> OrderRow {
    OrderRow {
        id: AuditOrderId::from_i64(id),
        unit: UnitId::from_i64(1),
        unit_name: "Health Commission, Wuhan".to_owned(),
        days: [20_755, 20_779],
        words: OrderWords {
            reason: "Complaints say that the unit made many colours worse in October.".to_owned(),
            reference: "审计〔2026〕8号".to_owned(),
        },
        asked: did(20, "Zhao Min", "Audit Office"),
        decided: decided.map(|(days, granted)| (did(days, "Li Ying", "Hubei Health Commission"), granted)),
    }
}

/// Waiting, granted, refused, ended.
pub fn orders() -> Vec<OrderRow> {
    vec![order(4, None), order(3, Some((1, true))), order(2, Some((2, false))), order(1, Some((15, true)))]
}

/// Waiting, granted and handed out twice, granted to somebody else, refused, ended.
pub fn views() -> Vec<View> {
    let view = |row, downloads, may_download| View { row, downloads, may_download };
    let twice =
        vec![(did(0, "Zhao Min", "Audit Office"), 1_317), (did(1, "Zhao Min", "Audit Office"), 1_317)];
    vec![
        view(order(4, None), Vec::new(), false),
        view(order(3, Some((1, true))), twice, true),
        view(order(3, Some((1, true))), Vec::new(), false),
        view(order(2, Some((2, false))), Vec::new(), false),
        view(order(1, Some((15, true))), Vec::new(), false),
    ]
}

/// Of two units, in every stage.
pub fn proposals() -> Vec<ProposalCount> {
    let of = |unit: i64, name: &str, stage, proposals| ProposalCount {
        unit: UnitId::from_i64(unit),
        unit_name: name.to_owned(),
        stage,
        proposals,
    };
    let wuhan = |(number, stage): (usize, &ProposalStage)| {
        of(1, "Health Commission, Wuhan", *stage, i64::try_from(number).unwrap_or_default() * 17 + 3)
    };
    let mut all: Vec<ProposalCount> = ProposalStage::EVERY.iter().enumerate().map(wuhan).collect();
    all.push(of(2, "Centre for Disease Control, Hubei", ProposalStage::Confirmed, 4));
    all
}
