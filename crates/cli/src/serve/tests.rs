use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::sync::oneshot;

use super::*;

/// Sends one request on a thread of its own, and gives the whole answer.
fn ask(address: SocketAddr, path: &'static str) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_has_begun_is_finished_after_a_stop() {
    let (begun, has_begun) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let begun = Arc::new(Mutex::new(Some(begun)));
    let slow = move |ConnectInfo(peer): ConnectInfo<SocketAddr>| {
        let begun = begun.lock().unwrap().take().unwrap();
        async move {
            begun.send(()).unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
            format!("finished for {}", peer.ip())
        }
    };
    let router = Router::new().route("/slow", get(slow));
    let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(run(listener, Tls::Off, router, async { stopped.await.unwrap_or(()) }));
    let asking = ask(address, "/slow");
    has_begun.await.unwrap();
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap().unwrap();
    let answer = asking.join().unwrap();
    assert!(answer.ends_with("finished for 127.0.0.1"), "{answer}");
    assert!(TcpStream::connect(address).is_err(), "nothing new is taken");
}

#[test]
fn a_taken_port_names_the_option() {
    let held = bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let refused = bind(held.local_addr().unwrap()).unwrap_err().to_string();
    assert!(refused.contains("--listen") && refused.contains("another program"), "{refused}");
}
