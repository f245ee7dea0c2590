//! Access: the API host, and the token for it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use http::{HeaderValue, Uri};

use super::error::GithubError;
use crate::domain::clean::clean_line;
use crate::sources::programs;

/// The maximum length of a token, in bytes: far longer than any.
const LONGEST_TOKEN: u64 = 1 << 16;
/// The time limit for `gh`.
const GH_LIMIT: Duration = Duration::from_secs(3);

/// The variables with a token for github.com and its tenants.
const PUBLIC_TOKEN: &[&str] = &["GH_TOKEN", "GITHUB_TOKEN"];
/// The variables with a token for another host, the same as for `gh`.
const ENTERPRISE_TOKEN: &[&str] = &["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
/// The variables with a token for an API URL without `GH_HOST`.
const ANY_TOKEN: &[&str] = &["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

/// An API with its web host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// The URL that routes are relative to.
    pub(crate) base: Uri,
    /// The variables that may contain a token for it.
    variables: &'static [&'static str],
    /// The web host without a trailing slash: `https://github.com`.
    pub web: String,
}

impl Api {
    /// Reads `OFFRAMP_API_URL` and `GH_HOST`.
    pub fn of_environment() -> Result<Self, GithubError> {
        let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self::new(set("OFFRAMP_API_URL").as_deref(), set("GH_HOST").as_deref())
    }

    /// Creates an API from its URL and a web host, both optional. The default is github.com.
    pub fn new(address: Option<&str>, host: Option<&str>) -> Result<Self, GithubError> {
        let host = host.map(|host| host.trim().to_ascii_lowercase());
        let host = host.as_deref().map(|host| host.trim_start_matches("https://").trim_end_matches('/'));
        let is_name = |host: &&str| !host.contains(['@', '/']) && host.parse::<http::uri::Authority>().is_ok();
        if let Some(host) = host.filter(|host| !is_name(host)) {
            let why = "it is not the name of a host";
            return Err(GithubError::Address { address: without_user(host), why });
        }
        let web = format!("https://{}", host.unwrap_or("github.com"));
        let own = match host {
            None | Some("github.com") => "https://api.github.com".to_owned(),
            // A tenant of GitHub Enterprise Cloud with data residency.
            Some(host) if host.ends_with(".ghe.com") => format!("https://api.{host}"),
            Some(host) => format!("https://{host}/api/v3"),
        };
        let is_only_address = address.is_some() && host.is_none();
        let address = address.map_or(own.as_str(), |address| address.trim().trim_end_matches('/'));
        let wrong = |why| GithubError::Address { address: without_user(address), why };
        let base: Uri = address.parse().map_err(|_| wrong("it is not an address"))?;
        let authority = base.authority().ok_or_else(|| wrong("it has no host"))?;
        if !matches!(base.scheme_str(), Some("https" | "http")) {
            return Err(wrong("it starts with neither https:// nor http://"));
        }
        if address.contains('@') || base.query().is_some() {
            return Err(wrong("it contains a user or a query"));
        }
        let is_enterprise = base.path().trim_end_matches('/').ends_with("/api/v3");
        let web = if host.is_none() && is_enterprise { format!("https://{authority}") } else { web };
        let mut api = Self { base, variables: ANY_TOKEN, web };
        let named = host.unwrap_or_else(|| api.host());
        if is_public(named) || !is_only_address {
            api.variables = if is_public(named) { PUBLIC_TOKEN } else { ENTERPRISE_TOKEN };
        }
        Ok(api)
    }

    /// Returns the URL without its path.
    pub(crate) fn origin(&self) -> Uri {
        let mut parts = self.base.clone().into_parts();
        parts.path_and_query = Some(http::uri::PathAndQuery::from_static("/"));
        Uri::from_parts(parts).unwrap_or_else(|_| self.base.clone())
    }

    /// Returns host and port of the API, which identify the cache; `github.com` for api.github.com.
    pub fn host(&self) -> &str {
        match self.base.authority().map_or("", http::uri::Authority::as_str) {
            "api.github.com" => "github.com",
            tenant if tenant.ends_with(".ghe.com") => tenant.strip_prefix("api.").unwrap_or(tenant),
            other => other,
        }
    }

    /// Returns the first variable that is searched for a token.
    pub fn token_variable(&self) -> &'static str {
        self.variables.first().copied().unwrap_or_default()
    }

    /// Returns the host of the web pages.
    pub fn web_host(&self) -> &str {
        self.web.split_once("://").map_or(self.web.as_str(), |(_, host)| host)
    }

    /// Returns the URL of a route that starts with a slash.
    pub(crate) fn address(&self, route: &str) -> String {
        format!("{}{route}", self.base.to_string().trim_end_matches('/'))
    }

    /// Returns the URL of GraphQL, which on GitHub Enterprise is a sibling of the REST API.
    pub(crate) fn graphql(&self) -> String {
        let base = self.base.to_string();
        let base = base.trim_end_matches('/');
        format!("{}/graphql", base.strip_suffix("/v3").unwrap_or(base))
    }

    /// Whether a URL has the scheme, host and port of the API.
    pub(crate) fn owns(&self, address: &Uri) -> bool {
        address.authority() == self.base.authority() && address.scheme() == self.base.scheme()
    }

    /// Whether a token may be sent: over https, or to this machine.
    fn is_private(&self) -> bool {
        let host = self.base.host().unwrap_or_default().trim_matches(['[', ']']);
        let is_loopback = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        self.base.scheme_str() == Some("https") || is_loopback
    }
}

