//! Build script: finds the commit for `offramp --version`, from git or from the files that `cargo package` and
//! `git archive` write, independent of time and machine; and sets linker options for releases.

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

fn main() -> io::Result<()> {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let root = Path::new(&root);
    let mut out = io::stdout().lock();
    for path in watched(root) {
        writeln!(out, "cargo:rerun-if-changed={path}")?;
    }
    let number = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = match from_git(root).or_else(|| from_package(root)).or_else(|| from_archive(root)) {
        Some(commit) => format!("{number} ({commit})"),
        None => number,
    };
    writeln!(out, "cargo:rustc-env=OFFRAMP_VERSION={version}")?;
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|own| own == value);
    // A release aborts on panic and has no symbols for a backtrace, so it needs neither the tables for unwinding (1.2 MB)
    // nor their index (200 KB). The start-up code of musl refers to the tables.
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") {
        writeln!(out, "cargo:rustc-link-arg-bins=-Wl,--no-eh-frame-hdr")?;
        if is("CARGO_CFG_TARGET_ENV", "gnu") {
            let script = root.join("packaging/no-unwinding.ld");
            writeln!(out, "cargo:rustc-link-arg-bins=-T{}", script.display())?;
        }
    }
    Ok(())
}

/// Returns the files that change with the commit; a path that does not exist would cause a rebuild every time.
fn watched(root: &Path) -> Vec<String> {
    let mut paths = vec!["build.rs".to_owned(), "packaging/no-unwinding.ld".to_owned()];
    if is_repository(root) {
        let found = ["HEAD", "refs/heads", "packed-refs"]
            .iter()
            .filter_map(|name| git(root, &["rev-parse", "--git-path", name]));
        paths.extend(found.filter(|path| root.join(path).exists()));
    }
    paths
}

/// Returns `abc1234 2026-11-24`: the commit and its day in UTC. A tree inside another repository has no commit of its own.
fn from_git(root: &Path) -> Option<String> {
    let line = is_repository(root)
        .then(|| git(root, &["log", "-1", "--format=%H %cd", "--date=format-local:%Y-%m-%d"]))
        .flatten()?;
    let (commit, day) = line.split_once(' ')?;
    Some(format!("{} {day}", commit.get(..7)?))
}

/// Returns the commit in `.cargo_vcs_info.json`, which every packaged crate contains.
fn from_package(root: &Path) -> Option<String> {
    let text = std::fs::read_to_string(root.join(".cargo_vcs_info.json")).ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    let commit = rest.split('"').nth(1)?;
    commit.get(..7).map(ToOwned::to_owned)
}

/// Returns the commit that `git archive`, and so every tarball of a forge, writes into a file.
fn from_archive(root: &Path) -> Option<String> {
    let commit = std::fs::read_to_string(root.join("packaging/commit")).ok()?;
    commit.get(..7).filter(|start| start.bytes().all(|byte| byte.is_ascii_hexdigit())).map(ToOwned::to_owned)
}

fn is_repository(root: &Path) -> bool {
    root.join(".git").exists()
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).env("TZ", "UTC0").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned()).filter(|text| !text.is_empty())
}
