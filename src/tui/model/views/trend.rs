//! View 5, Trend: a series for every counter, and one for the items of the roadmap.

use super::super::list::ListLine;
use super::super::order::Sort;
use super::{Action as A, Grouping, Model, Spec, ViewContent, no_heading};
use crate::insight::trend::{self, Trend, has_items, of_counter, of_items};
use crate::words;

pub(super) const VIEW: Spec = Spec {
    title: "Trend",
    command: "trend",
    help: "Trend: done and scope over time",
    content: ViewContent::Series,
    needs_all_issues: false,
    heading: no_heading,
    empty,
    keys: &[A::Open, A::Why, A::CopyText, A::Reverse, A::Filter, A::Now, A::Report],
    sorts: &[Sort::Roadmap],
    groupings: &[Grouping::Plain],
    refusals: &[
        (A::Sort, "series are in the order of the roadmap; {reverse} reverses it"),
        (A::Group, "series are not grouped"),
        (A::Completed, "a series shows what is done as well as what is left"),
        (A::Unowned, "a series has no owner; {projects} and {work} list what has none"),
    ],
    checkout_day: None,
    moves_since: Some(Model::changes_since),
};

fn empty(_model: &Model) -> [String; 2] {
    ["no counter has a reading yet".into(), "`offramp count` makes one".into()]
}

/// Returns the series of every counter, then the series of all items of the roadmap, if it has any.
pub fn series_of(model: &Model) -> Vec<Trend> {
    let world = &model.world;
    let counters = world.roadmap.counters.iter();
    let counters =
        counters.map(|counter| Trend { unit: world.roadmap.label(counter), ..of_counter(counter, world.date) });
    let items = has_items(&world.roadmap).then(|| of_items(&world.roadmap, &world.snapshot, world.date));
    counters.chain(items).collect()
}

/// Returns the id of the line of a series.
pub fn name(trend: &Trend) -> String {
    format!("{:?}", trend.id)
}

/// Returns the line of a series.
pub fn line(trend: &Trend) -> ListLine {
    let (text, aside) = trend.last().map_or_else(
        || (words::UNKNOWN.to_owned(), String::new()),
        |last| {
            let inner = trend.inner(last);
            let text = format!("{} ({})", words::amount_short(&inner), words::share(&inner));
            (text, format!("on {}", last.date))
        },
    );
    let copy = format!("**{}**: {text} {aside}; {}\n", trend.unit, trend::text::outlook(trend));
    ListLine {
        id: name(trend),
        tag: trend.unit.clone(),
        text,
        aside,
        copy: Some(copy),
        series: Some(trend.id.clone()),
        ..ListLine::default()
    }
}
