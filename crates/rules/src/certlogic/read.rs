//! From JSON to an expression, with everything that is wrong and where. Messages are those of the suite where it
//! has any.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::access::Path;
use super::error::{Invalid, Issue};
use super::expression::{Expression, Kind, Node, Order, Unit};
use super::limits::{MAX_DEPTH, MAX_NODES, MAX_TEXT};
use super::number::integer;

const NOT_AN_OPERATION: &str = r#"operation not of the form { "<operator>": [ <values...> ] }"#;

impl Expression {
    /// Reads an expression, or says everything that is wrong with it.
    pub fn read(json: &Json) -> Result<Self, Invalid> {
        let mut reader = Reader { place: String::new(), depth: 0, nodes: 0, issues: Vec::new() };
        match reader.expression(json) {
            Some(node) if reader.issues.is_empty() => Ok(Self(node)),
            _ => Err(Invalid(reader.issues)),
        }
    }
}

struct Reader {
    place: String,
    depth: usize,
    nodes: usize,
    issues: Vec<Issue>,
}

impl Reader {
    /// Notes what is wrong here.
    fn wrong<T>(&mut self, message: impl Into<String>) -> Option<T> {
        self.issues.push(Issue { place: self.place.clone(), message: message.into() });
        None
    }

    fn expression(&mut self, json: &Json) -> Option<Node> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            // Once is enough: the rest is not read.
            let first = self.nodes == MAX_NODES + 1;
            return if first { self.wrong(format!("more than {MAX_NODES} expressions")) } else { None };
        }
        if self.depth >= MAX_DEPTH {
            return self.wrong(format!("expressions nested more than {MAX_DEPTH} deep"));
        }
        self.depth += 1;
        let kind = self.kind(json);
        self.depth -= 1;
        Some(Node { place: self.place.as_str().into(), kind: kind? })
    }

    fn kind(&mut self, json: &Json) -> Option<Kind> {
        match json {
            Json::Null => self.wrong("invalid CertLogic expression"),
            Json::Bool(value) => Some(Kind::Bool(*value)),
            Json::Number(number) => match integer(number) {
                Some(value) => Some(Kind::Integer(value)),
                None if number.is_f64() && number.as_f64().is_some_and(|float| float.fract() != 0.0) => {
                    self.wrong(format!("{number} is a non-integer number"))
                }
                None => self.wrong(format!("{number} is beyond the integers that are exact everywhere")),
            },
            Json::String(text) => self.bounded(text).map(|text| Kind::Text(text.into())),
            Json::Array(items) => self.all(None, items).map(Kind::Array),
            Json::Object(members) => match members.iter().next() {
                Some((operator, operands)) if members.len() == 1 => self.operation(operator, operands),
                _ => self.wrong(format!(
                    "expression object must have exactly one key, but it has {}",
                    members.len()
                )),
            },
        }
    }

    fn bounded<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        if text.len() > MAX_TEXT {
            return self.wrong(format!("a text of {} bytes: at most {MAX_TEXT}", text.len()));
        }
        Some(text)
    }

    fn operation(&mut self, operator: &str, operands: &Json) -> Option<Kind> {
        if operator == "var" {
            return self.var(operands);
        }
        let Json::Array(operands) = operands else { return self.wrong(NOT_AN_OPERATION) };
        match operator {
            "if" => self.exactly("if", operands).map(|nodes| Kind::If(Box::new(nodes))),
            "and" => self.and(operands),
            "<" => self.comparison(operator, operands).map(|nodes| Kind::Integers(Order::Less, nodes)),
            ">" => self.comparison(operator, operands).map(|nodes| Kind::Integers(Order::Greater, nodes)),
            "<=" => self.comparison(operator, operands).map(|nodes| Kind::Integers(Order::NotGreater, nodes)),
            ">=" => self.comparison(operator, operands).map(|nodes| Kind::Integers(Order::NotLess, nodes)),
            "before" => self.comparison(operator, operands).map(|nodes| Kind::Times(Order::Less, nodes)),
            "after" => self.comparison(operator, operands).map(|nodes| Kind::Times(Order::Greater, nodes)),
            "not-after" => {
                self.comparison(operator, operands).map(|nodes| Kind::Times(Order::NotGreater, nodes))
            }
            "not-before" => {
                self.comparison(operator, operands).map(|nodes| Kind::Times(Order::NotLess, nodes))
            }
            "===" => self.exactly(operator, operands).map(|nodes| Kind::Equal(Box::new(nodes))),
            "in" => self.exactly(operator, operands).map(|nodes| Kind::In(Box::new(nodes))),
            "+" => self.exactly(operator, operands).map(|nodes| Kind::Plus(Box::new(nodes))),
            "!" => self.exactly(operator, operands).map(|[node]| Kind::Not(Box::new(node))),
            "reduce" => self.exactly(operator, operands).map(|nodes| Kind::Reduce(Box::new(nodes))),
            "dccDateOfBirth" => {
                self.exactly(operator, operands).map(|[node]| Kind::DateOfBirth(Box::new(node)))
            }
            "plusTime" => self.plus_time(operands),
            "extractFromUVCI" => self.extract(operands),
            other => match self.bounded(other) {
                Some(other) => self.wrong(format!("unrecognised operator: \"{other}\"")),
                None => None,
            },
        }
    }

    fn var(&mut self, path: &Json) -> Option<Kind> {
        let Json::String(path) = path else { return self.wrong(r#"not of the form { "var": "<path>" }"#) };
        let path = self.bounded(path)?;
        match Path::read(path) {
            Some(path) => Some(Kind::Var(path)),
            None => self.wrong(format!("data access path doesn't have a valid format: {path}")),
        }
    }

    /// An operation with a number of operands that does not vary.
    fn exactly<const N: usize>(&mut self, operator: &str, operands: &[Json]) -> Option<[Node; N]> {
        let fits = self.count(operator, operands, N, N);
        let nodes = self.all(Some(operator), &operands[..operands.len().min(N)])?;
        if fits { nodes.try_into().ok() } else { None }
    }

    fn and(&mut self, operands: &[Json]) -> Option<Kind> {
        let fits = self.count("and", operands, 2, usize::MAX);
        let nodes = self.all(Some("and"), operands)?;
        fits.then_some(Kind::And(nodes))
    }

    fn comparison(&mut self, operator: &str, operands: &[Json]) -> Option<Vec<Node>> {
        let fits = self.count(operator, operands, 2, 3);
        let nodes = self.all(Some(operator), &operands[..operands.len().min(3)])?;
        fits.then_some(nodes)
    }

    fn plus_time(&mut self, operands: &[Json]) -> Option<Kind> {
        let fits = self.count("plusTime", operands, 3, 3);
        let date = operands.first().and_then(|date| self.operand("plusTime", 0, date));
        let amount = self.literal("plusTime", operands, "amount");
        let unit = match operands.get(2) {
            Some(Json::String(name)) if Unit::named(name).is_some() => Unit::named(name),
            Some(_) => self.within("plusTime", 2, |reader| {
                reader.wrong("\"unit\" argument (#3) of \"plusTime\" must be one of year, month, day, hour")
            }),
            None => None,
        };
        if !fits {
            return None;
        }
        Some(Kind::PlusTime(Box::new(date?), amount?, unit?))
    }

    fn extract(&mut self, operands: &[Json]) -> Option<Kind> {
        let fits = self.count("extractFromUVCI", operands, 2, 2);
        let text = operands.first().and_then(|text| self.operand("extractFromUVCI", 0, text));
        let index = self.literal("extractFromUVCI", operands, "index");
        if !fits {
            return None;
        }
        Some(Kind::ExtractFromUvci(Box::new(text?), index?))
    }

    /// The second operand, which has to be an integer as it stands.
    fn literal(&mut self, operator: &str, operands: &[Json], name: &str) -> Option<i64> {
        let operand = operands.get(1)?;
        if let Json::Number(number) = operand
            && let Some(value) = integer(number)
        {
            return Some(value);
        }
        self.within(operator, 1, |reader| {
            reader.wrong(format!("\"{name}\" argument (#2) of \"{operator}\" must be an integer"))
        })
    }

    fn count(&mut self, operator: &str, operands: &[Json], least: usize, most: usize) -> bool {
        let count = operands.len();
        if (least..=most).contains(&count) {
            return true;
        }
        let wanted = match (least, most) {
            (1, 1) => "exactly 1 operand".to_owned(),
            _ if least == most => format!("exactly {least} operands"),
            (_, usize::MAX) => format!("at least {least} operands"),
            _ => format!("{least} or {most} operands"),
        };
        self.wrong::<()>(format!("operation \"{operator}\" must have {wanted}, but it has {count}"));
        false
    }

    /// Reads all of them, also after a bad one; `None` if any is bad.
    fn all(&mut self, operator: Option<&str>, operands: &[Json]) -> Option<Vec<Node>> {
        let mut nodes = Vec::new();
        let mut good = true;
        for (index, operand) in operands.iter().enumerate() {
            match self.operand(operator.unwrap_or_default(), index, operand) {
                Some(node) => nodes.push(node),
                None if self.nodes > MAX_NODES => return None,
                None => good = false,
            }
        }
        good.then_some(nodes)
    }

    fn operand(&mut self, operator: &str, index: usize, json: &Json) -> Option<Node> {
        self.within(operator, index, |reader| reader.expression(json))
    }

    /// Goes to an operand, or without an operator to an item, and comes back.
    fn within<T>(&mut self, operator: &str, index: usize, then: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.place.len();
        let divider = if operator.is_empty() { "" } else { "/" };
        // Writing to a string does not fail.
        let _ = write!(self.place, "{divider}{operator}/{index}");
        let found = then(self);
        self.place.truncate(length);
        found
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
