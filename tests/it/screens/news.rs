//! What arrives from elsewhere, and what fits where: syncs, faults, clicks, long titles.

use super::*;

#[test]
fn a_sync_shows_its_progress_and_a_failure_the_age_of_the_data() {
    let mut screen = Screen::new(100, 24);
    assert_eq!(screen.keys("r"), Some(Effect::Sync(Fetch::Changed)));
    screen.send(Msg::Progress(41, 52));
    assert!(screen.text().contains("41 of 52 requests"));
    assert_eq!(screen.keys("R"), None);
    assert!(screen.says().contains("a sync is running"));
    screen.send(Msg::Synced(Err("no network; look for a cable".into())));
    screen.keys("jk");
    assert!(screen.text().contains("sync failed · issues fetched"), "{}", screen.text());
    assert!(screen.text().contains("no network; look for a cable · = shows all"), "{}", screen.text());
    screen.keys("=");
    assert!(screen.text().contains("The last sync failed"));
    screen.keys("\u{1b}\u{1b}");
    assert_eq!(screen.model.sync, Sync::Idle);
    screen.keys(":messages\n");
    assert!(screen.text().contains("! no network; look for a cable"), "{}", screen.text());
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
fn the_help_is_narrowed_by_what_is_typed() {
    let mut screen = Screen::new(80, 40);
    screen.keys("?brow");
    let text = screen.text();
    assert!(text.contains("open the issue in a browser") && !text.contains("next row"), "{text}");
}

#[test]
fn hostile_titles_stay_in_their_cell() {
    let mut hostile = world();
    let zalgo = format!("x{}", "\u{301}".repeat(5_000));
    for project in &mut hostile.roadmap.projects {
        project.title = Some(format!("{zalgo} 👩‍👩‍👧‍👦 日本語 ﷽ {zalgo}"));
    }
    for width in [60, 80, 140] {
        let mut screen = Screen::of(hostile.clone(), width, 24);
        screen.keys("\n");
        assert!(screen.text().len() < 20_000);
    }
}

#[test]
fn a_click_selects_the_row_that_it_hits_in_every_view() {
    let mut screen = Screen::new(80, 24);
    screen.send(Msg::Click(5));
    assert!(screen.selected().contains("k8s-gubernator"), "{}", screen.selected());
    // The preview is not part of the list.
    screen.keys("2");
    let before = screen.selected();
    screen.send(Msg::Click(21));
    assert_eq!(screen.selected(), before);
    screen.keys("5");
    let top = screen.model.frame.top;
    screen.send(Msg::Click(top));
    assert_eq!(screen.model.list().at, 0);
}

#[test]
fn a_broken_roadmap_hides_no_news_of_the_edit_behind_it() {
    let mut screen = Screen::new(100, 24);
    screen.model.say("read again");
    screen.send(Msg::Loaded(Err(format!("error: r.yaml:4:5: unknown key `{}`\nhint: x", "o".repeat(200)))));
    let text = screen.text();
    assert!(text.contains(" r.yaml:4:5: unknown key") && text.contains("= shows all"), "{text}");
}
