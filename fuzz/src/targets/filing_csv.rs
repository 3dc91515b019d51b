//! CSV of filings: records of a file that may hold anything, and each field as it may be meant.
//!
//! The file is the server's own; the server around it would bring a database and a web framework into every
//! build of this crate. What it does with a record is left to the same parsers of `documents`.

use documents::{Kind, Number, PartialDate, PersonName, Sex, StateCode};
use lines::{Encoding, Lines, Read, Record};

use super::layered;

#[path = "../../../crates/server/src/filing/import/lines.rs"]
#[allow(dead_code, reason = "the server's own file, of which a part is used")]
mod lines;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "kind,number,issuing_state,family_name,given_names,chinese_name,birth_date,sex,nationality,expiry_date\n",
    "passport",
    "hk_macao_permit",
    "UTO",
    "\"",
    "\"\"",
    ",",
    "\r\n",
    "\u{feff}",
    "1974-08-12",
    "1974-XX-XX",
    "<<",
    "\u{6b27}\u{9633}",
];

/// A file in either encoding.
pub fn run(data: &[u8]) {
    let Some((encoding, file)) = layered(data, 2) else { return };
    let encoding = if encoding == 0 { Encoding::Utf8 } else { Encoding::Gb18030 };
    let mut lines = Lines::new(file, encoding, b',');
    let _ = lines.peek().expect("a slice can be read");
    let mut record = Record::default();
    let mut last = 0;
    loop {
        let line = match lines.read(&mut record).expect("a slice can be read") {
            Read::Record(line) => {
                fields(&record);
                line
            }
            Read::Bad(line, _) => line,
            Read::End => break,
        };
        assert!(line > last, "a line that was read twice");
        last = line;
    }
}

fn fields(record: &Record) {
    for at in 0..record.len().min(16) {
        let (field, next) = (record.get(at), record.get(at + 1));
        let _ = (field.parse::<Kind>(), field.parse::<StateCode>(), field.parse::<Sex>());
        let _ = field.parse::<PartialDate>();
        for kind in [Kind::Passport, Kind::HkMacaoPermit, Kind::TaiwanPermit] {
            if let Ok(number) = Number::parse(kind, field) {
                let _ = (number.grouped(), number.deletion_variants(), number.lookalikes());
            }
        }
        if let Ok(name) = PersonName::new(field, next) {
            let _ = (name.key(), name.keys(), name.mrz_identifiers());
            let _ = name.with_chinese(next);
        }
    }
}
