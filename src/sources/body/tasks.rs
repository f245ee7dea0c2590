//! Parser of task lists: boxes with their text, state, depth and issues.

use super::lines::{BodyLine, BodySpan, Marker, split_box};
use super::references::{in_span, push};
use super::rows::TableRows;
use super::{Home, references};
use crate::domain::boxes::{led_by, mentioned};
use crate::domain::clean::clean_line;
use crate::domain::wording::PhraseList;
use crate::domain::{State, Task, TaskState, Text, status};

/// The longest text of a task, in characters.
const MAX_TEXT: usize = 400;

/// The most words of a heading of boxes; a longer line is a sentence.
const MAX_SECTION: usize = 6;

/// How answers in the forms of issues begin.
static STATEMENTS: PhraseList = PhraseList::new(
    "i have; ive; i agree; i accept; i confirm; i certify; i acknowledge; i understand; i searched; i checked; i read; \
    i looked; i am willing; im willing; i would be willing; id be willing; i am using; im using; i am aware; im aware; if i; if im",
);

/// Collects the tasks of a body.
pub(super) fn of(lines: &[BodyLine], home: Home<'_>) -> Vec<Task> {
    let mut list = TaskListBuilder::default();
    for line in lines {
        list.line(line, home);
    }
    list.tasks
}

#[derive(Default)]
struct TaskListBuilder {
    tasks: Vec<Task>,
    /// The tasks that further lines may belong to: depth in lists, and index in `tasks`.
    open: Vec<(u8, usize)>,
    rows: TableRows,
    /// The heading above, if it is short.
    heading: String,
    /// The bullet above, with its depth in lists.
    bullet: Option<(u8, String)>,
}

impl TaskListBuilder {
    fn line(&mut self, line: &BodyLine, home: Home<'_>) {
        if let Some((text, state)) = self.rows.row(line) {
            self.open.clear();
            let issues = references::of(std::slice::from_ref(line), home);
            let text = clean_line(&text).chars().take(MAX_TEXT).collect();
            self.tasks.push(Task { text, state, depth: line.depth, issues, section: Text::new(&self.heading) });
            return;
        }
        self.lead(line);
        let starts = line.marker != Marker::None;
        self.open.retain(|(depth, _)| if starts { *depth < line.depth } else { *depth <= line.depth });
        match line.marker {
            Marker::Task(_) if is_statement(&text_of(line)) => {}
            Marker::Task(ticked) => self.add(line, state_of(line, ticked, home), home),
            // To the Markdown parser a struck box is text, which lazily continues the task above.
            Marker::None | Marker::Bullet if is_struck_box(line) => {
                self.open.retain(|(depth, _)| *depth < line.depth);
                self.add(line, TaskState::Dropped, home);
            }
            Marker::None | Marker::Bullet => self.extend(line, home),
        }
    }

    /// Records a short heading or bullet, which applies to the boxes below it.
    fn lead(&mut self, line: &BodyLine) {
        let text = || Some(marked(line)).filter(|text| text.split_whitespace().count() <= MAX_SECTION);
        match line.marker {
            Marker::None if line.depth == 0 => {
                self.heading = text().unwrap_or_default();
                self.bullet = None;
            }
            Marker::Bullet if self.bullet.as_ref().is_none_or(|(depth, _)| line.depth <= *depth) => {
                self.bullet = text().map(|text| (line.depth, text));
            }
            Marker::None | Marker::Bullet | Marker::Task(_) => {}
        }
    }

    /// Returns the section of a task: the bullet above it, else the heading.
    fn section(&self, line: &BodyLine) -> &str {
        let bullet = self.bullet.as_ref().filter(|(depth, _)| line.depth > *depth);
        bullet.map_or(&self.heading, |(_, text)| text)
    }

    /// Returns the people named in the bullet or heading above a task.
    fn people(&self, line: &BodyLine) -> String {
        let all = [self.section(line), &self.heading].map(led_by);
        let named = all.into_iter().find(|people| !people.is_empty()).unwrap_or_default();
        named.iter().map(|login| format!("@{login}")).collect::<Vec<_>>().join(" ")
    }

    /// Returns the text of a task, with the people of its heading if it names none.
    fn text(&self, line: &BodyLine) -> String {
        let text = text_of(line);
        let people = if text.contains('@') { String::new() } else { self.people(line) };
        if people.is_empty() { text } else { format!("{text} · {people}") }
    }

    fn add(&mut self, line: &BodyLine, state: TaskState, home: Home<'_>) {
        // Below a struck box outside lists, headings and paragraphs have the same depth.
        if line.depth > 0 {
            self.open.push((line.depth, self.tasks.len()));
        }
        let issues = references::of(std::slice::from_ref(line), home);
        let (text, section) = (self.text(line), Text::new(self.section(line)));
        // What follows a struck title may be its new name, or the reason why it is struck.
        let struck = struck_title(line).filter(|_| state == TaskState::Open);
        let text = struck.map_or_else(|| text.clone(), |title| text.replacen(title, &format!("~~{title}~~"), 1));
        self.tasks.push(Task { text, state, depth: line.depth.saturating_sub(1), issues, section });
    }

