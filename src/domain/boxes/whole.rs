//! Claims of a whole issue: follows its comments one by one, with the same sentences as for boxes.

use super::clause::{self, Act, Clause};
use super::is_robot;
use super::phrases::PhraseKind;
use super::prose::Prose;
use crate::domain::{ClaimKind, Comment, IssueClaim, Text};

/// After how many days a `yes` no longer answers the question who works on an issue.
const MAX_DAYS_TO_ANSWER: u32 = 30;

/// Adds what a comment says to the claims of its issue. Comments must come in the order of time. A comment of another
/// person ends no claim.
pub fn follow_claims(claims: &mut Vec<IssueClaim>, comment: &Comment) {
    if comment.by.as_ref().is_some_and(|by| is_robot(by, &[])) {
        return;
    }
    claims.iter_mut().filter(|own| own.by == comment.by).for_each(|own| own.heard = comment.at);
    let clauses = clause::of(&comment.text);
    let mut thread = WholeThread { claims, comment };
    for clause in &clauses {
        thread.clause(clause);
    }
    // A comment that returns something claims nothing.
    clauses.iter().filter(|clause| clause.act == Act::Return).for_each(|clause| thread.give_back(clause));
}

struct WholeThread<'a> {
    claims: &'a mut Vec<IssueClaim>,
    comment: &'a Comment,
}

impl WholeThread<'_> {
    fn clause(&mut self, clause: &Clause) {
        let author = || self.comment.by.clone();
        match clause.act {
            Act::Claim => self.put(author(), ClaimKind::Claimed),
            Act::Hedge | Act::Ask => self.put(author(), ClaimKind::Asked),
            Act::WhoHas => self.put(author(), ClaimKind::AskedWho),
            Act::IsFree => self.put(author(), ClaimKind::AskedIfFree),
            Act::Other => self.put(clause::named(&clause.text).map(Text::new), of_other(clause)),
            Act::Taken => self.put(None, of_other(clause)),
            Act::Give => self.give(clause),
            Act::Mention if clause::gives_issue(&clause.text) => self.give(clause),
            Act::Free => self.free(clause),
            // `Done` answers a request to be assigned.
            Act::Done | Act::Mention if is_done(clause) => self.put(author(), ClaimKind::Done),
            Act::Yes | Act::Done => self.answer(),
            Act::Return | Act::Mention => {}
        }
    }

    fn put(&mut self, by: Option<Text>, kind: ClaimKind) {
        let heard = self.comment.at;
        match self.claims.iter_mut().find(|own| own.by == by) {
            Some(own) if own.kind < kind => (own.kind, own.since, own.heard) = (kind, heard, heard),
            Some(own) => own.heard = heard,
            None => self.claims.push(IssueClaim { by, kind, since: heard, heard }),
        }
    }

    /// Gives the issue to the person whom the comment mentions, else to the one who asked last.
    fn give(&mut self, clause: &Clause) {
        let named = clause::named(&clause.text).or_else(|| clause::named(&self.comment.text));
        let asked = || self.asked().filter(|own| own.kind != ClaimKind::AskedWho).map(|own| own.by.clone());
        let Some(to) = named.map(|login| Some(Text::new(login))).or_else(asked) else { return };
        // `@ann you can do that with a script` may be no more than advice.
        let is_sure = self.claims.iter().any(|own| own.by == to) || clause::gives_issue(&clause.text);
        self.put(to, if is_sure { ClaimKind::Claimed } else { ClaimKind::Asked });
    }

    /// Applies an answer: `yes` gives the issue to the person who asked for it. An answer to the question who works on it
    /// is a claim, and one that it is free claims nothing.
    fn answer(&mut self) {
        let text = &Prose::new(&self.comment.text);
        let Some(IssueClaim { by, kind, heard, .. }) = self.asked().cloned() else { return };
        if clause::offers_choice(text) {
            return;
        }
        let days = heard.days_before(self.comment.at.date());
        let who = match kind {
            ClaimKind::Asked => by,
            ClaimKind::AskedIfFree | ClaimKind::AskedWho if text.says(PhraseKind::Lets) => by,
            ClaimKind::AskedWho if days > MAX_DAYS_TO_ANSWER => return,
            ClaimKind::AskedWho => self.comment.by.clone(),
            ClaimKind::AskedIfFree | ClaimKind::Done | ClaimKind::Claimed => return,
        };
        self.put(who, ClaimKind::Claimed);
    }

    /// `Feel free to take it` answers the person who asked. Otherwise it ends the author's own claim, and makes others
    /// doubtful.
    fn free(&mut self, clause: &Clause) {
        if clause.text.says(PhraseKind::Lets) && self.asked().is_some() {
            return self.answer();
        }
        let author = &self.comment.by;
        self.claims.retain(|own| own.by != *author && own.kind != ClaimKind::Done);
        if !clause::invites(&clause.text) {
            self.claims.iter_mut().for_each(|own| own.kind = own.kind.min(ClaimKind::Asked));
        }
    }

    /// Ends the claim of the author, or of the person whom `/unassign` names. Someone else may get it.
    fn give_back(&mut self, clause: &Clause) {
        let other = clause::named(&clause.text).filter(|_| clause.text.to_lowercase().contains("unassign"));
        let who = other.map(Text::new).or_else(|| self.comment.by.clone());
        self.claims.retain(|own| own.by != who);
        if let Some(heir) = clause::heir(&clause.text) {
            self.put(Some(Text::new(heir)), ClaimKind::Claimed);
        }
    }

    /// The newest question of another person.
    fn asked(&self) -> Option<&IssueClaim> {
        let is_question = |own: &&IssueClaim| own.by != self.comment.by && own.kind < ClaimKind::Done;
        self.claims.iter().filter(is_question).max_by_key(|own| own.heard)
    }
}

