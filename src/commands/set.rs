//! `offramp set`: changes values in the roadmap file, and no other byte.

use super::{Context, Exit, Failure, complete};
use crate::domain::{IssueRef, Origin};
use crate::report::Format;
use crate::sources::paths;
use crate::sources::roadmap_file::edit::{self, Edit, EditContext, EditError, EditField, EditTarget};

/// The arguments of `set`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  offramp set google-containers/846 state=done
  offramp set 787 state=started
  offramp set images owner='{names: [infra, \"@alice\"], certainty: either}'
  offramp set kubernetes-jenkins due=2021-06-30 --dry-run

Only the bytes of the value change; comments, order and quoting stay.")]
pub struct SetArgs {
    /// A project; an item as PROJECT/ITEM (its key, title or issue); or an issue that only one item has
    #[arg(value_name = "PROJECT[/ITEM]", add = complete::names(&[complete::projects, complete::items]))]
    pub target: String,
    /// What to set: state, owner, issue, due, note
    #[arg(value_name = "KEY=VALUE", required = true, add = complete::names(&[complete::edits]))]
    pub values: Vec<String>,
    /// Show the change, and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Runs the command.
pub fn run(context: &Context, args: &SetArgs) -> Result<Exit, Failure> {
    let Origin::File(path) = context.origin() else {
        return Err(Failure::usage("the built-in example cannot be changed")
            .hint("`offramp init` writes a roadmap of your own; `-f FILE` names one"));
    };
    let roadmap = context.roadmap(&Origin::File(path.clone()))?;
    let is_project = roadmap.project(&args.target).is_some();
    let target = if is_project { args.target.clone() } else { with_repo(context, &args.target) };
    let changes = args.values.iter().map(|text| {
        let (field, value) = EditField::parse(text)?;
        Ok((field, if field == EditField::Issue { with_repo(context, &value) } else { value }))
    });
    let changes = changes.collect::<Result<Vec<_>, EditError>>()?;
    let edit = Edit { target: EditTarget::Named(target), changes };
    let name = paths::shown(&path);
    let around = EditContext { name: &name, groups: &roadmap.groups, today: context.now.date(), seen: None };
    let change = if args.dry_run { edit::preview(&path, &edit, &around) } else { edit::apply(&path, &edit, &around) };
    let change = change?;
    if context.format == Format::Json {
        let mut page = context.file_page("offramp/set/1", &path);
        page.fact("target", args.target.as_str());
        page.fact("written", !args.dry_run && !change.diff.is_empty());
        page.fact("diff", change.diff);
        return context.show(&page);
    }
    if change.diff.is_empty() {
        context.note(&format!("nothing to write: `{}` is already like this", args.target));
        return Ok(Exit::Done);
    }
    context.print(&change.diff)
}

/// Adds the repository of `--repo` to a bare issue number.
fn with_repo(context: &Context, text: &str) -> String {
    let issue =
        context.global.named_repo().filter(|_| !text.contains('/')).and_then(|repo| IssueRef::parse(text, repo));
    issue.map_or_else(|| text.to_owned(), |issue| issue.to_string())
}
