//! A log in memory, and a second, plainly written Merkle tree to compare with.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part; all of it is tests")]

use std::collections::BTreeMap;

use transparency::{
    Checkpoint, Frontier, Hash, Leaf, LogError, LogKey, Nodes, SignedCheckpoint, SigningKey, Source,
    SourceError, Tile, bundle, range,
};

/// `MTH` as RFC 6962 section 2.1 writes it.
pub fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_nothing(),
        [one] => *one,
        more => {
            let mut split = 1;
            while split * 2 < more.len() {
                split *= 2;
            }
            Hash::of_children(mth(&more[..split]), mth(&more[split..]))
        }
    }
}

pub fn seed(byte: u8) -> zeroize::Zeroizing<[u8; 32]> {
    zeroize::Zeroizing::new([byte; 32])
}

pub fn signing() -> SigningKey {
    SigningKey::of_log("code.example/log", &seed(1)).unwrap()
}

pub fn key() -> LogKey {
    signing().public()
}

pub fn leaf(number: u64) -> Leaf {
    let rule_set = number.is_multiple_of(3).then(|| "hubei@2020-04-08".to_owned());
    let mut commitment = [0; 32];
    commitment[..8].copy_from_slice(&number.to_be_bytes());
    let kind = if number.is_multiple_of(5) { "key" } else { "decision" };
    Leaf { kind: kind.to_owned(), rule_set, time: 1_795_420_800 + i64::try_from(number).unwrap(), commitment }
}

/// All nodes from the leaves.
pub struct Leaves<'a>(pub &'a [Hash]);

impl Nodes for Leaves<'_> {
    fn node(&self, height: u8, index: u64) -> Result<Hash, LogError> {
        let (from, span) = (usize::try_from(index << height).unwrap(), 1 << height);
        Ok(mth(&self.0[from..from + span]))
    }
}

/// The files of a log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Source for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let there = self.0.get(path).cloned();
        there.ok_or_else(|| SourceError { path: path.to_owned(), why: "there is no such file".to_owned() })
    }
}

/// The files of a log of these entries, by the definition of a tile in C2SP tlog-tiles.
pub fn files(entries: &[Vec<u8>]) -> Files {
    let hashes: Vec<Hash> = entries.iter().map(|entry| Hash::of_leaf(entry)).collect();
    let mut frontier = Frontier::default();
    for hash in &hashes {
        frontier.push(*hash, |_, _, _| {});
    }
    let size = hashes.len() as u64;
    let mut files = BTreeMap::new();
    files.insert(
        "checkpoint".to_owned(),
        Checkpoint::sign(size, frontier.root(), &signing()).to_string().into(),
    );
    for tile in Tile::all(size) {
        let first = tile.index * 256;
        let last = first + u64::from(tile.width);
        let bytes = match tile.level {
            None => {
                let at = |n: u64| usize::try_from(n).unwrap();
                bundle(entries[at(first)..at(last)].iter().map(Vec::as_slice))
            }
            Some(level) => {
                let span = 256_u64.pow(level.into());
                let hash = |i| range(&Leaves(&hashes), i * span, (i + 1) * span).unwrap().0;
                (first..last).flat_map(hash).collect()
            }
        };
        files.insert(tile.path(), bytes);
    }
    Files(files)
}

pub fn entries(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(|number| leaf(number).to_bytes().unwrap()).collect()
}

pub fn checkpoint(files: &Files) -> SignedCheckpoint {
    SignedCheckpoint::open_bytes(&files.0["checkpoint"], &key()).unwrap()
}

/// Numbers that are the same in every run (splitmix64).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }
}
