//! The `Link` header (RFC 8288), as far as pages need it.

/// Returns the target of `rel="next"`.
pub(super) fn next(header: &str) -> Option<&str> {
    target(header, "next")
}

/// Returns the number of the last page, where the header tells it: good for a guess, never for asking.
pub(super) fn last(header: &str) -> Option<u32> {
    let (_, query) = target(header, "last")?.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("page="))?.parse().ok()
}

/// Pages of a list that differ by their number alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numbered {
    before: String,
    after: String,
}

impl Numbered {
    /// Reads what was asked for and the link to its second page; nothing where that link holds more than a number, as
    /// a cursor is.
    pub(super) fn of(asked: &str, next: &str) -> Option<Self> {
        let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
        let asked: Vec<String> = asked.split_once('?')?.1.split('&').map(name).collect();
        let (path, query) = next.split_once('?')?;
        let pairs: Vec<&str> = query.split('&').collect();
        let (before, rest) = pairs.split_at_checked(pairs.iter().position(|pair| *pair == "page=2")?)?;
        let after = rest.get(1..).unwrap_or_default();
        before.iter().chain(after).all(|pair| asked.contains(&name(pair))).then(|| Self {
            before: format!("{path}?{}", [before, &["page="]].concat().join("&")),
            after: [&[""], after].concat().join("&"),
        })
    }

    pub(super) fn page(&self, number: u32) -> String {
        format!("{}{number}{}", self.before, self.after)
    }
}

/// Returns the address of the page after one that came without any link, by its number.
pub(super) fn following(asked: &str) -> Option<String> {
    let (path, query) = asked.split_once('?')?;
    let number = query.split('&').find_map(|pair| pair.strip_prefix("page=")).map_or(Some(1), |it| it.parse().ok())?;
    let next = u32::checked_add(number, 1)?;
    let others: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("page=")).collect();
    Some(format!("{path}?{}&page={next}", others.join("&")))
}

/// Targets may hold commas and semicolons: they stand in angle brackets.
fn target<'a>(header: &'a str, rel: &str) -> Option<&'a str> {
    let mut rest = header;
    while let Some((_, behind)) = rest.split_once('<') {
        let (target, behind) = behind.split_once('>')?;
        let parameters = behind.split_once('<').map_or(behind, |(before, _)| before);
        if parameters.split(';').any(|parameter| is_rel(parameter, rel)) {
            return Some(target);
        }
        rest = behind;
    }
    None
}

fn is_rel(parameter: &str, rel: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let value = value.trim_matches([' ', '\t', ',', '"']);
    name.trim().eq_ignore_ascii_case("rel") && value.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(rel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_is_found_wherever_it_stands() {
        let first = "<https://a/issues?labels=a,b&page=2>; rel=\"next\", <https://a/issues?page=9>; rel=\"last\"";
        assert_eq!(next(first), Some("https://a/issues?labels=a,b&page=2"));
        let last = "<https://a/1>; rel=\"prev\", <https://a/3;x>; title=\"x\"; rel=next";
        assert_eq!(next(last), Some("https://a/3;x"));
    }

    #[test]
    fn the_last_page_has_a_number() {
        let header = "<https://a/issues?page=2&per_page=100>; rel=\"next\", <https://a/issues?per_page=100&page=55>; rel=\"last\"";
        assert_eq!(last(header), Some(55));
        for header in
            ["<https://a/issues?page=2>; rel=\"next\"", "<https://a?page=x>; rel=\"last\"", "<https://a>; rel=last"]
        {
            assert_eq!(last(header), None, "{header}");
        }
    }

    #[test]
    fn pages_have_numbers_unless_the_link_holds_a_cursor() {
        let asked = "https://a/repos/x/y/issues?state=all&per_page=100";
        let page = |next: &str, number| Numbered::of(asked, next).map(|numbered| numbered.page(number));
        let found = page("https://a/repositories/5/issues?state=all&per_page=100&page=2", 7);
        assert_eq!(found.as_deref(), Some("https://a/repositories/5/issues?state=all&per_page=100&page=7"));
        assert_eq!(page("https://a/i?page=2&state=all", 31).as_deref(), Some("https://a/i?page=31&state=all"));
        for cursor in
            ["https://a/i?state=all&page=2&after=Y3Vy", "https://a/i?state=all", "https://a/i", "https://a/i?page=3"]
        {
            assert_eq!(page(cursor, 3), None, "{cursor}");
        }
    }

    #[test]
    fn the_page_after_one_without_links_has_the_next_number() {
        let after = |asked| following(asked);
        assert_eq!(after("https://a/i?per_page=100").as_deref(), Some("https://a/i?per_page=100&page=2"));
        assert_eq!(after("https://a/i?page=2&per_page=100").as_deref(), Some("https://a/i?per_page=100&page=3"));
        assert_eq!((after("https://a/i"), after("https://a/i?page=x")), (None, None));
    }

    #[test]
    fn without_next_there_is_none() {
        for header in ["", "<https://a>; rel=\"last\"", "<https://a", "rel=\"next\"", "<a>; rel=\"nextish\""] {
            assert_eq!(next(header), None, "{header}");
        }
    }
}
