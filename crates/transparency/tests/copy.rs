//! Whole copies, proofs of holders, followers and witnesses.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Files, Numbers, checkpoint, entries, files, key, leaf, seed, signing};
use transparency::{
    Checkpoint, Frontier, Hash, InclusionFile, LogError, Refused, SignedCheckpoint, TileNodes, Witness,
    WitnessKey, check_copy, commitment, follow, inclusion, verify_inclusion,
};

fn sound(files: &Files) -> Result<u64, LogError> {
    let mut seen = 0;
    let copied = check_copy(files, &key(), &mut |index, _| {
        assert_eq!(index, seen);
        seen += 1;
    })?;
    assert_eq!((copied.frontier.size(), copied.checkpoint.tree().0), (seen, seen));
    Ok(seen)
}

#[test]
fn copies_of_every_shape_are_sound() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 1000] {
        let files = files(&entries(size));
        assert_eq!(sound(&files).unwrap(), size);
        // No file is left out: without any one of them it is none.
        for path in files.0.keys() {
            let mut less = files.clone();
            less.0.remove(path);
            assert!(sound(&less).is_err(), "{path} of {size}");
        }
    }
}

/// 70,000 leaves: three levels, the example of the specification.
#[test]
fn a_copy_of_three_levels_is_sound_and_a_byte_of_its_upper_tiles_counts() {
    let whole = common::files(&entries(70_000));
    assert_eq!(sound(&whole).unwrap(), 70_000);
    for path in ["tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1", "tile/0/273.p/112"] {
        let mut changed = whole.clone();
        changed.0.get_mut(path).unwrap()[5] ^= 1;
        assert!(matches!(sound(&changed), Err(LogError::Disagrees { .. })), "{path}");
    }
    let checkpoint = checkpoint(&whole);
    let nodes = TileNodes::new(&whole, 70_000);
    for index in [0, 255, 256, 65_535, 65_536, 69_888, 69_999] {
        let path = inclusion(&nodes, index, 70_000).unwrap();
        verify_inclusion(leaf(index).hash().unwrap(), index, 70_000, &path, checkpoint.tree().1).unwrap();
    }
}

/// Issue 7: 10,000 random byte flips in a copy of the log, all found.
#[test]
fn ten_thousand_flips_are_all_found() {
    let whole = files(&entries(300));
    let paths: Vec<&String> = whole.0.keys().collect();
    let lengths: Vec<usize> = whole.0.values().map(Vec::len).collect();
    let total = lengths.iter().sum();
    let mut numbers = Numbers(7);
    let (mut found, mut changed) = (0, whole.clone());
    for _ in 0..10_000 {
        let (mut at, flip) = (numbers.below(total), 1 + numbers.below(255));
        let file = lengths
            .iter()
            .position(|length| {
                if at < *length {
                    true
                } else {
                    at -= length;
                    false
                }
            })
            .unwrap();
        let byte =
            |files: &mut Files| files.0.get_mut(paths[file]).unwrap()[at] ^= u8::try_from(flip).unwrap();
        byte(&mut changed);
        assert!(sound(&changed).is_err(), "byte {at} of {} ^ {flip}", paths[file]);
        found += 1;
        byte(&mut changed);
    }
    assert_eq!((found, changed), (10_000, whole));
}

#[test]
fn files_cut_lengthened_exchanged_or_missing_are_found() {
    let whole = files(&entries(600));
    let paths: Vec<&String> = whole.0.keys().collect();
    for path in &paths {
        let with = |bytes: Vec<u8>| {
            let mut changed = whole.clone();
            changed.0.insert((*path).clone(), bytes);
            sound(&changed).unwrap_err()
        };
        let bytes = &whole.0[*path];
        with(bytes[..bytes.len() - 1].to_vec());
        with([&bytes[..], &[0]].concat());
        with(Vec::new());
        for other in paths.iter().filter(|other| other != &path) {
            with(whole.0[*other].clone());
        }
        let mut without = whole.clone();
        without.0.remove(*path);
        assert!(matches!(sound(&without), Err(LogError::Source(_))), "{path}");
    }
    // Two entries that change places, with their hashes.
    let mut swapped = entries(600);
    swapped.swap(3, 4);
    let mut swapped = files(&swapped);
    swapped.0.insert("checkpoint".to_owned(), whole.0["checkpoint"].clone());
    assert_eq!(sound(&swapped), Err(LogError::Root { size: 600 }));
}

