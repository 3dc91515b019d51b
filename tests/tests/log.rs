//! The public log from outside: decisions get their places in time, copies are checked with `tongxing log`, forks are
//! refused, and `kill -9` separates no decision from its leaf.
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(clippy::print_stdout, reason = "the counts are what these tests show")]
#![allow(clippy::disallowed_methods, reason = "the promise of 5 seconds is measured")]

mod common;

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::time::Duration;

use blackbox::{Engine, Place, Server, now};
use common::{Person, answer, apply, import};

/// After how many milliseconds the server is killed in the midst of decisions: while they are made, and between them
/// and the second in which they are sequenced.
const KILLS: [u64; 8] = [1, 10, 25, 50, 100, 400, 900, 1300];
const PHONES: usize = 5;

on_both_engines!(checked, killed);

/// The log of a server, and what is checked of it.
struct Log<'a> {
    place: &'a Place,
    key: String,
}

impl Log<'_> {
    fn of(place: &Place) -> Log<'_> {
        Log { place, key: place.run(&["log", "key"]).trim().to_owned() }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.place.output(&[&["log"], arguments, &["--key", &self.key]].concat())
    }

    /// A command that goes on until it is killed.
    fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.place.command(&[&["log"], arguments, &["--key", &self.key]].concat());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The output of a command that must end with this status.
    fn ends(&self, status: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let noted = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}{noted}");
        said + &noted
    }

    /// Copies the log into a folder, and says how many leaves it has.
    fn copy(&self, server: &Server, folder: &Path) -> usize {
        let said = self.ends(0, &["verify", &at(server), "--save", folder.to_str().unwrap()]);
        said.strip_prefix("whole: ").unwrap().split(' ').next().unwrap().parse().unwrap()
    }
}

fn at(server: &Server) -> String {
    format!("{}/log", server.origin)
}

async fn size(server: &Server) -> usize {
    let note = reqwest::get(format!("{}/checkpoint", at(server))).await.unwrap();
    if !note.status().is_success() {
        return 0;
    }
    note.text().await.unwrap().lines().nth(1).unwrap().parse().unwrap()
}

