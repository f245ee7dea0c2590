//! The sources `text`, `entries` and `prow-jobs`, counted at commits by the real binary.

use serde_json::Value;

use super::{Repo, git, json};
use crate::program::{Output, Program, Shows as _};

/// Counts by one rule in YAML.
fn count(rule: &str, repo: &Repo, args: &[&str]) -> Output {
    let roadmap = format!(
        "version: 1\nrepo: o/n\ncounters:\n  c: {{unit: things, rule: {rule}}}\nprojects: [{{id: p, measure: c}}]\n"
    );
    let program = Program::new().file("r.yaml", &roadmap);
    program.args(["-f", "r.yaml", "count", "--repo", repo.arg()]).args(args.iter().copied()).run()
}

/// Counts by one rule, and returns the rows of the JSON under a key.
fn rows(rule: &str, repo: &Repo, args: &[&str], key: &str) -> Vec<Value> {
    let output = count(rule, repo, &[args, &["-o", "json"]].concat());
    json(&output)[key].as_array().unwrap().clone()
}

/// Returns done, left and percent.
fn figures(output: &Output) -> (Value, Value, Value) {
    let row = json(output)["counts"][0].clone();
    (row["done"].clone(), row["left"].clone(), row["percent"].clone())
}

/// Returns the count of `git grep`.
fn grep(repo: &Repo, args: &[&str]) -> u64 {
    let output = std::process::Command::new("git")
        .args(["grep", "-I"])
        .args(args)
        .current_dir(repo.path())
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).matches('\n').count() as u64
}

fn odd_files() -> Repo {
    let repo = Repo::new();
    repo.put("a.txt", b"TODO one\nno\nTODO TODO\n").put("crlf.txt", b"x TODO\r\nTODO$\r\n\r\n");
    repo.put("end.txt", b"no line end: TODO").put("empty", b"").put("latin.txt", b"caf\xe9 TODO\n\xff\xfe\n");
    repo.put("binary", b"TODO\0TODO\n").put("late", &[&[b'x'; 9000][..], b"\nTODO\0\nTODO\n"].concat());
    repo.put("d/e/f.rb", b"# TODO\n\n  todo\nfoo\nbar\n").put("d/g.rb", b"footodo\n").put("{odd}.rb", b"TODO\n");
    std::os::unix::fs::symlink("a.txt", repo.path().join("link.txt")).unwrap();
    repo.commit("2020-01-10");
    repo
}

#[cfg(unix)]
#[test]
fn a_text_counter_equals_git_grep() {
    let repo = odd_files();
    for (kind, pattern) in [
        ("contains", "TODO"),
        ("contains", "O$"),
        ("regex", "TODO$"),
        ("regex", "^$"),
        ("regex", "^"),
        ("regex", "(?i)\\btodo\\b"),
        ("regex", "o.*O"),
        ("regex", "[^x]TODO"),
        ("regex", "foo\\s+bar"),
        ("regex", "caf. TODO"),
        ("regex", "TODO|todo"),
    ] {
        let flag = if kind == "contains" { "-F" } else { "-P" };
        for (unit, extra) in [("files", "-l"), ("lines", "-h"), ("matches", "-oh")] {
            for (glob, pathspec) in
                [("**", ":(glob)**"), ("**/*.rb", ":(glob)**/*.rb"), ("d/**", "d"), ("*.txt", ":(glob)*.txt")]
            {
                let rule = format!("{{source: text, count: {unit}, files: '{glob}', left: {{{kind}: '{pattern}'}}}}");
                let counted = figures(&count(&rule, &repo, &["-o", "json"])).1.as_u64().unwrap();
                let found = grep(&repo, &[flag, extra, "-e", pattern, "HEAD", "--", pathspec]);
                assert_eq!(counted, found, "{unit} {pattern} {glob}");
            }
        }
    }
}

