//! The views: each is a file here that says what it lists, and one row of [`VIEWS`].

mod changes;
mod check;
mod free;
mod projects;
mod trend;
mod work;

use super::Model;
use super::list::ListLine;
use super::order::{Grouping, Sort};
use crate::domain::Date;
use crate::tui::input::keymap::Action;

pub use changes::lines as changes;
pub use check::day as day_of_check;
pub use trend::{line as line_of_series, name as name_of_series, series_of};

/// All views, in the order of their number keys.
pub const VIEWS: [&Spec; 6] = [&projects::VIEW, &work::VIEW, &free::VIEW, &changes::VIEW, &trend::VIEW, &check::VIEW];

/// What a view is.
#[derive(Debug)]
pub struct Spec {
    /// The name on its tab.
    pub title: &'static str,
    /// Its name on the command line `:`, also that of its command.
    pub command: &'static str,
    /// What it shows, for the help.
    pub help: &'static str,
    /// What its rows are.
    pub content: ViewContent,
    /// Whether it looks at issues beyond those that the roadmap links to.
    pub needs_all_issues: bool,
    /// The line above its rows; empty where columns have titles.
    pub heading: fn(&Model) -> String,
    /// What an empty one says: why, and which key helps.
    pub empty: fn(&Model) -> [String; 2],
    /// The keys that help most here, for the footer.
    pub keys: &'static [Action],
    /// What its rows can be sorted by, as `s` goes through it.
    pub sorts: &'static [Sort],
    /// How its rows can be grouped, as `b` goes through it.
    pub groupings: &'static [Grouping],
    /// Keys that do nothing here, and why.
    pub refusals: &'static [(Action, &'static str)],
    /// The day about which it asks the checkout.
    pub checkout_day: Option<fn(&Model) -> Date>,
    /// The day since which it asks the checkout what moved counters.
    pub moves_since: Option<fn(&Model) -> Date>,
}

/// What the rows of a view are.
#[derive(Debug, Clone, Copy)]
pub enum ViewContent {
    /// Projects, as a table.
    Projects,
    /// Items, as a table.
    Items,
    /// Lines that the view makes.
    Lines(fn(&Model) -> Vec<ListLine>),
    /// A line for each series, above its chart.
    Series,
}

/// A view; the number keys lead to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct View(usize);

impl View {
    /// How many there are.
    pub const COUNT: usize = VIEWS.len();

    /// All views, in the order of their keys.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// What it is.
    pub fn spec(self) -> &'static Spec {
        VIEWS.get(self.0).copied().unwrap_or(&projects::VIEW)
    }

    /// Where it is among all.
    pub fn index(self) -> usize {
        self.0
    }

    /// The view of a number key.
    pub fn of_number(number: u8) -> Option<Self> {
        let at = usize::from(number).checked_sub(1)?;
        (at < Self::COUNT).then_some(Self(at))
    }

    /// The view this many steps further, starting over at the end.
    #[must_use]
    pub fn after(self, steps: usize) -> Self {
        Self((self.0 + steps) % Self::COUNT)
    }

    /// Whether it lists projects.
    pub fn has_projects(self) -> bool {
        matches!(self.spec().content, ViewContent::Projects)
    }

    /// Whether it shows a chart.
    pub fn has_chart(self) -> bool {
        matches!(self.spec().content, ViewContent::Series)
    }
}

fn no_heading(_model: &Model) -> String {
    String::new()
}
