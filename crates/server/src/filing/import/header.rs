//! Which column holds which field.

use std::io::BufRead;

use super::lines::{Lines, Read, Record};
use crate::filing::entry::{Entry, Field, reason};
use crate::words::{Language, Words};

/// Columns beyond these are not named in reports: a header of a thousand columns is somebody's joke.
const NAMED_LIMIT: usize = 20;

/// All that an empty file of some programs holds.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Why a file's first line is no header of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// There is no line.
    #[error("the file is empty")]
    Empty,
    /// The first line is no CSV record.
    #[error("the first line cannot be read: {}", reason(Words(Language::En), .0, None, None))]
    Unreadable(&'static str),
    /// Columns that every file must have are missing.
    #[error("the header row lacks: {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// A column stands there twice.
    #[error("the column {0} stands in the header row twice")]
    Twice(&'static str),
}

/// The columns of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    places: [Option<usize>; Field::ALL.len()],
    count: usize,
    /// Names of columns that no field has: they are not imported, and the report says so.
    pub ignored: Vec<String>,
}

impl Columns {
    /// Reads the header row. Fields are divided by commas, or by semicolons or tabs where the header has no comma.
    pub fn read<R: BufRead>(lines: &mut Lines<R>) -> Result<Self, ReadError> {
        if let Some(first) = lines.peek()? {
            match first.trim_ascii() {
                [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
                    return Err(HeaderError::Unreadable("row.utf16").into());
                }
                BYTE_ORDER_MARK => return Err(HeaderError::Empty.into()),
                _ => {}
            }
            let found = [b',', b';', b'\t'].into_iter().find(|divider| first.contains(divider));
            lines.divide_by(found.unwrap_or(b','));
        }
        let mut record = Record::default();
        match lines.read(&mut record)? {
            Read::End => Err(HeaderError::Empty.into()),
            Read::Bad(_, code) => Err(HeaderError::Unreadable(code).into()),
            Read::Record(_) => Ok(Self::of(&record)?),
        }
    }

    fn of(record: &Record) -> Result<Self, HeaderError> {
        let mut columns = Self { places: [None; Field::ALL.len()], count: record.len(), ignored: Vec::new() };
        for (at, name) in record.iter().enumerate() {
            let name = name.trim_start_matches('\u{feff}').trim();
            match Field::from_name(&name.to_ascii_lowercase()) {
                Some(field) if columns.places[field as usize].is_some() => {
                    return Err(HeaderError::Twice(field.as_str()));
                }
                Some(field) => columns.places[field as usize] = Some(at),
                None if columns.ignored.len() < NAMED_LIMIT => {
                    columns.ignored.push(name.chars().take(40).collect());
                }
                None => {}
            }
        }
        let lacks = |field: &&Field| columns.places[**field as usize].is_none();
        let mut missing: Vec<_> = Field::REQUIRED.iter().filter(lacks).map(|field| field.as_str()).collect();
        if [Field::FamilyName, Field::ChineseName].iter().all(|field| lacks(&field)) {
            missing.push(Field::FamilyName.as_str());
        }
        if missing.is_empty() { Ok(columns) } else { Err(HeaderError::Missing(missing)) }
    }

    /// The texts of a row; the code of what is wrong if it has another number of columns than the header.
    pub fn entry<'a>(&self, record: &'a Record) -> Result<Entry<'a>, &'static str> {
        if record.len() != self.count {
            return Err("row.columns");
        }
        let entry = Entry::of(|field| self.places[field as usize].map_or("", |at| record.get(at)));
        // A line break inside a field of ours is a quote that closed somewhere else.
        let broken = Field::ALL.iter().any(|field| entry.get(*field).contains(['\n', '\r']));
        if broken { Err("row.line_break") } else { Ok(entry) }
    }
}

/// A header that could not be read, or is none.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is none.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The file could not be read.
    #[error("the file cannot be read")]
    File(#[from] std::io::Error),
}

#[cfg(test)]
mod tests {
    use super::super::lines::Encoding;
    use super::*;

    fn columns(text: &str) -> Result<Columns, HeaderError> {
        let mut lines = Lines::new(text.as_bytes(), Encoding::Utf8, b',');
        Columns::read(&mut lines).map_err(|error| match error {
            ReadError::Header(error) => error,
            ReadError::File(error) => panic!("{error}"),
        })
    }

    #[test]
    fn order_case_byte_order_mark_and_divider_do_not_matter() {
        for header in [
            "kind,number,birth_date,family_name,office\n",
            "\u{feff}Office;FAMILY_NAME;birth_date;Number;kind\n",
            "number\tkind\tbirth_date\toffice\tfamily_name\n",
            "\u{feff}\"kind\",\"number\",\"birth_date\",\"family_name\",\"office\"\n",
        ] {
            let columns = columns(header).unwrap();
            assert_eq!(columns.ignored.len(), 1, "{header}");
            assert_eq!(columns.ignored[0].to_lowercase(), "office");
        }
    }

    #[test]
    fn what_is_missing_or_doubled_is_named() {
        let missing = HeaderError::Missing(vec!["number", "family_name"]);
        assert_eq!(columns("kind,birth_date\n"), Err(missing));
        assert_eq!(columns("kind,number,number,birth_date\n"), Err(HeaderError::Twice("number")));
        assert_eq!(columns(""), Err(HeaderError::Empty));
        assert_eq!(columns("\u{feff}"), Err(HeaderError::Empty));
        assert_eq!(columns("\"kind\n"), Err(HeaderError::Unreadable("row.quote")));
        let utf16: Vec<u8> = "\u{feff}kind,number\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let read = Columns::read(&mut Lines::new(utf16.as_slice(), Encoding::Utf8, b','));
        let words = read.unwrap_err().to_string();
        assert!(words.contains("UTF-16") && !words.contains("row."), "{words}");
    }
}
