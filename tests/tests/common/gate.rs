//! A checkpoint with an inspector's devices, and the health authority that reads what they report.

use std::collections::HashMap;

use blackbox::{Browser, InspectorDevice, Place, Server, add_checkpoint};
use serde_json::{Value, json};

use super::until;

/// An administrator and an inspector who are signed in, on a server with a checkpoint.
pub struct Gate {
    pub administrator: Browser,
    pub inspector: Browser,
}

impl Gate {
    pub async fn at(place: &Place, server: &Server) -> Self {
        let accounts = [("administrator", "Service"), ("inspector", "Checkpoint unit")];
        let accounts = accounts.map(|(role, unit)| place.staff(role, unit, role));
        let [administrator, inspector] = [server.browser(), server.browser()];
        administrator.sign_in(&accounts[0]).await;
        inspector.sign_in(&accounts[1]).await;
        add_checkpoint(&administrator, "Gate 3").await;
        Self { administrator, inspector }
    }

    pub async fn device(&self, server: &Server, name: &str) -> InspectorDevice {
        InspectorDevice::enrolled(&self.administrator, &self.inspector, &server.origin, name).await
    }
}

/// Reads reports as the health authority's own system does.
pub struct Authority {
    token: String,
    client: reqwest::Client,
}

impl Authority {
    pub fn of(place: &Place) -> Self {
        let add = ["client", "add", "--name", "authority", "--unit", "Health", "--scope", "health"];
        let said = place.run(&add);
        let token = said.lines().find_map(|line| line.strip_prefix("token")).expect("a token");
        Self { token: token.trim().to_owned(), client: reqwest::Client::new() }
    }

    /// Every report that is there, in its newest version.
    pub async fn reports(&self, server: &Server) -> Vec<Value> {
        let (mut all, mut after) = (HashMap::new(), String::new());
        loop {
            let url = format!("{}/api/v1/reports?after={after}", server.origin);
            let answer = self.client.get(url).bearer_auth(&self.token).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200);
            let answer: Value = answer.json().await.unwrap();
            for report in answer["reports"].as_array().unwrap() {
                all.insert(report["id"].as_str().unwrap().to_owned(), report.clone());
            }
            answer["next"].as_str().unwrap().clone_into(&mut after);
            if answer["more"] == json!(false) {
                return all.into_values().collect();
            }
        }
    }

    /// The same once there are so many, or as many as there are after 20 s.
    pub async fn reports_when(&self, server: &Server, wanted: usize) -> Vec<Value> {
        until(|| async { self.reports(server).await.len() >= wanted }).await;
        self.reports(server).await
    }
}