#[test]
fn a_counter_without_a_total_is_a_percentage_of_its_peak() {
    let repo = Repo::new();
    repo.put("a", b"TODO\nTODO\nTODO\nTODO\n").commit("2020-01-10");
    repo.put("a", b"TODO\n").commit("2020-02-10");
    let rule = "{source: text, left: {contains: TODO}}";
    let rows = rows(rule, &repo, &["--history"], "readings");
    let shown: Vec<_> = rows.iter().map(|row| (row["left"].clone(), row["percent"].clone())).collect();
    assert_eq!(shown, [(4.into(), 0.into()), (1.into(), 75.into())]);
    assert_eq!(
        (&rows[1]["done"], &rows[1]["percent_of"], &rows[1]["start"]),
        (&Value::Null, &"peak".into(), &4.into())
    );
    let from = count("{source: text, left: {contains: TODO}, from: 10}", &repo, &["-o", "json"]);
    assert_eq!(figures(&from), (Value::Null, 1.into(), 90.into()));
    let table = count(rule, &repo, &["-o", "table"]);
    table.stdout.shows(["its peak"]);
}

#[test]
fn from_a_day_takes_percentages_of_what_was_left_then() {
    let repo = Repo::new();
    for (day, count) in [("2020-01-10", 8), ("2020-03-10", 4), ("2020-05-10", 1), ("2020-06-10", 0)] {
        repo.put("a", "TODO\n".repeat(count).as_bytes()).commit(day);
    }
    let percents = |from: &str| {
        let rule = format!("{{source: text, left: {{contains: TODO}}, from: {from}}}");
        let rows = rows(&rule, &repo, &["--history"], "readings");
        rows.iter().map(|row| row["percent"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        percents("2020-02-01"),
        [0, 50, 87, 100].map(Value::from),
        "the newest reading up to the day is the start"
    );
    assert_eq!(
        percents("2019-01-01"),
        [0, 50, 87, 100].map(Value::from),
        "without an older reading the first is the start"
    );
    assert_eq!(percents("2020-03-10"), [Value::Null, 0.into(), 75.into(), 100.into()], "before it there is none");
    let head = count("{source: text, left: {contains: TODO}, from: 2020-03-10}", &repo, &["-o", "json"]);
    let row = json(&head)["counts"][0].clone();
    assert_eq!((&row["percent"], &row["percent_of"], &row["start"]), (&Value::Null, &"start".into(), &Value::Null));
}

#[test]
fn entries_of_all_formats_are_counted_and_broken_files_named() {
    let repo = Repo::new();
    repo.put("ci/a.yml", b"jobs:\n  a: {runs-on: old}\n  b: {runs-on: new}\n# jobs: {c: {runs-on: old}}\n");
    repo.put("ci/b.json", b"{\"jobs\": {\"c\": {\"runs-on\": [\"self\", \"old\"]}}}");
    repo.put("ci/c.toml", b"[jobs.d]\nruns-on = \"new\"\n").commit("2020-01-10");
    let rule = "{source: entries, files: ci/**, each: $.jobs.*, left: {runs-on: old}}";
    let output = count(rule, &repo, &["-o", "json"]);
    assert_eq!((output.code, figures(&output)), (0, (2.into(), 2.into(), 50.into())));
    let list = rows(rule, &repo, &["--list", "left"], "units");
    let places: Vec<_> =
        list.iter().map(|unit| format!("{}:{} {}", unit["path"], unit["line"], unit["name"])).collect();
    assert_eq!(places, ["\"ci/a.yml\":2 \"a\"", "\"ci/b.json\":1 \"c\""]);
    let by = rows(rule, &repo, &["--by", "runs-on"], "groups");
    assert_eq!((&by[0]["key"], &by[0]["left"]), (&"old".into(), &2.into()));
    repo.put("ci/bad.yml", b"jobs: [\n").commit("2020-02-10");
    let output = count(rule, &repo, &["-o", "json"]);
    assert_eq!((output.code, figures(&output)), (1, (2.into(), 2.into(), 50.into())));
    output.stderr.shows(["ci/bad.yml:"]);
    let nothing = count("{source: entries, files: ci/*.json, each: $.nothing.*}", &repo, &[]);
    nothing.stderr.shows(["selects nothing in any file"]);
    let glob = count("{source: entries, files: ci/*.json, each: $.jobs.*, left: {runs-on: [ol*, '*']}}", &repo, &[]);
    let note = "note: no entry of c is left: `ol*` is compared as it is written, without wildcards";
    assert!(glob.stdout.contains("100 %") && glob.stderr.contains(note), "{}", glob.stderr);
    let found = count("{source: entries, files: ci/*.json, each: $.jobs.*, left: {runs-on: [ol*, old]}}", &repo, &[]);
    assert_eq!(found.stderr, "");
}

#[test]
fn a_part_of_a_rule_that_finds_nothing_is_named() {
    let repo = Repo::new();
    repo.put("ci/a.yml", b"jobs:\n  a: {runs-on: old, with: {os: [a]}}\n").commit("2020-01-10");
    repo.put("ci/b.yml", b"jobs:\n  b: {uses: x}\n").commit("2020-02-10");
    let note = |rule: &str, args: &[&str]| {
        let output = count(&format!("{{source: entries, each: $.jobs.*, {rule}}}"), &repo, args);
        assert_eq!(output.code, 0, "{output:?}");
        output.stderr
    };
    assert_eq!(note("files: ci/*, left: {runson: old}", &[]), "note: no entry of c has the field `runson`\n");
    assert_eq!(note("files: ci/*, done: {run-on: null}", &[]), "note: no entry of c has the field `run-on`\n");
    let several =
        "files: ci/*, left: {any: [{runs-on: old}, {not: {with.ox: a}}, {$.with.oz: a}]}, dropped: {with.ox: b}";
    assert_eq!(note(several, &[]), "note: no entry of c has the field `with.ox` or `$.with.oz`\n");
    for found in ["left: {with.os: a}", "left: {'$.with.os[*]': b}", "left: {uses: [y, null]}", "done: {runs-on: new}"]
    {
        assert_eq!(note(&format!("files: ci/*, {found}"), &[]), "", "{found}");
    }
    assert_eq!(
        note("files: ci/*, left: {uses: x}", &["--at", "2020-01-20"]),
        "note: no entry of c has the field `uses`\n"
    );
    assert_eq!(note("files: ci/*, left: {uses: x}", &["--history"]), "");
    let typo = "note: nothing of c is left: `runs-on` is never `odl` or `older`, but `old` (1)\n";
    assert_eq!(note("files: ci/*, left: {runs-on: [odl, older]}", &[]), typo);
    let maps = "note: nothing of c is left: the entries are maps or lists, so none is `old`\n";
    assert_eq!(note("files: ci/*, left: old", &[]), maps);
    let repo = Repo::new();
    repo.put("a.yml", b"uses: [v1, v1, v1, w1, w1, x1, x1, y1, y1, action@v3]\n").commit("2020-01-10");
    let rule = "{source: entries, files: a.yml, each: '$.uses[*]', left: action@v2}";
    let others = "no entry is `action@v2`; they are `action@v3` (1), `v1` (3), `w1` (2), `x1` (2), 1 other value\n";
    count(rule, &repo, &[]).exits(0, [others]);
    assert_eq!(note("files: [ci, cy, d/e.yml]", &[]), "note: no file of c is in `cy` or `d/e.yml`\n");
    let exclude = "files: {include: ci, exclude: [ic/b.yml, ci/x]}";
    assert_eq!(note(exclude, &[]), "note: no file of c is in `ic/b.yml`\n");
    assert_eq!(note("files: ['ci/*.yml', 'ci/*.yaml']", &[]), "", "an ending that no file has is no mistake");
    assert_eq!(note("files: [ci/a.yml, ci/b.yml]", &["--history"]), "");
}

#[test]
fn units_are_grouped_by_owner_and_folder() {
    let repo = Repo::new();
    repo.put("pkg/OWNERS", b"approvers: [team]\n").put("pkg/node/OWNERS", b"labels: [sig/node]\n");
    repo.put("OWNERS_ALIASES", b"aliases: {team: [ann, bob]}\n").put("pkg/a.go", b"TODO\nTODO\n");
    repo.put("pkg/node/b.go", b"TODO\n").put("c.go", b"TODO\n").commit("2020-01-10");
    let rule = "{source: text, left: {contains: TODO}}";
    let groups = |by: &str| {
        let shown = |row: &Value| format!("{} {}", row["key"].as_str().unwrap_or("-"), row["left"]);
        rows(rule, &repo, &["--by", by], "groups").iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(groups("owner"), ["team (ann, bob) 2", "- 1", "sig-node 1"]);
    assert_eq!(groups("dir=1"), ["pkg 3", "- 1"]);
    assert_eq!(groups("file"), ["pkg/a.go 2", "c.go 1", "pkg/node/b.go 1"]);
    count(rule, &repo, &["--by", "cluster"]).exits(2, ["lines have no field `cluster`"]);
}

#[test]
fn the_group_of_an_owner_has_what_is_owned_with_others() {
    let repo = Repo::new();
    repo.put("pkg/OWNERS", b"approvers: [eve, team]\n").put("pkg/node/OWNERS", b"labels: [sig/node]\n");
    repo.put("OWNERS_ALIASES", b"aliases: {team: [ann, bob]}\n").put("x/OWNERS", b"approvers: [eve]\n");
    repo.put("pkg/a.go", b"TODO\n").put("pkg/node/b.go", b"TODO\n").put("c.go", b"TODO\n").put("x/d.go", b"TODO\n");
    repo.commit("2020-01-10");
    let listed = |by: &str, group: &str| {
        let args = ["--list", "left", "--by", by, "--group", group, "-o", "json"];
        let output = count("{source: text, left: {contains: TODO}}", &repo, &args);
        if output.code != 0 {
            return output.stderr;
        }
        let units = json(&output)["units"].clone();
        units.as_array().unwrap().iter().map(|unit| unit["path"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        (listed("owner", "eve"), listed("owner", "sig-node")),
        ("x/d.go pkg/a.go".into(), "pkg/node/b.go".into())
    );
    for name in ["team", "team (ann, bob)", "eve, team (ann, bob)"] {
        assert_eq!(listed("owner", name), "pkg/a.go", "{name}");
    }
    assert_eq!(["none", "(none)"].map(|name| listed("owner", name)), ["c.go", "c.go"]);
    assert!(listed("owner", "eva").contains("did you mean `eve`?"), "{}", listed("owner", "eva"));
    assert!(listed("dir", "none").contains("there is no group `none`"), "{}", listed("dir", "none"));
}

/// Outside Git, `.gitignore` has no meaning.
#[cfg(unix)]
#[test]
fn a_plain_folder_is_read_whole() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Repo::new();
    folder.put("a.lock", b"TODO\n").put("gen/b", b"TODO\n").put(".gitignore", b"*.lock\ngen/\n");
    folder.put("back\\slash", b"TODO\n").put(".git/info/TODO", b"TODO\n");
    std::os::unix::fs::symlink("a.lock", folder.path().join("link")).unwrap();
    std::fs::copy(folder.path().join("a.lock"), folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9"))).unwrap();
    std::fs::remove_file(folder.path().join(".git/HEAD")).unwrap();
    let left = |files: &str| {
        let output =
            count(&format!("{{source: text, files: {files}, left: {{contains: TODO}}}}"), &folder, &["-o", "json"]);
        assert_eq!((output.code, json(&output)["commit"].clone()), (0, Value::Null), "{output:?}");
        figures(&output).1
    };
    assert_eq!((left("'**'"), left("a.lock"), left("gen")), (4.into(), 1.into(), 1.into()));
    let units = rows("{source: text, left: {contains: TODO}}", &folder, &["--list", "left"], "units");
    assert_eq!(units.len(), 4, "{units:?}");
}

#[test]
fn shared_units_and_units_without_a_group_are_marked() {
    let repo = Repo::new();
    repo.put("a.yaml", b"- {os: [x, y, x]}\n- {os: none}\n- {}\n").put("none/b.yaml", b"- {os: x}\n");
    repo.put("none/OWNERS", b"approvers: [ann, team]\n").put("OWNERS_ALIASES", b"aliases: {team: [bob, dan]}\n");
    repo.commit("2020-01-10");
    let rule = "{source: entries, files: '**/*.yaml', each: '$[*]', left: {os: [x, none, null]}}";
    let groups = |by: &str| {
        let rows = rows(rule, &repo, &["--by", by], "groups");
        rows.iter().map(|row| format!("{} {}", row["key"], row["left"])).collect::<Vec<_>>()
    };
    assert_eq!(groups("os"), ["\"x\" 2", "null 1", "\"none\" 1", "\"y\" 1"]);
    assert_eq!(groups("dir"), ["null 3", "\"none\" 1"]);
    let table = count(rule, &repo, &["--by", "os", "-o", "table"]).stdout;
    table.shows(["(none)", "more than the total"]);
    let left = rows(rule, &repo, &["--list", "left"], "units");
    let unit = left.iter().find(|unit| unit["path"] == "none/b.yaml").unwrap();
    assert_eq!(unit["owner"], serde_json::json!(["ann", "team (bob, dan)"]));
}

#[test]
fn an_empty_count_in_a_clone_of_another_repository_is_not_written() {
    let repo = Repo::new();
    repo.put("a", b"x\n").commit("2020-01-10");
    git(repo.path(), &["remote", "add", "origin", "https://github.com/x/y.git"]);
    let rule = "{source: text, files: '*.go', left: {contains: TODO}}";
    count(rule, &repo, &["-o", "json"]).exits(0, ["is a clone of x/y, and c counts in o/n"]);
    let roadmap =
        format!("version: 1\nrepo: o/n\ncounters:\n  c: {{readings: r.csv, rule: {rule}}}\nprojects: [{{id: p}}]\n");
    let program = Program::new().file("r.yaml", &roadmap);
    program.args(["-f", "r.yaml", "count", "--repo", repo.arg(), "--write"]).run().exits(2, ["nothing is written"]);
    git(repo.path(), &["remote", "set-url", "origin", "https://github.com/O/N.git"]);
    assert!(!count(rule, &repo, &["-o", "json"]).stderr.contains("is a clone of"), "case makes no difference");
}

const JOBS: &str = "{done: {not: {cluster: default}}}";

/// Counts the jobs below `config`, and returns what is left.
fn jobs_left(config: &str, repo: &Repo) -> Value {
    let output = count(&format!("{{config: {config}, done: {{not: {{cluster: default}}}}}}"), repo, &["-o", "json"]);
    assert_eq!(output.code, 0, "{output:?}");
    figures(&output).1
}

#[test]
fn config_sets_the_folders_of_job_configs() {
    let repo = Repo::new();
    repo.put("prow/jobs/a.yaml", b"periodics:\n- {name: a}\n").put("x/jobs/b.yaml", b"periodics:\n- {name: b}\n");
    repo.commit("2020-01-10");
    count(JOBS, &repo, &[]).exits(1, ["config: [prow/jobs]"]);
    let partly = |config: &str| count(&format!("{{config: {config}, done: {{cluster: a}}}}"), &repo, &[]).stderr;
    assert_eq!(partly("[prow/jobs, gone, x/jobs/c.yaml]"), "note: no file of c is in `gone` or `x/jobs/c.yaml`\n");
    assert_eq!(partly("[prow/jobs, x]"), "");
    let left = |config: &str| jobs_left(config, &repo);
    assert_eq!((left("prow/jobs"), left("[prow/jobs, x/jobs]"), left("'*/jobs'")), (1.into(), 2.into(), 2.into()));
    assert_eq!(left("prow/jobs/a.yaml"), 1);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_configs_is_followed_and_a_dangling_one_is_named() {
    use std::os::unix::fs::symlink;
    let repo = Repo::new();
    repo.put("files/jobs/a.yaml", b"periodics:\n- {name: a}\n");
    symlink("files", repo.path().join("config")).unwrap();
    repo.commit("2020-01-10");
    assert_eq!(jobs_left("config/jobs", &repo), 1);
    std::fs::remove_file(repo.path().join("config")).unwrap();
    symlink("nowhere", repo.path().join("config")).unwrap();
    repo.commit("2020-02-10");
    let lost = || {
        let lost = count(JOBS, &repo, &["-o", "json"]);
        assert_eq!((lost.code, figures(&lost).1), (1, Value::Null), "{lost:?}");
        assert!(lost.stderr.contains("a symbolic link that leads nowhere"), "{}", lost.stderr);
    };
    lost();
    std::fs::remove_dir_all(repo.path().join(".git")).unwrap();
    lost();
}

#[cfg(unix)]
#[test]
fn a_link_among_the_configs_is_named_and_not_followed() {
    use std::os::unix::fs::symlink;
    let repo = Repo::new();
    repo.put("jobs/a.yaml", b"periodics:\n- {name: a}\n").put("t/j.txt", b"periodics:\n- {name: j}\n");
    repo.put("more/b.yaml", b"periodics:\n- {name: b}\n");
    for (target, link) in [("../t/j.txt", "jobs/m.yaml"), ("../more", "jobs/more"), ("nowhere", "jobs/lost.yaml")] {
        symlink(target, repo.path().join(link)).unwrap();
    }
    repo.commit("2020-01-10");
    let named = |config: &str| {
        let output =
            count(&format!("{{config: {config}, done: {{not: {{cluster: default}}}}}}"), &repo, &["-o", "json"]);
        assert_eq!(figures(&output).1, 1, "{output:?}");
        output.stderr.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let in_git = named("jobs");
    let expected = ["lost.yaml", "m.yaml", "more"]
        .map(|link| format!("jobs/{link}: not counted: a symbolic link is not followed"));
    assert_eq!(in_git, expected);
    assert_eq!(named("'j*'"), in_git, "a glob");
    std::fs::remove_dir_all(repo.path().join(".git")).unwrap();
    assert_eq!(named("jobs"), in_git, "a plain folder");
}

#[test]
fn links_point_to_the_counted_repository_and_commit() {
    let repo = Repo::new();
    let id = repo.put("config/jobs/a.yaml", b"periodics:\n- {name: a}\n").commit("2020-01-10");
    git(repo.path(), &["remote", "add", "origin", "https://github.com/o/infra.git"]);
    let tasks = count(JOBS, &repo, &["--list", "left", "--tasks"]).stdout;
    tasks.shows([&format!("https://github.com/o/infra/blob/{id}/config/jobs/a.yaml")]);
}

#[test]
fn an_object_with_other_bytes_than_its_name_is_rejected() {
    let repo = Repo::new();
    repo.put("config/jobs/a.yaml", b"periodics:\n- {name: a}\n").commit("2020-01-10");
    let other = Repo::new();
    other.put("config/jobs/a.yaml", b"periodics:\n- {name: b}\n- {name: c}\n").commit("2020-01-10");
    let object = |repo: &Repo| repo.object(&repo.blob("a.yaml"));
    std::fs::remove_file(object(&repo)).unwrap();
    std::fs::copy(object(&other), object(&repo)).unwrap();
    let output = count(JOBS, &repo, &["-o", "json"]);
    assert_eq!((output.code, figures(&output).1), (1, Value::Null), "{output:?}");
    assert_eq!(json(&output)["problems"][0]["kind"], "forged");
}

#[test]
fn a_rule_of_another_repository_needs_its_checkout() {
    let repo = Repo::new();
    repo.put("a", b"TODO\n").commit("2020-01-10");
    let roadmap = "version: 1\nrepo: o/n\ncounters:\n  c: {rule: {source: text, repo: x/y, left: {contains: TODO}}}\nprojects: [{id: p}]\n";
    let run = |settings: &str| {
        let program = Program::new().file("r.yaml", roadmap).file(".config/offramp/config.toml", settings);
        program.args(["-f", "r.yaml", "count", "-o", "json"]).run()
    };
    run("").exits(2, ["there is no checkout of x/y"]);
    let found = run(&format!("[checkouts]\n\"x/y\" = {:?}\n", repo.arg()));
    assert_eq!(figures(&found).1, 1, "{found:?}");
}

#[test]
fn a_text_counter_skips_the_files_of_its_own_roadmap() {
    let roadmap = "version: 1\nrepo: o/n\ncounters:\n  c: {readings: c.csv, rule: {source: text, left: {contains: old_api}}}\n\
                   projects: [{id: p, measure: c}]\n";
    let repo = Repo::new();
    repo.put("roadmap.yaml", roadmap.as_bytes()).put("a.py", b"old_api()\n");
    repo.put("c.csv", b"date,done,total,rule,commit,note\n2020-01-09,0,3,1,abc,old_api\n").commit("2020-01-10");
    let file = format!("{}/roadmap.yaml", repo.arg());
    assert_eq!(figures(&Program::new().args(["-f", &file, "count", "-o", "json"]).run()).1, Value::from(1));
    let said = Program::new().args(["-f", &file, "explain", "c"]).run().stdout;
    said.shows(["Rule 1 counts lines of files but roadmap.yaml, c.csv; left: contains `old_api`."]);
    said.shows(["c 3 left, peak 3 = 0 % gone on 2020-01-09, by rule 1, counted at commit abc; old_api."]);
    said.shows(["The peak of 3 was first read on 2020-01-09."]);
}

#[test]
fn outside_kubernetes_prow_jobs_are_counted_in_the_repository_of_the_roadmap() {
    let rule = "{source: prow-jobs, config: [prow], done: {cluster: b}}";
    let roadmap = format!(
        "version: 1\nrepo: o/n\ncounters:\n  c: {{unit: jobs, rule: {rule}}}\nprojects: [{{id: p, measure: c}}]\n"
    );
    let repo = Repo::new();
    repo.put("roadmap.yaml", roadmap.as_bytes()).commit("2020-01-10");
    repo.put("prow/a.yaml", b"periodics:\n- name: a\n").commit("2020-02-10");
    let file = format!("{}/roadmap.yaml", repo.arg());
    let history =
        |args: &[&str]| Program::new().args(["-f", &file, "count", "--history"]).args(args.iter().copied()).run();
    let late = "note: c is counted from 2020-02-10 on: before that there is no prow\n";
    assert_eq!(history(&[]).stderr, late);
    let early = history(&["--as-of", "2020-01-20"]).stderr;
    assert!(early.contains("no job config of c is in prow") && !early.contains("there is no commit"), "{early}");
}

#[test]
fn unknown_entries_are_named_among_what_is_left() {
    let repo = Repo::new();
    repo.put("m.yaml", b"a: [{s: '+'}, {s: '-'}, {s: '?'}, {s: '?'}]\n").commit("2020-01-10");
    let rule = "{source: entries, files: m.yaml, each: '$.a[*]', done: {s: '+'}, left: {s: '-'}, unknown: {s: '?'}}";
    for args in [&[][..], &["--by", "file"]] {
        count(rule, &repo, args).stdout.shows(["c: 2 of the 3 left are unknown"]);
    }
    let list = count(rule, &repo, &["--list", "left"]).stdout;
    list.shows(["3 entries left by rule 1 of c, 2 of them unknown"]);
    assert_eq!(list.matches("\tunknown").count(), 2, "{list}");
    let tasks = count(rule, &repo, &["--list", "left", "--tasks"]).stdout;
    assert_eq!(tasks.matches(", unknown)").count(), 2, "{tasks}");
    let known = count(&rule.replace(", unknown: {s: '?'}", ", dropped: {s: '?'}"), &repo, &["--list", "left"]).stdout;
    known.hides(["unknown"]);
}
