//! A report's list as a roadmap: what has been migrated, and what remains.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::clause::{self, Clause};
use super::outline::{self, Node};
use super::{Draft, Entry, Line};
use crate::domain::clean::clean_line;
use crate::domain::{Groups, IssueRef, Owner, Progress, Repo, State};
use crate::sources::roadmap_file::slug;

/// Makes a roadmap out of a Markdown text; `None` where it holds no list of things that remain.
///
/// Bare numbers are written for issues of `repo`, else of the repository that most links lead to.
pub fn from_markdown(text: &str, source: &str, repo: Option<&Repo>, groups: &Groups) -> Option<Draft> {
    let nodes = outline::read(text);
    let (mut migrated, mut remaining) = (Vec::new(), Vec::new());
    collect(&nodes, None, &mut migrated, &mut remaining);
    if remaining.is_empty() {
        return None;
    }
    let default = Repo::new("kubernetes/k8s.io").expect("owner/name");
    let reader = Reader { groups, home: repo.cloned().unwrap_or(default) };
    let first = nodes.iter().find(|node| !node.text.is_empty() && section_of(&node.text).is_none());
    let title = first.map(|node| reader.spoken(&node.text).text);
    let mut draft = Draft {
        source: clean_line(source).into_owned(),
        title: title.unwrap_or_else(|| "Imported roadmap".to_owned()),
        repo: reader.home.clone(),
        umbrellas: Vec::new(),
        migrated: migrated.iter().map(|node| reader.line(node)).collect(),
        entries: remaining.iter().map(|node| reader.entry(node)).collect(),
    };
    if repo.is_none() {
        draft.repo = most_linked(&draft).unwrap_or(draft.repo);
    }
    draft.settle_ids();
    Some(draft)
}

#[derive(Clone, Copy, PartialEq)]
enum Section {
    Migrated,
    Remaining,
}

/// Sorts the lists below headings, paragraphs or items that name a section.
fn collect<'n>(
    nodes: &'n [Node],
    section: Option<Section>,
    migrated: &mut Vec<&'n Node>,
    remaining: &mut Vec<&'n Node>,
) {
    for node in nodes {
        let named = section_of(&node.text);
        match (named.or(section), named.is_some() || section.is_none()) {
            (Some(Section::Migrated), true) if named.is_some() => migrated.extend(&node.children),
            (Some(Section::Remaining), true) if named.is_some() => remaining.extend(&node.children),
            _ => collect(&node.children, None, migrated, remaining),
        }
    }
}

fn section_of(text: &str) -> Option<Section> {
    let lower = text.trim_start_matches(['*', '_', '#', ' ']).to_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
    if begins(&["what has been migrated", "migrated", "what has been done", "already migrated"]) {
        Some(Section::Migrated)
    } else if begins(&["what remains", "remaining", "what is left", "what's left", "still to do", "to do"]) {
        Some(Section::Remaining)
    } else {
        None
    }
}

fn most_linked(draft: &Draft) -> Option<Repo> {
    let lines = draft.migrated.iter().chain(draft.entries.iter().flat_map(|entry| &entry.items));
    let issues =
        lines.filter_map(|line| line.issue.as_ref()).chain(draft.entries.iter().flat_map(|entry| &entry.issues));
    let repos: Vec<&Repo> = issues.map(|issue| &issue.repo).collect();
    let count = |repo: &Repo| repos.iter().filter(|other| **other == repo).count();
    // Of several with as many links the first one stays.
    repos.iter().rev().max_by_key(|repo| count(repo)).map(|repo| (*repo).clone())
}

struct Reader<'a> {
    groups: &'a Groups,
    home: Repo,
}

/// A line without its Markdown.
struct Spoken {
    text: String,
    links: Vec<IssueRef>,
    struck: bool,
}

