//! What a pass says: its claims, their limits, and their one encoding.
//!
//! The same [`PassClaims`] is what an issuer fills in and what a parser gives back, borrowed from the bytes.
//! Nothing else is in a pass: an inspector compares it with the document in hand.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::Seconds;
use crate::cbor::{NotCbor, Reader, Writer};
use crate::key::{Jwk, KeyError, PublicKey};

/// 9999-12-31T23:59:59Z: later times have no RFC 3339 form, so no pass may name one.
pub(crate) const LAST_SECOND: Seconds = 253_402_300_799;
/// The private-use claim (RFC 8392 section 9.1) with what only our passes say.
const TONGXING: i64 = -70_000;
const STATUS: i64 = 65_535;

/// The colour of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Colour {
    /// 绿码.
    Green = 0,
    /// 黄码.
    Yellow = 1,
    /// 红码.
    Red = 2,
    /// No colour has been decided; a value of its own, never a default.
    None = 3,
}

/// The kind of travel document that the holder has in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum DocumentKind {
    /// 护照.
    Passport = 1,
    /// 港澳居民来往内地通行证.
    HkMacaoPermit = 2,
    /// 台湾居民来往大陆通行证.
    TaiwanPermit = 3,
}

/// Whether a pass lives on a device or on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum PassKind {
    /// Bound to the key of the holder's device; shown with a fresh signature.
    Live = 1,
    /// On paper, bound to nothing: good only beside its document.
    Printed = 2,
}

/// A closed list of values with a word for each: the number stands in the pass, the word in JSON.
macro_rules! words {
    ($kind:ty, $($value:path => $word:literal),+ $(,)?) => {
        impl $kind {
            /// The word that stands in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $($value => $word),+ }
            }

            pub(crate) fn from_number(number: u64) -> Option<Self> {
                [$($value),+].into_iter().find(|&value| value as u64 == number)
            }
        }
    };
}

words!(Colour, Colour::Green => "green", Colour::Yellow => "yellow", Colour::Red => "red", Colour::None => "none");
words!(DocumentKind, DocumentKind::Passport => "passport", DocumentKind::HkMacaoPermit => "hk_macao_permit",
    DocumentKind::TaiwanPermit => "taiwan_permit");
words!(PassKind, PassKind::Live => "live", PassKind::Printed => "printed");

/// Day and month of birth, each 0 where the document does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BirthDay {
    /// 1 to 31, or 0.
    pub day: u8,
    /// 1 to 12, or 0.
    pub month: u8,
}

/// Where the pass stands in which status list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRef<'a> {
    /// The index in the list, from 0.
    pub index: u32,
    /// The address of the list.
    pub uri: &'a str,
}

/// The P-256 key of the holder's device, compressed as in RFC 9053 section 7.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceKey {
    /// The x coordinate.
    pub x: [u8; 32],
    /// Whether y is odd.
    pub y_odd: bool,
}

impl DeviceKey {
    /// The device key from the JWK that WebCrypto exports; refuses a point off the curve.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        Ok(Self::from(&PublicKey::from_jwk(jwk)?))
    }

    /// Whether `signature` is this device's ES256 signature over `message`; a point off the curve signs nothing.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.compressed()).verify(message, signature).is_ok()
    }

    /// SEC 1 compressed: 0x02 or 0x03, x.
    pub fn compressed(&self) -> [u8; 33] {
        let mut point = [0; 33];
        point[0] = 2 + u8::from(self.y_odd);
        point[1..].copy_from_slice(&self.x);
        point
    }
}

impl From<&PublicKey> for DeviceKey {
    fn from(key: &PublicKey) -> Self {
        let (x, y) = key.point()[1..].split_at(32);
        Self { x: x.try_into().expect("32 of 64 bytes"), y_odd: y[31] & 1 == 1 }
    }
}

/// Everything that a pass says. The kind of pass is told by the device key: with one it is live.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PassClaims<'a> {
    /// Who issued it, as the trust list names them: 1 to 64 bytes.
    pub issuer: &'a str,
    /// When it ends: from this second on it is expired.
    pub expires: Seconds,
    /// When it was issued: before this second it is not yet valid.
    pub issued: Seconds,
    /// Eight random bytes, unique for the issuer.
    pub id: [u8; 8],
    /// The key of the holder's device, for a live pass.
    pub device: Option<DeviceKey>,
    /// Where its withdrawal would be seen.
    pub status: StatusRef<'a>,
    /// The colour at the time of issue.
    pub colour: Colour,
    /// The holder's initials as on the document: up to 16 bytes.
    pub initials: &'a str,
    /// Day and month of birth, without the year.
    pub birth: BirthDay,
    /// The kind of document.
    pub document: DocumentKind,
    /// The last four characters of the document's number: 1 to 4 capital letters and digits.
    pub last_four: &'a str,
}

/// What a pass says of a person does not belong in a log: only issuer and kind are printed.
impl std::fmt::Debug for PassClaims<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PassClaims({}, {})", self.issuer, self.kind().as_str())
    }
}

/// A claim outside its limits, by name; never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the claim `{0}` is outside its limits")]
pub struct ClaimError(
    /// The claim's name as in [`PassClaims`].
    pub &'static str,
);

