//! TLS from files and from the machine's own authority: browsers that trust it get `__Host-` cookies.
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(clippy::disallowed_methods, reason = "the certificate of the test is made on the spot")]

use blackbox::{Browser, Engine, Place, Server};
use reqwest::{Certificate, Client};

fn with_aws_lc() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// An application begun over this connection has its cookie for this host and https alone.
async fn a_phone_is_recognised(server: &Server, root: Certificate) {
    let trusting = || Client::builder().cookie_store(true).add_root_certificate(root.clone());
    let phone = Browser::with(trusting(), &server.origin);
    let start = phone.get("/apply").await;
    assert_eq!(phone.submit(&start, "/apply", &[]).await.path, "/apply/kind", "the browser kept the cookie");
    let client = trusting().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}/apply", server.origin)).header("origin", &server.origin);
    let answer = request.form(&[("start", "")]).send().await.unwrap();
    let cookies: Vec<&str> =
        answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let device = cookies.iter().find(|c| c.starts_with("__Host-tongxing-device=")).expect("a device cookie");
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(device.split("; ").any(|given| given == attribute), "{attribute} is missing");
    }
    assert!(!device.contains("Domain="));
    let pages = client.get(format!("{}/", server.origin)).send().await.unwrap();
    assert!(pages.headers().contains_key("strict-transport-security"));
}

async fn a_stranger_refuses(server: &Server) {
    let refused = Client::builder().build().unwrap().get(&server.origin).send().await;
    assert!(refused.is_err(), "nobody trusts it who was not told to");
}

#[tokio::test]
async fn from_files() {
    with_aws_lc();
    let place = Place::new(Engine::Sqlite).await;
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let cert = place.write("cert.pem", made.cert.pem());
    let key = place.write("key.pem", made.signing_key.serialize_pem());
    let root = Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let files = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let server = Server::over_tls(&place, &files, root.clone()).await;
    a_phone_is_recognised(&server, root).await;
    a_stranger_refuses(&server).await;
    server.stop();
}

#[tokio::test]
async fn from_the_local_authority() {
    with_aws_lc();
    let place = Place::new(Engine::Sqlite).await;
    // The authority is made on first use and kept: the first server tells its certificate to who installs it.
    let blind = Client::builder().danger_accept_invalid_certs(true).build().unwrap();
    let first = Server::over_tls_with(&place, &["--tls-local"], blind.clone()).await;
    let pem = blind.get(format!("{}/local-authority.crt", first.origin)).send().await.unwrap();
    let bytes = pem.bytes().await.unwrap();
    first.stop();
    let root = Certificate::from_pem(&bytes).or_else(|_| Certificate::from_der(&bytes)).unwrap();
    let server = Server::over_tls(&place, &["--tls-local"], root.clone()).await;
    a_phone_is_recognised(&server, root).await;
    a_stranger_refuses(&server).await;
    server.stop();
}
