//! Locations, two units with day keys, and phones, as a large installation has them; and both units opening what was
//! sealed.
//!
//! Rows are put into the database where the pages that make them would take hours for thousands: what is measured and
//! killed is the registration of visits, which goes through the API alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use crate::inspector::random;
use crate::place::now;
use crate::{PASSPHRASE, Place, binary};

const UNITS: [(&str, &str); 2] = [("health", "省疾控中心"), ("court", "Supervision office")];
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Characters of a location's code.
const CODE: usize = 18;
/// Rows of one statement.
const TOGETHER: usize = 500;
/// The ids of the first location and the first holder.
const LOCATION: usize = 7_000_000;
const HOLDER: usize = 9_000_000;

/// An installation in which thousands may register.
pub struct Visits<'a> {
    place: &'a Place,
    /// The codes of the locations' posters.
    pub codes: Vec<String>,
    /// The cookies of the phones.
    pub cookies: Vec<String>,
}

/// What one sealed visit says, opened by both units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// At which of the locations.
    pub location: usize,
    /// `entry` or `exit`.
    pub kind: String,
    /// Of which of the phones.
    pub phone: usize,
}

/// What of two units' lines stands in one file of theirs.
type Row = (i64, i64, Vec<u8>, Vec<u8>, Vec<u8>);

enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl<'a> Visits<'a> {
    /// Puts so many locations and phones into an installation whose server has run once, and both units' keys.
    pub async fn set_up(place: &'a Place, locations: usize, phones: usize) -> Self {
        let mut database = Database::of(place).await;
        let visits = Self {
            place,
            codes: (0..locations).map(|_| code()).collect(),
            cookies: (0..phones).map(|_| URL_SAFE_NO_PAD.encode([random(), random()].concat())).collect(),
        };
        for (half, (name, unit)) in (1..).zip(UNITS) {
            visits.hand_in(&mut database, half, name, unit).await;
        }
        let micros = now() * 1_000_000;
        let rows = |at| {
            let id = LOCATION + at;
            format!(
                "({id}, '江城市场', 'River Market', 'market', '420106', '1 River Road', 60, 0, 'approved', {micros}, 1, 0)"
            )
        };
        let columns = "location (id, name, name_other, kind, division, address, stay, entry_rule, state, made_at, \
                       made_by, version)";
        database.insert(columns, (0..locations).map(rows)).await;
        let rows = |(at, code): (usize, &String)| format!("('{code}', {}, 0, 1, {micros}, 1)", LOCATION + at);
        let columns = "location_code (code, location_id, tablet, version, made_at, made_by)";
        database.insert(columns, visits.codes.iter().enumerate().map(rows)).await;
        let sessions: Vec<String> = visits
            .cookies
            .iter()
            .enumerate()
            .map(|(at, cookie)| {
                let hash = database.blob(digest(&SHA256, cookie.as_bytes()).as_ref());
                let holder = HOLDER + at;
                format!("({holder}, {hash}, {holder}, {micros}, {micros})")
            })
            .collect();
        let columns = "device_session (id, token_hash, holder_id, created_at, seen_at)";
        database.insert(columns, sessions.into_iter()).await;
        visits
    }

    /// The cookie line of a phone.
    pub fn cookie(&self, phone: usize) -> String {
        format!("tongxing-device={}", self.cookies[phone])
    }

    /// The ticket of a phone's owner.
    pub async fn ticket(&self, client: &reqwest::Client, origin: &str, phone: usize) -> String {
        let request =
            client.get(format!("{origin}/api/v1/visits/tickets")).header("cookie", self.cookie(phone));
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["people"][0]["ticket"].as_str().unwrap_or_else(|| panic!("no ticket: {answer}")).to_owned()
    }

    /// A unit makes keys for a month, and its list is handed in and confirmed.
    async fn hand_in(&self, database: &mut Database, half: i64, name: &str, unit: &str) {
        let (keys, list) = (format!("{name}.keys"), format!("{name}.list"));
        self.authority(&["keys", "--unit", unit, "--out", &keys, "--public", &list]);
        let list: Value = serde_json::from_slice(&std::fs::read(self.file(&list)).unwrap()).unwrap();
        let first = i64::try_from((now() + 8 * 3600) / 86_400).unwrap();
        database.insert("unit (id, name)", [format!("({half}, '{unit}')")].into_iter()).await;
        let columns =
            "visit_key_list (id, half, unit_id, fingerprint, added_at, added_by, confirmed_at, confirmed_by)";
        database.insert(columns, [format!("({half}, {half}, {half}, 'f', 1, 1, 2, 2)")].into_iter()).await;
        let mut rows = Vec::new();
        for (day, key) in (first..).zip(list["keys"].as_array().unwrap()) {
            let point = URL_SAFE_NO_PAD.decode(key["public"].as_str().unwrap()).unwrap();
            rows.push(format!("({day}, {half}, {})", database.blob(&point)));
        }
        database.insert("visit_day_key (day, list_id, public_key)", rows.into_iter()).await;
    }

    fn file(&self, name: &str) -> PathBuf {
        self.place.folder().join(name)
    }

    fn authority(&self, arguments: &[&str]) -> (String, String) {
        let phrase = self.file("authority-phrase");
        if !phrase.exists() {
            use std::os::unix::fs::OpenOptionsExt as _;
            let mut options = std::fs::OpenOptions::new();
            let mut file = options.create_new(true).write(true).mode(0o600).open(&phrase).unwrap();
            std::io::Write::write_all(&mut file, PASSPHRASE.as_bytes()).unwrap();
        }
        let mut command = Command::new(binary());
        command.arg("authority").args(arguments).env_clear().current_dir(self.place.folder());
        command.env("TONGXING_AUTHORITY_PASSPHRASE_FILE", phrase).stdin(Stdio::null());
        let output = command.output().unwrap();
        let [out, said] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(output.status.success(), "{arguments:?}: {said}");
        (out, said)
    }

    /// Everything that is sealed, by the visits' own numbers, opened by both units with `tongxing authority open`: one
    /// unit opens its shares, the other its own and the records.
    pub async fn opened(&self) -> HashMap<String, Vec<Seen>> {
        let mut database = Database::of(self.place).await;
        let shares = database.shares().await;
        for (half, (name, _)) in UNITS.iter().enumerate() {
            let line = |pair: &[Vec<u8>; 2]| json!({ "share": text(&pair[half]) }).to_string();
            let lines: Vec<String> = shares.iter().map(line).collect();
            std::fs::write(self.file(&format!("{name}.shares")), lines.join("\n")).unwrap();
        }
        let record = |(slot, location, id, key, record): &Row| {
            let location = format!("{location:016x}");
            json!({ "key": text(key), "location": location, "slot": slot, "visit": text(id), "record": text(record) })
                .to_string()
        };
        let lines: Vec<String> = database.visits().await.iter().map(record).collect();
        std::fs::write(self.file("records"), lines.join("\n")).unwrap();
        let (opened, _) = self.authority(&["open", "--key-file", "health.keys", "--shares", "health.shares"]);
        std::fs::write(self.file("health.opened"), opened).unwrap();
        let court = ["open", "--key-file", "court.keys", "--shares", "court.shares"];
        let (visits, said) =
            self.authority(&[&court[..], &["--opened", "health.opened", "--records", "records"]].concat());
        assert!(said.contains(&format!("opened {0} of {0} records", lines.len())), "{said}");
        let mut seen: HashMap<String, Vec<Seen>> = HashMap::new();
        for line in visits.lines() {
            let visit: Value = serde_json::from_str(line).unwrap();
            let name = |name: &str| visit[name].as_str().unwrap().to_owned();
            let holder = URL_SAFE_NO_PAD.decode(name("holder")).unwrap();
            let holder = usize::try_from(i64::from_be_bytes(holder.try_into().unwrap())).unwrap();
            let location = usize::from_str_radix(&name("location"), 16).unwrap();
            let one = Seen { location: location - LOCATION, kind: name("kind"), phone: holder - HOLDER };
            seen.entry(name("visit")).or_default().push(one);
        }
        seen
    }

    /// Every row of every table, its columns as text with commas between them; bytes as hexadecimal digits.
    pub async fn rows(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut database = Database::of(self.place).await;
        let mut all = BTreeMap::new();
        for table in database.tables().await {
            let rows = database.table(&table).await;
            all.insert(table, rows);
        }
        all
    }

    /// The holder of a phone, in each way in which it could be written down.
    pub fn holder(phone: usize) -> [String; 3] {
        let holder = i64::try_from(HOLDER + phone).unwrap();
        [holder.to_string(), hex::encode(holder.to_be_bytes()), text(&holder.to_be_bytes())]
    }

    /// How many came and went, as it is counted for the managers of all locations.
    pub async fn counted(&self) -> (i64, i64) {
        let sums = "SELECT CAST(COALESCE(SUM(entries), 0) AS BIGINT), CAST(COALESCE(SUM(exits), 0) AS BIGINT) \
                    FROM visit_count";
        match Database::of(self.place).await {
            Database::Sqlite(mut connection) => {
                sqlx::query_as(sums).fetch_one(&mut connection).await.unwrap()
            }
            Database::Postgres(mut connection) => {
                sqlx::query_as(sums).fetch_one(&mut connection).await.unwrap()
            }
        }
    }
}

