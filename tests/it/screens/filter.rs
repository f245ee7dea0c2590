//! The filter line: completion, and the filter in effect while a word is unfinished.

use super::*;
use offramp::tui::input::filter_completion::{before_last_word, complete, is_unfinished};

#[test]
fn keys_and_values_are_completed_as_far_as_unambiguous() {
    let model = Model::new(world());
    assert_eq!(complete(&model, "si"), "sig:");
    assert_eq!(complete(&model, "kettle -sig:tes"), "kettle -sig:testing");
    assert_eq!(complete(&model, "is:fr"), "is:free");
    assert_eq!(complete(&model, "state:todo,st"), "state:todo,started");
    assert_eq!(complete(&model, "project:k8s-g"), "project:k8s-gubernator");
    assert_eq!(complete(&model, "label:\"help"), "label:\"help wanted\"");
    assert_eq!(complete(&model, "plain words"), "plain words");
    assert_eq!(complete(&model, ""), "");
}

#[test]
fn a_partial_value_is_unfinished() {
    let model = Model::new(world());
    assert!(is_unfinished(&model, "is:") && is_unfinished(&model, "sig:tes"));
    assert!(!is_unfinished(&model, "sig:testing") && !is_unfinished(&model, "sig:nobody"));
    assert!(!is_unfinished(&model, "kettle"));
    assert_eq!(before_last_word("sig:testing -is:fr"), "sig:testing");
    assert_eq!(before_last_word("label:\"help wa"), "");
}

#[test]
fn an_unfinished_word_filters_nothing() {
    let mut screen = Screen::new(100, 30).after("2/sig:testing");
    let rows = screen.model.list.count();
    screen.keys(" is:fr");
    assert_eq!(screen.model.list.count(), rows);
    screen.shows([" /sig:testing is:fr   free"]);
    screen.keys("e");
    assert!(screen.model.list.count() <= rows);
}

#[test]
fn enter_does_not_accept_a_filter_with_a_fault() {
    let mut screen = Screen::new(100, 30).after("/is:nonsense\n");
    assert!(screen.model.prompt.is_some());
    screen.shows(["unknown value `nonsense`"]);
    screen.hides(["nothing matches"]);
    screen.key(KeyCode::Esc);
    assert!(screen.model.prompt.is_none() && screen.model.list.filter.is_empty());
}

#[test]
fn tab_completes_names_and_filter_words_of_commands() {
    let mut screen = Screen::new(100, 30).after(":show k8s-g\t/\t7\t\n");
    screen.shows(["Projects › Migrate kettle"]);
    screen.keys("\u{1b}:filter is:fr\t\n");
    assert_eq!(screen.model.list.filter, "is:free");
}

#[test]
fn a_filter_does_not_reload_rows() {
    for view in ['3', '4', '5', '6'] {
        let mut screen = Screen::new(100, 30).after(&format!("{view}/"));
        assert_eq!(screen.model.lines_of, Some(screen.model.view));
        screen.model.lines[0].detail.push("kept".into());
        for key in ['k', 's'] {
            update(&mut screen.model, Msg::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE)));
        }
        assert!(screen.model.lines[0].detail.ends_with(&["kept".into()]), "{view}");
        screen.model.invalidate();
        assert!(!screen.model.lines[0].detail.ends_with(&["kept".into()]), "{view}");
    }
}

#[test]
fn an_unknown_value_is_named_with_the_nearest() {
    Screen::new(100, 24).after("/sig:tesing\n").shows(["did you mean `owner:testing`?"]);
}

#[test]
fn an_empty_list_says_that_ended_work_was_not_searched() {
    Screen::new(100, 24).after("2/gubernator.k8s.io/pr\n").shows(["c also searches the"]);
}

#[test]
fn only_rows_hidden_by_the_filter_are_counted() {
    let mut screen = Screen::new(120, 24).after("2/gubernator\n");
    assert!(screen.model.list.ended > 0);
    let hidden = screen.model.list.hidden;
    screen.keys("c");
    assert_eq!((screen.model.list.ended, screen.model.list.hidden), (0, hidden + 1));
}

#[test]
fn a_list_with_two_filters_says_so() {
    let screen = Screen::new(120, 24).after("2/kettle\nu");
    screen.shows(["nothing without a settled owner matches"]);
    screen.shows(["u also searches what has a settled owner", "Esc clears the filter"]);
}

#[test]
fn a_long_filter_of_wide_characters_shows_its_end() {
    let screen = Screen::new(80, 24).after(&format!("/{}x", "日".repeat(60)));
    screen.text().lines().last().unwrap().to_owned().shows([&format!(" /{}x", "日".repeat(34))]);
}
