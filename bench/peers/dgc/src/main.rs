//! The Rust crate `dgc` as a peer: see ../README.md.

use std::io::{BufRead as _, Write as _};
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

fn main() {
    let file = std::env::args().nth(1).expect("a file with the token");
    let token: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).expect("the file")).expect("JSON");
    let field = |name: &str| token[name].as_str().expect("a text").to_owned();
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(field(name)).expect("base64url");
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let mut trust = dgc::TrustList::new();
    trust.add(&STANDARD.decode(field("kid")).expect("base64"), point);
    let text = field("text");
    let check = || {
        let (_, validity) = dgc::validate(&text, &trust).expect("a certificate");
        assert!(validity.is_valid(), "the signature holds");
    };
    check();
    for line in std::io::stdin().lock().lines() {
        let calls: u32 = line.expect("a line").trim().parse().expect("a number of calls");
        let begun = Instant::now();
        (0..calls).for_each(|_| check());
        println!("{}", begun.elapsed().as_secs_f64());
        std::io::stdout().flush().expect("standard output");
    }
}
