//! A route: the only place where a path, who may use it and on which objects stand together.
//!
//! The router, the role matrix (`docs/roles.csv`), the OpenAPI check and the canary crawl are made from the
//! list of routes, so that a route which one of them has forgotten cannot exist.

use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use domain::Role;
use domain::partner::Function;

use crate::App;

/// The method of a route. `GET` never has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Reads.
    Get,
    /// Does something.
    Post,
}

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Everyone,
    /// A phone that holds a device session.
    Device,
    /// Signed-in staff with one of these roles; an empty list means any signed-in member of staff.
    Staff(&'static [Role]),
    /// A signed-in desk officer, while a person's visit is open at their desk.
    Visit,
    /// A phone with the cookie of a device session, which is not looked up: a ticket, bound to it, shows who asks. The
    /// endpoint opens it, and the ticket is what another site's page does not know.
    Ticket,
    /// A machine client of the API whose token has this scope.
    Client(Scope),
    /// A partner that may use this function and has signed the request.
    Partner(Function),
    /// An inspector's device that is enrolled and has signed the request.
    InspectorDevice,
}

/// What a machine client's token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The public-security system: files passports and permit records.
    Filing,
    /// The health authority's system: reads reports of abnormal temperatures.
    Health,
    /// A health authority's system: states facts about people, for its unit.
    Evidence,
}

impl Scope {
    /// Each.
    pub const ALL: [Self; 3] = [Self::Filing, Self::Health, Self::Evidence];

    /// The name that the database and the command line use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Filing => "filing",
            Self::Health => "health",
            Self::Evidence => "evidence",
        }
    }

    /// The scope of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// Which objects of a kind an allowed actor may reach through the route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// Only what belongs to the phone's own session.
    OwnSession,
    /// Only the people of the phone, whichever of them it shows.
    OwnPhone,
    /// Only what belongs to the person whose visit is open at this desk.
    OwnVisit,
    /// Only what this member of staff has claimed.
    OwnClaim,
    /// Only what the member of staff's own unit takes part in.
    OwnUnit,
    /// Only what this member of staff asked for themselves.
    OwnOrder,
    /// Only the signed-in person's own account.
    OwnAccount,
    /// Only what belongs to the device that asks.
    OwnDevice,
    /// Only what the holder has granted this partner.
    OwnGrant,
    /// Only the locations that this member of staff manages; an administrator's are those of checkpoints.
    OwnLocation,
    /// Any object of the kind.
    Any,
}

/// A path with its method, access and objects.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The method.
    pub verb: Verb,
    /// The path as axum writes it: `/review/{id}`.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// Which objects it reaches.
    pub objects: &'static [Object],
    /// The largest body that is read, in bytes.
    pub body_limit: usize,
    /// Whether the body is a form with a file in it (`multipart/form-data`).
    pub multipart: bool,
    /// How many seconds an answer may take.
    pub seconds: u64,
}

const FORM_LIMIT: usize = 64 * 1024;
const ANSWER_SECONDS: u64 = 10;

impl Route {
    /// A route that reads.
    pub const fn get(path: &'static str, access: Access) -> Self {
        Self::of(Verb::Get, path, access)
    }

    /// A route that does something.
    pub const fn post(path: &'static str, access: Access) -> Self {
        Self::of(Verb::Post, path, access)
    }

    const fn of(verb: Verb, path: &'static str, access: Access) -> Self {
        let (body_limit, seconds) = (FORM_LIMIT, ANSWER_SECONDS);
        Self { verb, path, access, objects: &[], body_limit, multipart: false, seconds }
    }

    /// Says which objects the route reaches.
    #[must_use]
    pub const fn objects(mut self, objects: &'static [Object]) -> Self {
        self.objects = objects;
        self
    }

    /// Allows a larger body, and the time to send it.
    #[must_use]
    pub const fn larger(mut self, bytes: usize, seconds: u64) -> Self {
        self.body_limit = bytes;
        self.seconds = seconds;
        self
    }

    /// Takes a form with a file of at most this size in it.
    #[must_use]
    pub const fn upload(self, bytes: usize, seconds: u64) -> Self {
        let mut route = self.larger(bytes, seconds);
        route.multipart = true;
        route
    }

    /// Whether the route is about the phone, and not about the person whom it shows.
    pub fn is_of_phone(&self) -> bool {
        self.objects.contains(&Object::OwnPhone)
    }

    /// Whether answers are for programs (JSON) rather than for people (HTML).
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
}

/// A route and the handler that answers it.
pub struct Endpoint {
    /// The route.
    pub route: Route,
    /// Its handler.
    pub handler: MethodRouter<App>,
}

impl Endpoint {
    /// Joins a route and its handler.
    pub fn new<H, T>(route: Route, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let handler = match route.verb {
            Verb::Get => get(handler),
            Verb::Post => post(handler),
        };
        Self { route, handler }
    }
}
