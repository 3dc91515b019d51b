//! Prints `docs/openapi.json`: the API as its handlers describe it. Used by `make generated`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(server::openapi::json().as_bytes())
}
