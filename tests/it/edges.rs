//! Inputs that are no files, or more than a file should be: refused at once, in one line, whatever the command.

use std::path::Path;
use std::time::{Duration, Instant};

use super::program::{Output, Program};

const ROADMAP: &str =
    "version: 1\nrepo: a/b\ncounters: {c: {readings: c.csv}}\nprojects: [{id: one, items: [{title: first}]}]\n";
/// Far more than any of these takes, far less than for ever.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs to its end, which must come by itself.
fn bounded(program: &mut Program, args: &[&str]) -> Output {
    let start = Instant::now();
    let mut command = std::process::Command::new(program.command().get_program());
    command.env_clear().envs(program.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.args(args).current_dir(program.home()).stdin(std::process::Stdio::null());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
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
fn a_pipe_in_the_place_of_any_file_is_refused_at_once() {
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
    assert!(
        output.code == 2 && output.stderr.contains("c.csv: cannot be read: it is not a regular file"),
        "{output:?}"
    );
    std::fs::remove_file(home.join("c.csv")).unwrap();
    for config in [home.join("pipe"), "/dev/zero".into()] {
        program.command().env("OFFRAMP_CONFIG", &config);
        let output = bounded(&mut program, &["status"]);
        assert!(output.code == 2 && output.stderr.contains("not a regular file"), "{output:?}");
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_by_its_size() {
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
    assert!(output.code == 2 && output.stderr.contains("roadmap.yaml: the file is larger than 16 MB"), "{output:?}");
    program.command().env("OFFRAMP_CONFIG", home.join("settings.toml"));
    let output = bounded(&mut program, &["status"]);
    assert!(output.code == 2 && output.stderr.contains("it is larger than 1 MB"), "{output:?}");
}

#[cfg(unix)]
#[test]
fn a_lock_that_another_process_holds_is_announced() {
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
    assert_eq!(output.code, 0, "{output:?}");
    assert!(output.stderr.contains("waiting for another process that is writing beside `offramp.yaml`"), "{output:?}");
}

#[cfg(unix)]
#[test]
fn an_edit_keeps_hard_links_and_says_how() {
    let mut program = Program::new().file("offramp.yaml", ROADMAP);
    std::fs::hard_link(program.home().join("offramp.yaml"), program.home().join("second.yaml")).unwrap();
    let output = bounded(&mut program, &["set", "one/first", "state=done"]);
    assert_eq!(output.code, 0, "{output:?}");
    assert!(output.stderr.contains("written in place, since it has further names"), "{output:?}");
    let second = std::fs::read_to_string(program.home().join("second.yaml")).unwrap();
    assert!(second.contains("state: done"), "{second}");
}
