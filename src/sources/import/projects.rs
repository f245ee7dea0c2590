//! Project builder: headings and entries with children become projects, leaves become items.

use super::content::LineContent;
use super::document::{BOLD_LEVEL, DocumentKind, GROUP_LEVEL, ListItem};
use super::inline::{Inline, ends_with_emoji};
use super::sections::{self, Section};
use super::table;
use super::tokens::LinkContext;
use super::topic::Topic;
use super::{ImportNote, ItemDraft, ProjectDraft};
use crate::domain::State;
use crate::sources::roadmap_file::slug;

pub(super) struct ProjectBuilder<'a> {
    context: &'a LinkContext<'a>,
    /// The title of the roadmap, used for a list without a heading.
    title: &'a str,
    kind: DocumentKind,
    pub(super) projects: Vec<ProjectDraft>,
    pub(super) notes: Vec<ImportNote>,
}

/// Entries that become items of one project.
struct ItemList {
    /// The label above them, if they are only a group below the heading.
    label: Inline,
    items: Vec<ListItem>,
    /// The state from the lines above, for items without their own.
    state: Option<State>,
}

impl<'a> ProjectBuilder<'a> {
    pub(super) fn new(context: &'a LinkContext<'a>, title: &'a str, kind: DocumentKind) -> Self {
        Self { context, title, kind, projects: Vec::new(), notes: Vec::new() }
    }

    /// Adds a section and its subsections; `path` holds the headings above.
    pub(super) fn section(&mut self, section: &Section, path: &[String], above: Option<State>) {
        let heading = section.title.plain();
        let state = sections::state(&section.title).or(above);
        let (mut lists, mut parents) = (Vec::new(), Vec::new());
        let groups = section.sections.iter().filter(|below| below.level == GROUP_LEVEL);
        for list in std::iter::once(section).chain(groups) {
            let is_group = list.level == GROUP_LEVEL;
            let state = if is_group { sections::state(&list.title).or(state) } else { state };
            let mut items = self.without_empty(&list.items);
            if Self::entries_are_projects(list, &items) {
                let mut path = path.to_vec();
                // "What remains" would add nothing to the comments of the file.
                if section.topic() != Some(Topic::Remaining) {
                    path.push(heading.clone());
                }
                // A box without children is an item: a project without items would not be counted.
                let is_box = |item: &ListItem| item.ticked.is_some() && item.children.is_empty();
                let (boxes, others): (Vec<_>, Vec<_>) = items.into_iter().partition(is_box);
                parents.extend(others.into_iter().map(|item| (item, path.clone(), state)));
                items = boxes;
            }
            let label = if is_group { list.title.clone() } else { Inline::default() };
            lists.extend(Some(ItemList { label, items, state }).filter(|list| !list.items.is_empty()));
        }
        if lists.is_empty() && parents.is_empty() && section.level > 0 {
            self.bare_heading(section, path);
        }
        let facts = section.items.iter().filter(|item| item.left_out == Some(table::ABOUT_HEADING));
        if lists.is_empty() {
            facts.for_each(|fact| self.note(fact.line, table::ABOUT_HEADING));
        } else {
            self.heading(section, &lists, path, state);
        }
        for (item, path, state) in &parents {
            self.parent(item, path, *state);
        }
        let mut below = path.to_vec();
        // A bold line or a label applies only to its own list.
        if section.level > 0 && (section.items.is_empty() || section.level < BOLD_LEVEL) {
            below.push(heading);
        }
        for section in section.sections.iter().filter(|below| below.level != GROUP_LEVEL) {
            self.section(section, &below, state);
        }
    }

    /// Reports empty entries and puts their children in their place.
    fn without_empty(&mut self, items: &[ListItem]) -> Vec<ListItem> {
        let mut kept = Vec::with_capacity(items.len());
        for item in items {
            if let Some(doubt) = &item.doubt {
                self.note(item.line, doubt);
            }
            if let Some(why) = item.left_out {
                if why != table::ABOUT_HEADING {
                    self.note(item.line, why);
                }
                continue;
            }
            let is_empty = item.text.is_blank() && item.fields.iter().all(|field| field.text.is_blank());
            let children = self.without_empty(&item.children);
            match (is_empty, item.notes.split_first()) {
                (false, _) => kept.push(self.with_remarks(ListItem { children, ..item.clone() })),
                (true, Some((first, more))) => {
                    kept.push(ListItem { text: first.clone(), notes: more.to_vec(), children, ..item.clone() });
                }
                (true, None) if children.is_empty() => self.note(item.line, "this entry is empty"),
                (true, None) => kept.extend(children),
            }
        }
        kept
    }

