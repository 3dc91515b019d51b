//! Reading a zone, field by field, with all its errors.

use jiff::civil::Date;

use super::check::check_digit;
use super::error::{Field, Hint, MrzError};
use super::layout::{Format, Layout, Slot};
use super::{Mrz, lines};
use crate::number::lookalike;
use crate::{DateError, PartialDate, PersonName, Sex, StateCode};

/// Reads a machine-readable zone, of whatever format its size says.
///
/// `today` decides the century of the two-digit years: a birth is the latest one that is not after today, an
/// expiry the one nearest to today. Lower case, blanks, full-width forms and missing line breaks are accepted.
/// An expired document is not an error: see [`Mrz::is_expired`].
pub fn parse(text: &str, today: Date) -> Result<Mrz, Vec<MrzError>> {
    let (format, lines) = lines::split(text)?;
    let mut reader = Reader { lines, errors: Vec::new() };
    let mrz = reader.read(format, today);
    match mrz {
        Some(mrz) if reader.errors.is_empty() => Ok(mrz),
        _ => Err(reader.errors),
    }
}

struct Reader {
    lines: Vec<Vec<char>>,
    errors: Vec<MrzError>,
}

/// A date of birth that was read without an error; even the year may be unknown.
enum Birth {
    Unknown,
    On(PartialDate),
}

const LETTERS: &str = "a letter from A to Z or <";
const LETTERS_OR_DIGITS: &str = "a letter from A to Z, a digit or <";
const DIGIT: &str = "a digit";
const DIGIT_OR_FILLER: &str = "a digit or <";

impl Reader {
    fn read(&mut self, format: Format, today: Date) -> Option<Mrz> {
        let layout = format.layout();
        let document_code = self.code(layout.code, format);
        let issuer = self.state(layout.issuer);
        let number = self.number(layout);
        let optional_check = self.optional(layout);
        let nationality = self.state(layout.nationality);
        let birth = self.birth(layout, today);
        let sex = self.sex(layout.sex);
        let expiry = self.expiry(layout, today);
        let optional2 = match layout.optional2 {
            Some(slot) => self.text(slot, LETTERS_OR_DIGITS, is_data),
            None => Some(String::new()),
        };
        let name = self.name(layout.name);
        self.composite(layout);
        let (number, optional) = number?;
        optional_check?;
        Some(Mrz {
            format,
            document_code: document_code?,
            issuer: issuer?,
            number,
            nationality: nationality?,
            birth: match birth? {
                Birth::Unknown => None,
                Birth::On(date) => Some(date),
            },
            sex: sex?,
            expiry: expiry?,
            optional: optional.trim_end_matches('<').to_owned(),
            optional2: optional2?.trim_end_matches('<').to_owned(),
            name: name?,
        })
    }

    fn raw(&self, slot: Slot) -> &[char] {
        self.lines.get(slot.line).and_then(|line| line.get(slot.range())).unwrap_or_default()
    }

    /// The characters of a slot, or an error for each that does not fit.
    fn text(&mut self, slot: Slot, expected: &'static str, fits: fn(char) -> bool) -> Option<String> {
        let text: String = self.raw(slot).iter().collect();
        let wrong =
            text.chars().enumerate().filter(|(_, c)| !fits(*c)).map(|(index, found)| MrzError::Character {
                field: slot.field,
                line: slot.line + 1,
                position: slot.position + index,
                expected,
                found,
                suggestion: lookalike(found).filter(|meant| fits(*meant)),
            });
        let before = self.errors.len();
        self.errors.extend(wrong);
        (self.errors.len() == before).then_some(text)
    }

    fn character(&mut self, slot: Slot, expected: &'static str, fits: fn(char) -> bool) -> Option<char> {
        self.text(slot, expected, fits)?.chars().next()
    }

    /// Compares a check digit with what it checks, and looks for the one look-alike that would explain it.
    fn check(&mut self, text: &str, data: Slot, check: Slot, found: char) {
        let expected = check_digit(text);
        if found == expected {
            return;
        }
        let hint =
            (data.line == check.line && text.len() == data.length).then(|| hint(text, data, found)).flatten();
        let Slot { field, line, position, .. } = check;
        self.errors.push(MrzError::CheckDigit { field, line: line + 1, position, expected, found, hint });
    }

