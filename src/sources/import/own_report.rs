//! Reader of offramp's own pages: `report` and `brief` become the roadmap that they were made from.

use std::collections::HashMap;

use super::content::LineContent;
use super::document::{DocumentBlock, ListItem};
use super::inline::Inline;
use super::sections::Section;
use super::tokens::LinkContext;
use super::topic::Topic;
use super::{ItemDraft, ProjectDraft, owners};
use crate::domain::board::measure::is_placeholder;
use crate::domain::{IssueRef, Progress, State};
use crate::sources::roadmap_file::slug;
use crate::words;

/// The content of such a page.
pub(super) struct OwnPage {
    pub(super) title: String,
    pub(super) migrated: Vec<ItemDraft>,
    pub(super) projects: Vec<ProjectDraft>,
}

/// Reads a page printed by offramp; returns `None` for any other document.
pub(super) fn read(blocks: &[DocumentBlock], document: &Section, context: &LinkContext<'_>) -> Option<OwnPage> {
    let (_, title) = blocks.iter().filter_map(DocumentBlock::heading).find(|(level, _)| *level <= 2)?;
    let title = title.plain();
    let paragraphs = || {
        blocks.iter().filter_map(|block| {
            let DocumentBlock::Paragraph { text, .. } = block else { return None };
            Some(text.plain())
        })
    };
    let is_totals = |text: &String| text.to_lowercase().contains("as of ") && text.contains(" items left");
    let is_brief = |text: &String| text.contains("Changes since ") && text.to_lowercase().contains("as of ");
    if paragraphs().any(|text| is_totals(&text)) {
        return report(&title, document, context);
    }
    let joined = paragraphs().collect::<Vec<_>>().join(" ");
    if is_brief(&joined) { brief(title, blocks, document, context) } else { None }
}

fn report(title: &str, document: &Section, context: &LinkContext<'_>) -> Option<OwnPage> {
    let about = |topic: Topic| document.all().find(|section| section.topic() == Some(topic));
    let remaining = about(Topic::Remaining)?;
    let help = document.all().find(|section| section.title.plain() == "Where help is needed");
    let help = help.map(|section| section.items.as_slice()).unwrap_or_default();
    let ids: HashMap<_, _> = titles(help, "", context).map(|(id, title)| (title, id)).collect();
    let unknown: Vec<_> = titles(help, "What there is to do is not known", context).collect();
    let mut projects: Vec<_> = remaining.items.iter().map(|item| project_of(item, &ids, context)).collect();
    for (id, title) in unknown.iter().filter(|(_, title)| !is_placeholder(title)) {
        let items = projects.iter_mut().filter(|project| project.id == *id).flat_map(|project| &mut project.items);
        let open = items.filter(|item| item.title == *title && item.issue.is_none() && item.state.is_none());
        open.for_each(|item| item.state = Some(State::Unknown));
    }
    let title = without_year(title).to_owned();
    let mut page = OwnPage { title, migrated: Vec::new(), projects };
    for line in about(Topic::Migrated).into_iter().flat_map(|section| &section.items) {
        page.add_migrated(item_of(&line.text, context));
    }
    Some(page)
}

impl OwnPage {
    /// Adds a line of migrated work: an item of an open project (`Project: Item`), a whole project (`Title (done)`), or
    /// earlier work with a note (`The DNS (all zones)`).
    fn add_migrated(&mut self, mut item: ItemDraft) {
        let under = |project: &ProjectDraft| {
            let shown = if project.title.is_empty() { &project.id } else { &project.title };
            item.title.strip_prefix(shown.as_str())?.strip_prefix(": ")
        };
        let found = self.projects.iter_mut().find_map(|project| Some((under(project)?.to_owned(), project)));
        if let Some((title, project)) = found {
            let deleted = title.strip_suffix(" (removed)").map(ToOwned::to_owned);
            let state = if deleted.is_some() { State::Removed } else { State::Done };
            project.items.push(ItemDraft { title: deleted.unwrap_or(title), state: Some(state), ..item });
            return;
        }
        let bracketed = bracketed_end(&item.title).map(|(title, note)| (title.to_owned(), note.to_owned()));
        let Some((title, note)) = bracketed else { return self.migrated.push(item) };
        if let Some(state) = [State::Done, State::Removed].into_iter().find(|state| state.word() == note) {
            self.projects.push(ProjectDraft { state: Some(state), ..named(&title, None) });
        } else {
            item.notes.push(format!("{note}."));
            self.migrated.push(ItemDraft { title, ..item });
        }
    }
}

/// Returns the project id and title of each item (`k8s-prow: Migrate it`) below lines with this beginning.
fn titles<'a>(
    help: &'a [ListItem],
    begin: &'a str,
    context: &'a LinkContext<'_>,
) -> impl Iterator<Item = (String, String)> + 'a {
    let lists = help.iter().filter(move |item| item.text.plain().starts_with(begin));
    let lines = lists.flat_map(|item| &item.children).map(|line| without_links(&line.text, context).0);
    lines.filter_map(|line| line.split_once(": ").map(|(id, title)| (id.to_owned(), title.to_owned())))
}

/// Splits a line into its unlinked text and the issues that it links to.
fn without_links(text: &Inline, context: &LinkContext<'_>) -> (String, Vec<IssueRef>) {
    let (links, words) = text.0.iter().cloned().partition(|run| run.link.is_some());
    (Inline(words).plain(), context.tokens(&Inline(links)).issues)
}

