//! Grey pictures as numbers, for undoing what a camera did to a code: noise, flatness, blur, too few pixels.

use image::GrayImage;

/// A picture of one channel. Levels are 0 to 255, and may leave that range on the way.
#[derive(Clone)]
pub(crate) struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<f32>,
}

/// A Gaussian kernel reaches so many standard deviations.
const REACH: f32 = 2.5;

impl Grey {
    pub(crate) fn of(image: &GrayImage) -> Self {
        let pixels = image.as_raw().iter().map(|level| f32::from(*level)).collect();
        Self { width: image.width() as usize, height: image.height() as usize, pixels }
    }

    /// How many pixels it has.
    pub(crate) fn pixels(&self) -> usize {
        self.pixels.len()
    }

    /// Levels stretched over the whole range, so that the darkest and the lightest hundredth are cut off.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
    pub(crate) fn image(&self) -> GrayImage {
        let (dark, light) = self.range();
        let scale = 255.0 / (light - dark).max(1.0);
        let level = |value: &f32| ((value - dark) * scale).round().clamp(0.0, 255.0) as u8;
        let pixels = self.pixels.iter().map(level).collect();
        let (width, height) = self.size();
        GrayImage::from_raw(width, height, pixels).expect("as many pixels as the size says")
    }

    #[allow(clippy::cast_possible_truncation, reason = "a picture's side fits")]
    fn size(&self) -> (u32, u32) {
        (self.width as u32, self.height as u32)
    }

    fn range(&self) -> (f32, f32) {
        let mut levels: Vec<f32> =
            self.pixels.iter().step_by(self.pixels.len() / 4096 + 1).copied().collect();
        levels.sort_by(f32::total_cmp);
        let at = |share: usize| levels.get(levels.len() * share / 100).copied().unwrap_or_default();
        (at(1), at(99))
    }

    /// Blurred by a Gaussian of that standard deviation, in pixels; edges go on outwards.
    pub(crate) fn smooth(&self, sigma: f32) -> Self {
        let weights = kernel(sigma);
        let rows = along_rows(&self.pixels, self.width, &weights);
        let pixels = along_columns(&rows, self.width, &weights);
        Self { pixels, ..*self }
    }

    /// A blur of that standard deviation undone, as far as so many rounds go (Van Cittert): each round adds what
    /// the blur of the present answer lacks. Few rounds leave fine detail blurred, many bring out the noise.
    pub(crate) fn sharp(&self, sigma: f32, rounds: u32) -> Self {
        let weights = kernel(sigma);
        let mut pixels = self.pixels.clone();
        for _ in 0..rounds {
            let blurred = along_columns(&along_rows(&pixels, self.width, &weights), self.width, &weights);
            for ((pixel, seen), blurred) in pixels.iter_mut().zip(&self.pixels).zip(&blurred) {
                *pixel += seen - blurred;
            }
        }
        Self { pixels, ..*self }
    }

    /// With twice the pixels along each side.
    pub(crate) fn doubled(&self) -> Self {
        let wide = turned(&doubled_rows(&self.pixels, self.width), 2 * self.width);
        let pixels = turned(&doubled_rows(&wide, self.height), 2 * self.height);
        Self { width: 2 * self.width, height: 2 * self.height, pixels }
    }
}

/// Twice as many pixels in each row: a Catmull-Rom spline through them, a quarter of a pixel to either side.
fn doubled_rows(pixels: &[f32], width: usize) -> Vec<f32> {
    const NEAR: [f32; 4] = [-0.070_312_5, 0.867_187_5, 0.226_562_5, -0.023_437_5];
    let mut padded = vec![0.0; width + 4];
    let mut out = Vec::with_capacity(2 * pixels.len());
    for row in pixels.chunks_exact(width) {
        padded[..2].fill(row[0]);
        padded[2..width + 2].copy_from_slice(row);
        padded[width + 2..].fill(row[width - 1]);
        for near in padded.windows(5) {
            let of = |places: [usize; 4]| {
                NEAR.iter().zip(places).map(|(weight, at)| weight * near[at]).sum::<f32>()
            };
            out.extend([of([3, 2, 1, 0]), of([1, 2, 3, 4])]);
        }
    }
    out
}

/// Rows as columns.
fn turned(pixels: &[f32], width: usize) -> Vec<f32> {
    let height = pixels.len() / width;
    let mut out = vec![0.0; pixels.len()];
    for (y, row) in pixels.chunks_exact(width).enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            out[x * height + y] = *pixel;
        }
    }
    out
}

/// The right half of a Gaussian, its middle first; the whole sums to 1.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a short reach"
)]
fn kernel(sigma: f32) -> Vec<f32> {
    let reach = (REACH * sigma).ceil() as usize;
    let half: Vec<f32> = (0..=reach).map(|d| (-((d * d) as f32) / (2.0 * sigma * sigma)).exp()).collect();
    let sum = half[0] + 2.0 * half[1..].iter().sum::<f32>();
    half.into_iter().map(|weight| weight / sum).collect()
}

fn along_rows(pixels: &[f32], width: usize, weights: &[f32]) -> Vec<f32> {
    let reach = weights.len() - 1;
    let mut padded = vec![0.0; width + 2 * reach];
    let mut out = vec![0.0; pixels.len()];
    for (row, out) in pixels.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        padded[..reach].fill(row[0]);
        padded[reach..reach + width].copy_from_slice(row);
        padded[reach + width..].fill(row[width - 1]);
        add(out, &padded[reach..], weights[0]);
        for (distance, weight) in weights.iter().enumerate().skip(1) {
            add(out, &padded[reach - distance..], *weight);
            add(out, &padded[reach + distance..], *weight);
        }
    }
    out
}

fn along_columns(pixels: &[f32], width: usize, weights: &[f32]) -> Vec<f32> {
    let last = pixels.len() / width - 1;
    let row = |at: usize| &pixels[at.min(last) * width..][..width];
    let mut out = vec![0.0; pixels.len()];
    for (y, out) in out.chunks_exact_mut(width).enumerate() {
        add(out, row(y), weights[0]);
        for (distance, weight) in weights.iter().enumerate().skip(1) {
            add(out, row(y.saturating_sub(distance)), *weight);
            add(out, row(y + distance), *weight);
        }
    }
    out
}

fn add(to: &mut [f32], from: &[f32], weight: f32) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from * weight);
}
