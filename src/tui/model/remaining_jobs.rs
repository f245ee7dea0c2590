//! Remaining jobs of a counter: in groups, then the jobs of one group.

use super::Model;
use crate::domain::tally::{self, GroupBy, TallyGroup};
use crate::domain::{CounterId, Date, Item, ItemKey, ProjectId, Rule, Text, Unit};

/// A page of what is left.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leftover {
    /// Of which counter.
    pub counter: CounterId,
    /// In which groups.
    pub by: GroupBy,
    /// Of which group; all groups without one.
    pub group: Option<Text>,
}

/// What was found in a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftJobs {
    /// The jobs that the rule does not call done.
    pub jobs: Vec<Unit>,
    /// The commit, short, and its day; `None` for a plain folder.
    pub commit: Option<(String, Date)>,
    /// The address under which its files are shown.
    pub base: Option<String>,
    /// Whether these are all.
    pub is_complete: bool,
}

/// How far the search for it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Under way.
    Running,
    /// Failed, and why.
    Failed(String),
    /// What came of it.
    Found(LeftJobs),
}

/// Whether the checkout that the settings name was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CheckoutState {
    /// They name none.
    #[default]
    None,
    /// It was not read yet, or may have changed since.
    Unasked,
    /// It was last asked about this day.
    Asked(Date),
}

/// The groupings of a rule, as `b` goes through them.
fn groupings(rule: &Rule) -> Vec<GroupBy> {
    let field = GroupBy::field;
    if rule.jobs().is_some() {
        vec![field("repo"), field("sig"), field("cluster"), field(tally::OWNER), GroupBy::File]
    } else {
        vec![GroupBy::Dir(None), field(tally::OWNER), GroupBy::Dir(Some(1)), GroupBy::Dir(Some(2)), GroupBy::File]
    }
}

/// The grouping after that of a page.
pub fn next(model: &Model, page: &Leftover) -> GroupBy {
    let all = rule(model, &page.counter).map(groupings).unwrap_or_default();
    let at = all.iter().position(|other| *other == page.by).unwrap_or(0);
    all.into_iter().cycle().nth(at + 1).unwrap_or(GroupBy::File)
}

/// The rule that says what is left: the one that percentages go by.
pub fn rule<'a>(model: &'a Model, counter: &CounterId) -> Option<&'a Rule> {
    model.world.roadmap.counter(counter)?.rules.first()
}

/// Begins with all groups of a counter; `None` for one that only people write down.
pub fn page(model: &Model, counter: &CounterId) -> Option<Leftover> {
    let by = groupings(rule(model, counter)?).into_iter().next().unwrap_or(GroupBy::File);
    Some(Leftover { counter: counter.clone(), by, group: None })
}

/// The counter that an item is measured by.
pub fn counter_of<'a>(model: &'a Model, project: &ProjectId, key: &ItemKey) -> Option<&'a CounterId> {
    model.world.roadmap.item_of(project, key)?.1.counter.as_ref()
}

/// What was found, where the search is over.
pub fn found<'a>(model: &'a Model, counter: &CounterId) -> Option<&'a LeftJobs> {
    match model.left.get(counter)? {
        Search::Found(jobs) => Some(jobs),
        Search::Running | Search::Failed(_) => None,
    }
}

/// The groups of a page.
pub fn groups(model: &Model, page: &Leftover) -> Vec<TallyGroup> {
    found(model, &page.counter).map(|found| tally::group(&found.jobs, &page.by)).unwrap_or_default()
}

/// The jobs of a page of one group.
pub fn jobs<'a>(model: &'a Model, page: &Leftover) -> Vec<&'a Unit> {
    let (Some(found), Some(key)) = (found(model, &page.counter), &page.group) else { return Vec::new() };
    tally::of_group(&found.jobs, &page.by, key)
}

/// The jobs of a page as a Markdown task list.
pub fn task_list(model: &Model, page: &Leftover) -> Option<String> {
    let found = found(model, &page.counter)?;
    let jobs = jobs(model, page);
    (!jobs.is_empty()).then(|| tally::task_list(&jobs, found.base.as_deref()))
}

/// The project and item that a counter measures: the first item, else the project as a whole.
pub fn measured(model: &Model, counter: &CounterId) -> Option<(ProjectId, Option<ItemKey>)> {
    let projects = || model.world.roadmap.projects.iter();
    let has = |item: &&Item| item.counter.as_ref() == Some(counter);
    let item = projects().find_map(|project| Some((project.id.clone(), project.items.iter().find(has)?.key.clone())));
    let whole = || projects().find(|project| project.measure.as_ref() == Some(counter)).map(|found| found.id.clone());
    item.map(|(project, key)| (project, Some(key))).or_else(|| Some((whole()?, None)))
}
