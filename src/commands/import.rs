//! `offramp import`: turns a Markdown list or an umbrella issue into a roadmap file.

mod fetch;

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::{Context, Exit, Failure, FailureKind, fresh};
use crate::domain::{Example, IssueRef, Origin, Repo};
use crate::report::{Cell, Column, Format, Table};
use crate::sources::git::origin as checkout;
use crate::sources::github::{Access, Api, FileAddress, read_file};
use crate::sources::import::{ImportContext, Imported, NothingFound, Umbrella, from_markdown, from_umbrella};
use crate::sources::{disk, example, roadmap_file};
use crate::words;

/// The arguments of `import`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  offramp import ROADMAP.md > roadmap.yaml
  offramp import TODO.md --section \"Phase 2\" -w roadmap.yaml
  offramp import https://github.com/kubernetes/kops/issues/17389
  offramp import https://github.com/owner/name/blob/main/ROADMAP.md
  offramp import owner/name#1469
  pbpaste | offramp import - -R owner/name

Reads lists, boxes and tables: headings and parents become projects, what is below them becomes items with state, \
issue, owner and links. Where a heading says \"What remains\" or \"TODO\", only what is below it is read; else the \
whole document is. Lines that were left out are listed on stderr.

From an issue: its own list, its sub-issues and the issues that name it as their parent, all fetched right away.")]
pub struct ImportArgs {
    /// A Markdown file, `-` for stdin, an issue (1469, owner/name#1469), or the address of an issue or of a file on GitHub
    #[arg(value_name = "FILE|ISSUE|URL|-", required_unless_present = "from_issue", conflicts_with = "from_issue")]
    pub file: Option<PathBuf>,
    /// Start from an umbrella issue: 1469, owner/name#1469 or its address
    #[arg(long, value_name = "REF")]
    pub from_issue: Option<String>,
    /// Read only the sections whose heading contains this text
    #[arg(long, value_name = "TEXT", conflicts_with = "from_issue")]
    pub section: Option<String>,
    /// Write this file, which must not exist yet, instead of printing
    #[arg(short, long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// Runs the command.
pub fn run(context: &Context, args: &ImportArgs) -> Result<Exit, Failure> {
    let (name, imported) = match (&args.file, &args.from_issue) {
        (Some(file), _) => match address(file) {
            Some(address) => page(context, address, args.section.as_deref())?,
            None => match issue_of(context, file) {
                Some(issue) => whole_umbrella(context, &issue, args.section.as_deref())?,
                None => document(context, file, args.section.as_deref())?,
            },
        },
        (None, Some(issue)) => umbrella(context, &parsed(context, issue, ISSUE_FORMS)?)?,
        (None, None) => return Err(Failure::usage("there is nothing to import").hint("name a file, or --from-issue")),
    };
    let yaml = imported.draft.to_yaml();
    // The output must be valid input for every other command.
    if let Err(faults) = roadmap_file::read(&yaml, "the imported roadmap", example::groups(), context.now.date()) {
        return Err(Failure::verbatim(FailureKind::Failed, faults.to_string()));
    }
    if context.format == Format::Json {
        return data(context, &name, args.write.as_deref(), (&yaml, &imported));
    }
    for note in &imported.notes {
        context.note(&format!("{name}:{}: {}", note.line, note.text));
    }
    match &args.write {
        Some(path) => write(context, path, &yaml, &imported),
        None => context.print(&yaml),
    }
}

/// Prints the roadmap and the notes as JSON.
fn data(
    context: &Context,
    name: &str,
    file: Option<&Path>,
    (yaml, imported): (&str, &Imported),
) -> Result<Exit, Failure> {
    if let Some(path) = file {
        disk::write_new(path, yaml.as_bytes())?;
    }
    let mut page = context.file_page("offramp/import/1", file.unwrap_or(Path::new(name)));
    page.fact("written", file.is_some());
    page.fact("projects", imported.draft.projects.len());
    page.fact("items", imported.draft.items());
    page.fact("yaml", yaml);
    page.table(Table::of(
        "notes",
        &imported.notes,
        &[
            (Column::data("line"), |note| Cell::data(note.line)),
            (Column::data("text"), |note| Cell::data(note.text.as_str())),
        ],
    ));
    context.show(&page)
}

fn write(context: &Context, path: &Path, yaml: &str, imported: &Imported) -> Result<Exit, Failure> {
    disk::write_new(path, yaml.as_bytes())?;
    let projects = words::count(imported.draft.projects.len() as u64, "project", "projects");
    let items = words::count(imported.draft.items() as u64, "item", "items");
    context.print(&format!("wrote {} with {projects} and {items}\n", path.display()))
}

/// Returns the argument if it is an address rather than a file.
fn address(file: &Path) -> Option<&str> {
    file.to_str().filter(|text| text.starts_with("https://") || text.starts_with("http://"))
}

/// Returns the issue that the argument names (1469, #1469, owner/name#1469), unless a file has that name.
fn issue_of(context: &Context, file: &Path) -> Option<IssueRef> {
    let text = file.to_str()?;
    if is_missing(file) { IssueRef::parse(text, &issue_home(context)) } else { None }
}

/// Returns the repository of a bare issue number.
fn issue_home(context: &Context) -> Repo {
    let known = context.global.named_repo().cloned().or_else(|| local_repo(context));
    known.unwrap_or_else(|| example::roadmap(Example::default()).repo.clone())
}

/// The hint for a malformed issue.
const ISSUE_FORMS: &str = "write 1469, owner/name#1469, or the address of an issue";
/// The hint for an unsupported address.
const PAGE_FORMS: &str =
    "write 1469, owner/name#1469, or the address of an issue or of a file on GitHub; save other pages first";

fn parsed(context: &Context, issue: &str, forms: &str) -> Result<IssueRef, Failure> {
    IssueRef::parse(issue, &issue_home(context))
        .ok_or_else(|| Failure::usage(format!("`{issue}` is not an issue")).hint(forms))
}

/// Imports the page at an address: a file of a repository, else an issue.
fn page(context: &Context, address: &str, section: Option<&str>) -> Result<(String, Imported), Failure> {
    let Some(file) = FileAddress::parse(address, Api::of_environment()?.web_host()) else {
        return whole_umbrella(context, &parsed(context, address, PAGE_FORMS)?, section);
    };
    let name = file.name();
    if context.global.offline {
        return Err(Failure::failed(format!("{name} is fetched every time"))
            .hint("leave out `--offline` and unset OFFRAMP_OFFLINE, or import a copy of the file"));
    }
    let text = fresh::run(async {
        let access = Access::of_environment().await?;
        read_file(&file, access, context.now).await
    })??;
    outline(context, name, &text, Some(&file.repo), section)
}

fn document(context: &Context, file: &Path, section: Option<&str>) -> Result<(String, Imported), Failure> {
    let (name, text) = if file.as_os_str() == "-" { ("stdin".to_owned(), stdin()?) } else { read(file)? };
    outline(context, name, &text, None, section)
}

/// Imports a text. Bare numbers belong to the repository of `-R`, else to the one that the text comes from, else to the
/// local one, else to the one with the most links in the text.
fn outline(
    context: &Context,
    name: String,
    text: &str,
    from: Option<&Repo>,
    section: Option<&str>,
) -> Result<(String, Imported), Failure> {
    let is_of = |shown: &Example| text.contains(&format!("{}, as of ", words::example_title(*shown)));
    let of_example = || Example::ALL.into_iter().find(is_of).map(|shown| example::roadmap(shown).repo.clone());
    let given = context.global.named_repo().or(from).cloned();
    let repo = given.or_else(of_example).or_else(|| local_repo(context));
    let fallback = placeholder_repo();
    let api = Api::of_environment()?;
    let around = ImportContext {
        name: &name,
        repo: repo.as_ref(),
        fallback: &fallback,
        host: api.web_host(),
        groups: example::groups(),
        section,
        title: None,
    };
    let imported = from_markdown(text, &around).map_err(|error| nothing_found(&name, text, &error))?;
    if imported.draft.repo == placeholder_repo() {
        context.note("note: no repository is known, so the file says `repo: owner/name`; `-R` names the right one");
    }
    Ok((name, imported))
}

/// Returns the local repository: from the roadmap in use, else from the checkout.
fn local_repo(context: &Context) -> Option<Repo> {
    match context.origin() {
        origin @ Origin::File(_) => context.roadmap(&origin).ok().map(|roadmap| roadmap.repo),
        Origin::Example(_) => checkout::repository(Path::new(".")),
    }
}

/// Returns the placeholder for an unknown repository.
fn placeholder_repo() -> Repo {
    Repo::new("owner/name").expect("owner/name")
}

fn is_missing(file: &Path) -> bool {
    matches!(file.try_exists(), Ok(false))
}

fn read(file: &Path) -> Result<(String, String), Failure> {
    let name = file.display().to_string();
    if is_missing(file) {
        return Err(Failure::usage(format!("{name}: cannot be read: there is no such file"))
            .hint("name a Markdown file, `-` for stdin, an issue (1469, owner/name#1469), or an address on GitHub"));
    }
    let text = roadmap_file::read_text(file, &name);
    Ok((name, text?))
}

fn stdin() -> Result<String, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Failure::usage("`-` reads stdin, and stdin is a terminal").hint("pipe a document into it"));
    }
    let mut bytes = Vec::new();
    let read = stdin.lock().take(roadmap_file::LARGEST as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::failed("stdin could not be read").because(error))?;
    if bytes.len() > roadmap_file::LARGEST {
        return Err(Failure::usage("stdin has more than 16 MB"));
    }
    String::from_utf8(bytes).map_err(|_| Failure::usage("stdin is not UTF-8"))
}

