//! An issue as bytes, without its body. What findings ask of every issue stands in front, so that it can be read alone.

use std::borrow::Cow;
use std::io;

use serde::Deserialize;

use crate::domain::{Glance, Issue, Timestamp};

/// The first fields of [`Issue`], borrowed.
#[derive(Deserialize)]
struct Front<'a> {
    #[serde(borrow)]
    _id: Name<'a>,
    title: &'a str,
    is_pull: bool,
    created: Option<Timestamp>,
}

/// An [`IssueRef`](crate::domain::IssueRef) that nobody asks for.
#[derive(Deserialize)]
struct Name<'a> {
    _repo: &'a [u8],
    _number: u64,
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
    let (front, _): (Front<'_>, _) = postcard::take_from_bytes(record).ok()?;
    Some(Glance { title: front.title, is_pull: front.is_pull, created: front.created })
}
