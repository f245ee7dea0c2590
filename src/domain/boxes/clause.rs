//! What a person says about boxes: claims, returns, questions.
//!
//! A comment is read clause by clause, since one may take a box and give another back. What is quoted is left out.

/// What a clause says of what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The author takes it.
    Claim,
    /// The author asks to have it.
    Ask,
    /// The author asks whether another has it.
    Question,
    /// Another person, who is named, has it.
    Other,
    /// A question is answered with yes.
    Yes,
    /// It is given back, or free again.
    Return,
    /// Nothing.
    Mention,
}

/// A clause of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) text: String,
    pub(super) act: Act,
    /// Whether it is an item of a list.
    pub(super) is_listed: bool,
}

const RETURNS: [&str; 28] = [
    " /unassign ",
    " feel free to take ",
    " feel free to pick ",
    " free to take ",
    " up for grabs ",
    " no longer working ",
    " not working on ",
    " stopped working ",
    " someone else can ",
    " somebody else can ",
    " anyone can take ",
    " anyone else can ",
    " giving up ",
    " give it up ",
    " giving this up ",
    " give this up ",
    " unassigning ",
    " unassign me ",
    " dont have time ",
    " do not have time ",
    " wont have time ",
    " no time ",
    " cant continue ",
    " wont be able to ",
    " dropping ",
    " will not be able to ",
    " is free again ",
    " is available again ",
];

const NEGATIONS: [&str; 8] = [
    " i wont take ",
    " i am not taking ",
    " im not taking ",
    " not planning to ",
    " i didnt mean ",
    " i havent started ",
    " i will not take ",
    " i cannot take ",
];

/// Whose turn it is, in front of a verb.
const FIRST: [&str; 24] = [
    " ill ",
    " i will ",
    " id like ",
    " id love ",
    " id be ",
    " i would like ",
    " i would love ",
    " i want ",
    " i can ",
    " im ",
    " i am ",
    " let me ",
    " ive ",
    " i have ",
    " i plan ",
    " i intend ",
    " i started ",
    " i opened ",
    " we will ",
    " i could ",
    " i took ",
    " i submitted ",
    " i already have ",
    " i just ",
];

const VERBS: [&str; 57] = [
    " looking at ",
    " write ",
    " writing ",
    " translate ",
    " finish ",
    " own ",
    " prepare ",
    " port ",
    " porting ",
    " type ",
    " cover ",
    " rewrite ",
    " replace ",
    " update ",
    " address ",
    " take ",
    " taking ",
    " taken ",
    " took ",
    " work ",
    " working ",
    " pick ",
    " picking ",
    " picked ",
    " handle ",
    " handling ",
    " tackle ",
    " tackling ",
    " do ",
    " doing ",
    " start ",
    " started ",
    " starting ",
    " grab ",
    " grabbing ",
    " claim ",
    " claiming ",
    " try ",
    " give ",
    " contribute ",
    " raise ",
    " raised ",
    " open ",
    " opened ",
    " submit ",
    " submitted ",
    " send ",
    " sent ",
    " migrate ",
    " migrating ",
    " implement ",
    " convert ",
    " converting ",
    " pr ",
    " prs ",
    " look ",
    " help ",
];

/// What claims without a pronoun, at the beginning of a clause.
const BARE: [&str; 16] = [
    "taking ",
    "working on ",
    "picking up ",
    "picking ",
    "claiming ",
    "claim ",
    "grabbing ",
    "on it ",
    "mine ",
    "dibs ",
    "started on ",
    "starting on ",
    "starting with ",
    "looking into ",
    "assigning myself ",
    "will take ",
];

const ASKS: [&str; 16] = [
    " can i ",
    " may i ",
    " could i ",
    " mind if i ",
    " ok if i ",
    " okay if i ",
    " please assign ",
    " assign me ",
    " assign it to me ",
    " assign this to me ",
    " can you assign ",
    " could you assign ",
    " would it be possible for me ",
    " is it ok if i ",
    " can we take ",
    " shall i ",
];

const QUESTIONS: [&str; 10] = [
    " anyone ",
    " anybody ",
    " someone working ",
    " still available ",
    " still open ",
    " still free ",
    " any update ",
    " are you ",
    " is this ",
    " who ",
];

const OTHERS: [&str; 14] = [
    " is working on ",
    " is taking ",
    " is handling ",
    " will take ",
    " will handle ",
    " will work ",
    " has this ",
    " has it ",
    " assigned to ",
    " is assigned ",
    " is already working ",
    " already has ",
    " picked up ",
    " is on ",
];

const YES: [&str; 18] = [
    "yes",
    "sure",
    "go ahead",
    "please do",
    "all yours",
    "its yours",
    "absolutely",
    "of course",
    "yep",
    "yeah",
    "please go",
    "sounds good",
    "feel free",
    "that would be great",
    "thanks go ahead",
    "i am",
    "i do",
    "done assigned",
];

/// Splits a comment into clauses and says what each does.
pub(super) fn of(comment: &str) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut is_code = false;
    for line in comment.lines() {
        let bare = line.trim();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            is_code = !is_code;
            continue;
        }
        let is_struck = bare.starts_with("~~") && bare.ends_with("~~");
        if is_code || bare.starts_with('>') || bare.starts_with("<!--") || is_struck || bare.is_empty() {
            continue;
        }
        let listed = bare.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with(' '));
        for (text, is_question) in parts(listed.unwrap_or(bare)) {
            let act = act(text, is_question);
            clauses.push(Clause { text: text.to_owned(), act, is_listed: listed.is_some() });
        }
    }
    clauses
}

