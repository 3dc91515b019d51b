//! One document as somebody typed or sent it, and what is wrong with it: the same judgement for the page, the
//! CSV import and the API, so that no way in takes what another refuses.
//!
//! Errors name field, code and position, never what was typed.

use std::borrow::Cow;

use documents::{DateError, Kind, NameError, Number, NumberError, PartialDate, PersonName, Sex, StateCode};
use domain::matching::DocumentDetails;
use jiff::civil::Date;

use crate::words::Words;

/// Who issues permits, and whose nationality their holders have in the register.
const PERMIT_STATE: &str = "CHN";

/// A field of a filing. Its name is the CSV column, the JSON member and the form field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Kind of document.
    Kind,
    /// Document number.
    Number,
    /// Issuing state or organisation (ICAO 9303-3, section 5); permits: may be left out.
    IssuingState,
    /// Family name, or the only name.
    FamilyName,
    /// Given names.
    GivenNames,
    /// Name in Chinese characters.
    ChineseName,
    /// Date of birth, as far as the document states it.
    BirthDate,
    /// Sex.
    Sex,
    /// Nationality; permits: may be left out.
    Nationality,
    /// Last day on which the document is valid.
    ExpiryDate,
}

impl Field {
    /// Every field, in the order of forms and of the documented columns.
    pub const ALL: [Self; 10] = [
        Self::Kind,
        Self::Number,
        Self::IssuingState,
        Self::FamilyName,
        Self::GivenNames,
        Self::ChineseName,
        Self::BirthDate,
        Self::Sex,
        Self::Nationality,
        Self::ExpiryDate,
    ];

    /// Columns that every import must have.
    pub const REQUIRED: [Self; 3] = [Self::Kind, Self::Number, Self::BirthDate];

    /// The name in forms, CSV and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Number => "number",
            Self::IssuingState => "issuing_state",
            Self::FamilyName => "family_name",
            Self::GivenNames => "given_names",
            Self::ChineseName => "chinese_name",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
            Self::Nationality => "nationality",
            Self::ExpiryDate => "expiry_date",
        }
    }

    /// The field of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// The texts of one document, borrowed from wherever they were typed.
#[derive(Clone, Copy)]
pub struct Entry<'a>([&'a str; Field::ALL.len()]);

impl<'a> Entry<'a> {
    /// Takes each field's text from `text`.
    pub fn of(mut text: impl FnMut(Field) -> &'a str) -> Self {
        Self(Field::ALL.map(|field| text(field).trim()))
    }

    /// The text of a field without white space around it.
    pub const fn get(&self, field: Field) -> &'a str {
        self.0[field as usize]
    }
}

/// One thing wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// Where.
    pub field: Field,
    /// What: a stable code; `filing-error-<code>` are its words.
    pub code: &'static str,
    /// At which character, from 1, where that is known.
    pub position: Option<usize>,
    /// The look-alike that may have been meant there. Pointed out, never put in.
    pub meant: Option<char>,
}

impl Wrong {
    /// Wrong as a whole.
    pub const fn new(field: Field, code: &'static str) -> Self {
        Self { field, code, position: None, meant: None }
    }

    fn number(error: &NumberError) -> Self {
        let wrong = Self::new(Field::Number, error.code());
        match error {
            NumberError::Character { position, suggestion, .. } => {
                Self { position: Some(*position), meant: *suggestion, ..wrong }
            }
            _ => wrong,
        }
    }

    fn name(field: Field, error: NameError) -> Self {
        let position = match error {
            NameError::Character { position, .. } => Some(position),
            _ => None,
        };
        Self { position, ..Self::new(field, error.code()) }
    }

    /// What is wrong and how to mend it, in words.
    pub fn message(&self, words: Words) -> String {
        reason(words, self.code, self.position, self.meant)
    }
}

