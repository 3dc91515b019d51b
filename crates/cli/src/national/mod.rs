//! The connection to the national platform: its files, and what recognises codes with it.
//!
//! The decision that matters: the platform's certificate counts only under the authorities that the operator names,
//! not under those of the machine. Whoever could answer in its place would open the gate for everybody.

pub mod demo;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{Es256Key, Jwk, PublicKey};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};
use server::recognition::Recognition;
use server::recognition::national::signature::is_word;
use server::recognition::national::{Connection, HttpNationalCode, TIMEOUT, Table, Transport};
use zeroize::{Zeroize as _, Zeroizing};

use crate::failure::Failure;
use crate::private;
use crate::system::{OsEntropy, SystemClock};

/// Where the platform is and which files belong to the connection, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct National {
    /// Its origin, without a trailing slash.
    pub url: String,
    /// The private file of our key and its public key.
    pub key: PathBuf,
    /// The authorities of its certificate; `None` on plain HTTP.
    pub ca: Option<PathBuf>,
    /// A mapping table instead of the reference's.
    pub table: Option<PathBuf>,
}

/// Our key at the platform, and the key that signs its answers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    key_id: String,
    pkcs8: String,
    platform_key_id: String,
    platform: Jwk,
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        self.pkcs8.zeroize();
    }
}

/// Recognises with the platform of this configuration, or without one.
pub fn recognition(config: Option<&National>) -> Result<Recognition, Failure> {
    let Some(config) = config else { return Ok(Recognition::offline(Table::reference())) };
    let table = match &config.table {
        Some(path) => read_table(path)?,
        None => Table::reference(),
    };
    let file = read_key(&config.key)?;
    let roots = config
        .ca
        .as_deref()
        .map_or_else(|| Ok(RootCertStore::empty()), |path| read_roots(path, "--national-ca"))?;
    connect(&config.url, &file, &config.key, roots, table)
}

fn connect(
    url: &str,
    file: &KeyFile,
    path: &Path,
    roots: RootCertStore,
    table: Table,
) -> Result<Recognition, Failure> {
    let broken = |what: &str| Failure::new(format!("{}: {what}", path.display()));
    let der = STANDARD.decode(&file.pkcs8).map(Zeroizing::new).map_err(|_| broken("pkcs8 is not base64"))?;
    let key = Es256Key::from_pkcs8(&der).map_err(|_| broken("pkcs8 is not a private key on P-256"))?;
    let platform = PublicKey::from_jwk(&file.platform)
        .map_err(|error| broken(&format!("the platform's key cannot be used: {error}")))?;
    if !is_word(&file.key_id) || !is_word(&file.platform_key_id) {
        return Err(broken("a key's name must be 1 to 64 letters, digits and the characters - . _ : /"));
    }
    let connection = Connection {
        origin: url.to_owned(),
        key_id: file.key_id.clone(),
        key: Arc::new(key),
        platform_key_id: file.platform_key_id.clone(),
        platform,
        timeout: TIMEOUT,
    };
    let transport = Transport::new(roots)
        .map_err(|error| Failure::new(format!("TLS to the national platform cannot be used: {error}")))?;
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
    let client = HttpNationalCode::new(connection, transport, table.clone(), clock, entropy);
    Ok(Recognition::new(table, Arc::new(client)))
}

fn read_key(path: &Path) -> Result<KeyFile, Failure> {
    let text = private::read(path)?;
    serde_json::from_str(&text).map_err(|_| {
        Failure::new(format!("{} is not a key file of the national platform", path.display())).advice(
            "expected {\"key_id\": …, \"pkcs8\": base64, \"platform_key_id\": …, \"platform\": a JWK}",
        )
    })
}

fn read_table(path: &Path) -> Result<Table, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    Table::parse(&text).map_err(|error| {
        Failure::new(format!("{}: {error}", path.display())).advice("see docs/national-code.md")
    })
}

/// The authorities of the PEM file that `option` names.
pub fn read_roots(path: &Path, option: &str) -> Result<RootCertStore, Failure> {
    let broken = || {
        Failure::new(format!("{} has no certificates of authorities in it", path.display()))
            .advice(format!("{option} takes PEM: -----BEGIN CERTIFICATE-----"))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|_| broken())? {
        roots.add(certificate.map_err(|_| broken())?).map_err(|_| broken())?;
    }
    if roots.is_empty() { Err(broken()) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use server::recognition::national::Unavailable;

    use super::*;
    use crate::config::TlsSource;
    use crate::serve::{self, tls::Tls};

    fn failure(config: &National) -> String {
        recognition(Some(config)).err().expect("it is refused").to_string()
    }

    #[test]
    fn files_that_cannot_be_used_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let kept = demo::Kept::open(folder.path()).unwrap();
        let made = National {
            url: "https://national.example".to_owned(),
            key: kept.write_client(folder.path()).unwrap(),
            ca: None,
            table: None,
        };
        assert_eq!(recognition(Some(&made)).unwrap().state(), "closed");
        assert_eq!(recognition(None).unwrap().state(), "off");
        let other = folder.path().join("other");
        fs::write(&other, "{}").unwrap();
        let said = failure(&National { ca: Some(other.clone()), ..made.clone() });
        assert!(said.contains("other") && said.contains("--national-ca"), "{said}");
        let said = failure(&National { table: Some(other.clone()), ..made.clone() });
        assert!(said.contains("not a mapping table"), "{said}");
        assert!(failure(&National { key: other, ..made.clone() }).contains("chmod 600"));
        let text = private::read(&made.key).unwrap();
        for (name, from, to) in [
            ("no-key", "\"pkcs8\":\"", "\"pkcs8\":\"AAAA"),
            ("no-name", "\"key_id\":\"CN", "\"key_id\":\"C N"),
            ("more", "{", "{\"more\":1,"),
        ] {
            let path = folder.path().join(name);
            private::create(&path, &text.replacen(from, to, 1)).unwrap();
            let said = failure(&National { key: path, ..made.clone() });
            assert!(said.contains(name) && !said.contains("MIG"), "{said}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn over_tls_only_the_named_authorities_count() {
        let folder = tempfile::tempdir().unwrap();
        let tls = Tls::open(&TlsSource::Local, folder.path(), Arc::new(SystemClock)).unwrap();
        let authority = tls.authority().unwrap().certificate_der();
        let listener = serve::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = format!("https://{}/", listener.local_addr().unwrap());
        let routes = Router::new().route("/", get(async || "said over TLS"));
        let serving = tokio::spawn(serve::run(listener, tls, routes, std::future::pending()));
        let mut roots = RootCertStore::empty();
        roots.add(authority.into()).unwrap();
        let trusting = Transport::new(roots).unwrap();
        assert_eq!(trusting.get(&address, 1_000).await.unwrap(), b"said over TLS");
        assert_eq!(trusting.get(&address, 5).await, Err(Unavailable::Malformed), "too long");
        let stranger = Transport::new(RootCertStore::empty()).unwrap();
        assert_eq!(stranger.get(&address, 1_000).await, Err(Unavailable::Unreachable));
        serving.abort();
    }
}
