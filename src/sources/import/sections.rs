//! Section tree of a document, and the choice of the sections to import.

use super::document::{BOLD_LEVEL, DocumentBlock, GROUP_LEVEL, LABEL_LEVEL, ListItem};
use super::inline::Inline;
use super::table;
use super::tokens::is_struck;
use super::topic::{Topic, is_only_a_topic, names_something, topic};
use crate::domain::State;
use crate::domain::status;
use crate::domain::wording::PhraseList;

/// The longest line that can introduce a list, in characters.
const LONGEST_LABEL: usize = 80;

/// The content below a heading, up to the next heading of its level.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Section {
    /// 0 for the whole document.
    pub(super) level: u8,
    pub(super) title: Inline,
    /// The entries of its lists and tables.
    pub(super) items: Vec<ListItem>,
    /// The paragraphs outside lists.
    pub(super) prose: Vec<Paragraph>,
    pub(super) sections: Vec<Section>,
}

/// A paragraph outside lists, with its first line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Paragraph {
    pub(super) line: u32,
    pub(super) text: Inline,
}

impl Section {
    pub(super) fn of(blocks: Vec<DocumentBlock>) -> Self {
        let mut tree = SectionTree { open: vec![Self::default()] };
        let mut blocks = blocks.into_iter().peekable();
        while let Some(block) = blocks.next() {
            let announces = matches!(blocks.peek(), Some(DocumentBlock::List(_) | DocumentBlock::Table(_)));
            tree.add(block, announces);
        }
        tree.finish()
    }

    /// Returns the section and all its subsections, in order.
    pub(super) fn all(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(std::iter::once(self).chain(self.sections.iter().flat_map(Self::all)))
    }

    /// Returns the entries of all its lists, nested ones included.
    pub(super) fn entries(&self) -> impl Iterator<Item = &ListItem> {
        self.all().flat_map(|section| &section.items).flat_map(ListItem::all)
    }

    /// Returns its title and the texts of its lists.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Inline> {
        std::iter::once(&self.title).chain(self.items.iter().flat_map(ListItem::all).flat_map(ListItem::texts))
    }

    /// Counts the sections with entries of their own.
    pub(super) fn lists(&self) -> usize {
        self.all().filter(|section| !section.items.is_empty()).count()
    }

    /// Turns labels such as "To do:" or "First these:" below a heading that can name a project into groups of it. Several
    /// labels below the title of the document, or labels after a list of the heading, become projects instead.
    pub(super) fn group_labels(&mut self, is_title: &impl Fn(&Inline) -> bool) {
        let is_named = self.level > 0 && names_something(&self.title.plain());
        let is_loose = |label: &Self| label.level == LABEL_LEVEL && label.topic().is_none();
        let are_projects = !self.items.is_empty()
            || (self.sections.iter().filter(|label| is_loose(label)).count() > 1 && is_title(&self.title));
        for label in &mut self.sections {
            label.group_labels(is_title);
            if is_named && label.level == LABEL_LEVEL && !(are_projects && is_loose(label)) {
                label.level = GROUP_LEVEL;
            }
        }
    }

    pub(super) fn topic(&self) -> Option<Topic> {
        topic(&self.title.plain())
    }

    /// Returns the first and the last line of its entries.
    pub(super) fn lines(&self) -> Option<(u32, u32)> {
        let lines = || self.entries().map(|item| item.line);
        lines().min().zip(lines().max())
    }
}

struct SectionTree {
    /// The open sections, the document first.
    open: Vec<Section>,
}

impl SectionTree {
    fn add(&mut self, block: DocumentBlock, announces: bool) {
        match block {
            DocumentBlock::Heading { level, text } => self.heading(level, text),
            DocumentBlock::Paragraph { line, text } => self.paragraph(line, text, announces),
            DocumentBlock::List(items) => self.last().items.extend(items),
            DocumentBlock::Table(table) => self.last().items.extend(table::rows(table)),
            DocumentBlock::EndOfDetails => self.close(BOLD_LEVEL),
        }
    }

    fn paragraph(&mut self, line: u32, text: Inline, announces: bool) {
        let plain = text.plain();
        let is_short = plain.chars().count() <= LONGEST_LABEL;
        if is_short && (text.is_bold_line() || (announces && text.is_bold_title())) {
            self.heading(BOLD_LEVEL, text);
        } else if announces && (topic(&plain).is_some() || (is_short && plain.ends_with(':'))) {
            self.heading(LABEL_LEVEL, text);
        } else {
            self.close(LABEL_LEVEL);
            self.last().prose.push(Paragraph { line, text });
        }
    }

    fn heading(&mut self, level: u8, title: Inline) {
        self.close(level);
        self.open.push(Section { level, title, ..Section::default() });
    }

    /// Closes the sections of this level and deeper ones.
    fn close(&mut self, level: u8) {
        while self.open.len() > 1 && self.open.last().is_some_and(|section| section.level >= level) {
            let Some(section) = self.open.pop() else { return };
            self.last().sections.push(section);
        }
    }

