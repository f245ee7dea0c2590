//! Importer of Markdown documents: sections are chosen, built into a draft, and everything else is reported.

use super::blocks;
use super::document::{DocumentBlock, DocumentKind, ListItem};
use super::inline::{Inline, one_line};
use super::own_report::{self, OwnPage};
use super::projects::ProjectBuilder;
use super::prose;
use super::sections::{self, ChoiceBasis, Chosen, Section};
use super::table::STATISTICS;
use super::tokens::{LinkContext, references};
use super::topic::topic;
use super::{ImportNote, Imported, ItemDraft, RoadmapDraft};
use std::collections::HashMap;

use crate::domain::{Groups, Repo, State};
use crate::sources::body::BodySpan;
use crate::sources::roadmap_file::{MOST_ITEMS, MOST_PROJECTS};

/// The context of a document.
#[derive(Debug, Clone, Copy)]
pub struct ImportContext<'a> {
    /// The name of the document in messages and at the top of the file.
    pub name: &'a str,
    /// The repository of bare issue numbers, if known.
    pub repo: Option<&'a Repo>,
    /// The repository of bare issue numbers if `repo` is unset and no link names one.
    pub fallback: &'a Repo,
    /// The web host beside `github.com`.
    pub host: &'a str,
    /// The groups that own things.
    pub groups: &'a Groups,
    /// Only sections whose heading contains this text.
    pub section: Option<&'a str>,
    /// The title, if known.
    pub title: Option<&'a str>,
}

/// Why a document cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NothingFound {
    /// There is no list or table with entries.
    #[error("it has no list and no table of work")]
    NoList,
    /// No heading contains the requested text.
    #[error("no section with a list is called `{wanted}`")]
    NoSection {
        /// The requested text.
        wanted: String,
        /// The headings that have lists.
        headings: Vec<String>,
    },
    /// It exceeds the limits of a roadmap.
    #[error(
        "{lists} headings with lists and {entries} entries are more than a roadmap has: at most {MOST_PROJECTS} projects and \
         {MOST_ITEMS} items are read"
    )]
    TooMuch {
        /// The headings that have lists.
        lists: usize,
        /// The entries of these lists.
        entries: usize,
    },
}

/// Imports a document.
pub fn from_markdown(text: &str, around: &ImportContext<'_>) -> Result<Imported, NothingFound> {
    let whole = |document: Section| Chosen { prose: prose::of(&document), ..sections::choose(document) };
    outline(text, (around, DocumentKind::File), |document, _| match around.section {
        Some(wanted) => named(document, wanted),
        None => Ok(whole(document)),
    })
}

/// Imports the body of an issue: the parts with boxes or links to issues, else the whole body.
pub(super) fn from_body(text: &str, around: &ImportContext<'_>) -> Result<Imported, NothingFound> {
    outline(text, (around, DocumentKind::Body), |document, context| {
        let is_linked = |item: &ListItem| {
            let content = context.item(item);
            !content.issues.is_empty() || !content.blocked_by.is_empty()
        };
        Ok(sections::choose_work(document, &is_linked))
    })
}

