//! Tests of the files that a roadmap is read from, and of the files that it names.

use super::*;

#[test]
fn groups_can_be_in_a_file_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let write =
        |name: &str, text: &str| crate::sources::disk::write(&folder.path().join(name), text.as_bytes()).unwrap();
    write("roadmap.yaml", "version: 1\nrepo: o/r\ngroups: groups.yaml\nprojects: [{id: a, owner: sig-net}]\n");
    let read = || load(&folder.path().join("roadmap.yaml"), &groups(), today());
    let said = |loaded: Result<LoadedRoadmap, Diagnostics>| loaded.unwrap_err().to_string();
    assert!(said(read()).contains("groups.yaml: there is no such file"));
    write("groups.yaml", "- {id: sig-net, name: Networks}\n- {id: sig-net, colour: red}\n");
    let faults = said(read());
    assert!(faults.contains("groups.yaml:2:") && faults.contains("unknown key `colour` in a group"), "{faults}");
    write(
        "groups.yaml",
        "sigs:\n- dir: sig-net\n  name: Networks\n  label: net\n  mission_statement: x\n  leadership:\n    chairs:\n    \
         - {github: ann, name: Ann}\n  meetings:\n  - {description: Regular, day: Monday, time: '17:00', tz: UTC, frequency: weekly}\n  \
         contact: {slack: sig-net, mailing_list: https://lists.example.org/net}\ncommittees: []\n",
    );
    let roadmap = read().unwrap().roadmap;
    let group = roadmap.groups.of_label("sig/net").unwrap();
    assert_eq!((group.name.as_str(), group.chairs[0].as_str(), group.meetings.len()), ("Networks", "ann", 1));
    let around = edit::EditContext { name: "r", groups: &roadmap.groups, today: today(), seen: None };
    let text = "version: 1\nrepo: o/r\ngroups: groups.yaml\nprojects: [{id: a, owner: sig-net}]\n";
    let target = edit::Edit {
        target: edit::EditTarget::Named("a".into()),
        changes: vec![(edit::EditField::Owner, "@ann".into())],
    };
    let changed = edit::plan(text, &target, &around).unwrap().new_text;
    assert!(changed.contains("owner: \"@ann\""), "{changed}");
}

#[test]
fn a_groups_file_outside_the_folder_is_rejected() {
    for path in ["../groups.yaml", "/etc/passwd", "~/groups.yaml"] {
        let said = parse(&format!("version: 1\ngroups: {path}\n")).unwrap_err().to_string();
        assert!(said.contains("is outside the roadmap's folder"), "{said}");
    }
    let readings = |path: &str| parse(&format!("version: 1\ncounters: {{a: {{unit: jobs, readings: {path}}}}}\n"));
    assert!(readings("sub/.Git/shallow").unwrap_err().to_string().contains("is in a folder of Git"));
    assert!(readings(".github/a.csv").is_ok());
}

fn refusal(path: &Path) -> String {
    let said = load(path, &groups(), today()).unwrap_err().to_string();
    said.replace(&path.parent().unwrap().display().to_string(), "DIR")
}

#[test]
fn every_syntax_error_has_a_hint() {
    for (text, hint) in [
        ("version: 1\ntitle: \"a\" b\n", "put the whole text in quotes"),
        ("version: 1\nprojects:\n- id: a\n  note\n", "end the key with a colon"),
        ("version: 1\nprojects: [a]]\n", "remove the bracket"),
        ("version: 1\nprojects:\n- id: a\u{1}\n", "remove the control character"),
        ("version: 1\nprojects:\n- a\n", "write its keys and their values, as in `id: …`"),
        ("version: 1\ntitle: {a: b}\n", "write text here"),
    ] {
        let said = parse(text).unwrap_err().to_string();
        assert!(said.contains(hint), "{text}: {said}");
    }
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        crate::sources::disk::write(&path, bytes).unwrap();
    }
    folder
}

