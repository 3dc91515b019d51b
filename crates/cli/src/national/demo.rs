//! The reference server of the national platform: its keys on disk, and how it is served.
//!
//! Used by `tongxing national-demo`, and built into `tongxing run --demo`. On a loopback address only: it has
//! controls that make it fail.

use std::collections::HashMap;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{Es256Key, Signer as _, roots_json};
use rustls::RootCertStore;
use serde::{Deserialize, Serialize};
use server::recognition::Recognition;
use server::recognition::national::Table;
use server::recognition::reference::{KEY_ID, Keys, Reference, ReferenceError, Sample, router};
use zeroize::{Zeroize as _, Zeroizing};

use super::KeyFile;
use crate::failure::Failure;
use crate::private;
use crate::serve::{self, tls::Tls};
use crate::system::{OsEntropy, SystemClock};

/// The file of the keys, in the data folder.
const FILE: &str = "national-demo.json";
const CLIENT_FILE: &str = "national-client.json";
const TRUST_FILE: &str = "national-keys.json";
/// The name of whoever asks.
const CALLER: &str = "CN-HB-demonstration";

/// The keys as they are kept, PKCS#8 in base64.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    answers: String,
    passes: String,
    caller: String,
}

impl Drop for Kept {
    fn drop(&mut self) {
        for key in [&mut self.answers, &mut self.passes, &mut self.caller] {
            key.zeroize();
        }
    }
}

fn generate() -> Result<String, Failure> {
    let failed = || Failure::new("a key could not be made");
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| failed())?;
    Ok(STANDARD.encode(pair.to_pkcs8v1().map_err(|_| failed())?.as_ref()))
}

fn parse(pkcs8: &str) -> Option<Es256Key> {
    let der = STANDARD.decode(pkcs8).map(Zeroizing::new).ok()?;
    Es256Key::from_pkcs8(&der).ok()
}

impl Kept {
    /// The keys of a data folder, made now if there are none.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        if !path.exists() {
            let made = Self { answers: generate()?, passes: generate()?, caller: generate()? };
            private::create(&path, &serde_json::to_string(&made).expect("plain data"))?;
            return Ok(made);
        }
        serde_json::from_str(&private::read(&path)?).map_err(|_| damaged(&path))
    }

    fn key(text: &str) -> Result<Es256Key, Failure> {
        parse(text).ok_or_else(|| damaged(Path::new(FILE)))
    }

    fn client(&self) -> Result<KeyFile, Failure> {
        Ok(KeyFile {
            key_id: CALLER.to_owned(),
            pkcs8: self.caller.clone(),
            platform_key_id: KEY_ID.to_owned(),
            platform: Self::key(&self.answers)?.public().jwk(),
        })
    }

    /// Writes what `--national-key` takes, unless it is there, and gives its path.
    pub fn write_client(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let path = folder.join(CLIENT_FILE);
        if !path.exists() {
            private::create(&path, &serde_json::to_string(&self.client()?).expect("plain data"))?;
        }
        Ok(path)
    }

    fn reference(&self, origin: String) -> Result<Reference, Failure> {
        let keys = Keys {
            answers: Self::key(&self.answers)?,
            passes: Self::key(&self.passes)?,
            wrong: Self::key(&generate()?)?,
        };
        let callers = HashMap::from([(CALLER.to_owned(), Self::key(&self.caller)?.public())]);
        Ok(Reference::new(keys, callers, origin, Arc::new(SystemClock), Arc::new(OsEntropy)))
    }
}

fn damaged(path: &Path) -> Failure {
    Failure::new(format!("{} is damaged", path.display())).advice("move it away: new keys are made")
}

/// A reference server that has its address and waits to be served.
pub struct Demo {
    listener: TcpListener,
    origin: String,
    kept: Kept,
    reference: Arc<Reference>,
}

impl Demo {
    /// One with the keys of `folder`, at a loopback address.
    pub fn open(folder: &Path, listen: SocketAddr) -> Result<Self, Failure> {
        let kept = Kept::open(folder)?;
        let listener = serve::bind(listen)?;
        let origin = format!("http://{}", listener.local_addr().unwrap_or(listen));
        let reference = Arc::new(kept.reference(origin.clone())?);
        Ok(Self { listener, origin, kept, reference })
    }

    /// Where it is reached.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Codes to try.
    pub fn samples(&self) -> Result<Vec<Sample>, Failure> {
        self.reference.samples().map_err(|error: ReferenceError| Failure::new(error.to_string()))
    }

    /// The issuer of the signed form, for a trust list.
    pub fn issuer(&self) -> credential::Issuer {
        self.reference.issuer()
    }

    /// Recognises codes by asking this server.
    pub fn recognition(&self) -> Result<Recognition, Failure> {
        let (file, roots) = (self.kept.client()?, RootCertStore::empty());
        super::connect(&self.origin, &file, Path::new(FILE), roots, Table::reference())
    }

    /// Writes what a server needs to ask this one and to trust its passes, and gives both paths.
    pub fn write_files(&self, folder: &Path) -> Result<(PathBuf, PathBuf), Failure> {
        let client = self.kept.write_client(folder)?;
        let path = folder.join(TRUST_FILE);
        let keys = roots_json(&[self.reference.pass_key()]);
        let text = serde_json::to_string_pretty(&keys).expect("a JWK set is plain data");
        fs::write(&path, text).map_err(|error| Failure::file("write", &path, &error))?;
        Ok((client, path))
    }

    /// Serves until `stop` is ready.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Failure> {
        serve::run(self.listener, Tls::Off, router(self.reference), stop).await
    }
}
