//! Cosignatures of witnesses over checkpoints (C2SP tlog-cosignature, section "Ed25519 signed message").

use std::fmt;

use zeroize::Zeroizing;

use crate::checkpoint::SignedCheckpoint;
use crate::error::LogError;
use crate::note::{Note, Signature};
use crate::note_key::{COSIGNER, LogKey, SigningKey, Verifier};

/// The public key of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignerKey(Verifier);

impl CosignerKey {
    /// Reads `NAME+ID+KEY`.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        Verifier::parse(text, COSIGNER).map(Self)
    }

    /// The witness's name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// When this witness cosigned the checkpoint, in seconds since 1970.
    pub fn verify(&self, checkpoint: &SignedCheckpoint) -> Result<u64, LogError> {
        checkpoint.note.of_key(&self.0, |bytes| {
            let (time, signature) = bytes.split_first_chunk::<8>()?;
            let time = u64::from_be_bytes(*time);
            let fits = i64::try_from(time).is_ok();
            let message = message(time, &checkpoint.note);
            (fits && self.0.verify(message.as_bytes(), signature)).then_some(time)
        })
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text())
    }
}

/// A checkpoint with the log's signature and one cosignature.
pub type Cosignature = SignedCheckpoint;

/// The private key of a witness.
#[derive(Debug)]
pub struct WitnessKey(SigningKey);

impl WitnessKey {
    /// From 32 random bytes, which are used for no other key: the message does not carry the name.
    pub fn new(name: &str, seed: &Zeroizing<[u8; 32]>) -> Result<Self, LogError> {
        SigningKey::new(name, COSIGNER, seed).map(Self)
    }

    /// The public half.
    pub fn public(&self) -> CosignerKey {
        CosignerKey(self.0.verifier().clone())
    }

    /// The text with the log's signature and this cosignature. Lines of others are dropped: whatever stands in them,
    /// what comes back is read again, by us and by everybody. Only [`crate::Witness`] may say yes.
    pub(crate) fn cosign(
        &self,
        log: &LogKey,
        checkpoint: &SignedCheckpoint,
        time: u64,
    ) -> Result<Cosignature, LogError> {
        let signature = self.0.sign(message(time, &checkpoint.note).as_bytes());
        let verifier = self.0.verifier();
        let bytes = [&time.to_be_bytes()[..], &signature].concat();
        let mut note = checkpoint.note.with_one_line_of(&log.0);
        note.add(Signature { name: verifier.name.clone(), id: verifier.id, bytes });
        let cosigned = SignedCheckpoint::open(&note.to_string(), log)?;
        self.public().verify(&cosigned)?;
        Ok(cosigned)
    }
}

fn message(time: u64, note: &Note) -> String {
    format!("cosignature/v1\ntime {time}\n{}", note.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn what_a_witness_signs_is_this_text() {
        let note = Note::new(
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
                .to_owned(),
        );
        let signed = "cosignature/v1\n\
                      time 1679315147\n\
                      example.com/behind-the-sofa\n\
                      20852163\n\
                      CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        assert_eq!(message(1_679_315_147, &note), signed);
    }
}
