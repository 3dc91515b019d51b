//! Keys in a PKCS#11 token: made there, used there, never outside.
//!
//! Used through [`super::opening`]. The decision that matters: a session that fails is thrown away, and the
//! call is tried once more with a new one, for which the module is started anew if it no longer sees the
//! token. So a token that was pulled out and put back works again by itself. A PIN that was refused is never
//! sent a second time: tokens lock themselves.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use credential::{KeyId, PublicKey, SignError, Signer};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use domain::{Clock as _, Entropy, Timestamp};

use super::opening::TokenName;
use crate::passphrase::{Passphrase, Source};
use crate::system::SystemClock;

/// prime256v1 as a DER object identifier (SEC 2, RFC 5480 section 2.1.1.1).
const P256: [u8; 10] = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
/// The DER head of an octet string that holds an uncompressed point.
const POINT_HEAD: [u8; 2] = [0x04, 65];
/// Sessions kept open between signatures.
const IDLE: usize = 8;
/// After a failed attempt to open the token nobody asks it again for so long: requests must not queue up.
const PAUSE: Duration = Duration::from_secs(1);

/// Why a token did not do what was asked, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The shared library is not there, or is none.
    #[error("the PKCS#11 module {0} cannot be used ({1}): check its path and that its service runs")]
    Module(String, String),
    /// No slot holds a token of this label.
    #[error(
        "there is no token with the label {0:?}: put it in, or check the label and the module's configuration"
    )]
    Missing(String),
    /// The token does not take the PIN.
    #[error("the token {0:?} refused the PIN: correct the PIN file, before the token locks itself")]
    Pin(String),
    /// Too many wrong PINs.
    #[error("the PIN of the token {0:?} is locked: unlock it with the tools of its maker")]
    Locked(String),
    /// The PIN could not be read or asked.
    #[error("{0}")]
    NoPin(String),
    /// The token has no such key.
    #[error("the token {0:?} has no signing key with the id {1}: check that it is the right token")]
    NoKey(String, String),
    /// The key is there, and it is another one.
    #[error("the token {0:?} signs with another key than the file of signing keys says")]
    OtherKey(String),
    /// Anything else that the token says.
    #[error("the token {0:?} failed: {1}")]
    Failed(String, String),
}

/// One token: opened when it is first used.
pub struct Token {
    name: TokenName,
    pin: Source,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    context: Option<Pkcs11>,
    idle: Vec<Open>,
    refused: Option<Passphrase>,
    failed: Option<(Timestamp, TokenError)>,
    /// How many PINs the token was sent.
    #[cfg(test)]
    sent: u32,
}

/// A session that is signed in, and the keys that it has found.
struct Open {
    session: Session,
    keys: HashMap<Vec<u8>, ObjectHandle>,
}

impl Token {
    /// The token of this name; nothing is opened yet.
    pub fn new(name: TokenName, pin: Source) -> Self {
        Self { name, pin, state: Mutex::default() }
    }

    /// Whether it is the one of this name.
    pub fn is(&self, name: &TokenName) -> bool {
        self.name == *name
    }