/// Waits until the log has as many leaves, and gives after how long.
async fn grown(server: &Server, wanted: usize) -> Duration {
    let begun = std::time::Instant::now();
    while size(server).await < wanted {
        assert!(begun.elapsed() < Duration::from_mins(1), "not {wanted} leaves after a minute");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    begun.elapsed()
}

fn people(from: usize, count: usize) -> Vec<Person> {
    let number = |at: usize| -> &'static str { format!("XL{:07}", 1_000_000 + at * 7919).leak() };
    (from..from + count).map(|at| Person::new(number(at), "LOGTEST", "ANNA", ["1", "2", "1990"])).collect()
}

fn private(place: &Place, name: &str, text: &str) -> PathBuf {
    let path = place.folder().join(name);
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.create_new(true).write(true).mode(0o600).open(&path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    path
}

async fn checked(engine: Engine) {
    let place = Place::new(engine).await;
    let all = people(0, 4);
    import(&place, &all);
    let server = Server::start(&place).await;
    let log = Log::of(&place);
    grown(&server, 0).await;
    apply(&server.browser(), &all[0]).await;
    let took = grown(&server, 1).await;
    println!("{engine:?}: a decision's leaf was in the log {} ms after its page", took.as_millis());
    assert!(took < Duration::from_secs(5), "{took:?}");

    // A whole copy, from the server and from the folder; its checkpoint is kept.
    let old = place.folder().join("old");
    let before = log.copy(&server, &old);
    let folder = old.to_str().unwrap();
    assert!(log.ends(0, &["verify", folder]).contains("1 decision hubei-colours-3"));
    let state = place.folder().join("monitor.json");
    let monitor = ["monitor", &at(&server), "--once", "--state", state.to_str().unwrap()];
    assert!(log.ends(0, &monitor).contains("decision by hubei-colours-3: 1"));
    let witness = Witness::new(&place);
    let first = log.ends(0, &witness.cosign(&at(&server), &["--first"]));
    assert_eq!(first.matches("\n— ").count(), 2, "{first}");
    let cosigned = place.write("cosigned", first);

    // It goes on after a power cut, and continues what was shown before.
    let port = server.port();
    server.kill();
    let server = Server::at(&place, port).await;
    for person in &all[1..] {
        apply(&server.browser(), person).await;
    }
    grown(&server, before + 3).await;
    let new = place.folder().join("new");
    let after = log.copy(&server, &new);
    assert!(after >= before + 3);
    let older = old.join("checkpoint");
    let older = ["verify", &at(&server), "--older", older.to_str().unwrap()];
    assert!(log.ends(0, &older).contains("continues"));
    assert!(log.ends(0, &monitor).contains("decision by hubei-colours-3: 4"));
    log.ends(0, &witness.cosign(&at(&server), &[]));
    cosigned_ones_are_told_from_others(&log, &witness, (&at(&server), cosigned.to_str().unwrap()));

    wrong_copies_are_found(&log, &witness, (&old, &new));
    // A log in which nothing happens, and one that does not answer.
    let follow =
        ["monitor", &at(&server), "--every", "1", "--stall", "2", "--state", state.to_str().unwrap()];
    assert!(log.ends(1, &follow).contains("ALARM: stall"));
    // Two never go on from one state.
    let forever = ["monitor", &at(&server), "--every", "1", "--state", state.to_str().unwrap()];
    let mut following = log.begin(&forever);
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        // The one that looked meanwhile may have had the state first.
        if following.try_wait().unwrap().is_some() {
            following = log.begin(&forever);
        } else if log.run(&monitor).status.code() == Some(2) {
            break;
        }
    }
    assert!(log.ends(2, &monitor).contains("end it first"));
    following.kill().unwrap();
    following.wait().unwrap();
    let away = at(&server);
    server.stop();
    assert!(log.ends(1, &follow).contains("ALARM: stall"));
    log.ends(2, &["verify", &away]);
}

/// What a witness printed is continued by the log as it is now; nobody else's is taken for it.
fn cosigned_ones_are_told_from_others(log: &Log<'_>, witness: &Witness, (log_at, cosigned): (&str, &str)) {
    let verify = |key: &str, file: &str| log.run(&["verify", log_at, "--witness", key, "--cosigned", file]);
    let good = verify(&witness.public, cosigned);
    let said = String::from_utf8_lossy(&good.stdout);
    assert!(
        good.status.success() && said.contains("witness.example/w1 cosigned a checkpoint of 1 leaves"),
        "{said}"
    );
    let note = std::fs::read_to_string(cosigned).unwrap();
    let others: Vec<&str> = note.lines().filter(|line| !line.starts_with("— witness")).collect();
    let plain = others.join("\n") + "\n";
    let own = note.lines().last().unwrap();
    let forged = note.replace(own, &own.replace(&own[own.len() - 8..own.len() - 4], "AAAA"));
    for (name, text) in [("plain", plain), ("forged", forged)] {
        let file = log.place.write(name, text);
        assert_eq!(verify(&witness.public, file.to_str().unwrap()).status.code(), Some(1), "{name}");
    }
    let other = Witness::named(log.place, "other");
    assert_eq!(verify(&other.public, cosigned).status.code(), Some(1));
    assert_eq!(log.run(&["verify", log_at, "--cosigned", cosigned]).status.code(), Some(2), "by whom?");
}

fn wrong_copies_are_found(log: &Log<'_>, witness: &Witness, (old, new): (&Path, &Path)) {
    let new_folder = new.to_str().unwrap();
    // An older state is refused by witness and monitor, and the newest is no part of it.
    let kept = std::fs::read_to_string(&witness.state).unwrap();
    assert!(log.ends(1, &witness.cosign(old.to_str().unwrap(), &[])).contains("older state"));
    assert_eq!(std::fs::read_to_string(&witness.state).unwrap(), kept, "nothing is written");
    let newest = new.join("checkpoint");
    let newest = ["verify", old.to_str().unwrap(), "--older", newest.to_str().unwrap()];
    assert!(log.ends(1, &newest).contains("WRONG"));
    // A byte of any file; a file that is missing.
    for path in files(new) {
        let good = std::fs::read(&path).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        std::fs::write(&path, bad).unwrap();
        assert!(log.ends(1, &["verify", new_folder]).contains("WRONG"), "{}", path.display());
        std::fs::remove_file(&path).unwrap();
        log.ends(2, &["verify", new_folder]);
        std::fs::write(&path, good).unwrap();
    }
    log.ends(0, &["verify", new_folder]);
    log.ends(2, &["verify", "/nowhere"]);
    log.ends(2, &["verify", "http://127.0.0.1:1/log"]);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A witness beside the service.
struct Witness {
    key: PathBuf,
    phrase: PathBuf,
    state: PathBuf,
    /// Its public key.
    public: String,
}

impl Witness {
    fn new(place: &Place) -> Self {
        Self::named(place, "witness")
    }

    fn named(place: &Place, name: &str) -> Self {
        let phrase = private(place, &format!("{name}-phrase"), "five words nobody would expect\n");
        let path = |what: &str| place.folder().join(format!("{name}{what}"));
        let (key, state, origin) = (path(".json"), path("-state"), format!("{name}.example/w1"));
        let made = place.run(&[
            "log",
            "witness-key",
            "--name",
            &origin,
            "--out",
            key.to_str().unwrap(),
            "--passphrase-file",
            phrase.to_str().unwrap(),
        ]);
        assert!(made.starts_with(&format!("{origin}+")), "{made}");
        Self { key, phrase, state, public: made.trim().to_owned() }
    }

    fn cosign<'a>(&'a self, from: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let path = |path: &'a Path| path.to_str().unwrap();
        let mut arguments =
            vec!["witness", from, "--witness-key", path(&self.key), "--state", path(&self.state)];
        arguments.extend(["--passphrase-file", path(&self.phrase)]);
        arguments.extend(more);
        arguments
    }
}

/// A database that is put back to an older state makes a log that forks: it is the operator who signs both sides.
#[tokio::test]
async fn a_log_that_was_put_back_is_refused_by_witness_and_monitor() {
    let place = Place::new(Engine::Sqlite).await;
    let all = people(50, 4);
    import(&place, &all);
    let log = Log::of(&place);
    let (database, kept) = (place.folder().join("tongxing.db"), place.folder().join("backup.db"));
    let server = Server::start(&place).await;
    let port = server.port();
    apply(&server.browser(), &all[0]).await;
    grown(&server, 1).await;
    server.stop();
    std::fs::copy(&database, &kept).unwrap();

    let server = Server::at(&place, port).await;
    apply(&server.browser(), &all[1]).await;
    grown(&server, 2).await;
    let place_of_log = at(&server);
    let witness = Witness::new(&place);
    log.ends(0, &witness.cosign(&place_of_log, &["--first"]));
    let state = place.folder().join("monitor.json");
    let monitor = ["monitor", &place_of_log, "--once", "--state", state.to_str().unwrap()];
    log.ends(0, &monitor);
    let copy = place.folder().join("copy");
    log.copy(&server, &copy);
    server.stop();

    std::fs::copy(&kept, &database).unwrap();
    let server = Server::at(&place, port).await;
    assert!(log.ends(1, &witness.cosign(&place_of_log, &[])).contains("older state"));
    for person in &all[2..] {
        apply(&server.browser(), person).await;
    }
    grown(&server, 3).await;
    log.ends(0, &["verify", &place_of_log]);
    assert!(log.ends(1, &witness.cosign(&place_of_log, &[])).contains("fork"));
    assert!(log.ends(1, &monitor).contains("ALARM: fork"));
    let older = copy.join("checkpoint");
    let older = ["verify", &place_of_log, "--older", older.to_str().unwrap()];
    assert!(log.ends(1, &older).contains("fork"));
    server.stop();
}

/// Killed again and again while phones apply: every decision has its leaf and every leaf its decision, every leaf gets
/// a place once, and no checkpoint that was shown is ever left.
async fn killed(engine: Engine) {
    let place = Place::new(engine).await;
    let all = people(100, KILLS.len() * PHONES);
    import(&place, &all);
    let mut server = Server::start(&place).await;
    let (port, log) = (server.port(), Log::of(&place));
    let mut shown = Vec::new();
    for (round, (phones, wait)) in all.chunks(PHONES).zip(KILLS).enumerate() {
        let mut sending = Vec::new();
        for person in phones {
            let browser = server.browser();
            let last = answer(&browser, person).await;
            sending.push(tokio::spawn(async move {
                let _ = browser.try_submit(&last, "/apply/check", &[]).await;
            }));
        }
        tokio::time::sleep(Duration::from_millis(wait)).await;
        if wait > 100 && size(&server).await > 0 {
            let note =
                reqwest::get(format!("{}/checkpoint", at(&server))).await.unwrap().text().await.unwrap();
            shown.push(place.write(&format!("checkpoint-{round}"), note));
        }
        server.kill();
        for task in sending {
            task.await.unwrap();
        }
        server = Server::at(&place, port).await;
    }
    let begun = now();
    let mut counts = rows(&place).await;
    while counts.waiting > 0 {
        assert!(now() - begun < 30, "{} leaves wait", counts.waiting);
        tokio::time::sleep(Duration::from_millis(200)).await;
        counts = rows(&place).await;
    }
    let copied = log.copy(&server, &place.folder().join("copy"));
    println!(
        "{engine:?}: {} kills, {} decisions, {} leaves, {copied} sequenced",
        KILLS.len(),
        counts.decisions,
        counts.leaves
    );
    assert_eq!((counts.orphans, counts.bare), (0, 0), "decisions without leaf, leaves without decision");
    assert_eq!((copied, counts.last), (counts.leaves, counts.leaves));
    assert!(counts.decisions > 0);
    for checkpoint in shown {
        log.ends(0, &["verify", &at(&server), "--older", checkpoint.to_str().unwrap()]);
    }
    server.stop();
}

struct Rows {
    decisions: usize,
    leaves: usize,
    waiting: usize,
    /// Decisions without leaf.
    orphans: usize,
    /// Leaves of decisions without decision.
    bare: usize,
    /// One more than the last place.
    last: usize,
}

async fn rows(place: &Place) -> Rows {
    use sqlx::{Connection as _, Row as _};
    const COUNTS: &str = "SELECT (SELECT count(*) FROM decision), (SELECT count(*) FROM log_leaf), \
        (SELECT count(*) FROM log_leaf WHERE sequence IS NULL), \
        (SELECT count(*) FROM decision d WHERE NOT EXISTS (SELECT 1 FROM log_leaf l WHERE l.id = d.leaf_id)), \
        (SELECT count(*) FROM log_leaf l WHERE kind = 'decision' \
           AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.leaf_id = l.id)), \
        (SELECT COALESCE(MAX(sequence), -1) + 1 FROM log_leaf)";
    let counts: Vec<i64> = if let Some(address) = place.database() {
        let mut connection = sqlx::PgConnection::connect(address).await.unwrap();
        let row = sqlx::query(COUNTS).fetch_one(&mut connection).await.unwrap();
        (0..6).map(|at| row.get(at)).collect()
    } else {
        let address = format!("sqlite://{}", place.folder().join("tongxing.db").display());
        let mut connection = sqlx::SqliteConnection::connect(&address).await.unwrap();
        let row = sqlx::query(COUNTS).fetch_one(&mut connection).await.unwrap();
        (0..6).map(|at| row.get(at)).collect()
    };
    let counts: Vec<usize> = counts.into_iter().map(|count| usize::try_from(count).unwrap()).collect();
    let [decisions, leaves, waiting, orphans, bare, last] = counts[..] else { unreachable!() };
    Rows { decisions, leaves, waiting, orphans, bare, last }
}
