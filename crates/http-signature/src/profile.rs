//! What a signature must cover and say before it counts (RFC 9421 section 3.2, "application requirements").

use crate::{Algorithm, Input, Key, Request, SignatureError, base, check_digest, inputs, signature, value};

/// The longest header that is read.
pub const LONGEST_FIELD: usize = 8192;
const NONCE: std::ops::RangeInclusive<usize> = 16..=64;
const KEY_ID: std::ops::RangeInclusive<usize> = 1..=100;

/// What is asked of every signature.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    /// The tag that says that a signature is meant for this service (section 2.3).
    pub tag: &'static str,
    /// How far `created` may be from now, in seconds.
    pub window: u64,
}

/// A signature that fits the profile and the body. It has been checked under no key yet.
#[derive(Clone)]
pub struct Presented {
    /// The name of the key.
    pub key_id: String,
    /// Never used twice with this key.
    pub nonce: String,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    algorithm: Option<Algorithm>,
    base: String,
    signature: Vec<u8>,
}

impl Profile {
    /// Reads the signature of `request`, and checks all that can be checked without a key.
    pub fn read(&self, request: &Request<'_>, body: &[u8], now: i64) -> Result<Presented, SignatureError> {
        let input = self.tagged(&field(request, "signature-input")?)?;
        let signature = signature(&field(request, "signature")?, &input.label)?;
        covers_enough(&input, request, body)?;
        let presented = self.parameters(&input, now)?;
        if !body.is_empty() || input.covers("content-digest") {
            check_digest(&field(request, "content-digest")?, body)?;
        }
        let base = base(&input.covered, &input.list, |component| value(request, component))?;
        Ok(Presented { base, signature, ..presented })
    }

    /// The one signature that is meant for us; those of others, such as a proxy's, are left alone.
    fn tagged(&self, text: &str) -> Result<Input, SignatureError> {
        let is_ours = |list: &sfv::InnerList| matches!(list.params.get("tag"), Some(sfv::BareItem::String(tag)) if tag.as_str() == self.tag);
        let mut ours = inputs(text)?.into_iter().filter(|(_, list)| is_ours(list));
        let (label, list) = ours.next().ok_or(SignatureError::NoTag(self.tag))?;
        if ours.next().is_some() {
            return Err(SignatureError::SeveralTags(self.tag));
        }
        Input::checked(label, list)
    }

    fn parameters(&self, input: &Input, now: i64) -> Result<Presented, SignatureError> {
        let created = input.number("created").ok_or(SignatureError::Parameter("created"))?;
        if created.abs_diff(now) > self.window {
            return Err(SignatureError::Stale(self.window));
        }
        if input.has("expires") {
            let expires = input.number("expires").ok_or(SignatureError::Parameter("expires"))?;
            if expires < now {
                return Err(SignatureError::Expired);
            }
        }
        let nonce = input.text("nonce").ok_or(SignatureError::Parameter("nonce"))?;
        if !NONCE.contains(&nonce.len()) || !nonce.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(SignatureError::Nonce);
        }
        let key_id = input.text("keyid").filter(|id| KEY_ID.contains(&id.len()));
        let key_id = key_id.ok_or(SignatureError::Parameter("keyid"))?;
        let algorithm = match (input.has("alg"), input.text("alg").and_then(Algorithm::from_name)) {
            (true, None) => return Err(SignatureError::Algorithm),
            (_, algorithm) => algorithm,
        };
        let (key_id, nonce) = (key_id.to_owned(), nonce.to_owned());
        Ok(Presented { key_id, nonce, created, algorithm, base: String::new(), signature: Vec::new() })
    }
}

fn field(request: &Request<'_>, name: &'static str) -> Result<String, SignatureError> {
    if !request.headers.iter().any(|(n, _)| *n == name) {
        return Err(SignatureError::Missing(name));
    }
    let text = request.header(name).ok_or(SignatureError::Malformed(name))?;
    if text.len() > LONGEST_FIELD { Err(SignatureError::TooLong(name)) } else { Ok(text) }
}

/// Nothing that the request means may be changed on its way.
fn covers_enough(input: &Input, request: &Request<'_>, body: &[u8]) -> Result<(), SignatureError> {
    let mut wanted = vec!["@method"];
    if !input.covers("@target-uri") {
        let apart = input.covers("@authority") || input.covers("@path");
        wanted.extend(if apart { &["@authority", "@path"][..] } else { &["@target-uri"][..] });
        if apart && request.query.is_some() {
            wanted.push("@query");
        }
    }
    if !body.is_empty() {
        wanted.extend(["content-digest", "content-type"]);
    }
    match wanted.into_iter().find(|name| !input.covers(name)) {
        Some(name) => Err(SignatureError::NotCovered(name)),
        None => Ok(()),
    }
}

/// A key that nobody signs with: its point is the generator of P-256 (SEC 2, section 2.4.2).
const NOBODY: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
    0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
    0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
];

impl Presented {
    /// Checks the signature. Without a key the same work is done for nothing, so that the time tells of no key.
    pub fn verify(&self, key: Option<&Key>) -> Result<(), SignatureError> {
        let Some(key) = key else {
            if let Ok(nobody) = Key::new(Algorithm::EcdsaP256Sha256, &NOBODY) {
                let _nothing = nobody.verify(self.base.as_bytes(), &self.signature);
            }
            return Err(SignatureError::NotVerified);
        };
        let named = self.algorithm.is_none_or(|algorithm| algorithm == key.algorithm());
        if key.verify(self.base.as_bytes(), &self.signature) && named {
            Ok(())
        } else {
            Err(SignatureError::NotVerified)
        }
    }
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presented(by {})", self.key_id)
    }
}
