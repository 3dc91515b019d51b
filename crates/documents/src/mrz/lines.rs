//! Finding the lines of a zone in what was pasted or sent by a reader.

use unicode_normalization::UnicodeNormalization;

use super::error::MrzError;
use super::layout::Format;

/// The longest text that is looked at, in bytes. A zone has 90 characters at most; the rest is for blanks.
pub const MAX_INPUT: usize = 1024;

/// The format and its lines, in capital letters, of exactly the right length.
///
/// Blanks, control characters and empty lines do not matter, nor whether there are line breaks at all: keyboard
/// readers send one line, or end lines as they please.
pub(super) fn split(text: &str) -> Result<(Format, Vec<Vec<char>>), Vec<MrzError>> {
    if text.len() > MAX_INPUT {
        return Err(vec![MrzError::TooLong { max: MAX_INPUT }]);
    }
    let lines: Vec<Vec<char>> = text
        .split(['\n', '\r', '\u{0085}', '\u{2028}', '\u{2029}'])
        .map(characters)
        .filter(|line| !line.is_empty())
        .collect();
    let total = lines.iter().map(Vec::len).sum::<usize>();
    if total == 0 {
        return Err(vec![MrzError::Empty]);
    }
    let size = |format: &Format| {
        let (count, length) = format.size();
        count * length == total
    };
    if let Some(format) = Format::ALL.into_iter().find(size).filter(|format| is_whole(*format, &lines)) {
        let all: Vec<char> = lines.concat();
        return Ok((format, all.chunks(format.size().1).map(<[char]>::to_vec).collect()));
    }
    Err(wrong_size(&lines))
}

/// Lines that already have the right lengths, or that were broken nowhere.
fn is_whole(format: Format, lines: &[Vec<char>]) -> bool {
    let (count, length) = format.size();
    lines.len() == 1 || (lines.len() == count && lines.iter().all(|line| line.len() == length))
}

fn characters(line: &str) -> Vec<char> {
    let blank =
        |c: &char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}');
    line.nfkc().filter(|c| !blank(c)).map(|c| c.to_ascii_uppercase()).collect()
}

fn wrong_size(lines: &[Vec<char>]) -> Vec<MrzError> {
    let longest = lines.iter().map(Vec::len).max().unwrap_or(0);
    let format = match lines.len() {
        3 => Format::Td1,
        2 if longest <= 39 => Format::Td2,
        2 => Format::Td3,
        found => return vec![MrzError::LineCount { found }],
    };
    let expected = format.size().1;
    let wrong = lines.iter().enumerate().filter(|(_, line)| line.len() != expected);
    wrong.map(|(index, line)| MrzError::LineLength { line: index + 1, expected, found: line.len() }).collect()
}
