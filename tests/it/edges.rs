//! Limits of inputs: pipes, devices and oversized files are refused at once, in one line, by every command.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[cfg(unix)]
use super::program::script;
use super::program::{Output, Program, Shows as _};

const ROADMAP: &str =
    "version: 1\nrepo: a/b\ncounters: {c: {readings: c.csv}}\nprojects: [{id: one, items: [{title: first}]}]\n";
/// Far longer than any of these commands takes.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs the program to its end, and fails if it does not end by itself.
fn bounded(program: &mut Program, args: &[&str]) -> Output {
    let start = Instant::now();
    let mut command = program.bare();
    let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > LIMIT {
            child.kill().unwrap();
            panic!("{args:?} does not end");
        }
        std::thread::yield_now();
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Output { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[cfg(unix)]
fn make_pipe(path: &Path) {
    rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::RWXU).unwrap();
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_any_file_is_refused_at_once() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    let home = program.home().to_owned();
    make_pipe(&home.join("pipe"));
    for args in [
        &["-f", "pipe", "status"][..],
        &["-f", "pipe", "set", "one/first", "state=done"],
        &["import", "pipe"],
        &["roadmap", "validate", "pipe"],
        &["report", "--html", "pipe"],
    ] {
        let output = bounded(&mut program, args);
        assert!(output.code == 1 || output.code == 2, "{args:?}: {output:?}");
        assert!(output.stderr.contains("not a regular file"), "{args:?}: {output:?}");
    }
    make_pipe(&home.join("c.csv"));
    let output = bounded(&mut program, &["status"]);
    output.exits(2, ["c.csv: cannot be read: it is not a regular file"]);
    std::fs::remove_file(home.join("c.csv")).unwrap();
    for config in [home.join("pipe"), "/dev/zero".into()] {
        program.command().env("OFFRAMP_CONFIG", &config);
        bounded(&mut program, &["status"]).exits(2, ["not a regular file"]);
    }
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    let home = program.home().to_owned();
    for name in ["roadmap.yaml", "c.csv", "settings.toml"] {
        std::fs::File::create(home.join(name)).unwrap().set_len(3 << 30).unwrap();
    }
    for args in [&["-f", "roadmap.yaml", "status"][..], &["-f", "offramp.yaml", "status"], &["import", "roadmap.yaml"]]
    {
        let output = bounded(&mut program, args);
        assert!(output.code == 2 && output.stderr.contains("is larger than 16 MB"), "{args:?}: {output:?}");
    }
    std::fs::remove_file(home.join("offramp.yaml")).unwrap();
    let output = bounded(&mut program, &["status"]);
    output.exits(2, ["roadmap.yaml: the file is larger than 16 MB"]);
    program.command().env("OFFRAMP_CONFIG", home.join("settings.toml"));
    bounded(&mut program, &["status"]).exits(2, ["it is larger than 1 MB"]);
}

#[cfg(unix)]
#[test]
fn a_lock_held_by_another_process_is_announced() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    let folder = std::fs::File::open(program.home()).unwrap();
    folder.lock().unwrap();
    let release = std::thread::spawn(move || {
        // Long enough for the announcement.
        std::thread::sleep(Duration::from_millis(1500));
        drop(folder);
    });
    let output = bounded(&mut program, &["set", "one/first", "state=done"]);
    release.join().unwrap();
    output.exits(0, ["waiting for another process that is writing beside `offramp.yaml`"]);
}

#[cfg(unix)]
#[test]
fn an_edit_keeps_hard_links_and_says_so() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    std::fs::hard_link(program.home().join("offramp.yaml"), program.home().join("second.yaml")).unwrap();
    let output = bounded(&mut program, &["set", "one/first", "state=done"]);
    output.exits(0, ["written in place, since it has further names"]);
    let second = std::fs::read_to_string(program.home().join("second.yaml")).unwrap();
    second.shows(["state: done"]);
}

#[cfg(unix)]
#[test]
fn no_program_of_the_current_folder_is_run() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    let home = program.home().to_owned();
    for name in ["gh", "git", "sh", "xdg-open"] {
        script(&home.join(name), &format!("touch '{}'", home.join("ran").display()));
    }
    for path in ["", ":/usr/bin:/bin", "/usr/bin:.:/bin:"] {
        program.command().env("PATH", path);
        bounded(&mut program, &["doctor"]);
        bounded(&mut program, &["open", "a/b#1"]);
        bounded(&mut program, &["count", "--repo", "."]);
        assert!(!home.join("ran").exists(), "PATH={path}");
    }
}

