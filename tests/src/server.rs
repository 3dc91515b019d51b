//! The running server: started, stopped as an operator would, or killed.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Client;

use crate::{Browser, Place};

/// A server on a free port of this machine.
pub struct Server {
    child: Child,
    /// Its address, without a trailing slash.
    pub origin: String,
}

impl Server {
    /// Starts it, and waits until it is ready.
    pub async fn start(place: &Place) -> Self {
        Self::at(place, free_port()).await
    }

    /// Starts it on this port: after a crash it comes back where phones look for it.
    pub async fn at(place: &Place, port: u16) -> Self {
        Self::ready(place, &[], port).await
    }

    /// The same with a clock that is so many seconds ahead, or behind where that is negative (libfaketime).
    pub async fn at_time(place: &Place, port: u16, ahead: i64) -> Self {
        let origin = format!("http://127.0.0.1:{port}");
        let mut command = Self::command(place, &[], &origin);
        Self { child: move_clock(&mut command, ahead).spawn().unwrap(), origin }.once_ready(place).await
    }

    /// Starts it with more options, and waits until it is ready.
    pub async fn with(place: &Place, options: &[&str]) -> Self {
        Self::ready(place, options, free_port()).await
    }

    /// Starts it on this port to be measured: it writes down errors only, and believes a proxy on this machine.
    pub async fn measured(place: &Place, port: u16) -> Self {
        let origin = format!("http://127.0.0.1:{port}");
        let mut command = place.command(&["serve", "--listen", &origin[7..], "--log", "error"]);
        let child = command.args(["--trusted-proxy", "127.0.0.1"]).stdout(Stdio::null()).spawn().unwrap();
        Self { child, origin }.once_ready(place).await
    }

    async fn ready(place: &Place, options: &[&str], port: u16) -> Self {
        let origin = format!("http://127.0.0.1:{port}");
        Self::spawn(place, options, &origin).once_ready(place).await
    }

    async fn once_ready(mut self, place: &Place) -> Self {
        let ready = Client::new();
        for _ in 0..300 {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {}", server_log(place));
            let answer = ready.get(format!("{}/readyz", self.origin)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return self;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the server is not ready after 30 s: {}", server_log(place));
    }

    /// Starts it with these options for TLS, and waits until it serves.
    pub async fn over_tls(place: &Place, options: &[&str]) -> Self {
        let origin = format!("https://127.0.0.1:{}", free_port());
        let mut server = Self::spawn(place, &[options, &["--public-origin", &origin]].concat(), &origin);
        for _ in 0..300 {
            let ended = server.child.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {}", server_log(place));
            if server_log(place).contains(&format!("\"serving\",\"listen\":\"127.0.0.1:{}\"", server.port()))
            {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the server does not serve after 30 s: {}", server_log(place));
    }

    fn spawn(place: &Place, options: &[&str], origin: &str) -> Self {
        let child = Self::command(place, options, origin).spawn().unwrap();
        Self { child, origin: origin.to_owned() }
    }

    fn command(place: &Place, options: &[&str], origin: &str) -> Command {
        let log = File::options().create(true).append(true).open(place.folder().join("server.log")).unwrap();
        let (_, listen) = origin.split_once("://").expect("an origin");
        let mut command = place.command(&["serve", "--listen", listen, "--log", "debug", "--log-json"]);
        command.args(options);
        command.stdout(log.try_clone().unwrap()).stderr(Stdio::from(log));
        command
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.origin.rsplit_once(':').unwrap().1.parse().unwrap()
    }

    /// Ends it without a word, like a power cut of the process (`kill -9`).
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as an operator does (SIGTERM); it must end in good order.
    pub fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "the server did not stop in good order");
    }

    /// Tells it to look at its keys now (SIGHUP), as an operator does who cannot wait.
    pub fn look_at_keys(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
    }

    /// A new browser that opens this server's pages.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin)
    }
}

/// A test that failed must not leave its server behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Everything that the servers of a place have written.
pub fn server_log(place: &Place) -> String {
    std::fs::read_to_string(place.folder().join("server.log")).unwrap_or_default()
}

/// Has a program see a clock that is so many seconds ahead, or behind (libfaketime).
pub fn move_clock(command: &mut Command, ahead: i64) -> &mut Command {
    command.env("LD_PRELOAD", clock_library()).env("FAKETIME", format!("{ahead:+}s"));
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
}

/// Where Debian puts the library that moves a program's clock.
fn clock_library() -> PathBuf {
    let named = std::env::var_os("FAKETIME_LIBRARY").map(PathBuf::from);
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let placed = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    named
        .into_iter()
        .chain(placed)
        .find(|path| path.exists())
        .expect("libfaketime: make test-tools installs it")
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
