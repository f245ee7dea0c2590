//! No Markdown makes the body reader panic or hang, and its results are clean.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offramp::domain::{IssueRef, Repo};
use offramp::sources::body;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let issue = IssueRef::new(Repo::new("kubernetes/k8s.io").expect("a valid name"), 1308);
    let read = body::read(&text, body::Home { issue: &issue, host: "github.com" });
    assert!(!read.parents.contains(&issue));
    assert!(read.tasks.iter().all(|task| !task.text.contains('\n')));
});
