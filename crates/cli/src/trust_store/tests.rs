use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{
    Es256Key, Format, Import, Issuer, KeyState, PublicKey, Purpose, Seconds, SignedTrustError,
    SignedTrustList, Signer as _, TRUST_LIFE, Taken, TrustList, TrustedKey, VerifyingKey,
};
use serde_json::json;

use super::*;
use crate::passphrase::Passphrase;
use crate::root;

const NOW: Seconds = 1_795_420_800;
const LATER: Seconds = NOW + 86_400;

/// A folder with a root key, and our own entry: nothing else is needed.
struct Desk {
    folder: tempfile::TempDir,
    root: Es256Key,
    own: Issuer,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = Passphrase::new("words for a test only".to_owned());
        let root = root::make(&folder.path().join(root::FILE), &passphrase).unwrap();
        let public = [root.public()];
        std::fs::write(folder.path().join(root::PUBLIC_FILE), root::public_text(&public)).unwrap();
        let own = Issuer {
            name: Some("CN-HB".to_owned()),
            format: Format::Tongxing,
            purposes: vec![Purpose::Pass, Purpose::Status],
            keys: vec![TrustedKey::ours(key().public(), NOW, NOW + 1_000_000)],
        };
        Self { folder, root, own }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn load(&self) -> TrustStore {
        TrustStore::load(self.path()).unwrap()
    }

    fn publish(&self, store: &mut TrustStore, now: Seconds) -> Publication {
        store.republish(&self.own, &self.root, now).unwrap()
    }

    /// What a checker takes who has seen this version.
    fn fetched(&self, minimum: u64, now: Seconds) -> Result<TrustList, SignedTrustError> {
        let text = std::fs::read_to_string(self.path().join(SIGNED_FILE)).unwrap();
        SignedTrustList::parse(&text)?.verify(&[self.root.public()], minimum, now)
    }
}

fn key() -> Es256Key {
    let folder = tempfile::tempdir().unwrap();
    root::make(&folder.path().join("key"), &Passphrase::new("words for a test only".to_owned())).unwrap()
}

fn taken(issuer: &str, kid: &str, key: &PublicKey) -> Taken {
    let mut jwk = serde_json::to_value(key.jwk()).unwrap();
    jwk["kid"] = json!(kid);
    let import = Import { format: Format::Nzcp, issuer: Some(issuer), not_before: None, not_after: None };
    let mut imported = import.read(jwk.to_string().as_bytes()).unwrap();
    imported.taken.remove(0)
}

fn states(list: &TrustList, kid: &str) -> Vec<KeyState> {
    list.named(kid.as_bytes()).map(|(_, key)| key.state).collect()
}

#[test]
fn what_is_published_is_what_was_taken_in_and_versions_rise() {
    let desk = Desk::new();
    let mut store = desk.load();
    assert_eq!(store.version(), 0);
    let first = desk.publish(&mut store, NOW);
    assert_eq!((first.version, first.expires), (1, NOW + TRUST_LIFE));
    assert_eq!(desk.fetched(0, NOW).unwrap().issuers(), std::slice::from_ref(&desk.own));
    let foreign = key().public();
    let additions = store.add(Format::Nzcp, &[Purpose::Pass], vec![taken("did:web:a", "key-1", &foreign)]);
    assert_eq!(additions, [Addition::New]);
    desk.publish(&mut store, LATER);
    let list = desk.fetched(1, LATER).unwrap();
    assert_eq!((list.version(), list.issued(), list.issuers().len()), (2, LATER, 2));
    assert_eq!(states(&list, "key-1"), [KeyState::Active]);
    assert_eq!(desk.load(), store, "the file says what the memory says");
    let again = store.add(Format::Nzcp, &[Purpose::Pass], vec![taken("did:web:a", "key-1", &foreign)]);
    assert_eq!((again, store.issuers()[0].keys.len()), (vec![Addition::Known], 1));
    assert_eq!(desk.fetched(3, LATER), Err(SignedTrustError::RolledBack { version: 2, minimum: 3 }));
}

