//! One installation: an empty folder, keys, and a database of its own.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use sqlx::{Connection as _, Executor as _};
use tempfile::TempDir;

/// What opens the signing keys of every installation here.
pub const PASSPHRASE: &str = "words for a test only";

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The default: a file in the folder.
    Sqlite,
    /// The server that `TONGXING_TEST_POSTGRES` names.
    Postgres,
}

/// An installation.
pub struct Place {
    dir: TempDir,
    /// Apart from what it opens.
    secrets: TempDir,
    database: Option<String>,
}

/// A member of staff, as `tongxing staff add` prints it.
#[derive(Clone)]
pub struct Account {
    /// What they type to sign in.
    pub login: String,
    /// The password.
    pub password: String,
    secret: Vec<u8>,
}

/// The binary under test.
pub fn binary() -> PathBuf {
    let built = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/tongxing");
    let path = std::env::var_os("TONGXING_BINARY").map_or_else(built, PathBuf::from);
    assert!(path.exists(), "no binary at {}: build it, or name it in TONGXING_BINARY", path.display());
    path
}

impl Place {
    /// A new one with keys.
    pub async fn new(engine: Engine) -> Self {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(database_of_its_own(&postgres()).await),
        };
        let place = Self { dir: TempDir::new().unwrap(), secrets: TempDir::new().unwrap(), database };
        let mut options = std::fs::OpenOptions::new();
        let file = options.create_new(true).write(true).mode(0o600).open(place.passphrase_file());
        file.unwrap().write_all(PASSPHRASE.as_bytes()).unwrap();
        place.run(&["keys", "init"]);
        place
    }

    /// The address of its database, where that is PostgreSQL's.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The folder of everything that is kept.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    fn passphrase_file(&self) -> PathBuf {
        self.secrets.path().join("passphrase")
    }

    /// A command on this installation, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TONGXING_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .env("TONGXING_DATA", self.dir.path())
            .env("TONGXING_KEYS", self.dir.path().join("keys"))
            .env("TONGXING_KEYS_PASSPHRASE_FILE", self.passphrase_file())
            .stdin(Stdio::null());
        if let Some(database) = &self.database {
            command.env("TONGXING_DATABASE_URL", database);
        }
        command
    }

    /// Runs a command that must succeed, and gives its output.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?} failed with {}: {said}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command to its end, whatever that is.
    pub fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command to its end with this on its standard input.
    pub fn feed(&self, arguments: &[&str], input: &str) -> Output {
        let file = self.write("standard-input.csv", input);
        self.command(arguments).stdin(std::fs::File::open(file).unwrap()).output().unwrap()
    }

    /// Adds a member of staff.
    pub fn staff(&self, login: &str, unit: &str, role: &str) -> Account {
        let name = format!("Test {login}");
        let added =
            self.run(&["staff", "add", "--login", login, "--name", &name, "--unit", unit, "--role", role]);
        let secret = base32(&value(&added, "secret"));
        Account { login: login.to_owned(), password: value(&added, "password"), secret }
    }

    /// Adds a machine client that files, and gives its token.
    pub fn client(&self, name: &str, unit: &str) -> String {
        value(&self.run(&["client", "add", "--name", name, "--unit", unit]), "token")
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Account {
    /// An account from what the page for administrators showed once.
    pub fn new(login: &str, password: &str, secret: &str) -> Self {
        Self { login: login.to_owned(), password: password.to_owned(), secret: base32(secret) }
    }

    /// The one-time code at a time (RFC 6238: HMAC-SHA1, 30 s, six digits).
    pub fn code(&self, seconds: u64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &(seconds / 30).to_be_bytes());
        let bytes = tag.as_ref();
        let at = usize::from(bytes[19] & 15);
        let number = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) & 0x7FFF_FFFF;
        format!("{:06}", number % 1_000_000)
    }
}

/// Seconds since 1970, now.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The rest of the line that begins with `name`.
fn value(printed: &str, name: &str) -> String {
    let line = printed.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no line {name:?} was printed")).trim().to_owned()
}

/// RFC 4648 Base32, as people copy it: in groups, in either case.
fn base32(text: &str) -> Vec<u8> {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0u32, 0);
    for c in text.bytes().map(|b| b.to_ascii_uppercase()) {
        let five = match c {
            b'A'..=b'Z' => c - b'A',
            b'2'..=b'7' => c - b'2' + 26,
            _ => continue,
        };
        buffer = (buffer << 5) | u32::from(five);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xFF).unwrap());
        }
    }
    bytes
}

/// The address of the PostgreSQL server. A test that cannot run has not passed.
fn postgres() -> String {
    std::env::var("TONGXING_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!("TONGXING_TEST_POSTGRES names no server: run this through scripts/with-postgres")
    })
}

/// A new database on the server of this address.
async fn database_of_its_own(server: &str) -> String {
    let name = format!("blackbox_{}_{}", std::process::id(), now_nanos());
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the PostgreSQL of the tests");
    connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a new database");
    connection.close().await.unwrap();
    let (start, _) = server.rsplit_once('/').expect("an address with a database name");
    format!("{start}/{name}")
}

fn now_nanos() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()
}
