//! Stands before every handler and enforces what its [`Route`] says: who may use it, from which site, how
//! often, how large a body, how long an answer may take.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;
use domain::partner::Function;

use domain::Role;

use super::cookie::CookieKind;
use super::csrf::{self, CsrfToken};
use super::person::Whose;
use super::route::{Access, Endpoint, Route, Scope, Verb};
use super::session::{Client, Device, Staff, token_hash};
use super::trace::Pattern;
use super::{Audience, Failure, Kind, actors, inspector, limits, partner};
use crate::App;
use crate::visit::ticket::Session;

/// Puts the guard before an endpoint's handler.
pub fn guarded(endpoint: Endpoint, app: &App) -> (Route, MethodRouter<App>) {
    let Endpoint { route, handler } = endpoint;
    let guard = from_fn_with_state((app.clone(), route), enforce);
    (route, handler.layer(guard))
}

async fn enforce(State((app, route)): State<(App, Route)>, mut request: Request, next: Next) -> Response {
    DefaultBodyLimit::max(route.body_limit).apply(&mut request);
    // Admitting a partner reads the body: whoever sends it a byte at a time is cut off like everybody.
    let answered = async {
        let admitted = match route.access {
            // The busiest route of all, which reads nothing: what the others may have to remember while they read is on
            // the heap, so that it is not carried from layer to layer here.
            Access::Ticket => admit_ticket(&app, &mut request),
            _ => Box::pin(admit(&app, &route, &mut request)).await,
        };
        match admitted {
            Err(refusal) => refuse(&route, refusal),
            Ok(()) => next.run(request).await,
        }
    };
    let answer = tokio::time::timeout(Duration::from_secs(route.seconds), answered).await;
    let mut answer = answer.unwrap_or_else(|_| {
        let internal = format!("no answer, or no whole request, within {} s", route.seconds);
        let failure = Failure { internal: Some(internal), ..Failure::of(Kind::TIMEOUT) };
        failure.retry_after(5).into_response()
    });
    answer.extensions_mut().insert(audience(route.access));
    answer.extensions_mut().insert(Pattern(route.path));
    answer
}

/// Whom a refusal speaks to. At a service desk it is a member of staff, whoever the page is about.
const fn audience(access: Access) -> Audience {
    match access {
        Access::Staff(_) | Access::Visit => Audience::Staff,
        Access::InspectorDevice => Audience::Device,
        Access::Everyone | Access::Device | Access::Ticket | Access::Client(_) | Access::Partner(_) => {
            Audience::Person
        }
    }
}

async fn admit(app: &App, route: &Route, request: &mut Request) -> Result<(), Failure> {
    if let Access::Partner(function) = route.access {
        return admit_partner(app, route, request, function).await;
    }
    if route.access == Access::InspectorDevice {
        return admit_inspector_device(app, route, request).await;
    }
    if route.verb == Verb::Post {
        app.limits.write(address(app, request))?;
        if !matches!(route.access, Access::Client(_)) {
            csrf::check_site(request.headers())?;
        }
    }
    match route.access {
        Access::Everyone => {
            greet_device(app, request).await;
            Ok(())
        }
        Access::Device => {
            let (shown, token) =
                device_of(app, request.headers()).await?.ok_or(Failure::of(Kind::NO_SESSION))?;
            let (device, whose) = whom(app, route, request.headers(), shown).await?;
            admit_session(route, request, CsrfToken::of_session(&token).of_person(&whose.tag))?;
            request.extensions_mut().insert(device);
            request.extensions_mut().insert(whose);
            Ok(())
        }
        Access::Staff(roles) => {
            let (staff, token) = staff_of(app, request.headers()).await?.ok_or(Failure::of(Kind::SIGN_IN))?;
            if !staff.may(roles) {
                return Err(Failure::of(Kind::FORBIDDEN));
            }
            admit_session(route, request, CsrfToken::of_session(&token))?;
            request.extensions_mut().insert(staff);
            Ok(())
        }
        Access::Visit => admit_visit(app, route, request).await,
        Access::Client(scope) => {
            let client = client_of(app, request.headers(), scope).await?.ok_or(Failure::of(Kind::SIGN_IN))?;
            request.extensions_mut().insert(client);
            Ok(())
        }
        Access::Partner(_) | Access::InspectorDevice | Access::Ticket => Err(Failure::of(Kind::SIGNATURE)),
    }
}

/// A market shares one address: a ticket's own limits count, and the address only where a ticket is wrong. Nothing is read.
fn admit_ticket(app: &App, request: &mut Request) -> Result<(), Failure> {
    csrf::check_site(request.headers())?;
    let cookie = CookieKind::Device.read(&app.settings, request.headers());
    let session = cookie.map(|value| Session::of_cookie(&value)).ok_or(Failure::of(Kind::NO_SESSION))?;
    request.extensions_mut().insert(session);
    Ok(())
}

/// A partner's millions of people come from few addresses: its own limit counts, and its address only where the
/// signature is wrong, so that nobody makes us check signatures for nothing.
async fn admit_partner(
    app: &App,
    route: &Route,
    request: &mut Request,
    function: Function,
) -> Result<(), Failure> {
    let admitted = partner::admit(app, request, function, route.body_limit).await;
    if admitted.as_ref().is_err_and(|failure| failure.kind == Kind::SIGNATURE) {
        app.limits.write(address(app, request))?;
    }
    request.extensions_mut().insert(admitted?);
    Ok(())
}

