//! The lines of a Markdown text as a tree of list items under headings.
//!
//! Depth is told by where the marker stands, not by where the text begins: a parent written
//! `-   text` with children at column 2 is meant as a parent, and a strict parser makes them siblings.

/// A list item, or a line of text that lists follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The Markdown of the line and its continuations, without marker and checkbox.
    pub(super) text: String,
    /// Whether there is a checkbox, and whether it is ticked.
    pub(super) ticked: Option<bool>,
    pub(super) children: Vec<Node>,
}

/// Reads a text; the top level holds headings and paragraphs, with the lists below them as children.
pub(super) fn read(text: &str) -> Vec<Node> {
    let mut builder = Builder { roots: Vec::new(), open: Vec::new() };
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let bare = line.trim();
        let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            // A blank line ends nothing: lists are often written with blank lines between their items.
            (None, None) if bare.is_empty() => {}
            (None, None) => builder.line(indent(line), bare),
        }
    }
    builder.finish()
}

/// Returns the column of the first character; a tab goes to the next multiple of four.
fn indent(line: &str) -> usize {
    let blanks = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    blanks.fold(0, |column, c| if c == '\t' { (column / 4 + 1) * 4 } else { column + 1 })
}

struct Builder {
    roots: Vec<Node>,
    /// The items on the way to the last one, with the columns of their markers.
    open: Vec<(usize, Node)>,
}

impl Builder {
    fn line(&mut self, column: usize, bare: &str) {
        if let Some(text) = item(bare) {
            self.close(column);
            let (ticked, text) = checkbox(text);
            self.open.push((column, Node { text: text.to_owned(), ticked, children: Vec::new() }));
            return;
        }
        match self.open.last_mut() {
            Some((marker, node)) if column > *marker && !bare.starts_with('#') => {
                node.text.push(' ');
                node.text.push_str(bare);
            }
            _ => {
                self.close(0);
                let text = bare.trim_matches('#').trim().to_owned();
                self.roots.push(Node { text, ticked: None, children: Vec::new() });
            }
        }
    }

    /// Ends every item whose marker does not stand left of `column`.
    fn close(&mut self, column: usize) {
        while self.open.last().is_some_and(|(marker, _)| *marker >= column) {
            let Some((_, node)) = self.open.pop() else { return };
            self.adopt(node);
        }
    }

    fn adopt(&mut self, node: Node) {
        match (self.open.last_mut(), self.roots.last_mut()) {
            (Some((_, parent)), _) => parent.children.push(node),
            (None, Some(root)) => root.children.push(node),
            (None, None) => self.roots.push(Node { text: String::new(), ticked: None, children: vec![node] }),
        }
    }

    fn finish(mut self) -> Vec<Node> {
        self.close(0);
        self.roots
    }
}

/// Returns the text behind a list marker: `-`, `*`, `+`, `1.`, `1)`.
fn item(bare: &str) -> Option<&str> {
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match bare.get(digits..)?.chars().next()? {
        '-' | '*' | '+' if digits == 0 => 1,
        '.' | ')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let rest = bare.get(marker..)?;
    (rest.starts_with([' ', '\t']) || rest.is_empty()).then(|| rest.trim())
}

fn checkbox(text: &str) -> (Option<bool>, &str) {
    for (mark, ticked) in [("[ ]", false), ("[x]", true), ("[X]", true)] {
        if let Some(rest) = text.strip_prefix(mark) {
            return (Some(ticked), rest.trim_start());
        }
    }
    (None, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(nodes: &[Node], depth: usize, out: &mut String) {
        for node in nodes {
            out.extend([&"  ".repeat(depth), node.text.as_str(), "\n"]);
            shown(&node.children, depth + 1, out);
        }
    }

    #[test]
    fn depth_is_told_by_where_the_marker_stands() {
        let text = "## Left\n\n- one\n  - a\n    goes on\n\n-   two\n  - b\n\t- c\n1. three\n```\n- not a list\n```\n";
        let mut out = String::new();
        shown(&read(text), 0, &mut out);
        assert_eq!(out, "Left\n  one\n    a goes on\n  two\n    b\n      c\n  three\n");
    }

    #[test]
    fn boxes_are_told_apart_from_text() {
        let nodes = read("- [x] done\n- [ ] open\n- [link](https://x)\n");
        let boxes: Vec<_> = nodes[0].children.iter().map(|node| (node.ticked, node.text.as_str())).collect();
        assert_eq!(boxes, [(Some(true), "done"), (Some(false), "open"), (None, "[link](https://x)")]);
    }
}
