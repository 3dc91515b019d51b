//! From scanned text to one of the things that a scan can be.

use crate::Seconds;
use crate::base45;
use crate::foreign::{self, Fault, Foreign};
use crate::live::{LiveCode, LiveProof};
use crate::pass::{PREFIX, Pass};
use crate::trust::Format;
use crate::verify::NATIONAL_ISSUER;

/// The longest text that is looked at, in bytes: a QR code holds 4,296 characters at most (ISO/IEC 18004).
pub const MAX_TEXT: usize = 8_192;

/// The characters of short codes and reference numbers: no 0, 1, I, L or O to confuse.
pub const SHORT_CODE_ALPHABET: &str = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// What was scanned or typed.
#[derive(Clone)]
pub enum Scan<'a> {
    /// A pass by itself: a printed one, or a live one without its proof.
    Pass(Pass<'a>),
    /// A pass with the proof of its device.
    Live(LiveCode<'a>),
    /// The eight characters under a live code, in capitals; only the server knows what they stand for.
    ShortCode([u8; 8]),
    /// A credential of somebody else.
    Foreign(Box<Foreign>),
    /// Begins like a credential of somebody else, and is none: where reading it stopped.
    Damaged(Format, Fault),
    /// Not a code that we know, or one that is damaged.
    Unreadable,
}

impl std::fmt::Debug for Scan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pass(pass) => pass.fmt(f),
            Self::Live(code) => code.fmt(f),
            Self::ShortCode(_) => f.write_str("ShortCode(…)"),
            Self::Foreign(foreign) => foreign.fmt(f),
            Self::Damaged(format, fault) => write!(f, "Damaged({format:?}, {fault:?})"),
            Self::Unreadable => f.write_str("Unreadable"),
        }
    }
}

impl<'a> Scan<'a> {
    /// Reads any text. `buffer` is cleared, and holds the bytes that the answer borrows.
    pub fn read(text: &str, buffer: &'a mut Vec<u8>) -> Self {
        buffer.clear();
        let (whole, text) = (text, text.trim());
        if text.len() > MAX_TEXT {
            return Self::Unreadable;
        }
        if let Some(body) = text.strip_prefix(PREFIX) {
            return match base45::decode_into(body.as_bytes(), buffer) {
                Ok(()) => Self::from_bytes(buffer),
                Err(_) => Self::Unreadable,
            };
        }
        if let Some((format, read)) = foreign::read(whole) {
            return match read {
                Ok(foreign) => Self::Foreign(Box::new(foreign)),
                Err(fault) => Self::Damaged(format, fault),
            };
        }
        short_code(text).map_or(Self::Unreadable, Self::ShortCode)
    }

    /// Reads the bytes of one of our codes, without prefix and Base45.
    pub fn from_bytes(bytes: &'a [u8]) -> Self {
        // A pass begins with the tag of COSE_Sign1, a live code with an array of three.
        let read = if bytes.first() == Some(&0x83) {
            LiveCode::parse(bytes).map(Self::Live)
        } else {
            Pass::parse(bytes).map(Self::Pass)
        };
        read.unwrap_or(Self::Unreadable)
    }

    /// The pass, by itself or inside a live code.
    pub fn pass(&self) -> Option<&Pass<'a>> {
        match self {
            Self::Pass(pass) => Some(pass),
            Self::Live(code) => Some(code.pass()),
            Self::ShortCode(_) | Self::Foreign(_) | Self::Damaged(..) | Self::Unreadable => None,
        }
    }

    /// Whether it is a pass in the name of the national code, checked or not.
    pub fn is_national(&self) -> bool {
        self.pass().is_some_and(|pass| pass.claims().issuer == NATIONAL_ISSUER)
    }

    /// The credential of somebody else, where it could be read.
    pub fn foreign(&self) -> Option<&Foreign> {
        match self {
            Self::Foreign(foreign) => Some(foreign),
            _ => None,
        }
    }

    /// Checks the device's signature where there is one; costs a signature check.
    pub fn proof(&self) -> LiveProof {
        match self {
            Self::Live(code) => code.proof(),
            _ => LiveProof::Absent,
        }
    }

    /// The time that the device claims, checked or not.
    pub fn live_time(&self) -> Option<Seconds> {
        match self {
            Self::Live(code) => Some(code.time()),
            _ => None,
        }
    }

    /// Whose format the text has, where that can be told.
    pub fn format(&self) -> Option<Format> {
        match self {
            Self::Pass(_) | Self::Live(_) | Self::ShortCode(_) => Some(Format::Tongxing),
            Self::Foreign(foreign) => Some(foreign.format()),
            Self::Damaged(format, _) => Some(*format),
            Self::Unreadable => None,
        }
    }
}

/// Eight characters of the alphabet, typed in either case, with spaces or hyphens between them.
fn short_code(text: &str) -> Option<[u8; 8]> {
    let mut code = [0; 8];
    let mut length = 0;
    for character in text.bytes().filter(|b| !matches!(b, b' ' | b'-')) {
        let character = character.to_ascii_uppercase();
        if length == code.len() || !SHORT_CODE_ALPHABET.as_bytes().contains(&character) {
            return None;
        }
        code[length] = character;
        length += 1;
    }
    (length == code.len()).then_some(code)
}
