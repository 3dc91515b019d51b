//! The printed pass as a picture: A6 at 300 dots an inch, black on white, so that it prints at its size and its code
//! fills the screen of a phone. Only a printed pass is ever drawn: a picture of a live code is worth nothing.
//!
//! The letters come from two fonts of our own words (`scripts/pass-fonts`): Chinese characters have other shapes in
//! the two scripts.

use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, Glyph, PxScale, ScaleFont as _, point};

use fast_qr::{ECL, Mode, QRBuilder};

use crate::words::Language;

/// Light modules around the code (ISO/IEC 18004 section 6.3.8).
const QUIET: usize = 4;

/// A6 at 300 dots an inch.
const SIZE: (usize, usize) = (1240, 1748);
const DOTS_A_METRE: u32 = 11_811;
const MARGIN: usize = 70;
/// Between two parts of the card.
const GAP: usize = 28;
/// The code without its quiet zone is at least 35 mm wide.
const SMALLEST_CODE: usize = 414;
const PAPER: u8 = 255;
const INK: u8 = 0;

static HANS: LazyLock<FontRef<'static>> = LazyLock::new(|| font(include_bytes!("../../fonts/pass-hans.otf")));
static HANT: LazyLock<FontRef<'static>> = LazyLock::new(|| font(include_bytes!("../../fonts/pass-hant.otf")));

fn font(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("a font of this repository")
}

fn font_of(language: Language) -> &'static FontRef<'static> {
    match language {
        Language::ZhHant => &HANT,
        Language::En | Language::ZhHans => &HANS,
    }
}

/// What stands on the card, in words already looked up.
pub struct Drawing {
    /// The heading.
    pub title: String,
    /// That it counts beside the document only.
    pub check: String,
    /// The text of the code.
    pub code: String,
    /// Labels and values.
    pub rows: Vec<(String, String)>,
    /// What to do with it.
    pub scan: String,
    /// Whom to call.
    pub hotline: String,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The text is too long for a code.
    #[error("the text does not fit a QR code")]
    Code,
    /// So many words that the code would be too small.
    #[error("the words leave no room for the code")]
    NoRoom,
    /// The encoder failed.
    #[error(transparent)]
    Png(#[from] png::EncodingError),
}

/// The card as a PNG. A row whose value has a sign that the font lacks (a rare family name) is left out: the code
/// says the same.
pub fn png(drawing: &Drawing, language: Language) -> Result<Vec<u8>, PictureError> {
    let mut paper = Paper { dots: vec![PAPER; SIZE.0 * SIZE.1], font: font_of(language) };
    let code = QRBuilder::new(drawing.code.as_str()).ecl(ECL::M).mode(Mode::Alphanumeric).build();
    let code = code.map_err(|_| PictureError::Code)?;
    let width = SIZE.0 - 2 * MARGIN;
    let (title, check) = (paper.set(&drawing.title, 58, width), paper.set(&drawing.check, 56, width));
    let (scan, hotline) = (paper.set(&drawing.scan, 38, width), paper.set(&drawing.hotline, 44, width));
    let rows: Vec<_> = drawing
        .rows
        .iter()
        .filter(|(_, value)| paper.has(value))
        .map(|(label, value)| (paper.set(label, 42, width * 45 / 100), paper.set(value, 46, width / 2)))
        .collect();

    let band = check.height() + 2 * GAP;
    let of_rows: usize = rows.iter().map(|(label, value)| label.height().max(value.height())).sum();
    let words = title.height() + band + of_rows + scan.height() + hotline.height() + 5 * GAP;
    let room = (SIZE.1 - 2 * MARGIN).saturating_sub(words).min(width);
    let module = room / (code.size + 2 * QUIET);
    if module * code.size < SMALLEST_CODE {
        return Err(PictureError::NoRoom);
    }

    let mut y = MARGIN;
    paper.write_in_the_middle(&title, y, INK);
    y += title.height() + GAP;
    paper.fill((MARGIN, y), (width, band), INK);
    paper.write_in_the_middle(&check, y + GAP, PAPER);
    y += band;
    let side = module * (code.size + 2 * QUIET);
    // What is left over goes above and below the code.
    let spare = SIZE.1 - 2 * MARGIN - words - side;
    y += GAP + spare / 2;
    let start = (SIZE.0 - side) / 2 + QUIET * module;
    for (row, line) in (0..code.size).map(|row| (row, &code[row])) {
        for (column, dark) in line.iter().take(code.size).enumerate() {
            if dark.value() {
                let corner = (start + column * module, y + (QUIET + row) * module);
                paper.fill(corner, (module, module), INK);
            }
        }
    }
    y += side + spare / 2 + GAP;
    for (label, value) in &rows {
        paper.write(label, MARGIN, y, INK);
        paper.write(value, MARGIN + width / 2, y, INK);
        y += label.height().max(value.height());
    }
    y += GAP;
    paper.write_in_the_middle(&scan, y, INK);
    y += scan.height() + GAP;
    paper.write_in_the_middle(&hotline, y, INK);
    paper.png()
}

/// Text broken into lines, each with its width.
struct Lines {
    lines: Vec<(String, f32)>,
    size: usize,
}

impl Lines {
    const fn line(&self) -> usize {
        self.size * 7 / 5
    }

