//! `offramp check`: where roadmap and issues disagree.

pub(super) mod fix;
pub(crate) mod github;

use std::fmt::Write as _;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::{Context, Exit, Failure, checkout_facts, complete, fallback};
use crate::domain::nearest::did_you_mean;
use crate::domain::{Date, World};
use crate::insight::finding::{self, Checked, Finding, FindingRule, Moment, Remedy, Severity};
use crate::report::{Cell, CellOf, Column, Format, Page, Table, json};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  offramp check                             all findings, in file order
  offramp check kubernetes-jenkins          one project
  offramp check --explain robot-will-close  what a rule looks for
  offramp check --fail-on error -o github   annotations, and exit code 3
  offramp check --fix all --dry-run         what could be fixed, as a diff

Findings are listed in file order, the worst of each line first, those about the whole file last. The file is compared \
with what is known now; `--as-of` compares it with what was known then.

Silence a finding in the roadmap:
  silence: [{rule: placeholder, reason: \"…\", until: 2021-06-30}]";

/// The arguments of `check`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
    /// Only these projects, by id or alias
    #[arg(value_name = "PROJECT", add = complete::names(&[complete::projects]))]
    pub projects: Vec<String>,
    /// Only findings of this rule
    #[arg(long, value_name = "RULE", value_parser = rule_name, add = complete::names(&[complete::rules]))]
    pub rule: Vec<String>,
    /// Explain what a rule looks for; `all` lists the rules
    #[arg(long, value_name = "RULE", value_parser = rule_or_all, conflicts_with_all = ["fix", "fail_on"])]
    #[arg(add = complete::names(&[complete::all_rules, complete::rules]))]
    pub explain: Option<String>,
    /// Exit with code 3 if a finding is at least this severe
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub fail_on: Option<Severity>,
    /// Apply the remedies of this rule, or of `all` rules, to the file
    #[arg(long, value_name = "RULE", value_parser = rule_or_all, add = complete::names(&[complete::all_rules, complete::rules]))]
    pub fix: Option<String>,
    /// Show what --fix would change, and write nothing
    #[arg(short = 'n', long, requires = "fix")]
    pub dry_run: bool,
    /// Show silenced findings too
    #[arg(long)]
    pub silenced: bool,
}

impl ValueEnum for Severity {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Error, Self::Warning, Self::Info]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(match self {
            Self::Error => "Something shown is wrong, or soon will be",
            Self::Warning => "Worth a look",
            Self::Info => "Anything",
        }))
    }
}

fn rule_name(text: &str) -> Result<String, String> {
    if finding::rule(text).is_some() {
        return Ok(text.to_owned());
    }
    let near = did_you_mean(text, finding::rules().map(|rule| rule.name));
    Err(near
        .map_or_else(|| "no such rule; `--explain all` lists them".to_owned(), |near| format!("no such rule: {near}")))
}

fn rule_or_all(text: &str) -> Result<String, String> {
    if text == "all" { Ok(text.to_owned()) } else { rule_name(text) }
}

/// Runs the command.
pub fn run(context: &Context, args: &CheckArgs) -> Result<Exit, Failure> {
    if let Some(name) = &args.explain {
        return explain(context, name);
    }
    let mut world = context.world_of_findings()?;
    match args.fail_on {
        Some(_) => fallback::refuse(context, &world.origin)?,
        None => fallback::note(context, &world.origin),
    }
    let day = finding::day_of(&world, moment(context));
    checkout_facts::newest_commit(context, &mut world, day);
    let mut checked = finding::of_world(&world, moment(context));
    narrow(&mut checked, &world, args)?;
    if let Some(name) = &args.fix {
        return fix::run(context, &world, &checked, name, args.dry_run);
    }
    context.print_page(&rendered(context, &world, &checked, args))?;
    let is_bad = args.fail_on.is_some_and(|fail_on| checked.worst() >= Some(fail_on));
    Ok(if is_bad { Exit::Found } else { Exit::Done })
}

fn rendered(context: &Context, world: &World, checked: &Checked, args: &CheckArgs) -> String {
    let page = match context.format {
        Format::Github => return github::annotations(checked, world),
        Format::Table => people(context, world, checked, args),
        Format::Plain | Format::Json | Format::Csv | Format::Md => data(context, world, checked, args),
    };
    page.render(context.format, context.style)
}

