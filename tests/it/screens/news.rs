//! Events and layout: syncs, faults, clicks, long titles.

use super::*;
use ratatui::layout::Position;

#[test]
fn a_sync_shows_progress_and_a_failed_one_the_age_of_the_data() {
    let mut screen = Screen::new(100, 24);
    assert_eq!(screen.keys("r"), Some(Effect::Sync(Fetch::Changed)));
    screen.send(Msg::Progress(41, 52));
    screen.shows(["41 of 52 requests"]);
    assert_eq!(screen.keys("R"), None);
    screen.message().shows(["a sync is running"]);
    screen.send(Msg::Synced(Err("no network; look for a cable".into())));
    screen.keys("jk");
    screen.shows(["sync failed · issues fetched", "no network; look for a cable · = shows all"]);
    screen.keys("=");
    screen.shows(["The last sync failed"]);
    screen.keys("\u{1b}\u{1b}");
    assert_eq!(screen.model.sync, Sync::Idle);
    screen.keys(":messages\n");
    screen.shows(["! no network; look for a cable"]);
}

#[test]
fn views_follow_tab_and_numbers() {
    let mut screen = Screen::new(80, 24);
    for view in ["Work", "Free", "Changes", "Trend", "Check", "Projects"] {
        screen.keys("\t");
        assert_eq!(screen.model.view.spec().title, view);
    }
    screen.keys("5");
    assert!(screen.model.view.has_chart() && View::all().count() == 6);
}

#[test]
fn typing_filters_the_help() {
    let mut screen = Screen::new(80, 40).after("?brow");
    let text = screen.text();
    assert!(text.contains("open the issue in a browser") && !text.contains("next row"), "{text}");
    screen.keys("\u{1b}?sync-all");
    screen.shows(["fetch all issues of the repository"]);
}

#[test]
fn hostile_titles_stay_in_their_cell() {
    let mut hostile = world();
    let zalgo = format!("x{}", "\u{301}".repeat(5_000));
    for project in &mut hostile.roadmap.projects {
        project.title = Some(format!("{zalgo} 👩‍👩‍👧‍👦 日本語 ﷽ {zalgo}"));
    }
    for width in [60, 80, 140] {
        let screen = Screen::of(hostile.clone(), width, 24).after("\n");
        assert!(screen.text().len() < 20_000);
    }
}

#[test]
fn a_click_selects_its_row_in_every_view() {
    let mut screen = Screen::new(80, 24);
    screen.send(Msg::Click(Position::new(2, 5)));
    screen.selected().shows(["k8s-gubernator"]);
    // The preview is not part of the list.
    screen.keys("2");
    let before = screen.selected();
    screen.send(Msg::Click(Position::new(2, 21)));
    assert_eq!(screen.selected(), before);
    screen.keys("5");
    let top = screen.model.frame.top;
    screen.send(Msg::Click(Position::new(2, top as u16)));
    assert_eq!(screen.model.list.at, 0);
}

#[test]
fn a_broken_roadmap_hides_no_message_about_an_edit() {
    let mut screen = Screen::new(100, 24);
    screen.model.say("read again");
    screen.send(Msg::Loaded(Err(format!("error: r.yaml:4:5: unknown key `{}`\nhint: x", "o".repeat(200)))));
    screen.shows([" r.yaml:4:5: unknown key", "= shows all"]);
}

#[test]
fn a_stored_meeting_day_sets_where_changes_begin() {
    let mut screen = Screen::new(100, 24);
    let before = screen.model.changes_since();
    assert_eq!(screen.keys("m2020-11-01\n"), Some(Effect::Ask(Question::Meeting(day("2020-11-01")))));
    screen.send(Msg::Met(Err("the data folder cannot be written".into())));
    assert_eq!(screen.model.changes_since(), before);
    screen.send(Msg::Met(Ok(MeetingKept { met: day("2020-12-04"), text: "kept".to_owned() })));
    screen.keys("4");
    screen.shows(["From the end of 2020-12-03 to 2020-12-10"]);
}

#[test]
fn changes_of_any_day_begin_two_weeks_before_it_where_no_meeting_is_known() {
    let mut screen = Screen::new(120, 24);
    screen.model.now = day("2026-11-30");
    screen.keys("4>");
    screen.shows(["From the end of 2020-12-27 to 2021-01-10"]);
    screen.keys("<<");
    screen.shows(["From the end of 2020-10-27 to 2020-11-10"]);
    screen.keys(":since 2020-11-01\n>");
    screen.shows(["From the end of 2020-11-01 to 2020-12-10"]);
}

#[test]
fn east_of_greenwich_changes_begin_a_day_earlier_and_the_day_of_the_meeting_is_proposed() {
    let mut screen = Screen::new(120, 24);
    screen.model.local_day = |moment| Timestamp(moment.0 + 9 * 3600).date();
    screen.model.met.insert("sig-k8s-infra".to_owned(), day("2020-12-02"));
    screen.model.invalidate();
    screen.keys("4");
    screen.shows(["From the end of 2020-11-30 to 2020-12-10"]);
    screen.keys("m");
    assert_eq!(screen.model.prompt.as_ref().unwrap().input.value(), "2020-12-02");
    screen.keys("\u{1b}:since 2020-11-20\n");
    screen.shows(["From the end of 2020-11-19 to 2020-12-10"]);
}

#[test]
fn typing_replaces_the_proposed_day_and_an_edit_keeps_it() {
    let typed = |screen: &Screen| screen.model.prompt.as_ref().unwrap().input.value().to_owned();
    let mut screen = Screen::new(100, 24).after("m14");
    assert_eq!(typed(&screen), "14");
    screen.keys("\u{1b}m");
    screen.send(Msg::Paste("2020-11-20".into()));
    assert_eq!(typed(&screen), "2020-11-20");
    screen.keys("\u{1b}m");
    screen.key(KeyCode::Backspace);
    screen.keys("5");
    assert_eq!(typed(&screen), "2020-11-25");
}

#[test]
fn a_click_on_the_name_of_a_view_shows_it_and_closes_pages() {
    for width in [60, 80, 200] {
        let mut screen = Screen::new(width, 24);
        let tabs = screen.text().lines().nth(1).unwrap().to_owned();
        let trend = tabs.find("5 Trend").unwrap();
        screen.keys("\n");
        screen.send(Msg::Click(Position::new(trend as u16 + 6, 1)));
        assert_eq!(screen.model.view.spec().title, "Trend");
        assert!(screen.model.pages.is_empty());
        screen.send(Msg::Click(Position::new(1, 1)));
        assert_eq!(screen.model.view.spec().title, "Projects", "{tabs}");
        screen.send(Msg::Click(Position::new(0, 1)));
        screen.send(Msg::Click(Position::new(width - 1, 1)));
        assert_eq!(screen.model.view.spec().title, "Projects", "{tabs}");
    }
}
