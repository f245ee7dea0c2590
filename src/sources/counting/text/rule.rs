//! Rules about texts, as roadmaps write them.

use super::super::pattern;
use super::super::source::RuleFormat;
use crate::domain::rule::{Condition, FileTest, Source, TextMeasure, TextRule, TextTest, TextUnit};
use crate::sources::roadmap_file::condition::all_of;
use crate::sources::roadmap_file::fields::Fields;
use crate::sources::roadmap_file::reader::{RoadmapReader, head};
use crate::sources::roadmap_file::tree::Node;

/// The format of the rules.
pub(crate) const FORMAT: RuleFormat = RuleFormat { keys: &["files", "count", "total", "done", "left"], read };
/// The keys of conditions.
pub(crate) const TEST_KEYS: [&str; 6] = ["all", "any", "not", "contains", "regex", "path"];
/// The most tests of paths: each doubles the ways to count a file.
const MOST_PATHS: usize = 4;

fn read(reader: &mut RoadmapReader<'_>, fields: &Fields<'_>) -> Option<Source> {
    let files = reader.files(fields);
    let unit = "what can be counted in a text";
    let count = match fields.get("count") {
        Some(node) => reader.choice(node, unit, &TextUnit::ALL),
        None => Some(TextUnit::Lines),
    };
    let mut tests = |name: &str| match fields.get(name) {
        // If `count` is invalid, assume files: lines would reject a text with a line break.
        Some(node) => condition(reader, node, count.unwrap_or(TextUnit::Files)).map(Some),
        None => Some(None),
    };
    let (total, done, left) = (tests("total"), tests("done"), tests("left"));
    let (files, count, total, done, left) = (files?, count?, total?, done?, left?);
    let measure = match (total, done, left) {
        (Some(total), Some(done), None) => TextMeasure::TotalAndDone { total, done },
        (Some(total), None, Some(left)) => TextMeasure::TotalAndLeft { total, left },
        (None, Some(done), Some(left)) => TextMeasure::DoneAndLeft { done, left },
        (None, None, Some(left)) => TextMeasure::Left(left),
        (None, Some(done), None) if count == TextUnit::Files => TextMeasure::Done(done),
        (None, Some(_), None) => {
            let hint = "add `total` or `left`; only `count: files` knows its total";
            return reader.reject(fields.span, "this rule has `done` and no total", hint);
        }
        (Some(_), Some(_), Some(_)) => {
            let hint = "remove one: it follows from the other two";
            return reader.reject(fields.span, "`total`, `done` and `left` cannot all be given", hint);
        }
        (_, None, None) => {
            let hint = "say what is left, for example `left: {contains: TODO}`";
            return reader.reject(fields.span, "this rule has no `left` and no `done`", hint);
        }
    };
    if super::paths(&measure).len() > MOST_PATHS {
        let hint = "list several globs under one `path`";
        reader.fault_with(fields.span, format!("this rule has more than {MOST_PATHS} tests of paths"), Some(hint));
        return None;
    }
    Some(Source::Text(TextRule { files, count, measure }))
}

fn condition(reader: &mut RoadmapReader<'_>, node: &Node<'_>, count: TextUnit) -> Option<Condition<FileTest>> {
    let read = |reader: &mut RoadmapReader<'_>, name: Option<&str>, node: &Node<'_>| tests(reader, name?, node, count);
    let condition = reader.condition(node, (Some(&TEST_KEYS), &read))?;
    if count == TextUnit::Matches && condition.tests().into_iter().any(|test| test.path().is_some()) {
        let hint = "name the files in `files`, or count files or lines";
        reader.fault_with(head(node), "`count: matches` takes no `path`", Some(hint));
        return None;
    }
    if count == TextUnit::Matches && condition.alternatives().is_none() {
        let hint = "list several under `any`, or count files or lines";
        return reader.reject(head(node), "`count: matches` takes one text or pattern, or any of several", hint);
    }
    Some(condition)
}