impl<'a> PassClaims<'a> {
    /// Live with a device key, printed without.
    pub fn kind(&self) -> PassKind {
        if self.device.is_some() { PassKind::Live } else { PassKind::Printed }
    }

    /// Checks every limit; an issuer cannot make a pass that a parser would refuse.
    pub fn check(&self) -> Result<(), ClaimError> {
        let plain = |text: &str, limit| text.len() <= limit && !text.chars().any(char::is_control);
        let held = [
            ("issuer", !self.issuer.is_empty() && plain(self.issuer, 64)),
            ("expires", self.expires <= LAST_SECOND),
            ("issued", self.issued <= LAST_SECOND),
            ("status", !self.status.uri.is_empty() && plain(self.status.uri, 128)),
            ("initials", plain(self.initials, 16)),
            ("birth", self.birth.day <= 31 && self.birth.month <= 12),
            ("last_four", (1..=4).contains(&self.last_four.len()) && last_four(self.last_four)),
        ];
        match held.iter().find(|(_, held)| !held) {
            None => Ok(()),
            Some((name, _)) => Err(ClaimError(name)),
        }
    }

    /// The one encoding of these claims.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(192 + self.issuer.len() + self.status.uri.len());
        writer.map(if self.device.is_some() { 7 } else { 6 });
        writer.int(1).text(self.issuer).int(4).uint(self.expires).int(6).uint(self.issued);
        writer.int(7).bytes(&self.id);
        if let Some(device) = &self.device {
            writer.int(8).map(1).int(1).map(4).int(1).int(2).int(-1).int(1);
            writer.int(-2).bytes(&device.x).int(-3).bool(device.y_odd);
        }
        writer.int(STATUS).map(1).text("status_list").map(2);
        writer.text("idx").uint(self.status.index.into()).text("uri").text(self.status.uri);
        writer.int(TONGXING).map(6).int(1).uint(self.colour as u64).int(2).text(self.initials);
        writer.int(3).array(2).uint(self.birth.day.into()).uint(self.birth.month.into());
        writer.int(4).uint(self.document as u64).int(5).text(self.last_four);
        writer.int(6).uint(self.kind() as u64);
        writer.finish()
    }

    /// Reads the one encoding; anything else is refused.
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, NotCbor> {
        let mut r = Reader::new(bytes);
        let pairs = r.map()?;
        r.expect_int(1)?;
        let name = r.text()?;
        r.expect_int(4)?;
        let expires = r.uint()?;
        r.expect_int(6)?;
        let issued = r.uint()?;
        r.expect_int(7)?;
        let id = *r.fixed()?;
        let device = match pairs {
            6 => None,
            7 => Some(read_device(&mut r)?),
            _ => return Err(NotCbor),
        };
        let status = read_status(&mut r)?;
        r.expect_int(TONGXING)?;
        r.expect_map(6)?;
        r.expect_int(1)?;
        let colour = Colour::from_number(r.uint()?).ok_or(NotCbor)?;
        r.expect_int(2)?;
        let initials = r.text()?;
        r.expect_int(3)?;
        r.expect_array(2)?;
        let birth = BirthDay { day: small(r.uint()?)?, month: small(r.uint()?)? };
        r.expect_int(4)?;
        let document = DocumentKind::from_number(r.uint()?).ok_or(NotCbor)?;
        r.expect_int(5)?;
        let last_four = r.text()?;
        r.expect_int(6)?;
        let kind = PassKind::from_number(r.uint()?).ok_or(NotCbor)?;
        r.end()?;
        let claims = Self {
            issuer: name,
            expires,
            issued,
            id,
            device,
            status,
            colour,
            initials,
            birth,
            document,
            last_four,
        };
        if kind == claims.kind() && claims.check().is_ok() { Ok(claims) } else { Err(NotCbor) }
    }
}

fn last_four(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

fn small(value: u64) -> Result<u8, NotCbor> {
    u8::try_from(value).map_err(|_| NotCbor)
}

/// `cnf` (RFC 8747 section 3.2) with a `COSE_Key` (RFC 9053 section 7.1.1).
fn read_device(r: &mut Reader<'_>) -> Result<DeviceKey, NotCbor> {
    r.expect_int(8)?;
    r.expect_map(1)?;
    r.expect_int(1)?;
    r.expect_map(4)?;
    for constant in [1, 2, -1, 1, -2] {
        r.expect_int(constant)?;
    }
    let x = *r.fixed()?;
    r.expect_int(-3)?;
    Ok(DeviceKey { x, y_odd: r.bool()? })
}

/// `status` of the Token Status List draft, section "Referenced Token in COSE".
fn read_status<'a>(r: &mut Reader<'a>) -> Result<StatusRef<'a>, NotCbor> {
    r.expect_int(STATUS)?;
    r.expect_map(1)?;
    r.expect_text("status_list")?;
    r.expect_map(2)?;
    r.expect_text("idx")?;
    let index = u32::try_from(r.uint()?).map_err(|_| NotCbor)?;
    r.expect_text("uri")?;
    Ok(StatusRef { index, uri: r.text()? })
}
