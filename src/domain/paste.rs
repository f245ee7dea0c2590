//! Escapes text for Markdown that people paste into GitHub, so that it reads as written and triggers nothing.
//!
//! Prow obeys a `/word` at the start of a line. GitHub notifies `@name` and `@org/team`, and links `#123`,
//! `owner/repo#1`, `GH-1`, commit hashes, bare URLs and email addresses. All of these become code spans, which both
//! ignore (<https://github.github.com/gfm/#code-spans>).

/// Escapes a text inside a line of Markdown: a cell, a title or a sentence.
pub fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    // A word can start directly after a code span.
    let (mut before, mut ends_in_code) = (' ', false);
    let mut run = TextRun { end: usize::MAX, has_reference: false, has_mail: false };
    while let Some(c) = rest.chars().next() {
        run = run.at(rest);
        let length = live_length(rest, before, &run);
        let quoted = if out.ends_with('`') { 0 } else { own_command(rest) };
        if quoted > 0 {
            let (command, after) = rest.split_at(quoted);
            out.push_str(command);
            (before, ends_in_code) = (' ', true);
            rest = after;
        } else if length > 0 {
            let (live, after) = rest.split_at(length);
            push_code(&mut out, live, ends_in_code);
            (before, ends_in_code) = (' ', true);
            rest = after;
        } else {
            let after = rest.split_at(c.len_utf8()).1;
            push_escaped(&mut out, c, before, after.chars().next().unwrap_or(' '));
            (before, ends_in_code) = (c, false);
            rest = after;
        }
    }
    out
}

/// Escapes a text at the start of a block, such as a paragraph or a list entry.
pub fn block(text: &str) -> String {
    let escaped = inline(text.trim_start());
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    match escaped.split_at_checked(digits) {
        // `1.` and `1)` start a list.
        Some((number, rest)) if !number.is_empty() && rest.starts_with(['.', ')']) => format!("{number}\\{rest}"),
        // A heading, a list, a rule, or a Prow command.
        _ if escaped.starts_with(['#', '-', '+', '=', '/']) => format!("\\{escaped}"),
        _ => escaped,
    }
}

/// Returns a text as a code span, for names of files, jobs and projects.
pub fn code(text: &str) -> String {
    let shown = text.replace(['\n', '\r', '\t'], " ").replace('`', "'");
    if shown.trim().is_empty() { String::new() } else { format!("`{}`", shown.trim()) }
}

/// A run of characters valid in names of repositories and mailboxes. The text after it decides whether it can contain a
/// reference or an email address, so that each run is scanned only once.
struct TextRun {
    /// The number of bytes of text after it.
    end: usize,
    /// Whether a reference may start in it.
    has_reference: bool,
    /// Whether an email address may start in it.
    has_mail: bool,
}

impl TextRun {
    /// Returns the run at the start of a text, which may be this one.
    fn at(self, text: &str) -> Self {
        if text.len() > self.end && self.end != usize::MAX {
            return self;
        }
        let length = span(text, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '+'));
        let after = text.get(length..).unwrap_or_default();
        let is_number = after.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let has_mail = after.strip_prefix('@').is_some_and(|rest| domain(rest) > 0);
        Self { end: after.len(), has_reference: is_number || commit(after, 1) > 0, has_mail }
    }
}

/// Returns the number of bytes at the start of a text that GitHub would notify or link; 0 for plain text.
fn live_length(text: &str, before: char, run: &TextRun) -> usize {
    // Nothing starts inside a word. A reference with a repository starts with that.
    if before.is_ascii_alphanumeric() {
        return 0;
    }
    let reference = if run.has_reference { repo_reference(text) } else { 0 };
    let mail = if run.has_mail { mail(text) } else { 0 };
    [mention(text), address(text), short_reference(text), hash(text), reference, mail].into_iter().max().unwrap_or(0)
}

/// The length of an `offramp` command in backticks, from our own sentences.
fn own_command(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("`offramp ") else { return 0 };
    let length = span(rest, |c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '=' | ':' | '/' | '.'));
    let is_closed = rest.get(length..).is_some_and(|end| end.starts_with('`') && !end.starts_with("``"));
    if is_closed { text.len() - rest.len() + length + 1 } else { 0 }
}

/// `@name`, `@org/team`
fn mention(text: &str) -> usize {
    let Some(name) = text.strip_prefix(['@', '＠']) else { return 0 };
    let sign = text.len() - name.len();
    match span(name, |c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/')) {
        length if name.starts_with(|c: char| c.is_alphanumeric()) => sign + without_dots(name, length),
        _ => 0,
    }
}

