//! The table of projects, and the section of each project with its items, owners and links.

use std::fmt::Write as _;

use super::super::annual;
use super::Parts;
use super::markup::{escape, issue_link, list, page_link, table};
use crate::domain::{Freedom, ItemRow, Percent, Project, ProjectRow, World};
use crate::words;

const HEAD: [(&str, &str); 6] =
    [("Project", ""), ("Done", ""), ("Items left", "n"), ("Free", "n"), ("State", ""), ("Owner", "")];

/// The table of projects, one row each.
pub(super) fn table_of(parts: &Parts<'_>) -> String {
    let mut rows = String::new();
    for row in &parts.board.projects {
        let percent = words::percent(row.percent);
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\"><a href=\"#{anchor}\">{title}</a></th><td>{bar}{percent} <small>{done}</small></td>\
             <td class=\"n\">{left}</td><td class=\"n\">{free}</td><td>{state}</td><td>{owner}</td></tr>",
            anchor = parts.anchors.name(&row.id),
            title = escape(&row.title),
            bar = bar(row.percent),
            done = if row.percent == Percent::Unknown { String::new() } else { done(row, parts) },
            left = words::items_left(row),
            free = words::items_free(row),
            state = words::marked(row.state),
            owner = escape(&words::owner(&row.owner, &parts.world.roadmap.groups)),
        );
    }
    table("projects", "Progress by project", &HEAD, &rows)
}

fn done(row: &ProjectRow, parts: &Parts<'_>) -> String {
    escape(&words::project_done(row, &parts.board))
}

/// The progress bar, hidden from screen readers, which read the figure beside it. Unknown is hatched, never empty.
fn bar(percent: Percent) -> String {
    match percent {
        Percent::Known(percent) => {
            format!("<span class=\"bar\" aria-hidden=\"true\"><i style=\"width:{percent}%\"></i></span>")
        }
        Percent::Unknown => "<span class=\"bar unknown\" aria-hidden=\"true\"></span>".to_owned(),
    }
}

/// Each project with a maximum number of items, and the items migrated before.
pub(super) fn items(parts: &Parts<'_>, most: usize) -> String {
    let mut text = String::new();
    for (row, written) in parts.board.projects.iter().zip(&parts.world.roadmap.projects) {
        let _ = write!(
            text,
            "<h3 id=\"{}\">{}</h3>\n<p>{}</p>\n",
            parts.anchors.name(&row.id),
            escape(&row.title),
            summary(row, written, parts)
        );
        text.push_str(&list(&lines(row, written, parts.world), most, " in the roadmap"));
    }
    let gone: Vec<_> = parts.board.migrated.iter().filter(|item| annual::is_migrated(item)).collect();
    if !gone.is_empty() {
        text.push_str("<h3 id=\"migrated\">Migrated before</h3>\n");
        let lines: Vec<_> = gone.iter().map(|item| what(item, parts.world)).collect();
        text.push_str(&list(&lines, most, " in the roadmap"));
    }
    text
}

/// `??`, or `16 % · 288/1780 prow jobs · SIG Testing (proposed) · #1308`.
fn summary(row: &ProjectRow, written: &Project, parts: &Parts<'_>) -> String {
    let mut facts = vec![words::percent(row.percent)];
    if row.percent != Percent::Unknown {
        facts.push(done(row, parts));
    }
    facts.push(escape(&words::owner(&row.owner, &parts.world.roadmap.groups)));
    if row.title != row.id.as_str() {
        facts.push(format!("<code>{}</code>", escape(row.id.as_str())));
    }
    facts.extend(written.due.map(|due| format!("due {due}")));
    facts.extend(written.issues.iter().map(|issue| issue_link(issue, parts.world)));
    facts.extend(written.links.iter().map(page_link));
    facts.join(" · ")
}

/// The lines of a project, what is left first, since a long list is cut at its end.
fn lines(row: &ProjectRow, written: &Project, world: &World) -> Vec<String> {
    let (left, ended): (Vec<_>, Vec<_>) = row.items.iter().partition(|item| item.is_left());
    let links = |item: &ItemRow| {
        let written = written.items.iter().find(|written| written.key == item.key);
        written.map(|written| written.links.iter().map(page_link).collect()).unwrap_or_default()
    };
    left.into_iter().chain(ended).map(|item| line(item, row, links(item), world)).collect()
}

/// `○ to do` and the item, followed by owner, freedom, assignees, due date, blockers and links.
fn line(item: &ItemRow, row: &ProjectRow, links: Vec<String>, world: &World) -> String {
    let mut facts: Vec<String> = Vec::new();
    if item.owner != row.owner {
        facts.push(escape(&words::owner(&item.owner, &world.roadmap.groups)));
    }
    if item.freedom != Freedom::Ended {
        let freedom = words::freedom(item, &world.roadmap.repo);
        facts.extend(Some(escape(&freedom)).filter(|words| !words.is_empty()));
        facts.extend((!item.assignees.is_empty()).then(|| escape(&words::people(&item.assignees))));
        facts.extend(item.due.map(|due| format!("due {due}")));
    }
    facts.extend(waits_for(item, world));
    facts.extend(links);
    let facts = if facts.is_empty() { String::new() } else { format!(" <small>{}</small>", facts.join(" · ")) };
    format!("<b>{}</b> {}{facts}", words::marked(item.state), what(item, world))
}

fn waits_for(item: &ItemRow, world: &World) -> Option<String> {
    let names: Vec<_> = item.blocked_by.iter().map(|target| words::target(target, &world.roadmap.repo)).collect();
    (item.freedom == Freedom::Blocked && !names.is_empty()).then(|| format!("after {}", escape(&names.join(", "))))
}

/// The title of an item, its inner progress, and its issue.
pub(super) fn what(item: &ItemRow, world: &World) -> String {
    let inner = item.inner.as_ref().map(|inner| format!(" ({})", escape(&words::inner(inner)))).unwrap_or_default();
    let issue = item.issue.as_ref().map(|id| format!(" {}", issue_link(id, world))).unwrap_or_default();
    format!("{}{inner}{issue}", escape(&item.title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_bar_is_hatched() {
        assert!(bar(Percent::Unknown).contains("unknown"));
        assert!(bar(Percent::Known(16)).contains("width:16%"));
    }
}
