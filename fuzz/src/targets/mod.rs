//! One file a parser, one function a file.

mod base45;
mod cbor;
mod certlogic;
mod cose;
mod cwt;
mod dcc;
mod enrolment;
mod filing_csv;
mod jws;
mod line;
mod mrz;
mod nzcp;
pub mod outbox;
mod picture;
mod rule_set;
mod shc;
mod signature;
pub mod status_list;
mod trust_list;
mod vds_nc;
mod verified;
mod visits;

/// The server's own files about what devices at checkpoints send.
#[path = "../../../crates/server/src/checkpoint"]
#[allow(dead_code, reason = "a part of them is used")]
mod checkpoint {
    pub mod asked;
    pub mod content;
    pub mod enrolment;
    pub mod envelope;
    pub mod seal;
}

/// One parser under test.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, and that of its seeds' folder.
    pub name: &'static str,
    /// Has to come back for any bytes at all.
    pub run: fn(&[u8]),
    /// The longest input that is worth a try, in bytes.
    pub longest: usize,
    /// Words of the format, which chance alone would not find.
    pub words: &'static [&'static str],
}

/// Longer than any code that can be scanned.
const TEXT: usize = 10_000;
/// Longer than any file that a person in an office would look at.
const FILE: usize = 64 * 1024;

/// Every target.
pub const ALL: [Target; 23] = [
    Target { name: "base45", run: base45::run, longest: TEXT, words: &["TX1:", "HC1:", "GGW", "::"] },
    Target { name: "cbor", run: cbor::run, longest: TEXT, words: cbor::WORDS },
    Target { name: "cose", run: cose::run, longest: TEXT, words: cbor::WORDS },
    Target { name: "cwt", run: cwt::run, longest: TEXT, words: cbor::WORDS },
    Target { name: "dcc", run: dcc::run, longest: TEXT, words: dcc::WORDS },
    Target { name: "shc", run: shc::run, longest: TEXT, words: shc::WORDS },
    Target { name: "nzcp", run: nzcp::run, longest: TEXT, words: nzcp::WORDS },
    Target { name: "vds_nc", run: vds_nc::run, longest: TEXT, words: vds_nc::WORDS },
    Target { name: "jws", run: jws::run, longest: FILE, words: jws::WORDS },
    Target { name: "status_list", run: status_list::run, longest: FILE, words: status_list::WORDS },
    Target { name: "trust_list", run: trust_list::run, longest: FILE, words: trust_list::WORDS },
    Target { name: "line", run: line::run, longest: FILE, words: line::WORDS },
    Target { name: "signature", run: signature::run, longest: TEXT, words: signature::WORDS },
    Target { name: "certlogic", run: certlogic::run, longest: FILE, words: certlogic::WORDS },
    Target { name: "rule_set", run: rule_set::run, longest: FILE, words: rule_set::WORDS },
    Target { name: "mrz", run: mrz::run, longest: 2_048, words: &["P<UTO", "I<UTO", "<<<<", "\n", "UTO"] },
    Target { name: "filing_csv", run: filing_csv::run, longest: TEXT, words: filing_csv::WORDS },
    Target { name: "visit_share", run: visits::share, longest: TEXT, words: visits::WORDS },
    Target { name: "visit_record", run: visits::record, longest: TEXT, words: visits::WORDS },
    Target { name: "visit_files", run: visits::files, longest: FILE, words: visits::WORDS },
    Target { name: "outbox", run: outbox::run, longest: FILE, words: outbox::WORDS },
    Target { name: "enrolment", run: enrolment::run, longest: TEXT, words: enrolment::WORDS },
    Target { name: "picture", run: picture::run, longest: FILE, words: picture::WORDS },
];

/// The target of this name.
pub fn named(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|target| target.name == name)
}

/// The first byte chooses how deep in its wrappings the rest stands: so each layer is reached without chance
/// having to repair the checksums, lengths and compression of those around it.
fn layered(data: &[u8], layers: u8) -> Option<(u8, &[u8])> {
    let (layer, rest) = data.split_first()?;
    Some((layer % layers, rest))
}
