//! Missing facts: which extractors have to run on a file.

use super::super::blobs::WantedBlob;
use super::super::facts::Extractor;
use super::super::source::{CountSource, Extract};
use crate::sources::git::Oid;

/// Collects the extractors that some rules need for a file, each once.
pub(super) fn wanted_of<'s>(
    id: Oid,
    path: &str,
    rules: &[usize],
    sources: &'s [Box<dyn CountSource>],
    extractors: &[Vec<Extractor>],
) -> WantedBlob<'s> {
    let own = rules.iter().filter_map(|rule| Some((*rule, sources.get(*rule)?.extractor_of(path)))).collect();
    by_extractor(vec![(id, own)], sources, extractors).pop().unwrap_or(WantedBlob { id, extractors: Vec::new() })
}

pub(super) fn by_extractor<'s>(
    wanted: Vec<(Oid, Vec<(usize, usize)>)>,
    sources: &'s [Box<dyn CountSource>],
    extractors: &[Vec<Extractor>],
) -> Vec<WantedBlob<'s>> {
    let all: Vec<Vec<&dyn Extract>> = sources.iter().map(|source| source.extractors()).collect();
    let of = |(id, own): (Oid, Vec<(usize, usize)>)| {
        let mut found: Vec<(Extractor, &'s dyn Extract)> = Vec::new();
        for (rule, at) in own {
            let number = extractors.get(rule).and_then(|numbers| numbers.get(at));
            let extractor = all.get(rule).and_then(|own| own.get(at));
            if let (Some(number), Some(extractor)) = (number, extractor)
                && !found.iter().any(|(known, _)| known == number)
            {
                found.push((*number, *extractor));
            }
        }
        WantedBlob { id, extractors: found }
    };
    wanted.into_iter().map(of).collect()
}
