//! The result as JSON. What is small in memory because it is shared can be large when it is written: so here
//! size and depth are counted.

use serde_json::{Map, Value as Json};

use super::error::Problem;
use super::limits::{MAX_RESULT, MAX_RESULT_DEPTH};
use super::time;
use super::value::Value;

/// What a value counts for beside its text.
const VALUE: usize = 16;

/// Makes JSON of a value.
pub fn export(value: &Value<'_>) -> Result<Json, Problem> {
    Exporter { left: MAX_RESULT }.value(value, 0)
}

struct Exporter {
    left: usize,
}

impl Exporter {
    fn value(&mut self, value: &Value<'_>, depth: usize) -> Result<Json, Problem> {
        self.spend(VALUE)?;
        if depth >= MAX_RESULT_DEPTH && value.truth() == Some(true) && value.is_nested() {
            return Err(Problem::ResultDepth);
        }
        Ok(match value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Integer(value) => Json::from(*value),
            Value::Number(number) => Json::Number((*number).clone()),
            Value::Text(text) => Json::String(self.text(text)?),
            Value::Time(time) | Value::Now(time) => Json::String(time::write(*time)),
            Value::Array(items) => self.array(items.iter().map(Value::of), depth)?,
            Value::List(list) => self.array(list.items.iter().cloned(), depth)?,
            Value::Object(members) => {
                self.object(members.iter().map(|(name, value)| (name.as_str(), Value::of(value))), depth)?
            }
            Value::Scene(scene) => {
                self.object(scene.members.iter().map(|(name, value)| (*name, value.clone())), depth)?
            }
        })
    }

    fn array<'a>(&mut self, items: impl Iterator<Item = Value<'a>>, depth: usize) -> Result<Json, Problem> {
        items.map(|item| self.value(&item, depth + 1)).collect::<Result<_, _>>().map(Json::Array)
    }

    fn object<'n, 'a>(
        &mut self,
        members: impl Iterator<Item = (&'n str, Value<'a>)>,
        depth: usize,
    ) -> Result<Json, Problem> {
        let mut made = Map::new();
        for (name, value) in members {
            let name = self.text(name)?;
            made.insert(name, self.value(&value, depth + 1)?);
        }
        Ok(Json::Object(made))
    }

    fn text(&mut self, text: &str) -> Result<String, Problem> {
        self.spend(text.len())?;
        Ok(text.to_owned())
    }

    fn spend(&mut self, size: usize) -> Result<(), Problem> {
        self.left = self.left.checked_sub(size).ok_or(Problem::ResultSize)?;
        Ok(())
    }
}

impl Value<'_> {
    fn is_nested(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Object(_) | Self::List(_) | Self::Scene(_))
    }
}