impl Database {
    async fn of(place: &Place) -> Self {
        if let Some(address) = place.database() {
            Self::Postgres(PgConnection::connect(address).await.unwrap())
        } else {
            let path = place.folder().join("tongxing.db");
            Self::Sqlite(SqliteConnection::connect(path.to_str().unwrap()).await.unwrap())
        }
    }

    fn blob(&self, bytes: &[u8]) -> String {
        let hex = hex::encode(bytes);
        match self {
            Self::Sqlite(_) => format!("X'{hex}'"),
            Self::Postgres(_) => format!("decode('{hex}', 'hex')"),
        }
    }

    async fn insert(&mut self, columns: &str, rows: impl Iterator<Item = String>) {
        let rows: Vec<String> = rows.collect();
        for rows in rows.chunks(TOGETHER) {
            let statement = AssertSqlSafe(format!("INSERT INTO {columns} VALUES {}", rows.join(", ")));
            match self {
                Self::Sqlite(connection) => connection.execute(statement).await.map(|_| ()),
                Self::Postgres(connection) => connection.execute(statement).await.map(|_| ()),
            }
            .unwrap();
        }
    }

    async fn texts(&mut self, query: String) -> Vec<String> {
        let query = AssertSqlSafe(query);
        match self {
            Self::Sqlite(connection) => sqlx::query_scalar(query).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_scalar(query).fetch_all(connection).await,
        }
        .unwrap()
    }

    async fn tables(&mut self) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            Self::Postgres(_) => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
        };
        self.texts(query.to_owned()).await
    }

    async fn table(&mut self, table: &str) -> BTreeSet<String> {
        let query = match self {
            Self::Sqlite(_) => {
                let columns = self.texts(format!("SELECT name FROM pragma_table_info('{table}')")).await;
                let quoted: Vec<String> = columns.iter().map(|name| format!("quote(\"{name}\")")).collect();
                format!("SELECT lower({}) FROM \"{table}\"", quoted.join(" || ',' || "))
            }
            Self::Postgres(_) => format!("SELECT lower(\"{table}\"::text) FROM \"{table}\""),
        };
        self.texts(query).await.into_iter().collect()
    }

    async fn shares(&mut self) -> Vec<[Vec<u8>; 2]> {
        let all = "SELECT first_share, second_share FROM visit_key";
        let rows: Vec<(Vec<u8>, Vec<u8>)> = match self {
            Self::Sqlite(connection) => sqlx::query_as(all).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_as(all).fetch_all(connection).await,
        }
        .unwrap();
        rows.into_iter().map(|(one, other)| [one, other]).collect()
    }

    async fn visits(&mut self) -> Vec<Row> {
        let all = "SELECT slot, location_id, id, key_id, record FROM visit";
        match self {
            Self::Sqlite(connection) => sqlx::query_as(all).fetch_all(connection).await,
            Self::Postgres(connection) => sqlx::query_as(all).fetch_all(connection).await,
        }
        .unwrap()
    }
}

/// 16 random bytes, as a phone draws them for a visit.
pub fn visit_id() -> String {
    text(&random())
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A code as it stands in a poster's link: 17 random characters, and one that makes the sum, weighted 18, 17 … 1, divisible
/// by 31.
fn code() -> String {
    let bytes = [random(), random()].concat();
    let mut digits: Vec<usize> = bytes.iter().take(CODE - 1).map(|byte| usize::from(*byte) % 31).collect();
    let sum: usize = digits.iter().zip((2..=CODE).rev()).map(|(digit, weight)| digit * weight).sum();
    digits.push((31 - sum % 31) % 31);
    digits.iter().map(|digit| char::from(ALPHABET[*digit])).collect()
}
