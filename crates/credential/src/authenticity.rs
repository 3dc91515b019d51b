//! Whether what is signed was signed by somebody whom the trust list lets sign it.

use crate::Seconds;
use crate::foreign::{Foreign, vouched};
use crate::key::PublicKey;
use crate::pass::Pass;
use crate::scan::Scan;
use crate::trust::{Format, Issuer, Purpose, TrustList};
use crate::trusted_key::{KeyMaterial, TrustedKey};
use crate::verifying::VerifyingKey;

/// What came of the signature alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureState {
    /// Made by a key on the trust list.
    Valid,
    /// Not made by the key that it names.
    Invalid,
    /// No key of that name is on the trust list.
    UnknownKey,
    /// There is none: not a signed code.
    Absent,
}

impl SignatureState {
    /// The word that stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::UnknownKey => "unknown_key",
            Self::Absent => "absent",
        }
    }
}

/// The signature, the dates and state of its key, and the rights of its issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authenticity {
    /// The signature.
    pub signature: SignatureState,
    /// A key of that name is known, but it is not yet or no longer valid, or withdrawn.
    pub key_invalid: bool,
    /// A key of that name is known, but its issuer may not sign this.
    pub issuer_untrusted: bool,
}

impl Authenticity {
    /// Nothing was signed.
    pub const ABSENT: Self = Self::unsigned(SignatureState::Absent);

    /// The best comes first: by signature, then by key, then by issuer.
    fn rank(self) -> (bool, bool, bool) {
        (self.signature != SignatureState::Valid, self.key_invalid, self.issuer_untrusted)
    }

    const fn unsigned(signature: SignatureState) -> Self {
        Self { signature, key_invalid: false, issuer_untrusted: false }
    }

    /// Checks a pass; costs a signature check for each key of its kid, which is one.
    pub fn of(pass: &Pass<'_>, trust: &TrustList, now: Seconds) -> Self {
        let asked =
            Asked { format: Format::Tongxing, purpose: Purpose::Pass, name: Some(pass.claims().issuer), now };
        asked.find(trust, &pass.key_id().0, |key| pass.signed_by(key)).0
    }

    /// Checks a foreign credential; costs a signature check for each key of its kid.
    pub fn of_foreign(foreign: &Foreign, trust: &TrustList, now: Seconds) -> Self {
        let asked = Asked { format: foreign.format(), purpose: Purpose::Pass, name: foreign.issuer(), now };
        asked.find_foreign(trust, foreign)
    }

    /// Checks whatever was scanned.
    pub fn of_scan(scan: &Scan<'_>, trust: &TrustList, now: Seconds) -> Self {
        match scan {
            Scan::Foreign(foreign) => Self::of_foreign(foreign, trust, now),
            scan => scan.pass().map_or(Self::ABSENT, |pass| Self::of(pass, trust, now)),
        }
    }

    /// Signed by a valid key of an issuer who may: only then may anything of it be shown.
    pub fn holds(&self) -> bool {
        self.signature == SignatureState::Valid && !self.key_invalid && !self.issuer_untrusted
    }
}

/// What a signature is asked to be good for.
pub(crate) struct Asked<'a> {
    pub(crate) format: Format,
    pub(crate) purpose: Purpose,
    /// The issuer that the object names, if it names one.
    pub(crate) name: Option<&'a str>,
    pub(crate) now: Seconds,
}

impl Asked<'_> {
    /// Tries every key named `kid`, and answers for the best: first by signature, then by key, then by issuer.
    pub(crate) fn find<'t>(
        &self,
        trust: &'t TrustList,
        kid: &[u8],
        signed_by: impl Fn(&PublicKey) -> bool,
    ) -> (Authenticity, Option<&'t Issuer>) {
        trust
            .named(kid)
            .filter_map(|(issuer, key)| Some((self.try_key(trust, issuer, key, &signed_by)?, Some(issuer))))
            .min_by_key(|(found, _)| found.rank())
            .unwrap_or((Authenticity::unsigned(SignatureState::UnknownKey), None))
    }

    /// Tries every key of the credential's kid. The certificate in a VDS-NC may instead have been issued by one
    /// on the list: then it is its key that counts, within its own dates and the issuer's.
    fn find_foreign(&self, trust: &TrustList, foreign: &Foreign) -> Authenticity {
        let named = trust.named(&foreign.kid).filter_map(|(issuer, key)| {
            let KeyMaterial::Foreign(public) = &key.material else { return None };
            Some(self.try_foreign(trust, (issuer, key), public, foreign))
        });
        let issued = vouched(trust, foreign).map(|(issuer, authority, signer)| {
            let found = self.try_foreign(trust, (issuer, authority), signer.key(), foreign);
            let in_time = (signer.not_before()..=signer.not_after()).contains(&self.now);
            // An authority does not bring back what was withdrawn, in whatever certificate it comes.
            let withdrawn = trust.has_withdrawn(&signer.key().thumbprint());
            Authenticity { key_invalid: found.key_invalid || !in_time || withdrawn, ..found }
        });
        named
            .chain(issued)
            .min_by_key(|found| found.rank())
            .unwrap_or(Authenticity::unsigned(SignatureState::UnknownKey))
    }

    fn try_foreign(
        &self,
        trust: &TrustList,
        (issuer, key): (&Issuer, &TrustedKey),
        public: &VerifyingKey,
        foreign: &Foreign,
    ) -> Authenticity {
        let signed = public.verify(foreign.algorithm, &foreign.message, &foreign.signature);
        let covered = foreign.kind().is_none_or(|kind| key.usage.covers(kind));
        Authenticity {
            signature: if signed { SignatureState::Valid } else { SignatureState::Invalid },
            key_invalid: !key.valid(self.now) || !trust.current(self.now),
            issuer_untrusted: !covered || !issuer.may(self.format, self.purpose, self.name),
        }
    }

    fn try_key(
        &self,
        trust: &TrustList,
        issuer: &Issuer,
        key: &TrustedKey,
        signed_by: &impl Fn(&PublicKey) -> bool,
    ) -> Option<Authenticity> {
        let KeyMaterial::P256(public) = &key.material else { return None };
        Some(Authenticity {
            signature: if signed_by(public) { SignatureState::Valid } else { SignatureState::Invalid },
            key_invalid: !key.valid(self.now) || !trust.current(self.now),
            issuer_untrusted: !issuer.may(self.format, self.purpose, self.name),
        })
    }
}
