//! The configuration of a server: read once, from options and environment, and validated here.
//!
//! Every setting is an option; each has an environment variable of its name. A message about a setting
//! names it and says what it accepts. What leaves this module is plain data that has been checked.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use credential::Temperature;
use domain::report::THRESHOLDS;
use server::visit::VisitSettings;

pub use self::checkpoints::{CheckpointOptions, Checkpoints};
use self::checkpoints::{Span, span, within};
use crate::commands::keys::Secrets;
use crate::failure::Failure;
use crate::messages::MessageOptions;
use crate::national::National;

const PLAIN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
const SECURE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8443);

/// Where an installation stands: every command that works on one takes these.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The folder for everything that the service keeps on this machine
    #[arg(long, value_name = "DIR", env = "TONGXING_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// The folder of the keys, made by `tongxing keys init` [default: keys in the data folder]
    #[arg(long, value_name = "DIR", env = "TONGXING_KEYS")]
    pub keys: Option<PathBuf>,
    /// sqlite://PATH or postgres://USER@HOST/NAME [default: tongxing.db in the data folder]
    #[arg(long, value_name = "URL", env = "TONGXING_DATABASE_URL", value_parser = database, hide_env_values = true)]
    pub database_url: Option<Database>,
}

impl Place {
    /// The folder of the keys.
    pub fn keys(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.join("keys"))
    }

    /// The database.
    pub fn database(&self) -> Database {
        self.database_url.clone().unwrap_or_else(|| Database::Sqlite(self.data.join("tongxing.db")))
    }
}

/// The options of a server, as given.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Clone, Args)]
pub struct Options {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub secrets: Secrets,
    /// The address to listen on. Plain HTTP is served on a loopback address only
    /// [default: 127.0.0.1:8080; with TLS 0.0.0.0:8443]
    #[arg(long, value_name = "IP:PORT", env = "TONGXING_LISTEN", value_parser = listen)]
    pub listen: Option<SocketAddr>,
    /// Where people reach the service: https://HOST, or http:// on a loopback host
    /// [default: the address that is listened on]
    #[arg(long, value_name = "ORIGIN", env = "TONGXING_PUBLIC_ORIGIN", value_parser = origin)]
    pub public_origin: Option<String>,
    /// The telephone number that help texts name
    #[arg(long, value_name = "NUMBER", env = "TONGXING_HOTLINE", default_value = "027-87122256", value_parser = hotline)]
    pub hotline: String,
    /// How many companions (children, elderly people) a phone may have beside its owner: 0 to 20
    #[arg(long, value_name = "NUMBER", env = "TONGXING_COMPANIONS", default_value = "5", value_parser = companions)]
    pub companions: u8,
    /// How soon an appeal against a colour is to be answered: 1h to 240h
    #[arg(long, value_name = "TIME", env = "TONGXING_APPEAL_DUE", default_value = "24h", value_parser = span)]
    pub appeal_due: Span,
    /// How many days visits to locations are kept, with the keys that open them: 1 to 21
    #[arg(long, value_name = "DAYS", env = "TONGXING_VISIT_DAYS", default_value = "14", value_parser = visit_days)]
    pub visit_days: u8,
    /// How many groups of locations have data keys of their own in each minute: 1 to 1024. More groups make each opened
    /// key worth less, and make more keys
    #[arg(long, value_name = "NUMBER", env = "TONGXING_VISIT_GROUPS", default_value = "16", value_parser = visit_groups)]
    pub visit_groups: NonZeroU16,
    /// The temperature from which on it is abnormal, in °C: 36.0 to 40.0, with one decimal at most
    #[arg(long, value_name = "CELSIUS", env = "TONGXING_TEMPERATURE_THRESHOLD", default_value = "37.3", value_parser = threshold)]
    pub temperature_threshold: Temperature,
    #[command(flatten)]
    pub checkpoints: CheckpointOptions,
    /// The TLS certificate and its chain, in PEM
    #[arg(long, value_name = "FILE", env = "TONGXING_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the TLS certificate, in PEM
    #[arg(long, value_name = "FILE", env = "TONGXING_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// TLS from a certificate authority of this machine's own, made on first use; install its certificate
    /// (/local-authority.crt) on the phones that are to try the service in the same network
    #[arg(long, env = "TONGXING_TLS_LOCAL", conflicts_with = "tls_cert")]
    pub tls_local: bool,
    /// A proxy in front whose X-Forwarded-For is believed; more than one are separated by commas
    #[arg(long, value_name = "IP", env = "TONGXING_TRUSTED_PROXY", value_delimiter = ',')]
    pub trusted_proxy: Vec<IpAddr>,
    /// The national platform, which is asked about national codes: https://HOST, or http:// on a loopback host
    #[arg(long, value_name = "ORIGIN", env = "TONGXING_NATIONAL_URL", value_parser = origin, requires = "national_key")]
    pub national_url: Option<String>,
    /// The private file with our key at the national platform and its public key (docs/national-code.md)
    #[arg(long, value_name = "FILE", env = "TONGXING_NATIONAL_KEY", requires = "national_url")]
    pub national_key: Option<PathBuf>,
    /// The authorities (PEM) under which the national platform's certificate counts; no others do
    #[arg(long, value_name = "FILE", env = "TONGXING_NATIONAL_CA", requires = "national_url")]
    pub national_ca: Option<PathBuf>,
    /// The mapping table of the national platform's names and codes, instead of the stand-in
    #[arg(long, value_name = "FILE", env = "TONGXING_NATIONAL_TABLE", requires = "national_url")]
    pub national_table: Option<PathBuf>,
    #[command(flatten)]
    pub messages: MessageOptions,
    /// Write the log as JSON, one object a line
    #[arg(long, env = "TONGXING_LOG_JSON")]
    pub log_json: bool,
    /// How much to log
    #[arg(long, value_name = "LEVEL", env = "TONGXING_LOG", value_enum, default_value_t = LogLevel::Info)]
    pub log: LogLevel,
    /// Load the demonstration's people and sign-ins; every page says so
    #[arg(long, env = "TONGXING_DEMO")]
    pub demo: bool,
}

