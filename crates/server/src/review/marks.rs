//! What differs between two sides, letter by letter, for a reviewer's eyes. Pure.
//!
//! It only shows: whether two documents are near is decided by [`domain::matching`]. Where that calls two
//! names exact, nothing in them is marked, however differently they are typed.

use documents::{PartialDate, PersonName, Similarity};

/// A run of text, and whether the other side has something else in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether to mark it.
    pub differs: bool,
}

/// One side of a field.
pub type Marked = Vec<Piece>;

/// A text with nothing marked; none for an empty text.
pub fn plain(text: &str) -> Marked {
    piece(text, false).into_iter().collect()
}

/// Marks, in both, what lies between their common beginning and their common end: one wrong character, one
/// too many, or two that changed places. What is missing on a side cannot be marked on it.
pub fn characters(a: &str, b: &str) -> (Marked, Marked) {
    let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (front, back) = common_ends(&left, &right);
    (around(&left, front, back), around(&right, front, back))
}

/// Marks the fields (year, month, day) of two dates that differ.
pub fn date(a: PartialDate, b: PartialDate) -> (Marked, Marked) {
    let fields = |d: PartialDate| [Some(d.year()), d.month().map(u16::from), d.day().map(u16::from)];
    let (left, right) = (fields(a), fields(b));
    let side = |own: [Option<u16>; 3]| {
        let mut marked = Marked::new();
        for (at, field) in own.iter().enumerate() {
            let Some(number) = field else { break };
            marked.extend((at > 0).then(|| piece("-", false)).flatten());
            let width = if at == 0 { 4 } else { 2 };
            marked.extend(piece(&format!("{number:0width$}"), left[at] != right[at]));
        }
        marked
    };
    (side(left), side(right))
}

/// The parts of two names: family name, given names, Chinese name.
pub fn name(a: &PersonName, b: &PersonName) -> [(Marked, Marked); 3] {
    let pairs = [
        (a.primary(), b.primary()),
        (a.secondary(), b.secondary()),
        (a.chinese().unwrap_or_default(), b.chinese().unwrap_or_default()),
    ];
    if documents::compare(a, b) == Similarity::Exact {
        return pairs.map(|(left, right)| (plain(left), plain(right)));
    }
    let [family, given, chinese] = pairs;
    // A side without Chinese characters contradicts nothing.
    let no_chinese = chinese.0.is_empty() || chinese.1.is_empty();
    let chinese =
        if no_chinese { (plain(chinese.0), plain(chinese.1)) } else { characters(chinese.0, chinese.1) };
    [words(family.0, family.1), words(given.0, given.1), chinese]
}

/// Marks the words of two texts that the other lacks at that place. A word that is nearly right is marked
/// only where it differs.
fn words(a: &str, b: &str) -> (Marked, Marked) {
    let (left, right) = (split(a), split(b));
    let (mut marked_left, mut marked_right) = (Marked::new(), Marked::new());
    let (mut i, mut j) = (0, 0);
    for (next_i, next_j) in common_words(&left, &right).into_iter().chain([(left.len(), right.len())]) {
        gap(&left[i..next_i], &right[j..next_j], &mut marked_left, &mut marked_right);
        marked_left.extend(left.get(next_i).and_then(|word| piece(word, false)));
        marked_right.extend(right.get(next_j).and_then(|word| piece(word, false)));
        (i, j) = (next_i + 1, next_j + 1);
    }
    (joined(marked_left), joined(marked_right))
}

/// Words between two that both sides share.
fn gap(left: &[&str], right: &[&str], marked_left: &mut Marked, marked_right: &mut Marked) {
    if left.len() == right.len() {
        for (a, b) in left.iter().zip(right) {
            let (a, b) = word_pair(a, b);
            marked_left.extend(a);
            marked_right.extend(b);
        }
        return;
    }
    marked_left.extend(left.iter().filter_map(|word| piece(word, true)));
    marked_right.extend(right.iter().filter_map(|word| piece(word, true)));
}

/// Two words in the same place: letter by letter if at least half of the longer one agrees.
fn word_pair(a: &str, b: &str) -> (Marked, Marked) {
    let (left, right): (Vec<char>, Vec<char>) =
        (a.trim_end().chars().collect(), b.trim_end().chars().collect());
    let (front, back) = common_ends(&left, &right);
    if 2 * (front + back) >= left.len().max(right.len()) {
        return characters(a, b);
    }
    (piece(a, true).into_iter().collect(), piece(b, true).into_iter().collect())
}

