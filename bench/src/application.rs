//! Applications a second through HTTP, whole journeys of a browser without script, beside a bare axum route
//! that reads a form of the same size; the same client drives both, in alternating rounds.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use axum::routing::post;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};

use crate::report::Figure;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(4);
const BROWSERS: usize = 8;

/// The figures: applications a second, and requests a second in those journeys.
pub fn figures(binary: &Path) -> Result<Vec<Figure>> {
    tokio::runtime::Runtime::new()?.block_on(measure(binary))
}

async fn measure(binary: &Path) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let service = Service::start(binary, folder.path()).await?;
    let bare = bare().await?;
    let client = Client::builder().redirect(Policy::none()).build()?;
    let (mut journeys, mut requests) = (Vec::new(), Vec::new());
    let numbers = Arc::new(AtomicU64::new(10_000_000));
    for _ in 0..ROUNDS {
        let (client_, origin, numbers) = (client.clone(), service.origin.clone(), numbers.clone());
        journeys.push(rate(move || apply(client_.clone(), origin.clone(), numbers.clone())).await?);
        let (client_, url) = (client.clone(), bare.clone());
        requests.push(rate(move || plain(client_.clone(), url.clone())).await?);
    }
    let (journeys, requests) = (median(journeys), median(requests));
    let posts = f64::from(u32::try_from(POSTS).unwrap_or(u32::MAX));
    let beside = "requests/s of a bare axum route that reads the same form, same client";
    Ok(vec![
        Figure::new(
            "applications through HTTP (SQLite, 7 forms each)",
            (journeys, "1/s"),
            (beside, requests),
            None,
        ),
        Figure::new("forms of those applications", (journeys * posts, "1/s"), (beside, requests), None),
    ])
}

/// How often `work` is done in a second by [`BROWSERS`] at once.
async fn rate<F, W>(work: F) -> Result<f64>
where
    F: Fn() -> W + Clone + Send + 'static,
    W: Future<Output = Result<()>> + Send,
{
    let done = Arc::new(AtomicU64::new(0));
    let mut browsers = tokio::task::JoinSet::new();
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    for _ in 0..BROWSERS {
        let (work, done, stop) = (work.clone(), done.clone(), stop.clone());
        browsers.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                work().await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    tokio::time::sleep(ROUND).await;
    let counted = done.load(Ordering::Relaxed);
    stop.store(true, Ordering::Relaxed);
    while let Some(result) = browsers.join_next().await {
        result??;
    }
    Ok(f64::from(u32::try_from(counted)?) / ROUND.as_secs_f64())
}

const POSTS: usize = 7;

/// One journey: from the start page's button to the reference number.
async fn apply(client: Client, origin: String, numbers: Arc<AtomicU64>) -> Result<()> {
    let number = numbers.fetch_add(1, Ordering::Relaxed);
    // Each applicant has a network of their own: limits by network are not what is measured.
    let address = format!("10.{}.{}.1", (number >> 8) & 0xFF, number & 0xFF);
    let send = |path: &'static str, cookie: String, form: Vec<(&'static str, String)>| {
        client
            .post(format!("{origin}{path}"))
            .header(COOKIE, cookie)
            .header("x-forwarded-for", address.clone())
            .form(&form)
            .send()
    };
    let started = send("/apply", String::new(), vec![]).await?;
    let cookie = cookie_of(&started)?;
    let page =
        client.get(format!("{origin}/apply/kind")).header(COOKIE, &cookie).send().await?.text().await?;
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let csrf = csrf.context("the page has no token")?.to_owned();
    for (path, fields) in steps(number) {
        let mut form: Vec<(&'static str, String)> = vec![("csrf", csrf.clone())];
        form.extend(fields.into_iter().map(|(name, text)| (name, text.to_owned())));
        if path == "/apply/document" {
            form.push(("number", format!("U{number}")));
        }
        let answer = send(path, cookie.clone(), form).await?;
        ensure!(answer.status() == StatusCode::SEE_OTHER, "{path} answered {}", answer.status());
        let next = answer.headers().get(LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
        ensure!(next != "/apply", "{path} led back to the start");
    }
    Ok(())
}

fn steps(number: u64) -> [(&'static str, Vec<(&'static str, &'static str)>); POSTS - 1] {
    let given = if number.is_multiple_of(2) { "Ilona" } else { "Matteo" };
    [
        ("/apply/kind", vec![("kind", "passport")]),
        (
            "/apply/document",
            vec![
                ("issuing_state", "UTO"),
                ("expiry_day", "1"),
                ("expiry_month", "6"),
                ("expiry_year", "2033"),
                ("mrz", ""),
            ],
        ),
        (
            "/apply/person",
            vec![
                ("family", "Utopia"),
                ("given", given),
                ("chinese", ""),
                ("birth_day", "28"),
                ("birth_month", "2"),
                ("birth_year", "1991"),
                ("sex", "F"),
                ("nationality", "UTO"),
            ],
        ),
        (
            "/apply/residence",
            vec![("division", "420100"), ("county", "Jianghan"), ("address", "1 Test Road"), ("phone", "")],
        ),
        (
            "/apply/health",
            vec![("symptoms", "none"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")],
        ),
        ("/apply/check", vec![]),
    ]
}

async fn plain(client: Client, url: String) -> Result<()> {
    let form = [("csrf", "0123456789012345678901"), ("division", "420100"), ("county", "Jianghan")];
    let answer = client.post(url).header(COOKIE, "tongxing-device=0123456789").form(&form).send().await?;
    ensure!(answer.status() == StatusCode::SEE_OTHER, "the bare route answered {}", answer.status());
    Ok(())
}

async fn bare() -> Result<String> {
    let redirect = async |_: axum::body::Bytes| axum::response::Redirect::to("/next");
    let router = axum::Router::new().route("/", post(redirect));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

fn cookie_of(answer: &Response) -> Result<String> {
    let line = answer.headers().get(SET_COOKIE).and_then(|v| v.to_str().ok()).context("no cookie was set")?;
    Ok(line.split(';').next().unwrap_or_default().to_owned())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The service, stopped when dropped.
struct Service {
    child: Child,
    origin: String,
}

impl Service {
    async fn start(binary: &Path, folder: &Path) -> Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let listen = format!("127.0.0.1:{port}");
        let child = Command::new(binary)
            .args(["run", "--demo", "--trusted-proxy", "127.0.0.1", "--log", "error", "--listen", &listen])
            .arg("--data")
            .arg(folder.join("data"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be started: run `make build`", binary.display()))?;
        let service = Self { child, origin: format!("http://{listen}") };
        for _ in 0..200 {
            if reqwest::get(format!("{}/readyz", service.origin)).await.is_ok_and(|r| r.status().is_success())
            {
                return Ok(service);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("the service did not start")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