    fn height(&self) -> usize {
        self.lines.len() * self.line()
    }
}

struct Paper {
    dots: Vec<u8>,
    font: &'static FontRef<'static>,
}

impl Paper {
    /// Whether the font has every sign of the text.
    fn has(&self, text: &str) -> bool {
        seen(text).all(|sign| self.font.glyph_id(sign).0 != 0)
    }

    /// So many dots to the em: the library scales by the height of a line.
    fn scale(&self, size: usize) -> PxScale {
        let em = self.font.units_per_em().unwrap_or(1000.0);
        PxScale::from(as_f32(size) * self.font.height_unscaled() / em)
    }

    fn width(&self, text: &str, size: usize) -> f32 {
        let font = self.font.as_scaled(self.scale(size));
        text.chars().map(|sign| font.h_advance(self.font.glyph_id(sign))).sum()
    }

    /// Breaks the text at spaces and between Chinese characters.
    fn set(&self, text: &str, size: usize, width: usize) -> Lines {
        let mut lines = vec![String::new()];
        for piece in pieces(text) {
            let line = lines.last_mut().expect("there is one");
            let longer = format!("{line}{piece}");
            if self.width(longer.trim_end(), size) <= as_f32(width) || line.is_empty() {
                *line = longer;
            } else {
                lines.push(piece);
            }
        }
        let measured = lines.into_iter().map(|line| line.trim_end().to_owned());
        Lines { lines: measured.map(|line| (line.clone(), self.width(&line, size))).collect(), size }
    }

    fn write_in_the_middle(&mut self, text: &Lines, y: usize, ink: u8) {
        for (number, (line, width)) in text.lines.iter().enumerate() {
            let x = (as_f32(SIZE.0) - width) / 2.0;
            self.write_line(line, text.size, x.max(0.0), y + number * text.line(), ink);
        }
    }

    fn write(&mut self, text: &Lines, x: usize, y: usize, ink: u8) {
        for (number, (line, _)) in text.lines.iter().enumerate() {
            self.write_line(line, text.size, as_f32(x), y + number * text.line(), ink);
        }
    }

    /// One line, whose upper edge is at `y`.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred dots")]
    fn write_line(&mut self, line: &str, size: usize, x: f32, y: usize, ink: u8) {
        let scale = self.scale(size);
        let (font, mut x) = (self.font, x);
        let base = as_f32(y) + as_f32(size) * 1.08;
        for sign in line.chars() {
            let id = font.glyph_id(sign);
            let glyph: Glyph = id.with_scale_and_position(scale, point(x, base));
            x += font.as_scaled(scale).h_advance(id);
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let corner = outline.px_bounds().min;
            outline.draw(|column, row, covered| {
                self.blend(corner.x + column as f32, corner.y + row as f32, covered, ink);
            });
        }
    }

    /// Covers a part of a dot.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the size, 0 and 255"
    )]
    fn blend(&mut self, x: f32, y: f32, covered: f32, ink: u8) {
        if x < 0.0 || y < 0.0 || x >= as_f32(SIZE.0) || y >= as_f32(SIZE.1) {
            return;
        }
        let dot = &mut self.dots[y as usize * SIZE.0 + x as usize];
        let (before, covered) = (f32::from(*dot), covered.clamp(0.0, 1.0));
        *dot = (f32::from(ink) - before).mul_add(covered, before).round() as u8;
    }

    fn fill(&mut self, (x, y): (usize, usize), (width, height): (usize, usize), ink: u8) {
        for row in y..(y + height).min(SIZE.1) {
            self.dots[row * SIZE.0 + x..row * SIZE.0 + (x + width).min(SIZE.0)].fill(ink);
        }
    }

    fn png(&self) -> Result<Vec<u8>, PictureError> {
        let mut bytes = Vec::new();
        let [width, height] = [SIZE.0, SIZE.1].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let (xppu, yppu, unit) = (DOTS_A_METRE, DOTS_A_METRE, png::Unit::Meter);
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu, yppu, unit }));
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.dots)?;
        writer.finish()?;
        Ok(bytes)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand dots")]
const fn as_f32(dots: usize) -> f32 {
    dots as f32
}

/// The signs of a text that are seen: Fluent puts marks of direction around what it fills in.
fn seen(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|sign| !('\u{2066}'..='\u{2069}').contains(sign))
}

