//! Facts that a running sync publishes.

use offramp::domain::{Issue, Snapshot, Timestamp, World};
use offramp::tui::model::{Effect, Fetch, Id, Msg, Question, Sync};

use super::{Screen, day, world};

/// Returns the world's issues, each changed.
fn facts(change: impl Fn(&mut Issue)) -> Snapshot {
    let Snapshot { fetched_at: taken, issues, missing, .. } = world().snapshot;
    let issues: Vec<Issue> = issues
        .into_iter()
        .map(|mut issue| {
            change(&mut issue);
            issue
        })
        .collect();
    Snapshot::new(taken, issues, missing)
}

/// Returns the world as loaded from the cache, which leaves the bodies on disk.
fn cached() -> World {
    World { snapshot: facts(|issue| issue.body.clear()), ..world() }
}

#[test]
fn a_running_sync_updates_rows_and_keeps_the_selection() {
    let mut screen = Screen::new(100, 24).after("2jj");
    assert_eq!(screen.keys("r"), Some(Effect::Sync(Fetch::Changed)));
    screen.send(Msg::Progress(1, 3));
    let (selected, rows) = (screen.selected(), screen.model.list.rows.len());
    screen.send(Msg::Facts(Box::new(facts(|issue| issue.title = format!("Renamed {}", issue.id.number)))));
    screen.shows(["Renamed 787"]);
    assert_eq!((screen.selected(), screen.model.list.rows.len()), (selected, rows));
    assert_eq!(screen.model.sync, Sync::Running(1, 3));
}

#[test]
fn a_running_sync_keeps_page_and_date() {
    let mut screen = Screen::new(100, 24).after("<j\n");
    let pages = screen.model.pages.clone();
    assert_eq!(pages.len(), 1);
    screen.send(Msg::Facts(Box::new(facts(|issue| issue.title = "Renamed".into()))));
    assert_eq!((screen.model.pages.clone(), screen.model.world.date), (pages, day("2020-11-10")));
    screen.keys(".");
    assert_eq!(screen.model.world.date, day("2020-12-10"));
}

#[test]
fn a_reload_during_a_sync_loses_no_facts() {
    let mut screen = Screen::new(100, 24).after("2");
    screen.send(Msg::Facts(Box::new(facts(|issue| issue.title = "Renamed".into()))));
    screen.send(Msg::Loaded(Ok(Box::new(cached()))));
    screen.shows(["Renamed"]);
    // At the end of the sync the cache has the same facts.
    screen.send(Msg::Synced(Ok("fetched".into())));
    screen.send(Msg::Loaded(Ok(Box::new(cached()))));
    screen.shows(["Migrate kettle"]);
}

#[test]
fn a_fetched_body_is_not_replaced_by_the_cached_one() {
    let mut screen = Screen::of(cached(), 100, 40).after("j\n");
    let Some(Effect::Ask(Question::Body(id))) = screen.keys("\n") else { panic!("no text was asked for") };
    screen.send(Msg::Facts(Box::new(facts(|issue| issue.body = "what came".into()))));
    screen.send(Msg::Body(id, "what the cache had".into()));
    screen.shows(["what came"]);
}

#[test]
fn a_loaded_body_stays_until_its_issue_changes() {
    let mut screen = Screen::of(cached(), 100, 40).after("j\n\n");
    let Some(Id::Issue(id)) = screen.model.pages.last().map(|page| page.of.clone()) else { panic!("no issue shows") };
    screen.send(Msg::Body(id.clone(), "what was read".into()));
    assert_eq!(screen.send(Msg::Facts(Box::new(facts(|issue| issue.body.clear())))), None);
    screen.shows(["what was read"]);
    let changed = facts(|issue| (issue.body, issue.updated) = (String::new(), Some(Timestamp(1_607_000_000))));
    assert_eq!(screen.send(Msg::Facts(Box::new(changed))), Some(Effect::Ask(Question::Body(id))));
}

#[test]
fn enter_on_a_duplicate_opens_its_original() {
    let mut screen = Screen::new(100, 24).after("2jj");
    let original = world().snapshot.issues.iter().next_back().unwrap().id.clone();
    screen.send(Msg::Facts(Box::new(facts(|issue| {
        issue.duplicate_of = Some(original.clone()).filter(|id| *id != issue.id);
    }))));
    screen.keys("\n");
    screen.shows(["Duplicate of"]);
    screen.keys("\n");
    assert_eq!(screen.model.pages.last().unwrap().of, Id::Issue(original));
    screen.keys("\u{1b}");
    screen.shows(["Duplicate of"]);
}
