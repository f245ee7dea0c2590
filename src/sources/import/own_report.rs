//! The pages of `offramp report` and `offramp brief`, read back as the roadmap that they were made of.

use std::collections::HashMap;

use super::document::{DocumentBlock, ListItem};
use super::inline::{Inline, one_line};
use super::line::LineContent;
use super::projects::project;
use super::sections::{Section, Topic};
use super::tokens::LinkContext;
use super::{ItemDraft, ProjectDraft};
use crate::domain::Progress;

/// What a page of ours holds.
pub(super) struct OwnPage {
    pub(super) title: String,
    pub(super) migrated: Vec<ItemDraft>,
    pub(super) projects: Vec<ProjectDraft>,
}

/// Reads a page printed by offramp; `None` for any other document.
pub(super) fn read(blocks: &[DocumentBlock], document: &Section, context: &LinkContext<'_>) -> Option<OwnPage> {
    let title = blocks.iter().find_map(|block| match block {
        DocumentBlock::Heading { level: 1 | 2, text, .. } => Some(text.plain()),
        DocumentBlock::Heading { .. }
        | DocumentBlock::Paragraph(_)
        | DocumentBlock::List(_)
        | DocumentBlock::Table(_)
        | DocumentBlock::EndOfDetails => None,
    })?;
    let paragraphs = || {
        blocks.iter().filter_map(|block| match block {
            DocumentBlock::Paragraph(text) => Some(text.plain()),
            DocumentBlock::Heading { .. }
            | DocumentBlock::List(_)
            | DocumentBlock::Table(_)
            | DocumentBlock::EndOfDetails => None,
        })
    };
    let is_totals = |text: &String| text.starts_with("As of ") && text.contains(" items left");
    let is_brief = |text: &String| text.contains("Changes since ") && text.to_lowercase().contains("as of ");
    if paragraphs().any(|text| is_totals(&text)) {
        return report(&title, document, context);
    }
    let joined = paragraphs().collect::<Vec<_>>().join(" ");
    if is_brief(&joined) { brief(title, blocks, document, context) } else { None }
}

fn report(title: &str, document: &Section, context: &LinkContext<'_>) -> Option<OwnPage> {
    let remaining = find(document, &|section| section.topic() == Some(Topic::Remaining))?;
    let ids = find(document, &|section| section.title.plain() == "Where help is needed").map(ids).unwrap_or_default();
    let migrated = find(document, &|section| section.topic() == Some(Topic::Migrated));
    let migrated = migrated.into_iter().flat_map(|section| &section.items);
    Some(OwnPage {
        title: without_year(title).to_owned(),
        migrated: migrated.map(|item| migrated_item(&item.text, context)).collect(),
        projects: remaining.items.iter().map(|item| project_of(item, &ids, context)).collect(),
    })
}

fn find<'s>(section: &'s Section, fits: &impl Fn(&Section) -> bool) -> Option<&'s Section> {
    if fits(section) { Some(section) } else { section.sections.iter().find_map(|below| find(below, fits)) }
}

/// The id of the project of each item, by the title of the item: `k8s-prow: Migrate it`.
fn ids(section: &Section) -> HashMap<String, String> {
    let lines = section.items.iter().flat_map(|item| &item.children);
    lines
        .filter_map(|line| line.text.plain().split_once(": ").map(|(id, title)| (bare(title), id.to_owned())))
        .collect()
}

fn bare(title: &str) -> String {
    title.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['#', ' ']).to_owned()
}

fn without_year(title: &str) -> &str {
    match title.rsplit_once(": ") {
        Some((title, year)) if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => title,
        Some(_) | None => title,
    }
}

/// `k8s-prow, 0/2 (0 %) (SIG Testing (proposed)) #1308`, with its items below it.
fn project_of(item: &ListItem, ids: &HashMap<String, String>, context: &LinkContext<'_>) -> ProjectDraft {
    let mut content = context.line(&item.text);
    for none in ["(nobody named)", "(no owner)", "(none)"] {
        content.title = one_line(&content.title.replace(none, ""));
    }
    if let Some((title, figures)) = content.title.rsplit_once(", ")
        && figures.starts_with(|c: char| c.is_ascii_digit())
    {
        content.title = one_line(title);
    }
    let items: Vec<ItemDraft> = item.children.iter().map(|child| item_of(&child.text, context)).collect();
    let id = items.iter().find_map(|item| ids.get(&item.title)).cloned();
    named(content, id, items)
}

