//! Short codes: eight characters that stand for a pass while a camera fails.
//!
//! The decision that matters: a short code is only ever looked up here, by a signed-in checker, and never counts for
//! more than CHECK. It says no more of the holder than the pass behind it, and a red or withdrawn pass stops as if it
//! had been scanned. How little guessing pays is worked out in `docs/pass-format.md`.

use std::time::Duration;

use credential::SHORT_CODE_ALPHABET;
use domain::{Entropy, Timestamp};
use store::rows::short_code::{NewShortCode, ShortPass, short_index};
use store::{StoreError, call, read, transact};

use super::issue::{self, PassError};
use crate::App;
use crate::http::session::Device;

/// How long a code is good: to read it out and type it, and no longer.
pub const LIFE: Duration = Duration::from_mins(1);
/// The most codes that a phone is given in an hour.
pub const MOST_AN_HOUR: i64 = 30;
/// The hour of that limit.
pub const HOUR: Duration = Duration::from_hours(1);
/// Two phones are given the same code at the same time once in far more tries than this.
const DRAWS: u32 = 8;
/// The characters of a code.
const LENGTH: usize = 8;

/// A code that was given out. Only the phone that asked has it: the database keeps a keyed hash.
pub struct ShortCode {
    /// The eight characters.
    code: [u8; LENGTH],
    /// When it was made.
    pub made_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}

/// Whoever reads a log is no checker.
impl std::fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShortCode(…)")
    }
}

impl ShortCode {
    /// A code with these characters.
    pub const fn new(code: [u8; LENGTH], made_at: Timestamp, expires_at: Timestamp) -> Self {
        Self { code, made_at, expires_at }
    }

    /// The characters in two groups, as they are read out: `7K3M 92QD`.
    pub fn grouped(&self) -> String {
        let text = String::from_utf8_lossy(&self.code);
        let (first, second) = text.split_at(LENGTH / 2);
        format!("{first} {second}")
    }
}

/// A new code for the pass that this phone shows. The one before is worth nothing from then on.
pub async fn make(app: &App, device: &Device) -> Result<ShortCode, PassError> {
    let holder = device.holder.ok_or(PassError::NoCode)?;
    let now = app.now();
    transact!(app.store, "pass.short_code", PassError, |tx| {
        issue::begin(tx, device, holder).await?;
        if call!(tx, short_code::given_since(device.id, now.minus(HOUR)))? >= MOST_AN_HOUR {
            return Err(PassError::TooMany);
        }
        let pass = issue::for_short_code(tx, app, device, holder).await?;
        call!(tx, short_code::end_of_phone(device.id, now))?;
        for _ in 0..DRAWS {
            let drawn = ShortCode::new(draw(&*app.entropy), now, now.plus(LIFE));
            let new = NewShortCode {
                id: app.new_id(),
                device: device.id,
                pass,
                lookup: short_index(app.store.sealer(), &drawn.code),
                made_at: drawn.made_at,
                expires_at: drawn.expires_at,
            };
            if call!(tx, short_code::give(&new))? {
                return Ok(drawn);
            }
        }
        Err(PassError::TooMany)
    })
}

/// The pass behind a code that had not ended at `at`.
pub async fn find(app: &App, code: &[u8; LENGTH], at: Timestamp) -> Result<Option<ShortPass>, StoreError> {
    let lookup = short_index(app.store.sealer(), code);
    read!(app.store, "pass.short_code_find", StoreError, |tx| { call!(tx, short_code::find(&lookup, at)) })
}

fn draw(entropy: &dyn Entropy) -> [u8; LENGTH] {
    let alphabet = SHORT_CODE_ALPHABET.as_bytes();
    let letters = u64::try_from(alphabet.len()).expect("31");
    std::array::from_fn(|_| alphabet[usize::try_from(entropy.below(letters)).expect("below 31")])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn codes_use_the_whole_alphabet_and_read_back_as_they_are_shown() {
        let entropy = SeededEntropy::new(1);
        let mut seen = BTreeSet::new();
        for _ in 0..200 {
            let drawn = draw(&entropy);
            seen.extend(drawn);
            let at = Timestamp::from_seconds(0);
            let shown = ShortCode::new(drawn, at, at).grouped();
            let mut buffer = Vec::new();
            let scan = credential::Scan::read(&shown.to_lowercase(), &mut buffer);
            assert!(matches!(scan, credential::Scan::ShortCode(code) if code == drawn), "{shown}");
        }
        assert_eq!(seen, SHORT_CODE_ALPHABET.bytes().collect());
    }
}
