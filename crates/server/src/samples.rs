//! Every page in every state it can be in, for the test that renders them all in every language.

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
    [of_people(page), of_staff(page)].concat()
}

/// What holders and everybody see.
fn of_people(page: &Page) -> Vec<(String, String)> {
    pages![page;
        crate::http::page::FailurePage,
        crate::demonstration::DemonstrationPage,
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
        crate::contact::page::ContactPage,
        crate::contact::page::CodePage,
        crate::contact::page::RecoverContactPage,
        crate::contact::page::ChoosePage,
        crate::openapi::ApiPage,
        crate::help::page::guide::GuidePage,
        crate::casework::page::donate::DonatePage,
        crate::recognition::page::accepted::AcceptedPage,
        crate::pass::page::code::CodePage,
        crate::appeal::page::new::NewPage,
        crate::appeal::page::own::OwnPage,
        crate::pass::page::print::PrintPage,
        crate::pass::page::picture::PicturePage,
        crate::pass::page::short::ShortPage,
        crate::pass::page::offline::OfflinePage,
        crate::pass::page::leave::LeavePage,
        crate::pass::page::leave::LeftPage,
        crate::holder::page::health::HealthPage,
        crate::holder::page::health::HealthTodayPage,
        crate::holder::page::trips::TripsPage,
        crate::partner::page::entry::EntryPage,
        crate::partner::page::entry::RefusedPage,
        crate::partner::page::apps::AppsPage,
        crate::partner::page::registry::ListPage,
        crate::partner::page::registry::NewPage,
        crate::partner::page::partner::PartnerPage,
        crate::holder::page::correct::CorrectPage,
        crate::holder::page::data::DataPage,
        crate::holder::page::delete::DeletePage,
        crate::holder::page::delete::DeletedPage,
        crate::companion::page::PeoplePage,
        crate::companion::page::AddPage,
        crate::companion::page::ConsentPage,
        crate::figures::page::FiguresPage,
        crate::visit::page::PlacePage,
        crate::visit::page::RegisteredPage,
        crate::visit::page::RefusedPage,
        crate::visit::page::DiaryPage,
        crate::visit::page::DoorPage,
    ]
}

/// What staff, units and managers of locations see.
fn of_staff(page: &Page) -> Vec<(String, String)> {
    pages![page;
        crate::message::page::DeadPage,
        crate::message::page::OutboxPage,
        crate::filing::page::search::SearchPage,
        crate::filing::page::new::NewPage,
        crate::filing::page::new::CheckPage,
        crate::filing::page::new::OnFilePage,
        crate::filing::page::view::ViewPage,
        crate::filing::page::correct::CorrectPage,
        crate::filing::page::withdraw::WithdrawPage,
        crate::filing::page::import::ImportPage,
        crate::filing::page::import::RunPage,
        crate::staff::page::sign_in::SignInPage,
        crate::staff::page::account::AccountPage,
        crate::staff::page::list::ListPage,
        crate::staff::page::new::NewPage,
        crate::staff::page::new::SecretsPage,
        crate::staff::page::person::PersonPage,
        crate::staff::page::accesses::AccessesPage,
        crate::audit::page::home::HomePage,
        crate::audit::page::orders::OrdersPage,
        crate::audit::page::order::OrderPage,
        crate::audit::page::decide::DecidePage,
        crate::checkpoint::page::check::CheckPage,
        crate::checkpoint::page::inspect::InspectPage,
        crate::checkpoint::page::verdict::VerdictPage,
        crate::checkpoint::page::no_code::NoCodePage,
        crate::checkpoint::page::places::PlacesPage,
        crate::checkpoint::page::devices::DevicesPage,
        crate::checkpoint::page::devices::EnrolmentPage,
        crate::checkpoint::page::devices::WithdrawPage,
        crate::checkpoint::page::import::ImportPage,
        crate::checkpoint::page::import::ImportedPage,
        crate::checkpoint::page::flags::FlagsPage,
        crate::checkpoint::page::second::SecondPage,
        crate::checkpoint::page::reported::ReportedPage,
        crate::http::hindered::HinderedPage,
        crate::casework::page::keys::KeysPage,
        crate::casework::page::own_keys::OwnKeysPage,
        crate::casework::page::list::ListPage,
        crate::casework::page::case::CasePage,
        crate::casework::page::ask::AskPage,
        crate::casework::page::opening::OpeningPage,
        crate::casework::page::tasks::TasksPage,
        crate::casework::page::task::TaskPage,
        crate::decision::page::WhyPage,
        crate::appeal::page::list::ListPage,
        crate::appeal::page::case::CasePage,
        crate::appeal::page::units::UnitsPage,
        crate::evidence::page::list::ListPage,
        crate::evidence::page::person::PersonPage,
        crate::evidence::page::back::BackPage,
        crate::evidence::page::proposal::ProposalPage,
        crate::evidence::page::stops::StopsPage,
        crate::evidence::page::import::ImportPage,
        crate::evidence::page::import::ImportedPage,
        crate::health::page::queue::QueuePage,
        crate::health::page::report::ReportPage,
        crate::health::page::confirm::ConfirmPage,
        crate::health::page::hindered::HinderedPage,
        crate::health::page::done::DonePage,
        crate::health::page::version::VersionsPage,
        crate::health::page::version::VersionPage,
        crate::location::page::join::JoinPage,
        crate::location::page::join::JoinedPage,
        crate::location::page::list::ListPage,
        crate::location::page::edit::EditPage,
        crate::location::page::one::OnePage,
        crate::location::page::posters::PostersPage,
        crate::location::page::all_posters::AllPostersPage,
        crate::location::page::tablet::SetUpPage,
        crate::location::page::tablet::TabletPage,
        crate::location::page::inside::InsidePage,
        crate::location::page::flags::FlagsPage,
        crate::location::page::queue::QueuePage,
        crate::location::page::case::CasePage,
        crate::location::page::batch::BatchPage,
        crate::location::page::batch::BatchDonePage,
        crate::review::page::case::CasePage,
        crate::review::page::hindered::HinderedPage,
        crate::review::page::queue::QueuePage,
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