/// EU 2021: a revoked key was accepted again after an update.
#[test]
fn a_withdrawn_key_stays_withdrawn_whatever_an_import_brings() {
    let desk = Desk::new();
    let mut store = desk.load();
    let (leaked, other) = (key().public(), key().public());
    let pass = [Purpose::Pass];
    store.add(
        Format::Nzcp,
        &pass,
        vec![taken("did:web:a", "key-1", &leaked), taken("did:web:a", "key-2", &other)],
    );
    assert_eq!(store.withdraw("key-1", "leaked", NOW).unwrap(), 1);
    let mut store = {
        desk.publish(&mut store, NOW);
        desk.load()
    };
    for (issuer, kid) in [("did:web:a", "key-1"), ("did:web:a", "key-9"), ("did:web:b", "key-1")] {
        let additions = store.add(Format::Nzcp, &pass, vec![taken(issuer, kid, &leaked)]);
        assert_eq!(additions, [Addition::Withdrawn], "{issuer} {kid}");
    }
    // A complete list without them does not take them away: checkers have to be told.
    let second = taken("did:web:a", "key-2", &other);
    assert_eq!(store.keep_only(Format::Nzcp, None, std::slice::from_ref(&second)), 0);
    assert_eq!(
        store.add(Format::Nzcp, &pass, vec![taken("did:web:a", "key-1", &leaked), second]),
        [Addition::Withdrawn, Addition::Known]
    );
    desk.publish(&mut store, LATER);
    let list = desk.fetched(2, LATER).unwrap();
    assert_eq!(
        (states(&list, "key-1"), states(&list, "key-2")),
        (vec![KeyState::Withdrawn; 2], vec![KeyState::Active])
    );
    let [entry] = desk.load().withdrawals().to_vec().try_into().unwrap();
    assert_eq!((entry.reason.as_str(), entry.at.as_str()), ("leaked", "2026-11-23T08:00:00Z"));
    assert_eq!(entry.what, Withdrawn::Key(URL_SAFE_NO_PAD.encode(leaked.thumbprint())));
}

#[test]
fn an_issuer_is_withdrawn_with_everything_that_comes_later() {
    let desk = Desk::new();
    let mut store = desk.load();
    let pass = [Purpose::Pass];
    store.add(Format::Nzcp, &pass, vec![taken("did:web:a", "key-1", &key().public())]);
    assert_eq!(store.withdraw("did:web:a", "closed", NOW).unwrap(), 1);
    let later = store.add(Format::Nzcp, &pass, vec![taken("did:web:a", "key-2", &key().public())]);
    let other = store.add(Format::Nzcp, &pass, vec![taken("did:web:b", "key-3", &key().public())]);
    assert_eq!((later, other), (vec![Addition::Withdrawn], vec![Addition::New]));
    desk.publish(&mut store, NOW);
    let list = desk.fetched(0, NOW).unwrap();
    let all = ["key-1", "key-2", "key-3"].map(|kid| states(&list, kid)[0]);
    assert_eq!(all, [KeyState::Withdrawn, KeyState::Withdrawn, KeyState::Active]);
}

#[test]
fn what_is_not_there_or_not_clear_is_not_withdrawn() {
    let desk = Desk::new();
    let mut store = desk.load();
    assert!(store.withdraw("key-1", "?", NOW).unwrap_err().to_string().contains("neither"));
    let (one, two) = (key().public(), key().public());
    store.add(
        Format::Nzcp,
        &[Purpose::Pass],
        vec![taken("did:web:a", "key-1", &one), taken("did:web:b", "key-1", &two)],
    );
    let refused = store.withdraw("key-1", "?", NOW).unwrap_err().to_string();
    let prints = [&one, &two].map(|key| URL_SAFE_NO_PAD.encode(key.thumbprint()));
    assert!(prints.iter().all(|print| refused.contains(print)), "{refused}");
    assert_eq!(store.withdrawals(), []);
    assert_eq!(store.withdraw(&prints[1], "sure", NOW).unwrap(), 1);
    let list = store.list(&desk.own, NOW);
    assert_eq!(states(&list, "key-1"), [KeyState::Active, KeyState::Withdrawn]);
}

#[test]
fn a_complete_list_takes_nothing_from_others() {
    let desk = Desk::new();
    let mut store = desk.load();
    let pass = [Purpose::Pass];
    let keys = [("did:web:a", "key-1"), ("did:web:a", "key-2"), ("did:web:b", "key-3")]
        .map(|(issuer, kid)| taken(issuer, kid, &key().public()));
    store.add(Format::Nzcp, &pass, keys.to_vec());
    assert_eq!(store.keep_only(Format::Shc, None, &[]), 0);
    assert_eq!(store.keep_only(Format::Nzcp, Some("did:web:a"), &keys[..1]), 1);
    assert_eq!(store.keep_only(Format::Nzcp, None, &keys[2..]), 1);
    let names: Vec<_> =
        store.issuers().into_iter().map(|issuer| (issuer.name.unwrap(), issuer.keys.len())).collect();
    assert_eq!(names, [("did:web:b".to_owned(), 1)]);
}