/// Splits `Title (what (ever))` at the bracket that the last one closes.
fn bracketed_end(text: &str) -> Option<(&str, &str)> {
    let mut deep = 0_u32;
    let open = text.strip_suffix(')')?.char_indices().rev().find(|(_, c)| match c {
        ')' => {
            deep += 1;
            false
        }
        '(' if deep > 0 => {
            deep -= 1;
            false
        }
        '(' => true,
        _ => false,
    });
    let (title, inner) = text.split_at_checked(open?.0)?;
    Some((title.trim_end(), inner.strip_prefix('(')?.strip_suffix(')')?))
}

fn without_year(title: &str) -> &str {
    match title.rsplit_once(": ") {
        Some((title, year)) if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => title,
        Some(_) | None => title,
    }
}

/// Reads `k8s-prow, 0/2 (0 %) (SIG Testing (proposed)) #1308` with its items.
fn project_of(item: &ListItem, ids: &HashMap<String, String>, context: &LinkContext<'_>) -> ProjectDraft {
    let (text, issues) = without_links(&item.text, context);
    let (rest, owner) = bracketed_end(&text).unwrap_or((&text, ""));
    let figures = rest.rsplit_once(", ").filter(|(_, figures)| progress(figures).is_some());
    let title = figures.map_or(rest, |(title, _)| title);
    let items: Vec<ItemDraft> = item.children.iter().map(|child| item_of(&child.text, context)).collect();
    let id = items.iter().find_map(|item| ids.get(&item.title)).cloned();
    ProjectDraft { items, issues, owner: owners::of_our_words(owner, context.groups), ..named(title, id) }
}

/// Makes a project of the name on the page: its title, or its id if it has no title.
fn named(title: &str, id: Option<String>) -> ProjectDraft {
    let is_id = !title.contains(' ') && title.contains('-');
    let id = if is_id { title.to_owned() } else { id.unwrap_or_else(|| slug(title).to_string()) };
    let title = if id == title { String::new() } else { title.to_owned() };
    ProjectDraft { id, title, ..ProjectDraft::default() }
}

/// Reads `Migrate the jobs: 203/1890 prow jobs (started) #12`.
fn item_of(text: &Inline, context: &LinkContext<'_>) -> ItemDraft {
    let (text, issues) = without_links(text, context);
    let state = |state: State| text.strip_suffix(&format!(" ({})", words::state(state)));
    let (started, undone) = (state(State::Started), state(State::ClosedNotDone));
    let rest = started.or(undone).unwrap_or(&text);
    let inner = rest.rsplit_once(": ").and_then(|(title, figures)| Some((title, progress(figures)?)));
    let (title, progress) = inner.map_or((rest, None), |(title, progress)| (title, Some(progress)));
    let issue = issues.into_iter().next();
    // The page shows the number of an issue whose title was unknown.
    let is_number = |issue: &IssueRef| title == issue.short(context.repo) || title == issue.to_string();
    let title = if issue.as_ref().is_some_and(is_number) { "" } else { title };
    ItemDraft {
        title: title.to_owned(),
        issue,
        state: started.map(|_| State::Started),
        progress,
        ..ItemDraft::default()
    }
}

fn progress(text: &str) -> Option<Progress> {
    let figures = text.split(' ').next()?;
    let (done, total) = figures.split_once('/')?;
    Progress::new(done.parse().ok()?, total.parse().ok()?).filter(|progress| progress.total > 0)
}

/// Reads the table of projects, and their items from the list of free items.
fn brief(title: String, blocks: &[DocumentBlock], document: &Section, context: &LinkContext<'_>) -> Option<OwnPage> {
    let table = blocks.iter().find_map(|block| {
        let DocumentBlock::Table(table) = block else { return None };
        Some(table)
    })?;
    let column = |name: &str| table.header.iter().position(|cell| cell.plain().eq_ignore_ascii_case(name));
    let (id, named, owner) = (column("project")?, column("title"), column("owner"));
    let free = document.all().find(|section| section.title.plain().starts_with("Free to hand out"));
    let free: Vec<&ListItem> = free.into_iter().flat_map(|section| &section.items).collect();
    let projects = table.rows.iter().filter_map(|(_, cells)| {
        let id = cells.get(id)?.plain();
        let named = named.and_then(|at| cells.get(at)).map(Inline::plain).filter(|title| *title != id);
        let who = owner.and_then(|at| cells.get(at)).map(Inline::plain).unwrap_or_default();
        let owner = owners::of_our_words(&who, context.groups);
        let items = free.iter().filter_map(|item| free_item(item, &id, context)).collect();
        let title = named.unwrap_or_default();
        Some(ProjectDraft { id, title, owner, items, ..ProjectDraft::default() })
    });
    Some(OwnPage { title, migrated: Vec::new(), projects: projects.collect() })
}

/// Reads `Migrate kettle (#787), k8s-gubernator`.
fn free_item(item: &ListItem, project: &str, context: &LinkContext<'_>) -> Option<ItemDraft> {
    let plain = item.text.plain();
    let text = plain.strip_suffix(project)?.strip_suffix(", ")?;
    let LineContent { title, issues, .. } = context.line(&Inline::of_text(text));
    // The text may be a link whose target is the issue.
    let issue = issues.into_iter().chain(context.line(&item.text).issues).next();
    Some(ItemDraft { title, issue, ..ItemDraft::default() })
}