/// The longest run of words, not necessarily neighbours, that both sides have in the same order.
fn common_words(left: &[&str], right: &[&str]) -> Vec<(usize, usize)> {
    let mut longest = vec![vec![0_usize; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            longest[i][j] = if same_word(left[i], right[j]) {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < left.len() && j < right.len() {
        if same_word(left[i], right[j]) {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

fn same_word(a: &str, b: &str) -> bool {
    let name = |text: &str| PersonName::single(text.trim_matches(is_separator));
    matches!((name(a), name(b)), (Ok(a), Ok(b)) if documents::compare(&a, &b) == Similarity::Exact)
}

/// Words with the separator that follows each.
fn split(text: &str) -> Vec<&str> {
    text.split_inclusive(is_separator).collect()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || c == '-'
}

/// How many characters both begin with, and how many of the rest both end with. Letter case is no difference.
fn common_ends(a: &[char], b: &[char]) -> (usize, usize) {
    let same = |pair: &(&char, &char)| pair.0.to_uppercase().eq(pair.1.to_uppercase());
    let front = a.iter().zip(b).take_while(same).count();
    let back = a[front..].iter().rev().zip(b[front..].iter().rev()).take_while(same).count();
    (front, back)
}

fn around(text: &[char], front: usize, back: usize) -> Marked {
    let end = text.len() - back;
    let run = |run: &[char], differs| piece(&run.iter().collect::<String>(), differs);
    [run(&text[..front], false), run(&text[front..end], true), run(&text[end..], false)]
        .into_iter()
        .flatten()
        .collect()
}

fn piece(text: &str, differs: bool) -> Option<Piece> {
    (!text.is_empty()).then(|| Piece { text: text.to_owned(), differs })
}

/// Neighbours of one kind become one run, so that a mark over two words has no hole.
fn joined(pieces: Marked) -> Marked {
    let mut runs = Marked::with_capacity(pieces.len());
    for piece in pieces {
        match runs.last_mut() {
            Some(last) if last.differs == piece.differs => last.text.push_str(&piece.text),
            _ => runs.push(piece),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(marked: &Marked) -> String {
        let piece = |p: &Piece| if p.differs { format!("[{}]", p.text) } else { p.text.clone() };
        marked.iter().map(piece).collect()
    }

    fn both((a, b): &(Marked, Marked)) -> (String, String) {
        (shown(a), shown(b))
    }

    #[test]
    fn numbers_are_marked_by_character() {
        for (a, b, left, right) in [
            ("X12345678", "X12345678", "X12345678", "X12345678"),
            ("X12345O78", "X12345078", "X12345[O]78", "X12345[0]78"),
            ("X12354678", "X12345678", "X123[54]678", "X123[45]678"),
            ("X1234567", "X12345678", "X1234567", "X1234567[8]"),
            ("XX1234567", "X1234567", "X[X]1234567", "X1234567"),
        ] {
            assert_eq!(both(&characters(a, b)), (left.to_owned(), right.to_owned()), "{a} {b}");
        }
    }

    #[test]
    fn dates_are_marked_by_field_and_an_open_field_marks_the_stated_one() {
        for (a, b, left, right) in [
            ("1980-03-14", "1980-03-14", "1980-03-14", "1980-03-14"),
            ("1980-03-14", "1980-04-14", "1980-[03]-14", "1980-[04]-14"),
            ("1980", "1980-04-14", "1980", "1980-[04]-[14]"),
        ] {
            let (a, b): (PartialDate, PartialDate) = (a.parse().unwrap(), b.parse().unwrap());
            assert_eq!(both(&date(a, b)), (left.to_owned(), right.to_owned()), "{a} {b}");
        }
    }

    #[test]
    fn names_are_marked_by_part_and_nearly_right_words_by_letter() {
        for (a, b, family, given) in [
            // Exact, whatever it looks like: nothing is marked.
            (
                ("O'Brien", "Anna-Maria"),
                ("OBRIEN", "ANNA MARIA"),
                ("O'Brien", "OBRIEN"),
                ("Anna-Maria", "ANNA MARIA"),
            ),
            (
                ("Eriksson", "Anna"),
                ("ERIKSSON", "ANNA MARIA"),
                ("Eriksson", "ERIKSSON"),
                ("Anna", "ANNA [MARIA]"),
            ),
            (("Erikson", "Anna"), ("ERIKSSON", "ANNA"), ("Erikson", "ERIKS[S]ON"), ("Anna", "ANNA")),
            (("Anna", "Eriksson"), ("ERIKSSON", "ANNA"), ("[Anna]", "[ERIKSSON]"), ("[Eriksson]", "[ANNA]")),
            (("Silva", "Ana Rita"), ("SILVA", "RITA ANA"), ("Silva", "SILVA"), ("[Ana ]Rita", "RITA [ANA]")),
        ] {
            let side = |(primary, secondary)| PersonName::new(primary, secondary).unwrap();
            let [marked_family, marked_given, _] = name(&side(a), &side(b));
            let owned = |pair: (&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
            assert_eq!(both(&marked_family), owned(family), "{a:?} {b:?}");
            assert_eq!(both(&marked_given), owned(given), "{a:?} {b:?}");
        }
    }

    #[test]
    fn chinese_names_are_marked_by_character_unless_a_side_has_none() {
        let name_of =
            |chinese: &str| PersonName::new("Chan", "Tai Man").unwrap().with_chinese(chinese).unwrap();
        let chinese = |a: &str, b: &str| both(&name(&name_of(a), &name_of(b))[2]);
        assert_eq!(chinese("陳大文", "陳大民"), ("陳大[文]".to_owned(), "陳大[民]".to_owned()));
        assert_eq!(chinese("陳大文", "陈大文"), ("陳大文".to_owned(), "陈大文".to_owned()));
        assert_eq!(chinese("陳大文", ""), ("陳大文".to_owned(), String::new()));
    }
}
