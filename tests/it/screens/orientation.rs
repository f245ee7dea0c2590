//! Orientation: position, sort mark, recent moves, refused keys, small screens.

use offramp::domain::{TaskState, Text};

use super::*;

fn second_line(screen: &Screen) -> String {
    screen.text().lines().nth(1).unwrap().to_owned()
}

#[test]
fn the_position_and_the_sorted_column_are_marked() {
    let mut screen = Screen::new(120, 40);
    assert!(second_line(&screen).ends_with("1/3"), "{}", screen.text());
    screen.keys("j");
    assert!(second_line(&screen).ends_with("2/3"));
    screen.keys(":sort left\n");
    screen.shows(["LEFT▲"]);
    screen.keys("S");
    screen.shows(["LEFT▼"]);
}

#[test]
fn the_position_is_shown_on_the_narrowest_screen() {
    for count in [12, 1_234, 123_456] {
        let mut screen = Screen::new(60, 15).after("2");
        let row = screen.model.list.rows[1].clone();
        screen.model.list.rows = vec![row; count];
        screen.draw();
        assert!(second_line(&screen).ends_with(&format!(" 2/{count}")), "{}", screen.text());
        second_line(&screen).shows(["2 Work"]);
    }
}

#[test]
fn the_cursor_is_on_the_selected_row() {
    let mut screen = Screen::new(80, 24);
    let before = screen.model.frame.selected.unwrap();
    screen.keys("j");
    let after = screen.model.frame.selected.unwrap();
    assert_eq!((after.x, after.y), (before.x, before.y + 1));
    assert!(screen.text().lines().nth(usize::from(after.y)).unwrap().contains("k8s-gubernator"));
}

#[test]
fn titles_are_legible_on_the_smallest_screen() {
    let mut world = world();
    let items = &mut world.roadmap.projects[0].items;
    items[0].title = Some("Switch the registry off".to_owned());
    items[0].blocked_by = vec![offramp::domain::Target::Issue(issue(787, "", IssueState::Open).id)];
    items[0].issue = IssueRef::parse("kubernetes-sigs/release-utils#1234", &world.roadmap.repo);
    let screen = Screen::of(world, 60, 15).after("2");
    let text = screen.text();
    assert!(text.lines().take(8).any(|line| line.contains("Switch the registry")), "{text}");
}

#[test]
fn a_long_heading_keeps_its_count_and_a_long_hint_wraps() {
    let mut world = world();
    world.roadmap.projects[1].title = Some("All that the old project still holds ".repeat(4));
    let mut screen = Screen::of(world, 80, 24).after("2");
    assert!(screen.text().lines().any(|line| line.contains("still h") && line.ends_with("…  2")), "{}", screen.text());
    screen.keys("/owner:2\n");
    let text = screen.text();
    let (_, hint) = text.split_once("nothing matches owner:2").unwrap();
    hint.shows(["unknown owner `2`", "and 23 more"]);
}

#[test]
fn a_group_heading_scrolled_out_of_view_is_repeated() {
    let mut screen = Screen::new(80, 15).after("2p");
    screen.send(Msg::Act(offramp::tui::input::keymap::Action::Move(offramp::tui::input::keymap::Motion::Last)));
    let text = screen.text();
    assert!(screen.model.list.rows.len() < 9 || text.contains("continued"), "{text}");
}

#[test]
fn below_the_minimum_size_only_quit_works() {
    let mut screen = Screen::new(40, 10);
    for keys in ["2", "x", "3", "\n", "\n", ":", "w", "r"] {
        assert_eq!(screen.keys(keys), None, "{keys}");
    }
    assert!(screen.model.popup.is_none() && screen.model.prompt.is_none());
    assert_eq!(screen.model.view.spec().title, "Projects");
    assert_eq!(screen.keys("q"), Some(Effect::Quit));
}

#[test]
fn u_shows_only_unowned_rows_and_esc_shows_all() {
    let mut screen = Screen::new(120, 40).after("u");
    let header = |screen: &Screen| screen.text().lines().nth(2).unwrap().trim().to_owned();
    assert!(header(&screen).starts_with("without a settled owner"), "{}", header(&screen));
    assert!(header(&screen).ends_with("Esc shows all"), "{}", header(&screen));
    screen.keys("5");
    assert!(header(&screen).contains("items left"), "a series has no owner: {}", header(&screen));
    screen.keys("1");
    assert!(header(&screen).starts_with("without a settled owner"), "{}", header(&screen));
    screen.keys("\u{1b}");
    header(&screen).shows(["items left"]);
}

#[test]
fn a_page_offers_no_key_that_does_nothing() {
    let mut screen = Screen::new(120, 40).after("5\n");
    let footer = |screen: &Screen| screen.text().lines().last().unwrap().to_owned();
    for key in ["Enter open", "b group"] {
        assert!(!footer(&screen).contains(key), "nothing to group or open: {}", footer(&screen));
    }
    screen.keys("\n");
    screen.message().shows(["there is nothing to open here"]);
}

