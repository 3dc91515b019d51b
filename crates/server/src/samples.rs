//! Every page in every state it can be in, for the test that renders them all in every language and for
//! `tongxing pages`, which writes them out to be looked at.

use askama::Template;

use crate::http::Page;

macro_rules! pages {
    ($page:expr; $($path:path),* $(,)?) => {{
        let mut all: Vec<(String, String)> = Vec::new();
        $(for (number, sample) in <$path>::samples($page).iter().enumerate() {
            let html = sample.render().expect("a sample has all that its template shows");
            all.push((format!("{}-{number}", stringify!($path)).replace(" :: ", "-"), html));
        })*
        all
    }};
}

/// Name and HTML of every sample of every page, in the language of `page`.
pub fn all(page: &Page) -> Vec<(String, String)> {
    pages![page;
        crate::http::page::FailurePage,
        crate::help::page::start::StartPage,
        crate::application::page::ApplyPage,
        crate::application::page::StepPage,
        crate::application::page::CheckPage,
        crate::application::page::TooManyPage,
        crate::application::page::DonePage,
        crate::application::page::StatePage,
        crate::application::page::WithdrawPage,
        crate::application::page::MovedPage,
        crate::application::page::RecoverPage,
    ]
}

#[cfg(test)]
mod tests {
    use crate::Settings;
    use crate::http::Page;
    use crate::words::{Language, MISSING};

    #[test]
    fn every_sample_of_every_page_has_all_its_words_in_every_language() {
        for language in Language::ALL {
            let page = Page::plain(&Settings::for_tests(), language);
            for (name, html) in super::all(&page) {
                let missing =
                    html.split(MISSING).nth(1).map(|rest| rest.split('⟧').next().unwrap_or_default());
                assert_eq!(missing, None, "{name} in {}", language.tag());
                assert!(html.contains("<h1"), "{name} has no heading");
            }
        }
    }
}
