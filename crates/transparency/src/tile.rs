//! Tiles and entry bundles: their paths and bytes (C2SP tlog-tiles, sections "Merkle Tree" and "Log entries").

use std::fmt;

use crate::error::LogError;
use crate::hash::Hash;

/// Hashes of a full tile, entries of a full bundle.
pub const FULL: u16 = 256;
/// The highest level that a path may name.
const HIGHEST: u8 = 63;

/// A tile, or a bundle of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// The level of a tile of hashes; none is a bundle of entries.
    pub level: Option<u8>,
    /// Which of its level.
    pub index: u64,
    /// How many hashes or entries: 1 to 256.
    pub width: u16,
}

impl Tile {
    /// All tiles of a tree of this size, its bundles first, then level by level from the leaves.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        let levels = (0..8).take_while(move |level| size >> (8 * level) > 0).map(Some);
        std::iter::once(None).chain(levels).flat_map(move |level| Self::of_level(level, size))
    }

    /// The tiles of one level in a tree of this size.
    pub fn of_level(level: Option<u8>, size: u64) -> impl Iterator<Item = Self> {
        let hashes = size >> (8 * u32::from(level.unwrap_or(0)));
        let (full, rest) = (hashes / 256, u16::try_from(hashes % 256).expect("less than 256"));
        let partial = (rest > 0).then_some(Self { level, index: full, width: rest });
        (0..full).map(move |index| Self { level, index, width: FULL }).chain(partial)
    }

    /// The path below the log's prefix: `tile/0/x001/234.p/5`, `tile/entries/000`.
    pub fn path(&self) -> String {
        self.to_string()
    }

    /// Reads a path. Each tile has one path alone.
    pub fn parse(path: &str) -> Result<Self, LogError> {
        let wrong = |why| LogError::format(format!("the path {path:?}"), why);
        let rest = path.strip_prefix("tile/").ok_or(wrong("it does not begin with tile/"))?;
        let (level, rest) = rest.split_once('/').ok_or(wrong("it has no index"))?;
        let level = match level {
            "entries" => None,
            level => Some(level.parse().map_err(|_| wrong("its level is not a number from 0 to 63"))?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().map_err(|_| wrong("its width is not a number"))?),
            None => (rest, FULL),
        };
        let index = read_index(index).ok_or(wrong("its index is not groups of three digits, x001/234"))?;
        let tile = Self { level, index, width };
        let is_level = level.is_none_or(|level| level <= HIGHEST);
        if !is_level || !(1..=FULL).contains(&width) || tile.path() != path {
            return Err(wrong("it is not written the one right way"));
        }
        Ok(tile)
    }
}

fn read_index(text: &str) -> Option<u64> {
    let mut index = 0_u64;
    for group in text.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    Some(index)
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(f, "tile/{level}/")?,
            None => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut above = self.index / 1000;
        while above > 0 {
            groups.push(above % 1000);
            above /= 1000;
        }
        for group in groups.iter().skip(1).rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])?;
        if self.width < FULL { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// The bytes of a bundle: each entry led by its length in two bytes.
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).expect("a leaf has at most 320 bytes");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    bytes
}

/// The entries of a bundle that is to have so many.
pub fn read_bundle(tile: Tile, mut bytes: &[u8]) -> Result<Vec<Vec<u8>>, LogError> {
    let wrong = |why| LogError::format(tile.path(), why);
    let mut entries = Vec::with_capacity(tile.width.into());
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let length = u16::from_be_bytes(*length).into();
        let (entry, rest) = rest.split_at_checked(length).ok_or(wrong("its last entry is cut off"))?;
        entries.push(entry.to_vec());
        bytes = rest;
    }
    if !bytes.is_empty() || entries.len() != usize::from(tile.width) {
        return Err(wrong("it has not as many entries as its path says"));
    }
    Ok(entries)
}

/// The hashes of a tile that is to have so many.
pub(crate) fn read_hashes(tile: Tile, bytes: &[u8]) -> Result<Vec<Hash>, LogError> {
    let (hashes, rest) = bytes.as_chunks::<{ Hash::LEN }>();
    if !rest.is_empty() || hashes.len() != usize::from(tile.width) {
        return Err(LogError::format(tile.path(), "it has not as many hashes as its path says"));
    }
    Ok(hashes.iter().map(|hash| Hash(*hash)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let tile = |level, index, width| Tile { level, index, width };
        for (tile, path) in [
            (tile(Some(0), 1_234_067, 256), "tile/0/x001/x234/067"),
            (tile(Some(1), 0, 17), "tile/1/000.p/17"),
            (tile(None, 273, 112), "tile/entries/273.p/112"),
            (tile(Some(2), 1000, 1), "tile/2/x001/000.p/1"),
        ] {
            assert_eq!(tile.path(), path);
            assert_eq!(Tile::parse(path).unwrap(), tile);
        }
    }

    #[test]
    fn each_tile_has_one_path_alone() {
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/1",
            "tile/0/0001",
            "tile/00/000",
            "tile/+0/000",
            "tile/64/000",
            "tile/x/000",
            "tile/0/x000/000",
            "tile/0/001/000",
            "tile/0/x001",
            "tile/0/x001/x000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p/+1",
            "tile/8/0/000",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert!(Tile::parse(bad).is_err(), "{bad}");
        }
    }

    /// The example of the specification: 70,000 leaves.
    #[test]
    fn a_tree_has_these_tiles() {
        let of = |level, size| Tile::of_level(level, size).collect::<Vec<_>>();
        let level = |level| of(Some(level), 70_000);
        assert_eq!((level(0).len(), level(0)[273].width), (274, 112));
        assert_eq!((level(1).len(), level(1)[0].width, level(1)[1].width), (2, 256, 17));
        assert_eq!((level(2).len(), level(2)[0].width), (1, 1));
        assert_eq!((of(None, 70_000).len(), of(None, 70_000)[273].width, level(3).len()), (274, 112, 0));
        let paths = |level| of(level, 256).iter().map(Tile::path).collect::<Vec<_>>();
        assert_eq!(paths(None), ["tile/entries/000"]);
        assert_eq!(paths(Some(0)), ["tile/0/000"]);
        assert_eq!(paths(Some(1)), ["tile/1/000.p/1"]);
        assert!(paths(Some(2)).is_empty());
        assert!(of(None, 0).is_empty() && of(Some(0), 0).is_empty());
    }

    #[test]
    fn a_bundle_is_read_as_it_was_written_or_not_at_all() {
        let tile = Tile { level: None, index: 0, width: 2 };
        let bytes = bundle([b"one".as_slice(), b""]);
        assert_eq!(bytes, b"\0\x03one\0\0");
        assert_eq!(read_bundle(tile, &bytes).unwrap(), [b"one".to_vec(), Vec::new()]);
        for bad in [&bytes[..6], &bytes[..4], &bytes[..1], b"", b"\0\x03one\0\0\0\0"] {
            assert!(read_bundle(tile, bad).is_err(), "{bad:?}");
        }
    }
}
