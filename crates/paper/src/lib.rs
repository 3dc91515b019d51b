//! Paper: sheets with words and QR codes, as PDF or as a picture; and QR codes as SVG for pages that are printed.
//!
//! Used by the printed pass, by location posters ([`Poster`]), and by whatever else is handed out or hung up. Pure: text in, bytes out, the same bytes
//! each time; the fonts are part of the program. The decision that matters: **a sheet is laid out once, in millimetres
//! of A6, and A4 is the same sheet in large print**, twice as wide and high, so that there is one layout to look at.
//!
//! The fonts are cut down to the words that are printed (`fonts/README.md`): a character that they lack is printed as
//! `*`, and a test of whoever prints says which words need one that is missing. The free text of posters has a font that
//! no words limit (decision 0030), and what that one lacks is named before anything is printed. Words are set from left
//! to right.
//!
//! A sheet is PDF 1.7 and PDF/UA-1: title, language, headings and the code's text alternative are there for screen
//! readers, and every word can be selected and searched.

mod archive;
mod font;
mod lines;
mod pdf;
mod png;
mod poster;
mod qr;
mod sheet;
mod svg;

pub use archive::{Archive, ArchiveError, file_name};
pub use font::{Forms, missing, printable};
pub use poster::{FreeText, Missing, Poster, PosterError, PosterWords, pages};
pub use qr::{Code, NotDrawn};
pub use sheet::{Align, Area, Sheet, Size, Text};

/// Why a sheet did not become a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// What was put on the sheet reaches below its end.
    #[error("the words do not fit the sheet")]
    Full,
    /// The library refused to write the file; what it says of it may quote the sheet, and is left out.
    #[error("the PDF could not be written")]
    Pdf,
    /// The encoder refused to write the picture.
    #[error("the picture could not be written")]
    Png,
}
