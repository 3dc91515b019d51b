//! `tongxing rules check` and `rules explain` on rule sets: the published ones, broken ones, and garbage.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::path::PathBuf;

use common::run;
use serde_json::{Value, json};

const HUBEI: &str = "hubei-colours-3.json";

fn published(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rulesets").join(name);
    path.to_str().unwrap().to_owned()
}

fn all_published() -> Vec<String> {
    let folder = std::fs::read_dir(published("")).unwrap();
    let mut files: Vec<_> = folder.map(|file| file.unwrap().path().to_str().unwrap().to_owned()).collect();
    files.sort();
    files
}

fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("rule-set-{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A published set with one change.
fn changed(name: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut set: Value = serde_json::from_slice(&std::fs::read(published(HUBEI)).unwrap()).unwrap();
    change(&mut set);
    file(name, set.to_string())
}

#[test]
fn every_published_set_holds_and_has_words_in_every_language() {
    let files = all_published();
    assert_eq!(files.len(), 5);
    let arguments: Vec<&str> =
        ["rules", "check"].into_iter().chain(files.iter().map(|file| &**file)).collect();
    let found = run(&arguments, b"");
    assert_eq!((found.status, found.err.as_str()), (0, ""), "{}", found.out);
    for (line, file) in found.out.lines().zip(&files) {
        let name = PathBuf::from(file).file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(line.starts_with(&format!("{file}: {name}: valid; ")), "{line}");
    }
    let found = run(&["rules", "check", "--json", &published(HUBEI)], b"");
    let report: Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!((&report["holds"], &report["name"]), (&json!("rule_set"), &json!("hubei-colours-3")));
    assert_eq!(
        (&report["rules"], &report["examples"], &report["issues"]),
        (&json!(12), &json!(19), &json!([]))
    );
    assert!(report["situations"].as_u64().unwrap() > 1_000, "{report}");
}

#[test]
fn what_is_wrong_with_a_set_is_said_with_its_place() {
    let contradictory = json!({"and": [
        {"===": [{"var": "item.division"}, "420100"]}, {"===": [{"var": "item.division"}, "420300"]},
    ]});
    let twice = |rule: &Value| {
        let mut rule = rule.clone();
        rule["id"] = json!("declared-symptoms-again");
        rule
    };
    for (name, change, place, message) in [
        (
            "member",
            (&|set: &mut Value| set["colour"] = json!("red")) as &dyn Fn(&mut Value),
            "not a rule set",
            "unknown field",
        ),
        ("path", &|set| set["rules"][4]["if"] = json!({"var": "item.city"}), "/rules/4/if", "no evidence"),
        ("visit", &|set| set["rules"][0]["on"] = json!(["visit"]), "/rules/0/on/0", "no kind of evidence"),
        ("now", &|set| set["rules"][0]["if"] = json!({"!": [{"var": "now"}]}), "/rules/0/if/!/0", "compared"),
        ("never", &|set| set["rules"][4]["if"] = contradictory.clone(), "/rules/4", "never holds"),
        (
            "twice",
            &|set| set["rules"][8] = twice(&set["rules"][7]),
            "/rules/8",
            "says as much, such as declared-symptoms",
        ),
        (
            "back",
            &|set| set["rules"][0]["way_back"] = json!(["case_contact"]),
            "/rules/0/way_back",
            "ends it",
        ),
        ("reason", &|set| set["rules"][0]["reason"] = json!("rumour"), "no words in zh-Hant for rumour", ""),
        ("example", &|set| set["examples"][9]["outcome"] = json!("yellow"), "/examples/9", "and not yellow"),
        ("version", &|set| set["version"] = json!(-1), "not a rule set", ""),
    ] {
        let path = changed(name, change);
        let found = run(&["rules", "check", &path], b"");
        assert_eq!((found.status, found.err.as_str()), (1, ""), "{name}: {}", found.out);
        let hit = found.out.lines().any(|line| {
            let said = line.strip_prefix(&format!("{path}: ")).unwrap();
            said.starts_with(place) && said.contains(message)
        });
        assert!(hit, "{name}: {}", found.out);
    }
}

#[test]
fn garbage_is_refused_and_stops_nothing() {
    let good = published(HUBEI);
    let text = std::fs::read_to_string(&good).unwrap();
    let deep = format!("{{\"format\":{}", "[".repeat(100_000));
    let files = [
        file("empty", ""),
        file("bytes", b"{\"format\": \"\xFF\xFE\"}"),
        file("format", r#"{"format": 7}"#),
        file("deep", deep),
        file("half", &text[..text.len() / 2]),
        file("twice", text.replace("\"version\": 3,", "\"version\": 3, \"version\": 4,")),
        file("bomb", text.replacen("\"evidence\"", &format!("\"evidence{}\"", "e".repeat(5_000)), 1)),
        file("large", format!("{text}{}", " ".repeat(1024 * 1024))),
    ];
    let arguments: Vec<&str> =
        ["rules", "check", &good].into_iter().chain(files.iter().map(|file| &**file)).collect();
    let found = run(&arguments, b"");
    assert_eq!((found.status, found.err.as_str()), (1, ""));
    for file in &files {
        assert!(found.out.lines().any(|line| line.starts_with(file.as_str())), "{file}: {}", found.out);
    }
    assert!(found.out.lines().next().unwrap().contains("valid"));
    for file in &files {
        assert_eq!(run(&["rules", "explain", file], b"{}").status, 2, "{file}");
    }
    assert_eq!(run(&["rules", "explain", &good, &published("entry-acceptance-1.json")], b"").status, 2);
    assert_eq!(run(&["rules", "explain", "--language", "tlh", &good], b"").status, 2);
}

fn explained(arguments: &[&str], lines: &str) -> Vec<Value> {
    let arguments: Vec<&str> = ["rules", "explain"].iter().chain(arguments).copied().collect();
    let found = run(&arguments, lines.as_bytes());
    assert_eq!((found.status, found.err.as_str()), (0, ""));
    found.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn fever(division: &str) -> Value {
    json!({"kind": "temperature_report", "at": "2020-04-03T10:00:00+08:00", "source": "report", "reference": "r-7",
        "tenths": 378, "site": "ear", "division": division})
}

#[test]
fn a_decision_is_explained_in_each_language() {
    let line = json!({"evidence": [fever("420300")], "now": "2020-04-05T10:00:00+08:00"}).to_string();
    for (language, words) in [
        (
            "en",
            [
                "No colour for now. So since 10:00, 3 April 2020, under rule set hubei-colours-3.",
                "Rule “fever-elsewhere” holds because of: confirmed report of a fever, 10:00, 3 April 2020. A health officer \
             has confirmed that you had a fever, outside Wuhan. For 7 days you have no colour; then it is green by itself, \
             unless a case is recorded.",
                "At 10:00, 10 April 2020 it becomes by itself: Green: pass.",
            ],
        ),
        (
            "zh-Hans",
            [
                "暂无颜色。自2020年4月3日10:00起，依据规则集 hubei-colours-3。",
                "规则“fever-elsewhere”适用，依据：已确认的发热上报，2020年4月3日10:00。卫生人员已确认您曾在武汉以外发热。\
             7天内没有颜色；期满自动转为绿码，除非登记为病例。",
                "2020年4月10日10:00自动转为：绿码：通行。",
            ],
        ),
        (
            "zh-Hant",
            [
                "暫無顏色。自2020年4月3日10:00起，依據規則集 hubei-colours-3。",
                "規則「fever-elsewhere」適用，依據：已確認的發熱上報，2020年4月3日10:00。衛生人員已確認您曾在武漢以外發熱。\
             7天內沒有顏色；期滿自動轉為綠碼，除非登記為病例。",
                "2020年4月10日10:00自動轉為：綠碼：通行。",
            ],
        ),
    ] {
        let told = explained(&["--language", language, &published(HUBEI)], &line);
        assert_eq!(told[0]["words"], json!(words), "{language}");
        assert_eq!(told[0]["outcome"], "none");
        assert_eq!(
            (&told[0]["until"], &told[0]["then"]),
            (&json!("2020-04-10T02:00:00.000Z"), &json!("green"))
        );
        let fired = &told[0]["fired"][0];
        assert_eq!(
            (&fired["rule"], &fired["evidence"], &fired["reference"]),
            (&json!("fever-elsewhere"), &json!(0), &json!("r-7"))
        );
        assert!(!told[0].to_string().contains('⟦'), "{told:?}");
    }
}

#[test]
fn the_set_in_force_decides_and_every_line_has_its_answer() {
    let sets: Vec<String> =
        (1..=3).map(|version| published(&format!("hubei-colours-{version}.json"))).collect();
    let sets: Vec<&str> = sets.iter().map(|set| &**set).collect();
    let asymptomatic =
        json!({"kind": "case_asymptomatic", "at": "2020-03-02T10:00:00+08:00", "source": "office"});
    let at = |now: &str| json!({"evidence": [asymptomatic], "now": now}).to_string();
    let mut wrong = fever("420300");
    wrong["division"] = json!("ERIKSSON");
    let lines = [
        at("2020-03-09T23:59:59+08:00"),
        at("2020-03-10T00:00:00+08:00"),
        at("2020-04-25T00:00:00+08:00"),
        at("2019-12-31T00:00:00+08:00"),
        at("ERIKSSON"),
        json!({"evidence": [asymptomatic, wrong], "now": "2020-04-05T10:00:00+08:00"}).to_string(),
        json!({"evidence": vec![asymptomatic.clone(); 300], "now": "2020-04-05T10:00:00+08:00"}).to_string(),
        r#"{"evidence": {}}"#.to_owned(),
        "ERIKSSON".to_owned(),
        String::new(),
        "[".repeat(100_000),
        r#"{"evidence":[],"now":"2020-04-05T10:00:00+08:00"}"#.to_owned(),
    ];
    let told = explained(&sets, &lines.join("\n"));
    let brief: Vec<(&Value, &Value)> =
        told.iter().map(|told| (&told["rule_set"], &told["outcome"])).collect();
    assert_eq!(brief[0], (&json!("hubei-colours-1"), &json!("green")));
    assert_eq!(brief[1], (&json!("hubei-colours-2"), &json!("red")));
    assert_eq!(brief[2], (&json!("hubei-colours-3"), &json!("red")));
    let kinds: Vec<&Value> = told[3..11].iter().map(|told| &told["error"]["kind"]).collect();
    assert_eq!(kinds, ["no_rules", "line", "evidence", "failed", "line", "line", "line", "line"]);
    assert_eq!(told[5]["error"]["place"], "/evidence/1");
    assert_eq!(told[11]["words"][1], "No rule holds. Nothing is on record that stands against passing.");
    assert!(!json!(told).to_string().contains("ERIKSSON"));
}

#[test]
fn entry_is_explained_in_the_words_of_inspectors() {
    let code = |standing: &str| {
        json!({"evidence": [{"kind": "national_code", "at": "2020-05-01T10:00:00+08:00",
        "source": "code", "standing": standing}], "now": "2020-05-01T10:00:00+08:00"})
    };
    let lines =
        ["green", "yellow", "expired", "unavailable"].map(|standing| code(standing).to_string()).join("\n");
    let told = explained(&[&published("entry-acceptance-1.json")], &lines);
    let outcomes: Vec<&Value> = told.iter().map(|told| &told["outcome"]).collect();
    assert_eq!(outcomes, ["pass", "check", "stop", "check"]);
    assert!(!json!(told).to_string().contains('⟦'), "{told:?}");
}

/// The server judges answers of the national platform by rows of its own until it takes the set in their place.
#[test]
fn the_set_on_entry_gives_what_the_server_gives_for_each_answer_of_the_platform() {
    use domain::entry::{self, NationalStanding as Asked, Shown};
    use server::recognition::national::{NationalColour, Standing};
    let now = domain::Timestamp::from_seconds(1_795_420_800);
    for (standing, asked) in [
        (Standing::Colour(NationalColour::Green), Asked::Green),
        (Standing::Colour(NationalColour::Yellow), Asked::Yellow),
        (Standing::Colour(NationalColour::Red), Asked::Red),
        (Standing::Colour(NationalColour::None), Asked::None),
        (Standing::Expired, Asked::Expired),
        (Standing::Withdrawn, Asked::Withdrawn),
        (Standing::Unknown, Asked::Unknown),
    ] {
        let reasons: Vec<_> = standing.reason().into_iter().collect();
        let verdict = reasons.first().map_or(credential::Verdict::Pass, |reason| reason.verdict());
        assert_eq!(
            entry::published().judge(Shown::National(asked), now).unwrap(),
            (verdict, reasons),
            "{standing:?}"
        );
    }
}
