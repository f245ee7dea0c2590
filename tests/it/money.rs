//! Accounts in `spend`, `brief`, `check` and the reports.

use serde_json::Value;

use crate::program::{Program, Shows as _, offramp};

const ROADMAP: &str = "\
version: 1
repo: example/infra
accounts:
  - {id: aws, name: AWS credits, credit: 60000, end: 2026-01-31, readings: aws.csv}
  - {id: sponsor, credit: 27000, monthly: 6000, currency: EUR, readings: [{date: 2025-11-01, left: 27000}]}
  - id: gcp
    budget: 3000000
    start: 2025-01-01
    end: 2025-12-31
    readings: [{date: 2025-11-05, spent: 1800000}]
projects:
  - id: runners
    account: aws
    cost: 1500
    items: [{title: Turn off the old runners, saves: 4000}, {title: Tell people, state: done, saves: 1}]
";

fn program() -> Program {
    Program::new()
        .env("SOURCE_DATE_EPOCH", "1762300800")
        .file("aws.csv", "date,left,note\n2025-07-31,55488,\n2025-10-31,43488,\n")
        .file("roadmap.yaml", ROADMAP)
}

#[test]
fn spend_shows_what_runs_out_and_what_expires() {
    let output = program().args(["spend", "-o", "json", "--offline"]).run();
    assert_eq!(output.code, 0, "{}", output.stderr);
    let page: Value = output.json();
    let outlook = |at: usize| page["accounts"][at]["outlook"].as_str().unwrap().to_owned();
    assert_eq!(outlook(0), "$31,488 expires unused on 2026-01-31");
    assert_eq!(outlook(1), "runs out on 2026-03-17");
    assert_eq!(outlook(2), "$873k lapses unused on 2025-12-31");
    assert_eq!(page["accounts"][1]["currency"], "EUR");
    assert_eq!(
        (page["frees"][0]["project"].as_str(), page["frees"][0]["monthly"].as_u64()),
        (Some("runners"), Some(5500))
    );
}

#[test]
fn the_json_of_spend_always_has_frees() {
    let roadmap = "version: 1\nprojects: [{id: p}]\n";
    let output = Program::new().file("roadmap.yaml", roadmap).args(["spend", "-o", "json", "--offline"]).run();
    let page: Value = output.json();
    assert_eq!(page["frees"], serde_json::json!([]));
}

#[test]
fn amounts_are_numbers_and_a_counted_project_frees_its_cost() {
    let roadmap =
        ROADMAP.replace("    cost: 1500\n", "    cost: 1500\n    measure: jobs\n") + "counters: {jobs: {unit: jobs}}\n";
    let output = program().file("roadmap.yaml", &roadmap).args(["spend", "-o", "json", "--offline"]).run();
    let page: Value = output.json();
    let aws = &page["accounts"][0];
    let numbers = ["limit", "used", "left", "burn_3", "at_end"].map(|key| aws[key].as_i64());
    assert_eq!(numbers, [Some(60_000), Some(16_512), Some(43_488), Some(3_967), Some(28_512)], "{page}");
    assert_eq!((&aws["burn_12"], page["frees"][0]["monthly"].as_u64()), (&Value::Null, Some(5_500)));
}

#[test]
fn an_unknown_account_is_refused_with_the_known_ones() {
    program().args(["spend", "azure", "--offline"]).run().exits(2, ["aws, sponsor, gcp"]);
}

#[test]
fn brief_and_check_cover_money() {
    let brief = program().args(["brief", "-o", "md", "--offline"]).run().stdout;
    brief.shows(["expires unused on 2026-01-31"]);
    let check = program().args(["check", "--offline"]).run().stdout;
    check.shows(["account-unused"]);
}

#[test]
fn a_narrow_table_of_accounts_keeps_the_outlook() {
    let output = program().args(["spend", "-o", "table", "--offline"]).env("COLUMNS", "80").run();
    let row = |account: &str| output.stdout.lines().find(|line| line.starts_with(account)).unwrap_or_default();
    assert!(row("aws ").ends_with("  $31,488 expires unused on 2026-01-31"), "{}", output.stdout);
    assert!(row("sponsor ").ends_with("  runs out on 2026-03-17"), "{}", output.stdout);
}

#[test]
fn the_spend_of_the_example_is_one_account() {
    let output = offramp(["spend"]);
    output.stdout.shows(["1.4M a year, 47 % of the budget of $3.0M"]);
}

#[test]
fn an_undefined_account_in_a_roadmap_is_refused_with_its_line() {
    let roadmap = "version: 1\nprojects:\n  - {id: a, account: nope}\naccounts: [{id: b, readings: b.csv}]\n";
    let output = Program::new().file("roadmap.yaml", roadmap).args(["roadmap", "validate"]).run();
    output.exits(2, ["roadmap.yaml:3:22: there is no account `nope`"]);
}

#[test]
fn a_new_year_and_a_top_up_are_not_spending() {
    let roadmap = "version: 1\naccounts:\n\
        - {id: gcp, budget: 36000, start: 2025-10-01, end: 2026-09-30, readings: [{date: 2025-08-31, spent: 33000}, \
        {date: 2025-09-30, spent: 36000}, {date: 2025-10-31, spent: 3100}]}\n\
        - {id: aws, readings: [{date: 2025-07-31, left: 9000}, {date: 2025-08-31, left: 6000}, \
        {date: 2025-09-30, left: 3000}, {date: 2025-10-15, left: 13000}, {date: 2025-10-31, left: 11400}]}\n\
        projects: [{id: p}]\n";
    let spend = |args: &[&str]| {
        let program = program().file("roadmap.yaml", roadmap).args(["spend"]).args(args.iter().copied());
        program.run().stdout
    };
    let page: Value = serde_json::from_str(&spend(&["-o", "json"])).unwrap();
    let outcome = |at: usize| page["accounts"][at]["outcome"].as_str().unwrap().to_owned();
    assert_eq!([outcome(0), outcome(1)], ["runs-out", "runs-out"], "{page}");
    assert_eq!(page["accounts"][0]["burn_3"], Value::Null);
    assert!((2_900..3_100).contains(&page["accounts"][1]["burn_3"].as_i64().unwrap()), "{page}");
    spend(&[]).shows(["since 2025-07-31, topped up between 2025-09-30 and 2025-10-15; runs out"]);
}
