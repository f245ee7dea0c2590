//! House rules for the code: layers, lengths of files and functions, licences, and documents that match the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Layers, and the layers that each may use; the same table as in ARCHITECTURE.md.
const LAYERS: [(&str, &[&str]); 11] = [
    ("domain", &[]),
    ("words", &["domain"]),
    ("insight", &["domain", "words"]),
    ("sources", &["domain", "words"]),
    ("report", &["domain", "words", "insight"]),
    ("tui/view", &["tui/model", "tui/theme", "tui/input", "words", "domain", "insight"]),
    ("tui/run", &["tui", "sources", "words", "domain", "insight", "report"]),
    ("tui", &["tui/model", "tui/update", "tui/input", "tui/theme", "tui/view", "words", "report", "domain", "insight"]),
    ("cli", &["commands", "words", "domain", "report"]),
    ("commands", &["domain", "insight", "words", "sources", "report", "tui"]),
    ("face", &["domain", "words", "report", "sources"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Returns the code of a file without its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap().to_owned()
}

fn name(path: &Path) -> String {
    let relative = path.strip_prefix(root().join("src")).unwrap();
    relative.to_string_lossy().replace('\\', "/").trim_end_matches(".rs").trim_end_matches("/mod").to_owned()
}

/// Returns the layer of a module: the entry of [`LAYERS`] with the longest matching name.
fn layer(module: &str) -> Option<&'static str> {
    let fits = |layer: &str| module == layer || module.starts_with(&format!("{layer}/"));
    LAYERS.iter().map(|(layer, _)| *layer).filter(|layer| fits(layer)).max_by_key(|layer| layer.len())
}

/// Returns the modules that a text names after `crate::`, such as `tui/view`.
fn used(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let paths = lines.flat_map(|line| line.split("crate::").skip(1).map(ToOwned::to_owned).collect::<Vec<_>>());
    paths
        .map(|path| path.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect::<String>())
        .map(|path| path.trim_end_matches(':').replace("::", "/"))
        .filter(|path| !path.is_empty())
        .collect()
}

#[test]
fn no_module_uses_a_layer_above_it() {
    let mut wrong = Vec::new();
    for path in sources() {
        let module = name(&path);
        let Some(own) = layer(&module) else { continue };
        let allowed = LAYERS.iter().find(|(layer, _)| *layer == own).unwrap().1;
        for other in used(&code(&path)) {
            let Some(other_layer) = layer(&other) else { continue };
            let inside = other == own || other.starts_with(&format!("{own}/"));
            let may = |name: &str| other == name || other.starts_with(&format!("{name}/"));
            if !inside && !allowed.iter().any(|name| may(name)) {
                wrong.push(format!("{module} uses {other} ({own} may not use {other_layer})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the paths in a text that begin with `super::` or `crate::`, with groups in braces expanded.
fn written(text: &str) -> Vec<Vec<String>> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(at) = ["super::", "crate::"].iter().filter_map(|word| rest.find(word)).min() {
        rest = rest.split_at(at).1;
        let (path, behind) = rest.split_at(rest.find(|c| !is_path(c)).unwrap_or(rest.len()));
        let steps: Vec<_> = path.split("::").filter(|step| !step.is_empty()).map(ToOwned::to_owned).collect();
        let mut depth = 0;
        let group = behind.strip_prefix('{').map(|group| {
            let close = group.find(|c| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                depth < 0
            });
            group.split_at(close.unwrap_or(0)).0
        });
        // A nested group names parts of a module that the outer group has already named.
        match group {
            Some(group) => found.extend(group.split(',').map(|name| {
                let first = name.trim().split("::").next().unwrap_or_default().to_owned();
                steps.iter().cloned().chain([first]).collect()
            })),
            None => found.push(steps),
        }
        rest = behind;
    }
    found
}

/// Returns the module that a path refers to, relative to the module `from`.
fn target(from: &str, path: &[String], modules: &BTreeSet<String>) -> Option<String> {
    let mut place: Vec<&str> = from.split('/').collect();
    let mut best = None;
    for step in path {
        match step.as_str() {
            "crate" => place.clear(),
            "super" => {
                place.pop();
            }
            "self" => {}
            step => place.push(step),
        }
        best = Some(place.join("/")).filter(|place| modules.contains(place)).or(best);
    }
    best
}

#[test]
fn no_two_modules_depend_on_each_other() {
    let files = sources();
    let modules: BTreeSet<_> = files.iter().map(|path| name(path)).collect();
    let is_inside = |one: &str, other: &str| one == other || one.starts_with(&format!("{other}/"));
    let arrows: std::collections::BTreeMap<_, BTreeSet<_>> = files
        .iter()
        .filter(|path| !name(path).contains("tests"))
        .map(|path| {
            let own = name(path);
            let all = written(&code(path)).into_iter().filter_map(|path| target(&own, &path, &modules));
            // A module and its submodules count as one.
            let others = all.filter(|other| !is_inside(other, &own) && !is_inside(&own, other)).collect();
            (own, others)
        })
        .collect();
    assert!(
        arrows["tui/view/rows"].contains("tui/model/list") && arrows.values().map(BTreeSet::len).sum::<usize>() > 300
    );
    let mut circles = Vec::new();
    for start in arrows.keys() {
        let (mut seen, mut next) = (BTreeSet::new(), vec![start]);
        while let Some(module) = next.pop() {
            let new = arrows.get(module).into_iter().flatten().filter(|other| seen.insert(*other));
            next.extend(new.collect::<Vec<_>>());
        }
        if seen.contains(start) {
            circles.push(start);
        }
    }
    assert!(circles.is_empty(), "these depend on each other: {circles:?}");
}

/// A key file can reassign keys, so sentences say `{sync}` instead of `r`.
#[test]
fn sentences_name_keys_by_their_action() {
    let key = r#"[" ,;(`][a-zA-Z0-9?]`? (?:fetches|opens|sets|copies|shows|goes|asks|closes|reads|writes)\b"#;
    let key = regex::Regex::new(key).unwrap();
    for path in sources().iter().filter(|path| name(path).contains("tui")) {
        let code = code(path);
        let found = code.lines().find(|line| !line.trim_start().starts_with("//") && key.is_match(line));
        assert_eq!(found, None, "{}", name(path));
    }
}

#[test]
fn no_two_types_share_a_name() {
    // An indented `type` is an associated type, which belongs to its trait.
    let definitions = r"(?m)^(?: *(?:pub(?:\([^)]*\))? )?(?:struct|enum|trait)|(?:pub(?:\([^)]*\))? )?type) (\w+)";
    let definitions = regex::Regex::new(definitions).unwrap();
    let mut places: std::collections::BTreeMap<String, BTreeSet<String>> = std::collections::BTreeMap::new();
    for path in sources().iter().filter(|path| !name(path).contains("tests")) {
        for line in definitions.captures_iter(&code(path)) {
            places.entry(line[1].to_owned()).or_default().insert(name(path));
        }
    }
    assert!(places.len() > 300, "only {} types were found", places.len());
    let twice: Vec<_> = places.iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn every_module_line_names_a_thing() {
    let question = regex::Regex::new("^//! (?:What|Which|Where|When|How|Who|Whom|Why)\\b").unwrap();
    let asks = |path: &&PathBuf| question.is_match(&fs::read_to_string(path).unwrap());
    let found: Vec<_> = sources().iter().filter(asks).map(|path| name(path)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn no_file_is_longer_than_400_lines_before_its_tests() {
    let long: Vec<_> = sources()
        .iter()
        .filter(|path| path.file_name().is_none_or(|name| name != "tests.rs"))
        .map(|path| (code(path).lines().count(), name(path)))
        .filter(|(lines, _)| *lines > 400)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn no_function_is_longer_than_60_lines() {
    let mut long = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let bare = line.trim_start();
            let is_function = bare.starts_with("fn ") || bare.starts_with("pub") && bare.contains(" fn ");
            if !is_function || bare.starts_with("pub use") || bare.ends_with(['}', ';']) {
                continue;
            }
            // rustfmt puts the last brace below the first letter.
            let end = format!("{}}}", &" ".repeat(line.len() - bare.len()));
            let length = lines[at..].iter().position(|line| *line == end).map_or(0, |length| length + 1);
            if length > 60 {
                long.push(format!("{}:{}: {length} lines", name(&path), at + 1));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Paths of interfaces that only Unix has.
const OF_UNIX: [&str; 4] = ["std::os::unix", "std::os::fd", "rustix::", "tokio::signal::unix"];

/// Whether a line is an attribute that excludes other systems.
fn is_gate(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("#[cfg(") && (line.contains("unix") || line.contains("target_os")) && !line.contains("not(unix)")
}

/// Whether a gate applies to a line: on its statement, or on an item around it.
fn is_gated(lines: &[&str], at: usize) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    // Only attributes may lie between a gate and the head of its item.
    let (mut depth, mut is_at_head) = (indent(lines[at]), true);
    for line in lines[..at].iter().rev().filter(|line| !line.is_empty()) {
        if indent(line) > depth {
            continue;
        }
        if indent(line) < depth {
            (depth, is_at_head) = (indent(line), true);
        } else if is_at_head && is_gate(line) {
            return true;
        } else {
            let bare = line.trim_start();
            is_at_head &= bare.starts_with("#[") || bare.starts_with("//") || line.ends_with('(');
        }
    }
    false
}

#[test]
fn unix_interfaces_are_used_only_on_unix() {
    let mut open = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        // The file that declares `mod unix;` has the gate.
        if path.ends_with("unix.rs") {
            let parent = fs::read_to_string(path.parent().unwrap().with_extension("rs")).unwrap();
            assert!(parent.contains("#[cfg(unix)]\nmod unix;"), "{}", name(&path));
            continue;
        }
        let is_used = |line: &str| !line.trim_start().starts_with("//") && OF_UNIX.iter().any(|it| line.contains(it));
        let bare = (0..lines.len()).filter(|at| is_used(lines[*at]) && !is_gated(&lines, *at));
        open.extend(bare.map(|at| format!("{}:{}: {}", name(&path), at + 1, lines[at].trim())));
    }
    assert!(open.is_empty(), "no `cfg(unix)` above:\n{}", open.join("\n"));
}

/// `sources/programs` starts children without tokens, and never runs a program of the current folder.
#[test]
fn other_programs_are_started_in_one_module() {
    let starts = |path: &&PathBuf| {
        let code = code(path);
        code.contains("process::") && code.contains("Command::new(")
    };
    let found: Vec<_> = sources().iter().filter(starts).map(|path| name(path)).collect();
    assert_eq!(found, ["sources/programs"]);
}

#[test]
fn every_licence_is_allowed() {
    let allowed = allowed_licences();
    assert!(allowed.contains("MIT"), "the list of deny.toml was not read");
    let mut wrong = Vec::new();
    for package in packages() {
        let licence = package["license"].as_str().unwrap_or("none");
        // Old manifests write `/` for OR.
        let expression = licence.replace('/', " OR ");
        if package["source"].is_string() && !is_allowed(&expression, &allowed) {
            wrong.push(format!("{} {}: {licence}", package["name"], package["version"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn packages() -> Vec<serde_json::Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let resolved: BTreeSet<String> = metadata["resolve"]["nodes"].as_array().unwrap().iter().map(id).collect();
    let mut packages: Vec<_> = metadata["packages"].as_array_mut().unwrap().drain(..).collect();
    packages.retain(|package| resolved.contains(&id(package)));
    assert!(packages.len() > 50, "cargo metadata named only {} packages", packages.len());
    packages
}

fn id(value: &serde_json::Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn allowed_licences() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("deny.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let list = table["licenses"]["allow"].as_array().unwrap();
    list.iter().map(|licence| licence.as_str().unwrap().to_owned()).collect()
}

/// Evaluates an SPDX expression: OR of ANDs, with parentheses around either.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let parts = |text: &str, operator: &str| -> Vec<String> {
        let (mut depth, mut parts) = (0, vec![String::new()]);
        for word in text.replace('(', " ( ").replace(')', " ) ").split_whitespace() {
            depth += i32::from(word == "(") - i32::from(word == ")");
            if word == operator && depth == 0 {
                parts.push(String::new());
            } else {
                let last = parts.last_mut().unwrap();
                last.push_str(word);
                last.push(' ');
            }
        }
        parts.iter().map(|part| part.trim().to_owned()).collect()
    };
    let unwrapped = expression.trim();
    let ors = parts(unwrapped, "OR");
    if ors.len() > 1 {
        return ors.iter().any(|part| is_allowed(part, allowed));
    }
    let ands = parts(unwrapped, "AND");
    if ands.len() > 1 {
        return ands.iter().all(|part| is_allowed(part, allowed));
    }
    match unwrapped.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => is_allowed(inner, allowed),
        None => allowed.contains(unwrapped),
    }
}

#[test]
fn licence_expressions_are_read_with_their_operators() {
    let allowed = BTreeSet::from(["MIT".to_owned(), "Unicode-3.0".to_owned()]);
    assert!(is_allowed("GPL-3.0 OR MIT", &allowed));
    assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed));
    assert!(!is_allowed("(GPL-3.0 OR Apache-2.0) AND Unicode-3.0", &allowed));
    assert!(!is_allowed("GPL-3.0", &allowed));
}

/// Returns the JSON schemas that a text names, such as `status/1`.
fn schemas(text: &str) -> BTreeSet<String> {
    let names = text.split("offramp/").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '/')).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default().to_owned()
    });
    names.filter(|name| name.ends_with(|c: char| c.is_ascii_digit()) && name.contains('/')).collect()
}

#[test]
fn every_json_schema_is_described() {
    let printed: BTreeSet<_> = sources().iter().flat_map(|path| schemas(&code(path))).collect();
    let described = schemas(&fs::read_to_string(root().join("docs/json.md")).unwrap());
    assert!(printed.len() > 15);
    assert_eq!(printed.difference(&described).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// Returns the values that JSON uses: the words in blocks documented as "the name used in data".
fn words_of_data(code: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut lines = code.lines();
    while let Some(line) = lines.find(|line| line.contains("/// ") && line.contains("he name used in data")) {
        let indent = line.len() - line.trim_start().len();
        let is_end = |line: &&str| line.get(indent..).is_some_and(|rest| rest == "}" || rest == "];");
        let block = lines.by_ref().take_while(|line| !is_end(line)).flat_map(|line| line.split('"').skip(1).step_by(2));
        words.extend(block.filter(|word| !word.is_empty()).map(str::to_owned));
    }
    words
}

#[test]
fn every_json_value_is_described() {
    let text = fs::read_to_string(root().join("docs/json.md")).unwrap();
    let counting = fs::read_to_string(root().join("docs/counting.md")).unwrap();
    let sources_of_counters = counting.lines().filter(|line| line.starts_with("### ")).flat_map(quoted);
    let described: BTreeSet<_> = quoted(&text).chain(sources_of_counters).collect();
    let words: BTreeSet<_> = sources().iter().flat_map(|path| words_of_data(&code(path))).collect();
    let missing: Vec<_> = words.iter().filter(|word| !described.contains(word.as_str())).collect();
    assert!(words.len() > 40 && missing.is_empty(), "{missing:?}");
}

/// Returns the texts in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

#[test]
fn every_file_that_the_architecture_names_exists() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let is_path =
        |name: &&str| name.contains(['/', '.']) && name.chars().all(|c| c.is_alphanumeric() || "_/.-".contains(c));
    let places = ["", "src", "src/sources", "src/tui", "tests/it"].map(|folder| root().join(folder));
    let named: BTreeSet<_> = quoted(&text).filter(is_path).collect();
    let exists = |name: &str| places.iter().any(|place| place.join(name).exists());
    // A package made by cargo lacks the nested packages.
    let is_packed = root().join("Cargo.toml.orig").exists();
    let is_left_out = |name: &str| is_packed && name.starts_with("fuzz");
    let missing: Vec<_> = named.iter().filter(|name| !exists(name) && !is_left_out(name)).collect();
    assert!(named.len() > 30 && missing.is_empty(), "{missing:?}");
}

#[test]
fn every_promise_names_tests_that_exist() {
    let rows = fs::read_to_string(root().join("docs/promises.md")).unwrap();
    let mut missing = Vec::new();
    let mut named = 0;
    for row in rows.lines().filter(|line| line.starts_with("| ")) {
        let Some(tests) = row.trim_end_matches([' ', '|']).rsplit(" | ").next() else { continue };
        for test in quoted(tests).filter(|test| test.contains("::")) {
            named += 1;
            if !is_tested(test) {
                missing.push(test.to_owned());
            }
        }
    }
    assert!(named > 60 && missing.is_empty(), "{named} named, {missing:#?}");
}

/// Whether a path such as `terminal::faults::a_test` names a test, or a module with tests.
fn is_tested(path: &str) -> bool {
    let steps: Vec<&str> = path.trim_end_matches("::").split("::").collect();
    let bases = [root().join("tests/it"), root().join("src")];
    (1..=steps.len()).rev().any(|depth| {
        let (module, rest) = steps.split_at(depth);
        let files = bases.iter().flat_map(|base| {
            let place = base.join(module.join("/"));
            [place.with_extension("rs"), place.join("mod.rs"), place.join("tests.rs")]
        });
        files.filter_map(|file| fs::read_to_string(file).ok()).any(|text| {
            let has = |name: &str| text.contains(&format!("fn {name}(")) || text.contains(&format!("mod {name} {{"));
            text.contains("#[test]") && rest.iter().filter(|name| **name != "tests").all(|name| has(name))
                || rest.is_empty() && text.contains("mod ")
        })
    })
}
