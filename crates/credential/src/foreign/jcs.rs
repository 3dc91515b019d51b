//! The canonical form of JSON (RFC 8785), in which a VDS-NC is signed.
//!
//! Texts are escaped by `serde_json`, which follows RFC 8785 section 3.2.2.2 already and reads numbers to the last bit
//! (its feature `float_roundtrip`); `ryu-js` prints them as ECMAScript does. What is left is our own, because the crate
//! for the whole rounds numbers beyond 2^53 in silence: two texts would have one form. They are refused here (RFC
//! 7493 section 2.2).

use std::fmt::Write;

use serde_json::{Map, Number, Value};

/// 2^53 - 1.
const LARGEST: u64 = (1 << 53) - 1;

/// The canonical form of an object; `None` for a number that a double cannot hold. Recursion is bounded by the
/// nesting that the reader of the object allowed.
pub(super) fn canonical(object: &Map<String, Value>) -> Option<String> {
    let mut out = String::new();
    write_object(&mut out, object)?;
    Some(out)
}

fn write_value(out: &mut String, value: &Value) -> Option<()> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(out, number)?,
        Value::String(text) => write_text(out, text),
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_value(out, item)?;
            }
            out.push(']');
        }
        Value::Object(object) => write_object(out, object)?,
    }
    Some(())
}

/// Members in the order of their names' UTF-16 code units (section 3.2.3).
fn write_object(out: &mut String, object: &Map<String, Value>) -> Option<()> {
    let mut members: Vec<_> = object.iter().collect();
    members.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (position, (name, value)) in members.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_text(out, name);
        out.push(':');
        write_value(out, value)?;
    }
    out.push('}');
    Some(())
}

fn write_text(out: &mut String, text: &str) {
    let written = write!(out, "{}", Value::from(text));
    written.expect("writing to a text does not fail");
}

fn write_number(out: &mut String, number: &Number) -> Option<()> {
    let whole = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    match whole {
        Some(magnitude) if magnitude <= LARGEST => write!(out, "{number}").ok()?,
        Some(_) => return None,
        None => out.push_str(ryu_js::Buffer::new().format(number.as_f64()?)),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Option<String> {
        canonical(serde_json::from_str::<Value>(text).unwrap().as_object().unwrap())
    }

    /// RFC 8785 section 3.2.2 (input) and 3.2.3 (sorted).
    #[test]
    fn the_example_of_the_rfc() {
        let input = concat!(
            r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],"#,
            r#""string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
        );
        let wanted = concat!(
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
            r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#,
        );
        assert_eq!(form(input).as_deref(), Some(wanted));
    }

    /// RFC 8785 section 3.2.3: the order is that of UTF-16, in which an emoji comes before U+FB33.
    #[test]
    fn names_are_sorted_by_their_code_units() {
        let input =
            r#"{"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7}"#;
        let wanted = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}";
        assert_eq!(form(input).as_deref(), Some(wanted));
    }

    /// RFC 8785 appendix B.
    #[test]
    fn numbers_are_printed_as_in_ecmascript() {
        for (bits, wanted) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
        ] {
            let number = Number::from_f64(f64::from_bits(bits)).unwrap();
            let mut out = String::new();
            write_number(&mut out, &number).unwrap();
            assert_eq!(out, wanted, "{bits:016x}");
        }
        assert_eq!(
            form(r#"{"a":[1,-1,9007199254740991]}"#).as_deref(),
            Some(r#"{"a":[1,-1,9007199254740991]}"#)
        );
        assert_eq!(form(r#"{"a":9007199254740993}"#), None);
    }
}
