//! Matches items by hand to boxes: an item with the text of a box of its project's issue, or of an umbrella, is that
//! box.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::measure::{freedom_of_box, freedom_of_issue};
use super::{Doubt, Freedom, JoinContext, OwnBox, ProjectRow};
use crate::domain::boxes::{self, BoxState};
use crate::domain::{Issue, IssueRef, Item, Project, Task};

/// The box of an item: of one by hand, or one that links to its issue.
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

/// The boxes that have the text of an item by hand.
#[derive(Default)]
struct Candidates<'a> {
    boxes: Vec<ItemBox<'a>>,
    /// Whether one box is that of the item: no other box and no other item has its text.
    is_certain: bool,
    /// Whether a list that may have its box was never fetched.
    is_unread: bool,
}

/// The boxes of task lists by the [`keys`] of their text.
type BoxesByText<'a> = HashMap<String, Vec<(&'a Issue, usize)>>;

/// Index of boxes that items by hand are matched to.
pub struct ItemBoxes<'a> {
    at: JoinContext<'a>,
    umbrellas: BoxesByText<'a>,
    /// The number of items by hand for each key, counted only if there are umbrellas. If it is above 1, the box could
    /// belong to any of them.
    items: HashMap<String, u32>,
    /// The keys of the other items: by their titles, and those of their issues.
    measured: HashSet<String>,
}

/// Assigns boxes to items by hand; a free item is as free as its box, and maybe free at most if that is a guess. The
/// boxes of earlier days are unknown, so then an item is free only if it would be free now.
pub(super) fn settle(projects: &mut [ProjectRow], at: &JoinContext<'_>) {
    let now = at.at_fetch();
    let Some(boxes) = ItemBoxes::of(&now) else { return };
    for (row, project) in projects.iter_mut().zip(&at.roadmap.projects) {
        for (item, found) in row.items.iter_mut().zip(boxes.candidates(project)) {
            let Some(found) = found.filter(|_| item.is_left()) else { continue };
            if item.freedom == Freedom::Free {
                let freedom = found.freedom(&now);
                let is_known = at.is_current() || freedom == Freedom::Free;
                item.freedom = if is_known { freedom } else { Freedom::Unchecked };
            }
            item.own_box = found.own().filter(|_| at.is_current()).map(|own| Arc::new(own.for_row()));
        }
    }
}

impl<'a> ItemBoxes<'a> {
    /// Indexes the task lists of umbrellas. `None` for a day in the past, whose boxes are not known.
    pub fn of(at: &JoinContext<'a>) -> Option<Self> {
        at.is_current().then_some(())?;
        let umbrellas = by_text(at, &at.roadmap.umbrellas);
        let (mut items, mut measured) = (HashMap::new(), HashSet::new());
        if !umbrellas.is_empty() {
            let texts = at.roadmap.items().filter_map(text_of);
            texts.flat_map(keys).for_each(|key| *items.entry(key).or_insert(0) += 1);
            let title = |item: &'a Item| Some(at.issue(item.issue.as_ref()?)?.title.as_str());
            let titles = |item: &'a Item| item.title.as_deref().into_iter().chain(title(item));
            measured.extend(at.roadmap.items().filter(|item| !is_by_hand(item)).flat_map(titles).flat_map(keys));
        }
        Some(Self { at: *at, umbrellas, items, measured })
    }

    /// Returns the box of each item of a project.
    pub fn of_project(&self, project: &Project) -> Vec<Option<ItemBox<'a>>> {
        self.candidates(project).into_iter().map(|found| found?.own()).collect()
    }

    fn candidates(&self, project: &Project) -> Vec<Option<Candidates<'a>>> {
        if !project.items.iter().any(is_by_hand) {
            return Vec::new();
        }
        let own = by_text(&self.at, &project.issues);
        let mut lists = project.issues.iter().chain(&self.at.roadmap.umbrellas);
        let is_unread = lists.any(|id| self.at.snapshot.was_never_fetched(id));
        if own.is_empty() && self.umbrellas.is_empty() && !is_unread {
            return Vec::new();
        }
        let of_text = |text| Candidates { is_unread, ..self.of_text(&own, text) };
        project.items.iter().map(|item| text_of(item).map(of_text)).collect()
    }

    fn of_text(&self, own: &BoxesByText<'a>, text: &str) -> Candidates<'a> {
        let is_only = |key: &String| self.items.get(key) == Some(&1);
        let find = |key: String| match own.get(&key) {
            Some(found) => Some((found, true, true)),
            None => Some((self.umbrellas.get(&key)?, false, is_only(&key))),
        };
        let Some((found, is_of_project, is_only)) = keys(text).find_map(find) else { return Candidates::default() };
        let to_box = |&(issue, place): &(&'a Issue, usize)| {
            Some(ItemBox { is_of_project, ..ItemBox::at_place(&self.at, issue, place)? })
        };
        let boxes: Vec<_> = found.iter().filter_map(to_box).collect();
        Candidates { is_certain: is_only && boxes.len() == 1, boxes, is_unread: false }
    }

    /// Whether a box of an umbrella without an issue of its own has the text of an item, in any project and whatever measures
    /// it.
    pub fn has_item_for(&self, issue: &Issue, task: &Task) -> bool {
        let mut umbrellas = self.at.roadmap.umbrellas.iter().map(|id| self.at.snapshot.current_id(id));
        let is_item = || keys(&task.text).any(|key| self.items.contains_key(&key) || self.measured.contains(&key));
        umbrellas.any(|id| *id == issue.id) && boxes::own_issue(task).is_none() && is_item()
    }
}

impl<'a> Candidates<'a> {
    fn own(mut self) -> Option<ItemBox<'a>> {
        self.boxes.pop().filter(|_| self.is_certain)
    }

    fn freedom(&self, at: &JoinContext<'_>) -> Freedom {
        let hardest = self.boxes.iter().map(|own| own.freedom(at)).find(|freedom| *freedom != Freedom::Free);
        match hardest {
            Some(freedom) if self.is_certain => freedom,
            Some(_) => Freedom::MaybeFree(Doubt::Ambiguous),
            None if self.is_unread => Freedom::ClaimsUnchecked,
            None => Freedom::Free,
        }
    }
}

impl<'a> ItemBox<'a> {
    /// Returns the box at a place of a task list.
    pub(super) fn at_place(at: &JoinContext<'_>, issue: &'a Issue, place: usize) -> Option<Self> {
        let state = at.boxes_of(issue).get(place)?.clone();
        Some(Self { issue, task: issue.tasks.get(place)?, place, state, is_of_project: false })
    }

    /// Returns whether someone can take the box.
    pub fn freedom(&self, at: &JoinContext<'_>) -> Freedom {
        let Some(state) = self.state.as_ref().filter(|_| !at.is_closed(self.issue)) else { return Freedom::Unclear };
        if self.is_assigned() {
            return freedom_of_issue(at, self.issue);
        }
        freedom_of_box(at, state)
    }

    /// Whether it belongs to the assignees of its issue.
    pub fn is_assigned(&self) -> bool {
        self.is_of_project && !self.issue.assignees.is_empty()
    }

    pub(super) fn for_row(&self) -> OwnBox {
        let (state, is_assigned) = (self.state.clone(), self.is_assigned());
        let people = match state.as_ref() {
            Some(_) if is_assigned => self.issue.assignees.clone(),
            Some(state) if state.is_claimed() => state.people.clone(),
            Some(_) | None => Vec::new(),
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
                found.entry(key).or_insert_with(Vec::new).push((issue, place));
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
