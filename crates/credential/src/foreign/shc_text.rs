//! The digits of a SMART Health Card's QR code ("Health Cards as QR Codes" in the framework, smarthealth.cards).
//!
//! Each character of a JWS is two digits, its code less 45. A JWS longer than 1,195 characters had to be cut into
//! several codes until that was deprecated in December 2022; such cards are still in wallets. Their texts come
//! one a line, in any order, and are joined if all are there. Cutting what fits into one code was never allowed,
//! and is refused.

use std::borrow::Cow;

use super::Fault;

const PREFIX: &str = "shc:/";
/// The most characters of a JWS in one code of version 22.
const WHOLE: usize = 1_195;
/// The most in each of several codes, whose headers are longer.
const PART: usize = 1_191;

/// The JWS in `text`: as it stands, or from the digits of all its codes.
pub(super) fn jws(text: &str) -> Result<Cow<'_, str>, Fault> {
    if !text.starts_with(PREFIX) {
        return Ok(Cow::Borrowed(text));
    }
    let codes = text.split('\n').map(|line| Code::read(line.strip_suffix('\r').unwrap_or(line)));
    let mut codes = codes.collect::<Result<Vec<_>, _>>()?;
    codes.sort_unstable_by_key(|code| code.index);
    let of = codes[0].of;
    let complete = codes.len() == of
        && codes.iter().enumerate().all(|(position, code)| code.of == of && code.index == position + 1);
    if !complete {
        return Err(Fault::Part);
    }
    let joined: String = codes.iter().map(|code| code.characters.as_str()).collect();
    if of > 1 && joined.len() <= WHOLE { Err(Fault::Encoding) } else { Ok(Cow::Owned(joined)) }
}

/// The texts of several QR codes as the one text that [`crate::Scan::read`] takes, if together they are all the parts of
/// one SMART Health Card: for pictures that show them side by side, and for scanners that read one after the other.
pub fn join_parts<T: AsRef<str>>(texts: &[T]) -> Option<String> {
    let is_part = |text: &T| Code::read(text.as_ref()).is_ok_and(|code| code.of > 1);
    let joined = || texts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("\n");
    let whole = texts.len() > 1 && texts.iter().all(is_part);
    whole.then(joined).filter(|text| jws(text).is_ok())
}

/// What one QR code holds.
struct Code {
    /// Its place, from 1.
    index: usize,
    /// How many there are.
    of: usize,
    characters: String,
}

impl Code {
    fn read(text: &str) -> Result<Self, Fault> {
        let body = text.strip_prefix(PREFIX).ok_or(Fault::Encoding)?;
        let (index, of, digits) = match body.split_once('/') {
            None => (1, 1, body),
            Some((index, rest)) => {
                let (of, digits) = rest.split_once('/').ok_or(Fault::Encoding)?;
                (number(index)?, number(of)?, digits)
            }
        };
        let characters = characters(digits)?;
        if index > of || characters.len() > if of > 1 { PART } else { WHOLE } {
            return Err(Fault::Encoding);
        }
        Ok(Self { index, of, characters })
    }
}

/// A decimal number from 1 to 99 as it is printed.
fn number(text: &str) -> Result<usize, Fault> {
    let plain = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if plain && !text.starts_with('0') {
        text.parse().map_err(|_| Fault::Encoding)
    } else {
        Err(Fault::Encoding)
    }
}

/// Two digits a character; the highest of base64url is `z`, 77.
fn characters(digits: &str) -> Result<String, Fault> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.is_empty() || !rest.is_empty() {
        return Err(Fault::Encoding);
    }
    let character = |pair: &[u8; 2]| match pair {
        [tens @ b'0'..=b'7', ones @ b'0'..=b'9'] => {
            let code = (tens - b'0') * 10 + (ones - b'0') + 45;
            (code <= b'z').then_some(char::from(code)).ok_or(Fault::Encoding)
        }
        _ => Err(Fault::Encoding),
    };
    pairs.iter().map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(jws: &str) -> String {
        jws.bytes().map(|b| format!("{:02}", b - 45)).collect::<Vec<_>>().concat()
    }

    fn read(text: &str) -> Result<String, Fault> {
        jws(text).map(Cow::into_owned)
    }

    #[test]
    fn one_code_is_one_text() {
        // The example of the framework: the header begins with `e`, 101 - 45.
        assert_eq!(read("shc:/567629"), Ok("eyJ".into()));
        assert_eq!(read("shc:/1/1/567629"), Ok("eyJ".into()));
        assert_eq!(read("eyJ.a.b"), Ok("eyJ.a.b".into()), "no digits, no change");
        assert_eq!(read(&format!("shc:/{}", digits(&"a".repeat(1_195)))), Ok("a".repeat(1_195)));
    }

    #[test]
    fn what_is_no_digits_is_refused() {
        let long = format!("shc:/{}", digits(&"a".repeat(1_196)));
        for bad in [
            "shc:/",
            "shc:/5",
            "shc:/567",
            "shc:/78",
            "shc:/99",
            "shc:/5x",
            "shc:/56 ",
            "shc:/56\n",
            "shc:/é6",
            "shc:/1/56",
            "shc:/2/1/56",
            "shc:/0/1/56",
            "shc:/01/1/56",
            "shc:/1/2/3/56",
            "shc:/+1/1/56",
            "shc:/1/100/56",
            &long,
        ] {
            assert_eq!(read(bad), Err(Fault::Encoding), "{bad:?}");
        }
    }

    #[test]
    fn parts_are_joined_in_any_order_if_all_are_there() {
        let jws = format!("{}{}", "a".repeat(700), "b".repeat(700));
        let part = |index: usize, of: usize, text: &str| format!("shc:/{index}/{of}/{}", digits(text));
        let (first, second) = (part(1, 2, &jws[..700]), part(2, 2, &jws[700..]));
        assert_eq!(read(&format!("{first}\n{second}")), Ok(jws.clone()));
        assert_eq!(read(&format!("{second}\r\n{first}")), Ok(jws.clone()));
        for missing in
            [&first, &second, &format!("{first}\n{first}"), &format!("{first}\n{}", part(2, 3, "b"))]
        {
            assert_eq!(read(missing), Err(Fault::Part));
        }
        assert_eq!(read(&format!("{first}\n{second}\n{second}")), Err(Fault::Part));
        assert_eq!(join_parts(&[&second, &first]), Some(format!("{second}\n{first}")));
        let whole = part(1, 1, "ab");
        for others in
            [vec![&first], vec![&first, &first], vec![&whole, &whole], vec![&first, &second, &whole], vec![]]
        {
            assert_eq!(join_parts(&others), None, "{} texts", others.len());
        }
        let needless = format!("{}\n{}", part(1, 2, "ab"), part(2, 2, "cd"));
        assert_eq!(read(&needless), Err(Fault::Encoding), "it fits into one code");
        let long = format!("{}\n{}", part(1, 2, &"a".repeat(1_192)), part(2, 2, "cd"));
        assert_eq!(read(&long), Err(Fault::Encoding), "too long for version 22");
    }
}
