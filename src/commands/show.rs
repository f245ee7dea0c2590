//! `offramp show`: a project, an item or an issue in full.

use super::list::{claimed_by, issue as issue_cell, people, state};
use super::reference::{self, ResolvedRef};
use super::status::{DUE, due};
use super::trend::of_whole;
use super::{Context, Exit, Failure, complete, issue_page};
use crate::domain::board::Inner;
use crate::domain::{
    Board, CounterRow, IssueRef, ItemRow, Owner, PageLink, ProjectRow, RecordedFigure, Target, Text, World, item_name,
};
use crate::report::{Block, Cell, CellOf, Column, Field, Json, Page, Table, Tone, json};
use crate::words::{self, label};

/// The arguments of `show`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = reference::HELP)]
pub struct ShowArgs {
    /// What to show
    #[arg(value_name = "REF", add = complete::names(complete::REFERENCES))]
    pub reference: String,
}

/// Runs the command.
pub fn run(context: &Context, args: &ShowArgs) -> Result<Exit, Failure> {
    let world = context.world()?;
    let board = world.board();
    let mut page = context.page("offramp/show/2", &world);
    match reference::find(context, &world, &board, &args.reference)? {
        ResolvedRef::Project(row) => {
            reference::note_counter(context, &board, &args.reference);
            project(&mut page, row, &world, &board);
        }
        ResolvedRef::Item(item) => {
            one_item(&mut page, item, &world);
            if let Some(issue) = &item.issue {
                issue_page::add(&mut page, issue, &world);
            }
        }
        ResolvedRef::Counter(row) => counter(&mut page, row, &world),
        ResolvedRef::Issue(issue, items) => {
            page.fact("kind", "issue");
            page.line(words::as_of(&world));
            issue_page::add(&mut page, &issue, &world);
            measured_by(&mut page, &issue, &items, &world);
        }
    }
    context.show(&page)
}

/// The projects and items that an issue measures.
fn measured_by(page: &mut Page, issue: &IssueRef, items: &[&ItemRow], world: &World) {
    for project in reference::tracked(world, issue) {
        page.line(format!("It tracks the project {}.", project.shown()));
    }
    if items.is_empty() {
        page.fact("items", Json::Array(Vec::new()));
        return;
    }
    page.line(format!("In the roadmap it is {}:", words::count(items.len() as u64, "item", "items")));
    page.table(item_table(items.iter().copied(), world));
}

fn project(page: &mut Page, row: &ProjectRow, world: &World, board: &Board) {
    let written = world.roadmap.project(row.id.as_str());
    page.fact("kind", "project");
    page.title(if row.title == row.id.as_str() { row.title.clone() } else { format!("{} ({})", row.title, row.id) });
    page.line(words::as_of(world));
    let counted = counted(row, world).unwrap_or_default();
    let progress = match row.percent.known() {
        Some(_) => format!("{} · {}{counted}", words::percent(row.percent), words::project_done(row, board)),
        None => words::UNKNOWN.to_owned(),
    };
    let mut fields = vec![
        Field::new("project", "", Cell::data(row.id.as_str())),
        Field::new("state", "State", Cell::of(words::marked(row.state), row.state.word())),
        Field::new("percent", "Progress", Cell::of(progress, row.percent.known())),
        Field::new("left", "Left", Cell::of(left(row), row.items_left())),
        Field::new("owner", "Owner", owner(&row.owner, world)),
        Field::new("certainty", "", Cell::data(row.owner.certainty.word())),
    ];
    if let Some(recorded) = recorded(row, board) {
        optional(&mut fields, "recorded", "Also", &words::recorded(recorded));
    }
    if let Some(written) = written {
        let aliases: Vec<_> = written.aliases.iter().map(Text::as_str).collect();
        optional(&mut fields, "aliases", label::ALIASES, &aliases.join(", "));
        let issues: Vec<_> = written.issues.iter().map(|issue| issue.url(&world.web)).collect();
        let json = json::texts(&issues);
        let shown = if issues.is_empty() { "" } else { label::ISSUES };
        fields.push(Field::new("issues", shown, Cell::of(issues.join(", "), json)));
        fields.extend(waits_for(&written.blocked_by, world));
        optional(&mut fields, "due", "Due", &written.due.map(|due| due.to_string()).unwrap_or_default());
        optional(&mut fields, "note", "Note", written.note.as_deref().unwrap_or_default());
        fields.extend(links(&written.links));
    }
    page.fields(fields);
    page.table(item_table(&row.items, world));
}

