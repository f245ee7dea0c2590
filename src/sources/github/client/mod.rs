//! The GitHub client: sends single requests, with retries, limits and errors.

mod access;
mod diagnosis;
mod error;
mod link;
mod policy;
mod response;
mod secret;
mod transport;
mod window;

use std::io::Read;
use std::sync::Mutex;
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, USER_AGENT};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::BodyExt;
use octocrab::{OctoBody, Octocrab};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

pub(crate) use window::{Closed, ClosedBy, Meter};

pub use access::{Access, Api, Token};
pub use error::GithubError;
pub use policy::Policy;

use crate::domain::{Timestamp, clean};
use diagnosis::{diagnose, innermost};
use response::{Response, http_date, resolved, resource_of};

/// The maximum size of a response: larger than any page of GitHub.
const MAX_BYTES: usize = 64 << 20;

const MAX_REDIRECTS: u32 = 5;

/// After this many server errors in a row, all requests are assumed to fail.
const MAX_SERVER_ERRORS: u32 = 3;

/// A client for one sync.
pub(crate) struct Client {
    octocrab: Octocrab,
    pub(crate) access: Access,
    pub(crate) policy: Policy,
    deadline: Instant,
    now: Timestamp,
    start: Instant,
    meter: Mutex<Meter>,
    /// Limits the number of concurrent requests.
    permits: Semaphore,
    /// Held by the first request, which is sent alone.
    first: tokio::sync::Mutex<()>,
}

/// A successful response.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    /// `None` if not modified.
    pub(crate) content: Option<T>,
    pub(crate) etag: Option<String>,
    /// The URL of the next page.
    pub(crate) next: Option<String>,
    /// The approximate number of pages.
    pub(crate) pages: Option<u32>,
    /// The time on GitHub's clock.
    pub(crate) date: Option<Timestamp>,
    /// The new URL, after a permanent redirect.
    pub(crate) moved: Option<String>,
}

impl Client {
    pub(crate) fn new(access: Access, policy: Policy, now: Timestamp, closed: Option<Closed>) -> Self {
        let octocrab = transport::client(&access, &policy);
        let start = Instant::now();
        let closed = closed
            .filter(|closed| closed.until > now && closed.until.0 - now.0 <= window::LONGEST)
            .map(|closed| ("core".to_owned(), closed))
            .into_iter()
            .collect();
        let meter = Mutex::new(Meter { closed, ..Meter::default() });
        let permits = Semaphore::new(policy.at_once);
        let (deadline, first) = (start + policy.total, tokio::sync::Mutex::default());
        Self { octocrab, access, policy, deadline, now, start, meter, permits, first }
    }

    fn clock(&self) -> Timestamp {
        Timestamp(self.now.0 + self.start.elapsed().as_secs() as i64)
    }

    fn host(&self) -> String {
        self.access.api.base.authority().map_or_else(String::new, ToString::to_string)
    }

