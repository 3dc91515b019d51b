//! The comparison of names, held to a labelled table.
//!
//! `names.tsv`: culture, two names, the label a careful reviewer gives them who sees the names only, and why.
//! The labels were written from the names, before the comparison first ran on them; rules were then changed to
//! meet labels, no label to meet a rule. So the figures are of a table the rules know, not of names unseen.
//! A name is written `primary | secondary [chinese]`, with `…` behind one from a full name field. All people
//! are invented.

use std::collections::{BTreeMap, BTreeSet};

use documents::{PersonName, Similarity, compare};

/// Of the pairs that are not exact, how many may be called exact. One would issue a code to somebody else.
const FALSE_EXACTS: usize = 0;
/// Of the pairs that are one person's or may be, how many may be called different.
const FALSE_DIFFERENTS: usize = 0;

struct Pair {
    culture: String,
    names: [PersonName; 2],
    label: String,
    text: String,
}

fn name(text: &str) -> PersonName {
    let (latin, chinese) = text.split_once('[').map_or((text, ""), |(l, c)| (l, c.trim_end_matches(']')));
    let latin = latin.trim();
    let (primary, secondary) = latin.split_once('|').unwrap_or((latin, ""));
    if latin.is_empty() {
        return PersonName::single(chinese).expect(text);
    }
    let cut = secondary.ends_with('…');
    let name = PersonName::from_mrz(primary, secondary.trim_end_matches('…'), cut).expect(text);
    name.with_chinese(chinese).expect(text)
}

fn pairs() -> Vec<Pair> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .from_reader(&include_bytes!("names.tsv")[..]);
    reader
        .records()
        .map(|row| {
            let row = row.expect("a row of the table");
            assert!(matches!(&row[3], "exact" | "near" | "different"), "{row:?}");
            Pair {
                culture: row[0].to_owned(),
                names: [name(&row[1]), name(&row[2])],
                label: row[3].to_owned(),
                text: format!("{}: {} / {} ({})", &row[0], &row[1], &row[2], &row[4]),
            }
        })
        .collect()
}

fn label(similarity: Similarity) -> &'static str {
    match similarity {
        Similarity::Exact => "exact",
        Similarity::Near(_) => "near",
        Similarity::Different => "different",
    }
}

#[test]
fn the_table_is_as_large_as_promised() {
    let pairs = pairs();
    let cultures: BTreeSet<&str> = pairs.iter().map(|pair| pair.culture.as_str()).collect();
    assert!(pairs.len() >= 200 && cultures.len() >= 20, "{} pairs, {} cultures", pairs.len(), cultures.len());
}

#[test]
fn labels_are_met() {
    let mut counts: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for pair in pairs() {
        let [a, b] = &pair.names;
        let similarity = compare(a, b);
        *counts.entry((pair.label.clone(), label(similarity))).or_default() += 1;
        if pair.label != label(similarity) {
            wrong.push(format!("{} is {}, found {similarity:?}", pair.text, pair.label));
        }
    }
    let count = |labels: &[&str], found| {
        labels.iter().map(|l| counts.get(&((*l).to_owned(), found)).unwrap_or(&0)).sum()
    };
    let false_exacts: usize = count(&["near", "different"], "exact");
    let false_differents: usize = count(&["exact", "near"], "different");
    println!("false exacts {false_exacts}, false differents {false_differents}");
    for ((label, found), count) in &counts {
        println!("labelled {label:9} found {found:9} {count}");
    }
    for line in &wrong {
        println!("{line}");
    }
    assert_eq!(false_exacts, FALSE_EXACTS, "{wrong:#?}");
    assert_eq!(false_differents, FALSE_DIFFERENTS, "{wrong:#?}");
}

#[test]
fn comparing_is_symmetric_and_every_name_is_itself() {
    for Pair { names: [a, b], text, .. } in pairs() {
        assert_eq!(compare(&a, &b), compare(&b, &a), "{text}");
        assert_eq!(compare(&a, &a), Similarity::Exact, "{text}");
        assert_eq!(compare(&b, &b), Similarity::Exact, "{text}");
    }
}

#[test]
fn exact_pairs_share_a_key() {
    for Pair { names: [a, b], text, .. } in pairs() {
        if compare(&a, &b) == Similarity::Exact {
            assert!(
                a.keys().iter().any(|key| b.keys().contains(key)),
                "{text}: {:?} {:?}",
                a.keys(),
                b.keys()
            );
        }
    }
}

#[test]
fn names_survive_storage() {
    for Pair { names, .. } in pairs() {
        for name in names {
            let json = serde_json::to_string(&name).unwrap();
            assert_eq!(serde_json::from_str::<PersonName>(&json).unwrap(), name);
        }
    }
}
