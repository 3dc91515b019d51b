//! What stands before every share, wrapped or opened: which half of which data key, for whom and when.

use std::fmt;

use crate::{Day, Format, KeyId, LocationGroup, Minute, UnitName, VisitError, text};

/// A data key's name: 16 random bytes. Shown as Base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataKeyId(pub [u8; 16]);

impl DataKeyId {
    /// From the text that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        text::decode_exact(text).map(Self)
    }
}

impl fmt::Display for DataKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::encode(&self.0))
    }
}

/// What a data key is for: its name, its minute, and its group of locations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// Its name.
    pub id: DataKeyId,
    /// The minute in which the server seals with it.
    pub minute: Minute,
    /// The locations whose visits it seals.
    pub group: LocationGroup,
}

/// Which of the two shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The random one.
    First,
    /// The one that makes the data key of it.
    Second,
}

/// What stands before a share in the clear. It is bound to the share: changed, nothing opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Which half this is.
    pub half: Half,
    /// Of which data key.
    pub context: Context,
    /// 16 bytes that the joined data key has to give.
    pub check: [u8; 16],
    /// The day key to which the share was wrapped.
    pub kid: KeyId,
    /// Whose day key that is.
    pub unit: UnitName,
}

/// The length of a header before the unit's name.
const FIXED: usize = 53;

impl Header {
    /// The day of its minute.
    pub const fn day(&self) -> Day {
        self.context.minute.day()
    }

    /// Its bytes, behind the byte that tells the format.
    pub(crate) fn write(&self, first: u8) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIXED + self.unit.as_str().len());
        bytes.push(first);
        bytes.push(match self.half {
            Half::First => 1,
            Half::Second => 2,
        });
        bytes.extend_from_slice(&self.context.id.0);
        bytes.extend_from_slice(&self.context.minute.number().to_be_bytes());
        bytes.extend_from_slice(&self.context.group.0.to_be_bytes());
        bytes.extend_from_slice(&self.day().number().to_be_bytes());
        bytes.extend_from_slice(&self.check);
        bytes.extend_from_slice(&self.kid.0);
        bytes.extend_from_slice(&self.unit.with_length());
        bytes
    }

    /// Reads it, and gives what follows.
    pub(crate) fn read(bytes: &[u8], first: u8, format: Format) -> Result<(Self, &[u8]), VisitError> {
        let bad = |why| VisitError::Malformed(format, why);
        let mut rest = bytes;
        if take::<1>(&mut rest) != Some([first]) {
            return Err(bad("it begins with another byte"));
        }
        let short = || bad("it is too short");
        let half = match take(&mut rest).ok_or_else(short)? {
            [1] => Half::First,
            [2] => Half::Second,
            _ => return Err(bad("it is neither the first half nor the second")),
        };
        let id = DataKeyId(take(&mut rest).ok_or_else(short)?);
        let minute = Minute::new(u32::from_be_bytes(take(&mut rest).ok_or_else(short)?));
        let minute = minute.ok_or_else(|| bad("its minute lies behind the year 9999"))?;
        let group = LocationGroup(u16::from_be_bytes(take(&mut rest).ok_or_else(short)?));
        if u32::from_be_bytes(take(&mut rest).ok_or_else(short)?) != minute.day().number() {
            return Err(bad("its minute does not lie in its day"));
        }
        let check = take(&mut rest).ok_or_else(short)?;
        let kid = KeyId(take(&mut rest).ok_or_else(short)?);
        let [length] = take(&mut rest).ok_or_else(short)?;
        let (name, rest) = rest.split_at_checked(usize::from(length)).ok_or_else(short)?;
        let unit = std::str::from_utf8(name).ok().and_then(|name| name.parse().ok());
        let unit = unit.ok_or_else(|| bad("its unit has no name that is one"))?;
        Ok((Self { half, context: Context { id, minute, group }, check, kid, unit }, rest))
    }
}

/// The next bytes.
pub(crate) fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*taken)
}
