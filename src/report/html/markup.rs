//! HTML building blocks: escaped text, links, lists, tables and anchors.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::domain::{Board, IssueRef, PageLink, ProjectId, World};

/// Escapes text for elements and quoted attributes.
pub(in crate::report) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Converts backticks to code elements: findings and changes quote ids and commands in them.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<_> = text.split('`').collect();
    // An unpaired backtick stays as it is.
    let pairs = (parts.len() - 1) / 2 * 2;
    let mut written = String::with_capacity(text.len() + 16);
    for (at, part) in parts.iter().enumerate() {
        match at {
            at if at > pairs => written.push('`'),
            at if at % 2 == 1 => written.push_str("<code>"),
            0 => {}
            _ => written.push_str("</code>"),
        }
        written.push_str(&escape(part));
    }
    written
}

/// A link to an issue, with its short name.
pub(super) fn issue_link(id: &IssueRef, world: &World) -> String {
    format!("<a href=\"{}\">{}</a>", escape(&id.url(&world.web)), escape(&id.short(&world.roadmap.repo)))
}

/// A link of the roadmap, with its title.
pub(super) fn page_link(link: &PageLink) -> String {
    format!("<a href=\"{}\">{}</a>", escape(&link.url), escape(link.shown()))
}

/// A list with a maximum number of entries, which are markup; `more` says where the others are.
pub(super) fn list(entries: &[String], most: usize, more: &str) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let mut text = "<ul>\n".to_owned();
    for entry in entries.iter().take(most) {
        let _ = writeln!(text, "<li>{entry}</li>");
    }
    if entries.len() > most {
        let _ = writeln!(text, "<li class=\"more\">and {} more{more}</li>", entries.len() - most);
    }
    text.push_str("</ul>\n");
    text
}

/// A table that scrolls by itself on a narrow screen; `rows` is markup.
pub(super) fn table(class: &str, caption: &str, head: &[(&str, &str)], rows: &str) -> String {
    let caption = escape(caption);
    let mut text = format!(
        "<div class=\"wide\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">\n<table class=\"{class}\">\n<caption>{caption}</caption>\n\
         <thead>\n<tr>"
    );
    for (title, class) in head {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = write!(text, "<th scope=\"col\"{class}>{title}</th>");
    }
    let _ = write!(text, "</tr>\n</thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n");
    text
}

/// The anchors of the headings of projects, and their titles. An anchor is letters, digits and dashes of the id, and a
/// number to tell equal ones apart.
pub(super) struct Anchors(HashMap<ProjectId, (String, String)>);

impl Anchors {
    pub(super) fn of(board: &Board) -> Self {
        let mut used: HashMap<String, usize> = HashMap::new();
        let mut anchors = HashMap::new();
        for row in &board.projects {
            let name = anchor(row.id.as_str());
            let count = used.entry(name.clone()).or_default();
            *count += 1;
            let name = if *count == 1 { name } else { format!("{name}.{count}") };
            anchors.insert(row.id.clone(), (name, row.title.clone()));
        }
        Self(anchors)
    }

    /// Returns the anchor of a project's heading.
    pub(super) fn name(&self, id: &ProjectId) -> &str {
        self.0.get(id).map_or("items", |(name, _)| name)
    }

    /// Returns a link to a project's heading, with its title.
    pub(super) fn link(&self, id: &ProjectId) -> String {
        let title = self.0.get(id).map_or(id.as_str(), |(_, title)| title);
        format!("<a href=\"#{}\">{}</a>", self.name(id), escape(title))
    }
}

fn anchor(id: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("project-{}", id.chars().map(kept).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Project, Snapshot, fixtures, join};

    #[test]
    fn text_cannot_leave_its_element_or_attribute() {
        assert_eq!(escape("<b onclick='x'>&\""), "&lt;b onclick=&#39;x&#39;&gt;&amp;&quot;");
    }

    #[test]
    fn backticks_in_pairs_become_code() {
        assert_eq!(prose("set `a<b` here"), "set <code>a&lt;b</code> here");
        assert_eq!(prose("`a` and `b`"), "<code>a</code> and <code>b</code>");
        assert_eq!(prose("`a` it`s"), "<code>a</code> it`s");
        assert_eq!(prose("it`s"), "it`s");
    }

    #[test]
    fn a_cut_list_gives_the_number_of_further_entries() {
        let entries = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        assert_eq!(list(&entries, 3, ""), "<ul>\n<li>a</li>\n<li>b</li>\n<li>c</li>\n</ul>\n");
        assert!(list(&entries, 1, " below").contains("<li class=\"more\">and 2 more below</li>"));
        assert_eq!(list(&[], 3, ""), "");
    }

    #[test]
    fn anchors_are_unique() {
        let projects = ["pkg/kubelet", "pkg-kubelet", "pkg kubelet"].map(|id| fixtures::project(id, Vec::new()));
        let roadmap = fixtures::roadmap(projects.to_vec());
        let board = join(&roadmap, &Snapshot::default(), fixtures::day("2021-02-01"));
        let anchors = Anchors::of(&board);
        let names: Vec<_> = board.projects.iter().map(|row| anchors.name(&row.id)).collect();
        assert_eq!(names, ["project-pkg-kubelet", "project-pkg-kubelet.2", "project-pkg-kubelet.3"]);
    }

    #[test]
    fn a_link_to_a_project_has_its_title() {
        let project = Project { title: Some("Runners <new>".into()), ..fixtures::project("node-jobs", Vec::new()) };
        let roadmap = fixtures::roadmap(vec![project]);
        let board = join(&roadmap, &Snapshot::default(), fixtures::day("2021-02-01"));
        let link = Anchors::of(&board).link(&ProjectId::new("node-jobs"));
        assert_eq!(link, "<a href=\"#project-node-jobs\">Runners &lt;new&gt;</a>");
    }
}