#[test]
fn readings_are_loaded_and_a_missing_file_is_no_fault() {
    let text = b"version: 1\ncounters:\n  a: {readings: r/a.csv, rules: [{version: 2, done: {cluster: x}}, {version: 1, done: {cluster: y}}]}\n  b: {readings: r/b.csv}\n";
    let readings = b"date,done,total,rule,commit,note\n2020-12-10,1,9,1,c,\n2020-12-10,2,9,2,c,\n2020-01-01,3,9,1,d,\n";
    let folder = folder(&[("roadmap.yaml", text), ("r/a.csv", readings)]);
    let loaded = load(&folder.path().join("roadmap.yaml"), &groups(), today()).unwrap();
    let done: Vec<_> = loaded.roadmap.counters[0].readings.iter().map(|reading| reading.progress.done).collect();
    assert_eq!(
        (done, loaded.absent, loaded.text.as_bytes()),
        (vec![3, 2, 1], vec!["r/b.csv".to_owned()], text.as_slice())
    );
}

#[test]
fn a_fault_of_a_readings_file_names_that_file() {
    let folder = folder(&[
        ("roadmap.yaml", b"version: 1\ncounters: {a: {readings: a.csv}}\n"),
        ("a.csv", b"date,done,total,rule,commit,note\n2020-12-10,3,2,1,,\n"),
    ]);
    insta::assert_snapshot!(refusal(&folder.path().join("roadmap.yaml")), @r"
    error: DIR/a.csv:2:12: done is more than total: 3 of 2
       2 | 2020-12-10,3,2,1,,
         |            ^
    ");
}

#[test]
fn an_unreadable_readings_file_is_reported_where_it_is_named() {
    let folder = folder(&[
        ("roadmap.yaml", b"version: 1\ncounters: {a: {readings: r}}\n"),
        ("r/a.csv", b"date,done,total,rule,commit,note\n"),
    ]);
    insta::assert_snapshot!(refusal(&folder.path().join("roadmap.yaml")), @r"
    error: DIR/roadmap.yaml:2:26: DIR/r: this is a folder
       2 | counters: {a: {readings: r}}
         |                          ^
    hint: name the file in it
    ");
}

#[test]
fn a_file_that_is_not_text_is_rejected() {
    let folder = folder(&[
        ("latin1.yaml", b"version: 1\ntitle: caf\xe9\n"),
        ("utf16.yaml", b"\xff\xfev\0e\0"),
        ("huge.yaml", &vec![b'#'; LARGEST + 1]),
    ]);
    let said = |name: &str| refusal(&folder.path().join(name));
    insta::assert_snapshot!(said("latin1.yaml"), @r"
    error: DIR/latin1.yaml:2:11: this is not UTF-8
       2 | title: caf�
         |           ^
    hint: save the file as UTF-8
    ");
    insta::assert_snapshot!(said("utf16.yaml"), @r"
    error: DIR/utf16.yaml:1:1: this is not UTF-8
       1 | ��ve
         | ^
    hint: it looks like UTF-16: save it as UTF-8
    ");
    insta::assert_snapshot!(said("huge.yaml"), @r"
    error: DIR/huge.yaml: the file is larger than 16 MB
    hint: a roadmap is what people write; is this the right file?
    ");
    insta::assert_snapshot!(said("none.yaml"), @r"
    error: DIR/none.yaml: cannot be read: there is no such file
    hint: `offramp init` writes a roadmap to begin with
    ");
    std::fs::create_dir(folder.path().join("folder.yaml")).unwrap();
    insta::assert_snapshot!(said("folder.yaml"), @r"
    error: DIR/folder.yaml: this is a folder
    hint: name the file in it
    ");
}

#[cfg(unix)]
#[test]
fn an_unreadable_roadmap_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("roadmap.yaml", b"version: 1\n")]);
    let path = folder.path().join("roadmap.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::read(&path).is_ok() {
        // Root reads everything.
        return;
    }
    assert_eq!(refusal(&path), "error: DIR/roadmap.yaml: cannot be read: permission denied");
}

#[cfg(unix)]
#[test]
fn a_symlink_to_readings_outside_the_folder_is_rejected() {
    let outside = folder(&[("secret.csv", b"date,done,total,rule,commit,note\n")]);
    let folder = folder(&[("roadmap.yaml", b"version: 1\ncounters: {a: {readings: r/secret.csv}}\n")]);
    std::os::unix::fs::symlink(outside.path(), folder.path().join("r")).unwrap();
    insta::assert_snapshot!(refusal(&folder.path().join("roadmap.yaml")), @r"
    error: DIR/roadmap.yaml:2:26: DIR/r/secret.csv: this leads outside the roadmap's folder
       2 | counters: {a: {readings: r/secret.csv}}
         |                          ^^^^^^^^^^^^
    hint: readings are only read and written below the folder of the roadmap
    ");
}

#[test]
fn an_empty_readings_file_counts_as_absent() {
    let folder = tempfile::tempdir().unwrap();
    let write =
        |name: &str, text: &str| crate::sources::disk::write(&folder.path().join(name), text.as_bytes()).unwrap();
    write("roadmap.yaml", "version: 1\ncounters: {a: {readings: a.csv}}\naccounts: [{id: x, readings: x.csv}]\n");
    for text in ["", "\u{feff}", "\n\n"] {
        write("a.csv", text);
        write("x.csv", text);
        let loaded = load(&folder.path().join("roadmap.yaml"), &groups(), today()).unwrap();
        assert_eq!(loaded.absent, ["a.csv", "x.csv"], "{text:?}");
    }
}

#[cfg(unix)]
#[test]
fn two_counters_cannot_share_a_readings_file_by_a_symlink() {
    let folder = tempfile::tempdir().unwrap();
    let write =
        |name: &str, text: &str| crate::sources::disk::write(&folder.path().join(name), text.as_bytes()).unwrap();
    write(
        "roadmap.yaml",
        "version: 1\ncounters: {a: {readings: one.csv}, b: {readings: sub/lnk.csv}, c: {readings: c.csv}}\n",
    );
    write("one.csv", "date,done,total,rule,commit,note\n2020-12-10,1,2,1,,\n");
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::os::unix::fs::symlink("../one.csv", folder.path().join("sub/lnk.csv")).unwrap();
    let refused = load(&folder.path().join("roadmap.yaml"), &groups(), today()).unwrap_err().to_string();
    assert!(refused.contains("`sub/lnk.csv` is the file that the readings of `a` are in"), "{refused}");
    assert!(refused.ends_with("hint: give `b` a file of its own"), "{refused}");
}

#[test]
fn text_hidden_by_a_comment_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roadmap.yaml");
    let text = "version: 1\nprojects:\n- id: a # 1 of 2\n  issue: #13\n  note: \"see #2\" #3\n  items:\n  - Fix bug #12 in core\n  \
                - 22 #1\n  - title: x # 4\n    note: wait\n      for #5\n";
    crate::sources::disk::write(&path, text.as_bytes()).unwrap();
    let loaded = load(&path, &groups(), today()).unwrap();
    let shown: Vec<String> =
        loaded.warnings.iter().map(|it| it.headline().rsplit_once("yaml:").unwrap().1.to_owned()).collect();
    assert_eq!(
        shown,
        [
            "4:3: `#` begins a comment, so `issue` has no value",
            "7:5: `#` begins a comment: this text is read as `Fix bug`",
            "10:11: `#` begins a comment: this text is read as `wait for`",
        ]
    );
    let first = loaded.warnings[0].as_note();
    assert!(first.starts_with("note: ") && first.ends_with("\nhint: write 13"), "{first}");
}

#[test]
fn a_ticked_box_in_a_text_item_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roadmap.yaml");
    let text = "version: 1\nprojects: [{id: a, items: [\"[x] Copy\", \"[ ] Move\", {title: \"[x] Drop\"}]}]\n";
    crate::sources::disk::write(&path, text.as_bytes()).unwrap();
    let loaded = load(&path, &groups(), today()).unwrap();
    let [warning] = loaded.warnings.as_slice() else { panic!("{:?}", loaded.warnings) };
    let shown = warning.as_note();
    assert!(shown.contains("a box in a title does not make the item done"), "{shown}");
    assert!(shown.ends_with("hint: a box is written as `{title: \"Copy\", state: done}`"), "{shown}");
    assert_eq!(loaded.roadmap.projects[0].items[0].title.as_deref(), Some("[x] Copy"));
}
