//! An issue as bytes, without its body. What findings ask of every issue stands in front, so that it can be read alone.

use std::borrow::Cow;
use std::io;

use serde::Deserialize;

use crate::domain::{Glance, Issue, IssueRef, Timestamp};

/// The first fields of [`Issue`], borrowed.
#[derive(Deserialize)]
struct Front<'a> {
    #[serde(borrow)]
    _id: Name<'a>,
    title: &'a str,
    is_pull: bool,
    created: Option<Timestamp>,
}

/// An [`IssueRef`] that nobody checks anew.
#[derive(Deserialize)]
struct Name<'a> {
    repo: &'a str,
    number: u64,
}

/// Packs an issue.
pub(super) fn pack(issue: &Issue) -> io::Result<Vec<u8>> {
    let bodiless = if issue.body.is_empty() {
        Cow::Borrowed(issue)
    } else {
        Cow::Owned(Issue { body: String::new(), ..issue.clone() })
    };
    postcard::to_stdvec(bodiless.as_ref()).map_err(io::Error::other)
}

/// Opens a record; `None` where it is none.
pub(super) fn open(record: &[u8]) -> Option<Issue> {
    postcard::from_bytes(record).ok()
}

/// Reads the beginning of a record.
pub(super) fn glance(record: &[u8]) -> Option<Glance<'_>> {
    let (front, _) = front(record)?;
    Some(Glance { title: front.title, is_pull: front.is_pull, created: front.created })
}

/// Tells whether a record names an issue as parent.
pub(super) fn has_parent(record: &[u8], id: &IssueRef) -> bool {
    let parents = front(record).and_then(|(_, rest)| postcard::take_from_bytes::<Vec<Name<'_>>>(rest).ok());
    let is_it = |parent: &Name<'_>| parent.number == id.number && parent.repo == id.repo.as_str();
    parents.is_some_and(|(parents, _)| parents.iter().any(is_it))
}

fn front(record: &[u8]) -> Option<(Front<'_>, &[u8])> {
    postcard::take_from_bytes(record).ok()
}
