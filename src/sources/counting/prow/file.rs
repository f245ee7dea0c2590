//! One file of job configs: its bytes become facts.

use super::super::problem::ParseFault;
use super::super::source::{ExtractedFacts, is_pointer};
use super::super::yaml;
use super::facts::JobFacts;
use super::jobs;
use super::texts::MentionTexts;

/// Reads the jobs of a file, in its order; there are none where it is not a job config. Never panics, for any bytes.
pub fn read(bytes: &[u8], texts: &MentionTexts) -> ExtractedFacts<Vec<JobFacts>> {
    if is_pointer(bytes) {
        return ExtractedFacts::Pointer;
    }
    match read_jobs(bytes, texts) {
        Ok(jobs) => ExtractedFacts::Found(jobs),
        Err(broken) => ExtractedFacts::Broken(broken),
    }
}

fn read_jobs(bytes: &[u8], texts: &MentionTexts) -> Result<Vec<JobFacts>, ParseFault> {
    let text = yaml::decode(bytes)?;
    let none = MentionTexts::default();
    // A value that has one of the texts is in most files written as it is.
    let texts = if texts.are_absent(&text) { &none } else { texts };
    let mut found = Vec::new();
    yaml::each_document(&text, |tree| found.extend(jobs::of_document(tree, texts)))?;
    Ok(found)
}
