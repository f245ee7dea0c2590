//! Roadmaps outside Kubernetes: their terms, owners and links, and clones without a roadmap.

use crate::program::{Output, Program, Shows as _};

/// A roadmap of another community that uses most features.
const ROADMAP: &str = r##"version: 1
title: Leave the old registry
repo: acme/platform
umbrellas: [1]
groups:
  - {id: infra, name: Infrastructure team, chat: "#infra", leads: [ann], meetings: "weekly, Wednesday 15:00 Europe/Paris", labels: [team/infra], repos: [acme/*]}
  - {id: docs, name: Docs team, list: docs@acme.example}
counters:
  files:
    unit: files
    readings: readings/files.csv
    rule: {version: 1, source: text, files: {include: ["**/*.rb"]}, left: {contains: old.acme.example}}
accounts:
  - {id: cloud, budget: 1000, start: 2026-01-01, end: 2026-12-31, readings: [{date: 2026-06-30, spent: 400}]}
migrated: [The mirror]
projects:
  - id: images
    owner: infra
    issue: 2
    measure: files
    items:
      - 3
      - {title: Copy images, state: started, cost: 10, account: cloud}
      - {title: On call for it, kind: on-call}
      - {title: "???", state: unknown}
      - {title: Port of the fork, links: [{title: port, url: "https://gitlab.com/acme/fork/-/issues/3"}]}
  - id: pages/handbook
    title: Move the handbook
    owner: "@alice"
    links: https://wiki.acme.example/plan
    items: [{title: Text, due: 2020-01-01}, {title: Pictures, blocked_by: images, owner: "@acme/design"}]
  - id: mail
    owner: {names: [infra, docs], certainty: either}
    items: [4, https://bugs.debian.org/1062392]
  - {id: open, items: [{title: x, owner: "Example Inc"}]}
"##;

const READINGS: &str = "date,done,total,rule,commit,note\n2026-05-01,2,10,1,,\n2026-11-01,5,10,1,,\n";

fn program() -> Program {
    Program::new().file("roadmap.yaml", ROADMAP).file("readings/files.csv", READINGS)
}

fn run(args: &[&str]) -> Output {
    program().args(args.iter().copied()).run()
}

/// Every command, with arguments that exist in the roadmap above.
const COMMANDS: [&[&str]; 44] = [
    &[],
    &["status"],
    &["list", "--all"],
    &["list", "--by", "owner"],
    &["list", "--by", "milestone"],
    &["list", "onwer:x"],
    &["list", "owner:"],
    &["list", "OR"],
    &["list", "project:none"],
    &["show", "images"],
    &["show", "mail/4"],
    &["show", "files"],
    &["show", "nothing"],
    &["next", "--all"],
    &["changes", "--since", "2026-01-01"],
    &["brief"],
    &["brief", "--owner", "infra"],
    &["trend"],
    &["trend", "files", "--explain"],
    &["spend"],
    &["check"],
    &["check", "--fail-on", "info"],
    &["explain", "images"],
    &["explain", "images/copy-images"],
    &["explain", "files"],
    &["who", "images"],
    &["who", "infra"],
    &["who", "@alice"],
    &["who", "open"],
    &["who", "nobody"],
    &["split", "images"],
    &["suggest"],
    &["report"],
    &["report", "2026"],
    &["count", "files"],
    &["refs"],
    &["open", "images", "--print"],
    &["set", "images", "owner=nobody", "--dry-run"],
    &["set", "images", "state=done", "--dry-run"],
    &["roadmap", "validate"],
    &["config"],
    &["cache", "path"],
    &["doctor"],
    &["import", "list.md"],
];

const NAMES: [&str; 27] = [
    "status",
    "list",
    "show",
    "next",
    "changes",
    "brief",
    "trend",
    "spend",
    "check",
    "explain",
    "who",
    "split",
    "suggest",
    "report",
    "count",
    "refs",
    "sync",
    "cache",
    "open",
    "init",
    "set",
    "import",
    "roadmap",
    "config",
    "doctor",
    "completions",
    "man",
];

/// Terms of Kubernetes that no other community should see: whole words in lower case.
const WORDS: [&str; 10] =
    ["sig", "sigs", "prow", "gcp", "google.com", "k8s", "k8s.io", "test-infra", "test_infra", "/assign"];

/// Returns the lines that contain one of the terms.
fn foreign(text: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    let has_word = |line: &&str| {
        let lower = line.to_lowercase();
        let words = lower.split(|c: char| !is_part(c)).map(|word| word.trim_matches(['.', '-']));
        words.flat_map(|word| [word].into_iter().chain(word.split('-'))).any(|word| WORDS.contains(&word))
    };
    text.lines().filter(has_word).collect()
}

#[test]
fn outside_kubernetes_no_output_has_kubernetes_terms() {
    for command in COMMANDS {
        for format in ["table", "plain", "json", "csv", "md", "github"] {
            let list = "- [ ] copy images @bob\n- [x] docs #7\n";
            let program = program().file("list.md", list).args(command.iter().copied()).args(["-o", format]);
            let out = program.run();
            assert!(out.code != 101 && out.code >= 0, "{command:?} -o {format}: {out:?}");
            assert_eq!(foreign(&out.stdout), [""; 0], "{command:?} -o {format}");
            assert_eq!(foreign(&out.stderr), [""; 0], "{command:?} -o {format}");
        }
    }
}

#[test]
fn the_schema_has_kubernetes_terms_only_if_the_roadmap_does() {
    let out = run(&["roadmap", "schema"]);
    assert_eq!((out.code, foreign(&out.stdout)), (0, Vec::new()));
    let schema: serde_json::Value = out.json();
    let used: Vec<&str> = out.stdout.split("\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(used.len() > 20 && used.iter().all(|path| schema.pointer(path).is_some()), "{used:?}");
    let prow = ROADMAP.replace(
        "source: text, files: {include: [\"**/*.rb\"]}, left: {contains: old.acme.example}",
        "source: prow-jobs, done: {cluster: new}",
    );
    let sig = ROADMAP.replace("owner: infra", "owner: {sig: infra}");
    for roadmap in [prow.as_str(), sig.as_str()] {
        assert_ne!(roadmap, ROADMAP);
        let out = program().file("roadmap.yaml", roadmap).args(["roadmap", "schema"]).run();
        assert_eq!(out.stdout, offramp::sources::roadmap_file::SCHEMA);
    }
}

#[test]
fn help_is_neutral() {
    let mut calls: Vec<Vec<&str>> = NAMES.iter().map(|name| vec![*name, "--help"]).collect();
    calls.extend(NAMES.iter().map(|name| vec!["help", *name]));
    calls.extend([vec!["--help"], vec!["-h"], vec!["help", "global"], vec!["man"], vec!["completions", "bash"]]);
    for call in calls {
        let out = run(&call);
        assert_eq!(foreign(&out.stdout), [""; 0], "{call:?}");
    }
}

#[test]
fn explanations_of_findings_are_neutral() {
    let all = run(&["check", "-o", "json"]);
    let rules = run(&["check", "--explain", "no-such-rule"]);
    assert_eq!(foreign(&(all.stdout + &rules.stderr)), [""; 0]);
    for rule in offramp::insight::finding::rules() {
        let out = run(&["check", "--explain", rule.name]);
        assert_eq!((out.code, foreign(&out.stdout)), (0, Vec::new()), "{}", rule.name);
    }
}

#[test]
fn a_bare_number_in_a_list_belongs_to_the_current_repository() {
    let list = "- #12\n- [the old tracker](https://github.com/other/repo/issues/9)\n";
    let at_home = program().file("list.md", list).args(["import", "list.md"]).run();
    at_home.stdout.shows(["repo: acme/platform", "- 12\n", "issue: other/repo#9"]);
    // Without one, the repository with the most links is the best guess.
    let elsewhere = Program::new().file("list.md", list).args(["import", "list.md"]).run();
    elsewhere.stdout.shows(["repo: other/repo"]);
}

#[test]
fn an_edit_knows_the_groups_of_its_roadmap() {
    let mut program = program().args(["set", "images", "owner=docs"]);
    let out = program.run_again();
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    std::fs::read_to_string(program.home().join("roadmap.yaml")).unwrap().shows(["    owner: docs\n    issue: 2\n"]);
    let slip = run(&["set", "images", "owner=dcos"]);
    assert_eq!((slip.code, slip.stderr.contains("did you mean `docs`?")), (2, true), "{}", slip.stderr);
}

#[test]
fn an_edit_knows_the_groups_of_a_file_beside_the_roadmap() {
    let roadmap = "version: 1\nrepo: o/r\ngroups: groups.yaml\nprojects: [{id: a, owner: crew}]\n";
    let groups = "groups:\n  - {id: crew, name: The crew}\n  - {id: deck}\n";
    let mut program = Program::new().file("roadmap.yaml", roadmap).file("groups.yaml", groups);
    program.command().args(["set", "a", "owner=deck"]);
    let out = program.run_again();
    assert_eq!((out.code, out.stderr.as_str()), (0, ""));
    out.stdout.shows(["owner: deck"]);
}

#[test]
fn owner_filters_take_owners_of_any_kind() {
    let titles = |filter: &str| {
        let out = run(&["list", filter, "-o", "csv"]);
        assert_eq!(out.code, 0, "{}", out.stderr);
        out.stdout.lines().count() - 1
    };
    assert_eq!(titles("owner:@alice"), 1);
    assert_eq!(titles("owner:alice"), 1);
    assert_eq!(titles("owner:@acme/design"), 1);
    assert_eq!(titles("owner:docs"), 2);
    assert_eq!(titles("sig:docs"), 2);
    assert_eq!(titles("owner:\"Example Inc\""), 1);
    run(&["list", "owner:inrfa"]).exits(2, ["did you mean `owner:infra`?"]);
}

#[test]
fn at_me_is_the_login_of_settings_or_gh() {
    let args = ["list", "owner:@me", "-o", "csv"];
    let unknown = run(&args);
    unknown.exits(2, ["your GitHub login is not known"]);
    for (file, text) in [
        (".config/offramp/config.toml", "login = \"alice\"\n"),
        (".config/gh/hosts.yml", "github.com:\n    users:\n        alice:\n    git_protocol: https\n    user: alice\n"),
    ] {
        let out = program().file(file, text).args(args).run();
        assert_eq!((out.code, out.stdout.lines().count()), (0, 2), "{file}: {}", out.stderr);
    }
    for args in [["who", "@me"], ["brief", "--owner=@me"]] {
        run(&args).exits(2, ["your GitHub login is not known"]);
        let known = program().file(".config/offramp/config.toml", "login = \"alice\"\n").args(args).run();
        assert!(known.code == 0 && known.stdout.contains("@alice"), "{known:?}");
    }
}

#[test]
fn links_are_shown_and_opened_and_no_issue_of_another_tracker_is_free() {
    let out = run(&["show", "images/port-of-the-fork"]);
    out.stdout.shows(["port: https://gitlab.com/acme/fork/-/issues/3"]);
    for (reference, url) in [
        ("images/port-of-the-fork", "https://gitlab.com/acme/fork/-/issues/3\n"),
        ("pages/handbook", "https://wiki.acme.example/plan\n"),
        ("mail/https-bugs-debian-org-1062392", "https://bugs.debian.org/1062392\n"),
    ] {
        let out = run(&["open", reference, "--print"]);
        assert_eq!((out.code, out.stdout.as_str()), (0, url), "{}", out.stderr);
    }
    let free = run(&["list", "is:free", "-o", "csv"]).stdout;
    free.hides(["Port of the fork", "debian"]);
    let next = run(&["next", "--all", "-o", "json"]).stdout;
    next.hides(["Port of the fork", "debian"]);
}

#[test]
fn meetings_take_any_time_zone_and_an_unknown_one_is_an_error() {
    let out = run(&["who", "infra"]);
    out.stdout.shows(["Wednesday", "#infra"]);
    let of = |zone: &str| {
        let meeting = format!("{{day: Monday, time: '10:00', tz: {zone}}}");
        let roadmap = format!("version: 1\nrepo: o/r\ngroups: [{{id: a, meetings: {meeting}}}]\nprojects: []\n");
        Program::new().file("roadmap.yaml", &roadmap).args(["who", "a"]).run()
    };
    of("Mars/Olympus").exits(2, ["`Mars/Olympus` is not a known time zone"]);
    let right = of("UTC");
    assert!(right.code == 0 && right.stdout.contains("10:00 UTC"), "{right:?}");
}

#[test]
fn who_prefers_the_project_to_a_group_of_the_same_name() {
    let groups = "groups: [{id: infra, chat: '#infra'}, {id: web, chat: '#web'}]";
    let projects =
        "projects: [{id: infra, owner: web, items: [a]}, {id: web, owner: web, items: [{id: infra, title: b}]}]";
    let roadmap = format!("version: 1\nrepo: o/r\n{groups}\n{projects}\n");
    let who = |name: &str| Program::new().file("roadmap.yaml", &roadmap).args(["who", name]).run();
    let project = who("infra");
    assert!(project.code == 0 && project.stdout.contains("#web") && !project.stdout.contains("#infra"), "{project:?}");
    project.stderr.shows(["note: this is the project; `offramp who owner:infra` shows the owner infra"]);
    let group = who("owner:infra");
    assert!(group.stdout.contains("#infra") && !group.stdout.contains("#web"), "{group:?}");
    who("web").stderr.hides(["note:"]);
    who("owner:inrfa").exits(2, ["no owner is called `inrfa`", "did you mean `infra`?"]);
}

#[test]
fn in_a_clone_without_a_roadmap_the_example_says_how_to_begin() {
    let config = "[remote \"origin\"]\n\turl = https://github.com/jj-vcs/jj.git\n";
    let mut program = Program::new().file(".git/config", config).args(["status"]);
    let out = program.run_again();
    out.stdout.shows(["Kubernetes example; yours: `offramp init` (jj-vcs/jj)"]);
    let begun = Program::new().file(".git/config", config).args(["init"]).run();
    assert_eq!((begun.code, begun.stderr.as_str()), (0, ""));
}

#[test]
fn a_subfolder_of_a_repository_uses_the_roadmap_above_it() {
    let of = |git: &str, folder: &str| {
        let roadmap = "version: 1\ntitle: The plan above\nrepo: jj-vcs/jj\nprojects:\n  - id: lib\n";
        let mut program = Program::new().file("offramp.yaml", roadmap).file(git, "[core]\n").file("a/b/x", "");
        let folder = program.home().join(folder);
        program.command().current_dir(folder);
        let status = program.args(["status"]).run();
        (status.code, status.stdout.contains("The plan above"))
    };
    assert_eq!(of(".git/config", "a/b"), (0, true));
    assert_eq!(of("a/.git/config", "a"), (0, false), "the search ends at the root of the repository");
    assert_eq!(of("a/.git/config", "a/b"), (0, false));
    assert_eq!(of("x/config", "a"), (0, false), "no repository");
}

#[test]
fn set_in_a_subfolder_changes_the_roadmap_above() {
    let roadmap =
        "version: 1\nrepo: jj-vcs/jj\nprojects:\n  - id: lib\n    items:\n      - {id: move, title: Move it}\n";
    let mut program = Program::new().file("offramp.yaml", roadmap).file(".git/config", "[core]\n").file("a/x", "");
    let (home, folder) = (program.home().to_owned(), program.home().join("a"));
    program.command().current_dir(folder);
    let mut program = program.args(["set", "lib/move", "state=done"]);
    let changed = program.run_again();
    assert_eq!(changed.code, 0, "{changed:?}");
    assert!(std::fs::read_to_string(home.join("offramp.yaml")).unwrap().contains("state: done"));
}

#[test]
fn import_without_a_repository_uses_a_placeholder() {
    let list = "- [ ] copy images\n- [x] docs (#7)\n";
    let out = Program::new().file("list.md", list).args(["import", "list.md"]).run();
    assert!(out.code == 0 && out.stdout.contains("repo: owner/name\n"), "{out:?}");
    out.stderr.shows(["`-R` names the right one"]);
    let config = "[remote \"origin\"]\n\turl = git@github.com:jj-vcs/jj\n";
    let out = Program::new().file(".git/config", config).file("list.md", list).args(["import", "list.md"]).run();
    assert!(out.code == 0 && out.stdout.contains("repo: jj-vcs/jj\n") && out.stderr.is_empty(), "{out:?}");
}
