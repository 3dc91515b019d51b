//! Reads CSV records (RFC 4180) from a file that may hold anything: lines of any length, quotes that never close,
//! NUL bytes, another encoding.
//!
//! The state machine is `csv-core`'s; this adds a bound. A record is tried line by line: if it does not end
//! within [`RECORD_LINES`] lines and [`LINE_LIMIT`] bytes, only its first line is refused and reading goes on
//! with the second, so that a quote that never closes costs one row and not the rest of the file.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, ReaderBuilder};

/// The longest record in bytes. A row of ours has about 150.
pub const LINE_LIMIT: usize = 64 * 1024;
/// Over how many lines one record may run: remarks in quotes may have line breaks.
pub const RECORD_LINES: usize = 20;
const MAX_FIELDS: usize = 512;

/// How the file's text is encoded. Chosen, never guessed: short Chinese names are valid in both encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// GB 18030, which includes GBK and GB 2312: what spreadsheets in China save as "CSV".
    Gb18030,
}

impl Encoding {
    /// The name in forms and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
        }
    }

    /// The encoding of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Utf8, Self::Gb18030].into_iter().find(|encoding| encoding.as_str() == name)
    }
}

/// What stands on a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Read {
    /// A record that begins on this line; its fields are in the [`Record`].
    Record(u64),
    /// A line that is no record: its number and the code of what is wrong.
    Bad(u64, &'static str),
    /// The file has ended.
    End,
}

/// The fields of one record; reused from record to record.
#[derive(Default)]
pub struct Record {
    text: String,
    ends: Vec<usize>,
}

impl Record {
    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a field; empty beyond the last.
    pub fn get(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..*end]
    }

    /// Every field.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }
}

enum Line {
    Whole(Vec<u8>),
    TooLong,
}

/// The records of a file, with line numbers from 1.
pub struct Lines<R> {
    input: R,
    encoding: Encoding,
    core: csv_core::Reader,
    waiting: VecDeque<Line>,
    spare: Vec<Vec<u8>>,
    line: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: BufRead> Lines<R> {
    /// From the beginning of `input`, whose fields are divided by `delimiter`.
    pub fn new(input: R, encoding: Encoding, delimiter: u8) -> Self {
        Self {
            input,
            encoding,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            waiting: VecDeque::new(),
            spare: Vec::new(),
            line: 0,
            bytes: vec![0; 2 * LINE_LIMIT],
            ends: vec![0; MAX_FIELDS],
        }
    }

    /// Divides fields by another character from now on.
    pub fn divide_by(&mut self, delimiter: u8) {
        self.core = ReaderBuilder::new().delimiter(delimiter).build();
    }

    /// The next line without taking it: to see how the header's fields are divided. `None` if too long or at
    /// the end.
    pub fn peek(&mut self) -> io::Result<Option<&[u8]>> {
        if self.waiting.is_empty() {
            match self.next_line()? {
                Some(line) => self.waiting.push_back(line),
                None => return Ok(None),
            }
        }
        Ok(match self.waiting.front() {
            Some(Line::Whole(bytes)) => Some(bytes),
            _ => None,
        })
    }

    /// Reads the next record into `record`. Blank lines are passed over.
    pub fn read(&mut self, record: &mut Record) -> io::Result<Read> {
        loop {
            let Some(line) = self.take()? else { return Ok(Read::End) };
            self.line += 1;
            let number = self.line;
            let Line::Whole(first) = line else { return Ok(Read::Bad(number, "row.too_long")) };
            if first.iter().all(u8::is_ascii_whitespace) {
                self.spare.push(first);
                continue;
            }
            let outcome = self.record(&first, record)?;
            self.spare.push(first);
            return Ok(match outcome {
                Ok(()) => Read::Record(number),
                Err(code) => Read::Bad(number, code),
            });
        }
    }

    /// One record that begins with `first`; further lines are taken only if they complete it.
    fn record(&mut self, first: &[u8], record: &mut Record) -> io::Result<Result<(), &'static str>> {
        self.core.reset();
        let (mut bytes, mut fields, mut taken) = (0, 0, 0);
        if first.contains(&0) {
            return Ok(Err("row.nul"));
        }
        loop {
            let held = match taken {
                0 => Some(first),
                n => match self.waiting.get(n - 1) {
                    Some(Line::Whole(next)) => Some(next.as_slice()),
                    _ => None,
                },
            };
            let Some(input) = held.filter(|line| !line.contains(&0) && bytes + line.len() <= LINE_LIMIT)
            else {
                return Ok(Err("row.quote"));
            };
            let (result, read, wrote, ended) =
                self.core.read_record(input, &mut self.bytes[bytes..], &mut self.ends[fields..]);
            bytes += wrote;
            fields += ended;
            match result {
                ReadRecordResult::Record => {
                    let rest = &input[read..];
                    if rest.iter().any(|b| !matches!(b, b'\r' | b'\n')) {
                        return Ok(Err("row.carriage_return"));
                    }
                    break;
                }
                ReadRecordResult::OutputEndsFull | ReadRecordResult::End => return Ok(Err("row.columns")),
                ReadRecordResult::OutputFull => return Ok(Err("row.too_long")),
                ReadRecordResult::InputEmpty if taken + 1 == RECORD_LINES => return Ok(Err("row.quote")),
                ReadRecordResult::InputEmpty => {
                    taken += 1;
                    if self.waiting.len() < taken {
                        match self.next_line()? {
                            Some(line) => self.waiting.push_back(line),
                            None => return Ok(Err("row.quote")),
                        }
                    }
                }
            }
        }
        for _ in 0..taken {
            if let Some(Line::Whole(line)) = self.waiting.pop_front() {
                self.spare.push(line);
            }
            self.line += 1;
        }
        Ok(self.decode(bytes, fields, record))
    }

