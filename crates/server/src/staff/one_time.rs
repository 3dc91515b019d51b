//! One-time codes by time (TOTP, RFC 6238) for authenticator apps: SHA-1, six digits, 30 seconds, the
//! parameters that every app understands. One step early or late is taken (section 5.2), each code once.

use domain::{Entropy, Timestamp};
use fast_qr::convert::{Builder as _, svg::SvgBuilder};
use fast_qr::{ECL, QRBuilder};
use totp_rs::{Builder, Secret, Totp};

use super::StaffError;

/// Bytes of a secret (RFC 4226 section 4 asks for 160 bits).
const SECRET_BYTES: usize = 20;
/// The name that authenticator apps show.
const ISSUER: &str = "Tongxing";

/// A new secret.
pub fn new_secret(entropy: &dyn Entropy) -> Vec<u8> {
    entropy.bytes::<SECRET_BYTES>().to_vec()
}

/// What an authenticator app is set up with. Shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct SetUp {
    /// The address that the picture holds (`otpauth://totp/…`).
    pub uri: String,
    /// The secret alone, in groups of four, for typing.
    pub text: String,
}

/// Never prints the secret.
impl std::fmt::Debug for SetUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SetUp(..)")
    }
}

impl SetUp {
    /// Of this secret, for the account `login`.
    pub fn of(secret: &[u8], login: &str) -> Self {
        let uri = totp(secret, login).to_url().expect("logins have no colon");
        let base32 = Secret::from(secret.to_vec()).to_base32();
        let groups: Vec<&str> = base32.as_bytes().chunks(4).filter_map(|g| std::str::from_utf8(g).ok()).collect();
        Self { uri, text: groups.join(" ") }
    }

    /// The address as a QR code: a `data:` address of an SVG image.
    pub fn picture(&self) -> String {
        use base64::Engine as _;
        let code = QRBuilder::new(self.uri.as_str()).ecl(ECL::M).build();
        let svg = code.map(|code| SvgBuilder::default().margin(4).to_str(&code)).unwrap_or_default();
        format!("data:image/svg+xml;base64,{}", base64::engine::general_purpose::STANDARD.encode(svg))
    }
}

/// The time step whose code this is: now, one before or one after, as long as it is later than `used`.
pub fn step_of(secret: &[u8], code: &str, now: Timestamp, used: i64) -> Result<Option<i64>, StaffError> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.seconds()).map_err(|_| StaffError::Refused)?;
    let step = totp(secret, "").check(&digits, seconds).and_then(|step| i64::try_from(step).ok());
    Ok(step.filter(|step| *step > used))
}

/// The code at `now`: for the demonstration and for tests, which have no telephone.
pub fn code_at(secret: &[u8], now: Timestamp) -> String {
    totp(secret, "").generate(u64::try_from(now.seconds()).unwrap_or(0)).to_string()
}

fn totp(secret: &[u8], login: &str) -> Totp {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_issuer(Some(ISSUER))
        .with_account_name(login)
        .build()
        .expect("a secret of 160 bits, six digits and thirty seconds are what the RFC asks for")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// RFC 6238 appendix B, SHA-1, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_seconds(seconds);
            assert_eq!(code_at(SECRET, at), code);
            assert_eq!(step_of(SECRET, code, at, 0).unwrap(), Some(seconds / 30));
        }
    }

    #[test]
    fn one_step_early_or_late_is_taken_and_no_step_twice() {
        let code = code_at(SECRET, Timestamp::from_seconds(3_000_000));
        for (seconds, taken) in
            [(2_999_940, false), (2_999_970, true), (3_000_030, true), (3_000_059, true), (3_000_060, false)]
        {
            let step = step_of(SECRET, &code, Timestamp::from_seconds(seconds), 0).unwrap();
            assert_eq!(step.is_some(), taken, "{seconds}");
        }
        let now = Timestamp::from_seconds(3_000_000);
        assert_eq!(step_of(SECRET, &code, now, 100_000).unwrap(), None);
        assert_eq!(step_of(SECRET, &code, now, 99_999).unwrap(), Some(100_000));
        assert_eq!(step_of(SECRET, "", now, 0).unwrap(), None);
        assert_eq!(step_of(SECRET, "１２３４５６", now, 0).unwrap(), None);
    }

    #[test]
    fn an_app_can_be_set_up_from_the_address() {
        let set_up = SetUp::of(SECRET, "li.si");
        assert_eq!(
            set_up.uri,
            "otpauth://totp/Tongxing:li.si?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tongxing"
        );
        assert_eq!(set_up.text, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(set_up.picture().len() > 1_000);
    }
}
