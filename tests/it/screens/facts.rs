//! Facts that a sync hands out while it runs.

use offramp::domain::{Issue, Snapshot, Timestamp, World};
use offramp::tui::model::{Effect, Fetch, Id, Msg, Question, Sync};

use super::{Screen, day, world};

/// The world's issues, each changed.
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

/// The world as a cache gives it: the bodies stay on disk.
fn cached() -> World {
    World { snapshot: facts(|issue| issue.body.clear()), ..world() }
}

fn shows(screen: &Screen, text: &str) {
    assert!(screen.text().contains(text), "{}", screen.text());
}

#[test]
fn facts_of_a_running_sync_change_rows_and_keep_the_selection() {
    let mut screen = Screen::new(100, 24);
    screen.keys("2jj");
    assert_eq!(screen.keys("r"), Some(Effect::Sync(Fetch::Changed)));
    screen.send(Msg::Progress(1, 3));
    let (selected, rows) = (screen.selected(), screen.model.list().rows.len());
    screen.send(Msg::Facts(Box::new(facts(|issue| issue.title = format!("Renamed {}", issue.id.number)))));
    shows(&screen, "Renamed 787");
    assert_eq!((screen.selected(), screen.model.list().rows.len()), (selected, rows));
    assert_eq!(screen.model.sync, Sync::Running(1, 3));
}

#[test]
fn facts_of_a_running_sync_keep_page_and_date() {
    let mut screen = Screen::new(100, 24);
    screen.keys("<j\n");
    let pages = screen.model.pages.clone();
    assert_eq!(pages.len(), 1);
    screen.send(Msg::Facts(Box::new(facts(|issue| issue.title = "Renamed".into()))));
    assert_eq!((screen.model.pages.clone(), screen.model.world.date), (pages, day("2020-11-10")));
    screen.keys(".");
    assert_eq!(screen.model.world.date, day("2020-12-10"));
}

#[test]
fn a_load_while_a_sync_runs_takes_no_facts_away() {
    let mut screen = Screen::new(100, 24);
    screen.keys("2");
    screen.send(Msg::Facts(Box::new(facts(|issue| issue.title = "Renamed".into()))));
    screen.send(Msg::Loaded(Ok(Box::new(cached()))));
    shows(&screen, "Renamed");
    // At its end the cache knows as much.
    screen.send(Msg::Synced(Ok("fetched".into())));
    screen.send(Msg::Loaded(Ok(Box::new(cached()))));
    shows(&screen, "Migrate kettle");
}

#[test]
fn a_text_that_came_with_the_facts_is_not_replaced_by_that_of_the_cache() {
    let mut screen = Screen::of(cached(), 100, 40);
    screen.keys("j\n");
    let Some(Effect::Ask(Question::Body(id))) = screen.keys("\n") else { panic!("no text was asked for") };
    screen.send(Msg::Facts(Box::new(facts(|issue| issue.body = "what came".into()))));
    screen.send(Msg::Body(id, "what the cache had".into()));
    shows(&screen, "what came");
}

#[test]
fn a_text_that_was_read_stays_unless_its_issue_changed() {
    let mut screen = Screen::of(cached(), 100, 40);
    screen.keys("j\n\n");
    let Some(Id::Issue(id)) = screen.model.pages.last().map(|page| page.of.clone()) else { panic!("no issue shows") };
    screen.send(Msg::Body(id.clone(), "what was read".into()));
    assert_eq!(screen.send(Msg::Facts(Box::new(facts(|issue| issue.body.clear())))), None);
    shows(&screen, "what was read");
    let changed = facts(|issue| (issue.body, issue.updated) = (String::new(), Some(Timestamp(1_607_000_000))));
    assert_eq!(screen.send(Msg::Facts(Box::new(changed))), Some(Effect::Ask(Question::Body(id))));
}

#[test]
fn enter_leads_from_the_page_of_a_duplicate_to_its_original() {
    let mut screen = Screen::new(100, 24);
    screen.keys("2jj");
    let original = world().snapshot.issues.iter().next_back().unwrap().id.clone();
    screen.send(Msg::Facts(Box::new(facts(|issue| {
        issue.duplicate_of = Some(original.clone()).filter(|id| *id != issue.id);
    }))));
    screen.keys("\n");
    shows(&screen, "Duplicate of");
    screen.keys("\n");
    assert_eq!(screen.model.pages.last().unwrap().of, Id::Issue(original));
    screen.keys("\u{1b}");
    shows(&screen, "Duplicate of");
}
