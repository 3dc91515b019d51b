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

/// Where the columns of some names are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    places: Vec<Option<usize>>,
    count: usize,
    /// Names of columns that are not among them: they are not imported, and the report says so.
    pub ignored: Vec<String>,
}

impl Header {
    /// Reads the header row. Fields are divided by commas, or by semicolons or tabs where the header has no comma.
    pub fn read<R: BufRead>(lines: &mut Lines<R>, names: &[&'static str]) -> Result<Self, ReadError> {
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
            Read::Record(_) => Ok(Self::of(&record, names)?),
        }
    }

    fn of(record: &Record, names: &[&'static str]) -> Result<Self, HeaderError> {
        let mut header = Self { places: vec![None; names.len()], count: record.len(), ignored: Vec::new() };
        for (at, written) in record.iter().enumerate() {
            let written = written.trim_start_matches('\u{feff}').trim();
            match names.iter().position(|name| written.eq_ignore_ascii_case(name)) {
                Some(column) if header.places[column].is_some() => {
                    return Err(HeaderError::Twice(names[column]));
                }
                Some(column) => header.places[column] = Some(at),
                None if header.ignored.len() < NAMED_LIMIT => {
                    header.ignored.push(written.chars().take(40).collect());
                }
                None => {}
            }
        }
        Ok(header)
    }

    /// Whether the file has this column, by its place among the names.
    pub fn has(&self, column: usize) -> bool {
        self.places[column].is_some()
    }

    /// The text of a row in this column; empty where the file has none.
    pub fn get<'a>(&self, record: &'a Record, column: usize) -> &'a str {
        self.places[column].map_or("", |at| record.get(at))
    }

    /// The code of what is wrong with a row as a whole: another number of columns than the header, or a line break inside
    /// one of ours, which is a quote that closed somewhere else.
    pub fn check(&self, record: &Record) -> Result<(), &'static str> {
        if record.len() != self.count {
            return Err("row.columns");
        }
        let broken = (0..self.places.len()).any(|column| self.get(record, column).contains(['\n', '\r']));
        if broken { Err("row.line_break") } else { Ok(()) }
    }
}

/// The columns of a file of filings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(Header);

impl Columns {
    /// Reads the header row.
    pub fn read<R: BufRead>(lines: &mut Lines<R>) -> Result<Self, ReadError> {
        let header = Header::read(lines, &Field::ALL.map(Field::as_str))?;
        let lacks = |field: &&Field| !header.has(**field as usize);
        let mut missing: Vec<_> = Field::REQUIRED.iter().filter(lacks).map(|field| field.as_str()).collect();
        if [Field::FamilyName, Field::ChineseName].iter().all(|field| lacks(&field)) {
            missing.push(Field::FamilyName.as_str());
        }
        if missing.is_empty() { Ok(Self(header)) } else { Err(HeaderError::Missing(missing).into()) }
    }

    /// Names of columns that no field has.
    pub fn ignored(&self) -> &[String] {
        &self.0.ignored
    }

    /// The texts of a row; the code of what is wrong with it as a whole.
    pub fn entry<'a>(&self, record: &'a Record) -> Result<Entry<'a>, &'static str> {
        self.0.check(record)?;
        Ok(Entry::of(|field| self.0.get(record, field as usize)))
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
            assert_eq!(columns.ignored().len(), 1, "{header}");
            assert_eq!(columns.ignored()[0].to_lowercase(), "office");
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
