//! CBOR as others write it (RFC 8949): keys in any order, heads of any length, arrays and maps with or without a
//! length. Borrowing, and bounded: a map has at most 32 keys (whole numbers or texts, each once), nesting ends at
//! 16, and a text or byte string stands in one piece.
//!
//! Our own formats are read by the strict `cbor::Reader`, and formats that nobody counts microseconds for become
//! a `cbor_item::Item`. All refuse what would let one object mean two things.

use minicbor::Decoder;
use minicbor::data::Type;

use crate::Seconds;
use crate::claims::LAST_SECOND;

/// How deep arrays and maps may nest; an EU DCC has 5 levels.
pub(super) const MAX_DEPTH: u8 = 16;
/// How many keys a map may have; the largest of an EU DCC has 12.
const MAX_KEYS: usize = 32;

/// Not CBOR, or not within these bounds, or not of the type that is asked for here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bad;

impl From<minicbor::decode::Error> for Bad {
    fn from(_: minicbor::decode::Error) -> Self {
        Self
    }
}

/// A key of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key<'a> {
    Number(i64),
    Text(&'a str),
}

impl Key<'_> {
    /// A number that equal keys share. Two different keys share one only if they are long and chosen for it, and then
    /// their map is refused: nobody gains by that.
    fn fingerprint(self) -> u64 {
        const TEXT: u64 = 1 << 63;
        match self {
            #[allow(clippy::cast_sign_loss, reason = "any bit pattern will do")]
            Self::Number(number) => (number as u64).rotate_left(1) & !TEXT,
            // FNV-1a
            Self::Text(text) => {
                text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
                }) | TEXT
            }
        }
    }
}

/// Reads one item after the other.
pub(super) struct Lenient<'a> {
    decoder: Decoder<'a>,
    depth: u8,
}

