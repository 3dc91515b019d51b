//! The payload against the public schema (`DCC.combined-schema.json` of ehn-dcc-development, version 1.3.3),
//! written as code: members that are required, their types, lengths and forms. Members that the schema does not
//! name are passed over. Where versions differ the newest counts, but for dates: those of vaccination and
//! recovery may carry a time, as version 1.0 allowed and issuers still write.

use minicbor::data::Type;

use super::super::lenient::{Bad, Key, Lenient};
use super::super::subject::{birth_day, initials};
use super::super::{Kind, Statement, Subject};
use super::codes;
use crate::claims::BirthDay;

/// COVID-19 in SNOMED CT; what a certificate says of another disease is [`Statement::Other`].
const COVID_19: &str = "840539006";
/// SNOMED CT: not detected, detected.
const NOT_DETECTED: &str = "260415000";
const DETECTED: &str = "260373001";
/// The most characters of names, issuer, identifier, centre.
const LONG: usize = 80;

/// What came of it.
#[derive(Default)]
pub(super) struct Read {
    pub(super) kind: Option<Kind>,
    pub(super) subject: Subject,
    pub(super) statements: Vec<Statement>,
}

/// Takes the certificate (the value under -260, 1).
pub(super) fn read(reader: &mut Lenient<'_>) -> Result<Read, Bad> {
    let (mut version, mut subject, mut birth, mut statement) = (None, None, None, None);
    reader.map(|reader, key| {
        match key {
            Key::Text("ver") => version = Some(reader.text()?),
            Key::Text("nam") => subject = Some(name(reader)?),
            Key::Text("dob") => birth = Some(date_of_birth(dated(reader)?)?),
            Key::Text("v") => one(&mut statement, Kind::Vaccination, group(reader)?)?,
            Key::Text("t") => one(&mut statement, Kind::Test, group(reader)?)?,
            Key::Text("r") => one(&mut statement, Kind::Recovery, group(reader)?)?,
            _ => reader.pass()?,
        }
        Ok(())
    })?;
    let (kind, entry) = statement.ok_or(Bad)?;
    let statement = match kind {
        Kind::Vaccination => entry.vaccination(),
        Kind::Test => entry.test(),
        Kind::Recovery => entry.recovery(),
    };
    let subject = Subject { birth: birth.ok_or(Bad)?, ..subject.ok_or(Bad)? };
    if !version.is_some_and(three_numbers) {
        return Err(Bad);
    }
    Ok(Read { kind: Some(kind), subject, statements: vec![statement.ok_or(Bad)?] })
}

/// The kind of a certificate that is otherwise against the schema: the one group that it has.
pub(super) fn kind(certificate: &[u8]) -> Option<Kind> {
    let (mut kind, mut groups) = (None, 0);
    let mut reader = Lenient::new(certificate);
    let read = reader.map(|reader, key| {
        let found = match key {
            Key::Text("v") => Kind::Vaccination,
            Key::Text("t") => Kind::Test,
            Key::Text("r") => Kind::Recovery,
            _ => return reader.pass(),
        };
        if reader.next()? != Type::Null {
            (kind, groups) = (Some(found), groups + 1);
        }
        reader.pass()
    });
    kind.filter(|_| read.is_ok() && groups == 1)
}

/// A certificate is of one kind.
fn one<'a>(place: &mut Option<(Kind, Entry<'a>)>, kind: Kind, entry: Entry<'a>) -> Result<(), Bad> {
    if place.replace((kind, entry)).is_none() { Ok(()) } else { Err(Bad) }
}

/// A group has exactly one entry.
fn group<'a>(reader: &mut Lenient<'a>) -> Result<Entry<'a>, Bad> {
    let mut only = None;
    reader.array(|reader| {
        let entry = Entry::read(reader)?;
        if only.replace(entry).is_none() { Ok(()) } else { Err(Bad) }
    })?;
    only.ok_or(Bad)
}

