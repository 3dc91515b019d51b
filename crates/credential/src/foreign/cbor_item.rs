//! CBOR from strangers, read whole (RFC 8949): for formats whose maps are open and in no order.
//!
//! Our own objects are read by `cbor::Reader`, which knows each byte that comes. Here nothing is known but the
//! limits: sixteen levels, no map key twice, nothing after the item. Lengths may be indefinite and heads longer
//! than needed: what counts is what was signed, not how it was written. Numbers of half precision are not taken.

use data_encoding::BASE64URL_NOPAD;
use minicbor::Decoder;
use minicbor::data::Type;
use serde_json::{Number, Value};

use crate::cbor::NotCbor;

/// How deep items may nest.
const DEPTH: usize = 16;

/// One item, with everything in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item<'a> {
    /// A whole number; those beyond 64 bits are not taken.
    Int(i64),
    Float(f64),
    Bool(bool),
    /// Null, undefined and other simple values.
    Null,
    Bytes(Vec<u8>),
    Text(std::borrow::Cow<'a, str>),
    Array(Vec<Item<'a>>),
    Map(Vec<(Item<'a>, Item<'a>)>),
    Tagged(u64, Box<Item<'a>>),
}

impl<'a> Item<'a> {
    /// Reads one item that fills the bytes.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, NotCbor> {
        let mut decoder = Decoder::new(bytes);
        let item = item(&mut decoder, DEPTH)?;
        if decoder.position() == bytes.len() { Ok(item) } else { Err(NotCbor) }
    }

    /// What stands in a map under a number.
    pub(super) fn at(&self, label: i64) -> Option<&Self> {
        self.find(&Self::Int(label))
    }

    /// What stands in a map under a text.
    pub(super) fn named(&self, name: &'a str) -> Option<&Self> {
        self.find(&Self::Text(name.into()))
    }

    fn find(&self, key: &Self) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(super) fn int(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    pub(super) fn array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The item as JSON: bytes in base64url, keys that are no texts as they would be printed, tags left out.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Int(value) => (*value).into(),
            Self::Float(value) => Number::from_f64(*value).into(),
            Self::Bool(value) => (*value).into(),
            Self::Null => Value::Null,
            Self::Bytes(bytes) => BASE64URL_NOPAD.encode(bytes).into(),
            Self::Text(text) => text.as_ref().into(),
            Self::Array(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(pairs) => pairs.iter().map(|(key, value)| (key.name(), value.to_json())).collect(),
            Self::Tagged(_, item) => item.to_json(),
        }
    }

    fn name(&self) -> String {
        self.text().map_or_else(|| self.to_json().to_string(), str::to_owned)
    }
}

fn item<'a>(d: &mut Decoder<'a>, depth: usize) -> Result<Item<'a>, NotCbor> {
    let inner = depth.checked_sub(1).ok_or(NotCbor)?;
    Ok(match d.datatype()? {
        Type::Bool => Item::Bool(d.bool()?),
        Type::F32 => Item::Float(d.f32()?.into()),
        Type::F64 => Item::Float(d.f64()?),
        Type::Bytes | Type::BytesIndef => {
            let parts: Result<Vec<_>, _> = d.bytes_iter()?.collect();
            Item::Bytes(parts?.concat())
        }
        Type::String => Item::Text(d.str()?.into()),
        Type::StringIndef => {
            let parts: Result<String, _> = d.str_iter()?.collect();
            Item::Text(parts?.into())
        }
        Type::Array | Type::ArrayIndef => {
            let length = d.array()?;
            Item::Array(items(d, length, |d| item(d, inner))?)
        }
        Type::Map | Type::MapIndef => {
            let length = d.map()?;
            let pairs = items(d, length, |d| Ok((item(d, inner)?, item(d, inner)?)))?;
            if doubled(&pairs) {
                return Err(NotCbor);
            }
            Item::Map(pairs)
        }
        Type::Tag => Item::Tagged(d.tag()?.as_u64(), Box::new(item(d, inner)?)),
        Type::Null => d.null().map(|()| Item::Null)?,
        Type::Undefined => d.undefined().map(|()| Item::Null)?,
        Type::Simple => d.simple().map(|_| Item::Null)?,
        Type::F16 | Type::Break | Type::Unknown(_) => return Err(NotCbor),
        _ => Item::Int(d.i64()?),
    })
}

/// The items of an array or map; nothing is reserved for a length that is only claimed.
fn items<'a, T>(
    d: &mut Decoder<'a>,
    length: Option<u64>,
    mut read: impl FnMut(&mut Decoder<'a>) -> Result<T, NotCbor>,
) -> Result<Vec<T>, NotCbor> {
    let mut items = Vec::new();
    while length.is_none_or(|length| (items.len() as u64) < length) {
        if length.is_none() && d.datatype()? == Type::Break {
            d.skip()?;
            break;
        }
        items.push(read(d)?);
    }
    Ok(items)
}

/// Whether a key stands twice. Keys are compared as they would be encoded, sorted: a map may have thousands.
fn doubled(pairs: &[(Item<'_>, Item<'_>)]) -> bool {
    let mut keys: Vec<String> = pairs.iter().map(|(key, _)| format!("{key:?}")).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(hex: &str) -> Result<Value, NotCbor> {
        Item::read(&hex::decode(hex).unwrap()).map(|item| item.to_json())
    }

    #[test]
    fn items_are_read_whichever_way_they_are_written() {
        // RFC 8949 appendix A.
        assert_eq!(read("a26161016162820203"), Ok(json!({"a": 1, "b": [2, 3]})));
        assert_eq!(read("bf61610161629f0203ffff"), Ok(json!({"a": 1, "b": [2, 3]})));
        assert_eq!(read("7f657374726561646d696e67ff"), Ok(json!("streaming")));
        assert_eq!(read("5f42010243030405ff"), Ok(json!("AQIDBAU")));
        assert_eq!(read("c074323031332d30332d32315432303a30343a30305a"), Ok(json!("2013-03-21T20:04:00Z")));
        assert_eq!(read("83f5f6f7"), Ok(json!([true, null, null])));
        assert_eq!(read("fb3ff199999999999a"), Ok(json!(1.1)));
        assert_eq!(read("3863"), Ok(json!(-100)));
        assert_eq!(read("a2010220f4"), Ok(json!({"1": 2, "-1": false})));
    }

    #[test]
    fn what_is_not_one_item_is_refused() {
        for bad in [
            "",
            "0000",
            "a1",
            "a10102ff",
            "a201020103",
            "a2616101616102",
            "bf0101180102ff",
            "8201",
            "9f01",
            "ff",
            "1c",
            "7f4101ff",
            "62ff",
            "61ff",
            "1bffffffffffffffff",
            "9bffffffffffffffff",
            "bbffffffffffffffff00",
            "5bffffffffffffffff",
        ] {
            assert_eq!(read(bad), Err(NotCbor), "{bad}");
        }
        let nested = |depth: usize| {
            Item::read(&vec![&[0x81][..]; depth].concat().into_iter().chain([0]).collect::<Vec<_>>()).is_ok()
        };
        assert!(nested(15));
        assert!(!nested(16) && !nested(10_000));
    }
}
