//! The examples that RFCs print: Base45 (RFC 9285) and the signed CWT (RFC 8392).

use anyhow::Context;
use credential::{Pass, PublicKey, base45};
use minicbor::{Decoder, Encoder};

use crate::table::Suite;

/// Runs them.
pub fn run() -> anyhow::Result<[Suite; 2]> {
    Ok([base45_examples(), signed_cwt()?])
}

/// RFC 9285 sections 4.3 and 4.4.
fn base45_examples() -> Suite {
    let mut suite = Suite::new("RFC 9285, Base45");
    for (plain, encoded) in
        [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
    {
        suite.equal(format!("encode {plain}"), &base45::encode(plain.as_bytes()), &encoded.to_owned());
        suite.equal(
            format!("decode {encoded}"),
            &base45::decode(encoded).ok(),
            &Some(plain.as_bytes().to_vec()),
        );
    }
    // Section 4.2: FGW is the highest, 65535; GGW would be 65536.
    suite.equal("decode FGW", &base45::decode("FGW").ok(), &Some(vec![0xff, 0xff]));
    suite.equal("refuse GGW", &base45::decode("GGW").ok(), &None);
    suite.equal("refuse :::", &base45::decode(":::").ok(), &None);
    suite
}

/// RFC 8392 appendices A.2.3 (the key) and A.3 (the signed CWT).
const KEY: &str = concat!(
    "04143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f",
    "60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9",
);
const TOKEN: &str = concat!(
    "d28443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f61732e6578616d706c65",
    "2e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9",
    "f0061a5610d9f007420b7158405427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8d4d4",
    "f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30",
);

/// The example is a CWT, and none of our passes: its signature verifies, and it is refused all the same.
fn signed_cwt() -> anyhow::Result<Suite> {
    let mut suite = Suite::new("RFC 8392, signed CWT");
    let token = hex::decode(TOKEN)?;
    let key = PublicKey::from_point(&hex::decode(KEY)?)?;
    let mut decoder = Decoder::new(&token);
    decoder.tag()?;
    decoder.array()?;
    let protected = decoder.bytes()?;
    decoder.skip()?;
    let (payload, signature) = (decoder.bytes()?, decoder.bytes()?);
    let signature: &[u8; 64] = signature.try_into().context("64 bytes")?;
    let mut message = Encoder::new(Vec::new());
    message.array(4)?.str("Signature1")?.bytes(protected)?.bytes(&[])?.bytes(payload)?;
    let mut message = message.into_writer();
    suite.equal("the signature verifies", &key.verify(&message, signature), &true);
    message[40] ^= 1;
    suite.equal("a changed one does not", &key.verify(&message, signature), &false);
    suite.equal("it is no pass", &Pass::parse(&token).is_err(), &true);
    Ok(suite)
}
