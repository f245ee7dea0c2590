//! Texts of the screens: nothing is cut without a way to read the rest, and every column and line has a name.

use offramp::domain::{Issue, Progress, Reading};
use offramp::tui::input::keymap::{Action, Key};
use offramp::tui::model::order::Sort;

use super::*;

#[test]
fn the_legend_names_the_lines_of_two_rules_by_shape() {
    for ascii in [false, true] {
        let mut screen = Screen::of(example_world(), 120, 40);
        screen.theme.ascii = ascii;
        screen.keys("5");
        let text = screen.text();
        text.shows([". done + scope by another rule"]);
        let (_, chart) = text.split_once("another rule").unwrap();
        chart.shows(["...."]);
    }
    Screen::of(example_world(), 60, 30).after("5").shows(["another rule"]);
}

#[test]
fn the_page_of_an_issue_begins_with_what_the_preview_shows() {
    let mut screen = Screen::of(example_world(), 80, 24).after("3");
    screen.shows(["Enter shows all"]);
    screen.keys("\n");
    let page = screen.text();
    for part in ["Owner:", "in the ranking:", "Reason", "· free"] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let tall = Screen::of(example_world(), 80, 50).after("3\n");
    assert_eq!(tall.text().matches("Owner").count(), 1, "{}", tall.text());
    // From another page there is no line of Free, and the item is still there.
    let mut screen = Screen::of(example_world(), 80, 40).after("/#1305\n\n");
    screen.keys("\n");
    assert!(screen.text().contains("Reason") && !screen.text().contains("ranking"), "{}", screen.text());
}

#[test]
fn an_issue_without_a_description_says_so() {
    let of = |body: &str| {
        let mut world = world();
        let open = issue(787, "Migrate kettle", IssueState::Open);
        world.snapshot.issues.insert(Issue { body: body.to_owned(), ..open });
        let screen = Screen::of(world, 80, 40).after(":show #787\n");
        screen.text()
    };
    assert!(of("\n").contains("no description"), "{}", of("\n"));
    assert!(of("").contains("its text was not fetched"), "{}", of(""));
}

#[test]
fn a_range_is_drawn_only_if_such_ranges_held() {
    let mut screen = Screen::of(example_world(), 60, 30).after("5");
    let text = screen.text();
    assert!(text.contains("no range, no date") && !text.contains("may be left") && !text.contains("Ahead"), "{text}");
    screen.keys("jj");
    screen.shows(["80 % of what may be left", "Ahead"]);
}

#[test]
fn trend_keeps_figures_and_days_whole() {
    let mut screen = Screen::of(example_world(), 60, 20).after("5");
    assert!(screen.text().lines().nth(3).unwrap().ends_with("on 2020-11-30"), "{}", screen.text());
    screen.keys(":date 2010-01-01\n");
    screen.shows(["no reading on or before 2010-01-01; the first is"]);
    screen.hides(["offramp count"]);
}

#[test]
fn a_counter_in_changes_keeps_its_name_and_newest_figure() {
    for width in [80, 120, 200] {
        let mut screen = Screen::of(example_world(), width, 40).after("4/+26\n");
        let line = screen.model.lines.iter().find(|line| line.text.contains("+26 done")).unwrap().clone();
        assert!(
            screen.text().lines().any(|line| line.contains("50/144: +26 done, +28 in scope since 2020-10-30")),
            "{}",
            screen.text()
        );
        screen.keys("=");
        let text = screen.text();
        assert!(text.contains(&line.tag) && text.contains("by rule") && !text.contains("Details"), "{text}");
        screen.keys("\u{1b}\n");
        screen.text().lines().nth(3).unwrap().to_owned().shows([&format!("Changes › {}", line.tag)]);
    }
}

#[test]
fn free_counts_pieces_and_items_and_names_its_order() {
    let screen = Screen::new(80, 24).after("3");
    screen.shows([" 3 free pieces of 3 items, the most useful first"]);
    let boxes = with_boxes(["Move the bucket", "Move the jobs", "Move the names", "Write it down"]);
    let mut screen = Screen::of(boxes, 80, 24).after("3");
    screen.shows([" 6 free pieces of 3 items, the most useful first"]);
    screen.keys("S");
    screen.keys("k");
    screen.shows(["the least useful first"]);
}

#[test]
fn a_short_remark_is_shown_where_it_fits_even_if_its_column_is_not() {
    let long = "Move the names of all the jobs that have not run since the spring of this year";
    let screen = Screen::of(with_boxes(["Move the bucket · @ann", long]), 80, 24).after("3");
    let text = screen.text();
    let row = text.lines().find(|line| line.contains("Move the bucket")).unwrap();
    assert_eq!(row.matches("@ann").count(), 2, "{text}");
}

#[test]
fn a_reason_that_does_not_fit_beside_the_state_is_below_it() {
    let silent = with_kettle(|issue| {
        (issue.assignees, issue.created) = (vec!["ann".into()], Timestamp::parse("2020-01-01T00:00:00Z"));
    });
    Screen::of(silent, 60, 20).after("2/787\n\n").shows(["no comment for\n", " 344 days)"]);
}

#[test]
fn free_has_a_measured_project_without_items() {
    let text = "version: 1\ncounters:\n  old: {unit: files}\nprojects:\n  - {id: typed, title: All files are typed, measure: old}\n";
    let mut world = of_roadmap(text);
    let (date, progress) = (day("2020-12-01"), Progress { done: 1, total: 8 });
    world.roadmap.counters[0].readings = vec![Reading { date, progress, rule: 1, commit: None, note: None }];
    let mut screen = Screen::of(world, 80, 24).after("3");
    screen.shows([" 1 free piece of 1 item, the most useful first", "All files are typed"]);
    screen.keys("\n");
    screen.shows(["Free › All files are typed"]);
}

