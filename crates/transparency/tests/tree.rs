//! Roots and proofs: the values of the reference tests of Certificate Transparency, and every size against a second
//! implementation.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{Leaves, mth};
use proptest::prelude::*;
use transparency::{Frontier, Hash, consistency, inclusion, range, verify_consistency, verify_inclusion};

/// The leaves and roots of the reference implementation of RFC 6962
/// (`merkletree/merkle_tree_test.cc`).
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hash(hex: &str) -> Hash {
    Hash::from_slice(&hex::decode(hex).unwrap()).unwrap()
}

fn reference() -> Vec<Hash> {
    LEAVES.iter().map(|leaf| Hash::of_leaf(&hex::decode(leaf).unwrap())).collect()
}

fn many(count: usize) -> Vec<Hash> {
    (0..count).map(|number| Hash::of_leaf(&number.to_be_bytes())).collect()
}

#[test]
fn roots_are_those_of_the_reference() {
    assert_eq!(Hash::of_nothing(), hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    let mut frontier = Frontier::default();
    for (leaf, root) in reference().iter().zip(ROOTS) {
        frontier.push(*leaf, |_, _, _| {});
        assert_eq!(frontier.root(), hash(root));
        assert_eq!(range(&Leaves(&reference()), 0, frontier.size()).unwrap(), hash(root));
    }
}

/// From the same reference: a path and two consistency proofs.
#[test]
fn proofs_are_those_of_the_reference() {
    let leaves = reference();
    let nodes = Leaves(&leaves);
    let path = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(inclusion(&nodes, 5, 8).unwrap(), path.map(hash));
    let proof = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(consistency(&nodes, 6, 8).unwrap(), proof.map(hash));
    let proof = [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ];
    assert_eq!(consistency(&nodes, 2, 5).unwrap(), proof.map(hash));
}

/// Every leaf of every tree, and every pair of trees, up to a size beyond several powers of two.
#[test]
fn every_proof_of_every_small_tree_holds_and_no_changed_one_does() {
    let leaves = many(40);
    let root = |size: u64| mth(&leaves[..usize::try_from(size).unwrap()]);
    let nodes = Leaves(&leaves);
    for size in 0..=40_u64 {
        for index in 0..size {
            let path = inclusion(&nodes, index, size).unwrap();
            let leaf = leaves[usize::try_from(index).unwrap()];
            verify_inclusion(leaf, index, size, &path, root(size)).unwrap();
            for other in (0..size).filter(|other| *other != index) {
                assert!(verify_inclusion(leaf, other, size, &path, root(size)).is_err());
            }
            for at in 0..path.len() {
                let mut changed = path.clone();
                changed[at].0[9] ^= 4;
                assert!(verify_inclusion(leaf, index, size, &changed, root(size)).is_err());
                assert!(verify_inclusion(leaf, index, size, &path[..at], root(size)).is_err());
            }
            let longer = [&path[..], &[leaf]].concat();
            assert!(verify_inclusion(leaf, index, size, &longer, root(size)).is_err());
        }
        assert!(inclusion(&nodes, size, size).is_err());
        for old in 0..=size {
            let path = consistency(&nodes, old, size).unwrap();
            let (older, newer) = ((old, root(old)), (size, root(size)));
            verify_consistency(older, newer, &path).unwrap();
            for at in 0..path.len() {
                let mut changed = path.clone();
                changed[at].0[31] ^= 1;
                assert!(verify_consistency(older, newer, &changed).is_err(), "{old} {size} {at}");
                assert!(verify_consistency(older, newer, &path[..at]).is_err());
            }
            let forked = (old, Hash::of_leaf(b"another"));
            assert!(verify_consistency(forked, newer, &path).is_err(), "{old} {size}");
            assert!(old == size || verify_consistency(newer, older, &path).is_err());
            assert!(verify_consistency(older, newer, &[&path[..], &[newer.1]].concat()).is_err());
        }
        assert!(consistency(&nodes, size + 1, size).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_kept_edge_goes_on_as_if_it_had_never_been_put_away(size in 0_usize..1500, more in 0_usize..300) {
        let leaves = many(size + more);
        let mut frontier = Frontier::default();
        for leaf in &leaves[..size] {
            frontier.push(*leaf, |_, _, _| {});
        }
        prop_assert_eq!(frontier.root(), mth(&leaves[..size]));
        let mut frontier = Frontier::from_bytes(&frontier.to_bytes()).unwrap();
        for leaf in &leaves[size..] {
            frontier.push(*leaf, |level, index, root| {
                assert_eq!(level, 0);
                let from = usize::try_from(index).unwrap() * 256;
                assert_eq!(root, mth(&leaves[from..from + 256]));
            });
        }
        prop_assert_eq!(frontier.root(), mth(&leaves));
        let bytes = frontier.to_bytes();
        prop_assert!(Frontier::from_bytes(&bytes[..bytes.len() - 1]).is_err());
        prop_assert!(Frontier::from_bytes(&[&bytes[..], &[0; 32]].concat()).is_err());
    }

    #[test]
    fn hostile_bytes_are_an_error_and_never_a_panic(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = transparency::Note::parse(&text);
        let _ = transparency::Checkpoint::parse(&text);
        let _ = transparency::LogKey::parse(&text);
        let _ = transparency::CosignerKey::parse(&text);
        let _ = transparency::InclusionFile::parse(&text);
        let _ = transparency::Tile::parse(&text);
        let _ = transparency::Leaf::from_bytes(&bytes);
        let _ = Frontier::from_bytes(&bytes);
        let tile = transparency::Tile { level: None, index: 0, width: 3 };
        let _ = transparency::read_bundle(tile, &bytes);
    }
}