/// `GH-123`
fn short_reference(text: &str) -> usize {
    let is_short = text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("gh-"));
    match text.get(3..).filter(|_| is_short).map_or(0, |rest| span(rest, |c| c.is_ascii_digit())) {
        0 => 0,
        digits => 3 + digits,
    }
}

/// `#123`, `owner/repo#123`, `repo#123`, and `owner/repo@0123abc`
fn repo_reference(text: &str) -> usize {
    let repo = span(text, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    let Some(rest) = text.get(repo..) else { return 0 };
    let Some(number) = rest.strip_prefix('#') else { return commit(rest, repo) };
    match span(number, |c| c.is_ascii_digit()) {
        0 => 0,
        digits => repo + 1 + digits,
    }
}

/// The shortest commit hash that GitHub links.
const SHORTEST_HASH: usize = 7;
/// The length of a full commit hash.
const LONGEST_HASH: usize = 40;

/// `@0123abc` after the name of a repository.
fn commit(rest: &str, repo: usize) -> usize {
    let digits = rest.strip_prefix('@').map_or(0, |hash| span(hash, |c| c.is_ascii_hexdigit()));
    if repo > 0 && digits >= SHORTEST_HASH { repo + 1 + digits } else { 0 }
}

/// A bare commit hash, which GitHub links if the repository has it. Must contain digits and letters.
fn hash(text: &str) -> usize {
    let length = span(text, |c| c.is_ascii_hexdigit());
    let (own, rest) = text.split_at(length);
    let is_mixed = own.contains(|c: char| c.is_ascii_digit()) && own.contains(|c: char| c.is_ascii_alphabetic());
    let is_whole = !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if (SHORTEST_HASH..=LONGEST_HASH).contains(&length) && is_mixed && is_whole { length } else { 0 }
}

/// `name@example.org`
fn mail(text: &str) -> usize {
    let local = span(text, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'));
    let rest = text.get(local..).and_then(|rest| rest.strip_prefix('@')).filter(|_| local > 0);
    match rest.map_or(0, domain) {
        0 => 0,
        length => local + 1 + length,
    }
}

/// Returns the length of the domain at the start of a text.
fn domain(text: &str) -> usize {
    let length = without_dots(text, span(text, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')));
    let is_domain = text.get(..length).is_some_and(|domain| domain.contains('.') && !domain.starts_with('.'));
    if is_domain { length } else { 0 }
}

/// `https://…`, `www.…`: the autolinks of GitHub Flavored Markdown.
fn address(text: &str) -> usize {
    let begins = |start: &str| text.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start));
    if !["https://", "http://", "ftp://", "www.", "mailto:", "xmpp:"].into_iter().any(begins) {
        return 0;
    }
    let length = span(text, |c| !c.is_whitespace() && !matches!(c, '<' | '>' | '`' | '|' | '"'));
    let closing = text.get(..length).map_or(length, |link| link.trim_end_matches(['.', ',', ';', ':', '!', '?']).len());
    match text.get(..closing) {
        Some(link) if link.ends_with(')') && !link.contains('(') => closing - 1,
        Some(_) | None => closing,
    }
}

fn span(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}

/// The length without trailing dots, which end a sentence rather than a name.
fn without_dots(text: &str, length: usize) -> usize {
    text.get(..length).map_or(length, |name| name.trim_end_matches(['.', '/']).len())
}

/// Appends a code span. Adjacent spans are joined, since two backticks in a row would be another delimiter.
fn push_code(out: &mut String, live: &str, ends_in_code: bool) {
    if ends_in_code {
        out.pop();
        out.push_str(live);
        out.push('`');
        return;
    }
    if out.ends_with("\\`") {
        out.truncate(out.len() - 2);
        out.push_str("&#96;");
    }
    out.push('`');
    out.push_str(live);
    out.push('`');
}

fn push_escaped(out: &mut String, c: char, before: char, after: char) {
    match c {
        '\n' | '\r' | '\t' => out.push(' '),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' if after.is_ascii_alphanumeric() || after == '#' => out.push_str("&amp;"),
        '`' if out.ends_with('`') => out.push_str("&#96;"),
        '\\' | '`' | '|' | '*' | '[' | ']' | '~' | '$' => {
            out.push('\\');
            out.push(c);
        }
        // An underscore inside a word needs no escape.
        '_' if !(before.is_alphanumeric() && after.is_alphanumeric()) => out.push_str("\\_"),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser};

    /// The text outside code, in which GitHub looks for mentions and references.
    #[expect(clippy::wildcard_enum_match_arm, reason = "any other event fails the test")]
    fn outside_code(markdown: &str) -> String {
        let mut text = String::new();
        for event in Parser::new(markdown) {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::Code(_) => text.push(' '),
                Event::SoftBreak | Event::HardBreak => text.push('\n'),
                Event::Start(_) | Event::End(_) => {}
                other => panic!("{other:?} in {markdown}"),
            }
        }
        text
    }

    fn read(markdown: &str) -> String {
        let mut text = String::new();
        for event in Parser::new(markdown) {
            if let Event::Text(part) | Event::Code(part) = event {
                text.push_str(&part);
            }
        }
        text
    }

    #[test]
    fn text_that_would_notify_or_link_becomes_code() {
        for (text, pasted) in [
            ("ask @spiffxp about it", "ask `@spiffxp` about it"),
            ("(@kubernetes/sig-testing-leads)", "(`@kubernetes/sig-testing-leads`)"),
            ("fixes #123.", "fixes `#123`."),
            ("see kubernetes/k8s.io#1 and GH-7", "see `kubernetes/k8s.io#1` and `GH-7`"),
            ("https://x.io/a?b=1, then", "`https://x.io/a?b=1`, then"),
            ("(www.x.io)", "(`www.x.io`)"),
            ("a `@b` c", "a &#96;`@b`&#96; c"),
            ("mail a.b+c@d.io.", "mail `a.b+c@d.io`."),
            ("since 0123abc, 5cb1180f81!", "since `0123abc`, `5cb1180f81`!"),
            ("20201210 effaced 0123abc-x a@b", "20201210 effaced 0123abc-x a@b"),
            ("見て@spiffxp", "見て`@spiffxp`"),
            ("k/k@0123abc broke", "`k/k@0123abc` broke"),
            ("gs://k8s-metrics C# #x @ 5", "gs://k8s-metrics C# #x @ 5"),
        ] {
            assert_eq!(inline(text), pasted);
            assert_eq!(read(&inline(text)), text);
        }
    }

    #[test]
    fn a_quoted_offramp_command_stays_code() {
        assert_eq!(inline("3 are free: `offramp next`, `x`"), "3 are free: `offramp next`, \\`x\\`");
        assert_eq!(inline("`offramp next`@b"), "`offramp next@b`");
        assert_eq!(inline("`offramp | x` ``offramp next``"), "\\`offramp \\| x\\` \\`&#96;offramp next\\`&#96;");
    }

    #[test]
    fn a_long_run_of_words_is_scanned_once() {
        for (part, end) in [("a-", ""), ("a/", "#x"), ("a.", "@ "), ("a+", "#1"), ("a+", "@0123abc")] {
            let text = part.repeat(200_000) + end;
            assert!(inline(&text).starts_with(part), "{part}{end}");
        }
        assert_eq!(inline("a-b/c#1 a-b#x a.b@c.d"), "`a-b/c#1` a-b#x `a.b@c.d`");
    }

    #[test]
    fn no_line_starts_with_a_command() {
        for text in ["/approve", " /approve", "\n/approve", "a\n/approve\nb", "a\r/lgtm"] {
            assert!(!block(text).lines().any(|line| line.trim_start().starts_with('/')), "{text:?}: {}", block(text));
            assert_eq!(read(&block(text)).trim(), text.trim().replace(['\n', '\r'], " "));
        }
    }

    proptest! {
        #[test]
        fn no_mention_or_reference_stays_live(text in "[ a-c@#/1`_*:.<-]{0,24}|.{0,24}") {
            let pasted = format!("x {}", inline(&text));
            let seen = outside_code(&pasted);
            let live = |sign: char, is_alive: fn(&char) -> bool| {
                let letters: Vec<_> = seen.chars().collect();
                letters.windows(3).any(|three| {
                    three.get(1) == Some(&sign)
                        && three.first().is_some_and(|before| !before.is_alphanumeric())
                        && three.get(2).is_some_and(is_alive)
                })
            };
            prop_assert!(!live('@', char::is_ascii_alphanumeric) && !live('#', char::is_ascii_digit), "{}", pasted);
            prop_assert_eq!(pasted.lines().count(), 1);
        }
    }
}