/// Whether a host is github.com or one of its tenants, by the same rule as `gh`.
fn is_public(host: &str) -> bool {
    host == "github.com" || host.ends_with(".ghe.com")
}

/// A token. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    secret: String,
    /// Where it comes from: `GH_TOKEN`, `GITHUB_TOKEN` or `gh`.
    pub from: &'static str,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(from {})", self.from)
    }
}

impl Token {
    /// Creates a token, without surrounding whitespace.
    pub fn new(secret: &str, from: &'static str) -> Result<Self, GithubError> {
        let secret = secret.trim();
        let is_sound = !secret.is_empty() && secret.bytes().all(|b| b.is_ascii_graphic());
        is_sound.then(|| Self { secret: secret.to_owned(), from }).ok_or(GithubError::OddToken(from))
    }

    /// Returns its bytes, to remove it from text that must not contain it.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.secret.as_bytes()
    }

    /// Returns the value of the Authorization header, marked as sensitive for logs.
    pub(crate) fn header(&self) -> HeaderValue {
        let value = HeaderValue::from_str(&format!("Bearer {}", self.secret));
        let mut value = value.expect("a token has no characters but those of a header");
        value.set_sensitive(true);
        value
    }
}

/// An API with the token that may be sent to it.
#[derive(Debug, Clone)]
pub struct Access {
    /// The API.
    pub api: Api,
    /// The token, if one may be sent.
    pub token: Option<Token>,
    /// Why an existing token is not sent.
    pub withheld: Option<String>,
}

impl Access {
    /// Finds API and token: `GH_TOKEN`, `GITHUB_TOKEN`, `gh auth token`, none.
    pub async fn of_environment() -> Result<Self, GithubError> {
        let api = Api::of_environment()?;
        let mut token = None;
        for name in api.variables.iter().copied() {
            match std::env::var(name) {
                Ok(secret) if token.is_none() && !secret.trim().is_empty() => token = Some(Token::new(&secret, name)?),
                Ok(_) | Err(_) => {}
            }
        }
        if token.is_none() && api.is_private() {
            token = of_gh(api.host()).await;
        }
        Ok(Self::new(api, token))
    }

    /// Returns the key under which rate limits are stored: `without a token`, or sixteen bits of the token's hash,
    /// which distinguish two tokens without revealing either.
    pub(crate) fn limit_key(&self) -> String {
        use sha2::Digest;
        match &self.token {
            None => "without a token".to_owned(),
            Some(token) => {
                let hash = sha2::Sha256::digest(token.bytes());
                hash.iter().take(2).fold("token ".to_owned(), |key, byte| format!("{key}{byte:02x}"))
            }
        }
    }

    /// Combines an API and a token. The token is withheld if it would be sent unencrypted.
    pub fn new(api: Api, token: Option<Token>) -> Self {
        if api.is_private() {
            return Self { api, token, withheld: None };
        }
        let note = |token: Token| format!("the token of {} is not sent, since {} is plain http", token.from, api.base);
        let withheld = token.map(note);
        Self { api, token: None, withheld }
    }
}

/// Returns a URL without user and password, safe to show.
fn without_user(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let shown = match authority.rsplit_once('@').or_else(|| rest.rsplit_once('@')) {
        Some((user, _)) => rest.replacen(user, "***", 1),
        None => rest.to_owned(),
    };
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    clean_line(&format!("{scheme}{shown}")).into_owned()
}