/// When the figure of the measure was counted or recorded by hand.
fn counted(row: &ProjectRow, world: &World) -> Option<String> {
    let counter = world.roadmap.counter(row.measure.as_ref()?)?;
    let reading = row.reading.as_ref()?;
    let how = if counter.is_counted(reading) { "counted" } else { "recorded by hand" };
    Some(format!(", {how} on {}", reading.date))
}

fn left(row: &ProjectRow) -> String {
    if row.items.is_empty() {
        return "it has no items".to_owned();
    }
    let blocked = if row.blocked > 0 { format!(", {} blocked", row.blocked) } else { String::new() };
    format!("{} of {}, {} free{blocked}", row.left, words::count(row.progress.total, "item", "items"), row.free)
}

fn owner(owner: &Owner, world: &World) -> Cell {
    Cell::of(words::owner(owner, &world.roadmap.groups), json::texts(&owner.names))
}

/// A figure recorded by hand beside the counted one of the project's measure.
fn recorded<'b>(row: &ProjectRow, board: &'b Board) -> Option<&'b RecordedFigure> {
    board.counter(row.measure.as_ref()?)?.recorded.as_ref()
}

fn optional(fields: &mut Vec<Field>, key: &'static str, label: &'static str, text: &str) {
    if !text.is_empty() {
        fields.push(Field::new(key, label, Cell::new(text)));
    }
}

/// What must come first: short names for people, full ones for programs.
fn waits_for(targets: &[Target], world: &World) -> Option<Field> {
    let shown: Vec<_> = targets.iter().map(|target| words::target(target, &world.roadmap.repo)).collect();
    let full = |target: &Target| match target {
        Target::Project(id) => id.to_string(),
        Target::Item(project, key) => item_name(project, key),
        Target::Issue(issue) => issue.to_string(),
    };
    let json = json::list(targets.iter().map(|target| json::text(full(target))));
    (!targets.is_empty()).then(|| Field::new("blocked_by", label::BLOCKED_BY, Cell::of(shown.join(", "), json)))
}

/// The links of the roadmap: each address, with its title if it has one.
fn links(links: &[PageLink]) -> Option<Field> {
    let text = |link: &PageLink| match &link.title {
        Some(title) => format!("{title}: {}", link.url),
        None => link.url.clone(),
    };
    let shown: Vec<_> = links.iter().map(text).collect();
    let json = json::list(links.iter().map(|link| link.url.as_str()));
    (!links.is_empty()).then(|| Field::new("links", "Links", Cell::of(shown.join(", "), json)))
}

/// An item with the data for its cells.
type ShownItem<'a> = (&'a ItemRow, Option<&'a Inner>, &'a World);

fn item_table<'a>(items: impl IntoIterator<Item = &'a ItemRow>, world: &'a World) -> Table {
    let rows: Vec<ShownItem<'a>> = items.into_iter().map(|item| (item, item.inner.as_ref(), world)).collect();
    let mut shown = item_columns().to_vec();
    shown.retain(|(column, _)| *column != DUE || rows.iter().any(|(item, ..)| item.due.is_some()));
    Table::of("items", rows, &shown)
}

fn item_columns<'a>() -> [(Column, CellOf<ShownItem<'a>>); 16] {
    [
        (Column::people("STATE"), |(item, ..)| state(item)),
        (Column::data("state"), |(item, ..)| Cell::data(item.state.word())),
        (Column::new("title", "ITEM").cut(36), |(item, ..)| Cell::new(&item.title)),
        (Column::people("INSIDE").leaves(2), |(_, inner, ..)| Cell::new(inner.map(words::inner).unwrap_or_default())),
        (Column::data("done"), |(_, inner, ..)| Cell::data(inner.and_then(Inner::whole).map(|whole| whole.done))),
        (Column::data("total"), |(_, inner, ..)| Cell::data(inner.and_then(Inner::whole).map(|whole| whole.total))),
        (Column::data("unit_left").late(), |(_, inner, ..)| Cell::data(inner.map(|inner| inner.progress.left()))),
        (Column::new("issue", "ISSUE"), |(item, _, world)| issue_cell(item, world)),
        (Column::new("assignees", "WHO").cut(10).leaves(3), |(item, ..)| people(item)),
        (DUE, |(item, _, world)| due(item.due, item.is_left(), world)),
        (Column::data("due").late(), |(item, ..)| Cell::data(json::maybe(item.due))),
        (Column::new("kind", "KIND").leaves(4), |(item, ..)| Cell::maybe(item.kind.as_deref())),
        (Column::data("freedom"), |(item, ..)| Cell::data(words::freedom_word(item.freedom))),
        (Column::data("why"), |(item, _, world)| {
            let issue = item.issue.as_ref().and_then(|id| world.snapshot.issue(id));
            Cell::data(words::measure(item, issue, &world.roadmap.repo))
        }),
        (Column::new("ref", "REF").leaves(5), |(item, ..)| Cell::new(words::item_ref(item)).tone(Tone::Faint)),
        (Column::data("claimed_by"), |(item, ..)| claimed_by(item)),
    ]
}