    /// Fetches a route or a URL on the API's host; with an `ETag`, only if it changed.
    pub(crate) async fn get<T>(
        &self,
        target: &str,
        etag: Option<&str>,
        read: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<Answer<T>, GithubError> {
        let before = self.meter().answers;
        let answer = self.once(self.follow(target, etag, read)).await;
        let mut meter = self.meter();
        meter.server_errors = match &answer {
            Err(GithubError::Server { .. }) if meter.answers == before => meter.server_errors + 1,
            Err(GithubError::Server { .. }) => 1,
            Ok(_) | Err(_) => 0,
        };
        drop(meter);
        answer
    }

    /// Sends the first request of a sync alone, and none after an error that every request would meet: a wrong token
    /// costs one request, however many are planned.
    async fn once<T>(&self, request: impl Future<Output = Result<T, GithubError>>) -> Result<T, GithubError> {
        let alone = if self.meter().answers > 0 { None } else { Some(self.first.lock().await) };
        let _alone = alone.filter(|_| self.meter().answers == 0);
        if let Some(error) = self.meter().met_by_all.clone() {
            return Err(error);
        }
        let answer = request.await;
        if let Err(error) = &answer
            && error.is_met_by_all()
        {
            self.meter().met_by_all = Some(error.clone());
        }
        answer
    }

    /// Whether the next request would probably fail as well. If others were answered, a server error is assumed to
    /// concern a single issue until several in a row fail.
    pub(crate) fn ends_the_sync(&self, error: &GithubError) -> bool {
        let meter = self.meter();
        let is_of_one = meter.answers > 0 && meter.server_errors < MAX_SERVER_ERRORS;
        error.ends_the_sync() && !(is_of_one && matches!(error, GithubError::Server { .. }))
    }

    async fn follow<T>(
        &self,
        target: &str,
        etag: Option<&str>,
        read: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<Answer<T>, GithubError> {
        let mut address = if target.starts_with('/') { self.access.api.address(target) } else { target.to_owned() };
        self.reject_foreign(&address)?;
        let mut moved = None;
        let mut seen = vec![address.clone()];
        for _ in 0..=MAX_REDIRECTS {
            let (raw, content) = self.with_retries(&Method::GET, &address, etag, None, &read).await?;
            if raw.status.is_redirection() && raw.status != StatusCode::NOT_MODIFIED {
                address = self.redirect(&address, &raw)?;
                if seen.contains(&address) {
                    break;
                }
                seen.push(address.clone());
                if matches!(raw.status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT) {
                    moved = Some(address.clone());
                }
                continue;
            }
            return Ok(Answer {
                content,
                etag: raw.header(ETAG).map(str::to_owned),
                next: raw.header("link").and_then(link::next).map(str::to_owned),
                pages: raw.header("link").and_then(link::last),
                date: raw.header("date").and_then(http_date),
                moved,
            });
        }
        Err(GithubError::Circle(self.host()))
    }

    /// Sends a GraphQL query.
    pub(crate) async fn graphql<T>(
        &self,
        query: &str,
        read: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<T, GithubError> {
        self.once(async {
            let body = serde_json::json!({ "query": query }).to_string();
            let address = self.access.api.graphql();
            let (raw, content) = self.with_retries(&Method::POST, &address, None, Some(&body), &read).await?;
            match content {
                Some(content) => Ok(content),
                None if self.redirect(&address, &raw)? == address => Err(GithubError::Circle(self.host())),
                None => Err(GithubError::Refusal { status: raw.status.as_u16(), why: "it redirects".into() }),
            }
        })
        .await
    }

    /// Sends a request with retries according to policy and error. POST is safe to repeat, since it is only used to
    /// read.
    async fn with_retries<T>(
        &self,
        method: &Method,
        address: &str,
        etag: Option<&str>,
        body: Option<&str>,
        read: &impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<(Response, Option<T>), GithubError> {
        let (mut failed, mut spent) = (0, Duration::ZERO);
        loop {
            self.wait_for_retry_after().await?;
            let start = Instant::now();
            let rest = self.policy.stall.saturating_sub(spent);
            let tried = self.attempt(method, address, etag, body, rest).await.and_then(|raw| {
                let content = self.classify_response(&raw, address, etag.is_some(), read)?;
                Ok((raw, content))
            });
            failed += 1;
            spent += start.elapsed();
            let (error, pause, again) = match tried {
                Ok(answer) => {
                    // A redirect does not count as an answer.
                    let is_answer = !answer.0.status.is_redirection() || answer.0.status == StatusCode::NOT_MODIFIED;
                    self.meter().answers += u32::from(is_answer);
                    return Ok(answer);
                }
                Err(Fault::Wait(error, pause)) => (error, pause, true),
                Err(Fault::Error(error)) => {
                    let again = error.is_worth_a_retry() && spent < self.policy.stall;
                    (error, self.policy.pause_after(failed), again)
                }
            };
            if !again || failed >= self.policy.tries_after(&error) || !self.can_afford(1) {
                return Err(error);
            }
            tracing::debug!(address, %error, "trying again");
            timeout(self.left(), tokio::time::sleep(pause)).await.map_err(|_| self.too_long())?;
        }
    }

    async fn attempt(
        &self,
        method: &Method,
        address: &str,
        etag: Option<&str>,
        body: Option<&str>,
        rest: Duration,
    ) -> Result<Response, Fault> {
        let uri: Uri = address.parse().map_err(|_| self.unreadable("it links to something that is not an address"))?;
        let resource = resource_of(&uri);
        // The semaphore is never closed, so a permit is always granted in the end.
        let _permit = self.permits.acquire().await.ok();
        self.check_window(resource)?;
        self.meter().requests += 1;
        tracing::info!(%method, address, "request");
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header(USER_AGENT, concat!("offramp/", env!("CARGO_PKG_VERSION")));
        request = request.header(ACCEPT, "application/vnd.github+json").header(ACCEPT_ENCODING, "gzip");
        request = request.header("x-github-api-version", "2022-11-28");
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let content = body.map_or_else(OctoBody::empty, |body| OctoBody::from(body.to_owned()));
        let request = request.body(content).map_err(|error| self.unreadable(&error.to_string()))?;
        let limit = self.policy.request.min(self.left()).min(rest);
        let raw = timeout(limit, self.exchange(request))
            .await
            .map_err(|_| if self.left().is_zero() { self.too_long() } else { self.slow("the whole answer") })??;
        self.measure(&raw, resource);
        Ok(raw)
    }

    /// Waits if GitHub asked any request to wait, since that applies to all of them.
    async fn wait_for_retry_after(&self) -> Result<(), GithubError> {
        loop {
            let until = self.meter().hold;
            let Some(until) = until.filter(|until| *until > Instant::now()) else { return Ok(()) };
            timeout(self.left(), tokio::time::sleep_until(until)).await.map_err(|_| self.too_long())?;
        }
    }

    async fn exchange(&self, request: Request<OctoBody>) -> Result<Response, GithubError> {
        let idle = self.policy.connect + self.policy.idle;
        let sent = timeout(idle, self.octocrab.execute(request)).await.map_err(|_| self.slow("no answer"))?;
        let (parts, mut stream) = sent.map_err(|error| diagnose(self.host(), &error))?.into_parts();
        let mut body = Vec::new();
        while let Some(frame) =
            timeout(self.policy.idle, stream.frame()).await.map_err(|_| self.slow("in the middle of an answer"))?
        {
            let frame = frame.map_err(|error| GithubError::Broken { host: self.host(), why: innermost(&error) })?;
            body.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
            if body.len() > MAX_BYTES {
                return Err(self.unreadable("it is larger than any page"));
            }
        }
        let is_gzip = parts.headers.get("content-encoding").is_some_and(|coding| coding == "gzip");
        let body = if is_gzip && !body.is_empty() { self.unpack(&body)? } else { body };
        Ok(Response { status: parts.status, headers: parts.headers, body: self.without_secret(body) })
    }

    /// Removes the token if a server sends it back, since its messages may be shown and stored.
    fn without_secret(&self, body: Vec<u8>) -> Vec<u8> {
        match &self.access.token {
            Some(token) => secret::without(body, token.bytes()),
            None => body,
        }
    }

    /// Removes the token from a text to show.
    fn shown(&self, text: &str) -> String {
        let bytes = self.without_secret(clean::clean_line(text).into_owned().into_bytes());
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn unpack(&self, body: &[u8]) -> Result<Vec<u8>, GithubError> {
        let mut plain = Vec::with_capacity(body.len() * 6);
        let read = flate2::read::MultiGzDecoder::new(body).take(MAX_BYTES as u64).read_to_end(&mut plain);
        read.map_err(|error| GithubError::Broken { host: self.host(), why: error.to_string() })?;
        Ok(plain)
    }

    fn redirect(&self, from: &str, raw: &Response) -> Result<String, GithubError> {
        let location = raw.header(LOCATION).ok_or_else(|| self.unreadable("it redirects to nowhere"))?;
        let target = resolved(from, location).ok_or_else(|| self.unreadable("it redirects to nowhere"))?;
        self.reject_foreign(&target)?;
        Ok(target)
    }

    /// Rejects URLs on other hosts than the API's.
    fn reject_foreign(&self, address: &str) -> Result<(), GithubError> {
        let uri = address.parse::<Uri>().ok();
        if uri.as_ref().is_some_and(|uri| self.access.api.owns(uri)) {
            return Ok(());
        }
        // Without user and password.
        let bare = |authority: &http::uri::Authority| {
            let port = authority.port().map(|port| format!(":{port}")).unwrap_or_default();
            self.shown(&format!("{}{port}", authority.host()))
        };
        let host = uri.as_ref().and_then(Uri::authority).map(bare);
        let to = host.unwrap_or_else(|| "an address that cannot be read".to_owned());
        Err(GithubError::Elsewhere { from: self.host(), to, has_token: self.access.token.is_some() })
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    fn too_long(&self) -> GithubError {
        GithubError::TooLong(self.policy.total.as_secs() / 60)
    }

    fn slow(&self, what: &'static str) -> GithubError {
        GithubError::Slow { host: self.host(), what }
    }

    fn unreadable(&self, why: &str) -> GithubError {
        GithubError::Unreadable { host: self.host(), why: clean::clean_line(why).into_owned() }
    }
}

/// An error, possibly with a time after which to try again.
enum Fault {
    Error(GithubError),
    Wait(GithubError, Duration),
}

impl From<GithubError> for Fault {
    fn from(error: GithubError) -> Self {
        Self::Error(error)
    }
}