#[test]
fn a_holder_shows_their_leaf_and_what_it_says() {
    let mut entries = entries(300);
    let (salt, content) = ([9; 16], "{\"colour\":\"green\"}");
    let mine = transparency::Leaf { commitment: commitment("decision", salt, content.as_bytes()), ..leaf(1) };
    entries[123] = mine.to_bytes().unwrap();
    let whole = files(&entries);
    let path = inclusion(&TileNodes::new(&whole, 300), 123, 300).unwrap();
    let bare = InclusionFile::new(&mine, 123, &path, &checkpoint(&whole));
    assert_eq!(bare.verify(&key()).unwrap(), checkpoint(&whole));
    let file = bare.clone().opened(salt, content);
    let text = serde_json::to_string(&file).unwrap();
    let file = InclusionFile::parse(&text).unwrap();
    file.verify(&key()).unwrap();
    let but = |change: &dyn Fn(&mut InclusionFile)| {
        let mut changed = file.clone();
        change(&mut changed);
        changed.verify(&key()).unwrap_err()
    };
    assert_eq!(but(&|f| f.index = 122), LogError::Inclusion);
    assert_eq!(but(&|f| f.kind = "key".to_owned()), LogError::Inclusion);
    assert_eq!(but(&|f| f.rule_set = Some("other".to_owned())), LogError::Inclusion);
    assert_eq!(but(&|f| f.time += 1), LogError::Inclusion);
    assert_eq!(but(&|f| f.content = Some("{\"colour\":\"red\"}".to_owned())), LogError::Commitment);
    assert_eq!(but(&|f| f.path.swap(0, 1)), LogError::Inclusion);
    but(&|f| f.salt = None);
    but(&|f| f.commitment.push('A'));
    but(&|f| f.checkpoint = f.checkpoint.replace("300", "301"));
    let other = transparency::SigningKey::of_log("code.example/log", &seed(2)).unwrap().public();
    assert!(matches!(file.verify(&other), Err(LogError::Unsigned(_))));
    assert!(InclusionFile::parse(&text.replace("inclusion-v1", "inclusion-v2")).is_err());
}

#[test]
fn a_follower_sees_each_leaf_once_and_every_fork() {
    let (mut known, mut seen) = (Frontier::default(), Vec::new());
    for size in [0, 0, 1, 200, 256, 256, 600, 1024, 1025] {
        let grown = files(&entries(size));
        let step =
            follow(&grown, &key(), &known, &mut |index, leaf| seen.push((index, leaf.clone()))).unwrap();
        known = step.frontier;
        assert_eq!(seen.len() as u64, size);
    }
    assert!(seen.iter().enumerate().all(|(at, (index, read))| at as u64 == *index && *read == leaf(*index)));
    let mut rewritten = entries(1100);
    rewritten[17] = leaf(5000).to_bytes().unwrap();
    let fork = follow(&files(&rewritten), &key(), &known, &mut |_, _| {});
    assert_eq!(fork, Err(LogError::Fork { old: 1025, new: 1100 }));
    assert_eq!(
        follow(&files(&entries(9)), &key(), &known, &mut |_, _| {}),
        Err(LogError::Shrunk { old: 1025, new: 9 })
    );
}

