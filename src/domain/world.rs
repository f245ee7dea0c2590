//! The world: everything that a command or a screen needs, above all roadmap, snapshot and date.

use super::board::JoinContext;
use super::checkout::{CheckoutFacts, LeftByRepo};
use super::shift::Moves;
use super::{Board, Date, Repo, Roadmap, Snapshot, Text, Timestamp, join};

/// The loaded data and the shown date.
#[derive(Debug, Clone)]
pub struct World {
    /// The roadmap.
    pub roadmap: Roadmap,
    /// Where the roadmap comes from.
    pub origin: Origin,
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The shown day.
    pub date: Date,
    /// The current time, or that of `SOURCE_DATE_EPOCH`.
    pub now: Timestamp,
    /// The web host of the issues, without a trailing slash: `https://github.com`.
    pub web: String,
    /// The repository of the current folder, if the example is shown because it has no roadmap.
    pub here: Option<Repo>,
    /// The login of the user, for `@me`; `None` if unknown.
    pub me: Option<Text>,
    /// The facts of checkouts, if they were read.
    pub checkout: Option<CheckoutFacts>,
    /// The commits that moved counters most, if checkouts were read.
    pub moves: Option<Moves>,
}

/// Where a roadmap comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The built-in example.
    Example(Example),
    /// A file.
    File(std::path::PathBuf),
}

impl Origin {
    /// Whether it is the built-in example.
    pub const fn is_example(&self) -> bool {
        matches!(self, Self::Example(_))
    }

    /// Returns the path of the file; `None` for the example.
    pub fn file(&self) -> Option<&std::path::Path> {
        match self {
            Self::Example(_) => None,
            Self::File(path) => Some(path),
        }
    }
}

/// A built-in example.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Example {
    /// The infrastructure of Kubernetes, as in the annual report of 2020.
    #[default]
    Kubernetes,
    /// The migrations of Homebrew, counted in the history of its repository.
    Homebrew,
}

impl Example {
    /// All examples, the default first.
    pub const ALL: [Self; 2] = [Self::Kubernetes, Self::Homebrew];

    /// Returns the name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kubernetes => "kubernetes",
            Self::Homebrew => "homebrew",
        }
    }

    /// Returns the name of the project whose migrations it shows.
    pub const fn project(self) -> &'static str {
        match self {
            Self::Kubernetes => "Kubernetes",
            Self::Homebrew => "Homebrew",
        }
    }
}

impl World {
    /// Returns the board at the shown date.
    pub fn board(&self) -> Board {
        self.board_at(self.date)
    }

    /// Returns the join context at a date, for the texts of findings.
    pub fn at(&self, date: Date) -> JoinContext<'_> {
        JoinContext::new(&self.roadmap, &self.snapshot, date)
    }

    /// Returns the board at another date.
    pub fn board_at(&self, date: Date) -> Board {
        join(&self.roadmap, &self.snapshot, date)
    }

    /// Returns what is left of counters, if the checkouts were read for the shown day.
    pub fn rows(&self) -> &[LeftByRepo] {
        let facts = self.checkout.as_ref().filter(|facts| facts.asked == self.date);
        facts.map(|facts| facts.rows.as_slice()).unwrap_or_default()
    }

    /// Returns what moved counters since a day, if that was computed.
    pub fn moves_since(&self, since: Date) -> Option<&Moves> {
        self.moves.as_ref().filter(|moves| moves.since == since && moves.until == self.date)
    }

    /// Returns the newest day of the snapshot or any reading, else the shown day.
    pub fn newest(&self) -> Date {
        let newest_issues = self.snapshot.day();
        let readings = self.roadmap.counters.iter().filter_map(|counter| counter.readings.last());
        newest_issues.into_iter().chain(readings.map(|reading| reading.date)).max().unwrap_or(self.date)
    }
}
