//! Tests that the JSON Schema agrees with the parser. The validator implements the keywords of draft 2020-12 that the
//! schema uses.

use regex_automata::meta::Regex;
use serde_json::{Map, Value, json};

use super::*;
use crate::sources::roadmap_file::tree::{Node, QuoteStyle};

/// Converts a node to JSON by YAML's core schema.
fn json_of(node: &Node<'_>) -> Value {
    match &node.kind {
        NodeKind::List(nodes, _) => nodes.iter().map(json_of).collect(),
        NodeKind::Map(pairs, _) => {
            let pairs = pairs.iter().map(|(key, value)| (key.scalar().unwrap_or("?").to_owned(), json_of(value)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        NodeKind::Scalar(..) if node.is_null() => Value::Null,
        NodeKind::Scalar(text, QuoteStyle::Plain) => match &**text {
            "true" | "false" => json!(text == "true"),
            text => text
                .parse::<i64>()
                .map(Value::from)
                .or_else(|_| text.parse::<f64>().map(Value::from))
                .unwrap_or_else(|_| text.into()),
        },
        NodeKind::Scalar(text, QuoteStyle::Quoted | QuoteStyle::Block) => json!(text),
    }
}

struct Schema(Value);

impl Schema {
    fn accepts(&self, value: &Value) -> bool {
        self.fits(&self.0, value)
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let rules = schema.as_object().expect("a schema is an object");
        rules.iter().all(|(keyword, rule)| self.holds(keyword, rule, schema, value))
    }

    fn holds(&self, keyword: &str, rule: &Value, schema: &Value, value: &Value) -> bool {
        let number = |test: fn(f64, f64) -> bool| value.as_f64().is_none_or(|n| test(n, rule.as_f64().unwrap()));
        let names = || rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        let count = rule.as_u64().unwrap_or(0) as usize;
        match keyword {
            "$schema" | "$defs" | "title" | "description" => true,
            "$ref" => self.fits(self.0.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap(), value),
            "type" => {
                let types = rule.as_array().map_or(std::slice::from_ref(rule), Vec::as_slice);
                types.iter().any(|one| is_type(one, value))
            }
            "const" => rule == value,
            "enum" => rule.as_array().unwrap().contains(value),
            "not" => !self.fits(rule, value),
            "anyOf" => rule.as_array().unwrap().iter().any(|one| self.fits(one, value)),
            "pattern" => value.as_str().is_none_or(|text| Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)),
            "minLength" => value.as_str().is_none_or(|text| text.chars().count() >= count),
            "minimum" => number(|n, least| n >= least),
            "maximum" => number(|n, most| n <= most),
            "items" => value.as_array().is_none_or(|all| all.iter().all(|one| self.fits(rule, one))),
            "uniqueItems" => value.as_array().is_none_or(|all| (1..all.len()).all(|at| !all[..at].contains(&all[at]))),
            "minItems" => value.as_array().is_none_or(|all| all.len() >= count),
            "minProperties" => value.as_object().is_none_or(|map| map.len() >= count),
            "required" => value.as_object().is_none_or(|map| names().all(|name| map.contains_key(name))),
            "properties" => rule.as_object().unwrap().iter().all(|(k, s)| value.get(k).is_none_or(|v| self.fits(s, v))),
            "propertyNames" => value.as_object().is_none_or(|map| map.keys().all(|key| self.fits(rule, &json!(key)))),
            "additionalProperties" => self.others_fit(rule, schema, value),
            "dependentRequired" => rule.as_object().unwrap().iter().all(|(key, wanted)| {
                value.get(key).is_none()
                    || wanted.as_array().unwrap().iter().all(|w| value.get(w.as_str().unwrap()).is_some())
            }),
            other => panic!("this test does not know `{other}`"),
        }
    }

    fn others_fit(&self, rule: &Value, schema: &Value, value: &Value) -> bool {
        let known = |key: &str| schema.get("properties").is_some_and(|known| known.get(key).is_some());
        let others = value.as_object().into_iter().flatten().filter(|(key, _)| !known(key));
        others.into_iter().all(|(_, value)| if rule.is_boolean() { rule == true } else { self.fits(rule, value) })
    }
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("there is no type `{other}`"),
    }
}

fn schema() -> Schema {
    Schema(serde_json::from_str(SCHEMA).unwrap())
}

fn accepts(text: &str) -> bool {
    let root = tree::parse(text.trim_start_matches('\u{feff}')).unwrap().unwrap();
    schema().accepts(&json_of(&root))
}

#[test]
fn the_schema_accepts_the_example_the_starter_and_every_form() {
    let every_form = r##"
version: 1
title:
repo: a/b
umbrellas: 1
robots: [x, y]
counters:
  a: {done: 1, total: 2, date: 2020-12-10}
  b: {rules: [{version: 1, done: {any: [{cluster: x}, {not: {type: [periodic]}}]}}], readings: r/b.csv}
  c: {from: 300, rule: {source: text, files: {include: ["**/*.rb", docs], exclude: vendor}, count: files, total: {regex: "^# typed:"}, done: {any: [{contains: [a, b]}, {not: {regex: x}}]}}}
  d: {rule: {source: text, repo: o/n, files: "*.go", left: {contains: TODO}, from: 2020-01-01}}
  e: {rule: {source: entries, files: ["a.yaml"], each: "$.jobs.*", done: {runs-on: [x, null], all: [{a.b: 1}]}, left: [true, "-"], unknown: "?", dropped: {$.x: y}}}
  f: {rule: {source: issues, label: [kind/*], scope: {any: [{author: me}, {not: {title: x}}]}, repo: o/*, milestone: v1}}
  g: {rule: {config: [prow/jobs, "*/config"], done: {cluster: "build-*"}}}
migrated: [DNS]
projects:
  - {id: a, owner: none, issue: [1, "#2"], issues: x/y#3, state: done, due: 2020-12-10, silence: {rule: open-boxes, reason: y}}
  - id: b
    owner: {sigs: [sig-docs, wg-batch], certainty: unsure}
    blocked_by: a
    items: [787, Text, https://github.com/a/b/pull/3, {title: x, done: 1, total: 2}, {counter: a}, {issue: 3, blocked_by: [4, a]}, {links: https://codeberg.org/o/r/issues/100}]
    links: [https://gitlab.com/o/r/-/issues/3, {title: plan, url: https://example.com}]
spend: {days: 28, lines: [{name: x, amount: 3}]}
"##;
    for text in [EXAMPLE, include_str!("../../../../data/starter.yaml"), every_form] {
        let text = text.replace("@today@", "2020-12-10");
        read(&text, "roadmap.yaml", &groups(), today()).unwrap_or_else(|faults| panic!("{faults}"));
        assert!(accepts(&text), "{text}");
    }
}

/// Cases that no schema can check: they depend on other values of the file, the calendar, the groups or today.
const BEYOND: [&str; 28] = [
    "control characters do not reach a message",
    "a label is not an owner",
    "a name is not an owner",
    "a group that stands twice",
    "a key that is there twice",
    "two projects with one id",
    "two counters with one id",
    "two counters with one readings file",
    "two items with one id",
    "an unknown owner",
    "several owners need a certainty",
    "a certainty needs an owner",
    "done more than total",
    "a day that has not come",
    "a counter that is not there",
    "a counter where there is none",
    "a counter s figures need a day",
    "a blocker that is not there",
    "a meeting on no day at no time",
    "meetings in words on no day, at no time, in no zone",
    "a cycle of projects",
    "a cycle of items and issues",
    "a project that waits for itself",
    "an item whose issue is one of those that it waits for",
    "a project is not called like an item",
    "an item that waits for its project",
    "an item that waits for its own issue",
    "a tag",
];

#[test]
fn the_schema_rejects_what_the_parser_rejects_if_a_schema_can() {
    for case in include_str!("../refusals.txt").split("=== ").skip(1) {
        let (name, rest) = case.split_once('\n').unwrap();
        let (text, _) = rest.split_once(">>>\n").unwrap();
        let Ok(Some(root)) = tree::parse(text) else { continue };
        let accepted = schema().accepts(&json_of(&root));
        assert_eq!(accepted, BEYOND.contains(&name), "{name}");
    }
}

#[test]
fn the_schema_and_the_parser_know_the_same_keys() {
    let schema = schema().0;
    let keys = |at: &str| {
        let map = schema.pointer(&format!("{at}/properties")).unwrap().as_object().unwrap();
        map.keys().cloned().collect::<std::collections::BTreeSet<_>>()
    };
    let known = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    let project: Vec<_> = project::KEYS.into_iter().chain([project::SILENCE]).collect();
    assert_eq!(keys(""), known(&document::KEYS));
    assert_eq!(keys("/$defs/project"), known(&project));
    assert_eq!(keys("/$defs/item/anyOf/2"), known(&project::ITEM_KEYS));
    assert_eq!(keys("/$defs/owner/anyOf/2"), known(&owner::KEYS));
    assert_eq!(keys("/$defs/group"), known(&groups::KEYS));
    assert_eq!(keys("/$defs/meeting/anyOf/1"), known(&groups::MEETING_KEYS));
    assert_eq!(keys("/$defs/page/anyOf/1"), known(&page_links::KEYS));
    assert_eq!(keys("/$defs/counter"), known(&counter::KEYS));
    assert_eq!(keys("/$defs/spend"), known(&account::SPEND_KEYS));
    assert_eq!(keys("/$defs/account"), known(&account::KEYS));
    assert_eq!(keys("/$defs/account_reading"), known(&account::READING_KEYS));
    for (source, format) in crate::sources::counting::SOURCES {
        let name = source.strip_prefix("prow-").unwrap_or(source);
        assert_eq!(keys(&format!("/$defs/{name}_rule")), known(&rule::keys(format)), "{source}");
    }
    assert_eq!(keys("/$defs/files/anyOf/1"), known(&condition::FILES_KEYS));
    assert_eq!(keys("/$defs/silence"), known(&document::SILENCE_KEYS));
}

/// Values of every kind.
const VALUES: [&str; 38] = [
    "x",
    "\"x\"",
    "''",
    "3",
    "\"3\"",
    "0",
    "-1",
    "1.5",
    "true",
    "null",
    "[]",
    "{}",
    "[x]",
    "[x, y]",
    "[3, x]",
    "[[x]]",
    "[{title: x}]",
    "{title: x}",
    "{a: b}",
    "2020-12-10",
    "[2020-12-10]",
    "soon",
    "none",
    "done",
    "sig-testing",
    "[sig-testing, sig-docs]",
    "{sig: sig-testing}",
    "{names: [\"@a\"], certainty: unsure}",
    "\"@a\"",
    "https://example.com/a",
    "http://example.com/a",
    "[https://example.com/a, {title: t, url: https://example.com/b}]",
    "{title: t}",
    "{rule: placeholder, reason: y}",
    "o/r#3",
    "https://github.com/o/r/issues/3",
    "99999999999999",
    "o/r",
];

/// Keys whose values refer to something else in the file, which no schema can check; they have tests of their own.
const REFERRING: [&str; 5] = ["blocked_by", "measure", "counter", "account", "done"];

/// Tries every value with every key of a project, an item and the file.
#[test]
fn the_schema_and_the_parser_accept_the_same_values() {
    let own: Vec<&str> = project::KEYS.into_iter().chain([project::SILENCE]).collect();
    let places: [(&str, &[&str]); 3] = [
        ("version: 1\nrepo: o/r\nprojects:\n  - id: p\n    KEY: VALUE\n", &own),
        (
            "version: 1\nrepo: o/r\nprojects:\n  - id: p\n    items:\n      - KEY: VALUE\n        title: t\n",
            &project::ITEM_KEYS,
        ),
        ("version: 1\nKEY: VALUE\n", &document::KEYS),
    ];
    let mut differ = Vec::new();
    for (place, keys) in places {
        for key in keys.iter().filter(|key| !REFERRING.contains(key) && **key != "total") {
            for value in VALUES {
                let text = place.replace("KEY", key).replace("VALUE", value);
                let text = if *key == "title" { text.replace("        title: t\n", "") } else { text };
                let text = if *key == "id" { text.replace("id: p\n    ", "") } else { text };
                let text = if *key == "version" { text.replacen("version: 1\n", "", 1) } else { text };
                // An unquoted date as a title is rejected, a quoted one is not: to a schema they are the same.
                if value.contains("[2020") && matches!(*key, "items" | "migrated") {
                    continue;
                }
                let read = read(&text, "r", &groups(), today()).is_ok();
                if accepts(&text) != read {
                    differ.push(format!(
                        "{key}: {value} ({})",
                        if read { "the parser accepts it" } else { "the schema accepts it" }
                    ));
                }
            }
        }
    }
    assert_eq!(differ, [""; 0]);
}

#[test]
fn the_schema_and_the_parser_allow_the_same_letters_in_ids() {
    let text = include_str!("../../../../data/roadmap.schema.json");
    assert!(!text.contains(r"\\p{"), "validators in Python do not know classes of Unicode");
    let schema = schema();
    let other = Regex::new(schema.0["$defs"]["no_id"]["pattern"].as_str().unwrap()).unwrap();
    for c in '\u{80}'..=char::MAX {
        assert_eq!(other.is_match(c.encode_utf8(&mut [0; 4]) as &str), !item_keys::is_id_letter(c), "{c:?}");
    }
}
