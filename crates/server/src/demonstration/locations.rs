//! The locations of the demonstration: one in each state, and two whose posters open.

use domain::id::kind::LocationId;
use domain::location::{LocationKind, Stay};
use domain::residence::Division;
use store::rows::location::LocationDetails;
use store::{call, read};

use super::make::broken;
use super::{DemonstrationError, MadeLocation};
use crate::App;
use crate::http::session::Staff;
use crate::location::registry::{self, Step};
use crate::location::{checkpoint, people, print, review};

/// Name, name in English, kind, address, how many it holds, and whether an entry needs a green code.
type Place = (&'static str, &'static str, LocationKind, &'static str, Option<u32>, bool);

const MARKET: Place =
    ("江城农贸市场", "River City Market", LocationKind::Market, "武昌区沿江路1号", Some(300), false);
const MUSEUM: Place =
    ("演示博物馆", "Demonstration Museum", LocationKind::Culture, "武昌区东湖路2号", Some(500), true);
const TEAHOUSE: Place =
    ("湖边茶馆", "Lakeside Teahouse", LocationKind::Restaurant, "洪山区湖边路3号", None, false);
const CINEMA: Place =
    ("光明影院", "Bright Cinema", LocationKind::Leisure, "江汉区中山路4号", Some(120), false);
const SHOP: Place = ("街角小店", "Corner Shop", LocationKind::Shop, "江岸区", None, false);

/// Makes them as a manager, a reviewer and an administrator make them; gives what a visitor is told.
pub async fn make(
    app: &App,
    manager: &Staff,
    reviewer: &Staff,
    administrator: &Staff,
) -> Result<Vec<MadeLocation>, DemonstrationError> {
    let market = add(app, manager, MARKET).await?;
    for entrance in ["东门 East gate", "西门 West gate"] {
        people::add_entrance(app, manager, market, entrance).await.map_err(broken)?;
    }
    let museum = add(app, manager, MUSEUM).await?;
    add(app, manager, TEAHOUSE).await?;
    let cinema = add(app, manager, CINEMA).await?;
    let shop = add(app, manager, SHOP).await?;
    for id in [market, museum, cinema] {
        decide(app, reviewer, id, Ok(())).await?;
    }
    let reason = "Please add road and number. 请补充道路和门牌号。";
    decide(app, reviewer, shop, Err(reason)).await?;
    registry::step(app, manager, cinema, Step::Suspend).await.map_err(broken)?;
    let first = read!(app.store, "demonstration.checkpoint", store::StoreError, |tx| {
        Ok(call!(tx, checkpoint::all())?.into_iter().map(|one| one.id).min())
    })?;
    let first = first.ok_or_else(|| broken("the demonstration has no checkpoint"))?;
    let gate = checkpoint::give(app, administrator, first).await.map_err(broken)?;
    let mut made = Vec::new();
    for id in [market, museum, gate] {
        made.push(shown(app, id).await?);
    }
    Ok(made)
}

async fn add(app: &App, manager: &Staff, place: Place) -> Result<LocationId, DemonstrationError> {
    let (name, other, kind, address, capacity, entry_rule) = place;
    let division: Division = "420100".parse().map_err(broken)?;
    let stay: Stay = kind.usual_stay();
    let details = LocationDetails {
        name: name.to_owned(),
        name_other: Some(other.to_owned()),
        kind,
        division: division.code().to_owned(),
        address: address.to_owned(),
        capacity,
        stay,
        entry_rule,
    };
    registry::add(app, manager, details).await.map_err(broken)
}

async fn decide(
    app: &App,
    reviewer: &Staff,
    id: LocationId,
    decision: Result<(), &str>,
) -> Result<(), DemonstrationError> {
    let (whole, _) = review::case(app, reviewer, id).await.map_err(broken)?;
    review::decide(app, reviewer, id, whole.row.version, decision).await.map_err(broken)
}

/// The name of a location, and what its first poster opens.
async fn shown(app: &App, id: LocationId) -> Result<MadeLocation, DemonstrationError> {
    let posters = read!(app.store, "demonstration.posters", store::StoreError, |tx| {
        call!(tx, location_code::posters(id))
    })?;
    let poster = posters.into_iter().next().ok_or_else(|| broken("a location has no poster"))?;
    let link = print::link(&app.settings.public_origin, &poster.code.code.to_string());
    Ok(MadeLocation { name: poster.name, link })
}
