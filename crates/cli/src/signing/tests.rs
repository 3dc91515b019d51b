use super::life::{Done, KEPT_AFTER, PUBLISHED_BEFORE};
use super::opening::{Opener, new_sealed};
use super::*;
use crate::passphrase::{Passphrase, Source};
use crate::private;
use crate::sealed::SealingKey;
use crate::system::OsEntropy;

const NOW: Seconds = 1_795_420_800;
const PHRASE: &str = "words for a test only";

/// Keys, and what seals them.
fn made() -> (SigningKeys, SealingKey) {
    let lock = Lock::new(&OsEntropy);
    let key = lock.key(&Passphrase::new(PHRASE.to_owned())).unwrap();
    (SigningKeys::first("CN-HB", Some(lock), new_sealed(&key), new_sealed(&key), NOW), key)
}

/// Opens with this passphrase, from a file.
fn opener(phrase: &str) -> (Opener, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("phrase");
    private::create(&file, phrase).unwrap();
    let source = Source::new("the keys", "--passphrase-file", Some(file));
    (Opener::new(source, Source::pin("--pin-file", None)), folder)
}

fn uses(keys: &SigningKeys) -> Vec<Use> {
    keys.keys().iter().map(|key| key.r#use).collect()
}

#[test]
fn a_file_reads_back_and_signs_what_its_trust_list_accepts() {
    let (made, _) = made();
    let read = SigningKeys::parse(&made.serialise()).unwrap();
    assert_eq!(read, made);
    let (opener, _folder) = opener(PHRASE);
    let signer = opener.signer(&read, NOW).unwrap();
    let signature = signer.sign(b"message").unwrap();
    let trust = made.trust_list();
    let (issuer, key) = trust.named(&signer.key_id().0).next().unwrap();
    assert_eq!(issuer.name.as_deref(), Some("CN-HB"));
    assert!(key.valid(NOW) && signer.public().verify(b"message", &signature));
    assert_eq!(trust.issuers()[0].keys.len(), 2, "the standby key is published too");
}

#[test]
fn a_wrong_passphrase_and_a_key_out_of_its_time_do_not_sign() {
    let (keys, _) = made();
    let refused = |phrase: &str, at| {
        let (opener, _folder) = opener(phrase);
        opener.signer(&keys, at).err().unwrap().to_string()
    };
    let wrong = refused("words for another test", NOW);
    assert!(wrong.contains("passphrase is wrong") && !wrong.contains("words for"), "{wrong}");
    for at in [NOW - 1, NOW + LIFE + 1] {
        assert!(refused(PHRASE, at).contains("only"));
    }
}

#[test]
fn a_sealed_key_counts_under_its_own_name_alone() {
    let (keys, _) = made();
    let mut swapped = keys.clone();
    let homes = [keys.keys[1].home.clone(), keys.keys[0].home.clone()];
    for (key, home) in swapped.keys.iter_mut().zip(homes) {
        key.home = home;
    }
    let (opener, _folder) = opener(PHRASE);
    assert!(opener.signer(&swapped, NOW).is_err());
    assert!(opener.signer(&keys, NOW).is_ok());
}

#[test]
fn wrong_files_are_refused() {
    let (keys, _) = made();
    let good = keys.serialise();
    let refused = |text: &str| SigningKeys::parse(text).err().unwrap();
    assert_eq!(refused(""), SigningError::Format);
    assert_eq!(refused(&good.replace("keys-2", "keys-3")), SigningError::Format);
    assert_eq!(refused(&good.replace("keys-2", "keys-1")), SigningError::Clear);
    assert_eq!(refused(&good.replace("CN-HB", "")), SigningError::Format);
    assert_eq!(refused(&good.replace("\"current\"", "\"standby\"")), SigningError::Current);
    assert_eq!(refused(&good.replace("\"standby\"", "\"current\"")), SigningError::Current);
    let kid = format!("\"{}\"", keys.keys[1].key_id());
    let error = refused(&good.replace(&kid, "\"AAAAAAAAAAA\""));
    assert_eq!(error, SigningError::Key(2, "kid is not the thumbprint of the key"));
    let mut json: serde_json::Value = serde_json::from_str(&good).unwrap();
    json["keys"][0].as_object_mut().unwrap().remove("sealed");
    assert_eq!(refused(&json.to_string()), SigningError::Key(1, "its private half is missing"));
    let mut json: serde_json::Value = serde_json::from_str(&good).unwrap();
    json.as_object_mut().unwrap().remove("lock");
    assert_eq!(refused(&json.to_string()), SigningError::Key(1, "it is sealed, and the file has no lock"));
}

#[test]
fn a_standby_key_waits_a_day_then_signs_and_another_is_published() {
    let (mut keys, sealing) = made();
    let [first, second] = [keys.keys[0].key_id(), keys.keys[1].key_id()];
    let before = keys.clone();
    let mut never =
        || -> Result<NewKey, crate::failure::Failure> { panic!("a refused change makes nothing") };
    let early = keys.rotate(NOW + PUBLISHED_BEFORE - 1, &mut never).unwrap_err().to_string();
    assert!(early.contains("2026-11-24T08:00:00Z") && early.contains("withdraw"), "{early}");
    assert_eq!(keys, before, "a refused change changes nothing");
    let mut make = || Ok(new_sealed(&sealing));
    let at = NOW + PUBLISHED_BEFORE;
    let done = keys.rotate(at, &mut make).unwrap();
    assert_eq!((done.current, done.stopped), (Some(second), Some(first)));
    assert_eq!(uses(&keys), [Use::Retired, Use::Current, Use::Standby]);
    assert_eq!(keys.version(), before.version() + 1);
    assert_eq!((&keys.keys[0].home, keys.keys[0].ended), (&Home::Gone, Some(at)));
    let trust = keys.trust_list();
    assert!(trust.named(&first.0).all(|(_, key)| key.valid(at)), "what it signed stays good");
    // Old passes live to their end, then the key goes.
    assert_eq!(keys.tidy(at + KEPT_AFTER), None);
    assert_eq!(keys.tidy(at + KEPT_AFTER + 1).unwrap().dropped, [first]);
    assert_eq!((uses(&keys), keys.version()), (vec![Use::Current, Use::Standby], before.version() + 2));
    SigningKeys::parse(&keys.serialise()).unwrap();
}

#[test]
fn in_an_emergency_the_standby_key_signs_at_once() {
    let (mut keys, sealing) = made();
    let [first, second] = [keys.keys[0].key_id(), keys.keys[1].key_id()];
    let (done, failed) = keys.withdraw(first, NOW, &mut || Ok(new_sealed(&sealing))).unwrap();
    assert!(failed.is_none());
    assert_eq!((done.current, done.stopped), (Some(second), Some(first)));
    assert_eq!(uses(&keys), [Use::Withdrawn, Use::Current, Use::Standby]);
    let trust = keys.trust_list();
    assert!(trust.named(&first.0).all(|(_, key)| !key.valid(NOW)), "and what it signed counts no more");
    assert!(keys.withdraw(first, NOW, &mut || Ok(new_sealed(&sealing))).is_err(), "once");
    // It stays on the list to the end of its dates.
    assert_eq!(keys.tidy(NOW + LIFE), None);
    assert_eq!(keys.tidy(NOW + LIFE + 1).unwrap().dropped, [first]);
}

#[test]
fn a_withdrawal_does_not_wait_for_a_token_that_is_gone() {
    let (mut keys, sealing) = made();
    let first = keys.keys[0].key_id();
    let (done, failed) =
        keys.withdraw(first, NOW, &mut || Err(crate::failure::Failure::new("the token is gone"))).unwrap();
    assert!(failed.unwrap().to_string().contains("gone"));
    assert_eq!((uses(&keys), done.standby), (vec![Use::Withdrawn, Use::Current], None));
    // A second emergency finds no standby key: a new one signs, though no checker knows it yet.
    let second = keys.current().key_id();
    let mut count = 0;
    let mut make = || {
        count += 1;
        Ok(new_sealed(&sealing))
    };
    keys.withdraw(second, NOW, &mut make).unwrap();
    assert_eq!((count, uses(&keys)), (2, vec![Use::Withdrawn, Use::Withdrawn, Use::Current, Use::Standby]));
}

#[test]
fn a_standby_key_can_be_taken_out_and_the_last_one_is_replaced() {
    let (mut keys, sealing) = made();
    let mut make = || Ok(new_sealed(&sealing));
    let [first, second] = [keys.keys[0].key_id(), keys.keys[1].key_id()];
    assert!(keys.retire(first, NOW, &mut make).unwrap_err().to_string().contains("signs now"));
    let third = keys.add_standby(NOW + 5, &mut make).unwrap().standby.unwrap();
    assert_eq!(keys.retire(second, NOW + 6, &mut make).unwrap().standby, None);
    assert!(keys.retire(second, NOW + 6, &mut make).unwrap_err().to_string().contains("retired already"));
    let Done { standby: Some(fourth), .. } = keys.retire(third, NOW + 7, &mut make).unwrap() else {
        panic!()
    };
    assert_eq!(keys.keys.last().unwrap().key_id(), fourth);
    assert_eq!(uses(&keys), [Use::Current, Use::Retired, Use::Retired, Use::Standby]);
    assert!(keys.retire(KeyId([0; 8]), NOW, &mut make).unwrap_err().to_string().contains("keys list"));
}

#[test]
fn the_former_file_is_read_once_and_sealed() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let der = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b02010104208d2e19351a1a88519e38eed611810b9d3dc7355587e76f98b2ce9699b05f7825a14403420004905c86464e6def8684a6dae0f9c487e89510c1296167d796c1e9eae392098f7d927957c665f2aca8e998d7e6d5828b3a7b7681570b12e4876d6f05bd550472a0";
    let pkcs8 = STANDARD.encode(hex::decode(der).unwrap());
    let former = format!(
        r#"{{"format": "tongxing-signing-keys-1", "issuer": "CN-HB", "version": 3, "issued": "2026-11-23T08:00:00Z",
        "keys": [{{"kid": "UKCabM0Jq7k", "use": "current", "published": "2026-11-23T08:00:00Z",
        "not_before": "2026-11-23T08:00:00Z", "not_after": "2028-11-23T08:00:00Z", "pkcs8": "{pkcs8}"}}]}}"#
    );
    assert_eq!(SigningKeys::parse(&former).unwrap_err(), SigningError::Clear);
    let lock = Lock::new(&OsEntropy);
    let sealing = lock.key(&Passphrase::new(PHRASE.to_owned())).unwrap();
    let keys = clear::sealed(&former, lock, &sealing, NOW).unwrap();
    let text = keys.serialise();
    assert!(!text.contains(&pkcs8) && keys.version() == 4);
    let (opener, _folder) = opener(PHRASE);
    let signer = opener.signer(&SigningKeys::parse(&text).unwrap(), NOW).unwrap();
    assert_eq!(signer.key_id().to_string(), "UKCabM0Jq7k");
    let lock = Lock::new(&OsEntropy);
    assert!(clear::sealed(&text, lock, &sealing, NOW).is_err(), "only the former format");
}
