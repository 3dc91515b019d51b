//! What has to hold for every text that is scanned, whatever it is.

use std::hint::black_box;
use std::sync::OnceLock;

use credential::{Observed, StatusLists, TrustList, Verdict, verify};

/// 2026-11-23T08:00:00Z, when the seeds are valid.
pub const NOW: u64 = 1_795_420_800;

/// One public key of the tests, for every format, under the key ids that the seeds use: so that the signature,
/// the dates and the issuer are looked at too.
const TRUSTED: &str = include_str!("../../seeds/trust_list/issuers.json");

fn trusted() -> &'static TrustList {
    static LIST: OnceLock<TrustList> = OnceLock::new();
    LIST.get_or_init(|| TrustList::from_json(TRUSTED).expect("our own trust list"))
}

/// Checks a text as a checkpoint does, by a checker who trusts nobody and by one who trusts somebody.
///
/// No status list is at hand and no rules of acceptance, so that **nothing at all may PASS**.
pub fn verified(text: &str) {
    let observed = Observed { document_matches: true, ..Observed::default() };
    let statuses = StatusLists::default();
    for trust in [&TrustList::empty(), trusted()] {
        let mut buffer = Vec::new();
        let outcome = verify(text, &mut buffer, trust, &statuses, NOW, &observed);
        assert!(outcome.verdict() != Verdict::Pass, "PASS without a status list and without rules");
        if trust.issuers().is_empty() {
            assert!(outcome.identity().is_none(), "an identity that nobody vouches for");
        }
        black_box(outcome.to_json());
    }
}
