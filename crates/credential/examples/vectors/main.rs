//! Writes `vectors/*.json`: cases of every format, valid and mutated, each with what comes of it.
//!
//! `cargo run -p credential --example vectors` writes all of them, `… -- pass` prints one; `make tidy` holds the
//! committed files against it. What is expected of our own codes comes from the second table of rules in
//! `tests/common/oracle.rs`, not from the code under test; for damaged bytes only STOP is known beforehand.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a tool for developers: a panic is its message"
)]
#![allow(clippy::print_stdout, reason = "its output is what it is for")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::format_collect,
    reason = "test data: small, known numbers, and digits for people"
)]

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/common/run.rs"]
mod run;

mod broken;
mod foreign;
mod hcert;
mod hostile;
mod keys;
mod nzcp;
mod ours;
mod parts;
mod set;
mod shc;
mod status;
mod times;
mod trust;
mod vds_nc;

use set::Set;

/// Passes, live codes and short codes.
fn pass() -> Set {
    let mut set = Set::new();
    ours::trusts(&mut set);
    status::tokens(&mut set);
    ours::rows(&mut set);
    ours::claims(&mut set);
    ours::national(&mut set);
    ours::short_codes(&mut set);
    status::cases(&mut set);
    times::boundaries(&mut set);
    broken::changed_claims(&mut set);
    broken::flipped(&mut set);
    hostile::texts(&mut set);
    hostile::bytes(&mut set);
    hostile::claims(&mut set);
    set
}

fn foreign(cases: fn(&mut Set)) -> Set {
    let mut set = Set::new();
    foreign::trusts(&mut set);
    cases(&mut set);
    set
}

/// A file by its name, and what makes it.
type File = (&'static str, fn() -> String);

const FILES: [File; 6] = [
    ("pass", || pass().text()),
    ("trust", trust::text),
    ("hcert", || foreign(hcert::cases).text()),
    ("shc", || foreign(shc::cases).text()),
    ("nzcp", || foreign(nzcp::cases).text()),
    ("vds-nc", || foreign(vds_nc::cases).text()),
];

fn main() {
    let only = std::env::args().nth(1);
    for (name, make) in FILES {
        match &only {
            Some(only) if only == name => print!("{}", make()),
            Some(_) => (),
            None => {
                let path = format!("{}/../../vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
                std::fs::write(path, make()).unwrap();
            }
        }
    }
}
