//! Clauses of comments about boxes: claims, withdrawals, questions.
//!
//! A comment is read clause by clause, since it may claim one box and return another. Quoted text is skipped.

mod claims;
mod scope;
mod shape;
mod split;
mod text;

use super::phrases::{CURIOUS, DONE_SIGNS, OPENINGS, PhraseKind, YES};
use super::prose::Prose;
use crate::domain::wording::{NEGATIONS, PhraseList};

use claims::{delegates, is_claim};
use scope::offers;
pub(super) use scope::{
    asks_you, bare_numbers, counted, exception, gives_issue, has_pointer, heir, invites, is_brief, is_done_before,
    is_done_by_change, is_of_group, is_of_open, is_of_same, is_of_several, joined, names_heading, numbered,
    offers_choice, replaces, states, with_bare_numbers,
};
use split::{except_but, is_short, parts, shares};
use text::{code_name, is_unrelated_command, without_remarks};

/// What a clause says about the boxes it names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Act {
    Claim,
    /// The author may claim it.
    Hedge,
    /// The author asks to have it.
    Ask,
    /// The author asks whether a person has it, or would take it.
    WhoHas,
    /// The author asks whether it is free.
    IsFree,
    /// Another person, given by name, has it.
    Other,
    /// A person has the box.
    Taken,
    /// The author gives it to another person, who is mentioned or who asked.
    Give,
    /// The author answers yes to a question.
    Yes,
    Return,
    Free,
    Done,
    /// None of these.
    #[default]
    Mention,
}

/// A clause of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) text: Prose,
    pub(super) act: Act,
    pub(super) is_question: bool,
    /// Whether it is an item of a list.
    pub(super) is_listed: bool,
    /// Whether it is a line of a code block: the text around such a list decides its meaning.
    pub(super) is_code: bool,
    /// The quoted lines right above it, to which it answers.
    pub(super) quoted: Vec<String>,
}

impl Clause {
    /// A statement that is no item of a list and answers no quote.
    fn new(text: Prose, act: Act) -> Self {
        Self { text, act, is_question: false, is_listed: false, is_code: false, quoted: Vec::new() }
    }

    /// Whether it is about work on boxes, even if it claims none.
    pub(super) fn is_of_work(&self) -> bool {
        match self.act {
            Act::Claim | Act::Hedge | Act::Ask | Act::Other | Act::Taken | Act::Give | Act::Done => true,
            Act::Mention => self.is_own_work(),
            Act::Yes | Act::WhoHas | Act::IsFree | Act::Return | Act::Free => false,
        }
    }

    /// Whether its grammar says that its author does or will do something, whatever the verb.
    pub(super) fn is_own_work(&self) -> bool {
        !self.is_question && self.act == Act::Mention && shape::is_own_work(self.text.plain())
    }

    /// Whether its grammar says that its author gives something to the person addressed.
    pub(super) fn gives(&self) -> bool {
        !self.is_question && self.act == Act::Mention && shape::gives(self.text.plain())
    }

    /// The act of the clause: an entry of a list may inherit that of the sentence above the list.
    pub(super) fn act_below(&self, above: Act) -> Act {
        let is_where = || is_name_and_link(&self.text) || self.act == Act::Return && !self.text.says(PhraseKind::Own);
        let is_entry = self.is_listed && (self.act == Act::Mention || above == Act::Done && is_where());
        if is_entry { above } else { self.act }
    }

    /// Whether it continues the previous sentence: `but not ticked here:`.
    pub(super) fn goes_on(&self) -> bool {
        self.text.starts_with("but ")
    }
}

