//! One piece of evidence as rules see it: read against the vocabulary, so that a rule meets nothing unexpected.

use serde_json::{Map, Value as Json};

use super::moment::Moment;
use super::vocabulary::{COMMON, Holds, Member, Vocabulary};
use crate::certlogic;

/// The longest reference, in bytes.
const MAX_REFERENCE: usize = 64;
/// The longest date-time: longer ones exist, with decimals that do not count.
const MAX_TIME: usize = 64;

/// A piece of evidence. Personal: it has nothing to print.
#[derive(Clone, PartialEq, Eq)]
pub struct Item {
    pub(super) kind: usize,
    /// When it was so: durations begin here.
    pub(super) at: Moment,
    /// From when on it counts.
    pub(super) begins: Moment,
    /// Until when it counts.
    pub(super) ends: Option<Moment>,
    reference: Option<String>,
    /// What a rule can look at.
    pub(super) shown: Json,
    /// Equal for equal evidence only, whatever order it came in.
    pub(super) key: String,
}

/// About a person's health.
impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Item(…)")
    }
}

/// What is wrong with a piece of evidence; it does not repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// Not an object.
    #[error("evidence is a JSON object")]
    Form,
    /// No kind of the vocabulary.
    #[error("\"kind\" is not a kind of evidence that rule sets on {0} know")]
    Kind(&'static str),
    /// A member that evidence of this kind does not have. Its name may be a person's data: it is not repeated.
    #[error("a member that evidence of the kind {0} does not have")]
    Unknown(&'static str),
    /// A member that is missing or holds something else.
    #[error("{kind}: \"{member}\" must be {wanted}")]
    Member {
        /// The kind of evidence.
        kind: &'static str,
        /// The member.
        member: &'static str,
        /// What it must be.
        wanted: String,
    },
}

impl Item {
    /// Reads `{"kind", "at", "source", "from"?, "until"?, "reference"?}` with the members of its kind.
    ///
    /// It counts from `from` (without it, from `at`) until before `until`. The reference is the caller's own and no rule
    /// sees it.
    pub fn read(json: &Json, vocabulary: &'static Vocabulary) -> Result<Self, ItemError> {
        let Json::Object(members) = json else { return Err(ItemError::Form) };
        let name = members.get("kind").and_then(Json::as_str);
        let kind = name.and_then(|name| vocabulary.kind(name)).ok_or(ItemError::Kind(vocabulary.subject))?;
        let reader = Reader { members, kind: vocabulary.kinds[kind].name };
        let at = reader.time("at")?.ok_or_else(|| reader.wrong("at", &super::moment::NotAMoment))?;
        let (begins, ends) = (reader.time("from")?.unwrap_or(at), reader.time("until")?);
        if ends.is_some_and(|ends| ends <= begins) {
            return Err(reader.wrong("until", &"later than the beginning"));
        }
        let mut shown = Map::new();
        shown.insert("kind".into(), reader.kind.into());
        shown.insert("at".into(), at.to_string().into());
        shown.insert("source".into(), reader.word("source", vocabulary.sources)?.into());
        let own = vocabulary.kinds[kind].members;
        for member in own {
            shown.insert(member.name.into(), reader.member(member)?);
        }
        let known = |name: &str| {
            COMMON.contains(&name)
                || ["from", "until", "reference"].contains(&name)
                || own.iter().any(|member| member.name == name)
        };
        if !members.keys().all(|name| known(name)) {
            return Err(ItemError::Unknown(reader.kind));
        }
        let reference = reader.reference()?;
        let shown = Json::Object(shown);
        let key = format!("{} {:?} {shown} {reference:?}", begins.millis(), ends.map(Moment::millis));
        Ok(Self { kind, at, begins, ends, reference, shown, key })
    }

    /// The caller's own name for it.
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// When it was so.
    pub fn at(&self) -> Moment {
        self.at
    }

    /// Which kind of the vocabulary it is of.
    pub fn kind(&self) -> usize {
        self.kind
    }
}

/// Whether a text is a date or date-time that a member of evidence can hold and CertLogic reads.
pub fn is_time(text: &str) -> bool {
    text.len() <= MAX_TIME && certlogic::is_time(text)
}

struct Reader<'a> {
    members: &'a Map<String, Json>,
    kind: &'static str,
}

impl Reader<'_> {
    fn wrong(&self, member: &'static str, wanted: &dyn std::fmt::Display) -> ItemError {
        ItemError::Member { kind: self.kind, member, wanted: wanted.to_string() }
    }

    /// What stands there; `null` is as good as nothing.
    fn get(&self, name: &str) -> Option<&Json> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn time(&self, name: &'static str) -> Result<Option<Moment>, ItemError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = value.as_str().filter(|text| text.len() <= MAX_TIME).unwrap_or_default();
        text.parse().map(Some).map_err(|error| self.wrong(name, &error))
    }

    fn reference(&self) -> Result<Option<String>, ItemError> {
        let Some(value) = self.get("reference") else { return Ok(None) };
        let text = value.as_str().filter(|text| text.len() <= MAX_REFERENCE);
        let wanted = || self.wrong("reference", &format!("a text of at most {MAX_REFERENCE} bytes"));
        text.map(|text| Some(text.to_owned())).ok_or_else(wanted)
    }

    fn word(&self, name: &'static str, words: &[&'static str]) -> Result<&'static str, ItemError> {
        let given = self.get(name).and_then(Json::as_str);
        let known = words.iter().find(|word| given == Some(word));
        known.copied().ok_or_else(|| self.wrong(name, &format!("one of {}", words.join(", "))))
    }

    fn member(&self, member: &'static Member) -> Result<Json, ItemError> {
        let name = member.name;
        let Some(value) = self.get(name) else {
            return if member.optional { Ok(Json::Null) } else { Err(self.wrong(name, &"there")) };
        };
        match &member.holds {
            Holds::Truth if value.is_boolean() => Ok(value.clone()),
            Holds::Truth => Err(self.wrong(name, &"true or false")),
            Holds::Whole(least, most) => match value.as_i64() {
                Some(whole) if (*least..=*most).contains(&whole) => Ok(whole.into()),
                _ => Err(self.wrong(name, &format!("an integer from {least} to {most}"))),
            },
            Holds::Word(words) => self.word(name, words).map(Json::from),
            Holds::Words(words) => {
                let wanted = || self.wrong(name, &format!("a list of some of {}", words.join(", ")));
                let given = value.as_array().ok_or_else(wanted)?;
                if !given.iter().all(|word| words.iter().any(|known| word == known)) {
                    return Err(wanted());
                }
                Ok(words.iter().filter(|word| given.iter().any(|given| given == *word)).copied().collect())
            }
            Holds::Time => match value.as_str() {
                Some(text) if is_time(text) => Ok(text.into()),
                _ => Err(self.wrong(name, &"a date or date-time")),
            },
        }
    }
}
