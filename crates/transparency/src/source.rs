//! Where the files of a log come from: a folder, a server, or a map in a test.

/// A file of a log could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} could not be read: {why}")]
pub struct SourceError {
    /// Its path below the log's prefix, such as `tile/0/000`.
    pub path: String,
    /// What stood in the way.
    pub why: String,
}

/// The files below a log's prefix (C2SP tlog-tiles).
pub trait Source {
    /// The content of the file at this path, such as `checkpoint` or `tile/0/x001/234.p/5`.
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError>;
}

impl<S: Source + ?Sized> Source for &S {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        (**self).read(path)
    }
}
