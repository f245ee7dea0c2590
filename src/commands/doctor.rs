//! `offramp doctor`: checks what offramp depends on, and says how to repair what is wrong.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::count::checkouts;
use super::{Context, Exit, Failure, fresh};
use crate::domain::clean::clean_line;
use crate::domain::{Absence, Roadmap, Snapshot};
use crate::report::{Cell, Column, Field, Page, Table, Tone};
use crate::sources::clipboard::Route;
use crate::sources::github::{Access, Token};
use crate::sources::{disk, paths, programs, terminal};
use crate::words;

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DiagnosisResult {
    Fine,
    Note,
    Wrong,
}

impl DiagnosisResult {
    /// The name used in data.
    fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }
}

/// One check: what was checked, what was found, and what to do.
struct Diagnosis {
    what: &'static str,
    verdict: DiagnosisResult,
    found: String,
    remedy: Option<String>,
}

impl Diagnosis {
    fn fine(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, verdict: DiagnosisResult::Fine, found: found.into(), remedy: None }
    }

    fn note(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, verdict: DiagnosisResult::Note, found: found.into(), remedy: Some(remedy.into()) }
    }

    fn wrong(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { verdict: DiagnosisResult::Wrong, ..Self::note(what, found, remedy) }
    }
}

/// Runs the command.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let looks = looks(context);
    let mut page = Page::new("offramp/doctor/1", context.stamp());
    page.fact("version", env!("CARGO_PKG_VERSION"));
    page.line(format!("offramp {} on {} {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH));
    let line = |look: &Diagnosis| {
        let remedy = look.remedy.as_ref().map(|remedy| format!(" ({remedy})")).unwrap_or_default();
        let tone = if look.verdict == DiagnosisResult::Wrong { Tone::Bad } else { Tone::Plain };
        Cell::new(format!("{}: {}{remedy}", look.verdict.word(), look.found)).tone(tone)
    };
    page.fields(looks.iter().map(|look| Field::new("", look.what, line(look))).collect());
    page.table(Table::of(
        "looks",
        &looks,
        &[
            (Column::data("what"), |look| Cell::data(look.what)),
            (Column::data("verdict"), |look| Cell::data(look.verdict.word())),
            (Column::data("found"), |look| Cell::data(look.found.as_str())),
            (Column::data("remedy"), |look| Cell::data(look.remedy.as_deref())),
        ],
    ));
    context.show(&page)?;
    match looks.iter().filter(|look| look.verdict == DiagnosisResult::Wrong).count() as u64 {
        0 => Ok(Exit::Done),
        wrong => Err(Failure::failed(format!("{} wrong", words::count(wrong, "thing is", "things are")))),
    }
}

fn looks(context: &Context) -> Vec<Diagnosis> {
    let mut looks = vec![settings(context)];
    let roadmap = roadmap(context, &mut looks);
    looks.push(issues(context, roadmap.as_ref()));
    looks.extend(roadmap.as_ref().and_then(groups));
    looks.push(cache(context));
    looks.push(token());
    looks.extend(roadmap.iter().flat_map(|roadmap| checkouts(context, roadmap)));
    looks.push(git());
    looks.push(screen(context));
    looks.push(Diagnosis::fine("clipboard", format!("y and Y use {}", Route::of_environment().name())));
    looks.extend(keys(context));
    looks
}

/// The number of groups, if there are any.
fn groups(roadmap: &Roadmap) -> Option<Diagnosis> {
    let groups = &roadmap.groups;
    let as_of = groups.as_of.map(|day| format!(", the built-in ones as of {day}")).unwrap_or_default();
    let count = words::count(groups.list.len() as u64, "group", "groups");
    (!groups.list.is_empty()).then(|| Diagnosis::fine("groups", format!("{count}{as_of}")))
}

fn settings(context: &Context) -> Diagnosis {
    match (context.paths.settings(), &context.settings_problem) {
        (_, Some((problem, hint))) => Diagnosis::wrong("settings", words::first_line(problem), *hint),
        (Ok(path), None) if path.exists() => Diagnosis::fine("settings", paths::shown(path)),
        (Ok(path), None) => Diagnosis::fine("settings", format!("none (they would be in {})", paths::shown(path))),
        (Err(error), None) => Diagnosis::note("settings", error.to_string(), "set HOME"),
    }
}

fn roadmap(context: &Context, looks: &mut Vec<Diagnosis>) -> Option<Roadmap> {
    let origin = context.origin();
    let (diagnosis, roadmap) = match context.roadmap(&origin) {
        Ok(roadmap) => {
            let (of, size) = (words::origin(&origin), words::size(&roadmap));
            let diagnosis = match origin.file() {
                None => {
                    Diagnosis::note("roadmap", format!("the {of}: {size}"), "`offramp init` starts one of your own")
                }
                Some(path) => Diagnosis::fine("roadmap", format!("{}: {size}", paths::shown(path))),
            };
            (diagnosis, Some(roadmap))
        }
        Err(failure) => {
            let rendered = failure.rendered();
            (Diagnosis::wrong("roadmap", words::first_line(&rendered), remedy(&rendered)), None)
        }
    };
    looks.push(diagnosis);
    roadmap
}

/// The hint of the fault, if there is only one and it has a hint.
fn remedy(rendered: &str) -> &str {
    let faults = rendered.lines().filter(|line| line.starts_with("error: ")).count();
    let hint = rendered.lines().find_map(|line| line.strip_prefix("hint: ")).filter(|_| faults == 1);
    hint.unwrap_or("`offramp roadmap validate` lists all faults")
}

fn issues(context: &Context, roadmap: Option<&Roadmap>) -> Diagnosis {
    let Some(roadmap) = roadmap else {
        return Diagnosis::note("issues", "not checked, since the roadmap cannot be read", "repair the roadmap first");
    };
    match context.snapshot(&context.origin(), roadmap) {
        Ok(snapshot) => described(&snapshot, roadmap, context),
        Err(failure) => Diagnosis::wrong("issues", failure.message.clone(), failure.hint.unwrap_or_default()),
    }
}

fn described(snapshot: &Snapshot, roadmap: &Roadmap, context: &Context) -> Diagnosis {
    let Some(fetched) = snapshot.fetched_at else {
        if !words::needs_issues(roadmap) {
            return Diagnosis::fine("issues", "the roadmap names none");
        }
        return Diagnosis::note("issues", words::not_fetched(snapshot), "`offramp sync` fetches them");
    };
    let linked = roadmap.linked_issues();
    let missing = linked.iter().filter(|id| snapshot.current_issue(id).is_none()).count() as u64;
    let count = words::count(snapshot.issues.len() as u64, "issue", "issues");
    let found = format!("{count}, {} ({})", words::clock(fetched), words::since(fetched, context.now));
    if missing > 0 {
        let lacking = format!("{found}; {missing} of {} that the roadmap names are missing", linked.len());
        return Diagnosis::note("issues", lacking, "`offramp sync` tries again; `offramp check` names them");
    }
    let unreadable = snapshot.missing.iter().filter(|(_, why)| matches!(why, Absence::Unreadable(_)));
    let mut odd: Vec<_> = unreadable.map(|(id, _)| id.to_string()).collect();
    let key = context.cache_key(roadmap);
    odd.extend(key.into_iter().flat_map(|key| crate::sources::cache::load(&context.paths, &key).state.odd));
    if odd.is_empty() {
        return Diagnosis::fine("issues", found);
    }
    Diagnosis::note("issues", format!("{found}; could not be read: {}", odd.join(", ")), "all others were read")
}

fn cache(context: &Context) -> Diagnosis {
    let path = match context.paths.cache() {
        Ok(path) => path,
        Err(error) => return Diagnosis::wrong("cache", error.to_string(), "set HOME or XDG_CACHE_HOME"),
    };
    let shown = paths::shown(path);
    if let Err(error) = try_to_write(path) {
        let remedy =
            "issues are fetched again every time; take ownership of it, or set XDG_CACHE_HOME to another folder";
        return Diagnosis::wrong("cache", format!("{shown} cannot be written: {}", disk::in_words(&error)), remedy);
    }
    if let Err(error) = crate::sources::cache::check(&context.paths) {
        return Diagnosis::wrong("cache", error.to_string(), error.hint());
    }
    Diagnosis::fine("cache", if path.exists() { shown } else { format!("none yet (it would be in {shown})") })
}

/// The room that SQLite needs beside an open database, in bytes.
const LEAST_ROOM: usize = 1 << 15;

/// Tries to write in the folder, or in the nearest one above that exists; leaves nothing behind.
fn try_to_write(path: &Path) -> std::io::Result<()> {
    let folder = path.ancestors().find(|folder| folder.exists()).unwrap_or(path);
    tempfile::tempfile_in(folder)?.write_all(&vec![0; LEAST_ROOM])
}

/// Where the token comes from; never the token itself.
fn token() -> Diagnosis {
    let access = match fresh::run(Access::of_environment()) {
        Ok(Ok(access)) => access,
        Ok(Err(error)) => return Diagnosis::wrong("token", error.to_string(), error.hint()),
        Err(failure) => return Diagnosis::wrong("token", failure.rendered(), "try again"),
    };
    match (access.token, access.withheld) {
        (Some(Token { from: "gh", .. }), _) => Diagnosis::fine("token", "from `gh auth token`"),
        (Some(token), _) => Diagnosis::fine("token", format!("from {}", token.from)),
        (None, Some(why)) => Diagnosis::note("token", why, "tokens are sent over https only"),
        (None, None) => {
            let remedy = format!("{}, or `gh auth login`, allows 5,000", access.api.token_variable());
            Diagnosis::note("token", "none: 60 requests an hour", remedy)
        }
    }
}

/// The checkouts that the rules of the roadmap count in.
fn checkouts(context: &Context, roadmap: &Roadmap) -> Vec<Diagnosis> {
    let rules = roadmap.rules().filter(|rule| rule.reads_code());
    let mut looks: Vec<Diagnosis> = Vec::new();
    let mut met = Vec::new();
    for rule in rules {
        let Some(repo) = checkouts::repo_of(rule, roadmap).filter(|repo| !met.contains(repo)) else { continue };
        met.push(repo.clone());
        let Some(path) = checkouts::of_settings(context, roadmap, rule) else {
            let remedy = "name one under `[checkouts]` in the settings, or use `count --repo`";
            looks.push(Diagnosis::note("checkout", format!("{repo}: no folder named"), remedy));
            continue;
        };
        let found = format!("{repo}: {}", paths::shown(&path));
        looks.push(match checkouts::other_repository(context, roadmap, rule, &path) {
            _ if !is_repository(&path) => {
                let kind = if path.is_dir() { "git repository" } else { "folder" };
                let remedy = "correct `[checkouts]` in the settings";
                Diagnosis::wrong("checkout", format!("{found} is not a {kind}"), remedy)
            }
            None => Diagnosis::fine("checkout", found),
            Some((other, _)) => {
                let remedy = "name a clone of it under `[checkouts]`; for a fork, add a remote `upstream`";
                Diagnosis::note("checkout", format!("{found} is a clone of {other}"), remedy)
            }
        });
    }
    looks
}

fn is_repository(path: &Path) -> bool {
    path.join(".git").exists() || (path.join("HEAD").is_file() && path.join("objects").is_dir())
}

/// How much of the output of a program is read, in bytes.
const LONGEST_OUTPUT: u64 = 1 << 16;
/// How long to wait for `git`.
const GIT_TIMEOUT: Duration = Duration::from_secs(5);

fn git() -> Diagnosis {
    let mut command = programs::command("git");
    command.arg("--version");
    match programs::output(command, LONGEST_OUTPUT, GIT_TIMEOUT) {
        Ok(output) => Diagnosis::fine("git", clean_line(String::from_utf8_lossy(&output).trim())),
        Err(_) => Diagnosis::note("git", "not found", "needed only for `count` and `refs`"),
    }
}

/// The key file, if it is faulty.
fn keys(context: &Context) -> Option<Diagnosis> {
    let failure = super::tui::keymap(context).err()?;
    Some(Diagnosis::wrong("keys", words::first_line(&failure.rendered()), super::tui::KEY_FILE_HINT))
}

fn screen(context: &Context) -> Diagnosis {
    let size = context.style.width.map_or_else(|| "no width".to_owned(), |width| format!("{width} columns"));
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    let utf8 = locale.as_ref().is_some_and(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
    let kind = if terminal::is_output() { "a terminal" } else { "no terminal" };
    let colour = if context.style.color { "colour" } else { "no colour" };
    let found = format!("{kind}, {size}, {colour}, {}", locale.as_deref().unwrap_or("no locale"));
    let found = clean_line(&found).into_owned();
    if utf8 || context.style.ascii || !terminal::is_output() {
        return Diagnosis::fine("screen", found);
    }
    Diagnosis::note("screen", found, "`--ascii` if marks look wrong")
}