/// Splits a comment into clauses and finds the act of each.
pub(super) fn of(comment: &str) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut is_code = false;
    let mut quoted = Vec::new();
    for line in comment.lines() {
        let bare = line.trim();
        quoted.extend(bare.strip_prefix('>').filter(|_| !is_code).map(|quote| quote.trim().to_owned()));
        if bare.starts_with("```") || bare.starts_with("~~~") {
            is_code = !is_code;
            continue;
        }
        let is_struck = bare.starts_with("~~") && bare.ends_with("~~");
        if let Some(name) = code_name(bare).filter(|_| is_code) {
            clauses.push(Clause { is_listed: true, is_code: true, ..Clause::new(Prose::new(name), Act::Mention) });
        }
        if is_code
            || is_unrelated_command(bare)
            || bare.starts_with('>')
            || bare.starts_with("<!--")
            || is_struck
            || bare.is_empty()
        {
            continue;
        }
        clauses.extend(shares(bare).into_iter().map(|share| Clause::new(Prose::new(share), Act::Other)));
        let bullet = bare.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with(' '));
        let listed = bullet.or_else(|| is_short(bare).then_some(bare));
        for (text, is_question) in parts(listed.unwrap_or(bare)) {
            let text = Prose::new(text);
            let act = act(&text, is_question);
            let quoted = std::mem::take(&mut quoted);
            clauses.push(Clause { is_question, is_listed: listed.is_some(), quoted, ..Clause::new(text, act) });
        }
    }
    clauses
}

/// The act of a clause, ignoring a remark in parentheses between subject and verb.
fn act(text: &Prose, is_question: bool) -> Act {
    let own = act_of(text, is_question);
    let bare = without_remarks(text).filter(|_| own == Act::Mention);
    bare.map_or(own, |bare| act_of(&Prose::new(bare), is_question))
}

fn act_of(text: &Prose, is_question: bool) -> Act {
    let plain = text.plain();
    let words = point(plain.trim_start());
    let thanks = [" thanks for ", " thank you for "].iter().any(|lead| plain.starts_with(lead));
    let is_model = plain.contains(" how i would ") || plain.contains(" how id ");
    let is_thanks = thanks && ![" i ", " ill ", " id ", " im ", " ive "].iter().any(|own| plain.contains(own));
    if words.starts_with("example ") || words.starts_with("for example ") || is_thanks || is_model {
        return Act::Mention;
    }
    let is_sure = !plain.contains(" unless ") && !plain.contains(" if ");
    let asks = asked(text, words, is_question);
    if text.says(PhraseKind::Negates) || (text.says(PhraseKind::Returns) || gives_back(text, is_question)) && is_sure {
        return Act::Return;
    }
    if let Some(asks) = asks {
        return asks;
    }
    if text.says(PhraseKind::Frees) && !is_question && is_sure {
        return Act::Free;
    }
    if delegates(text, words) {
        return Act::Give;
    }
    let claims = is_claim(text, words);
    if let Some(act) = has_another(text, claims, is_question) {
        return act;
    }
    if !is_question && reports_done(text) {
        return Act::Done;
    }
    if is_name_and_link(text) {
        return Act::Claim;
    }
    if !claims && !is_question && is_done(text, words) {
        return Act::Done;
    }
    if claims {
        return match (text.says(PhraseKind::Hedges), is_question) {
            (true, _) => Act::Hedge,
            (false, true) => Act::Ask,
            (false, false) => Act::Claim,
        };
    }
    if text.says(PhraseKind::Gives) {
        return Act::Give;
    }
    if YES.begins(words)
        || plain.starts_with(" done @")
        || text.says(PhraseKind::Lets)
        || matches!(words, "me " | "i " | "i can " | "i could " | "i will " | "ill " | "i would ")
    {
        return Act::Yes;
    }
    Act::Mention
}

/// Whether the author returns something, with the name in the middle of the phrase: `giving pod back`, `handing pod over
/// to @ann`.
fn gives_back(text: &Prose, is_question: bool) -> bool {
    let plain = text.plain();
    !is_question && heir(text).is_some()
        || leaves_to_others(text) && (!is_question || asks_you(text))
        || plain.contains(" giv") && plain.ends_with(" back ")
        || plain.contains(" please reassign ") && !plain.contains(" to me ")
}

