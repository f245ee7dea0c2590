//! Rules about entries, as roadmaps write them.

use super::super::source::RuleFormat;
use super::parse;
use crate::domain::rule::{Condition, EntriesRule, EntryTest, EntryValue, Source};
use crate::sources::roadmap_file::condition::all_of;
use crate::sources::roadmap_file::fields::Fields;
use crate::sources::roadmap_file::reader::{RoadmapReader, head};
use crate::sources::roadmap_file::tree::Node;

/// The format of the rules.
pub(crate) const FORMAT: RuleFormat =
    RuleFormat { keys: &["files", "each", "done", "left", "unknown", "dropped"], read };

fn read(reader: &mut RoadmapReader<'_>, fields: &Fields<'_>) -> Option<Source> {
    let files = reader.files(fields);
    let each = entry_path(reader, fields);
    let mut tests = |name: &str| match (fields.get(name), fields.null_key(name)) {
        (Some(node), _) => condition(reader, node).map(Some),
        // Taken for no condition, it would silently change the figure.
        (None, Some(key)) => {
            let hint = format!("write `{name}: [null]` for entries that are null, or leave the key out");
            reader.reject(key.span, format!("`{name}` has no value"), hint)
        }
        (None, None) => Some(None),
    };
    let (done, left, unknown, dropped) = (tests("done"), tests("left"), tests("unknown"), tests("dropped"));
    let rule =
        EntriesRule { files: files?, each: each?, done: done?, left: left?, unknown: unknown?, dropped: dropped? };
    Some(Source::Entries(rule))
}

fn entry_path(reader: &mut RoadmapReader<'_>, fields: &Fields<'_>) -> Option<String> {
    let Some(each) = fields.get("each") else {
        let hint = "a JSONPath says what an entry is, for example `each: $.jobs.*`";
        return reader.reject(fields.span, "this rule has no `each`", hint);
    };
    let path = reader.line(each)?;
    let checked = parse(&path).map_err(|error| reader.fault_with(each.span, error.to_string(), from_root(&path)));
    checked.ok().map(|_| path)
}

/// A hint for a path that only lacks its `$`.
fn from_root(path: &str) -> Option<String> {
    let dot = if path.starts_with(['.', '[']) { "" } else { "." };
    let path = format!("${dot}{path}");
    parse(&path).is_ok().then(|| format!("write `{path}`"))
}

/// Parses a condition on an entry: a map of fields, or values of the entry itself.
fn condition(reader: &mut RoadmapReader<'_>, node: &Node<'_>) -> Option<Condition<EntryTest>> {
    reader.condition(node, (None, &|reader, field, node| test(reader, field, node).map(Condition::Is)))
}

fn test(reader: &mut RoadmapReader<'_>, field: Option<&str>, node: &Node<'_>) -> Option<EntryTest> {
    if let Some(path) = field.filter(|field| field.starts_with('$'))
        && let Err(error) = parse(path)
    {
        reader.fault(head(node), error.to_string());
        return None;
    }
    if let Some(field) = field {
        reader.exact(node, field)?;
    }
    let nodes = reader.one_or_many(Some(node));
    let value = |node: &Node<'_>| match node.scalar() {
        Some(_) if node.is_null() => Some(EntryValue::Absent),
        Some(text) => reader.exact(node, text).map(|text| EntryValue::Is(text.to_owned())),
        None => reader.unexpected(node, "a value or a list of values", None),
    };
    let values = all_of(nodes.iter().map(value))?;
    if values.is_empty() {
        return reader.reject(head(node), "this list names nothing", "a list of values means any of them");
    }
    Some(EntryTest { field: field.map(str::to_owned), values })
}

#[cfg(test)]
mod tests {
    use crate::sources::roadmap_file::tests::{faults_of_rule, refusal};

    #[test]
    fn a_rule_about_entries_needs_a_valid_path() {
        assert!(refusal("{source: entries, each: '$.a['}").contains("`$.a[` is not a JSONPath:"));
        assert!(refusal("{source: entries}").contains("this rule has no `each`"));
        for condition in ["done: \"a\\e[4m\"", "left: {\"k\\e[3m\": v}"] {
            let shown = refusal(&format!("{{source: entries, files: a, each: $.a, {condition}}}"));
            assert!(shown.contains("this text has a control character"), "{shown}");
        }
        for (path, root) in [("jobs.*", "$.jobs.*"), (".jobs", "$.jobs"), ("[0]", "$[0]")] {
            let shown = faults_of_rule(&format!("{{source: entries, files: a, each: '{path}'}}"));
            assert!(shown.contains(&format!("hint: write `{root}`")), "{shown}");
        }
    }
}
