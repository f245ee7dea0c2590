//! The board: roadmap and snapshot joined at a date. Every number on every face comes from here.
//!
//! [`measure`] decides the state of an item; this file builds the rows and the sums.

pub mod blocking;
mod box_states;
mod claim;
mod context;
pub mod item_boxes;
mod linked_boxes;
pub mod measure;
pub mod notes;
pub mod progress_inside;
mod rows;
mod sums;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::boxes::is_robot;
use super::{
    CloseReason, Counter, CounterId, Date, Issue, IssueRef, IssueState, Item, ItemKey, Owner, Percent, Progress,
    Project, ProjectId, Reading, Roadmap, Snapshot, State, Target, Text, Timestamp,
};
pub use box_states::BoxStates;
use box_states::KnownBoxes;
pub use context::JoinContext;
use measure::{Measure, Measured};
pub use rows::{CounterRow, Doubt, Freedom, Inner, IssueNote, ItemRow, OwnBox, ProjectRow, RecordedFigure, Totals};
pub use sums::{ItemSums, count_once, item_sums};

/// After this many days of silence, an assignee may have given up.
pub const SILENT_DAYS: u32 = 90;

/// The state of everything at a date.
#[derive(Debug, Clone)]
pub struct Board {
    /// The board shows the end of this day, in UTC.
    pub date: Date,
    /// The last day on which silence can be judged: `date`, or the day of the last fetch if that is earlier.
    pub known_until: Date,
    /// When the issues were fetched; `None` if they never were.
    pub fetched_at: Option<Timestamp>,
    /// In roadmap order; the index is that of [`Roadmap::projects`].
    pub projects: Vec<ProjectRow>,
    /// What was migrated before the roadmap began, in roadmap order.
    pub migrated: Vec<ItemRow>,
    /// In roadmap order.
    pub counters: Vec<CounterRow>,
    /// Sums over all projects.
    pub totals: Totals,
    places: OnceLock<Places>,
    known_boxes: KnownBoxes,
}

/// The index of each project, and those of its items.
type Places = HashMap<ProjectId, (usize, HashMap<ItemKey, usize>)>;

/// Joins roadmap and snapshot as of the end of `date`.
pub fn join(roadmap: &Roadmap, snapshot: &Snapshot, date: Date) -> Board {
    join_knowing(roadmap, snapshot, date, KnownBoxes::default())
}

fn join_knowing(roadmap: &Roadmap, snapshot: &Snapshot, date: Date, known_boxes: KnownBoxes) -> Board {
    let at = JoinContext::new(roadmap, snapshot, date).knowing(&known_boxes);
    let nowhere = ProjectId::new("");
    let migrated = roadmap.migrated.iter().map(|item| at.migrated_row(&nowhere, item)).collect();
    let mut projects: Vec<_> = roadmap.projects.iter().map(|project| at.project_row(project)).collect();
    for (row, project) in projects.iter_mut().zip(&roadmap.projects) {
        sums::add_up(row, project);
    }
    item_boxes::settle(&mut projects, &at);
    measure::settle_elsewhere(&mut projects, &at);
    linked_boxes::settle(&mut projects, &at);
    measure::settle_started(&mut projects);
    notes::settle_noted(&mut projects, roadmap);
    blocking::settle(&mut projects, &at);
    projects.iter_mut().for_each(sums::count_free);
    Board {
        date,
        known_until: at.known_until(),
        fetched_at: snapshot.fetched_at,
        totals: sums::totals(&projects),
        counters: roadmap.counters.iter().map(|counter| at.counter_row(counter)).collect(),
        migrated,
        projects,
        places: OnceLock::new(),
        known_boxes,
    }
}

impl Board {
    /// Returns the board of another day, joined from the same data. It shares what this one has read of threads.
    #[must_use]
    pub fn on(&self, roadmap: &Roadmap, snapshot: &Snapshot, date: Date) -> Self {
        join_knowing(roadmap, snapshot, date, self.known_boxes.clone())
    }

    /// Finds a project by id.
    pub fn project(&self, id: &ProjectId) -> Option<&ProjectRow> {
        self.projects.get(self.places().get(id)?.0)
    }

    /// Finds an item.
    pub fn item(&self, project: &ProjectId, key: &ItemKey) -> Option<&ItemRow> {
        let (at, items) = self.places().get(project)?;
        self.projects.get(*at)?.items.get(*items.get(key)?)
    }