#[cfg(unix)]
#[test]
fn a_browser_gets_no_token_and_its_failure_is_reported() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    let home = program.home().to_owned();
    script(&home.join("see"), &format!("env > '{0}'; echo \"$@\" >> '{0}'", home.join("seen").display()));
    program.command().env("GH_TOKEN", "secret-one").env("GITHUB_TOKEN", "secret-two");
    program.command().env("BROWSER", format!("no-such-program:false:{} --at %s", home.join("see").display()));
    let output = bounded(&mut program, &["open", "a/b#1"]);
    assert_eq!(output.code, 0, "{output:?}");
    let seen = std::fs::read_to_string(home.join("seen")).unwrap();
    assert!(seen.contains("--at https://github.com/a/b/issues/1") && !seen.contains("secret-"), "{seen}");
    program.command().env("BROWSER", "false");
    let output = bounded(&mut program, &["open", "a/b#1"]);
    output.exits(1, ["`false` could not open the page"]);
    output.stderr.hides(["opened"]);
}

#[cfg(unix)]
#[test]
fn a_gh_that_hangs_or_prints_endlessly_is_abandoned() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    let bin = program.home().join("bin");
    std::fs::create_dir(&bin).unwrap();
    for endless in ["exec sleep 100", "exec yes token"] {
        script(&bin.join("gh"), endless);
        program.command().env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
        let output = bounded(&mut program, &["doctor"]);
        output.stdout.shows(["roadmap"]);
    }
}

/// Runs `roadmap validate` on a text.
fn validated(text: &str) -> Output {
    let mut program = Program::new().file("roadmap.yaml", text);
    bounded(&mut program, &["roadmap", "validate", "roadmap.yaml"])
}

#[test]
fn a_thousand_faults_are_counted_and_two_hundred_are_described() {
    let names: String = (0..20_000).map(|n| format!("unknown-{n}: 1\n")).collect::<Vec<_>>().concat();
    let output = validated(&format!("version: 1\n{names}"));
    assert_eq!(output.code, 2);
    assert_eq!(output.stderr.matches("unknown key").count(), 200);
    assert!(output.stderr.ends_with("error: and 19800 more\n"), "{}", output.stderr.lines().last().unwrap_or_default());
    let long: String = (0..40_000).map(|n| format!("\"name-{n}\", ")).collect::<Vec<_>>().concat();
    let items =
        format!("version: 1\nprojects: [{{id: one, items: [a], blocked_by: [{}]}}]\n", long.get(..100_000).unwrap());
    let output = validated(&items);
    assert!(output.code == 2 && output.stderr.len() < 100_000, "{}", output.stderr.len());
}

#[test]
fn every_list_of_a_roadmap_has_a_limit() {
    for (text, message) in [
        (format!("version: 1\numbrellas: {:?}\n", (1..5000).collect::<Vec<_>>()), "4999 umbrellas"),
        (
            format!(
                "version: 1\ncounters: {{{}}}\n",
                (0..600).map(|n| format!("c{n}: {{}}, ")).collect::<Vec<_>>().concat()
            ),
            "600 counters",
        ),
        (
            format!(
                "version: 1\nprojects:\n{}",
                (0..20_001).map(|n| format!("- id: p{n}\n")).collect::<Vec<_>>().concat()
            ),
            "20001 projects",
        ),
        (format!("version: 1\nprojects:\n- id: a\n  items: [{}]", "1,".repeat(100_001)), "100001 further items"),
    ] {
        let output = validated(&text);
        assert!(output.code == 2 && output.stderr.contains(message), "{message}: {:.400}", output.stderr);
        assert!(output.stderr.contains("are read"), "{:.400}", output.stderr);
    }
}

#[test]
fn a_roadmap_that_names_one_issue_many_times_is_read_in_time() {
    let many = 10_000;
    let items: String =
        (0..many).map(|n| format!("  - {{title: t{n}, issue: 5, blocked_by: 6}}\n")).collect::<Vec<_>>().concat();
    let blocked: String = (0..many).map(|n| format!("  - {{title: u{n}, issue: 6}}\n")).collect::<Vec<_>>().concat();
    let output = validated(&format!("version: 1\nrepo: a/b\nprojects:\n- id: one\n  items:\n{items}{blocked}"));
    assert_eq!(output.code, 0, "{:.400}", output.stderr);
}

#[test]
fn a_readings_file_has_a_limit() {
    let rows = "2020-12-10,1,2,1,,\n".repeat(100_001);
    let mut program = Program::new()
        .file("offramp.yaml", ROADMAP)
        .file("c.csv", &format!("date,done,total,rule,commit,note\n{rows}"));
    let output = bounded(&mut program, &["status"]);
    assert!(output.code == 2 && output.stderr.contains("at most 100000 readings"), "{:.400}", output.stderr);
    let faulty = "x\n".repeat(60_000);
    super::program::write(&program.home().join("c.csv"), format!("date,done,total,rule,commit,note\n{faulty}"))
        .unwrap();
    let output = bounded(&mut program, &["status"]);
    assert!(output.code == 2 && output.stderr.ends_with("error: and 59800 more\n"), "{:.400}", output.stderr);
}
