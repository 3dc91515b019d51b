//! Check digits (ICAO 9303-3, section 4.9): weights 7, 3, 1 from the left, sum modulo 10.

/// The value of a character: digits themselves, `A` = 10 to `Z` = 35, filler 0. `None` for anything else.
pub(super) fn value(c: char) -> Option<u32> {
    if c == '<' { Some(0) } else { c.to_digit(36).filter(|_| !c.is_ascii_lowercase()) }
}

/// The check digit of a text of capital letters, digits and fillers.
///
/// Other characters count as 0; the parser refuses them before it asks.
pub fn check_digit(text: &str) -> char {
    let weights = [7, 3, 1].into_iter().cycle();
    let sum: u32 = text.chars().zip(weights).map(|(c, weight)| value(c).unwrap_or(0) * weight).sum();
    char::from_digit(sum % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_standard() {
        assert_eq!(check_digit("520727"), '3');
        assert_eq!(check_digit("AB2134<<<"), '5');
        assert_eq!(check_digit("HA672242<658022549601086<<<<<<<<<<<<<<0"), '8');
        assert_eq!(check_digit("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<"), '2');
        assert_eq!(check_digit("D23145890734"), '9');
    }
}
