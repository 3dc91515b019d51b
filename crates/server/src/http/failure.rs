//! What went wrong, in two voices: a kind with public words for whoever asked, and the chain for the log.
//!
//! Use cases have error enums of their own; [`Problem`] says which kind each variant is, and only the
//! kinds below know status codes. The outer layer turns a [`Failure`] into a page or into
//! `application/problem+json` (RFC 9457), adds the trace id and writes the log line.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A kind of failure: a stable code, a status, and locale keys `problem-<code>` for its public words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The stable name; the problem type is `/problems/<code>`.
    pub code: &'static str,
    /// The status code.
    pub status: StatusCode,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $status:ident;)*) => {
        impl Kind {
            $($(#[$doc])* pub const $name: Self = Self { code: $code, status: StatusCode::$status };)*
            /// Every kind: each has its words in every language.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

kinds! {
    /// The request makes no sense as it stands.
    BAD_REQUEST = "bad-request" BAD_REQUEST;
    /// A field or row is wrong; the detail says which and how to mend it.
    INVALID = "invalid" UNPROCESSABLE_ENTITY;
    /// The request is not signed as it must be; the detail says what is wrong.
    SIGNATURE = "signature" UNAUTHORIZED;
    /// No device can be enrolled with this code: nobody is told why.
    ENROLMENT_CODE = "enrolment-code" BAD_REQUEST;
    /// An administrator has withdrawn this device.
    DEVICE_WITHDRAWN = "device-withdrawn" FORBIDDEN;
    /// The holder has not allowed it, or no longer.
    NO_GRANT = "no-grant" FORBIDDEN;
    /// Nobody is signed in.
    SIGN_IN = "sign-in" UNAUTHORIZED;
    /// Signed in, but not for this.
    FORBIDDEN = "forbidden" FORBIDDEN;
    /// The form came from another site, or is older than its session.
    FORGED = "forged" FORBIDDEN;
    /// This phone holds no session.
    NO_SESSION = "no-session" FORBIDDEN;
    /// There is no such thing, or it is not yours to see.
    NOT_FOUND = "not-found" NOT_FOUND;
    /// The path exists, the method does not.
    METHOD = "method" METHOD_NOT_ALLOWED;
    /// Something else happened in between.
    CONFLICT = "conflict" CONFLICT;
    /// The page was of another person than the phone shows now.
    OTHER_PERSON = "other-person" CONFLICT;
    /// No visit is open at this desk: it was ended, or nobody used it for too long.
    NO_VISIT = "no-visit" CONFLICT;
    /// It was there and has ended.
    GONE = "gone" GONE;
    /// The body is larger than the route reads.
    TOO_LARGE = "too-large" PAYLOAD_TOO_LARGE;
    /// The file is of a type that is not taken.
    FILE_TYPE = "file-type" UNSUPPORTED_MEDIA_TYPE;
    /// Too many requests; `Retry-After` says when to come back.
    TOO_MANY = "too-many" TOO_MANY_REQUESTS;
    /// As often as anybody registers in a day.
    VISIT_QUOTA = "visit-quota" TOO_MANY_REQUESTS;
    /// What shows whose visit it is is of another phone, changed or over: the page has to be loaded again.
    TICKET = "ticket" FORBIDDEN;
    /// The location lets only those in whose colour is green.
    ENTRY_RULE = "entry-rule" FORBIDDEN;
    /// No location has this code.
    PLACE_UNKNOWN = "place-unknown" NOT_FOUND;
    /// The poster was replaced, and counts no more.
    PLACE_ENDED = "place-ended" GONE;
    /// The tablet's code was of another day.
    PLACE_STALE = "place-stale" GONE;
    /// The location is not approved.
    PLACE_WAITING = "place-waiting" CONFLICT;
    /// The location is suspended.
    PLACE_SUSPENDED = "place-suspended" CONFLICT;
    /// The location is closed.
    PLACE_CLOSED = "place-closed" GONE;
    /// We are at fault.
    INTERNAL = "internal" INTERNAL_SERVER_ERROR;
    /// Busy, or the database is away; `Retry-After` says when to come back.
    BUSY = "busy" SERVICE_UNAVAILABLE;
    /// The units have given no keys for today: no visit is written without them.
    NO_VISIT_KEYS = "no-visit-keys" SERVICE_UNAVAILABLE;
    /// The answer took too long.
    TIMEOUT = "timeout" SERVICE_UNAVAILABLE;
}

/// Whom a route is for: the words about what was sent are not the same for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// Whoever has an application or a code, and everybody.
    #[default]
    Person,
    /// Members of staff at their work.
    Staff,
    /// An inspector's device.
    Device,
}

impl Audience {
    /// The locale key of a kind's words for them.
    pub fn words(self, kind: &str) -> String {
        let own = match self {
            Self::Person => &[][..],
            Self::Staff => &[
                "sign-in",
                "internal",
                "busy",
                "timeout",
                "too-many",
                "visit-quota",
                "no-visit-keys",
                "place-waiting",
                "place-suspended",
                "place-closed",
            ],
            Self::Device => &["internal", "busy", "timeout", "too-many"],
        };
        let suffix = match self {
            Self::Staff if own.contains(&kind) => "-staff",
            Self::Device if own.contains(&kind) => "-device",
            _ => "",
        };
        format!("problem-{kind}{suffix}")
    }
}

/// An error of a use case that can say what it is to whoever asked.
pub trait Problem: std::error::Error + Send + Sync + 'static {
    /// The kind.
    fn kind(&self) -> Kind;

    /// What to tell a program beside the kind's own words: which field or row, what was expected, how to
    /// mend it. Never personal data. `None` where the kind says it all.
    fn detail(&self) -> Option<String> {
        None
    }
}

/// A failed request, on its way to becoming an answer.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What kind of failure.
    pub kind: Kind,
    /// Public detail (see [`Problem::detail`]).
    pub detail: Option<String>,
    /// For the log only: the chain of errors, without personal data.
    pub internal: Option<String>,
    /// After how many seconds to try again.
    pub retry_after: Option<u64>,
}

impl Failure {
    /// A failure of this kind, with nothing more to say.
    pub const fn of(kind: Kind) -> Self {
        Self { kind, detail: None, internal: None, retry_after: None }
    }

    /// Adds public detail.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says when to come back.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl<E: Problem> From<E> for Failure {
    fn from(error: E) -> Self {
        let kind = error.kind();
        let internal = kind.status.is_server_error().then(|| chain(&error));
        let retry_after = (kind.status == StatusCode::SERVICE_UNAVAILABLE).then_some(5);
        Self { kind, detail: error.detail(), internal, retry_after }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

impl IntoResponse for Failure {
    /// An answer without a body; the outer layer ([`super::trace`]) finds the failure in its extensions and
    /// writes the body in the asker's language and format.
    fn into_response(self) -> Response {
        let mut response = self.kind.status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(axum::http::header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