    /// Makes a P-256 key pair whose private half cannot leave the token; gives its id and public half.
    pub fn generate(&self, entropy: &dyn Entropy) -> Result<(String, PublicKey), TokenError> {
        let id = entropy.bytes::<16>();
        let public = self.tried(true, |open| {
            let label = Attribute::Label(format!("Tongxing passes {}", hex::encode(id)).into_bytes());
            let public = [
                Attribute::Token(true),
                Attribute::Private(false),
                Attribute::Verify(true),
                Attribute::EcParams(P256.to_vec()),
                Attribute::Id(id.to_vec()),
                label.clone(),
            ];
            let private = [
                Attribute::Token(true),
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Sign(true),
                Attribute::Id(id.to_vec()),
                label,
            ];
            let made = open.session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private);
            let (public, _) = made.map_err(|error| self.failed(&error))?;
            let found = open.session.get_attributes(public, &[AttributeType::EcPoint]);
            match found.map_err(|error| self.failed(&error))?.as_slice() {
                [Attribute::EcPoint(point)] => {
                    // PKCS#11 wants the point in an octet string; some tokens give it bare.
                    PublicKey::from_point(point.strip_prefix(&POINT_HEAD).unwrap_or(point))
                        .map_err(|error| TokenError::Failed(self.name.label.clone(), error.to_string()))
                }
                _ => Err(TokenError::Failed(self.name.label.clone(), "it gave no public key".to_owned())),
            }
        })?;
        Ok((hex::encode(id), public))
    }

    /// The ECDSA signature (r and s) over a SHA-256 digest.
    fn sign(&self, id: &[u8], digest: &[u8]) -> Result<[u8; 64], TokenError> {
        self.tried(false, |open| {
            let key = self.key(open, id)?;
            let signature = open.session.sign(&Mechanism::Ecdsa, key, digest);
            let signature = signature.map_err(|error| self.failed(&error))?;
            signature.try_into().map_err(|_| {
                TokenError::Failed(self.name.label.clone(), "its signature is not 64 bytes".to_owned())
            })
        })
    }

    fn key(&self, open: &mut Open, id: &[u8]) -> Result<ObjectHandle, TokenError> {
        if let Some(known) = open.keys.get(id) {
            return Ok(*known);
        }
        let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(id.to_vec())];
        let found = open.session.find_objects(&wanted).map_err(|error| self.failed(&error))?;
        let [key] = found.as_slice() else {
            return Err(TokenError::NoKey(self.name.label.clone(), hex::encode(id)));
        };
        open.keys.insert(id.to_vec(), *key);
        Ok(*key)
    }

    /// Does `work` in a session; once more in a new one if it fails. `making`: a session that may write, used
    /// for this alone, and never tried twice: a key pair may have been made.
    fn tried<T>(
        &self,
        making: bool,
        mut work: impl FnMut(&mut Open) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        if making {
            return work(&mut self.open(true)?);
        }
        let idle = self.state().idle.pop();
        if let Some(mut open) = idle {
            if let Ok(done) = work(&mut open) {
                self.put_back(open);
                return Ok(done);
            }
            // The others were opened to the same token, which may be another one now.
            self.state().idle.clear();
        }
        let mut open = self.open(false)?;
        let done = work(&mut open)?;
        self.put_back(open);
        Ok(done)
    }

    fn put_back(&self, open: Open) {
        let mut state = self.state();
        if state.idle.len() < IDLE {
            state.idle.push(open);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new session, signed in. One at a time: opening may start the module anew.
    fn open(&self, write: bool) -> Result<Open, TokenError> {
        let mut state = self.state();
        let now = SystemClock.now();
        if let Some((_, error)) = state.failed.as_ref().filter(|(at, _)| now.since(*at) < PAUSE) {
            return Err(error.clone());
        }
        let opened = self.open_with(&mut state, write);
        state.failed = opened.as_ref().err().map(|error| (now, error.clone()));
        opened
    }

    fn open_with(&self, state: &mut State, write: bool) -> Result<Open, TokenError> {
        let (context, slot) = self.slot(state)?;
        let session = if write { context.open_rw_session(slot) } else { context.open_ro_session(slot) };
        let session = session.map_err(|error| self.failed(&error))?;
        let pin = self.pin.existing().map_err(|failure| TokenError::NoPin(failure.to_string()))?;
        if state.refused.as_ref().is_some_and(|refused| refused.bytes() == pin.bytes()) {
            return Err(TokenError::Pin(self.name.label.clone()));
        }
        #[cfg(test)]
        {
            state.sent += 1;
        }
        match session.login(UserType::User, Some(&AuthPin::from(pin.text()))) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
                Ok(Open { session, keys: HashMap::new() })
            }
            Err(error) => {
                let error = self.failed(&error);
                if matches!(error, TokenError::Pin(_)) {
                    state.refused = Some(pin);
                }
                Err(error)
            }
        }
    }

    /// The slot of the token. A module that does not see it is started anew: many look for tokens only then.
    fn slot(&self, state: &mut State) -> Result<(Pkcs11, Slot), TokenError> {
        if let Some(context) = &state.context {
            if let Ok(slot) = self.find(context) {
                return Ok((context.clone(), slot));
            }
            state.idle.clear();
        }
        if let Some(context) = state.context.take() {
            // Whatever it says: it is started anew below, and that answer counts.
            let _ = context.finalize();
        }
        let module = |error: &Error| TokenError::Module(self.name.module.display().to_string(), plain(error));
        let context = Pkcs11::new(&self.name.module).map_err(|error| module(&error))?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(module(&error)),
        }
        state.context = Some(context.clone());
        let slot = self.find(&context)?;
        Ok((context, slot))
    }

    fn find(&self, context: &Pkcs11) -> Result<Slot, TokenError> {
        let slots = context.get_slots_with_token().map_err(|error| self.failed(&error))?;
        let ours =
            |slot: &Slot| context.get_token_info(*slot).is_ok_and(|info| info.label() == self.name.label);
        slots.into_iter().find(ours).ok_or_else(|| TokenError::Missing(self.name.label.clone()))
    }

    fn failed(&self, error: &Error) -> TokenError {
        let label = self.name.label.clone();
        match error {
            Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _) => {
                TokenError::Pin(label)
            }
            Error::Pkcs11(RvError::PinLocked, _) => TokenError::Locked(label),
            Error::Pkcs11(RvError::TokenNotPresent | RvError::TokenNotRecognized, _) => {
                TokenError::Missing(label)
            }
            error => TokenError::Failed(label, plain(error)),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({:?})", self.name.label)
    }
}

/// Signs with a key in a token.
#[derive(Debug)]
pub struct TokenSigner {
    token: Arc<Token>,
    id: Vec<u8>,
    public: PublicKey,
}

impl TokenSigner {
    /// The key with this id; signs once, so that a key that is missing or another one is found out at start.
    pub fn new(token: Arc<Token>, id: &str, public: PublicKey) -> Result<Self, TokenError> {
        let label = token.name.label.clone();
        let id = hex::decode(id).map_err(|_| TokenError::NoKey(label.clone(), id.to_owned()))?;
        let (signer, probe) = (Self { token, id, public }, b"tongxing: is this the key?");
        let signature = signer.token.sign(&signer.id, digest(&SHA256, probe).as_ref())?;
        if signer.public.verify(probe, &signature) { Ok(signer) } else { Err(TokenError::OtherKey(label)) }
    }
}

impl Signer for TokenSigner {
    fn key_id(&self) -> KeyId {
        self.public.key_id()
    }

    fn public(&self) -> PublicKey {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let digest = digest(&SHA256, message);
        let sign =
            || self.token.sign(&self.id, digest.as_ref()).map_err(|error| SignError(error.to_string()));
        // A token takes its time, or hangs: the other requests of this thread go on elsewhere meanwhile.
        let many = tokio::runtime::Handle::try_current()
            .is_ok_and(|handle| handle.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread);
        if many { tokio::task::block_in_place(sign) } else { sign() }
    }
}

/// The library's words for an error, on one line.
fn plain(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
