//! The screens, drawn and operated without a terminal.

mod facts;
mod filter;
mod harness;
mod left;
mod names;
mod news;
mod orientation;
mod texts;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use offramp::domain::{Example, IssueRef, IssueState, Origin, ProjectId, Snapshot, Timestamp, World};
use offramp::tui::model::{
    EditRequest, Effect, Fetch, Id, IssuesLoaded, MeetingKept, Model, Msg, Popup, Question, Sync, View,
};
use offramp::tui::theme::Theme;
use offramp::tui::update::update;

use crate::program::Shows as _;
use harness::{
    ROADMAP, Screen, day, example_world, id, issue, of_roadmap, screen_keymap, task, with_boxes, with_kettle, world,
};

fn shown(name: &str, width: u16, height: u16, keys: &str) {
    let screen = Screen::new(width, height).after(keys);
    insta::assert_snapshot!(format!("screen_{name}_{width}x{height}"), screen.text());
}

#[test]
fn projects_at_all_widths() {
    for (width, height) in [(80, 24), (120, 40), (200, 50), (40, 10)] {
        shown("projects", width, height, "");
    }
}

#[test]
fn work_at_all_widths() {
    for (width, height) in [(80, 24), (120, 40), (200, 50), (40, 10)] {
        shown("work", width, height, "2");
    }
}

#[test]
fn free_at_two_widths() {
    shown("free", 80, 24, "3");
    shown("free", 120, 40, "3");
}

#[test]
fn changes_trend_and_check_at_two_widths() {
    for (name, key) in [("changes", "4"), ("trend", "5"), ("check", "6")] {
        shown(name, 80, 24, key);
        shown(name, 120, 40, key);
    }
}

#[test]
fn pages_and_windows() {
    shown("project_page", 80, 24, "j\n");
    shown("issue_page", 80, 24, "j\n\n");
    shown("why", 80, 24, "=");
    shown("whom", 80, 24, "i");
    shown("help", 80, 24, "?");
    shown("states", 80, 24, "2x");
}

#[test]
fn nothing_panics_at_any_size() {
    for (width, height) in
        [(0, 0), (1, 1), (59, 14), (60, 15), (61, 16), (99, 20), (100, 15), (139, 15), (140, 60), (300, 3)]
    {
        for keys in ["", "2", "3", "4", "5", "6", "\n", "\n\n", "?", "=", "i", "/zz", ":so", "2x"] {
            Screen::new(width, height).after(keys);
        }
    }
}

#[test]
fn ascii_screens_are_ascii() {
    let mut plain = world();
    plain.snapshot.issues = offramp::domain::Issues::default();
    let mut screen = Screen::of(plain, 120, 40);
    screen.theme = Theme { colour: false, ascii: true, light: false };
    for keys in
        ["1", "2", "3", "4", "5", "6", "?", "\u{1b}", "1=", "\u{1b}i", "\u{1b}\n", "\u{1b}$", "\u{1b}M", "\u{1b}2s\n"]
    {
        screen.keys(keys);
        let text = screen.text();
        assert!(text.is_ascii(), "{keys}: {}", text.chars().filter(|c| !c.is_ascii()).collect::<String>());
    }
}

#[test]
fn the_footer_always_offers_help() {
    let mut screen = Screen::new(80, 24);
    for keys in ["", "/sig:testing", "\n", ":", "\u{1b}", "y", "6", "\n"] {
        screen.keys(keys);
        let text = screen.text();
        assert!(text.lines().last().unwrap().ends_with("? help"), "{keys}\n{text}");
    }
}

#[test]
fn every_key_can_be_pressed_in_every_view() {
    let keymap = screen_keymap();
    for place in ["", "2", "3", "4", "5", "6", "\n", "j\n\n", "/k", ":s", "?", "=", "2x"] {
        for binding in keymap.bindings() {
            let mut screen = Screen::new(80, 24).after(place);
            screen.send(Msg::Act(binding.action));
        }
    }
}

#[test]
fn a_filter_is_live_and_escape_clears_it() {
    let mut screen = Screen::new(80, 24).after("/gub");
    assert_eq!(screen.model.list.count(), 1);
    screen.keys("\n");
    screen.shows(["filter gub"]);
    screen.keys("\u{1b}");
    assert_eq!(screen.model.list.count(), 3);
}

#[test]
fn a_faulty_filter_says_so_and_keeps_the_last_good_one() {
    let mut screen = Screen::new(120, 24).after("/is:fre");
    screen.shows(["is:fre"]);
    assert!(screen.model.list.filter_error.is_some());
    screen.keys("e");
    assert!(screen.model.list.filter_error.is_none());
}

#[test]
fn c_shows_completed_projects() {
    let mut screen = Screen::new(80, 24);
    screen.hides(["k8s-moved"]);
    screen.keys("c");
    screen.shows(["k8s-moved"]);
}

#[test]
fn selection_stays_on_its_id_when_rows_move() {
    let mut screen = Screen::new(80, 24).after("j");
    let before = screen.selected();
    let mut other = world();
    other.roadmap.projects.reverse();
    screen.send(Msg::Loaded(Ok(Box::new(other))));
    assert_eq!(screen.selected(), before);
    screen.keys("s");
    assert_eq!(screen.selected(), before);
}

#[test]
fn a_broken_roadmap_leaves_the_last_good_one() {
    let mut screen = Screen::new(80, 24);
    screen.send(Msg::Loaded(Err("error: r.yaml:3:1: unknown key `foo`\n3 | foo\n".into())));
    screen.shows(["k8s-gubernator", "unknown key `foo`"]);
    screen.keys("=");
    screen.shows(["3 | foo"]);
    screen.keys("\u{1b}");
    screen.send(Msg::Loaded(Ok(Box::new(world()))));
    screen.hides(["unknown key"]);
}

