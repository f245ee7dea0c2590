//! Matches items by hand to boxes: an item with the text of a box of its project's issue, or of an umbrella, is that
//! box.

use std::collections::HashMap;
use std::sync::Arc;

use super::measure::{freedom_of_box, freedom_of_issue};
use super::{Freedom, JoinContext, OwnBox, ProjectRow};
use crate::domain::boxes::{self, BoxKind, BoxState};
use crate::domain::{Issue, IssueRef, Item, Project, Task};

/// The box of an item by hand.
#[derive(Debug, Clone)]
pub struct ItemBox<'a> {
    /// The issue that contains the box.
    pub issue: &'a Issue,
    /// The box.
    pub task: &'a Task,
    /// Its place in the task list.
    pub place: usize,
    /// The state of the box; `None` if it is ticked or struck.
    pub state: Option<BoxState>,
    /// Whether the issue tracks the item's project: then its assignees have its boxes, too.
    pub is_of_project: bool,
}

/// The boxes of task lists by the [`keys`] of their text. `None` for a key that several boxes share.
type BoxesByText<'a> = HashMap<String, Option<(&'a Issue, usize)>>;

/// Index of boxes that items by hand are matched to.
pub struct ItemBoxes<'a> {
    at: JoinContext<'a>,
    umbrellas: BoxesByText<'a>,
    /// The number of items by hand for each key, counted only if there are umbrellas. If it is above 1, the box could
    /// belong to any of them.
    items: HashMap<String, u32>,
}

/// Assigns boxes to items by hand; a free item is as free as its box. The boxes of earlier days are unknown, so then an
/// item is free only if it would be free now.
pub(super) fn settle(projects: &mut [ProjectRow], at: &JoinContext<'_>) {
    let now = at.at_fetch();
    let Some(boxes) = ItemBoxes::of(&now) else { return };
    for (row, project) in projects.iter_mut().zip(&at.roadmap.projects) {
        for (item, own) in row.items.iter_mut().zip(boxes.of_project(project)) {
            let Some(own) = own.filter(|_| item.is_left()) else { continue };
            item.own_box = at.is_current().then(|| Arc::new(own.for_row()));
            if item.freedom == Freedom::Free {
                let freedom = own.freedom(&now);
                let is_known = at.is_current() || freedom == Freedom::Free;
                item.freedom = if is_known { freedom } else { Freedom::Unchecked };
            }
        }
    }
}

impl<'a> ItemBoxes<'a> {
    /// Indexes the task lists of umbrellas. `None` for a day in the past, whose boxes are not known.
    pub fn of(at: &JoinContext<'a>) -> Option<Self> {
        at.is_current().then_some(())?;
        let umbrellas = by_text(at, &at.roadmap.umbrellas);
        let mut items = HashMap::new();
        if !umbrellas.is_empty() {
            let all = at.roadmap.projects.iter().flat_map(|project| &project.items);
            all.filter_map(text_of).flat_map(keys).for_each(|key| *items.entry(key).or_insert(0) += 1);
        }
        Some(Self { at: *at, umbrellas, items })
    }

    /// Returns the box of each item of a project.
    pub fn of_project(&self, project: &Project) -> Vec<Option<ItemBox<'a>>> {
        if !project.items.iter().any(is_by_hand) {
            return Vec::new();
        }
        let own = by_text(&self.at, &project.issues);
        if own.is_empty() && self.umbrellas.is_empty() {
            return Vec::new();
        }
        project.items.iter().map(|item| self.of_text(&own, text_of(item)?)).collect()
    }

    fn of_text(&self, own: &BoxesByText<'a>, text: &str) -> Option<ItemBox<'a>> {
        let of_umbrella = |key: &String| self.umbrellas.get(key).filter(|_| self.items.get(key) == Some(&1));
        let find = |key: String| match own.get(&key) {
            Some(found) => Some((found, true)),
            None => Some((of_umbrella(&key)?, false)),
        };
        let (found, is_of_project) = keys(text).find_map(find)?;
        let (issue, place) = (*found)?;
        let state = self.at.boxes_of(issue).get(place)?.clone();
        Some(ItemBox { issue, task: issue.tasks.get(place)?, place, state, is_of_project })
    }

    /// Whether a box of an umbrella has the text of an item by hand, in any project.
    pub fn has_item_for(&self, issue: &IssueRef, text: &str) -> bool {
        let mut umbrellas = self.at.roadmap.umbrellas.iter().map(|id| self.at.snapshot.current_id(id));
        umbrellas.any(|id| id == issue) && keys(text).any(|key| self.items.contains_key(&key))
    }
}

impl ItemBox<'_> {
    /// Returns whether someone can take the box.
    pub fn freedom(&self, at: &JoinContext<'_>) -> Freedom {
        let Some(state) = &self.state else { return Freedom::Unclear };
        if self.is_assigned() {
            return freedom_of_issue(at, self.issue);
        }
        freedom_of_box(at, state)
    }

    /// Whether it belongs to the assignees of its issue.
    pub fn is_assigned(&self) -> bool {
        self.is_of_project && !self.issue.assignees.is_empty()
    }

    fn for_row(&self) -> OwnBox {
        let (state, is_assigned) = (self.state.clone(), self.is_assigned());
        let people = match state.as_ref().map(|state| state.kind) {
            Some(_) if is_assigned => self.issue.assignees.clone(),
            Some(BoxKind::Claimed | BoxKind::InReview | BoxKind::Collided | BoxKind::Quiet) => {
                state.iter().flat_map(|state| state.people.clone()).collect()
            }
            Some(BoxKind::Free | BoxKind::Merged | BoxKind::Unclear | BoxKind::Unchecked) | None => Vec::new(),
        };
        let (issue, tick) = (self.issue.id.clone(), self.task.state);
        OwnBox { issue, place: self.place, people, is_assigned, tick, state }
    }
}

fn by_text<'a>(at: &JoinContext<'a>, ids: &[IssueRef]) -> BoxesByText<'a> {
    let mut found = HashMap::new();
    for issue in ids.iter().filter_map(|id| at.issue(id)) {
        for (place, task) in issue.tasks.iter().enumerate() {
            for key in keys(&task.text) {
                found.entry(key).and_modify(|only| *only = None).or_insert(Some((issue, place)));
            }
        }
    }
    found
}

fn is_by_hand(item: &Item) -> bool {
    item.issue.is_none() && item.counter.is_none()
}

/// The text of an item by hand; `None` for an item with a measure.
fn text_of(item: &Item) -> Option<&str> {
    item.title.as_deref().filter(|_| is_by_hand(item))
}

/// The keys of a text: all of it, and `:` with its name, since an import stores assignee and progress separately.
fn keys(text: &str) -> impl Iterator<Item = String> {
    let (whole, name) = (boxes::plain(text), boxes::plain(&boxes::name(text)));
    let name = (!name.is_empty()).then(|| format!(":{name}"));
    Some(whole).filter(|whole| !whole.is_empty()).into_iter().chain(name)
}
