//! Writes a sheet as SVG: words as words, the code as one path. Lengths are millimetres of A6; the picture says how large
//! it is on paper.

use std::fmt::Write as _;

use crate::font::Forms;
use crate::sheet::{POINT, Run, Sheet, Size, Thing};

/// Fonts that machines have. The last one is any.
const SIMPLIFIED: &str =
    "'Noto Sans CJK SC','Source Han Sans SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif";
const TRADITIONAL: &str =
    "'Noto Sans CJK TC','Source Han Sans TC','Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif";
/// Millimetres: how thick a frame is.
const FRAME: f32 = 0.4;

pub fn write(sheet: &Sheet, size: Size) -> String {
    let (width, height) = size.millimetres();
    let (columns, rows) = (width / size.scale(), height / size.scale());
    let mut out = String::with_capacity(16 * 1024);
    put(
        &mut out,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
             viewBox=\"0 0 {columns} {rows}\" xml:lang=\"{}\" role=\"img\">\n<title>{}</title>\n\
             <path fill=\"#fff\" d=\"M0 0h{columns}v{rows}H0z\"/>\n",
            escaped(&sheet.language),
            escaped(&sheet.title)
        ),
    );
    for thing in &sheet.things {
        match thing {
            Thing::Heading(runs) | Thing::Paragraph(runs) => runs.iter().for_each(|run| words(&mut out, run)),
            Thing::Figure(rectangles, alternative) => figure(&mut out, rectangles, alternative),
            Thing::Frame([x, y, width, height]) => put(
                &mut out,
                format_args!(
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"none\" stroke=\"#000\" \
                     stroke-width=\"{FRAME}\"/>\n"
                ),
            ),
        }
    }
    out.push_str("</svg>\n");
    out
}

fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("a text takes any text");
}

/// Set around its middle, so that it stays there whatever the width of a character that only other fonts have.
fn words(out: &mut String, run: &Run) {
    // Blanks at the ends are no part of what SVG draws.
    let text = run.text.trim();
    let millimetres = |text: &str| run.cut.width(text) * run.points / POINT;
    let before = millimetres(&run.text[..run.text.len() - run.text.trim_start().len()]);
    let width = millimetres(text);
    let family = match Forms::of_language(&run.language) {
        Forms::Simplified => SIMPLIFIED,
        Forms::Traditional => TRADITIONAL,
    };
    let weight = if run.cut.bold { " font-weight=\"700\"" } else { "" };
    put(
        out,
        format_args!(
            "<text x=\"{:.3}\" y=\"{:.3}\" font-size=\"{:.3}\" font-family=\"{family}\"{weight} text-anchor=\"middle\" \
             unicode-bidi=\"plaintext\" xml:lang=\"{}\"",
            run.x + before + width / 2.0,
            run.baseline,
            run.points / POINT,
            escaped(&run.language),
        ),
    );
    if run.cut.lacking(text).is_empty() {
        put(out, format_args!(" textLength=\"{width:.3}\" lengthAdjust=\"spacingAndGlyphs\""));
    }
    put(out, format_args!(">{}</text>\n", escaped(text)));
}

fn figure(out: &mut String, rectangles: &[[f32; 4]], alternative: &str) {
    put(out, format_args!("<path role=\"img\" aria-label=\"{}\" d=\"", escaped(alternative)));
    for [x, y, width, height] in rectangles {
        put(out, format_args!("M{x:.4} {y:.4}h{width:.4}v{height:.4}h-{width:.4}z"));
    }
    out.push_str("\" shape-rendering=\"crispEdges\"/>\n");
}

/// As text and as an attribute of XML, which has no controls.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_typed_becomes_markup() {
        assert_eq!(escaped("A & B <C> \"D\"\u{0}\u{1b}'"), "A &amp; B &lt;C&gt; &quot;D&quot;  '");
    }
}
