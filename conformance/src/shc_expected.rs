//! What the names of the developers' tools mean here: their errors as our reasons, and what is not for us.

/// Our reasons for what the tools call this error; one of them has to be given.
pub fn reasons(error: &str) -> &'static [&'static str] {
    match error {
        "SIGNATURE_FORMAT_ERROR" => &["signature"],
        "JWS_VERIFICATION_ERROR" => &["signature", "unknown_key"],
        "ISSUER_KID_MISMATCH" | "ISSUER_KEY_DOWNLOAD_ERROR" => &["unknown_key", "issuer"],
        "NOT_YET_VALID" => &["not_yet_valid"],
        "INVALID_ISSUER_URL"
        | "EXPIRATION_ERROR"
        | "SCHEMA_ERROR"
        | "JSON_PARSE_ERROR"
        | "TRAILING_CHARACTERS"
        | "INFLATION_ERROR"
        | "JWS_HEADER_ERROR"
        | "QR_CHUNKING_DEPRECATED"
        | "INVALID_NUMERIC_QR"
        | "INVALID_NUMERIC_QR_HEADER"
        | "INVALID_QR"
        | "INVALID_QR_VERSION"
        | "QR_DECODE_ERROR" => &["unreadable"],
        _ => &[],
    }
}

/// Why a case is not run.
pub fn skipped(kind: &str, errors: &[String]) -> Option<&'static str> {
    let any = |name: &str| errors.iter().any(|error| error == name);
    if kind.starts_with("shl") || any("SHLINK_NOT_HTTPS_URL") {
        Some("a SMART Health Link is fetched from its address and is no health card by itself")
    } else if kind == "fhirbundle" {
        Some("a FHIR bundle by itself is signed by nobody; its profile is not ours to check")
    } else if any("FHIR_SCHEMA_ERROR") {
        Some("FHIR profiles are not ours to check: what we do not understand counts as nothing")
    } else if any("REVOCATION_ERROR") {
        Some("revocation lists are fetched from the issuer, and the suite stores none")
    } else {
        None
    }
}

/// Why a case comes out otherwise; only for the very reasons given.
pub fn explained(name: &str, reasons: &[&str]) -> Option<&'static str> {
    match (name, reasons) {
        ("not yet valid", ["not_yet_valid"]) => {
            Some("the tools warn of a date in the future; at a checkpoint it is STOP")
        }
        ("expired", ["expired"]) => Some("the tools warn of an expired card; at a checkpoint it is STOP"),
        ("single segment QR" | "invalid QR version", []) => {
            Some("how large a code was printed is not in its text; what was read is a card, whole and signed")
        }
        _ => None,
    }
}
