//! Parser of requests to wait: whether a body asks its readers not to begin yet.

use super::lines::{BodyLine, Marker};
use crate::domain::wording::PhraseList;

/// Returns whether a sentence asks to wait: `Please do not start on this yet`. Boxes, quotes and code say nothing about the whole.
pub(super) fn asks_to_wait(lines: &[BodyLine]) -> bool {
    let own = lines.iter().filter(|line| !line.quoted && !matches!(line.marker, Marker::Task(_)));
    own.filter(|line| line.depth <= 1).any(|line| {
        let spans = line.spans.iter().filter(|span| !span.struck && !span.code);
        let text: String = spans.map(|span| span.text.as_str()).collect();
        text.split(['.', '!', ';', ':', '(', ')', '—', '–']).any(asks)
    })
}

fn asks(sentence: &str) -> bool {
    static POLITE: PhraseList = PhraseList::new("please; note; so; but; and; pls; kindly");
    static BEGINNING: PhraseList = PhraseList::new(
        "work; start; begin; pick; take; tackle; claim; implement; open; send; submit; raise; assign; touch; attempt",
    );
    static OBJECTS: PhraseList =
        PhraseList::new("this; it; these; issue; work; working; pr; prs; pull; anything; implementing");
    static LATER: PhraseList = PhraseList::new("yet; until; till");
    let lower = sentence.to_lowercase().replace(['\'', '’'], "").replace("do not ", "dont ");
    let mut words =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).skip_while(|word| POLITE.has(word));
    if words.next() != Some("dont") || !words.next().is_some_and(|verb| BEGINNING.has(verb)) {
        return false;
    }
    let rest: Vec<&str> = words.collect();
    let later = rest.iter().position(|word| LATER.has(word));
    let is_later = later.or_else(|| rest.windows(2).position(|pair| pair == ["for", "now"]));
    // `… until you are assigned` is a rule for every issue.
    let is_of_reader = rest.iter().any(|word| matches!(*word, "you" | "youre" | "youve" | "assigned"));
    let is_of_issue = |at: usize| at == 0 || rest.iter().take(at).any(|word| OBJECTS.has(word));
    !is_of_reader && is_later.is_some_and(is_of_issue)
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_here;

    #[test]
    fn a_body_may_ask_to_wait() {
        for text in [
            "Do not work on this yet",
            "Please don't start on this yet.",
            "Some story.\n\n**Please do not start working on this until the design is approved!**",
            "### Note: don't pick this up until the release",
            "Please don’t open PRs for now",
            "Do not start yet",
        ] {
            assert!(read_here(text).asks_to_wait, "{text}");
        }
        for text in [
            "> Do not work on this yet",
            "~~Do not work on this yet~~",
            "`Do not work on this yet`",
            "```\nDo not work on this yet\n```",
            "- [ ] Do not work on this yet",
            "We do not work on this yet",
            "Don't start the server yet",
            "Do not open the port before the firewall is up",
            "Please do not work on main",
            "Please don't start working on this until you have been assigned",
            "Do not open a PR unless you are assigned",
        ] {
            assert!(!read_here(text).asks_to_wait, "{text}");
        }
    }
}
