//! Responses: classifies them by status, and reads headers and error messages.

use http::{HeaderMap, StatusCode, Uri};

use super::{Client, Fault, GithubError};
use crate::domain::{Timestamp, clean};

/// The prefix of the GraphQL error type for a rate limit: both `RATE_LIMITED` and `RATE_LIMIT` occur.
const LIMIT: &str = "RATE_LIMIT";

/// A response, decompressed and without the token.
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.trim().parse().ok()
    }
}

impl Client {
    /// Converts a response to its content or an error.
    pub(super) fn classify_response<T>(
        &self,
        raw: &Response,
        address: &str,
        asked_for_changes: bool,
        read: &impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<Option<T>, Fault> {
        match raw.status.as_u16() {
            200..=299 if is_used_up(raw) => Err(self.used_up(raw).into()),
            200..=299 => self.content(raw, read).map(Some),
            304 if asked_for_changes => Ok(None),
            304 => Err(GithubError::Unconditional304(self.host()).into()),
            300..=399 => Ok(None),
            401 => Err(self.unauthorized().into()),
            403 | 429 => Err(self.limited(raw)),
            404 => Err(GithubError::NotFound(route_of(address)).into()),
            410 => {
                let is_disabled = error_summary(raw).to_ascii_lowercase().contains("disabled");
                Err(GithubError::Gone { route: route_of(address), is_disabled }.into())
            }
            503 if raw.number("retry-after").is_some() => Err(self.limited(raw)),
            status @ (408 | 500..) => {
                let (host, route) = (self.host(), route_of(address));
                Err(GithubError::Server { host, route, status, why: error_summary(raw) }.into())
            }
            status => Err(GithubError::Refusal { status, why: error_summary(raw) }.into()),
        }
    }

    fn unauthorized(&self) -> GithubError {
        match &self.access.token {
            Some(token) => GithubError::BadToken(token.from),
            None => GithubError::Unauthorized(self.host()),
        }
    }

    fn content<T>(&self, raw: &Response, read: &impl Fn(&[u8]) -> Result<T, String>) -> Result<T, Fault> {
        if raw.body.trim_ascii_start().starts_with(b"<") {
            return Err(GithubError::Html(self.host()).into());
        }
        if raw.body.trim_ascii().is_empty() {
            return Err(self.unreadable("it is empty").into());
        }
        // An invalid character must not lose the whole page.
        let again = |why| repaired(&raw.body).map_or(Err(why), |body| read(&body));
        read(&raw.body).or_else(again).map_err(|why| self.unreadable(&why).into())
    }
}

/// Replaces bytes that are not UTF-8 and escapes of unpaired surrogates; `None` if there are none.
fn repaired(body: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(body);
    let mut whole = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((before, escape)) = rest.split_once('\\') {
        let unit = |at: usize| u16::from_str_radix(escape.get(at..at + 4)?, 16).ok();
        let first = escape.starts_with('u').then(|| unit(1)).flatten();
        let second = first.and_then(|_| escape.get(5..7)).filter(|next| *next == "\\u").and_then(|_| unit(7));
        let (escaped, length) = match (first, second) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (escape.get(..11), 11),
            (Some(0xd800..=0xdfff), _) => (Some("ufffd"), 5),
            (_, _) => {
                let length = escape.chars().next().map_or(0, char::len_utf8);
                (escape.get(..length), length)
            }
        };
        whole.extend([before, "\\", escaped.unwrap_or_default()]);
        rest = escape.get(length..).unwrap_or_default();
    }
    whole.push_str(rest);
    (whole.as_bytes() != body).then(|| whole.into_bytes())
}

/// Whether a GraphQL response with status 200 contains only a rate limit error.
fn is_used_up(raw: &Response) -> bool {
    let names_it = raw.body.windows(LIMIT.len()).any(|part| part == LIMIT.as_bytes());
    let answer = names_it.then(|| serde_json::from_slice::<serde_json::Value>(&raw.body).ok()).flatten();
    answer.is_some_and(|answer| {
        let errors = answer.get("errors").and_then(serde_json::Value::as_array);
        let is_limit = |error: &serde_json::Value| error["type"].as_str().is_some_and(|kind| kind.starts_with(LIMIT));
        !answer.get("data").is_some_and(serde_json::Value::is_object)
            && errors.is_some_and(|errors| errors.iter().any(is_limit))
    })
}

