//! Collects faults of a roadmap file: all are counted, the first are described.

use crate::domain::Place;
use crate::domain::clean::clean_line;
use crate::domain::nearest::nearest;
use crate::sources::diagnostic::{DESCRIBED, Diagnostic, Diagnostics, Excerpt, Span};

use super::reader::{RoadmapReader, head};
use super::text::shorten;
use super::tree::{Node, NodeKind, QuoteStyle};

/// The maximum number of names in a hint.
const LISTED: usize = 20;

impl RoadmapReader<'_> {
    /// Returns the faults in the order of the file.
    pub(super) fn take_faults(&mut self) -> Diagnostics {
        let mut faults = std::mem::take(&mut self.faults);
        faults.sort_by_key(|(span, _)| (span.line, span.column));
        let described = faults.into_iter().map(|(_, fault)| fault).collect();
        Diagnostics { described, further: self.further }
    }

    pub(crate) fn fault(&mut self, span: Span, message: impl Into<String>) {
        self.fault_with(span, message, None::<String>);
    }

    pub(crate) fn fault_with(&mut self, span: Span, message: impl Into<String>, hint: Option<impl Into<String>>) {
        self.fault_by(span, |_| (message.into(), hint.map(Into::into)));
    }

    /// Adds a fault of a value that is then left out.
    pub(crate) fn reject<T>(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) -> Option<T> {
        self.fault_with(span, message, Some(hint));
        None
    }

    /// Adds a fault whose description is expensive. Only counted if enough faults are described already.
    pub(super) fn fault_by(&mut self, span: Span, describe: impl FnOnce(&mut Self) -> (String, Option<String>)) {
        if self.faults.len() >= DESCRIBED {
            self.further += 1;
            return;
        }
        let (message, hint) = describe(self);
        let message = clean_line(&message).into_owned();
        let excerpt = Some(Excerpt::of(self.text, span));
        self.faults.push((span, Diagnostic { file: self.file.to_owned(), excerpt, message, hint }));
    }

    /// Returns the name that a mistyped word most likely meant, within the budget of comparisons.
    pub(super) fn nearest<'c>(&mut self, word: &str, names: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        let mut left = self.comparisons;
        let names = names.into_iter().take_while(|_| {
            let may = left > 0;
            left = left.saturating_sub(1);
            may
        });
        let near = nearest(word, names);
        self.comparisons = left;
        near
    }

    /// Adds the faults of another file that is named at this position.
    pub(super) fn adopt(&mut self, span: Span, faults: Diagnostics) {
        for mut fault in faults.described {
            show_where_named(&mut fault, self.file, self.text, span);
            if self.faults.len() < DESCRIBED {
                self.faults.push((span, fault));
            } else {
                self.further += 1;
            }
        }
        self.further += faults.further;
    }

    /// Adds a fault for a value of the wrong kind.
    pub(super) fn expected(&mut self, node: &Node<'_>, what: &str, hint: Option<&str>) {
        self.fault_by(head(node), |_| (format!("expected {what}, found {}", describe(node)), hint.map(str::to_owned)));
    }

    /// Adds a fault for a value of the wrong kind, which is then left out.
    pub(crate) fn unexpected<T>(&mut self, node: &Node<'_>, what: &str, hint: Option<&str>) -> Option<T> {
        self.expected(node, what, hint);
        None
    }

    /// Returns a list, or an empty one with a fault if it is too long.
    pub(super) fn at_most<'l, T>(&mut self, most: usize, list: &'l [T], node: &Node<'_>, what: &str) -> &'l [T] {
        if list.len() <= most {
            return list;
        }
        self.fault(head(node), format!("there are {} {what} here, and at most {most} are read", list.len()));
        &[]
    }
}

/// Moves a fault without a place to where the roadmap names its file, for files that cannot be read.
fn show_where_named(fault: &mut Diagnostic, roadmap: &str, text: &str, span: Span) {
    if fault.excerpt.is_none() {
        let name = std::mem::replace(&mut fault.file, roadmap.to_owned());
        fault.message = format!("{name}: {}", fault.message);
        fault.excerpt = Some(Excerpt::of(text, span));
    }
}

/// Places faults of a readings file at its name in the counter or account that starts at `from`.
pub(super) fn of_readings(
    mut faults: Diagnostics,
    file: &str,
    (roadmap, text): (&str, &str),
    from: Place,
) -> Diagnostics {
    let lines = text.split_inclusive('\n').take(from.line.saturating_sub(1) as usize);
    let start: usize = lines.map(str::len).sum();
    let key = start + text.get(start..).and_then(|text| text.find("readings")).map_or(0, |at| at + "readings".len());
    let at = key + text.get(key..).and_then(|text| text.find(file)).unwrap_or(0);
    for fault in &mut faults.described {
        show_where_named(fault, roadmap, text, Span::of(text, at, at + file.len()));
    }
    faults
}

/// Lists names for a hint: the first ones, and the number of others.
pub(super) fn listed<'c>(names: impl ExactSizeIterator<Item = &'c str>) -> String {
    let further = names.len().saturating_sub(LISTED);
    let listed = names.take(LISTED).collect::<Vec<_>>().join(", ");
    if further == 0 { listed } else { format!("{listed} and {further} more") }
}

/// Describes the found value.
fn describe(node: &Node<'_>) -> String {
    match &node.kind {
        NodeKind::List(..) => "a list".to_owned(),
        NodeKind::Map(..) => "a map".to_owned(),
        NodeKind::Scalar(..) if node.is_null() => "nothing".to_owned(),
        NodeKind::Scalar(text, QuoteStyle::Plain) => format!("`{}`", shorten(text)),
        NodeKind::Scalar(text, QuoteStyle::Quoted | QuoteStyle::Block) => format!("the text \"{}\"", shorten(text)),
    }
}