fn nothing_found(name: &str, text: &str, error: &NothingFound) -> Failure {
    let failure = Failure::usage(format!("{name}: {error}"));
    match error {
        NothingFound::NoList if is_separated(name, text) => failure.hint(
            "CSV and TSV are not read: make a Markdown table of it, `| Title | Status |`, then `|---|---|`, then the rows",
        ),
        NothingFound::NoList => failure.hint("a roadmap is made from bullets, numbered lists, boxes and tables"),
        NothingFound::TooMuch { .. } => failure.hint("`--section` reads a part of it"),
        NothingFound::NoSection { headings, .. } if headings.is_empty() => failure,
        NothingFound::NoSection { headings, .. } => {
            let first: Vec<String> = headings.iter().take(8).map(|heading| format!("`{heading}`")).collect();
            failure.hint(format!("the sections with lists are {}", first.join(", ")))
        }
    }
}

/// Imports an issue; refuses `--section`, which issues do not support.
fn whole_umbrella(context: &Context, id: &IssueRef, section: Option<&str>) -> Result<(String, Imported), Failure> {
    if section.is_some() {
        return Err(Failure::usage(format!("`--section` cannot be used with an issue: {id} is read whole"))
            .hint("leave out `--section`, or save the text of the issue and import that file"));
    }
    umbrella(context, id)
}

/// Whether a text looks like CSV or TSV.
fn is_separated(name: &str, text: &str) -> bool {
    let ends = |ending: &str| Path::new(name).extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    let mut lines = text.lines().take(2).map(|line| line.matches(['\t', ',']).count());
    let is_even = lines.next().zip(lines.next()).is_some_and(|(first, second)| first > 1 && first == second);
    ends("csv") || ends("tsv") || is_even
}

fn umbrella(context: &Context, id: &IssueRef) -> Result<(String, Imported), Failure> {
    let api = Api::of_environment()?;
    let facts = fetch::umbrella(context, id, &api)?;
    let id = &facts.id;
    let umbrella =
        Umbrella { id, snapshot: &facts.snapshot, body: &facts.body, host: api.web_host(), groups: example::groups() };
    let imported = from_umbrella(&umbrella).ok_or_else(|| Failure::failed(format!("{id} has not been fetched")))?;
    if imported.draft.projects.is_empty() {
        return Err(Failure::usage(format!("{id}: there is no list in it, and no issue names it as its parent"))
            .hint("`offramp import FILE` reads a document, `offramp init` begins a roadmap by hand"));
    }
    Ok((id.to_string(), imported))
}
