//! `tongxing national-demo`: a reference server of the national platform, to try the connection against.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;

use crate::Finding;
use crate::assemble::block_on;
use crate::config::{LogLevel, make_data_folder};
use crate::failure::Failure;
use crate::national::demo::Demo;
use crate::output::Output;
use crate::serve::{log, shutdown};

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8090);

/// Run a reference server of the national platform, with invented people and codes to try.
///
/// It stands for no real interface: names and codes are stand-ins (docs/national-code.md). POST /control makes it
/// fail on purpose, so it listens on a loopback address only.
#[derive(Debug, Args)]
pub struct NationalDemo {
    /// The folder for its keys, and for the files that a server needs to ask it
    #[arg(long, value_name = "DIR", env = "TONGXING_NATIONAL_DEMO_DATA", default_value = "./national-demo")]
    data: PathBuf,
    /// The loopback address to listen on
    #[arg(long, value_name = "IP:PORT", env = "TONGXING_NATIONAL_DEMO_LISTEN", default_value_t = LISTEN, value_parser = loopback)]
    listen: SocketAddr,
}

fn loopback(text: &str) -> Result<SocketAddr, &'static str> {
    let address: Option<SocketAddr> = text.parse().ok();
    let loopback = address.filter(|address| address.ip().is_loopback());
    loopback.ok_or("expected a loopback address and a port, such as 127.0.0.1:8090")
}

impl NationalDemo {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        make_data_folder(&self.data)?;
        log::start(false, LogLevel::Info);
        block_on(async {
            let stop = shutdown::signals()
                .map_err(|error| Failure::new(format!("cannot listen to signals: {error}")))?;
            let demo = Demo::open(&self.data, self.listen)?;
            let (key, trust) = demo.write_files(&self.data)?;
            output
                .line(format!("The national platform's stand-in is at {}; Ctrl-C stops it", demo.origin()))?;
            let (url, key) = (demo.origin(), key.display());
            output.line(format!("Ask it with: tongxing serve --national-url {url} --national-key {key}"))?;
            let trust = trust.display();
            output.line(format!(
                "Trust its signed codes with: tongxing trust import --format tongxing --issuer CN {trust}"
            ))?;
            for sample in demo.samples()? {
                output.line(format!("{:<10} {}", sample.state.as_str(), sample.code))?;
                output.line(format!("{:<10} {}", "", sample.pass))?;
            }
            output.flush()?;
            demo.serve(stop).await
        })?;
        Ok(Finding::Fine)
    }
}
