//! Which script a character belongs to, as far as names need it.

/// Whether `c` is a Chinese character, of any of the unified ideograph blocks in use for names.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// Whether `c` is an apostrophe or one of the signs that are typed for it; it joins what it stands between.
pub(super) const fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '´' | '′' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02B9}'
            ..='\u{02BF}' | '\u{02C8}' | '\u{FF07}'
    )
}

/// Whether `c` separates the parts of a name: space, hyphen, dash, dot, comma, slash, at sign, middle dot.
pub(super) const fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.' | ',' | '/' | '@' | '\u{2010}'
                ..='\u{2015}' | '\u{2212}' | '·' | '•' | '・' | '‧' | '،' | '<'
        )
}
