//! The fonts: which characters they have, and how wide they are.

use std::sync::LazyLock;

use ab_glyph::FontRef;
use krilla::text::Font;
use ttf_parser::Face;

/// The forms of Chinese characters. Other scripts look the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forms {
    /// As written in mainland China.
    Simplified,
    /// As written in Taiwan.
    Traditional,
}

impl Forms {
    /// The forms that readers of a language (BCP 47 tag) expect.
    pub fn of_language(tag: &str) -> Self {
        if tag.starts_with("zh-Hant") { Self::Traditional } else { Self::Simplified }
    }
}

/// One font, for measuring and for drawing.
pub(crate) struct Cut {
    face: Face<'static>,
    pub font: Font,
    /// The same for drawing dots.
    pub outlines: FontRef<'static>,
    pub bold: bool,
}

impl Cut {
    fn new(bytes: &'static [u8]) -> Self {
        let face = Face::parse(bytes, 0).expect("a font of ours");
        let font = Font::new(bytes.into(), 0).expect("a font of ours");
        let outlines = FontRef::try_from_slice(bytes).expect("a font of ours");
        let bold = face.is_bold() || face.weight().to_number() >= 600;
        Self { face, font, outlines, bold }
    }

    pub fn has(&self, character: char) -> bool {
        self.face.glyph_index(character).is_some()
    }

    /// The width of a text, in parts of its size. What the font lacks counts as wide as high: few letters are wider.
    pub fn width(&self, text: &str) -> f32 {
        let em = self.face.units_per_em();
        let advance = |c| self.face.glyph_hor_advance(self.face.glyph_index(c)?);
        let units: f32 = text.chars().map(|c| f32::from(advance(c).unwrap_or(em))).sum();
        units / f32::from(em)
    }

    /// What of a text this font lacks, each character once. White space is never missing.
    pub fn lacking(&self, text: &str) -> Vec<char> {
        let mut lacking: Vec<char> = Vec::new();
        for c in text.chars().filter(|c| !c.is_whitespace() && !self.has(*c)) {
            if !lacking.contains(&c) {
                lacking.push(c);
            }
        }
        lacking
    }
}

macro_rules! cuts {
    ($($name:ident = $file:literal;)*) => {
        $(static $name: LazyLock<Cut> = LazyLock::new(|| Cut::new(include_bytes!(concat!("../fonts/", $file))));)*
    };
}

cuts! {
    SIMPLIFIED = "simplified.otf";
    SIMPLIFIED_BOLD = "simplified-bold.otf";
    TRADITIONAL = "traditional.otf";
    TRADITIONAL_BOLD = "traditional-bold.otf";
    NAMES = "names.otf";
}

/// The font for free text, bold (decision 0030): not cut to any words.
pub(crate) fn names() -> &'static Cut {
    &NAMES
}

/// The font for words of these forms.
pub(crate) fn cut(forms: Forms, bold: bool) -> &'static Cut {
    match (forms, bold) {
        (Forms::Simplified, false) => &SIMPLIFIED,
        (Forms::Simplified, true) => &SIMPLIFIED_BOLD,
        (Forms::Traditional, false) => &TRADITIONAL,
        (Forms::Traditional, true) => &TRADITIONAL_BOLD,
    }
}

/// The characters of `text` that cannot be printed, in either weight. White space is never missing.
pub fn missing(text: &str, forms: Forms) -> Vec<char> {
    let both = [cut(forms, false), cut(forms, true)];
    let lacking = |c: &char| !c.is_whitespace() && !both.iter().all(|cut| cut.has(*c));
    text.chars().filter(lacking).collect()
}

/// The text as it is printed in bold: what its font lacks is a `*`.
pub fn printable(text: &str, forms: Forms) -> String {
    printed(text, cut(forms, true))
}

/// The text as a font can show it.
pub(crate) fn printed(text: &str, cut: &Cut) -> String {
    let shown = |c: char| match c {
        c if c.is_whitespace() => ' ',
        c if cut.has(c) => c,
        _ => '*',
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_there_and_wider_in_bold_and_what_is_lacking_is_masked() {
        for forms in [Forms::Simplified, Forms::Traditional] {
            assert_eq!(missing("AZaz 09 .,:;()/·…*", forms), []);
            let text = "Check with the document";
            assert!(cut(forms, true).width(text) > cut(forms, false).width(text));
            assert_eq!(printable("A\u{1F600}\nB", forms), "A* B");
        }
        assert_eq!(missing("\u{1F600} A", Forms::Simplified), ['\u{1F600}']);
        assert!(names().bold && cut(Forms::Traditional, true).bold && !cut(Forms::Simplified, false).bold);
        assert!((cut(Forms::Simplified, false).width("凭证") - 2.0).abs() < 0.01, "as wide as high");
    }

    #[test]
    fn the_forms_follow_the_language() {
        assert_eq!(Forms::of_language("zh-Hant"), Forms::Traditional);
        assert_eq!(Forms::of_language("zh-Hans"), Forms::Simplified);
        assert_eq!(Forms::of_language("en"), Forms::Simplified);
    }

    #[test]
    fn surnames_of_chinese_names_are_there() {
        let surnames = include_str!("../fonts/surnames.txt");
        let lacking: String =
            surnames.chars().filter(|c| !c.is_whitespace() && !SIMPLIFIED_BOLD.has(*c)).collect();
        assert_eq!(lacking, "", "make fonts");
    }
}
