//! TLS from files or from the local authority, and its renewal while the server runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum_server::tls_rustls::RustlsConfig;
use domain::{Clock, Timestamp};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::addresses::Addresses;
use super::authority::Authority;
use crate::config::TlsSource;
use crate::failure::Failure;

/// How often files and addresses are looked at.
const LOOK: Duration = Duration::from_mins(1);

/// Plain, or with a certificate that is kept fresh.
pub enum Tls {
    /// Plain HTTP.
    Off,
    /// TLS 1.2 and 1.3.
    On(Box<Kept>),
}

/// A TLS configuration and what it was made from.
pub struct Kept {
    config: RustlsConfig,
    source: Source,
    clock: Arc<dyn Clock>,
}

enum Source {
    Files { cert: PathBuf, key: PathBuf, seen: [Option<SystemTime>; 2] },
    Local { authority: Arc<Authority>, addresses: Addresses, renew_at: Timestamp },
}

impl Tls {
    /// The TLS that the configuration asks for. The local authority is made in `data` on first use.
    pub fn open(source: &TlsSource, data: &Path, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let (config, source) = match source {
            TlsSource::None => return Ok(Self::Off),
            TlsSource::Files { cert, key } => {
                // Looked at before reading: what changes in between is read again.
                let seen = [changed(cert), changed(key)];
                (from_files(cert, key)?, Source::Files { cert: cert.clone(), key: key.clone(), seen })
            }
            TlsSource::Local => {
                let addresses = Addresses::of_this_machine();
                let authority = Arc::new(Authority::open(data, &addresses, clock.now())?);
                let (config, renew_at) = from_authority(&authority, &addresses, clock.now())?;
                (config, Source::Local { authority, addresses, renew_at })
            }
        };
        Ok(Self::On(Box::new(Kept { config: RustlsConfig::from_config(config), source, clock })))
    }

    /// The local authority, if there is one: its certificate is what phones install.
    pub fn authority(&self) -> Option<Arc<Authority>> {
        match self {
            Self::On(kept) => match &kept.source {
                Source::Local { authority, .. } => Some(Arc::clone(authority)),
                Source::Files { .. } => None,
            },
            Self::Off => None,
        }
    }
}

impl Kept {
    /// The handle by which connections find the newest certificate.
    pub fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// Puts a new certificate in place whenever files or addresses have changed or the old one is getting
    /// old. A failure leaves the old one in place and is tried again.
    pub async fn renew(mut self: Box<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            match self.source.newer(self.clock.now()) {
                Ok(None) => {}
                Ok(Some(config)) => {
                    self.config.reload_from_config(config);
                    tracing::info!("the TLS certificate has been replaced");
                }
                Err(failure) => {
                    tracing::error!(cause = %failure, "the TLS certificate could not be replaced");
                }
            }
        }
    }
}

impl Source {
    /// A new configuration, if the old one has aged.
    fn newer(&mut self, now: Timestamp) -> Result<Option<Arc<ServerConfig>>, Failure> {
        match self {
            Self::Files { cert, key, seen } => {
                let found = [changed(cert), changed(key)];
                if found == *seen {
                    return Ok(None);
                }
                let config = from_files(cert, key)?;
                *seen = found;
                Ok(Some(config))
            }
            Self::Local { authority, addresses, renew_at } => {
                let found = Addresses::of_this_machine();
                if found == *addresses && now < *renew_at {
                    return Ok(None);
                }
                let (config, next) = from_authority(authority, &found, now)?;
                (*addresses, *renew_at) = (found, next);
                Ok(Some(config))
            }
        }
    }
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|found| found.modified()).ok()
}

fn from_files(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, Failure> {
    let cannot = |option: &str, path: &Path, error: &dyn std::fmt::Display, expected: &str| {
        Failure::new(format!("{option} {}: {error}", path.display())).advice(expected.to_owned())
    };
    let chain =
        CertificateDer::pem_file_iter(cert).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(
            |error| cannot("--tls-cert", cert, &error, "expected a readable file of certificates in PEM"),
        )?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| {
        cannot("--tls-key", key, &error, "expected a readable file with a private key in PEM")
    })?;
    server_config(chain, secret).map_err(|error| {
        cannot("--tls-cert", cert, &error, "the certificate must come first, and --tls-key must be its key")
    })
}

fn from_authority(
    authority: &Authority,
    addresses: &Addresses,
    now: Timestamp,
) -> Result<(Arc<ServerConfig>, Timestamp), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("cannot make a certificate: {error}"));
    let leaf = authority.issue(addresses, now).map_err(|error| failed(&error))?;
    let config = server_config(leaf.chain, leaf.key).map_err(|error| failed(&error))?;
    Ok((config, leaf.renew_at))
}

fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
