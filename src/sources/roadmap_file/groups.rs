//! Parses groups: in the roadmap, in a file beside it, or in a sigs.yaml.

use std::borrow::Cow;

use crate::domain::meeting::{is_day, is_time, is_zone};
use crate::domain::{Conventions, Group, GroupId, Groups, Meeting, Text};

use super::reader::RoadmapReader;
use super::text::shorten;
use super::tree::{self, Node, NodeKind};

pub(super) const KEYS: [&str; 11] =
    ["id", "name", "formerly", "chat", "list", "leads", "meetings", "notes", "repos", "labels", "label"];
pub(super) const MEETING_KEYS: [&str; 6] = ["description", "day", "time", "tz", "frequency", "notes"];
/// A key of a meeting, a description of its value, its validation, and a hint.
type MeetingWord = (&'static str, &'static str, fn(&str) -> bool, &'static str);

/// The keys from which the next meeting is computed.
const MEETING_WORDS: [MeetingWord; 3] = [
    ("day", "day of the week", is_day, "write a day such as Wednesday; which weeks it is belongs in `frequency`"),
    ("time", "time of day", is_time, "write a time such as 15:00 or 4 PM"),
    ("tz", "known time zone", is_zone, "write a name such as Asia/Tokyo or Europe/Berlin; or UTC, PT, ET, CET"),
];
/// The lists of a sigs.yaml with the prefixes of their labels.
const SIGS_YAML: [(&str, &str); 4] =
    [("sigs", "sig"), ("workinggroups", "wg"), ("usergroups", "ug"), ("committees", "committee")];
/// The maximum number of groups, more than any community has.
const MOST: usize = 1000;

impl<'a> RoadmapReader<'a> {
    /// Sets the groups: the built-in ones of the conventions, and those of the roadmap.
    pub(super) fn settle_groups(&mut self, node: Option<&Node<'_>>) {
        let built_in = match self.conventions {
            Conventions::Kubernetes => Cow::Borrowed(self.built_in),
            Conventions::GitHub => Cow::Owned(Groups::default()),
        };
        self.groups = match node.map(|node| (&node.kind, node)) {
            None => built_in,
            Some((NodeKind::Scalar(..), node)) => self.groups_of_file(node, built_in),
            Some((_, node)) => {
                let list = self.own_groups(node);
                merged(&built_in, list)
            }
        };
    }

    fn groups_of_file(&mut self, node: &Node<'_>, built_in: Cow<'a, Groups>) -> Cow<'a, Groups> {
        let Some(file) = self.path_below(node, "groups.yaml") else { return built_in };
        // Edits read only the text, and are given groups that include this file.
        let Some(load) = self.load else { return Cow::Borrowed(self.built_in) };
        match load(&file) {
            Ok((name, text)) => {
                let mut inner = RoadmapReader::new(&text, &name, self.built_in, self.today);
                let list = inner.groups_of_text();
                self.adopt(node.span, inner.take_faults());
                merged(&built_in, list)
            }
            Err(faults) => {
                self.adopt(node.span, faults);
                built_in
            }
        }
    }

    fn own_groups(&mut self, node: &Node<'_>) -> Vec<Group> {
        let nodes = self.list(Some(node), "a list of groups");
        if nodes.len() > MOST {
            self.fault(node.span, format!("there are more than {MOST} groups"));
        }
        let mut list: Vec<Group> = Vec::new();
        for node in nodes.iter().take(MOST) {
            let Some(group) = self.own_group(node) else { continue };
            if list.iter().any(|other| other.id == group.id) {
                self.fault(node.span, format!("there are two groups `{}`", group.id.as_str()));
            }
            list.push(group);
        }
        list
    }

    fn own_group(&mut self, node: &Node<'_>) -> Option<Group> {
        let fields = self.fields(node, "a group", &KEYS)?;
        let Some(id) = fields.get("id") else {
            return self.reject(fields.span, "this group has no `id`", "add one, such as `id: infra`");
        };
        let id = self.id(id)?;
        let mut labels = self.each(fields.get("labels"), Self::word);
        labels.extend(self.each(fields.get("label"), Self::word));
        let leads = self.each(fields.get("leads"), Self::word);
        Some(Group {
            title: fields.get("name").and_then(|node| self.line(node)),
            name: String::new(),
            formerly: self.each(fields.get("formerly"), Self::word).into_iter().map(GroupId).collect(),
            labels,
            chat: fields.get("chat").and_then(|node| self.line(node)),
            mailing_list: fields.get("list").and_then(|node| self.line(node)),
            leads: leads.iter().map(|login| Text::new(login.trim_start_matches('@'))).collect(),
            meetings: self.each(fields.get("meetings"), Self::meeting),
            notes: fields.get("notes").and_then(|node| self.line(node)),
            repos: self.each(fields.get("repos"), Self::word),
            ..Group::new(GroupId(id))
        })
    }

    /// Parses a meeting: words such as `weekly, Wednesday 15:00 UTC`, or a map.
    fn meeting(&mut self, node: &Node<'_>) -> Option<Meeting> {
        if node.scalar().is_some() {
            let meeting = meeting_of_words(&self.line(node)?);
            // The weekday need not be the last word before the time: "first Monday of the month, 15:00 UTC".
            let day = if is_day(&meeting.frequency) { "" } else { &meeting.day };
            for (word, text) in MEETING_WORDS.into_iter().zip([day, &meeting.time, &meeting.tz]) {
                self.want_meeting_word(node, word, text);
            }
            return Some(meeting);
        }
        let fields = self.fields(node, "a meeting", &MEETING_KEYS)?;
        for word in MEETING_WORDS {
            let Some(node) = fields.get(word.0) else { continue };
            if let Some(text) = self.line(node) {
                self.want_meeting_word(node, word, &text);
            }
        }
        let mut line = |key: &str| fields.get(key).and_then(|node| self.line(node));
        Some(Meeting {
            description: line("description").unwrap_or_else(|| "Meeting".to_owned()),
            day: line("day").unwrap_or_default(),
            time: line("time").unwrap_or_default(),
            tz: line("tz").unwrap_or_default(),
            frequency: line("frequency").unwrap_or_else(|| "weekly".to_owned()),
            archive: line("notes"),
        })
    }

    fn want_meeting_word(&mut self, node: &Node<'_>, (_, what, is_right, hint): MeetingWord, text: &str) {
        if !text.is_empty() && !is_right(text) {
            self.fault_with(node.span, format!("`{}` is not a {what}", shorten(text)), Some(hint));
        }
    }

    /// Parses the known keys of a group in sigs.yaml, ignoring others.
    fn group_of_sigs_yaml(&mut self, node: &Node<'_>, kind: &str) -> Option<Group> {
        let id = self.word(node.entry("dir")?)?;
        let name = node.entry("name").and_then(|node| self.line(node)).unwrap_or_else(|| id.to_string());
        let label = node.entry("label").and_then(|node| self.word(node));
        let people = |reader: &mut Self, role: &str| -> Vec<Text> {
            let list = node.entry("leadership").and_then(|node| node.entry(role));
            reader.one_or_many(list).iter().filter_map(|node| reader.word(node.entry("github")?)).collect()
        };
        let contact = |key: &str| node.entry("contact").and_then(|node| node.entry(key)).filter(|node| !node.is_null());
        let meetings = self.one_or_many(node.entry("meetings"));
        Some(Group {
            name,
            labels: label.map(|label| Text::from(format!("{kind}/{label}"))).into_iter().collect(),
            slack: contact("slack").and_then(|node| self.word(node)),
            mailing_list: contact("mailing_list").and_then(|node| self.line(node)),
            chairs: people(self, "chairs"),
            tech_leads: people(self, "tech_leads"),
            meetings: meetings.iter().map(|node| self.meeting_of_sigs_yaml(node)).collect(),
            ..Group::new(GroupId(id))
        })
    }

    fn meeting_of_sigs_yaml(&mut self, node: &Node<'_>) -> Meeting {
        let mut line = |key: &str| {
            let node = node.entry(key).filter(|node| node.scalar().is_some() && !node.is_null())?;
            self.line(node)
        };
        Meeting {
            description: line("description").unwrap_or_default(),
            day: line("day").unwrap_or_default(),
            time: line("time").unwrap_or_default(),
            tz: line("tz").unwrap_or_default(),
            frequency: line("frequency").unwrap_or_default(),
            archive: line("archive_url"),
        }
    }

    /// Parses a file of groups: a list, a map with `groups`, or a sigs.yaml.
    fn groups_of_text(&mut self) -> Vec<Group> {
        match tree::parse(self.text) {
            Ok(Some(root)) => self.groups_of_root(&root),
            Ok(None) => Vec::new(),
            Err(broken) => {
                self.fault_with(broken.span, broken.message, broken.hint);
                Vec::new()
            }
        }
    }

    fn groups_of_root(&mut self, root: &Node<'_>) -> Vec<Group> {
        if let NodeKind::List(..) = root.kind {
            return self.own_groups(root);
        }
        if !SIGS_YAML.iter().any(|(key, _)| root.entry(key).is_some()) {
            let Some(fields) = self.fields(root, "a file of groups", &["groups"]) else { return Vec::new() };
            return fields.get("groups").map(|node| self.own_groups(node)).unwrap_or_default();
        }
        let mut list = Vec::new();
        for (key, kind) in SIGS_YAML {
            let nodes = self.one_or_many(root.entry(key));
            list.extend(nodes.iter().take(MOST).filter_map(|node| self.group_of_sigs_yaml(node, kind)));
        }
        list
    }
}

