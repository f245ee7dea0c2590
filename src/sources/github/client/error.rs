//! Client errors: what can go wrong between here and GitHub, each with its cause and what to do about it.

use crate::domain::Timestamp;
use crate::words::clock;

/// A request, or a whole sync, that came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GithubError {
    /// Nothing listens there.
    #[error("{0} refuses connections")]
    Refused(String),
    /// The name does not resolve.
    #[error("the name {0} cannot be resolved")]
    Dns(String),
    /// The certificate or the handshake is not what it should be.
    #[error("no secure connection to {host}: {why}")]
    Tls {
        /// The host that was asked.
        host: String,
        /// What the library says.
        why: String,
    },
    /// The connection ended before it was secure.
    #[error("no secure connection to {host}: {why}")]
    Handshake {
        /// The host that was asked.
        host: String,
        /// What the system says.
        why: String,
    },
    /// The proxy of the environment does not let us through.
    #[error("the proxy does not connect to {host}: {why}")]
    Proxy {
        /// The host that was asked.
        host: String,
        /// What the library says.
        why: String,
    },
    /// It takes too long to connect, to answer, or to send the next bytes.
    #[error("{host} did not answer in time ({what})")]
    Slow {
        /// The host that was asked.
        host: String,
        /// Which limit was reached.
        what: &'static str,
    },
    /// The connection ended in the middle of an answer.
    #[error("the connection to {host} broke off: {why}")]
    Broken {
        /// The host that was asked.
        host: String,
        /// What the library says.
        why: String,
    },
    /// GitHub itself has a problem.
    #[error("{host} answers {status} for {route}{}", said(.why))]
    Server {
        /// The host that was asked.
        host: String,
        /// What was asked for.
        route: String,
        /// The status.
        status: u16,
        /// The beginning of the answer, without markup.
        why: String,
    },
    /// A web page came where data was asked for.
    #[error("{0} answers with a web page instead of data")]
    Html(String),
    /// The answer is not JSON, or not the JSON that was asked for.
    #[error("the answer of {host} cannot be read: {why}")]
    Unreadable {
        /// The host that was asked.
        host: String,
        /// Where it fails.
        why: String,
    },
    /// The token is wrong or expired.
    #[error("GitHub does not accept the token of {0} (401)")]
    BadToken(&'static str),
    /// The token has characters that no token has.
    #[error("{0} does not hold a token: it has blanks or other characters that no token has")]
    OddToken(&'static str),
    /// 401, though no token was sent.
    #[error("{0} answers only to those who sign in (401)")]
    Unauthorized(String),
    /// Not for us.
    #[error("GitHub forbids it (403){}", said(.why))]
    Forbidden {
        /// What it says.
        why: String,
        /// Whether a token was sent.
        has_token: bool,
    },
    /// The organization requires single sign-on for the token; where to grant that.
    #[error("the organization wants the token to be authorized for single sign-on (403)")]
    SingleSignOn(String),
    /// The organization lets only some addresses in.
    #[error("the organization has an IP allow list that this address is not on (403){}", said(.0))]
    IpAllowList(String),
    /// The host speaks HTTP/2 only.
    #[error("{0} speaks HTTP/2 only")]
    Http2Only(String),
    /// Something else than HTTP/1.1 comes.
    #[error("{0} does not answer in HTTP/1.1")]
    NotHttp(String),
    /// A list that never ends.
    #[error("{0} sends an endless list")]
    Endless(String),
    /// A search that was cut off.
    #[error("GitHub did not answer this search in full: {0}")]
    Incomplete(String),
    /// The requests of the hour are used up.
    #[error("the requests that GitHub allows are used up; more from {}", .until.map_or_else(|| "the next hour".to_owned(), clock))]
    Limit {
        /// When there are new ones.
        until: Option<Timestamp>,
        /// Whether a token was sent.
        has_token: bool,
    },
    /// Too many requests in a short time.
    #[error("GitHub asks to wait until {}", clock(*.until))]
    Wait {
        /// When to come back.
        until: Timestamp,
    },
    /// 404.
    #[error("{0} was not found, or is not accessible (404)")]
    NotFound(String),
    /// 410.
    #[error("{route} {} (410)", if *is_disabled { "has its issues turned off" } else { "was deleted" })]
    Gone {
        /// What was asked for.
        route: String,
        /// Whether the repository has its issues turned off.
        is_disabled: bool,
    },
    /// 400, 422, 451 and their kin.
    #[error("GitHub refuses the request ({status}){}", said(.why))]
    Refusal {
        /// The status.
        status: u16,
        /// What it says.
        why: String,
    },
    /// "Nothing new", though nothing was known.
    #[error("{0} answered 304 Not Modified to a request without a condition")]
    Unasked304(String),
    /// The answer sends us to another host.
    #[error("{from} redirects to {to}, {}", if *has_token { "where the token does not go" } else { "which is not followed" })]
    Elsewhere {
        /// The host that was asked.
        from: String,
        /// Where it sends us.
        to: String,
        /// Whether a token was sent.
        has_token: bool,
    },
    /// More than five redirects.
    #[error("{0} redirects in a circle")]
    Circle(String),
    /// The whole sync takes too long.
    #[error("the sync took longer than {0} minutes and was ended")]
    TooLong(u64),
    /// A command would have kept the user waiting, who has older data.
    #[error("fetching did not finish within {0} seconds")]
    Patience(u64),
    /// A signal, or the user.
    #[error("the sync was interrupted; what was fetched is kept")]
    Interrupted {
        /// The number of the signal.
        signal: u8,
    },
    /// An issue came under the name of another repository.
    #[error("it came as {0}, and GitHub did not say whether its repository was renamed")]
    UnknownName(String),
    /// The address of the API is not one.
    #[error("`{address}` is not an address of an API: {why}")]
    Address {
        /// What `OFFRAMP_API_URL` or `GH_HOST` says.
        address: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

fn said(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {why}") }
}

impl GithubError {
    /// Says what to do about it, in one line.
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
            Self::Unreadable { .. } | Self::Unasked304(_) | Self::Circle(_) => "try again; if it stays, check OFFRAMP_API_URL and HTTPS_PROXY".into(),
            Self::BadToken("gh") => "`gh auth login` gets a new one".into(),
            Self::BadToken(from) | Self::OddToken(from) => format!("set {from} to a valid token, or unset it to go without"),
            Self::Unauthorized(_) => "set GH_TOKEN, or `gh auth login`".into(),
            Self::Forbidden { has_token: false, .. } => "a token may be allowed more: set GH_TOKEN, or `gh auth login`".into(),
            Self::Forbidden { .. } => "the token may lack rights: check its scopes and the organization's policies".into(),
            Self::SingleSignOn(url) => format!("open {url} and authorize the token"),
            Self::IpAllowList(_) => "use the organization's network or VPN; `--offline` answers from what was fetched before".into(),
            Self::Http2Only(_) => "a proxy that speaks HTTP/1.1 helps: set HTTPS_PROXY".into(),
            Self::NotHttp(_) => "check the host, the port and https in OFFRAMP_API_URL; of a host that speaks HTTP/2 only, a proxy helps: set HTTPS_PROXY".into(),
            Self::Endless(_) => "check OFFRAMP_API_URL; what was fetched is kept".into(),
            Self::UnknownName(_) => "the next sync asks again; a link to its new name needs no answer".into(),
            Self::Incomplete(_) => "the next sync asks again; `sync --all` reads everything without searches".into(),
            Self::Limit { has_token: false, .. } => "a token allows 5,000 an hour instead of 60: set GH_TOKEN, or `gh auth login`".into(),
            Self::Limit { .. } | Self::Wait { .. } => "until then, `--offline` answers from what was fetched before".into(),
            Self::Gone { is_disabled: true, .. } => "name a repository that has issues: `repo` of the roadmap, or `-R OWNER/NAME`".into(),
            Self::NotFound(_) | Self::Gone { .. } => "check the name; a private repository needs a token that may read it".into(),
            Self::Refusal { status: 451, .. } => "it is blocked for legal reasons, which nothing here can change; `--offline` answers from what was fetched before".into(),
            Self::Refusal { .. } => "`-v` shows the request; a newer offramp may know better".into(),
            Self::Interrupted { .. } => "the next sync continues from there".into(),
            Self::Patience(_) => "what was fetched is kept; `offramp sync` waits longer".into(),
            Self::TooLong(_) => "what was fetched is kept; the next sync continues from there".into(),
            Self::Address { .. } => "OFFRAMP_API_URL is an https address such as https://github.example.com/api/v3".into(),
        }
    }

    /// Whether the token is the cause.
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

    /// Whether an organization asks for something that opens all its issues.
    pub fn is_of_organization(&self) -> bool {
        matches!(self, Self::SingleSignOn(_) | Self::IpAllowList(_))
    }

    /// Whether settings of the user are the cause.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Address { .. })
    }

    /// Whether the same request may succeed a moment later.
    pub(crate) fn is_worth_a_retry(&self) -> bool {
        // Connection refused or unknown host: a retry after a second would not help, and offline is common.
        if let Self::Server { status, .. } = self {
            // "Not implemented" is permanent.
            return *status != 501;
        }
        matches!(self, Self::Slow { .. } | Self::Handshake { .. } | Self::Broken { .. } | Self::Unreadable { .. })
    }

    /// Whether another way to ask the same may still succeed: the host is there and lets us in.
    pub(crate) fn leaves_other_ways(&self) -> bool {
        !self.ends_the_sync() || matches!(self, Self::Server { .. } | Self::Html(_))
    }

    /// Whether every further request would meet the same: limits apart, which may be those of searches alone.
    pub(crate) fn is_met_by_all(&self) -> bool {
        !self.leaves_other_ways() && !matches!(self, Self::Limit { .. })
    }

    /// Whether the next request would end alike, so that a sync had better stop. A problem of GitHub's may be one of a single
    /// issue: [`Client::ends_the_sync`](super::Client::ends_the_sync) knows what the other requests met.
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

    /// Returns an error of each kind, and of each hint. A new kind does not compile until it is here.
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
            Unasked304(host()),
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
                Unasked304(_) | Elsewhere { .. } | Circle(_) | TooLong(_) | Patience(_) | Interrupted { .. } => {}
                UnknownName(_) | Address { .. } => {}
            }
        }
        all
    }

    #[test]
    fn every_error_has_a_remedy_and_stays_on_one_line() {
        for error in all() {
            let (text, hint) = (error.to_string(), error.hint());
            assert!(!text.is_empty() && !text.contains('\n') && !hint.contains('\n'), "{text}{hint}");
            assert!(hint.len() > 10 && !text.contains(&hint), "{text}: {hint}");
        }
    }

    #[test]
    fn a_remedy_is_one_for_the_cause() {
        let disabled = GithubError::Gone { route: "/repos/a/b/issues".to_owned(), is_disabled: true }.hint();
        assert!(disabled.contains("-R") && !disabled.contains("token"), "{disabled}");
        let blocked = GithubError::Refusal { status: 451, why: "DMCA".to_owned() }.hint();
        assert!(blocked.contains("legal") && !blocked.contains("newer"), "{blocked}");
    }
}