    /// Neither encoding uses the bytes of comma, quote or line break inside a character, so fields may be
    /// divided first and decoded then.
    fn decode(&self, bytes: usize, fields: usize, record: &mut Record) -> Result<(), &'static str> {
        record.text.clear();
        record.ends.clear();
        let (content, ends) = (&self.bytes[..bytes], &self.ends[..fields]);
        if self.encoding == Encoding::Utf8 || content.is_ascii() {
            record.text.push_str(std::str::from_utf8(content).map_err(|_| "row.not_utf8")?);
            if ends.iter().any(|end| !record.text.is_char_boundary(*end)) {
                return Err("row.not_utf8");
            }
            record.ends.extend_from_slice(ends);
            return Ok(());
        }
        if std::str::from_utf8(content).is_ok() {
            return Err("row.looks_like_utf8");
        }
        let mut start = 0;
        for end in ends {
            let text = encoding_rs::GB18030
                .decode_without_bom_handling_and_without_replacement(&content[start..*end])
                .ok_or("row.not_gb18030")?;
            record.text.push_str(&text);
            record.ends.push(record.text.len());
            start = *end;
        }
        Ok(())
    }

    fn take(&mut self) -> io::Result<Option<Line>> {
        match self.waiting.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.next_line(),
        }
    }

    /// One line with its break. What is longer than the limit is read past, not kept. The last line gets a
    /// break if it has none, so that its record ends.
    fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut line = self.spare.pop().unwrap_or_default();
        line.clear();
        let mut too_long = false;
        loop {
            let available = self.input.fill_buf()?;
            if available.is_empty() {
                if line.is_empty() && !too_long {
                    self.spare.push(line);
                    return Ok(None);
                }
                line.push(b'\n');
                break;
            }
            let end = available.iter().position(|b| *b == b'\n').map(|at| at + 1);
            let length = end.unwrap_or(available.len());
            too_long |= line.len() + length > LINE_LIMIT;
            if !too_long {
                line.extend_from_slice(&available[..length]);
            }
            self.input.consume(length);
            if end.is_some() {
                break;
            }
        }
        Ok(Some(if too_long { Line::TooLong } else { Line::Whole(line) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8], encoding: Encoding) -> Vec<(u64, Result<Vec<String>, &'static str>)> {
        let mut lines = Lines::new(bytes, encoding, b',');
        let (mut record, mut all) = (Record::default(), Vec::new());
        loop {
            match lines.read(&mut record).unwrap() {
                Read::Record(line) => all.push((line, Ok(record.iter().map(str::to_owned).collect()))),
                Read::Bad(line, code) => all.push((line, Err(code))),
                Read::End => return all,
            }
        }
    }

    fn ok(line: u64, fields: &[&str]) -> (u64, Result<Vec<String>, &'static str>) {
        (line, Ok(fields.iter().map(|f| (*f).to_owned()).collect()))
    }

    #[test]
    fn quotes_breaks_and_blank_lines() {
        let text = b"a,b\r\n\"x,1\",\"say \"\"hi\"\"\"\r\n\n\"two\nlines\",y\nlast,row";
        let expected = [
            ok(1, &["a", "b"]),
            ok(2, &["x,1", "say \"hi\""]),
            ok(4, &["two\nlines", "y"]),
            ok(6, &["last", "row"]),
        ];
        assert_eq!(read_all(text, Encoding::Utf8), expected);
    }

    #[test]
    fn a_quote_that_never_closes_costs_one_row() {
        let mut text = b"\"open,b\n".to_vec();
        for row in 0..50 {
            text.extend_from_slice(format!("row{row},x\n").as_bytes());
        }
        let all = read_all(&text, Encoding::Utf8);
        assert_eq!(all[0], (1, Err("row.quote")));
        assert_eq!(all[1], ok(2, &["row0", "x"]));
        assert_eq!(all.len(), 51);
        assert_eq!(read_all(b"\"open,b\nc,d\n", Encoding::Utf8), [(1, Err("row.quote")), ok(2, &["c", "d"])]);
    }

    #[test]
    fn a_line_of_ten_megabytes_costs_one_row_and_little_memory() {
        let mut text = b"a,b\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 10 * 1024 * 1024));
        text.extend_from_slice(b"\nc,d\n");
        let mut lines = Lines::new(&text[..], Encoding::Utf8, b',');
        let mut record = Record::default();
        assert_eq!(lines.read(&mut record).unwrap(), Read::Record(1));
        assert_eq!(lines.read(&mut record).unwrap(), Read::Bad(2, "row.too_long"));
        assert!(lines.spare.iter().all(|line| line.capacity() <= 2 * LINE_LIMIT));
        assert_eq!(lines.read(&mut record).unwrap(), Read::Record(3));
        assert_eq!(record.get(0), "c");
    }

    #[test]
    fn bytes_that_cannot_be_text_are_told_apart() {
        let all = read_all(b"a\0b,c\nold\rmac\rlines\nok,1\n\xc1\xf5,x\n", Encoding::Utf8);
        let codes: Vec<_> = all.iter().map(|(line, row)| (*line, row.as_ref().err().copied())).collect();
        let expected =
            [(1, Some("row.nul")), (2, Some("row.carriage_return")), (3, None), (4, Some("row.not_utf8"))];
        assert_eq!(codes, expected);
    }

    #[test]
    fn gb18030_is_decoded_when_chosen_and_utf8_is_noticed() {
        let (text, _, _) = encoding_rs::GB18030.encode("刘明,\"王,小\"\n");
        assert_eq!(read_all(&text, Encoding::Gb18030), [ok(1, &["刘明", "王,小"])]);
        let utf8 = "欧阳明月,x\n".as_bytes();
        assert_eq!(read_all(utf8, Encoding::Gb18030), [(1, Err("row.looks_like_utf8"))]);
        assert_eq!(read_all(b"\x81,x\n", Encoding::Gb18030), [(1, Err("row.not_gb18030"))]);
    }
}
