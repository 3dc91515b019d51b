//! Migrations are embedded at compile time: a new file must cause a new build.
#![allow(clippy::print_stdout, reason = "cargo reads instructions from the standard output")]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
