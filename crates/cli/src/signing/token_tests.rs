//! Against Debian's softhsm2. Its module reads where its tokens are from the environment of the process, so
//! each test runs itself again in a process of its own, with a token made for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use credential::{MAX_ENTRIES, StatusClaims, StatusList, StatusToken, sign_status};

use super::*;
use crate::private;
use crate::signing::{Home, NewKey, SigningKeys, TokenPlace};
use crate::system::OsEntropy;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PLACE: &str = "TONGXING_TEST_TOKENS";
const PIN: &str = "734512";

/// Where the tokens of this process are; `None` in the process that starts the others.
#[allow(clippy::disallowed_methods, reason = "a test finds its own folder")]
fn place() -> Option<PathBuf> {
    std::env::var_os(PLACE).map(PathBuf::from)
}

fn util(place: &Path, arguments: &[&str]) {
    let mut command = Command::new("softhsm2-util");
    command.args(arguments).env("SOFTHSM2_CONF", place.join("softhsm2.conf"));
    let done = command.output().expect("softhsm2 is installed: `make test-tools` does that");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Runs the test of this name again, with a token labelled "passes".
fn with_token(test: &str) {
    assert!(Path::new(MODULE).exists(), "softhsm2 is not installed: `make test-tools` does that");
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    fs::create_dir(place.join("tokens")).unwrap();
    let settings = format!("directories.tokendir = {}\nlog.level = ERROR\n", place.join("tokens").display());
    fs::write(place.join("softhsm2.conf"), settings).unwrap();
    util(place, &["--init-token", "--free", "--label", "passes", "--so-pin", "987654", "--pin", PIN]);
    private::create(&place.join("pin"), PIN).unwrap();
    let name = format!("signing::token::tests::{test}");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([&name, "--exact", "--nocapture"]).env(PLACE, place);
    let done = command.env("SOFTHSM2_CONF", place.join("softhsm2.conf")).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn token(place: &Path, label: &str) -> Arc<Token> {
    let name = TokenName { module: MODULE.into(), label: label.to_owned() };
    Arc::new(Token::new(name, Source::pin("--pin-file", Some(place.join("pin")))))
}

/// Lets the pause after a failure go by.
fn wait() {
    std::thread::sleep(PAUSE + Duration::from_millis(100));
}

#[test]
fn a_key_made_in_the_token_signs_what_its_public_half_verifies() {
    let Some(place) = place() else {
        return with_token("a_key_made_in_the_token_signs_what_its_public_half_verifies");
    };
    let token = token(&place, "passes");
    let (id, public) = token.generate(&OsEntropy).unwrap();
    let (other, another) = token.generate(&OsEntropy).unwrap();
    assert!(id != other && public != another);
    let signer = TokenSigner::new(Arc::clone(&token), &id, public.clone()).unwrap();
    let signature = signer.sign(b"message").unwrap();
    assert!(public.verify(b"message", &signature) && !another.verify(b"message", &signature));
    assert_eq!(signer.key_id(), public.key_id());
    // What it signs is what any other key of its kind signs: the reader of status lists takes it.
    let new = |public| {
        let place = TokenPlace { module: MODULE.into(), label: "passes".to_owned(), id: id.clone() };
        NewKey { public, home: Home::Token(place) }
    };
    let keys = SigningKeys::first("CN-HB", None, new(public.clone()), new(another), 1_795_420_800);
    let claims = StatusClaims::usual("https://code.example/s/1", 1_795_420_900);
    let list = sign_status(&claims, &StatusList::new(MAX_ENTRIES).unwrap(), &signer).unwrap();
    StatusToken::parse(&list).unwrap().verify(&keys.trust_list(), 1_795_421_000).unwrap();
    // Many threads, each with sessions of its own.
    std::thread::scope(|scope| {
        for thread in 0..8u8 {
            let (signer, public) = (&signer, &public);
            scope.spawn(move || {
                for round in 0..50u8 {
                    let message = [thread, round];
                    assert!(public.verify(&message, &signer.sign(&message).unwrap()));
                }
            });
        }
    });
    // A second opening of the same token, as after a restart.
    let again = TokenSigner::new(super::tests::token(&place, "passes"), &id, public).unwrap();
    again.sign(b"message").unwrap();
    // The private half does not come out.
    let open = token.open(false).unwrap();
    let private = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(hex::decode(&id).unwrap())];
    let found = open.session.find_objects(&private).unwrap();
    let value = open.session.get_attributes(found[0], &[AttributeType::Value]).unwrap();
    assert!(value.is_empty(), "the token gave the private key away");
}

#[test]
fn a_missing_key_another_key_and_a_missing_token_are_named() {
    let Some(place) = place() else {
        return with_token("a_missing_key_another_key_and_a_missing_token_are_named");
    };
    let token = token(&place, "passes");
    let [(first, public), (second, _)] = [(); 2].map(|()| token.generate(&OsEntropy).unwrap());
    let refused = |token: Arc<Token>, id: &str| TokenSigner::new(token, id, public.clone()).unwrap_err();
    let label = || "passes".to_owned();
    assert_eq!(refused(Arc::clone(&token), "abcd"), TokenError::NoKey(label(), "abcd".to_owned()));
    assert!(matches!(refused(Arc::clone(&token), "no hexadecimal"), TokenError::NoKey(..)));
    assert_eq!(refused(Arc::clone(&token), &second), TokenError::OtherKey(label()));
    let missing = refused(super::tests::token(&place, "elsewhere"), &first);
    assert_eq!(missing, TokenError::Missing("elsewhere".to_owned()));
    assert!(missing.to_string().contains("put it in"), "{missing}");
    let name = TokenName { module: place.join("pin"), label: label() };
    let nothing = Arc::new(Token::new(name, Source::pin("--pin-file", Some(place.join("pin")))));
    let nothing = refused(nothing, &first);
    assert!(matches!(nothing, TokenError::Module(..)) && !nothing.to_string().contains(PIN), "{nothing}");
    // All the same the right one is opened.
    TokenSigner::new(token, &first, public.clone()).unwrap();
}

#[test]
fn a_wrong_pin_is_said_and_sent_once() {
    let Some(place) = place() else { return with_token("a_wrong_pin_is_said_and_sent_once") };
    let (id, public) = token(&place, "passes").generate(&OsEntropy).unwrap();
    private::replace(&place.join("pin"), "111111").unwrap();
    let token = token(&place, "passes");
    let open = || TokenSigner::new(Arc::clone(&token), &id, public.clone());
    let refused = open().unwrap_err();
    assert_eq!(refused, TokenError::Pin("passes".to_owned()));
    assert!(refused.to_string().contains("PIN file") && !refused.to_string().contains("111111"));
    wait();
    assert_eq!(open().unwrap_err(), refused);
    assert_eq!(token.state().sent, 1, "tokens lock themselves: a refused PIN is not sent again");
    // A corrected one is.
    private::replace(&place.join("pin"), PIN).unwrap();
    wait();
    open().unwrap().sign(b"message").unwrap();
    fs::remove_file(place.join("pin")).unwrap();
    let token = super::tests::token(&place, "passes");
    assert!(matches!(TokenSigner::new(token, &id, public).unwrap_err(), TokenError::NoPin(_)));
}

#[test]
fn a_token_that_was_gone_signs_again_by_itself() {
    let Some(place) = place() else { return with_token("a_token_that_was_gone_signs_again_by_itself") };
    let (token, away) = (token(&place, "passes"), place.join("away"));
    let (id, public) = token.generate(&OsEntropy).unwrap();
    let signer = TokenSigner::new(token, &id, public.clone()).unwrap();
    for _ in 0..2 {
        fs::rename(place.join("tokens"), &away).unwrap();
        fs::create_dir(place.join("tokens")).unwrap();
        let gone = signer.sign(b"message").unwrap_err();
        assert!(gone.0.contains("no token with the label \"passes\""), "{gone}");
        fs::remove_dir(place.join("tokens")).unwrap();
        fs::rename(&away, place.join("tokens")).unwrap();
        wait();
        assert!(public.verify(b"message", &signer.sign(b"message").unwrap()));
    }
}