/// How much is logged. Nothing more than `debug` is offered: it could hold personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// What may fail next.
    Warn,
    /// A line for each request.
    Info,
    /// Each transaction too.
    Debug,
}

/// Which engine, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// The address of a PostgreSQL database.
    Postgres(String),
}

/// An address may hold a password: it is never printed.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// Where TLS comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsSource {
    /// Plain HTTP, on a loopback address.
    None,
    /// Certificate chain and key in PEM files.
    Files {
        /// The chain.
        cert: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// This machine's own authority.
    Local,
}

/// A configuration that has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The folder of everything that is kept.
    pub data: PathBuf,
    /// The folder of the keys.
    pub keys: PathBuf,
    /// What opens the signing keys.
    pub secrets: Secrets,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Which database.
    pub database: Database,
    /// Where people reach the service, without a trailing slash.
    pub public_origin: String,
    /// The telephone number of the help texts.
    pub hotline: String,
    /// How many companions a phone may have.
    pub companions: u8,
    /// How soon an appeal is to be answered.
    pub appeal_due: Duration,
    /// How visits are sealed, and how long they are kept.
    pub visits: VisitSettings,
    /// The temperature from which on it is abnormal.
    pub temperature_threshold: Temperature,
    /// What devices at checkpoints go by, and when reports are late.
    pub checkpoints: Checkpoints,
    /// Where TLS comes from.
    pub tls: TlsSource,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The connection to the national platform, if there is one.
    pub national: Option<National>,
    /// How messages leave.
    pub messages: MessageOptions,
    /// JSON, or lines for people.
    pub log_json: bool,
    /// How much to log.
    pub log: LogLevel,
    /// Whether the demonstration is loaded.
    pub demo: bool,
}

impl Config {
    /// Where the installation stands.
    pub fn place(&self) -> Place {
        Place {
            data: self.data.clone(),
            keys: Some(self.keys.clone()),
            database_url: Some(self.database.clone()),
        }
    }
}

impl Options {
    /// Checks the options together. `lan` is this machine's address in its network, for a default origin
    /// that a phone can open.
    pub fn validate(self, lan: Option<IpAddr>) -> Result<Config, Failure> {
        let tls = match (self.tls_local, self.tls_cert, self.tls_key) {
            (true, _, _) => TlsSource::Local,
            (_, Some(cert), Some(key)) => TlsSource::Files { cert, key },
            _ => TlsSource::None,
        };
        let plain = tls == TlsSource::None;
        let listen = self.listen.unwrap_or(if plain { PLAIN } else { SECURE });
        if plain && !listen.ip().is_loopback() {
            return Err(Failure::new(format!(
                "--listen {listen}: plain HTTP is refused beyond this machine"
            ))
            .advice("listen on 127.0.0.1 or [::1], or add --tls-local, or --tls-cert and --tls-key"));
        }
        let public_origin = match self.public_origin {
            Some(given) if !plain && given.starts_with("http:") => {
                return Err(Failure::new(format!("--public-origin {given}: this server speaks TLS"))
                    .advice("give the https:// address"));
            }
            Some(given) => given,
            None if matches!(tls, TlsSource::Files { .. }) => {
                return Err(Failure::new("--public-origin is missing")
                    .advice("give https://HOST with the host name of the certificate"));
            }
            None => default_origin(plain, listen, lan),
        };
        let national = match (self.national_url, self.national_key) {
            (Some(url), _) if url.starts_with("https:") && self.national_ca.is_none() => {
                return Err(Failure::new(format!("--national-url {url}: --national-ca is missing"))
                    .advice("give the certificates of the authorities that the platform's comes from"));
            }
            (Some(url), Some(key)) => {
                Some(National { url, key, ca: self.national_ca, table: self.national_table })
            }
            _ => None,
        };
        self.messages.check(self.demo)?;
        let checkpoints = self.checkpoints.check(self.messages.mail_server.is_some() || self.demo)?;
        within("--appeal-due", self.appeal_due.0, (Duration::from_hours(1), Duration::from_hours(240)), "")?;
        let (keys, database) = (self.place.keys(), self.place.database());
        Ok(Config {
            data: self.place.data,
            keys,
            secrets: self.secrets,
            listen,
            database,
            public_origin,
            hotline: self.hotline,
            companions: self.companions,
            appeal_due: self.appeal_due.0,
            visits: VisitSettings { days: self.visit_days, groups: self.visit_groups },
            temperature_threshold: self.temperature_threshold,
            checkpoints,
            tls,
            trusted_proxies: self.trusted_proxy,
            national,
            messages: self.messages,
            log_json: self.log_json,
            log: self.log,
            demo: self.demo,
        })
    }
}

