//! Client errors, each with its cause and a hint what to do about it.

use crate::domain::Timestamp;
use crate::words::clock;

/// Why a request or a whole sync failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GithubError {
    /// The connection was refused.
    #[error("{0} refuses connections")]
    Refused(String),
    /// The name does not resolve.
    #[error("the name {0} cannot be resolved")]
    Dns(String),
    /// The certificate or the TLS handshake is invalid.
    #[error("no secure connection to {host}: {why}")]
    Tls { host: String, why: String },
    /// The connection ended during the TLS handshake.
    #[error("no secure connection to {host}: {why}")]
    Handshake { host: String, why: String },
    /// The proxy does not connect.
    #[error("the proxy does not connect to {host}: {why}")]
    Proxy { host: String, why: String },
    /// Connecting, the response, or its next bytes took too long; `what` says which.
    #[error("{host} did not answer in time ({what})")]
    Slow { host: String, what: &'static str },
    /// The connection ended in the middle of a response.
    #[error("the connection to {host} broke off: {why}")]
    Broken { host: String, why: String },
    /// A 5xx status, with the start of the response without markup.
    #[error("{host} answers {status} for {route}{}", said(.why))]
    Server { host: String, route: String, status: u16, why: String },
    /// The response is a web page instead of data.
    #[error("{0} answers with a web page instead of data")]
    Html(String),
    /// The response is not JSON, or not the expected JSON.
    #[error("the answer of {host} cannot be read: {why}")]
    Unreadable { host: String, why: String },
    /// The token is wrong or expired.
    #[error("GitHub does not accept the token of {0} (401)")]
    BadToken(&'static str),
    /// The token contains invalid characters.
    #[error("{0} is not a token: it has spaces or other characters that no token has")]
    OddToken(&'static str),
    /// 401 without a token.
    #[error("{0} requires a token (401)")]
    Unauthorized(String),
    /// 403, with the message of GitHub.
    #[error("GitHub denies access (403){}", said(.why))]
    Forbidden { why: String, has_token: bool },
    /// The organization requires single sign-on for the token, at this URL.
    #[error("the organization requires the token to be authorized for single sign-on (403)")]
    SingleSignOn(String),
    /// The organization has an IP allow list.
    #[error("the organization has an IP allow list that this address is not on (403){}", said(.0))]
    IpAllowList(String),
    /// The host only speaks HTTP/2.
    #[error("{0} speaks HTTP/2 only")]
    Http2Only(String),
    /// The response is not HTTP/1.1.
    #[error("{0} does not answer in HTTP/1.1")]
    NotHttp(String),
    /// A list with too many pages.
    #[error("{0} sends an endless list")]
    Endless(String),
    /// A truncated search.
    #[error("GitHub did not return all results of this search: {0}")]
    Incomplete(String),
    /// The primary rate limit, until it is reset.
    #[error("the requests that GitHub allows are used up; more from {}", .until.map_or_else(|| "the next hour".to_owned(), clock))]
    Limit { until: Option<Timestamp>, has_token: bool },
    /// The secondary rate limit, or `Retry-After`.
    #[error("GitHub asks to wait until {}", clock(*.until))]
    Wait { until: Timestamp },
    /// 404.
    #[error("{0} was not found, or is not accessible (404)")]
    NotFound(String),
    /// 410: deleted, or issues are disabled in the repository.
    #[error("{route} {} (410)", if *is_disabled { "has its issues turned off" } else { "was deleted" })]
    Gone { route: String, is_disabled: bool },
    /// 400, 422, 451 and other client errors, with the message of GitHub.
    #[error("GitHub refuses the request ({status}){}", said(.why))]
    Refusal { status: u16, why: String },
    /// 304 to a request without a condition.
    #[error("{0} answered 304 Not Modified to a request without a condition")]
    Unconditional304(String),
    /// A redirect to another host.
    #[error("{from} redirects to {to}, {}", if *has_token { "where the token does not go" } else { "which is not followed" })]
    Elsewhere { from: String, to: String, has_token: bool },
    /// Too many redirects.
    #[error("{0} redirects in a circle")]
    Circle(String),
    /// The time limit of the whole sync.
    #[error("the sync took longer than {0} minutes and was ended")]
    TooLong(u64),
    /// The shorter time limit of a command that can use older data.
    #[error("fetching did not finish within {0} seconds")]
    Patience(u64),
    /// Interrupted by a signal or the user.
    #[error("the sync was interrupted; what was fetched is kept")]
    Interrupted { signal: u8 },
    /// GitHub returned an issue under the name of another repository.
    #[error("GitHub returned {0} instead, without saying whether the repository was renamed")]
    UnknownName(String),
    /// `OFFRAMP_API_URL` or `GH_HOST` is invalid.
    #[error("`{address}` is not an address of an API: {why}")]
    Address { address: String, why: &'static str },
}

fn said(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {why}") }
}

impl GithubError {
    /// Returns what to do about it, in one line.
    pub fn hint(&self) -> String {
        const NETWORK: &str = "check the network; `--offline` answers from what was fetched before";
        match self {
            Self::Refused(_) | Self::Dns(_) => format!("{NETWORK}; OFFRAMP_API_URL and GH_HOST name another host"),
            Self::Tls { .. } => "check the clock and the certificates of this machine; there may be a proxy in between".into(),
            Self::Handshake { .. } => "try again; there may be a proxy or a firewall in between: check HTTPS_PROXY and NO_PROXY".into(),
            Self::Proxy { .. } => "check HTTPS_PROXY and NO_PROXY".into(),
            Self::Slow { .. } | Self::Broken { .. } => format!("try again; {NETWORK}"),
            Self::Server { .. } => "try again later; https://www.githubstatus.com shows whether GitHub has a problem".into(),
            Self::Html(_) | Self::Elsewhere { .. } => "there may be a proxy or a login page in between; open it in a browser, or check HTTPS_PROXY and OFFRAMP_API_URL".into(),
            Self::Unreadable { .. } | Self::Unconditional304(_) | Self::Circle(_) => "try again; if that does not help, check OFFRAMP_API_URL and HTTPS_PROXY".into(),
            Self::BadToken("gh") => "get a new one with `gh auth login`".into(),
            Self::BadToken(from) | Self::OddToken(from) => format!("set {from} to a valid token, or unset it to go without"),
            Self::Unauthorized(_) => "set GH_TOKEN, or run `gh auth login`".into(),
            Self::Forbidden { has_token: false, .. } => "a token may have more access: set GH_TOKEN, or `gh auth login`".into(),
            Self::Forbidden { .. } => "the token may lack permissions: check its scopes and the organization's policies".into(),
            Self::SingleSignOn(url) => format!("open {url} and authorize the token"),
            Self::IpAllowList(_) => "use the organization's network or VPN; `--offline` answers from what was fetched before".into(),
            Self::Http2Only(_) => "use a proxy that speaks HTTP/1.1: set HTTPS_PROXY".into(),
            Self::NotHttp(_) => "check the host, the port and https in OFFRAMP_API_URL; for a host that only speaks HTTP/2, use a proxy: set HTTPS_PROXY".into(),
            Self::Endless(_) => "check OFFRAMP_API_URL; what was fetched is kept".into(),
            Self::UnknownName(_) => "the next sync requests it again; a link by its new name avoids the question".into(),
            Self::Incomplete(_) => "the next sync requests it again; `sync --all` reads everything without searches".into(),
            Self::Limit { has_token: false, .. } => "a token allows 5,000 an hour instead of 60: set GH_TOKEN, or `gh auth login`".into(),
            Self::Limit { .. } | Self::Wait { .. } => "until then, `--offline` answers from what was fetched before".into(),
            Self::Gone { is_disabled: true, .. } => "name a repository that has issues: `repo` of the roadmap, or `-R OWNER/NAME`".into(),
            Self::NotFound(_) | Self::Gone { .. } => "check the name; a private repository needs a token that may read it".into(),
            Self::Refusal { status: 451, .. } => "it is blocked for legal reasons, which nothing here can change; `--offline` answers from what was fetched before".into(),
            Self::Refusal { .. } => "`-v` shows the request; a newer offramp may help".into(),
            Self::Interrupted { .. } => "the next sync continues from there".into(),
            Self::Patience(_) => "what was fetched is kept; `offramp sync` waits longer".into(),
            Self::TooLong(_) => "what was fetched is kept; the next sync continues from there".into(),
            Self::Address { .. } => "OFFRAMP_API_URL is an address such as https://github.example.com/api/v3, GH_HOST a name such as github.example.com".into(),
        }
    }

    /// Whether the token, or its absence, is the cause.
    pub fn is_authentication(&self) -> bool {
        matches!(
            self,
            Self::BadToken(_)
                | Self::OddToken(_)
                | Self::Unauthorized(_)
                | Self::Forbidden { .. }
                | Self::SingleSignOn(_)
                | Self::IpAllowList(_)
        )
    }

    /// Whether an organization's policy is the cause, so that all its issues are affected.
    pub fn is_of_organization(&self) -> bool {
        matches!(self, Self::SingleSignOn(_) | Self::IpAllowList(_))
    }

    /// Whether the settings of the user are the cause.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Address { .. })
    }

    /// Whether the same request may succeed a moment later.
    pub(crate) fn is_worth_a_retry(&self) -> bool {
        // Not after a refused connection or an unknown host: being offline is common, and does not end within a second.
        if let Self::Server { status, .. } = self {
            // "Not implemented" is permanent.
            return *status != 501;
        }
        matches!(self, Self::Slow { .. } | Self::Handshake { .. } | Self::Broken { .. } | Self::Unreadable { .. })
    }

    /// Whether another kind of request for the same facts may still succeed.
    pub(crate) fn leaves_other_ways(&self) -> bool {
        !self.ends_the_sync() || matches!(self, Self::Server { .. } | Self::Html(_))
    }

    /// Whether every further request would fail in the same way. Not for rate limits, which may only concern searches.
    pub(crate) fn is_met_by_all(&self) -> bool {
        !self.leaves_other_ways() && !matches!(self, Self::Limit { .. })
    }

    /// Whether the next request would probably fail as well, so that the sync should end. A server error may concern a
    /// single issue: [`Client::ends_the_sync`](super::Client::ends_the_sync) considers the other requests.
    pub(crate) fn ends_the_sync(&self) -> bool {
        !matches!(
            self,
            Self::NotFound(_)
                | Self::Gone { .. }
                | Self::Refusal { .. }
                | Self::Forbidden { .. }
                | Self::SingleSignOn(_)
                | Self::IpAllowList(_)
                | Self::Unreadable { .. }
                | Self::UnknownName(_)
                | Self::Incomplete(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns an error of each kind and for each hint. Does not compile until a new kind is added here.
    fn all() -> Vec<GithubError> {
        use GithubError::*;
        let (host, why) = (|| "api.github.com".to_owned(), || "why".to_owned());
        let all = vec![
            Refused(host()),
            Dns(host()),
            Tls { host: host(), why: why() },
            Handshake { host: host(), why: why() },
            Proxy { host: host(), why: why() },
            Slow { host: host(), what: "connecting" },
            Broken { host: host(), why: why() },
            Server { host: host(), route: why(), status: 500, why: why() },
            Html(host()),
            Unreadable { host: host(), why: why() },
            BadToken("GH_TOKEN"),
            BadToken("gh"),
            OddToken("GH_TOKEN"),
            Unauthorized(host()),
            Forbidden { why: why(), has_token: false },
            Forbidden { why: why(), has_token: true },
            SingleSignOn("https://github.com/orgs/x/sso".to_owned()),
            IpAllowList(why()),
            Http2Only(host()),
            NotHttp(host()),
            Endless(host()),
            UnknownName(why()),
            Incomplete(why()),
            Limit { until: None, has_token: false },
            Limit { until: Some(Timestamp(0)), has_token: true },
            Wait { until: Timestamp(0) },
            NotFound(why()),
            Gone { route: why(), is_disabled: false },
            Gone { route: why(), is_disabled: true },
            Refusal { status: 422, why: why() },
            Unconditional304(host()),
            Elsewhere { from: host(), to: host(), has_token: true },
            Circle(host()),
            TooLong(10),
            Patience(10),
            Interrupted { signal: 2 },
            Address { address: why(), why: "no host" },
        ];
        for error in &all {
            match error {
                Refused(_) | Dns(_) | Tls { .. } | Handshake { .. } | Proxy { .. } | Slow { .. } | Broken { .. } => {}
                Server { .. } | Html(_) | Unreadable { .. } | BadToken(_) | OddToken(_) | Unauthorized(_) => {}
                Forbidden { .. } | SingleSignOn(_) | IpAllowList(_) | Http2Only(_) | NotHttp(_) | Endless(_) => {}
                Incomplete(_) | Limit { .. } | Wait { .. } | NotFound(_) | Gone { .. } | Refusal { .. } => {}
                Unconditional304(_) | Elsewhere { .. } | Circle(_) | TooLong(_) | Patience(_) | Interrupted { .. } => {}
                UnknownName(_) | Address { .. } => {}
            }
        }
        all
    }

    #[test]
    fn every_error_has_a_one_line_hint() {
        for error in all() {
            let (text, hint) = (error.to_string(), error.hint());
            assert!(!text.is_empty() && !text.contains('\n') && !hint.contains('\n'), "{text}{hint}");
            assert!(hint.len() > 10 && !text.contains(&hint), "{text}: {hint}");
        }
    }

    #[test]
    fn the_hint_fits_the_cause() {
        let disabled = GithubError::Gone { route: "/repos/a/b/issues".to_owned(), is_disabled: true }.hint();
        assert!(disabled.contains("-R") && !disabled.contains("token"), "{disabled}");
        let blocked = GithubError::Refusal { status: 451, why: "DMCA".to_owned() }.hint();
        assert!(blocked.contains("legal") && !blocked.contains("newer"), "{blocked}");
    }
}
