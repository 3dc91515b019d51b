//! Day keys: one pair on P-256 for each unit and day. The server has the public halves alone.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use domain::Entropy;
use zeroize::Zeroizing;

use crate::suite::{self, POINT, Private, Public, SCALAR};
use crate::text;
use crate::{Day, UnitName, VisitError};

/// A day key's short name: the first 8 bytes of the SHA-256 of its public half. Shown as Base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 8]);

/// What seals to one unit on one day.
#[derive(Clone)]
pub struct PublicDayKey {
    unit: UnitName,
    day: Day,
    kid: KeyId,
    key: Public,
}

/// What opens a unit's shares of one day. Its private half is wiped when it is dropped, and never printed.
pub struct DayKey {
    public: PublicDayKey,
    private: Private,
}

impl KeyId {
    fn of(point: &[u8; POINT]) -> Self {
        let mut kid = [0; 8];
        kid.copy_from_slice(&digest(&SHA256, point).as_ref()[..8]);
        Self(kid)
    }

    /// From the text that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        text::decode_exact(text).map(Self)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::encode(&self.0))
    }
}

impl PublicDayKey {
    fn of(unit: UnitName, day: Day, key: Public) -> Self {
        Self { kid: KeyId::of(&suite::point(&key)), unit, day, key }
    }

    /// From the uncompressed point; `None` if the bytes are none on P-256.
    pub fn from_point(unit: UnitName, day: Day, point: &[u8]) -> Option<Self> {
        Some(Self::of(unit, day, suite::public(point)?))
    }

    /// The uncompressed point: 65 bytes.
    pub fn point(&self) -> [u8; POINT] {
        suite::point(&self.key)
    }

    /// Whose it is.
    pub const fn unit(&self) -> &UnitName {
        &self.unit
    }

    /// The day on which the server seals to it.
    pub const fn day(&self) -> Day {
        self.day
    }

    /// Its short name.
    pub const fn kid(&self) -> KeyId {
        self.kid
    }

    pub(crate) const fn key(&self) -> &Public {
        &self.key
    }
}

impl fmt::Debug for PublicDayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicDayKey({} {} {})", self.unit, self.day, self.kid)
    }
}

impl PartialEq for PublicDayKey {
    fn eq(&self, other: &Self) -> bool {
        (&self.unit, self.day, self.point()) == (&other.unit, other.day, other.point())
    }
}

impl Eq for PublicDayKey {}

impl DayKey {
    /// A new one.
    pub fn generate(unit: UnitName, day: Day, entropy: &dyn Entropy) -> Self {
        let (private, public) = suite::generate(entropy);
        Self { public: PublicDayKey::of(unit, day, public), private }
    }

    /// From the private half as [`DayKey::secret`] gives it.
    pub fn from_secret(unit: UnitName, day: Day, secret: &[u8]) -> Result<Self, VisitError> {
        let (private, public) = suite::pair(secret).ok_or(VisitError::PrivateKey)?;
        Ok(Self { public: PublicDayKey::of(unit, day, public), private })
    }

    /// Its private half: the scalar, 32 bytes big-endian. To be sealed at once.
    pub fn secret(&self) -> Zeroizing<[u8; SCALAR]> {
        suite::scalar(&self.private)
    }

    /// Its public half.
    pub const fn public(&self) -> &PublicDayKey {
        &self.public
    }

    pub(crate) const fn private(&self) -> &Private {
        &self.private
    }
}

impl fmt::Debug for DayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DayKey({} {} {}, …)", self.public.unit, self.public.day, self.public.kid)
    }
}

#[cfg(test)]
mod tests {
    use domain::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn a_key_survives_its_bytes_and_shows_nothing_of_them() {
        let (unit, day): (UnitName, Day) = ("A".parse().unwrap(), "2026-12-01".parse().unwrap());
        let key = DayKey::generate(unit.clone(), day, &SeededEntropy::new(1));
        let again = DayKey::from_secret(unit.clone(), day, &*key.secret()).unwrap();
        assert_eq!((again.public(), again.secret()), (key.public(), key.secret()));
        let public = PublicDayKey::from_point(unit.clone(), day, &key.public().point()).unwrap();
        assert_eq!((&public, KeyId::parse(&public.kid().to_string())), (key.public(), Some(public.kid())));
        let shown = format!("{key:?}");
        assert_eq!(shown, format!("DayKey(A 2026-12-01 {}, …)", public.kid()));
        let other = DayKey::generate(unit, day, &SeededEntropy::new(2));
        assert_ne!((other.secret(), other.public().kid()), (key.secret(), public.kid()));
    }

    #[test]
    fn bytes_that_are_no_key_are_refused() {
        let (unit, day): (UnitName, Day) = ("A".parse().unwrap(), "2026-12-01".parse().unwrap());
        for bad in [&[0; 32][..], &[0xFF; 32], &[1; 31], &[1; 33], &[]] {
            assert_eq!(DayKey::from_secret(unit.clone(), day, bad).unwrap_err(), VisitError::PrivateKey);
        }
        let mut point = DayKey::generate(unit.clone(), day, &SeededEntropy::new(1)).public().point();
        point[64] ^= 1;
        for bad in [&point[..], &point[..64], &[0], &[0; 65], &[]] {
            assert!(PublicDayKey::from_point(unit.clone(), day, bad).is_none(), "{bad:?}");
        }
    }
}