/// The smallest pieces of a text that stay together: a word with its space, or a Chinese character with the signs that
/// may not begin a line.
fn pieces(text: &str) -> Vec<String> {
    let is_wide = |sign: char| ('\u{3000}'..='\u{9fff}').contains(&sign) || sign >= '\u{ff00}';
    let stays = |sign: char| " ，。、：；！？）」》”’,.:;!?)·".contains(sign);
    let mut pieces: Vec<String> = Vec::new();
    let mut last = ' ';
    for sign in seen(text) {
        let begins = !stays(sign) && (last == ' ' || is_wide(sign) || is_wide(last));
        match pieces.last_mut() {
            Some(piece) if !begins => piece.push(sign),
            _ => pieces.push(sign.to_string()),
        }
        last = sign;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str =
        "TX1:RRQT 9O60GO0U8AMNJJ-P-VL8CKGBF.70+M8RW5PF8DF3/T2600DF3VI0JCOS49TK404DGWL9AUFGWDIK";

    fn drawing(code: String, initials: &str) -> Drawing {
        let row = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        Drawing {
            title: "Tongxing health pass".to_owned(),
            check: "Check with the document · 须核对证件".to_owned(),
            code,
            rows: vec![row("Initials", initials), row("Good until", "24:00 on Wednesday 30 September 2026")],
            scan: "Scan this code, then compare these details with the travel document.".to_owned(),
            hotline: "Hotline 027-87122256".to_owned(),
        }
    }

    fn read(picture: &[u8]) -> Vec<String> {
        picture::decode_qr(picture).unwrap()
    }

    #[test]
    fn the_code_of_the_picture_is_read_from_the_shortest_to_the_longest_and_is_wide_enough() {
        // The budget of a printed pass is version 11: 366 characters.
        for length in [60, 200, 366] {
            let code: String = CODE.chars().cycle().take(length).collect();
            let picture = png(&drawing(code.clone(), "AME"), Language::En).unwrap();
            assert_eq!(read(&picture), [code]);
            assert!(picture.len() < 120_000, "{} bytes", picture.len());
        }
    }

    #[test]
    fn it_is_a6_at_its_size_on_paper() {
        let picture = png(&drawing(CODE.to_owned(), "AME"), Language::ZhHans).unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().unwrap();
        let info = reader.info();
        assert_eq!((info.width, info.height), (1240, 1748));
        let dots = info.pixel_dims.unwrap();
        assert_eq!((dots.xppu, dots.yppu, dots.unit), (DOTS_A_METRE, DOTS_A_METRE, png::Unit::Meter));
    }

    #[test]
    fn a_family_name_that_the_font_lacks_is_left_out_and_a_common_one_is_not() {
        let with = |initials: &str| png(&drawing(CODE.to_owned(), initials), Language::ZhHans).unwrap();
        assert!(with("龘*") != with("王*"));
        assert_eq!(with("龘*"), with("靐*"));
        assert!(with("王*") != with("李*"));
    }

    #[test]
    fn words_that_leave_no_room_are_refused() {
        let full = Drawing { scan: "many words ".repeat(200), ..drawing(CODE.to_owned(), "AME") };
        assert!(matches!(png(&full, Language::En), Err(PictureError::NoRoom)));
        assert!(matches!(png(&drawing("A".repeat(5000), ""), Language::En), Err(PictureError::Code)));
    }

    #[test]
    fn lines_break_at_spaces_and_between_characters_and_never_before_a_stop() {
        assert_eq!(pieces("Scan this."), ["Scan ", "this."]);
        assert_eq!(pieces("核对，证件。A6卡"), ["核", "对，", "证", "件。", "A6", "卡"]);
    }

    /// Every word that can stand on a card, in every language.
    #[test]
    fn the_fonts_have_every_sign_of_our_words() {
        use domain::Timestamp;
        let settings = crate::Settings::for_tests();
        for language in Language::ALL {
            let page = crate::http::Page::plain(&settings, language);
            let paper = Paper { dots: Vec::new(), font: font_of(language) };
            let days = (0..400).step_by(6).map(|day| Timestamp::of_day(20_800 + day));
            let mut said: Vec<String> = days.map(|day| page.words.date_time(day)).collect();
            for key in [
                "print-card-title",
                "print-check",
                "print-initials",
                "print-birthday",
                "print-birthday-unknown",
                "print-until",
                "print-scan",
                "print-document-passport",
                "print-document-hk_macao_permit",
                "print-document-taiwan_permit",
                "hotline",
            ] {
                said.push(page.t(key));
            }
            said.extend((1..=12).map(|month| {
                page.t2("print-day-month", "day", 1, "month", page.t(format!("month-{month}")))
            }));
            said.push(page.t2("print-until-year", "date", "", "year", 2026));
            said.push("…0123456789*".to_owned());
            for text in said {
                assert!(paper.has(&text), "run scripts/pass-fonts: a sign is missing of {text}");
            }
        }
    }
}
