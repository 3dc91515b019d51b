//! Data accesses: paths such as `payload.v.0.dt`, and which of the data an expression can look at.

use std::collections::BTreeSet;

use super::expression::{Expression, Kind, Node};

/// A path; without fragments it is the whole context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub Vec<Fragment>);

/// One step into the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// The member of an object.
    pub name: Box<str>,
    /// The item of an array, if the name is a number.
    pub index: Option<usize>,
}

impl Path {
    /// Reads a path. `None` if a fragment is empty.
    pub fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self(Vec::new()));
        }
        text.split('.').map(Fragment::read).collect::<Option<_>>().map(Self)
    }
}

impl Fragment {
    fn read(name: &str) -> Option<Self> {
        if name.is_empty() {
            return None;
        }
        let digits = name.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self { name: name.into(), index: digits.then(|| name.parse().ok()).flatten() })
    }
}

impl Expression {
    /// The paths of the data that an evaluation may look at, sorted, each once. What a `reduce` looks at in the
    /// items of its array stands under the path of that array; what it looks at through `data` under its own.
    pub fn data_accesses(&self) -> Vec<String> {
        let mut found = BTreeSet::new();
        gather(&self.0, 0, &mut found);
        found.into_iter().collect()
    }
}

/// What a condition of a rule looks at, with its place: `["item", "at"]`; for a member of an item of the evidence in a
/// `reduce` over all of it `["evidence", "*", "at"]`; nothing for a whole context, or what a context does not have.
#[derive(Debug, PartialEq, Eq)]
pub struct Look<'a> {
    /// Where in the expression.
    pub place: &'a str,
    /// The path in the scene.
    pub path: Vec<&'a str>,
    /// Whether it is an operand of a comparison of times.
    pub compared: bool,
}

impl Expression {
    /// What the expression looks at as the condition of a rule.
    pub(crate) fn looks(&self) -> Vec<Look<'_>> {
        let mut looks = Vec::new();
        look(&self.0, &mut Vec::new(), false, &mut looks);
        looks
    }
}

impl Expression {
    /// The texts and integers that stand in the expression.
    pub(crate) fn literals(&self) -> (Vec<&str>, Vec<i64>) {
        let (mut texts, mut integers) = (Vec::new(), Vec::new());
        let mut waiting = vec![&self.0];
        while let Some(node) = waiting.pop() {
            match &node.kind {
                Kind::Text(text) => texts.push(&**text),
                Kind::Integer(value) => integers.push(*value),
                _ => waiting.extend(operands(node)),
            }
        }
        (texts, integers)
    }
}

/// `folds` says of each `reduce` around here whether it goes through the evidence.
fn look<'a>(node: &'a Node, folds: &mut Vec<bool>, compared: bool, looks: &mut Vec<Look<'a>>) {
    match &node.kind {
        Kind::Var(path) => {
            looks.extend(seen(path, folds).map(|path| Look { place: &node.place, path, compared }));
        }
        Kind::Reduce(nodes) => {
            let [operand, lambda, initial] = &**nodes;
            let evidence = matches!(&operand.kind, Kind::Var(path) if seen(path, folds).as_deref() == Some(&["evidence"]));
            look(operand, folds, false, looks);
            folds.push(evidence);
            look(lambda, folds, false, looks);
            folds.pop();
            look(initial, folds, false, looks);
        }
        Kind::Times(_, nodes) => nodes.iter().for_each(|node| look(node, folds, true, looks)),
        _ => operands(node).iter().for_each(|node| look(node, folds, false, looks)),
    }
}

/// The path in the scene; `None` if it stays within what a `reduce` has made.
fn seen<'a>(path: &'a Path, folds: &[bool]) -> Option<Vec<&'a str>> {
    let mut names = path.0.iter().map(|fragment| &*fragment.name);
    for evidence in folds.iter().rev() {
        match names.next() {
            Some("data") => {}
            Some("current") if *evidence => {
                return Some(["evidence", "*"].into_iter().chain(names).collect());
            }
            Some("current" | "accumulator") => return None,
            _ => return Some(Vec::new()),
        }
    }
    Some(names.collect())
}

/// The operands of what has any.
fn operands(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::Bool(_) | Kind::Integer(_) | Kind::Text(_) | Kind::Var(_) => &[],
        Kind::Array(nodes) | Kind::And(nodes) | Kind::Integers(_, nodes) | Kind::Times(_, nodes) => nodes,
        Kind::If(nodes) | Kind::Reduce(nodes) => &**nodes,
        Kind::Equal(nodes) | Kind::In(nodes) | Kind::Plus(nodes) => &**nodes,
        Kind::Not(node)
        | Kind::PlusTime(node, ..)
        | Kind::ExtractFromUvci(node, _)
        | Kind::DateOfBirth(node) => std::slice::from_ref(&**node),
    }
}

