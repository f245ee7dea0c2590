//! Additions to a roadmap that an edit of one value cannot make: a new key, a new list entry, a new project.
//!
//! Only the usual block form is touched (`  - id: name` with its keys below); anything else is left to
//! its author. Whoever calls parses what comes out.

use crate::domain::ProjectId;

/// Sets a key of a project: in its line, or as a new one behind its `id`.
pub fn project_key(text: &str, id: &ProjectId, key: &str, value: &str) -> Option<String> {
    let block = Block::find(text, id)?;
    if let Some(at) = block.key(text, key) {
        return replaced_value(text.lines().nth(at)?, value).map(|line| replace(text, at, &line));
    }
    Some(insert(text, block.first + 1, &format!("{}{key}: {value}", block.indent())))
}

/// Replaces a plain value of one line; a list, a map or a text of several lines is left alone.
fn replaced_value(line: &str, value: &str) -> Option<String> {
    let (key, old) = line.split_once(": ")?;
    let (old, comment) = old.split_once(" #").map_or((old, None), |(old, comment)| (old, Some(comment)));
    let is_plain = !old.trim().is_empty() && !old.trim_start().starts_with(['[', '{', '|', '>', '&', '*', '"', '\'']);
    let comment = comment.map(|comment| format!(" #{comment}")).unwrap_or_default();
    is_plain.then(|| format!("{key}: {value}{comment}"))
}

/// Adds a value to a list of a project: to a flow list of one line, or as a new one behind its `id`; items as a last line.
pub fn project_list(text: &str, id: &ProjectId, key: &str, value: &str) -> Option<String> {
    let block = Block::find(text, id)?;
    let Some(at) = block.key(text, key) else {
        return match key {
            "items" => Some(insert(text, block.end, &format!("{0}items:\n{0}  - {value}", block.indent()))),
            _ => Some(insert(text, block.first + 1, &format!("{}{key}: [{value}]", block.indent()))),
        };
    };
    let line = text.lines().nth(at)?;
    if let Some((head, rest)) = line.split_once('[') {
        let (inside, tail) = rest.rsplit_once(']')?;
        let separator = if inside.trim().is_empty() { "" } else { ", " };
        return Some(replace(text, at, &format!("{head}[{inside}{separator}{value}]{tail}")));
    }
    // A block list: its last entry is the last line of the block that is indented deeper than the key.
    let is_last_key = !text.lines().take(block.end).skip(at + 1).any(|line| block.is_key(line));
    let entry = text.lines().nth(at + 1).filter(|line| line.trim_start().starts_with("- "))?;
    let indent: String = entry.chars().take_while(|c| *c == ' ').collect();
    is_last_key.then(|| insert(text, block.end, &format!("{indent}- {value}")))
}

/// Adds a project behind the last one.
pub fn new_project(text: &str, id: &ProjectId, issue: Option<&str>) -> Option<String> {
    let lines: Vec<_> = text.lines().collect();
    let start = lines.iter().position(|line| line.trim_end() == "projects:")?;
    let indent: String = lines
        .iter()
        .skip(start + 1)
        .find(|line| line.trim_start().starts_with("- "))?
        .chars()
        .take_while(|c| *c == ' ')
        .collect();
    let is_inside = |line: &&&str| line.starts_with(' ') || line.trim().is_empty() || line.starts_with('-');
    let length = lines.iter().skip(start + 1).take_while(is_inside).count();
    let section = lines.iter().skip(start + 1).take(length);
    let filled = section.enumerate().filter(|(_, line)| !is_blank(line)).map(|(at, _)| at).next_back()?;
    let issue = issue.map(|issue| format!("\n{indent}  issue: {issue}")).unwrap_or_default();
    Some(insert(text, start + 1 + filled + 1, &format!("\n{indent}- id: {id}{issue}")))
}

/// The lines of a project.
struct Block {
    /// The line of `- id: …`, from 0.
    first: usize,
    /// The line behind the last that holds something.
    end: usize,
    /// The columns before its keys.
    depth: usize,
}