/// The words of an error's code in a report on a file, which says nothing of what stood there: without the look-alike.
pub fn reported(words: Words, code: &str, position: Option<usize>) -> String {
    reason(words, if code == "number.lookalike" { "number.character" } else { code }, position, None)
}

/// The words of an error's code.
pub fn reason(words: Words, code: &str, position: Option<usize>, meant: Option<char>) -> String {
    let key = format!("filing-error-{}", code.replace(['.', '_'], "-"));
    let position = position.map(|p| p.to_string()).unwrap_or_default();
    words.t2(&key, "position", position, "meant", meant.map(String::from).unwrap_or_default())
}

/// Reads an entry. `today` (Asia/Shanghai) tells births that have not happened yet. Every error is returned.
pub fn judge(entry: &Entry<'_>, today: Date) -> Result<DocumentDetails, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut note = |error| wrong.push(error);
    let kind = kind(entry).map_err(&mut note).ok();
    let number = kind.and_then(|kind| number(kind, entry).map_err(&mut note).ok());
    let issuing_state = state(entry, Field::IssuingState, kind).map_err(&mut note).ok();
    let name = name(entry).map_err(&mut note).ok();
    let birth_date = birth(entry, today).map_err(&mut note).ok();
    let sex = sex(entry).map_err(&mut note).ok();
    let nationality = state(entry, Field::Nationality, kind).map_err(&mut note).ok();
    let expiry = expiry(entry).map_err(&mut note).ok();
    let parts = (number, issuing_state, name, birth_date, nationality, sex, expiry);
    let (
        Some(number),
        Some(issuing_state),
        Some(name),
        Some(birth_date),
        Some(nationality),
        Some(sex),
        Some(expiry),
    ) = parts
    else {
        return Err(wrong);
    };
    Ok(DocumentDetails { number, issuing_state, name, birth_date, nationality, sex, expiry })
}

/// Reads a document of which kind, number and issuing state are known, to look for it. What else a document has is filled
/// in, so that the same judgement answers, and only what was given can be wrong.
pub fn judge_number<'a>(mut text: impl FnMut(Field) -> &'a str) -> Result<DocumentDetails, Vec<Wrong>> {
    let entry = Entry::of(|field| match field {
        Field::Kind | Field::Number | Field::IssuingState => text(field),
        Field::FamilyName => "X",
        Field::BirthDate => "1980",
        Field::Nationality => "XXX",
        _ => "",
    });
    judge(&entry, Date::constant(2026, 1, 1))
}

fn kind(entry: &Entry<'_>) -> Result<Kind, Wrong> {
    let text = entry.get(Field::Kind);
    let code = if text.is_empty() { "kind.empty" } else { "kind.unknown" };
    text.parse().map_err(|_| Wrong::new(Field::Kind, code))
}

fn number(kind: Kind, entry: &Entry<'_>) -> Result<Number, Wrong> {
    Number::parse(kind, entry.get(Field::Number)).map_err(|error| Wrong::number(&error))
}

/// A permit is issued by one authority: its state may be left out, and must not be another.
fn state(entry: &Entry<'_>, field: Field, kind: Option<Kind>) -> Result<StateCode, Wrong> {
    let permit = matches!(kind, Some(Kind::HkMacaoPermit | Kind::TaiwanPermit));
    match entry.get(field) {
        "" if permit => PERMIT_STATE.parse().map_err(|_| Wrong::new(field, "state.unknown")),
        "" => Err(Wrong::new(field, "state.empty")),
        text => match text.parse::<StateCode>() {
            Ok(state) if permit && field == Field::IssuingState && state.as_str() != PERMIT_STATE => {
                Err(Wrong::new(field, "state.permit"))
            }
            Ok(state) => Ok(state),
            Err(error) => Err(Wrong::new(field, error.code())),
        },
    }
}

