//! Rate limits: the number of requests left, and until when none may be sent.

use std::collections::HashMap;
use std::sync::MutexGuard;

use http::StatusCode;
use tokio::time::Instant;

use super::response::{Response, error_summary, http_date};
use super::{Client, Fault, GithubError};
use crate::domain::Timestamp;

/// The longest time that requests can be blocked, in seconds. GitHub counts by the hour, so a later time is wrong.
pub(super) const LONGEST: i64 = 3_900;

/// The use of rate limits and budgets.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    /// Requests sent, including retries and redirects.
    pub(crate) requests: u32,
    /// The requests left in this hour, according to the last response.
    pub(crate) left: Option<u32>,
    /// When that limit is reset.
    pub(crate) reset: Option<Timestamp>,
    /// The time of the first response, on GitHub's clock.
    pub(crate) first_date: Option<Timestamp>,
    /// The number of successful requests.
    pub(crate) answers: u32,
    /// The number of consecutive REST requests that ended with a server error after their retries, without any success
    /// in between.
    pub(crate) server_errors: u32,
    /// An error that every further request would meet as well.
    pub(crate) met_by_all: Option<GithubError>,
    /// When the token expires, if GitHub says so.
    pub(crate) token_expires: Option<Timestamp>,
    /// Until when GitHub asked to wait.
    pub(crate) hold: Option<Instant>,
    /// The blocked kinds of requests.
    pub(crate) closed: HashMap<String, Closed>,
}

/// Until when no requests may be sent, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) until: Timestamp,
    pub(crate) why: ClosedBy,
}

/// What closed a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClosedBy {
    /// The primary rate limit.
    Limit,
    /// The secondary rate limit.
    Wait,
}

impl Client {
    pub(crate) fn meter(&self) -> MutexGuard<'_, Meter> {
        self.meter.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Returns until when no requests may be sent; `None` if they may.
    pub(crate) fn closed(&self) -> Option<Closed> {
        self.meter().closed.get("core").copied().filter(|closed| closed.until > self.clock())
    }

    /// Whether budget and rate limit allow a number of further requests.
    pub(crate) fn can_afford(&self, requests: u32) -> bool {
        let meter = self.meter();
        let by_budget = self.access.token.is_some() || meter.requests + requests <= self.policy.budget;
        by_budget && meter.left.is_none_or(|left| left >= requests)
    }

    /// Returns the error for a 403 or 429: a primary or secondary rate limit, or access denied. See
    /// <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>.
    pub(super) fn limited(&self, raw: &Response) -> Fault {
        let why = error_summary(raw);
        if raw.number("x-ratelimit-remaining") == Some(0) {
            return self.used_up(raw).into();
        }
        let is_secondary = raw.status == StatusCode::TOO_MANY_REQUESTS
            || ["secondary rate", "abuse"].iter().any(|it| why.to_ascii_lowercase().contains(it));
        let seconds = raw.number("retry-after").or(is_secondary.then_some(60));
        let Some(seconds) = seconds else { return self.forbidden(raw, why).into() };
        let until = Timestamp(self.clock().0.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX).min(86_400)));
        let pause = self.policy.second.saturating_mul(u32::try_from(seconds).unwrap_or(u32::MAX));
        if raw.number("retry-after").is_some() && pause <= self.policy.patience {
            let mut meter = self.meter();
            meter.hold = meter.hold.max(Some(Instant::now() + pause));
            return Fault::Wait(GithubError::Wait { until }, pause);
        }
        self.meter().closed.insert("core".into(), Closed { until, why: ClosedBy::Wait });
        Fault::Error(GithubError::Wait { until })
    }

    /// Returns the error for the primary rate limit.
    pub(super) fn used_up(&self, raw: &Response) -> GithubError {
        let until = self.reset(raw).filter(|until| *until > self.clock());
        GithubError::Limit { until, has_token: self.access.token.is_some() }
    }

    /// Returns the error for a 403 that is not a rate limit.
    fn forbidden(&self, raw: &Response, why: String) -> GithubError {
        let has_token = self.access.token.is_some();
        if let Some(url) = raw.header("x-github-sso").and_then(|sso| sso.split_once("url=")).filter(|_| has_token) {
            return GithubError::SingleSignOn(self.shown(url.1));
        }
        if why.to_ascii_lowercase().contains("ip allow list") {
            return GithubError::IpAllowList(why);
        }
        GithubError::Forbidden { why, has_token }
    }

    /// Returns when the rate limit is reset, by this machine's clock: at most an hour from now.
    fn reset(&self, raw: &Response) -> Option<Timestamp> {
        let ahead = raw.header("date").and_then(http_date).map_or(0, |date| self.ahead(date));
        let reset = i64::try_from(raw.number("x-ratelimit-reset")?).unwrap_or(i64::MAX);
        let in_an_hour = self.clock().0.saturating_add(3_600);
        Some(Timestamp(reset.saturating_add(ahead).min(in_an_hour)))
    }

    pub(crate) fn measure(&self, raw: &Response, resource: &str) {
        let expires = raw.header("github-authentication-token-expiration").and_then(expiry);
        let mut meter = self.meter();
        meter.token_expires = meter.token_expires.or(expires);
        meter.first_date = meter.first_date.or_else(|| raw.header("date").and_then(http_date));
        let named = raw.header("x-ratelimit-resource");
        let resource = named.unwrap_or(resource);
        let reset = self.reset(raw);
        let left = raw.number("x-ratelimit-remaining").map(|left| u32::try_from(left).unwrap_or(u32::MAX));
        if resource == "core" {
            meter.left = left.or(meter.left);
            meter.reset = reset.or(meter.reset);
        }
        if let (Some(0), Some(until)) = (left, reset) {
            // A response that names no resource blocks all of them.
            meter.closed.insert(named.unwrap_or("core").to_owned(), Closed { until, why: ClosedBy::Limit });
        }
    }

    /// Returns how many seconds this machine's clock is ahead of GitHub's; 0 if they differ by less than a minute.
    fn ahead(&self, date: Timestamp) -> i64 {
        let ahead = self.clock().0.saturating_sub(date.0);
        if ahead.abs() < 60 { 0 } else { ahead }
    }

    /// Returns an error if requests of this kind are blocked.
    pub(crate) fn check_window(&self, resource: &str) -> Result<(), GithubError> {
        let now = self.clock();
        let limit = |until| Err(GithubError::Limit { until, has_token: self.access.token.is_some() });
        let (closed, reset, requests) = {
            let meter = self.meter();
            let closed = ["core", resource].into_iter().filter_map(|name| meter.closed.get(name));
            let closed = closed.filter(|closed| closed.until > now).max_by_key(|closed| closed.until).copied();
            (closed, meter.reset, meter.requests)
        };
        match closed {
            Some(Closed { until, why: ClosedBy::Wait }) => Err(GithubError::Wait { until }),
            Some(Closed { until, why: ClosedBy::Limit }) => limit(Some(until)),
            // A sync without a token has a budget.
            None if self.access.token.is_none() && requests >= self.policy.budget => limit(reset),
            None => Ok(()),
        }
    }
}

/// Parses `2026-12-01 10:00:00 UTC` or `2026-12-01 10:00:00 +0000`.
fn expiry(text: &str) -> Option<Timestamp> {
    let (day, rest) = text.trim().split_once(' ')?;
    let time = rest.split(' ').next()?;
    Timestamp::parse(&format!("{day}T{time}Z"))
}
