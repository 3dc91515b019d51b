//! The public log, as somebody follows it who keeps every checkpoint.

use std::collections::BTreeSet;

use ::transparency::{Copied, LogKey, TileNodes, check_copy, consistency, verify_consistency};

use crate::decision::LEAF_KIND;
use crate::evidence::bulk;
use crate::testing::TestServer;
use crate::transparency::tests::{copy, key};

/// What is known of it.
pub struct Log {
    key: LogKey,
    last: Option<Copied>,
    /// The commitments of all decisions that were ever seen.
    pub decisions: BTreeSet<[u8; 32]>,
}

impl Log {
    pub async fn begin(server: &TestServer) -> Self {
        Self { key: key(server).await, last: None, decisions: BTreeSet::new() }
    }

    /// It is whole, it continues what it was the evening before, and it has a leaf for every decision and for every step of
    /// a stop, and no other.
    pub async fn check(&mut self, server: &TestServer) {
        let (files, mut decisions, mut stops, mut leaves) = (copy(server).await, BTreeSet::new(), 0, 0);
        let copied = check_copy(&files, &self.key, &mut |_, leaf| {
            leaves += 1;
            match leaf.kind.as_str() {
                LEAF_KIND => assert!(decisions.insert(leaf.commitment), "no decision has two leaves"),
                bulk::LEAF_KIND => stops += 1,
                other => panic!("nothing here makes a leaf of the kind {other}"),
            }
        });
        let copied = copied.unwrap();
        let size = copied.checkpoint.tree().0;
        assert_eq!(size, leaves, "nothing waits, and nothing is left out");
        if let Some(before) = &self.last {
            let (old, new) = (before.checkpoint.tree(), copied.checkpoint.tree());
            let path = consistency(&TileNodes::new(&files, size), old.0, new.0).unwrap();
            verify_consistency(old, new, &path).unwrap();
        }
        assert!(
            decisions == self.decisions,
            "{} leaves, {} decisions",
            decisions.len(),
            self.decisions.len()
        );
        let listed = bulk::list(&server.app).await.unwrap();
        let wanted: usize = listed.iter().map(|stop| 1 + usize::from(stop.lifted.is_some())).sum();
        assert_eq!(stops, wanted);
        self.last = Some(copied);
    }
}
