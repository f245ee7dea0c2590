//! `offramp list`: the items that match the filter words.

use super::status::{DUE, due, owner, state_tone, touched};
use super::{Context, Exit, Failure, arguments, complete};
use crate::domain::board::{Inner, count_once};
use crate::domain::filter::{Candidate, Filter, select, text_of};
use crate::domain::{Board, Freedom, ItemRow, Progress, World, grouped, item_name};
use crate::insight::chain::{ChainNode, Chains};
use crate::report::{Cell, CellOf, Column, Format, Page, Table, Tone, json};
use crate::words;

const HELP: &str = "\
Filter words (all must match; -word excludes; A OR B matches either; plain words are searched for in project, title \
and issue):
  owner:testing  owner:@login  project:jenkins  state:todo,started
  kind:bucket  type:bug  label:bug  assignee:@me  milestone:v1.22
  no:assignee  no:issue  no:owner  no:milestone
  is:free  is:maybe-free  is:blocked  is:taken  is:open  is:ended
  is:stale  is:rotten  is:unowned  is:unknown  is:overdue
  updated:<90d  updated:>90d  updated:<2020-10-01
  owner/name#4 (that issue)

CHAIN shows what an item unblocks and waits for; ◆ marks the longest chain of items that wait for each other.

Examples:
  offramp list is:free owner:testing     what that group could take
  offramp list updated:'>90d' -is:blocked
  offramp list --all kubernetes-jenkins  with what is done or dropped
  offramp list --by owner -o md          a list for each owner
  offramp list -o csv > items.csv";

/// The arguments of `list`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = HELP)]
pub struct ListArgs {
    /// Filter words, as after `/` on the screens; see below
    #[arg(value_name = "FILTER", value_parser = super::arguments::shown, add = complete::names(&[complete::filter_words]))]
    pub filter: Vec<String>,
    /// Include what is done, removed or dropped; `state:` and `is:ended` imply it
    #[arg(short, long)]
    pub all: bool,
    /// Group the list by this field
    #[arg(long, value_name = "FIELD", value_enum)]
    pub by: Option<ListGrouping>,
}

/// The field by which a list is grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ListGrouping {
    /// The project
    Project,
    /// The owner
    #[value(alias = "sig")]
    Owner,
    /// The state
    State,
    /// The milestone
    Milestone,
}

impl ListGrouping {
    fn of(self, item: &ItemRow, world: &World) -> String {
        match self {
            Self::Project => item.project.to_string(),
            Self::Owner => words::owner(&item.owner, &world.roadmap.groups),
            Self::State => words::state(item.state).to_owned(),
            Self::Milestone => item.milestone.as_ref().map_or_else(|| "no milestone".to_owned(), ToString::to_string),
        }
    }
}

/// What an item unblocks and waits for; left out if nothing waits.
const CHAIN: Column = Column::people("CHAIN").cut(16).leaves(2);

/// The most names in a cell for people.
const MOST_NAMES: usize = 10;

/// A row of the list.
struct ListedItem<'a> {
    item: &'a ItemRow,
    world: &'a World,
    board: &'a Board,
    chains: &'a Chains,
}

