//! The views: each is a file here, and one row of [`VIEWS`].

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

/// The specification of a view.
#[derive(Debug)]
pub struct Spec {
    /// The title on the tab.
    pub title: &'static str,
    /// The name on the command line `:`, which is also the name of the command.
    pub command: &'static str,
    /// The line in the help.
    pub help: &'static str,
    /// The content of the rows.
    pub content: ViewContent,
    /// Whether the view needs issues that the roadmap does not link to.
    pub needs_all_issues: bool,
    /// The line above the rows; empty if the columns have titles.
    pub heading: fn(&Model) -> String,
    /// The text of an empty view: the reason, and the key that helps.
    pub empty: fn(&Model) -> [String; 2],
    /// The most useful keys, for the footer.
    pub keys: &'static [Action],
    /// The possible sort orders, in the sequence of the sort key.
    pub sorts: &'static [Sort],
    /// The possible groupings, in the sequence of the group key.
    pub groupings: &'static [Grouping],
    /// Keys that do nothing here, each with the reason.
    pub refusals: &'static [(Action, &'static str)],
    /// The day at which the view needs the checkout counted.
    pub checkout_day: Option<fn(&Model) -> Date>,
    /// The day since which the view needs the moves of counters.
    pub moves_since: Option<fn(&Model) -> Date>,
}

/// The content of the rows of a view.
#[derive(Debug, Clone, Copy)]
pub enum ViewContent {
    /// Projects, as a table.
    Projects,
    /// Items, as a table.
    Items,
    /// Lines computed by the view.
    Lines(fn(&Model) -> Vec<ListLine>),
    /// A line for each series, above its chart.
    Series,
}

/// A view, by its index in [`VIEWS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct View(usize);

impl View {
    /// The number of views.
    pub const COUNT: usize = VIEWS.len();

    /// Returns all views, in the order of their number keys.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// Returns the specification of the view.
    pub fn spec(self) -> &'static Spec {
        VIEWS.get(self.0).copied().unwrap_or(&projects::VIEW)
    }

    /// Returns the index of the view, from 0.
    pub fn index(self) -> usize {
        self.0
    }

    /// Returns the view of a number key.
    pub fn of_number(number: u8) -> Option<Self> {
        let at = usize::from(number).checked_sub(1)?;
        (at < Self::COUNT).then_some(Self(at))
    }

    /// Returns the view a number of steps further, wrapping around.
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
