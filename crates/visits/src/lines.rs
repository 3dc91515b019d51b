//! The files of an opening, one JSON object a line: wrapped shares, opened shares, records, and what they held.
//!
//! Written by the server and by `tongxing authority open`, and read by both.

use serde::{Deserialize, Serialize};

use crate::{
    DataKeyId, HolderReference, Kind, Location, OpenedShare, Place, SealedRecord, Slot, Visit, VisitError,
    VisitId, WrappedShare, text,
};

/// A line of a file of wrapped shares: `{"share":"…"}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareLine {
    share: String,
}

/// A line of a file of opened shares: `{"opened":"…"}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenedLine {
    opened: String,
}

/// A line of a file of records.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordLine {
    key: String,
    location: String,
    slot: u32,
    visit: String,
    record: String,
}

/// A line of what the records held.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VisitLine {
    location: String,
    slot: u32,
    visit: String,
    kind: String,
    holder: String,
}

fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).expect("strings and numbers always serialise")
}

fn read<'a, T: Deserialize<'a>>(line: &'a str, expected: &'static str) -> Result<T, VisitError> {
    serde_json::from_str(line).map_err(|_| VisitError::Line(expected))
}

fn bytes(text: &str) -> Result<Vec<u8>, VisitError> {
    text::decode(text).ok_or(VisitError::Line("its bytes are not in Base64url without padding"))
}

/// The line of a wrapped share, without a line break.
pub fn share_line(share: &WrappedShare) -> String {
    json(&ShareLine { share: text::encode(&share.to_bytes()) })
}

/// Reads a wrapped share.
pub fn read_share(line: &str) -> Result<WrappedShare, VisitError> {
    let line: ShareLine = read(line, "expected {\"share\":\"…\"}")?;
    WrappedShare::parse(&bytes(&line.share)?)
}

/// The line of an opened share, without a line break.
pub fn opened_line(share: &OpenedShare) -> String {
    json(&OpenedLine { opened: text::encode(&share.to_bytes()) })
}

/// Reads an opened share.
pub fn read_opened(line: &str) -> Result<OpenedShare, VisitError> {
    let line: OpenedLine = read(line, "expected {\"opened\":\"…\"}")?;
    OpenedShare::parse(&zeroize::Zeroizing::new(bytes(&line.opened)?))
}

/// The line of a record, without a line break.
pub fn record_line(key: DataKeyId, place: &Place, record: &SealedRecord) -> String {
    json(&RecordLine {
        key: key.to_string(),
        location: location(place),
        slot: place.slot.number(),
        visit: place.visit.to_string(),
        record: text::encode(record.as_bytes()),
    })
}

/// Reads a record: the data key that opens it, its place, and itself.
pub fn read_record(line: &str) -> Result<(DataKeyId, Place, SealedRecord), VisitError> {
    const EXPECTED: &str = "expected {\"key\":\"…\",\"location\":\"16 digits\",\"slot\":number,\"visit\":\"…\",\"record\":\"…\"}";
    let line: RecordLine = read(line, EXPECTED)?;
    let place = place(&line.location, line.slot, &line.visit).ok_or(VisitError::Line(EXPECTED))?;
    let key = DataKeyId::parse(&line.key).ok_or(VisitError::Line(EXPECTED))?;
    Ok((key, place, SealedRecord::parse(&bytes(&line.record)?)?))
}

fn place(location: &str, slot: u32, visit: &str) -> Option<Place> {
    let digits = location.len() == 16 && location.bytes().all(|byte| byte.is_ascii_hexdigit());
    let location = digits.then(|| u64::from_str_radix(location, 16).ok())??;
    let location = Location(i64::from_be_bytes(location.to_be_bytes()));
    Some(Place { location, slot: Slot::new(slot)?, visit: VisitId::parse(visit)? })
}

/// The line of an opened visit, without a line break.
pub fn visit_line(place: &Place, visit: &Visit) -> String {
    json(&VisitLine {
        location: location(place),
        slot: place.slot.number(),
        visit: place.visit.to_string(),
        kind: match visit.kind {
            Kind::Entry => "entry".to_owned(),
            Kind::Exit => "exit".to_owned(),
        },
        holder: text::encode(visit.holder.as_bytes()),
    })
}

/// Reads an opened visit: its place, and what its record held.
pub fn read_visit(line: &str) -> Result<(Place, Visit), VisitError> {
    const EXPECTED: &str = "expected {\"location\":\"16 digits\",\"slot\":number,\"visit\":\"…\",\"kind\":\"entry or exit\",\"holder\":\"…\"}";
    let line: VisitLine = read(line, EXPECTED)?;
    let place = place(&line.location, line.slot, &line.visit).ok_or(VisitError::Line(EXPECTED))?;
    let kind = match line.kind.as_str() {
        "entry" => Kind::Entry,
        "exit" => Kind::Exit,
        _ => return Err(VisitError::Line(EXPECTED)),
    };
    Ok((place, Visit { kind, holder: HolderReference::new(&bytes(&line.holder)?)? }))
}

/// A location's id as the service shows it: 16 hexadecimal digits.
fn location(place: &Place) -> String {
    format!("{:016x}", place.location.0)
}
