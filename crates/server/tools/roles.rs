//! Prints `docs/roles.csv`: `make generated` writes it, `make tidy` compares it.

use std::io::Write as _;

use server::http::Route;
use server::roles;

fn main() -> std::io::Result<()> {
    let routes: Vec<Route> = server::endpoints().into_iter().map(|endpoint| endpoint.route).collect();
    let table = roles::table(&routes, |route, asker| roles::expected(route.access, asker));
    std::io::stdout().write_all(table.as_bytes())
}
