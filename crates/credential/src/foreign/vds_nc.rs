//! (being written)

use super::{Fault, Foreign};

pub(super) fn read(_text: &str) -> Result<Foreign, Fault> {
    Err(Fault::Encoding)
}
