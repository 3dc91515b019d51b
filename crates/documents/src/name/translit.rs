//! Letters as machine-readable zones write them (ICAO 9303-3, section 6, tables A to C).
//!
//! Each letter has the form of the table first, which [`crate::mrz::generate`] uses, and behind it the other
//! forms that issuing states print or people type. [`super::compare`] accepts any of them for that letter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The Latin capitals that may stand for `letter`, the ICAO form first; `previous` is the letter before it.
///
/// `letter` is a composed capital. `None`: not a letter that a travel document transliterates.
pub(super) fn forms(letter: char, previous: Option<char>) -> Option<Vec<&'static str>> {
    if letter.is_ascii_uppercase() {
        let at = usize::from(letter as u8 - b'A');
        return Some(vec![&ALPHABET[at..=at]]);
    }
    if let Some(forms) = greek_upsilon(letter, previous) {
        return Some(forms.to_vec());
    }
    let tables = [LATIN, CYRILLIC, GREEK, ARABIC];
    if let Some((_, forms)) = tables.into_iter().flatten().find(|(known, _)| *known == letter) {
        return Some(forms.to_vec());
    }
    // Any other diacritic is dropped, as table A does.
    let mut parts = std::iter::once(letter).nfd();
    let base = parts.next().filter(|base| *base != letter)?;
    parts.all(is_combining_mark).then(|| forms(base, previous))?
}

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

type Table = &'static [(char, &'static [&'static str])];

/// Table A. `Ä`, `Ö`, `Ü` and `Ñ` have more than one form in the table itself; the bare letter is what people
/// type who lack the key.
#[rustfmt::skip]
const LATIN: Table = &[
    ('Ä', &["AE", "A"]), ('Å', &["AA", "A"]), ('Æ', &["AE"]), ('Ð', &["D", "DH"]), ('Ñ', &["N", "NXX"]),
    ('Ö', &["OE", "O"]), ('Ø', &["OE", "O"]), ('Ü', &["UE", "UXX", "U"]), ('Þ', &["TH"]), ('ẞ', &["SS"]),
    ('ß', &["SS"]), ('Đ', &["D", "DJ"]), ('Ħ', &["H"]), ('ı', &["I"]), ('ĸ', &["Q"]),
    ('Ł', &["L"]), ('Ŀ', &["L"]), ('Ŋ', &["N", "NG"]), ('Œ', &["OE"]), ('Ŧ', &["T"]), ('Ə', &["E", "A"]),
    ('Ɓ', &["B"]), ('Ɗ', &["D"]), ('Ƙ', &["K"]), ('Ɔ', &["O"]), ('Ɛ', &["E"]), ('Ơ', &["O"]), ('Ư', &["U"]),
];

/// Table B, with the forms of Bulgarian, Belarusian, Macedonian, Serbian and Ukrainian documents and those of
/// Russian passports before 2010 (`YU`, `YA`).
#[rustfmt::skip]
const CYRILLIC: Table = &[
    ('А', &["A"]), ('Б', &["B"]), ('В', &["V"]), ('Г', &["G", "H"]), ('Ґ', &["G"]), ('Д', &["D"]), ('Ђ', &["D", "DJ"]),
    ('Ѓ', &["G"]), ('Е', &["E"]), ('Ё', &["E", "IO", "YO"]), ('Є', &["IE", "YE"]), ('Ж', &["ZH", "Z"]), ('З', &["Z"]),
    ('Ѕ', &["DZ"]), ('И', &["I", "Y"]), ('І', &["I"]), ('Ї', &["I", "YI"]), ('Й', &["I", "Y"]), ('Ј', &["J"]),
    ('К', &["K"]), ('Ќ', &["K"]), ('Л', &["L"]), ('Љ', &["LJ"]), ('М', &["M"]), ('Н', &["N"]), ('Њ', &["NJ"]),
    ('О', &["O"]), ('П', &["P"]), ('Р', &["R"]), ('С', &["S"]), ('Т', &["T"]), ('Ћ', &["C"]), ('У', &["U"]),
    ('Ў', &["U"]), ('Ф', &["F"]), ('Х', &["KH", "H"]), ('Ц', &["TS", "C"]), ('Ч', &["CH", "C"]), ('Џ', &["DZ"]),
    ('Ш', &["SH", "S"]), ('Щ', &["SHCH", "SHT"]), ('Ъ', &["IE", "A", ""]), ('Ы', &["Y"]), ('Ь', &["", "I"]),
    ('Э', &["E"]), ('Ю', &["IU", "YU"]), ('Я', &["IA", "YA"]), ('Ң', &["N"]), ('Ө', &["O"]), ('Ү', &["U"]),
    ('Ұ', &["U"]), ('Қ', &["K"]), ('Ғ', &["G"]), ('Һ', &["C", "H"]), ('Ә', &["A"]),
];

/// Greek as ELOT 743 (ISO 843) writes it, which Greek and Cypriot passports print. Two letters that make one
/// sound are taken letter by letter, with `ΟΥ`, `ΑΥ` and `ΕΥ` in [`greek_upsilon`].
#[rustfmt::skip]
const GREEK: Table = &[
    ('Α', &["A"]), ('Β', &["V"]), ('Γ', &["G"]), ('Δ', &["D"]), ('Ε', &["E"]), ('Ζ', &["Z"]), ('Η', &["I"]),
    ('Θ', &["TH"]), ('Ι', &["I"]), ('Κ', &["K"]), ('Λ', &["L"]), ('Μ', &["M"]), ('Ν', &["N"]), ('Ξ', &["X"]),
    ('Ο', &["O"]), ('Π', &["P"]), ('Ρ', &["R"]), ('Σ', &["S"]), ('Τ', &["T"]), ('Υ', &["Y"]), ('Φ', &["F"]),
    ('Χ', &["CH"]), ('Ψ', &["PS"]), ('Ω', &["O"]),
];

fn greek_upsilon(letter: char, previous: Option<char>) -> Option<&'static [&'static str]> {
    match (previous?, letter) {
        ('Ο' | 'Ό', 'Υ' | 'Ύ') => Some(&["U"]),
        ('Α' | 'Ε' | 'Η', 'Υ' | 'Ύ') => Some(&["V", "F"]),
        _ => None,
    }
}