    /// Returns the index of projects and items, which is built at the first lookup.
    fn places(&self) -> &Places {
        let items = |row: &ProjectRow| row.items.iter().enumerate().map(|(at, item)| (item.key.clone(), at)).collect();
        let projects =
            || self.projects.iter().enumerate().map(|(at, row)| (row.id.clone(), (at, items(row)))).collect();
        self.places.get_or_init(projects)
    }

    /// Returns the items of all projects, in roadmap order.
    pub fn items(&self) -> impl Iterator<Item = &ItemRow> {
        self.projects.iter().flat_map(|project| &project.items)
    }

    /// Returns the items in scope that fit, one for each issue. Of several items of an issue, it prefers one that is
    /// left, then the easiest to take.
    pub fn items_once(&self, fits: impl Fn(&ItemRow) -> bool) -> Vec<&ItemRow> {
        sums::once(self.items().filter(|item| fits(item)))
    }

    /// Finds a counter.
    pub fn counter(&self, id: &CounterId) -> Option<&CounterRow> {
        self.counters.iter().find(|counter| &counter.id == id)
    }

    /// Returns the counter of an item. That of a project is also its only issue's, if it lists no items.
    pub fn counter_of<'a>(&'a self, item: &'a ItemRow) -> Option<&'a CounterId> {
        let of_project = || {
            let row = self.project(&item.project).filter(|row| item.place.is_none() && row.items.len() == 1)?;
            row.items.first().filter(|only| only.key == item.key).and(row.measure.as_ref())
        };
        item.measure.named_counter().or_else(of_project)
    }

    /// Returns the progress behind a project's percentage: its counter, else whole items. `None` if everything is
    /// unknown.
    pub fn measured(&self, row: &ProjectRow) -> Option<Inner> {
        match &row.measure {
            Some(id) => self.counter(id)?.inner(),
            None => row.percent.known().map(|_| Inner::new(row.progress, Text::const_new("items"))),
        }
    }
}

impl<'a> JoinContext<'a> {
    fn project_row(&self, project: &'a Project) -> ProjectRow {
        let owner = Arc::new(project.owner.clone());
        let mut items: Vec<_> = if project.items.is_empty() {
            project.issues.iter().map(|issue| self.whole_row(project, &owner, Some(issue))).collect()
        } else {
            project.items.iter().map(|item| self.item_row(&project.id, &owner, item)).collect()
        };
        let is_dropped = project.written == Some(State::Dropped);
        if is_dropped {
            // No work is left in a dropped project, whatever its items say.
            for item in &mut items {
                (item.state, item.measure, item.contradicted) = (State::Dropped, Measure::Written, None);
                item.freedom = Freedom::Ended;
            }
        }
        let measure = project.measure.as_ref().filter(|_| !is_dropped);
        let reading = measure.and_then(|id| self.reading(id)).cloned();
        let counter = measure.and_then(|id| self.roadmap.counter(id));
        let inner = counter.zip(reading.as_ref()).map(|(counter, reading)| counter.inner(reading));
        let touched = self.touched(project, &items);
        ProjectRow {
            id: project.id.clone(),
            title: project.shown().to_owned(),
            owner,
            state: State::Todo,
            percent: inner.map_or(Percent::Unknown, |inner| inner.percent()),
            measure: measure.cloned(),
            progress: Progress { done: 0, total: 0 },
            reading,
            left: 0,
            free: 0,
            blocked: 0,
            touched,
            due: project.due,
            items,
        }
    }

    /// When a person last commented on an issue of a project, or opened or closed one. `None` if the newest comment of
    /// an issue is later than the date, since earlier comments are not kept.
    fn touched(&self, project: &Project, items: &[ItemRow]) -> Option<Timestamp> {
        let all = project.issues.iter().chain(items.iter().filter_map(|item| item.issue.as_ref()));
        let issues: Vec<_> = all.filter_map(|id| self.issue(id)).filter(|issue| issue.touched().is_some()).collect();
        let touched: Option<Vec<_>> = issues.into_iter().map(|issue| self.touched_issue(issue)).collect();
        touched?.into_iter().max()
    }

    /// When a person last commented on an issue, or opened or closed it. `None` if its newest comment is later than the
    /// date, or if its comments are not known.
    fn touched_issue(&self, issue: &Issue) -> Option<Timestamp> {
        let said = issue.touched().filter(|&said| self.is_past(said))?;
        let closed = self.closed_by_person(issue).filter(|&closed| self.is_past(closed));
        Some(closed.map_or(said, |closed| closed.max(said)))
    }

