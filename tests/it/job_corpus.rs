//! Odd job configs, with the jobs that `PyYAML`'s `CSafeLoader` finds in them.

use offramp::sources::counting::{ExtractedFacts, MentionTexts, read};

/// A name, a file, and its jobs as `type | repository | name | cluster`; `None` if the file is not YAML.
type Case = (&'static str, &'static str, Option<&'static [&'static str]>);

/// Returns the jobs of a file in the notation of the cases.
fn jobs(file: &str, texts: &MentionTexts) -> Option<Vec<String>> {
    match read(file.as_bytes(), texts) {
        ExtractedFacts::Found(jobs) => {
            let line = |job: &offramp::sources::counting::JobFacts| {
                // Text from outside is cleaned; a tab becomes a space.
                format!("{} | {} | {} | {}", job.kind.word(), job.repo, job.name, job.cluster)
            };
            Some(jobs.iter().map(line).collect())
        }
        ExtractedFacts::Broken(_) => None,
        ExtractedFacts::Pointer => panic!("no case is a pointer"),
    }
}

/// Returns the cases with other results.
fn differing(texts: &MentionTexts) -> Vec<String> {
    let is_wrong =
        |case: &&Case| jobs(case.1, texts) != case.2.map(|jobs| jobs.iter().map(ToString::to_string).collect());
    let describe = |case: &Case| format!("{}: {:?}, not {:?}", case.0, jobs(case.1, texts), case.2);
    CASES.iter().filter(is_wrong).map(describe).collect()
}

#[test]
fn every_case_is_read_as_pyyaml_reads_it() {
    assert_eq!(differing(&MentionTexts::default()), Vec::<String>::new());
}

