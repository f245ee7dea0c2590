//! A checker of HTML as text: elements, headings, links, tables, pictures and the contrast of colours.

use std::collections::{BTreeMap, BTreeSet};

/// The elements of a page in document order.
pub(crate) struct Document<'a> {
    elements: Vec<Element<'a>>,
    wrong: Vec<String>,
}

struct Element<'a> {
    name: &'a str,
    attributes: &'a str,
    /// The names of its ancestors.
    around: Vec<&'a str>,
}

impl Element<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next())
    }
}

/// Elements without an end tag.
const VOID: [&str; 3] = ["meta", "br", "!DOCTYPE"];

impl<'a> Document<'a> {
    /// Parses a page in which every element is closed.
    pub(crate) fn read(page: &'a str) -> Self {
        let mut document = Self { elements: Vec::new(), wrong: Vec::new() };
        let mut open: Vec<&str> = Vec::new();
        for tag in page.split('<').skip(1) {
            let (inside, _) = tag.split_once('>').expect("the end of a tag");
            if let Some(name) = inside.strip_prefix('/') {
                if open.pop() != Some(name) {
                    document.wrong.push(format!("</{name}> closes nothing"));
                }
                continue;
            }
            let name = inside.split([' ', '/']).next().unwrap_or_default();
            let attributes = inside.strip_prefix(name).unwrap_or_default();
            document.elements.push(Element { name, attributes, around: open.clone() });
            if !VOID.contains(&name) && !inside.ends_with('/') {
                open.push(name);
            }
        }
        document.wrong.extend(open.iter().map(|name| format!("<{name}> is not closed")));
        document
    }

    /// Returns all faults, a line each.
    pub(crate) fn wrong(self) -> Vec<String> {
        let found = [self.ids(), self.links(), self.headings(), self.tables(), self.pictures()];
        self.wrong.into_iter().chain(found.into_iter().flatten()).collect()
    }

    fn ids(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let ids = self.elements.iter().filter_map(|element| element.attribute("id"));
        ids.filter(|id| !seen.insert(*id)).map(|id| format!("two elements are called {id}")).collect()
    }

    fn links(&self) -> Vec<String> {
        let ids: BTreeSet<_> = self.elements.iter().filter_map(|element| element.attribute("id")).collect();
        let targets = self.elements.iter().filter_map(|element| element.attribute("href"));
        let labels = self.elements.iter().filter_map(|element| element.attribute("aria-labelledby"));
        let own = targets.filter_map(|target| target.strip_prefix('#')).chain(labels);
        own.filter(|id| !ids.contains(id)).map(|id| format!("nothing is called {id}")).collect()
    }

    /// There must be one title, and no heading level may be skipped.
    fn headings(&self) -> Vec<String> {
        let level = |element: &Element<'_>| element.name.strip_prefix('h')?.parse::<u8>().ok();
        let levels: Vec<_> = self.elements.iter().filter_map(level).collect();
        let jumps = levels.windows(2).filter(|pair| pair[1] > pair[0] + 1);
        let mut wrong: Vec<_> = jumps.map(|pair| format!("h{} follows on h{}", pair[1], pair[0])).collect();
        if !levels.is_empty() && levels.iter().filter(|level| matches!(level, 1)).count() != 1 {
            wrong.push("there is not one title".to_owned());
        }
        wrong
    }

    fn tables(&self) -> Vec<String> {
        let heads = self.elements.iter().filter(|element| element.name == "th");
        let mut wrong: Vec<_> = heads
            .filter(|head| {
                let expected = if head.around.contains(&"thead") { "col" } else { "row" };
                head.attribute("scope") != Some(expected)
            })
            .map(|head| format!("a head of a table without its scope: {}", head.attributes))
            .collect();
        let count = |name: &str| self.elements.iter().filter(|element| element.name == name).count();
        if count("table") != count("caption") || count("table") != count("thead") {
            wrong.push("a table without a caption or heads".to_owned());
        }
        wrong
    }

    /// Every picture needs a text.
    fn pictures(&self) -> Vec<String> {
        let pictures = self.elements.iter().filter(|element| element.name == "svg");
        let is_silent = |element: &&Element<'_>| {
            element.attribute("role") != Some("img") || element.attribute("aria-label").is_none_or(str::is_empty)
        };
        pictures.filter(is_silent).map(|element| format!("a picture without a text: {}", element.attributes)).collect()
    }
}

/// Returns the palettes of a style sheet: light, dark and print.
pub(crate) fn palettes(css: &str) -> Vec<BTreeMap<String, String>> {
    let blocks = css.split(":root {").skip(1).filter_map(|rest| rest.split('}').next());
    let colours = |block: &str| {
        let pairs = block.split(';').filter_map(|pair| pair.trim().strip_prefix("--")?.split_once(": "));
        pairs.map(|(name, colour)| (name.to_owned(), colour.trim().to_owned())).collect()
    };
    blocks.map(colours).collect()
}

/// Returns the contrast ratio of two colours by WCAG, from 1 to 21.
pub(crate) fn contrast(front: &str, back: &str) -> f64 {
    let (front, back) = (luminance(front), luminance(back));
    (front.max(back) + 0.05) / (front.min(back) + 0.05)
}

fn luminance(colour: &str) -> f64 {
    let digits: Vec<_> = colour.trim_start_matches('#').chars().collect();
    let size = digits.len() / 3;
    let channel = |at: usize| {
        let digits: String = digits[at * size..(at + 1) * size].iter().collect();
        let value = u32::from_str_radix(&digits.repeat(2 / size), 16).expect("a colour");
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
}
