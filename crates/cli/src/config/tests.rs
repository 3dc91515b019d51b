use clap::Parser;

use super::*;

#[derive(Debug, Parser)]
struct Trial {
    #[command(flatten)]
    options: Options,
}

const LAN: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 20));

fn config(arguments: &str) -> Result<Config, String> {
    let words = std::iter::once("trial").chain(arguments.split_whitespace());
    let trial = Trial::try_parse_from(words).map_err(|error| error.to_string())?;
    trial.options.validate(Some(LAN)).map_err(|failure| failure.to_string())
}

#[test]
fn without_options_it_is_plain_http_for_this_machine_on_sqlite() {
    let found = config("").unwrap();
    assert_eq!(found.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(found.public_origin, "http://127.0.0.1:8080");
    assert_eq!(found.database, Database::Sqlite("./data/tongxing.db".into()));
    assert_eq!((found.keys, found.tls), ("./data/keys".into(), TlsSource::None));
    assert_eq!(found.hotline, "027-87122256");
}

#[test]
fn a_local_authority_listens_to_phones_and_says_where() {
    let found = config("--tls-local --data /srv/t").unwrap();
    assert_eq!(found.listen.to_string(), "0.0.0.0:8443");
    assert_eq!(found.public_origin, "https://192.168.1.20:8443");
    assert_eq!(found.keys, PathBuf::from("/srv/t/keys"));
    assert_eq!(config("--tls-local --listen [::1]:1").unwrap().public_origin, "https://[::1]:1");
}

#[test]
fn plain_http_stays_on_this_machine() {
    for listen in ["0.0.0.0:8080", "192.168.1.20:8080", "[::]:8080"] {
        let refused = config(&format!("--listen {listen}")).unwrap_err();
        assert!(refused.contains("--listen") && refused.contains("--tls-local"), "{refused}");
        assert!(config(&format!("--listen {listen} --tls-local")).is_ok());
    }
    assert!(config("--listen [::1]:8080").is_ok());
    assert!(config("--listen 127.0.0.2:8080").is_ok());
}

#[test]
fn messages_name_the_option_and_what_it_accepts() {
    for (arguments, named, accepted) in [
        ("--listen localhost:8080", "--listen", "127.0.0.1:8080"),
        ("--database-url mysql://x", "--database-url", "sqlite://PATH"),
        ("--database-url sqlite://", "--database-url", "sqlite://PATH"),
        ("--public-origin code.example", "--public-origin", "https://HOST"),
        ("--public-origin http://code.example", "--public-origin", "only for localhost"),
        ("--public-origin https://code.example/", "--public-origin", "without a path"),
        ("--public-origin https://me@code.example", "--public-origin", "https://HOST"),
        ("--public-origin https://Code.Example", "--public-origin", "https://HOST"),
        ("--hotline <script>", "--hotline", "digits"),
        ("--companions 21", "--companions", "from 0 to 20"),
        ("--checkpoint-amber-after soon", "--checkpoint-amber-after", "90s, 15m or 4h"),
        ("--checkpoint-idle 5", "--checkpoint-idle", "90s, 15m or 4h"),
        ("--checkpoint-items 5001", "--checkpoint-items", "from 100 to 5000"),
        ("--checkpoint-minimum-app 0", "--checkpoint-minimum-app", "from 1"),
        ("--report-escalation 027-1", "--report-escalation", "e-mail address"),
        ("--trusted-proxy proxy", "--trusted-proxy", "IP address"),
        ("--log all", "--log", "info"),
        ("--tls-cert a.pem", "--tls-key", "required"),
        ("--tls-local --tls-cert a --tls-key b", "--tls-local", "cannot be used"),
        ("--tls-cert a --tls-key b", "--public-origin", "https://HOST"),
        ("--tls-local --public-origin http://localhost", "--public-origin", "https://"),
    ] {
        let refused = config(arguments).unwrap_err();
        assert!(refused.contains(named) && refused.contains(accepted), "{arguments}: {refused}");
    }
}

#[test]
fn a_password_in_the_database_address_is_not_printed() {
    let found = config("--database-url postgres://me:hidden@db/tongxing").unwrap();
    assert!(!format!("{found:?}").contains("hidden"));
}

#[test]
fn proxies_come_as_a_list() {
    let found = config("--trusted-proxy 10.0.0.1,::1 --public-origin https://code.example").unwrap();
    assert_eq!(found.trusted_proxies.len(), 2);
    assert_eq!(found.public_origin, "https://code.example");
}

#[test]
fn the_national_platform_is_named_whole_or_not_at_all() {
    assert_eq!(config("").unwrap().national, None);
    let found =
        config("--national-url http://127.0.0.1:8090 --national-key k.json").unwrap().national.unwrap();
    assert_eq!((found.url.as_str(), found.key), ("http://127.0.0.1:8090", PathBuf::from("k.json")));
    assert_eq!((found.ca, found.table), (None, None));
    let secure = "--national-url https://national.example --national-key k.json";
    let refused = config(secure).unwrap_err();
    assert!(refused.contains("--national-ca"), "{refused}");
    let found = config(&format!("{secure} --national-ca ca.pem --national-table t.toml")).unwrap();
    assert_eq!(found.national.unwrap().ca, Some(PathBuf::from("ca.pem")));
    for (half, named) in [
        ("--national-url http://127.0.0.1:8090", "--national-key"),
        ("--national-key k.json", "--national-url"),
        ("--national-url http://national.example --national-key k.json", "only for localhost"),
    ] {
        let refused = config(half).unwrap_err();
        assert!(refused.contains(named), "{refused}");
    }
}

#[test]
fn what_checkpoints_go_by_is_configured_within_bounds() {
    let found = config("").unwrap().checkpoints;
    assert_eq!(found.devices, server::checkpoint::settings::DeviceSettings::default());
    assert_eq!((found.report_due, found.report_escalation), (server::REPORT_DUE, None));
    let all = "--checkpoint-amber-after 2h --checkpoint-check-after 12h --checkpoint-shift 8h --checkpoint-idle 90s \
               --checkpoint-apart 24h --checkpoint-items 1000 --checkpoint-warn-items 800 \
               --checkpoint-warn-after 12h --checkpoint-minimum-app 3 --report-due 30m \
               --mail-server smtps://mail.example --mail-from a@b.example --report-escalation duty@health.example";
    let found = config(all).unwrap().checkpoints;
    let devices = found.devices;
    let seconds = [devices.amber_after, devices.check_after, devices.shift, devices.idle, devices.apart];
    assert_eq!(seconds.map(|span| span.as_secs()), [7_200, 43_200, 28_800, 90, 86_400]);
    assert_eq!((devices.items, devices.warn_items, devices.minimum_app), (1_000, 800, 3));
    assert_eq!((devices.warn_after.as_secs(), found.report_due.as_secs()), (43_200, 1_800));
    assert_eq!(
        found.report_escalation.as_ref().map(domain::contact::Contact::as_str),
        Some("duty@health.example")
    );
}

#[test]
fn settings_of_checkpoints_that_do_not_fit_name_key_value_and_what_is_allowed() {
    for (arguments, words) in [
        (
            "--checkpoint-check-after 4h",
            "--checkpoint-amber-after 4h: expected less than --checkpoint-check-after, 4h",
        ),
        (
            "--checkpoint-check-after 25h",
            "--checkpoint-check-after 25h: expected 1m to 24h (when status lists end)",
        ),
        ("--checkpoint-amber-after 4m", "--checkpoint-amber-after 4m: expected 5m to 24h"),
        ("--checkpoint-shift 13h", "--checkpoint-shift 13h: expected 1h to 12h"),
        ("--checkpoint-idle 31m", "--checkpoint-idle 31m: expected 30s to 30m"),
        ("--checkpoint-apart 73h", "--checkpoint-apart 73h: expected 12h to 72h"),
        (
            "--checkpoint-apart 11h",
            "--checkpoint-apart 11h: expected 12h to 72h (no less than --checkpoint-shift)",
        ),
        ("--checkpoint-apart 24h", "--checkpoint-warn-after 48h: expected less than --checkpoint-apart, 24h"),
        (
            "--checkpoint-items 4000",
            "--checkpoint-warn-items 4000: expected less than --checkpoint-items, 4000",
        ),
        ("--report-due 30s", "--report-due 30s: expected 1m to 24h"),
        ("--appeal-due 30m", "--appeal-due 30m: expected 1h to 240h"),
        (
            "--report-escalation duty@health.example",
            "--report-escalation duty@health.example: no e-mail can be sent",
        ),
    ] {
        let refused = config(arguments).unwrap_err();
        assert!(refused.contains(words), "{arguments}: {refused}");
    }
    assert!(config("--demo --report-escalation duty@health.example").is_ok(), "its outbox is shown");
}

#[test]
fn a_threshold_that_no_report_may_have_is_refused_and_none_is_cut_off() {
    for (text, tenths) in
        [("36", 360), ("36.0", 360), ("37.3", 373), ("39.9", 399), ("40", 400), ("40.0", 400)]
    {
        let found = config(&format!("--temperature-threshold {text}")).expect(text);
        let whole = Temperature::from_celsius(f64::from(tenths) / 10.0).expect("a temperature");
        assert_eq!(found.temperature_threshold, whole, "{text}");
    }
    for text in ["35.9", "40.1", "0", "100", "37.35", "37.30", "37.", ".3", "3.73e1", "+37.3", "NaN", "65573"]
    {
        let refused = config(&format!("--temperature-threshold {text}")).unwrap_err();
        for words in ["--temperature-threshold", text, "from 36.0 to 40.0", "one decimal"] {
            assert!(refused.contains(words), "{text}: {refused}");
        }
    }
}
