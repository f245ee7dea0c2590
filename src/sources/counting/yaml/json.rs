//! Conversion of YAML documents to JSON values with their lines.

use serde_json::Value;

use super::maps::{DEEPEST, Maps};
use super::{MOST_NODES, NodeId, Scalar, YamlTree, YamlValue};

/// Converts a document to JSON by YAML's core schema; `None` if its aliases expand to more than 2,000,000 values.
pub(crate) fn to_json(tree: &YamlTree<'_>) -> Option<Value> {
    let maps = Maps::new(tree);
    let mut budget = MOST_NODES;
    json_of(&maps, tree.root, &mut budget)
}

fn json_of(maps: &Maps<'_, '_>, id: NodeId, budget: &mut usize) -> Option<Value> {
    *budget = budget.checked_sub(1)?;
    match maps.tree.kind(id) {
        None => Some(Value::Null),
        Some(YamlValue::Scalar(scalar)) => Some(json_of_scalar(scalar)),
        Some(YamlValue::List(_) | YamlValue::Map(_)) if maps.depth.get() >= DEEPEST => None,
        Some(YamlValue::List(entries)) => maps.deeper(|| {
            entries.iter().map(|entry| json_of(maps, *entry, budget)).collect::<Option<Vec<_>>>().map(Value::Array)
        }),
        Some(YamlValue::Map(_)) => maps.deeper(|| {
            let mut object = serde_json::Map::new();
            for (key, value) in maps.pairs(id).iter() {
                let key = maps.tree.scalar(*key).map_or("", |scalar| scalar.text.as_ref()).to_owned();
                object.insert(key, json_of(maps, *value, budget)?);
            }
            Some(Value::Object(object))
        }),
    }
}

fn json_of_scalar(scalar: &Scalar<'_>) -> Value {
    let text = scalar.text.as_ref();
    if scalar.is_null {
        return Value::Null;
    }
    if !scalar.is_plain {
        return text.into();
    }
    match text {
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        text => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

fn number(text: &str) -> Option<serde_json::Number> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let radix = |prefix: &str, radix| text.strip_prefix(prefix).and_then(|rest| u64::from_str_radix(rest, radix).ok());
    if let Some(number) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Some(number.into());
    }
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    is_number.then_some(())?;
    let whole = text.strip_prefix('+').unwrap_or(text);
    let exact = || whole.parse::<i64>().map(Into::into).or_else(|_| whole.parse::<u64>().map(Into::into)).ok();
    // A larger integer stays text, since a float would lose digits.
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    exact().or_else(|| serde_json::Number::from_f64(text.parse().ok().filter(|_| !is_whole)?))
}

/// A step of a path into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathStep<'s> {
    /// The value of a key.
    Key(&'s str),
    /// An entry of a list.
    Index(usize),
}

/// Returns the line of a value of a document, by its path.
pub(crate) fn line_at(maps: &Maps<'_, '_>, path: &[PathStep<'_>]) -> u32 {
    let tree = maps.tree;
    let (mut id, mut line) = (tree.root, tree.line(tree.root));
    for step in path {
        let next = match step {
            PathStep::Index(at) => tree.list(id).and_then(|entries| entries.get(*at)).map(|entry| (*entry, *entry)),
            PathStep::Key(name) => maps.pair(id, name),
        };
        let Some((place, value)) = next else { break };
        line = tree.line(place);
        id = value;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::super::each_document;
    use super::*;

    fn json(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_document(text, |tree| found.push(to_json(tree).map_or("too much".into(), |value| value.to_string())))
            .unwrap();
        found
    }

    #[test]
    fn documents_become_json_by_the_core_schema() {
        assert_eq!(
            json("a: [1, -2.5, 0x1F, yes, TRUE, ~, '1', 1.2.3, 1e3]"),
            [r#"{"a":[1,-2.5,31,"yes",true,null,"1","1.2.3",1000.0]}"#]
        );
        assert_eq!(
            json("x: &x {a: 1}\ny: {<<: *x, b: 2}\n---\n- 2020-01-02"),
            [r#"{"x":{"a":1},"y":{"a":1,"b":2}}"#, r#"["2020-01-02"]"#]
        );
    }

    #[test]
    fn aliases_that_expand_endlessly_are_rejected() {
        let bomb: String =
            (1..30).map(|n| format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1)).collect::<Vec<_>>().concat();
        assert_eq!(json(&format!("a0: &a0 x\n{bomb}")), ["too much"]);
    }

    #[test]
    fn a_block_scalar_has_the_line_of_its_indicator() {
        each_document("- |\n  a\n- >-\n\n  b\n- |\n- c\n- \"d\n  d\"\n- |+\n", |tree| {
            let line = |at| line_at(&Maps::new(tree), &[PathStep::Index(at)]);
            assert_eq!([0, 1, 3, 4, 5].map(line), [1, 3, 7, 8, 10]);
        })
        .unwrap();
    }

    #[test]
    fn an_overridden_key_has_the_line_of_the_winning_value() {
        let text = "base: &base\n  os: old\n  max: 5\na:\n  <<: *base\n  os: new\nb:\n  max: 1\n  max: 2\n";
        each_document(text, |tree| {
            let line = |path: [&str; 2]| line_at(&Maps::new(tree), &path.map(PathStep::Key));
            assert_eq!((line(["a", "os"]), line(["a", "max"]), line(["b", "max"])), (6, 3, 9));
        })
        .unwrap();
    }

    #[test]
    fn lines_of_a_map_with_many_keys_are_found_fast() {
        let text = (0..50_000).map(|key| format!("k{key}: x")).collect::<Vec<_>>().join("\n");
        each_document(&text, |tree| {
            let maps = Maps::new(tree);
            assert!((0..50_000).all(|key| line_at(&maps, &[PathStep::Key(&format!("k{key}"))]) == key + 1));
        })
        .unwrap();
    }

    #[test]
    fn a_value_has_the_line_where_it_begins() {
        each_document("a:\n- x: 1\n- y:\n    z: 2\n", |tree| {
            assert_eq!(line_at(&Maps::new(tree), &[PathStep::Key("a"), PathStep::Index(1)]), 3);
            assert_eq!(
                line_at(
                    &Maps::new(tree),
                    &[PathStep::Key("a"), PathStep::Index(1), PathStep::Key("y"), PathStep::Key("z")]
                ),
                4
            );
        })
        .unwrap();
    }
}