#[test]
fn a_disabled_key_says_why_and_is_not_offered() {
    for (view, key, why) in [
        ("3", "s", "sorted by usefulness"),
        ("4", "c", "done or dropped"),
        ("5", "b", "not grouped"),
        ("5", "u", "no owner"),
        ("1", "a", "fixes a finding"),
        ("1", ".", "already"),
    ] {
        let mut screen = Screen::new(120, 40).after(view);
        screen.keys(key);
        let said = screen.message().to_owned();
        assert!(!said.is_empty() && said.contains(why), "{view}{key}: {said}");
    }
    let mut screen = Screen::new(200, 50).after("5");
    screen.text().lines().last().unwrap().hides([" now "]);
    screen.keys("<");
    screen.keys("k");
    screen.text().lines().last().unwrap().shows([" now "]);
}

#[test]
fn commands_take_values_and_refuse_wrong_ones() {
    let mut screen = Screen::new(100, 24);
    let written = screen.keys(":write notes.md\n");
    let Some(Effect::Ask(Question::Brief { file, .. })) = written else { panic!("nothing was written") };
    assert_eq!(file.as_deref(), Some("notes.md"));
    screen.keys("2:group sig\n");
    screen.shows(["SIG Testing"]);
    screen.keys(":filter state:started\n");
    assert_eq!(screen.model.list.filter, "state:started");
    screen.keys(":quit now\n");
    screen.message().shows(["takes no value"]);
    screen.keys(":group moon\n");
    screen.message().shows(["not a grouping"]);
}

#[test]
fn alt_combinations_do_nothing_and_control_l_redraws() {
    let mut screen = Screen::new(80, 24);
    for code in [KeyCode::Char('q'), KeyCode::Char('2'), KeyCode::Left, KeyCode::Enter] {
        assert_eq!(screen.send(Msg::Key(KeyEvent::new(code, KeyModifiers::ALT))), None);
    }
    assert_eq!(screen.model.view.spec().title, "Projects");
    let redraw = Msg::Key(KeyEvent::new(KeyCode::Char('l'), KeyModifiers::CONTROL));
    assert_eq!(screen.send(redraw), Some(Effect::Redraw));
}

#[test]
fn todays_board_follows_the_clock_and_a_chosen_day_stays() {
    let mut screen = Screen::new(80, 24);
    let midnight = Timestamp::parse("2020-12-11T00:00:05Z").unwrap();
    screen.send(Msg::Clock(midnight, day("2020-12-11")));
    assert_eq!((screen.model.now, screen.model.world.date), (day("2020-12-11"), day("2020-12-11")));
    screen.keys("<");
    let chosen = screen.model.world.date;
    screen.send(Msg::Clock(Timestamp(midnight.0 + 86_400), day("2020-12-12")));
    assert_eq!((screen.model.now, screen.model.world.date), (day("2020-12-12"), chosen));
}

#[test]
fn a_day_given_by_as_of_stays() {
    let mut screen = Screen::new(80, 24);
    screen.model.has_day = true;
    let shown = screen.model.world.date;
    screen.send(Msg::Clock(Timestamp::parse("2021-12-11T00:00:05Z").unwrap(), day("2021-12-11")));
    assert_eq!((screen.model.now, screen.model.world.date), (shown, shown));
}

#[test]
fn setting_the_current_state_changes_nothing() {
    let mut screen = Screen::new(80, 24).after("2x");
    assert_eq!(screen.keys("\n"), None);
    screen.message().shows(["already"]);
}

#[test]
fn recent_moves_and_the_last_year_show_if_there_is_room() {
    let mut screen = Screen::new(120, 40);
    assert!(screen.text().contains("LAST YEAR") && !screen.text().contains("SINCE"), "{}", screen.text());
    screen = Screen::new(80, 24);
    screen.hides(["LAST YEAR"]);
    screen.keys("M");
    screen.message().shows(["nothing that was migrated"]);
}

#[test]
fn views_at_200_columns() {
    for (name, keys) in [("free", "3"), ("changes", "4"), ("trend", "5"), ("check", "6")] {
        shown(name, 200, 50, keys);
    }
}

/// Boxes of an issue: one is claimed, one may be, one is free.
fn world_with_boxes() -> World {
    use offramp::domain::{Comment, FactKind, FactState};
    let mut with_boxes = with_boxes(["pkg/alpha", "pkg/beta", "pkg/gamma"]);
    let issue = with_boxes.snapshot.issues.get_mut(&id(787)).unwrap();
    let at = Timestamp::start_of("2020-12-01".parse().unwrap());
    let said = |by: &str, text: &str| Comment { at, by: Some(Text::new(by)), text: text.into() };
    issue.timeline.comments = vec![said("ann", "I'll take pkg/alpha"), said("bob", "pkg/beta looks odd on Windows")];
    issue.fetch_states.set(FactKind::Timeline, FactState::Known { at });
    with_boxes
}