/// Whether a clause wants anyone else to have it: `please assign this to someone else`.
fn leaves_to_others(text: &Prose) -> bool {
    static GIVING: PhraseList = PhraseList::new("assign; reassign; give; pass; hand; offer; leave");
    static OTHERS: PhraseList = PhraseList::new(
        "anyone else; anybody else; someone else; somebody else; anyone who; another person; another contributor; \
        another developer; other people; other contributors; others",
    );
    let behind = text.plain().split_once(" to ").or_else(|| text.plain().split_once(" for "));
    let Some((before, _)) = behind.filter(|(_, rest)| OTHERS.begins(rest)) else { return false };
    let words: Vec<&str> = before.split_whitespace().collect();
    words.iter().any(|word| GIVING.has(word))
        && !words.iter().any(|word| NEGATIONS.contains(word) || matches!(*word, "dont" | "me" | "or"))
}

/// Whether a comment begins like an answer: `sure, …`.
pub(super) fn replies(text: &Prose) -> bool {
    YES.begins(text.plain().trim_start())
}

/// The kind of question that a clause asks, if any.
fn asked(text: &Prose, words: &str, is_question: bool) -> Option<Act> {
    if is_question && offers(text) {
        return Some(Act::WhoHas);
    }
    let is_to_me = words.split_once("assign ").is_some_and(|(_, rest)| rest.contains(" to me "));
    let is_curious = |rest: &str| CURIOUS.begins(rest);
    let asks = text.says(PhraseKind::Asks) && !text.behind(PhraseKind::Asks).any(is_curious);
    if asks || is_to_me || is_question && shape::asks_for(words) || shape::asks_leave(words) {
        return Some(Act::Ask);
    }
    let is_of_people =
        ["anyone ", "anybody ", "someone ", "somebody ", "nobody ", "who "].iter().any(|it| words.contains(it));
    let is_of_other = text.says(PhraseKind::WhoHas) || text.says(PhraseKind::Gives);
    if is_question && (is_of_people || is_of_other) || words.starts_with("is any") && text.says(PhraseKind::WhoHas) {
        return Some(Act::WhoHas);
    }
    (is_question && text.says(PhraseKind::IsFree)).then_some(Act::IsFree)
}

/// Whether a clause says that another person has it.
fn has_another(text: &Prose, claims: bool, is_question: bool) -> Option<Act> {
    let plain = text.plain();
    let is_other = text.says(PhraseKind::Others) && plain.contains(" @");
    if !claims && (pairs(text) || is_other || has(plain)) || point(plain.trim_start()).starts_with("/assign @") {
        return Some(Act::Other);
    }
    if claims || is_question || !text.says(PhraseKind::Taken) {
        return None;
    }
    Some(if plain.contains(" by @") { Act::Other } else { Act::Taken })
}

/// The person that a text mentions: the one after `by`, else the first.
pub(super) fn named(text: &str) -> Option<&str> {
    let rest = text.split_once(" by @").or_else(|| text.split_once('@'))?.1;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    rest.get(..end).filter(|login| !login.is_empty())
}

/// Whether a sentence names another person as the owner of a box: `@someone has pod`.
fn has(plain: &str) -> bool {
    let mut words = plain.split_whitespace();
    let is_person = words.next().is_some_and(|word| word.starts_with('@'));
    let has = words.next().is_some_and(|word| matches!(word, "has" | "owns" | "got" | "does" | "claimed" | "wants"));
    is_person && has && words.next().is_some_and(|word| !matches!(word, "a" | "an" | "the" | "no" | "been" | "to"))
}

fn is_done(text: &Prose, words: &str) -> bool {
    let ends = [" done", " merged", " finished", " completed"].iter().any(|end| words.trim_end().ends_with(end))
        && !text.says(PhraseKind::Left);
    (text.says(PhraseKind::Done) || ends) && !text.says(PhraseKind::Condition) && !shape::is_done_later(words)
        || is_done_by_change(text)
}

