//! Parses projects and their items, in short and long forms.

use crate::domain::{IssueRef, Item, ItemKey, Owner, PageLink, Place, Project, ProjectId, State, Text};
use crate::sources::body::split_box;
use crate::sources::diagnostic::Span;

use super::document::distinct;
use super::fields::Fields;
use super::item_keys::{UnkeyedItem, is_id_letter, name_items};
use super::links::{BlockerName, ProjectLinks};
use super::reader::{RoadmapReader, head};
use super::syntax::instead_of_box;
use super::text::shorten;
use super::tree::{Layout, Node, NodeKind};

pub(super) const KEYS: [&str; 18] = [
    "id",
    "aliases",
    "title",
    "kind",
    "owner",
    "issue",
    "issues",
    "measure",
    "state",
    "items",
    "blocked_by",
    "due",
    "note",
    "links",
    "references",
    "cost",
    "saves",
    "account",
];
pub(super) const SILENCE: &str = "silence";
pub(super) const ITEM_KEYS: [&str; 17] = [
    "id",
    "title",
    "kind",
    "issue",
    "counter",
    "state",
    "done",
    "total",
    "owner",
    "blocked_by",
    "due",
    "note",
    "links",
    "silence",
    "cost",
    "saves",
    "account",
];

/// The maximum number of items in a file: far more than people write.
pub(in crate::sources) const MOST_ITEMS: usize = 50_000;

