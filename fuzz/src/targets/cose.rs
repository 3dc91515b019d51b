//! `COSE_Sign1` (RFC 9052): any bytes where a signed object is expected.

use credential::to_text;

use super::verified::verified;
use crate::wrap;

/// Ours, a DCC and an NZ COVID Pass of the same bytes.
pub fn run(data: &[u8]) {
    verified(&to_text(data));
    verified(&wrap::hc1(data));
    verified(&wrap::nzcp(data));
}
