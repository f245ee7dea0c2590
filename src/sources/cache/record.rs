//! An issue as bytes, without its body, behind a check sum of its own.

use std::borrow::Cow;
use std::io;

use super::check_sum::check_sum;
use crate::domain::Issue;

/// Packs an issue.
pub(super) fn pack(issue: &Issue) -> io::Result<Vec<u8>> {
    let bodiless = if issue.body.is_empty() {
        Cow::Borrowed(issue)
    } else {
        Cow::Owned(Issue { body: String::new(), ..issue.clone() })
    };
    let issue = postcard::to_stdvec(bodiless.as_ref()).map_err(io::Error::other)?;
    Ok([&check_of(&issue), &*issue].concat())
}

/// Opens a record; `None` where it is damaged.
pub(super) fn open(record: &[u8]) -> Option<Issue> {
    let (check, issue) = record.split_first_chunk()?;
    if check_of(issue) != *check {
        return None;
    }
    postcard::from_bytes(issue).ok()
}

fn check_of(issue: &[u8]) -> [u8; 4] {
    (check_sum(issue) as u32).to_le_bytes()
}
