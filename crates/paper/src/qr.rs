//! QR codes for paper. Live codes are drawn in the browser: drawing costs twenty times what signing does.

use std::fmt::Write as _;

use fast_qr::{ECL, Mask, Mode, QRBuilder, QRCode};

/// Light modules around the code (ISO/IEC 18004 section 6.3.8).
pub(crate) const QUIET: usize = 4;

/// The text is too long for a QR code, or not in the characters of its alphanumeric mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text does not fit a QR code")]
pub struct NotDrawn;

/// A QR code, in the smallest version that holds its text.
pub struct Code(QRCode);

impl Code {
    /// The code of level Q of a link, as it is written: a quarter of what hangs on a wall may be torn or dirty
    /// (ISO/IEC 18004 section 5.1: Q restores about 25 %).
    pub fn link(link: &str) -> Result<Self, NotDrawn> {
        QRBuilder::new(link).ecl(ECL::Q).mode(Mode::Byte).build().map(Self).map_err(|_| NotDrawn)
    }

    /// The code of level M of `text`, which is in the characters of the alphanumeric mode, as passes are.
    pub fn of(text: &str) -> Result<Self, NotDrawn> {
        let code = QRBuilder::new(text).ecl(ECL::M).mode(Mode::Alphanumeric).mask(Mask::Checkerboard).build();
        code.map(Self).map_err(|_| NotDrawn)
    }

    /// Modules on a side, without the light ones around.
    pub fn side(&self) -> usize {
        self.0.size
    }

    /// Runs of dark modules: column, row, length.
    pub fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for y in 0..self.side() {
            let mut x = 0;
            while x < self.side() {
                let run = (x..self.side()).take_while(|at| self.0[y][*at].value()).count();
                if run > 0 {
                    runs.push((x, y, run));
                }
                x += run.max(1);
            }
        }
        runs
    }

    /// The code with its light modules as SVG. `label` is its text alternative, already escaped for an attribute.
    pub fn svg(&self, label: &str) -> String {
        let side = self.side() + 2 * QUIET;
        let mut path = String::with_capacity(side * side * 2);
        for (x, y, run) in self.runs() {
            write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET).expect("a text takes any text");
        }
        format!(
            "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{label}\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once_and_no_light_one() {
        let text = "TX1:RRQT 9O60GO0U8AMNJJ-P-VL8CKGBF.70+M8RW5PF8DF3";
        let drawn = Code::of(text).unwrap().svg("label");
        let code = QRBuilder::new(text).ecl(ECL::M).mode(Mode::Alphanumeric).mask(Mask::Checkerboard).build();
        let code = code.unwrap();
        let mut dark = vec![vec![0; code.size]; code.size];
        let path = drawn.rsplit("d=\"").next().unwrap().split('"').next().unwrap();
        for run in path.split('z').filter(|run| !run.is_empty()) {
            let numbers: Vec<usize> =
                run.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            let [x, y, length, 1, _] = numbers[..] else { panic!("{run}") };
            for at in x..x + length {
                dark[y - QUIET][at - QUIET] += 1;
            }
        }
        for (y, row) in dark.iter().enumerate() {
            for (x, times) in row.iter().enumerate() {
                assert_eq!(*times, u32::from(code[y][x].value()), "{x}, {y}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Code::of(&"A".repeat(5000)).is_err());
    }
}
