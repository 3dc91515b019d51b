//! Base45 (RFC 9285), written by hand because the table look-up costs a tenth of what the crates take.
//!
//! Used for the text form of passes and live codes. Decoding accepts exactly the output of encoding: a
//! group whose value does not fit its bytes is refused (RFC 9285 section 6), so no two texts mean the same.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const NONE: u8 = 0xff;

const VALUES: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut value = 0u8;
    while value < 45 {
        table[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    table
};

/// Why a text is not Base45. It does not carry the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Base45Error {
    /// A length of 3n + 1 characters: no number of bytes encodes to that.
    #[error("the length leaves one character over")]
    Length,
    /// A character outside the alphabet of RFC 9285 section 4.2; the position counts from 0.
    #[error("character {0} is not in the Base45 alphabet")]
    Character(usize),
    /// Three characters above 65535, or two above 255; the position of the group counts from 0.
    #[error("the group at character {0} is out of range")]
    Range(usize),
}

/// Appends the Base45 form of `bytes` to `text`.
pub fn encode_into(bytes: &[u8], text: &mut String) {
    text.reserve(bytes.len().div_ceil(2) * 3);
    let symbol = |value: u16| char::from(ALPHABET[usize::from(value)]);
    let mut pairs = bytes.chunks_exact(2);
    for pair in &mut pairs {
        let value = u16::from_be_bytes([pair[0], pair[1]]);
        text.push(symbol(value % 45));
        text.push(symbol(value / 45 % 45));
        text.push(symbol(value / 2025));
    }
    if let [last] = pairs.remainder() {
        let value = u16::from(*last);
        text.push(symbol(value % 45));
        text.push(symbol(value / 45));
    }
}

/// The Base45 form of `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    encode_into(bytes, &mut text);
    text
}

/// Appends the bytes that `text` stands for to `bytes`; on an error, `bytes` may hold a part of them.
pub fn decode_into(text: &[u8], bytes: &mut Vec<u8>) -> Result<(), Base45Error> {
    if text.len() % 3 == 1 {
        return Err(Base45Error::Length);
    }
    let begin = bytes.len();
    bytes.resize(begin + text.len() / 3 * 2, 0);
    let groups = text.chunks_exact(3);
    let rest = groups.remainder();
    for (index, (group, pair)) in groups.zip(bytes[begin..].chunks_exact_mut(2)).enumerate() {
        let value = value(group, index)?;
        let value = u16::try_from(value).map_err(|_| Base45Error::Range(index * 3))?;
        pair.copy_from_slice(&value.to_be_bytes());
    }
    if !rest.is_empty() {
        let index = text.len() / 3;
        let value = value(rest, index)?;
        bytes.push(u8::try_from(value).map_err(|_| Base45Error::Range(index * 3))?);
    }
    Ok(())
}

/// The bytes that `text` stands for.
pub fn decode(text: &str) -> Result<Vec<u8>, Base45Error> {
    let mut bytes = Vec::new();
    decode_into(text.as_bytes(), &mut bytes)?;
    Ok(bytes)
}

/// The value of a group of two or three characters, least significant first.
#[inline]
fn value(group: &[u8], index: usize) -> Result<u32, Base45Error> {
    let (mut value, mut weight, mut seen) = (0, 1, 0);
    for &character in group {
        let digit = VALUES[usize::from(character)];
        seen |= digit;
        value += u32::from(digit) * weight;
        weight *= 45;
    }
    // Digits are below 64: one question for the group instead of one a character.
    if seen < 64 {
        return Ok(value);
    }
    let offset = group.iter().position(|character| VALUES[usize::from(*character)] == NONE);
    Err(Base45Error::Character(index * 3 + offset.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_rfc_9285_section_4() {
        for (plain, text) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
        {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text).unwrap(), plain.as_bytes());
        }
    }

    #[test]
    fn what_no_bytes_encode_to_is_refused() {
        assert_eq!(decode("GGW"), Err(Base45Error::Range(0)), "RFC 9285 section 4.2: 65536 does not fit");
        assert_eq!(decode("FGW"), Ok(vec![0xff, 0xff]));
        assert_eq!(decode("::"), Err(Base45Error::Range(0)));
        assert_eq!(decode("BB8A"), Err(Base45Error::Length));
        assert_eq!(decode("BB8a0"), Err(Base45Error::Character(3)));
        assert_eq!(decode("BB8ab0"), Err(Base45Error::Character(3)));
        assert_eq!(decode(""), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(decode(&encode(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn a_text_that_decodes_is_the_only_one(text in "[0-9A-Z $%*+./:-]{0,40}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = decode(&text);
        }
    }
}
