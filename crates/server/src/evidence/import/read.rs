//! A file becomes rows: facts that can be stated, and what is wrong with the others.

use domain::Timestamp;
use domain::colour::EvidenceSource;
use domain::matching::DocumentDetails;
use store::rows::evidence::Stated;

use crate::evidence::typed::{FILE_TIME, Typed, Wrong};
use crate::filing::entry::{self, Field, judge_number, reported};
use crate::filing::import::{Encoding, Header, HeaderError, Lines, Read, ReadError, Record};
use crate::words::Words;

/// The most rows of one file.
pub const MOST_ROWS: usize = 1_000;
/// The columns: the document, then the fields of the page.
pub const COLUMNS: [&str; 10] = [
    "document_kind",
    "number",
    "issuing_state",
    "kind",
    "result",
    "method",
    "at",
    "until",
    "reference",
    "note",
];
/// Those that every file has.
const REQUIRED: [&str; 5] = ["document_kind", "number", "kind", "at", "reference"];

/// Why nothing of a file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadFile {
    /// Its first line is no header of ours.
    Header(HeaderError),
    /// It has more rows than are taken at once.
    Long,
}

/// What was read.
#[derive(Default)]
pub struct File {
    /// Each row with its line.
    pub rows: Vec<(u64, Result<Good, Vec<Bad>>)>,
    /// Columns that were not read.
    pub ignored: Vec<String>,
}

/// A fact that can be stated. Personal: never printed.
pub struct Good {
    /// About whom.
    pub document: DocumentDetails,
    /// What.
    pub stated: Stated,
    /// For whoever confirms it.
    pub note: String,
}

/// One thing wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bad {
    /// The row as a whole: a code of the CSV reader, such as `row.quote`.
    Row(&'static str),
    /// The document.
    Document(entry::Wrong),
    /// What is stated.
    Fact(Wrong),
}

impl Bad {
    /// The column; empty if the whole row is meant.
    pub const fn column(&self) -> &'static str {
        match self {
            Self::Row(_) => "",
            Self::Document(wrong) => column_of(wrong.field),
            Self::Fact(wrong) => wrong.field(),
        }
    }

    /// What is wrong and how to mend it, in words; never what stood there.
    pub fn reason(&self, words: Words) -> String {
        match self {
            Self::Row(code) => reported(words, code, None),
            Self::Document(wrong) => reported(words, wrong.code, wrong.position),
            Self::Fact(wrong) => wrong.written(words, FILE_TIME),
        }
    }
}

/// The kind of the document is not the kind of fact.
const fn column_of(field: Field) -> &'static str {
    match field {
        Field::Kind => "document_kind",
        other => other.as_str(),
    }
}

/// Reads a file.
pub fn rows(bytes: &[u8], encoding: Encoding, now: Timestamp) -> Result<File, BadFile> {
    let mut lines = Lines::new(bytes, encoding, b',');
    let header = header(&mut lines).map_err(BadFile::Header)?;
    let (mut rows, mut record) = (Vec::new(), Record::default());
    loop {
        // Bytes in memory are read without fail.
        let row = match lines.read(&mut record).unwrap_or(Read::End) {
            Read::End => return Ok(File { rows, ignored: header.ignored }),
            Read::Bad(line, code) => (line, Err(vec![Bad::Row(code)])),
            Read::Record(line) => match header.check(&record) {
                Err(code) => (line, Err(vec![Bad::Row(code)])),
                Ok(()) => (line, judge(&header, &record, now)),
            },
        };
        if rows.len() == MOST_ROWS {
            return Err(BadFile::Long);
        }
        rows.push(row);
    }
}

fn header(lines: &mut Lines<&[u8]>) -> Result<Header, HeaderError> {
    let header = Header::read(lines, &COLUMNS).map_err(|error| match error {
        ReadError::Header(error) => error,
        ReadError::File(_) => HeaderError::Empty,
    })?;
    let lacks = |name: &&str| !header.has(place(name));
    let missing: Vec<_> = REQUIRED.into_iter().filter(lacks).collect();
    if missing.is_empty() { Ok(header) } else { Err(HeaderError::Missing(missing)) }
}

fn place(name: &str) -> usize {
    COLUMNS.iter().position(|column| *column == name).expect("every name asked for is a column")
}

fn judge(header: &Header, record: &Record, now: Timestamp) -> Result<Good, Vec<Bad>> {
    let text = |name: &str| header.get(record, place(name));
    let document = judge_number(|field| text(column_of(field)));
    let typed = Typed::of(text);
    match (document, typed.read(EvidenceSource::Import, now)) {
        (Ok(document), Ok(stated)) => Ok(Good { document, stated, note: typed.note }),
        (document, stated) => {
            let document = document.err().into_iter().flatten().map(Bad::Document);
            Err(document.chain(stated.err().into_iter().flatten().map(Bad::Fact)).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_435_200);
    const HEADER: &str = "document_kind,number,issuing_state,kind,result,method,at,reference,colour\n";

    fn read(text: &str) -> Result<File, BadFile> {
        rows(text.as_bytes(), Encoding::Utf8, NOW)
    }

    #[test]
    fn good_rows_are_not_spoiled_by_bad_ones_and_every_mistake_is_named() {
        let file = format!(
            "\u{feff}{HEADER}passport,X12345678,UTO,case_contact,,,2026-11-23 19:00,2026-117,red\n\
             passport,X1?,,red,,,tomorrow,,\n\"passport,X1\n\
             passport,X12345678,UTO,test_result,negative,nucleic_acid,2026-11-23T19:00,2026-118,\npassport,X1\n"
        );
        let File { rows, ignored } = read(&file).unwrap();
        let bad: Vec<(u64, Vec<&str>)> = rows
            .iter()
            .filter_map(|(line, row)| Some((*line, row.as_ref().err()?.iter().map(Bad::column).collect())))
            .collect();
        let expected =
            [(3, vec!["number", "issuing_state", "kind", "at", "reference"]), (4, vec![""]), (6, vec![""])];
        assert_eq!(bad, expected);
        assert_eq!((rows.len(), ignored), (5, vec!["colour".to_owned()]));
        let good = rows[3].1.as_ref().ok().unwrap();
        assert!(
            good.stated.source == EvidenceSource::Import && good.document.number.printed() == "X12345678"
        );
    }

    #[test]
    fn what_is_no_file_of_ours_is_said() {
        let wrong = |text: &str| read(text).err().unwrap();
        assert_eq!(wrong(""), BadFile::Header(HeaderError::Empty));
        let missing = HeaderError::Missing(vec!["document_kind", "at", "reference"]);
        assert_eq!(wrong("number;kind\n"), BadFile::Header(missing));
        assert_eq!(wrong("kind,kind\n"), BadFile::Header(HeaderError::Twice("kind")));
        let long = format!("{HEADER}{}", "x\n".repeat(MOST_ROWS + 1));
        assert_eq!(wrong(&long), BadFile::Long);
        assert_eq!(read(&long[..long.len() - 2]).unwrap().rows.len(), MOST_ROWS);
    }
}