impl<'a> Lenient<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { decoder: Decoder::new(bytes), depth: 0 }
    }

    /// The type of the next item, without taking it.
    pub(super) fn next(&self) -> Result<Type, Bad> {
        Ok(self.decoder.datatype()?)
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Bad> {
        Ok(self.decoder.bytes()?)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Bad> {
        Ok(self.decoder.str()?)
    }

    pub(super) fn int(&mut self) -> Result<i64, Bad> {
        Ok(self.decoder.i64()?)
    }

    /// Takes the tag of the next item, if it has one.
    pub(super) fn tag(&mut self) -> Result<Option<u64>, Bad> {
        Ok(if self.next()? == Type::Tag { Some(self.decoder.tag()?.as_u64()) } else { None })
    }

    /// An array of exactly `items`, of a definite length.
    pub(super) fn expect_array(&mut self, items: u64) -> Result<(), Bad> {
        if self.decoder.array()? == Some(items) { Ok(()) } else { Err(Bad) }
    }

    /// A `NumericDate` (RFC 8392 section 2), which may be broken: `round` says which whole second it means.
    pub(super) fn date(&mut self, round: fn(f64) -> f64) -> Result<Seconds, Bad> {
        let whole = match self.next()? {
            Type::F32 | Type::F64 => {
                let number = round(self.float()?);
                if !(number.is_finite() && number >= 0.0) {
                    return Err(Bad);
                }
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "not negative; saturates"
                )]
                let whole = number as Seconds;
                whole
            }
            _ => Seconds::try_from(self.int()?).map_err(|_| Bad)?,
        };
        Ok(whole.min(LAST_SECOND))
    }

    fn float(&mut self) -> Result<f64, Bad> {
        Ok(match self.next()? {
            Type::F32 => f64::from(self.decoder.f32()?),
            _ => self.decoder.f64()?,
        })
    }

    /// Takes a map, `each` of whose keys is given to `each`, which takes the value.
    pub(super) fn map(
        &mut self,
        mut each: impl FnMut(&mut Self, Key<'a>) -> Result<(), Bad>,
    ) -> Result<(), Bad> {
        let length = self.decoder.map()?;
        let mut seen = [0; MAX_KEYS];
        let mut count = 0;
        self.items(length, |reader| {
            let key = reader.key()?;
            let fingerprint = key.fingerprint();
            if count == MAX_KEYS || seen[..count].contains(&fingerprint) {
                return Err(Bad);
            }
            seen[count] = fingerprint;
            count += 1;
            each(reader, key)
        })
    }

    /// Takes an array, each of whose items `each` takes.
    pub(super) fn array(&mut self, each: impl FnMut(&mut Self) -> Result<(), Bad>) -> Result<(), Bad> {
        let length = self.decoder.array()?;
        self.items(length, each)
    }

    fn items(
        &mut self,
        length: Option<u64>,
        mut each: impl FnMut(&mut Self) -> Result<(), Bad>,
    ) -> Result<(), Bad> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Bad);
        }
        if let Some(length) = length {
            for _ in 0..length {
                each(self)?;
            }
        } else {
            while self.next()? != Type::Break {
                each(self)?;
            }
            self.decoder.set_position(self.decoder.position() + 1);
        }
        self.depth -= 1;
        Ok(())
    }

    fn key(&mut self) -> Result<Key<'a>, Bad> {
        Ok(match self.next()? {
            Type::String => Key::Text(self.text()?),
            _ => Key::Number(self.int()?),
        })
    }

    /// Takes whatever comes next, within the bounds, and answers its bytes.
    pub(super) fn skip(&mut self) -> Result<&'a [u8], Bad> {
        let start = self.decoder.position();
        match self.next()? {
            Type::Map | Type::MapIndef => self.map(|reader, _| reader.pass())?,
            Type::Array | Type::ArrayIndef => self.array(Self::pass)?,
            Type::Tag => {
                self.decoder.tag()?;
                // Tags nest too.
                self.items(Some(1), Self::pass)?;
            }
            Type::BytesIndef | Type::StringIndef | Type::Break | Type::Unknown(_) => return Err(Bad),
            Type::String => {
                self.text()?;
            }
            _ => self.decoder.skip()?,
        }
        Ok(&self.decoder.input()[start..self.decoder.position()])
    }

    /// What `read` makes of the next item, or nothing where it cannot; and the item's bytes.
    pub(super) fn attempt<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Bad>,
    ) -> Result<(Option<T>, &'a [u8]), Bad> {
        let (start, depth) = (self.decoder.position(), self.depth);
        let read = read(self).ok();
        if read.is_none() {
            self.decoder.set_position(start);
            self.depth = depth;
            self.pass()?;
        }
        Ok((read, &self.decoder.input()[start..self.decoder.position()]))
    }

    /// Passes over whatever comes next, within the bounds.
    pub(super) fn pass(&mut self) -> Result<(), Bad> {
        self.skip().map(|_| ())
    }

    /// Nothing is left over.
    pub(super) fn end(&self) -> Result<(), Bad> {
        if self.decoder.position() == self.decoder.input().len() { Ok(()) } else { Err(Bad) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(hex: &str) -> Result<(), Bad> {
        let bytes = hex::decode(hex).unwrap();
        let mut reader = Lenient::new(&bytes);
        reader.skip()?;
        reader.end()
    }

    #[test]
    fn bounds() {
        assert_eq!(skip("bf61610161629f0102ffff"), Ok(()), "indefinite map and array");
        assert_eq!(skip("a201010102"), Err(Bad), "the same key twice");
        assert_eq!(skip("a20101180102"), Err(Bad), "the same key twice, once with a longer head");
        assert_eq!(skip("a2616101780161f4"), Err(Bad), "the same text twice");
        assert_eq!(skip("a1410101"), Err(Bad), "a byte string as key");
        assert_eq!(skip("7f6161ff"), Err(Bad), "a text in pieces");
        assert_eq!(skip("0000"), Err(Bad), "trailing bytes");
        assert_eq!(skip("ff"), Err(Bad));
        assert_eq!(skip("61ff"), Err(Bad), "not UTF-8");
        for (depth, outcome) in [(15, Ok(())), (16, Ok(())), (17, Err(Bad)), (10_000, Err(Bad))] {
            for nested in ["81", "a100", "c1"] {
                assert_eq!(skip(&(nested.repeat(depth) + "00")), outcome, "{nested} × {depth}");
            }
            assert_eq!(skip(&("9f".repeat(depth) + &"ff".repeat(depth))), outcome);
        }
        let keys = |n: u8| {
            let pairs = (0..n).flat_map(|key| [0x18, key, 0]);
            skip(&hex::encode([0xb8, n].into_iter().chain(pairs).collect::<Vec<u8>>()))
        };
        assert_eq!((keys(32), keys(33)), (Ok(()), Err(Bad)));
        assert_eq!(skip("9bffffffffffffffff"), Err(Bad), "a length that is not there");
    }
}
