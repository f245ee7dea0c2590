//! State of the roadmap parser: collected faults and limits; and parsers for lists and scalar values.

use std::borrow::Cow;

use crate::domain::clean::{clean, clean_line};
use crate::domain::nearest::meant;
use crate::domain::{AccountId, Conventions, Date, Groups, IssueRef, Repo, Text};
use crate::sources::diagnostic::{DESCRIBED, Diagnostic, Diagnostics, Excerpt, Span};

use super::text::{is_future, parse_date, shorten};
use super::tree::{Node, NodeKind};

/// Parses one file; continues after a fault, so that one run reports all of them.
pub(crate) struct RoadmapReader<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
    /// The groups that are built into the program.
    pub(super) built_in: &'a Groups,
    /// The groups that are valid owners in this file.
    pub(super) groups: Cow<'a, Groups>,
    /// Reads a file in the roadmap's folder; `None` to parse only the text.
    pub(super) load: Option<&'a LoadFile<'a>>,
    pub(super) conventions: Conventions,
    pub(super) today: Date,
    pub(super) home: Repo,
    /// The ids under `accounts`, parsed before anything that may name one.
    pub(super) account_ids: Vec<AccountId>,
    /// The number of items parsed so far.
    pub(super) items: usize,
    pub(super) faults: Vec<(Span, Diagnostic)>,
    /// The number of faults beyond the limit, which are only counted.
    pub(super) further: usize,
    /// Valid YAML that is most likely a mistake.
    pub(super) warnings: Vec<Diagnostic>,
    /// How many more names may be compared for suggestions.
    pub(super) comparisons: usize,
}

/// Returns the name for messages and the text of a file below the roadmap's folder.
pub(super) type LoadFile<'a> = dyn Fn(&str) -> Result<(String, String), Diagnostics> + 'a;

/// The default repository of bare issue numbers.
const DEFAULT_REPO: &str = "kubernetes/k8s.io";
/// The maximum number of comparisons for suggestions in one file: enough for every file that people write.
const COMPARISONS: usize = 200_000;
/// The hint for a map or a list in the place of text.
const TEXT_FORM: &str = "write text here; what contains `: ` or begins with a bracket needs quotes";
/// The maximum length of a list, other than of projects and items.
const LONGEST_LIST: usize = 10_000;

impl<'a> RoadmapReader<'a> {
    /// Returns a parser with the default repository and the built-in groups.
    pub(super) fn new(text: &'a str, file: &'a str, built_in: &'a Groups, today: Date) -> Self {
        let home = Repo::new(DEFAULT_REPO).expect("the default repository is owner/name");
        Self {
            text,
            file,
            built_in,
            groups: Cow::Borrowed(built_in),
            load: None,
            conventions: Conventions::of(&home),
            today,
            home,
            account_ids: Vec::new(),
            items: 0,
            faults: Vec::new(),
            further: 0,
            warnings: Vec::new(),
            comparisons: COMPARISONS,
        }
    }

    /// Returns the entries of a list; none for a missing node.
    pub(super) fn list<'n>(&mut self, node: Option<&'n Node<'n>>, what: &str) -> &'n [Node<'n>] {
        self.list_up_to((LONGEST_LIST, "entries"), node, what)
    }

