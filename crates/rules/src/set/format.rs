//! The JSON of a rule set as it stands in its file (docs/rule-sets.md). Reading is closed: a member that the format does
//! not have, one that stands twice, and one that is missing are errors.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

/// The value of `format`.
pub const FORMAT: &str = "tongxing-rules/1";

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub format: String,
    pub id: String,
    pub version: u32,
    pub subject: String,
    pub jurisdiction: String,
    pub valid: Valid,
    pub source: Source,
    pub otherwise: Otherwise,
    pub rules: Vec<Rule>,
    pub examples: Vec<Example>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Valid {
    pub from: String,
    #[serde(deserialize_with = "nullable")]
    pub until: Option<String>,
}

/// Where the rules of a set were published.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What document it is.
    pub document: String,
    /// Who published it.
    pub issuer: String,
    /// When, as far as it is known: a year, a month or a day.
    pub date: String,
    /// Where it can be read, or where it was read.
    pub place: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Otherwise {
    pub outcome: String,
    pub reason: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    /// Kinds of evidence, one by one; without it the rule is asked once about all the evidence.
    #[serde(default)]
    pub on: Option<Vec<String>>,
    #[serde(rename = "if")]
    pub condition: Strict,
    pub outcome: String,
    pub reason: String,
    #[serde(default)]
    pub duration: Option<Span>,
    #[serde(default)]
    pub way_back: Vec<String>,
    pub ground: Ground,
}

/// A length of time, of whole days of 24 hours or whole hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// So many times 24 hours.
    Days(u16),
    /// So many hours.
    Hours(u16),
}

impl Span {
    /// In milliseconds.
    pub const fn millis(self) -> i64 {
        const HOUR: i64 = 3_600_000;
        match self {
            Self::Days(days) => days as i64 * 24 * HOUR,
            Self::Hours(hours) => hours as i64 * HOUR,
        }
    }
}

/// Whose words a rule rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The document that the set names.
    Source,
    /// The document is silent, and the service reads it so.
    Service,
}

#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub name: String,
    pub evidence: Vec<Strict>,
    pub now: String,
    pub outcome: String,
    pub reasons: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    pub until: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub then: Option<String>,
}

/// A member that has to be there, also when it is `null`.
fn nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// JSON in which no object has a member twice: two programs could read two rules in it.
#[derive(Debug, Clone)]
pub struct Strict(pub Json);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Strict)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("a number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(de::Error::custom("a member stands twice in an object"));
            }
        }
        Ok(Json::Object(object))
    }
}