    fn code(&mut self, slot: Slot, format: Format) -> Option<String> {
        let first = Slot { length: 1, ..slot };
        let second = Slot { position: slot.position + 1, ..first };
        let a = match format {
            Format::Td3 => self.character(first, "P, for a passport", |c| c == 'P'),
            Format::Td1 | Format::Td2 => {
                self.character(first, "A, C, I or P", |c| matches!(c, 'A' | 'C' | 'I' | 'P'))
            }
        };
        let b = self.character(second, LETTERS, |c| c.is_ascii_uppercase() || c == '<');
        Some([a?, b?].iter().filter(|c| **c != '<').collect())
    }

    fn state(&mut self, slot: Slot) -> Option<StateCode> {
        let text = self.text(slot, LETTERS, is_letter)?;
        let state = text.parse::<StateCode>().ok();
        // One form only: `DEU` is no code of this zone, though a typed one is understood.
        let state = state.filter(|state| state.mrz() == text);
        if state.is_none() {
            self.errors.push(MrzError::State {
                field: slot.field,
                line: slot.line + 1,
                position: slot.position,
            });
        }
        state
    }

    /// The number and the optional data behind it, which begin with the rest of a number longer than nine
    /// characters if the check digit's place holds a filler (ICAO 9303-5, 4.2.2.1, note j; 9303-6 likewise).
    fn number(&mut self, layout: &Layout) -> Option<(String, String)> {
        let number = self.text(layout.number, LETTERS_OR_DIGITS, is_data);
        let check = self.character(layout.number_check, DIGIT_OR_FILLER, is_digit_or_filler);
        let optional = self.text(layout.optional, LETTERS_OR_DIGITS, is_data);
        let (number, check, optional) = (number?, check?, optional?);
        let long = check == '<'
            && layout.optional_check.is_none()
            && !number.contains('<')
            && !optional.starts_with('<');
        if long {
            let (rest, optional) = optional.split_once('<').unwrap_or((&optional, ""));
            let (rest, digit) = rest.split_at(rest.len() - 1);
            let whole = format!("{number}{rest}");
            let at =
                Slot { position: layout.optional.position + rest.len(), length: 1, ..layout.number_check };
            self.check(&whole, layout.number, at, digit.chars().next().unwrap_or('<'));
            return Some((whole, optional.to_owned()));
        }
        self.check(&number, layout.number, layout.number_check, check);
        let Slot { field, line, position, .. } = layout.number;
        let number = number.replace('<', "");
        if number.is_empty() {
            self.errors.push(MrzError::Missing { field, line: line + 1, position });
        }
        Some((number, optional))
    }

    /// Position 43 of a passport: the check digit of the optional data, or a filler if there are none.
    fn optional(&mut self, layout: &Layout) -> Option<()> {
        let Some(slot) = layout.optional_check else { return Some(()) };
        let found = self.character(slot, DIGIT_OR_FILLER, is_digit_or_filler)?;
        let optional: String = self.raw(layout.optional).iter().collect();
        let may_be_filler = optional.chars().all(|c| c == '<');
        if !(may_be_filler && found == '<') && optional.chars().all(is_data) {
            self.check(&optional, layout.optional, slot, found);
        }
        Some(())
    }

    fn checked_date(
        &mut self,
        slot: Slot,
        check: Slot,
        expected: &'static str,
        fits: fn(char) -> bool,
    ) -> Option<String> {
        let text = self.text(slot, expected, fits);
        let digit = self.character(check, DIGIT, |c| c.is_ascii_digit());
        let (text, digit) = (text?, digit?);
        self.check(&text, slot, check, digit);
        Some(text)
    }

    fn birth(&mut self, layout: &Layout, today: Date) -> Option<Birth> {
        let slot = layout.birth;
        let text = self.checked_date(slot, layout.birth_check, DIGIT_OR_FILLER, is_digit_or_filler)?;
        if text == "<<<<<<" {
            return Some(Birth::Unknown);
        }
        let date = birth(&text, today);
        self.dated(slot, date).map(Birth::On)
    }

