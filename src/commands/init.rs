//! `offramp init`: writes a first roadmap file for the user to edit.

use std::path::{Path, PathBuf};

use super::{Context, Exit, Failure};
use crate::domain::{Conventions, Example, Repo};
use crate::report::Format;
use crate::sources::git::origin;
use crate::sources::{disk, example};
use crate::words;

/// The template of a new roadmap.
const STARTER: &str = include_str!("../../data/starter.yaml");
/// The template for a repository with the conventions of GitHub.
const STARTER_GITHUB: &str = include_str!("../../data/starter-github.yaml");
/// The default name, which offramp finds without `-f`.
const NAME: &str = "roadmap.yaml";
/// The repository of a new roadmap where none is known.
const NO_REPO: &str = "owner/name";

/// The arguments of `init`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct InitArgs {
    /// The file to write, or the folder to write roadmap.yaml into
    #[arg(value_name = "PATH", default_value = NAME)]
    pub path: PathBuf,
}

/// Runs the command.
pub fn run(context: &Context, args: &InitArgs) -> Result<Exit, Failure> {
    let path = if args.path.is_dir() { args.path.join(NAME) } else { args.path.clone() };
    if let Some(example) = context.global.example {
        return write_example(context, &path, example);
    }
    let repo = context.global.named_repo().cloned().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        origin::repository(folder)
    });
    let text = starter(&context.today().to_string(), repo.as_ref());
    disk::write_new(&path, text.as_bytes()).map_err(|error| failure(&path, error))?;
    if repo.is_none() {
        context
            .note(&format!("note: no remote names a repository on GitHub: replace `{NO_REPO}` in the file by yours"));
    }
    if context.format == Format::Json {
        return written(context, &path);
    }
    let shown = path.display();
    let flag = if path == Path::new(NAME) { String::new() } else { format!(" -f {shown}") };
    context.print(&format!(
        "wrote {shown}\n\nnext:\n  edit it; it explains itself\n  offramp roadmap validate {shown}\n  offramp{flag} sync     fetch the issues it names\n  offramp{flag}          look at it\n"
    ))
}

/// Reports the written file to programs.
fn written(context: &Context, path: &Path) -> Result<Exit, Failure> {
    let mut page = context.file_page("offramp/init/1", path);
    page.fact("written", true);
    context.show(&page)
}

/// Writes an example as the user's own files: the readings first, so that the roadmap never names missing ones.
fn write_example(context: &Context, path: &Path, example: Example) -> Result<Exit, Failure> {
    if path.symlink_metadata().is_ok() {
        return Err(exists(path));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let readings = example::readings_files(example).iter().map(|(name, text)| (folder.join(name), *text));
    for (file, text) in readings.chain([(path.to_owned(), example::text(example))]) {
        let failed = |cause| {
            let why = disk::in_words(&cause);
            Failure::failed(format!("the folder of `{}` could not be created: {why}", file.display()))
        };
        disk::make_parents(&file).map_err(failed)?;
        disk::write_new(&file, text.as_bytes()).map_err(|error| failure(&file, error))?;
    }
    if context.format == Format::Json {
        return written(context, path);
    }
    let files = words::count(example::readings_files(example).len() as u64, "file of readings", "files of readings");
    context.print(&format!("wrote {} and {files} of the example {}\n", path.display(), example.name()))
}

/// Returns the text of a new roadmap for a repository, dated today.
pub fn starter(today: &str, repo: Option<&Repo>) -> String {
    let text = match repo.map(|repo| (Conventions::of(repo), repo)) {
        Some((Conventions::GitHub, repo)) => STARTER_GITHUB.replace("@repo@", repo.as_str()),
        Some((Conventions::Kubernetes, repo)) => STARTER.replace("repo: kubernetes/k8s.io", &format!("repo: {repo}")),
        None => STARTER_GITHUB.replace("@repo@", NO_REPO),
    };
    text.replace("@today@", today)
}

fn failure(path: &Path, error: disk::DiskError) -> Failure {
    if error.cause.kind() == std::io::ErrorKind::AlreadyExists {
        return exists(path);
    }
    error.into()
}

fn exists(path: &Path) -> Failure {
    Failure::failed(format!("`{}` exists already, and nothing is ever overwritten", path.display()))
        .hint("name another file, or edit this one")
}