impl RoadmapReader<'_> {
    /// Parses a project. Its references are returned separately, since they may name later projects.
    pub(super) fn project(&mut self, node: &Node<'_>) -> Option<(Project, ProjectLinks)> {
        let keys: Vec<&str> = KEYS.into_iter().chain([SILENCE]).collect();
        let fields = self.fields(node, "a project", &keys)?;
        let id = self.project_id(&fields);
        let names = fields.get("aliases");
        let aliases: Vec<_> =
            self.one_or_many(names).iter().filter_map(|node| self.path_id(node).map(|id| (id, node.span))).collect();
        let mut issues = self.each(fields.get("issue"), Self::issue);
        issues.extend(self.each(fields.get("issues"), Self::issue));
        let drafts = self.items(fields.get("items"));
        let links = self.links(fields.get("blocked_by"));
        let measure = fields.get("measure").and_then(|node| self.word(node).map(|id| (id, node.span)));
        let project = Project {
            id: ProjectId(id.as_ref().map(|(id, _)| id.clone()).unwrap_or_default()),
            aliases: aliases.iter().map(|(alias, _)| alias.clone()).collect(),
            title: fields.get("title").and_then(|node| self.line(node)),
            kind: fields
                .get("kind")
                .and_then(|node| self.word(node))
                .or_else(|| self.conventions.default_kind(&self.home)),
            owner: fields.get("owner").and_then(|node| self.owner(node)).unwrap_or_else(Owner::none),
            issues: distinct(issues),
            measure: measure.as_ref().map(|(id, _)| crate::domain::CounterId(id.clone())),
            written: self.state(&fields),
            items: Vec::new(),
            blocked_by: Vec::new(),
            due: fields.get("due").and_then(|node| self.date(node)),
            note: fields.get("note").and_then(|node| self.long(node)),
            links: self.each(fields.get("links"), Self::page_link),
            references: self.each(fields.get("references"), Self::line),
            costs: self.costs(&fields),
            silenced: self.each(fields.get(SILENCE), Self::silence),
            place: fields.place(),
        };
        let names = id.into_iter().chain(aliases).collect();
        let (items, items_links) = name_items(self, drafts);
        let measure = measure.map(|(_, span)| span);
        Some((Project { items, ..project }, ProjectLinks { names, measure, links, items: items_links }))
    }

    fn project_id(&mut self, fields: &Fields<'_>) -> Option<(Text, Span)> {
        let Some(node) = fields.get("id") else {
            return self.reject(fields.span, "this project has no `id`", "add one, such as `id: old-registry`");
        };
        self.path_id(node).map(|id| (id, node.span))
    }

    /// Parses the id of a project, which may have several parts, as in `pkg/kubelet/cadvisor`.
    fn path_id(&mut self, node: &Node<'_>) -> Option<Text> {
        let hint = "use letters, digits, `-`, `_`, `.` and `/` between them; a number alone would name an issue";
        self.id_of(node, |id| id.split('/').all(is_id_part), hint)
    }

    /// Parses an id that commands and references can use: without spaces, `/` and `#`, and not only digits.
    pub(super) fn id(&mut self, node: &Node<'_>) -> Option<Text> {
        self.id_of(node, is_id_part, "use letters, digits, `-`, `_` and `.`; a number alone would name an issue")
    }

    fn id_of(&mut self, node: &Node<'_>, fits: fn(&str) -> bool, hint: &str) -> Option<Text> {
        let id = self.word(node)?;
        if fits(&id) && !id.chars().all(|c| c.is_ascii_digit()) {
            return Some(id);
        }
        self.reject(node.span, format!("`{id}` cannot be an id"), hint)
    }

    fn state(&mut self, fields: &Fields<'_>) -> Option<State> {
        fields.get("state").and_then(|node| self.choice(node, "a state", &State::WRITTEN))
    }

    pub(super) fn items(&mut self, node: Option<&Node<'_>>) -> Vec<UnkeyedItem> {
        let left = MOST_ITEMS.saturating_sub(self.items);
        let nodes = self.list_up_to((left, "further items"), node, "a list of items");
        self.items += nodes.len();
        nodes.iter().filter_map(|node| self.item(node)).collect()
    }

    fn item(&mut self, node: &Node<'_>) -> Option<UnkeyedItem> {
        match &node.kind {
            NodeKind::Map(..) => self.long_item(node),
            NodeKind::List(..) => {
                let hint = self.instead_of_list(node);
                self.unexpected(node, "an item", Some(&hint))
            }
            NodeKind::Scalar(text, _) => match IssueRef::parse(text, &self.home) {
                Some(issue) => Some(UnkeyedItem::new(Item { issue: Some(issue), ..blank(head(node)) })),
                None => self.title_item(node, text),
            },
        }
    }

    /// Returns how to write an item that is a list: `- [x] #12` and `- [ ]` are lists, and were meant as boxes.
    fn instead_of_list(&self, node: &Node<'_>) -> String {
        let Span { start, end, .. } = node.span;
        let rest = self.text.get(end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        match self.text.get(start..end).and_then(split_box) {
            Some((is_ticked, "")) => instead_of_box(is_ticked, rest),
            Some(_) | None => "items do not nest: write them one below the other".to_owned(),
        }
    }

    fn title_item(&mut self, node: &Node<'_>, text: &str) -> Option<UnkeyedItem> {
        if node.is_null() {
            let hint = self.unhiding(node, "write an issue number or a title, or remove the line");
            return self.reject(node.span, "this item is empty", hint);
        }
        if node.is_plain() && is_ambiguous(text) {
            let hint = format!("write \"{text}\" in quotes if it is a title");
            return self.reject(node.span, format!("`{text}` is neither an issue number nor a title"), hint);
        }
        let title = self.line(node)?;
        if let Some((true, rest)) = split_box(&title) {
            self.warn(
                node.span,
                "a box in a title does not make the item done".to_owned(),
                &instead_of_box(true, rest),
            );
        }
        let links = PageLink::new(None, &title).into_iter().collect();
        Some(UnkeyedItem::new(Item { title: Some(title), links, ..blank(head(node)) }))
    }

    fn long_item(&mut self, node: &Node<'_>) -> Option<UnkeyedItem> {
        if self.is_title_with_colon(node) {
            return None;
        }
        let fields = self.fields(node, "an item", &ITEM_KEYS)?;
        let id = fields.get("id").and_then(|node| self.id(node).map(|id| (id, node.span)));
        let counter = fields.get("counter").and_then(|node| self.word(node).map(|id| (id, node.span)));
        let item = Item {
            key: ItemKey(id.as_ref().map(|(id, _)| id.clone()).unwrap_or_default()),
            title: fields.get("title").and_then(|node| self.line(node)),
            kind: fields.get("kind").and_then(|node| self.word(node)),
            issue: fields.get("issue").and_then(|node| self.issue(node)),
            counter: counter.as_ref().map(|(id, _)| crate::domain::CounterId(id.clone())),
            written: self.state(&fields),
            progress: self.progress(&fields),
            owner: fields.get("owner").and_then(|node| self.owner(node)),
            blocked_by: Vec::new(),
            due: fields.get("due").and_then(|node| self.date(node)),
            note: fields.get("note").and_then(|node| self.long(node)),
            links: self.each(fields.get("links"), Self::page_link),
            costs: self.costs(&fields),
            silenced: self.each(fields.get(SILENCE), Self::silence),
            place: fields.place(),
        };
        // A rejected key may have been one of these.
        if !fields.is_rejected && ["title", "issue", "counter", "links"].iter().all(|key| fields.get(key).is_none()) {
            let hint = "add a `title`, an `issue`, a `counter` or `links`";
            self.fault_with(fields.span, "this item does not say what it is", Some(hint));
        }
        if let (Some(_), Some(done)) = (&item.counter, fields.get("done")) {
            self.fault_with(done.span, "`done` and `total` come from the counter", Some("remove them here"));
        }
        let links = self.links(fields.get("blocked_by"));
        Some(UnkeyedItem { item, id: id.map(|(_, span)| span), links, counter: counter.map(|(_, span)| span) })
    }

    /// Rejects `- Replace: np.float`, which YAML parses as a map with one key.
    fn is_title_with_colon(&mut self, node: &Node<'_>) -> bool {
        let NodeKind::Map(pairs, Layout::Block) = &node.kind else { return false };
        let [(key, value)] = pairs.as_slice() else { return false };
        let Some(name) = key.scalar().filter(|_| key.is_plain() && !key.is_merge() && value.scalar().is_some()) else {
            return false;
        };
        if ITEM_KEYS.contains(&name) || self.meant_key(name, &ITEM_KEYS).is_some() {
            return false;
        }
        let hint = format!("write text that contains `: ` in quotes; the keys are: {}", ITEM_KEYS.join(", "));
        self.fault_with(head(node), format!("unknown key `{}` in an item", shorten(name)), Some(hint));
        true
    }

    fn links(&mut self, node: Option<&Node<'_>>) -> Vec<BlockerName> {
        self.each(node, |reader, node| Some(BlockerName { text: reader.line(node)?, span: node.span }))
    }
}

/// Whether a text has only letters, digits, `-`, `_`, `.` and `:`, and does not start with `-`.
fn is_id_part(text: &str) -> bool {
    let fits = |c: char| is_id_letter(c) || matches!(c, '-' | '_' | '.' | ':');
    !text.is_empty() && text.chars().all(fits) && !text.starts_with('-')
}

fn blank(span: Span) -> Item {
    Item::new(ItemKey(Text::default()), Place { line: span.line, column: span.column })
}

/// Whether YAML, or a person, could mistake unquoted text for a number, a date or a boolean.
fn is_ambiguous(text: &str) -> bool {
    let word = matches!(&*text.to_ascii_lowercase(), "yes" | "no" | "true" | "false" | "on" | "off");
    let number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        && text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'x' | b'o' | b'_' | b'.' | b'+' | b'-' | b','))
        && text.bytes().any(|b| b.is_ascii_digit());
    word || number
}