/// Table C for the Arabic alphabet, where `X` starts a code of one letter; behind it the usual Latin spelling.
/// The Persian and Urdu letters have the usual spelling only. Vowel signs are dropped as combining marks.
#[rustfmt::skip]
const ARABIC: Table = &[
    ('ء', &["XE", ""]), ('آ', &["XAA", "A"]), ('أ', &["XAE", "A"]), ('ؤ', &["U", "W"]), ('إ', &["I"]),
    ('ئ', &["XI", "I"]), ('ا', &["A"]), ('ب', &["B"]), ('ة', &["XTA", "XAH", "A", "AH"]), ('ت', &["T"]),
    ('ث', &["XTH", "TH"]), ('ج', &["J"]), ('ح', &["XH", "H"]), ('خ', &["XKH", "KH"]), ('د', &["D"]),
    ('ذ', &["XDH", "DH"]), ('ر', &["R"]), ('ز', &["Z"]), ('س', &["S"]), ('ش', &["XSH", "SH"]),
    ('ص', &["XSS", "S"]), ('ض', &["XDZ", "D"]), ('ط', &["XTT", "T"]), ('ظ', &["XZZ", "Z"]), ('ع', &["E", "A", ""]),
    ('غ', &["G", "GH"]), ('ف', &["F"]), ('ق', &["Q"]), ('ك', &["K"]), ('ل', &["L"]), ('م', &["M"]), ('ن', &["N"]),
    ('ه', &["H"]), ('و', &["W", "U", "OU"]), ('ى', &["XAY", "A"]), ('ي', &["Y", "I", "EE"]),
    ('پ', &["P"]), ('چ', &["CH"]), ('ژ', &["ZH"]), ('ک', &["K"]), ('گ', &["G"]), ('ی', &["Y", "I", "EE"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> String {
        let mut previous = None;
        let mut out = String::new();
        for letter in text.nfc() {
            out.push_str(forms(letter, previous).expect("a known letter")[0]);
            previous = Some(letter);
        }
        out
    }

    #[test]
    fn every_form_is_latin_capitals_and_no_letter_stands_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for (letter, forms) in [LATIN, CYRILLIC, GREEK, ARABIC].concat() {
            assert!(seen.insert(letter), "{letter} twice");
            assert!(!forms.is_empty());
            assert!(forms.iter().all(|form| form.bytes().all(|b| b.is_ascii_uppercase())), "{letter}");
        }
    }

    #[test]
    fn icao_forms() {
        for (name, mrz) in [
            ("MÜLLER", "MUELLER"),
            ("STRAẞE", "STRASSE"),
            ("ÞÓRÐUR", "THORDUR"),
            ("ØSTERGÅRD", "OESTERGAARD"),
            ("NGUYỄN", "NGUYEN"),
            ("ŁUKASZ", "LUKASZ"),
            ("ИВАНОВ", "IVANOV"),
            ("ЩЕРБАКОВА", "SHCHERBAKOVA"),
            ("ΠΑΠΑΔΟΠΟΎΛΟΥ", "PAPADOPOULOU"),
            ("محمد", "MXHMD"),
        ] {
            assert_eq!(first(name), mrz, "{name}");
        }
        assert_eq!(forms('あ', None), None);
        assert_eq!(forms('7', None), None);
    }
}
