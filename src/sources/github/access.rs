//! Which GitHub is asked, and with which token.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use http::Uri;

use super::Trouble;
use crate::domain::clean::clean_line;
use crate::sources::programs;

/// Far more than any token has, in bytes.
const LONGEST_TOKEN: u64 = 1 << 16;
/// How long `gh` may take to answer.
const GH_LIMIT: Duration = Duration::from_secs(3);

/// The API to ask, and the web pages that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    base: Uri,
    /// The web host without a slash at the end: `https://github.com`.
    pub web: String,
}

impl Api {
    /// Reads `OFFRAMP_API_URL` and `GH_HOST`.
    pub fn of_environment() -> Result<Self, Trouble> {
        let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self::new(set("OFFRAMP_API_URL").as_deref(), set("GH_HOST").as_deref())
    }

    /// Takes the address of an API and a web host; without either it is github.com.
    pub fn new(address: Option<&str>, host: Option<&str>) -> Result<Self, Trouble> {
        let host = host.map(|host| host.trim().trim_start_matches("https://").trim_end_matches('/'));
        let is_name = |host: &&str| !host.contains(['@', '/']) && host.parse::<http::uri::Authority>().is_ok();
        if let Some(host) = host.filter(|host| !is_name(host)) {
            let why = "GH_HOST is a name such as github.example.com, or one with a port";
            return Err(Trouble::Address { address: clean_line(host).into_owned(), why });
        }
        let web = format!("https://{}", host.unwrap_or("github.com"));
        let own = match host {
            None | Some("github.com") => "https://api.github.com".to_owned(),
            Some(host) => format!("https://{host}/api/v3"),
        };
        let address = address.map_or(own.as_str(), |address| address.trim().trim_end_matches('/'));
        let wrong = |why| Trouble::Address { address: address.to_owned(), why };
        let base: Uri = address.parse().map_err(|_| wrong("it is not an address"))?;
        let authority = base.authority().ok_or_else(|| wrong("it has no host"))?;
        if !matches!(base.scheme_str(), Some("https" | "http")) {
            return Err(wrong("it begins neither with https:// nor with http://"));
        }
        if authority.as_str().contains('@') || base.query().is_some() {
            return Err(wrong("it holds a user or a query"));
        }
        let is_enterprise = base.path().trim_end_matches('/').ends_with("/api/v3");
        let web = if host.is_none() && is_enterprise { format!("https://{authority}") } else { web };
        Ok(Self { base, web })
    }

    /// Returns the address that routes are relative to.
    pub(super) fn base(&self) -> &Uri {
        &self.base
    }

    /// Returns the address of the host alone.
    pub(super) fn origin(&self) -> Uri {
        let mut parts = self.base.clone().into_parts();
        parts.path_and_query = Some(http::uri::PathAndQuery::from_static("/"));
        Uri::from_parts(parts).unwrap_or_else(|_| self.base.clone())
    }

    /// Returns host and port of the API, which name the cache; `github.com` for github.com.
    pub fn host(&self) -> &str {
        match self.base.authority().map_or("", http::uri::Authority::as_str) {
            "api.github.com" => "github.com",
            other => other,
        }
    }

    /// Returns the host of the web pages.
    pub fn web_host(&self) -> &str {
        self.web.split_once("://").map_or(self.web.as_str(), |(_, host)| host)
    }

    /// Returns the full address of a route that begins with a slash.
    pub(super) fn address(&self, route: &str) -> String {
        format!("{}{route}", self.base.to_string().trim_end_matches('/'))
    }

    /// Returns the address for GraphQL, which on GitHub Enterprise stands beside the REST API.
    pub(super) fn graphql(&self) -> String {
        let base = self.base.to_string();
        let base = base.trim_end_matches('/');
        format!("{}/graphql", base.strip_suffix("/v3").unwrap_or(base))
    }

    /// Tells whether an address lies on the API's own host, by the same scheme.
    pub(super) fn owns(&self, address: &Uri) -> bool {
        address.authority() == self.base.authority() && address.scheme() == self.base.scheme()
    }

    /// Tells whether a token is safe there: over https, or on this very machine.
    fn is_private(&self) -> bool {
        let host = self.base.host().unwrap_or_default().trim_matches(['[', ']']);
        let is_loopback = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        self.base.scheme_str() == Some("https") || is_loopback
    }
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
    pub fn new(secret: &str, from: &'static str) -> Result<Self, Trouble> {
        let secret = secret.trim();
        let is_sound = !secret.is_empty() && secret.bytes().all(|b| b.is_ascii_graphic());
        is_sound.then(|| Self { secret: secret.to_owned(), from }).ok_or(Trouble::OddToken(from))
    }

    /// Returns the value of the header that carries it.
    pub(super) fn header(&self) -> String {
        format!("Bearer {}", self.secret)
    }
}

/// Who asks, and whom.
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
    pub async fn of_environment() -> Result<Self, Trouble> {
        let api = Api::of_environment()?;
        let mut token = None;
        for name in ["GH_TOKEN", "GITHUB_TOKEN"] {
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

/// Asks the `gh` of the user, without a shell; whatever goes wrong means that there is no token.
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
            assert!(matches!(Api::new(Some(address), None), Err(Trouble::Address { .. })), "{address}");
        }
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