#[test]
fn check_waits_for_all_issues() {
    let mut screens = Screen::new(80, 24);
    screens.model.issues = IssuesLoaded::Linked;
    assert_eq!(screens.keys("6"), Some(Effect::Reload));
    screens.shows(["reading all issues"]);
    screens.send(Msg::Loaded(Ok(Box::new(world()))));
    assert!(!screens.text().contains("reading all issues") && screens.text().contains('#'), "{}", screens.text());
}

#[test]
fn the_date_moves_by_months_and_returns() {
    let mut screen = Screen::new(80, 24).after("<");
    assert_eq!(screen.model.world.date, day("2020-11-10"));
    screen.keys("<>");
    assert_eq!(screen.model.world.date, day("2020-11-10"));
    screen.keys(".");
    assert_eq!(screen.model.world.date, day("2020-12-10"));
    screen.keys(">");
    assert_eq!(screen.message(), "there is nothing later to show");
}

#[test]
fn links_are_copied_and_opened() {
    let mut screen = Screen::new(80, 24).after("j");
    let url = "https://github.com/kubernetes/k8s.io/issues/787";
    assert_eq!(screen.keys("o"), Some(Effect::Browse(url.into())));
    let Some(Effect::Copy(copied)) = screen.keys("y") else { panic!("nothing was copied") };
    assert_eq!(copied.text, url);
    let Some(Effect::Copy(copied)) = screen.keys("Y") else { panic!("nothing was copied") };
    copied.text.shows(["- [ ] [Migrate kettle"]);
    screen.keys("k");
    assert_eq!(screen.keys("y"), None);
    assert!(screen.message().starts_with("no issue is linked"));
}

#[test]
fn what_was_dropped_is_copied_as_struck_out() {
    let roadmap = "version: 1\nprojects: [{id: p, items: [{title: Gone, state: dropped}, {title: Moved, state: done}, {title: Left}]}]\n";
    let mut screen = Screen::of(of_roadmap(roadmap), 80, 24);
    let Some(Effect::Copy(copied)) = screen.keys("Y") else { panic!("nothing was copied") };
    copied.text.shows(["- [x] ~~Gone~~\n- [x] Moved\n"]);
}

#[test]
fn a_state_is_changed_after_its_diff_is_confirmed() {
    let mut screen = Screen::new(80, 24).after("2x");
    assert!(matches!(screen.model.popup, Some(Popup::States(..))));
    let Some(Effect::Ask(Question::Plan(edit, _))) = screen.keys("3\n") else { panic!("nothing was planned") };
    assert!(
        matches!(&edit, EditRequest::State(project, _, state) if project == &ProjectId::new("k8s-prow-build") && state.is_end())
    );
    screen.send(Msg::Planned(edit.clone(), Ok("-a\n+b\n".into())));
    screen.shows(["+b"]);
    let Some(Effect::Ask(Question::Apply(agreed, diff, _))) = screen.keys("y") else { panic!("nothing was applied") };
    assert_eq!((&agreed, diff.as_str()), (&edit, "-a\n+b\n"));
    screen.send(Msg::Planned(edit, Ok("-a\n+b\n".into())));
    assert_eq!(screen.keys("\u{1b}"), None);
    assert_eq!(screen.message(), "nothing was changed");
}

#[test]
fn the_example_is_not_edited() {
    let mut example = world();
    example.origin = Origin::Example(Example::Kubernetes);
    let mut screen = Screen::of(example, 80, 24);
    assert_eq!((screen.keys("e"), screen.message().contains("offramp init")), (None, true));
    screen.shows(["EXAMPLE as of 2020-12-10"]);
}

#[test]
fn commands_are_completed_and_run() {
    let mut screen = Screen::new(80, 24).after(":dat\t2020-11-30\n");
    assert_eq!(screen.model.world.date, day("2020-11-30"));
    screen.keys(":show #787\n");
    assert!(matches!(screen.model.pages.last().unwrap().of, Id::Issue(_)));
    assert_eq!(screen.keys(":quit\n"), Some(Effect::Quit));
    screen.keys(":nonsense\n");
    screen.message().shows(["no command"]);
}

#[test]
fn since_accepts_days_up_to_the_date_shown() {
    let mut screen = Screen::new(80, 24);
    let date = screen.model.world.date;
    screen.keys(":since 2020-12-10\n");
    assert_eq!((date, screen.model.since), (day("2020-12-10"), Some(date)));
    screen.keys(":since 2020-12-11\n");
    assert_eq!((screen.model.since, screen.message()), (Some(date), "2020-12-11 is after 2020-12-10"));
}

#[test]
fn show_of_an_unfetched_issue_opens_its_item_or_project() {
    let mut unfetched = World { snapshot: Snapshot::default(), ..world() };
    unfetched.roadmap.projects[1].issues = vec![issue(1308, "", IssueState::Open).id];
    let mut screen = Screen::of(unfetched, 80, 24).after(":show #787\n");
    assert!(
        matches!(&screen.model.pages.last().unwrap().of, Id::Item(project, _) if project.as_str() == "k8s-gubernator")
    );
    screen.keys(":show #1308\n");
    assert!(matches!(&screen.model.pages.last().unwrap().of, Id::Project(id) if id.as_str() == "k8s-gubernator"));
    screen.keys(":show #99999\n");
    screen.message().shows(["nothing is called `#99999`"]);
}

#[test]
fn escape_goes_back_and_never_quits() {
    let mut screen = Screen::new(80, 24).after("j\n\n");
    assert_eq!(screen.model.pages.len(), 2);
    for _ in 0..5 {
        assert_eq!(screen.keys("\u{1b}"), None);
    }
    assert!(screen.model.pages.is_empty());
}
