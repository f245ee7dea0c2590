//! The remaining jobs of a counter: groups, and the jobs of one group.

use super::Model;
use crate::domain::tally::{self, GroupBy, TallyGroup};
use crate::domain::{CounterId, Date, Item, ItemKey, ProjectId, Rule, Text, Unit};

/// A page of remaining jobs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RemainingJobsPage {
    /// The counter.
    pub counter: CounterId,
    /// The grouping.
    pub by: GroupBy,
    /// The group whose jobs are listed; `None` lists the groups.
    pub group: Option<Text>,
}

/// The remaining jobs found in a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftJobs {
    /// The jobs that are not done by the rule.
    pub jobs: Vec<Unit>,
    /// The abbreviated commit and its day; `None` for a plain folder.
    pub commit: Option<(String, Date)>,
    /// The base URL of the files on the web.
    pub base: Option<String>,
    /// Whether no file was missing.
    pub is_complete: bool,
}

/// The state of a search for remaining jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Running.
    Running,
    /// Failed with this error.
    Failed(String),
    /// The result.
    Found(LeftJobs),
}

/// Whether the checkout of the settings was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CheckoutState {
    /// The settings name none.
    #[default]
    None,
    /// Not read yet, or possibly changed since.
    Stale,
    /// Read at this day, or requested for it.
    Read(Date),
}

/// The groupings of a rule, in the sequence of the group key.
fn groupings(rule: &Rule) -> Vec<GroupBy> {
    let field = GroupBy::field;
    if rule.jobs().is_some() {
        vec![field("repo"), field("sig"), field("cluster"), field(tally::OWNER), GroupBy::File]
    } else {
        vec![GroupBy::Dir(None), field(tally::OWNER), GroupBy::Dir(Some(1)), GroupBy::Dir(Some(2)), GroupBy::File]
    }
}

/// Returns the grouping after the current one of a page.
pub fn next(model: &Model, page: &RemainingJobsPage) -> GroupBy {
    let all = rule(model, &page.counter).map(groupings).unwrap_or_default();
    let at = all.iter().position(|other| *other == page.by).unwrap_or(0);
    all.into_iter().cycle().nth(at + 1).unwrap_or(GroupBy::File)
}

/// Returns the main rule of a counter, by which percentages are computed.
pub fn rule<'a>(model: &'a Model, counter: &CounterId) -> Option<&'a Rule> {
    model.world.roadmap.counter(counter)?.rules.first()
}

/// Returns the page of all groups of a counter; `None` for a counter without a rule, recorded by hand.
pub fn page(model: &Model, counter: &CounterId) -> Option<RemainingJobsPage> {
    let by = groupings(rule(model, counter)?).into_iter().next().unwrap_or(GroupBy::File);
    Some(RemainingJobsPage { counter: counter.clone(), by, group: None })
}

/// Returns the counter that measures an item.
pub fn counter_of<'a>(model: &'a Model, project: &ProjectId, key: &ItemKey) -> Option<&'a CounterId> {
    model.world.roadmap.item_of(project, key)?.1.counter.as_ref()
}

/// Returns the result of a finished search.
pub fn found<'a>(model: &'a Model, counter: &CounterId) -> Option<&'a LeftJobs> {
    match model.left.get(counter)? {
        Search::Found(jobs) => Some(jobs),
        Search::Running | Search::Failed(_) => None,
    }
}

/// Returns the groups of a page.
pub fn groups(model: &Model, page: &RemainingJobsPage) -> Vec<TallyGroup> {
    found(model, &page.counter).map(|found| tally::group(&found.jobs, &page.by)).unwrap_or_default()
}

/// Returns the jobs of a page of one group.
pub fn jobs<'a>(model: &'a Model, page: &RemainingJobsPage) -> Vec<&'a Unit> {
    let (Some(found), Some(key)) = (found(model, &page.counter), &page.group) else { return Vec::new() };
    tally::of_group(&found.jobs, &page.by, key)
}

/// Returns the jobs of a page as a Markdown task list.
pub fn task_list(model: &Model, page: &RemainingJobsPage) -> Option<String> {
    let found = found(model, &page.counter)?;
    let jobs = jobs(model, page);
    (!jobs.is_empty()).then(|| tally::task_list(&jobs, found.base.as_deref()))
}

/// Returns the project and item that a counter measures: the first such item, else the whole project.
pub fn measured(model: &Model, counter: &CounterId) -> Option<(ProjectId, Option<ItemKey>)> {
    let projects = || model.world.roadmap.projects.iter();
    let has = |item: &&Item| item.counter.as_ref() == Some(counter);
    let item = projects().find_map(|project| Some((project.id.clone(), project.items.iter().find(has)?.key.clone())));
    let whole = || projects().find(|project| project.measure.as_ref() == Some(counter)).map(|found| found.id.clone());
    item.map(|(project, key)| (project, Some(key))).or_else(|| Some((whole()?, None)))
}