fn tests(reader: &mut RoadmapReader<'_>, name: &str, node: &Node<'_>, count: TextUnit) -> Option<Condition<FileTest>> {
    if name == "path" {
        return reader.test_of(name, node, RoadmapReader::file_globs, FileTest::Path);
    }
    let make = if name == "regex" { TextTest::Regex } else { TextTest::Contains };
    let nodes = reader.one_or_many(Some(node));
    if nodes.is_empty() {
        reader.reject_empty(name, node);
    }
    let test = |node: &Node<'_>| {
        let Some(text) = node.scalar().filter(|text| !text.is_empty() && !node.is_null()) else {
            return reader.unexpected(node, "a text to look for", None);
        };
        let text = reader.exact(node, text)?;
        if name == "contains" && count != TextUnit::Files && text.contains('\n') {
            return reader.reject(node.span, "a line cannot contain a line break", "look for a part of one line");
        }
        let test = make(text.to_owned());
        pattern::check(&test).map_err(|error| reader.fault(node.span, error.to_string())).ok()?;
        if count != TextUnit::Matches && pattern::matches_by_mistake(&test) {
            let hint = "remove a `|` at its end, or write `+` for a `*`; `.*` matches every line on purpose";
            return reader.reject(node.span, format!("`{text}` matches the empty text, and so every line"), hint);
        }
        Some(Condition::Is(FileTest::Text(test)))
    };
    let mut tests = all_of(nodes.iter().map(test))?;
    if tests.len() > 1 { Some(Condition::Any(tests)) } else { tests.pop() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rule::Start;
    use crate::sources::roadmap_file::tests::{counter, refusal};

    #[test]
    fn what_is_left_of_some_files_is_a_text_rule() {
        let text = counter("{from: 300, rule: {source: text, files: {include: [a/**, b]}, left: {contains: [x, y]}}}");
        let Source::Text(rule) = &text.rules[0].source else { panic!("{text:?}") };
        assert!(matches!(rule.measure, TextMeasure::Left(_)) && rule.files.include == ["a/**", "b"]);
        assert_eq!(text.rules[0].from, Start::Count(300));
    }

    #[test]
    fn an_expression_may_match_empty_lines_every_line_and_empty_matches() {
        for expression in ["^$", "^", "^ *$", ".*", ".*(old)?", "old|$"] {
            counter(&format!("{{rule: {{source: text, left: {{regex: '{expression}'}}}}}}"));
        }
        counter("{rule: {source: text, count: matches, left: {regex: 'x*'}}}");
        counter("{rule: {source: text, count: files, left: {contains: \"\\r\\n\"}}}");
    }

    #[test]
    fn texts_and_patterns_are_validated() {
        for (rule, said) in [
            ("{source: text, count: matches, left: {path: a}}", "`count: matches` takes no `path`"),
            ("{source: text, count: files, done: {path: a**}}", "`a**` is not a glob"),
            ("{source: text, count: files, done: {path: []}}", "`path` names nothing"),
            (
                "{source: text, count: files, done: {any: [{path: a}, {path: b}, {path: c}, {path: d}, {path: e}]}}",
                "this rule has more than 4 tests of paths",
            ),
            ("{source: text, left: {regex: 'a('}}", "r.yaml:4:40: `a(` is not a regular expression: unclosed group"),
            ("{source: text, left: {regex: 'old|'}}", "r.yaml:4:40: `old|` matches the empty text, and so every line"),
            ("{source: text, count: files, done: {not: {regex: 'x*'}}}", "`x*` matches the empty text"),
            ("{source: text, done: {contains: x}}", "this rule has `done` and no total"),
            ("{source: text, left: {contains: \"a\\nb\"}}", "a line cannot contain a line break"),
            ("{source: text, left: {regex: \"\\bold\\b\"}}", "this text has a control character"),
            ("{source: text, left: {contains: \"\\e]0;x\\a\"}}", "this text has a control character"),
            (
                "{source: text, count: matches, left: {not: {contains: a}}}",
                "r.yaml:4:48: `count: matches` takes one text or pattern",
            ),
            ("{source: text, count: matches, left: {contains: a, regex: b}}", "r.yaml:4:48: `count: matches` takes"),
            (
                "{source: text, count: matches, left: {any: [{regex: [a], contains: b}]}}",
                "r.yaml:4:48: `count: matches`",
            ),
        ] {
            assert!(refusal(rule).contains(said), "{rule}: {}", refusal(rule));
        }
    }
}
