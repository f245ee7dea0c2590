//! `offramp report`: reports to share in Markdown or HTML, and badges.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::reference::{self, ResolvedRef};
use super::{Context, Exit, Failure, complete, fallback, last_meeting};
use crate::domain::{Date, OwnerName, World};
use crate::insight::risk::{self, Risk, RiskReason};
use crate::report::badge::Badge;
use crate::report::{Cell, Column, Format, Table, annual, html, json};
use crate::sources::disk;
use crate::words;

const EXAMPLES: &str = "\
Examples:
  offramp report                             this year so far, in Markdown
  offramp report --annual 2020 > report.md   what was migrated, what remains
  offramp report --at-risk 2021-06-30        what may be late, by owner
  offramp report --html status.html          charts, changes, free work
  offramp report --badge items.svg           a badge of all items
  offramp report --badge images.svg images   a badge of a project or counter

The HTML is a single page without scripts.";

/// The arguments of `report`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ReportArgs {
    /// Report on a year: what has been migrated, what remains, highlights, where help is needed
    #[arg(long, value_name = "YEAR", value_parser = year, group = "kind")]
    pub annual: Option<i32>,
    /// Report what may not be done by this day, and why
    #[arg(long, value_name = "DATE", group = "kind")]
    pub at_risk: Option<String>,
    /// Group what is at risk by this field
    #[arg(long, value_enum, requires = "at_risk", default_value = "owner")]
    pub by: ReportGrouping,
    /// Write one self-contained page of HTML; `-` is stdout
    #[arg(long, value_name = "FILE", group = "kind")]
    pub html: Option<PathBuf>,
    /// Show changes since the end of this day on the page [default: the day before the last meeting, else 14 days ago]
    #[arg(long, value_name = "DATE", requires = "html", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Write a badge in SVG; `-` is stdout
    #[arg(long, value_name = "FILE", group = "kind")]
    pub badge: Option<PathBuf>,
    /// The project or counter of the badge [default: all items]
    #[arg(value_name = "PROJECT|COUNTER", add = complete::names(complete::REFERENCES))]
    pub subject: Option<String>,
}

/// How to group what is at risk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportGrouping {
    /// A list for each owner.
    #[default]
    Owner,
    /// One list in roadmap order.
    Project,
}

fn year(text: &str) -> Result<i32, &'static str> {
    text.parse().ok().filter(|year| (2000..=9999).contains(year)).ok_or("expected a year from 2000 to 9999")
}

/// Runs the command.
pub fn run(context: &Context, args: &ReportArgs) -> Result<Exit, Failure> {
    if let (Some(subject), None) = (&args.subject, &args.badge) {
        return Err(Failure::usage(format!("`{subject}` needs `--badge FILE`: a report is about the whole roadmap"))
            .hint(match subject.trim_end_matches('s') {
                "year" | "annual" => "`offramp report --annual YEAR` reports on a year".to_owned(),
                "risk" | "at-risk" => {
                    "`offramp report --at-risk DATE` reports what may not be done by a day".to_owned()
                }
                year if year.parse::<u16>().is_ok() => format!("`offramp report --annual {year}` reports on a year"),
                _ => format!("`offramp report --html FILE` writes a page; `offramp show {subject}` shows one project"),
            }));
    }
    let mut world = context.world()?;
    fallback::note(context, &world.origin);
    if let Some(until) = &args.at_risk {
        return at_risk(context, &world, context.day(until)?, args.by);
    }
    if let Some(path) = &args.html {
        return write(context, path, &page(context, &world, args)?);
    }
    if let Some(path) = &args.badge {
        return write(context, path, &badge(context, &world, args.subject.as_deref())?);
    }
    let year = args.annual.unwrap_or_else(|| chrono::Datelike::year(&world.date));
    let wrong = || Failure::usage(format!("{year} cannot be reported: it has not begun"));
    world.date = annual::reported_day(year, world.date, context.today()).ok_or_else(wrong)?;
    write_annual(context, &world, year)
}

fn write_annual(context: &Context, world: &World, year: i32) -> Result<Exit, Failure> {
    let last = Date::from_ymd_opt(year - 1, 12, 31).unwrap_or(Date::MIN);
    let now = world.board();
    let before = now.on(&world.roadmap, &world.snapshot, last);
    if matches!(context.format, Format::Json | Format::Csv) {
        let mut page = context.page("offramp/report/1", world);
        page.table(Table::of(
            "items",
            now.items().map(|item| (item, world)),
            &[
                (Column::new("project", "PROJECT"), |(item, _)| Cell::new(item.project.as_str())),
                (Column::new("item", "ITEM"), |(item, _)| Cell::new(item.key.as_str())),
                (Column::new("title", "TITLE"), |(item, _)| Cell::new(&item.title)),
                (Column::new("state", "STATE"), |(item, _)| Cell::new(item.state.word())),
                (Column::new("owner", "OWNER"), |(item, world)| {
                    Cell::of(words::owner(&item.owner, &world.roadmap.groups), json::texts(&item.owner.names))
                }),
                (Column::new("link", "LINK"), |(item, world)| {
                    Cell::maybe(item.issue.as_ref().map(|id| id.url(&world.web)))
                }),
            ],
        ));
        return context.show(&page);
    }
    context.print_page(&annual::annual(annual::Year { year, world, now: &now, before: &before }))
}

