//! Behaviour that all commands share: help, completions, names, colour, and which of them fetch nothing.

use std::process::Command;

use super::program::{Output, Program, Shows as _, offramp};

fn out(args: &[&str]) -> String {
    let output = offramp(args.iter().copied());
    assert_eq!(output.code, 0, "{args:?}: {}", output.stderr);
    output.stdout
}

/// Requests completions as a shell does; the last word is the one being typed.
fn completed(words: &[&str]) -> Vec<String> {
    let index = words.len().to_string();
    let program = Program::new().env("COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", index).env("_CLAP_IFS", "\n");
    let output = program.args(["--", "offramp"]).args(words.iter().copied()).run();
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{words:?}");
    output.stdout.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn shells_complete_the_names_of_the_roadmap() {
    for (words, wanted) in [
        (&["show", "k8s-gub"][..], "k8s-gubernator/787"),
        (&["status", "k8s-gub"], "k8s-gubernator"),
        (&["who", "sig-tes"], "sig-testing"),
        (&["trend", "prow"], "prow-jobs"),
        (&["trend", "it"], "items"),
        (&["set", "k8s-gubernator/7"], "k8s-gubernator/787"),
        (&["set", "k8s-gubernator/787", "sta"], "state="),
        (&["set", "k8s-gubernator/787", "state=d"], "state=done"),
        (&["check", "--rule", "placeh"], "placeholder"),
        (&["check", "--fix", "al"], "all"),
        (&["brief", "--owner", "sig-rel"], "sig-release"),
        (&["count", "--list", "left", "--sig", "sig-test"], "sig-testing"),
        (&["list", "is:f"], "is:free"),
        (&["list", "-is:bl"], "-is:blocked"),
        (&["list", "sig:testing", "-state:"], "-state:done"),
        (&["list", "sig:tes"], "sig:testing"),
        (&["next", "own"], "owner:"),
        (&["list", "state:todo,sta"], "state:todo,started"),
        (&["list", "-state:todo,sta"], "-state:todo,started"),
        (&["help", "roa"], "roadmap"),
        (&["help", ""], "global"),
        (&["stat"], "status"),
    ] {
        let found = completed(words);
        assert!(found.iter().any(|name| name == wanted), "{words:?}: {found:?}");
    }
    assert!(completed(&["trend", "k8s-"]).is_empty());
    let states = completed(&["set", "k8s-gubernator/787", "state="]);
    assert_eq!(
        states,
        ["todo", "started", "done", "removed", "dropped", "unknown"].map(|word| format!("state={word}"))
    );
    // The letters of a word are not options.
    assert_eq!(completed(&["list", "-is:bl"]), ["-is:blocked"]);
}

#[test]
fn bash_completes_after_a_colon() {
    if Command::new("bash").arg("--version").output().is_err() {
        return;
    }
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_offramp")).parent().unwrap().to_owned();
    let script = format!(
        "PATH={}:$PATH\n{}\nCOMP_LINE='offramp list is:f'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=(offramp list is : f); COMP_CWORD=4\n\
         _offramp\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        folder.display(),
        out(&["completions", "bash"])
    );
    let output = Command::new("bash").args(["--norc", "-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "free\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn zsh_adds_no_blank_after_a_colon_or_an_equals_sign() {
    if Command::new("zsh").arg("--version").output().is_err() {
        return;
    }
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_offramp")).parent().unwrap().to_owned();
    let completed = |words: &[&str]| {
        let script = format!(
            "path=({} $path)\ncompdef() {{ }}\n_describe() {{ local name=$3; print -rl -- \"$*\" \"${{(@P)name}}\" }}\n{}\n\
             words=(offramp {}) CURRENT={}\n_offramp\n",
            folder.display(),
            out(&["completions", "zsh"]),
            words.join(" "),
            words.len() + 1,
        );
        let mut command = Command::new("zsh");
        command.args(["-f", "-c", &script]).env_clear().envs([("OFFRAMP_OFFLINE", "1"), ("HOME", "/nonexistent")]);
        let path = std::env::var_os("PATH").unwrap_or_default();
        String::from_utf8(command.env("PATH", path).output().unwrap().stdout).unwrap()
    };
    // With an empty suffix zsh adds no space.
    assert_eq!(completed(&["list", "own"]), "-V values open -S \nowner\\:\n");
    assert_eq!(completed(&["set", "k8s-gubernator/787", "sta"]), "-V values open -S \nstate=\n");
    assert_eq!(completed(&["list", "is:f"]), "-V values closed\nis\\:free\n");
    assert!(completed(&["stat"]).starts_with("-V values closed\nstatus:"));
}

#[test]
fn help_lists_a_commands_own_options_and_help_global_the_rest() {
    let help = out(&["list", "--help"]);
    assert!(help.contains("--by <FIELD>") && !help.contains("--max-age <AGE>"), "{help}");
    help.shows(["`offramp help global`"]);
    assert_eq!(out(&["help", "list"]).trim(), help.trim());
    assert_eq!(out(&["help", "work"]).trim(), help.trim(), "by its alias");
    assert!(out(&["help", "global"]).contains("--max-age <AGE>"));
    assert!(out(&["help"]).contains("Commands:"));
    assert!(out(&["--help"]).contains("--max-age <AGE>"));
    offramp(["help", "lst"]).exits(2, ["did you mean `list`?"]);
}

#[test]
fn an_unknown_command_gets_a_hint() {
    offramp(["k8s-prow"]).exits(2, ["no command is called `k8s-prow`", "`offramp show k8s-prow`"]);
    for (word, near) in [("stauts", "status"), ("trends", "trend"), ("lists", "list"), ("opens", "open")] {
        offramp([word]).stderr.shows([&format!("did you mean `offramp {near}`?")]);
    }
    assert!(offramp(["list", "--json"]).stderr.contains("hint: write `-o json`"));
    assert!(offramp(["report", "k8s-prow"]).stderr.contains("`offramp show k8s-prow` shows one project"));
}

#[test]
fn a_typo_in_a_filter_is_named_with_the_nearest_value() {
    for (word, hint) in [
        ("ower:testing", "did you mean `owner:`?"),
        ("owner=testing", "write `owner:testing`"),
        ("sig:tesing", "did you mean `owner:testing`?"),
        ("kind:buckt", "did you mean `kind:bucket`?"),
        ("is:fre", "did you mean `free`?"),
        ("project:zzz", "there are "),
    ] {
        for command in ["list", "next"] {
            let Output { code, stderr, .. } = offramp([command, word]);
            assert!(code == 2 && stderr.contains(hint), "{command} {word}: {stderr}");
        }
    }
    out(&["list", "kettle", "OR", "triage", "-o", "csv"]).shows(["Migrate kettle", "riage"]);
}

#[test]
fn plain_words_match_exactly_before_they_match_fuzzily() {
    let titles = |word: &str| -> Vec<String> {
        let text = out(&["list", word, "-o", "json"]);
        let shown: serde_json::Value = serde_json::from_str(&text).unwrap();
        let row = |row: &serde_json::Value| format!("{} {}", row["project"], row["title"]).to_lowercase();
        shown["items"].as_array().unwrap().iter().map(row).collect()
    };
    assert!(titles("ket").iter().all(|title| title.contains("ket")), "{:?}", titles("ket"));
    assert!(titles("kett")[0].contains("kettle"));
    assert!(titles("ketle")[0].contains("kettle"));
}

#[test]
fn a_pipe_gets_data() {
    for args in
        [&["changes", "--since", "2020-10-01"][..], &["explain", "k8s-gubernator"], &["brief", "--since", "2020-10-01"]]
    {
        let text = out(args);
        let rows: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(rows.len() > 2 && rows.iter().all(|row| row.contains('\t')), "{args:?}: {text}");
    }
}

#[test]
fn a_project_that_is_called_like_a_counter_is_shown_with_a_note() {
    let roadmap = "version: 1\nrepo: a/b\ncounters: {jobs: {unit: jobs, done: 1, total: 2, date: 2020-01-01}}\nprojects: [{id: jobs, items: [a]}]\n";
    for command in ["show", "explain"] {
        let of = |name: &str| Program::new().file("offramp.yaml", roadmap).args([command, name]).run();
        let output = of("jobs");
        output.stderr.shows(["`offramp trend jobs` shows the counter `jobs`"]);
        output.stdout.shows(["0/1"]);
        assert_eq!(of("jobs/a").stderr, "");
    }
}

#[test]
fn changes_since_a_month_begin_with_its_first_day() {
    assert!(out(&["changes", "--since", "2020-10", "-o", "json"]).contains("\"since\": \"2020-09-30\""));
}

#[test]
fn commands_that_need_no_issues_fetch_none() {
    let roadmap = "version: 1\nrepo: a/b\ncounters: {jobs: {unit: jobs, readings: r.csv}}\nprojects: [{id: p, owner: sig-testing, issue: 7}]\n";
    let readings = "date,done,total,rule,commit,note\n2026-11-20,3,10,1,0123abc,\n";
    for args in [
        &["who", "p"][..],
        &["who", "sig-testing"],
        &["open", "p", "--print"],
        &["trend", "jobs"],
        &["explain", "jobs"],
        &["spend"],
    ] {
        // Nothing listens on that port, so a request would fail with a message on stderr.
        let mut program = Program::new().file("offramp.yaml", roadmap).file("r.csv", readings);
        program.command().env_remove("OFFRAMP_OFFLINE").env("OFFRAMP_API_URL", "http://127.0.0.1:9");
        let output = program.args(args.iter().copied()).run();
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{args:?}: {}", output.stdout);
    }
}

#[test]
fn spend_fetches_issues_if_finishing_them_saves_something() {
    let roadmap =
        "version: 1\nrepo: a/b\naccounts: [{id: x, budget: 9}]\nprojects: [{id: p, items: [{issue: 7, saves: 5}]}]\n";
    let mut program = Program::new().file("offramp.yaml", roadmap);
    program.command().env_remove("OFFRAMP_OFFLINE").env("OFFRAMP_API_URL", "http://127.0.0.1:9");
    let output = program.args(["spend"]).run();
    output.stderr.shows(["127.0.0.1:9"]);
}

#[test]
fn count_write_is_advised_only_for_counters_of_checkouts() {
    let rules = ["issues", "text, left: {contains: x}"];
    let counter = |rule: &str| format!("{{unit: x, readings: x.csv, rule: {{source: {rule}}}}}");
    let said = |counter: &str| {
        let roadmap = format!(
            "version: 1\ncounters: {{c: {counter}}}\nprojects: [{{id: p, items: [{{title: t, counter: c}}]}}]\n"
        );
        let run = |args: &[&str]| Program::new().file("offramp.yaml", &roadmap).args(args.iter().copied()).run();
        let (trend, valid, report) = (run(&["trend", "c"]), run(&["roadmap", "validate"]), run(&["report"]));
        [trend.stdout, valid.stderr, report.stdout].map(|text| text.contains("--write"))
    };
    assert_eq!(rules.map(|rule| said(&counter(rule))), [[false; 3], [true; 3]]);
    assert_eq!(said("{unit: x, readings: x.csv}"), [false; 3]);
}

#[test]
fn a_report_says_that_issues_were_not_fetched() {
    let roadmap = "version: 1\nrepo: a/b\nprojects: [{id: p, items: [7, {title: '???', state: unknown}]}]\n";
    let text = Program::new().file("offramp.yaml", roadmap).args(["report"]).run().stdout;
    let (unknown, missing) = text.split_once("- Issues not fetched yet").unwrap();
    let unknown = unknown.split_once("- What there is to do is not known").unwrap().1;
    assert!(!unknown.contains("/7") && missing.contains("/7"), "{text}");
}

#[test]
fn an_issue_of_two_projects_counts_once() {
    let text = "version: 1\nprojects:\n  - {id: a, items: [7, By hand]}\n  - {id: b, items: [7]}\n";
    let of = |args: &[&str]| Program::new().file("offramp.yaml", text).args(args.iter().copied()).run().stdout;
    assert!(of(&["list", "-o", "plain"]).starts_with("# 3 rows, 2 items left · "), "{}", of(&["list", "-o", "plain"]));
    let report = of(&["report"]);
    let (_, unfetched) = report.split_once("- Issues not fetched yet").unwrap_or_else(|| panic!("{report}"));
    let (unfetched, _) = unfetched.split_once("\n- ").unwrap_or_else(|| panic!("{report}"));
    assert_eq!(unfetched.matches("  - ").count(), 1, "{report}");
}

#[test]
fn every_face_uses_the_same_name_for_a_thing() {
    let pages: Vec<String> = [
        &["status"][..],
        &["list"],
        &["next"],
        &["brief"],
        &["report"],
        &["report", "--at-risk", "2021-06-30"],
        &["who", "k8s-testimages"],
        &["show", "k8s-testimages"],
        &["explain", "kubernetes-site"],
        &["check"],
        &["trend"],
    ]
    .iter()
    .flat_map(|command| ["table", "md"].map(|format| out(&[*command, &["-o", format][..]].concat())))
    .collect();
    for page in &pages {
        for riddle in [
            "(prop.)",
            "maybe SIG",
            "a guess",
            "guesses",
            "nobody named",
            "Nobody named",
            "nobody assigned",
            "written down",
            "NEXT, HERE",
            "at an end",
            "last word",
            "spoke",
            "min old",
        ] {
            assert!(!page.contains(riddle), "{riddle} in\n{page}");
        }
    }
}

#[test]
fn table_headings_are_capitals() {
    let commands: [&[&str]; 7] = [
        &["status"],
        &["list"],
        &["next"],
        &["check"],
        &["trend"],
        &["show", "prow-jobs"],
        &["show", "k8s-gubernator"],
    ];
    for command in commands {
        let text = out(command);
        let head = text.lines().find(|line| line.contains('\t') && line.to_uppercase() == *line);
        assert!(head.is_some(), "{command:?}: {text}");
    }
}

/// Returns done and total of the prow jobs on a day, as each face shows them.
fn figures(date: &str) -> Vec<(&'static str, u64, u64)> {
    let json = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&out(&[args, &["--as-of", date, "-o", "json"]].concat())).unwrap()
    };
    let pair = |row: &serde_json::Value| (row["done"].as_u64().unwrap(), row["total"].as_u64().unwrap());
    let first = |rows: &serde_json::Value| pair(&rows[0]);
    let found = [
        ("status", first(&json(&["status", "k8s-prow-build"])["projects"])),
        ("explain", first(&json(&["explain", "prow-jobs"])["readings"])),
        ("trend", pair(&json(&["trend", "prow-jobs"])["series"][0])),
    ];
    found.map(|(face, (done, total))| (face, done, total)).to_vec()
}

#[test]
fn every_face_shows_the_same_figure_for_a_counter_on_a_day() {
    for date in ["2020-08-31", "2020-11-30", "2020-12-10", "2020-12-31", "2023-06-30"] {
        let figures = figures(date);
        let (_, done, total) = figures[0];
        assert!(figures.iter().all(|(_, other, of)| (*other, *of) == (done, total)), "{date}: {figures:?}");
        for page in
            [&["status"][..], &["status", "-o", "md"], &["show", "prow-jobs"], &["report"], &["explain", "prow-jobs"]]
        {
            let text = out(&[page, &["--as-of", date]].concat());
            assert!(text.contains(&format!("{done}/{total}")), "{page:?} {date}: {text}");
        }
        let brief = out(&["brief", "--as-of", date]);
        assert!(brief.contains(&format!("prow jobs: {done} of {total}")), "{date}: {brief}");
    }
}

#[test]
fn a_figure_recorded_by_hand_is_shown_once_with_its_date() {
    let named = "288/1780 on 2020-12-10 recorded by hand";
    for page in [&["status"][..], &["brief"], &["explain", "k8s-prow-build"], &["show", "k8s-prow-build"]] {
        let text = out(page);
        assert_eq!(text.matches(named).count(), 1, "{page:?}: {text}");
        assert!(text.contains("2020-11-30"), "{page:?}: {text}");
    }
    // A newer counted reading replaces it.
    assert!(!out(&["status", "--as-of", "2020-12-31"]).contains("by hand"));
}

#[test]
fn what_is_only_left_is_nowhere_done_of_a_total() {
    let roadmap = "version: 1\ntitle: T\ncounters: {j: {unit: Jenkinsfiles, readings: j.csv, \
                   rule: {source: text, left: {contains: x}}}}\n\
                   projects: [{id: p, title: The move, measure: j, items: [{title: c, state: removed}, d]}]\n";
    let readings = "date,done,total,rule,commit,note\n2026-05-01,0,40,1,,\n2026-11-20,0,14,1,,\n";
    let run = |args: &[&str]| {
        let program = Program::new().file("offramp.yaml", roadmap).file("j.csv", readings);
        let output = program.args(args.iter().copied().chain(["--as-of", "2026-11-30"])).run();
        assert_eq!(output.code, 0, "{args:?} {}", output.stderr);
        output.stdout
    };
    let brief = run(&["brief", "-o", "md"]);
    brief.shows(["Jenkinsfiles: 14 left, peak 40 (65 % gone) on 2026-11-20"]);
    assert!(run(&["explain", "p"]).contains("what is gone since its start or peak"));
    for args in [["trend", "j", "-o", "csv"], ["show", "j", "-o", "csv"]] {
        let table = run(&args);
        assert!(!table.contains("40") || table.lines().all(|line| !line.contains(",26,")), "{args:?}: {table}");
        table.shows(["14"]);
    }
    let page = run(&["report", "--html", "-"]);
    assert!(page.contains("26 gone") && page.contains("40 peak") && !page.contains("In scope"), "{page}");
    let report = run(&["report"]);
    assert!(report.contains("- The move: c (removed)"), "what was deleted was not moved: {report}");
}