#[test]
fn our_own_keys_and_name_are_not_imported() {
    let desk = Desk::new();
    let ours = match &desk.own.keys[0].material {
        credential::KeyMaterial::P256(key) => key.clone(),
        credential::KeyMaterial::Foreign(_) => unreachable!("our own entry"),
    };
    let mut store = desk.load();
    store.add(Format::Nzcp, &[Purpose::Pass], vec![taken("did:web:a", "key-1", &ours)]);
    assert!(store.republish(&desk.own, &desk.root, NOW).is_err());
    let mut store = desk.load();
    let jwk = VerifyingKey::from_jwk(&serde_json::to_value(key().public().jwk()).unwrap()).unwrap().jwk();
    let import =
        Import { format: Format::Tongxing, issuer: Some("CN-HB"), not_before: None, not_after: None };
    store.add(Format::Tongxing, &[Purpose::Pass], import.read(jwk.to_string().as_bytes()).unwrap().taken);
    assert!(store.republish(&desk.own, &desk.root, NOW).unwrap_err().to_string().contains("tongxing keys"));
    assert!(
        !desk.path().join(FILE).exists() && !desk.path().join(SIGNED_FILE).exists(),
        "nothing was written"
    );
}

#[test]
fn a_restored_backup_continues_above_what_was_seen() {
    let desk = Desk::new();
    let mut store = desk.load();
    desk.publish(&mut store, NOW);
    store.continue_above(41);
    assert_eq!(desk.publish(&mut store, NOW).version, 42);
    store.continue_above(7);
    assert_eq!(desk.publish(&mut store, NOW).version, 43, "never back");
}

#[test]
fn damaged_files_are_refused_with_the_way_out() {
    let desk = Desk::new();
    let mut store = desk.load();
    desk.publish(&mut store, NOW);
    let text = std::fs::read_to_string(desk.path().join(FILE)).unwrap();
    for (from, to) in
        [("trust-1", "trust-2"), ("\"withdrawn\"", "\"forgotten\""), ("{", ""), ("\"version\"", "\"v\"")]
    {
        std::fs::write(desk.path().join(FILE), text.replacen(from, to, 1)).unwrap();
        assert!(TrustStore::load(desk.path()).unwrap_err().to_string().contains("backup"), "{to}");
    }
    let signed = std::fs::read_to_string(desk.path().join(SIGNED_FILE)).unwrap();
    std::fs::write(desk.path().join(SIGNED_FILE), format!("{signed}x")).unwrap();
    assert!(Published::read(desk.path()).unwrap_err().to_string().contains("trust sign"));
    std::fs::remove_file(desk.path().join(SIGNED_FILE)).unwrap();
    assert!(Published::read(desk.path()).unwrap().is_none());
}

#[test]
fn a_store_that_is_gone_beside_a_published_list_is_missed() {
    let desk = Desk::new();
    desk.publish(&mut desk.load(), NOW);
    std::fs::remove_file(desk.path().join(FILE)).unwrap();
    let error = TrustStore::load(desk.path()).unwrap_err().to_string();
    assert!(error.contains("is gone"), "{error}");
}

#[test]
fn an_import_without_purposes_leaves_those_of_an_issuer() {
    let desk = Desk::new();
    let mut store = desk.load();
    let both = [Purpose::Pass, Purpose::Status];
    store.add(Format::Tongxing, &both, vec![taken("CN", "a", &key().public())]);
    store.add(Format::Tongxing, &[], vec![taken("CN", "b", &key().public())]);
    store.add(Format::Nzcp, &[], vec![taken("did:web:a", "c", &key().public())]);
    let purposes: Vec<_> = store.issuers().into_iter().map(|issuer| issuer.purposes).collect();
    assert_eq!(purposes, [both.to_vec(), vec![Purpose::Pass]]);
}

#[test]
fn a_published_list_says_what_devices_at_checkpoints_will_miss() {
    let desk = Desk::new();
    let mut store = desk.load();
    desk.publish(&mut store, NOW);
    let kid = desk.own.keys[0].kid.clone();
    let lacks = |own: &Issuer, kid: &[u8], now| {
        Published::read(desk.path()).unwrap().expect("it is published").lacks(own, kid, now)
    };
    let every = [Purpose::Pass, Purpose::Status, Purpose::Rules];
    assert_eq!(lacks(&desk.own, &kid, NOW), [Purpose::Rules], "a list from before settings were signed");
    let own = Issuer { purposes: every.to_vec(), ..desk.own.clone() };
    store.republish(&own, &desk.root, NOW).unwrap();
    assert_eq!(lacks(&own, &kid, NOW), []);
    assert_eq!(lacks(&own, b"another key", NOW), every);
    assert_eq!(lacks(&own, &kid, NOW - 1), every, "not yet");
    assert_eq!(lacks(&own, &kid, NOW + TRUST_LIFE + 1), every, "ended");
}
