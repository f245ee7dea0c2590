//! Parser of the `Link` header (RFC 8288) for pagination.

/// Returns the target of `rel="next"`.
pub(crate) fn next(header: &str) -> Option<&str> {
    target(header, "next")
}

/// Returns the number of the last page, if given.
pub(crate) fn last(header: &str) -> Option<u32> {
    let (_, query) = target(header, "last")?.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("page="))?.parse().ok()
}

/// Targets are in angle brackets, since they may contain commas and semicolons.
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
    fn next_is_found_at_any_position() {
        let first = "<https://a/issues?labels=a,b&page=2>; rel=\"next\", <https://a/issues?page=9>; rel=\"last\"";
        assert_eq!(next(first), Some("https://a/issues?labels=a,b&page=2"));
        let last = "<https://a/1>; rel=\"prev\", <https://a/3;x>; title=\"x\"; rel=next";
        assert_eq!(next(last), Some("https://a/3;x"));
    }

    #[test]
    fn the_number_of_the_last_page_is_found() {
        let header = "<https://a/issues?page=2&per_page=100>; rel=\"next\", <https://a/issues?per_page=100&page=55>; rel=\"last\"";
        assert_eq!(last(header), Some(55));
        for header in
            ["<https://a/issues?page=2>; rel=\"next\"", "<https://a?page=x>; rel=\"last\"", "<https://a>; rel=last"]
        {
            assert_eq!(last(header), None, "{header}");
        }
    }

    #[test]
    fn a_header_without_next_has_no_next_page() {
        for header in ["", "<https://a>; rel=\"last\"", "<https://a", "rel=\"next\"", "<a>; rel=\"nextish\""] {
            assert_eq!(next(header), None, "{header}");
        }
    }
}
