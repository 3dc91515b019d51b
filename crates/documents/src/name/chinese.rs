//! Traditional characters as simplified ones, character by character.
//!
//! A permit prints 陳, a filing may say 陈: the same name. The table is that of `OpenCC` (Apache-2.0),
//! `TSCharacters`, the first simplified form of each character.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Pairs of characters, traditional then simplified, with nothing between.
const PAIRS: &str = include_str!("../../data/simplified.txt");

static TABLE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let characters: Vec<char> = PAIRS.chars().filter(|c| !c.is_whitespace()).collect();
    characters.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

/// The simplified form of a character, itself if it has none.
pub(super) fn simplify(c: char) -> char {
    TABLE.get(&c).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_pairs_and_idempotent() {
        let count = PAIRS.chars().filter(|c| !c.is_whitespace()).count();
        assert_eq!(count % 2, 0);
        assert!(TABLE.len() > 3_000 && TABLE.len() == count / 2);
        for simple in TABLE.values() {
            assert_eq!(simplify(*simple), *simple, "{simple} is simplified further");
        }
        assert_eq!("陳大文".chars().map(simplify).collect::<String>(), "陈大文");
    }
}