    /// Moves children that only describe their parent into it: "blocked by #14", "Owner: @ann". Below a box, children are
    /// all remarks if none of them has a box or a link.
    fn with_remarks(&self, mut item: ListItem) -> ListItem {
        let is_bare = |child: &ListItem| child.ticked.is_none() && child.children.is_empty() && child.notes.is_empty();
        let is_blocker = |child: &ListItem| is_bare(child) && self.context.is_only_about_blockers(&child.text);
        for child in std::mem::take(&mut item.children) {
            if is_blocker(&child) {
                item.notes.push(child.text);
            } else if let Some(fact) = table::fact(&child.text).filter(|_| is_bare(&child)) {
                item.fields.push(fact);
            } else {
                item.children.push(child);
            }
        }
        if item.ticked.is_some() && item.children.iter().all(|child| self.is_remark(child)) {
            for child in std::mem::take(&mut item.children).iter().flat_map(ListItem::all) {
                item.notes.push(child.text.clone());
                item.notes.extend(child.notes.clone());
            }
        }
        item
    }

    /// Whether neither an entry nor anything nested in it has a box, an issue, a state or an owner.
    fn is_remark(&self, item: &ListItem) -> bool {
        item.all().all(|item| {
            let content = self.context.item(item);
            let says_more = !content.issues.is_empty() || !content.blocked_by.is_empty() || !content.owner.is_empty();
            item.ticked.is_none() && item.fields.is_empty() && content.state.is_none() && !says_more
        })
    }

    /// Whether the entries of a section are projects, rather than items of the heading. One entry with children is enough
    /// below "What remains"; elsewhere half of them must have children.
    fn entries_are_projects(section: &Section, items: &[ListItem]) -> bool {
        let parents = items.iter().filter(|item| !item.children.is_empty()).count();
        let is_whole = section.level != GROUP_LEVEL && section.topic() == Some(Topic::Remaining);
        parents > 0 && (is_whole || parents * 2 >= items.len())
    }

    fn heading(&mut self, section: &Section, lists: &[ItemList], path: &[String], state: Option<State>) {
        let mut content = self.context.line(&section.title);
        for fact in section.items.iter().filter(|item| item.left_out == Some(table::ABOUT_HEADING)) {
            self.context.cells(&fact.fields, &mut content);
        }
        let mut project = project(content, path);
        if project.title.is_empty() && project.issues.is_empty() {
            self.title.clone_into(&mut project.title);
            project.id = slug(self.title).to_string();
        }
        // "Done" above a list is the state of its entries, not of the project.
        project.state = project.state.filter(|stated| state.is_none() && !sections::is_said_of_entries(*stated));
        for list in lists {
            let first = project.items.len();
            list.items.iter().for_each(|item| self.items(item, list.state, &mut project.items));
            let (label, owner) = (list.label.plain(), self.context.line(&list.label).owner);
            for item in project.items.iter_mut().skip(first) {
                without_colon(&label).clone_into(&mut item.heading);
                if item.owner.is_empty() {
                    item.owner.clone_from(&owner);
                }
            }
        }
        self.projects.push(project);
    }

    /// Adds a heading without a list as a project if it links to an issue or has a status; otherwise it is prose.
    fn bare_heading(&mut self, section: &Section, path: &[String]) {
        let content = self.context.line(&section.title);
        if section.sections.is_empty()
            && (!content.issues.is_empty() || content.state.is_some())
            && !content.title.is_empty()
        {
            let project = project(content, path);
            self.projects.push(project);
        }
    }

    fn parent(&mut self, item: &ListItem, path: &[String], state: Option<State>) {
        let content = self.context.item(item);
        let mut project = project(content, path);
        project.state = project.state.or(state.filter(|_| item.children.is_empty()));
        let below = state_below(item, project.state, state);
        for child in &item.children {
            self.items(child, below, &mut project.items);
        }
        self.projects.push(project);
    }

