//! One request to GitHub, with everything that may go wrong on the way.

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

pub(super) use window::Meter;

use super::access::Access;
use super::diagnosis::{diagnose, innermost};
use super::raw::{Raw, gist, http_date, resource_of, route_of};
use super::{Policy, Trouble, link, transport};
use crate::domain::{Timestamp, clean};

/// More than any page of GitHub's; a server that sends more is not GitHub.
const MAX_BYTES: usize = 64 << 20;

const MAX_REDIRECTS: u32 = 5;

/// What is asked for in a page of a list, and the most that there is.
const FULL: usize = 100;

/// A client for one sync.
pub(super) struct Client {
    octocrab: Octocrab,
    pub(super) access: Access,
    pub(super) policy: Policy,
    deadline: Instant,
    now: Timestamp,
    start: Instant,
    meter: Mutex<Meter>,
    /// As many as may be under way at once.
    permits: Semaphore,
}

/// An answer that can be used.
#[derive(Debug)]
pub(super) struct Answer<T> {
    /// `None` where nothing changed.
    pub(super) content: Option<T>,
    pub(super) etag: Option<String>,
    /// The address of the next page.
    pub(super) next: Option<String>,
    /// Whether the server says nothing of other pages, so that the next one is a guess.
    pub(super) is_guess: bool,
    /// About how many pages there are.
    pub(super) pages: Option<u32>,
    /// GitHub's own clock.
    pub(super) date: Option<Timestamp>,
    /// The address that answered, where a permanent redirect led to it.
    pub(super) moved: Option<String>,
}

impl Client {
    pub(super) fn new(
        access: Access,
        policy: Policy,
        now: Timestamp,
        closed: Option<Timestamp>,
    ) -> Result<Self, Trouble> {
        let octocrab = transport::client(&access, &policy)?;
        let start = Instant::now();
        let closed = closed.filter(|until| *until > now).map(|until| ("core".to_owned(), until)).into_iter().collect();
        let meter = Mutex::new(Meter { closed, ..Meter::default() });
        let permits = Semaphore::new(policy.at_once);
        Ok(Self { octocrab, access, deadline: start + policy.total, policy, now, start, meter, permits })
    }

    fn clock(&self) -> Timestamp {
        Timestamp(self.now.0 + self.start.elapsed().as_secs() as i64)
    }

    fn host(&self) -> String {
        self.access.api.host().to_owned()
    }

