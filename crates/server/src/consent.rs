//! The version of the texts that people agree to.
//!
//! Recorded with every application and every declaration. The decision that matters: a text that somebody agreed to
//! never changes under its version; a test holds each version to the hash of its words in every language, so that
//! other words need a new version, and `docs/consent/` keeps the texts of all of them.

/// The version of the texts that are shown now.
pub const VERSION: &str = "1";
/// The version of what people agree to when they allow an application something.
pub const PARTNER_VERSION: &str = "partner-1";
/// The version of what people agree to when they declare a trip.
pub const TRIP_VERSION: &str = "trip-1";

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};

    use crate::holder::data::hex;
    use crate::words::{Language, Words};

    /// The SHA-256 of each version's file: nobody edits what was agreed to.
    const FILES: [(&str, &str, &str); 1] = [(
        "1",
        include_str!("../../../docs/consent/1.md"),
        "e168278bbfa6736c8dc1f5830f479b76b0d1403ec2aa4fac2c6917ffb4b6312b",
    )];

    #[test]
    fn the_words_that_are_shown_are_those_of_the_version_and_no_version_was_edited() {
        for (version, text, hash) in FILES {
            let found = digest(&SHA256, text.as_bytes());
            assert_eq!(
                hex(found.as_ref()),
                hash,
                "version {version} was edited: other words are a new version"
            );
        }
        let (version, text, _) = FILES[FILES.len() - 1];
        assert_eq!(version, super::VERSION);
        for language in Language::ALL {
            for key in ["apply-check-promise", "consent-data", "apply-truthful", "apply-truthful-hint"] {
                let words = Words(language).t(key);
                assert!(
                    text.contains(&words),
                    "{key} in {} is not in docs/consent/{version}.md",
                    language.tag()
                );
            }
        }
    }

    #[test]
    fn what_people_agree_to_for_applications_and_trips_is_that_of_the_version() {
        let partner = include_str!("../../../docs/consent/partner-1.md");
        let trip = include_str!("../../../docs/consent/trip-1.md");
        for (text, hash, key) in [
            (partner, "579527f18159eb7de5872c11ab9e1fad886a1959228f8b00c2f0895d3f4d9d72", "partner-consent"),
            (trip, "ea8362fc61e00a369b829d59b577d152bc63b9c268f9cb8929a3095f11550509", "trip-confirm"),
        ] {
            assert_eq!(hex(digest(&SHA256, text.as_bytes()).as_ref()), hash, "other words are a new version");
            for language in Language::ALL {
                assert!(text.contains(&Words(language).t(key)), "{key} in {}", language.tag());
            }
        }
        assert_eq!((super::PARTNER_VERSION, super::TRIP_VERSION), ("partner-1", "trip-1"));
    }
}
