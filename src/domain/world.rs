//! The world: roadmap, snapshot and date, which is all that a command or a screen needs.

use super::board::JoinContext;
use super::checkout::{CheckoutFacts, LeftByRepo};
use super::shift::Moves;
use super::{Board, Date, Repo, Roadmap, Snapshot, Text, Timestamp, join};

/// What was loaded, and the date to look at it.
#[derive(Debug, Clone)]
pub struct World {
    /// What people wrote.
    pub roadmap: Roadmap,
    /// Where the roadmap comes from.
    pub origin: Origin,
    /// What was found.
    pub snapshot: Snapshot,
    /// The day that is shown.
    pub date: Date,
    /// The present moment; fixed by `SOURCE_DATE_EPOCH`.
    pub now: Timestamp,
    /// The web host of the issues, without a slash at the end: `https://github.com`.
    pub web: String,
    /// The repository of the checkout at hand, where the example shows in place of a roadmap of its own.
    pub here: Option<Repo>,
    /// The login of the user, for `@me`; `None` where nothing says it.
    pub me: Option<Text>,
    /// What a checkout of the job configs said, where one was asked.
    pub checkout: Option<CheckoutFacts>,
    /// Which commits moved counters most, where a checkout was asked.
    pub moves: Option<Moves>,
}

/// Where a roadmap comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in.
    Example(Example),
    /// A file of the user's.
    File(std::path::PathBuf),
}

impl Origin {
    /// Whether it is compiled in.
    pub const fn is_example(&self) -> bool {
        matches!(self, Self::Example(_))
    }
}

/// A roadmap that is compiled in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Example {
    /// Kubernetes' infrastructure, as the annual report of 2020 describes it.
    #[default]
    Kubernetes,
    /// Homebrew's migrations, counted in the history of its repository.
    Homebrew,
}

impl Example {
    /// All examples, the default first.
    pub const ALL: [Self; 2] = [Self::Kubernetes, Self::Homebrew];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kubernetes => "kubernetes",
            Self::Homebrew => "homebrew",
        }
    }

    /// The project whose migrations it shows.
    pub const fn project(self) -> &'static str {
        match self {
            Self::Kubernetes => "Kubernetes",
            Self::Homebrew => "Homebrew",
        }
    }
}

impl World {
    /// Joins everything at the date that is shown.
    pub fn board(&self) -> Board {
        self.board_at(self.date)
    }

    /// Puts together what is compared at a date, for the words of its findings.
    pub fn at(&self, date: Date) -> JoinContext<'_> {
        JoinContext::new(&self.roadmap, &self.snapshot, date)
    }

    /// Joins everything at another date.
    pub fn board_at(&self, date: Date) -> Board {
        join(&self.roadmap, &self.snapshot, date)
    }

    /// Returns what is left of counters on the day that is shown, as far as a checkout was asked about that day.
    pub fn rows(&self) -> &[LeftByRepo] {
        let facts = self.checkout.as_ref().filter(|facts| facts.asked == self.date);
        facts.map(|facts| facts.rows.as_slice()).unwrap_or_default()
    }

    /// Returns what moved counters since a day, as far as a checkout was asked about that.
    pub fn moves_since(&self, since: Date) -> Option<&Moves> {
        self.moves.as_ref().filter(|moves| moves.since == since && moves.until == self.date)
    }

    /// Returns the newest day of which the snapshot or any reading speaks, else the day that is shown.
    pub fn newest(&self) -> Date {
        let newest_issues = self.snapshot.day();
        let readings = self.roadmap.counters.iter().filter_map(|counter| counter.readings.last());
        newest_issues.into_iter().chain(readings.map(|reading| reading.date)).max().unwrap_or(self.date)
    }
}