/// Returns the kind of rate limit: GitHub counts searches and GraphQL separately.
pub(crate) fn resource_of(address: &Uri) -> &'static str {
    let path = address.path();
    if path.contains("/search/") {
        "search"
    } else if path.ends_with("/graphql") {
        "graphql"
    } else {
        "core"
    }
}

/// Resolves the target of a redirect, which may be relative to the requested URL (RFC 3986).
pub(crate) fn resolved(from: &str, location: &str) -> Option<String> {
    let base: Uri = from.parse().ok()?;
    let (scheme, host, path) = (base.scheme_str()?, base.authority()?, base.path());
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let has_scheme = location.split(['?', '#']).next().is_some_and(|address| address.contains("://"));
    Some(match location {
        whole if has_scheme => whole.to_owned(),
        host if host.starts_with("//") => format!("{scheme}:{host}"),
        path if path.starts_with('/') => format!("{scheme}://{host}{path}"),
        query if query.starts_with('?') => format!("{scheme}://{host}{path}{query}"),
        name => format!("{scheme}://{host}{folder}/{name}"),
    })
}

/// Returns the path of a URL, for messages.
pub(crate) fn route_of(address: &str) -> String {
    let path = address.parse::<Uri>().map(|uri| uri.path().to_owned()).unwrap_or_default();
    clean::clean_line(path.trim_start_matches('/')).into_owned()
}

/// Returns the message of an error response: from GitHub's JSON, else the text, unless it is a web page.
pub(crate) fn error_summary(raw: &Response) -> String {
    #[derive(serde::Deserialize)]
    struct Said {
        message: String,
    }
    let text = match serde_json::from_slice::<Said>(&raw.body) {
        Ok(said) => said.message,
        Err(_) if raw.body.trim_ascii_start().starts_with(b"<") => return "a web page".to_owned(),
        Err(_) => String::from_utf8_lossy(&raw.body).into_owned(),
    };
    clean::clean_line(text.trim()).chars().take(200).collect()
}

/// Parses the date of a header (RFC 9110, IMF-fixdate).
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    chrono::DateTime::parse_from_rfc2822(text).ok().map(|moment| Timestamp(moment.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_are_resolved_relative_to_the_requested_url() {
        let of = |location: &str| resolved("https://a/repos/x/issues?page=2", location);
        for (location, to) in [
            ("//b/x", "https://b/x"),
            ("/x", "https://a/x"),
            ("y/z", "https://a/repos/x/y/z"),
            ("?page=3", "https://a/repos/x/issues?page=3"),
            ("http://b/x?to=https://c", "http://b/x?to=https://c"),
            ("y?to=https://c", "https://a/repos/x/y?to=https://c"),
        ] {
            assert_eq!(of(location).as_deref(), Some(to), "{location}");
        }
    }

    #[test]
    fn an_unpaired_surrogate_is_replaced() {
        let of = |text: &[u8]| repaired(text).map(|body| String::from_utf8(body).unwrap());
        assert_eq!(of(br#"["A\ud800B"]"#).as_deref(), Some(r#"["A\ufffdB"]"#));
        assert_eq!(of(br#"["\uDC00\ud83d\uDE00"]"#).as_deref(), Some(r#"["\ufffd\ud83d\uDE00"]"#));
        assert_eq!(of(br#"["\ud83d\ud83d\ude00\ud83d"#).as_deref(), Some(r#"["\ufffd\ud83d\ude00\ufffd"#));
        assert_eq!(of(b"[\"a\xffb\"]").as_deref(), Some("[\"a\u{fffd}b\"]"));
        for sound in [r#"["\\ud800"]"#, r#"["\ud83d\ude00 \n\u00e9"]"#, r#"["\\"#, "\\", "\\\u{e9}u12"] {
            assert_eq!(of(sound.as_bytes()), None, "{sound}");
        }
    }
}
