//! Parses `links:` of projects and items: URLs of pages other than GitHub issues, optionally with a title.

use crate::domain::PageLink;

use super::reader::{RoadmapReader, head};
use super::text::shorten;
use super::tree::{Node, NodeKind};

pub(super) const KEYS: [&str; 2] = ["title", "url"];

impl RoadmapReader<'_> {
    pub(super) fn page_link(&mut self, node: &Node<'_>) -> Option<PageLink> {
        if matches!(node.kind, NodeKind::Scalar(..)) {
            return self.page(node, None);
        }
        let fields = self.fields(node, "a link", &KEYS)?;
        let title = fields.get("title").and_then(|node| self.line(node));
        let Some(url) = fields.get("url") else {
            return self.reject(fields.span, "this link has no `url`", "add one, such as `url: https://…`");
        };
        self.page(url, title)
    }

    fn page(&mut self, node: &Node<'_>, title: Option<String>) -> Option<PageLink> {
        let text = self.line(node)?;
        let link = PageLink::new(title, &text);
        if link.is_none() {
            let message = format!("`{}` is not the address of a page", shorten(&text));
            self.fault_with(head(node), message, Some("write an address that begins with https://"));
        }
        link
    }
}
