//! The `Link` header (RFC 8288), as far as pages need it.

/// Returns the target of `rel="next"`. Targets may hold commas and semicolons: they stand in angle brackets.
pub(super) fn next(header: &str) -> Option<&str> {
    let mut rest = header;
    while let Some((_, behind)) = rest.split_once('<') {
        let (target, behind) = behind.split_once('>')?;
        let parameters = behind.split_once('<').map_or(behind, |(before, _)| before);
        if parameters.split(';').any(is_next) {
            return Some(target);
        }
        rest = behind;
    }
    None
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let value = value.trim_matches([' ', '\t', ',', '"']);
    name.trim().eq_ignore_ascii_case("rel")
        && value.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
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
    fn without_next_there_is_none() {
        for header in ["", "<https://a>; rel=\"last\"", "<https://a", "rel=\"next\"", "<a>; rel=\"nextish\""] {
            assert_eq!(next(header), None, "{header}");
        }
    }
}