/// The devices of one checkpoint share its address: a device's own limit counts, as for partners.
async fn admit_inspector_device(app: &App, route: &Route, request: &mut Request) -> Result<(), Failure> {
    let admitted = inspector::admit(app, request, route.body_limit).await;
    if admitted.as_ref().is_err_and(|failure| failure.kind == Kind::SIGNATURE) {
        app.limits.write(address(app, request))?;
    }
    request.extensions_mut().insert(admitted?);
    Ok(())
}

/// At a service desk the request is about the person whose visit is open there. Its token names the visit, so that a
/// form of the person before is never applied to the next one.
async fn admit_visit(app: &App, route: &Route, request: &mut Request) -> Result<(), Failure> {
    let (staff, token) = staff_of(app, request.headers()).await?.ok_or(Failure::of(Kind::SIGN_IN))?;
    if !staff.may(&[Role::DeskOfficer]) {
        return Err(Failure::of(Kind::FORBIDDEN));
    }
    let (device, whose) = actors::visit(app, &staff).await?.ok_or(Failure::of(Kind::NO_VISIT))?;
    admit_session(route, request, CsrfToken::of_session(&token).of_person(&whose.tag))?;
    request.extensions_mut().insert(device);
    request.extensions_mut().insert(whose);
    request.extensions_mut().insert(staff);
    Ok(())
}

/// Whom a request of a phone is about: the person whom it shows. A script's page goes on showing its own person
/// when another tab, or the phone without a network, has gone over to somebody else: it is served for the person
/// whom its token names, if they are of this phone.
async fn whom(
    app: &App,
    route: &Route,
    headers: &HeaderMap,
    shown: (Device, Whose),
) -> Result<(Device, Whose), Failure> {
    if route.verb != Verb::Post || !route.is_api() {
        return Ok(shown);
    }
    let named = CsrfToken::person_in(csrf::in_header(headers));
    if named == shown.1.tag {
        return Ok(shown);
    }
    actors::person(app, shown.0.phone, &named).await?.ok_or(Failure::of(Kind::OTHER_PERSON))
}

/// Hands the session's token on to the page and to the form extractor. A script's request has no form: its
/// token is checked here.
fn admit_session(route: &Route, request: &mut Request, token: CsrfToken) -> Result<(), Failure> {
    let token = if route.is_of_phone() { token.of_phone() } else { token };
    if route.verb == Verb::Post && route.is_api() {
        token.check(csrf::in_header(request.headers()))?;
    }
    request.extensions_mut().insert(token);
    Ok(())
}

/// Pages for everyone still greet a phone that is known. A stale cookie is no error, nor is a database that is
/// away: what everybody may see never waits for it.
async fn greet_device(app: &App, request: &mut Request) {
    if let Ok(Some(((device, whose), _))) = device_of(app, request.headers()).await {
        request.extensions_mut().insert(device);
        request.extensions_mut().insert(whose);
    }
}

/// What a machine client without a good token is told (RFC 6750, section 3).
const TOKEN_WANTED: &str = "the header Authorization must be \"Bearer\" and the token of a client that may do \
                            this: it is missing, unknown or disabled";

/// A page sends people to where they can sign in or start; a program gets the plain refusal.
fn refuse(route: &Route, refusal: Failure) -> Response {
    let page_read = route.verb == Verb::Get && !route.is_api();
    match (refusal.kind, route.access) {
        (Kind::SIGN_IN, Access::Client(_)) => {
            let mut response = refusal.because(TOKEN_WANTED).into_response();
            let scheme = HeaderValue::from_static("Bearer realm=\"tongxing\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
            response
        }
        (Kind::SIGNATURE, _) => {
            let mut response = refusal.into_response();
            let headers = response.headers_mut();
            headers
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Signature realm=\"tongxing\""));
            headers.insert("accept-signature", HeaderValue::from_static(partner::WANTED));
            response
        }
        (Kind::NO_VISIT, _) => Redirect::to("/desk/ended").into_response(),
        (Kind::SIGN_IN, _) if page_read => Redirect::to("/staff/sign-in").into_response(),
        _ => refusal.into_response(),
    }
}

fn address(app: &App, request: &Request) -> std::net::IpAddr {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)), |info| info.0);
    limits::client_address(&app.settings, request.headers(), peer)
}

async fn device_of(app: &App, headers: &HeaderMap) -> Result<Option<((Device, Whose), String)>, Failure> {
    let Some(token) = CookieKind::Device.read(&app.settings, headers) else { return Ok(None) };
    Ok(actors::phone(app, &token_hash(&token)).await?.map(|shown| (shown, token)))
}

async fn staff_of(app: &App, headers: &HeaderMap) -> Result<Option<(Staff, String)>, Failure> {
    let Some(token) = CookieKind::Staff.read(&app.settings, headers) else { return Ok(None) };
    Ok(actors::staff(app, &token_hash(&token)).await?.map(|staff| (staff, token)))
}

async fn client_of(app: &App, headers: &HeaderMap, scope: Scope) -> Result<Option<Client>, Failure> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    // The scheme's name is the same in capitals and small letters (RFC 9110, section 11.1).
    let token =
        bearer.and_then(|v| v.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"));
    let Some((_, token)) = token else { return Ok(None) };
    Ok(actors::client(app, &token_hash(token.trim()), scope).await?)
}