/// Skips greetings and other openings.
fn point(mut words: &str) -> &str {
    while let Some((first, rest)) = words.split_once(' ') {
        let is_opening = OPENINGS.has(first) || first.starts_with('@');
        if !is_opening || rest.is_empty() {
            break;
        }
        words = rest;
    }
    words
}

/// Whether a text is a name followed by a sign: `pod ✅`.
fn reports_done(text: &str) -> bool {
    const MAX_WORDS: usize = 4;
    DONE_SIGNS.iter().any(|sign| text.contains(sign)) && text.split_whitespace().count() <= MAX_WORDS
}

/// Whether a text is only a name and a link to its pull request: `cumsum #12`.
fn is_name_and_link(text: &str) -> bool {
    let (links, words): (Vec<_>, Vec<_>) =
        text.split_whitespace().partition(|word| word.starts_with('#') || word.contains("://"));
    links.len() == 1 && words.len() == 1 && !text.starts_with("http") && words.iter().all(|word| !word.starts_with('@'))
}

/// Whether a short text is a name and a person: `pod → @someone`.
fn pairs(text: &str) -> bool {
    const MAX_WORDS: usize = 5;
    let is_greeting =
        ["hi ", "hey ", "hello ", "cc ", "thanks"].iter().any(|lead| text.to_lowercase().starts_with(lead));
    let is_joined = [" to @", "→", "->", "=>", ": @", " - @", " – @", " — @"].iter().any(|mark| text.contains(mark));
    text.contains('@') && is_joined && !is_greeting && text.split_whitespace().count() <= MAX_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acts(comment: &str) -> Vec<Act> {
        of(comment).into_iter().map(|clause| clause.act).collect()
    }

    #[test]
    fn common_phrasings_are_claims() {
        for text in [
            "I'll take `pod`",
            "I am taking FlowControl",
            "I'd like to work on this one",
            "/assign",
            "Taking nodestatus",
            "working on pkg/kubelet/cm.",
            "I’ve opened a PR for events",
            "I already have PRs for them",
            "Let me pick up the last one",
            "I'll create the account today",
            "@someone and I are working on `PCA`",
            "me and @someone are going for **PCA**",
            "With @someone will be taking `PCA`",
            "I'm (@me) working on `PCA`",
            "work on pkg/kubelet/cm",
            "vsphere for me",
            "test_zipfile is mine",
            "Happy to handle Network Policy",
            "Started to migrate the database.",
            "I'm on helm-tests at the moment",
            "BayesianGaussianMixture, working with Nico on it",
            "I'm also at provider-vsphere, half done",
            "Hi @lead, currently working on events",
            "Modal is being worked on by me",
            "I have a branch for GateDelta too",
            "gitea - working on it.",
            "ElasticNet, please!",
            "pyroscope is what I'm hacking on",
            "mirror-eu: that's me",
            "/assign I want to work on remaining tasks.",
            "We (team blue) are going to do this in Q1",
            "We're going to move events next week",
            "We would love to take events",
        ] {
            assert_eq!(acts(text), [Act::Claim], "{text}");
        }
    }

    #[test]
    fn questions_returns_and_statements_about_others_are_no_claims() {
        assert_eq!(acts("Can I take events?"), [Act::Ask]);
        assert_eq!(acts("@lead assign Avatar to me, thanks"), [Act::Ask]);
        assert_eq!(acts("I could take events if it is still open."), [Act::Claim]);
        assert_eq!(acts("I might try events later."), [Act::Mention]);
        assert_eq!(acts("Maybe I'll take events."), [Act::Hedge]);
        assert_eq!(acts("hi @lead , can I work on  staging/plugin ？"), [Act::Ask]);
        assert_eq!(acts("Is anyone working on events?"), [Act::WhoHas]);
        for text in ["I'm interested", "Hi, I am interested in this!", "I'd be interested in events"] {
            assert_eq!(acts(text).last(), Some(&Act::Ask), "{text}");
        }
        assert_eq!(acts("I'm interested in seeing how events work"), [Act::Mention]);
        assert_eq!(acts("Is events still available?"), [Act::IsFree]);
        assert_eq!(acts("I'm no longer working on events."), [Act::Return]);
        assert_eq!(acts("/unassign"), [Act::Return]);
        assert_eq!(acts("TrOCR and ALBERT are now available!"), [Act::Free]);
        assert_eq!(acts("`R0202` can be checked off, it was merged."), [Act::Done]);
        assert_eq!(acts("Once `R0202` is done we can go on."), [Act::Mention]);
        assert_eq!(acts("@someone is working on events"), [Act::Other]);
        assert_eq!(acts("Assigned: events → @a, pod → @b"), [Act::Other, Act::Other]);
        assert_eq!(acts("I assigned loki to @a and tempo to @b."), [Act::Other, Act::Other]);
        assert_eq!(acts("events is already taken"), [Act::Taken]);
        assert_eq!(acts("cumsum #12"), [Act::Claim]);
        assert_eq!(acts("I have to give up on events"), [Act::Return]);
        assert_eq!(acts("> I'll take events\nSure, go ahead!"), [Act::Yes]);
        assert_eq!(acts("```\nI'll take events\n```"), []);
        assert!(of("```\nhack/verify.sh\n```\nin #12").iter().any(|clause| clause.is_code));
        for text in [
            "The pod directory is large.",
            "I would like to know on which model I should work",
            "I'll ask the owners of events",
            "We should decide about events first.",
            "Does `events` even need this?",
        ] {
            assert_eq!(acts(text), [Act::Mention], "{text}");
        }
    }

    #[test]
    fn a_wish_has_the_subject_of_the_clause_before_it() {
        for text in [
            "Hi! I'm new here and would love to pick this up as my first contribution",
            "I'm new here and would love to work on this",
            "I am a student, would like to work on this",
            "I've used it for years and am new to the code, and want to take this",
        ] {
            assert_eq!(acts(text).last(), Some(&Act::Claim), "{text}");
        }
        for text in [
            "If you are new and would love to work on this, ping me",
            "Ann is new and would love to help",
            "Users expect this and want to see it soon",
            "I wrote the docs and want to know more about events",
        ] {
            assert!(!acts(text).contains(&Act::Claim), "{text}");
        }
    }

    #[test]
    fn one_comment_may_claim_and_return() {
        assert_eq!(acts("I'll take pod. Feel free to take events."), [Act::Claim, Act::Free]);
        assert_eq!(acts("I'm working on a.b/c but someone else can do events"), [Act::Claim, Act::Free]);
        assert_eq!(acts("I took labels.md last week but I have to give it back"), [Act::Claim, Act::Return]);
        assert_eq!(acts("I'll do core and you can do providers"), [Act::Claim, Act::Give]);
        assert_eq!(acts("I'll take it unless someone else can"), [Act::Claim]);
    }

    #[test]
    fn counts_numbers_and_exceptions_are_read() {
        assert_eq!(counted(&Prose::new("I'll take the first two")), Some((true, 2)));
        assert_eq!(counted(&Prose::new("taking the last one")), Some((false, 1)));
        assert_eq!(numbered(&Prose::new("I can do numbers 5 and 6.")), [5, 6]);
        assert_eq!(numbered(&Prose::new("I'll take a number of them")), Vec::<usize>::new());
        assert_eq!(exception("I'll do the rest except pod"), Some(("I'll do the rest", "pod")));
        let is_of_all = |text: &str| Prose::new(text).says(PhraseKind::All);
        assert!(is_of_all("I'll do the rest in pkg/a") && !is_of_all("I'll take pod"));
    }
}
