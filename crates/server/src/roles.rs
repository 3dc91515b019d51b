//! The table of roles and routes (`docs/roles.csv`), made from the list of routes: one line for each, with
//! what every kind of asker gets. The role matrix test asks the running router and must see the same.

use std::fmt::Write as _;

use domain::Role;

use crate::http::route::{Access, Object, Route, Scope, Verb};

/// Who may stand before a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Somebody without any session.
    Nobody,
    /// A phone with a session.
    Phone,
    /// A member of staff with this role alone.
    Staff(Role),
    /// A machine client with the filing scope.
    Client,
    /// A machine client with the health scope.
    HealthClient,
    /// A machine client with the evidence scope.
    EvidenceClient,
    /// A partner with every function, whose requests are signed.
    Partner,
    /// An inspector's device, whose requests are signed.
    InspectorDevice,
}

impl Asker {
    /// Every kind of asker, in the order of the columns.
    pub const ALL: [Self; 15] = [
        Self::Nobody,
        Self::Phone,
        Self::Staff(Role::FilingOfficer),
        Self::Staff(Role::DeskOfficer),
        Self::Staff(Role::Reviewer),
        Self::Staff(Role::Inspector),
        Self::Staff(Role::LocationManager),
        Self::Staff(Role::HealthOfficer),
        Self::Staff(Role::Administrator),
        Self::Staff(Role::Auditor),
        Self::Client,
        Self::HealthClient,
        Self::EvidenceClient,
        Self::Partner,
        Self::InspectorDevice,
    ];

    /// The name of the column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Phone => "phone",
            Self::Staff(role) => role.as_str(),
            Self::Client => "machine_client",
            Self::HealthClient => "health_client",
            Self::EvidenceClient => "evidence_client",
            Self::Partner => "partner",
            Self::InspectorDevice => "inspector_device",
        }
    }
}

/// What an asker gets at a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The handler runs.
    Admitted,
    /// Asked to sign in: 401, or the way to the sign-in page.
    SignIn,
    /// Refused: 403.
    Refused,
}

impl Outcome {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admitted => "yes",
            Self::SignIn => "sign in",
            Self::Refused => "no",
        }
    }
}

/// What the route says about this asker.
pub fn expected(access: Access, asker: Asker) -> Outcome {
    match (access, asker) {
        (Access::Everyone, _)
        | (Access::Device | Access::Ticket, Asker::Phone)
        | (Access::Visit, Asker::Staff(Role::DeskOfficer))
        | (Access::Client(Scope::Filing), Asker::Client)
        | (Access::Client(Scope::Health), Asker::HealthClient)
        | (Access::Client(Scope::Evidence), Asker::EvidenceClient)
        | (Access::Partner(_), Asker::Partner)
        | (Access::InspectorDevice, Asker::InspectorDevice) => Outcome::Admitted,
        (Access::Device | Access::Ticket, _) | (Access::Visit, Asker::Staff(_)) => Outcome::Refused,
        (Access::Staff(roles), Asker::Staff(role)) => {
            if roles.is_empty() || roles.contains(&role) {
                Outcome::Admitted
            } else {
                Outcome::Refused
            }
        }
        (
            Access::Staff(_)
            | Access::Visit
            | Access::Client(_)
            | Access::Partner(_)
            | Access::InspectorDevice,
            _,
        ) => Outcome::SignIn,
    }
}

/// The table of these routes, with `outcome` in each field.
pub fn table(routes: &[Route], outcome: impl Fn(&Route, Asker) -> Outcome) -> String {
    let mut text = String::from("method,path");
    for asker in Asker::ALL {
        let _ = write!(text, ",{}", asker.as_str());
    }
    text.push_str(",objects\n");
    let mut routes = routes.to_vec();
    routes.sort_by_key(|route| (route.path, route.verb));
    for route in &routes {
        let _ = write!(text, "{},{}", method(route.verb), route.path);
        for asker in Asker::ALL {
            let _ = write!(text, ",{}", outcome(route, asker).as_str());
        }
        let objects: Vec<&str> = route.objects.iter().map(|object| object_name(*object)).collect();
        let _ = writeln!(text, ",{}", objects.join(" "));
    }
    text
}

/// The method's name.
pub const fn method(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    }
}

const fn object_name(object: Object) -> &'static str {
    match object {
        Object::OwnSession => "own session",
        Object::OwnPhone => "own phone",
        Object::OwnVisit => "own visit",
        Object::OwnClaim => "own claim",
        Object::OwnUnit => "own unit",
        Object::OwnOrder => "own order",
        Object::OwnAccount => "own account",
        Object::OwnDevice => "own device",
        Object::OwnGrant => "own grant",
        Object::OwnLocation => "own location",
        Object::Any => "any",
    }
}
