//! Integers: numbers without a fraction that every implementation represents exactly.

use serde_json::Number;

use super::limits::MAX_INTEGER;

/// The integer that a number is, however it is written: `1`, `1.0` and `1e0` are the same.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "within what is exact")]
pub fn integer(number: &Number) -> Option<i64> {
    let float = || number.as_f64().filter(|f| f.fract() == 0.0 && f.abs() <= MAX_INTEGER as f64);
    let integer = number.as_i64().or_else(|| Some(float()? as i64))?;
    within(integer)
}

/// The same integer, if it is one that every implementation represents exactly.
pub fn within(integer: i64) -> Option<i64> {
    (-MAX_INTEGER..=MAX_INTEGER).contains(&integer).then_some(integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_integer() {
        for (text, wanted) in [
            ("0", Some(0)),
            ("-0.0", Some(0)),
            ("42.0", Some(42)),
            ("1e3", Some(1_000)),
            ("9007199254740991", Some(MAX_INTEGER)),
            ("-9007199254740991.0", Some(-MAX_INTEGER)),
            ("9007199254740992", None),
            ("9007199254740992.0", None),
            ("18446744073709551615", None),
            ("0.5", None),
            ("1e300", None),
        ] {
            let number: Number = serde_json::from_str(text).unwrap();
            assert_eq!(integer(&number), wanted, "{text}");
        }
    }
}
