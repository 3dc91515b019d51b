//! Many files in one: a ZIP archive, written as it grows, the same bytes each time.
//!
//! By hand, after PKWARE's APPNOTE 6.3.10: our files are in memory before they are written, so that of the format three
//! records are enough, where the crate `zip` brings six crates that are not here yet, one of them a source of
//! randomness. That crate reads in the tests what this file writes.

use std::collections::BTreeSet;
use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Two files of one name.
    #[error("two files of the archive have one name")]
    SameName,
    /// More than the format's 16 and 32 bits hold: 65,535 files or 4 GiB. Make two archives.
    #[error("the archive is too large: 65,535 files and 4 GiB at most")]
    Large,
    /// Whoever reads has gone.
    #[error("the archive could not be written")]
    Write(#[from] std::io::Error),
}

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Version 2.0: deflate.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF_8: u16 = 1 << 11;
/// 1980-01-01, the first day that the format has: the same files are the same archive whenever it is made.
const DATE: u16 = 1 << 5 | 1;

/// A ZIP archive that is being written. It never goes back, so that its beginning is sent while its end is made.
pub struct Archive<W: Write> {
    out: W,
    written: u64,
    names: BTreeSet<String>,
    directory: Vec<u8>,
}

impl<W: Write> Archive<W> {
    /// An empty one.
    pub const fn new(out: W) -> Self {
        Self { out, written: 0, names: BTreeSet::new(), directory: Vec::new() }
    }

    /// Adds a file. What a PDF has to gain it has gained already: it is stored; other files are compressed.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        if !self.names.insert(name.to_owned()) {
            return Err(ArchiveError::SameName);
        }
        if self.names.len() > usize::from(u16::MAX) {
            return Err(ArchiveError::Large);
        }
        let stored = bytes.starts_with(b"%PDF");
        let deflated = if stored { Vec::new() } else { deflate(bytes)? };
        let (method, data) = if stored { (STORED, bytes) } else { (DEFLATED, deflated.as_slice()) };
        let mut crc = Crc::new();
        crc.update(bytes);
        // What the header of the file and its entry in the directory have in common (sections 4.3.7 and 4.3.12).
        let length = u16::try_from(name.len()).map_err(|_| ArchiveError::Large)?;
        let common = [
            shorts(&[VERSION, UTF_8, method, 0, DATE]),
            longs(&[crc.sum(), narrow(data.len())?, narrow(bytes.len())?]),
            shorts(&[length, 0]),
        ]
        .concat();

        self.directory.extend([b"PK\x01\x02", VERSION.to_le_bytes().as_slice(), &common].concat());
        // No comment, the first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(narrow(self.written)?.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.write(&[b"PK\x03\x04", common.as_slice(), name.as_bytes(), data].concat())
    }

    /// Writes the directory (sections 4.3.12 and 4.3.16); gives back where all went.
    pub fn finish(mut self) -> Result<W, ArchiveError> {
        let begins = narrow(self.written)?;
        let directory = std::mem::take(&mut self.directory);
        self.write(&directory)?;
        let files = u16::try_from(self.names.len()).map_err(|_| ArchiveError::Large)?;
        let end = [
            b"PK\x05\x06\0\0\0\0".to_vec(),
            shorts(&[files, files]),
            longs(&[narrow(directory.len())?, begins]),
            shorts(&[0]),
        ]
        .concat();
        self.write(&end)?;
        Ok(self.out)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.out.write_all(bytes)?;
        self.written += u64::try_from(bytes.len()).map_err(|_| ArchiveError::Large)?;
        Ok(())
    }
}

fn shorts(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn longs(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn narrow(number: impl TryInto<u32>) -> Result<u32, ArchiveError> {
    number.try_into().map_err(|_| ArchiveError::Large)
}

fn deflate(bytes: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Characters of a file's name besides its number and ending.
const LONGEST: usize = 60;

/// What a file is called: its number, so that none is called like another, and the name of what it is for, without
/// what file systems refuse: `0007 湖北省博物馆.pdf`.
pub fn file_name(number: usize, name: &str, ending: &str) -> String {
    let refused = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    let kept: String = name.chars().map(|c| if refused(c) { '_' } else { c }).take(LONGEST).collect();
    format!("{number:04} {}.{ending}", kept.trim())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use zip::ZipArchive;

    use super::*;

    #[test]
    fn names_of_files_are_safe_and_different() {
        assert_eq!(file_name(7, "湖北省博物馆", "pdf"), "0007 湖北省博物馆.pdf");
        assert_eq!(file_name(12, "../a\\b:\"c\"\n", "svg"), "0012 .._a_b__c__.svg");
        assert_ne!(file_name(1, &"a".repeat(200), "pdf"), file_name(2, &"a".repeat(200), "pdf"));
        assert!(file_name(10_000, &"汉".repeat(200), "pdf").len() < 255, "bytes of a name, at most");
    }

    fn archive(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut archive = Archive::new(Vec::new());
        for (name, bytes) in files {
            archive.add(name, bytes).unwrap();
        }
        archive.finish().unwrap()
    }

    #[test]
    fn another_reader_finds_every_file_as_it_was() {
        let drawing: Vec<u8> = (0..5000_u32).flat_map(|n| (n % 97).to_le_bytes()).collect();
        let files =
            [("0001 一.svg", drawing.clone()), ("empty", Vec::new()), ("b.pdf", b"%PDF-1.7 ...".to_vec())];
        let bytes = archive(&files);
        assert!(bytes.len() < drawing.len() / 2, "compressed: {}", bytes.len());
        assert_eq!(bytes, archive(&files), "the same each time");
        let mut read = ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(read.len(), files.len());
        for (at, (name, expected)) in files.iter().enumerate() {
            let mut file = read.by_index(at).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            assert_eq!((file.name().unwrap().as_ref(), &content), (*name, expected));
        }
        assert_eq!(ZipArchive::new(Cursor::new(archive(&[]))).unwrap().len(), 0);
    }

    #[test]
    fn what_the_format_cannot_hold_is_refused() {
        let mut archive = Archive::new(std::io::sink());
        for n in 0..u16::MAX {
            archive.add(&n.to_string(), b"%PDF").unwrap();
        }
        assert!(matches!(archive.add("7", b""), Err(ArchiveError::SameName)));
        assert!(matches!(archive.add("one more", b""), Err(ArchiveError::Large)));
        assert!(matches!(narrow(1_u64 << 32), Err(ArchiveError::Large)));
    }
}
