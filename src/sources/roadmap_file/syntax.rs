//! Turns errors of the YAML parser into diagnostics that the author of the file can act on.

use crate::sources::body::split_box;
use crate::sources::diagnostic::Span;

/// The longest text that a hint quotes, in bytes.
const LONGEST_SHOWN: usize = 60;

/// A syntax error.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SyntaxFault {
    pub(super) span: Span,
    pub(super) message: String,
    /// How to fix it.
    pub(super) hint: Option<String>,
}

impl SyntaxFault {
    pub(super) fn new(span: Span, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { span, message: message.into(), hint: Some(hint.into()) }
    }
}

/// Describes a parse error; `read` is how far the parser had read, in bytes.
pub(super) fn unreadable(text: &str, error: &granit_parser::ScanError, read: usize) -> SyntaxFault {
    let marker = error.marker();
    let start = marker.byte_offset().unwrap_or(0).min(text.len());
    let mut span = Span { start, end: start + 1, line: marker.line().max(1) as u32, column: marker.col() as u32 + 1 };
    let said = error.info();
    if let Some(fault) = conflict(text).or_else(|| hidden_end(text, read, start, &said)) {
        return fault;
    }
    let tab = text.get(start..).and_then(|rest| rest.find('\t')).filter(|_| said.contains("found a tab"));
    if let Some(tab) = tab {
        // The parser reports the value before the tab, which is on a later line.
        span = Span::of(text, start + tab, start + tab + 1);
    }
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let indent: String =
        text.get(line_start..).unwrap_or_default().chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let hint = if tab.is_some() || indent.contains('\t') {
        Some("YAML is indented with spaces: replace the tab".to_owned())
    } else {
        let (before, rest) = (text.get(line_start..start).unwrap_or_default(), text.get(start..).unwrap_or_default());
        let boxed = split_box(before).filter(|(_, between)| between.is_empty());
        let boxed = boxed.map(|(is_ticked, _)| instead_of_box(is_ticked, rest.lines().next().unwrap_or_default()));
        boxed.or_else(|| needs_quotes(&said, before, rest)).or_else(|| remedy(&said))
    };
    SyntaxFault { span, message: format!("not YAML: {said}"), hint }
}

/// Finds the conflict markers of an unfinished merge.
fn conflict(text: &str) -> Option<SyntaxFault> {
    let mut at = 0;
    let begins = |line: &str| ["<<<<<<< ", ">>>>>>> "].iter().any(|marker| line.starts_with(marker));
    for line in text.split_inclusive('\n') {
        if begins(line) {
            let span = Span::of(text, at, at + line.trim_end().len());
            let hint =
                "finish the merge: keep what is right, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`";
            return Some(SyntaxFault::new(span, "the file has conflict markers", hint));
        }
        at += line.len();
    }
    None
}

/// Finds a comment that hides a closing bracket; the parser reports the opening bracket or something after it.
fn hidden_end(text: &str, read: usize, start: usize, said: &str) -> Option<SyntaxFault> {
    let is_unclosed = said.contains("unclosed bracket");
    let symptoms = ["only valid inside a block", "did not find expected ','", "illegal placement of ':'"];
    if !is_unclosed && !symptoms.iter().any(|symptom| said.contains(symptom)) {
        return None;
    }
    let mut at = text.get(..read.min(start))?.rfind('\n').map_or(0, |at| at + 1);
    let end = if is_unclosed { text.len() } else { start };
    for line in text.get(at..end)?.split_inclusive('\n') {
        if let Some(comment) = comment_of(line).filter(|comment| brackets(line.get(*comment..).unwrap_or_default()) < 0)
        {
            let span = Span::of(text, at + comment, at + line.trim_end().len());
            let message = "not YAML: a comment begins here, and the bracket before it is not closed";
            return Some(SyntaxFault::new(span, message, "write text that contains ` #` in quotes"));
        }
        at += line.len();
    }
    None
}