    /// When a person closed an issue. `None` if it is open, or if a robot may have closed it.
    fn closed_by_person(&self, issue: &Issue) -> Option<Timestamp> {
        let IssueState::Closed { reason, at, by: Some(by) } = &issue.state else { return None };
        at.filter(|_| *reason != Some(CloseReason::Robot) && !is_robot(by, &self.roadmap.robots))
    }

    /// The fetched issue of an item, wherever it was transferred to.
    fn found(&self, item: &Item) -> Option<&'a Issue> {
        self.snapshot.current_issue(item.issue.as_ref()?)
    }

    fn item_row(&self, project: &ProjectId, owner: &Arc<Owner>, item: &'a Item) -> ItemRow {
        let found = self.found(item);
        let Measured { state, measure, contradicted, inner } = measure::measure(self, item, found);
        let issue = found.filter(|issue| self.has(issue));
        let mut row = ItemRow {
            project: project.clone(),
            key: item.key.clone(),
            title: self.title(item, found),
            kind: item.kind.clone(),
            owner: item.owner.clone().map_or_else(|| Arc::clone(owner), Arc::new),
            state,
            measure,
            contradicted,
            written: item.written,
            inner,
            issue: found.map(|issue| &issue.id).or(item.issue.as_ref()).cloned(),
            assignees: issue.filter(|_| self.is_current()).map(|issue| issue.assignees.clone()).unwrap_or_default(),
            own_box: None,
            milestone: issue.and_then(|issue| issue.milestone.as_ref()).map(|milestone| milestone.title.clone()),
            freedom: Freedom::Ended,
            closed_since: issue.and_then(|issue| measure::closed_since(self, issue)),
            claim: None,
            note: None,
            blocked_by: self.blockers(item, issue),
            touched: issue.and_then(|issue| self.touched_issue(issue)),
            due: item.due,
            place: Some(item.place),
        };
        row.freedom = measure::freedom(self, &row, issue);
        row.claim = claim::of_row(self, &row, issue).map(Arc::new);
        if let Freedom::MaybeFree(_) = row.freedom {
            row.note = issue.and_then(|issue| notes::of_issue(self, issue));
        }
        if row.freedom == Freedom::Free && item.is_tracked_elsewhere() {
            // Only the other tracker knows who works on it.
            row.freedom = Freedom::Unchecked;
        }
        row
    }

    /// The blockers from the roadmap and from GitHub's dependencies. GitHub's are only known for the day of the
    /// snapshot.
    fn blockers(&self, item: &Item, issue: Option<&Issue>) -> Vec<Target> {
        let mut targets = item.blocked_by.clone();
        let native = issue.filter(|_| self.is_current()).into_iter().flat_map(|issue| &issue.blocked_by);
        for id in native {
            let target = Target::Issue(id.clone());
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        targets
    }

    /// An item migrated before is done unless something says otherwise.
    fn migrated_row(&self, nowhere: &ProjectId, item: &'a Item) -> ItemRow {
        let mut row = self.item_row(nowhere, &Arc::new(Owner::none()), item);
        if matches!(row.measure, Measure::Nothing) {
            row.state = State::Done;
            row.measure = Measure::Written;
        }
        row.freedom = Freedom::Ended;
        row
    }

    /// Returns a project as one item: an issue that it links without listing it as an item, else its measure.
    pub fn whole_row(&self, project: &Project, owner: &Arc<Owner>, issue: Option<&IssueRef>) -> ItemRow {
        let item = sums::whole_as_item(project, issue);
        // The row owns all it needs; the item lives only as long as this call.
        let at: JoinContext<'_> = *self;
        ItemRow { place: None, ..at.item_row(&project.id, owner, &item) }
    }

    fn title(&self, item: &Item, found: Option<&Issue>) -> String {
        let issue = || found.map(|issue| issue.title.clone());
        let number = || item.issue.as_ref().map(|id| self.short(id));
        let link = || item.links.first().map(|link| link.shown().to_owned());
        item.title.clone().or_else(issue).or_else(number).or_else(link).unwrap_or_else(|| item.key.to_string())
    }

    /// Returns the reading of a counter at the date.
    pub fn reading(&self, id: &CounterId) -> Option<&'a Reading> {
        self.roadmap.counter(id)?.reading_at(self.date)
    }

    fn counter_row(&self, counter: &Counter) -> CounterRow {
        let reading = counter.reading_at(self.date);
        CounterRow {
            id: counter.id.clone(),
            unit: counter.unit.clone(),
            label: self.roadmap.label(counter),
            reading: reading.cloned(),
            start: reading.and_then(|reading| counter.baseline(reading.rule, reading.date)),
            recorded: counter.recorded_at(self.date).map(|reading| counter.recorded(reading)),
        }
    }
}
