//! A unified diff of two texts that differ little.

use std::fmt::Write as _;

use crate::domain::clean::clean_line;

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;
/// Middles larger than this are shown as removed and added as a whole.
const LARGEST: usize = 2000;

/// Returns the difference as `diff -u` prints it, cleaned for a terminal; empty where there is none.
pub fn unified(old: &str, new: &str, name: &str) -> String {
    if old == new {
        return String::new();
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(old), lines(new));
    let steps = steps(&old, &new);
    let name = clean_line(name);
    let mut out = format!("--- {name}\n+++ {name}\n");
    for hunk in hunks(&steps) {
        write_hunk(&mut out, hunk);
    }
    out
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Both,
    Old,
    New,
}

/// A line with the numbers, from 0, that it or its successor has on both sides.
#[derive(Debug, Clone, Copy)]
struct Step<'t> {
    side: Side,
    line: &'t str,
    old: usize,
    new: usize,
}

fn steps<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Step<'t>> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_middle, old_tail) = old_rest.split_at(old_rest.len() - tail);
    let (new_middle, _) = new_rest.split_at(new_rest.len() - tail);
    let mut sides: Vec<(Side, &str)> = old.iter().take(head).map(|line| (Side::Both, *line)).collect();
    sides.extend(middle(old_middle, new_middle));
    sides.extend(old_tail.iter().map(|line| (Side::Both, *line)));
    let (mut at_old, mut at_new) = (0, 0);
    let mut steps = Vec::with_capacity(sides.len());
    for (side, line) in sides {
        steps.push(Step { side, line, old: at_old, new: at_new });
        at_old += usize::from(side != Side::New);
        at_new += usize::from(side != Side::Old);
    }
    steps
}

/// The longest common subsequence, by the table; the middle of an edit is a few lines.
fn middle<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Side, &'t str)> {
    let replaced = || old.iter().map(|l| (Side::Old, *l)).chain(new.iter().map(|l| (Side::New, *l))).collect();
    if old.len().saturating_mul(new.len()) > LARGEST * LARGEST {
        return replaced();
    }
    let width = new.len() + 1;
    let mut table = vec![0u32; (old.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best =
                if a == b { at(&table, i + 1, j + 1) + 1 } else { at(&table, i + 1, j).max(at(&table, i, j + 1)) };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j, mut sides) = (0, 0, Vec::new());
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                sides.push((Side::Both, *a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || at(&table, i + 1, j) >= at(&table, i, j + 1) => {
                sides.push((Side::Old, *a));
                i += 1;
            }
            (_, Some(b)) => {
                sides.push((Side::New, *b));
                j += 1;
            }
            (_, None) => return sides,
        }
    }
}

/// Cuts the steps into runs of changes with their context.
fn hunks<'s, 't>(steps: &'s [Step<'t>]) -> Vec<&'s [Step<'t>]> {
    let changed = steps.iter().enumerate().filter(|(_, step)| step.side != Side::Both).map(|(at, _)| at);
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for at in changed {
        let (start, end) = (at.saturating_sub(CONTEXT), (at + CONTEXT + 1).min(steps.len()));
        match ranges.last_mut() {
            Some((_, last)) if start <= *last => *last = end,
            _ => ranges.push((start, end)),
        }
    }
    ranges.into_iter().filter_map(|(start, end)| steps.get(start..end)).collect()
}

fn write_hunk(out: &mut String, hunk: &[Step<'_>]) {
    let Some(first) = hunk.first() else { return };
    let count = |side: Side| hunk.iter().filter(|step| step.side != side).count();
    let (old, new) = (count(Side::New), count(Side::Old));
    // A side without lines names the line before it.
    let start = |at: usize, count: usize| if count == 0 { at } else { at + 1 };
    let (old_start, new_start) = (start(first.old, old), start(first.new, new));
    // Writing to a string cannot fail.
    let _ = writeln!(out, "@@ -{old_start},{old} +{new_start},{new} @@");
    for step in hunk {
        let sign = match step.side {
            Side::Both => ' ',
            Side::Old => '-',
            Side::New => '+',
        };
        let line = step.line.strip_suffix('\n').unwrap_or(step.line);
        let _ = writeln!(out, "{sign}{}", crate::domain::clean(line.strip_suffix('\r').unwrap_or(line)));
        if !step.line.ends_with('\n') {
            out.push_str("\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn far_changes_are_hunks_of_their_own_and_a_missing_line_end_is_told() {
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
    fn texts_that_are_alike_have_no_diff() {
        assert_eq!(unified("a\n", "a\n", "r"), "");
        assert_eq!(unified("", "a\n", "r"), "--- r\n+++ r\n@@ -0,0 +1,1 @@\n+a\n");
    }
}
