//! The reading commands: their output in each format, and their exit codes.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use super::program::{Program, Shows as _, offramp, script};

fn out(args: &[&str]) -> String {
    let output = offramp(args.iter().copied());
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{args:?}");
    output.stdout
}

#[test]
fn status_without_a_roadmap_shows_the_example() {
    let text = out(&["status"]);
    text.shows(["# Built-in example, as of 2020-12-10\n", "\nk8s-prow-build\t18 %\t355/1890 prow jobs\t"]);
    text.shows(["\nkubernetes-site\t??\t??\t"]);
}

#[test]
fn a_pipe_without_a_command_gets_status() {
    assert_eq!(out(&[]), out(&["status"]));
}

#[test]
fn status_in_every_format() {
    for format in ["table", "plain", "json", "csv", "md"] {
        insta::assert_snapshot!(format!("status_{format}"), out(&["status", "-o", format]));
    }
}

#[test]
fn list_in_every_format() {
    for format in ["table", "plain", "json", "csv", "md"] {
        insta::assert_snapshot!(format!("list_{format}"), out(&["list", "sig:release", "-o", format]));
    }
}

#[test]
fn show_in_every_format() {
    for format in ["table", "plain", "json", "csv", "md"] {
        let text = out(&["show", "k8s-gubernator/787", "--as-of", "2026-08-22", "-o", format]);
        insta::assert_snapshot!(format!("show_item_{format}"), text);
    }
    insta::assert_snapshot!("show_project", out(&["show", "k8s-prow-build", "-o", "table"]));
    insta::assert_snapshot!("show_issue", out(&["show", "1469", "-o", "table"]));
    insta::assert_snapshot!("show_counter", out(&["show", "prow-jobs", "-o", "table"]));
}

#[test]
fn explain_names_rule_source_and_date() {
    insta::assert_snapshot!("explain_project", out(&["explain", "k8s-prow-build", "-o", "table"]));
    insta::assert_snapshot!(
        "explain_item",
        out(&["explain", "k8s-gubernator/787", "--as-of", "2026-08-22", "-o", "table"])
    );
    insta::assert_snapshot!("explain_json", out(&["explain", "k8s-prow-build", "-o", "json"]));
}

#[test]
fn explain_shows_each_rule_and_the_difference() {
    let rules = "rules: [{version: 1, name: as reported, source: prow-jobs, done: {cluster: [a]}}, \
                 {version: 2, name: strict, source: prow-jobs, done: {cluster: [b]}}]";
    let roadmap = format!(
        "version: 1\ncounters: {{jobs: {{unit: jobs, readings: r.csv, {rules}}}}}\nprojects: [{{id: p, measure: jobs}}]\n"
    );
    let readings =
        "date,done,total,rule,commit,note\n2020-12-10,288,1780,1,c3a82689c4,\n2020-12-10,240,1779,2,c3a82689c4,\n";
    let program = Program::new().file("offramp.yaml", &roadmap).file("r.csv", readings);
    let output = program.args(["explain", "p"]).run();
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout.shows([
        "by rule 1 (as reported), counted at commit c3a82689c4.",
        "Rule 2 (strict): 240/1779 = 13 % on 2020-12-10 (-48 done, -1 in scope).",
    ]);
}

