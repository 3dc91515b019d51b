//! The suite against published vectors, in both directions: the values are those of RFC 9180, not ours.

use hpke::aead::{Aead, AesGcm128};

use super::*;

/// Gives one text of 32 bytes, once: the `ikmE` of a vector.
struct Material(&'static str);

impl Entropy for Material {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&hex::decode(self.0).unwrap());
    }
}

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// "Ode on a Grecian Urn", of every vector of RFC 9180.
const URN: &str = "4f6465206f6e2061204772656369616e2055726e";
/// "Beauty is truth, truth beauty".
const BEAUTY: &str = "4265617574792069732074727574682c20747275746820626561757479";
/// "Count-0".
const COUNT_0: &str = "436f756e742d30";

/// Appendix A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM: our mechanism and key derivation, with the
/// smaller cipher for which the appendix has values.
#[test]
fn rfc_9180_appendix_a_3_1() {
    let recipient = "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2";
    let point_r = "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30a\
                   d6aa8f80e30f1d128aafd68a2ce72ea0";
    let encapsulated = "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c09\
                        00be863c403ce65c9bfcb9382657222d18c4";
    let sealed = "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434";
    let (private, public) =
        generate(&Material("668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550"));
    assert_eq!(*scalar(&private), *bytes(recipient));
    assert_eq!(point(&public), *bytes(point_r));
    let entropy = Material("4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e");
    let (enc, hidden) = single_shot_seal_with_rng::<AesGcm128, HkdfSha256, DhP256HkdfSha256>(
        &OpModeS::Base,
        &public,
        &bytes(URN),
        &bytes(BEAUTY),
        &bytes(COUNT_0),
        &mut Random(&entropy),
    )
    .unwrap();
    assert_eq!(enc.to_bytes().to_vec(), bytes(encapsulated));
    assert_eq!(hidden, bytes(sealed));
    assert_eq!((AesGcm128::AEAD_ID, AesGcm256::AEAD_ID), (1, 2), "RFC 9180 section 7.3");
}

/// The file of test vectors that RFC 9180 appendix A refers to has the suite itself: mode 0, kem 16, kdf 1, aead 2.
#[test]
fn rfc_9180_test_vectors_of_this_very_suite() {
    let recipient = "317f915db7bc629c48fe765587897e01e282d3e8445f79f27f65d031a88082b2";
    let point_r = "04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f853148544876de76c0f2ef99cdc3a05c\
                   cf5ded7860c7c021238f9e2073d2356c";
    let encapsulated = "04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb2d98e0d\
                        3bf01da5cc4c39ff5370d331a4f1f7d5a4e0";
    let sealed = "58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d291742465e902cd216f8908da49f8f96f";
    let (private, derived) = pair(&bytes(recipient)).unwrap();
    let public = public(&bytes(point_r)).unwrap();
    assert_eq!(point(&derived), point(&public));
    let entropy = Material("a90d3417c3da9cb6c6ae19b4b5dd6cc9529a4cc24efb7ae0ace1f31887a8cd6c");
    let (enc, hidden) = seal(&public, &bytes(URN), &bytes(COUNT_0), &bytes(BEAUTY), &entropy);
    assert_eq!(enc.to_vec(), bytes(encapsulated));
    assert_eq!(hidden, bytes(sealed));
    let opened = open(&private, &enc, &bytes(URN), &bytes(COUNT_0), &hidden).unwrap();
    assert_eq!(*opened, bytes(BEAUTY));
    let refused = [
        open(&private, &enc, b"Ode", &bytes(COUNT_0), &hidden),
        open(&private, &enc, &bytes(URN), b"Count-1", &hidden),
        open(&private, &enc[..64], &bytes(URN), &bytes(COUNT_0), &hidden),
        open(&private, &[0; 65], &bytes(URN), &bytes(COUNT_0), &hidden),
        open(&private, &enc, &bytes(URN), &bytes(COUNT_0), &[]),
    ];
    assert!(refused.iter().all(Option::is_none));
}
