//! The record of who opened whose data when, for auditors: all of it, of one member of staff, or about one
//! object.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::Timestamp;
use domain::id::kind::{AccessId, StaffId};
use store::rows::access::Access;
use store::rows::audit::{NamedAccess, Which};

use crate::App;
use crate::access::{self, ACTIONS, OBJECTS};
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields, Kind};
use crate::staff::{By, Tools};
use crate::words::MISSING;

/// One row as shown.
pub struct Line {
    at: String,
    staff: String,
    name: String,
    unit: String,
    action: String,
    kind: String,
    kind_name: String,
    object: String,
}

/// What the page shows.
#[derive(Template)]
#[template(path = "staff/accesses.html")]
pub struct AccessesPage {
    page: Page,
    lines: Vec<Line>,
    /// The member of staff, or the object, that alone is shown.
    only_staff: Option<String>,
    only_object: Option<(String, String)>,
    older: Option<String>,
}

impl AccessesPage {
    fn new(page: Page, which: &Which, entries: &[NamedAccess], next: Option<AccessId>) -> Self {
        let lines: Vec<Line> = entries.iter().map(|entry| line(&page, entry)).collect();
        let only_staff = match which {
            Which::ByStaff(_) => Some(lines.first().map(|line| line.name.clone()).unwrap_or_default()),
            _ => None,
        };
        let only_object = match which {
            Which::About(kind, id) => Some((object_kind(&page, kind), format!("{id:016x}"))),
            _ => None,
        };
        let older = next.map(|before| match which {
            Which::All => format!("?before={before}"),
            Which::ByStaff(staff) => format!("?staff={staff}&before={before}"),
            Which::About(kind, id) => format!("?kind={kind}&object={id:016x}&before={before}"),
        });
        Self { page, lines, only_staff, only_object, older }
    }

    /// Nothing yet; everything; of one person; about one object.
    pub fn samples(page: &Page) -> Vec<Self> {
        let entry = |action: &str, object_kind: &str, staff: StaffId| NamedAccess {
            access: Access {
                id: AccessId::from_i64(7),
                staff,
                unit: By::COMMAND_LINE.unit,
                at: Timestamp::from_seconds(1_795_435_200),
                action: action.to_owned(),
                object_kind: object_kind.to_owned(),
                object: 0x0123_4567_89ab_cdef,
            },
            login: "wang.wu".to_owned(),
            name: "Wang Wu".to_owned(),
            unit: "Wuhan Tianhe Airport".to_owned(),
        };
        let wang = StaffId::from_i64(3);
        let mut entries: Vec<NamedAccess> =
            ACTIONS.iter().map(|action| entry(action, "application", wang)).collect();
        entries.extend(OBJECTS.iter().map(|kind| entry("open", kind, By::COMMAND_LINE.staff)));
        vec![
            Self::new(page.clone(), &Which::All, &[], None),
            Self::new(page.clone(), &Which::All, &entries, Some(AccessId::from_i64(7))),
            Self::new(page.clone(), &Which::ByStaff(wang), &entries[..2], None),
            Self::new(page.clone(), &Which::About("application".to_owned(), 7), &entries[..2], None),
        ]
    }
}

fn line(page: &Page, entry: &NamedAccess) -> Line {
    let Access { at, staff, unit, action, object_kind: kind, object, .. } = &entry.access;
    let name = match (*staff == By::COMMAND_LINE.staff, entry.name.as_str()) {
        (true, _) => page.t("access-command-line"),
        _ if *staff == By::partner(*unit).staff => page.t("access-partner"),
        (false, "") => staff.to_string(),
        (false, name) => name.to_owned(),
    };
    let known = |word: String, otherwise: &str| {
        if word.starts_with(MISSING) { otherwise.to_owned() } else { word }
    };
    Line {
        at: page.words.date_time(*at),
        staff: staff.to_string(),
        name,
        unit: entry.unit.clone(),
        action: known(page.t(format!("access-action-{}", action.replace('_', "-"))), action),
        kind_name: object_kind(page, kind),
        kind: kind.clone(),
        object: format!("{object:016x}"),
    }
}

fn object_kind(page: &Page, kind: &str) -> String {
    if OBJECTS.contains(&kind) {
        page.t(format!("access-object-{}", kind.replace('_', "-")))
    } else {
        kind.to_owned()
    }
}

/// `GET /audit/accesses?staff=…` or `?kind=…&object=…`, each with `before=…` for older pages.
pub async fn show(
    State(app): State<App>,
    page: Page,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Fields::decode(query.unwrap_or_default().as_bytes());
    let which = which(&query).ok_or(Failure::of(Kind::NOT_FOUND))?;
    let before = match query.get("before") {
        "" => None,
        text => Some(text.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))?),
    };
    let (entries, next) = access::list(Tools::of(&app), &which, before).await?;
    page::show(&AccessesPage::new(page, &which, &entries, next))
}

fn which(query: &Fields) -> Option<Which> {
    match (query.get("staff"), query.get("kind"), query.get("object")) {
        ("", "", "") => Some(Which::All),
        (staff, "", "") => Some(Which::ByStaff(staff.parse().ok()?)),
        ("", kind, object) => {
            let object: domain::Id<()> = object.parse().ok()?;
            let plain = kind.bytes().all(|b| b.is_ascii_lowercase() || b"_-".contains(&b));
            plain.then(|| Which::About(kind.to_owned(), object.as_i64()))
        }
        _ => None,
    }
}
