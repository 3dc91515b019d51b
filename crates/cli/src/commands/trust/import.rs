//! `tongxing trust import`: takes others' keys in, entry by entry.

use std::fmt::Write as _;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, ValueEnum};
use credential::{
    Format, Import, Imported, MAX_IMPORT, Purpose, Refused, Seconds, Taken, parse_time, rfc3339,
};

use super::{Signing, now};
use crate::Finding;
use crate::commands::verify::input;
use crate::failure::Failure;
use crate::output::Output;
use crate::signing::is_issuer;
use crate::trust_store::Addition;

/// Take keys of other authorities into the list, and sign it anew.
///
/// Reads X.509 certificates in PEM (any number in a file), a JWK set (as issuers of SMART Health Cards publish
/// it), `did.json` (NZ COVID Pass), or the EU's list of certificates (as the gateway and national backends hand
/// it on). Each entry is taken or refused by itself, and the report says why. Where the file comes from is for
/// you to know: signatures around the list are not checked.
///
/// A key that has been withdrawn here stays withdrawn. Exit status 1 when nothing was taken.
#[derive(Debug, Args)]
pub struct ImportKeys {
    #[command(flatten)]
    signing: Signing,
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the keys sign
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: FormatName,
    /// Whose keys they are: country, or `iss` of what they sign [default: as did.json and the EU's list say]
    #[arg(long, value_name = "NAME", value_parser = issuer)]
    issuer: Option<String>,
    /// What the issuer's keys may sign, these and those on the list [default: as before; a new issuer: pass]
    #[arg(long, value_enum, value_name = "PURPOSES", value_delimiter = ',')]
    purposes: Vec<PurposeName>,
    /// Count the keys from this time on only, in RFC 3339 or whole seconds since 1970
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    not_before: Option<Seconds>,
    /// Count the keys up to this time only
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    not_after: Option<Seconds>,
    /// The file is complete: keys of this format (and issuer) that are not in it leave the list
    #[arg(long)]
    complete: bool,
    /// Only print the report
    #[arg(long)]
    dry_run: bool,
}

/// The formats, as JSON names them.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    Hcert,
    Shc,
    Nzcp,
    VdsNc,
    Tongxing,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Hcert => Self::Hcert,
            FormatName::Shc => Self::Shc,
            FormatName::Nzcp => Self::Nzcp,
            FormatName::VdsNc => Self::VdsNc,
            FormatName::Tongxing => Self::Tongxing,
        }
    }
}

/// The purposes, likewise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum PurposeName {
    Pass,
    Status,
    Rules,
}

impl From<PurposeName> for Purpose {
    fn from(name: PurposeName) -> Self {
        match name {
            PurposeName::Pass => Self::Pass,
            PurposeName::Status => Self::Status,
            PurposeName::Rules => Self::Rules,
        }
    }
}

fn issuer(text: &str) -> Result<String, &'static str> {
    is_issuer(text)
        .then(|| text.to_owned())
        .ok_or("expected 1 to 64 letters, digits and - . _ : /, as in `iss`")
}

impl ImportKeys {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let Imported { taken, refused } = self.read()?;
        let (_held, mut store) = if self.dry_run || taken.is_empty() {
            (None, self.signing.folder.store()?)
        } else {
            let (held, store) = self.signing.begin()?;
            (Some(held), store)
        };
        let mut purposes = self.purposes.clone();
        purposes.sort_unstable();
        purposes.dedup();
        let purposes: Vec<Purpose> = purposes.into_iter().map(Purpose::from).collect();
        let format = self.format.into();
        let gone = if self.complete && !taken.is_empty() {
            store.keep_only(format, self.issuer.as_deref(), &taken)
        } else {
            0
        };
        let additions = store.add(format, &purposes, taken.clone());
        let mut report = report(&taken, &additions, &refused);
        if gone > 0 {
            let _ = writeln!(report, "removed    {gone} key(s) that the file does not hold");
        }
        let finding = if taken.is_empty() { Finding::Wrong } else { Finding::Fine };
        if self.dry_run || taken.is_empty() {
            report.push_str("nothing was changed\n");
        } else {
            report.push_str(&self.signing.publish(&mut store, now())?);
        }
        output.text(&report)?;
        Ok(finding)
    }

    fn read(&self) -> Result<Imported, Failure> {
        let bytes = input::file(&self.file, u64::try_from(MAX_IMPORT).unwrap_or(u64::MAX))?;
        let import = Import {
            format: self.format.into(),
            issuer: self.issuer.as_deref(),
            not_before: self.not_before,
            not_after: self.not_after,
        };
        import.read(&bytes).map_err(|error| {
            Failure::new(format!("cannot import {}: {error}", self.file.display()))
                .advice("nothing was changed; see `tongxing trust import --help`")
        })
    }
}

/// A line for each entry.
fn report(taken: &[Taken], additions: &[Addition], refused: &[Refused]) -> String {
    let mut text = String::new();
    for (Taken { entry, issuer, key }, addition) in taken.iter().zip(additions) {
        let word = match addition {
            Addition::New => "new      ",
            Addition::Known => "known    ",
            Addition::Withdrawn => "withdrawn",
        };
        let (kid, from, to) =
            (URL_SAFE_NO_PAD.encode(&key.kid), rfc3339(key.not_before), rfc3339(key.not_after));
        let _ = writeln!(text, "{word}  {issuer}  {kid}  {from} to {to}  {entry}");
    }
    for Refused { entry, why } in refused {
        let _ = writeln!(text, "refused    {entry}: {why}");
    }
    let stay = additions.iter().filter(|addition| **addition == Addition::Withdrawn).count();
    let _ = writeln!(text, "taken {}, refused {}", taken.len(), refused.len());
    if stay > 0 {
        let _ = writeln!(text, "{stay} of them had been withdrawn here, and stay so");
    }
    text
}
