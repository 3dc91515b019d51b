//! A file becomes rows: those that can be registered, and what is wrong with the others.

use std::io;

use domain::location::NameField;
use store::rows::location::LocationDetails;

use super::report::{BadRow, Report, What};
use crate::filing::import::{Encoding, Lines, Read, Record};
use crate::location::details::{self, Field, Wrong};
use crate::location::people::MOST;

/// The most rows of one file.
pub const MOST_ROWS: usize = 10_000;
/// Columns beyond these are not named.
const NAMED: usize = 20;
/// Between the names of entrances in their column.
const BETWEEN: char = '|';

/// Why nothing of a file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadFile {
    /// There is no line.
    Empty,
    /// The first line is no CSV record, for this reason.
    Unreadable(&'static str),
    /// These columns are missing.
    Missing(Vec<&'static str>),
    /// This column stands there twice.
    Twice(&'static str),
    /// It has more rows than are taken at once.
    Long,
}

/// A row that can be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Good {
    /// Its line.
    pub line: u64,
    /// What it says.
    pub details: LocationDetails,
    /// The names of its entrances.
    pub entrances: Vec<String>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Rows {
    /// What can be registered.
    pub good: Vec<Good>,
    /// What cannot, and why.
    pub report: Report,
    /// Rows in the file.
    pub read: usize,
    /// Rows that cannot be registered.
    pub refused: usize,
}

/// Reads a file.
pub fn rows(bytes: &[u8], encoding: Encoding) -> Result<Rows, BadFile> {
    let mut lines = Lines::new(bytes, encoding, b',');
    let (columns, count, ignored) = header(&mut lines)?;
    let mut rows = Rows { report: Report { ignored, ..Report::default() }, ..Rows::default() };
    let mut record = Record::default();
    loop {
        match take(lines.read(&mut record)) {
            Read::End => return Ok(rows),
            _ if rows.read == MOST_ROWS => return Err(BadFile::Long),
            Read::Bad(line, code) => rows.refuse(line, What::Row(code.to_owned())),
            Read::Record(line) if record.len() != count => {
                rows.refuse(line, What::Row("row.columns".to_owned()));
            }
            Read::Record(line) => {
                rows.judge(line, |field| columns[field as usize].map_or("", |at| record.get(at)));
            }
        }
    }
}

/// Bytes in memory are read without fail.
fn take(read: io::Result<Read>) -> Read {
    read.unwrap_or(Read::End)
}

type Columns = [Option<usize>; Field::ALL.len()];

fn header(lines: &mut Lines<&[u8]>) -> Result<(Columns, usize, Vec<String>), BadFile> {
    if let Ok(Some(first)) = lines.peek() {
        if matches!(first.trim_ascii(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
            return Err(BadFile::Unreadable("row.utf16"));
        }
        let found = [b',', b';', b'\t'].into_iter().find(|divider| first.contains(divider));
        lines.divide_by(found.unwrap_or(b','));
    }
    let mut record = Record::default();
    match take(lines.read(&mut record)) {
        Read::End => return Err(BadFile::Empty),
        Read::Bad(_, code) => return Err(BadFile::Unreadable(code)),
        Read::Record(_) => {}
    }
    let (mut columns, mut ignored): (Columns, _) = ([None; Field::ALL.len()], Vec::new());
    for (at, name) in record.iter().enumerate() {
        let name = name.trim_start_matches('\u{feff}').trim();
        match Field::from_name(&name.to_ascii_lowercase()) {
            Some(field) if columns[field as usize].is_some() => return Err(BadFile::Twice(field.as_str())),
            Some(field) => columns[field as usize] = Some(at),
            None if ignored.len() < NAMED => ignored.push(name.chars().take(40).collect()),
            None => {}
        }
    }
    let lacks = |field: &&Field| columns[**field as usize].is_none();
    let missing: Vec<_> = Field::REQUIRED.iter().filter(lacks).map(|field| field.as_str()).collect();
    if missing.is_empty() { Ok((columns, record.len(), ignored)) } else { Err(BadFile::Missing(missing)) }
}

impl Rows {
    fn refuse(&mut self, line: u64, what: What) {
        self.read += 1;
        self.refused += 1;
        self.report.errors.push(BadRow { line, what });
    }

    fn judge<'a>(&mut self, line: u64, typed: impl Fn(Field) -> &'a str) {
        // A line break inside a field of ours is a quote that closed somewhere else.
        if Field::ALL.iter().any(|field| typed(*field).contains(['\n', '\r'])) {
            return self.refuse(line, What::Row("row.line_break".to_owned()));
        }
        let judged = details::judge(&typed);
        let entrances = entrances(typed(Field::Entrances), typed(Field::SvgOnly) == "yes");
        match (judged, entrances) {
            (Ok(details), Ok(entrances)) => {
                self.read += 1;
                self.good.push(Good { line, details, entrances });
            }
            (judged, entrances) => {
                self.read += 1;
                self.refused += 1;
                let wrong = judged.err().into_iter().flatten().chain(entrances.err());
                self.report.errors.extend(wrong.map(|wrong| BadRow { line, what: What::Field(wrong) }));
            }
        }
    }
}

fn entrances(typed: &str, svg_only: bool) -> Result<Vec<String>, Wrong> {
    let names: Vec<&str> = typed.split(BETWEEN).map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.len() > MOST {
        return Err(Wrong { value: Some(MOST.to_string()), ..Wrong::new(Field::Entrances, "entrances") });
    }
    let one = |name: &str| details::name(Field::Entrances, NameField::Entrance, name, svg_only);
    names.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "name,kind,division,address,entrances,colour\n";

    fn read(text: &str) -> Result<Rows, BadFile> {
        rows(text.as_bytes(), Encoding::Utf8)
    }

    #[test]
    fn good_rows_are_not_spoiled_by_bad_ones() {
        let file = format!(
            "\u{feff}{HEADER}江城市场,market,420100,沿江路1号,东门|西门,red\nMarket,market,1,x,,\n\"江城,shop,420100\n\
             湖北书店,shop,420500,夷陵路2号,,\n江城,shop,420100,a\n"
        );
        let rows = read(&file).unwrap();
        let found: Vec<(u64, &str)> = rows.report.errors.iter().map(|row| (row.line, row.column())).collect();
        assert_eq!(found, [(3, "name"), (3, "division"), (4, ""), (6, "")]);
        assert_eq!((rows.read, rows.refused, rows.good.len()), (5, 3, 2));
        assert_eq!(rows.good[0].entrances, ["东门", "西门"]);
        assert_eq!(rows.report.ignored, ["colour"]);
    }

    #[test]
    fn what_is_no_file_of_ours_is_said() {
        assert_eq!(read("").unwrap_err(), BadFile::Empty);
        assert_eq!(read("name,kind\n").unwrap_err(), BadFile::Missing(vec!["division", "address"]));
        assert_eq!(read("name,name\n").unwrap_err(), BadFile::Twice("name"));
        let long = format!("{HEADER}{}", "x,,,,,\n".repeat(MOST_ROWS + 1));
        assert_eq!(read(&long).unwrap_err(), BadFile::Long);
        let many = format!("{HEADER}江城市场,market,420100,沿江路1号,{},\n", "门|".repeat(MOST + 1));
        assert_eq!(read(&many).unwrap().report.errors.len(), 1);
    }
}