/// The origin of the address that is listened on; for "every address", one that a phone can open.
fn default_origin(plain: bool, listen: SocketAddr, lan: Option<IpAddr>) -> String {
    if plain {
        return format!("http://{listen}");
    }
    let ip = if listen.ip().is_unspecified() { lan } else { Some(listen.ip()) };
    let port = listen.port();
    ip.map_or_else(
        || format!("https://localhost:{port}"),
        |ip| format!("https://{}", SocketAddr::new(ip, port)),
    )
}

/// Reads a temperature option.
pub fn temperature(text: &str) -> Result<Temperature, &'static str> {
    let degrees = text.parse().ok().and_then(Temperature::from_celsius);
    degrees.ok_or("expected degrees Celsius from 0 to 100, such as 36.7")
}

/// Reads the threshold. What reports may not say ([`THRESHOLDS`]) is refused here, before anybody measures by it: no
/// report could be made. Nor is anything cut off, as it is of a reading: 37.35 is no threshold that anybody measures.
fn threshold(text: &str) -> Result<Temperature, String> {
    let (whole, decimal) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let tenths =
        || Some(10 * whole.parse::<u16>().ok().filter(|whole| *whole < 100)? + decimal.parse::<u16>().ok()?);
    let tenths = if digits(whole) && digits(decimal) && decimal.len() == 1 { tenths() } else { None };
    let [least, most] = [THRESHOLDS.start(), THRESHOLDS.end()].map(|tenths| f64::from(*tenths) / 10.0);
    tenths
        .filter(|tenths| THRESHOLDS.contains(tenths))
        .and_then(|tenths| Temperature::from_celsius(f64::from(tenths) / 10.0))
        .ok_or_else(|| {
            format!(
                "expected degrees Celsius from {least:.1} to {most:.1} with at most one decimal, such as 37.3"
            )
        })
}

fn visit_days(text: &str) -> Result<u8, String> {
    let most = VisitSettings::MOST_DAYS;
    let days = text.parse().ok().filter(|days| (1..=most).contains(days));
    days.ok_or_else(|| format!("expected a number of days from 1 to {most}"))
}

fn visit_groups(text: &str) -> Result<NonZeroU16, &'static str> {
    let groups = text.parse().ok().filter(|groups: &NonZeroU16| groups.get() <= 1024);
    groups.ok_or("expected a number from 1 to 1024")
}

fn listen(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "expected an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080")
}

fn database(text: &str) -> Result<Database, &'static str> {
    let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
    match path {
        Some(path) if !path.is_empty() && !path.contains(['?', '#']) => Ok(Database::Sqlite(path.into())),
        None if text.starts_with("postgres://") || text.starts_with("postgresql://") => {
            Ok(Database::Postgres(text.to_owned()))
        }
        _ => Err("expected sqlite://PATH, or postgres://USER@HOST/NAME"),
    }
}

fn origin(text: &str) -> Result<String, &'static str> {
    const EXPECTED: &str = "expected https://HOST or https://HOST:PORT without a path; \
                            http:// only for localhost, 127.0.0.1 and [::1]";
    let (scheme, host) = text.split_once("://").ok_or(EXPECTED)?;
    let uri: axum::http::Uri = text.parse().map_err(|_| EXPECTED)?;
    let authority = uri.authority().ok_or(EXPECTED)?;
    // Letters, digits and what addresses need: the origin is compared with what browsers send, byte by byte.
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:[]".contains(&b);
    if authority.as_str() != host || !host.bytes().all(fits) {
        return Err(EXPECTED);
    }
    let loopback = ["localhost", "127.0.0.1", "[::1]"].contains(&authority.host());
    if scheme == "https" || (scheme == "http" && loopback) { Ok(text.to_owned()) } else { Err(EXPECTED) }
}

fn companions(text: &str) -> Result<u8, &'static str> {
    let number = text.parse().ok().filter(|number| *number <= 20);
    number.ok_or("expected a whole number from 0 to 20")
}

fn hotline(text: &str) -> Result<String, &'static str> {
    let fits = |c: char| c.is_ascii_digit() || " +-()".contains(c);
    let number = (1..=32).contains(&text.len()) && text.chars().all(fits);
    if number { Ok(text.to_owned()) } else { Err("expected a telephone number: digits, spaces and + - ( )") }
}

/// Makes the data folder, for its owner only, unless there is one.
pub fn make_data_folder(path: &Path) -> Result<(), Failure> {
    if path.is_dir() { Ok(()) } else { crate::private::folder(path) }
}

mod checkpoints;
#[cfg(test)]
mod tests;
