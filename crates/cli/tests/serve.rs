//! `tongxing serve`: starting, refusing to start, TLS of the local authority, and stopping.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use common::{command, run};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

struct Server {
    child: Child,
    address: SocketAddr,
    log: BufReader<ChildStderr>,
}

impl Server {
    /// Starts in a folder with keys, on a port that the system chooses.
    fn start(data: &Path, more: &[&str]) -> Self {
        let data = data.to_str().unwrap();
        let mut all = vec!["serve", "--data", data, "--listen", "127.0.0.1:0"];
        all.extend(more);
        let mut child = command(&all).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut server = Self { child, address: SocketAddr::from(([0, 0, 0, 0], 0)), log };
        server.address = server.wait_until_it_listens();
        server
    }

    fn wait_until_it_listens(&mut self) -> SocketAddr {
        let mut seen = String::new();
        loop {
            let before = seen.len();
            assert_ne!(self.log.read_line(&mut seen).unwrap(), 0, "{seen}");
            if let Some((_, rest)) = seen[before..].split_once("(listening on ") {
                return rest.split(')').next().unwrap().parse().unwrap();
            }
        }
    }

    /// Asks the process to stop, and gives its status and the rest of its log.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }
}

fn with_keys() -> tempfile::TempDir {
    let above = tempfile::tempdir().unwrap();
    let keys = above.path().join("keys");
    assert_eq!(run(&["keys", "init", "--keys", keys.to_str().unwrap()], b"").status, 0);
    above
}

fn get(mut stream: impl std::io::Read + std::io::Write, path: &str) -> Vec<u8> {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

fn trusting(root: Option<CertificateDer<'static>>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(root);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[test]
fn it_serves_over_plain_http_and_stops_when_asked() {
    for signal in ["-TERM", "-INT"] {
        let data = with_keys();
        let server = Server::start(data.path(), &["--log-json"]);
        let answer = get(server.connect(), "/healthz");
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
        assert!(get(server.connect(), "/readyz").starts_with(b"HTTP/1.1 200"));
        let (status, log) = server.stop(signal);
        assert_eq!(status, Some(0), "{log}");
        assert!(log.contains("\"stopped\""), "{log}");
        for line in log.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        }
    }
}

/// What a checker fetches is what the command takes; a withdrawal reaches the running server by itself.
#[test]
fn the_signed_trust_list_is_served_and_follows_the_folder() {
    let data = with_keys();
    let keys = data.path().join("keys");
    let server = Server::start(data.path(), &[]);
    let file = |name: &str, path: &str| {
        let answer = String::from_utf8(get(server.connect(), path)).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("etag: "), "{head}");
        let file = data.path().join(name);
        std::fs::write(&file, body).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let verified = |minimum: &str| {
        let root = file("root.json", "/.well-known/tongxing-root.json");
        let list = file("trust.jws", "/.well-known/tongxing-trust.jws");
        run(&["trust", "verify", &list, "--root", &root, "--min-version", minimum], b"").status
    };
    assert_eq!((verified("1"), verified("2")), (0, 1));
    let signed = run(&["trust", "sign", "--keys", keys.to_str().unwrap()], b"");
    assert_eq!(signed.status, 0, "{}", signed.err);
    let follows = (0..150).any(|_| {
        std::thread::sleep(Duration::from_millis(200));
        verified("2") == 0
    });
    assert!(follows, "the server serves the new list");
    assert_eq!(server.stop("-TERM").0, Some(0));
}

#[test]
fn a_client_that_trusts_the_local_authority_gets_through_and_no_other() {
    let data = with_keys();
    let server = Server::start(data.path(), &["--tls-local"]);
    let file = data.path().join("local-authority.pem");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
    let root = CertificateDer::from_pem_file(&file).unwrap();
    let host = |name: &str| ServerName::try_from(name.to_owned()).unwrap();
    for name in ["localhost", "127.0.0.1"] {
        let client = ClientConnection::new(Arc::new(trusting(Some(root.clone()))), host(name)).unwrap();
        let answer = get(StreamOwned::new(client, server.connect()), "/local-authority.crt");
        let text = String::from_utf8_lossy(&answer);
        assert!(text.starts_with("HTTP/1.1 200") && text.contains("application/x-x509-ca-cert"), "{text}");
        assert!(answer.ends_with(&root), "the file that phones install is the authority");
    }
    for (name, known) in [("localhost", None), ("bank.example", Some(root.clone()))] {
        let client = ClientConnection::new(Arc::new(trusting(known)), host(name)).unwrap();
        let mut stream = StreamOwned::new(client, server.connect());
        assert!(stream.write_all(b"x").and_then(|()| stream.flush()).is_err(), "{name}");
    }
    assert_eq!(server.stop("-TERM").0, Some(0));
    // The authority stays: what phones have installed is still good after a restart.
    let server = Server::start(data.path(), &["--tls-local"]);
    let client = ClientConnection::new(Arc::new(trusting(Some(root))), host("localhost")).unwrap();
    assert!(get(StreamOwned::new(client, server.connect()), "/healthz").starts_with(b"HTTP/1.1 200"));
}

#[test]
fn what_stands_in_the_way_is_said_with_the_way_out() {
    let data = with_keys();
    let folder = data.path().to_str().unwrap();
    let empty = tempfile::tempdir().unwrap();
    let text = data.path().join("notes.txt");
    std::fs::write(&text, "no certificate").unwrap();
    let text = text.to_str().unwrap();
    let free = "127.0.0.1:0";
    let origin = ["--public-origin", "https://code.example", "--listen", free];
    for (arguments, said) in [
        (vec!["--data", folder, "--listen", "0.0.0.0:0"], "--tls-local"),
        (vec!["--data", folder, "--listen", "192.0.2.1:80"], "--tls-local"),
        (vec!["--data", empty.path().to_str().unwrap(), "--listen", free], "keys init"),
        (vec!["--data", folder, "--listen", free, "--database-url", "oracle://x"], "postgres://"),
        (
            vec!["--data", folder, "--listen", free, "--database-url", "postgres://me:hidden@127.0.0.1:1/x"],
            "--database-url",
        ),
        ([&["--data", folder, "--tls-cert", text, "--tls-key", text][..], &origin].concat(), "PEM"),
        ([&["--data", folder, "--tls-cert", "gone", "--tls-key", text][..], &origin].concat(), "--tls-cert"),
    ] {
        let all: Vec<&str> = std::iter::once("serve").chain(arguments.clone()).collect();
        let found = run(&all, b"");
        assert_eq!(found.status, 2, "{arguments:?}: {}", found.err);
        assert!(found.err.contains(said) && !found.err.contains("hidden"), "{arguments:?}: {}", found.err);
    }
    let held = TcpListener::bind(free).unwrap();
    let taken = held.local_addr().unwrap().to_string();
    let found = run(&["serve", "--data", folder, "--listen", &taken], b"");
    drop(held);
    assert_eq!(found.status, 2);
    assert!(found.err.contains("--listen") && found.err.contains("another program"), "{}", found.err);
}
