//! Machine-readable zones (ICAO 9303).

use documents::mrz;
use jiff::civil::date;

/// Any text. A zone that is read can be written, and reads as the same.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let today = date(2026, 11, 23);
    let _ = mrz::report(&text, today);
    let Ok(read) = mrz::parse(&text, today) else { return };
    let _ = read.passport_number();
    let _ = (read.name.key(), read.name.keys(), read.name.mrz_identifiers());
    if let Ok(lines) = mrz::generate(&read) {
        let again = mrz::parse(&lines.join("\n"), today);
        assert!(again.is_ok(), "a zone that we write and cannot read");
    }
}