fn name(entry: &Entry<'_>) -> Result<PersonName, Wrong> {
    use Field::{ChineseName, FamilyName, GivenNames};
    let [family, given, chinese] = [FamilyName, GivenNames, ChineseName].map(|field| entry.get(field));
    if family.is_empty() && given.is_empty() && !chinese.is_empty() {
        let name = PersonName::single(chinese).map_err(|error| Wrong::name(ChineseName, error))?;
        return match name.chinese() {
            Some(_) => Ok(name),
            None => Err(Wrong::name(ChineseName, NameError::NotChinese)),
        };
    }
    let name = PersonName::new(family, given).map_err(|error| {
        let given_is_wrong = PersonName::single(family).is_ok() && PersonName::single(given).is_err();
        Wrong::name(if given_is_wrong { GivenNames } else { FamilyName }, error)
    })?;
    if chinese.is_empty() {
        return Ok(name);
    }
    name.with_chinese(chinese).map_err(|error| Wrong::name(ChineseName, error))
}

fn birth(entry: &Entry<'_>, today: Date) -> Result<PartialDate, Wrong> {
    let date = date(entry, Field::BirthDate)?;
    if date.is_after(today) {
        return Err(Wrong::new(Field::BirthDate, "date.future"));
    }
    Ok(date)
}

fn expiry(entry: &Entry<'_>) -> Result<Option<Date>, Wrong> {
    if entry.get(Field::ExpiryDate).is_empty() {
        return Ok(None);
    }
    let whole = date(entry, Field::ExpiryDate)?.full();
    whole.map(Some).ok_or(Wrong::new(Field::ExpiryDate, "date.incomplete"))
}

fn sex(entry: &Entry<'_>) -> Result<Option<Sex>, Wrong> {
    match entry.get(Field::Sex) {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|error: documents::UnknownSex| Wrong::new(Field::Sex, error.code())),
    }
}

fn date(entry: &Entry<'_>, field: Field) -> Result<PartialDate, Wrong> {
    let text = entry.get(field);
    if text.is_empty() {
        return Err(Wrong::new(field, "date.empty"));
    }
    parse_date(text).map_err(|error| Wrong::new(field, error.code()))
}

/// Reads a date with the year first however it is divided: `1974-08-12`, `1974/8/12`, `19740812`,
/// `1974年8月12日`. Dates with the day first are refused, because nobody can tell 03/04 from 04/03.
pub fn parse_date(text: &str) -> Result<PartialDate, DateError> {
    tidy_date(text).parse()
}

