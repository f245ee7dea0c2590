//! Bill of materials (`CycloneDX`) and licences of the crates that are linked into offramp, for redistributors.
//!
//! `cargo run --example inventory -- dist` writes both. The same lock file gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use offramp::sources::disk;
use serde_json::{Value, json};

/// A crate that is linked into the program.
#[derive(Debug)]
struct Part {
    name: String,
    version: String,
    license: String,
    description: String,
    repository: Option<String>,
    /// SHA-256 of the crate in the registry.
    checksum: Option<String>,
    folder: PathBuf,
    needs: BTreeSet<String>,
}

impl Part {
    /// Returns the package URL, which identifies the crate in other tools.
    fn purl(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("usage: inventory FOLDER [TARGET]")?);
    let target = arguments.next().unwrap_or_else(|| "x86_64-unknown-linux-gnu".to_owned());
    let parts = parts(&target)?;
    let mut bill = serde_json::to_vec_pretty(&bill(&parts)?)?;
    bill.push(b'\n');
    disk::write(&folder.join("offramp.cdx.json"), &bill)?;
    disk::write(&folder.join("THIRD-PARTY.md"), licences(&parts)?.as_bytes())?;
    Ok(())
}

/// Returns the linked crates: offramp itself, then the others by name and version.
fn parts(target: &str) -> Result<Vec<Part>> {
    let linked = linked(target)?;
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--filter-platform", target])?)?;
    let checksums = checksums()?;
    let packages = list(&metadata, "/packages");
    let nodes = list(&metadata, "/resolve/nodes");
    let names: BTreeMap<&str, (String, String)> = packages
        .iter()
        .map(|package| (text(package, "id"), (text(package, "name").to_owned(), text(package, "version").to_owned())))
        .collect();
    let mut parts = Vec::new();
    for package in packages {
        let key = key(package);
        if !linked.contains(&key) {
            continue;
        }
        let node = nodes.iter().find(|node| text(node, "id") == text(package, "id"));
        let needs = node.map(|node| list(node, "/dependencies")).unwrap_or_default().iter();
        let needs = needs.filter_map(|id| names.get(id.as_str()?)).filter(|key| linked.contains(*key));
        parts.push(Part {
            license: text(package, "license").replace('/', " OR "),
            description: text(package, "description").split_whitespace().collect::<Vec<_>>().join(" "),
            repository: package.get("repository").and_then(Value::as_str).map(ToOwned::to_owned),
            checksum: checksums.get(&key).cloned(),
            folder: Path::new(text(package, "manifest_path")).parent().unwrap_or(Path::new("")).to_owned(),
            needs: needs.map(|(name, version)| format!("pkg:cargo/{name}@{version}")).collect(),
            name: key.0,
            version: key.1,
        });
    }
    parts.sort_by_key(|part| (part.name != "offramp", part.name.clone(), part.version.clone()));
    Ok(parts)
}

/// Returns name and version of every crate in the binary, with features as cargo resolves them.
fn linked(target: &str) -> Result<BTreeSet<(String, String)>> {
    let tree =
        cargo(&["tree", "--edges", "normal,no-proc-macro", "--target", target, "--prefix", "none", "--format", "{p}"])?;
    let read = |line: &str| {
        let (name, rest) = line.split_once(" v")?;
        Some((name.to_owned(), rest.split(' ').next()?.to_owned()))
    };
    Ok(tree.lines().filter_map(read).collect())
}

fn checksums() -> Result<BTreeMap<(String, String), String>> {
    let lock: toml::Table = std::fs::read_to_string(root().join("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock names no package")?;
    let read = |package: &toml::Value| {
        let field = |name: &str| package.get(name)?.as_str().map(ToOwned::to_owned);
        Some(((field("name")?, field("version")?), field("checksum")?))
    };
    Ok(packages.iter().filter_map(read).collect())
}

fn bill(parts: &[Part]) -> Result<Value> {
    let (own, others) = parts.split_first().context("cargo tree names nothing")?;
    let graph = parts.iter().map(|part| json!({"ref": part.purl(), "dependsOn": part.needs})).collect::<Vec<_>>();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(own, "application")},
        "components": others.iter().map(|part| component(part, "library")).collect::<Vec<_>>(),
        "dependencies": graph,
    }))
}

fn component(part: &Part, kind: &str) -> Value {
    let hashes = part.checksum.iter().map(|checksum| json!({"alg": "SHA-256", "content": checksum}));
    let references = part.repository.iter().map(|url| json!({"type": "vcs", "url": url}));
    json!({
        "type": kind,
        "bom-ref": part.purl(),
        "name": part.name,
        "version": part.version,
        "description": part.description,
        "hashes": hashes.collect::<Vec<_>>(),
        "licenses": [{"expression": part.license}],
        "purl": part.purl(),
        "externalReferences": references.collect::<Vec<_>>(),
    })
}

/// Returns every licence text once, with its crates.
fn licences(parts: &[Part]) -> Result<String> {
    let others = parts.iter().skip(1).collect::<Vec<_>>();
    let mut out = format!("# Licences of others\n\nofframp contains {} crates of others.\n\n", others.len());
    out.push_str("| crate | version | licence |\n|---|---|---|\n");
    for part in &others {
        writeln!(out, "| {} | {} | {} |", part.name, part.version, part.license)?;
    }
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for part in &others {
        let found = texts_of(&part.folder)?;
        if found.is_empty() {
            writeln!(
                out,
                "\n{} {} carries no text of its licence; its manifest says {}.",
                part.name, part.version, part.license
            )?;
        }
        for text in found {
            texts.entry(text).or_default().insert(format!("{} {}", part.name, part.version));
        }
    }
    for (text, crates) in texts {
        let crates = crates.into_iter().collect::<Vec<_>>().join(", ");
        writeln!(out, "\n## {crates}\n\n~~~~text\n{text}\n~~~~")?;
    }
    Ok(out)
}

/// Returns the licence files at the root of a crate.
fn texts_of(folder: &Path) -> Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let names = ["license", "licence", "copying", "unlicense", "notice", "copyright"];
        if path.is_file() && names.iter().any(|start| name.starts_with(start)) {
            let text = String::from_utf8_lossy(&std::fs::read(&path)?).replace('\r', "");
            texts.insert(text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned());
        }
    }
    Ok(texts)
}

fn cargo(arguments: &[&str]) -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(arguments).args(["--locked", "--offline"]).current_dir(root()).output()?;
    if !output.status.success() {
        bail!("cargo {} failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn key(package: &Value) -> (String, String) {
    (text(package, "name").to_owned(), text(package, "version").to_owned())
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
