//! Parser of blockers: the issues that a body says its issue waits for.

use super::lines::{BodyLine, Marker};
use super::references::push;
use super::{Home, references};
use crate::domain::IssueRef;
use crate::domain::boxes::awaited_by_body;
use crate::domain::wording::WAITING;

/// Returns the issues of lines such as `Blocked by #2`, and of a list below `Blocked by:`. Boxes wait for themselves.
pub(super) fn of(lines: &[BodyLine], home: Home<'_>) -> Vec<IssueRef> {
    let (mut found, mut lead) = (Vec::new(), String::new());
    for line in lines.iter().filter(|line| !line.quoted && line.depth <= 1) {
        let text: String = line.spans.iter().filter(|span| !span.struck).map(|span| span.text.as_str()).collect();
        let text = match line.marker {
            Marker::Task(_) => continue,
            Marker::Bullet => format!("{lead} {text}"),
            Marker::None => {
                let bare = text.trim().trim_end_matches(':');
                lead = if WAITING.has(&bare.to_lowercase()) { bare.to_owned() } else { String::new() };
                text
            }
        };
        let issues = references::of(std::slice::from_ref(line), home);
        awaited_by_body(text.trim(), &issues)
            .filter(|id| *id != home.issue)
            .for_each(|id| push(&mut found, id.clone()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{numbers, read_here};

    #[test]
    fn lines_about_the_issue_itself_name_its_blockers() {
        let of = |text: &str| numbers(&read_here(text).waits_for);
        for text in [
            "Blocked by #1",
            "Some story.\n\nDepends on #1",
            "**Blocked by**: https://github.com/kubernetes/k8s.io/issues/1",
            "- Depends on [#1](https://github.com/kubernetes/k8s.io/issues/1)",
            "This issue is blocked by #1.",
            "Blocked by:\n- #1\n",
            "### Depends on\n\n* #1 the registry\n",
            "Blocked by #1, see also #2",
        ] {
            assert_eq!(of(text), [1], "{text}");
        }
        assert_eq!(of("Blocked by #1 and #2"), [1, 2]);
        for text in [
            "Not blocked by #1",
            "~~Blocked by #1~~",
            "> Blocked by #1",
            "- [ ] Blocked by #1",
            "After #1 was merged, we saw that it is slow.",
            "The registry is blocked by #1, so its images are late.",
            "Blocked by the vendor\n\nSee #1",
            "`Blocked by #1`",
            "Blocked by #42",
            "#1",
        ] {
            assert_eq!(of(text), [] as [u64; 0], "{text}");
        }
    }
}
