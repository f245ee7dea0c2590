//! The section of free work, with whom to ask, and the section of contacts.

use std::fmt::Write as _;

use super::Parts;
use super::markup::{escape, issue_link, list, prose};
use crate::domain::{Group, OwnerName, Text, World};
use crate::insight::explain::claims_not_read;
use crate::insight::rank::Piece;
use crate::words::{self, contact};

/// The free pieces, most useful first, then those that may be free.
pub(super) fn body(parts: &Parts<'_>, most: usize) -> String {
    let lines = |pieces: &[Piece]| pieces.iter().map(|piece| line(piece, parts)).collect::<Vec<_>>();
    let more = " (<code>offramp next --all</code>)";
    let mut text = list(&lines(&parts.next.free), most, more);
    if text.is_empty() {
        text.push_str("<p>Nothing is known to be free.</p>\n");
    }
    if !parts.next.maybe_free.is_empty() {
        let _ = writeln!(text, "<h3>Maybe free, ask first ({})</h3>", parts.next.maybe_free.len());
        text.push_str(&list(&lines(&parts.next.maybe_free), most, more));
    }
    if !parts.next.unchecked.is_empty() {
        let (count, why) = (parts.next.unchecked.len(), prose(&claims_not_read(parts.world)));
        let _ = writeln!(text, "<h3>Claims not checked, ask first ({count})</h3>\n<p>{why}</p>");
        text.push_str(&list(&lines(&parts.next.unchecked), most, more));
    }
    text
}

fn line(piece: &Piece, parts: &Parts<'_>) -> String {
    let world = parts.world;
    let issue = piece.claimed_on().map(|id| format!(" {}", issue_link(id, world))).unwrap_or_default();
    let whole = piece.whole.as_ref().map(|whole| format!(", of {}", escape(whole))).unwrap_or_default();
    let ask = piece.ask.as_ref().map(|why| format!(" Ask first: {}.", escape(why)));
    let project = parts.anchors.link(&piece.project);
    let title = if piece.title == piece.project.as_str() {
        format!("{project}{issue}{whole}")
    } else {
        format!("{}{issue}{whole}, {project}", escape(&piece.title))
    };
    format!("{title}. <small>{}{}{}</small>", whom(piece, world), ask.unwrap_or_default(), why(piece))
}

/// The main reasons for a piece, such as a label for newcomers or work that waits for it.
fn why(piece: &Piece) -> String {
    let weighty = piece.reasons.iter().filter(|reason| reason.points >= 3);
    let texts: Vec<_> = weighty.map(|reason| prose(&reason.text)).collect();
    if texts.is_empty() { String::new() } else { format!(" Why first: {}.", texts.join("; ")) }
}

/// `Ask SIG Testing or SIG Release.`, each linked to its contacts.
fn whom(piece: &Piece, world: &World) -> String {
    let names = &piece.owner.names;
    if names.is_empty() {
        let steward = world
            .roadmap
            .steward()
            .map(|group| format!("No owner: ask {}.", contact_link(&OwnerName::Group(group.id.clone()), world)));
        let place = if piece.issue.is_some() { "No owner: ask in the issue." } else { "No owner." };
        return steward.unwrap_or_else(|| place.to_owned());
    }
    let names: Vec<_> = names.iter().map(|name| contact_link(name, world)).collect();
    format!("Ask {}.", names.join(" or "))
}

fn contact_link(name: &OwnerName, world: &World) -> String {
    let shown = escape(&words::owner_name(name, &world.roadmap.groups));
    let group = name.group().and_then(|id| world.roadmap.groups.group(id));
    let link = group.map(|group| format!("#{}", anchor(group))).or_else(|| name.page(&world.web));
    link.map_or(shown.clone(), |link| format!("<a href=\"{}\">{shown}</a>", escape(&link)))
}

fn anchor(group: &Group) -> String {
    format!("ask-{}", group.id.as_str())
}

/// The contacts of each group that owns something, and of the group that runs the migration.
pub(super) fn contacts(parts: &Parts<'_>) -> String {
    let roadmap = &parts.world.roadmap;
    let owners = roadmap.owners();
    let named = owners.iter().filter_map(|name| roadmap.groups.group(name.group()?));
    let mut groups: Vec<&Group> = Vec::new();
    for group in named.chain(roadmap.steward()) {
        if !groups.iter().any(|known| known.id == group.id) {
            groups.push(group);
        }
    }
    let mut text = String::new();
    for group in groups {
        let name = escape(&words::group(&group.id, &roadmap.groups));
        let _ = writeln!(text, "<dt id=\"{}\">{name}</dt>\n<dd>{}</dd>", anchor(group), ways(group, parts.world));
    }
    if text.is_empty() { text } else { format!("<dl>\n{text}</dl>\n") }
}

/// The channels and people of a group, in the order in which a newcomer would try them.
fn ways(group: &Group, world: &World) -> String {
    let mut ways = Vec::new();
    for channel in contact::channels(group) {
        let (label, text) = (channel.label.to_lowercase(), escape(&channel.text));
        ways.push(match channel.link {
            Some(link) if link == channel.text => format!("<a href=\"{text}\">{label}</a>"),
            Some(link) => format!("{} <a href=\"{}\">{text}</a>", channel.label, escape(&link)),
            None => format!("{label} {text}"),
        });
    }
    for (role, logins) in contact::leads(group) {
        ways.push(format!("{} {}", role.to_lowercase(), people_links(logins, world)));
    }
    ways.extend(group.meetings.first().map(|meeting| format!("meets {}", escape(&words::meeting_time(meeting)))));
    if ways.is_empty() { contact::NO_CONTACT.to_owned() } else { ways.join(" · ") }
}

fn people_links(logins: &[Text], world: &World) -> String {
    let link = |login: &Text| format!("<a href=\"{}/{login}\">@{login}</a>", world.web, login = escape(login));
    logins.iter().map(link).collect::<Vec<_>>().join(", ")
}