    fn last(&mut self) -> &mut Section {
        self.open.last_mut().expect("the document is open")
    }

    fn finish(mut self) -> Section {
        self.close(1);
        self.open.pop().unwrap_or_default()
    }
}

/// The reason to leave out the entries of a list.
const NO_WORK: &str = "entries below such a heading are not read as work (`--section` chooses)";

/// Replaces lists without boxes that explain words or reasons by their reason to be left out.
fn without_asides(mut section: Section) -> Section {
    let is_aside = tells_no_work(&section.title.plain()) && !section.items.iter().any(ListItem::has_box);
    if let Some(first) = section.items.first().filter(|_| is_aside) {
        section.items = vec![ListItem { line: first.line, left_out: Some(NO_WORK), ..ListItem::default() }];
    }
    section.sections = section.sections.into_iter().map(without_asides).collect();
    section
}

/// Whether a heading or a line above a list says that the list is a legend, a history, a discussion or a guide for
/// contributors.
fn tells_no_work(title: &str) -> bool {
    static HEADINGS: PhraseList = PhraseList::new(
        "legend; key; definitions; glossary; terminology; symbols; emoji key; emoji legend; status legend; status key; \
        status definitions; status values; status codes; history; implementation history; changelog; change log; \
        drawbacks; alternatives; alternatives considered; non-goals; non goals; risks; risks and mitigations; motivation; \
        references; further reading; see also; prior art; acknowledgements; acknowledgments; questions; open questions; \
        unresolved questions; faq; frequently asked questions; contributing; contribute; get involved; getting involved",
    );
    const REQUESTS: [&str; 8] = [
        "how to help",
        "how to contribute",
        "how to claim",
        "how you can ",
        "how can i ",
        "how can you ",
        "want to help",
        "want to contribute",
    ];
    let lower = title.to_lowercase();
    let words = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    HEADINGS.has(lower.trim_end_matches([':', '?'])) || REQUESTS.iter().any(|request| words.starts_with(request))
}

/// Returns the state that a heading gives to entries without their own.
pub(super) fn state(title: &Inline) -> Option<State> {
    if is_struck(title) {
        return Some(State::Dropped);
    }
    let title = title.plain();
    let in_brackets = || {
        let stated = status::take_words(&title).1.map(|(state, _)| state);
        let inner = title.strip_suffix(')').and_then(|title| title.rsplit_once(" (")).map(|(_, inner)| inner);
        stated.or_else(|| inner.filter(|inner| !inner.contains('/')).and_then(status::of_heading))
    };
    match topic(&title) {
        Some(Topic::Started) => Some(State::Started),
        Some(Topic::Done | Topic::Migrated) => Some(State::Done),
        Some(Topic::Remaining) => None,
        None => status::of_heading(&title).or_else(in_brackets).filter(|state| is_said_of_entries(*state)),
    }
}

/// Whether a state in a heading applies to the entries below it.
pub(super) fn is_said_of_entries(state: State) -> bool {
    matches!(state, State::Done | State::Started | State::Dropped | State::Removed)
}

/// The result of choosing sections.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chosen {
    /// Open work, and work in progress or done beside it.
    pub(super) work: Vec<Section>,
    /// Entries that were migrated before.
    pub(super) migrated: Vec<ListItem>,
    /// Sections that were left out.
    pub(super) left_out: Vec<Section>,
    /// Why they were left out.
    pub(super) basis: ChoiceBasis,
    /// Paragraphs of the chosen sections.
    pub(super) prose: Vec<Paragraph>,
}

/// The criterion by which sections were chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ChoiceBasis {
    /// The heading says what remains, or contains the requested text.
    #[default]
    Heading,
    /// The section has boxes or links to issues.
    Links,
}

/// Chooses the sections about what remains, else the whole document.
pub(super) fn choose(document: Section) -> Chosen {
    let document = with_items_as_sections(without_asides(document), &|item| {
        let text = item.text.plain();
        matches!(topic(&text), Some(Topic::Remaining | Topic::Migrated)) && is_only_a_topic(&text)
    });
    let remains = |section: &Section| section.topic() == Some(Topic::Remaining) && section.entries().next().is_some();
    if !document.all().any(remains) || is_one_task_list(&document) {
        return Chosen { work: vec![document], ..Chosen::default() };
    }
    let mut chosen = Chosen::default();
    collect(document, &mut chosen, &|section| match section.topic() {
        Some(Topic::Migrated) => SectionRole::Migrated,
        Some(Topic::Remaining | Topic::Started | Topic::Done) => SectionRole::Work,
        None => SectionRole::Other,
    });
    chosen
}

