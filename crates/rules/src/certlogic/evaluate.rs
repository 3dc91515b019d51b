//! The evaluator. Its recursion follows the expression, whose depth is limited; its work is counted.

use jiff::civil::DateTime;
use serde_json::Value as Json;

use super::error::{Fault, Problem};
use super::export::export;
use super::expression::{Expression, Kind, Node, Order};
use super::limits::MAX_STEPS;
use super::number::within;
use super::value::Value;
use super::{time, uvci};

/// So many bytes of text that are looked at count as one step.
const BYTES: usize = 32;

type Found<'a> = Result<Value<'a>, Fault>;

impl Expression {
    /// Evaluates the expression on these data. The same data always give the same result.
    pub fn evaluate(&self, data: &Json) -> Result<Json, Fault> {
        let value = Evaluator::new(MAX_STEPS).node(&self.0, &Value::of(data))?;
        export(&value).map_err(|problem| self.0.fault(problem))
    }

    /// Whether the expression, which has to be true or false, is true of `scene`. The evaluator's work is counted
    /// over all that it evaluates.
    pub(crate) fn holds<'a>(&'a self, scene: &Value<'a>, evaluator: &mut Evaluator) -> Result<bool, Fault> {
        match evaluator.node(&self.0, scene)? {
            Value::Bool(truth) => Ok(truth),
            other => Err(mismatch(&self.0, "the result of a condition", "true or false", &other)),
        }
    }
}

impl Node {
    fn fault(&self, problem: Problem) -> Fault {
        Fault { place: self.place.to_string(), problem }
    }
}

/// Evaluates, counts its steps, and notes when what was compared with [`Value::Now`] would compare differently.
pub struct Evaluator {
    left: usize,
    turns: Option<DateTime>,
}

impl Evaluator {
    /// With so many steps to take.
    pub fn new(left: usize) -> Self {
        Self { left, turns: None }
    }

    /// Takes a step that no expression takes; `false` if there is none left.
    pub fn step(&mut self) -> bool {
        self.left.checked_sub(1).map(|left| self.left = left).is_some()
    }

    /// How many steps are left.
    pub fn left(&self) -> usize {
        self.left
    }

    /// The first moment at which a comparison with now, of all since this was last asked, has another result. Until
    /// then every one of those evaluations takes the same way to the same result.
    pub fn take_turn(&mut self) -> Option<DateTime> {
        self.turns.take()
    }

    fn node<'a>(&mut self, node: &'a Node, data: &Value<'a>) -> Found<'a> {
        self.spend(1, node)?;
        match &node.kind {
            Kind::Bool(value) => Ok(Value::Bool(*value)),
            Kind::Integer(value) => Ok(Value::Integer(*value)),
            Kind::Text(text) => Ok(Value::Text(text)),
            Kind::Array(items) => {
                let items = items.iter().map(|item| self.node(item, data)).collect::<Result<_, _>>()?;
                Value::list(items).map_err(|problem| node.fault(problem))
            }
            Kind::Var(path) => {
                self.spend(path.0.len(), node)?;
                Ok(data.at(path))
            }
            Kind::If(nodes) => {
                let [guard, then, otherwise] = &**nodes;
                let holds = self.truth(guard, data, "the guard of \"if\"")?.1;
                self.node(if holds { then } else { otherwise }, data)
            }
            Kind::And(operands) => self.and(operands, data),
            Kind::Integers(order, operands) => self.integers(*order, operands, data),
            Kind::Times(order, operands) => self.times(*order, operands, data),
            Kind::Equal(operands) => self.equal(operands, node, data),
            Kind::In(operands) => self.member(operands, node, data),
            Kind::Plus(operands) => self.plus(operands, node, data),
            Kind::Not(operand) => Ok(Value::Bool(!self.truth(operand, data, "the operand of \"!\"")?.1)),
            Kind::PlusTime(operand, amount, unit) => {
                let text = self.text(operand, data, "the date of \"plusTime\"")?;
                let time = time::read(text).map_err(|problem| operand.fault(problem))?;
                time::plus(time, *amount, *unit).map(Value::Time).map_err(|problem| node.fault(problem))
            }
            Kind::Reduce(nodes) => self.reduce(nodes, data),
            Kind::ExtractFromUvci(operand, index) => self.extract(operand, *index, data),
            Kind::DateOfBirth(operand) => {
                let text = self.text(operand, data, "the operand of \"dccDateOfBirth\"")?;
                time::read_birth(text).map(Value::Time).map_err(|problem| operand.fault(problem))
            }
        }
    }

    fn spend(&mut self, steps: usize, node: &Node) -> Result<(), Fault> {
        self.left = self.left.checked_sub(steps).ok_or_else(|| node.fault(Problem::Steps))?;
        Ok(())
    }