/// Checks as of a past day only if `--as-of` asks for it.
pub(super) fn moment(context: &Context) -> Moment {
    if context.global.as_of.is_some() { Moment::AsShown } else { Moment::Now }
}

fn narrow(checked: &mut Checked, world: &World, args: &CheckArgs) -> Result<(), Failure> {
    if args.projects.is_empty() && args.rule.is_empty() {
        return Ok(());
    }
    let board = world.board();
    let names = args.projects.iter().map(|name| super::reference::find_project(world, &board, name).map(|row| &row.id));
    let wanted = names.collect::<Result<Vec<_>, _>>()?;
    let fits = |finding: &Finding| {
        let by_rule = args.rule.is_empty() || args.rule.iter().any(|rule| rule == finding.rule);
        by_rule && (wanted.is_empty() || finding.location.project.as_ref().is_some_and(|id| wanted.contains(&id)))
    };
    checked.findings.retain(fits);
    checked.silenced.retain(|(finding, _)| fits(finding));
    Ok(())
}

fn head(page: &mut Page, world: &World, checked: &Checked) {
    page.title(world.roadmap.title.clone());
    page.line(words::as_of(world));
    let compared_with = compared_with(world, checked);
    if let Some(day) = compared_with {
        page.line(format!("Compared with what was known on {day}"));
    }
    let mut counts = checked.counts();
    if counts.is_empty() {
        let what = if compared_with.is_some() { ": roadmap and issues agree" } else { " in the file" };
        counts.push(format!("nothing found{what}"));
    }
    if !checked.silenced.is_empty() {
        counts.push(format!("{} silenced", checked.silenced.len()));
    }
    page.line(counts.join(" · "));
}

/// The day of the issues that the file was compared with; `None` if none were fetched.
fn compared_with(world: &World, checked: &Checked) -> Option<Date> {
    let has_issues = world.snapshot.fetched_at.is_some() || !world.snapshot.issues.is_empty();
    has_issues.then_some(checked.date)
}

/// Groups findings by place, so that the file can be edited from top to bottom.
fn people(context: &Context, world: &World, checked: &Checked, args: &CheckArgs) -> Page {
    let mut page = context.page("offramp/check/1", world);
    head(&mut page, world, checked);
    for here in checked.findings.chunk_by(|one, other| one.location == other.location) {
        let Some(Finding { location, .. }) = here.first() else { continue };
        page.title(format!("{location} (line {})", location.place.line));
        page.points(here.iter().map(|finding| line(finding, world)).collect());
    }
    if args.silenced {
        for (finding, silence) in &checked.silenced {
            let (place, rule) = (&finding.location, finding.rule);
            page.line(format!("silenced: {place}: {} [{rule}] ({})", finding.message, silence.reason));
        }
    }
    page
}

/// `error: #1312 is closed, but … [same-title]; evidence → remedy`
fn line(finding: &Finding, world: &World) -> String {
    let doubt = match finding.confidence {
        finding::Confidence::Certain => String::new(),
        doubt @ (finding::Confidence::Likely | finding::Confidence::Possible) => format!(", {}", doubt.word()),
    };
    let mut text = format!("{}: {} [{}{doubt}]", finding.severity.word(), finding.message, finding.rule);
    if !finding.evidence.is_empty() {
        let _ = write!(text, ". {}", finding.evidence.join("; "));
    }
    if let Some(remedy) = finding.remedy.text(&world.roadmap.repo) {
        let _ = write!(text, " → {remedy}");
    }
    text
}

/// A finding, the reason if it is silenced, and the data for its cells.
type FindingRow<'a> = (&'a Finding, Option<&'a str>, &'a World);

