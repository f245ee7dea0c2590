//! Access: the host of the API, and the token for it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use http::{HeaderValue, Uri};

use super::error::GithubError;
use crate::domain::clean::clean_line;
use crate::sources::programs;

/// Far more than any token has, in bytes.
const LONGEST_TOKEN: u64 = 1 << 16;
/// How long `gh` may take to answer.
const GH_LIMIT: Duration = Duration::from_secs(3);

/// The variables that hold a token for github.com and its tenants.
const PUBLIC_TOKEN: &[&str] = &["GH_TOKEN", "GITHUB_TOKEN"];
/// The variables that hold a token for another host; `gh` has the same.
const ENTERPRISE_TOKEN: &[&str] = &["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
/// The variables that hold a token for an address without a name.
const ANY_TOKEN: &[&str] = &["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

/// The API to ask, and the web pages that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    base: Uri,
    /// The variables that may hold a token for it.
    variables: &'static [&'static str],
    /// The web host without a slash at the end: `https://github.com`.
    pub web: String,
}

impl Api {
    /// Reads `OFFRAMP_API_URL` and `GH_HOST`.
    pub fn of_environment() -> Result<Self, GithubError> {
        let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self::new(set("OFFRAMP_API_URL").as_deref(), set("GH_HOST").as_deref())
    }

    /// Takes the address of an API and a web host; without either it is github.com.
    pub fn new(address: Option<&str>, host: Option<&str>) -> Result<Self, GithubError> {
        let host = host.map(|host| host.trim().to_ascii_lowercase());
        let host = host.as_deref().map(|host| host.trim_start_matches("https://").trim_end_matches('/'));
        let is_name = |host: &&str| !host.contains(['@', '/']) && host.parse::<http::uri::Authority>().is_ok();
        if let Some(host) = host.filter(|host| !is_name(host)) {
            let why = "GH_HOST is a name such as github.example.com, or one with a port";
            return Err(GithubError::Address { address: without_user(host), why });
        }
        let web = format!("https://{}", host.unwrap_or("github.com"));
        let own = match host {
            None | Some("github.com") => "https://api.github.com".to_owned(),
            // Tenants of GitHub Enterprise Cloud with data residency.
            Some(host) if host.ends_with(".ghe.com") => format!("https://api.{host}"),
            Some(host) => format!("https://{host}/api/v3"),
        };
        let is_only_address = address.is_some() && host.is_none();
        let address = address.map_or(own.as_str(), |address| address.trim().trim_end_matches('/'));
        let wrong = |why| GithubError::Address { address: without_user(address), why };
        let base: Uri = address.parse().map_err(|_| wrong("it is not an address"))?;
        let authority = base.authority().ok_or_else(|| wrong("it has no host"))?;
        if !matches!(base.scheme_str(), Some("https" | "http")) {
            return Err(wrong("it begins neither with https:// nor with http://"));
        }
        if address.contains('@') || base.query().is_some() {
            return Err(wrong("it holds a user or a query"));
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

    /// Returns the address that routes are relative to.
    pub(crate) fn base(&self) -> &Uri {
        &self.base
    }

    /// Returns the address of the host alone.
    pub(crate) fn origin(&self) -> Uri {
        let mut parts = self.base.clone().into_parts();
        parts.path_and_query = Some(http::uri::PathAndQuery::from_static("/"));
        Uri::from_parts(parts).unwrap_or_else(|_| self.base.clone())
    }

    /// Returns host and port of the API, which name the cache; `github.com` for github.com.
    pub fn host(&self) -> &str {
        match self.base.authority().map_or("", http::uri::Authority::as_str) {
            "api.github.com" => "github.com",
            tenant if tenant.ends_with(".ghe.com") => tenant.strip_prefix("api.").unwrap_or(tenant),
            other => other,
        }
    }

    /// Returns the first variable in which a token for it is looked for.
    pub fn token_variable(&self) -> &'static str {
        self.variables.first().copied().unwrap_or_default()
    }

    /// Returns the host of the web pages.
    pub fn web_host(&self) -> &str {
        self.web.split_once("://").map_or(self.web.as_str(), |(_, host)| host)
    }

    /// Returns the full address of a route that begins with a slash.
    pub(crate) fn address(&self, route: &str) -> String {
        format!("{}{route}", self.base.to_string().trim_end_matches('/'))
    }

    /// Returns the address for GraphQL, which on GitHub Enterprise is a sibling of the REST API.
    pub(crate) fn graphql(&self) -> String {
        let base = self.base.to_string();
        let base = base.trim_end_matches('/');
        format!("{}/graphql", base.strip_suffix("/v3").unwrap_or(base))
    }

    /// Whether an address lies on the API's own host, by the same scheme.
    pub(crate) fn owns(&self, address: &Uri) -> bool {
        address.authority() == self.base.authority() && address.scheme() == self.base.scheme()
    }

    /// Whether a token is safe there: over https, or on this very machine.
    fn is_private(&self) -> bool {
        let host = self.base.host().unwrap_or_default().trim_matches(['[', ']']);
        let is_loopback = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        self.base.scheme_str() == Some("https") || is_loopback
    }
}

/// Tells whether a host is github.com or one of its tenants, as `gh` does.
fn is_public(host: &str) -> bool {
    host == "github.com" || host.ends_with(".ghe.com")
}

/// A token; never printed.
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
    /// Takes a token; blanks around it are dropped.
    pub fn new(secret: &str, from: &'static str) -> Result<Self, GithubError> {
        let secret = secret.trim();
        let is_sound = !secret.is_empty() && secret.bytes().all(|b| b.is_ascii_graphic());
        is_sound.then(|| Self { secret: secret.to_owned(), from }).ok_or(GithubError::OddToken(from))
    }

