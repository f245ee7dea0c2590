//! Parser of free-text owners after a phrase that introduces them: `(owner: ann)`, `owned by the docs team`.

use super::{Certainty, Groups, OwnerDraft, read_cell};
use crate::domain::status;
use crate::domain::wording::{OWNER_LABELS, PhraseList};

/// The most words of a name: in brackets, and elsewhere.
const MOST_WORDS: (usize, usize) = (6, 3);
/// Words of a sentence, which no name outside brackets contains.
const SENTENCE: [&str; 22] = [
    "a", "after", "as", "at", "be", "before", "but", "by", "for", "from", "if", "in", "is", "of", "on", "or", "that",
    "to", "until", "when", "which", "with",
];
/// First words of a phrase that names no particular person.
static NO_ONE: PhraseList = PhraseList::new(
    "a; an; another; any; anyone; both; different; each; either; every; everyone; her; his; it; its; me; \
    multiple; my; no; nobody; one; other; others; our; same; some; someone; that; their; them; these; this; \
    those; us; various; what; whatever; which; who; whose; your",
);

/// Reads the name in an owner clause; also returns the rest of the clause.
pub(super) fn read<'c>(clause: &'c str, is_bracketed: bool, groups: &Groups) -> Option<(OwnerDraft, &'c str)> {
    let lower = clause.to_ascii_lowercase();
    let mark = OWNER_LABELS.all().find(|mark| lower.starts_with(mark) && (is_bracketed || *mark != "owner -"));
    let owned = || lower.find("owned by").filter(|_| lower.starts_with("owned") || lower.contains("d be owned by"));
    let start = mark.map(str::len).or_else(|| owned().map(|at| at + "owned by".len()))?;
    let behind_lead = clause.get(start..).filter(|behind_lead| mark.is_some() || behind_lead.starts_with(' '))?;
    let bounds = Bounds { is_bracketed, is_sentence: mark.is_none() && !is_bracketed };
    let (name, more) = bounds.name(behind_lead)?;
    if bounds.is_sentence && !is_proper(name, behind_lead) {
        return None;
    }
    let mut owner = read_cell(name, groups)?;
    if owner.is_empty() {
        return None;
    }
    if ["would", "could"].iter().any(|word| lower.get(..start).is_some_and(|mark| mark.contains(word))) {
        owner.certainty = Some(Certainty::Proposed);
    }
    Some((owner, more))
}

/// Rules for where a name ends.
struct Bounds {
    is_bracketed: bool,
    /// Whether the phrase before it may be part of any sentence.
    is_sentence: bool,
}

impl Bounds {
    /// Reads the name at the beginning of a text; also returns the rest.
    fn name<'c>(&self, behind_lead: &'c str) -> Option<(&'c str, &'c str)> {
        let text = behind_lead.trim();
        let text = strip_the(text);
        let mut end = end_of_part(text, 0);
        // `ann, bob`: each further name is one word or capitalized.
        while let Some(next) = text.get(end..).filter(|rest| rest.starts_with(',')) {
            let next_end = end + end_of_part(next, 1);
            let part = text.get(end + 1..next_end).unwrap_or_default().trim();
            let is_one = !part.contains(' ') || part.starts_with(char::is_uppercase);
            if !is_one || !self.fits(part) || part.contains(|c: char| c.is_ascii_digit()) {
                break;
            }
            end = next_end;
        }
        let (name, more) = text.split_at_checked(end)?;
        let name = name.trim().trim_end_matches('.');
        let first = name.split(',').next().unwrap_or(name);
        self.fits(first).then_some((name, if more == "." { "" } else { more }))
    }

    fn fits(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let most = if self.is_bracketed { MOST_WORDS.0 } else { MOST_WORDS.1 };
        let is_letter = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '\'' | '’' | '&' | '+');
        let is_more = |c: char| !self.is_sentence && matches!(c, '.' | '/' | '@');
        let speaks = |word: &&str| SENTENCE.contains(word);
        (1..=most).contains(&words.len())
            && name.contains(char::is_alphabetic)
            && name.chars().all(|c| is_letter(c) || is_more(c))
            && !words.first().is_some_and(|first| NO_ONE.has(first))
            && (self.is_bracketed || !words.iter().any(speaks))
            && status::of_word(&lower).is_none()
    }
}

/// Whether the words after "owned by" in a sentence are a name: one word, capitalized, or a team.
fn is_proper(name: &str, behind_lead: &str) -> bool {
    let lower = name.to_lowercase();
    let is_team = ["team", "group", "squad", "sig", "wg", "committee"].iter().any(|team| lower.ends_with(team));
    let is_ticket = name.contains('-') && name.contains(|c: char| c.is_ascii_digit());
    let is_login = !name.contains(' ') && strip_the(behind_lead.trim()).len() == behind_lead.trim().len();
    !is_ticket && (is_team || is_login || name.starts_with(char::is_uppercase))
}

/// "The docs team" is "docs team".
fn strip_the(text: &str) -> &str {
    match text.split_at_checked(4) {
        Some((the, rest)) if the.eq_ignore_ascii_case("the ") => rest.trim_start(),
        Some(_) | None => text,
    }
}

/// Returns the end of a part of a clause: a comma, a semicolon, a dash, a bracket or the end of a sentence.
fn end_of_part(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let ends = [",", ";", " - ", " – ", " — ", ". ", " ("];
    ends.iter().filter_map(|end| rest.find(end)).min().map_or(text.len(), |at| at + from)
}