/// Whether "To do" is only one heading of a task list whose other headings have boxes, too. An explicit heading such
/// as "What remains" rules that out.
fn is_one_task_list(document: &Section) -> bool {
    fn has_box_elsewhere(section: &Section) -> bool {
        let has_box = || section.items.iter().any(ListItem::has_box);
        section.topic().is_none() && (has_box() || section.sections.iter().any(has_box_elsewhere))
    }
    let is_explicit = |section: &Section| {
        let title = section.title.plain().to_lowercase();
        let is_clear = ["what ", "what's", "what’s", "remain", "still "].iter().any(|word| title.starts_with(word));
        is_clear && section.topic() == Some(Topic::Remaining)
    };
    !document.all().any(is_explicit) && has_box_elsewhere(document)
}

/// Chooses the sections of an issue's body with boxes or links to issues, else as for any document.
pub(super) fn choose_work(document: Section, is_linked: &impl Fn(&ListItem) -> bool) -> Chosen {
    let fits = |item: &ListItem| item.ticked.is_some() || !item.fields.is_empty() || is_linked(item);
    if !document.entries().any(fits) {
        return choose(document);
    }
    let is_work = |section: &Section| section.items.iter().flat_map(ListItem::all).any(fits);
    let chosen = |is_left_out: fn(&Section) -> bool| {
        let mut chosen = Chosen { basis: ChoiceBasis::Links, ..Chosen::default() };
        collect(document.clone(), &mut chosen, &|section| {
            if is_work(section) && !is_left_out(section) { SectionRole::OwnList } else { SectionRole::Other }
        });
        chosen
    };
    let without_reading = chosen(is_further_reading);
    if without_reading.work.is_empty() { chosen(|_| false) } else { without_reading }
}

/// Whether the list of this section is only further reading.
pub(super) fn is_further_reading(section: &Section) -> bool {
    const HEADINGS: [&str; 8] =
        ["see also", "related", "references", "links", "further reading", "background", "prior art", "resources"];
    let title = section.title.plain().to_lowercase();
    let has_box = |item: &ListItem| item.ticked.is_some();
    HEADINGS.iter().any(|heading| title.starts_with(heading)) && !section.items.iter().any(has_box)
}

/// Chooses the sections whose heading contains a text.
pub(super) fn choose_named(document: Section, wanted: &str) -> Chosen {
    let document = with_items_as_sections(document, &|item| contains(&item.text, wanted));
    let mut chosen = Chosen::default();
    collect(document, &mut chosen, &|section| {
        if contains(&section.title, wanted) { SectionRole::Work } else { SectionRole::Other }
    });
    chosen
}

/// Returns the headings with entries below them.
pub(super) fn headings(document: &Section) -> Vec<String> {
    let below = document.all().skip(1).filter(|section| section.entries().next().is_some());
    below.map(|section| section.title.plain()).collect()
}

fn contains(text: &Inline, wanted: &str) -> bool {
    text.plain().to_lowercase().contains(&wanted.trim().to_lowercase())
}

enum SectionRole {
    /// With its subsections.
    Work,
    /// Its own list alone is work.
    OwnList,
    Migrated,
    Other,
}

fn collect(mut section: Section, chosen: &mut Chosen, role: &impl Fn(&Section) -> SectionRole) {
    let own = match role(&section) {
        SectionRole::Work => return chosen.work.push(section),
        SectionRole::Migrated => {
            return chosen.migrated.extend(section.all().flat_map(|section| section.items.clone()));
        }
        SectionRole::OwnList => Some(std::mem::take(&mut section.items)),
        SectionRole::Other => None,
    };
    let is_work_group =
        |below: &Section| below.level == GROUP_LEVEL && matches!(role(below), SectionRole::Work | SectionRole::OwnList);
    let (groups, below): (Vec<_>, Vec<_>) = std::mem::take(&mut section.sections).into_iter().partition(is_work_group);
    if own.is_some() || !groups.is_empty() {
        let Section { level, title, .. } = &section;
        let items = own.unwrap_or_default();
        chosen.work.push(Section { level: *level, title: title.clone(), items, sections: groups, prose: Vec::new() });
    }
    if !section.items.is_empty() {
        chosen.left_out.push(section);
    }
    for section in below {
        collect(section, chosen, role);
    }
}

/// Turns entries that act as headings (`- What remains` with a nested list) into sections.
fn with_items_as_sections(section: Section, is_heading: &impl Fn(&ListItem) -> bool) -> Section {
    let Section { items, sections, .. } = section;
    let (named, items): (Vec<_>, Vec<_>) =
        items.into_iter().partition(|item| !item.children.is_empty() && item.ticked.is_none() && is_heading(item));
    let below = sections.into_iter().map(|section| with_items_as_sections(section, is_heading));
    let named = named.into_iter().map(|item| Section {
        level: LABEL_LEVEL,
        title: item.text,
        items: item.children,
        ..Section::default()
    });
    let sections = named.chain(below).collect();
    Section { level: section.level, title: section.title, items, prose: section.prose, sections }
}