    fn truth<'a>(
        &mut self,
        node: &'a Node,
        data: &Value<'a>,
        whose: &'static str,
    ) -> Result<(Value<'a>, bool), Fault> {
        let value = self.node(node, data)?;
        match value.truth() {
            Some(truth) => Ok((value, truth)),
            None => Err(mismatch(node, whose, "truthy or falsy", &value)),
        }
    }

    fn text<'a>(&mut self, node: &'a Node, data: &Value<'a>, whose: &'static str) -> Result<&'a str, Fault> {
        match self.node(node, data)? {
            Value::Text(text) => {
                self.spend(text.len() / BYTES, node)?;
                Ok(text)
            }
            other => Err(mismatch(node, whose, "a string", &other)),
        }
    }

    fn integer<'a>(&mut self, node: &'a Node, data: &Value<'a>, whose: &'static str) -> Result<i64, Fault> {
        match self.node(node, data)? {
            Value::Integer(value) => Ok(value),
            other => Err(mismatch(node, whose, "an integer", &other)),
        }
    }

    /// The first falsy operand, or the last one; what comes after the first falsy one is not evaluated.
    fn and<'a>(&mut self, operands: &'a [Node], data: &Value<'a>) -> Found<'a> {
        let mut last = Value::Null;
        for operand in operands {
            let (value, truth) = self.truth(operand, data, "an operand of \"and\"")?;
            if !truth {
                return Ok(value);
            }
            last = value;
        }
        Ok(last)
    }

    fn integers<'a>(&mut self, order: Order, operands: &'a [Node], data: &Value<'a>) -> Found<'a> {
        let whose = "an operand of a comparison";
        let values = operands.iter().map(|node| self.integer(node, data, whose));
        let values: Vec<i64> = values.collect::<Result<_, _>>()?;
        Ok(Value::Bool(order.holds(&values)))
    }

    fn times<'a>(&mut self, order: Order, operands: &'a [Node], data: &Value<'a>) -> Found<'a> {
        let time = |node: &'a Node| match self.node(node, data)? {
            Value::Time(time) => Ok((time, false)),
            Value::Now(time) => Ok((time, true)),
            other => Err(mismatch(node, "an operand of a comparison of times", "a date-time", &other)),
        };
        let values: Vec<(DateTime, bool)> = operands.iter().map(time).collect::<Result<_, _>>()?;
        for pair in values.windows(2) {
            let turn = match (pair[0], pair[1]) {
                ((now, true), (time, false)) => order.turn(true, time).filter(|turn| *turn > now),
                ((time, false), (now, true)) => order.turn(false, time).filter(|turn| *turn > now),
                _ => None,
            };
            self.turns = [self.turns, turn].into_iter().flatten().min();
        }
        let values: Vec<DateTime> = values.into_iter().map(|(time, _)| time).collect();
        Ok(Value::Bool(order.holds(&values)))
    }

    fn equal<'a>(&mut self, operands: &'a [Node; 2], node: &'a Node, data: &Value<'a>) -> Found<'a> {
        let (left, right) = (self.node(&operands[0], data)?, self.node(&operands[1], data)?);
        self.same(&left, &right, node).map(Value::Bool)
    }

    fn same(&mut self, left: &Value<'_>, right: &Value<'_>, node: &Node) -> Result<bool, Fault> {
        if let (Value::Text(left), Value::Text(right)) = (left, right)
            && left.len() == right.len()
        {
            self.spend(left.len() / BYTES, node)?;
        }
        left.equals(right).map_err(|problem| node.fault(problem))
    }

    /// `in`. A missing array has no members; anything else that is no array is an error.
    fn member<'a>(&mut self, operands: &'a [Node; 2], node: &'a Node, data: &Value<'a>) -> Found<'a> {
        let (wanted, array) = (self.node(&operands[0], data)?, self.node(&operands[1], data)?);
        let Some(count) = array.items() else {
            return match array {
                Value::Null => Ok(Value::Bool(false)),
                other => Err(mismatch(&operands[1], "the right operand of \"in\"", "an array", &other)),
            };
        };
        for index in 0..count {
            self.spend(1, node)?;
            if self.same(&wanted, &array.item(index), node)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }

    fn plus<'a>(&mut self, operands: &'a [Node; 2], node: &'a Node, data: &Value<'a>) -> Found<'a> {
        let whose = "an operand of \"+\"";
        let (left, right) =
            (self.integer(&operands[0], data, whose)?, self.integer(&operands[1], data, whose)?);
        let sum = left.checked_add(right).and_then(within);
        sum.map(Value::Integer).ok_or_else(|| node.fault(Problem::Sum))
    }

    /// A fold from the left. A missing array counts as empty.
    fn reduce<'a>(&mut self, nodes: &'a [Node; 3], data: &Value<'a>) -> Found<'a> {
        let [operand, lambda, initial] = nodes;
        let array = self.node(operand, data)?;
        let count = match (&array, array.items()) {
            (Value::Null, _) => 0,
            (_, Some(count)) => count,
            _ => {
                return Err(mismatch(operand, "the first operand of \"reduce\"", "an array or null", &array));
            }
        };
        let mut accumulator = self.node(initial, data)?;
        for index in 0..count {
            self.spend(1, lambda)?;
            let context = Value::fold(accumulator, array.item(index), data.clone());
            let context = context.map_err(|problem| lambda.fault(problem))?;
            accumulator = self.node(lambda, &context)?;
        }
        Ok(accumulator)
    }

    fn extract<'a>(&mut self, operand: &'a Node, index: i64, data: &Value<'a>) -> Found<'a> {
        match self.node(operand, data)? {
            Value::Null => Ok(Value::Null),
            Value::Text(text) => {
                self.spend(text.len() / BYTES, operand)?;
                Ok(uvci::fragment(text, index).map_or(Value::Null, Value::Text))
            }
            other => {
                Err(mismatch(operand, "the first operand of \"extractFromUVCI\"", "a string or null", &other))
            }
        }
    }
}

fn mismatch(node: &Node, whose: &'static str, wanted: &'static str, value: &Value<'_>) -> Fault {
    node.fault(Problem::Type { whose, wanted, found: value.kind() })
}

#[cfg(test)]
#[path = "evaluate_tests.rs"]
mod tests;
