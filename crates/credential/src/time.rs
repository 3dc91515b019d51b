//! Times as people and JSON write them; no clock.

use jiff::Timestamp;

use crate::Seconds;
use crate::claims::LAST_SECOND;

/// A text that is neither RFC 3339 nor whole seconds, or a time before 1970 or after 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an RFC 3339 time such as 2026-11-23T08:00:00Z, or whole seconds since 1970")]
pub struct TimeError;

/// Reads RFC 3339 (with its offset), or whole seconds since 1970. Parts of a second are cut off.
pub fn parse_time(text: &str) -> Result<Seconds, TimeError> {
    let text = text.trim();
    let seconds = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse::<Seconds>().map_err(|_| TimeError)?
    } else {
        let time: Timestamp = text.parse().map_err(|_| TimeError)?;
        Seconds::try_from(time.as_second()).map_err(|_| TimeError)?
    };
    if seconds <= LAST_SECOND { Ok(seconds) } else { Err(TimeError) }
}

/// The RFC 3339 form in UTC, such as `2026-11-23T08:00:00Z`.
pub fn rfc3339(time: Seconds) -> String {
    i64::try_from(time)
        .ok()
        .and_then(|second| Timestamp::from_second(second).ok())
        .map_or_else(|| "9999-12-31T23:59:59Z".into(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        assert_eq!(parse_time("1795420800"), Ok(1_795_420_800));
        assert_eq!(parse_time("2026-11-23T08:00:00Z"), Ok(1_795_420_800));
        assert_eq!(parse_time("2026-11-23T16:00:00.9+08:00"), Ok(1_795_420_800));
        assert_eq!(rfc3339(1_795_420_800), "2026-11-23T08:00:00Z");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "yesterday", "1969-12-31T23:59:59Z", "-1", "2026-11-23", "99999999999999999999"] {
            assert_eq!(parse_time(text), Err(TimeError), "{text}");
        }
    }

    #[test]
    fn the_last_second_has_a_form() {
        assert_eq!(rfc3339(LAST_SECOND - 200_000).len(), 20);
        assert_eq!(rfc3339(u64::MAX), "9999-12-31T23:59:59Z");
    }
}
