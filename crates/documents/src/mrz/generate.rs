//! Writing a zone: for property tests, demonstration people and documents of test states.

use super::check::check_digit;
use super::layout::{Format, Slot};
use super::{Mrz, check};

/// Why a document cannot be written as a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// The document code is not one or two letters that this format allows.
    #[error("the document code does not fit the format")]
    DocumentCode,
    /// The number is empty, has other characters than capital letters and digits, or does not fit.
    #[error("the document number does not fit the format")]
    Number,
    /// The optional data have other characters than capital letters, digits and fillers, or do not fit.
    #[error("the optional data do not fit the format")]
    Optional,
    /// The name has no letters that a zone can print.
    #[error("the name has no letters that can be transliterated")]
    Name,
}

impl GenerateError {
    /// The stable machine code of this error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::DocumentCode => "mrz.generate.document_code",
            Self::Number => "mrz.generate.number",
            Self::Optional => "mrz.generate.optional",
            Self::Name => "mrz.generate.name",
        }
    }
}

/// Writes the lines of a zone, names transliterated and cut by ICAO 9303-3, section 6, and 9303-4, 4.2.3.
///
/// Years are written with two digits, so a birth over a century ago or an expiry 50 years away reads back wrong.
pub fn generate(mrz: &Mrz) -> Result<Vec<String>, GenerateError> {
    let layout = mrz.format.layout();
    let (count, length) = mrz.format.size();
    let mut page = Page { lines: vec![vec!['<'; length]; count] };
    page.write(layout.code, document_code(mrz)?);
    page.write(layout.issuer, mrz.issuer.as_str());
    page.write(layout.nationality, mrz.nationality.as_str());
    let (number, digit, optional) = number_and_optional(mrz, layout.number.length)?;
    if optional.len() > layout.optional.length || optional.ends_with('<') {
        return Err(GenerateError::Optional);
    }
    page.write(layout.number, &number);
    page.write(layout.number_check, &digit);
    page.write(layout.optional, &optional);
    match layout.optional2 {
        Some(slot) if is_data(&mrz.optional2) && mrz.optional2.len() <= slot.length => {
            page.write(slot, &mrz.optional2);
        }
        None if mrz.optional2.is_empty() => {}
        _ => return Err(GenerateError::Optional),
    }
    page.write(layout.birth, &birth(mrz));
    page.write(layout.sex, mrz.sex.mrz().encode_utf8(&mut [0; 4]));
    let expiry = mrz.expiry;
    page.write(
        layout.expiry,
        &format!("{:02}{:02}{:02}", expiry.year().rem_euclid(100), expiry.month(), expiry.day()),
    );
    page.check(&[layout.birth], layout.birth_check);
    page.check(&[layout.expiry], layout.expiry_check);
    if let Some(slot) = layout.optional_check.filter(|_| !mrz.optional.is_empty()) {
        page.check(&[layout.optional], slot);
    }
    page.check(layout.covered, layout.composite);
    page.write(layout.name, &name(mrz, layout.name.length)?);
    Ok(page.lines.into_iter().map(String::from_iter).collect())
}

struct Page {
    lines: Vec<Vec<char>>,
}

impl Page {
    fn write(&mut self, slot: Slot, text: &str) {
        let place =
            self.lines.get_mut(slot.line).and_then(|line| line.get_mut(slot.range())).unwrap_or_default();
        for (at, c) in place.iter_mut().zip(text.chars()) {
            *at = c;
        }
    }

    fn check(&mut self, covered: &[Slot], at: Slot) {
        let text: String = covered.iter().flat_map(|slot| &self.lines[slot.line][slot.range()]).collect();
        self.write(at, check_digit(&text).encode_utf8(&mut [0; 4]));
    }
}

fn is_data(text: &str) -> bool {
    text.chars().all(|c| check::value(c).is_some())
}

fn document_code(mrz: &Mrz) -> Result<&str, GenerateError> {
    let code = mrz.document_code.as_str();
    let first = match mrz.format {
        Format::Td3 => code.starts_with('P'),
        Format::Td1 | Format::Td2 => code.starts_with(['A', 'C', 'I', 'P']),
    };
    let fits = first && (1..=2).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase());
    fits.then_some(code).ok_or(GenerateError::DocumentCode)
}

/// Number, its check digit and the optional data; a number over nine characters runs over into these.
fn number_and_optional(mrz: &Mrz, room: usize) -> Result<(String, String, String), GenerateError> {
    let number = &mrz.number;
    if number.is_empty() || number.contains('<') || !is_data(number) {
        return Err(GenerateError::Number);
    }
    if !is_data(&mrz.optional) || mrz.optional.ends_with('<') {
        return Err(GenerateError::Optional);
    }
    if number.len() <= room {
        let digit = check_digit(&format!("{number:<<room$}"));
        return Ok((number.clone(), digit.to_string(), mrz.optional.clone()));
    }
    if mrz.format == Format::Td3 {
        return Err(GenerateError::Number);
    }
    let (start, rest) = number.split_at(room);
    let overflow = format!("{rest}{}", check_digit(number));
    let optional = if mrz.optional.is_empty() { overflow } else { format!("{overflow}<{}", mrz.optional) };
    Ok((start.to_owned(), "<".to_owned(), optional))
}

fn birth(mrz: &Mrz) -> String {
    let Some(date) = mrz.birth else { return "<<<<<<".to_owned() };
    let part = |value: Option<u8>| value.map_or_else(|| "<<".to_owned(), |value| format!("{value:02}"));
    format!("{:02}{}{}", date.year() % 100, part(date.month()), part(date.day()))
}

fn name(mrz: &Mrz, width: usize) -> Result<String, GenerateError> {
    let (primary, secondary) = mrz.name.mrz_identifiers();
    if primary.is_empty() {
        return Err(GenerateError::Name);
    }
    Ok(name_field(&primary, &secondary, width))
}

/// Fits two identifiers, pieces joined by `<`, into a name field; what is cut ends in a letter at the last place.
///
/// The primary identifier stays whole as long as one letter of the secondary still fits.
pub fn name_field(primary: &str, secondary: &str, width: usize) -> String {
    let whole = if secondary.is_empty() { primary.to_owned() } else { format!("{primary}<<{secondary}") };
    if whole.len() <= width || width < 4 {
        return format!("{whole:<<width$}").chars().take(width).collect();
    }
    if secondary.is_empty() {
        return cut(primary, width);
    }
    let field = |kept: &str| format!("{kept}<<{}", cut(secondary, width - kept.len() - 2));
    // Where pieces of one letter leave a filler at the end, one letter less of the primary puts a letter there.
    let longest = primary.len().min(width - 3);
    let fields = (1..=longest).rev().map(|letters| field(&cut(primary, letters)));
    let full = fields.into_iter().find(|field| field.len() == width);
    full.unwrap_or_else(|| format!("{:<<width$}", field(&cut(primary, longest))))
}

/// The first `width` characters, or one letter less of an earlier piece so that a letter stands at the end.
fn cut(text: &str, width: usize) -> String {
    if text.len() <= width {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    if bytes[width - 1] != b'<' {
        return text[..width].to_owned();
    }
    // The place before `width` is a filler, so the next piece's first letter is at `width`.
    let two_letters = |at: &usize| bytes[*at] != b'<' && bytes[*at - 1] != b'<';
    match (1..width - 1).rev().find(two_letters) {
        Some(at) => format!("{}{}", &text[..at], &text[at + 1..=width]),
        None => text[..width - 1].to_owned(),
    }
}
