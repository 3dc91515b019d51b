//! `tongxing filing import` as an operator runs it: a CSV of a million rows into an empty installation.

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::report::Figure;
use crate::stopwatch::time;

const FLOOR: f64 = 5_000.0;
const MEMORY_LIMIT: f64 = 300.0;

/// Rows a second, and the peak of memory, of one import of `rows` rows.
pub fn figures(binary: &Path, rows: u32) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let (csv, data, keys) =
        (folder.path().join("r.csv"), folder.path().join("data"), folder.path().join("keys"));
    write_csv(&csv, rows)?;
    std::fs::create_dir(&data)?;
    let passphrase = folder.path().join("passphrase");
    std::fs::write(&passphrase, "words for a measurement only")?;
    std::fs::set_permissions(&passphrase, std::fs::Permissions::from_mode(0o600))?;
    let run = |arguments: &[&str]| {
        let mut command = Command::new(binary);
        command.env("TONGXING_KEYS_PASSPHRASE_FILE", &passphrase);
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    };
    let text = |path: &Path| path.to_string_lossy().into_owned();
    ensure!(run(&["keys", "init", "--keys", &text(&keys)])?.wait()?.success(), "no keys could be made");
    let import =
        ["filing", "import", "--unit", "Bench", "--data", &text(&data), "--keys", &text(&keys), &text(&csv)];
    let (taken, peak) = time(|| anyhow::Ok(watch(run(&import)?)?));
    let seconds = taken.as_secs_f64();
    Ok(vec![
        Figure::new(
            format!("tongxing filing import of {rows} rows (SQLite)"),
            (f64::from(rows) / seconds, "rows/s"),
            ("floor of the issue", FLOOR),
            Some(1.0),
        ),
        Figure::at_most("peak memory of that import", (peak?, "MiB"), MEMORY_LIMIT),
    ])
}

/// Waits for the process; gives its peak of resident memory in MiB.
fn watch(mut child: Child) -> Result<f64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    loop {
        if let Some(ended) = child.try_wait()? {
            ensure!(ended.success(), "the import failed");
            return Ok(peak);
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
        let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0.0);
        peak = peak.max(kib / 1024.0);
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Invented people of Utopia, all different.
fn write_csv(path: &Path, rows: u32) -> Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(path).context("the CSV cannot be written")?);
    writeln!(
        out,
        "kind,number,issuing_state,family_name,given_names,birth_date,sex,nationality,expiry_date"
    )?;
    for n in 0..rows {
        let (family, given) = (letters(n), letters(n.wrapping_mul(2_654_435_761)));
        let (year, month, day) = (1940 + n % 60, 1 + n % 12, 1 + n % 28);
        writeln!(
            out,
            "passport,U{:08},UTO,{family},{given},{year}-{month:02}-{day:02},X,UTO,2033-01-31",
            10_000_000 + n
        )?;
    }
    Ok(out.flush()?)
}

fn letters(mut n: u32) -> String {
    let mut text = String::new();
    for _ in 0..6 {
        let letter = char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
        write!(text, "{letter}").unwrap_or_default();
        n /= 26;
    }
    text
}