    /// Adds a further line to the open task: its issues, and its text unless it is a nested bullet.
    fn extend(&mut self, line: &BodyLine, home: Home<'_>) {
        let Some(&(depth, at)) = self.open.last() else { return };
        let Some(task) = self.tasks.get_mut(at) else { return };
        for (_, issue) in line.spans.iter().flat_map(|span| in_span(span, home)) {
            push(&mut task.issues, issue);
        }
        let text = text_of(line);
        let is_note = line.marker == Marker::Bullet && depth + 1 == line.depth && names_a_person(&text);
        if is_note && !task.text.contains('@') {
            task.text = format!("{} · {text}", task.text);
        } else if depth == line.depth && task.text.len() < MAX_TEXT {
            task.text = join(&task.text, &text);
        }
    }
}

/// Whether a bullet below a task only names a person: `assigned to @ann`.
fn names_a_person(text: &str) -> bool {
    const MAX_WORDS: usize = 5;
    text.split_whitespace().count() <= MAX_WORDS && mentioned(text).next().is_some()
}

fn join(head: &str, tail: &str) -> String {
    if tail.is_empty() { head.to_owned() } else { format!("{head} {tail}") }
}

/// Whether a box is an answer in the form of an issue, not work: `I agree to follow the Code of Conduct`.
fn is_statement(text: &str) -> bool {
    let plain = format!("{} ", text.to_lowercase().replace(['\'', '’', ',', '.'], ""));
    STATEMENTS.begins(plain.strip_prefix("yes ").unwrap_or(&plain))
}

/// Returns the state of a task, which is dropped if its subject is struck.
fn state_of(line: &BodyLine, ticked: bool, home: Home<'_>) -> TaskState {
    match (is_struck(line, home), reason(line), ticked) {
        (true, ..) | (false, Some(State::Removed | State::Dropped), _) => TaskState::Dropped,
        (false, Some(_), _) | (false, None, true) => TaskState::Done,
        (false, None, false) => TaskState::Open,
    }
}

/// The state behind a struck title: dropped for `~~Docs~~ won't do`.
fn reason(line: &BodyLine) -> Option<State> {
    let (struck, standing): (Vec<_>, Vec<_>) = line.spans.iter().partition(|span| span.struck);
    let text = |spans: Vec<&BodySpan>| spans.into_iter().map(|span| span.text.as_str()).collect::<String>();
    can_be_title(&text(struck)).then(|| status::of_reason(&text(standing)))?
}

/// Whether all text is struck except remarks in parentheses, and links and references after a struck title.
fn is_struck(line: &BodyLine, home: Home<'_>) -> bool {
    let (mut is_any, mut has_struck_title) = (false, false);
    for span in line.spans.iter().filter(|span| !span.text.trim().is_empty()) {
        if span.struck {
            is_any = true;
            has_struck_title |= can_be_title(&span.text);
        } else if says_something(span, home) || (!has_struck_title && is_reference(span, line, home)) {
            return false;
        }
    }
    is_any
}

/// Whether struck words can be the subject of a line, rather than an owner, a date or a blocker.
pub(in crate::sources) fn can_be_title(text: &str) -> bool {
    const ASIDES: [&str; 9] =
        ["blocked ", "waiting ", "waits ", "depends ", "depending ", "after ", "by ", "until ", "due "];
    let lower = text.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@').to_lowercase();
    let is_word =
        |word: &str| word.contains(char::is_alphanumeric) && !word.contains(['@', '#']) && !word.contains("://");
    !ASIDES.iter().any(|aside| lower.starts_with(aside)) && text.split_whitespace().any(is_word)
}

/// Whether a span is a link without anything struck in it, or a reference.
fn is_reference(span: &BodySpan, line: &BodyLine, home: Home<'_>) -> bool {
    let is_half_struck = || line.spans.iter().any(|other| other.struck && other.link == span.link);
    match span.link {
        Some(_) => !is_half_struck(),
        None => !in_span(span, home).is_empty(),
    }
}

fn says_something(span: &BodySpan, home: Home<'_>) -> bool {
    if span.struck || span.link.is_some() {
        return false;
    }
    let mut deep = 0_u32;
    let outside: String = span
        .text
        .chars()
        .filter(|c| {
            deep += u32::from(*c == '(');
            let is_outside = deep == 0;
            deep = deep.saturating_sub(u32::from(*c == ')'));
            is_outside
        })
        .collect();
    let says = |word: &str| {
        let word = BodySpan { text: word.to_owned(), ..BodySpan::default() };
        word.text.contains(char::is_alphanumeric) && in_span(&word, home).is_empty() && !word.text.contains("://")
    };
    outside.split_whitespace().any(says)
}

fn is_struck_box(line: &BodyLine) -> bool {
    struck_beginning(line).is_some_and(|text| split_box(text).is_some())
}

fn struck_title(line: &BodyLine) -> Option<&str> {
    struck_beginning(line).map(str::trim).filter(|text| can_be_title(text))
}

fn struck_beginning(line: &BodyLine) -> Option<&str> {
    let first = line.spans.iter().find(|span| !span.text.trim().is_empty())?;
    first.struck.then_some(first.text.as_str())
}

/// Returns the text of a line. Code with an `@` keeps its backticks, since it is not a mention.
fn marked(line: &BodyLine) -> String {
    let is_code = |span: &&BodySpan| span.code && span.text.contains('@');
    line.spans
        .iter()
        .map(|span| Some(span).filter(is_code).map_or(span.text.clone(), |code| format!("`{}`", code.text)))
        .collect()
}

fn text_of(line: &BodyLine) -> String {
    let text = marked(line);
    let bare = if is_struck_box(line) { split_box(&text).map_or(text.as_str(), |(_, rest)| rest) } else { &text };
    let words: Vec<&str> = bare.split_whitespace().collect();
    clean_line(&words.join(" ")).chars().take(MAX_TEXT).collect()
}
