//! A load generator as lean as can be, for it takes its share of the same processor: requests that are bytes already, on
//! connections that are kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::QUICK;

/// The bytes of one request.
pub type Request = Arc<[u8]>;

/// A request as a browser on a phone sends it, with the headers that the service looks at.
pub fn request(path: &str, cookie: &str, body: &str) -> Request {
    let length = body.len();
    let text = format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         accept: application/json\r\naccept-encoding: gzip, deflate, br\r\naccept-language: zh-CN,zh;q=0.9\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    text.into_bytes().into()
}

/// What became of the requests of one drive.
#[derive(Debug, Default)]
pub struct Done {
    /// Acknowledged a second.
    pub rate: f64,
    /// Refused with 503.
    pub shed: usize,
    /// Of them, told when to come again.
    pub told_when: usize,
    /// Not answered.
    pub failed: usize,
    latencies: Vec<Duration>,
}

impl Done {
    /// What so many of a hundred requests took at most.
    pub fn milliseconds(&self, share: usize) -> f64 {
        let at = (self.latencies.len() * share / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(at).map_or(0.0, Duration::as_secs_f64) * 1e3
    }
}

/// Sends all requests, on so many connections at once, each its next one as soon as it has its answer.
pub async fn drive(origin: &str, requests: &[Request], connections: usize) -> Result<Done> {
    let requests: Arc<[Request]> = requests.into();
    let next = Arc::new(AtomicUsize::new(0));
    let mut lines = Vec::with_capacity(connections);
    for _ in 0..connections {
        lines.push(Line::open(origin).await?);
    }
    let (begun, mut tasks) = (Instant::now(), JoinSet::new());
    for mut line in lines {
        let (requests, next, origin) = (Arc::clone(&requests), Arc::clone(&next), origin.to_owned());
        tasks.spawn(async move {
            let mut done = Done::default();
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sent = Instant::now();
                match line.ask(request).await {
                    Ok(Answer { status: 200, .. }) => done.latencies.push(sent.elapsed()),
                    Ok(Answer { status: 503, told_when }) => {
                        done.shed += 1;
                        done.told_when += usize::from(told_when);
                    }
                    Ok(Answer { status, .. }) => anyhow::bail!("answered {status}"),
                    Err(_) => {
                        done.failed += 1;
                        line = Line::open(&origin).await?;
                    }
                }
            }
            Ok(done)
        });
    }
    let mut all = Done::default();
    while let Some(done) = tasks.join_next().await {
        let done = done??;
        all.shed += done.shed;
        all.told_when += done.told_when;
        all.failed += done.failed;
        all.latencies.extend(done.latencies);
    }
    let seconds = begun.elapsed().as_secs_f64();
    all.rate = f64::from(u32::try_from(all.latencies.len())?) / seconds;
    all.latencies.sort_unstable();
    Ok(all)
}

/// When it was quick again.
pub struct Recovered {
    /// Milliseconds after the burst.
    pub after: f64,
    /// Requests of the look that were acknowledged.
    pub acknowledged: usize,
}

/// Asks one after the other until five in a row are answered quickly.
pub async fn until_quick(origin: &str, requests: &[Request]) -> Result<Recovered> {
    let (begun, mut line, mut quick, mut acknowledged) = (Instant::now(), Line::open(origin).await?, 0, 0);
    for request in requests {
        let sent = Instant::now();
        let answer = line.ask(request).await?;
        acknowledged += usize::from(answer.status == 200);
        quick = if answer.status == 200 && sent.elapsed() < QUICK { quick + 1 } else { 0 };
        if quick == 5 {
            return Ok(Recovered { after: begun.elapsed().as_secs_f64() * 1e3, acknowledged });
        }
    }
    anyhow::bail!("not one of {} requests was quick", requests.len())
}

/// A connection.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

struct Answer {
    status: u16,
    told_when: bool,
}

impl Line {
    async fn open(origin: &str) -> Result<Self> {
        let address = origin.strip_prefix("http://").context("an address")?;
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the connection ended");
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.get(9..12).context("a status")?.parse()?;
        let (mut length, mut told_when) = (None, false);
        for line in text.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap_or_default();
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.parse::<usize>()?);
            }
            told_when |= name.eq_ignore_ascii_case("retry-after");
        }
        let end = head + length.context("the answer has no length")?;
        while self.buffer.len() < end {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the connection ended");
        }
        Ok(Answer { status, told_when })
    }
}