fn columns<'a>() -> [(Column, CellOf<FindingRow<'a>>); 13] {
    [
        (Column::new("severity", "SEVERITY"), |(finding, ..)| {
            Cell::new(finding.severity.word()).tone(finding.severity.tone())
        }),
        (Column::new("line", "LINE").right(), |(finding, ..)| Cell::number(finding.location.place.line)),
        (Column::people("WHERE"), |(finding, ..)| Cell::new(finding.location.to_string())),
        (Column::data("project"), |(finding, ..)| Cell::data(json::maybe(finding.location.project.as_ref()))),
        (Column::data("item"), |(finding, ..)| Cell::data(json::maybe(finding.location.item.as_ref()))),
        (Column::new("rule", "RULE"), |(finding, ..)| Cell::new(finding.rule)),
        (Column::new("message", "FINDING"), |(finding, silenced, world)| {
            let first = finding.issues.first();
            let silenced = silenced.map(|reason| format!(" (silenced: {reason})")).unwrap_or_default();
            let (message, link) = (&finding.message, first.map(|id| id.url(&world.web)));
            Cell::of(format!("{message}{silenced}"), message.as_str()).link(link)
        }),
        (Column::data("silenced"), |(_, silenced, _)| Cell::data(*silenced)),
        (Column::data("evidence"), |(finding, ..)| Cell::data(json::texts(&finding.evidence))),
        (Column::data("issues"), |(finding, ..)| Cell::data(json::texts(&finding.issues))),
        (Column::data("confidence"), |(finding, ..)| Cell::data(finding.confidence.word())),
        (Column::new("remedy", "REMEDY"), |(finding, _, world)| Cell::maybe(finding.remedy.text(&world.roadmap.repo))),
        (Column::data("say"), |(finding, ..)| {
            Cell::data(match &finding.remedy {
                Remedy::Say { text, .. } => Some(text.as_str()),
                Remedy::Edit(_) | Remedy::Run(_) | Remedy::None => None,
            })
        }),
    ]
}

fn data(context: &Context, world: &World, checked: &Checked, args: &CheckArgs) -> Page {
    let mut page = context.page("offramp/check/1", world);
    if context.format != Format::Plain {
        head(&mut page, world, checked);
    }
    page.fact("compared_with", compared_with(world, checked).map(|day| day.to_string()));
    page.fact("silenced", checked.silenced.len() as u64);
    let shown = checked.silenced.iter().map(|(finding, silence)| (finding, Some(silence.reason.as_str())));
    let shown = shown.filter(|_| args.silenced);
    let all = checked.findings.iter().map(|finding| (finding, None)).chain(shown);
    page.table(table(all, world));
    page
}

/// The table of findings, each with the reason if it is silenced.
pub(super) fn table<'a>(found: impl Iterator<Item = (&'a Finding, Option<&'a str>)>, world: &'a World) -> Table {
    Table::of("findings", found.map(|(finding, silenced)| (finding, silenced, world)), &columns())
}

/// A rule as a table of one row, for CSV.
fn explained(rule: &FindingRule) -> Table {
    Table::of(
        "",
        [rule],
        &[
            (Column::data("rule"), |rule| Cell::data(rule.name)),
            (Column::data("severity"), |rule| Cell::data(rule.severity.word())),
            (Column::data("summary"), |rule| Cell::data(rule.summary)),
            (Column::data("explain"), |rule| Cell::data(rule.explain)),
        ],
    )
}

fn explain(context: &Context, name: &str) -> Result<Exit, Failure> {
    let mut page = Page::new("offramp/check-rules/1", context.stamp());
    if let Some(rule) = finding::rule(name) {
        page.title(rule.name);
        page.line(format!("{}: {}", rule.severity.word(), rule.summary));
        page.line(rule.explain);
        page.fact("rule", rule.name);
        page.fact("severity", rule.severity.word());
        page.fact("summary", rule.summary);
        page.fact("explain", rule.explain);
        if context.format == Format::Csv {
            page.table(explained(rule));
        }
    } else {
        page.table(Table::of(
            "rules",
            finding::rules(),
            &[
                (Column::new("rule", "RULE"), |rule| Cell::new(rule.name)),
                (Column::new("severity", "SEVERITY"), |rule| {
                    Cell::new(rule.severity.word()).tone(rule.severity.tone())
                }),
                (Column::new("summary", "FINDS").cut(30), |rule| Cell::new(rule.summary)),
            ],
        ));
    }
    context.show(&page)
}