#[test]
fn a_box_in_free_names_its_issue_and_is_filtered_by_its_own_state() {
    let screen = Screen::of(world_with_boxes(), 120, 40).after("3/pkg/gamma\n");
    screen.shows(["Part of: Migrate kettle"]);
    let rows = |filter: &str| {
        let mut screen = Screen::of(world_with_boxes(), 120, 40);
        screen.keys(&format!("3/pkg {filter}\n"));
        let text = screen.text();
        ["pkg/alpha", "pkg/beta", "pkg/gamma"].map(|own| {
            text.lines().any(|line| line.starts_with([' ', '▌']) && line.contains("787") && line.contains(own))
        })
    };
    assert_eq!(rows("is:free"), [false, false, true]);
    assert_eq!(rows("is:maybe-free"), [false, true, false]);
    assert_eq!(rows("is:taken"), [true, false, false]);
}

/// A box that a remark names is not counted as free.
#[test]
fn maybe_free_boxes_are_counted_separately() {
    let with_boxes = world_with_boxes();
    for width in [80, 200] {
        let screen = Screen::of(with_boxes.clone(), width, 40).after(":show #787\n");
        screen.shows(["OPEN BOXES  1 claimed · 1 maybe free · 1 free"]);
        screen.shows(["[ ] pkg/alpha  claimed: @ann since 2020-12-01"]);
    }
}

#[test]
fn each_open_box_has_a_state() {
    let tasks = vec![task("Move the bucket", TaskState::Open), task("Write it down", TaskState::Done)];
    let screen = Screen::of(with_kettle(|issue| issue.tasks = tasks), 100, 40).after(":show #787\n");
    screen.shows(["OPEN BOXES  1 ", "[ ] Move the bucket"]);
    screen.hides(["[ ] Write it down"]);
}

const ACCOUNTS: &str = "\
version: 1
repo: kubernetes/k8s.io
accounts:
  - id: aws
    name: AWS credit
    currency: USD
    credit: 60000
    end: 2021-01-31
    readings:
      - {date: 2020-09-01, spent: 10000}
      - {date: 2020-12-01, spent: 22000}
projects:
  - id: k8s-moved
    items: [{title: Move it, saves: 500, account: aws}]
";

#[test]
fn the_accounts_page_shows_burn_outlook_and_savings() {
    for keys in ["$", ":spend\n", ":accounts\n"] {
        Screen::of(of_roadmap(ACCOUNTS), 80, 24).after(keys).shows([
            "AWS credit: credit of $60,000",
            "36 % used",
            "$22,000 of the credit of $60,000 used on 2020-12-01",
            "$38,000",
            "over 3",
            "by 2021-01-31",
            "expires unused on 2021-01-31",
            "k8s-moved: $500 a month of AWS credit, when it is done",
        ]);
    }
    let mut screen = Screen::of(of_roadmap(ACCOUNTS), 80, 24).after("6/will not be used\ni");
    assert_eq!(screen.message(), "this is not about a project or an issue");
    screen.keys("o");
    screen.message().hides(["adds one"]);
    let screen = Screen::new(80, 24).after("$");
    screen.message().shows(["no `accounts`"]);
}

#[test]
fn free_shows_the_state_of_each_box_with_claimant_and_age() {
    let boxes = with_boxes(["Move the bucket", "Move the names (@ana)", "Move the jobs", "Write it down"]);
    let screen = Screen::of(boxes, 140, 40).after("3");
    let text = screen.text();
    let is_row = |line: &&str, wanted: &str| line.contains("#787") && line.contains(wanted);
    let line = |wanted: &str| text.lines().find(|line| is_row(line, wanted)).unwrap_or_default().to_owned();
    assert!(line("Move the bucket").contains("free"), "{text}");
    assert!(line("Move the names").contains("claimed") && line("Move the names").contains("@ana"), "{text}");
    text.shows(["Not free: boxes and claimed issues  1"]);
}

/// `next` lists it, too.
#[test]
fn free_shows_who_claimed_an_issue_as_a_whole() {
    use offramp::domain::Pull;
    let pull = Pull { id: id(99), is_open: true, author: Some(Text::new("ana")), by_list: false };
    let claimed = with_kettle(|issue| (issue.assignees, issue.pulls) = (Vec::new(), Some(vec![pull])));
    let screen = Screen::of(claimed, 140, 40).after("3/ana\n");
    screen.shows(["Not free: boxes and claimed issues  1", "#787  in review", "│ @ana"]);
}

#[test]
fn a_wider_screen_keeps_all_columns_of_a_narrower_one() {
    for (width, height) in [(110, 24), (115, 24), (120, 24), (130, 24), (139, 24), (140, 40), (200, 50)] {
        let text = Screen::of(example_world(), width, height).text();
        assert!(text.contains("OWNER") && text.contains("ITEMS LEFT") && text.contains("SINCE"), "{width}: {text}");
    }
    Screen::of(example_world(), 140, 24).shows(["OWNER", "STATE"]);
}

#[test]
fn check_names_the_day_of_the_issues() {
    let screen = Screen::of(example_world(), 120, 24).after("6");
    let newest = screen.model.world.newest();
    let heading = format!("Where roadmap and issues disagree; compared with what was known on {newest}");
    screen.shows([&heading]);
}