impl Block {
    fn find(text: &str, id: &ProjectId) -> Option<Self> {
        let is_first = |line: &str| {
            let value = line.trim_start().strip_prefix("- id:")?;
            let value = value.split(" #").next()?.trim().trim_matches(['"', '\'']);
            (value == id.as_str()).then_some(())
        };
        let first = text.lines().position(|line| is_first(line).is_some())?;
        let dash = text.lines().nth(first)?.chars().take_while(|c| *c == ' ').count();
        let depth = dash + 2;
        let inside = |line: &str| line.trim().is_empty() || line.chars().take_while(|c| *c == ' ').count() >= depth;
        let body: Vec<_> = text.lines().skip(first + 1).take_while(|line| inside(line)).collect();
        let filled = body.iter().enumerate().filter(|(_, line)| !is_blank(line)).map(|(at, _)| at + 1).next_back();
        Some(Self { first, end: first + 1 + filled.unwrap_or(0), depth })
    }

    fn indent(&self) -> String {
        " ".repeat(self.depth)
    }

    /// The line of a key of the project itself.
    fn key(&self, text: &str, key: &str) -> Option<usize> {
        let wanted = format!("{}{key}:", self.indent());
        let lines = text.lines().enumerate().take(self.end).skip(self.first);
        lines.filter(|(_, line)| line.starts_with(&wanted)).map(|(at, _)| at).next()
    }

    fn is_key(&self, line: &str) -> bool {
        let indent = line.chars().take_while(|c| *c == ' ').count();
        indent == self.depth && !matches!(line.trim_start().chars().next(), Some('#' | '-') | None)
    }
}

/// A line that holds nothing, or only a comment.
fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Inserts lines before a line, with the ending that the file uses.
fn insert(text: &str, before: usize, new: &str) -> String {
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let new = new.replace('\n', ending) + ending;
    let at = before.min(lines.len());
    // The last line may have no ending.
    let missing = at == lines.len() && lines.last().is_some_and(|line| !line.ends_with('\n'));
    let new = if missing { format!("{ending}{new}") } else { new };
    lines.insert(at, &new);
    lines.concat()
}

/// Replaces a line and keeps its ending.
fn replace(text: &str, at: usize, new: &str) -> String {
    let lines = text.split_inclusive('\n').enumerate().map(|(number, line)| {
        let ending = line.strip_prefix(line.trim_end_matches(['\r', '\n'])).unwrap_or_default();
        if number == at { format!("{new}{ending}") } else { line.to_owned() }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "projects:\n  # first\n  - id: a  # one\n    owner: x\n    items:\n      - i\n\n  - id: b\n    aliases: [bb]\n# end\nspend: 1\n";

    fn id(name: &str) -> ProjectId {
        ProjectId::new(name)
    }

    #[test]
    fn a_key_is_added_behind_the_id_or_replaced_where_it_stands() {
        let new = project_key(FILE, &id("a"), "issue", "7").unwrap();
        assert_eq!(new, FILE.replace("# one\n", "# one\n    issue: 7\n"));
        assert_eq!(project_key(FILE, &id("a"), "owner", "y").unwrap(), FILE.replace("owner: x", "owner: y"));
        assert_eq!(project_key(FILE, &id("b"), "aliases", "y"), None);
        assert_eq!(project_key(FILE, &id("c"), "owner", "y"), None);
    }

    #[test]
    fn a_list_grows_in_the_form_it_has() {
        assert_eq!(project_list(FILE, &id("b"), "aliases", "b2").unwrap(), FILE.replace("[bb]", "[bb, b2]"));
        assert_eq!(
            project_list(FILE, &id("a"), "aliases", "a2").unwrap(),
            FILE.replace("# one\n", "# one\n    aliases: [a2]\n")
        );
        assert_eq!(project_list(FILE, &id("a"), "items", "9").unwrap(), FILE.replace("- i\n", "- i\n      - 9\n"));
        assert_eq!(
            project_list(FILE, &id("b"), "items", "9").unwrap(),
            FILE.replace("[bb]\n", "[bb]\n    items:\n      - 9\n")
        );
    }

    #[test]
    fn a_project_is_added_behind_the_last_one() {
        let new = new_project(FILE, &id("c"), Some("3")).unwrap();
        assert_eq!(new, FILE.replace("[bb]\n", "[bb]\n\n  - id: c\n    issue: 3\n"));
    }

    #[test]
    fn line_endings_stay() {
        let file = FILE.replace('\n', "\r\n");
        let new = new_project(&file, &id("c"), None).unwrap();
        assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
    }
}