fn named(content: LineContent, id: Option<String>, items: Vec<ItemDraft>) -> ProjectDraft {
    let is_id = !content.title.contains(' ') && content.title.contains('-');
    let mut project = project(LineContent { progress: None, ..content }, &[]);
    if is_id {
        project.id = std::mem::take(&mut project.title);
    } else if let Some(id) = id {
        project.id = id;
    }
    ProjectDraft { items, ..project }
}

/// `Migrate the jobs: 203/1890 prow jobs (started) #12`
fn item_of(text: &Inline, context: &LinkContext<'_>) -> ItemDraft {
    let mut content = context.line(text);
    if let Some((title, figures)) = content.title.rsplit_once(": ")
        && let Some(progress) = progress(figures)
    {
        (content.title, content.progress) = (title.to_owned(), Some(progress));
    }
    let LineContent { title, issues, owner, state, progress, is_remark, links, notes } = content;
    let kind = is_remark.then_some("remark");
    ItemDraft { title, kind, issue: issues.into_iter().next(), owner, state, progress, links, notes }
}

/// `The DNS (all zones)`: the text in parentheses is the note.
fn migrated_item(text: &Inline, context: &LinkContext<'_>) -> ItemDraft {
    let mut item = item_of(text, context);
    if let Some((title, note)) = item.title.strip_suffix(')').and_then(|title| title.split_once(" (")) {
        let (title, note) = (one_line(title), format!("{note}."));
        item.title = title;
        item.notes.push(note);
    }
    item
}

fn progress(text: &str) -> Option<Progress> {
    let figures = text.split(' ').next()?;
    let (done, total) = figures.split_once('/')?;
    Progress::new(done.parse().ok()?, total.parse().ok()?).filter(|progress| progress.total > 0)
}

/// The table of projects, with the free items that are named further down.
fn brief(title: String, blocks: &[DocumentBlock], document: &Section, context: &LinkContext<'_>) -> Option<OwnPage> {
    let table = blocks.iter().find_map(|block| match block {
        DocumentBlock::Table(table) => Some(table),
        DocumentBlock::Heading { .. }
        | DocumentBlock::Paragraph(_)
        | DocumentBlock::List(_)
        | DocumentBlock::EndOfDetails => None,
    })?;
    let column = |name: &str| table.header.iter().position(|cell| cell.plain().eq_ignore_ascii_case(name));
    let (id, named, owner) = (column("project")?, column("title"), column("owner"));
    let free = find(document, &|section| section.title.plain().starts_with("Free to hand out"));
    let free: Vec<&ListItem> = free.into_iter().flat_map(|section| &section.items).collect();
    let projects = table.rows.iter().filter_map(|(_, cells)| {
        let id = cells.get(id)?.plain();
        let named = named.and_then(|at| cells.get(at)).map(Inline::plain).filter(|title| *title != id);
        let who = owner.and_then(|at| cells.get(at)).map(Inline::plain).unwrap_or_default();
        let owner = super::owners::read_cell(&who, context.groups);
        let items = free.iter().filter_map(|item| free_item(item, &id, context)).collect();
        let title = named.unwrap_or_default();
        Some(ProjectDraft { id, title, owner, items, ..ProjectDraft::default() })
    });
    Some(OwnPage { title, migrated: Vec::new(), projects: projects.collect() })
}

/// `Migrate kettle (#787), k8s-gubernator`
fn free_item(item: &ListItem, project: &str, context: &LinkContext<'_>) -> Option<ItemDraft> {
    let plain = item.text.plain();
    let text = plain.strip_suffix(project)?.strip_suffix(", ")?;
    let mut draft = item_of(&Inline::of_text(text), context);
    // The text may be a link whose target is the issue.
    draft.issue = draft.issue.or_else(|| context.line(&item.text).issues.into_iter().next());
    Some(draft)
}
