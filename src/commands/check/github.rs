//! Findings as workflow commands of GitHub Actions: annotations on the lines of the roadmap in a pull request.
//! See <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use std::fmt::Write as _;

use crate::domain::{Origin, World};
use crate::insight::finding::{Checked, Severity};

/// Returns one line per finding.
pub(super) fn annotations(checked: &Checked, world: &World) -> String {
    let file = match &world.origin {
        Origin::File(path) => path.strip_prefix("./").unwrap_or(path).display().to_string(),
        Origin::Example(_) => "roadmap.yaml".to_owned(),
    };
    let mut text = String::new();
    for finding in &checked.findings {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let place = finding.location.place;
        let mut message = format!("{}: {}", finding.location, finding.message);
        for line in finding.evidence.iter().cloned().chain(finding.remedy.text(&world.roadmap.repo)) {
            message.push('\n');
            message.push_str(&line);
        }
        let _ = writeln!(
            text,
            "::{level} file={},line={},col={},title={}::{}",
            property(&file),
            place.line,
            place.column,
            property(finding.rule),
            value(&message)
        );
    }
    text
}

/// Escapes a value, so that text from outside can neither end the command nor begin another.
pub(crate) fn value(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

pub(crate) fn property(text: &str) -> String {
    value(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_end_the_command() {
        assert_eq!(value("100 %\n::error::x"), "100 %25%0A::error::x");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
