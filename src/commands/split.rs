//! `offramp split`: drafts sub-issues for a large piece of work, as Markdown or data. Nothing is sent anywhere.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use super::reference::{self, ResolvedRef};
use super::{Context, Exit, Failure, checkout_facts, complete};
use crate::domain::board::item_boxes::ItemBoxes;
use crate::domain::board::notes;
use crate::domain::boxes::{BoxKind, BoxState};
use crate::domain::{
    Board, CounterId, Freedom, Issue, IssueRef, ItemKey, ItemRow, Owner, ProjectId, ProjectRow, Request, Task, World,
};
use crate::insight::umbrella;
use crate::report::{Cell, Column, Format, Page, Table, json, markdown};
use crate::words;

/// The arguments of `split`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = reference::HELP)]
pub struct SplitArgs {
    /// What to split: a project (its items without an issue, and the open tasks of its issue that no item covers), an item or
    /// issue (its open tasks), or a counter (what is left of it in each repository, where the settings name a checkout)
    #[arg(value_name = "REF", add = complete::names(complete::REFERENCES))]
    pub reference: String,
}

/// Runs the command.
pub fn run(context: &Context, args: &SplitArgs) -> Result<Exit, Failure> {
    let world = context.world()?;
    let board = world.board();
    let drafts = match reference::find(context, &world, &board, &args.reference)? {
        ResolvedRef::Project(row) => of_project(context, row, &world, &board)?,
        ResolvedRef::Item(item) => match countable(context, item, &world, &board) {
            Some(counter) => of_counter(context, &world, counter, Some(item))?,
            None => of_item(item, &world),
        },
        ResolvedRef::Issue(id, items) => of_issue(&id, &items, &world, &board)?,
        ResolvedRef::Counter(counter) => {
            let measured = umbrella::measured(&world.roadmap, &world.snapshot, &board);
            let mut items = board.items().chain(measured.iter().map(|work| &work.row));
            of_counter(context, &world, &counter.id, items.find(|item| board.counter_of(item) == Some(&counter.id)))?
        }
    };
    if drafts.is_empty() {
        context.note("nothing to split: no free task, and no free item without an issue");
    }
    match context.format {
        Format::Json | Format::Csv => context.show(&data(context, &world, &drafts)),
        Format::Table | Format::Plain | Format::Md | Format::Github => {
            let texts: Vec<_> = drafts.iter().map(IssueDraft::text).collect();
            context.print_page(&texts.join("\n---\n\n"))
        }
    }
}

fn data(context: &Context, world: &World, drafts: &[IssueDraft]) -> Page {
    let mut page = context.page("offramp/split/1", world);
    page.table(Table::of(
        "drafts",
        drafts,
        &[
            (Column::data("title"), |draft| Cell::data(draft.title.as_str())),
            (Column::data("parent"), |draft| Cell::data(json::maybe(draft.parent.as_ref()))),
            (Column::data("part_of"), |draft| Cell::data(draft.of.as_str())),
            (Column::data("owner"), |draft| Cell::data(json::texts(&draft.owner))),
            (Column::data("body"), |draft| Cell::data(draft.body.as_str())),
            (Column::data("ask"), |draft| Cell::data(draft.ask.as_deref())),
        ],
    ));
    page
}

/// The counter of an item, if the settings name a checkout for it.
fn countable<'i>(context: &Context, item: &'i ItemRow, world: &World, board: &'i Board) -> Option<&'i CounterId> {
    board.counter_of(item).filter(|counter| checkout_facts::has_checkout_of(context, world, counter))
}

/// The issue that tracks a project.
fn issue_of<'w>(project: &ProjectId, world: &'w World) -> Option<&'w IssueRef> {
    let issues = &world.roadmap.project(project.as_str())?.issues;
    issues.first().map(|id| world.snapshot.current_id(id))
}

