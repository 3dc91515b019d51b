//! The test data of the EU DCC's member states (dgc-testdata): each file expects something of each step.
//!
//! The clock is the file's `VALIDATIONCLOCK`, the one key on the trust list its `CERTIFICATE`. A step whose field is
//! missing is left out. A COSE object that a file gives is packed again, so that it goes the way of every code.
//! `known_issues.csv` lists the suite's own defects; nothing else explains a difference.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{
    Certificate, Format, Observed, Reason, Scan, Seconds, SignatureState, StatusLists, TrustList, Verdict,
    base45, hcert_bytes, parse_time, verify,
};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};

use crate::table::{Finding, Suite};

/// The checks of the suite: our name, the expectation, the name in its list of known issues.
const CHECKS: [(&str, &str, &str); 8] = [
    ("PICTUREDECODE", "EXPECTEDPICTUREDECODE", "test_picture_decode"),
    ("UNPREFIX", "EXPECTEDUNPREFIX", "test_un_prefix"),
    ("B45DECODE", "EXPECTEDB45DECODE", "test_b45decode"),
    ("COMPRESSION", "EXPECTEDCOMPRESSION", "test_compression"),
    ("VERIFY", "EXPECTEDVERIFY", "test_verification_check"),
    ("EXPIRATIONCHECK", "EXPECTEDEXPIRATIONCHECK", "test_expiration_check"),
    ("KEYUSAGE", "EXPECTEDKEYUSAGE", "test_expected_key_usage"),
    ("SCHEMAVALIDATION", "EXPECTEDSCHEMAVALIDATION", "test_cose_schema"),
];

/// Where a file gives no time: when the suite was made.
const ITS_DAYS: Seconds = 1_622_000_000;

/// Runs the suite: a line for each check, and one where nobody is trusted.
pub fn run(folder: &Path) -> anyhow::Result<Vec<Suite>> {
    let known = KnownIssues::read(folder)?;
    let mut suites = CHECKS.map(|(check, ..)| Suite::new(format!("EU DCC: {check}")));
    let mut untrusted = Suite::new("EU DCC: nobody is trusted");
    for path in json_files(folder)? {
        let name = path.strip_prefix(folder)?.display().to_string();
        let file = File::read(&path).with_context(|| name.clone())?;
        for (suite, (check, expectation, issue)) in suites.iter_mut().zip(CHECKS) {
            let Some(wanted) = file.value["EXPECTEDRESULTS"][expectation].as_bool() else { continue };
            let Some(found) = file.check(check) else { continue };
            match known.reason(issue, &name) {
                Some(reason) if found != wanted => {
                    let words = format!("expected {wanted}, found {found}; known issue: {reason}");
                    suite.add(&name, Finding::Explained(words));
                }
                _ => suite.equal(&name, &found, &wanted),
            }
        }
        for text in file.texts() {
            untrusted.equal(&name, &file.refused(&text), &true);
        }
    }
    Ok(suites.into_iter().chain([untrusted]).collect())
}

/// Every file of the suite, in order.
fn json_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

const WRITES: &str = "writing to a vector does not fail";

/// One file: what it holds, its clock and the one key that it trusts.
struct File {
    value: Value,
    now: Seconds,
    trust: TrustList,
}

