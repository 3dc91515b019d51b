//! `tongxing log open`: the file that an auditor was handed out, against a copy of the log.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs;
use std::path::Path;

use common::run;
use transparency::{
    Checkpoint, Frontier, Hash, Leaf, OpenedHead, OpenedLeaf, SigningKey, Tile, bundle, commitment,
};

const CONTENT: &str = r#"{"decision":"1","colour":"red"}"#;

fn leaf(number: u8) -> Leaf {
    let commitment = commitment("decision", [number; 16], CONTENT.as_bytes());
    let rule_set = Some("hubei-colours-3".to_owned());
    Leaf { kind: "decision".to_owned(), rule_set, time: 1_795_420_800, commitment }
}

fn signing() -> SigningKey {
    SigningKey::of_log("code.example/log", &zeroize::Zeroizing::new([7; 32])).unwrap()
}

/// A copy of a log of five leaves.
fn copy(folder: &Path) {
    let entries: Vec<Vec<u8>> = (0..5).map(|number| leaf(number).to_bytes().unwrap()).collect();
    let hashes: Vec<Hash> = entries.iter().map(|entry| Hash::of_leaf(entry)).collect();
    let mut frontier = Frontier::default();
    for hash in &hashes {
        frontier.push(*hash, |_, _, _| {});
    }
    fs::write(folder.join("checkpoint"), Checkpoint::sign(5, frontier.root(), &signing()).to_string())
        .unwrap();
    for tile in Tile::all(5) {
        let bytes = match tile.level {
            None => bundle(entries.iter().map(Vec::as_slice)),
            Some(_) => hashes.iter().flat_map(|hash| hash.0).collect(),
        };
        let path = folder.join(tile.path());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn line(number: u8) -> OpenedLeaf {
    OpenedLeaf::new(number.into(), leaf(number), [number; 16], CONTENT.to_owned())
}

fn file(folder: &Path, lines: &[OpenedLeaf]) -> String {
    let days = ["2026-11-01".to_owned(), "2026-11-23".to_owned()];
    let head = OpenedHead::new("0a".to_owned(), "0b".to_owned(), days, lines.len() as u64, 3);
    let lines = lines.iter().map(|line| serde_json::to_string(line).unwrap());
    let text: Vec<String> = std::iter::once(serde_json::to_string(&head).unwrap()).chain(lines).collect();
    let path = folder.join("order.jsonl");
    fs::write(&path, text.join("\n") + "\n").unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_was_opened_is_checked_alone_and_against_the_log() {
    let folder = tempfile::tempdir().unwrap();
    copy(folder.path());
    let (log, key) = (folder.path().to_str().unwrap().to_owned(), signing().public().to_string());
    let both = |path: &str| run(&["log", "open", path, "--log", &log, "--key", &key], b"");

    let path = file(folder.path(), &[line(1), line(4)]);
    for said in [run(&["log", "open", &path], b""), both(&path)] {
        assert_eq!(said.status, 0, "{}{}", said.out, said.err);
        assert!(said.out.contains("2 leaves of unit 0b, 2026-11-01 to 2026-11-23"), "{}", said.out);
        assert!(said.out.contains("2 decision commit to their content"), "{}", said.out);
        assert!(said.out.contains("3 of all units have no salt"), "{}", said.out);
    }

    // Other words than were committed to.
    let other = OpenedLeaf { content: CONTENT.replace("red", "green"), ..line(1) };
    let said = run(&["log", "open", &file(folder.path(), &[other, line(4)])], b"");
    assert_eq!(said.status, 1);
    assert!(said.out.contains("WRONG: salt and content") && said.out.contains("at leaf 1"), "{}", said.out);

    // True to itself, and not in the log: at another place, beyond its end, or never written.
    for line in [
        OpenedLeaf { index: 2, ..line(1) },
        OpenedLeaf { index: 5, ..line(4) },
        OpenedLeaf { index: 3, ..line(9) },
    ] {
        let path = file(folder.path(), &[line]);
        assert_eq!(run(&["log", "open", &path], b"").status, 0);
        let said = both(&path);
        assert_eq!(said.status, 1, "{}", said.out);
        assert!(said.out.contains("WRONG: "), "{}", said.out);
    }

    // A log without a key proves nothing, and what is no such file is said to be none.
    assert_eq!(run(&["log", "open", &path, "--log", &log], b"").status, 2);
    fs::write(&path, "{}\n").unwrap();
    let said = run(&["log", "open", &path], b"");
    assert!(said.status == 1 && said.out.contains("first line"), "{}", said.out);
}