    /// Returns the entries of a list of limited length; `unit` is how messages call them.
    pub(super) fn list_up_to<'n>(
        &mut self,
        (most, unit): (usize, &str),
        node: Option<&'n Node<'n>>,
        what: &str,
    ) -> &'n [Node<'n>] {
        let Some(node) = node else { return &[] };
        if let NodeKind::List(nodes, _) = &node.kind {
            return self.at_most(most, nodes, node, unit);
        }
        self.expected(node, what, Some("write it in brackets, or each entry on a line that begins with `- `"));
        &[]
    }

    /// Returns the entries of a list, or a single value as the only entry.
    pub(crate) fn one_or_many<'n>(&mut self, node: Option<&'n Node<'n>>) -> &'n [Node<'n>] {
        let Some(node) = node else { return &[] };
        match &node.kind {
            NodeKind::List(nodes, _) => self.at_most(LONGEST_LIST, nodes, node, "entries"),
            NodeKind::Map(..) | NodeKind::Scalar(..) => std::slice::from_ref(node),
        }
    }

    /// Parses the entries of a list, or a single value.
    pub(crate) fn each<T>(&mut self, node: Option<&Node<'_>>, read: fn(&mut Self, &Node<'_>) -> Option<T>) -> Vec<T> {
        self.one_or_many(node).iter().filter_map(|node| read(self, node)).collect()
    }

    /// Parses text of several lines, cleaned.
    pub(super) fn long(&mut self, node: &Node<'_>) -> Option<String> {
        let text = node.scalar().map(|text| clean(text).trim_end().to_owned());
        self.warn_of_cut(node);
        if text.is_none() {
            self.expected(node, "text", Some(TEXT_FORM));
        }
        text
    }

    /// Parses text of one line, cleaned; rejects empty text.
    pub(crate) fn line(&mut self, node: &Node<'_>) -> Option<String> {
        if node.is_null() {
            let hint = "write something, or remove the entry; the word itself needs quotes";
            return self.unexpected(node, "text", Some(hint));
        }
        self.warn_of_cut(node);
        let Some(text) = node.scalar().map(|text| clean_line(text).trim().to_owned()) else {
            return self.unexpected(node, "text", Some(TEXT_FORM));
        };
        if text.is_empty() {
            return self.reject(node.span, "this text is empty", "write something or remove the key");
        }
        Some(text)
    }

    /// Adds a note about what is valid, but hardly meant.
    pub(super) fn warn(&mut self, span: Span, message: String, hint: &str) {
        if self.warnings.len() < DESCRIBED {
            let (file, hint) = (self.file.to_owned(), Some(hint.to_owned()));
            self.warnings.push(Diagnostic { file, excerpt: Some(Excerpt::of(self.text, span)), message, hint });
        }
    }

    /// Returns a text that code is compared with, unchanged. Rejects control characters, which could reach a terminal, but
    /// for the end of a line in files of Windows.
    pub(crate) fn exact<'t>(&mut self, node: &Node<'_>, text: &'t str) -> Option<&'t str> {
        let shown = text.replace('\r', "");
        if clean(&shown) == shown {
            return Some(text);
        }
        let hint = "in double quotes YAML reads `\\b` as a backspace: use single quotes; `regex: '\\x1B'` finds such a character";
        self.reject(node.span, "this text has a control character", hint)
    }

    pub(super) fn word(&mut self, node: &Node<'_>) -> Option<Text> {
        self.line(node).map(Text::from)
    }

    /// Parses the path of a file below the roadmap's folder: a cloned roadmap must not read files outside of it, nor
    /// have files written among those of Git.
    pub(super) fn path_below(&mut self, node: &Node<'_>, example: &str) -> Option<String> {
        let path = self.line(node)?;
        let drive = path.as_bytes().get(1) == Some(&b':');
        let is_outside =
            path.starts_with(['/', '\\', '~']) || drive || path.split(['/', '\\']).any(|part| part == "..");
        let is_of_git = path.split(['/', '\\']).any(|part| part.eq_ignore_ascii_case(".git"));
        if is_outside || is_of_git {
            let what = if is_outside { "outside the roadmap's folder" } else { "in a folder of Git" };
            let hint = format!("write a path below the folder of the roadmap, such as {example}");
            return self.reject(node.span, format!("`{path}` is {what}"), hint);
        }
        Some(path)
    }

    /// Parses one of several fixed words.
    pub(crate) fn choice<T: Copy>(&mut self, node: &Node<'_>, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let Some(word) = node.scalar() else {
            return self.unexpected(node, what, None);
        };
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word) {
            return Some(*value);
        }
        self.fault_by(node.span, |reader| {
            let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
            let near = reader.nearest(word, names.iter().copied());
            let hint = meant(near, || format!("write one of: {}", names.join(", ")));
            (format!("`{}` is not {what}", shorten(word)), Some(hint))
        });
        None
    }

    /// Parses a non-negative integer.
    pub(super) fn whole(&mut self, node: &Node<'_>) -> Option<u64> {
        let text = node.scalar().unwrap_or_default();
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let octal = digits && text.len() > 1 && text.starts_with('0');
        if digits && !octal && node.is_plain() {
            if let Ok(number) = text.parse() {
                return Some(number);
            }
            self.fault(node.span, format!("the number {} is too large", shorten(text)));
            return None;
        }
        let hint = number_hint(text, digits && !node.is_plain());
        let hint = hint.as_deref().unwrap_or("write digits and nothing else, as in 12");
        self.unexpected(node, "a whole number", Some(hint))
    }

    pub(super) fn date(&mut self, node: &Node<'_>) -> Option<Date> {
        let hint = "write year-month-day, as in 2020-12-10";
        let Some(text) = node.scalar() else { return self.unexpected(node, "a date", Some(hint)) };
        match parse_date(text) {
            Ok(date) => Some(date),
            Err(why) => self.reject(node.span, why, hint),
        }
    }

    /// Parses a date that is not in the future.
    pub(super) fn past_date(&mut self, node: &Node<'_>) -> Option<Date> {
        let date = self.date(node)?;
        if is_future(date, self.today) {
            let hint = format!("today is {}", self.today);
            return self.reject(node.span, format!("{date} is in the future"), hint);
        }
        Some(date)
    }

    /// Parses a reference to an issue: `787`, `"#787"`, `owner/name#787` or a URL.
    pub(super) fn issue(&mut self, node: &Node<'_>) -> Option<IssueRef> {
        let issue = node.scalar().and_then(|text| IssueRef::parse(text, &self.home));
        if issue.is_none() {
            let is_link = node.scalar().is_some_and(|text| text.contains("://"));
            let hint = if is_link {
                "only issues of GitHub are followed: write the issue of another tracker below `links`".to_owned()
            } else {
                self.unhiding(node, "write a number of `repo`, owner/name#number, or the link to an issue")
            };
            self.expected(node, "an issue", Some(&hint));
        }
        issue
    }
}