/// `folds` says how many times `data` leads out of the context here.
fn gather(node: &Node, folds: usize, found: &mut BTreeSet<String>) {
    match &node.kind {
        Kind::Var(path) => found.extend(outside(path, folds)),
        Kind::Reduce(nodes) => {
            let [operand, lambda, initial] = &**nodes;
            gather(operand, folds, found);
            gather(lambda, folds + 1, found);
            gather(initial, folds, found);
        }
        _ => operands(node).iter().for_each(|operand| gather(operand, folds, found)),
    }
}

/// The path as seen from outside all folds; `None` if it stays within one.
fn outside(path: &Path, folds: usize) -> Option<String> {
    let led = path.0.iter().take(folds);
    if led.clone().any(|fragment| &*fragment.name != "data") {
        return None;
    }
    // A path that ends before it is outside takes all that is in the context there, and so all of the data.
    let rest: Vec<&str> = path.0.iter().skip(folds).map(|fragment| &*fragment.name).collect();
    Some(rest.join("."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths() {
        for wrong in [".", "x.", ".x", "x..y"] {
            assert_eq!(Path::read(wrong), None, "{wrong}");
        }
        let index = |text| Path::read(text).unwrap().0[0].index;
        assert_eq!((index("0"), index("007"), index("-1"), index("1a")), (Some(0), Some(7), None, None));
        assert_eq!(index("99999999999999999999999"), None);
        assert_eq!(Path::read(""), Some(Path(Vec::new())));
    }

    #[test]
    fn what_an_expression_looks_at() {
        let seen = |logic| Expression::read(&logic).unwrap().data_accesses();
        assert!(seen(json!(["a", 1, true])).is_empty());
        assert_eq!(seen(json!({"if": [{"var": "b"}, {"var": "a.0"}, {"var": "b"}]})), ["a.0", "b"]);
        let count = json!({"+": [{"var": "accumulator"}, {"var": "data.step"}]});
        assert_eq!(
            seen(json!({"reduce": [{"var": "list"}, count, {"var": "start"}]})),
            ["list", "start", "step"]
        );
        assert_eq!(seen(json!({"reduce": [[1], {"var": ""}, 0]})), [""]);
        let inner = json!({"reduce": [{"var": "current"}, {"and": [{"var": "data.current"}, {"var": "data.data.x"}]}, 0]});
        assert_eq!(seen(json!({"reduce": [{"var": "list"}, inner, 0]})), ["list", "x"]);
    }

    #[test]
    fn what_a_condition_looks_at() {
        let seen = |logic| {
            let expression = Expression::read(&logic).unwrap();
            let looks = expression.looks();
            looks
                .iter()
                .map(|l| format!("{} {} {}", l.place, l.path.join("."), l.compared))
                .collect::<Vec<_>>()
        };
        let before = json!({"before": [{"var": "now"}, {"plusTime": [{"var": "item.at"}, 7, "day"]}]});
        assert_eq!(seen(before), ["/before/0 now true", "/before/1/plusTime/0 item.at false"]);
        let lambda =
            json!({"and": [{"var": "accumulator.x"}, {"var": "current.kind"}, {"var": "data.item.at"}]});
        assert_eq!(
            seen(json!({"reduce": [{"var": "evidence"}, lambda, {"var": ""}]})),
            [
                "/reduce/0 evidence false",
                "/reduce/1/and/1 evidence.*.kind false",
                "/reduce/1/and/2 data.item.at false",
                "/reduce/2  false"
            ]
            .map(|text| text.replace("data.", ""))
        );
        assert_eq!(seen(json!({"reduce": [[1], {"var": "current"}, 0]})), [""; 0]);
        assert_eq!(seen(json!({"reduce": [[1], {"var": "item"}, 0]})), ["/reduce/1  false"]);
        let inner = json!({"reduce": [[1], {"var": "data.current.at"}, {"var": "data.now"}]});
        assert_eq!(
            seen(json!({"reduce": [{"var": "evidence"}, inner, 0]})),
            [
                "/reduce/0 evidence false",
                "/reduce/1/reduce/1 evidence.*.at false",
                "/reduce/1/reduce/2 now false"
            ]
        );
    }
}
