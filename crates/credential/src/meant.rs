//! Which of the codes in one picture is to be checked.
//!
//! Used by `tongxing verify --image` and by the photo upload, so that both mean the same. A pass of ours comes
//! before a credential of somebody else, and that before a parcel's label or a poster beside it; of two of the
//! same rank neither is taken, because nobody could say which one was checked.

use crate::pass::PREFIX;
use crate::scan::Scan;

/// What a picture with these texts shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant<'a> {
    /// No code.
    Nothing,
    /// This one.
    Text(&'a str),
    /// Several that might be meant.
    Several,
}

impl<'a> Meant<'a> {
    /// Chooses among the texts of a picture.
    pub fn among(texts: &'a [String]) -> Self {
        let ours = |text: &str| text.trim().starts_with(PREFIX);
        let known = |text: &str| Scan::read(text, &mut Vec::new()).format().is_some();
        let any = |_: &str| true;
        let ranks: [&dyn Fn(&str) -> bool; 3] = [&ours, &known, &any];
        for rank in ranks {
            let mut of_rank = texts.iter().map(String::as_str).filter(|text| rank(text));
            match (of_rank.next(), of_rank.next()) {
                (None, _) => {}
                (Some(text), None) => return Self::Text(text),
                (Some(_), Some(_)) => return Self::Several,
            }
        }
        Self::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_then_anybodys_then_what_is_there() {
        let shc = "shc:/567629";
        let vds = r#"{"data":{"hdr":{"t":"icao.vacc"}}}"#;
        for (texts, meant) in [
            (&[][..], Meant::Nothing),
            (&["https://shop.example"], Meant::Text("https://shop.example")),
            (&["https://shop.example", "TX1:AB"], Meant::Text("TX1:AB")),
            (&["parcel 12", "HC1:AB"], Meant::Text("HC1:AB")),
            (&["parcel 12", "NZCP:/1/AB"], Meant::Text("NZCP:/1/AB")),
            (&[shc, "parcel 12"], Meant::Text(shc)),
            (&[vds, "parcel 12"], Meant::Text(vds)),
            (&["HC1:AB", "TX1:AB"], Meant::Text("TX1:AB")),
            (&["TX1:AB", "TX1:CD"], Meant::Several),
            (&["HC1:AB", shc], Meant::Several),
            (&["parcel 12", "parcel 13"], Meant::Several),
        ] {
            let owned: Vec<String> = texts.iter().map(ToString::to_string).collect();
            assert_eq!(Meant::among(&owned), meant, "{texts:?}");
        }
    }
}
