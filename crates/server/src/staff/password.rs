//! Passwords: their rules, generated ones, and argon2id off the threads that answer requests.
//!
//! Rules follow NIST SP 800-63B-4 section 3.1.1: length and guessability, no rules of composition. How
//! guessable a password is, dictionaries, keyboard runs, repeats and the person's own words included, is the
//! judgement of the crate `zxcvbn`.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use domain::Entropy;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use super::StaffError;

/// The fewest characters of a password.
pub const SHORTEST: usize = 15;
/// The most characters of a password.
pub const LONGEST: usize = 200;

/// A rule that a password breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Fewer than [`SHORTEST`] characters.
    #[error("a password has at least {SHORTEST} characters")]
    Short,
    /// More than [`LONGEST`] characters.
    #[error("a password has at most {LONGEST} characters")]
    Long,
    /// The login or the person's name is most of it, or it is common, or a pattern.
    #[error("this password is easy to guess: it is common, repeats a pattern, or is made of the login")]
    Guessable,
}

/// Holds a new password to the rules. `about` are words that belong to the person: login and name.
pub fn check(password: &str, about: &[&str]) -> Result<(), Weakness> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Weakness::Short);
    }
    if length > LONGEST {
        return Err(Weakness::Long);
    }
    let mut words = vec!["tongxing", "hubei", "wuhan", "health", "code"];
    words.extend(about.iter().flat_map(|text| text.split([' ', '.', '-', '_'])));
    words.extend(about);
    let guessed = zxcvbn::zxcvbn(password, &words).score() < zxcvbn::Score::Three;
    if guessed || own_part(password, &words) < OWN_PART { Err(Weakness::Guessable) } else { Ok(()) }
}

/// So many characters must be left when the person's and the service's words are taken out.
const OWN_PART: usize = 8;

fn own_part(password: &str, words: &[&str]) -> usize {
    let mut words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    words.retain(|word| word.chars().count() > 1);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let left = words.iter().fold(password.to_lowercase(), |left, word| left.replace(word.as_str(), ""));
    left.chars().count()
}

const ALPHABET: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
const GROUPS: usize = 5;

/// A generated password: five groups of four characters, none easily taken for another; 99 bits.
pub fn generate(entropy: &dyn Entropy) -> String {
    let group = || -> String {
        let draw = || {
            let place = usize::try_from(entropy.below(ALPHABET.len() as u64)).unwrap_or(0);
            char::from(ALPHABET[place])
        };
        (0..4).map(|_| draw()).collect()
    };
    let groups: Vec<String> = (0..GROUPS).map(|_| group()).collect();
    groups.join("-")
}

/// Each hash takes 19 MiB and some 30 ms: more at once than this wait, so that a crowd at the sign-in page
/// costs neither the memory nor the processors that holders need.
static SLOTS: Semaphore = Semaphore::const_new(3);

/// Hashes a password with a salt of its own: a PHC string, argon2id with the crate's parameters, which are
/// OWASP's first recommendation of 2025 (19 MiB, 2 passes, 1 lane).
pub async fn hash(password: &str, entropy: &dyn Entropy) -> Result<String, StaffError> {
    let (password, salt) = (canonical(password), entropy.bytes::<16>());
    heavy(move || {
        let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|_| StaffError::Hashing)
    })
    .await?
}

/// A hash that no password has: what unknown logins are compared with, at the cost of a real one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dG9uZ3hpbmcgbm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether `password` is the one behind `hash`; without a hash the same work is done for nothing.
pub async fn verify(password: &str, hash: Option<&str>) -> Result<bool, StaffError> {
    let (password, hash) = (canonical(password), hash.unwrap_or(NOBODY).to_owned());
    heavy(move || {
        // An account that can never sign in (`!`) is no PHC string: it takes as long to say no.
        let (parsed, usable) = match PasswordHash::new(&hash) {
            Ok(parsed) => (parsed, true),
            Err(_) => (PasswordHash::new(NOBODY).map_err(|_| StaffError::Hashing)?, false),
        };
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && usable)
    })
    .await?
}

/// The same characters typed on different keyboards are the same password (NFC, RFC 8265 section 4.2).
fn canonical(password: &str) -> String {
    password.nfc().collect()
}

async fn heavy<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StaffError> {
    let _slot = SLOTS.acquire().await.map_err(|_| StaffError::Hashing)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| StaffError::Hashing)
}

#[cfg(test)]
mod tests {
    use domain::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn the_rules_refuse_what_is_short_common_repeated_or_the_login() {
        let about = ["wang.xiaoming", "Wang Xiaoming"];
        for (password, outcome) in [
            ("Kp3!xz9#Lm2$qw", Err(Weakness::Short)),
            ("aaaaaaaaaaaaaaa", Err(Weakness::Guessable)),
            ("abcabcabcabcabcabc", Err(Weakness::Guessable)),
            ("123456789012345", Err(Weakness::Guessable)),
            ("passwordpassword", Err(Weakness::Guessable)),
            ("qwertyuiopasdfgh", Err(Weakness::Guessable)),
            ("wangxiaomingwang", Err(Weakness::Guessable)),
            ("wang.xiaoming2026", Err(Weakness::Guessable)),
            ("tongxingtongxing", Err(Weakness::Guessable)),
            ("ferry lantern orchid", Ok(())),
            ("我家门口有三棵大樟树还有一口井", Ok(())),
        ] {
            assert_eq!(check(password, &about), outcome, "{password}");
        }
        assert_eq!(check(&"é 7k".repeat(51), &about), Err(Weakness::Long));
    }

    #[test]
    fn generated_passwords_pass_the_rules_and_differ() {
        let entropy = SeededEntropy::new(1);
        let all: std::collections::BTreeSet<String> = (0..50).map(|_| generate(&entropy)).collect();
        assert_eq!(all.len(), 50);
        assert!(all.iter().all(|p| check(p, &["wang"]).is_ok() && p.len() == 24));
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_and_knows_its_password_alone() {
        let hash = hash("cafe\u{301} with three windows", &SeededEntropy::new(2)).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("caf\u{e9} with three windows", Some(&hash)).await.unwrap());
        assert!(!verify("cafe with three windows", Some(&hash)).await.unwrap());
        assert!(PasswordHash::new(NOBODY).is_ok(), "the dummy costs a real hash");
        assert!(!verify("", None).await.unwrap());
        assert!(!verify("!", Some("!")).await.unwrap());
    }
}