/// Returns the part of a node that a marker should cover: all of a scalar, only the start of a list or map.
pub(crate) fn head(node: &Node<'_>) -> Span {
    match &node.kind {
        NodeKind::Scalar(..) => node.span,
        NodeKind::Map(..) if node.aliased => node.span,
        NodeKind::Map(pairs, super::tree::Layout::Block) => pairs.first().map_or(node.span, |(key, _)| key.span),
        NodeKind::List(..) | NodeKind::Map(..) => Span { end: node.span.start + 1, ..node.span },
    }
}

fn number_hint(text: &str, quoted: bool) -> Option<String> {
    let bare: String = text.chars().filter(|c| !matches!(c, '_' | ',' | ' ')).collect();
    let radix = |prefix: &str, radix| bare.strip_prefix(prefix).and_then(|rest| u64::from_str_radix(rest, radix).ok());
    let decimal = radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2)).or_else(|| bare.parse().ok());
    let amount = decimal.is_none().then(|| amount(&bare)).flatten();
    match decimal.or(amount) {
        Some(number) if amount.is_some() => {
            Some(format!("write a plain number: {number}; `currency` of the account names the currency"))
        }
        Some(number) if quoted => Some(format!("write it without quotes: {number}")),
        Some(number) => Some(format!("write it as {number}")),
        None => None,
    }
}

/// Parses a number with a currency: `$4000`, `4000€`, `USD4000`.
fn amount(text: &str) -> Option<u64> {
    let is_currency = |c: char| matches!(c, '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}');
    let is_code = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let signs = text.trim_matches(is_currency);
    let digits = signs.trim_matches(|c: char| c.is_ascii_uppercase());
    let code = signs.replace(digits, "");
    let has_currency = signs.len() < text.len() && code.is_empty() || is_code(&code);
    digits.parse().ok().filter(|_| has_currency)
}
