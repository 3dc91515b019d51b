//! The test data of the EU DCC's member states (dgc-testdata): each file expects something of each step.
//!
//! The clock is the file's `VALIDATIONCLOCK`, the one key on the trust list its `CERTIFICATE`. A step whose field is
//! missing is left out. A COSE object that a file gives is packed again, so that it goes the way of every code.

use std::path::Path;

use credential::{
    Certificate, Format, Observed, Reason, Scan, Seconds, SignatureState, StatusLists, TrustList, Verdict,
    base45, hcert_bytes, parse_time, verify,
};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};
use std::io::Write as _;

use crate::table::{Table, json_files};

/// The checks of the suite: our name, the expectation, the name in its list of known issues.
const CHECKS: [(&str, &str, &str); 7] = [
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

pub fn run(folder: &Path, table: &mut Table) {
    let known = KnownIssues::read(folder);
    for path in json_files(folder) {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        let file = File::new(&serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap());
        for (check, expectation, issue) in CHECKS {
            let Some(expected) = file.value["EXPECTEDRESULTS"][expectation].as_bool() else { continue };
            if let Some(found) = file.check(check) {
                table.case(check, &name, &expected, &found, known.reason(issue, &name));
            }
        }
        for text in file.texts() {
            let (verdict, signature) = file.judge(&text, &TrustList::empty());
            let refused = verdict == Verdict::Stop && signature != SignatureState::Valid;
            table.case("(empty trust)", &name, &true, &refused, None);
        }
    }
}

struct File {
    value: Value,
    now: Seconds,
    trust: TrustList,
}

impl File {
    fn new(value: &Value) -> Self {
        let context = &value["TESTCTX"];
        let now = context["VALIDATIONCLOCK"].as_str().map_or(ITS_DAYS, |clock| {
            parse_time(clock).or_else(|_| parse_time(&format!("{clock}Z"))).unwrap()
        });
        let trust = match context["CERTIFICATE"].as_str() {
            Some(certificate) => json!([{"format": "hcert", "certificate": certificate}]),
            None => json!([]),
        };
        Self { value: value.clone(), now, trust: TrustList::from_value(trust).unwrap() }
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.value[field].as_str()
    }

    fn bytes(&self, field: &str) -> Option<Vec<u8>> {
        Some(hex::decode(self.text(field)?).unwrap())
    }

    /// The signed object as a code; where the file has none, the code that it has.
    fn code(&self) -> Option<String> {
        let packed = self.bytes("COSE").map(|cose| {
            let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
            zlib.write_all(&cose).unwrap();
            format!("HC1:{}", base45::encode(&zlib.finish().unwrap()))
        });
        packed.or_else(|| self.text("PREFIX").map(str::to_owned))
    }

    fn texts(&self) -> Vec<String> {
        self.code().into_iter().chain(self.text("PREFIX").map(str::to_owned)).collect()
    }

    fn judge(&self, text: &str, trust: &TrustList) -> (Verdict, SignatureState) {
        let mut buffer = Vec::new();
        let outcome =
            verify(text, &mut buffer, trust, &StatusLists::default(), self.now, &Observed::default());
        (outcome.verdict(), outcome.signature())
    }

    /// Whether a step succeeds; `None` where the file does not have what it needs.
    fn check(&self, check: &str) -> Option<bool> {
        match check {
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
    fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("known_issues.csv")).unwrap_or_default();
        let row = |line: &str| {
            let mut cells = line.splitn(4, ',').map(|cell| cell.trim().to_owned());
            [(); 4].map(|()| cells.next().unwrap_or_default())
        };
        Self(text.lines().skip(1).map(row).collect())
    }

    fn reason(&self, check: &str, file: &str) -> Option<&str> {
        let country = file.split('/').next()?;
        let set = Path::new(file).file_stem()?.to_str()?;
        let fits =
            |row: &&[String; 4]| row[0] == check && row[1] == country && (row[2].is_empty() || row[2] == set);
        self.0.iter().find(fits).map(|row| row[3].as_str())
    }
}
