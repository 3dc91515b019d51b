//! One process at a time goes on from a state file.

use std::fs::File;
use std::path::Path;

use crate::failure::Failure;
use crate::signing::folder::lock;

/// Holds the lock of a state file, beside it, for as long as what comes back lives; the system ends it with the process.
pub fn hold(state: &Path) -> Result<File, Failure> {
    let path = state.with_added_extension("lock");
    let held = lock(&path).map_err(|error| Failure::file("use", &path, &error))?;
    held.ok_or_else(|| {
        Failure::new(format!("another command goes on from {}", state.display()))
            .advice("end it first: two of them would not know of each other")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_held_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let held = hold(&state).unwrap();
        assert!(hold(&state).unwrap_err().to_string().contains("end it first"));
        drop(held);
        hold(&state).unwrap();
    }
}
