//! Parts of a unique certificate identifier, such as `URN:UVCI:01:NL:187/37512422923`.

/// The part of this index, from 0 and without the prefix; `None` where there is none.
pub fn fragment(text: &str, index: i64) -> Option<&str> {
    let text = text.strip_prefix("URN:UVCI:").unwrap_or(text);
    text.split(['/', '#', ':']).nth(usize::try_from(index).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_from_the_left_without_the_prefix() {
        let all = |text| (0..).map_while(|index| fragment(text, index)).collect::<Vec<_>>();
        assert_eq!(all("URN:UVCI:01:UT:A/B#C"), ["01", "UT", "A", "B", "C"]);
        assert_eq!(all("x//#"), ["x", "", "", ""]);
        assert_eq!(all(""), [""]);
        assert_eq!(all("URN:UVCI:"), [""]);
        assert_eq!(all("urn:uvci:01"), ["urn", "uvci", "01"]);
        assert_eq!((fragment("a", -1), fragment("a", i64::MAX)), (None, None));
    }
}