fn page(context: &Context, world: &World, args: &ReportArgs) -> Result<String, Failure> {
    let (since, _) = last_meeting::since(context, world, args.since.as_deref(), None)?;
    Ok(html::page(&html::Subject { world, since, moment: super::check::moment(context) }))
}

fn badge(context: &Context, world: &World, subject: Option<&str>) -> Result<String, Failure> {
    let board = world.board();
    let Some(name) = subject else { return Ok(Badge::of_board(&board).draw()) };
    match reference::find(context, world, &board, name)? {
        ResolvedRef::Project(row) => Ok(Badge::of_project(row, &board).draw()),
        ResolvedRef::Counter(row) => Ok(Badge::of_counter(row).draw()),
        ResolvedRef::Item(_) | ResolvedRef::Issue(..) => {
            Err(Failure::usage(format!("`{name}` is neither a project nor a counter"))
                .hint("`offramp status` lists the projects, `offramp trend` the counters"))
        }
    }
}

fn write(context: &Context, path: &Path, text: &str) -> Result<Exit, Failure> {
    if path.as_os_str() == "-" {
        return context.print_page(text);
    }
    if holds_something_else(path) {
        let message = format!("`{}` exists already, and it is neither a page nor a badge", path.display());
        return Err(Failure::failed(message).hint("name another file"));
    }
    disk::write(path, text.as_bytes())?;
    context.note(&format!("wrote {}", path.display()));
    Ok(Exit::Done)
}

/// Whether a file begins unlike HTML and SVG, such as the roadmap. An earlier page may be replaced.
fn holds_something_else(path: &Path) -> bool {
    let mut first = *b"<";
    disk::open(path).and_then(|(mut file, _)| file.read(&mut first)).is_ok() && first != *b"<"
}

fn at_risk(context: &Context, world: &World, until: Date, by: ReportGrouping) -> Result<Exit, Failure> {
    let board = world.board();
    let risks = risk::at_risk(&board, until);
    let mut page = context.page("offramp/at-risk/1", world);
    page.fact("until", until.to_string());
    page.title(format!("{} may not be done by {until}", counted(&risks)));
    page.line(words::as_of(world));
    let groups = match by {
        ReportGrouping::Owner if !matches!(context.format, Format::Json | Format::Csv) => risk::by_owner(risks),
        ReportGrouping::Owner | ReportGrouping::Project => vec![(Vec::new(), risks)],
    };
    let titled = groups.len() > 1 || by == ReportGrouping::Owner;
    for (sigs, risks) in &groups {
        if titled && !matches!(context.format, Format::Json | Format::Csv) {
            page.title(group_title(sigs, risks, world));
        }
        page.table(table(risks, world));
    }
    context.show(&page)
}

/// `2 items`, `2 items and 1 project`
fn counted(risks: &[Risk<'_>]) -> String {
    let (items, projects) = risk::count(risks);
    let items = (items > 0 || projects == 0).then(|| words::count(items, "item", "items"));
    let projects = (projects > 0).then(|| words::count(projects, "project", "projects"));
    items.into_iter().chain(projects).collect::<Vec<_>>().join(" and ")
}

fn group_title(sigs: &[OwnerName], risks: &[Risk<'_>], world: &World) -> String {
    let names: Vec<_> = sigs.iter().map(|sig| words::owner_name(sig, &world.roadmap.groups)).collect();
    let name = if names.is_empty() { "No owner".to_owned() } else { names.join(" or ") };
    format!("{name}: {}", risks.len())
}

fn table(risks: &[Risk<'_>], world: &World) -> Table {
    let words = |risk: &Risk<'_>| risk.reasons.iter().map(|reason| reason_words(*reason)).collect::<Vec<_>>();
    Table::of(
        "items",
        risks.iter().map(|risk| (risk, words(risk), world)),
        &[
            (Column::new("project", "PROJECT").cut(20), |(risk, ..)| Cell::new(risk.project.id.as_str())),
            (Column::new("title", "ITEM"), |(risk, ..)| Cell::new(risk.title())),
            (Column::data("item"), |(risk, ..)| Cell::data(risk.item.map(|item| item.key.as_str()))),
            (Column::data("owner"), |(risk, ..)| Cell::data(json::texts(&risk.owner().names))),
            (Column::new("issue", "ISSUE").leaves(1), |(risk, _, world)| {
                risk.item.map_or_else(Cell::none, |item| super::list::issue(item, world))
            }),
            (Column::people("WHY"), |(_, words, _)| Cell::new(words.join(", "))),
            (Column::data("reasons"), |(_, words, _)| Cell::data(json::texts(words))),
        ],
    )
}

fn reason_words(reason: RiskReason) -> String {
    match reason {
        RiskReason::Overdue(due) => format!("was due {due}"),
        RiskReason::UnknownScope => "what there is to do is not known".to_owned(),
        RiskReason::Undecided => "closed without being done".to_owned(),
        RiskReason::Blocked => "waits for something else".to_owned(),
        RiskReason::Unowned => "owner not settled".to_owned(),
        RiskReason::Counted(left) => format!("{left} left"),
        RiskReason::Unassigned => "unassigned".to_owned(),
        RiskReason::Quiet(days) => format!("quiet for {}", words::days(days)),
        RiskReason::Due(due) => format!("due {due}"),
    }
}