/// Drafts for the items of a project without an issue, and for the boxes of its issue that no item covers.
fn of_project(context: &Context, row: &ProjectRow, world: &World, board: &Board) -> Result<Vec<IssueDraft>, Failure> {
    let measured = umbrella::measured(&world.roadmap, &world.snapshot, board);
    let measured = measured.iter().map(|work| &work.row).filter(|item| item.project == row.id && item.is_left());
    if let Some(only) = row.items.first().filter(|only| only.place.is_none())
        && let Some(counter) = countable(context, only, world, board)
    {
        return of_counter(context, world, counter, Some(only));
    }
    let parent = issue_of(&row.id, world);
    let mut drafts = Vec::new();
    for item in without_issue(&row.id, &row.items, world).into_iter().chain(measured) {
        match countable(context, item, world, board) {
            Some(counter) => drafts.extend(of_counter(context, world, counter, Some(item))?),
            None => drafts.push(IssueDraft::of_item(item, parent, world)),
        }
    }
    let Some(issue) = parent.and_then(|id| world.snapshot.issue(id)) else { return Ok(drafts) };
    let uncovered = umbrella::uncovered(&world.roadmap, &world.snapshot, board);
    let boxes = uncovered.iter().find(|own| own.row.project == row.id && own.row.issue.as_ref() == Some(&issue.id));
    // If the issue is itself an item, as in a project without items, all its boxes are work.
    let is_item = board.items().any(|item| item.issue.as_ref() == Some(&issue.id));
    let fits = |at| is_item || boxes.is_some_and(|own| own.tasks.contains(&at));
    drafts.extend(of_tasks(issue, &row.owner, world, fits));
    Ok(drafts)
}

/// Drafts for the open tasks of an issue.
fn of_issue(id: &IssueRef, items: &[&ItemRow], world: &World, board: &Board) -> Result<Vec<IssueDraft>, Failure> {
    let Some(issue) = world.snapshot.current_issue(id) else {
        let name = id.short(&world.roadmap.repo);
        return Err(Failure::failed(format!("the tasks of {name} are not known")).hint("`offramp sync` fetches it"));
    };
    let of_item = items.first().map(|item| Arc::clone(&item.owner));
    let project = || reference::tracked(world, &issue.id).next();
    let of_project = || board.project(&project()?.id).map(|row| Arc::clone(&row.owner));
    let owner = of_item.or_else(of_project).unwrap_or_default();
    Ok(of_tasks(issue, &owner, world, |_| true))
}

fn of_item(item: &ItemRow, world: &World) -> Vec<IssueDraft> {
    if let Some(issue) = item.issue.as_ref().and_then(|id| world.snapshot.issue(id)) {
        return of_tasks(issue, &item.owner, world, |_| true);
    }
    let own = without_issue(&item.project, std::slice::from_ref(item), world).into_iter();
    own.map(|item| IssueDraft::of_item(item, None, world)).collect()
}

/// The items that are left and have no issue, except those that are taken or whose box in the project's issue or an umbrella is
/// claimed, ticked or struck.
fn without_issue<'i>(project: &ProjectId, items: &'i [ItemRow], world: &World) -> Vec<&'i ItemRow> {
    let at = world.at(world.date);
    let boxes = world.roadmap.project(project.as_str()).zip(ItemBoxes::of(&at));
    let boxes = boxes.into_iter().flat_map(|(own, boxes)| own.items.iter().zip(boxes.of_project(own)));
    let busy = boxes.filter(|(_, own)| own.as_ref().is_some_and(|own| own.freedom(&at) != Freedom::Free));
    let busy: HashSet<&ItemKey> = busy.map(|(item, _)| &item.key).collect();
    let is_open = |item: &&ItemRow| item.is_left() && item.issue.is_none() && item.freedom != Freedom::Taken;
    items.iter().filter(is_open).filter(|item| !busy.contains(&item.key)).collect()
}

/// Drafts for the tasks at places that `fits` accepts. One that links an issue or has tasks below it is split already, and
/// one that is claimed must not be offered.
fn of_tasks(issue: &Issue, owner: &Owner, world: &World, fits: impl Fn(usize) -> bool) -> Vec<IssueDraft> {
    let open = world.at(world.date).open_boxes(issue).into_iter();
    let open = open.filter(|(place, task, _)| fits(*place) && task.issues.is_empty());
    let open = open.filter(|(.., state)| state.is_free() || state.kind == BoxKind::Unchecked);
    let part = DraftOrigin { parent: Some(&issue.id), of: &issue.title, owner };
    let draft = |task: &Task, state: &BoxState| {
        let ask = ask_first(issue, state.kind == BoxKind::Unchecked, world);
        IssueDraft { ask, ..IssueDraft::new(&task.text, "", &part, world) }
    };
    open.map(|(_, task, state)| draft(task, &state)).collect()
}

