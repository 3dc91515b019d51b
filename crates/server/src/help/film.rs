//! The guide film, the annex of the notice: its scenes, its captions (`WebVTT`) and its transcript.
//!
//! `film.json` says which scenes there are and how long each lasts. `make film` records our own pages to that
//! table, and the captions are made from it and from the locales, so one film serves every language that reads
//! it, and words can be mended without recording anew. The film has no sound.

use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::http::{Page, assets};
use crate::words::Language;

/// One scene: what is said during it is `film-<key>`.
#[derive(Debug, Deserialize)]
pub struct Scene {
    /// The end of its locale key.
    pub key: String,
    /// How long it lasts.
    pub seconds: u32,
}

#[derive(Deserialize)]
struct Film {
    scenes: Vec<Scene>,
}

static FILM: LazyLock<Film> = LazyLock::new(|| {
    serde_json::from_str(include_str!("film.json")).expect("film.json is read by the tests of this file")
});

/// The scenes, in their order.
pub fn scenes() -> &'static [Scene] {
    &FILM.scenes
}

/// The addresses of film and poster, once they have been recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// MP4 with H.264, which every phone plays.
    pub film: String,
    /// A picture of it, WebP.
    pub poster: String,
}

/// The recording that shows pages in `language`, or in the nearest one that was recorded.
pub fn recording(language: Language) -> Option<Recording> {
    let shown = match language {
        Language::En => "en",
        Language::ZhHans | Language::ZhHant => "zh-Hans",
    };
    let (film, poster) = (format!("film/{shown}.mp4"), format!("film/{shown}.webp"));
    let there = assets::exists(&film) && assets::exists(&poster);
    there.then(|| Recording { film: assets::url(&film), poster: assets::url(&poster) })
}

/// What is said during a scene.
pub fn words(page: &Page, scene: &Scene) -> String {
    page.t1(format!("film-{}", scene.key), "hotline", &page.hotline)
}

/// The captions in the page's language.
pub fn captions(page: &Page) -> String {
    let mut text = "WEBVTT\n".to_owned();
    let mut from = 0;
    for scene in scenes() {
        let to = from + scene.seconds;
        let said = words(page, scene).replace('&', "&amp;").replace('<', "&lt;");
        // On the last line: the film has a dark band there, under the picture of the phone.
        write!(text, "\n{} --> {} line:-2\n{said}\n", stamp(from), stamp(to))
            .expect("text can be written to");
        from = to;
    }
    text
}

/// A time as `WebVTT` writes it: `mm:ss.ttt`.
fn stamp(seconds: u32) -> String {
    format!("{:02}:{:02}.000", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestServer;

    #[tokio::test]
    async fn captions_cover_the_film_without_a_gap_in_every_language() {
        let server = TestServer::start().await;
        for language in Language::ALL {
            let page = Page::plain(&server.app.settings, language);
            let text = captions(&page);
            assert!(text.starts_with("WEBVTT\n\n00:00.000 --> "), "{text}");
            let mut before = "00:00.000".to_owned();
            for line in text.lines().filter(|line| line.contains(" --> ")) {
                let (from, rest) = line.split_once(" --> ").unwrap();
                assert_eq!(from, before, "{line}");
                rest.split(' ').next().unwrap().clone_into(&mut before);
            }
            let length: u32 = scenes().iter().map(|scene| scene.seconds).sum();
            assert_eq!(before, stamp(length));
            assert!(text.contains(&server.app.settings.hotline));
            assert!(!text.contains("film-"), "a scene without words: {text}");
            // Nobody reads more than 20 letters, or 8 Chinese characters, a second.
            for scene in scenes() {
                let (said, fast) = (words(&page, scene), if language == Language::En { 20 } else { 8 });
                assert!(said.chars().count() <= fast * scene.seconds as usize, "{said}");
            }
        }
    }
}
