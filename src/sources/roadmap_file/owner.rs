//! Owners: `sig-testing`, or `{sigs: […], certainty: …}`.

use crate::domain::{Certainty, GroupId, Owner, OwnerName};

use super::reader::{Reader, head};
use super::text::shorten;
use super::tree::{Kind, Node};

pub(super) const KEYS: [&str; 3] = ["sigs", "sig", "certainty"];

impl Reader<'_> {
    /// Reads an owner in its short or long form.
    pub(super) fn owner(&mut self, node: &Node<'_>) -> Option<Owner> {
        match &node.kind {
            Kind::Scalar(text, _) if text == "none" => Some(Owner::none()),
            Kind::Scalar(..) => {
                self.sig(node).map(|sig| Owner { names: vec![OwnerName::Group(sig)], certainty: Certainty::Accepted })
            }
            Kind::Map(..) => self.long_owner(node),
            Kind::List(..) => {
                let hint = "write {sigs: [sig-testing, sig-release], certainty: either}";
                self.expected(node, "an owner", Some(hint));
                None
            }
        }
    }

    fn long_owner(&mut self, node: &Node<'_>) -> Option<Owner> {
        let fields = self.fields(node, "an owner", &KEYS)?;
        let named = [fields.get("sigs"), fields.get("sig")];
        let nodes = named.iter().flat_map(|named| self.one_or_many(*named)).collect::<Vec<_>>();
        let names: Vec<_> = nodes.iter().filter_map(|node| self.sig(node)).map(OwnerName::Group).collect();
        // Read before anything is given up: one run names every fault.
        let certainty = match fields.get("certainty") {
            Some(node) => self.choice(node, "a certainty", &Certainty::ALL).map(Some),
            None => Some(None),
        };
        if names.len() < nodes.len() {
            return None;
        }
        let certainty = self.certainty(node, certainty?, names.len())?;
        Some(Owner { names, certainty })
    }

    /// Refuses a certainty that does not go with so many groups.
    fn certainty(&mut self, node: &Node<'_>, written: Option<Certainty>, groups: usize) -> Option<Certainty> {
        Some(match (written, groups) {
            (None | Some(Certainty::None), 0) => Certainty::None,
            (Some(certainty), 0) => {
                let message = format!("nobody is named, so nothing is {}", certainty.word());
                self.fault_with(head(node), message, Some("add `sigs`, or write `certainty: none`"));
                return None;
            }
            (Some(Certainty::None), _) => {
                self.fault_with(head(node), "an owner is named, so the certainty is not none", None::<String>);
                return None;
            }
            (Some(certainty), _) => certainty,
            (None, 1) => Certainty::Accepted,
            (None, _) => {
                let hint = "add `certainty: either` or `certainty: accepted`";
                self.fault_with(head(node), "several owners are named and it is not said how", Some(hint));
                return None;
            }
        })
    }

    /// Reads the id of a group that exists, or existed under that name.
    fn sig(&mut self, node: &Node<'_>) -> Option<GroupId> {
        let text = self.line(node)?;
        let id = GroupId::new(&text);
        if self.groups.list.is_empty() || self.groups.group(&id).is_some() {
            return Some(id);
        }
        self.fault_by(node.span, |reader| {
            let hint = reader.meant(&text).map_or_else(
                || {
                    "owners are SIGs, working groups and committees as in sig-testing, wg-batch, committee-steering"
                        .to_owned()
                },
                |meant| format!("did you mean `{meant}`?"),
            );
            (format!("unknown owner `{}`", shorten(&text)), Some(hint))
        });
        None
    }

    /// Guesses the group: a label, a name with blanks, a Slack channel, or a typing error.
    fn meant(&mut self, text: &str) -> Option<String> {
        let plain = text.trim_start_matches('#').to_lowercase().replace(['/', ' ', '_'], "-");
        let known = self.groups;
        let groups = &known.list;
        let is = |group: &&crate::domain::Group| {
            group.id.as_str() == plain
                || group.formerly.iter().any(|id| id.as_str() == plain)
                || group.slack.as_deref() == Some(&plain)
                || group.id.as_str().split_once('-').is_some_and(|(_, name)| name == plain)
        };
        let exact = groups.iter().find(is).map(|group| group.id.as_str());
        exact.or_else(|| self.nearest(&plain, groups.iter().map(|group| group.id.as_str()))).map(str::to_owned)
    }
}
