//! `/my-code/trips`: the trips that were declared, one more, or one less.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::trip::{Transport, Trip, TripError, TripPlace};
use jiff::civil::Date;
use store::rows::partner::TripRow;

use crate::App;
use crate::holder::trip;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};
use crate::partner::PartnerError;

/// The trips, and the form.
#[derive(Template)]
#[template(path = "holder/trips.html")]
pub struct TripsPage {
    page: Page,
    trips: Vec<Shown>,
    typed: Fields,
    errors: FieldErrors,
}

struct Shown {
    id: String,
    place: String,
    days: String,
    transport: String,
    by: String,
    made: String,
}

const FIELDS: [&str; 9] = [
    "place",
    "from_day",
    "from_month",
    "from_year",
    "to_day",
    "to_month",
    "to_year",
    "transport",
    "truthful",
];

impl TripsPage {
    /// None and the form, two, and every error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = Timestamp::from_seconds(1_795_435_200);
        let today = at.local_date();
        let place = TripPlace::try_from("310000".to_owned()).expect("Shanghai");
        let one = Trip::new(place, (today, today), Transport::Train, today).expect("a trip");
        let row = |partner: Option<&str>| TripRow {
            id: domain::Id::from_i64(1),
            trip: one.clone(),
            partner: partner.map(str::to_owned),
            consent: "1".to_owned(),
            made_at: at,
        };
        let empty = Fields::default();
        let errors = read(&empty, today, page).expect_err("nothing was typed");
        let none = FieldErrors::default;
        let mut past = none();
        past.add("to", page.t("trip-error-past"));
        past.add("from", page.t("trip-error-full"));
        vec![
            Self::of(page.clone(), &[], empty.clone(), none()),
            Self::of(page.clone(), &[row(None), row(Some("鄂汇办"))], empty.clone(), none()),
            Self::of(page.clone(), &[], empty.clone(), errors),
            Self::of(page.clone(), &[], empty, past),
        ]
    }

    fn of(page: Page, rows: &[TripRow], typed: Fields, errors: FieldErrors) -> Self {
        let trips = rows.iter().map(|row| shown(&page, row)).collect();
        Self { trips, typed, errors, page: page.with_form() }
    }

    fn places(&self) -> Vec<(String, String)> {
        let option =
            |place: TripPlace| (place.code().to_owned(), self.page.t(format!("division-{}", place.code())));
        let first = (String::new(), self.page.t("apply-choose"));
        std::iter::once(first).chain(TripPlace::all().map(option)).collect()
    }

    fn transports(&self) -> Vec<(String, String)> {
        let option =
            |one: Transport| (one.as_str().to_owned(), self.page.t(format!("transport-{}", one.as_str())));
        Transport::ALL.into_iter().map(option).collect()
    }

    fn truthful(&self) -> Vec<(String, String, bool)> {
        vec![("yes".to_owned(), self.page.t("trip-confirm"), self.typed.has("truthful", "yes"))]
    }
}

fn shown(page: &Page, row: &TripRow) -> Shown {
    let Trip { place, from, to, transport } = &row.trip;
    let (from, to) = (page.words.day(*from), page.words.day(*to));
    Shown {
        id: row.id.to_string(),
        place: page.t(format!("division-{}", place.code())),
        days: page.t2("trip-days", "from", from, "to", to),
        transport: page.t(format!("transport-{}", transport.as_str())),
        by: row.partner.clone().unwrap_or_default(),
        made: page.words.date_time(row.made_at),
    }
}

/// Reads the form: each field with its message.
fn read(typed: &Fields, today: Date, page: &Page) -> Result<Trip, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut say = |field, key: &str| errors.add(field, page.t(key));
    let place = TripPlace::try_from(typed.get("place").to_owned());
    if place.is_err() {
        say("place", "trip-error-place");
    }
    let [from, to] = ["from", "to"].map(|name| date(typed, name));
    if from.is_none() {
        say("from", "trip-error-from");
    }
    if to.is_none() {
        say("to", "trip-error-to");
    }
    let transport = Transport::from_name(typed.get("transport"));
    if transport.is_none() {
        say("transport", "trip-error-transport");
    }
    if !typed.has("truthful", "yes") {
        say("truthful", "apply-error-truthful");
    }
    let (Ok(place), Some(from), Some(to), Some(transport), true) =
        (place, from, to, transport, errors.is_empty())
    else {
        return Err(errors);
    };
    Trip::new(place, (from, to), transport, today).map_err(|error| {
        let field = if error == TripError::Ahead { "from" } else { "to" };
        errors.add(field, page.t(format!("trip-error-{}", error.word())));
        errors
    })
}

fn date(typed: &Fields, name: &str) -> Option<Date> {
    let part = |suffix: &str| typed.get(&format!("{name}_{suffix}")).parse::<i8>().ok();
    let year = typed.get(&format!("{name}_year")).parse::<i16>().ok()?;
    Date::new(year, part("month")?, part("day")?).ok()
}

/// `GET /my-code/trips`. A phone without a code is sent to its application.
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    let trips = trip::list(&app, holder).await?;
    page::show(&TripsPage::of(page, &trips, Fields::default(), FieldErrors::default()))
}

/// `POST /my-code/trips`: declares one.
pub async fn declare(
    State(app): State<App>,
    page: Page,
    device: Device,
    fields: Fields,
) -> Result<Response, Failure> {
    let holder = device.holder.ok_or(PartnerError::NoCode)?;
    let trips = trip::list(&app, holder).await?;
    let mut typed = Fields::default();
    typed.replace(&FIELDS, &fields);
    if let Some(chosen) = fields.language_switch() {
        let shown = TripsPage::of(page.in_language(chosen), &trips, typed, FieldErrors::default());
        let mut response = page::show(&shown)?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let one = match read(&typed, app.now().local_date(), &page) {
        Ok(one) => one,
        Err(errors) => return page::show_invalid(&TripsPage::of(page, &trips, typed, errors)),
    };
    match trip::declare(&app, &device, &one).await {
        Ok(_) => Ok(Redirect::to("/my-code/trips").into_response()),
        Err(PartnerError::TooManyTrips) => {
            let mut errors = FieldErrors::default();
            errors.add("place", page.t("trip-error-full"));
            page::show_invalid(&TripsPage::of(page, &trips, typed, errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /my-code/trips/remove`: removes one.
pub async fn remove(State(app): State<App>, device: Device, fields: Fields) -> Result<Response, Failure> {
    let id = fields.get("trip").parse().map_err(|_| PartnerError::Unknown)?;
    trip::remove(&app, &device, id).await?;
    Ok(Redirect::to("/my-code/trips").into_response())
}