fn three_numbers(version: &str) -> bool {
    let mut parts = 0;
    let numbers = version.split('.').all(|part| {
        parts += 1;
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    numbers && parts == 3
}

fn short(text: &str, characters: usize) -> bool {
    text.len() <= characters || text.chars().count() <= characters
}

/// A date is a text; some encoders tag it (RFC 8949 section 3.4.1, RFC 8943).
fn dated<'a>(reader: &mut Lenient<'a>) -> Result<&'a str, Bad> {
    if matches!(reader.tag()?, None | Some(0 | 1004)) { reader.text() } else { Err(Bad) }
}

/// Initials come from the standardised names (ICAO Doc 9303 part 3), of which one is enough.
fn name(reader: &mut Lenient<'_>) -> Result<Subject, Bad> {
    let (mut family, mut given) = (None, None);
    reader.map(|reader, key| {
        match key {
            Key::Text("fnt") => family = Some(standardised(reader.text()?)?),
            Key::Text("gnt") => given = Some(standardised(reader.text()?)?),
            Key::Text("fn" | "gn") if !short(reader.text()?, LONG) => return Err(Bad),
            Key::Text("fn" | "gn") => (),
            _ => reader.pass()?,
        }
        Ok(())
    })?;
    if family.is_none() && given.is_none() {
        return Err(Bad);
    }
    let initials = initials(family.into_iter().chain(given).flat_map(|name| name.split('<')));
    Ok(Subject { initials, ..Subject::default() })
}

fn standardised(name: &str) -> Result<&str, Bad> {
    let letters = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'<');
    if letters && name.len() <= LONG { Ok(name) } else { Err(Bad) }
}

/// `^((19|20)\d\d(-\d\d){0,2}){0,1}$`: nothing, a year, a month or a day.
fn date_of_birth(text: &str) -> Result<Option<BirthDay>, Bad> {
    let bytes = text.as_bytes();
    let form =
        matches!(bytes, [] | [b'1', b'9', ..] | [b'2', b'0', ..]) && matches!(bytes.len(), 0 | 4 | 7 | 10);
    let fits =
        |(at, byte): (usize, &u8)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() };
    if form && bytes.iter().enumerate().all(fits) { Ok(birth_day(text)) } else { Err(Bad) }
}

/// The members of all three kinds that are texts. All have names of two bytes, which are compared as one number.
const TEXTS: [[u8; 2]; 16] = [
    *b"tg", *b"co", *b"is", *b"ci", *b"vp", *b"mp", *b"ma", *b"dt", *b"tt", *b"nm", *b"sc", *b"tr", *b"tc",
    *b"fr", *b"df", *b"du",
];

/// Where the member of this name stands in [`TEXTS`].
fn place(name: &str) -> Option<usize> {
    let name = <[u8; 2]>::try_from(name.as_bytes()).ok()?;
    TEXTS.iter().position(|text| *text == name)
}

/// One entry of any kind, its members by name.
#[derive(Default)]
struct Entry<'a> {
    texts: [Option<&'a str>; TEXTS.len()],
    dose: Option<u32>,
    of: Option<u32>,
}

impl<'a> Entry<'a> {
    fn read(reader: &mut Lenient<'a>) -> Result<Self, Bad> {
        let mut entry = Self::default();
        reader.map(|reader, key| {
            match key {
                Key::Text("dn") => entry.dose = Some(positive(reader)?),
                Key::Text("sd") => entry.of = Some(positive(reader)?),
                Key::Text(name) => match place(name) {
                    Some(index) => entry.texts[index] = Some(dated(reader)?),
                    None => reader.pass()?,
                },
                Key::Number(_) => reader.pass()?,
            }
            Ok(())
        })?;
        Ok(entry)
    }