fn tidy_date(text: &str) -> Cow<'_, str> {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if text.len() == 8 && digits(text) {
        return Cow::Owned(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]));
    }
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if plain && matches!(text.len(), 4 | 7 | 10) || text.len() > 40 {
        return Cow::Borrowed(text);
    }
    let parts: Vec<&str> = text
        .split(['-', '/', '.', '年', '月', '日'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    match parts.split_first() {
        Some((year, rest)) if year.len() == 4 && rest.len() <= 2 && rest.iter().all(|p| p.len() <= 2) => {
            let padded = |date: String, part: &&str| format!("{date}-{part:0>2}");
            Cow::Owned(rest.iter().fold((*year).to_owned(), padded))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 23);

    fn judged(changes: &[(Field, &'static str)]) -> Result<DocumentDetails, Vec<Wrong>> {
        let entry = Entry::of(|field| {
            let base = match field {
                Field::Kind => "passport",
                Field::Number => "x12 345 678",
                Field::IssuingState | Field::Nationality => "UTO",
                Field::FamilyName => "Eriksson",
                Field::GivenNames => "Anna Maria",
                Field::BirthDate => "1974-08-12",
                _ => "",
            };
            changes.iter().find(|(changed, _)| *changed == field).map_or(base, |(_, text)| text)
        });
        judge(&entry, TODAY)
    }

    #[test]
    fn dates_may_be_divided_in_any_way_with_the_year_first() {
        for text in ["1974-08-12", "19740812", "1974/8/12", "1974.08.12", "1974年8月12日", "1974 - 8 - 12"]
        {
            assert_eq!(parse_date(text).map(|d| d.to_string()).as_deref(), Ok("1974-08-12"), "{text}");
        }
        assert_eq!(parse_date("1974年8月").map(|d| d.to_string()).as_deref(), Ok("1974-08"));
        assert_eq!(parse_date("12/08/1974"), Err(DateError::Form));
        assert_eq!(parse_date("1974-02-30"), Err(DateError::Day));
    }

    #[test]
    fn each_wrong_field_is_named_with_code_and_position() {
        let table: [(Field, &'static str, &'static str, Option<usize>); 14] = [
            (Field::Kind, "", "kind.empty", None),
            (Field::Kind, "visa", "kind.unknown", None),
            (Field::Number, "", "number.empty", None),
            (Field::Number, "X12?45678", "number.character", Some(4)),
            (Field::IssuingState, "", "state.empty", None),
            (Field::IssuingState, "ZZZ", "state.unknown", None),
            (Field::GivenNames, "Anna 7", "name.character", Some(6)),
            (Field::ChineseName, "Anna", "name.not_chinese", None),
            (Field::BirthDate, "", "date.empty", None),
            (Field::BirthDate, "12.8.1974", "date.form", None),
            (Field::BirthDate, "2026-11-24", "date.future", None),
            (Field::Sex, "W", "sex.unknown", None),
            (Field::Nationality, "Utopia", "state.unknown", None),
            (Field::ExpiryDate, "2030-01", "date.incomplete", None),
        ];
        for (field, text, code, position) in table {
            let errors = judged(&[(field, text)]).unwrap_err();
            assert_eq!(errors, [Wrong { position, ..Wrong::new(field, code) }], "{text}");
        }
    }

    #[test]
    fn all_errors_come_at_once() {
        let errors = judged(&[(Field::Number, ""), (Field::Sex, "?"), (Field::BirthDate, "x")]).unwrap_err();
        assert_eq!(errors.len(), 3);
    }

    #[test]
    fn a_look_alike_is_pointed_out_and_never_put_in() {
        let permit =
            [(Field::Kind, "hk_macao_permit"), (Field::Number, "H1234567O"), (Field::IssuingState, "")];
        let errors = judged(&permit).unwrap_err();
        assert_eq!(errors[0].code, "number.lookalike");
        assert_eq!((errors[0].position, errors[0].meant), (Some(9), Some('0')));
        let details = judged(&[(Field::Number, "XO1234567")]).unwrap();
        assert_eq!(details.number.canonical(), "XO1234567");
    }

    #[test]
    fn a_permit_needs_no_state_and_takes_no_other() {
        let permit = |state| {
            [(Field::Kind, "taiwan_permit"), (Field::Number, "0123456701"), (Field::IssuingState, state)]
        };
        let details = judged(&permit("")).unwrap();
        assert_eq!((details.issuing_state.as_str(), details.number.canonical()), ("CHN", "01234567"));
        assert_eq!(judged(&permit("UTO")).unwrap_err()[0].code, "state.permit");
    }

    #[test]
    fn a_name_in_chinese_alone_is_a_name() {
        let blank = [(Field::FamilyName, ""), (Field::GivenNames, "")];
        assert_eq!(judged(&blank).unwrap_err()[0], Wrong::new(Field::FamilyName, "name.empty"));
        let chinese = [blank[0], blank[1], (Field::ChineseName, "欧阳明月")];
        assert_eq!(judged(&chinese).unwrap().name.chinese(), Some("欧阳明月"));
    }

    #[test]
    fn every_code_has_its_words_in_every_language() {
        use crate::words::{Language, MISSING};
        for language in Language::ALL {
            for code in super::super::CODES {
                let words = reason(Words(language), code, Some(3), Some('0'));
                assert!(!words.contains(MISSING), "{code} in {}", language.tag());
            }
        }
    }
}
