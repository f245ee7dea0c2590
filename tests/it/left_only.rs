//! Counters that know only what is left: no face invents a done figure or a total, or shows a percentage before the
//! start.

use serde_json::Value;

use crate::program::{Program, Shows as _};

const READINGS: &str = "date,done,total,rule,commit,note\n\
2024-01-10,0,20,1,be58d0a,\n\
2024-02-10,0,15,1,4d2f0aa,\n\
2024-02-20,0,7,1,,by hand\n\
2024-03-10,0,12,1,89fa553,\n";

/// Runs a command on the day of the reading by hand.
fn run(from: &str, args: &[&str]) -> String {
    run_on("2024-03-01", from, args)
}

fn run_on(day: &str, from: &str, args: &[&str]) -> String {
    let roadmap = format!(
        "version: 1\nrepo: o/n\ncounters:\n  todo: {{unit: lines, readings: todo.csv, rule: {{version: 1, source: text, \
         left: {{contains: TODO}}{from}}}}}\nprojects: [{{id: p, measure: todo, items: [{{title: i, counter: todo}}]}}]\n"
    );
    let program = Program::new().file("offramp.yaml", &roadmap).file("todo.csv", READINGS);
    let output = program.args(["--as-of", day]).args(args.iter().copied()).run();
    assert_eq!(output.code, 0, "{args:?}: {}", output.stderr);
    output.stdout
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|fault| panic!("{fault}: {text}"))
}

fn keys(of: &Value, keys: &[&str]) -> Vec<Value> {
    keys.iter().map(|key| of[*key].clone()).collect()
}

#[test]
fn a_figure_recorded_by_hand_is_what_was_left() {
    for args in [&["status"][..], &["show", "p"], &["brief"], &["report"], &["explain", "p"], &["trend", "todo"]] {
        let text = run("", args);
        assert!(text.contains("7 lines left on 2024-02-20"), "{args:?}: {text}");
        assert!(!text.contains("13/20") && !text.contains("5/20"), "{args:?}: {text}");
    }
}

#[test]
fn before_the_first_reading_no_measure_is_invented() {
    let text = run_on("2024-01-01", "", &["explain", "p"]);
    assert!(text.contains("Its measure is the counter todo. ") && !text.contains("done / total"), "{text}");
}

#[test]
fn data_has_what_is_left_and_neither_done_nor_total() {
    for from in ["", ", from: 5"] {
        let data = |args: &[&str]| parsed(&run(from, &[args, &["-o", "json"]].concat()));
        let status = data(&["status"])["projects"][0].clone();
        assert_eq!(keys(&status, &["done", "total", "unit_left"]), [Value::Null, Value::Null, 15.into()]);
        let by_hand = keys(&status, &["recorded_done", "recorded_total", "recorded_left"]);
        assert_eq!(by_hand, [Value::Null, Value::Null, 7.into()]);
        for item in [&data(&["list"])["items"][0], &data(&["show", "p"])["items"][0]] {
            assert_eq!(keys(item, &["done", "total", "unit_left"]), [Value::Null, Value::Null, 15.into()]);
        }
        let item = data(&["show", "p/i"]);
        assert_eq!(keys(&item, &["inside", "inside_left"]), [Value::Null, 15.into()]);
        for reading in data(&["explain", "todo"])["readings"].as_array().unwrap() {
            assert_eq!(keys(reading, &["done", "total"]), [Value::Null, Value::Null]);
        }
        let pace = data(&["trend", "todo"])["series"][0]["pace_per_4_weeks"][0].clone();
        assert_eq!(keys(&pace, &["done", "scope"]), [Value::Null, Value::Null], "{pace}");
    }
    let pace = parsed(&run("", &["trend", "todo", "-o", "json"]))["series"][0]["pace_per_4_weeks"][0].clone();
    let left = pace["left"].as_f64().unwrap();
    assert!((-5.0..-4.0).contains(&left), "{pace}");
}

#[test]
fn before_the_day_of_its_start_there_is_no_percentage() {
    let from = ", from: 2024-02-15";
    let text = run_on("2024-03-15", from, &["status"]);
    text.shows(["12 lines left, 15 on 2024-02-10"]);
    run_on("2024-01-15", from, &["status"]).shows(["20 lines left, no percentage before 2024-02-15", "??"]);
    let percents = |args: &[&str], key: &str| {
        let page = parsed(&run_on("2024-03-15", from, &[args, &["-o", "json"]].concat()));
        page[key].as_array().unwrap().iter().map(|row| row["percent"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(percents(&["show", "todo"], "readings"), [Value::Null, 0.into(), 53.into(), 20.into()]);
    let early = parsed(&run_on("2024-01-15", from, &["status", "-o", "json"]))["projects"][0]["percent"].clone();
    assert_eq!(early, Value::Null);
}
