//! The settings of devices: what they say, and that their version never falls.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::Settings;
use crate::checkpoint::settings::DeviceSettings;
use crate::checkpoint::testing::checkpoint;
use crate::testing::{Browser, TestServer};

/// What the server serves now. That it is signed as devices want it is shown by the browser's tests.
async fn served(server: &TestServer) -> Value {
    let answer = server.get(&mut Browser::default(), "/.well-known/tongxing-checkpoint.jws").await;
    let text = answer.text();
    let payload = text.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}

#[tokio::test]
async fn devices_get_what_the_installation_chose() {
    let hours = Duration::from_hours;
    let devices = DeviceSettings {
        amber_after: hours(2),
        check_after: hours(12),
        shift: hours(8),
        idle: Duration::from_secs(90),
        apart: hours(24),
        items: 1_000,
        warn_items: 800,
        warn_after: hours(6),
        minimum_app: 2,
    };
    let settings = Settings { devices, report_due: Duration::from_mins(30), ..Settings::for_tests() };
    let server = TestServer::with_settings(settings).await;
    let says = served(&server).await;
    assert_eq!(says["app"], json!({"minimum": 2}));
    assert_eq!((&says["amber_after"], &says["check_after"]), (&json!(7_200), &json!(43_200)));
    assert_eq!((&says["shift"], &says["idle"], &says["apart"]), (&json!(28_800), &json!(90), &json!(86_400)));
    assert_eq!(says["outbox"], json!({"items": 1_000, "warn_items": 800, "warn_after": 21_600}));
    assert_eq!(says["report_due"], 1_800);
    server.stop().await;
}

#[tokio::test]
async fn servers_agree_on_the_version_whenever_each_was_asked_before() {
    let (one, other) = (TestServer::start().await, TestServer::start().await);
    let mut seen = 0;
    // Asked at different moments before, and each once more at the same one.
    for (minutes, first) in
        [(3, &one), (4, &other), (2, &one), (1, &other), (1, &one), (10, &other), (9, &one)]
    {
        for server in [&one, &other] {
            server.advance(Duration::from_mins(minutes));
        }
        served(first).await;
        for server in [&one, &other] {
            server.advance(Duration::from_secs(20));
        }
        let versions = [served(&one).await, served(&other).await].map(|says| says["version"].as_i64());
        assert_eq!(versions[0], versions[1]);
        let version = versions[0].expect("a number");
        assert!(version >= seen, "it never falls");
        seen = version;
    }
    assert!(seen > crate::testing::START.seconds(), "and it grows");
    for server in [one, other] {
        server.stop().await;
    }
}

#[tokio::test]
async fn a_change_is_served_within_a_minute_and_no_version_below_what_was_seen() {
    let server = TestServer::start().await;
    let before = served(&server).await;
    checkpoint(&server.app, "North gate").await;
    assert_eq!(served(&server).await, before, "it is looked at once a minute");
    server.advance(Duration::from_secs(61));
    let after = served(&server).await;
    assert_eq!(after["checkpoints"][0]["name"], "North gate");
    assert!(after["version"].as_i64() >= before["version"].as_i64());
    assert!(after["issued"].as_i64() > before["issued"].as_i64());
    server.stop().await;
}
