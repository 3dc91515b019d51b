//! Every word that a person sees, in every shipped language (`locales/`), and dates in that language.

use std::borrow::Cow;
use std::collections::HashMap;

use domain::Timestamp;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{Loader as _, static_loader};
use jiff::civil::Date;
use unic_langid::{LanguageIdentifier, langid};

static_loader! {
    static LOCALES = {
        locales: "../../locales",
        fallback_language: "en",
        // Isolation marks would end up in attributes and in copied text; user data stands in <bdi>.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A shipped language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Language {
    /// Simplified Chinese.
    ZhHans,
    /// Traditional Chinese.
    ZhHant,
    /// English.
    #[default]
    En,
}

impl Language {
    /// Every shipped language, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::ZhHans, Self::ZhHant, Self::En];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhHans => "zh-Hans",
            Self::ZhHant => "zh-Hant",
            Self::En => "en",
        }
    }

    /// The language's own name, as the switch shows it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::ZhHans => "简体中文",
            Self::ZhHant => "繁體中文",
            Self::En => "English",
        }
    }

    /// The language of this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.tag() == tag)
    }

    /// The first language of an `Accept-Language` header that is shipped; English if none is.
    pub fn negotiate(header: &str) -> Self {
        let mut wanted: Vec<(f32, &str)> = header
            .split(',')
            .filter_map(|part| {
                let mut pieces = part.trim().split(';');
                let tag = pieces.next()?.trim();
                let weight = pieces.find_map(|p| p.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
                Some((weight, tag))
            })
            .collect();
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted.into_iter().find_map(|(_, tag)| Self::closest(tag)).unwrap_or_default()
    }

    fn closest(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split('-');
        match parts.next() {
            Some("en") => Some(Self::En),
            Some("zh") if parts.any(|p| matches!(p, "hant" | "tw" | "hk" | "mo")) => Some(Self::ZhHant),
            Some("zh") => Some(Self::ZhHans),
            _ => None,
        }
    }

    fn id(self) -> &'static LanguageIdentifier {
        static ZH_HANS: LanguageIdentifier = langid!("zh-Hans");
        static ZH_HANT: LanguageIdentifier = langid!("zh-Hant");
        static EN: LanguageIdentifier = langid!("en");
        match self {
            Self::ZhHans => &ZH_HANS,
            Self::ZhHant => &ZH_HANT,
            Self::En => &EN,
        }
    }
}

/// What stands in a page where a word is missing; a test renders every page and looks for it.
pub const MISSING: &str = "⟦";

/// Looks words up in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words(pub Language);

impl Words {
    /// The text of `key`.
    pub fn t(&self, key: &str) -> String {
        LOCALES.try_lookup(self.0.id(), key).unwrap_or_else(|| format!("{MISSING}{key}⟧"))
    }

    /// Whether there is such a word.
    pub fn has(&self, key: &str) -> bool {
        LOCALES.try_lookup(self.0.id(), key).is_some()
    }

    /// The text of `key` with values put in.
    pub fn with<V: AsRef<str>>(&self, key: &str, values: &[(&'static str, V)]) -> String {
        let args: HashMap<Cow<'static, str>, FluentValue<'_>> = values
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(value.as_ref())))
            .collect();
        LOCALES.try_lookup_with_args(self.0.id(), key, &args).unwrap_or_else(|| format!("{MISSING}{key}⟧"))
    }

    /// The text of `key` with one value, as templates ask for it.
    pub fn t1<V: std::fmt::Display>(&self, key: &str, name: &'static str, value: V) -> String {
        self.with(key, &[(name, value.to_string())])
    }

    /// The text of `key` with two values.
    pub fn t2<V: std::fmt::Display, U: std::fmt::Display>(
        &self,
        key: &str,
        first: &'static str,
        value: V,
        second: &'static str,
        other: U,
    ) -> String {
        self.with(key, &[(first, value.to_string()), (second, other.to_string())])
    }

    /// A time of day and date, in the service's time zone: "14:20 on Tuesday 24 November".
    pub fn date_time(&self, at: Timestamp) -> String {
        let local = at.local();
        let time = format!("{:02}:{:02}", local.hour(), local.minute());
        self.with("date-time", &[("time", time), ("date", self.date(at))])
    }

    /// A date, in the service's time zone: "Tuesday 24 November".
    pub fn date(&self, at: Timestamp) -> String {
        let date = at.local_date();
        let weekday = self.t(&format!("weekday-{}", date.weekday().to_monday_one_offset()));
        let month = self.t(&format!("month-{}", date.month()));
        self.with("date", &[("weekday", weekday), ("day", date.day().to_string()), ("month", month)])
    }

    /// A day of any year, such as a document's last: "15 April 2012".
    pub fn day(&self, date: Date) -> String {
        let month = self.t(&format!("month-{}", date.month()));
        let (day, year) = (date.day().to_string(), date.year().to_string());
        self.with("date-of-year", &[("day", day), ("month", month), ("year", year)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_s_wish_is_followed() {
        for (header, language) in [
            ("zh-TW,zh;q=0.9,en;q=0.8", Language::ZhHant),
            ("zh-CN", Language::ZhHans),
            ("fr;q=0.9,zh-Hant-HK;q=0.8", Language::ZhHant),
            ("en;q=0.1,zh;q=0.5", Language::ZhHans),
            ("fr", Language::En),
            ("", Language::En),
        ] {
            assert_eq!(Language::negotiate(header), language, "{header}");
        }
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let at = Timestamp::from_seconds(1_795_501_200); // 2026-11-24T06:20:00Z
        assert_eq!(Words(Language::En).date_time(at), "14:20 on Tuesday 24 November");
        assert_eq!(Words(Language::ZhHans).date_time(at), "11月24日星期二14:20");
        let day = Date::constant(2012, 4, 15);
        assert_eq!(Words(Language::En).day(day), "15 April 2012");
        assert_eq!(Words(Language::ZhHant).day(day), "2012年4月15日");
    }
}
