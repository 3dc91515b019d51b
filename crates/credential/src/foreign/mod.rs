//! Credentials that others made: EU DCC, SMART Health Cards, NZ COVID Pass, ICAO VDS-NC.
//!
//! Used by [`crate::Scan`] for what a traveller shows on entering the province (design section 6). Each format's
//! file turns text into one common form, [`Foreign`]: what was signed, by which key as it says, and what it
//! states. **Nothing in it is true before its signature has been checked**, nothing of it is kept, and it never
//! becomes a colour: [`Statement`] is what the acceptance rules look at, for entry only.

mod accept;
mod cbor_item;
mod hcert;
mod inflate;
mod jcs;
mod lenient;
mod nzcp;
mod shc;
mod shc_fhir;
mod shc_text;
mod subject;
mod vds_nc;
mod vds_nc_signer;

use serde_json::Value;

use crate::Seconds;
use crate::claims::BirthDay;
use crate::trust::Format;
use crate::verifying::Algorithm;

pub use accept::Acceptance;
pub use hcert::hcert_bytes;
pub use shc_text::join_parts;
pub(crate) use vds_nc_signer::vouched;

/// Where reading a foreign credential stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The text is not in the encoding of the format (Base45, Base32, digits, JSON).
    Encoding,
    /// The compressed part cannot be unpacked, or unpacks to more than the format allows.
    Compression,
    /// The signed envelope (COSE, CWT, JWS) is not one, or its header is not what the format asks for.
    Envelope,
    /// The content is not what the format's schema asks for.
    Schema,
    /// One part of a credential that was cut into several codes: all are needed.
    Part,
    /// An algorithm that is not taken.
    Algorithm,
}

/// Who a foreign credential is about, as far as an inspector compares it with the document in hand.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// Initials, family name first as the credential orders them, up to 16 bytes.
    pub initials: String,
    /// Day and month of birth, 0 where unknown.
    pub birth: Option<BirthDay>,
    /// The last four characters of a document's number, where the credential carries one.
    pub last_four: Option<String>,
}

/// Personal data does not belong in a log, so it has nothing to print.
impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subject(…)")
    }
}

/// What a foreign credential states: what acceptance rules look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// Doses given.
    Vaccination {
        /// The number of this dose, where stated.
        dose: Option<u32>,
        /// The number of doses in the series, where stated.
        of: Option<u32>,
        /// The day of the last dose as the credential writes it (ISO 8601).
        date: Option<String>,
    },
    /// A test.
    Test {
        /// Whether the disease was found; `None` where the result is neither.
        detected: Option<bool>,
        /// When the sample was taken, as the credential writes it (ISO 8601).
        at: Option<String>,
    },
    /// A recovery from the disease.
    Recovery {
        /// From which day on it counts, as the credential writes it.
        from: Option<String>,
        /// Until which day.
        until: Option<String>,
    },
    /// The holder may pass, says the issuer, without saying why (NZ COVID Pass).
    Cleared,
    /// Something else, such as an immunisation against another disease.
    Other,
}

/// The kinds of EU DCC, for which a key needs the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A test.
    Test,
    /// A vaccination.
    Vaccination,
    /// A recovery.
    Recovery,
}

/// What a key may sign within the EU DCC: the extended key usages of its certificate. All, if it names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools, reason = "three independent rights")]
pub struct KeyUsage {
    /// Test certificates.
    pub test: bool,
    /// Vaccination certificates.
    pub vaccination: bool,
    /// Recovery certificates.
    pub recovery: bool,
}

impl KeyUsage {
    /// No restriction.
    pub const ANY: Self = Self { test: true, vaccination: true, recovery: true };

    /// Whether it covers this kind of certificate.
    pub fn covers(self, kind: Kind) -> bool {
        match kind {
            Kind::Vaccination => self.vaccination,
            Kind::Test => self.test,
            Kind::Recovery => self.recovery,
        }
    }
}

/// A foreign credential, read and not yet believed.
#[derive(Clone)]
pub struct Foreign {
    pub(crate) format: Format,
    /// The name of the key that it says signed it; for VDS-NC the first 8 bytes of the SHA-256 of its certificate.
    pub(crate) kid: Vec<u8>,
    /// The issuer as it names itself: country, `iss`.
    pub(crate) issuer: Option<String>,
    pub(crate) not_before: Option<Seconds>,
    pub(crate) expires: Option<Seconds>,
    pub(crate) algorithm: Algorithm,
    /// Exactly the bytes that were signed.
    pub(crate) message: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    /// The certificate that came along (DER). It counts only if it, or its issuer, is on the trust list.
    pub(crate) certificate: Option<Vec<u8>>,
    pub(crate) subject: Subject,
    /// Of which kind it is, for an EU DCC.
    pub(crate) kind: Option<Kind>,
    pub(crate) statements: Vec<Statement>,
    /// What is wrong with its content: then it is `unreadable`, whoever signed it.
    pub(crate) fault: Option<Fault>,
    /// The payload as it was signed, from which [`Foreign::payload`] is made when it is asked for.
    pub(crate) content: Content,
}

/// The signed payload in its own encoding.
#[derive(Clone)]
pub(crate) enum Content {
    /// CBOR, rendered by the format's own file.
    Cbor(Vec<u8>),
    /// JSON text.
    Json(Vec<u8>),
}

/// Says nothing of its content.
impl std::fmt::Debug for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Foreign({:?})", self.format)
    }
}

impl Foreign {
    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Who it says issued it.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// From when on it is valid, where it says so.
    pub fn not_before(&self) -> Option<Seconds> {
        self.not_before
    }

    /// Whether it has ended. An EU DCC counts through the second that it names, others until that second.
    pub fn ended(&self, now: Seconds) -> Option<bool> {
        let expires = self.expires?;
        Some(if self.format == Format::Hcert { now > expires } else { now >= expires })
    }

    /// What is wrong with its content, if anything.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Of which kind it is, for an EU DCC.
    pub fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// When it ends, where it says so.
    pub fn expires(&self) -> Option<Seconds> {
        self.expires
    }

    /// Who it is about.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// What it states.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// What it says as JSON, checked or not.
    pub fn payload(&self) -> Value {
        match (&self.content, self.format) {
            (Content::Json(text), _) => serde_json::from_slice(text).unwrap_or(Value::Null),
            (Content::Cbor(bytes), Format::Nzcp) => nzcp::payload(bytes),
            (Content::Cbor(bytes), _) => hcert::payload(bytes),
        }
    }
}

/// Reads a foreign credential, if the text begins like one: the format, and the credential or what is wrong.
///
/// One line break at the end is how files end and is ignored; any other white space around a text that allows
/// none was added by somebody. A JWS by itself is a SMART Health Card.
pub(crate) fn read(text: &str) -> Option<(Format, Result<Foreign, Fault>)> {
    let exact = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    let text = text.trim();
    let begins = |prefix: &str| text.get(..prefix.len()).is_some_and(|t| t.eq_ignore_ascii_case(prefix));
    if begins("HC1:") {
        Some((Format::Hcert, hcert::read(text)))
    } else if begins("shc:/") || (text.starts_with("eyJ") && text.contains('.')) {
        Some((Format::Shc, shc::read(exact)))
    } else if begins("NZCP:/") {
        Some((Format::Nzcp, nzcp::read(exact)))
    } else if text.starts_with('{') && text.contains("\"icao.") {
        Some((Format::VdsNc, vds_nc::read(text)))
    } else {
        None
    }
}
