//! `offramp config`: the settings, and where each value comes from.

use super::{Context, Exit, Failure, fresh};
use crate::domain::Origin;
use crate::domain::clean::clean_line;
use crate::domain::time::written_age;
use crate::report::{Cell, Column, Field, Format, Json, Page, Table, Tone};
use crate::sources::paths;
use crate::sources::settings::Checkouts;
use crate::words;

const HELP: &str = "\
The settings are a TOML file, which offramp never writes; every key is optional:
  roadmap = \"~/plan/offramp.yaml\"   # used without -f
  login = \"octocat\"                 # who `@me` is [default: login of `gh`]
  max_age = \"1h\"                    # fetch first if the data is older
  robots = [\"my-robot\"]             # further logins of robots
  claim_days = 30                   # days until a claim on a box is quiet
  pull_days = 90                    # the same for an open pull request
  mouse = true
  ascii = false
  light = false                     # light background [default: COLORFGBG]
  color = \"auto\"                    # auto, always or never
  pager = \"less -R\"                 # \"\" for none [default: $PAGER, else less]
  [meetings]                        # a day on which a bi-weekly group met
  infra = 2026-11-18
  [checkouts]                       # clones for `count`, `refs` and `next`
  \"owner/name\" = \"~/src/name\"

OFFRAMP_CONFIG names another file. Tokens do not belong in it: see `offramp doctor`.";

/// The arguments of `config`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = HELP)]
pub struct ConfigArgs {
    /// Print only the path of the file
    #[arg(long)]
    pub path: bool,
}

/// Runs the command.
pub fn run(context: &Context, args: &ConfigArgs) -> Result<Exit, Failure> {
    let path = context.paths.settings();
    if args.path && context.format != Format::Json {
        return context.print(&format!("{}\n", paths::shown(path?)));
    }
    let shown = path.as_ref().map_or_else(ToString::to_string, paths::shown);
    let exists = path.as_ref().is_ok_and(|path| path.exists());
    let mut page = Page::new("offramp/config/1", context.stamp());
    let state = if exists { "" } else { " (does not exist, so the defaults apply)" };
    page.fields(vec![Field::new("path", "Settings", Cell::of(format!("{shown}{state}"), shown))]);
    if let Some((problem, _)) = &context.settings_problem {
        page.line(format!("It cannot be used: {}", words::first_line(problem)));
    }
    page.fact("environment", environment());
    page.table(Table::of(
        "settings",
        values(context),
        &[
            (Column::new("key", "KEY"), |(key, ..)| Cell::new(*key).tone(Tone::Strong)),
            (Column::new("value", "VALUE").cut(12), |(_, value, _)| Cell::maybe(value.as_deref().map(clean_line))),
            (Column::new("from", "FROM").cut(8), |(.., from)| Cell::new(*from)),
        ],
    ));
    context.show(&page)?;
    match &context.settings_problem {
        Some((problem, hint)) => Err(Failure::usage(problem.clone()).hint(*hint)),
        None => Ok(Exit::Done),
    }
}

type SettingRow = (&'static str, Option<String>, &'static str);

fn values(context: &Context) -> Vec<SettingRow> {
    let Context { settings, global, .. } = context;
    let of_file = |is_set: bool| if is_set { "settings" } else { "default" };
    let flag = |by_flag: bool, is_set: bool| if by_flag { "argument" } else { of_file(is_set) };
    let (roadmap, from) = match context.origin() {
        origin @ Origin::Example(_) => {
            let from = if global.example.is_some() { "--example" } else { "default" };
            (format!("the {}", words::origin(&origin)), from)
        }
        Origin::File(file) if global.roadmap.is_some() => (paths::shown(file), "-f or OFFRAMP_ROADMAP"),
        Origin::File(file) if settings.roadmap.is_some() => (paths::shown(file), "settings"),
        Origin::File(file) if file.starts_with("..") => (paths::shown(file), "folder above"),
        Origin::File(file) => (paths::shown(file), "current folder"),
    };
    let checkouts = checkouts(&settings.checkouts);
    let meetings: Vec<_> = settings.meetings.iter().map(|(group, day)| format!("{group} = {day}")).collect();
    let quiet = context.quiet_days();
    let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(", "));
    let color = global.color.map(|color| format!("{color:?}").to_lowercase()).or_else(|| settings.color.clone());
    let color = color.unwrap_or_else(|| "auto".to_owned());
    let rows = vec![
        ("roadmap", Some(roadmap), from),
        ("checkouts", joined(&checkouts), of_file(!checkouts.is_empty())),
        (
            "max_age",
            Some(written_age(fresh::max_age(context))),
            flag(global.max_age.is_some(), settings.max_age.is_some()),
        ),
        ("mouse", Some(settings.mouse.to_string()), of_file(settings.mouse)),
        ("ascii", Some(context.style.ascii.to_string()), flag(global.ascii, settings.ascii)),
        ("light", Some(settings.light.to_string()), of_file(settings.light)),
        ("pager", settings.pager.clone(), of_file(settings.pager.is_some())),
        ("color", Some(color), flag(global.color.is_some(), settings.color.is_some())),
        ("login", settings.login.clone(), of_file(settings.login.is_some())),
        ("robots", joined(&settings.robots), of_file(!settings.robots.is_empty())),
        ("claim_days", Some(quiet.claim.to_string()), of_file(settings.claim_days.is_some())),
        ("pull_days", Some(quiet.pull.to_string()), of_file(settings.pull_days.is_some())),
        ("meetings", joined(&meetings), of_file(!meetings.is_empty())),
    ];
    // The predecessor of `[checkouts]`, shown only if it is set.
    let folder = settings.test_infra.as_ref().map(|folder| ("test_infra", Some(paths::shown(folder)), of_file(true)));
    rows.into_iter().chain(folder).collect()
}

/// The folders of checkouts, each with its repository if the settings name one.
fn checkouts(checkouts: &Checkouts) -> Vec<String> {
    match checkouts {
        Checkouts::List(folders) => folders.iter().map(paths::shown).collect(),
        Checkouts::ByRepo(folders) => {
            folders.iter().map(|(repo, folder)| format!("{repo} = {}", paths::shown(folder))).collect()
        }
    }
}

/// Which variables are set; never their values.
fn environment() -> Json {
    const NAMES: [&str; 6] =
        ["OFFRAMP_ROADMAP", "OFFRAMP_CONFIG", "OFFRAMP_API_URL", "GH_HOST", "NO_COLOR", "SOURCE_DATE_EPOCH"];
    NAMES.iter().map(|name| (*name, std::env::var_os(name).is_some())).collect()
}