/// Parses `weekly, Wednesday 15:00 Asia/Tokyo`. Without a time and a zone, all of it is the frequency.
fn meeting_of_words(text: &str) -> Meeting {
    let meeting = Meeting { description: "Meeting".to_owned(), frequency: text.to_owned(), ..Meeting::default() };
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_time = |word: &&str| word.split_once(':').is_some_and(|(hour, _)| hour.parse::<u8>().is_ok());
    let Some(at) = words.iter().position(is_time) else { return meeting };
    let (before, behind) = words.split_at_checked(at).unwrap_or((&words, &[]));
    let Some((time, zone)) = behind.split_first() else { return meeting };
    let tz = zone.join(" ");
    // Several words that are no zone are for people: "Wednesdays 15:00 Berlin time".
    if zone.len() != 1 && !is_zone(&tz) {
        return meeting;
    }
    let frequency = before.join(" ").trim_end_matches([',', ' ']).to_owned();
    let day = before.last().map(|day| day.trim_end_matches(',').to_owned()).unwrap_or_default();
    Meeting { frequency, day, time: (*time).to_owned(), tz, ..meeting }
}

/// Puts the roadmap's own groups before the built-in ones, replacing those with the same id.
fn merged<'a>(built_in: &Groups, mut list: Vec<Group>) -> Cow<'a, Groups> {
    let is_own = |group: &Group| list.iter().any(|own| own.id == group.id);
    let others: Vec<_> = built_in.list.iter().filter(|group| !is_own(group)).cloned().collect();
    list.extend(others);
    Cow::Owned(Groups { as_of: built_in.as_of, list })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_words_behind_a_time_that_are_no_zone_are_for_people() {
        let read = |text| {
            let meeting = meeting_of_words(text);
            [meeting.frequency, meeting.day, meeting.time, meeting.tz].join("|")
        };
        assert_eq!(read("weekly, Wednesday 15:00 UTC"), "weekly, Wednesday|Wednesday|15:00|UTC");
        assert_eq!(read("Wednesday 15:00 UTC on Zoom"), "Wednesday|Wednesday|15:00|UTC on Zoom");
        assert_eq!(read("Wednesdays 15:00 Berlin time"), "Wednesdays 15:00 Berlin time|||");
        assert_eq!(read("Wednesdays at 15:00"), "Wednesdays at 15:00|||");
    }
}
