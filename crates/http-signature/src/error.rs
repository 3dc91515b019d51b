//! What can be wrong with a signed request, in words for whoever wrote the program that sent it.

/// Why a request does not count as signed. Carries nothing of the request but names of its own fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A field that must be there is not.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// A field is longer than is read.
    #[error("the header {0} is longer than 8192 bytes")]
    TooLong(&'static str),
    /// A field is not the structured field that it must be (RFC 9651).
    #[error("the header {0} is not a structured field of the kind that RFC 9421 wants")]
    Malformed(&'static str),
    /// One name stands for two signatures.
    #[error("the header {0} has the same label twice")]
    DuplicateLabel(&'static str),
    /// No signature is meant for us.
    #[error("signature-input: no signature has the tag \"{0}\"")]
    NoTag(&'static str),
    /// Two are: which one would count?
    #[error("signature-input: more than one signature has the tag \"{0}\"")]
    SeveralTags(&'static str),
    /// The input's label is not in `Signature`.
    #[error("signature: there is no byte sequence under the label of signature-input")]
    NoSignature,
    /// Must be covered, and is not.
    #[error("signature-input: \"{0}\" is not covered")]
    NotCovered(&'static str),
    /// Covered twice.
    #[error("signature-input: a component is covered twice")]
    CoveredTwice,
    /// More components than anybody needs.
    #[error("signature-input: more than 32 components are covered")]
    TooMany,
    /// A derived component that we do not know.
    #[error(
        "signature-input: the derived component is not one of those of RFC 9421 section 2.2 that are read here"
    )]
    UnknownComponent,
    /// Parameters of a component (`sf`, `bs`, `key`, `req`, `tr`) are not read here.
    #[error("signature-input: components with parameters are not read here")]
    ComponentParameters,
    /// A header is covered that the request does not have.
    #[error(
        "signature-input: a header is covered that the request does not have, or that is not visible ASCII"
    )]
    AbsentComponent,
    /// A parameter that must be there is not, or is of another type.
    #[error("signature-input: the parameter {0} is missing or of another type")]
    Parameter(&'static str),
    /// The nonce is too short to be one, or too long.
    #[error("signature-input: the nonce must have 16 to 64 visible ASCII characters")]
    Nonce,
    /// No algorithm that we take.
    #[error("signature-input: alg must be ecdsa-p256-sha256 or ed25519, or be left out")]
    Algorithm,
    /// Too old, or from a clock that is ahead.
    #[error("signature-input: created is more than {0} seconds away from the time of this server")]
    Stale(u64),
    /// The signer's own limit has passed.
    #[error("signature-input: expires has passed")]
    Expired,
    /// The body is another one.
    #[error("content-digest: it is not that of the body that arrived")]
    Digest,
    /// No digest of an algorithm that we take.
    #[error("content-digest: neither sha-256 nor sha-512 is there")]
    DigestAlgorithm,
    /// The signature does not hold under an active key of this name. Says neither whether there is such a key nor of
    /// what kind it is.
    #[error("signature: it does not verify with an active key of this keyid over what this server received")]
    NotVerified,
}
