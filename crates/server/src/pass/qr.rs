//! QR codes drawn by the server, for paper: inline SVG, which prints sharp at any size.
//!
//! Live codes are drawn in the browser: drawing costs twenty times what signing does.

use std::fmt::Write as _;

use fast_qr::{ECL, Mask, Mode, QRBuilder};

/// Light modules around the code (ISO/IEC 18004 section 6.3.8).
const QUIET: usize = 4;

/// The text is too long for a QR code, or not in the characters of its alphanumeric mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text does not fit a QR code")]
pub struct NotDrawn;

/// `text` (as [`credential::to_text`] writes it) as a QR code of level M in the smallest version that holds
/// it. `label` is its text alternative, already escaped for an attribute.
pub fn svg(text: &str, label: &str) -> Result<String, NotDrawn> {
    let code = QRBuilder::new(text).ecl(ECL::M).mode(Mode::Alphanumeric).mask(Mask::Checkerboard).build();
    let code = code.map_err(|_| NotDrawn)?;
    let side = code.size + 2 * QUIET;
    let mut path = String::with_capacity(code.size * code.size * 2);
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            let run = (x..code.size).take_while(|at| code[y][*at].value()).count();
            if run > 0 {
                write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET).expect("a text takes any text");
            }
            x += run.max(1);
        }
    }
    Ok(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{label}\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once_and_no_light_one() {
        let text = "TX1:RRQT 9O60GO0U8AMNJJ-P-VL8CKGBF.70+M8RW5PF8DF3";
        let drawn = svg(text, "label").unwrap();
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
        assert_eq!(svg(&"A".repeat(5000), ""), Err(NotDrawn));
    }
}
