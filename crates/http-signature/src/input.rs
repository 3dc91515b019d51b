//! `Signature-Input` and `Signature` (RFC 9421 section 4): read from their text.

use std::convert::Infallible;

use sfv::visitor::{DictionaryVisitor, EntryVisitor, Ignored};
use sfv::{BareItem, Dictionary, InnerList, KeyRef, ListEntry, Parser};

use crate::{Component, SignatureError};

const MOST_COMPONENTS: usize = 32;
const INPUT: &str = "signature-input";
const SIGNATURE: &str = "signature";

/// What one signature covers, and what it says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Its label.
    pub label: String,
    /// What it covers, in order.
    pub covered: Vec<Component>,
    /// The list as it was read, for the last line of the base.
    pub list: InnerList,
}

impl Input {
    /// A parameter that is a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.list.params.get(name)? {
            BareItem::String(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// A parameter that is an integer.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.list.params.get(name)? {
            BareItem::Integer(number) => Some((*number).into()),
            _ => None,
        }
    }

    /// Whether there is a parameter of this name, of whatever type.
    pub fn has(&self, name: &str) -> bool {
        self.list.params.contains_key(name)
    }

    /// Whether it covers the component of this name.
    pub fn covers(&self, name: &str) -> bool {
        self.covered.iter().any(|component| component.name() == name)
    }
}

/// Every signature that a `Signature-Input` announces. What a signature covers is judged in [`Input::checked`], so that
/// one of somebody else's, with components that we do not read, does not make ours unreadable.
pub fn inputs(text: &str) -> Result<Vec<(String, InnerList)>, SignatureError> {
    let members = dictionary(text, INPUT)?;
    let input = |(label, entry): (sfv::Key, ListEntry)| match entry {
        ListEntry::InnerList(list) => Ok((label.as_str().to_owned(), list)),
        ListEntry::Item(_) => Err(SignatureError::Malformed(INPUT)),
    };
    members.into_iter().map(input).collect()
}

impl Input {
    /// Reads what the signature covers.
    pub fn checked(label: String, list: InnerList) -> Result<Self, SignatureError> {
        if list.items.len() > MOST_COMPONENTS {
            return Err(SignatureError::TooMany);
        }
        let mut covered: Vec<Component> = Vec::with_capacity(list.items.len());
        for item in &list.items {
            let BareItem::String(name) = &item.bare_item else {
                return Err(SignatureError::Malformed(INPUT));
            };
            if !item.params.is_empty() {
                return Err(SignatureError::ComponentParameters);
            }
            let component = Component(name.as_str().to_owned());
            if !is_name(component.name()) {
                return Err(SignatureError::UnknownComponent);
            }
            if covered.contains(&component) {
                return Err(SignatureError::CoveredTwice);
            }
            covered.push(component);
        }
        Ok(Self { label, covered, list })
    }
}

/// A field name in small letters (section 2.1), or what may be a derived component. The parameters themselves are no
/// component.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.!#$%&'*+^`|~".contains(&b);
    let bare = name.strip_prefix('@').unwrap_or(name);
    !bare.is_empty() && bare.bytes().all(plain) && name != "@signature-params"
}

/// The signature under `label`.
pub fn signature(text: &str, label: &str) -> Result<Vec<u8>, SignatureError> {
    match dictionary(text, SIGNATURE)?.swap_remove(label) {
        Some(ListEntry::Item(item)) => match item.bare_item {
            BareItem::ByteSequence(bytes) => Ok(bytes),
            _ => Err(SignatureError::NoSignature),
        },
        _ => Err(SignatureError::NoSignature),
    }
}

/// A dictionary in which no key stands twice. RFC 9651 lets the last one win; where a signature depends on it, a proxy
/// that keeps the first one would see another request than we do.
pub(crate) fn dictionary(text: &str, name: &'static str) -> Result<Dictionary, SignatureError> {
    let malformed = |_| SignatureError::Malformed(name);
    let mut keys = Parser::new(text).parse_dictionary_with_visitor(Keys::default()).map_err(malformed)?;
    keys.sort_unstable();
    if keys.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(SignatureError::DuplicateLabel(name));
    }
    Parser::new(text).parse().map_err(malformed)
}

#[derive(Default)]
struct Keys(Vec<String>);

impl<'de> DictionaryVisitor<'de> for Keys {
    type Out = Vec<String>;
    type Error = Infallible;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Infallible> {
        self.0.push(key.as_str().to_owned());
        Ok(Ignored)
    }

    fn finish(self) -> Result<Vec<String>, Infallible> {
        Ok(self.0)
    }
}