/// Whether a clause says that the issue was done.
fn is_done(clause: &Clause) -> bool {
    let text = &clause.text;
    !clause.is_question && (clause::is_done_by_change(text) || clause::is_done_before(text))
}

/// How sure it is that a clause about the work of another person is about this issue: `@ann has it`, `@ann has moved`.
fn of_other(clause: &Clause) -> ClaimKind {
    let is_of_issue = clause::has_pointer(&clause.text) || clause.text.to_lowercase().contains("assign");
    if is_of_issue { ClaimKind::Claimed } else { ClaimKind::Asked }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;

    /// The claims after comments on consecutive days.
    fn after(comments: &[(&str, &str)]) -> Vec<(String, ClaimKind, u32)> {
        let mut claims = Vec::new();
        for (day, (by, text)) in (1..).zip(comments) {
            let at = fixtures::moment(&format!("2024-05-{day:02}"));
            follow_claims(&mut claims, &Comment { at, by: Some((*by).into()), text: (*text).to_owned() });
        }
        let day = |own: &IssueClaim| own.heard.days_before(fixtures::day("2024-06-01"));
        claims.iter().map(|own| (own.by.as_deref().unwrap_or("-").to_owned(), own.kind, 32 - day(own))).collect()
    }

    fn claim(by: &str, day: u32) -> (String, ClaimKind, u32) {
        (by.to_owned(), ClaimKind::Claimed, day)
    }

    #[test]
    fn comments_of_others_end_no_claim() {
        for later in ["Thanks @zed!", "+1, we need this too", "ok", "Does this also concern arm64?", "/kind feature"] {
            for first in ["I'll take this.", "/assign", "I'd like to work on this.", "Working on it", "Je m'en occupe"]
            {
                assert_eq!(after(&[("zed", first), ("ann", later)]), [claim("zed", 1)], "{first} {later}");
            }
        }
    }

    #[test]
    fn whoever_claims_an_issue_keeps_it_with_each_comment_until_it_is_returned() {
        let build = ("zed", "The build fails with error 5 on arm64.");
        assert_eq!(after(&[("zed", "I'll take this."), build]), [claim("zed", 2)]);
        for back in [
            "/unassign",
            "@rustbot release-assignment",
            "I can't continue with this",
            "I don't have time, feel free to take it",
            "Please assign this issue to anyone else",
            "someone else can have this",
            "Could you give it to another contributor?",
            "You can reassign this to someone else.",
        ] {
            assert_eq!(after(&[("zed", "I'll take this."), ("zed", back)]), [], "{back}");
        }
        for kept in ["Please don't assign this to anyone else", "If I am too slow, assign it to someone else"] {
            assert_eq!(after(&[("zed", "I'll take this."), ("zed", kept)]), [claim("zed", 2)], "{kept}");
        }
        assert_eq!(after(&[("zed", "I'll take this."), ("ann", "/unassign @zed")]), []);
        assert_eq!(after(&[("zed", "I'll take this."), ("ann", "I can't work on this")]), [claim("zed", 1)]);
    }

    #[test]
    fn a_claim_knows_since_when_it_is_one() {
        let mut claims = Vec::new();
        let says = |claims: &mut Vec<_>, day: &str, by: &str, text: &str| {
            let comment = Comment { at: fixtures::moment(day), by: Some(by.into()), text: text.to_owned() };
            follow_claims(claims, &comment);
        };
        says(&mut claims, "2024-05-01", "zed", "Could I work on this?");
        says(&mut claims, "2024-05-02", "ann", "Sure, go ahead @zed.");
        says(&mut claims, "2024-05-09", "zed", "Still working on it");
        let days = |own: &IssueClaim| (own.since.date().to_string(), own.heard.date().to_string());
        assert_eq!(claims.iter().map(days).collect::<Vec<_>>(), [("2024-05-02".to_owned(), "2024-05-09".to_owned())]);
    }

    #[test]
    fn a_question_becomes_a_claim_with_its_answer() {
        let asked = [("zed".to_owned(), ClaimKind::Asked, 1)];
        assert_eq!(after(&[("zed", "Could I work on this?")]), asked);
        assert_eq!(after(&[("zed", "Could I work on this?"), ("ann", "What a summer!")]), asked);
        for yes in ["Sure, go ahead @zed.", "yes please!", "Of course", "feel free to take it", "Done, assigned"] {
            assert_eq!(after(&[("zed", "Can I take this?"), ("ann", yes)]), [claim("zed", 2)], "{yes}");
        }
        let free = [("zed", "Is this still available?"), ("ann", "Yes, go ahead!")];
        assert_eq!(after(&free), [claim("zed", 2)]);
        for offer in [
            "@ann would you be up for this?",
            "Would you like to send a PR?",
            "@ann do you want to take this?",
            "are you interested in working on it @ann?",
            "Hi @ann! Would you be willing to contribute a fix?",
            "@ann could you take this one?",
        ] {
            for yes in ["Sure!", "Yes, happy to", "ok"] {
                let answered = after(&[("zed", offer), ("ann", yes)]);
                assert_eq!(answered.last(), Some(&claim("ann", 2)), "{offer} {yes}");
            }
            let (none, no) = (after(&[("zed", offer)]), after(&[("zed", offer), ("ann", "Sorry, I don't have time")]));
            assert!([none, no].into_iter().flatten().all(|own| own.1 == ClaimKind::AskedWho), "{offer}");
        }
        for other in
            ["@ann would you like to see a log?", "@ann could you try the latest release?", "Can you reproduce it?"]
        {
            assert_eq!(after(&[("zed", other), ("ann", "Sure!")]), [], "{other}");
        }
        let who = after(&[("zed", "Is anyone working on this?"), ("ann", "Yes, I am")]);
        assert_eq!(who, [("zed".to_owned(), ClaimKind::AskedWho, 1), claim("ann", 2)]);
    }

    #[test]
    fn an_issue_is_given_to_the_person_named() {
        for text in [
            "/assign @zed",
            "@zed is working on this",
            "@zed is looking into this",
            "Assigning to @zed",
            "this issue is assigned to @zed",
        ] {
            assert_eq!(after(&[("ann", text)]), [claim("zed", 1)], "{text}");
        }
    }

    #[test]
    fn an_issue_is_handed_over_to_the_person_named() {
        for text in [
            "Handing this over to @zed",
            "I'm handing it to @zed.",
            "I'll hand this over to @zed",
            "passing this on to @zed",
        ] {
            assert_eq!(after(&[("ann", "I'll take this."), ("ann", text)]), [claim("zed", 2)], "{text}");
        }
        assert_eq!(after(&[("ann", "I'll take this."), ("ann", "Handing this back")]), []);
    }

    #[test]
    fn an_issue_that_a_comment_calls_done_may_be_free() {
        for text in [
            "Fixed by #41",
            "This was fixed in #16.",
            "Resolved by https://github.com/o/r/pull/41",
            "closed by #41",
            "This has already been resolved in main",
            "This was fixed on the main branch",
            "Already fixed.",
            "I think this is already done",
            "It seems to have been fixed in v1.30.",
        ] {
            assert_eq!(after(&[("ann", text)]), [("ann".to_owned(), ClaimKind::Done, 1)], "{text}");
            assert_eq!(after(&[("ann", text), ("bob", "It happens again, this is up for grabs")]), [], "{text}");
            let asked = ("zed".to_owned(), ClaimKind::Asked, 1);
            assert_eq!(after(&[("zed", "Can I take this?"), ("ann", text)])[0], asked, "{text}");
        }
        for text in [
            "This could be fixed by #41",
            "Is this fixed by #41?",
            "This is not fixed by #41",
            "It can be fixed in 2 places",
            "Has this already been resolved in main?",
            "This has already been discussed",
            "The typo was already fixed, but the rest is open",
            "This was fixed in a hurry",
            "This has not been fixed in main",
            "This should already be fixed in main",
        ] {
            assert_eq!(after(&[("ann", text)]), [], "{text}");
        }
    }

    #[test]
    fn an_issue_declared_free_by_another_person_may_be_free() {
        let told = after(&[("zed", "I'll take this."), ("ann", "This is up for grabs again")]);
        assert_eq!(told, [("zed".to_owned(), ClaimKind::Asked, 1)]);
    }

    #[test]
    fn remarks_are_no_claims() {
        for text in [
            "I have the same problem",
            "I use this daily",
            "Is there any update on this?",
            "@ann are you still working on this?",
            "@ann has moved to another team",
            "@ann you can do that with a script",
            "ping @ann",
            "cc @ann @bob",
            "This is blocked by #5",
            "/remove-lifecycle stale",
            "/priority important-soon",
            "I'll bring this up in the meeting",
            "I'd be happy to review a PR for this",
            "I'm happy to mentor this",
            "I think we should do this after the release",
            "The fix is in #12",
        ] {
            let claimed = after(&[("zed", text)]).into_iter().filter(|own| own.1 == ClaimKind::Claimed);
            assert_eq!(claimed.collect::<Vec<_>>(), [], "{text}");
        }
    }

    #[test]
    fn robots_claim_nothing() {
        assert_eq!(after(&[("github-actions[bot]", "I'll take this"), ("zulipbot", "/assign")]), []);
    }
}