fn columns<'a>() -> [(Column, CellOf<ListedItem<'a>>); 31] {
    [
        (Column::new("project", "PROJECT").cut(14), |row| Cell::new(row.item.project.as_str())),
        (Column::new("title", "ITEM").cut(36), |row| Cell::new(&row.item.title).tone(Tone::Strong)),
        (Column::data("item"), |row| Cell::data(row.item.key.as_str())),
        (Column::data("state"), |row| Cell::data(row.item.state.word())),
        (Column::people("STATE"), |row| state(row.item)),
        (Column::people("INSIDE").leaves(6), |row| {
            Cell::new(row.item.inner.as_ref().map(words::inner).unwrap_or_default())
        }),
        (Column::data("done"), |row| Cell::data(row.whole().map(|whole| whole.done))),
        (Column::data("total"), |row| Cell::data(row.whole().map(|whole| whole.total))),
        (Column::data("unit_left").late(), |row| {
            Cell::data(row.item.inner.as_ref().map(|inner| inner.progress.left()))
        }),
        (Column::data("unit"), |row| Cell::data(row.item.inner.as_ref().map(|inner| inner.unit.as_str()))),
        (Column::people("ISSUE").leaves(3), |row| short(row.item, row.world)),
        (Column::data("issue"), |row| Cell::data(json::maybe(row.item.issue.as_ref()))),
        (Column::data("url"), |row| Cell::data(row.item.issue.as_ref().map(|issue| issue.url(&row.world.web)))),
        (Column::people("OWNER").cut(12).leaves(5), |row| owner(&row.item.owner, &row.world.roadmap.groups)),
        (Column::data("owner"), |row| Cell::data(json::texts(&row.item.owner.names))),
        (Column::data("certainty"), |row| Cell::data(row.item.owner.certainty.word())),
        (Column::new("assignees", "WHO").cut(10).leaves(4), |row| people(row.item)),
        (Column::people("FREE").leaves(7), |row| freedom(row.item, row.world)),
        (Column::data("freedom"), |row| Cell::data(words::freedom_word(row.item.freedom))),
        (CHAIN, |row| row.chain()),
        (Column::data("waits_for"), |row| named(&row.chains.waits_for(row.item))),
        (Column::data("unblocks"), |row| named(&row.chains.unblocks(row.item))),
        (Column::data("on_longest_chain"), |row| Cell::data(row.chains.is_critical(row.item))),
        (Column::data("kind"), |row| Cell::data(row.item.kind.as_deref())),
        (Column::data("milestone"), |row| Cell::data(row.item.milestone.as_deref())),
        (DUE, |row| due(row.item.due, row.item.is_left(), row.world)),
        (Column::data("due"), |row| Cell::data(json::maybe(row.item.due))),
        (Column::people("TOUCHED").leaves(8), |row| touched(row.item.touched, row.world)),
        (Column::data("touched"), |row| Cell::data(row.item.touched.map(|touched| touched.date().to_string()))),
        (Column::new("ref", "REF").leaves(9), |row| Cell::new(words::item_ref(row.item)).tone(Tone::Faint)),
        (Column::data("claimed_by"), |row| claimed_by(row.item)),
    ]
}

/// Runs the command.
pub fn run(context: &Context, args: &ListArgs) -> Result<Exit, Failure> {
    let filter = Filter::from_arguments(&args.filter)?;
    let world = context.world_of_links()?;
    let filter = arguments::in_world(filter, &world)?;
    context.show(&page(context, args, &filter, &world))
}

