//! Markdown that any text survives: cells cannot break the table, nor titles the page.

use super::table::{Cell, Table};

/// Draws a table of GitHub Flavored Markdown, its columns padded so that the source reads well too.
pub(super) fn draw(table: &Table) -> String {
    let columns: Vec<_> = table.for_people().collect();
    let titles: Vec<_> = columns.iter().map(|(_, column)| escape(&sentence(column.title))).collect();
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

/// Turns the `PROJECT` of a terminal into the `Project` of a page.
fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_string() + &letters.as_str().to_lowercase()).unwrap_or_default()
}

/// Returns a cell as a link, where it leads somewhere.
pub(super) fn linked(cell: &Cell) -> String {
    // A page is read later: it says days, not ages.
    let exact = Some(cell.for_pipe().trim()).filter(|exact| !exact.is_empty() && cell.link.is_none());
    let text = escape(exact.unwrap_or(cell.text.trim()));
    match &cell.link {
        // A link that shows itself needs no second copy.
        Some(link) if cell.text == *link => format!("<{}>", url(link)),
        Some(link) if !text.is_empty() => format!("[{text}](<{}>)", url(link)),
        Some(_) | None => text,
    }
}

/// Keeps a link inside its angle brackets, and a table cell inside its bars.
fn url(link: &str) -> String {
    link.replace('<', "%3C").replace('>', "%3E").replace('|', "%7C").replace('\\', "%5C").replace(['\n', '\r'], "")
}

/// Escapes a text that begins a block: a paragraph or a list item.
pub fn paragraph(text: &str) -> String {
    let escaped = escape(text.trim_start());
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    match escaped.split_at_checked(digits) {
        // `1.` and `1)` begin a list, the others a heading, a list or a rule.
        Some((number, rest)) if !number.is_empty() && rest.starts_with(['.', ')']) => format!("{number}\\{rest}"),
        _ if escaped.starts_with(['#', '-', '+', '=']) => format!("\\{escaped}"),
        _ => escaped,
    }
}

/// Escapes a text of one line, so that it reads as it was written inside a cell, a title or a line.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        match c {
            '\n' | '\r' | '\t' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' if after.is_ascii_alphanumeric() || after == '#' => escaped.push_str("&amp;"),
            '\\' | '`' | '|' | '*' | '[' | ']' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            // Inside a word an underscore is only an underscore.
            '_' if !(before.is_alphanumeric() && after.is_alphanumeric()) => escaped.push_str("\\_"),
            c => escaped.push(c),
        }
        before = c;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::table::Column;
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    /// Returns the texts of the cells that a reader of Markdown sees.
    fn cells(markdown: &str) -> Vec<String> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut found = Vec::new();
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Start(Tag::TableCell) => found.push(String::new()),
                Event::Text(text) => found.last_mut().unwrap().push_str(&text),
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::Link { .. }) => {}
                Event::End(TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell | TagEnd::Link) => {
                }
                other => panic!("{other:?} in {markdown}"),
            }
        }
        found
    }

    fn table(texts: &[String], link: Option<&str>) -> Table {
        let mut table = Table::new("rows", &[Column::new("a", "ONE"), Column::new("b", "TWO").right()]);
        table.row(texts.iter().map(|text| Cell::new(text).link(link.map(ToOwned::to_owned))).collect());
        table
    }

    #[test]
    fn what_people_write_in_titles_reads_as_written() {
        let texts =
            ["a | b `c` <script> _x_ *y* ~~z~~ [l](u)".to_owned(), "#1 \\| https://x.io/?a=1&b=2 &amp; $1".to_owned()];
        assert_eq!(cells(&draw(&table(&texts, None)))[2..], texts);
    }

    #[test]
    fn a_project_and_a_percentage_are_left_alone() {
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
    fn a_cell_leads_to_its_issue() {
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