#[test]
fn a_witness_cosigns_what_continues_and_refuses_forks() {
    let (log, witness_key) = (key(), WitnessKey::new("witness.example/w1", &seed(3)).unwrap());
    let witness = Witness { key: &witness_key, log: &log };
    let public = transparency::CosignerKey::parse(&witness_key.public().to_string()).unwrap();
    let first = witness.cosign(None, &files(&entries(100)), 1000).unwrap();
    assert_eq!(public.verify(&first), Ok(1000));
    // What it kept is read back as it was.
    let first = SignedCheckpoint::open(&first.to_string(), &log).unwrap();
    let second = witness.cosign(Some(&first), &files(&entries(700)), 2000).unwrap();
    assert_eq!(public.verify(&second), Ok(2000));
    let again = witness.cosign(Some(&second), &files(&entries(700)), 3000).unwrap();
    assert_eq!(public.verify(&again), Ok(3000));

    let mut rewritten = entries(900);
    rewritten[650] = leaf(5000).to_bytes().unwrap();
    let fork = files(&rewritten);
    assert_eq!(witness.cosign(Some(&second), &fork, 4000), Err(Refused::Fork { old: 700, new: 900 }));
    // The fork with the honest tiles around it, so that the proof is as good as it can be made.
    let mut mixed = files(&entries(900));
    mixed.0.insert("checkpoint".to_owned(), fork.0["checkpoint"].clone());
    assert_eq!(witness.cosign(Some(&second), &mixed, 4000), Err(Refused::Fork { old: 700, new: 900 }));
    let same = files(&rewritten[..700]);
    assert_eq!(witness.cosign(Some(&second), &same, 4000), Err(Refused::Fork { old: 700, new: 700 }));
    let older = Err(Refused::Older { old: 700, new: 100 });
    assert_eq!(witness.cosign(Some(&second), &files(&entries(100)), 4000), older);

    let mut unsigned = files(&entries(800));
    let text = Checkpoint { origin: "code.example/log".to_owned(), size: 800, root: Hash::of_nothing() };
    unsigned.0.insert("checkpoint".to_owned(), format!("{text}\n— other.example AAAAAAAA\n").into_bytes());
    assert!(matches!(witness.cosign(None, &unsigned, 1), Err(Refused::Unusable(LogError::Unsigned(_)))));
    assert!(matches!(
        witness.cosign(None, &Files::default(), 1),
        Err(Refused::Unusable(LogError::Source(_)))
    ));
}

/// What a log puts below its checkpoint beside its own signature is nothing to a witness, and cannot make it hand out
/// what nobody could read.
#[test]
fn a_witness_hands_on_no_line_but_the_logs_and_its_own() {
    let witness_key = WitnessKey::new("witness.example/w1", &seed(3)).unwrap();
    let (public, log) = (witness_key.public(), key());
    let witness = Witness { key: &witness_key, log: &log };
    let mut served = files(&entries(3));
    let honest = String::from_utf8(served.0["checkpoint"].clone()).unwrap();
    let plain = witness.cosign(None, &served, 1000).unwrap();

    let unknown = "— other.example AAAAAAAA\n";
    let room = 256 * 1024 - honest.len();
    let stuffed = format!("{honest}{}", unknown.repeat(room / unknown.len()));
    let own = public.to_string();
    let id = hex::decode(own.split('+').nth(1).unwrap()).unwrap();
    let junk = STANDARD.encode([&id[..], &[0; 72]].concat());
    let forged = format!("{honest}— witness.example/w1 {junk}\n");
    let twice = format!("{honest}{}\n", honest.lines().last().unwrap());
    for note in [stuffed, forged, twice] {
        served.0.insert("checkpoint".to_owned(), note.into_bytes());
        let cosigned = witness.cosign(None, &served, 1000).unwrap();
        assert_eq!(cosigned.to_string(), plain.to_string());
        let opened = SignedCheckpoint::open(&cosigned.to_string(), &log).unwrap();
        assert_eq!(public.verify(&opened), Ok(1000));
        witness.cosign(Some(&opened), &served, 2000).unwrap();
    }
    // A cosignature that nobody takes is not handed out: this time is none.
    let refused = witness.cosign(None, &served, u64::MAX);
    assert!(matches!(refused, Err(Refused::Unusable(LogError::Signature(_)))), "{refused:?}");
}

#[test]
fn a_cosignature_is_of_one_text_one_time_and_one_witness() {
    let witness_key = WitnessKey::new("witness.example/w1", &seed(3)).unwrap();
    let witness = Witness { key: &witness_key, log: &key() };
    let cosigned = witness.cosign(None, &files(&entries(3)), 1_679_315_147).unwrap().to_string();
    assert_eq!(cosigned.lines().count(), 6, "three lines, a blank one, two signatures");
    let other = WitnessKey::new("witness.example/w1", &seed(4)).unwrap().public();
    let opened = SignedCheckpoint::open(&cosigned, &key()).unwrap();
    assert!(matches!(other.verify(&opened), Err(LogError::Unsigned(_))));
    // The witness's line below another checkpoint of the same log.
    let line = cosigned.lines().last().unwrap();
    let moved = format!("{}{line}\n", Checkpoint::sign(4, Hash::of_nothing(), &signing()));
    let moved = SignedCheckpoint::open(&moved, &key()).unwrap();
    assert!(matches!(witness_key.public().verify(&moved), Err(LogError::Signature(_))));
}
