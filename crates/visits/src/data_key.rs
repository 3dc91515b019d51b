//! The server's side: a data key a minute and location group, split and wrapped before it seals anything.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use domain::Entropy;
use zeroize::Zeroizing;

use crate::record::NONCE;
use crate::share::SHARE;
use crate::{
    Context, DataKeyId, Half, Header, KeyId, LocationGroup, Minute, Place, PublicDayKey, SealedRecord,
    UnitName, Visit, VisitError, WrappedShare,
};

const LABEL: &[u8] = b"tongxing visits key v1";

/// What seals the visits of one minute at one group of locations. Its secret was split and wrapped when it was made and
/// is not kept; what seals is wiped when it is dropped.
pub struct DataKey {
    context: Context,
    cipher: LessSafeKey,
}

impl DataKey {
    /// A new key for a minute and a group, with its two shares, one wrapped to each unit's key of that day.
    pub fn new(
        minute: Minute,
        group: LocationGroup,
        units: [&PublicDayKey; 2],
        entropy: &dyn Entropy,
    ) -> Result<(Self, [WrappedShare; 2]), VisitError> {
        check_units(units, minute)?;
        let context = Context { id: DataKeyId(entropy.bytes()), minute, group };
        let (mut secret, mut first) = (Zeroizing::new([0; SHARE]), Zeroizing::new([0; SHARE]));
        entropy.fill(&mut *secret);
        entropy.fill(&mut *first);
        let second = xor(&secret, &first);
        let (cipher, check) = derive(&secret, &context, units.map(|key| (key.kid(), key.unit())));
        let wrap = |half, to: &PublicDayKey, share| {
            let header = Header { half, context, check, kid: to.kid(), unit: to.unit().clone() };
            WrappedShare::wrap(header, to, share, entropy)
        };
        let shares = [wrap(Half::First, units[0], &first), wrap(Half::Second, units[1], &second)];
        Ok((Self { context, cipher }, shares))
    }

    /// What it is for.
    pub const fn context(&self) -> Context {
        self.context
    }

    /// Seals one visit for its place.
    ///
    /// The nonce is random and not counted: rows are shuffled so that their order tells nothing, and a counter would
    /// tell it. With 2^32 records under one key two nonces would meet with a probability of 2^-33.
    pub fn seal(&self, place: &Place, visit: &Visit, entropy: &dyn Entropy) -> SealedRecord {
        let nonce: [u8; NONCE] = entropy.bytes();
        let mut bytes = visit.write();
        let tag = self.cipher.seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(place.associated()),
            &mut bytes[..],
        );
        let tag = tag.expect("a record is far below 64 GiB");
        SealedRecord::of(nonce, &bytes[..], tag.as_ref())
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({:?}, …)", self.context)
    }
}

fn check_units(units: [&PublicDayKey; 2], minute: Minute) -> Result<(), VisitError> {
    if units[0].unit() == units[1].unit() {
        return Err(VisitError::OneUnit(units[0].unit().clone()));
    }
    if units[0].kid() == units[1].kid() {
        return Err(VisitError::OneKey(units[0].kid()));
    }
    match units.into_iter().find(|key| key.day() != minute.day()) {
        None => Ok(()),
        Some(key) => {
            Err(VisitError::OtherDay { unit: key.unit().clone(), key: key.day(), wanted: minute.day() })
        }
    }
}

/// Both shares make the key, one says nothing of it.
pub(crate) fn xor(one: &[u8; SHARE], other: &[u8; SHARE]) -> Zeroizing<[u8; SHARE]> {
    let mut both = Zeroizing::new(*one);
    both.iter_mut().zip(other).for_each(|(byte, other)| *byte ^= other);
    both
}

/// What seals records, and the 16 bytes that tell whether two shares made the right key. Bound to all that stands before
/// the shares: nothing of it can be changed.
pub(crate) fn derive(
    secret: &[u8; SHARE],
    context: &Context,
    halves: [(KeyId, &UnitName); 2],
) -> (LessSafeKey, [u8; 16]) {
    struct Length;
    impl KeyType for Length {
        fn len(&self) -> usize {
            48
        }
    }
    let (minute, group) = (context.minute.number().to_be_bytes(), context.group.0.to_be_bytes());
    let [one, other] = halves.map(|(kid, unit)| [&kid.0[..], &unit.with_length()].concat());
    let info = [LABEL, &context.id.0, &minute, &group, &one, &other];
    let mut bytes = Zeroizing::new([0; 48]);
    let pseudorandom = Salt::new(HKDF_SHA256, &[]).extract(secret);
    let filled = pseudorandom.expand(&info, Length).and_then(|okm| okm.fill(&mut *bytes));
    filled.expect("48 bytes are within what HKDF gives");
    let key = UnboundKey::new(&AES_256_GCM, &bytes[..32]).expect("32 bytes are a key of AES-256");
    let mut check = [0; 16];
    check.copy_from_slice(&bytes[32..]);
    (LessSafeKey::new(key), check)
}
