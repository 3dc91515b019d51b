//! Changes seeds: bits, bytes, numbers, words of the format, parts cut, moved, repeated, and taken from another seed.
//!
//! Our own because the engines that run on a stable toolchain either draw typed values (mutatis, proptest) or bytes
//! without seeds (bolero); what guides by coverage is the other driver's matter.

use crate::dice::Dice;

/// Values at which lengths and numbers go wrong.
const EDGES: [u64; 12] =
    [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 1 << 32, i64::MAX as u64, u64::MAX];
/// The most changes to one seed.
const MOST: usize = 8;

/// Makes inputs from seeds.
pub struct Mutator<'a> {
    /// What is changed.
    pub seeds: &'a [Vec<u8>],
    /// Words of the format.
    pub words: &'a [&'a str],
    /// The longest input.
    pub longest: usize,
}

impl Mutator<'_> {
    /// The next input, in `input`.
    pub fn next(&self, input: &mut Vec<u8>, dice: &mut Dice) {
        input.clear();
        if let Some(seed) = dice.pick(self.seeds) {
            input.extend(seed);
        }
        // One change leaves most of a checksum's cover intact, many reach far: small counts are likelier.
        for _ in 0..=dice.below(MOST).min(dice.below(MOST)) {
            self.change(input, dice);
        }
        input.truncate(self.longest);
    }

    fn change(&self, input: &mut Vec<u8>, dice: &mut Dice) {
        let at = dice.below(input.len());
        match dice.below(14) {
            0 | 1 => flip(input, at, dice),
            2 => set(input, at, &[dice.byte()]),
            3 => insert(input, at, &random(dice)),
            4 => number(input, at, dice),
            5 => edge(input, at, dice),
            6 => drop(input.drain(range(input.len(), dice))),
            7 => input.truncate(at),
            8 => repeat(input, self.longest, dice),
            9 => other_place(input, dice),
            10 => self.splice(input, at, dice),
            11 => like(input, at, dice),
            _ => self.word(input, at, dice),
        }
    }

    fn word(&self, input: &mut Vec<u8>, at: usize, dice: &mut Dice) {
        let Some(word) = dice.pick(self.words) else { return };
        if dice.below(2) == 0 { insert(input, at, word.as_bytes()) } else { set(input, at, word.as_bytes()) }
    }

    /// The beginning of this one and the end, or a part, of another.
    fn splice(&self, input: &mut Vec<u8>, at: usize, dice: &mut Dice) {
        let Some(other) = dice.pick(self.seeds) else { return };
        let part = &other[range(other.len(), dice)];
        if dice.below(2) == 0 {
            input.truncate(at);
            input.extend(part);
        } else {
            insert(input, at, part);
        }
    }
}

/// A part of something of that length: mostly short.
fn range(length: usize, dice: &mut Dice) -> std::ops::Range<usize> {
    let start = dice.below(length);
    let most = if dice.below(4) == 0 { length - start } else { (length - start).min(16) };
    start..start + dice.below(most + 1)
}

fn random(dice: &mut Dice) -> Vec<u8> {
    (0..=dice.below(12)).map(|_| dice.byte()).collect()
}

fn flip(input: &mut [u8], at: usize, dice: &mut Dice) {
    if let Some(byte) = input.get_mut(at) {
        *byte ^= 1 << dice.below(8);
    }
}

fn set(input: &mut [u8], at: usize, bytes: &[u8]) {
    input.iter_mut().skip(at).zip(bytes).for_each(|(old, new)| *old = *new);
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    drop(input.splice(at..at, bytes.iter().copied()));
}

/// A number of 1, 2, 4 or 8 bytes becomes a little more or less.
fn number(input: &mut [u8], at: usize, dice: &mut Dice) {
    let width = 1 << dice.below(4);
    let Some(bytes) = input.get_mut(at..at + width) else { return };
    let by = i64::try_from(dice.below(70)).unwrap_or(0) - 35;
    let mut wide = [0; 8];
    wide[8 - width..].copy_from_slice(bytes);
    let changed = u64::from_be_bytes(wide).wrapping_add_signed(by).to_be_bytes();
    bytes.copy_from_slice(&changed[8 - width..]);
}

/// A number becomes one of the edges, in either order of bytes.
fn edge(input: &mut [u8], at: usize, dice: &mut Dice) {
    let width = 1 << dice.below(4);
    let value = EDGES[dice.below(EDGES.len())];
    let (big, little) = (value.to_be_bytes(), value.to_le_bytes());
    set(input, at, if dice.below(2) == 0 { &big[8 - width..] } else { &little[..width] });
}

/// A part again and again: long numbers, deep nesting, many members.
fn repeat(input: &mut Vec<u8>, longest: usize, dice: &mut Dice) {
    let part = range(input.len(), dice);
    let (end, part) = (part.end, input[part].to_vec());
    let room = longest.saturating_sub(input.len()) / part.len().max(1);
    let most = if dice.below(8) == 0 { room } else { room.min(32) };
    insert(input, end, &part.repeat(dice.below(most + 1)));
}

/// A part at another place, once more.
fn other_place(input: &mut Vec<u8>, dice: &mut Dice) {
    let part = input[range(input.len(), dice)].to_vec();
    let to = dice.below(input.len());
    if dice.below(2) == 0 { insert(input, to, &part) } else { set(input, to, &part) }
}

/// A character becomes another of its kind: what is text stays text.
fn like(input: &mut [u8], at: usize, dice: &mut Dice) {
    let Some(byte) = input.get_mut(at) else { return };
    let (first, count) = match *byte {
        b'0'..=b'9' => (b'0', 10),
        b'A'..=b'Z' => (b'A', 26),
        b'a'..=b'z' => (b'a', 26),
        _ => (b' ', 95),
    };
    *byte = first + u8::try_from(dice.below(count)).unwrap_or(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_inputs_and_none_is_too_long() {
        let seeds = [b"one seed".to_vec(), Vec::new(), vec![7; 300]];
        let mutator = Mutator { seeds: &seeds, words: &["word"], longest: 500 };
        let inputs = || {
            let (mut dice, mut input) = (Dice::new(3, "x"), Vec::new());
            let next = |_| {
                mutator.next(&mut input, &mut dice);
                input.clone()
            };
            (0..2_000).map(next).collect::<Vec<_>>()
        };
        let all = inputs();
        assert_eq!(all, inputs());
        assert!(all.iter().all(|input| input.len() <= 500));
        let different = all.iter().collect::<std::collections::HashSet<_>>();
        assert!(different.len() > 1_000, "{} different inputs", different.len());
    }
}
