//! Parses owners: `sig-testing`, `"@login"`, `"@org/team"`, quoted words, a list of these, or
//! `{names: […], certainty: …}`.

use std::borrow::Cow;

use crate::domain::nearest::meant;
use crate::domain::owner::{is_login, is_team};
use crate::domain::wording::says_no_owner;
use crate::domain::{Certainty, Group, GroupId, Owner, OwnerName};

use super::reader::{RoadmapReader, head};
use super::text::shorten;
use super::tree::{Node, NodeKind};

pub(super) const KEYS: [&str; 4] = ["names", "sigs", "sig", "certainty"];

impl RoadmapReader<'_> {
    /// Parses an owner in its short or long form.
    pub(super) fn owner(&mut self, node: &Node<'_>) -> Option<Owner> {
        match &node.kind {
            NodeKind::Scalar(..) if self.is_no_owner(node) => Some(Owner::none()),
            NodeKind::Scalar(..) => self.owner_name(node).map(Owner::stated),
            NodeKind::Map(..) => self.long_owner(node),
            NodeKind::List(nodes, _) => self.several_owners(node, nodes),
        }
    }

    /// Parses a list of names, which own the work together.
    fn several_owners(&mut self, node: &Node<'_>, nodes: &[Node<'_>]) -> Option<Owner> {
        if nodes.is_empty() {
            return self.reject(head(node), "this list of owners is empty", "write `none`, or leave the key out");
        }
        let names = self.owner_names(nodes)?;
        Some(if names.is_empty() { Owner::none() } else { Owner { names, certainty: Certainty::Stated } })
    }

    fn long_owner(&mut self, node: &Node<'_>) -> Option<Owner> {
        let fields = self.fields(node, "an owner", &KEYS)?;
        let named = ["names", "sigs", "sig"].map(|key| fields.get(key));
        let nodes: Vec<_> = named.iter().flat_map(|named| self.one_or_many(*named)).collect();
        let names = self.owner_names(nodes.iter().copied());
        // Parsed before any return, so that one run reports every fault.
        let certainty = match fields.get("certainty") {
            Some(node) => self.choice(node, "a certainty", &Certainty::ALL).map(Some),
            None => Some(None),
        };
        let (names, certainty) = (names?, certainty?);
        if names.is_empty() && !nodes.is_empty() {
            return Some(Owner::none());
        }
        let certainty = self.certainty(node, certainty, names.len())?;
        Some(Owner { names, certainty })
    }

    /// Rejects a certainty that does not fit the number of owners.
    fn certainty(&mut self, node: &Node<'_>, written: Option<Certainty>, owners: usize) -> Option<Certainty> {
        Some(match (written, owners) {
            (None | Some(Certainty::None), 0) => Certainty::None,
            (Some(certainty), 0) => {
                let message = format!("no owner is named, so none is {}", certainty.word());
                return self.reject(head(node), message, "add `names`, or write `certainty: none`");
            }
            (Some(Certainty::None), _) => {
                self.fault_with(head(node), "an owner is named, so the certainty cannot be none", None::<String>);
                return None;
            }
            (Some(certainty), _) => certainty,
            (None, 1) => Certainty::Stated,
            (None, _) => {
                let hint = "add `certainty: either` or `certainty: accepted`";
                return self.reject(head(node), "several owners are named without a certainty", hint);
            }
        })
    }

    /// Parses names, and leaves out those that say that there is no owner.
    fn owner_names<'n>(&mut self, nodes: impl IntoIterator<Item = &'n Node<'n>>) -> Option<Vec<OwnerName>> {
        let named: Vec<_> = nodes.into_iter().filter(|node| !self.is_no_owner(node)).collect();
        let names: Vec<_> = named.iter().filter_map(|node| self.owner_name(node)).collect();
        (names.len() == named.len()).then_some(names)
    }

    /// Whether a text is `none`, `TBD` or the like, and not the id of a group.
    fn is_no_owner(&self, node: &Node<'_>) -> bool {
        let text = node.scalar().unwrap_or_default().trim();
        says_no_owner(text) && self.groups.group(&GroupId::new(text)).is_none()
    }

    /// Parses one owner. If any groups are known, an unquoted word must be one of them, so that a typo is not an owner.
    fn owner_name(&mut self, node: &Node<'_>) -> Option<OwnerName> {
        let text = self.line(node)?;
        if text.starts_with('@') {
            return self.handle(node, &text);
        }
        let id = GroupId::new(&text);
        if let Some(group) = self.groups.group(&id) {
            // The text may be a former name of the group.
            return Some(OwnerName::Group(group.id.clone()));
        }
        if self.groups.list.is_empty() {
            return Some(if is_team(&text) { OwnerName::new(&format!("@{text}")) } else { OwnerName::new(&text) });
        }
        if !node.is_plain() && (text.contains(char::is_whitespace) || self.guess_group(&text).is_none()) {
            return Some(OwnerName::Words(text.into()));
        }
        self.fault_by(node.span, |reader| {
            let hint = meant(reader.guess_group(&text), || reader.forms_of_owners());
            (format!("unknown owner `{}`", shorten(&text)), Some(hint))
        });
        None
    }

    /// Parses `@login` or `@org/team`.
    fn handle(&mut self, node: &Node<'_>, text: &str) -> Option<OwnerName> {
        let name = text.trim_start_matches('@');
        if text.len() == name.len() + 1 && (is_login(name) || is_team(name)) {
            return Some(OwnerName::new(text));
        }
        let hint = "write \"@login\" or \"@org/team\"; several owners are a list";
        self.reject(node.span, format!("`{text}` is neither a login nor a team"), hint)
    }

    fn forms_of_owners(&self) -> String {
        let known: Vec<_> = self.groups.list.iter().take(3).map(|group| group.id.as_str()).collect();
        format!("write a group such as {}; or, in quotes, \"@login\", \"@org/team\" or other words", known.join(", "))
    }

    /// Guesses the group from a label, a name with spaces, a Slack channel, or a typo.
    fn guess_group(&mut self, text: &str) -> Option<String> {
        let plain = text.trim_start_matches('#').to_lowercase().replace(['/', ' ', '_'], "-");
        let known = std::mem::replace(&mut self.groups, Cow::Borrowed(self.built_in));
        let is = |group: &&Group| {
            group.id.as_str() == plain
                || group.formerly.iter().any(|id| id.as_str() == plain)
                || group.slack.as_deref() == Some(&plain)
                || group.id.as_str().split_once('-').is_some_and(|(_, name)| name == plain)
        };
        let exact = known.list.iter().find(is).map(|group| group.id.as_str());
        let near = exact.or_else(|| self.nearest(&plain, known.list.iter().map(|group| group.id.as_str())));
        let guess = near.map(str::to_owned);
        self.groups = known;
        guess
    }
}
