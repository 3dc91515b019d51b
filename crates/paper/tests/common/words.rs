//! The words of posters, from `locales/*/poster.ftl`, as the server will fill them in. `make bench` prints with them too.

use std::collections::BTreeMap;

use paper::PosterWords;

/// Tags of the shipped languages, and their words.
pub const LANGUAGES: [(&str, &str); 3] = [
    ("zh-Hans", include_str!("../../../../locales/zh-Hans/poster.ftl")),
    ("zh-Hant", include_str!("../../../../locales/zh-Hant/poster.ftl")),
    ("en", include_str!("../../../../locales/en/poster.ftl")),
];

/// The words of a poster with this link.
pub fn words(language: &str, link: &str) -> PosterWords {
    let (_, file) = LANGUAGES.iter().find(|(tag, _)| *tag == language).expect("a shipped language");
    let all: BTreeMap<&str, &str> = file.lines().filter_map(|line| line.split_once(" = ")).collect();
    let month = if language == "en" { "November" } else { "11月" };
    let values = [("day", "30"), ("month", month), ("year", "2026"), ("version", "3"), ("link", link)];
    let word = |key: &str| {
        values
            .iter()
            .fold(all[key].to_owned(), |text, (name, value)| text.replace(&format!("{{ ${name} }}"), value))
    };
    PosterWords {
        language: language.to_owned(),
        title: word("poster-title"),
        scan: word("poster-scan"),
        no_app: word("poster-no-app"),
        type_in: word("poster-type"),
        made: word("poster-made"),
        code: word("poster-code"),
    }
}

/// A link as long as they are.
pub const LINK: &str = "https://tongxing.hubei.example.cn/v/7K3M92QD4RTXH6PWZS";
/// The same in groups.
pub const TYPED: &str = "tongxing.hubei.example.cn/v/7K3M92-QD4RTX-H6PWZS";
