//! What GitHub allows: how many requests are left, and the windows in which it wants none.

use std::collections::HashMap;
use std::sync::MutexGuard;

use http::StatusCode;
use tokio::time::Instant;

use super::super::Trouble;
use super::super::raw::{Raw, gist, http_date};
use super::{Client, Fault};
use crate::domain::Timestamp;

/// What was used of what GitHub allows.
#[derive(Debug, Default)]
pub(in super::super) struct Meter {
    /// Requests sent, tries and redirects included.
    pub(in super::super) requests: u32,
    /// What is left of the hour, as GitHub last said.
    pub(in super::super) left: Option<u32>,
    /// When there are new ones.
    pub(in super::super) reset: Option<Timestamp>,
    /// GitHub's own clock, when the first answer came.
    pub(in super::super) first_date: Option<Timestamp>,
    /// Until when GitHub asked to wait.
    pub(super) hold: Option<Instant>,
    /// Kinds of requests that are used up, and until when.
    pub(super) closed: HashMap<String, Timestamp>,
}

impl Client {
    pub(in super::super) fn meter(&self) -> MutexGuard<'_, Meter> {
        self.meter.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Returns until when GitHub wants no requests.
    pub(in super::super) fn closed_until(&self) -> Option<Timestamp> {
        self.meter().closed.get("core").copied().filter(|until| *until > self.clock())
    }

    /// Tells whether the budget of a sync without a token still has room for so many requests.
    pub(in super::super) fn can_afford(&self, requests: u32) -> bool {
        let meter = self.meter();
        let by_budget = self.access.token.is_some() || meter.requests + requests <= self.policy.budget;
        by_budget && meter.left.is_none_or(|left| left >= requests)
    }

    /// A 403 or 429: the hour is used up, or we are too fast, or it is simply forbidden.
    /// See <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>.
    pub(super) fn limited(&self, raw: &Raw) -> Fault {
        let why = gist(raw);
        if raw.number("x-ratelimit-remaining") == Some(0) {
            let until = raw.number("x-ratelimit-reset").map(|reset| Timestamp(reset as i64));
            return Trouble::Limit { until, has_token: self.access.token.is_some() }.into();
        }
        let is_secondary =
            raw.status == StatusCode::TOO_MANY_REQUESTS || why.to_ascii_lowercase().contains("secondary rate");
        let seconds = raw.number("retry-after").or(is_secondary.then_some(60));
        let Some(seconds) = seconds else { return Trouble::Forbidden(why).into() };
        let until = Timestamp(self.clock().0.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX).min(86_400)));
        let pause = self.policy.second.saturating_mul(u32::try_from(seconds).unwrap_or(u32::MAX));
        if raw.number("retry-after").is_some() && pause <= self.policy.patience {
            let mut meter = self.meter();
            meter.hold = meter.hold.max(Some(Instant::now() + pause));
            return Fault::Wait(Trouble::Wait { until }, pause);
        }
        self.meter().closed.insert("core".into(), until);
        Fault::Trouble(Trouble::Wait { until })
    }

    pub(super) fn measure(&self, raw: &Raw, resource: &str) {
        let ahead = raw.header("date").and_then(http_date).map_or(0, |date| self.ahead(date));
        let mut meter = self.meter();
        meter.first_date = meter.first_date.or_else(|| raw.header("date").and_then(http_date));
        let named = raw.header("x-ratelimit-resource");
        let resource = named.unwrap_or(resource);
        let reset = raw.number("x-ratelimit-reset").map(|reset| Timestamp(reset as i64));
        let left = raw.number("x-ratelimit-remaining").map(|left| u32::try_from(left).unwrap_or(u32::MAX));
        if resource == "core" {
            meter.left = left.or(meter.left);
            meter.reset = reset.or(meter.reset);
        }
        if let (Some(0), Some(reset)) = (left, reset) {
            // Who does not say what is used up means everything.
            meter.closed.insert(named.unwrap_or("core").to_owned(), Timestamp(reset.0.saturating_add(ahead)));
        }
    }

    /// Returns by how many seconds this machine's clock is ahead of GitHub's; clocks that agree to a minute agree.
    fn ahead(&self, date: Timestamp) -> i64 {
        let ahead = self.clock().0.saturating_sub(date.0);
        if ahead.abs() < 60 { 0 } else { ahead }
    }

    /// Sends nothing into a window that GitHub has closed.
    pub(super) fn check_window(&self, resource: &str) -> Result<(), Trouble> {
        let now = self.clock();
        let limit = |until| Err(Trouble::Limit { until, has_token: self.access.token.is_some() });
        let (until, reset) = {
            let meter = self.meter();
            let closed = ["core", resource].into_iter().filter_map(|name| meter.closed.get(name));
            (closed.filter(|until| **until > now).max().copied(), meter.reset)
        };
        match until {
            Some(until) => limit(Some(until)),
            None if self.is_spent() => limit(reset),
            None => Ok(()),
        }
    }

    /// Tells whether a sync without a token has sent all that it may.
    fn is_spent(&self) -> bool {
        self.access.token.is_none() && self.meter().requests >= self.policy.budget
    }
}
