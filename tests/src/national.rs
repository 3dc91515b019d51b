//! `tongxing national-demo`: the stand-in for the national platform.

use std::fs::File;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::Place;
use crate::server::free_port;

/// A stand-in on a free port of this machine.
pub struct NationalDemo {
    child: Child,
    /// Its address, without a trailing slash.
    pub origin: String,
    /// The file that `--national-key` takes.
    pub key: String,
    /// Its codes: `state`, `code`, `pass`.
    pub codes: Vec<Value>,
}

impl NationalDemo {
    /// Starts it, and waits until it answers.
    pub async fn start(place: &Place) -> Self {
        let (folder, listen) = (place.folder().join("national"), format!("127.0.0.1:{}", free_port()));
        let log = File::create(place.folder().join("national.log")).unwrap();
        let mut command = place.command(&["national-demo", "--listen", &listen, "--data"]);
        let command = command.arg(&folder).stdout(Stdio::null()).stderr(Stdio::from(log));
        let origin = format!("http://{listen}");
        let key = folder.join("national-client.json").to_str().unwrap().to_owned();
        let mut demo = Self { child: command.spawn().unwrap(), origin, key, codes: Vec::new() };
        for _ in 0..300 {
            assert!(demo.child.try_wait().unwrap().is_none(), "the stand-in ended");
            if let Ok(answer) = reqwest::get(format!("{}/", demo.origin)).await {
                demo.codes = answer.json().await.unwrap();
                return demo;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the stand-in is not ready after 30 s");
    }

    /// The text of a code, `code` or `pass`, in this state.
    pub fn text(&self, state: &str, form: &str) -> String {
        let found = self.codes.iter().find(|code| code["state"] == state).expect("a code in this state");
        found[form].as_str().unwrap().to_owned()
    }

    /// Tells it how to behave.
    pub async fn control(&self, mode: &Value) {
        let client = reqwest::Client::new();
        let answer = client.post(format!("{}/control", self.origin)).json(mode).send().await.unwrap();
        assert!(answer.status().is_success(), "{mode}");
    }

    /// Ends it without a word.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A test that failed must not leave it behind.
impl Drop for NationalDemo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
