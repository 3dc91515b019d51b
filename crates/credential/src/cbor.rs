//! Deterministic CBOR (RFC 8949 section 4.2.1), read strictly and without copying.
//!
//! `minicbor` reads the items; [`Reader`] adds what it lets pass: a head longer than needed, an indefinite
//! length and trailing bytes are refused. The order of map keys is the caller's schema: our formats name
//! each key in its place, so a duplicate or misplaced key is simply not the expected one, and nothing nests
//! deeper than the schema does.

use minicbor::Decoder;
use minicbor::encode::Encoder;

/// The bytes are not the one deterministic encoding of what the schema asks for here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotCbor;

impl From<minicbor::decode::Error> for NotCbor {
    fn from(_: minicbor::decode::Error) -> Self {
        Self
    }
}

/// The length of the shortest head for an argument (RFC 8949 section 4.2.1).
fn head_length(argument: u64) -> usize {
    match argument {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

/// Reads one item after the other, each of the expected type.
pub(crate) struct Reader<'a>(Decoder<'a>);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(Decoder::new(bytes))
    }

    /// Runs `read` and checks that it took the shortest head for the argument it answers, plus the content.
    #[inline]
    fn exact<T>(
        &mut self,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<(T, u64, usize), NotCbor>,
    ) -> Result<T, NotCbor> {
        let start = self.0.position();
        let (value, argument, content) = read(&mut self.0)?;
        if self.0.position() - start == head_length(argument) + content { Ok(value) } else { Err(NotCbor) }
    }

    pub(crate) fn uint(&mut self) -> Result<u64, NotCbor> {
        self.exact(|d| d.u64().map(|v| (v, v, 0)).map_err(NotCbor::from))
    }

    pub(crate) fn int(&mut self) -> Result<i64, NotCbor> {
        self.exact(|d| {
            let value = d.i64()?;
            let argument = if value < 0 { value.unsigned_abs() - 1 } else { value.unsigned_abs() };
            Ok((value, argument, 0))
        })
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], NotCbor> {
        self.exact(|d| d.bytes().map(|b| (b, b.len() as u64, b.len())).map_err(NotCbor::from))
    }

    /// A byte string of exactly `N` bytes.
    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<&'a [u8; N], NotCbor> {
        self.bytes()?.try_into().map_err(|_| NotCbor)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, NotCbor> {
        self.exact(|d| d.str().map(|s| (s, s.len() as u64, s.len())).map_err(NotCbor::from))
    }

    pub(crate) fn bool(&mut self) -> Result<bool, NotCbor> {
        Ok(self.0.bool()?)
    }

    pub(crate) fn array(&mut self) -> Result<u64, NotCbor> {
        self.exact(|d| d.array()?.map(|n| (n, n, 0)).ok_or(NotCbor))
    }

    pub(crate) fn map(&mut self) -> Result<u64, NotCbor> {
        self.exact(|d| d.map()?.map(|n| (n, n, 0)).ok_or(NotCbor))
    }

    pub(crate) fn tag(&mut self) -> Result<u64, NotCbor> {
        self.exact(|d| d.tag().map(|t| (t.as_u64(), t.as_u64(), 0)).map_err(NotCbor::from))
    }

    /// An array of exactly `n` items.
    pub(crate) fn expect_array(&mut self, n: u64) -> Result<(), NotCbor> {
        if self.array()? == n { Ok(()) } else { Err(NotCbor) }
    }

    /// A map of exactly `n` pairs.
    pub(crate) fn expect_map(&mut self, n: u64) -> Result<(), NotCbor> {
        if self.map()? == n { Ok(()) } else { Err(NotCbor) }
    }

    /// The integer `value` and no other, as a map key or a constant.
    pub(crate) fn expect_int(&mut self, value: i64) -> Result<(), NotCbor> {
        if self.int()? == value { Ok(()) } else { Err(NotCbor) }
    }

    /// The text `value` and no other.
    pub(crate) fn expect_text(&mut self, value: &str) -> Result<(), NotCbor> {
        if self.text()? == value { Ok(()) } else { Err(NotCbor) }
    }

    /// The type of the next item, without taking it.
    pub(crate) fn next(&self) -> Result<minicbor::data::Type, NotCbor> {
        Ok(self.0.datatype()?)
    }

    /// Nothing is left over.
    pub(crate) fn end(&self) -> Result<(), NotCbor> {
        if self.0.position() == self.0.input().len() { Ok(()) } else { Err(NotCbor) }
    }
}

/// Writes to a vector: that cannot fail, so each call answers nothing.
pub(crate) struct Writer(Encoder<Vec<u8>>);

const CANNOT_FAIL: &str = "writing to a vector does not fail";

impl Writer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Encoder::new(Vec::with_capacity(bytes)))
    }

    pub(crate) fn uint(&mut self, value: u64) -> &mut Self {
        self.0.u64(value).expect(CANNOT_FAIL);
        self
    }

    pub(crate) fn int(&mut self, value: i64) -> &mut Self {
        self.0.i64(value).expect(CANNOT_FAIL);
        self
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.0.bytes(value).expect(CANNOT_FAIL);
        self
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.0.str(value).expect(CANNOT_FAIL);
        self
    }

    pub(crate) fn bool(&mut self, value: bool) -> &mut Self {
        self.0.bool(value).expect(CANNOT_FAIL);
        self
    }

    pub(crate) fn array(&mut self, items: u64) -> &mut Self {
        self.0.array(items).expect(CANNOT_FAIL);
        self
    }

    pub(crate) fn map(&mut self, pairs: u64) -> &mut Self {
        self.0.map(pairs).expect(CANNOT_FAIL);
        self
    }

    pub(crate) fn tag(&mut self, tag: u64) -> &mut Self {
        self.0.tag(minicbor::data::Tag::new(tag)).expect(CANNOT_FAIL);
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.into_writer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_longer_than_needed_is_refused() {
        assert_eq!(Reader::new(&[0x17]).uint(), Ok(23));
        for long in
            [&[0x18, 0x17][..], &[0x19, 0, 0xff], &[0x1a, 0, 0, 0xff, 0xff], &[0x1b, 0, 0, 0, 0, 1, 0, 0, 0]]
        {
            assert_eq!(Reader::new(long).uint(), Err(NotCbor), "{long:02x?}");
        }
        assert_eq!(Reader::new(&[0x38, 0x17]).int(), Err(NotCbor));
        assert_eq!(Reader::new(&[0x38, 0x18]).int(), Ok(-25));
        assert_eq!(Reader::new(&[0x58, 0x01, 0]).bytes(), Err(NotCbor));
        assert_eq!(Reader::new(&[0x78, 0x01, b'a']).text(), Err(NotCbor));
        assert_eq!(Reader::new(&[0x98, 0x01]).array(), Err(NotCbor));
        assert_eq!(Reader::new(&[0xb8, 0x01]).map(), Err(NotCbor));
        assert_eq!(Reader::new(&[0xd8, 0x12]).tag(), Err(NotCbor));
        assert_eq!(Reader::new(&[0xd2]).tag(), Ok(18));
    }

    #[test]
    fn indefinite_lengths_are_refused() {
        assert_eq!(Reader::new(&[0x5f, 0x41, 0, 0xff]).bytes(), Err(NotCbor));
        assert_eq!(Reader::new(&[0x7f, 0x61, b'a', 0xff]).text(), Err(NotCbor));
        assert_eq!(Reader::new(&[0x9f, 0xff]).array(), Err(NotCbor));
        assert_eq!(Reader::new(&[0xbf, 0xff]).map(), Err(NotCbor));
    }
}