/// Returns the position of the comment in a line.
fn comment_of(line: &str) -> Option<usize> {
    let is_quoted = |at: usize| line.get(..at).is_some_and(|before| before.matches('"').count() % 2 == 1);
    line.match_indices(" #").map(|(at, _)| at + 1).find(|at| !is_quoted(*at))
}

/// Returns the number of opening brackets minus the number of closing ones.
fn brackets(text: &str) -> isize {
    text.bytes().fold(0, |open, byte| match byte {
        b'{' | b'[' => open + 1,
        b'}' | b']' => open - 1,
        _ => open,
    })
}

/// Returns what to put in quotes, if the parser stopped at a special character of YAML.
fn needs_quotes(said: &str, before: &str, rest: &str) -> Option<String> {
    let is_colon = rest.starts_with(": ") && said.contains("did not find expected ','");
    // The key of the next pair in JSON, or on a line of its own.
    if is_colon && (before.ends_with(['"', '\'']) || !before.contains(':')) {
        return Some("put a comma before it".to_owned());
    }
    if is_colon || said.contains("mapping values are not allowed") {
        return Some("write text that contains `: ` in quotes".to_owned());
    }
    let stops = ["unexpected character", "unknown anchor", "scanning an anchor or alias"];
    let first = rest.chars().next().filter(|_| stops.iter().any(|stop| said.contains(stop)))?;
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    if line.contains(|c: char| c.is_control() && c != '\t') {
        return Some("remove the control character, which cannot be seen".to_owned());
    }
    let line = line.split(" #").next().unwrap_or_default();
    let ends: &[char] = if brackets(before) > 0 { &[',', '}', ']'] } else { &[] };
    let written = line.split(ends).next().unwrap_or_default().trim_end();
    let shown = if first == '`' { "a backtick".to_owned() } else { format!("`{first}`") };
    let hint = format!("write text that begins with {shown} in quotes");
    let is_simple = written.len() <= LONGEST_SHOWN && !written.contains(['"', '\\', ':']);
    Some(if is_simple { format!("{hint}: \"{written}\"") } else { hint })
}

/// Returns how to write a box of Markdown with this text behind it.
pub(super) fn instead_of_box(is_ticked: bool, text: &str) -> String {
    let text = text.trim();
    let number = text.trim_start_matches('#');
    if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("an issue is its number, without a box: {number}");
    }
    let is_simple = (1..=LONGEST_SHOWN).contains(&text.len()) && !text.contains(['"', '\\']);
    let title = if is_simple { text } else { "…" };
    if is_ticked {
        format!("a box is written as `{{title: \"{title}\", state: done}}`")
    } else {
        format!("an open box is written as its title: \"{title}\"")
    }
}

/// Returns the most likely fix.
fn remedy(said: &str) -> Option<String> {
    let remedies = [
        ("illegal placement of ':'", "a bracket or a quote above is not closed, or text with `: ` needs quotes"),
        ("comment intercepting", "write text that contains ` #` in quotes"),
        ("block collection", "compare the indentation with the lines above"),
        ("block mapping", "compare the indentation with the lines above"),
        ("unclosed quote", "end the text with the quote that it begins with"),
        (
            "trailing content",
            "put a comma between the two, close the quote above, or put the whole text in quotes, with `\\\"` for a quote inside it",
        ),
        ("document start", "the roadmap ends before it: remove what follows"),
        ("may not precede", "put a space after the colon"),
        ("mismatched bracket", "close what begins here"),
        ("simple key", "end the key with a colon, as in `key: value`, or compare the indentation with the line above"),
        ("misplaced bracket", "remove the bracket, or write text that contains it in quotes"),
        ("unclosed bracket", "close it, or write text that begins with a bracket in quotes"),
        ("recursion limit", "a roadmap is not nested that deeply"),
    ];
    remedies.into_iter().find(|(part, _)| said.contains(part)).map(|(_, remedy)| remedy.to_owned())
}
