//! Markdown output, escaped so that no text breaks the table or the page.

use super::table::{Cell, Table};
use crate::words::capitalised;

pub use crate::domain::paste::{block as paragraph, inline as escape};

/// Renders a table of GitHub Flavored Markdown.
pub(super) fn draw(table: &Table) -> String {
    let columns: Vec<_> = table.for_people().collect();
    let titles: Vec<_> = columns.iter().map(|(_, column)| escape(&capitalised(&column.title.to_lowercase()))).collect();
    let rules: Vec<_> =
        columns.iter().map(|(_, column)| if column.is_right { "---:" } else { "---" }.to_owned()).collect();
    let mut text = line(&titles) + &line(&rules);
    for row in &table.rows {
        let cells = columns.iter().map(|(at, _)| row.get(*at).map(linked).unwrap_or_default());
        text.push_str(&line(&cells.collect::<Vec<_>>()));
    }
    text
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Returns the text of a cell, as a link if it has one.
pub(super) fn linked(cell: &Cell) -> String {
    // A page is read later, so it shows dates and not ages.
    let exact = Some(cell.for_pipe().trim()).filter(|exact| !exact.is_empty() && cell.url().is_none());
    let text = exact.unwrap_or(cell.text.trim());
    match cell.url() {
        Some(link) if is_reference(text) => return reference(text, link),
        Some(_) | None => {}
    }
    let text = escape(text);
    match cell.url() {
        // A bare URL needs no title.
        Some(link) if cell.text == link => format!("<{}>", url(link)),
        Some(link) if !text.is_empty() => format!("[{text}](<{}>)", url(link)),
        Some(_) | None => text,
    }
}

/// Escapes a URL for angle brackets within a table cell.
fn url(link: &str) -> String {
    link.replace('<', "%3C").replace('>', "%3E").replace('|', "%7C").replace('\\', "%5C").replace(['\n', '\r'], "")
}

/// Returns a link to an issue under its short name: `[#787](<https://…>)`.
pub fn reference(name: &str, link: &str) -> String {
    format!("[{name}](<{}>)", url(link))
}

/// Whether a text is the short name of an issue, which needs no escapes as the text of a link.
fn is_reference(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    text.rsplit_once('#').is_some_and(|(repo, number)| {
        repo.chars().all(is_name) && !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::super::table::Column;
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    /// Returns the texts of the cells as rendered.
    #[expect(clippy::wildcard_enum_match_arm, reason = "any other event fails the test")]
    fn cells(markdown: &str) -> Vec<String> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut found = Vec::new();
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Start(Tag::TableCell) => found.push(String::new()),
                Event::Text(text) | Event::Code(text) => found.last_mut().unwrap().push_str(&text),
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::Link { .. }) => {}
                Event::End(TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell | TagEnd::Link) => {
                }
                other => panic!("{other:?} in {markdown}"),
            }
        }
        found
    }

    fn table(texts: &[String], link: Option<&str>) -> Table {
        let cells: Vec<_> = texts.iter().map(|text| Cell::new(text).link(link.map(ToOwned::to_owned))).collect();
        Table::of(
            "rows",
            [cells],
            &[
                (Column::new("a", "ONE"), |cells| cells[0].clone()),
                (Column::new("b", "TWO").right(), |cells| cells[1].clone()),
            ],
        )
    }

    #[test]
    fn markup_in_titles_is_shown_literally() {
        let texts =
            ["a | b `c` <script> _x_ *y* ~~z~~ [l](u)".to_owned(), "#1 \\| https://x.io/?a=1&b=2 &amp; $1".to_owned()];
        assert_eq!(cells(&draw(&table(&texts, None)))[2..], texts);
    }

    #[test]
    fn project_names_and_percentages_need_no_escapes() {
        assert_eq!(escape("k8s-infra_prow 16 % (288/1780)"), "k8s-infra_prow 16 % (288/1780)");
    }

    #[test]
    fn no_paragraph_becomes_a_list_or_a_heading() {
        for text in ["# a", "- a", "+ a", "1. a", "12) a", "=== a"] {
            let read: Vec<_> = Parser::new(&paragraph(text)).map(|event| format!("{event:?}")).collect();
            assert!(read[0].contains("Paragraph"), "{text}: {read:?}");
        }
    }

    #[test]
    fn a_cell_links_to_its_issue() {
        let texts = ["#1305".to_owned(), String::new()];
        let text = draw(&table(&texts, Some("https://github.com/kubernetes/k8s.io/issues/1305")));
        assert!(text.ends_with("| [#1305](<https://github.com/kubernetes/k8s.io/issues/1305>) |  |\n"), "{text}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_a_cell(texts in proptest::collection::vec("[ -~]{0,20}", 2)) {
            let shown = cells(&draw(&table(&texts, None)));
            let squeezed = |text: &str| text.trim().to_owned();
            prop_assert_eq!(shown.len(), 4);
            prop_assert_eq!(squeezed(&shown[2]), squeezed(&texts[0]));
            prop_assert_eq!(squeezed(&shown[3]), squeezed(&texts[1]));
        }

        #[test]
        fn no_text_adds_a_line_or_a_cell(texts in proptest::collection::vec("(?s).{0,20}", 2)) {
            let text = draw(&table(&texts, Some("https://x.io/|>\n")));
            prop_assert_eq!(text.matches('\n').count(), 3);
            prop_assert_eq!(cells(&text).len(), 4);
        }
    }
}