    fn get(&self, name: [u8; 2]) -> Option<&'a str> {
        TEXTS.iter().position(|text| *text == name).and_then(|index| self.texts[index])
    }

    /// What every kind has to have; answers whether it is about COVID-19.
    fn common(&self) -> Option<bool> {
        let sound = codes::country(self.get(*b"co")?)
            && short(self.get(*b"is")?, LONG)
            && short(self.get(*b"ci")?, LONG);
        sound.then_some(self.get(*b"tg")? == COVID_19)
    }

    fn date(&self, name: [u8; 2]) -> Option<String> {
        self.get(name).filter(|text| is_date(text)).map(str::to_owned)
    }

    fn vaccination(&self) -> Option<Statement> {
        let covid = self.common()?;
        self.get(*b"vp")?;
        self.get(*b"mp")?;
        let date = self.date(*b"dt")?;
        let (dose, of) = (self.dose?, self.of?);
        if !codes::holder(self.get(*b"ma")?) {
            return None;
        }
        let statement = Statement::Vaccination { dose: Some(dose), of: Some(of), date: Some(date) };
        Some(if covid { statement } else { Statement::Other })
    }

    fn test(&self) -> Option<Statement> {
        let covid = self.common()?;
        self.get(*b"tt")?;
        let at = self.date(*b"sc")?;
        let detected = match self.get(*b"tr")? {
            NOT_DETECTED => Some(false),
            DETECTED => Some(true),
            _ => None,
        };
        let optional = |name: [u8; 2], sound: fn(&str) -> bool| self.get(name).is_none_or(sound);
        let sound = optional(*b"nm", |text| short(text, LONG))
            && optional(*b"tc", |text| short(text, LONG))
            && optional(*b"ma", codes::test_kit);
        let statement = Statement::Test { detected, at: Some(at) };
        sound.then_some(if covid { statement } else { Statement::Other })
    }

    fn recovery(&self) -> Option<Statement> {
        let covid = self.common()?;
        self.date(*b"fr")?;
        let (from, until) = (self.date(*b"df")?, self.date(*b"du")?);
        let statement = Statement::Recovery { from: Some(from), until: Some(until) };
        Some(if covid { statement } else { Statement::Other })
    }
}

/// A dose number: whole, 1 or more.
fn positive(reader: &mut Lenient<'_>) -> Result<u32, Bad> {
    match reader.next()? {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => {
            u32::try_from(reader.int()?).ok().filter(|number| *number > 0).ok_or(Bad)
        }
        _ => Err(Bad),
    }
}

/// `YYYY-MM-DD`, or with a time after `T` (ISO 8601).
fn is_date(text: &str) -> bool {
    let (day, time) = text.split_at_checked(10).unwrap_or(("", ""));
    let bytes = day.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    let two = |at: usize| (bytes[at] - b'0') * 10 + bytes[at + 1] - b'0';
    bytes.len() == 10
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && (bytes[4], bytes[7]) == (b'-', b'-')
        && (1..=12).contains(&two(5))
        && (1..=31).contains(&two(8))
        && (time.is_empty()
            || time.len() <= 32
                && time.starts_with('T')
                && time.len() > 1
                && time[1..].bytes().all(|byte| byte.is_ascii_digit() || b":.+-Zz,".contains(&byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for text in
            ["2021-05-07", "2021-05-18T08:10:00+02:00", "2022-01-08T00:00:00.000Z", "2021-06-07T10:00"]
        {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "",
            "2021",
            "2021-05",
            "2021-13-01",
            "2021-00-10",
            "2021-01-32",
            "2021-05-07 10:00",
            "2021-05-07T",
            "07.05.2021",
            "2021-05-é7",
            "２０２１-05-07",
        ] {
            assert!(!is_date(text), "{text}");
        }
        let birth = |day, month| Ok(Some(BirthDay { day, month }));
        for (text, expected) in [
            ("", Ok(None)),
            ("1979", birth(0, 0)),
            ("1979-04", birth(0, 4)),
            ("1979-04-14", birth(14, 4)),
            ("2099-99-99", Ok(None)),
            ("1979-04-", Err(Bad)),
            ("1979-04-14T00:00:00", Err(Bad)),
            ("1879-04-14", Err(Bad)),
            ("19", Err(Bad)),
            ("19é", Err(Bad)),
            ("1979-0é-1", Err(Bad)),
            ("1979-04é", Err(Bad)),
        ] {
            assert_eq!(date_of_birth(text), expected, "{text}");
        }
    }

    #[test]
    fn versions() {
        for (text, right) in
            [("1.3.0", true), ("10.0.11", true), ("1.3", false), ("1..3", false), ("1.3.0-a", false)]
        {
            assert_eq!(three_numbers(text), right, "{text}");
        }
    }
}
