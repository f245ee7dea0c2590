//! Conversion of YAML values to JSON.

use serde_json::Value;

use super::{Scalar, YamlNode, YamlValue};

impl YamlNode<'_> {
    /// Converts the value to JSON by YAML's core schema.
    pub(crate) fn to_json(&self) -> Value {
        match &self.value {
            YamlValue::Scalar(scalar) => json_of_scalar(scalar),
            YamlValue::List(entries) => entries.iter().map(|entry| entry.to_json()).collect(),
            YamlValue::Map(entries) => {
                entries.iter().map(|(key, entry)| (key.as_ref(), entry.node.to_json())).collect()
            }
        }
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

#[cfg(test)]
mod tests {
    use super::super::{PathStep, each_document};

    fn json(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_document(text, |root| found.push(root.to_json().to_string())).unwrap();
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
        let refused = each_document(&format!("a0: &a0 x\n{bomb}"), |_| {}).unwrap_err();
        assert!(refused.reason.contains("2,000,000 values"), "{refused:?}");
        let chain: Vec<String> = (1..500).map(|n| format!("a{n}: &a{n} [*a{}]\n", n - 1)).collect();
        let refused = each_document(&format!("a0: &a0 x\n{}", chain.concat()), |_| {}).unwrap_err();
        assert!(refused.reason.contains("400 deep"), "{refused:?}");
        assert!(each_document("a: &a [*a]", |_| {}).is_err());
        let base: Vec<String> = (0..3_000).map(|n| format!("  k{n}: x\n")).collect();
        let replaced = format!("base: &b\n{}{}", base.concat(), "k: {<<: *b}\n".repeat(1_000));
        assert!(each_document(&replaced, |_| {}).is_err(), "what a merge copies counts although it is replaced");
    }

    #[test]
    fn a_block_scalar_has_the_line_of_its_indicator() {
        each_document("- |\n  a\n- >-\n\n  b\n- |\n- c\n- \"d\n  d\"\n- |+\n", |root| {
            let line = |at| root.line_of(&[PathStep::Index(at)]);
            assert_eq!([0, 1, 3, 4, 5].map(line), [1, 3, 7, 8, 10]);
        })
        .unwrap();
    }

    #[test]
    fn an_overridden_key_has_the_line_of_the_winning_value() {
        let text = "base: &base\n  os: old\n  max: 5\na:\n  <<: *base\n  os: new\nb:\n  max: 1\n  max: 2\n";
        each_document(text, |root| {
            let line = |path: [&str; 2]| root.line_of(&path.map(PathStep::Key));
            assert_eq!((line(["a", "os"]), line(["a", "max"]), line(["b", "max"])), (6, 3, 9));
        })
        .unwrap();
    }

    #[test]
    fn lines_of_a_map_with_many_keys_are_found_fast() {
        let text = (0..50_000).map(|key| format!("k{key}: x")).collect::<Vec<_>>().join("\n");
        each_document(&text, |root| {
            assert!((0..50_000).all(|key| root.line_of(&[PathStep::Key(&format!("k{key}"))]) == key + 1));
        })
        .unwrap();
    }

    #[test]
    fn a_value_has_the_line_where_it_begins() {
        each_document("a:\n- x: 1\n- y:\n    z: 2\n", |root| {
            assert_eq!(root.line_of(&[PathStep::Key("a"), PathStep::Index(1)]), 3);
            let path = [PathStep::Key("a"), PathStep::Index(1), PathStep::Key("y"), PathStep::Key("z")];
            assert_eq!(root.line_of(&path), 4);
        })
        .unwrap();
    }
}