#[test]
fn an_undefined_tag_is_ignored() {
    // PyYAML refuses the file; Prow's reader does not, and neither does this one.
    let found = jobs("periodics:\n- name: a\n  cluster: !x y\n", &MentionTexts::default());
    assert_eq!(found, Some(vec!["periodic |  | a | y".to_owned()]));
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("nothing", "",
     Some(&[])),
    ("only a comment", "# periodics:\n# - name: a\n",
     Some(&[])),
    ("only document marks", "---\n---\n...\n",
     Some(&[])),
    ("a plain list", "periodics:\n- name: a\n- name: b\n  cluster: x\n",
     Some(&["periodic |  | a | default", "periodic |  | b | x"])),
    ("an indented list", "periodics:\n    - name: a\n      cluster: x\n    - name: b\n",
     Some(&["periodic |  | a | x", "periodic |  | b | default"])),
    ("presubmits of two repositories", "presubmits:\n  a/b:\n  - name: one\n  c/d:\n  - name: two\n    cluster: x\n",
     Some(&["presubmit | a/b | one | default", "presubmit | c/d | two | x"])),
    ("all three kinds", "postsubmits:\n  a/b:\n  - name: one\npresubmits:\n  a/b:\n  - name: two\nperiodics:\n- name: three\n",
     Some(&["presubmit | a/b | two | default", "postsubmit | a/b | one | default", "periodic |  | three | default"])),
    ("an empty list", "periodics: []\n",
     Some(&[])),
    ("no list", "periodics:\n",
     Some(&[])),
    ("a list that is null", "periodics: null\n",
     Some(&[])),
    ("a list that is a tilde", "presubmits:\n  a/b: ~\n  c/d:\n  - name: a\n",
     Some(&["presubmit | c/d | a | default"])),
    ("repositories as an empty map", "presubmits: {}\npostsubmits: {a/b: []}\n",
     Some(&[])),
    ("a null cluster", "periodics:\n- name: a\n  cluster: null\n- name: b\n  cluster:\n- name: c\n  cluster: ~\n- name: d\n  cluster: ''\n",
     Some(&["periodic |  | a | default", "periodic |  | b | default", "periodic |  | c | default", "periodic |  | d | default"])),
    ("a quoted null", "periodics:\n- name: a\n  cluster: 'null'\n- name: b\n  cluster: \"~\"\n",
     Some(&["periodic |  | a | null", "periodic |  | b | ~"])),
    ("quoted keys", "\"periodics\":\n- \"name\": a\n  'cluster': \"x\"\n",
     Some(&["periodic |  | a | x"])),
    ("a key with an escape", "periodics:\n- name: a\n  \"clus\\x74er\": x\n",
     Some(&["periodic |  | a | x"])),
    ("quoted values with escapes", "periodics:\n- name: \"a\\tb\\u0041\"\n  cluster: 'it''s'\n",
     Some(&["periodic |  | a bA | it's"])),
    ("a quoted value over lines", "periodics:\n- name: \"a\n    b\"\n  cluster: x\n",
     Some(&["periodic |  | a b | x"])),
    ("a plain value over lines", "periodics:\n- name: a\n    b\n  cluster: x\n",
     Some(&["periodic |  | a b | x"])),
    ("a value on the next line", "periodics:\n- name:\n    a\n  cluster:\n    x\n",
     Some(&["periodic |  | a | x"])),
    ("comments behind values", "periodics:\n- name: a # cluster: y\n  cluster: x # z\n  # cluster: w\n",
     Some(&["periodic |  | a | x"])),
    ("a hash within a value", "periodics:\n- name: a#b\n  cluster: x#y\n",
     Some(&["periodic |  | a#b | x#y"])),
    ("a comment between jobs", "periodics:\n- name: a\n# - name: no\n- name: b\n",
     Some(&["periodic |  | a | default", "periodic |  | b | default"])),
    ("flow maps", "periodics:\n- {name: a, cluster: x}\n- {name: b, extra_refs: [{org: o, repo: r}]}\n",
     Some(&["periodic |  | a | x", "periodic | o/r | b | default"])),
    ("a flow list over lines", "periodics: [\n  {name: a,\n   cluster: x},\n  {name: b}, ]\n",
     Some(&["periodic |  | a | x", "periodic |  | b | default"])),
    ("a flow document", "{\"periodics\": [{\"name\":\"a\",\"cluster\":\"x\"}], \"presubmits\": {\"a/b\": [{\"name\": \"b\"}]}}",
     Some(&["presubmit | a/b | b | default", "periodic |  | a | x"])),
    ("a flow map in a job", "periodics:\n- name: a\n  labels: {cluster: y, name: z}\n  cluster: x\n",
     Some(&["periodic |  | a | x"])),
    ("a nested cluster", "periodics:\n- name: a\n  labels:\n    cluster: y\n  spec:\n    cluster: z\n",
     Some(&["periodic |  | a | default"])),
    ("a nested name before the name", "periodics:\n- spec:\n    containers:\n    - name: c\n      image: i\n  name: a\n",
     Some(&["periodic |  | a | default"])),
    ("jobs in a literal block", "periodics:\n- name: a\n  args:\n  - |\n    - name: b\n      cluster: y\n    periodics:\n    - name: c\n  cluster: x\n",
     Some(&["periodic |  | a | x"])),
    ("a literal block at the indent of the list", "periodics:\n- name: a\n  text: |\n   periodics:\n   - name: b\n- name: c\n",
     Some(&["periodic |  | a | default", "periodic |  | c | default"])),
    ("a folded block", "periodics:\n- name: >-\n    a\n    b\n  cluster: x\n",
     Some(&["periodic |  | a b | x"])),
    ("a literal value", "periodics:\n- name: |-\n    a\n  cluster: |-\n    x\n",
     Some(&["periodic |  | a | x"])),
    ("a block with an indent of its own", "periodics:\n- name: a\n  text: |2\n      x\n    cluster: y\n  cluster: z\n",
     Some(&["periodic |  | a | z"])),
    ("a block with empty lines", "periodics:\n- name: a\n  text: |+\n\n    x\n\n\n  cluster: z\n",
     Some(&["periodic |  | a | z"])),
    ("a block with a comment behind its mark", "periodics:\n- name: a\n  text: | # cluster: y\n    x\n  cluster: z\n",
     Some(&["periodic |  | a | z"])),
    ("an empty block", "periodics:\n- name: a\n  text: |\n  cluster: z\n- name: b\n",
     Some(&["periodic |  | a | z", "periodic |  | b | default"])),
    ("anchors and aliases", "periodics:\n- &one\n  name: a\n  cluster: x\n- *one\n",
     Some(&["periodic |  | a | x", "periodic |  | a | x"])),
    ("an alias as cluster", "c: &c x\nperiodics:\n- name: a\n  cluster: *c\n",
     Some(&["periodic |  | a | x"])),
    ("a merge", "base: &b\n  cluster: x\nperiodics:\n- <<: *b\n  name: a\n- name: b\n  <<: *b\n  cluster: y\n",
     Some(&["periodic |  | a | x", "periodic |  | b | y"])),
    ("a merge of a list", "a: &a {cluster: x}\nb: &b {cluster: y, name: n}\nperiodics:\n- <<: [*a, *b]\n- <<: [*b, *a]\n  name: m\n",
     Some(&["periodic |  | n | x", "periodic |  | m | y"])),
    ("a merge of a merge", "a: &a {cluster: x}\nb: &b {<<: *a, name: n}\nperiodics:\n- <<: *b\n",
     Some(&["periodic |  | n | x"])),
    ("a list that is an alias", "presubmits:\n  a/b: &l\n  - name: a\n  c/d: *l\n",
     Some(&["presubmit | a/b | a | default", "presubmit | c/d | a | default"])),
    ("an anchor of another document", "periodics:\n- &a {name: a}\n---\nperiodics:\n- *a\n",
     None),
    ("an unknown alias", "periodics:\n- *none\n",
     None),
    ("equal keys in a job", "periodics:\n- name: a\n  cluster: x\n  cluster: y\n",
     Some(&["periodic |  | a | y"])),
    ("equal lists", "periodics:\n- name: a\nperiodics:\n- name: b\n",
     Some(&["periodic |  | b | default"])),
    ("equal repositories", "presubmits:\n  a/b:\n  - name: a\n  a/b:\n  - name: b\n",
     Some(&["presubmit | a/b | b | default"])),
    ("several documents", "periodics:\n- name: a\n---\nperiodics:\n- name: b\n...\n---\nx: 1\n",
     Some(&["periodic |  | a | default", "periodic |  | b | default"])),
    ("a document that is a list", "- name: a\n- name: b\n",
     Some(&[])),
    ("a document that is a text", "periodics",
     Some(&[])),
    ("a version mark", "%YAML 1.1\n---\nperiodics:\n- name: a\n",
     Some(&["periodic |  | a | default"])),
    ("ends of line of Windows", "periodics:\r\n- name: a\r\n  cluster: x\r\n- name: b\r\n",
     Some(&["periodic |  | a | x", "periodic |  | b | default"])),
    ("a byte order mark", "\u{feff}periodics:\n- name: a\n",
     Some(&["periodic |  | a | default"])),
    ("blanks at ends of lines", "periodics:   \n- name: a   \n  cluster: x  \n   \n- name: b\n",
     Some(&["periodic |  | a | x", "periodic |  | b | default"])),
    ("no end of line", "periodics:\n- name: a\n  cluster: x",
     Some(&["periodic |  | a | x"])),
    ("tags", "periodics:\n- !!map\n  name: !!str a\n  cluster: !!str x\n- name: b\n  cluster: !!null ''\n",
     Some(&["periodic |  | a | x", "periodic |  | b | default"])),
    ("a complex key of texts", "periodics:\n- ? name\n  : a\n  ? cluster\n  : x\n",
     Some(&["periodic |  | a | x"])),
    ("a list as a key", "periodics:\n- ? [a]\n  : b\n  name: a\n",
     None),
    ("entries that are not maps", "periodics:\n- a\n- [b]\n-\n- name: c\n",
     Some(&["periodic |  | c | default"])),
    ("an entry without a name", "periodics:\n- cluster: x\n- {}\n",
     Some(&["periodic |  |  | x", "periodic |  |  | default"])),
    ("the lists deeper down", "x:\n  periodics:\n  - name: a\n",
     Some(&[])),
    ("a blank before the colon", "periodics:\n- name : a\n  cluster : x\n",
     Some(&["periodic |  | a | x"])),
    ("a dash on its own line", "periodics:\n-\n  name: a\n  cluster: x\n-\n  name: b\n",
     Some(&["periodic |  | a | x", "periodic |  | b | default"])),
    ("a tab as indent", "periodics:\n- name: a\n\tcluster: x\n",
     None),
    ("a tab behind a colon", "periodics:\n- name:\ta\n  cluster:\tx\n",
     Some(&["periodic |  | a | x"])),
    ("a list that is not closed", "periodics:\n- [name: a\n",
     None),
    ("a quote that is not closed", "periodics:\n- name: \"a\n",
     None),
    ("a wrong indent", "periodics:\n- name: a\n cluster: x\n",
     None),
    ("a colon in a value", "periodics:\n- name: a: b\n",
     None),
    ("a list where a map is due", "periodics:\n- name: a\n  - cluster: x\n",
     None),
    ("two periods and a url", "periodics:\n- name: http://a:80/b\n  cluster: a:b\n",
     Some(&["periodic |  | http://a:80/b | a:b"])),
    ("letters beyond ASCII", "periodics:\n- name: prüfung-日本\n  cluster: ünit\n",
     Some(&["periodic |  | prüfung-日本 | ünit"])),
    ("a repository in quotes", "presubmits:\n  \"a/b\":\n  - name: one\n  'c/d' :\n  - name: two\n",
     Some(&["presubmit | a/b | one | default", "presubmit | c/d | two | default"])),
    ("references of a periodic", "periodics:\n- name: a\n  extra_refs:\n  - org: o\n    repo: r\n    base_ref: main\n  - org: p\n    repo: q\n- name: b\n  extra_refs: []\n- name: c\n  extra_refs:\n  - repo: r\n",
     Some(&["periodic | o/r | a | default", "periodic |  | b | default", "periodic |  | c | default"])),
];
