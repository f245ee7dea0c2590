//! No bytes make the job config reader panic or hang, and its jobs are clean.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offramp::sources::counting::{ExtractedFacts, MentionTexts, read};

fuzz_target!(|data: &[u8]| {
    let texts = MentionTexts::new(["gs://kubernetes-jenkins", "k8s-testimages"]);
    match read(data, &texts) {
        ExtractedFacts::Found(jobs) => {
            for job in jobs {
                assert!(!job.cluster.is_empty() && job.line > 0);
                assert!(!job.name.contains(['\n', '\u{1b}']));
                assert!(job.mentions.iter().all(|mention| usize::from(*mention) < texts.list().count()));
            }
        }
        ExtractedFacts::Broken(broken) => assert!(!broken.reason.is_empty()),
        ExtractedFacts::Pointer => assert!(data.starts_with(b"version ")),
    }
});