fn page(context: &Context, args: &ListArgs, filter: &Filter, world: &World) -> Page {
    let names_ends = |word: &String| word.starts_with("state:") || word == "is:ended";
    let all = args.all || args.filter.iter().any(names_ends);
    let board = &world.board();
    let chains = &Chains::of(board);
    let rows = matching(filter, world, board.items().filter(|item| all || item.is_left())).into_iter().map(|item| {
        let group = args.by.map_or_else(String::new, |by| by.of(item, world));
        (group, ListedItem { item, world, board, chains })
    });
    let rows: Vec<(String, ListedItem<'_>)> = rows.collect();
    let found = rows.len() as u64;
    let mut page = context.page("offramp/list/1", world);
    page.line(format!("{}{} · {}", counted(&rows), if all { "" } else { " left" }, words::as_of(world)));
    page.fact("count", found);
    if rows.iter().any(|(_, row)| chains.is_critical(row.item)) {
        let name = |node: &ChainNode| node.name(board, &world.roadmap.repo);
        page.line(format!("The longest chain: {}", longest(&chains.longest(), name)));
    }
    let has_chains = !chains.longest().is_empty();
    let has_due = rows.iter().any(|(_, row)| row.item.due.is_some());
    let mut shown = context.format.shown(columns());
    shown.retain(|(column, _)| (*column != CHAIN || has_chains) && (*column != DUE || has_due));
    divide(&mut page, &shown, rows, context.format);
    page
}

/// How many items are listed: `6 items`, or `6 rows, 5 items` where several rows have one issue.
fn counted(rows: &[(String, ListedItem<'_>)]) -> String {
    let (found, items) = (rows.len() as u64, count_once(rows.iter().map(|(_, row)| row.item)));
    let counted = words::count(items, "item", "items");
    if items == found { counted } else { format!("{found} rows, {counted}") }
}

/// Names the links of a chain in order; of a long one only both ends.
fn longest(chain: &[&ChainNode], name: impl Fn(&ChainNode) -> String) -> String {
    let named = |nodes: &[&ChainNode]| nodes.iter().map(|node| name(node)).collect::<Vec<_>>().join(", then ");
    match chain.len().checked_sub(2 * MOST_NAMES) {
        None | Some(0) => named(chain),
        Some(between) => {
            let (first, rest) = chain.split_at(MOST_NAMES);
            let (_, last) = rest.split_at(between);
            format!("{}, then {between} more, then {}", named(first), named(last))
        }
    }
}

/// The items that match, the best match first.
fn matching<'a>(filter: &Filter, world: &World, items: impl Iterator<Item = &'a ItemRow>) -> Vec<&'a ItemRow> {
    let items: Vec<_> = items.map(|item| (item, text_of(item))).collect();
    let candidates = items.iter().map(|(item, text)| Candidate {
        text,
        facts: (*item).into(),
        issues: &world.snapshot.issues,
        date: world.date,
    });
    let found = select(filter, &candidates);
    found.into_iter().filter_map(|at| items.get(at)).map(|(item, _)| *item).collect()
}

/// Adds one table, or for people one per group, in the order of their first items.
fn divide<'a>(
    page: &mut Page,
    shown: &[(Column, CellOf<ListedItem<'a>>)],
    rows: Vec<(String, ListedItem<'a>)>,
    format: Format,
) {
    let groups = grouped(rows);
    if matches!(format, Format::Json | Format::Csv) || groups.is_empty() {
        let rows = groups.into_iter().flat_map(|(_, rows)| rows);
        return page.table(Table::of("items", rows, shown));
    }
    for (group, rows) in groups {
        if !group.is_empty() {
            page.title(format!("{group} ({})", rows.len()));
        }
        page.table(Table::of("items", rows, shown));
    }
}

impl ListedItem<'_> {
    fn whole(&self) -> Option<Progress> {
        self.item.inner.as_ref().and_then(Inner::whole)
    }

    /// What the item unblocks and waits for.
    fn chain(&self) -> Cell {
        let (waits, unblocks) = (self.chains.waits_for(self.item), self.chains.unblocks(self.item));
        let named = |nodes: &[&ChainNode]| {
            let shown = nodes.iter().take(MOST_NAMES).map(|node| node.name(self.board, &self.world.roadmap.repo));
            let shown = shown.collect::<Vec<_>>().join(", ");
            match nodes.len().saturating_sub(MOST_NAMES) {
                0 => shown,
                more => format!("{shown} and {more} more"),
            }
        };
        let mut parts = Vec::new();
        if !unblocks.is_empty() {
            parts.push(format!("unblocks {}", named(&unblocks)));
        }
        if !waits.is_empty() {
            parts.push(format!("waits for {}", named(&waits)));
        }
        let mark = if self.chains.is_critical(self.item) { "◆ " } else { "" };
        Cell::new(format!("{mark}{}", parts.join(", ")))
    }
}

/// The full names of an item's neighbours in a chain.
fn named(nodes: &[&ChainNode]) -> Cell {
    let full = |node: &&ChainNode| match node {
        ChainNode::Item(project, key) => item_name(project, key),
        ChainNode::Issue(issue) => issue.to_string(),
    };
    Cell::data(json::list(nodes.iter().map(|node| json::text(full(node)))))
}

/// The state: mark and word for people, the word for pipes.
pub(super) fn state(item: &ItemRow) -> Cell {
    Cell::of(words::marked(item.state), item.state.word()).exact(words::state(item.state)).tone(state_tone(item.state))
}

/// The issue of an item, linked to its page.
pub(super) fn issue(item: &ItemRow, world: &World) -> Cell {
    short(item, world).json(item.issue.as_ref().map(ToString::to_string))
}

/// The issue of an item for people, linked to its page.
fn short(item: &ItemRow, world: &World) -> Cell {
    item.issue
        .as_ref()
        .map_or_else(Cell::none, |issue| Cell::new(issue.short(&world.roadmap.repo)).link(Some(issue.url(&world.web))))
}

/// The assignees of an item, for people also who claimed it.
pub(super) fn people(item: &ItemRow) -> Cell {
    let json = json::texts(&item.assignees);
    if item.people().is_empty() {
        return Cell::none().json(json);
    }
    Cell::of(words::people(item.people()), json)
}

/// Who claimed an item.
pub(super) fn claimed_by(item: &ItemRow) -> Cell {
    Cell::data(json::texts(item.claimed_by()))
}

fn freedom(item: &ItemRow, world: &World) -> Cell {
    let tone = if item.freedom == Freedom::Free { Tone::Good } else { Tone::Plain };
    Cell::new(words::freedom_short(item)).exact(words::freedom(item, &world.roadmap.repo)).tone(tone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::FilterKey;

    #[test]
    fn the_help_lists_every_value_of_is_and_no() {
        let has = |word: &String| HELP.split_whitespace().any(|own| own == word);
        let of = |key: FilterKey, name: &str| {
            key.fixed_values().into_iter().map(|value| format!("{name}:{value}")).collect::<Vec<_>>()
        };
        let words = [of(FilterKey::Is, "is"), of(FilterKey::No, "no")].into_iter().flatten();
        assert_eq!(words.filter(|word| !has(word)).collect::<Vec<_>>(), Vec::<String>::new());
    }
}
