//! Job config parser: turns the bytes of a file into facts.

use super::super::problem::ParseFault;
use super::super::source::{ExtractedFacts, is_pointer};
use super::super::yaml;
use super::facts::JobFacts;
use super::jobs;
use super::texts::MentionTexts;

/// Reads the jobs of a file, in file order; a file that is not a job config has none. Never panics, for any bytes.
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
    // Most files contain none of the texts, so their values need not be searched.
    let texts = if texts.are_absent(&text) { &none } else { texts };
    let mut found = Vec::new();
    yaml::each_document(&text, |tree| found.extend(jobs::of_document(tree, texts)))?;
    Ok(found)
}