    /// An item and, below it, what was nested deeper: items do not nest. A box that only names its nested boxes is part of
    /// their titles and no item, as long as one of them is left.
    fn items(&mut self, item: &ListItem, state: Option<State>, items: &mut Vec<ItemDraft>) {
        let content = self.context.item(item);
        let of_children = state_of_children(item).filter(|_| item.ticked.is_none());
        let below = state_below(item, content.state, state);
        let name = Some(without_colon(&content.title).to_owned()).filter(|_| self.only_names_its_boxes(item, &content));
        let mut draft = content.into_item(self.context.repo);
        draft.state = draft.state.or(of_children).or(state.filter(|state| reaches(item, *state)));
        let place = items.len();
        items.push(draft);
        for child in &item.children {
            self.items(child, below, items);
        }
        let is_left = |part: &ItemDraft| !part.state.is_some_and(State::is_end);
        // If all nested boxes have ended, what is left is the box itself.
        let Some(name) = name.filter(|_| items.iter().skip(place + 1).any(is_left)) else { return };
        items.remove(place);
        for part in items.iter_mut().skip(place).filter(|part| !part.title.is_empty()) {
            part.title = format!("{name}: {}", part.title);
        }
    }

    /// Whether an open box says nothing but the name of the boxes nested in it. In the body of an issue all boxes are items,
    /// since the board finds them by their own names.
    fn only_names_its_boxes(&self, item: &ListItem, content: &LineContent) -> bool {
        let LineContent { title, .. } = content;
        let is_bare = *content == LineContent { title: title.clone(), ..LineContent::default() };
        let has_boxes = item.children.iter().any(|child| child.ticked.is_some());
        self.kind == DocumentKind::File && item.ticked == Some(false) && has_boxes && is_bare
    }

    fn note(&mut self, line: u32, text: &str) {
        self.notes.push(ImportNote { line, text: text.to_owned() });
    }
}

/// Makes a project without items.
pub(super) fn project(content: LineContent, path: &[String]) -> ProjectDraft {
    let LineContent { title, issues, blocked_by, owner, state, progress, due, links, mut notes, .. } = content;
    let written = progress.map(|progress| format!("{}/{}", progress.done, progress.total));
    let is_new = |written: &String| !notes.iter().any(|note| note.replace(' ', "").starts_with(written));
    let written = written.filter(is_new).map(|written| format!("Written as {written}."));
    notes.extend(written);
    let title = without_colon(&title).to_owned();
    let id = gcp_project(&title).map_or_else(|| slug(&title).to_string(), str::to_owned);
    let id = match issues.first() {
        Some(issue) if title.is_empty() => format!("issue-{}", issue.number),
        Some(_) | None => id,
    };
    let title = if gcp_project(&title).is_some() { String::new() } else { title };
    let heading = path.iter().filter(|heading| !heading.is_empty()).cloned().collect::<Vec<_>>().join(" / ");
    ProjectDraft { id, title, heading, owner, issues, blocked_by, state, due, links, notes, items: Vec::new() }
}

/// Strips the colon that introduces a list, but not that of an emoji such as `:smile:`.
fn without_colon(title: &str) -> &str {
    if ends_with_emoji(title) { title } else { title.trim_end_matches([':', ' ']) }
}

/// Returns the state that an entry passes to children without a box: a done or struck entry includes its explanations.
fn state_below(item: &ListItem, own: Option<State>, above: Option<State>) -> Option<State> {
    own.filter(|own| own.is_end()).or(above.filter(|above| reaches(item, *above)))
}

/// Whether the state of a heading applies to an entry: an open box is not done, but can be dropped with the others.
fn reaches(item: &ListItem, state: State) -> bool {
    item.ticked != Some(false) || state == State::Dropped
}

/// Returns the state of a parent without a box: done if every box below it is ticked.
fn state_of_children(item: &ListItem) -> Option<State> {
    let mut boxes = item.all().skip(1).filter_map(|child| child.ticked).peekable();
    (boxes.peek().is_some() && boxes.all(|is_ticked| is_ticked)).then_some(State::Done)
}

/// Finds the project id in "stop using k8s-prow GCP project" or "Migrate away from google.com gcp project k8s-prow".
pub(super) fn gcp_project(text: &str) -> Option<&str> {
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(['`', '"', '\'', ',', '.', ':'])).collect();
    let is_phrase = |pair: &[&str]| matches!(pair, [gcp, project] if gcp.eq_ignore_ascii_case("gcp") && project.eq_ignore_ascii_case("project"));
    let at = words.windows(2).position(is_phrase)?;
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let behind = words.get(at + 2);
    let id = |word: &&&str| {
        word.contains('-') && !word.starts_with('-') && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    before.filter(id).or(behind.filter(id)).copied()
}
