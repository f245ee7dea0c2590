//! Retry policy: time limits, retries and budgets.

use std::time::Duration;

use super::error::GithubError;

/// The limits of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The limit for connecting, including TLS and proxy.
    pub connect: Duration,
    /// The limit without any byte. GitHub itself may take 10 s.
    pub idle: Duration,
    /// The limit for one request.
    pub request: Duration,
    /// The limit for all tries of a request together.
    pub stall: Duration,
    /// The limit for the whole sync.
    pub total: Duration,
    /// The limit for the whole sync if older data can be shown instead.
    pub with_old_data: Duration,
    /// The maximum number of tries.
    pub tries: u32,
    /// The pause before the second try, doubled before each further one.
    pub pause: Duration,
    /// The longest wait that GitHub may ask for. If it is longer, the sync ends.
    pub patience: Duration,
    /// The duration of a second of `Retry-After`, shorter in tests.
    pub second: Duration,
    /// The maximum number of concurrent requests.
    pub at_once: usize,
    /// The maximum number of pages of a list.
    pub pages: u32,
    /// The maximum number of requests of a sync without a token.
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
    /// Returns the maximum number of tries after this error: two after a timeout.
    pub(crate) fn tries_after(&self, error: &GithubError) -> u32 {
        if matches!(error, GithubError::Slow { .. }) { self.tries.min(2) } else { self.tries }
    }

    /// Returns the default limits. In debug builds, a hidden variable divides them by up to 100, so that tests can
    /// combine every error with every command.
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

    /// Returns the pause after a number of failed tries: doubled each time, with jitter, so that programs that failed
    /// at the same time do not retry at the same time.
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