/// Why to ask before an open task of an issue is taken: its assignees have it, the issue waits, or its claims were not checked.
fn ask_first(issue: &Issue, is_unchecked: bool, world: &World) -> Option<String> {
    let home = &world.roadmap.repo;
    let name = issue.id.short(home);
    let held =
        (!issue.assignees.is_empty()).then(|| format!("{name} is assigned to {}", words::people(&issue.assignees)));
    let note = notes::of_issue(&world.at(world.date), issue);
    let note = note.map(|note| format!("{name}: {}", words::issue_note(&note, home)));
    let unchecked = is_unchecked.then(|| "claims not checked".to_owned());
    let why: Vec<_> = held.into_iter().chain(note).chain(unchecked).collect();
    (!why.is_empty()).then(|| why.join("; "))
}

/// Drafts for what is left of a counter, one per repository or folder.
fn of_counter(
    context: &Context,
    world: &World,
    counter: &CounterId,
    item: Option<&ItemRow>,
) -> Result<Vec<IssueDraft>, Failure> {
    let rows = checkout_facts::left_by_repo(context, world, counter)?;
    let owner = item.map(|item| Arc::clone(&item.owner)).unwrap_or_default();
    let (title, of) = item.map_or((counter.as_str(), counter.as_str()), |item| (&item.title, item.project.as_str()));
    let parent = item.and_then(|item| item.issue.as_ref().or_else(|| issue_of(&item.project, world)));
    let part = DraftOrigin { parent, of, owner: &owner };
    Ok(rows
        .iter()
        .flat_map(|rows| &rows.left)
        .map(|rows| IssueDraft::new(&rows.title(title), &format!("What to do:\n\n{}\n", rows.tasks), &part, world))
        .collect())
}

/// Why to ask before an item is taken.
fn ask_about(item: &ItemRow, world: &World) -> Option<String> {
    match item.freedom {
        Freedom::MaybeFree(why) => Some(words::doubt(item, why, &world.roadmap.repo)),
        Freedom::ClaimsUnchecked => Some("claims not checked".to_owned()),
        Freedom::Free | Freedom::Taken | Freedom::Blocked | Freedom::Unclear | Freedom::Unchecked | Freedom::Ended => {
            None
        }
    }
}

/// The context of a draft: its parent, or its project.
struct DraftOrigin<'a> {
    parent: Option<&'a IssueRef>,
    of: &'a str,
    owner: &'a Owner,
}

/// A draft of an issue.
struct IssueDraft {
    title: String,
    parent: Option<IssueRef>,
    /// The project, counter or issue that it is part of.
    of: String,
    owner: Vec<String>,
    /// In Markdown, with the commands for Prow.
    body: String,
    /// Why to ask before it is taken.
    ask: Option<String>,
}

impl IssueDraft {
    fn of_item(item: &ItemRow, parent: Option<&IssueRef>, world: &World) -> Self {
        let waits = item.blocked_by.iter().map(|it| markdown::escape(&words::target(it, &world.roadmap.repo)));
        let waits = waits.collect::<Vec<_>>().join(", ");
        let waits = if waits.is_empty() { waits } else { format!("Waits for: {waits}\n\n") };
        let part = DraftOrigin { parent, of: item.project.as_str(), owner: &item.owner };
        Self { ask: ask_about(item, world), ..Self::new(&item.title, &waits, &part, world) }
    }

    /// `work` is what there is to do or to wait for, in Markdown.
    fn new(title: &str, work: &str, part: &DraftOrigin<'_>, world: &World) -> Self {
        let owner = part.owner.names.iter().map(|name| name.as_str().to_owned()).collect();
        let body = body(work, part, world);
        Self { title: title.to_owned(), parent: part.parent.cloned(), of: part.of.to_owned(), owner, body, ask: None }
    }

    fn text(&self) -> String {
        // A comment in Markdown: it is for the reader of the draft, not for the issue.
        let ask = self.ask.as_ref().map(|why| format!("<!-- Ask first: {}. -->\n\n", why.replace("--", "- -")));
        let ask = ask.unwrap_or_default();
        format!("{ask}# {}\n\n{}", markdown::escape(&self.title), self.body)
    }
}

fn body(work: &str, part: &DraftOrigin<'_>, world: &World) -> String {
    let link = part.parent.map(|parent| format!(": {}", parent.url(&world.web))).unwrap_or_default();
    let mut text = format!("Part of {}{link}\n\n{work}", markdown::escape(part.of));
    if !part.owner.names.is_empty() {
        let _ = writeln!(text, "Whom to ask: {}\n", markdown::escape(&words::owner(part.owner, &world.roadmap.groups)));
    }
    // Prow reads commands from the first column of a line.
    let requests = part.owner.groups().map(Request::Group).chain([Request::Help]);
    text.extend(requests.map(|request| world.roadmap.conventions.comment(request)));
    text
}
