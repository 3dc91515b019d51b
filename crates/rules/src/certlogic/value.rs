//! Values while an expression is evaluated: mostly borrowed from the data or the expression, so that nothing is
//! copied before the result is known.

use std::rc::Rc;

use jiff::civil::DateTime;
use serde_json::{Map, Number, Value as Json};

use super::access::{Fragment, Path};
use super::error::Problem;
use super::limits::MAX_DEPTH;
use super::number::integer;

/// A value.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    /// A number that is no integer.
    Number(&'a Number),
    Text(&'a str),
    Time(DateTime),
    /// The moment for which a rule is asked. It can be compared with other times and nothing else, so that what
    /// was compared says when the result may change.
    Now(DateTime),
    /// An array of the data.
    Array(&'a [Json]),
    Object(&'a Map<String, Json>),
    /// An array that the expression made.
    List(Rc<List<'a>>),
    /// What the lambda of a `reduce` sees, or the condition of a rule.
    Scene(Rc<Scene<'a>>),
}

/// An array that the expression made. Its depth is limited, because it is dropped and written by recursion.
#[derive(Debug)]
pub struct List<'a> {
    pub items: Vec<Value<'a>>,
    depth: usize,
}

/// Three values under names that are known, as an object.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The members with their names, sorted.
    pub members: [(&'static str, Value<'a>); 3],
    depth: usize,
}

impl<'a> Value<'a> {
    /// A value of the data.
    pub fn of(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => integer(number).map_or(Self::Number(number), Self::Integer),
            Json::String(text) => Self::Text(text),
            Json::Array(items) => Self::Array(items),
            Json::Object(members) => Self::Object(members),
        }
    }

    /// An array of these.
    pub fn list(items: Vec<Self>) -> Result<Self, Problem> {
        let depth = 1 + items.iter().map(Self::depth).max().unwrap_or(0);
        if depth > MAX_DEPTH { Err(Problem::Depth) } else { Ok(Self::List(Rc::new(List { items, depth }))) }
    }

    /// The context of a lambda.
    pub fn fold(accumulator: Self, current: Self, data: Self) -> Result<Self, Problem> {
        Self::scene([("accumulator", accumulator), ("current", current), ("data", data)])
    }

    /// An object of these members, which are sorted by their names.
    pub fn scene(members: [(&'static str, Self); 3]) -> Result<Self, Problem> {
        let depth = 1 + members.iter().map(|(_, value)| value.depth()).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            Err(Problem::Depth)
        } else {
            Ok(Self::Scene(Rc::new(Scene { members, depth })))
        }
    }

    /// How deep the expression has built; what is borrowed does not count.
    fn depth(&self) -> usize {
        match self {
            Self::List(list) => list.depth,
            Self::Scene(scene) => scene.depth,
            _ => 0,
        }
    }

    /// Whether it is truthy; `None` for what is neither truthy nor falsy.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Null => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Integer(value) => Some(*value != 0),
            Self::Text(text) => Some(!text.is_empty()),
            Self::Array(items) => Some(!items.is_empty()),
            Self::Object(members) => Some(!members.is_empty()),
            Self::List(list) => Some(!list.items.is_empty()),
            Self::Scene(_) => Some(true),
            Self::Number(_) | Self::Time(_) | Self::Now(_) => None,
        }
    }

    /// Equality without coercion, where implementations agree what that is.
    pub fn equals(&self, other: &Self) -> Result<bool, Problem> {
        match (self, other) {
            (Self::Null, Self::Null) => Ok(true),
            (Self::Bool(a), Self::Bool(b)) => Ok(a == b),
            (Self::Integer(a), Self::Integer(b)) => Ok(a == b),
            // As doubles, which is what all other implementations make of them.
            (Self::Number(a), Self::Number(b)) => Ok(a.as_f64() == b.as_f64()),
            (Self::Text(a), Self::Text(b)) => Ok(a == b),
            _ if self.kind() == other.kind() => Err(Problem::Incomparable(self.kind())),
            _ => Ok(false),
        }
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Number(_) => "a number that is not an integer",
            Self::Text(_) => "a string",
            Self::Time(_) => "a date-time",
            Self::Now(_) => "now, which can only be compared with a date-time",
            Self::Array(_) | Self::List(_) => "an array",
            Self::Object(_) | Self::Scene(_) => "an object",
        }
    }

    /// The number of items, if it is an array.
    pub fn items(&self) -> Option<usize> {
        match self {
            Self::Array(items) => Some(items.len()),
            Self::List(list) => Some(list.items.len()),
            _ => None,
        }
    }

    /// An item of an array; null where there is none.
    pub fn item(&self, index: usize) -> Self {
        match self {
            Self::Array(items) => items.get(index).map_or(Self::Null, Self::of),
            Self::List(list) => list.items.get(index).cloned().unwrap_or(Self::Null),
            _ => Self::Null,
        }
    }

    /// What stands at this path; null where there is nothing.
    pub fn at(&self, path: &Path) -> Self {
        path.0.iter().fold(self.clone(), |value, fragment| value.step(fragment))
    }

    fn step(&self, fragment: &Fragment) -> Self {
        match self {
            Self::Object(members) => members.get(&*fragment.name).map_or(Self::Null, Self::of),
            Self::Scene(scene) => {
                let named = scene.members.iter().find(|(name, _)| **name == *fragment.name);
                named.map_or(Self::Null, |(_, value)| value.clone())
            }
            _ => fragment.index.map_or(Self::Null, |index| self.item(index)),
        }
    }
}