    fn expiry(&mut self, layout: &Layout, today: Date) -> Option<Date> {
        let slot = layout.expiry;
        let text = self.checked_date(slot, layout.expiry_check, DIGIT, |c| c.is_ascii_digit())?;
        let date = expiry(&text, today);
        self.dated(slot, date)
    }

    fn dated<T>(&mut self, slot: Slot, date: Result<T, DateError>) -> Option<T> {
        let Slot { field, line, position, .. } = slot;
        date.map_err(|reason| self.errors.push(MrzError::Date { field, line: line + 1, position, reason }))
            .ok()
    }

    fn sex(&mut self, slot: Slot) -> Option<Sex> {
        let c = self.character(slot, "F, M or <", |c| matches!(c, 'F' | 'M' | '<'))?;
        c.to_string().parse().ok()
    }

    fn name(&mut self, slot: Slot) -> Option<PersonName> {
        let text = self.text(slot, LETTERS, is_letter)?;
        let truncated = !text.ends_with('<');
        let (primary, secondary) = text.split_once("<<").unwrap_or((&text, ""));
        let spaced = |part: &str| part.replace('<', " ");
        let name = PersonName::from_mrz(&spaced(primary), &spaced(secondary), truncated).ok();
        let name = name.filter(|_| !text.starts_with('<'));
        if name.is_none() {
            self.errors.push(MrzError::Missing {
                field: slot.field,
                line: slot.line + 1,
                position: slot.position,
            });
        }
        name
    }

    fn composite(&mut self, layout: &Layout) {
        let found = self.character(layout.composite, DIGIT, |c| c.is_ascii_digit());
        let text: String = layout.covered.iter().flat_map(|slot| self.raw(*slot)).collect();
        if let Some(found) = found.filter(|_| text.chars().all(is_data)) {
            self.check(&text, layout.composite, layout.composite, found);
        }
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_uppercase() || c == '<'
}

fn is_data(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit()
}

fn is_digit_or_filler(c: char) -> bool {
    c.is_ascii_digit() || c == '<'
}

/// The only look-alike in `text` that makes its check digit `found`.
fn hint(text: &str, data: Slot, found: char) -> Option<Hint> {
    let mut hints = text.char_indices().filter_map(|(index, c)| {
        let meant = lookalike(c)?;
        let digits_only = matches!(data.field, Field::Birth | Field::Expiry);
        let swapped = format!("{}{meant}{}", &text[..index], &text[index + 1..]);
        (!digits_only && check_digit(&swapped) == found)
            .then_some(Hint { position: data.position + index, meant })
    });
    hints.next().filter(|_| hints.next().is_none())
}

fn two_digits(text: &str) -> Option<u8> {
    text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

/// Six characters `YYMMDD`, of which day, or day and month, may be fillers.
fn birth(text: &str, today: Date) -> Result<PartialDate, DateError> {
    let part = |from: usize| match &text[from..from + 2] {
        "<<" => Ok(None),
        digits => two_digits(digits).map(Some).ok_or(DateError::Form),
    };
    let (year, month, day) = (part(0)?.ok_or(DateError::Form)?, part(2)?, part(4)?);
    let century = u16::try_from(today.year() / 100 * 100).map_err(|_| DateError::Year)?;
    let this_century = PartialDate::new(century + u16::from(year), month, day);
    match this_century {
        Ok(date) if !date.is_after(today) => Ok(date),
        Err(error @ (DateError::Month | DateError::DayWithoutMonth)) => Err(error),
        _ => PartialDate::new(century + u16::from(year) - 100, month, day),
    }
}

/// Six digits `YYMMDD`, in the century that puts the year less than 50 years from today's.
fn expiry(text: &str, today: Date) -> Result<Date, DateError> {
    let part = |from: usize| two_digits(&text[from..from + 2]).ok_or(DateError::Form);
    let (year, month, day) = (part(0)?, part(2)?, part(4)?);
    let now = today.year();
    let earliest = now - 50;
    let year = earliest + (i16::from(year) - earliest).rem_euclid(100);
    let year = u16::try_from(year).map_err(|_| DateError::Year)?;
    PartialDate::new(year, Some(month), Some(day))?.full().ok_or(DateError::Day)
}