impl Reader<'_> {
    fn spoken(&self, markdown: &str) -> Spoken {
        let mut spoken = Spoken { text: String::new(), links: Vec::new(), struck: false };
        let (mut struck, mut plain) = (0usize, 0usize);
        let mut strike = 0;
        for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Start(Tag::Link { dest_url, .. }) => spoken.links.extend(IssueRef::parse(&dest_url, &self.home)),
                Event::Start(Tag::Strikethrough) => strike += 1,
                Event::End(TagEnd::Strikethrough) => strike -= 1,
                Event::Text(text) | Event::Code(text) => {
                    *(if strike > 0 { &mut struck } else { &mut plain }) += text.trim().len();
                    spoken.text.push_str(&text);
                }
                Event::SoftBreak | Event::HardBreak => spoken.text.push(' '),
                _ => {}
            }
        }
        spoken.text = clean_line(&spoken.text).split_whitespace().collect::<Vec<_>>().join(" ");
        spoken.struck = struck > 0 && plain == 0;
        spoken.links.extend(self.mentions(&mut spoken.text));
        spoken
    }

    /// Takes issues that are written out, such as `#846`, `owner/name#1` or a bare link, out of a text.
    fn mentions(&self, text: &mut String) -> Vec<IssueRef> {
        let mut issues = Vec::new();
        let mut kept = Vec::new();
        for word in text.split(' ') {
            let bare = word.trim_matches(['(', ')', ',', ';', '.', ':', '<', '>']);
            let written = bare.starts_with('#') || bare.contains("://") || (bare.contains('/') && bare.contains('#'));
            match IssueRef::parse(bare, &self.home).filter(|_| written) {
                Some(issue) => issues.push(issue),
                None => kept.push(word),
            }
        }
        let kept = kept.join(" ");
        if !kept.is_empty() {
            *text = kept;
        }
        issues
    }

    fn entry(&self, node: &Node) -> Entry {
        let spoken = self.spoken(&node.text);
        let (text, clause) = clause::take(&spoken.text, self.groups);
        let project = gcp_project(&text);
        let id = project.map_or_else(|| slug(&text).to_string(), str::to_owned);
        let items = node.children.iter().flat_map(|child| self.lines(child)).collect();
        let Clause { owner, unknown } = clause.unwrap_or(Clause { owner: Owner::none(), unknown: Vec::new() });
        let asked = (!unknown.is_empty()).then(|| format!("Owner as written: {}.", unknown.join(", ")));
        let title = project.is_none().then(|| text.clone());
        let kind = project.is_none().then_some("other");
        Entry { id, title, kind, owner, issues: spoken.links, note: asked, items }
    }

    /// An item and, below it, what was nested deeper: items do not nest.
    fn lines(&self, node: &Node) -> Vec<Line> {
        let mut lines = vec![self.line(node)];
        lines.extend(node.children.iter().flat_map(|child| self.lines(child)));
        lines
    }

    fn line(&self, node: &Node) -> Line {
        let spoken = self.spoken(&node.text);
        let (text, note) = except(&spoken.text);
        let remark = text.starts_with('(') && text.ends_with(')');
        let text = if remark { text.trim_matches(['(', ')']).to_owned() } else { text };
        let (progress, text) = figures(&text);
        let mut links = spoken.links.into_iter();
        let issue = links.next();
        let more: Vec<_> = links.map(|link| link.short(&self.home)).collect();
        let more = (!more.is_empty()).then(|| format!("See also {}.", more.join(", ")));
        let notes: Vec<_> = note.into_iter().chain(more).collect();
        let on_call = text.to_lowercase().contains("on-call");
        Line {
            title: (!text.is_empty()).then_some(text),
            kind: if remark { Some("remark") } else { on_call.then_some("on-call") },
            issue,
            state: state(node.ticked, spoken.struck),
            progress,
            note: (!notes.is_empty()).then(|| notes.join(" ")),
        }
    }
}

fn state(ticked: Option<bool>, struck: bool) -> Option<State> {
    match (ticked, struck) {
        (_, true) => Some(State::Dropped),
        (Some(true), false) => Some(State::Done),
        (Some(false) | None, false) => None,
    }
}

/// Reads the project's id out of "stop using k8s-prow GCP project".
fn gcp_project(text: &str) -> Option<&str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words
        .windows(2)
        .position(|pair| pair.iter().map(|word| word.to_lowercase()).eq(["gcp".to_owned(), "project".to_owned()]))?;
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let behind = words.get(at + 2);
    let id = |word: &&&str| word.contains('-') && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    before.filter(id).or(behind.filter(id)).copied()
}

/// Takes "(except …)" out of a text.
fn except(text: &str) -> (String, Option<String>) {
    let Some(start) = text.find("(except") else { return (text.to_owned(), None) };
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let end = rest.find(')').unwrap_or(rest.len());
    let note = rest.get(1..end).unwrap_or_default();
    let after = rest.get(end + 1..).unwrap_or_default();
    let mut letters = note.chars();
    let note = letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str()));
    (format!("{} {}", before.trim_end(), after.trim()).trim().to_owned(), note)
}

/// Takes figures such as `288 / 1780` out of the beginning of a text.
fn figures(text: &str) -> (Option<Progress>, String) {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let done = digits(text);
    let (first, rest) = text.split_at_checked(done).unwrap_or(("", text));
    let Some(rest) = rest.trim_start().strip_prefix('/').map(str::trim_start) else { return (None, text.to_owned()) };
    let (second, rest) = rest.split_at_checked(digits(rest)).unwrap_or(("", rest));
    let progress = first.parse().ok().zip(second.parse().ok()).and_then(|(done, total)| Progress::new(done, total));
    match progress.filter(|progress| progress.total > 0 && rest.starts_with(' ')) {
        Some(progress) => (Some(progress), rest.trim().to_owned()),
        None => (None, text.to_owned()),
    }
}
