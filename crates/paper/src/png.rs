//! Draws a sheet as a picture: A6, in shades of grey, with as many dots as printers have, so that a code's modules are
//! whole dots here too.

use ab_glyph::{Font as _, Glyph, PxScale, point};

use crate::PaperError;
use crate::sheet::{DOTS, POINT, Run, Sheet, Size, Thing};

const PAPER: u8 = 255;
const INK: u8 = 0;
/// Dots in a millimetre.
const MILLIMETRE: f32 = DOTS / 25.4;
const DOTS_A_METRE: u32 = 11_811;
/// How thick a frame is, in dots.
const FRAME: usize = 4;

struct Canvas {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

pub fn write(sheet: &Sheet) -> Result<Vec<u8>, PaperError> {
    let (width, height) = Size::A6.millimetres();
    let (width, height) = (dots(width), dots(height));
    let mut canvas = Canvas { width, height, dots: vec![PAPER; width * height] };
    for thing in &sheet.things {
        match thing {
            Thing::Heading(runs) | Thing::Paragraph(runs) => runs.iter().for_each(|run| canvas.words(run)),
            Thing::Figure(rectangles, _) => rectangles.iter().for_each(|at| canvas.rectangle(at)),
            Thing::Frame(at) => canvas.frame(at),
        }
    }
    canvas.encoded().map_err(|_| PaperError::Png)
}

/// The nearest whole number of dots; nothing lies left of the paper.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few thousand dots, none below 0"
)]
fn dots(millimetres: f32) -> usize {
    (millimetres * MILLIMETRE).round().max(0.0) as usize
}

impl Canvas {
    fn words(&mut self, run: &Run) {
        let font = &run.cut.outlines;
        let em = font.units_per_em().unwrap_or(1000.0);
        // The library scales by the height of a line, letters are measured by their em.
        let size = run.points / POINT * MILLIMETRE;
        let scale = PxScale::from(size * font.height_unscaled() / em);
        let (mut x, baseline) = (run.x * MILLIMETRE, run.baseline * MILLIMETRE);
        for character in run.text.chars() {
            let id = font.glyph_id(character);
            let glyph: Glyph = id.with_scale_and_position(scale, point(x, baseline));
            x += font.h_advance_unscaled(id) / em * size;
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let corner = outline.px_bounds().min;
            outline.draw(|column, row, covered| self.blend(corner, (column, row), covered));
        }
    }

    /// Covers a part of a dot with ink.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "inside the canvas, and shades between 0 and 255"
    )]
    fn blend(&mut self, corner: ab_glyph::Point, (column, row): (u32, u32), covered: f32) {
        let (x, y) = (corner.x + column as f32, corner.y + row as f32);
        if x < 0.0 || y < 0.0 || x >= self.width as f32 || y >= self.height as f32 {
            return;
        }
        let dot = &mut self.dots[y as usize * self.width + x as usize];
        *dot = (f32::from(*dot) * (1.0 - covered.clamp(0.0, 1.0))).round() as u8;
    }

    fn rectangle(&mut self, [x, y, width, height]: &[f32; 4]) {
        // Edges are rounded, not lengths: what touches on the sheet touches here.
        self.fill([dots(*x), dots(*y)], [dots(x + width), dots(y + height)]);
    }

    fn fill(&mut self, [left, top]: [usize; 2], [right, bottom]: [usize; 2]) {
        for row in top..bottom.min(self.height) {
            let row = row * self.width;
            self.dots[row + left.min(self.width)..row + right.min(self.width)].fill(INK);
        }
    }

    fn frame(&mut self, [x, y, width, height]: &[f32; 4]) {
        let [left, top, right, bottom] = [*x, *y, x + width, y + height].map(dots);
        self.fill([left, top], [right, top + FRAME]);
        self.fill([left, bottom - FRAME], [right, bottom]);
        self.fill([left, top], [left + FRAME, bottom]);
        self.fill([right - FRAME, top], [right, bottom]);
    }

    fn encoded(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let [width, height] = [self.width, self.height].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
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