fn outline(
    text: &str,
    (around, kind): (&ImportContext<'_>, DocumentKind),
    choose: impl FnOnce(Section, &LinkContext<'_>) -> Result<Chosen, NothingFound>,
) -> Result<Imported, NothingFound> {
    let text = with_line_feeds(text);
    let text = with_bullets(&text);
    let (front, text) = front_matter(&text);
    let blocks = blocks::read(&text);
    let mut document = Section::of(blocks.clone());
    let linked = || most_linked(&document, around);
    let repo = around.repo.cloned().or_else(linked).unwrap_or_else(|| around.fallback.clone());
    let context = LinkContext { repo: &repo, host: around.host, groups: around.groups };
    let imported = |title, migrated, projects, notes| {
        let (source, repo) = (one_line(around.name), repo.clone());
        let mut draft = RoadmapDraft { source, title, repo, umbrellas: Vec::new(), migrated, projects };
        draft.make_ids_unique();
        draft.keep_possible_blockers();
        Imported { draft, notes }
    };
    if let Some(OwnPage { title, migrated, projects }) = own_report::read(&blocks, &document, &context) {
        return Ok(imported(title, migrated, projects, Vec::new()));
    }
    let title = around.title.map(str::to_owned).or(front).or_else(|| heading(&blocks, &context));
    let title = title.unwrap_or_else(|| "Imported roadmap".to_owned());
    document.group_labels(&|heading| {
        let content = context.line(heading);
        content.title == title && content.issues.is_empty() && content.owner.is_empty()
    });
    let chosen = choose(document, &context)?;
    check_size(&chosen)?;
    let mut builder = ProjectBuilder::new(&context, &title, kind);
    for section in &chosen.work {
        builder.section(section, &[], None);
    }
    let mut migrated: Vec<ItemDraft> = Vec::new();
    for item in chosen.migrated.iter().flat_map(ListItem::all).filter(|item| !item.text.is_blank()) {
        let draft = context.item(item).into_item(&repo);
        // An open box is not done, even in a list of what was migrated.
        let open = (item.ticked == Some(false)).then_some(State::Todo);
        migrated.push(ItemDraft { state: draft.state.or(open), ..draft });
    }
    let ProjectBuilder { projects, mut notes, .. } = builder;
    if projects.is_empty() && migrated.is_empty() {
        return Err(NothingFound::NoList);
    }
    notes.extend(left_out(&chosen, kind.way()));
    notes.extend(crossed(&text));
    notes.extend(prose::left_out(&chosen.prose));
    notes.sort();
    Ok(imported(title, migrated, projects, notes))
}

fn named(document: Section, wanted: &str) -> Result<Chosen, NothingFound> {
    let headings = sections::headings(&document);
    let chosen = sections::choose_named(document, wanted);
    if chosen.work.iter().flat_map(Section::entries).next().is_none() {
        return Err(NothingFound::NoSection { wanted: wanted.to_owned(), headings });
    }
    let prose = chosen.work.iter().flat_map(prose::of).collect();
    Ok(Chosen { prose, ..chosen })
}

/// Rejects oversized documents before their lines are parsed.
fn check_size(chosen: &Chosen) -> Result<(), NothingFound> {
    let lists = chosen.work.iter().map(Section::lists).sum();
    let entries = chosen.work.iter().flat_map(Section::entries).count();
    if lists > MOST_PROJECTS || entries > MOST_PROJECTS + MOST_ITEMS {
        return Err(NothingFound::TooMuch { lists, entries });
    }
    Ok(())
}

/// Reports the sections that were left out, why, and how to read them.
fn left_out(chosen: &Chosen, way: &str) -> Vec<ImportNote> {
    let note = |section: &Section| {
        let (first, last) = section.lines()?;
        let is_read = |item: &ListItem| item.left_out != Some(STATISTICS);
        if !section.items.iter().any(is_read) {
            return Some(ImportNote { line: first, text: STATISTICS.to_owned() });
        }
        let title = section.title.plain();
        let place = if title.is_empty() { "before the first heading".to_owned() } else { format!("below `{title}`") };
        let lines = if first == last { String::new() } else { format!(", to line {last}") };
        let entries = match section.entries().count() {
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        };
        let why = match chosen.basis {
            ChoiceBasis::Heading => "not part of what remains",
            ChoiceBasis::Links if sections::is_further_reading(section) => "only what else there is to read",
            ChoiceBasis::Links => "no boxes and no links to issues",
        };
        Some(ImportNote { line: first, text: format!("{entries} {place}{lines}: {why} ({way})") })
    };
    chosen.left_out.iter().filter_map(note).collect()
}

/// Normalizes line endings, a lone carriage return included, to line feeds.
fn with_line_feeds(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// Replaces pasted bullets such as `•` with those of Markdown, and adds what is missing before `☐ a` and in `-[ ] a`.
/// Beside `☐`, `☒` is a tick, as pandoc writes it.
fn with_bullets(text: &str) -> std::borrow::Cow<'_, str> {
    const BULLETS: [char; 5] = ['•', '◦', '▪', '‣', '●'];
    const BOXES: [char; 3] = ['☐', '☑', CROSSED];
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\u{a0}');
    let bulleted = |line: &str| {
        let rest = line.trim_start();
        let pasted = rest.strip_prefix(BULLETS).filter(|entry| entry.starts_with(is_blank));
        let boxed = || rest.strip_prefix(BOXES).filter(|entry| entry.starts_with(is_blank)).and(Some(rest));
        let joined = || {
            let entry = rest.strip_prefix(['-', '*', '+'])?;
            ["[ ] ", "[x] ", "[X] "].iter().any(|mark| entry.starts_with(mark)).then_some(entry)
        };
        let entry = pasted.or_else(boxed).or_else(joined)?;
        Some(format!("{}- {}", line.strip_suffix(rest).unwrap_or_default(), entry.trim_start()))
    };
    let is_joined = ["-[", "*[", "+["].iter().any(|mark| text.contains(mark));
    if !is_joined && !text.contains(BULLETS) && !text.contains(BOXES) {
        return text.into();
    }
    let bulleted: String =
        text.split_inclusive('\n').map(|line| bulleted(line).unwrap_or_else(|| line.to_owned())).collect();
    if text.contains('☐') { bulleted.replace(CROSSED, "☑").into() } else { bulleted.into() }
}

const CROSSED: char = '☒';

/// Reports the first entry with `☒`, which may be a tick or a cross.
fn crossed(text: &str) -> Option<ImportNote> {
    let is_entry =
        |line: &str| line.trim_start_matches(|c: char| !c.is_alphabetic() && c != CROSSED).starts_with(CROSSED);
    let line = 1 + text.lines().position(is_entry)? as u32;
    let text = "the sign `☒` is not understood: it is a tick only beside `☐`".to_owned();
    Some(ImportNote { line, text })
}

/// Strips front matter (YAML or TOML); returns its title, and the text with the front matter as blank lines, so that
/// line numbers stay correct.
fn front_matter(text: &str) -> (Option<String>, std::borrow::Cow<'_, str>) {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let unchanged = (None, std::borrow::Cow::Borrowed(bare));
    let mut lines = bare.lines();
    let Some(fence @ ("---" | "+++")) = lines.next().map(str::trim_end) else { return unchanged };
    let lines: Vec<&str> = lines.collect();
    let Some(end) = lines.iter().position(|line| is_end(line, fence)) else { return unchanged };
    let (inside, rest) = lines.split_at(end);
    let is_metadata = |line: &&str| line.split_once([':', '=']).is_some_and(|(key, _)| !key.trim().is_empty());
    if !inside.iter().any(is_metadata) || inside.first().is_some_and(|line| line.trim().is_empty()) {
        return unchanged;
    }
    let title = inside.iter().find_map(|line| title_of(line));
    let rest: Vec<&str> = rest.iter().skip(1).copied().collect();
    (title, format!("{}{}", "\n".repeat(end + 2), rest.join("\n")).into())
}

fn is_end(line: &str, fence: &str) -> bool {
    line.trim_end() == fence || (fence == "---" && line.trim_end() == "...")
}

fn title_of(line: &str) -> Option<String> {
    let (key, value) = line.split_once([':', '='])?;
    let value = value.trim().trim_matches(['"', '\'']);
    let title = one_line(value);
    (key == "title" || key == "title ").then_some(title).filter(|title| !title.is_empty())
}

/// Returns the title: the first heading of level 1 that is not a topic, else the only heading of the highest level.
fn heading(blocks: &[DocumentBlock], context: &LinkContext<'_>) -> Option<String> {
    let headings = || blocks.iter().filter_map(DocumentBlock::heading);
    let highest = headings().map(|(level, _)| level).min()?;
    let is_part = |level: &u8| *level == highest && highest > 1;
    if headings().filter(|(level, _)| is_part(level)).count() > 1 {
        return None;
    }
    let speaks = |text: &&Inline| topic(&text.plain()).is_none();
    let mut texts = headings().filter(|(level, _)| *level == highest).map(|(_, text)| text);
    let title = texts.find(speaks).map(|text| context.line(text).title)?;
    Some(title).filter(|title| !title.is_empty())
}

/// Returns the repository with the most links.
fn most_linked(document: &Section, around: &ImportContext<'_>) -> Option<Repo> {
    let mut counts: HashMap<Repo, (usize, usize)> = HashMap::new();
    // Bare numbers resolve to a repository that cannot exist, and are not counted.
    let nowhere = Repo::new("-/-").expect("owner/name");
    for run in document.all().flat_map(Section::texts).flat_map(|text| &text.0) {
        let span = BodySpan { text: run.text.clone(), link: run.link.clone(), code: run.code, ..BodySpan::default() };
        let found = references(&span, &nowhere, around.host).into_iter().map(|(_, issue)| issue.repo);
        for repo in found.filter(|repo| *repo != nowhere) {
            let order = counts.len();
            counts.entry(repo).or_insert((0, order)).0 += 1;
        }
    }
    counts.into_iter().max_by_key(|(_, (count, order))| (*count, std::cmp::Reverse(*order))).map(|(repo, _)| repo)
}
