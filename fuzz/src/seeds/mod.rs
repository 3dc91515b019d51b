//! What inputs are changed from: files in `fuzz/seeds/<target>`, all made by `cargo run -p fuzz -- seeds` from our
//! own vectors and from invented people. None comes from anybody's test suite.

mod certlogic;
mod codes;
mod devices;
mod files;
mod foreign;
mod rule_set;
mod signatures;
mod visits;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use fuzz::targets::ALL;

/// A name, and bytes.
type Seed = (String, Vec<u8>);

/// This crate's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The seeds of a target, in the order of their names.
pub fn of(target: &str) -> Result<Vec<Vec<u8>>> {
    let folder = root().join("seeds").join(target);
    let files = std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = files.map(|file| Ok(file?.path())).collect::<Result<Vec<PathBuf>>>()?;
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).context("reading a seed")).collect()
}

/// Writes every target's seeds anew.
pub fn write() -> Result<()> {
    for target in ALL {
        let folder = root().join("seeds").join(target.name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).context("clearing old seeds")?;
        }
        std::fs::create_dir_all(&folder).context("making a folder for seeds")?;
        for (name, bytes) in made(target.name)? {
            std::fs::write(folder.join(name), bytes).context("writing a seed")?;
        }
    }
    Ok(())
}

fn made(target: &str) -> Result<Vec<Seed>> {
    Ok(match target {
        "base45" => codes::texts()?,
        "cbor" => foreign::claims(),
        "cose" => codes::signed()?,
        "cwt" => codes::claims()?,
        "dcc" => foreign::dcc(),
        "shc" => foreign::shc(),
        "nzcp" => foreign::nzcp(),
        "vds_nc" => foreign::vds_nc(),
        "jws" => foreign::jws(),
        "status_list" => codes::status_lists()?,
        "trust_list" => codes::trust_lists(),
        "line" => codes::lines()?,
        "signature" => signatures::headers(),
        "certlogic" => certlogic::lines(),
        "rule_set" => rule_set::files(),
        "mrz" => files::zones(),
        "filing_csv" => files::tables(),
        "visit_share" => visits::shares()?,
        "visit_record" => visits::records()?,
        "visit_files" => visits::files()?,
        "outbox" => devices::outbox(),
        "enrolment" => devices::enrolment(),
        "picture" => files::pictures()?,
        other => anyhow::bail!("nobody makes seeds for {other}"),
    })
}

/// A seed for a target whose first byte chooses the layer.
fn layer(name: &str, layer: u8, bytes: &[u8]) -> Seed {
    (name.to_owned(), [&[layer], bytes].concat())
}