impl File {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
        let context = &value["TESTCTX"];
        // A clock without a zone is in UTC.
        let clock = |clock: &str| parse_time(clock).or_else(|_| parse_time(&format!("{clock}Z")));
        let now = context["VALIDATIONCLOCK"].as_str().map_or(Ok(ITS_DAYS), clock)?;
        let keys = context["CERTIFICATE"].as_str().map(|der| json!({"format": "hcert", "certificate": der}));
        let trust = TrustList::from_value(keys.into_iter().collect())?;
        Ok(Self { value, now, trust })
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.value[field].as_str()
    }

    fn bytes(&self, field: &str) -> Option<Vec<u8>> {
        hex::decode(self.text(field)?).ok()
    }

    /// The signed object as a code; where the file has none, the code that it has.
    fn code(&self) -> Option<String> {
        let packed = self.bytes("COSE").map(|cose| {
            let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
            zlib.write_all(&cose).expect(WRITES);
            format!("HC1:{}", base45::encode(&zlib.finish().expect(WRITES)))
        });
        packed.or_else(|| self.text("PREFIX").map(str::to_owned))
    }

    fn texts(&self) -> Vec<String> {
        self.code().into_iter().chain(self.text("PREFIX").map(str::to_owned)).collect()
    }

    /// Whether a text is stopped where nobody is trusted.
    fn refused(&self, text: &str) -> bool {
        let (observed, statuses, nobody) = (Observed::default(), StatusLists::default(), TrustList::empty());
        let mut buffer = Vec::new();
        let outcome = verify(text, &mut buffer, &nobody, &statuses, self.now, &observed);
        outcome.verdict() == Verdict::Stop && outcome.signature() != SignatureState::Valid
    }

    /// Whether a step succeeds; `None` where the file does not have what it needs.
    fn check(&self, check: &str) -> Option<bool> {
        match check {
            "PICTUREDECODE" => {
                let picture = self.text("2DCODE").or_else(|| self.text("_2DCODE"))?;
                let texts =
                    STANDARD.decode(picture).ok().and_then(|picture| picture::decode_qr(&picture).ok());
                Some(texts.is_some_and(|texts| texts == [self.text("PREFIX").unwrap_or_default()]))
            }
            "UNPREFIX" => {
                let (prefixed, body) = (self.text("PREFIX")?, self.text("BASE45"));
                let ours = Scan::read(prefixed, &mut Vec::new()).format() == Some(Format::Hcert);
                Some(ours && body.is_none_or(|body| prefixed.strip_prefix("HC1:") == Some(body)))
            }
            "B45DECODE" => {
                let found = base45::decode(self.text("BASE45")?).ok();
                Some(
                    found.is_some()
                        && self.bytes("COMPRESSED").is_none_or(|expected| found == Some(expected)),
                )
            }
            "COMPRESSION" => {
                let compressed = self.bytes("COMPRESSED")?;
                let found = hcert_bytes(&format!("HC1:{}", base45::encode(&compressed))).ok();
                Some(found.is_some() && self.bytes("COSE").is_none_or(|expected| found == Some(expected)))
            }
            _ => self.whole(check),
        }
    }

    /// The steps that are read off the outcome of a whole check.
    fn whole(&self, check: &str) -> Option<bool> {
        let mut buffer = Vec::new();
        let (observed, statuses) = (Observed::default(), StatusLists::default());
        let outcome = verify(&self.code()?, &mut buffer, &self.trust, &statuses, self.now, &observed);
        let has = |reason| outcome.reasons().contains(&reason);
        let foreign = outcome.scan().foreign();
        Some(match check {
            "VERIFY" => outcome.signature() == SignatureState::Valid,
            "EXPIRATIONCHECK" => {
                foreign.is_some()
                    && !has(Reason::Expired)
                    && !has(Reason::NotYetValid)
                    && !has(Reason::KeyInvalid)
            }
            "KEYUSAGE" => {
                let certificate = self.certificate()?;
                let covered = foreign
                    .and_then(credential::Foreign::kind)
                    .is_some_and(|kind| certificate.usage().covers(kind));
                let judged = matches!(outcome.signature(), SignatureState::Valid | SignatureState::Invalid);
                assert!(!judged || covered != has(Reason::Issuer), "usage and verdict agree");
                covered
            }
            _ => foreign.is_some_and(|foreign| foreign.fault().is_none()),
        })
    }

    fn certificate(&self) -> Option<Certificate> {
        self.trust.issuers().first()?.keys.first()?.certificate.clone()
    }
}

/// The suite's list of its own defects: check, country, file (none: all of the country), reason.
struct KnownIssues(Vec<[String; 4]>);

impl KnownIssues {
    fn read(folder: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(folder.join("known_issues.csv"))?;
        let row = |line: &str| {
            let mut cells = line.splitn(4, ',').map(|cell| cell.trim().to_owned());
            [(); 4].map(|()| cells.next().unwrap_or_default())
        };
        Ok(Self(text.lines().skip(1).map(row).collect()))
    }

    fn reason(&self, check: &str, file: &str) -> Option<&str> {
        let country = file.split('/').next()?;
        let set = Path::new(file).file_stem()?.to_str()?;
        let fits =
            |row: &&[String; 4]| row[0] == check && row[1] == country && (row[2].is_empty() || row[2] == set);
        self.0.iter().find(fits).map(|row| row[3].as_str())
    }
}