/// Returns the token of `gh`, run without a shell; `None` on any failure.
async fn of_gh(host: &str) -> Option<Token> {
    let mut command = programs::command("gh");
    command.args(["auth", "token", "--hostname", host]).env("GH_PROMPT_DISABLED", "1");
    // A separate thread, so that the exit of the program does not wait for it.
    let (send, answer) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || send.send(programs::output(command, LONGEST_TOKEN, GH_LIMIT)));
    let secret = answer.await.ok()?.ok()?;
    Token::new(std::str::from_utf8(&secret).ok()?, "gh").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(address: &str) -> Api {
        Api::new(Some(address), None).unwrap()
    }

    #[test]
    fn each_host_has_its_api_and_web_urls() {
        let public = Api::new(None, None).unwrap();
        assert_eq!((public.host(), public.web.as_str()), ("github.com", "https://github.com"));
        assert_eq!(public.graphql(), "https://api.github.com/graphql");
        let own = Api::new(None, Some("github.example.com")).unwrap();
        assert_eq!(own.address("/repos/a/b"), "https://github.example.com/api/v3/repos/a/b");
        assert_eq!(
            (own.graphql().as_str(), own.web_host()),
            ("https://github.example.com/api/graphql", "github.example.com")
        );
        assert_eq!(api("https://github.example.com/api/v3/").web, "https://github.example.com");
        assert_eq!(api("http://127.0.0.1:8080").address("/user"), "http://127.0.0.1:8080/user");
    }

    #[test]
    fn an_invalid_url_is_rejected() {
        for address in ["", "github.com", "ftp://a", "https://me:secret@a", "https://a?b=c"] {
            assert!(matches!(Api::new(Some(address), None), Err(GithubError::Address { .. })), "{address}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        for (address, shown) in [
            ("https://me:secret@a/x", "https://***@a/x"),
            ("https://me:se@cret@a", "https://***@a"),
            ("https://me:secret @a", "https://***@a"),
            ("https://me:se/cret@a", "https://***@a"),
            ("me:secret@a", "***@a"),
        ] {
            let Err(GithubError::Address { address: said, .. }) = Api::new(Some(address), None) else {
                panic!("{address}")
            };
            assert_eq!(said, shown);
            let Err(GithubError::Address { address: said, .. }) = Api::new(None, Some("me:secret@host")) else {
                panic!()
            };
            assert_eq!(said, "***@host");
        }
    }

    #[test]
    fn tokens_of_github_com_are_not_sent_to_other_hosts() {
        let variables = |address, host| Api::new(address, host).unwrap().variables.to_vec();
        assert_eq!(variables(None, None), ["GH_TOKEN", "GITHUB_TOKEN"]);
        assert_eq!(variables(None, Some("acme.ghe.com")), ["GH_TOKEN", "GITHUB_TOKEN"]);
        assert_eq!(variables(None, Some("github.example.com")), ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"]);
        assert_eq!(variables(None, Some("GitHub.com")), ["GH_TOKEN", "GITHUB_TOKEN"]);
        for look_alike in ["evil-ghe.com", "ghe.com", "ghe.com.example.org", "github.com.example.org", "localhost"] {
            assert_eq!(variables(None, Some(look_alike)), ENTERPRISE_TOKEN, "{look_alike}");
        }
        assert_eq!(variables(Some("http://127.0.0.1:1"), None).len(), 4);
        assert_eq!(variables(Some("http://127.0.0.1:1"), Some("github.example.com")), ENTERPRISE_TOKEN);
        assert_eq!(variables(Some("http://127.0.0.1:1"), Some("github.com")), PUBLIC_TOKEN);
        let tenant = Api::new(None, Some("acme.ghe.com")).unwrap();
        assert_eq!((tenant.host(), tenant.graphql()), ("acme.ghe.com", "https://api.acme.ghe.com/graphql".to_owned()));
    }

    #[test]
    fn the_key_of_a_rate_limit_identifies_the_token_without_revealing_it() {
        let key = |secret: Option<&str>| {
            let token = secret.map(|secret| Token::new(secret, "GH_TOKEN").unwrap());
            Access::new(api("https://a"), token).limit_key()
        };
        assert_ne!(key(None), key(Some("one")));
        assert_ne!(key(Some("two")), key(Some("one")));
        assert!(key(Some("one")).len() == 10, "{}", key(Some("one")));
    }

    #[test]
    fn a_token_is_never_sent_unencrypted() {
        let token = || Some(Token::new("secret", "GH_TOKEN").unwrap());
        for (address, sent) in [
            ("https://a.example", true),
            ("http://a.example", false),
            ("http://127.0.0.1:1", true),
            ("http://[::1]:1", true),
            ("http://localhost:1", true),
            ("http://127.0.0.1.example.com", false),
        ] {
            let access = Access::new(api(address), token());
            assert_eq!((access.token.is_some(), access.withheld.is_none()), (sent, sent), "{address}");
        }
    }

    #[test]
    fn a_token_is_never_printed() {
        let access = Access::new(api("https://a"), Some(Token::new(" secret\n", "GH_TOKEN").unwrap()));
        assert!(!format!("{access:?}").contains("secret"));
        assert!(Token::new("a b", "GH_TOKEN").is_err() && Token::new("a\u{7f}", "gh").is_err());
    }

    #[test]
    fn only_urls_with_the_same_scheme_and_host_belong_to_the_api() {
        let api = api("https://api.example:444/v3");
        let owns = |address: &str| api.owns(&address.parse().unwrap());
        assert!(owns("https://api.example:444/other"));
        assert!(
            !owns("http://api.example:444/v3") && !owns("https://api.example/v3") && !owns("https://evil.example:444/")
        );
    }
}