/// Clauses end at a stop that no name continues, or at a word that turns.
fn parts(line: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut rest = line;
    while !rest.trim().is_empty() {
        let end = end_of_clause(rest);
        let (part, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let is_question = part.trim_end().ends_with('?');
        if part.contains(char::is_alphanumeric) {
            parts.push((part.trim(), is_question));
        }
        rest = behind;
    }
    parts
}

fn end_of_clause(text: &str) -> usize {
    let stop = text.char_indices().find(|&(at, c)| {
        let next = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        matches!(c, '.' | '!' | '?' | ';') && next.is_none_or(char::is_whitespace)
    });
    let stop = stop.map_or(text.len(), |(at, c)| at + c.len_utf8());
    let turn = [" but ", ", while ", " whereas ", " however ", " although "]
        .iter()
        .filter_map(|word| text.find(word))
        .filter(|at| *at > 0)
        .min();
    turn.map_or(stop, |turn| stop.min(turn + 1))
}

/// Lower case words between single blanks, without apostrophes, with a blank at either end.
fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    let letters = text.chars().filter(|c| !matches!(c, '\'' | '’' | '`' | '*'));
    for c in letters.flat_map(char::to_lowercase) {
        let is_letter = c.is_alphanumeric() || matches!(c, '/' | '@' | '-' | '_');
        if is_letter {
            plain.push(c);
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

fn act(text: &str, is_question: bool) -> Act {
    let plain = plain(text);
    let has = |all: &[&str]| all.iter().any(|phrase| plain.contains(phrase));
    let words = plain.trim_start();
    let begins = |all: &[&str]| all.iter().any(|phrase| words.starts_with(phrase));
    if has(&RETURNS) || has(&NEGATIONS) {
        return Act::Return;
    }
    if has(&ASKS) {
        return Act::Ask;
    }
    if is_question && has(&QUESTIONS) || has(&[" anyone working ", " anybody working ", " is anyone ", " is anybody "])
    {
        return Act::Question;
    }
    if has(&OTHERS) && plain.contains(" @") || words.starts_with("/assign @") {
        return Act::Other;
    }
    if words.starts_with("/assign") || begins(&BARE) || claims(&plain) {
        return if is_question { Act::Ask } else { Act::Claim };
    }
    if begins(&YES) {
        return Act::Yes;
    }
    if is_question { Act::Question } else { Act::Mention }
}

/// A pronoun and, not far behind it, a verb of work.
fn claims(plain: &str) -> bool {
    FIRST.iter().filter_map(|first| plain.find(first).map(|at| at + first.len() - 1)).any(|at| {
        let near: String = plain.get(at..).unwrap_or_default().chars().take(60).collect();
        VERBS.iter().any(|verb| near.contains(verb))
    })
}

/// How many boxes from which end a clause takes without naming them: `the first two`.
pub(super) fn counted(text: &str) -> Option<(bool, usize)> {
    let plain = plain(text);
    let numbers =
        [("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("2", 2), ("3", 3), ("4", 4), ("5", 5)];
    let read = |lead: &str| {
        let behind = plain.split_once(lead)?.1;
        let word = behind.split(' ').next()?;
        numbers.iter().find(|(name, _)| *name == word).map(|(_, number)| *number)
    };
    read(" first ").map(|number| (true, number)).or_else(|| read(" last ").map(|number| (false, number)))
}

/// Whether a clause speaks of all that is left.
pub(super) fn is_of_all(text: &str) -> bool {
    let plain = plain(text);
    let all = [
        " the rest ",
        " all remaining ",
        " remaining ones ",
        " what remains ",
        " everything left ",
        " all of them ",
        " all the remaining ",
        " all of these ",
        " the remaining ",
        " what is left ",
        " whats left ",
    ];
    all.iter().any(|phrase| plain.contains(phrase))
}

/// What a clause leaves out: the text behind `except`.
pub(super) fn exception(text: &str) -> Option<(&str, &str)> {
    [" except ", " apart from ", " other than ", " excluding ", " but not "]
        .iter()
        .find_map(|word| text.split_once(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acts(comment: &str) -> Vec<Act> {
        of(comment).into_iter().map(|clause| clause.act).collect()
    }

    #[test]
    fn claims_are_read_in_the_forms_people_use() {
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
        ] {
            assert_eq!(acts(text), [Act::Claim], "{text}");
        }
    }

    #[test]
    fn what_asks_returns_or_speaks_of_others_is_no_claim() {
        assert_eq!(acts("Can I take events?"), [Act::Ask]);
        assert_eq!(acts("Is anyone working on events?"), [Act::Question]);
        assert_eq!(acts("I'm no longer working on events."), [Act::Return]);
        assert_eq!(acts("/unassign"), [Act::Return]);
        assert_eq!(acts("@someone is working on events"), [Act::Other]);
        assert_eq!(acts("> I'll take events\nSure, go ahead!"), [Act::Yes]);
        assert_eq!(acts("```\nI'll take events\n```"), []);
        assert_eq!(acts("The pod directory is large."), [Act::Mention]);
    }

    #[test]
    fn one_comment_may_take_and_give_back() {
        assert_eq!(acts("I'll take pod. Feel free to take events."), [Act::Claim, Act::Return]);
        assert_eq!(acts("I'm working on a.b/c but someone else can do events"), [Act::Claim, Act::Return]);
    }

    #[test]
    fn groups_are_counted_or_have_exceptions() {
        assert_eq!(counted("I'll take the first two"), Some((true, 2)));
        assert_eq!(counted("taking the last one"), Some((false, 1)));
        assert_eq!(exception("I'll do the rest except pod"), Some(("I'll do the rest", "pod")));
        assert!(is_of_all("I'll do the rest in pkg/a") && !is_of_all("I'll take pod"));
    }
}
