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

/// `folds` says how many times `data` leads out of the context here.
fn gather(node: &Node, folds: usize, found: &mut BTreeSet<String>) {
    let operands: &[Node] = match &node.kind {
        Kind::Bool(_) | Kind::Integer(_) | Kind::Text(_) => &[],
        Kind::Var(path) => {
            found.extend(outside(path, folds));
            &[]
        }
        Kind::Array(nodes) | Kind::And(nodes) | Kind::Integers(_, nodes) | Kind::Times(_, nodes) => nodes,
        Kind::If(nodes) => &**nodes,
        Kind::Equal(nodes) | Kind::In(nodes) | Kind::Plus(nodes) => &**nodes,
        Kind::Not(node)
        | Kind::PlusTime(node, ..)
        | Kind::ExtractFromUvci(node, _)
        | Kind::DateOfBirth(node) => std::slice::from_ref(&**node),
        Kind::Reduce(nodes) => {
            let [operand, lambda, initial] = &**nodes;
            gather(operand, folds, found);
            gather(lambda, folds + 1, found);
            std::slice::from_ref(initial)
        }
    };
    for operand in operands {
        gather(operand, folds, found);
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
}
