//! The signature base (RFC 9421 section 2.5): what was signed, built from what arrived.

use sfv::{InnerList, ListEntry, ListSerializer};

use crate::SignatureError;

/// The name of a covered component. Components with parameters are not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component(pub(crate) String);

impl Component {
    /// The name: of a header, or of a derived component with its `@`.
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// A request as it arrived, beside its body.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// Where this service is reached: `https://code.example`, without a trailing slash. What a proxy in front calls
    /// the machine does not matter, and a request that was signed for another service does not count here.
    pub origin: &'a str,
    /// The path, not decoded.
    pub path: &'a str,
    /// What stands after `?`, if there is one.
    pub query: Option<&'a str>,
    /// The headers, in their order; names in small letters.
    pub headers: &'a [(&'a str, &'a [u8])],
}

impl Request<'_> {
    /// The lines of a header, joined as section 2.1 says; `None` if there is none, or one is not visible ASCII.
    pub fn header(&self, name: &str) -> Option<String> {
        let mut joined: Option<String> = None;
        for (_, line) in self.headers.iter().filter(|(n, _)| *n == name) {
            let plain = line.iter().all(|b| b.is_ascii_graphic() || matches!(b, b' ' | b'\t'));
            let line = std::str::from_utf8(line).ok().filter(|_| plain)?.trim();
            joined = Some(match joined {
                Some(before) => format!("{before}, {line}"),
                None => line.to_owned(),
            });
        }
        joined
    }

    fn path_and_query(&self) -> String {
        let path = if self.path.is_empty() { "/" } else { self.path };
        self.query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
    }

    /// The host, in small letters, without the scheme's own port (section 2.2.3).
    fn authority(&self) -> String {
        let (scheme, rest) = self.origin.split_once("://").unwrap_or(("https", self.origin));
        let own = if scheme == "http" { ":80" } else { ":443" };
        let authority = rest.to_ascii_lowercase();
        authority.strip_suffix(own).map_or_else(|| authority.clone(), str::to_owned)
    }
}

/// The value of a component of a request.
pub fn value(request: &Request<'_>, component: &Component) -> Result<String, SignatureError> {
    Ok(match component.name() {
        "@method" => request.method.to_owned(),
        "@target-uri" => format!("{}{}", request.origin, request.path_and_query()),
        "@authority" => request.authority(),
        "@scheme" => request.origin.split_once("://").map_or("https", |(scheme, _)| scheme).to_owned(),
        "@request-target" => request.path_and_query(),
        "@path" => if request.path.is_empty() { "/" } else { request.path }.to_owned(),
        "@query" => format!("?{}", request.query.unwrap_or_default()),
        derived if derived.starts_with('@') => return Err(SignatureError::UnknownComponent),
        header => request.header(header).ok_or(SignatureError::AbsentComponent)?,
    })
}

/// The base of these components, each with its value, closed by the line of the parameters.
pub fn base(
    covered: &[Component],
    list: &InnerList,
    value: impl Fn(&Component) -> Result<String, SignatureError>,
) -> Result<String, SignatureError> {
    let mut base = String::new();
    for component in covered {
        base.extend(["\"", component.name(), "\": ", &value(component)?, "\n"]);
    }
    base.extend(["\"@signature-params\": ", &parameters(list)]);
    Ok(base)
}

/// The list and its parameters, written as section 2.3 says: strictly, whatever white space was sent.
fn parameters(list: &InnerList) -> String {
    let mut written = ListSerializer::new();
    written.members([&ListEntry::InnerList(list.clone())]);
    written.finish().unwrap_or_default()
}