fn one_item(page: &mut Page, item: &ItemRow, world: &World) {
    let issue = item.issue.as_ref().and_then(|id| world.snapshot.issue(id));
    page.fact("kind", "item");
    page.title(item.title.clone());
    page.line(words::as_of(world));
    let why = words::measure(item, issue, &world.roadmap.repo);
    let mut fields = vec![
        Field::new("ref", "Item", Cell::new(words::item_ref(item))),
        Field::new("state", "State", Cell::of(format!("{}: {why}", words::marked(item.state)), item.state.word())),
        Field::new("owner", "Owner", owner(&item.owner, world)),
        Field::new("certainty", "", Cell::data(item.owner.certainty.word())),
    ];
    if let Some(written) = item.contradicted {
        fields.push(Field::new(
            "written",
            "But",
            Cell::of(format!("the roadmap says {}", words::state(written)), written.word()),
        ));
    }
    if let Some(inner) = &item.inner {
        let whole = inner.whole().map(|whole| json::list([Json::from(whole.done), Json::from(whole.total)]));
        fields.push(Field::new("inside", "Inside", Cell::of(words::inner(inner), whole)));
        fields.push(Field::new("inside_left", "", Cell::data(inner.progress.left())));
    }
    let freedom = words::freedom(item, &world.roadmap.repo);
    let label = if freedom.is_empty() { "" } else { "Free" };
    fields.push(Field::new("freedom", label, Cell::of(freedom, words::freedom_word(item.freedom))));
    let list = item.own_box.as_ref().map(|own| own.issue.url(&world.web)).unwrap_or_default();
    optional(&mut fields, "box_of", "Box of", &list);
    optional(&mut fields, "type", "Kind", item.kind.as_deref().unwrap_or_default());
    fields.extend(waits_for(&item.blocked_by, world));
    optional(&mut fields, "due", "Due", &item.due.map(|due| due.to_string()).unwrap_or_default());
    let written = world.roadmap.item_of(&item.project, &item.key).map(|(_, written)| written);
    optional(&mut fields, "note", "Note", written.and_then(|written| written.note.as_deref()).unwrap_or_default());
    fields.extend(written.and_then(|written| links(&written.links)));
    page.blocks.push(Block::Fields(fields));
}

fn counter(page: &mut Page, row: &CounterRow, world: &World) {
    page.fact("kind", "counter");
    page.title(words::counter(row));
    page.line(words::as_of(world));
    let counter = world.roadmap.counter(&row.id);
    let readings = counter.map(|counter| counter.readings.as_slice()).unwrap_or_default();
    let readings = readings.iter().filter(|reading| reading.date <= world.date);
    page.table(Table::of(
        "readings",
        readings.filter_map(|reading| Some((reading, counter?.inner(reading)))),
        &[
            (Column::new("date", "DATE"), |(reading, _)| Cell::new(reading.date.to_string())),
            (Column::new("done", "DONE").right(), |(_, inner)| of_whole(inner.start, inner.progress.done)),
            (Column::new("total", "TOTAL").right(), |(_, inner)| of_whole(inner.start, inner.progress.total)),
            (Column::new("left", "LEFT").right().late(), |(reading, _)| Cell::number(reading.progress.left())),
            (Column::new("percent", "%").right(), |(_, inner)| {
                Cell::of(words::percent(inner.percent()), inner.percent().known())
            }),
            (Column::new("rule", "RULE").right(), |(reading, _)| Cell::number(reading.rule)),
            (Column::new("commit", "COMMIT").cut(8).leaves(2), |(reading, _)| Cell::maybe(reading.commit.as_deref())),
            (Column::new("note", "NOTE").cut(12).leaves(1), |(reading, _)| Cell::maybe(reading.note.as_deref())),
        ],
    ));
}
