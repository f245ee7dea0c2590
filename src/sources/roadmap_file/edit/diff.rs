//! Unified diffs of two versions of a file.

use std::fmt::Write as _;
use std::ops::Range;
use std::time::{Duration, Instant};

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::{ChangeTag, DiffOp};

use crate::domain::clean::{clean, clean_line};

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;
/// The time limit for finding the smallest diff. After that, a larger one is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// Returns the diff in the format of `diff -u`, cleaned for a terminal; empty if there is none.
pub fn unified(old: &str, new: &str, name: &str) -> String {
    patch(old, new, name).replace('\r', "")
}

/// Returns the diff for `patch`: cleaned, but with the line ends of the file, without which `patch` would not find the
/// lines.
pub fn patch(old: &str, new: &str, name: &str) -> String {
    if old == new {
        return String::new();
    }
    let (old, new) = (lines(old), lines(new));
    let name = clean_line(name);
    let mut out = format!("--- {name}\n+++ {name}\n");
    for hunk in hunks(&old, &new) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", header(&hunk));
        for change in hunk.iter().flat_map(|part| part.iter_changes(old.as_slice(), new.as_slice())) {
            write_line(&mut out, change.tag(), change.value());
        }
    }
    out
}

/// The hunks with their context. The algorithm is fixed, since a choice at run time would link all of them.
fn hunks(old: &[&str], new: &[&str]) -> Vec<Vec<DiffOp>> {
    let mut changes = Compact::new(Replace::new(Capture::new()), old, new);
    let until = Instant::now().checked_add(PATIENCE);
    let Ok(()) = myers::diff_deadline(&mut changes, old, 0..old.len(), new, 0..new.len(), until);
    changes.into_inner().into_inner().into_grouped_ops(CONTEXT)
}

/// `@@ -17,4 +18,4 @@`: the first line and the number of lines before and after.
fn header(hunk: &[DiffOp]) -> String {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return String::new() };
    let old = first.old_range().start..last.old_range().end;
    let new = first.new_range().start..last.new_range().end;
    format!("@@ -{} +{} @@", lines_of(&old), lines_of(&new))
}

/// Formats a range of lines. An empty one gives the line before it.
fn lines_of(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        many => format!("{},{many}", range.start + 1),
    }
}

/// Splits only at newlines, like `patch`.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn write_line(out: &mut String, tag: ChangeTag, line: &str) {
    let text = line.strip_suffix('\n').unwrap_or(line);
    let (text, end) = text.strip_suffix('\r').map_or((text, ""), |text| (text, "\r"));
    // A carriage return inside a line must not start a new line of the diff.
    let _ = writeln!(out, "{tag}{}{end}", clean(text).replace('\n', " "));
    if !line.ends_with('\n') {
        out.push_str("\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hunk_header_gives_its_lines_or_the_one_before() {
        let header = |old, new| unified(old, new, "r").lines().nth(2).map(str::to_owned);
        for (old, new, lines) in [
            ("", "a\nb\n", "@@ -0,0 +1,2 @@"),
            ("a\n", "", "@@ -1 +0,0 @@"),
            ("a\n", "b\n", "@@ -1 +1 @@"),
            ("a\nb\n", "a\nc\nd\n", "@@ -1,2 +1,3 @@"),
        ] {
            assert_eq!(header(old, new).as_deref(), Some(lines), "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_changed_line_is_shown_with_three_lines_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        insta::assert_snapshot!(unified(old, &old.replace('5', "five"), "r.yaml"), @r"
        --- r.yaml
        +++ r.yaml
        @@ -2,7 +2,7 @@
         2
         3
         4
        -5
        +five
         6
         7
         8
        ");
    }

    #[test]
    fn distant_changes_are_separate_hunks_and_a_missing_newline_is_shown() {
        let old: String = (1..20).map(|n| n.to_string()).collect::<Vec<_>>().join("\r\n") + "\r\nend";
        let new = old.replace("3\r\n4\r\n", "3\r\nnew\r\n4\r\n").replace("end", "fin");
        insta::assert_snapshot!(unified(&old, &new, "r"), @r"
        --- r
        +++ r
        @@ -1,6 +1,7 @@
         1
         2
         3
        +new
         4
         5
         6
        @@ -17,4 +18,4 @@
         17
         18
         19
        -end
        \ No newline at end of file
        +fin
        \ No newline at end of file
        ");
    }

    #[test]
    fn a_patch_keeps_the_line_ends_of_the_file() {
        assert_eq!(patch("a\r\nb\r\n", "a\r\nc\r\n", "r"), "--- r\n+++ r\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n");
    }

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(unified("a\n", "a\n", "r"), "");
        assert_eq!(unified("", "a\n", "r"), "--- r\n+++ r\n@@ -0,0 +1 @@\n+a\n");
    }
}
