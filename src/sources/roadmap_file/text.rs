//! Reads the user's text files, and parses the dates in them.

use std::ops::Range;
use std::path::Path;

use crate::domain::Date;
use crate::sources::diagnostic::{Diagnostic, Diagnostics, Excerpt, Span};
use crate::sources::disk;

/// The maximum size of a file, in bytes.
pub const LARGEST: usize = 16 << 20;

/// Reads a UTF-8 file; `name` is how messages call it.
pub fn read_text(path: &Path, name: &str) -> Result<String, Diagnostics> {
    let bytes = disk::read(path, LARGEST as u64).map_err(|error| unreadable(name, &error))?;
    String::from_utf8(bytes).map_err(|error| not_utf8(name, error.as_bytes(), error.utf8_error().valid_up_to()))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most errors are described by their own message")]
fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    let fault = |message: String, hint: Option<&str>| Diagnostic::of_file(name, message, hint.map(str::to_owned));
    match error.kind() {
        std::io::ErrorKind::IsADirectory => fault("this is a folder".to_owned(), Some("name the file in it")),
        std::io::ErrorKind::FileTooLarge => too_large(name),
        std::io::ErrorKind::NotFound if name == "-" => {
            fault("a roadmap is not read from stdin".to_owned(), Some("name its file"))
        }
        std::io::ErrorKind::NotFound => fault(
            "cannot be read: there is no such file".to_owned(),
            Some("`offramp init` writes a roadmap to begin with"),
        ),
        _ => fault(format!("cannot be read: {}", disk::in_words(error)), None),
    }
}

/// The fault of a file larger than [`LARGEST`].
pub(super) fn too_large(name: &str) -> Diagnostic {
    let hint = "a roadmap is what people write; is this the right file?".to_owned();
    Diagnostic::of_file(name, "the file is larger than 16 MB", Some(hint))
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Diagnostics {
    let text = String::from_utf8_lossy(bytes);
    let broken = Span::of(&text, valid, valid + 1);
    let hint = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it looks like UTF-16: save it as UTF-8",
        _ => "save the file as UTF-8",
    };
    let excerpt = Some(Excerpt::of(&text, broken));
    let message = "this is not UTF-8".to_owned();
    Diagnostic { file: name.to_owned(), excerpt, message, hint: Some(hint.to_owned()) }.into()
}

/// Parses `2020-12-10`; the error says what is wrong.
pub(in crate::sources) fn parse_date(text: &str) -> Result<Date, String> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return Err(format!("`{}` is not a date", shorten(text)));
    }
    let number = |range: Range<usize>| text.get(range)?.parse::<u32>().ok();
    // chrono's own parser takes any format, and 20 times as long.
    let day = number(0..4).zip(number(5..7)).zip(number(8..10));
    day.and_then(|((year, month), day)| Date::from_ymd_opt(year.cast_signed(), month, day))
        .ok_or_else(|| format!("{text} is not a day of the calendar"))
}

/// Whether a day has not begun anywhere on Earth: `today` is UTC, and the user's clock may be ahead of it.
pub(in crate::sources) fn is_future(date: Date, today: Date) -> bool {
    today.succ_opt().is_some_and(|tomorrow| date > tomorrow)
}

pub(in crate::sources) fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
