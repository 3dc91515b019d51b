//! CertLogic: what its expressions evaluate to, and what is said of those that are none.
//!
//! All cases run, also those that the suite marks `skip` for implementations without a lambda that sees the data
//! around it, and those of `in` without an array: the evaluator does what they ask (docs/certlogic.md).

use std::fs;
use std::path::Path;

use anyhow::Context;
use rules::certlogic::{Expression, Issue};
use serde_json::{Value, json};

use crate::table::{Finding, Suite};

/// Runs both suites.
pub fn run(folder: &Path) -> anyhow::Result<Vec<Suite>> {
    let mut evaluation = Suite::new("CertLogic, evaluation");
    for_each_case(&folder.join("testSuite"), |name, case| {
        for (index, assertion) in array(case, "assertions")?.iter().enumerate() {
            let logic = assertion.get("certLogicExpression").or_else(|| case.get("certLogicExpression"));
            let logic = logic.context("an expression")?;
            let (data, wanted) =
                (assertion.get("data").context("data")?, assertion.get("expected").context("expected")?);
            let found = Expression::read(logic)
                .map_err(|invalid| invalid.to_string())
                .and_then(|expression| expression.evaluate(data).map_err(|fault| fault.to_string()));
            evaluation.equal(format!("{name}, {}", index + 1), &found, &Ok(wanted.clone()));
        }
        Ok(())
    })?;
    let mut validation = Suite::new("CertLogic, validation");
    for_each_case(&folder.join("validation-testSuite"), |name, case| {
        let logic = case.get("certLogicExpression").context("an expression")?;
        let found = Expression::read(logic).err().map_or(Ok(Vec::new()), |invalid| {
            invalid.issues().iter().map(|issue| as_the_suite_has_it(issue, logic)).collect()
        });
        match found {
            Ok(found) => validation.equal(name, &found, array(case, "issues")?),
            Err(place) => {
                let found = format!("an issue at {place}, which is not in the expression");
                validation.add(name, Finding::Different { wanted: "a place".into(), found });
            }
        }
        Ok(())
    })?;
    Ok(vec![evaluation, validation])
}

/// The part of the expression that is wrong, and why.
fn as_the_suite_has_it(issue: &Issue, logic: &Value) -> Result<Value, String> {
    let part = logic.pointer(&issue.place).ok_or_else(|| issue.place.clone())?;
    Ok(json!({"expr": part, "message": issue.message}))
}

fn for_each_case(
    folder: &Path,
    mut run: impl FnMut(String, &Value) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let files = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = files.map(|file| Ok(file?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        let file = path.file_stem().unwrap_or_default().to_string_lossy();
        let suite: Value =
            serde_json::from_slice(&fs::read(&path)?).with_context(|| path.display().to_string())?;
        for (index, case) in array(&suite, "cases")?.iter().enumerate() {
            let named = case.get("name").and_then(Value::as_str).map(str::to_owned);
            let name = format!("{file}: {}", named.unwrap_or_else(|| (index + 1).to_string()));
            run(name.clone(), case).with_context(|| name)?;
        }
    }
    Ok(())
}

fn array<'v>(value: &'v Value, member: &str) -> anyhow::Result<&'v Vec<Value>> {
    value.get(member).and_then(Value::as_array).with_context(|| format!("an array \"{member}\""))
}