    /// Reads a page of a list. Where a full page comes without any link, its number tells the next one.
    pub(super) async fn page<T: Entries>(
        &self,
        target: &str,
        etag: Option<&str>,
        read: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<Answer<T>, Trouble> {
        let mut answer = self.get(target, etag, read).await?;
        let is_full = answer.content.as_ref().is_some_and(|content| content.entries() >= FULL);
        if answer.is_guess && is_full {
            answer.next = link::following(target);
        }
        Ok(answer)
    }

    /// Reads a route or an address on the API's host; with a mark, only where something changed.
    pub(super) async fn get<T>(
        &self,
        target: &str,
        etag: Option<&str>,
        read: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<Answer<T>, Trouble> {
        let mut address = if target.starts_with('/') { self.access.api.address(target) } else { target.to_owned() };
        if let Some(host) = self.stranger(&address) {
            return Err(Trouble::Elsewhere { from: self.host(), to: host });
        }
        let mut moved = None;
        for _ in 0..=MAX_REDIRECTS {
            let (raw, content) = self.insist(&Method::GET, &address, etag, None, &read).await?;
            if raw.status.is_redirection() && raw.status != StatusCode::NOT_MODIFIED {
                address = self.redirect(&address, &raw)?;
                if matches!(raw.status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT) {
                    moved = Some(address.clone());
                }
                continue;
            }
            return Ok(Answer {
                content,
                etag: raw.header(ETAG).map(str::to_owned),
                next: raw.header("link").and_then(link::next).map(str::to_owned),
                is_guess: !raw.headers.contains_key("link"),
                pages: raw.header("link").and_then(link::last),
                date: raw.header("date").and_then(http_date),
                moved,
            });
        }
        Err(Trouble::Circle(self.host()))
    }

    /// Asks GraphQL.
    pub(super) async fn graphql<T>(
        &self,
        query: &str,
        read: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<T, Trouble> {
        let body = serde_json::json!({ "query": query }).to_string();
        let address = self.access.api.graphql();
        let (_, content) = self.insist(&Method::POST, &address, None, Some(&body), &read).await?;
        content.ok_or_else(|| Trouble::Unreadable { host: self.host(), why: "no content".into() })
    }

    /// Tries as often as the policy allows and the fault deserves. What is posted here only reads.
    async fn insist<T>(
        &self,
        method: &Method,
        address: &str,
        etag: Option<&str>,
        body: Option<&str>,
        read: &impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<(Raw, Option<T>), Trouble> {
        let mut failed = 0;
        loop {
            let tried = self.attempt(method, address, etag, body).await.and_then(|raw| {
                let content = self.judge(&raw, address, etag.is_some(), read)?;
                Ok((raw, content))
            });
            failed += 1;
            let (trouble, pause, again) = match tried {
                Ok(answer) => return Ok(answer),
                Err(Fault::Wait(trouble, pause)) => (trouble, pause, true),
                Err(Fault::Trouble(trouble)) => {
                    let again = trouble.is_worth_a_retry();
                    (trouble, self.policy.pause_after(failed), again)
                }
            };
            if !again || failed >= self.policy.tries_after(&trouble) || !self.can_afford(1) {
                return Err(trouble);
            }
            tracing::debug!(address, %trouble, "trying again");
            timeout(self.left(), tokio::time::sleep(pause)).await.map_err(|_| self.too_long())?;
        }
    }

    async fn attempt(
        &self,
        method: &Method,
        address: &str,
        etag: Option<&str>,
        body: Option<&str>,
    ) -> Result<Raw, Fault> {
        let uri: Uri = address.parse().map_err(|_| self.unreadable("it links to something that is no address"))?;
        let resource = resource_of(&uri);
        // Closed by nobody: a permit is only late, never refused.
        let _permit = self.permits.acquire().await.ok();
        self.hold().await?;
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
        let limit = self.policy.request.min(self.left());
        let raw = timeout(limit, self.exchange(request))
            .await
            .map_err(|_| if self.left().is_zero() { self.too_long() } else { self.slow("the whole answer") })??;
        self.measure(&raw, resource);
        Ok(raw)
    }

    /// Waits where GitHub asked another request to wait: it means all of them.
    async fn hold(&self) -> Result<(), Trouble> {
        loop {
            let until = self.meter().hold;
            let Some(until) = until.filter(|until| *until > Instant::now()) else { return Ok(()) };
            timeout(self.left(), tokio::time::sleep_until(until)).await.map_err(|_| self.too_long())?;
        }
    }

    async fn exchange(&self, request: Request<OctoBody>) -> Result<Raw, Trouble> {
        let idle = self.policy.connect + self.policy.idle;
        let sent = timeout(idle, self.octocrab.execute(request)).await.map_err(|_| self.slow("no answer"))?;
        let (parts, mut stream) = sent.map_err(|error| diagnose(self.host(), &error))?.into_parts();
        let mut body = Vec::new();
        while let Some(frame) =
            timeout(self.policy.idle, stream.frame()).await.map_err(|_| self.slow("in the middle of an answer"))?
        {
            let frame = frame.map_err(|error| Trouble::Broken { host: self.host(), why: innermost(&error) })?;
            body.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
            if body.len() > MAX_BYTES {
                return Err(self.unreadable("it is larger than any page"));
            }
        }
        let is_gzip = parts.headers.get("content-encoding").is_some_and(|coding| coding == "gzip");
        let body = if is_gzip && !body.is_empty() { self.unpack(&body)? } else { body };
        Ok(Raw { status: parts.status, headers: parts.headers, body })
    }

    fn unpack(&self, body: &[u8]) -> Result<Vec<u8>, Trouble> {
        let mut plain = Vec::with_capacity(body.len() * 6);
        let read = flate2::read::MultiGzDecoder::new(body).take(MAX_BYTES as u64).read_to_end(&mut plain);
        read.map_err(|error| Trouble::Broken { host: self.host(), why: error.to_string() })?;
        Ok(plain)
    }

    /// Tells a good answer from the others.
    fn judge<T>(
        &self,
        raw: &Raw,
        address: &str,
        asked_for_changes: bool,
        read: &impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<Option<T>, Fault> {
        match raw.status.as_u16() {
            200..=299 => self.content(raw, read).map(Some),
            304 if asked_for_changes => Ok(None),
            304 => Err(Trouble::Unasked304(self.host()).into()),
            300..=399 => Ok(None),
            401 => Err(Trouble::BadToken(self.access.token.as_ref().map_or("GH_TOKEN", |token| token.from)).into()),
            403 | 429 => Err(self.limited(raw)),
            404 => Err(Trouble::NotFound(route_of(address)).into()),
            410 => Err(Trouble::Gone(route_of(address)).into()),
            status @ (408 | 500..) => Err(Trouble::Server { host: self.host(), status, why: gist(raw) }.into()),
            status => Err(Trouble::Refusal { status, why: gist(raw) }.into()),
        }
    }

    fn content<T>(&self, raw: &Raw, read: &impl Fn(&[u8]) -> Result<T, String>) -> Result<T, Fault> {
        if raw.body.trim_ascii_start().starts_with(b"<") {
            return Err(Trouble::Html(self.host()).into());
        }
        read(&raw.body).or_else(|why| match std::str::from_utf8(&raw.body) {
            Ok(_) => Err(self.unreadable(&why).into()),
            // One broken character must not cost a page.
            Err(_) => read(String::from_utf8_lossy(&raw.body).as_bytes()).map_err(|why| self.unreadable(&why).into()),
        })
    }

    fn redirect(&self, from: &str, raw: &Raw) -> Result<String, Trouble> {
        let location = raw.header(LOCATION).ok_or_else(|| self.unreadable("it redirects to nowhere"))?;
        let target = if location.starts_with('/') && !location.starts_with("//") {
            let base: Uri = from.parse().map_err(|_| self.unreadable("it redirects to nowhere"))?;
            format!(
                "{}://{}{location}",
                base.scheme_str().unwrap_or("https"),
                base.authority().map_or("", |it| it.as_str())
            )
        } else {
            location.to_owned()
        };
        match self.stranger(&target) {
            None => Ok(target),
            Some(to) => Err(Trouble::Elsewhere { from: self.host(), to }),
        }
    }

    /// Returns the host of an address where it is not the API's own: nothing is asked for there.
    fn stranger(&self, address: &str) -> Option<String> {
        let Ok(uri) = address.parse::<Uri>() else { return Some("an address that is none".to_owned()) };
        let host = || clean(uri.authority().map_or("", http::uri::Authority::as_str)).into_owned();
        (!self.access.api.owns(&uri)).then(host)
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    fn too_long(&self) -> Trouble {
        Trouble::TooLong(self.policy.total.as_secs() / 60)
    }

    fn slow(&self, what: &'static str) -> Trouble {
        Trouble::Slow { host: self.host(), what }
    }

    fn unreadable(&self, why: &str) -> Trouble {
        Trouble::Unreadable { host: self.host(), why: clean::clean_line(why).into_owned() }
    }
}

/// A page of a list.
pub(super) trait Entries {
    /// Returns how much it holds, odd entries too.
    fn entries(&self) -> usize;
}

/// Trouble, perhaps with a time after which to try again.
enum Fault {
    Trouble(Trouble),
    Wait(Trouble, Duration),
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}