    /// Returns its bytes, to find it in text that must not contain it.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.secret.as_bytes()
    }

    /// Returns the value of the header that carries it, which no log shows.
    pub(crate) fn header(&self) -> HeaderValue {
        let value = HeaderValue::from_str(&format!("Bearer {}", self.secret));
        let mut value = value.expect("a token has no characters but those of a header");
        value.set_sensitive(true);
        value
    }
}

/// An API, and the token that may be sent to it.
#[derive(Debug, Clone)]
pub struct Access {
    /// The API.
    pub api: Api,
    /// The token, where there is one that may be sent to it.
    pub token: Option<Token>,
    /// Why a token that is there is not sent.
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

    /// Returns the key under which limits are kept: without a token, or by sixteen bits of its hash, which distinguish two
    /// tokens and reveal neither.
    pub(crate) fn limit_key(&self) -> String {
        use sha2::Digest;
        match &self.token {
            None => "without a token".to_owned(),
            Some(token) => {
                let hash = sha2::Sha256::digest(token.bytes());
                let [first, second, ..] = hash.as_slice() else { return "token".to_owned() };
                format!("token {first:02x}{second:02x}")
            }
        }
    }

    /// Joins an API and a token; one that would travel in the clear stays here.
    pub fn new(api: Api, token: Option<Token>) -> Self {
        if api.is_private() {
            return Self { api, token, withheld: None };
        }
        let note = |token: Token| format!("the token of {} is not sent, since {} is plain http", token.from, api.base);
        let withheld = token.map(note);
        Self { api, token: None, withheld }
    }
}

/// Returns an address without user and password, as it can be shown.
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

/// Asks the `gh` of the user, without a shell; any failure means that there is no token.
async fn of_gh(host: &str) -> Option<Token> {
    let mut command = programs::command("gh");
    command.args(["auth", "token", "--hostname", host]).env("GH_PROMPT_DISABLED", "1");
    // A thread of its own: the end of the program does not wait for it.
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
    fn hosts_have_their_api_and_their_pages() {
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
    fn what_is_no_address_is_refused() {
        for address in ["", "github.com", "ftp://a", "https://me:secret@a", "https://a?b=c"] {
            assert!(matches!(Api::new(Some(address), None), Err(GithubError::Address { .. })), "{address}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_shown() {
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
    fn the_tokens_of_github_com_are_for_no_other_host_that_is_only_named() {
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
    fn a_limit_belongs_to_the_token_that_met_it_and_does_not_hold_it() {
        let key = |secret: Option<&str>| {
            let token = secret.map(|secret| Token::new(secret, "GH_TOKEN").unwrap());
            Access::new(api("https://a"), token).limit_key()
        };
        assert_ne!(key(None), key(Some("one")));
        assert_ne!(key(Some("two")), key(Some("one")));
        assert!(key(Some("one")).len() == 10, "{}", key(Some("one")));
    }

    #[test]
    fn a_token_never_travels_in_the_clear() {
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
    fn only_the_same_scheme_and_host_is_ours() {
        let api = api("https://api.example:444/v3");
        let owns = |address: &str| api.owns(&address.parse().unwrap());
        assert!(owns("https://api.example:444/other"));
        assert!(
            !owns("http://api.example:444/v3") && !owns("https://api.example/v3") && !owns("https://evil.example:444/")
        );
    }
}