#[test]
fn explain_covers_ended_work_and_issues_of_other_trackers() {
    let roadmap = "\
version: 1
projects:
  - {id: gone, state: dropped, items: [x]}
  - {id: finished, state: done}
  - id: p
    items:
      - {title: a, state: done}
      - {title: b, state: dropped}
      - {title: c, links: https://codeberg.org/o/r/issues/1}
";
    for (reference, said) in [
        ("gone", "It is dropped, so there is no percentage."),
        ("gone/x", "State: dropped; the roadmap says dropped."),
        ("gone/x", "Free: no, it is dropped."),
        ("finished", "It has no items and no counter, so there is no percentage."),
        ("p", "Items: 1/2 done or removed, 1 left, 0 free."),
        ("p/a", "Free: no, it is done."),
        ("p/c", "Free: not known, only the tracker that it links to says who works on it."),
    ] {
        let explained = Program::new().file("offramp.yaml", roadmap).args(["explain", reference]).run().stdout;
        assert!(explained.contains(said), "{reference}: {explained}");
    }
}

#[test]
fn people_see_no_empty_tables() {
    let roadmap = "version: 1\nprojects: [{id: p, items: [x]}]\n";
    for (command, title) in [("changes", "message"), ("spend", "outlook")] {
        let has_titles = |format| {
            let program = Program::new().file("offramp.yaml", roadmap).args([command, "-o", format]);
            program.run().stdout.to_lowercase().contains(title)
        };
        assert!(!has_titles("md") && !has_titles("table"), "{command}");
    }
    let spend = Program::new().file("offramp.yaml", roadmap).args(["spend", "-o", "plain"]).run().stdout;
    spend.shows(["ACCOUNT\tCURRENCY"]);
}

#[test]
fn every_form_of_an_issue_reference_works() {
    let issue = out(&["show", "1308"]);
    for form in ["#1308", "kubernetes/k8s.io#1308", "https://github.com/kubernetes/k8s.io/issues/1308"] {
        assert_eq!(out(&["show", form]), issue, "{form}");
    }
    issue.shows(["# It tracks the project k8s-gubernator.\n"]);
    assert_eq!(out(&["show", "k8s-prow-builds"]), out(&["show", "k8s-prow-build"]));
}

#[test]
fn who_names_people_channels_and_the_next_meeting() {
    insta::assert_snapshot!("who_group", out(&["who", "sig-testing", "-o", "table"]));
    insta::assert_snapshot!("who_project", out(&["who", "kubernetes-site", "-o", "plain"]));
    insta::assert_snapshot!("who_json", out(&["who", "testing", "-o", "json"]));
}

#[test]
fn a_meeting_day_in_the_settings_gives_the_next_meeting() {
    let settings = "[meetings]\nsig-k8s-infra = 2026-11-18\n";
    let program = Program::new().file(".config/offramp/config.toml", settings);
    program.args(["who", "sig-k8s-infra", "-o", "plain"]).run().stdout.shows(["Wed 2026-12-02 "]);
}

#[test]
fn of_a_meeting_in_other_words_no_day_is_asked() {
    let who = |meeting: &str| {
        let roadmap = format!("version: 1\nrepo: o/n\ngroups: [{{id: infra, meetings: \"{meeting}\"}}]\n");
        Program::new().file("roadmap.yaml", &roadmap).args(["who", "infra"]).run().stdout
    };
    assert!(who("every second Monday 15:00 UTC").contains("set `infra = DAY`"));
    for words in ["if there is need", "monthly, Monday 15:00 UTC"] {
        who(words).hides(["DAY"]);
    }
}

#[test]
fn changes_begin_at_the_meeting_day_in_the_settings() {
    let settings = "[meetings]\nsig-k8s-infra = 2020-12-02\n";
    let program = Program::new().file(".config/offramp/config.toml", settings);
    let output = program.args(["changes", "-o", "json"]).run();
    let page: serde_json::Value = output.json();
    // The day of the meeting itself is included: a change of that day may be later than the meeting.
    assert_eq!((&page["since"], output.stderr.as_str()), (&"2020-12-01".into(), ""));
}

#[test]
fn east_of_greenwich_changes_begin_a_day_in_utc_earlier() {
    let since = |zone: &str, args: &[&str]| {
        let settings = "[meetings]\nsig-k8s-infra = 2020-12-02\n";
        let program = Program::new().file(".config/offramp/config.toml", settings).env("TZ", zone);
        let output = program.args(["changes", "-o", "json"]).args(args.iter().copied()).run();
        output.json()["since"].as_str().unwrap().to_owned()
    };
    let day = ["--since", "2020-12-02"];
    assert_eq!(
        [since("PST8", &[]), since("UTC", &[]), since("JST-9", &[])],
        ["2020-12-01", "2020-12-01", "2020-11-30"]
    );
    assert_eq!(
        [since("PST8", &day), since("UTC", &day), since("JST-9", &day)],
        ["2020-12-02", "2020-12-02", "2020-12-01"]
    );
}

#[test]
fn meetings_are_of_the_day_in_their_own_zone_and_have_begun() {
    let changes = |words: &str, zone: &str, now: &str| {
        let roadmap = format!(
            "version: 1\nrepo: o/n\ngroups: [{{id: infra, meetings: \"{words}\"}}]\nprojects: [{{id: p, owner: infra}}]\n"
        );
        let program = Program::new().file("roadmap.yaml", &roadmap).env("TZ", zone).env("SOURCE_DATE_EPOCH", now);
        program.args(["changes", "-o", "md"]).run().stdout
    };
    // Tuesday 2026-02-17 at 07:40, and Friday 2026-02-13 at 09:00.
    changes("weekly, Tuesday 08:00 Asia/Tokyo", "JST-9", "1771281600")
        .shows(["since the meeting of infra on 2026-02-10,"]);
    changes("weekly, Thursday 17:00 PT", "PST8", "1771002000").shows(["since the meeting of infra on 2026-02-12,"]);
}

#[test]
fn without_issues_today_is_the_local_day() {
    let roadmap = "version: 1\nprojects: [{id: p, items: [{title: x, due: 2026-11-23}]}]\n";
    let run = |zone: &str, args: &[&str]| {
        let program = Program::new().file("offramp.yaml", roadmap).env("TZ", zone);
        program.args(args.iter().copied()).run().stdout
    };
    assert!(run("PST8", &["status"]).contains("2026-11-23") && run("UTC", &["status"]).contains("2026-11-24"));
    assert!(!run("PST8", &["check"]).contains("overdue") && run("UTC", &["check"]).contains("overdue"));
}

#[test]
fn show_of_an_item_adds_kind_blockers_and_freedom_to_its_issue() {
    let roadmap = "\
version: 1
repo: a/b
projects: [{id: p, items: [{title: t, issue: 2, kind: bucket, blocked_by: '#3'}, {title: u, state: done}]}]
";
    let show = |item| {
        let page = Program::new().file("offramp.yaml", roadmap).args(["show", item, "-o", "json"]).run().stdout;
        let page: serde_json::Value = serde_json::from_str(&page).unwrap();
        ["issue", "type", "blocked_by", "freedom"].map(|key| page[key].clone())
    };
    assert_eq!(show("p/2"), ["a/b#2".into(), "bucket".into(), serde_json::json!(["a/b#3"]), "unchecked".into()]);
    let null = serde_json::Value::Null;
    assert_eq!(show("p/u"), [null.clone(), null.clone(), null, "ended".into()]);
}

#[test]
fn a_narrow_table_keeps_project_percent_and_left_and_names_the_rest() {
    let output = Program::new().args(["status", "-o", "table"]).env("COLUMNS", "40").run();
    assert!(output.stdout.lines().all(|line| line.chars().count() <= 40), "{}", output.stdout);
    output.stdout.shows(["LEFT", "18 %", "Left out to fit the width: FREE, OWNER"]);
    out(&["status", "-o", "table"]).hides(["Left out"]);
}

#[test]
fn as_of_sets_the_date() {
    assert!(out(&["status", "--as-of", "2019-05-30"]).contains("\nk8s-prow-build\t??\t"));
    assert!(out(&["status", "--as-of", "2020-12"]).contains("as of 2020-12-31"));
    assert!(out(&["status", "--as-of", "today"]).contains("as of 2026-11-24"));
    assert_eq!(out(&["status", "--as-of=-30d"]), out(&["status", "--as-of", "30d"]));
}

#[test]
fn a_future_day_is_shown_with_a_note_that_nothing_is_known_of_it() {
    let note = "note: 2027-02-28 is in the future; nothing after 2026-11-24 is known\n";
    let notes = |args: &[&str]| Program::new().args(args.iter().copied()).run().stderr;
    for args in [
        ["status", "--as-of", "2027-02"],
        ["list", "--as-of", "2027-02-28"],
        ["changes", "--since=2020-12-01", "--until=2027-02"],
        ["brief", "--since=2020-12-01", "--as-of=2027-02"],
    ] {
        assert_eq!(notes(&args), note, "{args:?}");
    }
    assert_eq!(notes(&["status", "--as-of", "2026-11-24"]), "");
}

#[test]
fn filter_words_select_and_exclude() {
    let count = |args: &[&str]| out(args).lines().filter(|line| !line.starts_with('#')).count() - 1;
    assert_eq!(count(&["list"]), 23);
    assert_eq!(count(&["list", "project:gubernator", "kind:bucket"]), 1);
    assert_eq!(count(&["list", "project:gubernator", "-kind:bucket"]), 4);
    assert_eq!(count(&["list", "project:gubernator", "-o", "plain", "-kind:bucket"]), 4);
}

#[test]
fn wrong_arguments_exit_2_with_a_hint() {
    for (args, message) in [
        (vec!["list", "is:fre"], "is:fre"),
        (vec!["status", "k8s-prwo"], "`k8s-prow`"),
        (vec!["show", "gubernator"], "did you mean `k8s-gubernator`"),
        (vec!["show", "99999"], "kubernetes/k8s.io#99999"),
        (vec!["status", "--as-of", "someday"], "`someday` is not a day"),
        (vec!["status", "--max-age", "soon"], "90m, 1h or 2d"),
        (vec!["check", "--explain", "stael"], "stale"),
        (vec!["trend", "prow"], "known series: prow-jobs, "),
        (vec!["--example", "kubernetes", "check", "--fix", "all"], "only the built-in example"),
        (vec!["report", "--annual", "soon"], "expected a year from 2000 to 9999"),
        (vec!["next", "-n", "-1"], "expected a whole number"),
        (vec!["count", "--rule", "x"], "expected a whole number"),
        (vec!["sync", "--offline"], "leave out `--offline`"),
        (vec!["-f", "missing.yaml", "status"], "missing.yaml"),
    ] {
        let output = offramp(args.iter().copied());
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{args:?}: {}", output.stderr);
        assert!(output.stderr.starts_with("error: ") && output.stderr.contains(message), "{args:?}: {}", output.stderr);
    }
}

#[test]
fn offline_data_older_than_max_age_exits_5() {
    let roadmap = "version: 1\nprojects: [{id: a, items: [12]}]\n";
    let run = |args: &[&str]| Program::new().file("offramp.yaml", roadmap).args(args.iter().copied()).run();
    let stale = run(&["status", "--offline", "--max-age", "1h"]);
    assert_eq!((stale.code, stale.stdout.contains("\na\t??\t")), (5, true), "{stale:?}");
    stale.stderr.shows(["--offline"]);
    assert_eq!(run(&["status", "--offline"]).code, 0);
    assert!(run(&["status"]).stdout.contains("issues never fetched (`offramp sync`)"));
}

#[test]
fn an_invalid_api_address_exits_2() {
    for (name, value) in [("OFFRAMP_API_URL", "ftp://example.com"), ("GH_HOST", "a b")] {
        Program::new().args(["status"]).env(name, value).run().exits(2, ["hint: ", name]);
    }
}

#[test]
fn another_programs_roadmap_is_ignored_and_a_faulty_one_of_ours_is_not() {
    let status = |text: &str| Program::new().file("roadmap.yaml", text).args(["status"]).run();
    for foreign in ["milestones: [a]\n", "version: 1.2\nmilestones: []\n", "version: 10\n"] {
        let output = status(foreign);
        assert!(output.stdout.contains("Built-in example"), "{foreign}: {}", output.stdout);
    }
    for ours in ["version: 1 # of the format\ntitel: x\n", "{\"version\": 1, titel: x}\n", "projects:\n- ident: x\n"] {
        assert_eq!(status(ours).code, 2, "{ours}");
    }
}

#[test]
fn broken_settings_exit_2_but_doctor_and_config_still_run() {
    let broken = |args: &[&str]| {
        Program::new().file(".config/offramp/config.toml", "ascii = 3\n").args(args.iter().copied()).run()
    };
    broken(&["status"]).exits(2, ["config.toml:1:9: ", "hint: `offramp config --help` explains the keys"]);
    let gone = Program::new().env("OFFRAMP_CONFIG", "/gone.toml").args(["status"]).run();
    gone.stderr.shows(["hint: correct OFFRAMP_CONFIG"]);
    assert!(broken(&["doctor"]).stdout.contains("settings\twrong"));
    let gone = offramp(["-f", "gone.yaml", "doctor"]);
    assert!(gone.code == 1 && gone.stdout.contains("`offramp init` writes a roadmap"), "{gone:?}");
    assert_eq!(broken(&["config"]).code, 2);
    assert_eq!(broken(&["completions", "bash"]).code, 0);
}

#[test]
fn without_a_home_the_example_still_works() {
    let mut program = Program::new().args(["status"]);
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        program.command().env_remove(name);
    }
    assert_eq!(program.run().code, 0);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut program = Program::new().args(["completions", "bash"]);
    let mut child = program.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for args in [vec!["status"], vec!["--help"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = Program::new().args(args.iter().copied()).stdout(full).run();
        assert_eq!(output.code, 1, "{args:?} {}", output.stderr);
    }
}

#[test]
fn colour_follows_options_and_environment() {
    let escape = '\x1b';
    let table = |program: Program| program.args(["status", "-o", "table"]).run().stdout;
    assert!(!table(Program::new()).contains(escape), "not in a pipe");
    assert!(table(Program::new().env("CLICOLOR_FORCE", "1")).contains(escape));
    assert!(!table(Program::new().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")).contains(escape));
    assert!(table(Program::new().args(["--color", "always"]).env("NO_COLOR", "1")).contains(escape));
    assert!(out(&["status", "--color", "always"]).contains(escape), "in a pipe that was not asked for data");
    for format in ["plain", "json"] {
        assert!(!out(&["status", "-o", format, "--color", "always"]).contains(escape), "{format}");
    }
}

#[test]
fn ascii_output_is_ascii() {
    for format in ["table", "plain", "md"] {
        let text = out(&["status", "--ascii", "-o", format]);
        assert!(text.is_ascii(), "{format}: {text}");
    }
}

#[test]
fn open_print_opens_nothing() {
    assert_eq!(out(&["open", "k8s-gubernator", "--print"]), "https://github.com/kubernetes/k8s.io/issues/1308\n");
    assert_eq!(out(&["open", "kubernetes/release#3810", "-p"]), "https://github.com/kubernetes/release/issues/3810\n");
    let output = offramp(["open", "k8s-prow", "--print"]);
    assert_eq!((output.code, output.stderr.contains("has no issue")), (1, true));
}

#[test]
fn open_gives_the_browser_the_link_as_one_argument() {
    let mut program = Program::new().args(["open", "1308"]);
    let said = program.home().join("said");
    let browser = program.home().join("browser");
    script(&browser, &format!("printf '%s' \"$*\" > {}.new && mv {0}.new {0}", said.display()));
    program.command().env("BROWSER", &browser);
    let output = program.run_again();
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(output.stderr, "opened https://github.com/kubernetes/k8s.io/issues/1308\n");
}

#[test]
fn a_missing_browser_is_an_error_with_the_link() {
    Program::new().args(["open", "1308"]).env("BROWSER", "/nonexistent/browser").run().exits(1, ["issues/1308"]);
}

#[test]
fn every_command_has_completions_and_a_manual_page() {
    for command in [&["man", "-o", "json"][..], &["completions", "bash", "-o", "csv"]] {
        let refused = offramp(command.iter().copied());
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{refused:?}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = out(&["completions", shell]);
        assert!(text.contains("COMPLETE") && text.contains("offramp"), "{shell}: {text}");
    }
    let page = out(&["man"]);
    assert!(page.contains(".TH OFFRAMP 1") && !page.contains(".SH EXTRA") && page.contains("keys.toml"), "{page}");
    for section in ["KEYS", "FILES", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES", "OPTIONS"] {
        let is_title = |line: &str| line.strip_prefix(".SH ").is_some_and(|title| title.trim_matches('"') == section);
        assert!(page.lines().any(is_title), "{section}");
    }
    // The folder of the settings depends on the system.
    assert!(page.contains("offramp config \\-\\-path") && !page.contains("~/.config/offramp"), "{page}");
    let mut program = Program::new().args(["man", "--dir", "."]);
    assert_eq!(program.run_again().code, 0);
    assert!(program.home().join("offramp-status.1").is_file());
}

#[test]
fn help_of_every_command_has_no_stray_text() {
    let help = out(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<_> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(out(&[name, "--help"]).contains("Usage: offramp"), "{name}");
    }
}

#[test]
fn config_says_where_each_value_comes_from() {
    let program = Program::new().file(".config/offramp/config.toml", "max_age = \"2h\"\n");
    let text = program.args(["config", "--ascii"]).run().stdout;
    text.shows(["\nmax_age\t2h\tsettings\n", "\nascii\ttrue\targument\n"]);
    text.shows(["\nmouse\tfalse\tdefault\n", "\npull_days\t90\tdefault\n"]);
}

#[test]
fn no_token_is_ever_printed() {
    let secret = "ghp_thisIsASecretThatNobodyMaySee";
    for args in [vec!["doctor"], vec!["config"], vec!["doctor", "-vv", "-o", "json"]] {
        let output = Program::new().args(args).env("GH_TOKEN", secret).run();
        assert!(!output.stdout.contains(secret) && !output.stderr.contains(secret));
    }
}

#[test]
fn split_refuses_an_issue_that_was_not_fetched() {
    let text = "version: 1\nrepo: acme/p\nprojects: [{id: a, items: [7]}]\n";
    let output = Program::new().file("offramp.yaml", text).args(["split", "7", "--offline"]).run();
    output.exits(1, ["the tasks of #7 are not known"]);
}

#[test]
fn csv_separates_free_from_maybe_free() {
    let text = "version: 1\nrepo: acme/p\nprojects: [{id: a, items: [By hand]}]\n";
    let csv = Program::new().file("offramp.yaml", text).args(["--offline", "next", "-o", "csv"]).run().stdout;
    let mut lines = csv.lines();
    assert!(lines.next().unwrap().ends_with(",freedom,ask") && lines.last().unwrap().ends_with(",free,"), "{csv}");
}

#[test]
fn doctor_names_the_token_that_requests_carry() {
    let token = |variables: &[(&str, &str)]| {
        let program = variables.iter().fold(Program::new(), |program, (name, value)| program.env(name, value));
        let output = program.args(["doctor", "-o", "json"]).run();
        let page: serde_json::Value = output.json();
        let looks = page["looks"].as_array().unwrap();
        let look = looks.iter().find(|look| look["what"] == "token").unwrap();
        format!("{}: {} ({})", look["verdict"], look["found"], look["remedy"]).replace('"', "")
    };
    let own = ("GH_HOST", "github.example.com");
    assert_eq!(token(&[("GH_TOKEN", "x")]), "fine: from GH_TOKEN (null)");
    assert_eq!(token(&[own, ("GH_ENTERPRISE_TOKEN", "x")]), "fine: from GH_ENTERPRISE_TOKEN (null)");
    let none = "note: none: 60 requests an hour (GH_ENTERPRISE_TOKEN, or `gh auth login`, allows 5,000)";
    assert_eq!(token(&[own, ("GH_TOKEN", "x")]), none);
    assert!(token(&[("GH_TOKEN", "a b")]).starts_with("wrong: "));
    assert!(
        token(&[("GH_TOKEN", "x"), ("OFFRAMP_API_URL", "http://example.com")])
            .starts_with("note: the token of GH_TOKEN is not sent")
    );
}

#[test]
fn explain_and_who_of_a_tracking_issue_use_its_project() {
    let text = out(&["explain", "1308"]);
    text.shows(["It tracks k8s-gubernator as a whole"]);
    assert_eq!(text.matches("Sources:").count(), 1, "{text}");
    assert_eq!(out(&["explain", "787"]).matches("Sources:").count(), 1);
    assert!(out(&["who", "1308"]).contains("SIG Testing (proposed)"));
}

#[test]
fn the_csv_of_explain_has_items_and_readings() {
    let text = out(&["explain", "k8s-prow-build", "-o", "csv"]);
    assert!(text.starts_with("ref,state,measure,why,written,freedom\r\nk8s-prow-build/"), "{text}");
    let text = out(&["explain", "prow-jobs", "-o", "csv"]);
    text.shows(["\r\nprow-jobs,2020-12-10,288,1780,16,1,as reported,", ",1492\r\n"]);
}

#[test]
fn every_command_with_filters_takes_excluded_words() {
    let rows = |args: &[&str]| out(args).lines().filter(|line| !line.starts_with('#')).count();
    for command in ["list", "next"] {
        let [all, without] = [&[][..], &["-kind:bucket", "-kettle"]].map(|more| {
            let args: Vec<_> = [command, "sig:testing"].into_iter().chain(more.iter().copied()).collect();
            rows(&args)
        });
        assert!(5 < without && without < all, "{command}: {without} of {all}");
    }
}
