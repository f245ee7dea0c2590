//! Retry policy: how long to wait, how often to try, when to give up.

use std::time::Duration;

use super::error::GithubError;

/// The limits of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// To connect, TLS and proxy included.
    pub connect: Duration,
    /// Without a byte; GitHub itself may think for 10 s.
    pub idle: Duration,
    /// For one request.
    pub request: Duration,
    /// For all tries of a request together.
    pub stall: Duration,
    /// For everything.
    pub total: Duration,
    /// For everything, where older data can be shown instead.
    pub with_old_data: Duration,
    /// How often a request is sent at most.
    pub tries: u32,
    /// Before the second try; twice that before the third.
    pub pause: Duration,
    /// How long GitHub may ask us to wait; longer, and the sync ends.
    pub patience: Duration,
    /// How long a second of `Retry-After` takes.
    pub second: Duration,
    /// How many requests are under way at once.
    pub at_once: usize,
    /// How many pages a list has at most.
    pub pages: u32,
    /// How many requests a sync without a token may send.
    pub budget: u32,
}

impl Default for Policy {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(5),
            idle: seconds(15),
            request: seconds(60),
            stall: seconds(45),
            total: seconds(600),
            with_old_data: seconds(10),
            tries: 4,
            pause: Duration::from_millis(500),
            patience: seconds(60),
            second: seconds(1),
            at_once: 8,
            pages: 2_000,
            budget: 60,
        }
    }
}

impl Policy {
    /// Returns how often a request is tried that ended with this error; after a timeout, once more only.
    pub(crate) fn tries_after(&self, error: &GithubError) -> u32 {
        if matches!(error, GithubError::Slow { .. }) { self.tries.min(2) } else { self.tries }
    }

    /// Returns the limits that users get. A hidden variable makes debug builds wait a hundredth of that, so that tests
    /// can meet every fault with every command.
    pub fn of_environment() -> Self {
        let whole = Self::default();
        if !cfg!(debug_assertions) || std::env::var_os("OFFRAMP_HURRY").is_none() {
            return whole;
        }
        let short = |limit: Duration| limit / 100;
        Self {
            connect: short(whole.connect),
            idle: short(whole.idle),
            request: short(whole.request),
            pause: short(whole.pause),
            with_old_data: whole.with_old_data / 10,
            ..whole
        }
    }

    /// Returns how long to wait after the given number of failed tries: doubled each time, with jitter, so that
    /// many programs that failed together do not come back together.
    pub(crate) fn pause_after(&self, failed: u32) -> Duration {
        let whole = self.pause.saturating_mul(1 << failed.saturating_sub(1).min(10));
        whole.mul_f64(0.75 + fastrand::f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_with_some_jitter() {
        let policy = Policy::default();
        for (failed, whole) in [(1, 500.0), (2, 1_000.0), (3, 2_000.0)] {
            let pause = policy.pause_after(failed).as_secs_f64() * 1_000.0;
            assert!((whole * 0.75..whole * 1.25).contains(&pause), "{failed}: {pause}");
        }
    }
}