#[test]
fn copy_text_is_offered_only_where_there_is_text() {
    let counted = "counters:\n  old: {unit: files, rule: {version: 1, source: text, left: {contains: x}}}\nprojects:\n";
    let roadmap = ROADMAP.replace("projects:\n", counted);
    let mut screen = Screen::of(of_roadmap(&roadmap), 200, 50);
    let mut without_remedy = 0;
    for view in ["1", "2", "3", "4", "5", "6"] {
        screen.keys(view);
        screen.keys("g");
        for _ in 0..screen.model.list.count() {
            let is_offered = screen.text().lines().last().unwrap().contains("Y copy text");
            let offers = screen.model.view.spec().keys.contains(&Action::CopyText);
            let copies = matches!(screen.keys("Y"), Some(Effect::Copy(_)));
            assert_eq!(is_offered, copies && offers, "{view}: {} {}", screen.message(), screen.selected());
            let finding = screen.model.line(screen.model.list.selected.as_ref().unwrap()).cloned();
            if view == "6" && finding.is_some_and(|finding| finding.copy.is_none() && !finding.is_fixable) {
                screen.keys("a");
                screen.message().shows(["no remedy that offramp can apply"]);
                without_remedy += 1;
            }
            screen.keys("j");
        }
    }
    assert!(without_remedy > 0);
}

#[test]
fn the_sort_column_of_work_is_marked_and_shown() {
    for width in [60, 80, 120, 200] {
        for sort in Sort::ALL.into_iter().skip(1) {
            // The smallest screen has no room for the progress inside an item.
            if width == 60 && matches!(sort, Sort::Percent | Sort::Left) {
                continue;
            }
            let mut screen = Screen::new(width, 24);
            screen.keys(&format!("2:sort {}\n", sort.word()));
            assert!(screen.text().contains('▲'), "{sort:?} {}", screen.text());
            assert!(screen.text().contains("Migrate kettle"), "{sort:?} {}", screen.text());
        }
        let mut screen = Screen::new(width, 24).after("2:sort touched\n");
        let text = screen.text();
        let (_, rows) = text.split_once("TOUCHED▲").unwrap_or_else(|| panic!("{text}"));
        let first = rows.lines().nth(1).unwrap();
        assert!(first.ends_with(" ago") || first.contains(" ago "), "what nobody touched is last: {text}");
        screen.keys("S");
        let text = screen.text();
        let (_, rows) = text.split_once("TOUCHED▼").unwrap_or_else(|| panic!("{text}"));
        let first = rows.lines().nth(1).unwrap();
        assert!(first.ends_with(" ago") || first.contains(" ago "), "also in reverse: {text}");
    }
}

#[test]
fn an_unassigned_key_leaves_no_gap_in_the_footer() {
    let mut screen = Screen::new(120, 24);
    screen.model.keymap.set("sort", &[]);
    screen.draw();
    let footer = screen.text().lines().last().unwrap().to_owned();
    assert!(footer.contains("filter  c completed") && !footer.contains("sort"), "{footer}");
}

#[test]
fn the_footer_names_the_key_that_opens_the_help() {
    let mut screen = Screen::new(120, 24);
    screen.model.keymap.set("help", &[Key::Code(KeyCode::F(1))]);
    screen.draw();
    let footer = screen.text().lines().last().unwrap().to_owned();
    assert!(footer.ends_with("  F1 help"), "{footer}");
}

#[test]
fn a_long_message_wraps_and_a_longer_one_names_the_full_list() {
    let mut screen = Screen::new(60, 20).after("I");
    let text = screen.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("`login` in the ? help") || text.contains("`login` in the settings"), "{}", screen.text());
    text.shows(["settings"]);
    screen.send(Msg::Notice(Err("word ".repeat(100))));
    screen.text().lines().last().unwrap().shows(["… :messages shows all"]);
    screen.key(KeyCode::Down);
    screen.hides(["word"]);
    screen.keys("/is:nonsense\n");
    let text = screen.text().split_whitespace().collect::<Vec<_>>().join(" ");
    text.shows(["unknown value `nonsense`", "/is:nonsense", "unknown, overdue"]);
}

#[test]
fn fuzzy_matches_are_called_similar() {
    let mut screen = Screen::new(100, 24).after("2/ketle");
    screen.shows(["similar, none matches"]);
    screen.keys("\n");
    screen.shows(["1 similar row, no match"]);
    screen.keys("/\u{1b}/kettle\n");
    screen.hides(["similar"]);
}

#[test]
fn names_with_a_common_prefix_stay_distinct() {
    let mut alike = world();
    for (project, end) in alike.roadmap.projects.iter_mut().zip(["library", "commands", "formulae"]) {
        project.title = Some(format!("All of it checks the {end}"));
    }
    for item in &mut alike.roadmap.projects[0].items {
        item.title = Some("Move it".to_owned());
    }
    let names = |width, view| {
        let mut screen = Screen::of(alike.clone(), width, 24);
        screen.keys(view);
        let text = screen.text();
        (text.lines().take(12).any(|line| line.contains("checks the comma") || line.contains("checks the formu")), text)
    };
    for (width, view) in [(80, "3"), (120, "3"), (120, "4")] {
        let (is_whole, text) = names(width, view);
        assert!(is_whole, "{text}");
    }
}
