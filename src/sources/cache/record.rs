//! An issue as bytes, without its body.

use std::borrow::Cow;
use std::io;

use crate::domain::Issue;

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
